/** What a run waits for and from whom: told once, for the count on the home page and for the list that it leads to. */
import { type RawBuilder, sql } from 'kysely'
import { addMonths, firstDay, localDate, monthOf } from '../platform/calendar.ts'
import { type Context, townshipOf } from '../platform/context.ts'
import { paymentsDue } from './payment-amounts.ts'
import { mayReview, type Reviewer, type RunWait } from './review-rules.ts'
import { seesLine, seesRun } from './run-scope.ts'

type Reader = Pick<Context, 'actor' | 'scope' | 'now'>

/** As a count of a statement. */
export function countWaitingRuns(wait: RunWait, reader: Reader): RawBuilder<unknown> {
  return sql`select count(*) from allowance_runs r join schemes s on s.code = r.scheme_code
    where ${seesRun(reader.scope)} and ${runWaits(wait, reader)}`
}

/** Whether a run (`r` of the query, its scheme `s`) waits for that from the reader: each authority has the runs of its own workforce. */
export function runWaits(wait: RunWait, reader: Reader): RawBuilder<boolean> {
  return sql<boolean>`(${CONDITIONS[wait](reader)} and ${ofAuthority(reader)})`
}

function ofAuthority({ actor: { role } }: Reader): RawBuilder<boolean> {
  if (role === 'district') return sql`s.workforce = 'elder_care'`
  return role === 'health' ? sql`s.workforce = 'childcare'` : sql`true`
}

const publicised = (condition: RawBuilder<unknown>) =>
  sql<boolean>`exists (select from publicities p left join publicity_closings c on c.publicity_id = p.id where p.run_id = r.id and ${condition})`
const unanswered = sql<boolean>`exists (select from publicity_objections o left join publicity_answers a on a.objection_id = o.id
  where o.publicity_id = p.id and a.objection_id is null)`
const sameKey = sql`other.scheme_code = r.scheme_code and other.district_code = r.district_code`

const CONDITIONS: Record<RunWait, (reader: Reader) => RawBuilder<boolean>> = {
  // rejected and nothing in its place, or its computation broke off
  computing: () => sql`(r.status = 'rejected' and not exists (select from allowance_runs other
      where ${sameKey} and other.month = r.month and (other.status <> 'rejected' or other.id > r.id))
    or r.status = 'computing' and exists (select from jobs j where j.id = r.job_id and j.status = 'failed'))`,
  // of the month before the last, where the last one was not begun
  next_month({ now }) {
    const last = addMonths(monthOf(localDate(now)), -1)
    return sql`(r.month = ${firstDay(addMonths(last, -1))}::date and r.status <> 'rejected'
      and not exists (select from allowance_runs other where ${sameKey} and other.month = ${firstDay(last)}::date))`
  },
  submission: () => sql`r.status = 'computed'`,
  // whoever computed or submitted a run does not review it
  review: ({
    actor,
  }) => sql`(r.status = 'submitted' and exists (select from run_steps w left join run_reviews v using (run_id, reviewer, place)
      where w.run_id = r.id and w.reviewer = any (${stepsOf(actor)}::text[]) and v.run_id is null
        and (w.reviewer <> 'township' or w.place = ${actor.township_code ?? ''}))
    and not made_run(r.id, ${actor.account_id}::uuid))`,
  publicity: () => sql`(r.status = 'reviewed' and not ${publicised(sql`true`)})`,
  objections: () => sql`(r.status = 'reviewed' and ${publicised(unanswered)})`,
  closing: ({ now }) => sql`(r.status = 'reviewed'
    and ${publicised(sql`c.publicity_id is null and p.ends_on <= ${localDate(now)}::date and not ${unanswered}`)})`,
  release: ({ scope }) => sql`exists (select from standing_holds h where h.run_id = r.id
    and ${
      townshipOf(scope) === null
        ? sql`true`
        : sql`exists (select from run_lines l where ${seesLine(scope, 'l')}
      and (l.run_id, l.payee_id, l.month, l.component) = (h.run_id, h.payee_id, h.month, h.component))`
    })`,
  approval: () => sql`(r.status = 'reviewed' and not ${publicised(sql`c.publicity_id is null`)})`,
  payment: () => sql`(r.status = 'approved' and not exists (select from payment_files f where f.run_id = r.id)
    and exists (${paymentsDue(sql`r.id`)}))`,
  results:
    () => sql`(r.status = 'approved' and exists (select from payment_batches b where b.run_id = r.id and b.payment_count > 0
    and exists (select from payment_files f where f.batch_id = b.id)
    and not exists (select from payments made join payment_results x on x.run_id = made.run_id and x.payee_id = made.payee_id
      and x.attempt = made.attempt and x.known_to = 'infinity' where made.batch_id = b.id)))`,
  reissue: () => sql`exists (select from payment_results came where came.run_id = r.id and came.outcome = 'returned'
    and came.known_to = 'infinity' and not exists (select from payments later
      where later.run_id = r.id and later.payee_id = came.payee_id and later.attempt > came.attempt))`,
  recheck: () => sql`(r.status = 'approved' and not exists (select from history_events h
    where h.subject_kind = 'allowance_run' and h.subject_id = r.id::text and h.kind = 'run.rechecked'))`,
}

/** An officer of the city stands in where a district has nobody but the maker. */
function stepsOf(actor: Context['actor']): Reviewer[] {
  const { township_code } = actor
  return (['township', 'district', 'city'] as const).filter((reviewer) =>
    mayReview(actor, { reviewer, township_code: reviewer === 'township' ? township_code : null }),
  )
}
