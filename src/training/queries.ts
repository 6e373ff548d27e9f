/** Reads of courses, classes and the people in them. A class belongs to its trainer and to the body that assesses it. */
import { type RawBuilder, sql } from 'kysely'
import { notErased, notMerged } from '../people/roster.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { FilingState } from './filing-rules.ts'
import { type Phase, requiredHours } from './rules.ts'

export const CLASS = { zh: '培训班', en: 'class' }
export const COURSE = { zh: '课程', en: 'course' }

// ─── courses ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export type CourseRow = Awaited<ReturnType<typeof listCourses>>['items'][number]

/** Sorted by name. A trainer sees its own courses; another institution none. */
export async function listCourses(db: Db, scope: Scope, filter: PageInput): Promise<Page<ReturnType<typeof asCourse>>> {
  const after = readCursor(filter.cursor, 2)
  let query = courseRows(db, scope)
  if (after) query = query.where(sql<boolean>`(courses.name, courses.id) > (${after[0]}, ${after[1]}::uuid)`)
  const rows = await query
    .orderBy('courses.name')
    .orderBy('courses.id')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows.map(asCourse), filter.limit, (row) => [row.name, row.id])
}

export async function getCourse(db: Db, scope: Scope, id: string): Promise<CourseRow> {
  const row = await courseRows(db, scope).where('courses.id', '=', id).executeTakeFirst()
  return row ? asCourse(row) : notFound(COURSE)
}

function courseRows(db: Db, scope: Scope) {
  return db
    .selectFrom('courses')
    .innerJoin('organisations as trainer', 'trainer.id', 'courses.organisation_id')
    .leftJoin('occupations', 'occupations.code', 'courses.occupation_code')
    .leftJoin('standard_hours', (join) =>
      join
        .onRef('standard_hours.occupation_name', '=', 'occupations.name')
        .onRef('standard_hours.edition', '=', 'courses.standard_edition')
        .onRef('standard_hours.level', '=', 'courses.level'),
    )
    .leftJoin('standard_editions', (join) =>
      join
        .onRef('standard_editions.occupation_code', '=', 'courses.occupation_code')
        .onRef('standard_editions.edition', '=', 'courses.standard_edition'),
    )
    .select([
      'courses.id',
      'courses.organisation_id',
      'trainer.name as organisation_name',
      'courses.name',
      'courses.kind',
      'courses.occupation_code',
      'occupations.name as occupation_name',
      'courses.standard_edition',
      'courses.level',
      'courses.theory_hours',
      'courses.practice_hours',
      'courses.attendance_percent',
      sql<'flag' | 'refuse'>`courses.entry_check`.as('entry_check'),
      'courses.valid_from',
      'courses.price_fen',
      'courses.price_citation',
      'courses.person_subsidy_fen',
      'courses.person_subsidy_citation',
      'courses.provider_subsidy_fen',
      'courses.provider_subsidy_citation',
      'courses.revision',
      'standard_editions.confidence as edition_confidence',
      'standard_hours.hours as standard_hours',
      'standard_hours.confidence as standard_confidence',
    ])
    .where(coursesIn(scope))
}

function asCourse({ standard_hours, standard_confidence, ...row }: CourseColumns) {
  return {
    ...row,
    required_hours: requiredHours(row),
    standard_hours: standard_confidence ? { hours: standard_hours, confidence: standard_confidence } : null,
  }
}
type CourseColumns = Awaited<ReturnType<ReturnType<typeof courseRows>['execute']>>[number]

/** Occupations with their levels, for forms and checks. */
export function listOccupations(db: Db) {
  return db.selectFrom('occupations').select(['code', 'name', 'levels']).orderBy('code').execute()
}

/** What the standards say about hours, unknown ones too. */
export function listStandardHours(db: Db) {
  return db
    .selectFrom('standard_hours')
    .select(['occupation_name', 'edition', 'level', 'hours', 'confidence'])
    .orderBy('occupation_name')
    .orderBy('edition')
    .orderBy('level', 'desc')
    .execute()
}

/** Open assessment bodies other than this organisation. */
export function listAssessors(db: Db, organisationId: string | null) {
  return db
    .selectFrom('organisations')
    .select(['id', 'name'])
    .where(sql<boolean>`'assessment_body' = any (kinds)`)
    .where('closed_on', 'is', null)
    .where('id', 'is distinct from', organisationId)
    .orderBy('name')
    .execute()
}

// ─── classes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ClassFilter extends PageInput {
  status?: string | undefined
  phase?: Phase | undefined
  /** what `classWaits` says */
  waits?: RawBuilder<boolean> | undefined
  q?: string | undefined
}
export type ClassRow = ReturnType<typeof asClass>

/** Latest start first; `today` decides the phase. */
export async function listClasses(
  db: Db,
  scope: Scope,
  today: LocalDate,
  filter: ClassFilter,
): Promise<Page<ClassRow>> {
  const after = readCursor(filter.cursor, 2)
  let query = classRows(db, scope, today)
  if (filter.status) query = query.where('classes.status', '=', filter.status)
  if (filter.phase) query = query.where(phaseOn(today), '=', filter.phase)
  if (filter.waits) query = query.where(filter.waits)
  if (filter.q) query = query.where('classes.name', 'like', `%${filter.q.replaceAll(/[%_\\]/g, '')}%`)
  if (after) query = query.where(sql<boolean>`(classes.starts_on, classes.id) < (${after[0]}::date, ${after[1]}::uuid)`)
  const rows = await query
    .orderBy('classes.starts_on', 'desc')
    .orderBy('classes.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows.map(asClass), filter.limit, (row) => [row.starts_on, row.id])
}

export async function getClass(db: Db, scope: Scope, today: LocalDate, id: string): Promise<ClassRow> {
  const row = await classRows(db, scope, today).where('classes.id', '=', id).executeTakeFirst()
  return row ? asClass(row) : notFound(CLASS)
}

/** How many classes are in each phase, for the tabs and the list of what waits. */
export async function countPhases(db: Db, scope: Scope, today: LocalDate): Promise<Partial<Record<Phase, number>>> {
  const rows = await db
    .selectFrom('classes')
    .innerJoin('courses', 'courses.id', 'classes.course_id')
    .innerJoin('organisations as trainer', 'trainer.id', 'classes.organisation_id')
    .select((eb) => [phaseOn(today).as('phase'), eb.fn.countAll<number>().as('count')])
    .where(classesIn(scope))
    .groupBy('phase')
    .execute()
  return Object.fromEntries(rows.map(({ phase, count }) => [phase, count]))
}

/** With what its version of the course says; a later version changes nothing about a class. */
function classRows(db: Db, scope: Scope, today: LocalDate) {
  return db
    .selectFrom('classes')
    .innerJoin('courses', 'courses.id', 'classes.course_id')
    .innerJoin('course_versions as version', (join) =>
      join.onRef('version.course_id', '=', 'classes.course_id').onRef('version.number', '=', 'classes.course_version'),
    )
    .innerJoin('organisations as trainer', 'trainer.id', 'classes.organisation_id')
    .leftJoin('organisations as assessor', 'assessor.id', 'classes.assessor_organisation_id')
    .leftJoin('occupations', 'occupations.code', 'courses.occupation_code')
    .select([
      'classes.id',
      'classes.course_id',
      'courses.name as course_name',
      'courses.kind',
      'courses.occupation_code',
      'occupations.name as occupation_name',
      'version.standard_edition',
      'courses.level',
      'version.theory_hours',
      'version.practice_hours',
      'version.attendance_percent',
      'classes.organisation_id',
      'trainer.name as organisation_name',
      'classes.assessor_organisation_id',
      'assessor.name as assessor_name',
      'classes.name',
      'classes.starts_on',
      'classes.ends_on',
      'classes.capacity',
      'classes.training_order_id',
      'classes.open_to_employers_from',
      'classes.host_school',
      'classes.course_version',
      'version.price_fen',
      sql<'open' | 'completed' | 'cancelled'>`classes.status`.as('status'),
      'classes.revision',
      phaseOn(today).as('phase'),
      sql<FilingState | null>`(select ${filingState} from class_states s where s.class_id = classes.id and s.filing_id is not null order by s.number desc limit 1)`.as(
        'filing',
      ),
      sql<number>`(select count(*) from enrolments e where e.class_id = classes.id and e.status not in ('withdrawn', 'waiting') and ${notMerged(sql.ref('e.person_id'))})`.as(
        'people',
      ),
      sql<number>`(select count(*) from enrolments e join assessment_results r on r.enrolment_id = e.id and r.known_to = 'infinity'
        where e.class_id = classes.id and e.status not in ('withdrawn', 'waiting') and r.passed)`.as('passed'),
    ])
    .where(classesIn(scope))
}

function asClass({ theory_hours, practice_hours, attendance_percent, ...row }: ClassColumns) {
  return { ...row, required_hours: requiredHours({ ...row, theory_hours, practice_hours, attendance_percent }) }
}
type ClassColumns = Awaited<ReturnType<ReturnType<typeof classRows>['execute']>>[number]

/** In which phase a class is, in a query of `classes` with its course. */
export function phaseOn(today: LocalDate) {
  return sql<Phase>`case
    when classes.status = 'cancelled' then 'cancelled'
    when classes.status = 'completed' then case when exists (
      select 1 from enrolments e where e.class_id = classes.id and e.status = 'completed' and ${notMerged(sql.ref('e.person_id'))} and ${notErased(sql.ref('e.person_id'))} and not exists (
        select 1 from certificates c where c.enrolment_id = e.id
          and c.kind = case when courses.level is not null and courses.kind in ('skill_level', 'to_order') then 'skill_level' else 'completion' end)
    ) then 'awaiting_certificates' else 'finished' end
    when classes.starts_on > ${today}::date then 'preparing'
    when classes.ends_on > ${today}::date then 'running'
    else 'awaiting_completion' end`
}

/** Where a filing stands by its last state (`class_states s` of the query) and its class. */
export const filingState = sql<FilingState>`(case when s.state = 'filed' and classes.status <> 'open' then 'lapsed' else s.state end)`

/** Classes of the scope, in a query that joins the class's organisation as `trainer`. */
export function classesIn(scope: Scope) {
  if (scope.kind === 'division') return sql<boolean>`trainer.district_code like ${`${scope.prefix}%`}`
  if (scope.kind === 'person') return sql<boolean>`false`
  return sql<boolean>`${scope.organisation_id} in (classes.organisation_id, classes.assessor_organisation_id)`
}

function coursesIn(scope: Scope) {
  if (scope.kind === 'division') return sql<boolean>`trainer.district_code like ${`${scope.prefix}%`}`
  return scope.kind === 'person'
    ? sql<boolean>`false`
    : sql<boolean>`courses.organisation_id = ${scope.organisation_id}`
}
