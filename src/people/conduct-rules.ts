/** What may be said of a decision about conduct: its dates, and the time it keeps the person out. */
import type { LocalDate } from '../platform/calendar.ts'
import type { Fault } from '../platform/errors.ts'
import { faultAt } from './bulk.ts'
import { notAfter } from './rules.ts'

export interface ConductDates {
  happened_on: LocalDate
  decided_on: LocalDate
  period_from?: LocalDate | null | undefined
  period_to?: LocalDate | null | undefined
}

export function conductFaults(row: ConductDates, today: LocalDate): Fault[] {
  const faults = notAfter(
    '/decided_on',
    'conduct_event.future',
    { zh: '认定日期', en: 'date of the decision' },
    row.decided_on,
    today,
  )
  if (row.decided_on < row.happened_on)
    faults.push(
      faultAt(
        '/decided_on',
        'conduct_event.decided_before',
        `认定日期 ${row.decided_on} 早于发生日期 ${row.happened_on}，请核对。`,
        `Decided on ${row.decided_on}, before it happened on ${row.happened_on}.`,
      ),
    )
  return [...faults, ...periodFaults(row)]
}

function periodFaults({ happened_on, period_from, period_to }: ConductDates): Fault[] {
  if (period_to && !period_from)
    return [
      faultAt(
        '/period_from',
        'conduct_event.period_open',
        `填了期满日 ${period_to}，请同时填写期限起始日。`,
        `The period ends on ${period_to}: say when it begins.`,
      ),
    ]
  if (period_from && period_from < happened_on)
    return [
      faultAt(
        '/period_from',
        'conduct_event.period_before',
        `期限起始日 ${period_from} 早于发生日期 ${happened_on}，请核对。`,
        `The period begins on ${period_from}, before it happened on ${happened_on}.`,
      ),
    ]
  if (period_from && period_to && period_to <= period_from)
    return [
      faultAt(
        '/period_to',
        'conduct_event.period_order',
        `期满日 ${period_to} 应晚于起始日 ${period_from}（期满日当天起恢复）。`,
        `The period must end after it begins on ${period_from}; ${period_to} is the first day free again.`,
      ),
    ]
  return []
}
