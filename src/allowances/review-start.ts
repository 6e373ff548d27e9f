/** What a submission lays down for the review: the facilities of the run, whose steps they take, and the sample drawn for inspection. */
import { sql } from 'kysely'
import type { Db, Tx } from '../platform/database.ts'
import { randomToken } from '../platform/vault.ts'
import { readCheckParameters } from './findings.ts'

/** Of a computed run whose lines stay as they are from here on. A line without a facility, and a run without lines, are the district's; each township has the centres that lie in it now. */
export async function prepareReview(tx: Tx, run_id: string): Promise<void> {
  await sql`
    insert into run_facilities (run_id, organisation_id, facility_kind, reviewer, township_code)
    select r.id, o.id, o.facility_kind, k.reviewer,
      case when k.reviewer = 'township' and o.district_code = r.district_code then o.township_code end
    from (select distinct organisation_id from run_lines where run_id = ${run_id}::uuid) l
      join organisations o on o.id = l.organisation_id join allowance_runs r on r.id = ${run_id}::uuid
      cross join lateral (select reviewer_of(r.scheme_code, o.facility_kind) as reviewer) k`.execute(tx)
  await sql`
    insert into run_steps (run_id, reviewer, township_code, lines, payable, amount_fen)
    select r.id, coalesce(k.reviewer, 'district'), k.township_code, count(l.run_id), count(*) filter (where l.amount_fen > 0), coalesce(sum(l.amount_fen), 0)::bigint
    from allowance_runs r left join run_lines l on l.run_id = r.id
      left join run_facilities k on k.run_id = l.run_id and k.organisation_id = l.organisation_id
    where r.id = ${run_id}::uuid group by 1, 2, 3`.execute(tx)
  await drawSample(tx, run_id)
}

/** Names of the facilities that a township would review if it were on record where they lie, in a district that is told apart by townships. */
export async function withoutTownship(db: Db, run_id: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select o.name from (select distinct organisation_id from run_lines where run_id = ${run_id}::uuid) l
      join organisations o on o.id = l.organisation_id join allowance_runs r on r.id = ${run_id}::uuid
    where o.township_code is null and reviewer_of(r.scheme_code, o.facility_kind) = 'township'
      and exists (select from townships t where t.district_code = r.district_code) order by o.name`.execute(db)
  return rows.map(({ name }) => name)
}

/** Drawn after the lines are fixed and before anybody knows the seed; the order of the lots is told in review-rules.ts. */
async function drawSample(tx: Tx, run_id: string): Promise<void> {
  const { sample_percent: percent } = await readCheckParameters(tx)
  const seed = randomToken()
  await tx.insertInto('run_samples').values({ run_id, seed, percent: percent! }).execute()
  await sql`
    insert into run_sample_lines (run_id, person_id, organisation_id, month, component, facility_kind, township_code, lot, "of")
    select ${run_id}::uuid, person_id, organisation_id, month, component, facility_kind, township_code, lot, "of" from (
      select l.person_id, case when l.person_id is null then l.organisation_id end as organisation_id, l.month, l.component, k.facility_kind, k.township_code,
        count(*) over (partition by k.facility_kind, k.township_code) as "of", row_number() over (
        partition by k.facility_kind, k.township_code order by encode(sha256(convert_to(concat_ws(' ', ${seed}::text, l.payee_id, to_char(l.month, 'YYYY-MM'), l.component), 'UTF8')), 'hex') collate "C") as lot
      from run_lines l left join run_facilities k on k.run_id = l.run_id and k.organisation_id = l.organisation_id
      where l.run_id = ${run_id}::uuid and l.amount_fen > 0
    ) lots where lot <= ceil("of" * ${percent}::numeric / 100)`.execute(tx)
}
