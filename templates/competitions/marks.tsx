/** Marks by number and judge. */

import { type EventCriterion, type EventModule, moduleName } from '../../src/competitions/event-rules.ts'
import type { EntryView } from '../../src/competitions/shapes.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { ErrorSummary, type FormError } from '../form.tsx'
import { Empty, Notice, Tabs } from '../parts.tsx'
import { ActionBar, Table } from '../table.tsx'
import { Entry } from '../training/entry.tsx'
import { words } from '../words.ts'
import { EventFrame, type EventFrameProps } from './event-frame.tsx'

export interface MarksProps extends Omit<EventFrameProps, 'tab' | 'actions'> {
  part: EventModule
  criterion: EventCriterion
  judges: string[]
  /** those that stand */
  entries: Pick<EntryView, 'id' | 'station' | 'sealed_number'>[]
  /** points by `entry judge` */
  points: Map<string, number>
  values: Record<string, string>
  errors: FormError[]
}

/** Names are nowhere on it: where lots were drawn the rows are sealed numbers, in their order. */
export function Marks({ part, criterion, judges, entries, points, values, errors, ...props }: MarksProps) {
  const { frame, event, may_change } = props
  const w = words(frame.lang)
  const open = may_change && !event.published_at
  const sealed = entries.some(({ sealed_number }) => sealed_number !== null)
  const rows = sealed ? [...entries].sort((a, b) => (a.sealed_number ?? 0) - (b.sealed_number ?? 0)) : entries
  const address = (query: Record<string, string>) => `/console/events/${event.id}/scores?${new URLSearchParams(query)}`
  const module = inLanguage(frame.lang, moduleName(part))
  const title = part.criteria.length > 1 ? `${module} · ${criterion.name}` : module
  const table = (
    <Table
      caption={`${title}（${w('满分', 'of')} ${criterion.max_points}）`}
      empty={<Empty title={w('还没有选手，请先报名。', 'Nobody has entered yet.')} />}
      columns={[
        { key: 'station', label: sealed ? w('加密号', 'Sealed number') : w('工位号', 'Station') },
        ...judges.map((judge, column) => ({ key: `judge${column}`, label: judge, numeric: !open })),
      ]}
      rows={rows.map(({ id, station, sealed_number }) => {
        const number = sealed ? sealed_number : station
        return {
          cells: {
            station: number,
            ...Object.fromEntries(
              judges.map((judge, column) => {
                const name = `marks.${sealed ? 's' : ''}${number}.${column}`
                const given = points.get(`${id} ${judge}`)
                const label = sealed
                  ? w(`加密号 ${number} ${judge}`, `Sealed number ${number}, ${judge}`)
                  : w(`${number} 号工位 ${judge}`, `Station ${number}, ${judge}`)
                return [
                  `judge${column}`,
                  open ? (
                    <Entry name={name} label={label} value={values[name] ?? given} errors={errors} decimal />
                  ) : (
                    (given ?? '—')
                  ),
                ]
              }),
            ),
          },
        }
      })}
    />
  )
  return (
    <EventFrame
      {...props}
      tab="scores"
      actions={
        <a class="button" href={`/console/events/${event.id}/penalties`}>
          {w('罚分与用时', 'Penalties and times')}
        </a>
      }
    >
      <Tabs
        label={w('部分', 'Part')}
        items={event.rules.modules.map((one) => ({
          label: inLanguage(frame.lang, moduleName(one)),
          href: address({ part: one.key }),
          current: one.key === part.key,
        }))}
      />
      {part.criteria.length > 1 && (
        <Tabs
          label={w('评分项', 'Criteria')}
          items={part.criteria.map(({ name }) => ({
            label: name,
            href: address({ part: part.key, criterion: name }),
            current: name === criterion.name,
          }))}
        />
      )}
      {criterion.measured && (
        <p class="quiet">
          {w('测量评分：只录一次，由任一评委录入。', 'Measured: entered once, by any of the judges.')}
        </p>
      )}
      {judges.length === 0 ? (
        <Notice tone="info">
          {w('这一部分还没有评委：', 'This part has no judges yet: ')}
          <a href={`/console/events/${event.id}`}>{w('登记评委', 'appoint them')}</a>
        </Notice>
      ) : open ? (
        <form method="post" action={`/console/events/${event.id}/scores`}>
          <ErrorSummary errors={errors} />
          <input type="hidden" name="part" value={part.key} />
          {part.criteria.length > 1 && <input type="hidden" name="criterion" value={criterion.name} />}
          {judges.map((judge, column) => (
            <input type="hidden" name={`judges.${column}`} value={judge} />
          ))}
          {table}
          {entries.length > 0 && (
            <ActionBar>
              <button type="submit" class="button primary">
                {w('保存分数', 'Save the marks')}
              </button>
            </ActionBar>
          )}
        </form>
      ) : (
        table
      )}
    </EventFrame>
  )
}
