/** Penalties and times of an event: what was taken off and why, and seconds that decide between equals. */
import { moduleName } from '../../src/competitions/event-rules.ts'
import type { EntryView } from '../../src/competitions/shapes.ts'
import { localDate } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { ErrorSummary, Field, Form, type FormError } from '../form.tsx'
import { Card, Empty } from '../parts.tsx'
import { ActionBar, Table } from '../table.tsx'
import { Entry } from '../training/entry.tsx'
import { words } from '../words.ts'
import { EventFrame, type EventFrameProps } from './event-frame.tsx'

export interface PenaltiesProps extends Omit<EventFrameProps, 'tab' | 'actions'> {
  /** those that stand */
  entries: Pick<EntryView, 'id' | 'station' | 'sealed_number'>[]
  penalties: {
    id: string
    entry_id: string
    station: number
    points: number
    reason: string
    imposed_at: Date
    withdrawal_reason: string | null
  }[]
  times: { entry_id: string; part: string; seconds: number }[]
  values: Record<string, string>
  errors: { penalty: FormError[]; withdrawal: FormError[]; times: FormError[] }
}

/** Names are nowhere on it, as on the page of marks. */
export function Penalties({ entries, penalties, times, values, errors, ...props }: PenaltiesProps) {
  const { frame, event, may_change } = props
  const w = words(frame.lang)
  const here = `/console/events/${event.id}/penalties`
  const open = may_change && !event.published_at
  const sealed = entries.some(({ sealed_number }) => sealed_number !== null)
  const rows = entries
    .map((entry) => ({ ...entry, number: (sealed ? entry.sealed_number : entry.station) ?? 0 }))
    .sort((a, b) => a.number - b.number)
  const numbers = new Map(rows.map(({ id, number }) => [id, number]))
  const title = sealed ? w('加密号', 'Sealed number') : w('工位号', 'Station')
  const counting = penalties.filter(({ withdrawal_reason }) => withdrawal_reason === null)
  return (
    <EventFrame {...props} tab="scores">
      <Table
        caption={w('罚分', 'Penalties')}
        empty={<Empty title={w('没有罚分。', 'No penalties.')} />}
        columns={[
          { key: 'number', label: title },
          { key: 'points', label: w('罚分', 'Points off'), numeric: true },
          { key: 'reason', label: w('原因', 'Reason') },
          { key: 'day', label: w('日期', 'Day') },
          { key: 'state', label: w('撤销', 'Withdrawn') },
        ]}
        rows={penalties.map(({ entry_id, points, reason, imposed_at, withdrawal_reason }) => ({
          cells: {
            number: numbers.get(entry_id) ?? w('已退赛', 'Withdrew'),
            ...{ points, reason, day: localDate(imposed_at) },
            state: withdrawal_reason ? w(`已撤销：${withdrawal_reason}`, `Withdrawn: ${withdrawal_reason}`) : '—',
          },
        }))}
      />
      {open && rows.length > 0 && (
        <div class="halves">
          <Card title={w('罚分', 'Take points off')}>
            <Form action={here} errors={errors.penalty} submit={w('罚分', 'Take off')}>
              <Field
                label={title}
                name="number"
                type="select"
                required
                value={values.number}
                options={rows.map(({ number }) => ({ value: `${sealed ? 's' : ''}${number}`, label: `${number}` }))}
              />
              <Field
                label={w('从总分中扣', 'Points off the total')}
                name="points"
                required
                value={values.points}
                attributes={{ inputmode: 'decimal', autocomplete: 'off' }}
              />
              <Field label={w('原因', 'Reason')} name="reason" required value={values.reason} />
            </Form>
          </Card>
          {counting.length > 0 && (
            <Card title={w('撤销罚分', 'Withdraw a penalty')}>
              <Form action={`${here}/withdrawal`} errors={errors.withdrawal} submit={w('撤销', 'Withdraw')}>
                <Field
                  label={w('罚分', 'Penalty')}
                  name="penalty"
                  type="select"
                  required
                  value={values.penalty}
                  options={counting.map(({ id, entry_id, points, reason }) => ({
                    value: id,
                    label: `${title} ${numbers.get(entry_id) ?? '—'}${w('：', ': ')}${points}（${reason}）`,
                  }))}
                />
                <Field
                  label={w('撤销原因', 'Why')}
                  name="withdrawal_reason"
                  required
                  value={values.withdrawal_reason}
                />
              </Form>
            </Card>
          )}
        </div>
      )}
      <form method="post" action={`/console/events/${event.id}/times`}>
        <ErrorSummary errors={errors.times} />
        <Table
          caption={w('用时（秒）', 'Times (seconds)')}
          empty={<Empty title={w('还没有选手。', 'Nobody has entered yet.')} />}
          columns={[
            { key: 'number', label: title },
            ...event.rules.modules.map((module) => ({
              key: module.key,
              label: w(`${moduleName(module).zh}用时（秒）`, `${moduleName(module).en}: seconds`),
            })),
          ]}
          rows={rows.map(({ id, number }) => ({
            cells: {
              number,
              ...Object.fromEntries(
                event.rules.modules.map((module) => {
                  const name = `times.${sealed ? 's' : ''}${number}.${module.key}`
                  const given = times.find((time) => time.entry_id === id && time.part === module.key)?.seconds
                  const label = `${title} ${number} ${inLanguage(frame.lang, moduleName(module))}`
                  return [
                    module.key,
                    open ? (
                      <Entry {...{ name, label }} value={values[name] ?? given} errors={errors.times} decimal />
                    ) : (
                      (given ?? '—')
                    ),
                  ]
                }),
              ),
            },
          }))}
        />
        {open && rows.length > 0 && (
          <ActionBar>
            <button type="submit" class="button primary">
              {w('保存用时', 'Save the times')}
            </button>
          </ActionBar>
        )}
      </form>
    </EventFrame>
  )
}
