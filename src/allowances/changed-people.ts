/** Of whom something became known since a scheme's last run in a district, so that only their earlier months have to be judged again. */
import { sql } from 'kysely'
import { firstDay, type LocalDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Tx } from '../platform/database.ts'
import { isCumulative } from './corrections.ts'
import { employedIn } from './facts.ts'
import type { Rules } from './rules.ts'

interface Run {
  id: string
  scheme_code: string
  district_code: string
  cutoff: string
}

/** The last approved run of the district, and the instant from which on something can be known that it, or a run approved after it was computed, did not know. */
export interface LastRun {
  id: string
  month: Month
  cutoff: string
  rules_sha256: string
  since: string
}

export async function readLastRun(tx: Tx, run: Run): Promise<LastRun | null> {
  const { rows } = await sql<LastRun & { month: LocalDate }>`
    with approved as (
      select r.id, r.month, r.district_code, r.rules_sha256, r.cutoff, d.decided_at
      from allowance_runs r join allowance_decisions d on d.run_id = r.id and d.kind = 'approval' and d.decided_at <= ${run.cutoff}::timestamptz
      where r.scheme_code = ${run.scheme_code}
    )
    select last.id, last.month, last.cutoff::text as cutoff, last.rules_sha256, (select min(a.cutoff) from approved a where a.decided_at > last.cutoff)::text as since
    from approved last where last.district_code = ${run.district_code} order by last.cutoff desc limit 1`.execute(tx)
  return rows[0] ? { ...rows[0], month: monthOf(rows[0].month) } : null
}

/**
 * Whether what is due for a month follows from facts that say when they became known. What is due once, or shares a group, depends on
 * what was booked elsewhere; who somebody is (day of birth, sex) has no knowledge time.
 */
export function followsFromDatedFacts(rules: Rules): boolean {
  return (
    !isCumulative(rules) &&
    !rules.conditions.some(({ measure }) => measure === 'age_below' || measure === 'social_insurance')
  )
}

/**
 * Notes the people of whom something became known after `since` and by the cutoff that can matter to one of the earlier months: their own
 * facts, those of an organisation they work at or of one above it, what other runs booked for them, and what of them, or of a record
 * merged into theirs, was held.
 */
export async function noteChangedPeople(
  tx: Tx,
  run: Run,
  { id: last_id, since }: LastRun,
  { months, posts, from, to }: { months: Month[]; posts: string[]; from: LocalDate; to: LocalDate },
): Promise<void> {
  const came = (column: string) =>
    sql`(${sql.ref(column)} > ${since}::timestamptz and ${sql.ref(column)} <= ${run.cutoff}::timestamptz)`
  const facts = (table: string, further = sql`true`) => sql`
    select person_id from ${sql.table(table)} where ${came('known_from')} and ${further}
    union all select person_id from ${sql.table(table)} where ${came('known_to')} and known_to <> 'infinity' and ${further}`
  const certificates = (table: string) => sql`
    select c.person_id from ${sql.table(table)} x join certificates c on c.id = x.certificate_id where ${came('x.known_from')}`
  const days = sql`${months.map(firstDay)}::date[]`
  await sql`
    with recursive organisations_changed as (
      select organisation_id from organisation_standings where ${came('known_from')} or ${came('known_to')}
      union select organisation_id from organisation_filings where ${came('known_from')} or ${came('known_to')}
      union select s.organisation_id from organisations_changed above join organisation_standings s on s.parent_id = above.organisation_id
    ), held (person_id) as (
      select person_id from line_holds where scheme_code = ${run.scheme_code} and month = any(${days}) and person_id is not null
      union select m.survivor_id from held join person_merges m on m.merged_id = held.person_id
    ), changed as (
      ${facts('employments')}
      union all ${facts('service_months', sql`month = any(${days})`)}
      union all ${facts('education_hours')}
      union all ${facts('conduct_events')}
      union all ${facts('educations')}
      union all ${facts('licences')}
      union all ${facts('allowance_claims')}
      union all ${facts('external_certificates')}
      union all select c.person_id from external_certificate_checks k join external_certificates c on c.id = k.certificate_id where ${came('k.known_from')}
      union all select person_id from certificates where ${came('known_from')}
      union all ${certificates('registry_checks')}
      union all ${certificates('certificate_revocations')}
      union all ${certificates('certificate_restorations')}
      union all ${certificates('certificate_suspensions')}
      union all ${certificates('certificate_resumptions')}
      union all ${certificates('certificate_continuations')}
      union all select from_id from certificate_moves where ${came('moved_at')}
      union all select to_id from certificate_moves where ${came('moved_at')}
      union all select e.person_id from employments e join organisations_changed using (organisation_id)
      union all
      select l.person_id from allowance_ledger l join allowance_decisions d on d.run_id = l.run_id and d.kind = 'approval' and ${came('d.decided_at')}
      where l.scheme_code = ${run.scheme_code} and l.run_id <> ${last_id}::uuid
        and l.person_id in (${employedIn([run.district_code], { posts, from, to, cutoff: run.cutoff })})
      union all select person_id from held
    )
    insert into run_changed_people (run_id, person_id) select distinct ${run.id}::uuid, person_id from changed`.execute(
    tx,
  )
}
