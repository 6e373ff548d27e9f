/** Pages of promotions: proposed by the organiser, decided by the assessment body. */
import { z } from 'zod'
import { PromotionPage, Promotions } from '../../templates/competitions/promotions.tsx'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, type Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { getPromotion, listPromotions } from './promotion-queries.ts'
import { decisionShape, newPromotionsShape, PROMOTION_STATES } from './promotion-shapes.ts'
import { decidePromotion, proposePromotions } from './promotions.ts'
import { promotionView } from './views.ts'

const TITLE = { zh: '竞赛晋升', en: 'Promotions' }

export function promotionsConsole(app: App): void {
  page(app, '/console/promotions', 'promotion.read', async ({ c, db, context, query }) => {
    const state = PROMOTION_STATES.find((known) => known === query.state)
    const list = await listPromotions(db, context.scope, { limit: 50, cursor: query.cursor, state })
    return (
      <Promotions
        frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
        items={list.items.map((row) => promotionView(row, c.get('lang')))}
        state={state ?? ''}
        next={
          list.next_cursor &&
          `/console/promotions?${new URLSearchParams({ ...(state && { state }), cursor: list.next_cursor })}`
        }
      />
    )
  })
  form(
    app,
    '/console/events/:id/promotions',
    'competition.write',
    newPromotionsShape,
    async ({ tx, context, params, input }) => {
      const { proposed } = await proposePromotions(tx, context, params.id!, input)
      return {
        to: '/console/promotions',
        flash: { zh: `已提出 ${proposed} 项晋升建议。`, en: `${proposed} promotions were proposed.` },
      }
    },
  )
  page(app, '/console/promotions/:id', 'promotion.read', (call) => promotion(call, {}))
  form(
    app,
    '/console/promotions/:id/decision',
    'promotion.decide',
    z.preprocess(
      (sent) => ({ ...(sent as object), approved: CHOICES[(sent as { approved?: string }).approved ?? ''] }),
      decisionShape,
    ),
    async ({ tx, context, params, input }) => {
      await decidePromotion(tx, context, params.id!, input)
      return {
        to: `/console/promotions/${params.id}`,
        flash: input.approved
          ? { zh: '已同意晋升，可以发证。', en: 'Approved; the certificate can be issued.' }
          : { zh: '已审定：不予晋升。', en: 'Rejected.' },
      }
    },
    (call) => promotion(call, call.values, call.refusal),
  )
}

const CHOICES: Record<string, boolean> = { true: true, false: false }

/** Also shown by the form that issues the certificate. */
export async function promotion(
  { c, db, context, params }: PageCall,
  values: Record<string, string>,
  refusal?: Refusal,
) {
  const row = await getPromotion(db, context.scope, params.id!)
  return (
    <PromotionPage
      frame={frameOf(c, row.person_name)}
      promotion={promotionView(row, c.get('lang'))}
      may_decide={may(context.actor.role, 'promotion.decide')}
      today={localDate(context.now)}
      values={values}
      errors={faultsFor(c, refusal)}
    />
  )
}
