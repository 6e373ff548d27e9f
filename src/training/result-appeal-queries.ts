/** Reads of appeals against results, and of the results that a person may appeal against. */
import { type RawBuilder, sql } from 'kysely'
import { resultsOpen } from '../people/open-results.ts'
import { notMerged } from '../people/roster.ts'
import { addDays, type LocalDate, localDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { AppealableRow } from './assessment-progress.ts'
import { DEFAULT_TERMS } from './assessment-rules.ts'
import { points } from './rules.ts'

const APPEAL = { zh: '成绩申诉', en: 'appeal' }

export type ResultAppealRow = ReturnType<typeof asAppeal>

/** Latest first: those of the classes an institution teaches or assesses, of a division's classes, or of the person. */
export async function listResultAppeals(
  db: Db,
  scope: Scope,
  filter: PageInput & { waiting?: boolean | undefined; enrolment_id?: string | undefined },
): Promise<Page<ResultAppealRow>> {
  const after = readCursor(filter.cursor, 1)
  let query = appealRows(db, scope)
  if (filter.waiting !== undefined) query = query.where('d.appeal_id', filter.waiting ? 'is' : 'is not', null)
  if (filter.enrolment_id) query = query.where('a.enrolment_id', '=', filter.enrolment_id)
  if (after) query = query.where(sql<boolean>`a.id < ${after[0]}::uuid`)
  const rows = await query
    .orderBy('a.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows.map(asAppeal), filter.limit, (row) => [row.id])
}

export async function getResultAppeal(db: Db, scope: Scope, id: string): Promise<ResultAppealRow> {
  const row = await appealRows(db, scope).where('a.id', '=', id).executeTakeFirst()
  return row ? asAppeal(row) : notFound(APPEAL)
}

/** How many wait for the decision of the assessor. */
export async function countWaitingAppeals(db: Db, scope: Scope): Promise<number> {
  const { rows } = await sql<{ count: number }>`${waitingAppeals(scope)}`.execute(db)
  return rows[0]!.count
}

/** The same as a count of a statement. */
export function waitingAppeals(scope: Scope): RawBuilder<unknown> {
  return sql`select count(*) from result_appeals a join enrolments e on e.id = a.enrolment_id join classes on classes.id = e.class_id
    join organisations as trainer on trainer.id = classes.organisation_id
    where not exists (select from result_appeal_decisions d where d.appeal_id = a.id) and ${inScope(scope)}`
}

function appealRows(db: Db, scope: Scope) {
  return db
    .selectFrom('result_appeals as a')
    .innerJoin('enrolments as e', 'e.id', 'a.enrolment_id')
    .innerJoin('classes', 'classes.id', 'e.class_id')
    .innerJoin('courses', 'courses.id', 'classes.course_id')
    .innerJoin('organisations as trainer', 'trainer.id', 'classes.organisation_id')
    .innerJoin('people', 'people.id', 'e.person_id')
    .innerJoin('assessment_results as before', 'before.id', 'a.result_id')
    .leftJoin('result_appeal_decisions as d', 'd.appeal_id', 'a.id')
    .leftJoin('assessment_results as after', 'after.id', 'd.result_id')
    .select([
      'a.id',
      'a.enrolment_id',
      'a.grounds',
      'a.filed_at',
      'e.person_id',
      'people.name as person_name',
      'classes.id as class_id',
      'classes.name as class_name',
      'classes.assessor_organisation_id',
      'courses.level',
      'before.assessed_on',
      'before.theory',
      'before.practical',
      'before.review',
      'before.passed',
      'd.upheld',
      'd.reason',
      'd.decided_at',
      'after.theory as after_theory',
      'after.practical as after_practical',
      'after.review as after_review',
      'after.passed as after_passed',
    ])
    .where(inScope(scope))
}

function asAppeal(row: Awaited<ReturnType<ReturnType<typeof appealRows>['execute']>>[number]) {
  const { theory, practical, review, passed, after_theory, after_practical, after_review, after_passed, ...rest } = row
  return {
    ...rest,
    before: { theory: points(theory), practical: points(practical), review: points(review), passed },
    after:
      after_passed === null
        ? null
        : {
            ...{ theory: points(after_theory), practical: points(after_practical), review: points(after_review) },
            passed: after_passed,
          },
  }
}

/** In a query with `e`, `classes` and `trainer`. */
function inScope(scope: Scope) {
  if (scope.kind === 'person') return sql<boolean>`e.person_id = ${scope.person_id}::uuid`
  if (scope.kind === 'division') return sql<boolean>`trainer.district_code like ${`${scope.prefix}%`}`
  return sql<boolean>`${scope.organisation_id}::uuid in (classes.organisation_id, classes.assessor_organisation_id)`
}

/** Published results in the scope, the latest class first, each with the last day of an appeal and the one there is. */
export async function listAppealable(db: Db, scope: Scope): Promise<AppealableRow[]> {
  return (await appealable(db, scope).orderBy('classes.starts_on', 'desc').limit(100).execute()).map(asAppealable)
}

/** The result of an enrolment of the person, or of one of the trainer's classes; `published_at` is null until it is published. */
export async function getAppealable(db: Db, scope: Scope, enrolment_id: string): Promise<AppealableRow> {
  const row = await appealable(db, scope).where('e.id', '=', enrolment_id).executeTakeFirst()
  return row ? asAppealable(row) : notFound({ zh: '报名', en: 'enrolment' })
}

function appealable(db: Db, scope: Scope) {
  const terms = sql`select t.appeal_days from assessment_terms t where t.assessor_organisation_id = classes.assessor_organisation_id
    and t.valid_from <= classes.starts_on order by t.valid_from desc limit 1`
  return db
    .selectFrom('enrolments as e')
    .innerJoin('classes', 'classes.id', 'e.class_id')
    .innerJoin('courses', 'courses.id', 'classes.course_id')
    .innerJoin('organisations as trainer', 'trainer.id', 'classes.organisation_id')
    .innerJoin('people', 'people.id', 'e.person_id')
    .innerJoin('assessment_results as r', (join) =>
      join.onRef('r.enrolment_id', '=', 'e.id').on(sql<boolean>`r.known_to = 'infinity'`),
    )
    .leftJoin('result_publications as p', 'p.class_id', 'classes.id')
    .leftJoin('result_appeals as a', 'a.result_id', 'r.id')
    .select([
      'e.id as enrolment_id',
      'classes.id as class_id',
      'classes.name as class_name',
      'courses.level',
      'people.name as person_name',
      'r.id as result_id',
      'r.assessed_on',
      'r.theory',
      'r.practical',
      'r.review',
      'r.passed',
      'r.known_from',
      'p.published_at',
      'p.recorded_at',
      'a.id as appeal_id',
      sql<number>`coalesce((${terms}), ${DEFAULT_TERMS.appeal_days})`.as('appeal_days'),
    ])
    .where(
      scope.kind === 'organisation'
        ? sql<boolean>`classes.organisation_id = ${scope.organisation_id}::uuid`
        : inScope(scope),
    )
    .where(resultsOpen(scope))
    .where(notMerged(sql.ref('e.person_id')))
}

/** The days are counted from the publication, or from when a result was corrected or re-sat after it. */
function asAppealable(row: Awaited<ReturnType<ReturnType<typeof appealable>['execute']>>[number]): AppealableRow {
  const { theory, practical, review, known_from, published_at, recorded_at, ...rest } = row
  const since = recorded_at && known_from > recorded_at ? known_from : published_at
  const until: LocalDate | null = since && addDays(localDate(since), row.appeal_days)
  return { ...rest, theory: points(theory), practical: points(practical), review: points(review), published_at, until }
}
