/** What goes out about promotions. */
import { z } from 'zod'
import { reasonShape } from '../people/shapes.ts'

export const PROMOTION_STATES = ['proposed', 'approved', 'rejected', 'withdrawn', 'issued', 'to_revoke'] as const

const level = z.number().int().min(1).max(5)
export const promotionShape = z
  .object({
    id: z.uuid(),
    event_id: z.uuid(),
    event_name: z.string(),
    competition_name: z.string(),
    publication_id: z.uuid(),
    entry_id: z.uuid(),
    person_id: z.uuid(),
    person_name: z.string(),
    id_number_masked: z.string(),
    rank: z.number().int(),
    award: z.string().nullable(),
    rule_code: z.string(),
    rule_name: z.string(),
    citation: z.string(),
    occupation_code: z.string(),
    occupation_name: z.string(),
    from_level: level.nullable(),
    from_certificate_id: z.uuid().nullable(),
    to_level: level,
    reasons: z.array(
      z.object({ term: z.number().int(), code: z.string(), met: z.boolean(), required: z.string(), found: z.string() }),
    ),
    assessor_organisation_id: z.uuid(),
    assessor_name: z.string(),
    state: z.enum(PROMOTION_STATES),
    reason: z.string().nullable(),
    certificate_id: z.uuid().nullable(),
    certificate_number: z.string().nullable(),
    proposed_at: z.date(),
  })
  .meta({ id: 'Promotion' })
export const decisionShape = z
  .strictObject({ approved: z.boolean(), reason: reasonShape })
  .meta({ example: { approved: true, reason: '名次和现有等级已核对' } })
export const ruleShape = z.object({
  code: z.string(),
  name: z.string(),
  tier: z.string(),
  class: z.number().int().nullable(),
  terms: z.array(z.record(z.string(), z.unknown())),
  valid_from: z.string(),
  valid_to: z.string().nullable(),
  months_between: z.number().int().nullable(),
  citation: z.string(),
  confidence: z.string(),
  active: z.boolean(),
})

export const newPromotionsShape = z
  .strictObject({ rule_code: z.string().max(60), assessor_organisation_id: z.uuid() })
  .meta({ example: { rule_code: 'zj-city-2-2016', assessor_organisation_id: '01a20928-3a5e-7d4f-a8a8-6fe334235fde' } })
export type NewPromotions = z.output<typeof newPromotionsShape>
