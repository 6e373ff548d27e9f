/** Reads of how the results of a class came about: the terms in force, marks by part and sitting, entries of two people, lock and publication. */
import { sql } from 'kysely'
import { notMerged } from '../people/roster.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import type { Closing, EntryRow, MarkRow } from './assessment-progress.ts'
import { DEFAULT_TERMS, type Terms } from './assessment-rules.ts'
import type { Part } from './rules.ts'

/** The terms an assessor has stated for a day, or those of the reference data. */
export async function termsOn(db: Db, assessor_id: string | null, day: LocalDate): Promise<Terms> {
  const row = await db
    .selectFrom('assessment_terms')
    .select([
      'kept_months',
      'sittings',
      'appeal_days',
      'two_person_entry',
      'held_until_published',
      'citation',
      'valid_from',
    ])
    .where('assessor_organisation_id', '=', assessor_id)
    .where('valid_from', '<=', day)
    .orderBy('valid_from', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { ...row, confidence: 'confirmed' } : DEFAULT_TERMS
}

/** All that an assessor has stated, the latest first. */
export function listTerms(db: Db, assessor_id: string) {
  return db
    .selectFrom('assessment_terms')
    .leftJoin('accounts', 'accounts.id', 'assessment_terms.recorded_by')
    .selectAll('assessment_terms')
    .select('accounts.display_name as recorded_by_name')
    .where('assessor_organisation_id', '=', assessor_id)
    .orderBy('valid_from', 'desc')
    .execute()
}

/** Marks that stand of everybody in a class, or of those named, in the order they were sat. */
export async function listMarks(db: Db, class_id: string, enrolment_ids?: string[]): Promise<MarkRow[]> {
  const some = enrolment_ids ? sql`and e.id = any(${enrolment_ids}::uuid[])` : sql``
  const { rows } = await sql<MarkRow>`select * from (
      select distinct on (m.enrolment_id, m.part, m.sitting) m.id, m.enrolment_id, m.part, m.sitting, m.version, m.assessed_on, m.mark, m.reason, m.kept_mark_id
      from assessment_marks m join enrolments e on e.id = m.enrolment_id where e.class_id = ${class_id}::uuid ${some}
      order by m.enrolment_id, m.part, m.sitting, m.version desc
    ) standing order by assessed_on, sitting`.execute(db)
  return rows
}

/**
 * Parts that people of a class passed in an earlier class of the same occupation, edition and level with the same assessor, of each
 * the latest. Whether one is still kept is for the terms to say.
 */
export async function listKeepable(
  db: Db,
  class_id: string,
  pass_mark: number,
): Promise<{ id: string; enrolment_id: string; part: Part; assessed_on: LocalDate; mark: number }[]> {
  const { rows } = await sql<{ id: string; enrolment_id: string; part: Part; assessed_on: LocalDate; mark: number }>`
    select distinct on (here.id, m.part) m.id, here.id as enrolment_id, m.part, m.assessed_on, m.mark
    from enrolments here join classes k on k.id = here.class_id join courses c on c.id = k.course_id
      join course_versions v on v.course_id = c.id and v.number = k.course_version
      join enrolments before on before.person_id = here.person_id and before.id <> here.id
      join classes bk on bk.id = before.class_id and bk.assessor_organisation_id = k.assessor_organisation_id
      join courses bc on bc.id = bk.course_id and bc.occupation_code = c.occupation_code and bc.level = c.level
      join course_versions bv on bv.course_id = bc.id and bv.number = bk.course_version and bv.standard_edition is not distinct from v.standard_edition
      join assessment_marks m on m.enrolment_id = before.id and m.sitting > 0 and m.mark >= ${pass_mark}
    where here.class_id = ${class_id}::uuid and not exists (select from assessment_marks later
      where later.enrolment_id = m.enrolment_id and later.part = m.part and later.sitting = m.sitting and later.version > m.version)
    order by here.id, m.part, m.assessed_on desc`.execute(db)
  return rows
}

/** In the order of entry. */
export async function listOpenEntries(db: Db, class_id: string): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`select * from (
      select distinct on (n.enrolment_id, n.part, n.sitting, n.entered_by) n.seq, n.enrolment_id, p.name as person_name, n.part, n.sitting,
        n.version, n.assessed_on, n.mark, n.reason, n.entered_by, a.display_name as entered_by_name
      from assessment_entries n join enrolments e on e.id = n.enrolment_id join people p on p.id = e.person_id join accounts a on a.id = n.entered_by
      where e.class_id = ${class_id}::uuid and e.status not in ('withdrawn', 'waiting') and ${notMerged(sql.ref('e.person_id'))} and not exists (
        select from assessment_marks m where m.enrolment_id = n.enrolment_id and m.part = n.part and m.sitting = n.sitting and m.version >= n.version)
      order by n.enrolment_id, n.part, n.sitting, n.entered_by, n.seq desc
    ) open order by seq`.execute(db)
  return rows
}

/** Whether the results of a class are locked and published, since when and by whom; null until they are. */
export async function closingOf(db: Db, class_id: string): Promise<Closing | null> {
  const row = await db
    .selectFrom('result_locks as l')
    .leftJoin('result_publications as p', 'p.class_id', 'l.class_id')
    .leftJoin('accounts as locker', 'locker.id', 'l.locked_by')
    .leftJoin('accounts as publisher', 'publisher.id', 'p.published_by')
    .select([
      'l.locked_at',
      'l.missing',
      'l.implied',
      'locker.display_name as locked_by_name',
      'p.published_at',
      'publisher.display_name as published_by_name',
    ])
    .where('l.class_id', '=', class_id)
    .executeTakeFirst()
  return row ?? null
}
/**
 * The people who examine a class, and of each what speaks against it: somebody of that name is employed by the trainer on a day of the
 * class, or sits in it. A name is no proof; the assessor looks.
 */
export async function listExaminers(db: Db, class_id: string) {
  const { rows } = await sql<{
    id: string
    name: string
    account_id: string | null
    named_at: Date
    employed_by_trainer: boolean
    in_class: boolean
  }>`select x.id, x.name, x.account_id, x.named_at,
      exists (select from employments m join people p on p.id = m.person_id where m.organisation_id = k.organisation_id and m.known_to = 'infinity'
        and p.name = x.name and m.starts_on < k.ends_on and coalesce(m.ends_on > k.starts_on, true)) as employed_by_trainer,
      exists (select from enrolments e join people p on p.id = e.person_id where e.class_id = k.id and e.status not in ('withdrawn', 'waiting') and p.name = x.name) as in_class
    from class_examiners x join classes k on k.id = x.class_id
    where x.class_id = ${class_id}::uuid and x.left_at is null order by x.named_at, x.id`.execute(db)
  return rows
}
