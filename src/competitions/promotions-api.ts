/** JSON routes of promotions and of the rules they go by. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { wholeListOf } from '../training/shapes.ts'
import { getPromotion, listPromotionRules, listPromotions } from './promotion-queries.ts'
import { decisionShape, newPromotionsShape, PROMOTION_STATES, promotionShape, ruleShape } from './promotion-shapes.ts'
import { decidePromotion, proposePromotions } from './promotions.ts'
import { promotionView } from './views.ts'

const tag = 'promotions'
const params = idShape

export function promotionsApi(app: App): void {
  read(
    app,
    {
      permission: 'competition.read',
      tag,
      path: '/promotion-rules',
      name: 'listPromotionRules',
      summary: '以赛晋级的规则及出处 Published rules of promotion, with their sources',
      answer: wholeListOf(ruleShape),
    },
    async ({ db }) => ({
      items: (await listPromotionRules(db)).map((rule) => ({
        ...rule,
        terms: rule.terms.map((term) => ({ ...term })),
      })),
    }),
  )
  write(
    app,
    {
      method: 'post',
      permission: 'competition.write',
      tag,
      path: '/events/{id}/promotions',
      name: 'proposePromotions',
      summary: '按规则提出晋升建议 Propose promotions by a rule',
      params,
      body: newPromotionsShape,
      answer: z.object({ proposed: z.number().int(), already: z.number().int(), items: z.array(promotionShape) }),
      status: 201,
    },
    async ({ c, tx, context, params: { id }, body }) => {
      const { items, ...figures } = await proposePromotions(tx, context, id, body)
      return { ...figures, items: items.map((row) => promotionView(row, c.get('lang'))) }
    },
  )
  read(
    app,
    {
      permission: 'promotion.read',
      tag,
      path: '/promotions',
      name: 'listPromotions',
      summary: '晋升建议 Promotions',
      query: pageShape.extend({ event_id: z.uuid().optional(), state: z.enum(PROMOTION_STATES).optional() }),
      answer: listOf(promotionShape),
    },
    async ({ c, db, context, query }) => {
      const page = await listPromotions(db, context.scope, query)
      return { ...page, items: page.items.map((row) => promotionView(row, c.get('lang'))) }
    },
  )
  read(
    app,
    {
      permission: 'promotion.read',
      tag,
      path: '/promotions/{id}',
      name: 'getPromotion',
      summary: '晋升建议 Get a promotion',
      params,
      answer: promotionShape,
    },
    async ({ c, db, context, params: { id } }) =>
      promotionView(await getPromotion(db, context.scope, id), c.get('lang')),
  )
  write(
    app,
    {
      method: 'post',
      permission: 'promotion.decide',
      tag,
      path: '/promotions/{id}/decision',
      name: 'decidePromotion',
      summary: '审定晋升建议 Approve or reject a promotion',
      params,
      body: decisionShape,
      answer: promotionShape,
    },
    async ({ c, tx, context, params: { id }, body }) =>
      promotionView(await decidePromotion(tx, context, id, body), c.get('lang')),
  )
}
