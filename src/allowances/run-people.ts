/** Whom a run looks at, in order of id. */
import { type RawBuilder, sql } from 'kysely'
import { addMonths, firstDay, type LocalDate } from '../platform/calendar.ts'
import type { Db, Tx } from '../platform/database.ts'
import type { Plan } from './corrections.ts'
import { employedIn } from './facts.ts'
import type { Run } from './run-months.ts'

/** Before every id. */
export const NOBODY = '00000000-0000-0000-0000-000000000000'

export interface Span {
  posts: string[]
  from: LocalDate
  to: LocalDate
}

/** The scheme's posts and days of these months of a plan, but for those that only some people are judged for. */
export function spanOf(plan: Plan): Span {
  const months = plan.months.filter(({ people }) => !people)
  return {
    posts: [...new Set(months.flatMap(({ rules }) => rules.posts))],
    from: firstDay(months[0]!.month),
    to: firstDay(addMonths(months.at(-1)!.month, 1)),
  }
}

/**
 * People with an employment in the scheme's posts in this district in one of the months, and people this district has booked; where
 * earlier months are judged for some alone, of the others only by the run's own month. And those whose hold on an older month was released.
 */
function candidateRows(run: Run, plan: Plan, after: string, limit: number | null) {
  const some = limit === null ? sql`` : sql`order by person_id limit ${limit}`
  const among = (months: Plan['months'], further: (of: string) => RawBuilder<unknown>) => sql`
    (${employedIn([run.district_code], { ...spanOf({ ...plan, months }), cutoff: run.cutoff })} and e.person_id > ${after}::uuid and ${further('e')} ${some})
    union
    (select distinct l.person_id from allowance_ledger l join allowance_runs r on r.id = l.run_id
     where r.district_code = ${run.district_code} and l.scheme_code = ${run.scheme_code} and l.person_id > ${after}::uuid
       and l.month = any(${[...new Set(months.map(({ month }) => firstDay(month)))]}::date[]) and ${further('l')} ${some})`
  const months = plan.months.filter(({ people }) => !people)
  const held = new Set(plan.months.flatMap(({ people }) => [...(people ?? [])]))
  const released = sql`
    union (select person_id from unnest(${`{${[...held].join(',')}}`}::uuid[]) as released (person_id) where person_id > ${after}::uuid ${some})`
  if (run.changes_since === null) return sql<{ person_id: string }>`${among(months, () => sql`true`)} ${released}`
  const changed = (of: string) =>
    sql`exists (select from run_changed_people c where c.run_id = ${run.id}::uuid and c.person_id = ${sql.ref(`${of}.person_id`)})`
  const own = plan.months.filter(({ month }) => month === run.month)
  return sql<{ person_id: string }>`${among(own, () => sql`true`)} union ${among(months, changed)} ${released}`
}

export async function candidates(tx: Tx, run: Run, plan: Plan, after: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{
    person_id: string
  }>`${candidateRows(run, plan, after, limit)} order by person_id limit ${limit}`.execute(tx)
  return rows.map((row) => row.person_id)
}

export async function countCandidates(db: Db, run: Run, plan: Plan): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*) as count from (${candidateRows(run, plan, NOBODY, null)}) candidates`.execute(db)
  return rows[0]!.count
}

export async function changedAmong(db: Db, run_id: string, ids: string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('run_changed_people')
    .select('person_id')
    .where('run_id', '=', run_id)
    .where('person_id', '>=', ids[0]!)
    .where('person_id', '<=', ids.at(-1)!)
    .execute()
  return new Set(rows.map(({ person_id }) => person_id))
}
