/** Reads of training orders: announced to the institutions of the city, the orderer's own, and its division's. */
import { type RawBuilder, sql } from 'kysely'
import { notMerged, personInScope } from '../people/roster.ts'
import type { LocalDate } from '../platform/calendar.ts'
import { divisionPrefix, type Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { OrderWait } from './order-rules.ts'
import type { AnswerView, Fulfilment, OrderView, TrainedPerson } from './order-shapes.ts'

export const ORDER = { zh: '培训订单', en: 'training order' }

/** Latest first. */
export async function listOrders(
  db: Db,
  scope: Scope,
  filter: PageInput & { open?: boolean | undefined; waits?: RawBuilder<boolean> | undefined },
): Promise<Page<OrderView>> {
  const after = readCursor(filter.cursor, 1)?.[0] ?? null
  const { rows } = await orders(
    scope,
    sql`(${after}::uuid is null or o.id < ${after}::uuid) and (${filter.open ?? null}::boolean is null or (c.order_id is null) = ${filter.open ?? null}::boolean)
      and ${filter.waits ?? sql`true`}`,
    filter.limit + 1,
  ).execute(db)
  return toPage(rows, filter.limit, (row) => [row.id])
}

export async function getOrder(db: Db, scope: Scope, id: string): Promise<OrderView> {
  const { rows } = await orders(scope, sql`o.id = ${id}::uuid`, 1).execute(db)
  return rows[0] ?? notFound(ORDER)
}

function orders(scope: Scope, where: RawBuilder<unknown>, limit: number) {
  return sql<OrderView>`
    select o.id, o.title, o.orderer_organisation_id, coalesce(orderer.name, d.name) as orderer_name, o.district_code, o.kind, o.occupation_code,
      occupations.name as occupation_name, o.level, o.people, o.due_on, o.promise, o.ordered_at, c.closed_at, c.reason as closing_reason,
      (select count(*) from training_order_answers a where a.order_id = o.id)::int as answers,
      (select count(distinct e.person_id) from classes k join enrolments e on e.class_id = k.id where k.training_order_id = o.id and k.status <> 'cancelled'
        and e.status not in ('withdrawn', 'waiting') and ${notMerged(sql.ref('e.person_id'))})::int as enrolled,
      ${mine(scope)} as mine
    from training_orders o left join organisations orderer on orderer.id = o.orderer_organisation_id
      left join districts d on d.code = o.district_code left join occupations on occupations.code = o.occupation_code
      left join training_order_closures c on c.order_id = o.id
    where ${where} and ${announcedTo(scope)} order by o.id desc limit ${limit}`
}

/** Whether an open order (`o` of the query, its closure `c`) waits for an institution's answer, or for its orderer to decide on one. */
export function orderWaits(wait: OrderWait, scope: Scope, today: LocalDate): RawBuilder<boolean> {
  if (wait === 'decision')
    return sql`(c.order_id is null and ${mine(scope)} and exists (select from training_order_answers a
      left join training_order_decisions d on d.answer_id = a.id where a.order_id = o.id and d.answer_id is null))`
  if (scope.kind !== 'organisation') return sql`false`
  return sql`(c.order_id is null and o.due_on >= ${today}::date and not ${mine(scope)} and not exists (
    select from training_order_answers a where a.order_id = o.id and a.organisation_id = ${scope.organisation_id}::uuid))`
}

/** As a count of a statement. */
export function countWaitingOrders(wait: OrderWait, scope: Scope, today: LocalDate): RawBuilder<unknown> {
  return sql`select count(*) from training_orders o left join training_order_closures c on c.order_id = o.id
    where ${announcedTo(scope)} and ${orderWaits(wait, scope, today)}`
}

/** The division's orders are its officers', a facility's its own. */
function mine(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'division')
    return sql`(o.orderer_organisation_id is null and o.district_code like ${`${scope.prefix}%`})`
  return scope.kind === 'organisation'
    ? sql`(o.orderer_organisation_id is not distinct from ${scope.organisation_id}::uuid)`
    : sql`false`
}

/** Training institutions of the city see what is ordered in it, and once it is closed only what they answered; others what is theirs. */
function announcedTo(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'division') return sql`o.district_code like ${`${scope.prefix}%`}`
  if (scope.kind === 'person') return sql`false`
  return sql`(o.orderer_organisation_id = ${scope.organisation_id}::uuid or exists (
    select from organisations t where t.id = ${scope.organisation_id}::uuid and 'training_institution' = any (t.kinds) and left(t.district_code, 4) = left(o.district_code, 4)
      and (c.order_id is null or exists (select from training_order_answers a where a.order_id = o.id and a.organisation_id = t.id))))`
}

/** Of an order the caller has found: all for the orderer and its division, an institution its own. */
export async function listAnswers(db: Db, scope: Scope, order: OrderView): Promise<AnswerView[]> {
  const own =
    order.mine || scope.kind === 'division' ? null : scope.kind === 'organisation' ? scope.organisation_id : ''
  const { rows } = await sql<AnswerView>`
    select a.id, a.order_id, a.organisation_id, t.name as organisation_name, a.people, a.price_fen, a.starts_on, a.ends_on, a.note, a.answered_at, d.accepted, d.reason,
      greatest(0, a.people - greatest(0, ${order.people}::int - coalesce((
        select sum(other.people) from training_order_answers other join training_order_decisions e on e.answer_id = other.id and e.accepted
        where other.order_id = a.order_id and other.id <> a.id), 0)))::int as surplus
    from training_order_answers a join organisations t on t.id = a.organisation_id left join training_order_decisions d on d.answer_id = a.id
    where a.order_id = ${order.id}::uuid and (${own}::uuid is null or a.organisation_id = ${own}::uuid) order by a.answered_at, a.id`.execute(
    db,
  )
  return rows
}

/** Open orders that have accepted the institution's answer, by title. */
export async function listFillable(db: Db, organisation_id: string | null): Promise<{ id: string; title: string }[]> {
  const { rows } = await sql<{ id: string; title: string }>`
    select o.id, o.title from training_orders o join training_order_answers a on a.order_id = o.id and a.organisation_id = ${organisation_id}::uuid
      join training_order_decisions d on d.answer_id = a.id and d.accepted
    where not exists (select from training_order_closures c where c.order_id = o.id) order by o.title, o.id`.execute(db)
  return rows
}

/**
 * One row a person who has or had a seat in a class of the order, whatever the number of their classes: whether they passed one, and
 * whether they passed and are employed on the day by the orderer, or in its division.
 */
function trained(order: OrderView, today: LocalDate) {
  const employer = order.orderer_organisation_id
    ? sql`w.organisation_id = ${order.orderer_organisation_id}::uuid`
    : sql`f.district_code like ${`${divisionPrefix(order.district_code)}%`}`
  return sql`(
    select e.class_id, k.organisation_id, e.person_id, e.status = 'completed' as passed, e.status = 'completed' and exists (
      select from employments w join organisations f on f.id = w.organisation_id
      where w.person_id = e.person_id and w.known_to = 'infinity' and w.starts_on <= ${today}::date and (w.ends_on is null or w.ends_on > ${today}::date) and ${employer}) as placed
    from classes k join enrolments e on e.class_id = k.id and ${notMerged(sql.ref('e.person_id'))}
    where k.training_order_id = ${order.id}::uuid and k.status <> 'cancelled' and e.status not in ('withdrawn', 'waiting'))`
}

/** How far an order is filled today; the caller has found it. Whoever is in two of its classes is one person. */
export async function fulfilmentOf(db: Db, order: OrderView, today: LocalDate): Promise<Fulfilment> {
  const counts = sql`count(distinct p.person_id)::int as enrolled, count(distinct p.person_id) filter (where p.passed)::int as passed,
    count(distinct p.person_id) filter (where p.placed)::int as placed`
  const { rows: classes } = await sql<Fulfilment['classes'][number]>`
    select k.id, k.name, t.name as organisation_name, k.starts_on, k.status, ${counts}
    from classes k join organisations t on t.id = k.organisation_id left join ${trained(order, today)} p on p.class_id = k.id
    where k.training_order_id = ${order.id}::uuid and k.status <> 'cancelled' group by k.id, t.name order by k.starts_on, k.id`.execute(
    db,
  )
  const { rows } = await sql<Record<'answered' | 'accepted' | 'enrolled' | 'passed' | 'placed', number>>`
    select ${counts},
      (select coalesce(sum(a.people) filter (where d.accepted is distinct from false), 0)::int from training_order_answers a left join training_order_decisions d on d.answer_id = a.id where a.order_id = ${order.id}::uuid) as answered,
      (select coalesce(sum(a.people) filter (where d.accepted), 0)::int from training_order_answers a left join training_order_decisions d on d.answer_id = a.id where a.order_id = ${order.id}::uuid) as accepted
    from ${trained(order, today)} p`.execute(db)
  const { enrolled, passed, placed, answered, accepted } = rows[0]!
  return {
    ordered: order.people,
    ...{ answered, accepted, enrolled, passed, placed },
    passed_rate: { numerator: passed, denominator: enrolled },
    placed_rate: { numerator: placed, denominator: passed },
    classes,
  }
}

/** The people behind a figure of the report whom the reader may see: of the register within the scope, and to an institution those of its own classes. */
export async function listTrained(
  db: Db,
  scope: Scope,
  order: OrderView,
  today: LocalDate,
  filter: PageInput & { figure: 'enrolled' | 'passed' | 'placed' },
): Promise<Page<TrainedPerson>> {
  const after = readCursor(filter.cursor, 2)
  const own = order.mine || scope.kind === 'division' ? sql`true` : sql`p.organisation_id = ${ownOf(scope)}::uuid`
  const { rows } = await sql<TrainedPerson & { name_pinyin: string }>`
    select people.id as person_id, people.name as person_name, people.id_number_masked, people.name_pinyin,
      string_agg(k.name, '、' order by k.starts_on, k.id) as classes, bool_or(p.passed) as passed, bool_or(p.placed) as placed
    from ${trained(order, today)} p join people on people.id = p.person_id join classes k on k.id = p.class_id
    where ${own} and ${personInScope(scope)} and (${after?.[0] ?? null}::text is null or (people.name_pinyin, people.id) > (${after?.[0] ?? null}::text, ${after?.[1] ?? null}::uuid))
    group by people.id having ${filter.figure === 'enrolled' ? sql`true` : sql`bool_or(${sql.ref(`p.${filter.figure}`)})`}
    order by people.name_pinyin, people.id limit ${filter.limit + 1}`.execute(db)
  const page = toPage(rows, filter.limit, ({ name_pinyin, person_id }) => [name_pinyin, person_id])
  return { ...page, items: page.items.map(({ name_pinyin: _, ...person }) => person) }
}

function ownOf(scope: Scope): string | null {
  return scope.kind === 'organisation' ? scope.organisation_id : null
}
