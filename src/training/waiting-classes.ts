/** What a class waits for and from whom: told once, for the count on the home page and for the list that it leads to. */
import { type RawBuilder, sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import { classesIn, phaseOn } from './queries.ts'
import type { ClassWait } from './steps.ts'

/** As a count of a statement. */
export function countWaitingClasses(wait: ClassWait, scope: Scope, today: LocalDate): RawBuilder<unknown> {
  return countClasses(scope, classWaits(wait, today))
}

/** The classes in a phase, as a count of a statement. */
export function countPhase(phase: 'awaiting_completion' | 'awaiting_certificates', scope: Scope, today: LocalDate) {
  return countClasses(scope, sql<boolean>`${phaseOn(today)} = ${phase}`)
}

function countClasses(scope: Scope, condition: RawBuilder<boolean>): RawBuilder<unknown> {
  return sql`select count(*) from classes join courses on courses.id = classes.course_id
    join organisations as trainer on trainer.id = classes.organisation_id where ${classesIn(scope)} and ${condition}`
}

/** Filings to accept or return, as a count of a statement: those of open classes, of which there are few. */
export function countFiled(scope: Scope): RawBuilder<unknown> {
  return countClasses(
    scope,
    sql`(classes.status = 'open' and (select s.state from class_states s where s.class_id = classes.id and s.filing_id is not null
      order by s.number desc limit 1) = 'filed')`,
  )
}

/** Whether a class (`classes` of the query) waits for that on the day. */
export function classWaits(wait: ClassWait, today: LocalDate): RawBuilder<boolean> {
  return sql<boolean>`(classes.status = 'open' and ${CONDITIONS[wait](today)})`
}

const over = (today: LocalDate) => sql`classes.ends_on <= ${today}::date`
const locked = sql`exists (select from result_locks l where l.class_id = classes.id)`
const unmarked = sql`exists (select from enrolments e where e.class_id = classes.id and e.status = 'enrolled'
  and not exists (select from assessment_results r where r.enrolment_id = e.id and r.known_to = 'infinity'))`

const CONDITIONS: Record<ClassWait, (today: LocalDate) => RawBuilder<boolean>> = {
  // never filed, returned, or accepted for other days than it has now
  filing: (today) => sql`(not ${over(today)} and not exists (
    select from class_filings f join lateral (select s.state from class_states s where s.filing_id = f.id order by s.number desc limit 1) s on true
    where f.class_id = classes.id and (s.state = 'filed'
      or s.state = 'filing_accepted' and (f.starts_on, f.ends_on) = (classes.starts_on, classes.ends_on))))`,
  entry: (today) => sql`(${over(today)} and not ${locked} and ${unmarked})`,
  second_entry: () => sql`exists (select from enrolments e join assessment_entries n on n.enrolment_id = e.id
    where e.class_id = classes.id and e.status = 'enrolled' and not exists (select from assessment_marks m
      where m.enrolment_id = n.enrolment_id and m.part = n.part and m.sitting = n.sitting and m.version >= n.version))`,
  lock: (today) => sql`(${over(today)} and not ${locked} and not ${unmarked}
    and exists (select from enrolments e where e.class_id = classes.id and e.status = 'enrolled'))`,
  publication: () => sql`(${locked} and not exists (select from result_publications p where p.class_id = classes.id))`,
}
