/** What is known of people that the conditions of a level ask about, for thousands in one statement; and the decisions on it. */
import { type RawBuilder, sql } from 'kysely'
import { asArray } from '../people/bulk.ts'
import type { EDUCATIONS } from '../people/rules.ts'
import type { Db } from '../platform/database.ts'
import {
  type EntryDecision,
  type EntryFacts,
  type EntryQuestion,
  type EntryRule,
  entryDecision,
  RANKS,
  ruleFor,
} from './entry-rules.ts'

/**
 * Whether people meet the conditions of a level on a day, by person; for an occupation, edition and level without a rule in force the
 * decisions say so (`met` null). Whoever calls has found the people.
 */
export async function entryDecisions(
  db: Db,
  question: EntryQuestion,
  person_ids: string[],
): Promise<Map<string, EntryDecision>> {
  const rule = ruleFor(await rulesOf(db, question), question)
  if (!rule) return new Map(person_ids.map((id) => [id, { ...UNDECIDED, day: question.day }]))
  const facts = await entryFacts(db, question, person_ids)
  return new Map([...facts].map(([id, found]) => [id, entryDecision(rule, found, question.day)]))
}

const UNDECIDED = { rule_code: null, met: null, earliest: null, alternatives: [] }

/** All rules about a level, those that are not in force too. */
async function rulesOf(db: Db, { occupation_code, level }: EntryQuestion): Promise<EntryRule[]> {
  const rows = await db
    .selectFrom('entry_rules')
    .select([
      ...(['code', 'occupation_code', 'standard_edition', 'level', 'valid_from', 'valid_to', 'active'] as const),
      sql<EntryRule['alternatives']>`alternatives`.as('alternatives'),
    ])
    .where('level', '=', level)
    .where((eb) => eb.or([eb('occupation_code', 'is', null), eb('occupation_code', '=', occupation_code)]))
    .execute()
  return rows
}

type Row = Omit<EntryFacts, 'educations'> & {
  id: string
  education: keyof typeof EDUCATIONS | null
  educations: Omit<EntryFacts['educations'][number], 'stated'>[]
}

/**
 * Posts of care count for elder care, of nursery care for child care. Certificates of this register count unless they were revoked for
 * anything but a replacement, or are suspended; those of other bodies once an officer found them. Neither needs to be valid still.
 */
async function entryFacts(
  db: Db,
  { occupation_code, level, day }: EntryQuestion,
  person_ids: string[],
): Promise<Map<string, EntryFacts>> {
  const { rows } = await sql<Row>`
    select p.id, p.birth_date::text, p.education, coalesce(w.days, 0) as worked_days,
      coalesce(l.levels, '[]') as levels, coalesce(e.educations, '[]') as educations, coalesce(d.declared, '{}') as declared, t.trained_on
    from unnest(${asArray(person_ids)}::uuid[]) as asked (id)
    join people p on p.id = asked.id
    cross join (select workforce from occupations where code = ${occupation_code}) o
    left join lateral (
      select sum(upper(days) - lower(days))::int as days from (
        select unnest(range_agg(daterange(starts_on, ends_on))) as days from (
          select starts_on, least(ends_on, ${day}::date) as ends_on from employments
          where person_id = p.id and known_to = 'infinity' and starts_on < ${day}::date and post = any (case o.workforce
            when 'elder_care' then '{care}'::text[] when 'childcare' then '{nursery_care}' else '{care,nursery_care}' end)
          union all
          select from_on, least(to_on, ${day}::date) from entry_declarations
          where person_id = p.id and known_to = 'infinity' and kind = 'experience' and occupation_code = ${occupation_code} and from_on < ${day}::date
        ) worked) periods) w on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('level', level, 'since', since)) as levels from (
        select level, min(issued_on) as since from (
          select c.level, c.issued_on from certificates c
          where c.person_id = p.id and c.kind = 'skill_level' and c.occupation_code = ${occupation_code} and c.issued_on <= ${day}::date
            and not exists (select from certificates n left join standing_revocations v on v.certificate_id = n.id
              where (n.id = c.id or n.replaces_id = c.id)
                and (v.reason_code <> 'replaced' and v.effective_on <= ${day}::date or is_suspended(n.id, ${day}::date)))
          union all
          select c.level, c.issued_on from external_certificates c
          where c.person_id = p.id and c.known_to = 'infinity' and c.occupation_code = ${occupation_code} and c.issued_on <= ${day}::date
            and ${foundInRegister('c')}
        ) held group by level) firsts) l on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('level', level, 'graduated_on', graduated_on)) as educations
      from educations where person_id = p.id and known_to = 'infinity') e on true
    left join lateral (
      select jsonb_object_agg(kind, first_on) as declared from (
        select kind, min(from_on) as first_on from entry_declarations
        where person_id = p.id and known_to = 'infinity' and occupation_code = ${occupation_code} and from_on <= ${day}::date group by kind) kinds) d on true
    left join lateral (
      select min(g.ends_on)::text as trained_on from enrolments m join classes g on g.id = m.class_id join courses c on c.id = g.course_id
      where m.person_id = p.id and m.status = 'completed' and c.occupation_code = ${occupation_code} and c.level = ${level}) t on true`.execute(
    db,
  )
  return new Map(
    rows.map(({ id, education, educations, ...row }) => [
      id,
      {
        ...row,
        educations: [
          ...educations.map((one) => ({ ...one, stated: false })),
          // what was typed counts where no schooling is on record
          ...(education && educations.length === 0 ? [{ level: education, graduated_on: null, stated: true }] : []),
        ].sort((a, b) => RANKS.indexOf(b.level) - RANKS.indexOf(a.level)),
      },
    ]),
  )
}

/** Whether an officer found the certificate of another body (`alias` of the query) as it is recorded now; the newest look-up says. */
export function foundInRegister(alias: string): RawBuilder<boolean> {
  return sql`(select k.result from external_certificate_checks k
    where k.certificate_id = ${sql.ref(`${alias}.id`)} and k.revision = ${sql.ref(`${alias}.revision`)}
    order by k.checked_on desc, k.known_from desc, k.id desc limit 1) = 'found'`
}
