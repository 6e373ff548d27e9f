/** Employers enrol their own people in classes that are open to them. */
import { type RawBuilder, sql } from 'kysely'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context, Scope } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { lockedClass, ownOrganisation } from './actions.ts'
import type { OpenClass } from './enrolment-shapes.ts'
import { type Enrolled, enrol } from './enrolments.ts'
import { CLASS } from './queries.ts'

/** Classes in which the reader's institution may enrol its people today, and those in which it did; the next start first. */
export async function listOpenClasses(
  db: Db,
  scope: Scope,
  today: LocalDate,
  filter: PageInput,
): Promise<Page<OpenClass>> {
  const after = readCursor(filter.cursor, 2)
  const { rows } = await openClasses(
    scope,
    today,
    after ? sql`(classes.starts_on, classes.id) < (${after[0]}::date, ${after[1]}::uuid)` : sql`true`,
    filter.limit + 1,
  ).execute(db)
  return toPage(rows, filter.limit, (row) => [row.starts_on, row.id])
}

export async function getOpenClass(db: Db, scope: Scope, today: LocalDate, id: string): Promise<OpenClass> {
  const { rows } = await openClasses(scope, today, sql`classes.id = ${id}::uuid`, 1).execute(db)
  return rows[0] ?? notFound(CLASS)
}

function openClasses(scope: Scope, today: LocalDate, where: RawBuilder<unknown>, limit: number) {
  const own = scope.kind === 'organisation' ? scope.organisation_id : null
  return sql<OpenClass>`
    select classes.id, classes.name, c.name as course_name, c.kind, c.occupation_code, o.name as occupation_name, v.standard_edition, c.level,
      t.name as organisation_name, classes.starts_on::text, classes.ends_on::text, classes.capacity,
      e.people, e.waiting, e.own, ${openTo(own, today)} as enrols
    from classes join courses c on c.id = classes.course_id
      join course_versions v on v.course_id = c.id and v.number = classes.course_version left join occupations o on o.code = c.occupation_code
      join organisations t on t.id = classes.organisation_id
      cross join lateral (
        select count(*) filter (where status not in ('withdrawn', 'waiting'))::int as people, count(*) filter (where status = 'waiting')::int as waiting,
          count(*) filter (where status <> 'withdrawn' and enrolled_by_organisation_id = ${own}::uuid)::int as own
        from enrolments where class_id = classes.id) e
    where ${where} and (${openTo(own, today)} or e.own > 0) order by classes.starts_on desc, classes.id desc limit ${limit}`
}

/** Open from the day its trainer named to the employers of the same city, or at once to the employer whose order it fills; until it is over. */
function openTo(organisation_id: string | null, today: LocalDate): RawBuilder<boolean> {
  return sql`(classes.status = 'open' and classes.ends_on > ${today}::date and (
    (classes.open_to_employers_from <= ${today}::date and exists (select from organisations trainer join organisations me
      on left(me.district_code, 4) = left(trainer.district_code, 4) where trainer.id = classes.organisation_id and me.id = ${organisation_id}::uuid))
    or exists (select from training_orders r where r.id = classes.training_order_id and r.orderer_organisation_id = ${organisation_id}::uuid)))`
}

/**
 * As enrolPeople, of those who work for the employer today, in a class that is open to it: the trainer knows the people from then on.
 * Refuses anybody else as `enrolment.person_unknown`; 404 for any other class.
 */
export async function enrolStaff(tx: Tx, context: Context, class_id: string, person_ids: string[]): Promise<Enrolled> {
  const own = ownOrganisation(context)
  const group = await lockedClass(tx, class_id, openTo(own, localDate(context.now)))
  return enrol(tx, context, group, person_ids, own)
}
