/** What a session of the timetable is asked for, on the page of a class and when it is moved; and what is odd about one. */
import { daysOf } from '../../src/platform/calendar.ts'
import type { SessionView } from '../../src/training/session-shapes.ts'
import type { Places } from '../../src/training/venue-shapes.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Facts } from '../parts.tsx'
import { useWords, words } from '../words.ts'

type PlaceValues = { [K in 'starts_at' | 'ends_at' | 'venue_id' | 'teacher_id']?: string | null }

/** Times, venue and teacher, none of them required. */
export function PlaceFields({ places, values }: { places: Places; values: PlaceValues }) {
  const w = useWords()
  return (
    <>
      <Field
        label={w('上课时间', 'From')}
        name="starts_at"
        value={values.starts_at}
        hint={w('例如 08:30；不填则全天可签到', '08:30; without times check-in is open all day')}
        attributes={{ inputmode: 'numeric', maxlength: 5, placeholder: '08:30' }}
      />
      <Field
        label={w('下课时间', 'To')}
        name="ends_at"
        value={values.ends_at}
        attributes={{ inputmode: 'numeric', maxlength: 5, placeholder: '11:30' }}
      />
      <Field
        label={w('场地', 'Venue')}
        name="venue_id"
        type="select"
        value={values.venue_id}
        options={[
          { value: '', label: w('暂不指定', 'None yet') },
          ...places.venues.map(({ id, name, seats }) => ({
            value: id,
            label: w(`${name}（${seats} 座）`, `${name} (${seats} seats)`),
          })),
        ]}
      />
      <Field
        label={w('教师', 'Teacher')}
        name="teacher_id"
        type="select"
        value={values.teacher_id}
        options={[
          { value: '', label: w('暂不指定', 'None yet') },
          ...places.teachers.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
    </>
  )
}

export interface PlacementProps {
  frame: Frame
  group: { id: string; name: string; starts_on: string; ends_on: string }
  session: SessionView
  places: Places
  values: Record<string, string>
  errors: FormError[]
}

export function Placement({ frame, group, session, places, values, errors }: PlacementProps) {
  const w = words(frame.lang)
  const back = `/console/classes/${group.id}/hours`
  const shown = { ...session, ...values }
  return (
    <Page {...frame} heading={w('排课', 'Place a session')} back={{ href: back, label: group.name }}>
      <div class="card">
        <Facts
          items={[
            { label: w('主题', 'Topic'), value: session.topic },
            { label: w('学时', 'Hours'), value: session.hours },
          ]}
        />
        <Form
          action={`/console/sessions/${session.id}/placement`}
          errors={errors}
          submit={w('保存', 'Save')}
          cancel={back}
        >
          <Field
            label={w('上课日期', 'Day')}
            name="held_on"
            type="date"
            required
            value={shown.held_on}
            hint={daysOf(group)}
          />
          <PlaceFields places={places} values={shown} />
        </Form>
      </div>
    </Page>
  )
}

/** When and where, and who teaches. */
export function PlaceOf({ session }: { session: SessionView }) {
  const { starts_at, ends_at, venue_name, teacher_name } = session
  return <>{[starts_at && `${starts_at}–${ends_at}`, venue_name, teacher_name].filter(Boolean).join(' · ') || '—'}</>
}

/** In words below the place; the sign only repeats them. */
export function SessionFlags({ flags }: { flags: SessionView['flags'] }) {
  return (
    <>
      {flags.map(({ message }) => (
        <div>
          <small class="error">
            <span aria-hidden="true">! </span>
            {message}
          </small>
        </div>
      ))}
    </>
  )
}
