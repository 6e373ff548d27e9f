/** An institution's classrooms and practice bases, and one of them with its recognitions. */
import { addDays } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { VENUE_KINDS } from '../../src/training/timetable-rules.ts'
import type { VenueView } from '../../src/training/venue-shapes.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { useWords, words } from '../words.ts'

interface Filling {
  districts: { code: string; name: string }[]
  may_write: boolean
  values: Record<string, string>
  errors: FormError[]
}

export interface VenuesProps extends Filling {
  frame: Frame
  items: VenueView[]
  today: string
  next: string | null
}

export function Venues({ frame, items, today, next, districts, may_write, values, errors }: VenuesProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('教室与实训基地', 'Venues')}>
      <Results>
        <Table
          caption={w('教室与实训基地', 'Venues')}
          empty={<Empty title={w('还没有登记场地。', 'No venue yet.')} />}
          columns={[
            { key: 'name', label: w('名称', 'Name') },
            { key: 'kind', label: w('类别', 'Kind') },
            { key: 'seats', label: w('座位', 'Seats'), numeric: true },
            { key: 'district', label: w('区县', 'District') },
            { key: 'address', label: w('地址', 'Address') },
            { key: 'recognised', label: w('认定', 'Recognised') },
            ...(may_write ? [] : [{ key: 'trainer', label: w('培训机构', 'Trainer') }]),
          ]}
          rows={items.map((item) => ({
            cells: {
              name: <a href={`/console/venues/${item.id}`}>{item.name}</a>,
              kind: inLanguage(frame.lang, VENUE_KINDS[item.kind]),
              seats: item.seats,
              district: item.district_name,
              address: item.address,
              recognised:
                recognisedOn(item, today) ?? (item.kind === 'classroom' ? '—' : w('未认定', 'not recognised')),
              trainer: item.organisation_name,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
      {may_write && (
        <Card title={w('新增场地', 'Add a venue')}>
          <Form action="/console/venues" errors={errors} submit={w('新增场地', 'Add the venue')}>
            <Field
              label={w('类别', 'Kind')}
              name="kind"
              type="select"
              required
              value={values.kind}
              options={Object.entries(VENUE_KINDS).map(([value, message]) => ({
                value,
                label: inLanguage(frame.lang, message),
              }))}
            />
            <VenueFields districts={districts} values={values} />
          </Form>
        </Card>
      )}
    </Page>
  )
}

function VenueFields({ districts, values }: Pick<Filling, 'districts'> & { values: Record<string, unknown> }) {
  const w = useWords()
  const value = (name: string) => values[name] as string | number | undefined
  return (
    <>
      <Field label={w('名称', 'Name')} name="name" required value={value('name')} />
      <Field
        label={w('区县', 'District')}
        name="district_code"
        type="select"
        required
        value={value('district_code')}
        options={districts.map(({ code, name }) => ({ value: code, label: name }))}
      />
      <Field label={w('地址', 'Address')} name="address" required value={value('address')} />
      <Field
        label={w('座位', 'Seats')}
        name="seats"
        type="number"
        required
        value={value('seats')}
        attributes={{ min: 1, max: 5000 }}
      />
    </>
  )
}

/** The period that holds on a day, as `2026-01-01 – 2028-12-31`. */
function recognisedOn({ recognitions }: VenueView, day: string): string | null {
  const found = recognitions.find(({ starts_on, ends_on }) => starts_on <= day && (ends_on === null || ends_on > day))
  return found ? periodOf(found) : null
}

function periodOf({ starts_on, ends_on }: VenueView['recognitions'][number]): string {
  return `${starts_on} – ${ends_on ? addDays(ends_on, -1) : ''}`
}

export interface VenuePageProps extends Filling {
  frame: Frame
  venue: VenueView
  /** the form that was sent */
  sent: 'change' | 'recognition' | null
}

export function VenuePage({ frame, venue, sent, districts, may_write, values, errors }: VenuePageProps) {
  const w = words(frame.lang)
  const here = `/console/venues/${venue.id}`
  const of = (form: typeof sent) => ({ values: sent === form ? values : {}, errors: sent === form ? errors : [] })
  const [change, recognition] = [of('change'), of('recognition')]
  return (
    <Page
      {...frame}
      heading={venue.name}
      tag={{ tone: 'plain', text: inLanguage(frame.lang, VENUE_KINDS[venue.kind]) }}
      back={{ href: '/console/venues', label: w('教室与实训基地', 'Venues') }}
    >
      <Card>
        <Facts
          items={[
            { label: w('培训机构', 'Trainer'), value: venue.organisation_name },
            { label: w('区县', 'District'), value: venue.district_name },
            { label: w('地址', 'Address'), value: venue.address },
            { label: w('座位', 'Seats'), value: venue.seats },
          ]}
        />
      </Card>
      {venue.kind === 'practice_base' && (
        <Table
          caption={w('认定', 'Recognitions')}
          empty={<Empty title={w('还没有登记认定。', 'Not recognised yet.')} />}
          columns={[
            { key: 'period', label: w('认定期限', 'Recognised') },
            { key: 'citation', label: w('文件', 'Document') },
          ]}
          rows={venue.recognitions.map((row) => ({ cells: { period: periodOf(row), citation: row.citation } }))}
        />
      )}
      {may_write && venue.kind === 'practice_base' && (
        <Card title={w('登记认定', 'Enter a recognition')}>
          <Form action={`${here}/recognitions`} errors={recognition.errors} submit={w('登记认定', 'Enter it')}>
            <Field
              label={w('起始日期', 'From')}
              name="starts_on"
              type="date"
              required
              value={recognition.values.starts_on}
            />
            <Field
              label={w('截止日期', 'Last day')}
              name="last_day"
              type="date"
              value={recognition.values.last_day}
              hint={w('长期有效可不填', 'Leave empty where it has no end')}
            />
            <Field
              label={w('认定文件', 'Document')}
              name="citation"
              required
              value={recognition.values.citation}
              hint={w('文件名称或文号', 'Its title or number')}
            />
          </Form>
        </Card>
      )}
      {may_write && (
        <Card title={w('修改场地', 'Change the venue')}>
          <Form action={here} errors={change.errors} submit={w('保存', 'Save')}>
            <input type="hidden" name="revision" value={venue.revision} />
            <VenueFields districts={districts} values={{ ...venue, ...change.values }} />
          </Form>
        </Card>
      )}
    </Page>
  )
}
