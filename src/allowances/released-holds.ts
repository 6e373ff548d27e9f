/** What becomes of a line once it is no longer held back: which months a run has to look at whatever their age, and whose money is still open. */
import { type RawBuilder, sql } from 'kysely'
import { firstDay, type Month } from '../platform/calendar.ts'

export interface Released {
  /** a person, or an organisation, whichever the component is paid to */
  payee_id: string
  month: Month
  component: string
}

/**
 * Months before `before` whose hold had been released by the cutoff and that nothing was booked for since it was raised, oldest first. What
 * a merged record was held for is looked for under its survivor of that instant too.
 */
export function releasedHolds(scheme_code: string, cutoff: RawBuilder<unknown>, before: Month): RawBuilder<Released> {
  return sql<Released>`
    select distinct own.id as payee_id, to_char(h.month, 'YYYY-MM') as month, h.component
    from line_holds h join line_releases x on x.hold_id = h.id and x.released_at <= ${cutoff}
      cross join lateral (
        with recursive up (id) as (
          select h.payee_id
          union select m.survivor_id from up join person_merges m on m.merged_id = up.id
            and m.merged_at <= ${cutoff} and coalesce(m.undone_at, 'infinity') > ${cutoff}
        ) select id from up) own
    where h.scheme_code = ${scheme_code} and h.month < ${firstDay(before)}::date and not exists (
      select from allowance_ledger e join allowance_decisions d on d.run_id = e.run_id and d.kind = 'approval'
      where (e.person_id, e.scheme_code, e.month, e.component) = (own.id, h.scheme_code, h.month, h.component)
        and d.decided_at > h.held_at and d.decided_at <= ${cutoff})
      and not exists (
      select from organisation_ledger e join allowance_decisions d on d.run_id = e.run_id and d.kind = 'approval'
      where (e.organisation_id, e.scheme_code, e.month, e.component) = (own.id, h.scheme_code, h.month, h.component)
        and d.decided_at > h.held_at and d.decided_at <= ${cutoff})
    order by month, component, payee_id`
}

/**
 * Whether the money of a hold (`h` of the query) is still open: it stands, or it was released and the district has approved no run since
 * that could pay it. A run that was rejected leaves nothing behind of what was held in it and released.
 */
export const moneyHeld: RawBuilder<boolean> = sql`(not exists (
    select from allowance_ledger e join allowance_decisions d on d.run_id = e.run_id and d.kind = 'approval' and d.decided_at > h.held_at
    where (e.person_id, e.scheme_code, e.month, e.component) = (h.person_id, h.scheme_code, h.month, h.component))
  and not exists (
    select from line_releases x join allowance_runs raised on raised.id = h.run_id
    where x.hold_id = h.id and (raised.status = 'rejected' or exists (
      select from allowance_runs later where later.scheme_code = h.scheme_code and later.district_code = raised.district_code
        and later.status = 'approved' and later.cutoff >= x.released_at))))`
