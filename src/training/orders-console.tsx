/** Pages of training orders: for who orders, and for institutions that answer. */
import { z } from 'zod'
import { OrderPage } from '../../templates/training/order.tsx'
import { OrderPeople } from '../../templates/training/order-people.tsx'
import { OrderForm, Orders } from '../../templates/training/orders.tsx'
import { besideLastDay, besideYuan, filled, withEnd, withFen } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { fulfilmentOf, getOrder, listAnswers, listOrders, listTrained, orderWaits } from './order-queries.ts'
import { ORDER_WAITS, type OrderWait } from './order-rules.ts'
import { answerDecisionShape, figureShape, newAnswerShape, newOrderShape } from './order-shapes.ts'
import { answerOrder, closeOrder, decideAnswer, orderTraining } from './orders.ts'
import { listOccupations } from './queries.ts'
import { reasonBodyShape } from './shapes.ts'

const TITLE = { zh: '培训订单', en: 'Training orders' }
const HERE = '/console/training-orders'

export function orderPages(app: App): void {
  page(app, HERE, 'order.read', async ({ c, db, context, query }) => {
    const waits = query.waits && query.waits in ORDER_WAITS ? (query.waits as OrderWait) : null
    const list = await listOrders(db, context.scope, {
      ...{ limit: 50, cursor: query.cursor },
      waits: waits ? orderWaits(waits, context.scope, localDate(context.now)) : undefined,
    })
    return (
      <Orders
        frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
        items={list.items}
        waits={waits ?? ''}
        next={
          list.next_cursor && `${HERE}?${new URLSearchParams({ ...(waits && { waits }), cursor: list.next_cursor })}`
        }
        may_order={may(context.actor.role, 'order.write')}
      />
    )
  })
  page(app, `${HERE}/new`, 'order.write', (call) => orderForm(call))
  form(
    app,
    HERE,
    'order.write',
    z.preprocess(filled('people', 'level'), newOrderShape),
    async ({ tx, context, input }) => {
      const { id, title } = await orderTraining(tx, context, input)
      return { to: `${HERE}/${id}`, flash: { zh: `订单“${title}”已下达。`, en: `"${title}" was ordered.` } }
    },
    (call) => orderForm(call, call),
  )
  page(app, `${HERE}/:id`, 'order.read', (call) => order(call))
  page(app, `${HERE}/:id/people`, 'order.read', async ({ c, db, context, params, query }) => {
    const { figure = 'enrolled' } = figureShape.safeParse(query).data ?? {}
    const order = await getOrder(db, context.scope, params.id!)
    const today = localDate(context.now)
    const list = await listTrained(db, context.scope, order, today, { limit: 50, cursor: query.cursor, figure })
    const next = list.next_cursor && new URLSearchParams({ figure, cursor: list.next_cursor })
    return (
      <OrderPeople
        frame={frameOf(c, order.title)}
        order={order}
        figure={figure}
        counts={await fulfilmentOf(db, order, today)}
        people={list.items}
        next={next && `${HERE}/${order.id}/people?${next}`}
      />
    )
  })
  form(
    app,
    `${HERE}/:id/answers`,
    'order.answer',
    z.preprocess((sent) => withEnd(withFen(filled('people')(sent))), newAnswerShape),
    async ({ tx, context, params, input }) => {
      await answerOrder(tx, context, params.id!, input)
      return {
        to: `${HERE}/${params.id}`,
        flash: { zh: '已响应，等待订单方处理。', en: 'Answered; the orderer decides.' },
      }
    },
    (call) => order(call, call),
  )
  form(
    app,
    `${HERE}/:id/answers/:answer`,
    'order.write',
    z.preprocess(
      ({ accepted, ...sent }: { accepted?: string }) => ({
        ...sent,
        ...(accepted ? { accepted: accepted === 'true' } : {}),
      }),
      answerDecisionShape,
    ),
    async ({ tx, context, params, input }) => {
      await decideAnswer(tx, context, params.answer!, input)
      return { to: `${HERE}/${params.id}`, flash: { zh: '响应已处理。', en: 'Decided.' } }
    },
    (call) => order(call, call),
  )
  form(
    app,
    `${HERE}/:id/closure`,
    'order.write',
    z.preprocess(({ closing_reason }: { closing_reason?: string }) => ({ reason: closing_reason }), reasonBodyShape),
    async ({ tx, context, params, input }) => {
      await closeOrder(tx, context, params.id!, input.reason)
      return { to: `${HERE}/${params.id}`, flash: { zh: '订单已关闭。', en: 'Closed.' } }
    },
    (call) => order(call, call),
  )
}

async function orderForm({ c, db }: PageCall, retry?: Retry) {
  return (
    <OrderForm
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      occupations={await listOccupations(db)}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function order({ c, db, context, params }: PageCall, retry?: Retry) {
  const { actor, scope } = context
  const found = await getOrder(db, scope, params.id!)
  const answers = await listAnswers(db, scope, found)
  const own = answers.find(({ organisation_id }) => organisation_id === actor.organisation_id)
  const answering = may(actor.role, 'order.answer')
  const closing = c.req.path.endsWith('/closure')
  return (
    <OrderPage
      frame={frameOf(c, found.title)}
      order={found}
      answers={answers}
      fulfilment={await fulfilmentOf(db, found, localDate(context.now))}
      may_answer={answering && !own}
      may_open={answering && own?.accepted === true}
      may_see_classes={may(actor.role, 'class.read')}
      values={retry?.values ?? {}}
      errors={besideLastDay(besideYuan(faultsFor(c, retry?.refusal))).map(({ pointer, message }) => ({
        message,
        pointer: closing ? '/closing_reason' : pointer,
      }))}
    />
  )
}
