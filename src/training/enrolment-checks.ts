/** What is found of people when they are enrolled, kept as it was found: the conditions of the level, and days that cannot add up. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asArray, asJson } from '../people/bulk.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import { type LockedClass, lockClass, mustBeOpen } from './actions.ts'
import { entryDecisions } from './entry-facts.ts'
import type { EntryDecision, EntryQuestion, Warning } from './entry-rules.ts'
import { unmetWords, warningWords } from './entry-words.ts'
import { awardsLevel } from './rules.ts'

export interface Finding {
  person_id: string
  /** null: the class is for no level */
  decision: EntryDecision | null
  warnings: Warning[]
}
export interface Flag {
  person_id: string
  code: string
  message: Message
}

type CheckedClass = Pick<
  LockedClass,
  'id' | 'organisation_id' | 'kind' | 'level' | 'occupation_code' | 'standard_edition' | 'starts_on' | 'ends_on'
>

/** Whom the class is asked about, on that day; those whom it is not about are not in it. */
export async function findingsOf(
  db: Db,
  group: CheckedClass,
  person_ids: string[],
  day: LocalDate,
): Promise<Finding[]> {
  const question = questionOf(group, day)
  const decisions = question ? await entryDecisions(db, question, person_ids) : new Map<string, EntryDecision>()
  const warnings = Map.groupBy(
    [...(await shiftClashes(db, group, person_ids)), ...(await sameLevels(db, group, person_ids))],
    ({ person_id }) => person_id,
  )
  return person_ids.map((person_id) => ({
    person_id,
    decision: decisions.get(person_id) ?? null,
    warnings: (warnings.get(person_id) ?? []).map(({ warning }) => warning),
  }))
}

/** What the class asks of people, or null where it is for no level. */
export function questionOf(
  group: Pick<CheckedClass, 'kind' | 'level' | 'occupation_code' | 'standard_edition'>,
  day: LocalDate,
): EntryQuestion | null {
  const { occupation_code, standard_edition, level } = group
  if (!awardsLevel(group) || !occupation_code || !level) return null
  return { occupation_code, standard_edition, level, day }
}

/**
 * Months in which somebody cannot have been both at work and in class. The register knows no shifts, only days attended a month, so
 * this finds what is impossible, never that a shift and a lesson were at the same hour. Without sessions every day of the class counts.
 */
async function shiftClashes(db: Db, { id }: CheckedClass, person_ids: string[]): Promise<Warned[]> {
  const { rows } = await sql<{ person_id: string; month: string; attended: number; class_days: number }>`
    with days as (
      select date_trunc('month', day)::date as month, count(*)::int as class_days from (
        select held_on as day from class_sessions where class_id = ${id}::uuid
        union
        select d::date from classes k cross join lateral generate_series(k.starts_on, k.ends_on - 1, interval '1 day') d
        where k.id = ${id}::uuid and not exists (select from class_sessions s where s.class_id = k.id)) held group by 1
    )
    select s.person_id, to_char(s.month, 'YYYY-MM') as month, sum(s.attendance_days)::int as attended, d.class_days
    from unnest(${asArray(person_ids)}::uuid[]) as asked (id) join service_months s on s.person_id = asked.id and s.known_to = 'infinity'
    join days d on d.month = s.month group by s.person_id, s.month, d.class_days
    having sum(s.attendance_days) + d.class_days > extract(day from s.month + interval '1 month' - interval '1 day') order by 2`.execute(
    db,
  )
  return rows.map(({ person_id, ...clash }) => ({ person_id, warning: { code: 'enrolment.shift_clash', ...clash } }))
}

interface Warned {
  person_id: string
  warning: Warning
}

/** Seats in other open classes for the level of the occupation; who only waits there has none. */
async function sameLevels(db: Db, group: CheckedClass, person_ids: string[]): Promise<Warned[]> {
  if (!awardsLevel(group)) return []
  const { rows } = await sql<{ person_id: string; class_name: string | null }>`
    select e.person_id, case when k.organisation_id = ${group.organisation_id}::uuid then k.name end as class_name
    from enrolments e join classes k on k.id = e.class_id join courses c on c.id = k.course_id
    where e.person_id = any (${asArray(person_ids)}::uuid[]) and e.status = 'enrolled' and k.status = 'open' and k.id <> ${group.id}::uuid
      and c.kind in ('skill_level', 'to_order') and c.occupation_code = ${group.occupation_code} and c.level = ${group.level}
    order by k.starts_on`.execute(db)
  return rows.map(({ person_id, class_name }) => ({ person_id, warning: { code: 'enrolment.same_level', class_name } }))
}

export const NOT_ELIGIBLE = 'enrolment.not_eligible'

/** What of the findings somebody is to see. */
export function flagsOf(findings: Finding[]): Flag[] {
  return findings.flatMap(({ person_id, decision, warnings }) => {
    const unmet = decision && unmetWords(decision)
    return [
      ...(unmet ? [{ person_id, code: NOT_ELIGIBLE, message: unmet }] : []),
      ...warnings.map((warning) => ({ person_id, code: warning.code, message: warningWords(warning) })),
    ]
  })
}

/** Writes the findings of people in the class; of a class for no level only what is to be seen. */
export async function recordFindings(tx: Tx, context: Context, class_id: string, findings: Finding[]): Promise<void> {
  const rows = findings
    .filter(({ decision, warnings }) => decision !== null || warnings.length > 0)
    .map(({ person_id, decision, warnings }) => ({
      person_id,
      rule_code: decision?.rule_code ?? null,
      met: decision?.met ?? null,
      decision: decision?.rule_code ? { earliest: decision.earliest, alternatives: decision.alternatives } : null,
      warnings,
    }))
  if (rows.length === 0) return
  await sql`
    insert into enrolment_checks (enrolment_id, checked_on, rule_code, met, decision, warnings, checked_by)
    select m.id, ${localDate(context.now)}::date, f.rule_code, f.met, f.decision, f.warnings, ${context.actor.account_id}::uuid
    from jsonb_to_recordset(${asJson(rows)}) as f (person_id uuid, rule_code text, met boolean, decision jsonb, warnings jsonb)
    join enrolments m on m.class_id = ${class_id}::uuid and m.person_id = f.person_id`.execute(tx)
}

/** Looks again at everybody in an open class or waiting for it, by what is known now. Refuses `class.not_open`. */
export async function checkEnrolments(
  tx: Tx,
  context: Context,
  class_id: string,
): Promise<{ checked: number; flags: Flag[] }> {
  const group = await lockClass(tx, context, class_id, 'organisation_id')
  mustBeOpen(group)
  const members = await tx
    .selectFrom('enrolments')
    .select('person_id')
    .where('class_id', '=', class_id)
    .where('status', 'in', ['enrolled', 'waiting'])
    .execute()
  const ids = members.map(({ person_id }) => person_id)
  const findings = await findingsOf(tx, group, ids, localDate(context.now))
  await recordFindings(tx, context, class_id, findings)
  const flags = flagsOf(findings)
  await recordHistory(tx, context, {
    kind: 'class.entry_checked',
    subject_kind: 'class',
    subject_id: class_id,
    changes: { checked: ids.length, flagged: flags.length },
  })
  return { checked: ids.length, flags }
}
