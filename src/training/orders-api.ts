/** JSON routes of training orders. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { fulfilmentOf, getOrder, listAnswers, listOrders, listTrained } from './order-queries.ts'
import * as shapes from './order-shapes.ts'
import { answerOrder, closeOrder, decideAnswer, orderTraining } from './orders.ts'
import { reasonBodyShape, wholeListOf } from './shapes.ts'

const tag = 'training'
const readOrders = { permission: 'order.read', tag } as const
const writeOrders = { method: 'post', permission: 'order.write', tag } as const
const params = idShape

export function ordersApi(app: App): void {
  read(
    app,
    {
      ...readOrders,
      path: '/training-orders',
      name: 'listTrainingOrders',
      summary: '培训订单 Training orders',
      query: pageShape.extend({ open: z.stringbool().optional() }),
      answer: listOf(shapes.orderShape),
    },
    ({ db, context, query }) => listOrders(db, context.scope, query),
  )
  write(
    app,
    {
      ...writeOrders,
      path: '/training-orders',
      name: 'orderTraining',
      summary: '下达培训订单 Order trained people',
      body: shapes.newOrderShape,
      answer: shapes.orderShape,
      status: 201,
    },
    ({ tx, context, body }) => orderTraining(tx, context, body),
  )
  read(
    app,
    {
      ...readOrders,
      path: '/training-orders/{id}',
      name: 'getTrainingOrder',
      summary: '培训订单 Get a training order',
      params,
      answer: shapes.orderShape,
    },
    ({ db, context, params: { id } }) => getOrder(db, context.scope, id),
  )
  read(
    app,
    {
      ...readOrders,
      path: '/training-orders/{id}/answers',
      name: 'listTrainingOrderAnswers',
      summary: '培训机构的响应 Answers of institutions',
      params,
      answer: wholeListOf(shapes.answerShape),
    },
    async ({ db, context, params: { id } }) => ({
      items: await listAnswers(db, context.scope, await getOrder(db, context.scope, id)),
    }),
  )
  write(
    app,
    {
      method: 'post',
      permission: 'order.answer',
      tag,
      path: '/training-orders/{id}/answers',
      name: 'answerTrainingOrder',
      summary: '响应订单 Answer an order',
      params,
      body: shapes.newAnswerShape,
      answer: shapes.answerShape,
      status: 201,
    },
    ({ tx, context, params: { id }, body }) => answerOrder(tx, context, id, body),
  )
  write(
    app,
    {
      ...writeOrders,
      path: '/training-order-answers/{id}/decision',
      name: 'decideTrainingOrderAnswer',
      summary: '接受或谢绝响应 Accept or decline an answer',
      params,
      body: shapes.answerDecisionShape,
      answer: shapes.answerShape,
    },
    ({ tx, context, params: { id }, body }) => decideAnswer(tx, context, id, body),
  )
  write(
    app,
    {
      ...writeOrders,
      path: '/training-orders/{id}/closure',
      name: 'closeTrainingOrder',
      summary: '关闭订单 Close an order',
      params,
      body: reasonBodyShape,
      answer: shapes.orderShape,
    },
    ({ tx, context, params: { id }, body }) => closeOrder(tx, context, id, body.reason),
  )
  read(
    app,
    {
      ...readOrders,
      path: '/training-orders/{id}/fulfilment',
      name: 'getTrainingOrderFulfilment',
      summary: '订单完成情况：下达、入学、合格、上岗 How far an order is filled',
      params,
      answer: shapes.fulfilmentShape,
    },
    async ({ db, context, params: { id } }) =>
      fulfilmentOf(db, await getOrder(db, context.scope, id), localDate(context.now)),
  )
  read(
    app,
    {
      ...readOrders,
      path: '/training-orders/{id}/people',
      name: 'listTrainingOrderPeople',
      summary: '订单完成情况背后的人员（限本人可见的） The people behind a figure, of those the reader may see',
      params,
      query: pageShape.extend(shapes.figureShape.shape),
      answer: listOf(shapes.trainedPersonShape),
    },
    async ({ db, context, params: { id }, query }) =>
      listTrained(db, context.scope, await getOrder(db, context.scope, id), localDate(context.now), query),
  )
}
