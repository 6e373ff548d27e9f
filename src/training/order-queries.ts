/** Reads of training orders: announced to the institutions of the city, the orderer's own, and its division's. */
import { type RawBuilder, sql } from 'kysely'
import { notMerged } from '../people/roster.ts'
import type { LocalDate } from '../platform/calendar.ts'
import { divisionPrefix, type Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { AnswerView, Fulfilment, OrderView } from './order-shapes.ts'

export const ORDER = { zh: '培训订单', en: 'training order' }

/** Latest first. */
export async function listOrders(
  db: Db,
  scope: Scope,
  filter: PageInput & { open?: boolean | undefined },
): Promise<Page<OrderView>> {
  const after = readCursor(filter.cursor, 1)?.[0] ?? null
  const { rows } = await orders(
    scope,
    sql`(${after}::uuid is null or o.id < ${after}::uuid) and (${filter.open ?? null}::boolean is null or (c.order_id is null) = ${filter.open ?? null}::boolean)`,
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
      (select count(*) from classes k join enrolments e on e.class_id = k.id where k.training_order_id = o.id and k.status <> 'cancelled'
        and e.status not in ('withdrawn', 'waiting') and ${notMerged(sql.ref('e.person_id'))})::int as enrolled,
      ${mine(scope)} as mine
    from training_orders o left join organisations orderer on orderer.id = o.orderer_organisation_id
      left join districts d on d.code = o.district_code left join occupations on occupations.code = o.occupation_code
      left join training_order_closures c on c.order_id = o.id
    where ${where} and ${announcedTo(scope)} order by o.id desc limit ${limit}`
}

/** The division's orders are its officers', a facility's its own. */
function mine(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'division')
    return sql`(o.orderer_organisation_id is null and o.district_code like ${`${scope.prefix}%`})`
  return scope.kind === 'organisation'
    ? sql`(o.orderer_organisation_id is not distinct from ${scope.organisation_id}::uuid)`
    : sql`false`
}

/** Training institutions of the city see what is ordered in it; others what is theirs. */
function announcedTo(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'division') return sql`o.district_code like ${`${scope.prefix}%`}`
  if (scope.kind === 'person') return sql`false`
  return sql`(o.orderer_organisation_id = ${scope.organisation_id}::uuid or exists (
    select from organisations t where t.id = ${scope.organisation_id}::uuid and 'training_institution' = any (t.kinds) and left(t.district_code, 4) = left(o.district_code, 4)))`
}

/** Of an order the caller has found: all for the orderer and its division, an institution its own. */
export async function listAnswers(db: Db, scope: Scope, order: OrderView): Promise<AnswerView[]> {
  const own =
    order.mine || scope.kind === 'division' ? null : scope.kind === 'organisation' ? scope.organisation_id : ''
  const { rows } = await sql<AnswerView>`
    select a.id, a.order_id, a.organisation_id, t.name as organisation_name, a.people, a.price_fen, a.starts_on, a.note, a.answered_at, d.accepted, d.reason
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

/** How far an order is filled today; the caller has found it. */
export async function fulfilmentOf(db: Db, order: OrderView, today: LocalDate): Promise<Fulfilment> {
  const employer = order.orderer_organisation_id
    ? sql`w.organisation_id = ${order.orderer_organisation_id}::uuid`
    : sql`f.district_code like ${`${divisionPrefix(order.district_code)}%`}`
  const { rows: classes } = await sql<Fulfilment['classes'][number]>`
    select k.id, k.name, t.name as organisation_name, k.starts_on, k.status,
      count(e.id) filter (where e.status not in ('withdrawn', 'waiting'))::int as enrolled,
      count(e.id) filter (where e.status = 'completed')::int as passed,
      count(e.id) filter (where e.status = 'completed' and exists (
        select from employments w join organisations f on f.id = w.organisation_id
        where w.person_id = e.person_id and w.known_to = 'infinity' and w.starts_on <= ${today}::date and (w.ends_on is null or w.ends_on > ${today}::date) and ${employer}))::int as placed
    from classes k join organisations t on t.id = k.organisation_id left join enrolments e on e.class_id = k.id and ${notMerged(sql.ref('e.person_id'))}
    where k.training_order_id = ${order.id}::uuid and k.status <> 'cancelled' group by k.id, t.name order by k.starts_on, k.id`.execute(
    db,
  )
  const { rows: offers } = await sql<{ answered: number; accepted: number }>`
    select coalesce(sum(a.people) filter (where d.accepted is distinct from false), 0)::int as answered, coalesce(sum(a.people) filter (where d.accepted), 0)::int as accepted
    from training_order_answers a left join training_order_decisions d on d.answer_id = a.id where a.order_id = ${order.id}::uuid`.execute(
    db,
  )
  const sum = (of: 'enrolled' | 'passed' | 'placed') => classes.reduce((all, one) => all + one[of], 0)
  const [enrolled, passed, placed] = [sum('enrolled'), sum('passed'), sum('placed')]
  return {
    ordered: order.people,
    ...offers[0]!,
    enrolled,
    passed,
    placed,
    passed_rate: { numerator: passed, denominator: enrolled },
    placed_rate: { numerator: placed, denominator: passed },
    classes,
  }
}
