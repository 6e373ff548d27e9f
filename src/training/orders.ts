/** Writes of training orders: ordered, answered, decided, closed; every step a row with who, when and why. */
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { getOrder, listAnswers, ORDER } from './order-queries.ts'
import { answerFaults } from './order-rules.ts'
import type { AnswerView, NewAnswer, NewOrder, OrderView } from './order-shapes.ts'
import { listOccupations } from './queries.ts'

/**
 * Orders trained people, for the actor's facility or division. Faults `order.field_missing` (occupation and level of a skill level),
 * `order.occupation_unknown`, `order.level_unknown`, `order.due_past`; 409 `order.no_division`.
 */
export async function orderTraining(tx: Tx, context: Context, input: NewOrder): Promise<OrderView> {
  const { actor, scope } = context
  refuseFaults(await orderFaults(tx, context, input))
  if (scope.kind === 'division' && !actor.district_code)
    refuse('conflict', 'order.no_division', {
      zh: '您的账号没有所属区划，不能下达订单。请用区县或市级账号下达。',
      en: 'Your account belongs to no division; order with one of a district or the city.',
    })
  const organisation = scope.kind === 'organisation' ? scope.organisation_id : null
  const district_code = organisation
    ? (
        await tx
          .selectFrom('organisations')
          .select('district_code')
          .where('id', '=', organisation)
          .executeTakeFirstOrThrow()
      ).district_code
    : actor.district_code!
  const { id } = await tx
    .insertInto('training_orders')
    .values({
      ...input,
      orderer_organisation_id: organisation,
      district_code,
      ordered_by: actor.account_id!,
      ordered_at: context.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'training_order.ordered',
    subject_kind: 'training_order',
    subject_id: id,
    changes: { ...input },
  })
  return getOrder(tx, scope, id)
}

async function orderFaults(tx: Tx, { now }: Context, input: NewOrder): Promise<Fault[]> {
  const faults: Fault[] = []
  const today = localDate(now)
  if (input.kind === 'skill_level' && !input.occupation_code)
    faults.push(
      faultAt(
        '/occupation_code',
        'order.field_missing',
        '等级培训的订单须写明职业。',
        'An order for a skill level names the occupation.',
      ),
    )
  if (input.kind === 'skill_level' && !input.level)
    faults.push(
      faultAt(
        '/level',
        'order.field_missing',
        '等级培训的订单须写明等级。',
        'An order for a skill level names the level.',
      ),
    )
  if (input.due_on <= today)
    faults.push(
      faultAt(
        '/due_on',
        'order.due_past',
        `完成日期 ${input.due_on} 须在今天（${today}）之后。`,
        `The day ${input.due_on} must be after today, ${today}.`,
      ),
    )
  if (input.occupation_code) {
    const occupation = (await listOccupations(tx)).find(({ code }) => code === input.occupation_code)
    if (!occupation)
      faults.push(
        faultAt(
          '/occupation_code',
          'order.occupation_unknown',
          '没有这个职业，请从列表中选择。',
          'There is no such occupation.',
        ),
      )
    else if (input.level && !occupation.levels.includes(input.level))
      faults.push(
        faultAt(
          '/level',
          'order.level_unknown',
          `${occupation.name}没有第 ${input.level} 级，可选：${occupation.levels.join('、')}。`,
          `${occupation.name} has no level ${input.level}; it has ${occupation.levels.join(', ')}.`,
        ),
      )
  }
  return faults
}

/**
 * A training institution says how many it takes, once. Refuses `order.closed`, `order.answered`; faults `answer.starts_past`,
 * `answer.starts_late` (after the day by which they are to be trained), `answer.dates_reversed`. More than needed is flagged, not refused.
 */
export async function answerOrder(tx: Tx, context: Context, order_id: string, input: NewAnswer): Promise<AnswerView> {
  const { scope, actor } = context
  const order = await openOrder(tx, context, order_id)
  refuseFaults(answerFaults(input, order.due_on, localDate(context.now)))
  if ((await listAnswers(tx, scope, order)).some(({ organisation_id }) => organisation_id === actor.organisation_id))
    refuse('conflict', 'order.answered', {
      zh: '本机构已经响应过这份订单。',
      en: 'You have answered this order already.',
    })
  const { id } = await tx
    .insertInto('training_order_answers')
    .values({
      ...input,
      order_id,
      organisation_id: actor.organisation_id!,
      answered_by: actor.account_id!,
      answered_at: context.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'training_order.answered',
    subject_kind: 'training_order',
    subject_id: order_id,
    changes: { answer_id: id, ...input },
  })
  return (await listAnswers(tx, scope, order)).find((answer) => answer.id === id)!
}

/** The orderer accepts or declines an answer, once. Refuses 404 for an order of somebody else, `order.closed`, `answer.decided`. */
export async function decideAnswer(
  tx: Tx,
  context: Context,
  id: string,
  { accepted, reason }: { accepted: boolean; reason: string },
): Promise<AnswerView> {
  const found = await tx.selectFrom('training_order_answers').select('order_id').where('id', '=', id).executeTakeFirst()
  if (!found) notFound({ zh: '响应', en: 'answer' })
  const order = await openOrder(tx, context, found.order_id)
  if (!order.mine) notFound(ORDER)
  const answer = (await listAnswers(tx, context.scope, order)).find((one) => one.id === id)!
  if (answer.accepted !== null)
    refuse('conflict', 'answer.decided', { zh: '这份响应已经处理。', en: 'This answer is decided already.' })
  await tx
    .insertInto('training_order_decisions')
    .values({ answer_id: id, accepted, reason, decided_by: context.actor.account_id!, decided_at: context.now })
    .execute()
  await recordHistory(tx, context, {
    kind: 'training_order.decided',
    subject_kind: 'training_order',
    subject_id: order.id,
    reason,
    changes: { answer_id: id, accepted },
  })
  return (await listAnswers(tx, context.scope, order)).find((one) => one.id === id)!
}

/** Closes an order: filled, or given up. Classes that were opened go on. Refuses 404 for somebody else's, `order.closed`. */
export async function closeOrder(tx: Tx, context: Context, id: string, reason: string): Promise<OrderView> {
  const order = await openOrder(tx, context, id)
  if (!order.mine) notFound(ORDER)
  await tx
    .insertInto('training_order_closures')
    .values({ order_id: id, reason, closed_by: context.actor.account_id!, closed_at: context.now })
    .execute()
  await recordHistory(tx, context, {
    kind: 'training_order.closed',
    subject_kind: 'training_order',
    subject_id: id,
    reason,
    changes: { enrolled: order.enrolled },
  })
  return getOrder(tx, context.scope, id)
}

/** Its row held, so that nobody answers what is being closed. */
async function openOrder(tx: Tx, context: Context, id: string): Promise<OrderView> {
  await tx.selectFrom('training_orders').select('id').where('id', '=', id).forUpdate().execute()
  const order = await getOrder(tx, context.scope, id)
  if (order.closed_at)
    refuse('conflict', 'order.closed', {
      zh: `订单“${order.title}”已经关闭：${order.closing_reason}。`,
      en: `The order "${order.title}" is closed: ${order.closing_reason}.`,
    })
  return order
}

/** What keeps a course from filling an order: `class.order_unknown`, `class.order_closed`, `class.order_not_accepted`, `class.order_unfit`. */
export async function orderFaultsOf(
  tx: Tx,
  context: Context,
  order_id: string,
  course: { kind: string; occupation_code: string | null; level: number | null } | undefined,
): Promise<Fault[]> {
  const at = (code: string, zh: string, en: string) => [faultAt('/training_order_id', code, zh, en)]
  const order = await getOrder(tx, context.scope, order_id).catch(() => null)
  if (!order) return at('class.order_unknown', '没有这份订单。', 'There is no such order.')
  if (order.closed_at)
    return at('class.order_closed', `订单“${order.title}”已经关闭。`, `The order "${order.title}" is closed.`)
  const answers = await listAnswers(tx, context.scope, order)
  if (!answers.some(({ organisation_id, accepted }) => accepted && organisation_id === context.actor.organisation_id))
    return at('class.order_not_accepted', '订单方还没有接受本机构的响应。', 'The orderer has not accepted your answer.')
  // a course to order may be for whatever is ordered
  const kinds = course?.kind === 'to_order' || course?.kind === order.kind
  const fits =
    kinds &&
    (order.occupation_code ?? course?.occupation_code ?? null) === (course?.occupation_code ?? null) &&
    (order.level ?? course?.level ?? null) === (course?.level ?? null)
  return !course || fits
    ? []
    : at(
        'class.order_unfit',
        '课程的类别、职业或等级与订单不符。',
        'The course is of another kind, occupation or level than the order.',
      )
}
