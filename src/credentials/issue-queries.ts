/** Reads for issuing: the classes an institution may issue for, the people in them, and batches under way. */
import { sql } from 'kysely'
import { notErased, notMerged } from '../people/roster.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { type Message, notFound } from '../platform/errors.ts'
import type { ClassKind, Obstacle, Standing } from './rules.ts'

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

export interface BatchView {
  id: string
  status: string
  job_id: string
  class_id: string
  class_name: string
  kind: ClassKind
  issued_on: LocalDate
  valid_until: LocalDate | null
  done: number
  total: number | null
  error: Message | null
  issued: number
  skipped: Skipped[]
}
/** Somebody who got no certificate, and why; kept in the result of the job. */
export interface Skipped extends Obstacle {
  enrolment_id: string
  person_id: string
  holder_name: string
}

/** A batch and how far its job is; for the issuer, the trainer of the class, and their divisions. */
export async function getBatch(db: Db, scope: Scope, id: string): Promise<BatchView> {
  const [batch] = await batchViews(db, scope, { id })
  return batch ?? notFound({ zh: '发证批次', en: 'certificate batch' })
}

export async function batchViews(
  db: Db,
  scope: Scope,
  filter: { id?: string; class_id?: string | undefined },
): Promise<BatchView[]> {
  let query = db
    .selectFrom('certificate_batches as batch')
    .innerJoin('classes', 'classes.id', 'batch.class_id')
    .innerJoin('organisations as issuer', 'issuer.id', 'batch.organisation_id')
    .innerJoin('jobs', 'jobs.id', 'batch.job_id')
    .select([
      'batch.id',
      'jobs.status',
      'jobs.id as job_id',
      'batch.class_id',
      'classes.name as class_name',
      'batch.issued_on',
      'batch.valid_until',
      'jobs.done',
      'jobs.total',
      'jobs.result',
      'jobs.error',
    ])
    .select((eb) => [
      eb.ref('batch.kind').$castTo<ClassKind>().as('kind'),
      eb
        .selectFrom('certificates')
        .select(eb.fn.countAll<number>().as('n'))
        .whereRef('certificates.batch_id', '=', 'batch.id')
        .as('issued'),
    ])
    .orderBy('batch.id', 'desc')
    .limit(50)
  if (filter.id) query = query.where('batch.id', '=', filter.id)
  if (filter.class_id) query = query.where('batch.class_id', '=', filter.class_id)
  if (scope.kind === 'organisation')
    query = query.where((eb) =>
      eb.or([
        eb('batch.organisation_id', '=', scope.organisation_id),
        eb('classes.organisation_id', '=', scope.organisation_id),
      ]),
    )
  else query = query.where('issuer.district_code', 'like', scope.kind === 'division' ? `${scope.prefix}%` : '')
  const rows = await query.execute()
  return rows.map(({ result, error, ...row }) => ({
    ...row,
    issued: row.issued ?? 0,
    skipped: (result as { skipped?: Skipped[] } | null)?.skipped ?? [],
    error: (error as { message: Message } | null)?.message ?? null,
  }))
}
