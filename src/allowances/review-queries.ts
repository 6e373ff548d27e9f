/** Reads of the review of a run: how far each step is, what was found, the sample, what is held back, and the data all of it rests on. */
import { type RawBuilder, sql } from 'kysely'
import { type Context, type Scope, townshipOf } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { together } from '../platform/together.ts'
import { getRunPart } from './queries.ts'
import type { FindingKind } from './review-rules.ts'
import type { FindingRow, HoldRow, ReviewView, SampleLine } from './review-shapes.ts'
import { seesLine, seesRun, seesStep } from './run-scope.ts'

/** Whose step the line or finding of facility `organisation_id` is, joined as `k`; one without a facility is the district's. */
const facilityOf = (of: string) =>
  sql`left join run_facilities k on k.run_id = ${sql.ref(`${of}.run_id`)} and k.organisation_id = ${sql.ref(`${of}.organisation_id`)}`
const reviewer = sql`coalesce(k.reviewer, 'district')`
const place = sql`coalesce(k.township_code, '')`

/** Every step the reader sees with what is still open in it, and findings, sample and held lines of these in figures. */
export async function getReview(db: Db, context: Context, run_id: string): Promise<ReviewView> {
  return reviewOf(db, context, await getRunPart(db, context.scope, run_id))
}

/** The same of a run that the caller has found within its scope. */
export async function reviewOf(
  db: Db,
  { scope, actor }: Pick<Context, 'scope' | 'actor'>,
  { id: run_id, status }: { id: string; status: string },
): Promise<ReviewView> {
  const reading = together(db)
  const readSteps = sql<ReviewView['steps'][number]>`
    with finding as (
      select ${reviewer} as reviewer, ${place} as place, count(*) as open from run_findings f ${facilityOf('f')}
      where f.run_id = ${run_id}::uuid and not exists (select from finding_answers a where a.finding_id = f.id) group by 1, 2
    ), drawn as (
      select ${reviewer} as reviewer, ${place} as place, count(*) as open from run_sample_lines s join run_lines l using (run_id, payee_id, month, component) ${facilityOf('l')}
      where s.run_id = ${run_id}::uuid and not exists (
        select from run_inspections i where (i.run_id, i.payee_id, i.month, i.component) = (s.run_id, s.payee_id, s.month, s.component)) group by 1, 2
    )
    select s.reviewer, s.township_code, t.name as township_name, s.lines, s.payable, s.amount_fen, coalesce(finding.open, 0) as open_findings, coalesce(drawn.open, 0) as open_inspections,
      a.display_name as decided_by, v.reason, v.decided_at
    from run_steps s left join townships t on t.code = s.township_code left join finding using (reviewer, place) left join drawn using (reviewer, place)
      left join run_reviews v on (v.run_id, v.reviewer, v.place) = (s.run_id, s.reviewer, s.place) left join accounts a on a.id = v.decided_by
    where s.run_id = ${run_id}::uuid and ${seesStep(scope, 's')} order by array_position(array['township', 'district', 'city'], s.reviewer), s.township_code`.execute(
    reading,
  )
  const readFigures = sql<{
    findings: number
    open_findings: number
    seed: string | null
    percent: number
    lines: number
    inspected: number
    failed: number
    held_count: number
    held_fen: number
    own_work: boolean
  }>`
    select f.*, s.seed, s.percent, d.*, h.*, made_run(${run_id}::uuid, ${actor.account_id}::uuid) as own_work
    from (select count(*) as findings, count(*) filter (where a.finding_id is null) as open_findings
        from run_findings f left join finding_answers a on a.finding_id = f.id where f.run_id = ${run_id}::uuid and ${seesLine(scope, 'f')}) f
      left join run_samples s on s.run_id = ${run_id}::uuid
      cross join (select count(*) as lines, count(i.run_id) as inspected, count(*) filter (where not i.passed) as failed
        from run_sample_lines s left join run_inspections i using (run_id, payee_id, month, component) where s.run_id = ${run_id}::uuid and ${seesStep(scope, 's')}) d
      cross join (${townshipOf(scope) === null ? heldOf(run_id) : heldOfTownship(scope, run_id)}) h`.execute(reading)
  const [{ rows: steps }, { rows }] = await Promise.all([readSteps, readFigures])
  const { findings, open_findings, held_count, held_fen, own_work, seed, ...sample } = rows[0]!
  return {
    ...{ run_id, status, own_work, steps, findings, open_findings, held_count, held_fen },
    sample:
      seed === null
        ? null
        : { seed, percent: sample.percent, lines: sample.lines, inspected: sample.inspected, failed: sample.failed },
  }
}

/** What of a run is held back: by the holds that stand until it is approved, then as it was approved. */
function heldOf(run_id: string): RawBuilder<unknown> {
  return sql`
    select coalesce(max(r.held_count), count(l.payee_id)) as held_count, coalesce(max(r.held_fen), sum(l.amount_fen), 0)::bigint as held_fen
    from allowance_runs r left join (standing_holds h join run_lines l on (l.payee_id, l.month, l.component) = (h.payee_id, h.month, h.component))
      on l.run_id = r.id and h.scheme_code = r.scheme_code and l.amount_fen > 0
    where r.id = ${run_id}::uuid`
}

/** The same of a township's lines. */
function heldOfTownship(scope: Scope, run_id: string): RawBuilder<unknown> {
  return sql`
    select count(*) as held_count, coalesce(sum(l.amount_fen), 0)::bigint as held_fen
    from run_lines l join allowance_runs r on r.id = l.run_id
    where l.run_id = ${run_id}::uuid and ${seesLine(scope, 'l')} and case when l.person_id is null then ${isOrganisationHeld} else ${isHeld} end`
}

export interface FindingFilter extends PageInput {
  kind?: FindingKind | undefined
  answered?: 'true' | 'false' | undefined
}

/** In the order of their kinds. The run must be one that the scope sees. */
export async function listFindings(
  db: Db,
  scope: Scope,
  run_id: string,
  filter: FindingFilter,
): Promise<Page<FindingRow>> {
  await getRunPart(db, scope, run_id)
  return findingsOf(db, scope, run_id, filter)
}

export async function findingsOf(
  db: Db,
  scope: Scope,
  run_id: string,
  { limit, cursor, kind, answered }: FindingFilter,
): Promise<Page<FindingRow>> {
  const after = readCursor(cursor, 2)
  const { rows } = await sql<FindingRow>`
    select f.id, f.kind, k.reviewer, k.township_code, f.organisation_id, o.name as organisation_name, f.person_id, p.name as person_name,
      to_char(f.month, 'YYYY-MM') as month, f.evidence, a.verdict, a.reason, b.display_name as decided_by, a.decided_at
    from run_findings f ${facilityOf('f')} left join organisations o on o.id = f.organisation_id left join people p on p.id = f.person_id
      left join finding_answers a on a.finding_id = f.id left join accounts b on b.id = a.decided_by
    where f.run_id = ${run_id}::uuid and ${seesLine(scope, 'f')} and (${kind ?? null}::text is null or f.kind = ${kind ?? null})
      and (${answered ?? null}::text is null or (a.finding_id is not null) = (${answered ?? null} = 'true'))
      and (${after?.[0] ?? null}::text is null or (f.kind, f.id) > (${after?.[0] ?? null}::text, ${after?.[1] ?? null}::uuid))
    order by f.kind, f.id limit ${limit + 1}`.execute(db)
  return toPage(rows, limit, (row) => [row.kind, row.id])
}

const SAMPLE = { zh: '抽查', en: 'sample' }

/** The sample with the seed it can be drawn again from. The run must be one that the scope sees. */
export async function getSample(db: Db, scope: Scope, run_id: string) {
  await getRunPart(db, scope, run_id)
  const sample = await db
    .selectFrom('run_samples')
    .select(['seed', 'percent', 'drawn_at'])
    .where('run_id', '=', run_id)
    .executeTakeFirst()
  return sample ? { ...sample, items: await sampleLinesOf(db, scope, run_id) } : notFound(SAMPLE)
}

/** In the order of the lots of each kind of facility in each step; of a run that the caller has found within the scope. */
export async function sampleLinesOf(db: Db, scope: Scope, run_id: string): Promise<SampleLine[]> {
  const { rows } = await sql<SampleLine>`
    select s.person_id, s.organisation_id, to_char(s.month, 'YYYY-MM') as month, s.component, coalesce(p.name, o.name) as person_name, o.name as organisation_name, s.facility_kind, ${reviewer} as reviewer, s.township_code, s.lot, s."of",
      l.amount_fen, i.passed, i.note, b.display_name as decided_by
    from run_sample_lines s join run_lines l using (run_id, payee_id, month, component) left join people p on p.id = s.person_id
      ${facilityOf('l')} left join organisations o on o.id = l.organisation_id
      left join run_inspections i on (i.run_id, i.payee_id, i.month, i.component) = (s.run_id, s.payee_id, s.month, s.component)
      left join accounts b on b.id = i.decided_by
    where s.run_id = ${run_id}::uuid and ${seesStep(scope, 's')} order by s.facility_kind, s.township_code nulls first, s.lot`.execute(
    db,
  )
  return rows
}

/** Whether a line `l` of a run `r` is held back: a hold stands, or the run was approved without booking it. */
export const isHeld = heldBack('allowance_ledger', 'person_id')
export const isOrganisationHeld = heldBack('organisation_ledger', 'organisation_id')

function heldBack(ledger: string, payee: string): RawBuilder<boolean> {
  const of = (alias: string) => sql.ref(`${alias}.${payee}`)
  return sql`(l.amount_fen > 0 and case when r.status = 'approved'
  then not exists (select from ${sql.table(ledger)} b where (b.run_id, ${of('b')}, b.month, b.component) = (l.run_id, ${of('l')}, l.month, l.component))
  else exists (select from standing_holds h where (h.payee_id, h.scheme_code, h.month, h.component) = (${of('l')}, r.scheme_code, l.month, l.component)) end)`
}

export const HOLD = { zh: '暂缓', en: 'hold' }

export async function getHold(db: Db, scope: Scope, id: string): Promise<HoldRow> {
  const seen = townshipOf(scope) === null ? seesRun(scope) : isOnLine(seesLine(scope, 'l'))
  const { rows } = await holds(sql`h.id = ${id}::uuid and ${seen}`, 1).execute(db)
  return rows[0] ?? notFound(HOLD)
}

/** Holds on the run's lines, whichever run raised them, those that stand first. The run must be one that the scope sees. */
export async function listHolds(db: Db, scope: Scope, run_id: string): Promise<HoldRow[]> {
  await getRunPart(db, scope, run_id)
  return holdsOf(db, scope, run_id)
}

export async function holdsOf(db: Db, scope: Scope, run_id: string): Promise<HoldRow[]> {
  const { rows } = await holds(isOnLine(sql`l.run_id = ${run_id}::uuid and ${seesLine(scope, 'l')}`), 500).execute(db)
  return rows
}

/** Whether what is held is such a line `l`, in the run that raised it or in one it came back in. */
function isOnLine(which: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`exists (select from run_lines l join allowance_runs own on own.id = l.run_id
    where ${which} and (l.payee_id, l.month, l.component, own.scheme_code) = (h.payee_id, h.month, h.component, h.scheme_code))`
}

function holds(where: RawBuilder<unknown>, limit: number) {
  return sql<HoldRow>`
    select h.id, h.run_id, h.scheme_code, h.person_id, h.organisation_id, to_char(h.month, 'YYYY-MM') as month, h.component, coalesce(p.name, o.name) as person_name, o.name as organisation_name,
      l.amount_fen, h.cause, h.reason, coalesce(a.display_name, '') as held_by, h.held_at, x.reason as release_reason, b.display_name as released_by, x.released_at
    from line_holds h join allowance_runs r on r.id = h.run_id left join people p on p.id = h.person_id
      join run_lines l on (l.run_id, l.payee_id, l.month, l.component) = (h.run_id, h.payee_id, h.month, h.component)
      left join organisations o on o.id = l.organisation_id left join accounts a on a.id = h.held_by
      left join line_releases x on x.hold_id = h.id left join accounts b on b.id = x.released_by
    where ${where} order by x.hold_id is not null, h.held_at desc, h.id limit ${limit}`
}

/** Routes and figures of the checks, each with where it was read. Policy is public: there is no scope. */
export async function listReviewRules(db: Db) {
  const routes = await db
    .selectFrom('review_routes')
    .selectAll()
    .orderBy('scheme_code', (order) => order.asc().nullsLast())
    .orderBy('facility_kind')
    .execute()
  return { routes, parameters: await db.selectFrom('check_parameters').selectAll().orderBy('code').execute() }
}
