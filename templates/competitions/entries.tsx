/** Who competes at which station, who judges, and whom to enter. */

import { type EventModule, moduleName } from '../../src/competitions/event-rules.ts'
import type { Judge } from '../../src/competitions/rules.ts'
import type { EntryView, EventView } from '../../src/competitions/shapes.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty } from '../parts.tsx'
import { ActionBar, Filters, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { EventFrame, type EventFrameProps } from './event-frame.tsx'

export interface EntriesProps extends Omit<EventFrameProps, 'tab' | 'actions'> {
  entries: EntryView[]
  judges: Judge[]
  parts: EventModule[]
  values: Record<string, string>
  errors: FormError[]
}

export function Entries({ entries, judges, parts, values, errors, ...props }: EntriesProps) {
  const { frame, event, may_change } = props
  const w = words(frame.lang)
  const open = may_change && !event.published_at && !event.started_at
  const drawn = entries.some(({ sealed_number }) => sealed_number !== null)
  const enter = (
    <a class="button" href={`/console/events/${event.id}/people`}>
      {w('报名', 'Enter people')}
    </a>
  )
  const notes = entries.map(({ withdrawal_reason, exception }) =>
    withdrawal_reason
      ? w(`已退赛：${withdrawal_reason}`, `Withdrawn: ${withdrawal_reason}`)
      : exception && w(`破格：${exception}`, `By exception: ${exception}`),
  )
  return (
    <EventFrame {...props} tab="entries" actions={open && enter}>
      <Table
        caption={w('选手', 'Entries')}
        empty={<Empty title={w('还没有选手。', 'Nobody has entered yet.')}>{open && enter}</Empty>}
        columns={[
          { key: 'station', label: w('工位号', 'Station') },
          ...(drawn ? [{ key: 'sealed', label: w('加密号', 'Sealed number') }] : []),
          { key: 'name', label: w('姓名', 'Name') },
          { key: 'organisation', label: w('代表机构', 'Competes for') },
          ...(notes.some(Boolean) ? [{ key: 'note', label: w('备注', 'Note') }] : []),
        ]}
        rows={entries.map((entry, index) => ({
          cells: {
            station: entry.station,
            sealed: entry.sealed_number ?? '—',
            name: [entry.team, entry.person_name, ...entry.members].filter(Boolean).join('、'),
            organisation: entry.organisation_name,
            note: notes[index] ?? '—',
          },
        }))}
      />
      {open && entries.length > 0 && (
        <Card title={w('抽签与开赛', 'Lots and start')}>
          <Form
            action={`/console/events/${event.id}/draw`}
            errors={errors}
            submit={drawn ? w('重新抽加密号', 'Draw again') : w('抽加密号', 'Draw sealed numbers')}
          >
            <p class="quiet">
              {w(
                '抽出后录分页只显示加密号，不显示姓名和工位。',
                'From then on marks are entered by sealed number, without names and stations.',
              )}
            </p>
            {drawn && <Field label={w('重抽原因', 'Why again')} name="reason" required value={values.reason} />}
          </Form>
          <form method="post" action={`/console/events/${event.id}/start`}>
            <button type="submit" class="button">
              {w('开赛（冻结报名和评委）', 'Start: entries and judges stand')}
            </button>
          </form>
        </Card>
      )}
      <Card title={w('评委', 'Judges')}>
        <Table
          caption={w('评委', 'Judges')}
          empty={
            <Empty
              title={w('还没有评委。每位评委要给每个工位打分。', 'No judge yet. Every judge marks every station.')}
            />
          }
          columns={[
            { key: 'part', label: w('部分', 'Part') },
            { key: 'names', label: w('评委', 'Judges') },
          ]}
          rows={parts
            .map((part) => ({ part, names: judges.filter((judge) => judge.part === part.key).map(({ name }) => name) }))
            .filter(({ names }) => names.length > 0)
            .map(({ part, names }) => ({
              cells: { part: inLanguage(frame.lang, moduleName(part)), names: names.join('、') },
            }))}
        />
        {open && (
          <Form action={`/console/events/${event.id}/judges`} errors={errors} submit={w('登记评委', 'Appoint')}>
            <Field
              label={w('部分', 'Part')}
              name="part"
              type="select"
              required
              value={values.part}
              options={parts.map((part) => ({ value: part.key, label: inLanguage(frame.lang, moduleName(part)) }))}
            />
            <Field
              label={w('评委姓名', 'Names')}
              name="names"
              type="textarea"
              required
              value={values.names}
              hint={w('一行一位，可从表格粘贴', 'One a line; may be pasted from a sheet')}
            />
          </Form>
        )}
      </Card>
    </EventFrame>
  )
}

export interface EntrantsProps {
  frame: Frame
  event: EventView
  q: string
  people: { id: string; name: string; id_number_masked: string; organisation_name: string | null }[]
  next: string | null
  errors: FormError[]
}

export function Entrants({ frame, event, q, people, next, errors }: EntrantsProps) {
  const w = words(frame.lang)
  const here = `/console/events/${event.id}`
  return (
    <Page {...frame} heading={w('报名', 'Enter people')} back={{ href: here, label: event.name }}>
      <ErrorSummary errors={errors} />
      <p class="quiet">
        {w(
          '按目前的任职机构参赛，工位号由系统抽签；现场已抽签的请用接口写入。',
          'People compete for where they work; stations are drawn by lot. Numbers drawn elsewhere come through the API.',
        )}
      </p>
      <Filters personal action={`${here}/people`}>
        <Field
          label={w('姓名', 'Name')}
          name="q"
          type="search"
          value={q}
          hint={w('姓名、拼音、首字母，或证件后四位', 'Name, pinyin, initials, or the last four of the document')}
        />
      </Filters>
      <Results>
        <form method="post" action={`${here}/entries`}>
          <Table
            caption={w('从业人员', 'People')}
            select="person_ids"
            empty={<Empty title={w('没有符合条件的人，请换个条件。', 'Nobody matches; change the filter.')} />}
            columns={[
              { key: 'name', label: w('姓名', 'Name') },
              { key: 'document', label: w('证件号码', 'Document') },
              { key: 'organisation', label: w('任职机构', 'Works for') },
            ]}
            rows={people.map((person) => ({
              id: person.id,
              label: w(`选择${person.name}`, `Select ${person.name}`),
              cells: {
                name: person.name,
                document: person.id_number_masked,
                organisation: person.organisation_name ?? '—',
              },
            }))}
          />
          {people.length > 0 && (
            <ActionBar unit={w('人', 'people')}>
              <button type="submit" class="button primary">
                {w('报名并抽签', 'Enter and draw')}
              </button>
            </ActionBar>
          )}
        </form>
        <Pager next={next} />
      </Results>
    </Page>
  )
}
