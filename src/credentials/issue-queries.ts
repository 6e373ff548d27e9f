/** Reads for issuing: the classes an institution may issue for, the people in them, and promotions that were approved. */
import { sql } from 'kysely'
import { notErased, notMerged } from '../people/roster.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import type { ClassKind, Standing } from './rules.ts'

/** The class as its trainer or its assessor sees it, with what a certificate says about it. Another tenant's is not found. */
export async function getIssuingClass(db: Db, scope: Scope, class_id: string): Promise<IssuingClass> {
  const row = await issuingClasses(db, scope).where('classes.id', '=', class_id).executeTakeFirst()
  return row ?? notFound({ zh: '培训班', en: 'class' })
}

/** Classes of the actor's organisation with people who completed it, newest first, and how many of them have no certificate of that kind yet. */
export async function listIssuingClasses(db: Db, scope: Scope, kind: ClassKind) {
  const waiting = sql<number>`(select count(*) from enrolments e where e.class_id = classes.id and e.status = 'completed' and ${notMerged(sql.ref('e.person_id'))}
    and ${notErased(sql.ref('e.person_id'))} and not exists (select from certificates c where c.enrolment_id = e.id and c.kind = ${kind}))`
  return issuingClasses(db, scope)
    .select(waiting.as('waiting'))
    .where(sql<boolean>`exists (select from enrolments e where e.class_id = classes.id and e.status = 'completed')`)
    .orderBy('classes.starts_on', 'desc')
    .orderBy('classes.id', 'desc')
    .limit(100)
    .execute()
}

export type IssuingClass = Awaited<ReturnType<ReturnType<typeof issuingClasses>['execute']>>[number]

function issuingClasses(db: Db, scope: Scope) {
  const own = scope.kind === 'organisation' ? scope.organisation_id : null
  return db
    .selectFrom('classes')
    .innerJoin('courses', 'courses.id', 'classes.course_id')
    .innerJoin('course_versions as version', (join) =>
      join.onRef('version.course_id', '=', 'classes.course_id').onRef('version.number', '=', 'classes.course_version'),
    )
    .leftJoin('occupations', 'occupations.code', 'courses.occupation_code')
    .select([
      'classes.id',
      'classes.name',
      'classes.organisation_id',
      'classes.assessor_organisation_id',
      'classes.starts_on',
      'classes.ends_on',
      'courses.name as course_name',
      'courses.kind',
      'courses.level',
      'courses.occupation_code',
      'occupations.name as occupation_name',
      sql<number>`version.theory_hours + version.practice_hours`.as('hours'),
    ])
    .where((eb) => eb.or([eb('classes.organisation_id', '=', own), eb('classes.assessor_organisation_id', '=', own)]))
}

export interface Candidate extends Standing {
  enrolment_id: string
  person_id: string
  name: string
  id_type: string
  id_number_masked: string
  sex: string | null
  result_id: string | null
  theory: number | null
  practical: number | null
}

/** Everybody in a class, or those named, by name, with what decides about a certificate of that kind. */
export async function listCandidates(
  db: Db,
  class_id: string,
  kind: ClassKind,
  enrolment_ids?: string[],
): Promise<Candidate[]> {
  let query = db
    .selectFrom('enrolments')
    .innerJoin('people', 'people.id', 'enrolments.person_id')
    .leftJoin('assessment_results as result', (join) =>
      join.onRef('result.enrolment_id', '=', 'enrolments.id').on(sql<boolean>`result.known_to = 'infinity'`),
    )
    .leftJoin('certificates as issued', (join) =>
      join
        .onRef('issued.enrolment_id', '=', 'enrolments.id')
        .on('issued.kind', '=', kind)
        .on('issued.replaces_id', 'is', null),
    )
    .select([
      'enrolments.id as enrolment_id',
      'enrolments.person_id',
      'enrolments.status',
      'people.name',
      'people.id_type',
      'people.id_number_masked',
      'people.sex',
      'result.id as result_id',
      'result.passed',
      'result.assessed_on',
      'result.theory',
      'result.practical',
      'issued.number as issued_number',
      sql<boolean>`people.erased_at is not null`.as('erased'),
    ])
    .where('enrolments.class_id', '=', class_id)
    .where(notMerged())
    .orderBy('people.name_pinyin')
    .orderBy('people.name')
    .orderBy('enrolments.id')
  if (enrolment_ids) query = query.where('enrolments.id', 'in', enrolment_ids)
  return query.execute()
}

/** A promotion that was approved and stands, with what its certificate says. */
export interface Promoted {
  promotion_id: string
  person_id: string
  name: string
  id_type: string
  id_number_masked: string
  sex: string | null
  erased: boolean
  event_name: string
  competition_name: string
  held_on: LocalDate
  occupation_code: string
  occupation_name: string
  to_level: number
  decided_at: Date
  /** of the certificate, where there is one */
  number: string | null
}

/** Of the assessment body that the scope is, by level and name. */
export async function listPromoted(
  db: Db,
  scope: Scope,
  { ids, event_id }: { ids?: string[]; event_id?: string },
): Promise<Promoted[]> {
  const { rows } = await sql<Promoted>`
    select m.id as promotion_id, m.person_id, p.name, p.id_type, p.id_number_masked, p.sex, p.erased_at is not null as erased, v.name as event_name,
      k.name as competition_name, k.held_on, m.occupation_code, o.name as occupation_name, m.to_level, d.decided_at, c.number
    from promotions m join promotion_decisions d on d.promotion_id = m.id and d.approved join people p on p.id = m.person_id
      join competition_publications u on u.id = m.publication_id join competition_events v on v.id = u.event_id
      join competitions k on k.id = v.competition_id join occupations o on o.code = m.occupation_code
      left join certificates c on c.promotion_id = m.id and c.replaces_id is null
    where m.withdrawn_at is null and m.assessor_organisation_id = ${scope.kind === 'organisation' ? scope.organisation_id : null}::uuid
      and (${ids ?? null}::uuid[] is null or m.id = any (${ids ?? null}::uuid[]))
      and (${event_id ?? null}::uuid is null or v.id = ${event_id ?? null}::uuid)
    order by m.to_level, p.name_pinyin, p.name, m.id`.execute(db)
  return rows
}

/** Events by which the assessment body approved promotions, latest first, and how many of them have no certificate yet. */
export async function listPromotedEvents(db: Db, scope: Scope) {
  if (scope.kind !== 'organisation') return []
  const { rows } = await sql<{ id: string; name: string; competition_name: string; waiting: number }>`
    select v.id, v.name, k.name as competition_name, count(*) filter (where not exists (
        select from certificates c where c.promotion_id = m.id and c.replaces_id is null)) as waiting
    from promotions m join promotion_decisions d on d.promotion_id = m.id and d.approved
      join competition_publications u on u.id = m.publication_id join competition_events v on v.id = u.event_id
      join competitions k on k.id = v.competition_id
    where m.withdrawn_at is null and m.assessor_organisation_id = ${scope.organisation_id}::uuid
    group by v.id, v.name, k.name, k.held_on order by k.held_on desc, v.id desc limit 100`.execute(db)
  return rows
}
