/** Promotions: proposed by a published rule from a published rank, decided by the assessment body; no rank changes a level by itself. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { countsOn } from '../people/certificate-standing.ts'
import type { Context } from '../platform/context.ts'
import { insertRows, type Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { latestPublication } from './appeal-queries.ts'
import {
  getPromotion,
  listPromotionRules,
  listPromotions,
  PROMOTION,
  type PromotionRow,
  type PromotionRule,
} from './promotion-queries.ts'
import { promotionOf, ruleIsFor } from './promotion-rules.ts'
import type { NewPromotions } from './promotion-shapes.ts'
import { EVENT, type EventRow, getEvent, organises } from './queries.ts'
import { TIERS } from './rules.ts'

export interface Proposed {
  proposed: number
  /** who has a proposal of this contest already */
  already: number
  items: PromotionRow[]
}

/**
 * Proposes everybody whom a rule promotes for their published rank, with every demand of the rule and what was found; who is proposed in
 * this contest already stays. Refuses `promotion.not_published`, `promotion.rule_inactive`; faults `promotion.rule_unknown`,
 * `promotion.rule_of_others` (another tier, class or time), `promotion.assessor_unknown` (no assessment body with a number prefix).
 */
export async function proposePromotions(
  tx: Tx,
  context: Context,
  event_id: string,
  { rule_code, assessor_organisation_id }: NewPromotions,
): Promise<Proposed> {
  const event = await getEvent(tx, context.scope, event_id)
  if (!organises(context.scope, event)) notFound(EVENT)
  await tx.selectFrom('competition_events').select('id').where('id', '=', event_id).forUpdate().execute()
  if (!event.published_at)
    refuse('conflict', 'promotion.not_published', {
      zh: '名次公布以后才能提出晋升建议。',
      en: 'Promotions are proposed from a published ranking.',
    })
  const rule = (await listPromotionRules(tx)).find(({ code }) => code === rule_code)
  await mustFit(tx, event, rule, assessor_organisation_id)
  const publication = await latestPublication(tx, event_id)
  const standing = await standingOf(tx, event, publication.id)
  const rows = standing.flatMap(({ entry_id, person_id, certificate_id, ...one }) => {
    const { to_level, reasons } = promotionOf(rule!.terms, one)
    if (to_level === null) return []
    return [
      {
        competition_id: event.competition_id,
        publication_id: publication.id,
        entry_id,
        person_id,
        rule_code,
        occupation_code: event.occupation_code,
        from_level: one.level,
        from_certificate_id: certificate_id,
        to_level,
        reasons: reasons as never,
        assessor_organisation_id,
        proposed_by: context.actor.account_id,
      },
    ]
  })
  const added =
    rows.length === 0
      ? []
      : await insertRows(tx, 'promotions', rows)
          .onConflict((oc) => oc.columns(['competition_id', 'person_id']).where('withdrawn_at', 'is', null).doNothing())
          .returning('id')
          .execute()
  if (added.length > 0)
    await recordHistory(tx, context, {
      kind: 'promotion.proposed',
      subject_kind: 'competition_event',
      subject_id: event_id,
      changes: { rule_code, proposed: added.length, revision: publication.revision },
    })
  const { items } = await listPromotions(tx, context.scope, { event_id, limit: 200 })
  return { proposed: added.length, already: rows.length - added.length, items }
}

async function mustFit(tx: Tx, event: EventRow, rule: PromotionRule | undefined, assessor: string): Promise<void> {
  const body = await tx
    .selectFrom('organisations')
    .select('id')
    .where('id', '=', assessor)
    .where(sql<boolean>`'assessment_body' = any (kinds) and assessor_prefix is not null and closed_on is null`)
    .executeTakeFirst()
  refuseFaults([
    ...(rule
      ? []
      : [
          faultAt(
            '/rule_code',
            'promotion.rule_unknown',
            '没有这条晋升规则，请从列表中选择。',
            'There is no such rule; choose one from the list.',
          ),
        ]),
    ...(rule && !ruleIsFor(rule, event)
      ? [
          faultAt(
            '/rule_code',
            'promotion.rule_of_others',
            `“${rule.name}”是${TIERS[rule.tier as keyof typeof TIERS].zh}${rule.class ? `${'一二'[rule.class - 1]}类` : ''}竞赛的规则（${rule.valid_from} 起），不适用于本次竞赛。`,
            `“${rule.name}” is a rule for other contests (${TIERS[rule.tier as keyof typeof TIERS].en}${rule.class ? `, class ${rule.class}` : ''}, from ${rule.valid_from}), not for this one.`,
          ),
        ]
      : []),
    ...(body
      ? []
      : [
          faultAt(
            '/assessor_organisation_id',
            'promotion.assessor_unknown',
            '请选择一家在办、已登记机构代码的评价机构。',
            'Choose an assessment body in operation that has its number prefix.',
          ),
        ]),
  ])
  if (!rule!.active)
    refuse('conflict', 'promotion.rule_inactive', {
      zh: `“${rule!.name}”的依据尚未核实（${rule!.citation}），不能据此晋升。`,
      en: `The source of “${rule!.name}” is not confirmed (${rule!.citation}), so nobody is promoted by it.`,
    })
}

/** Everybody ranked, members of teams too, with the highest level their certificates give on the day of the competition. */
async function standingOf(tx: Tx, event: EventRow, publication_id: string) {
  const day = event.held_on
  const { rows } = await sql<{
    entry_id: string
    person_id: string
    rank: number
    award: string | null
    ranked: number
    level: number | null
    certificate_id: string | null
  }>`
    with ranked as (
      select r.entry_id, r.rank, r.award, count(*) over ()::int as ranked from competition_published_ranks r where r.publication_id = ${publication_id}::uuid
    ), people as (
      select e.id as entry_id, e.person_id from competition_entries e where e.event_id = ${event.id}::uuid
      union select m.entry_id, m.person_id from competition_entry_members m where m.event_id = ${event.id}::uuid
    )
    select p.entry_id, p.person_id, r.rank, r.award, r.ranked, c.level, c.id as certificate_id
    from ranked r join people p on p.entry_id = r.entry_id
      left join lateral (
        select c.id, c.level from certificates c
        where c.person_id = p.person_id and c.kind = 'skill_level' and c.occupation_code = ${event.occupation_code}
          and ${countsOn(day)}
        order by c.level, c.issued_on limit 1) c on true
    order by r.rank, p.person_id`.execute(tx)
  return rows
}

/**
 * The assessment body approves or rejects a proposal, once. Refuses 404 for a proposal to somebody else, `promotion.withdrawn`,
 * `promotion.decided`.
 */
export async function decidePromotion(
  tx: Tx,
  context: Context,
  id: string,
  { approved, reason }: { approved: boolean; reason: string },
): Promise<PromotionRow> {
  const { scope } = context
  await tx.selectFrom('promotions').select('id').where('id', '=', id).forUpdate().execute()
  const promotion = await getPromotion(tx, scope, id)
  if (scope.kind !== 'organisation') notFound(PROMOTION)
  if (promotion.state === 'withdrawn' || promotion.state === 'to_revoke')
    refuse('conflict', 'promotion.withdrawn', {
      zh: `这项建议已经撤回：${promotion.reason}。`,
      en: `This proposal was withdrawn: ${promotion.reason}.`,
    })
  if (promotion.state !== 'proposed')
    refuse('conflict', 'promotion.decided', { zh: '这项建议已经审定。', en: 'This proposal is decided already.' })
  await tx
    .insertInto('promotion_decisions')
    .values({ promotion_id: id, approved, reason, decided_by: context.actor.account_id!, decided_at: context.now })
    .execute()
  await recordHistory(tx, context, {
    kind: approved ? 'promotion.approved' : 'promotion.rejected',
    subject_kind: 'promotion',
    subject_id: id,
    reason,
    changes: { person_id: promotion.person_id, to_level: promotion.to_level },
  })
  return getPromotion(tx, scope, id)
}
