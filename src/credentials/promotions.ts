/** Certificates of promotions: records of their own, which rest on the decision of the assessment body. */
import type { z } from 'zod'
import { getPromotion, PROMOTION } from '../competitions/promotion-queries.ts'
import { faultAt } from '../people/bulk.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { refuseWithoutPrefix } from './actions.ts'
import { issueAll, issuerOf, type Made, onlyOne } from './issue.ts'
import { listPromoted, type Promoted } from './issue-queries.ts'
import type { promotionCertificateShape } from './issue-shapes.ts'
import { draftFor, type Facts, hindrances, type Issuer } from './print.ts'
import { type CertificateRow, getCertificate } from './queries.ts'
import { ERASED, type Obstacle, seriesPrefix } from './rules.ts'

/**
 * Issues the certificate of an approved promotion, once. Refuses 404 for a promotion of somebody else, `promotion.not_approved`,
 * `promotion.issued`, `certificate.prefix_missing`, `certificate.glyph_missing`; faults `certificate.issued_on` (before the decision or
 * after today), `certificate.valid_until`.
 */
export async function issuePromotion(
  tx: Tx,
  context: Context,
  promotion_id: string,
  { issued_on, valid_until }: z.output<typeof promotionCertificateShape>,
): Promise<CertificateRow> {
  await lockFacts(tx)
  await tx.selectFrom('promotions').select('id').where('id', '=', promotion_id).forUpdate().execute()
  const promotion = await getPromotion(tx, context.scope, promotion_id)
  if (promotion.state === 'issued')
    refuse('conflict', 'promotion.issued', {
      zh: `这项晋升已经发证：${promotion.certificate_number}。`,
      en: `The certificate of this promotion is ${promotion.certificate_number}.`,
    })
  const decision = await tx
    .selectFrom('promotion_decisions')
    .select('decided_at')
    .where('promotion_id', '=', promotion_id)
    .executeTakeFirst()
  if (promotion.state !== 'approved' || !decision)
    refuse('conflict', 'promotion.not_approved', {
      zh: '只有审定通过、没有撤回的晋升建议才能发证。',
      en: 'Certificates are issued for promotions that were approved and stand.',
    })
  const issuer = await issuerOf(tx, promotion.assessor_organisation_id)
  refuseWithoutPrefix(issuer)
  const [first, today] = [localDate(decision.decided_at), localDate(context.now)]
  refuseFaults(promotionDayFaults(first, today, { issued_on, valid_until }))
  const made = await issuePromoted(tx, context, { issuer, issued_on, valid_until, batch_id: null }, [promotion_id])
  return getCertificate(tx, context.scope, today, onlyOne(made, PROMOTION))
}

/** What is wrong with the days; `first` is the day of the decision, null for a batch of several. */
export function promotionDayFaults(
  first: LocalDate | null,
  today: LocalDate,
  { issued_on, valid_until }: { issued_on: LocalDate; valid_until: LocalDate | null },
): Fault[] {
  const faults: Fault[] = []
  if (issued_on > today || (first !== null && issued_on < first))
    faults.push(
      faultAt(
        '/issued_on',
        'certificate.issued_on',
        `发证日期 ${issued_on} 须在审定日${first ? ` ${first}` : ''} 与今天 ${today} 之间。`,
        `The day of issue ${issued_on} must lie between the decision${first ? `, ${first},` : ''} and today, ${today}.`,
      ),
    )
  if (valid_until !== null && valid_until <= issued_on)
    faults.push(
      faultAt(
        '/valid_until',
        'certificate.valid_until',
        `有效期至 ${valid_until} 须晚于发证日期 ${issued_on}。`,
        `Valid until ${valid_until} must be later than the day of issue ${issued_on}.`,
      ),
    )
  return faults
}

/** By whom and on which day levels of promotions are certified. */
export interface PromotionOccasion {
  issuer: Issuer
  issued_on: LocalDate
  valid_until: LocalDate | null
  batch_id: string | null
}

/** Issues to these promotions, level by level, as each level has a series of its own. */
export async function issuePromoted(
  tx: Tx,
  context: Context,
  occasion: PromotionOccasion,
  ids: string[],
): Promise<Made> {
  const levels = Map.groupBy(await listPromoted(tx, context.scope, { ids }), ({ to_level }) => to_level)
  const made: Made = { issued: [], refused: [] }
  for (const [level, promoted] of levels) {
    const prefix = seriesPrefix('skill_level', occasion.issuer, level, occasion.issued_on)
    const of_level = promoted.map(({ promotion_id }) => promotion_id)
    const { issued, refused } = await issueAll(tx, context, { ...occasion, kind: 'skill_level', prefix }, async () =>
      (await judgePromoted(tx, context, { ids: of_level }, occasion.issued_on)).map((one) => ({
        ...one,
        draft: promotionDraft(occasion, one),
        rests_on: { promotion_id: one.promotion_id },
      })),
    )
    made.issued.push(...issued)
    made.refused.push(...refused)
  }
  return made
}

/** Promotions that stand and were approved by the actor's body, of an event or named, each with what is in the way of its certificate. */
export async function judgePromoted(
  db: Db,
  context: Context,
  which: { ids?: string[]; event_id?: string },
  issued_on: LocalDate,
): Promise<(Promoted & { obstacle: Obstacle | null; photo: boolean })[]> {
  const promoted = await listPromoted(db, context.scope, which)
  const issue = { kind: 'skill_level', issuer_id: context.actor.organisation_id, issued_on }
  const drawable = await hindrances(db, context, issue, promoted)
  return promoted.map((one, index) => ({
    ...one,
    photo: drawable[index]!.photo,
    obstacle: promotionObstacle(one, issued_on) ?? drawable[index]!.obstacle,
  }))
}

export function promotionDraft({ issuer, issued_on }: Omit<PromotionOccasion, 'batch_id'>, one: Promoted): Facts {
  const taught = { occupation_name: one.occupation_name, course_name: one.event_name, level: one.to_level }
  return draftFor('skill_level', taught, issuer, { ...one, theory: null, practical: null }, issued_on)
}

function promotionObstacle(one: Promoted, issued_on: LocalDate): Obstacle | null {
  if (one.number !== null)
    return {
      code: 'promotion.issued',
      message: {
        zh: `这项晋升已经发证：${one.number}。`,
        en: `The certificate of this promotion is ${one.number}.`,
      },
    }
  if (one.erased) return ERASED
  const decided_on = localDate(one.decided_at)
  if (decided_on > issued_on)
    return {
      code: 'certificate.issued_on',
      message: {
        zh: `审定日 ${decided_on} 晚于发证日期 ${issued_on}，请改发证日期。`,
        en: `Approved on ${decided_on}, after the day of issue ${issued_on}: choose a later day of issue.`,
      },
    }
  return null
}
