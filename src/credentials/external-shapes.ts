/** What comes in and goes out about certificates issued elsewhere. */
import { z } from 'zod'
import { changeShape, listOf, oneOf, reasonShape } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { pageShape } from '../platform/paging.ts'
import { EXTERNAL_KINDS, EXTERNAL_STATES } from './external-rules.ts'
import { registryCheckShape } from './shapes.ts'

const stated = z.strictObject({
  number: z.string().trim().min(1).max(60),
  kind: oneOf(EXTERNAL_KINDS),
  occupation_code: z.string().max(20),
  standard_edition: z.string().trim().min(2).max(60).nullish(),
  level: z.number().int().min(1).max(5),
  issuer_name: z.string().trim().min(2).max(120),
  issued_on: localDateShape,
  valid_until: localDateShape.nullish().transform((day) => day ?? null),
  evidence: z
    .string()
    .trim()
    .min(2)
    .max(500)
    .nullish()
    .meta({ description: '证书照片或复印件的存放处 where a copy lies' }),
})
const example = {
  number: 'S000033999812254000017',
  kind: 'skill_level',
  occupation_code: '4-10-01-05',
  level: 4,
  issuer_name: '示例省外评价中心',
  issued_on: '2025-06-10',
} as const
export const newExternalShape = stated
  .extend({ person_id: z.uuid().toLowerCase() })
  .meta({ id: 'NewExternalCertificate', example: { person_id: '01a20928-3a5e-7d4f-a8a8-6fe334235fde', ...example } })
export const statedShape = stated

export const externalCorrectionShape = stated
  .extend({ valid_until: localDateShape.nullable() })
  .partial()
  .extend({ reason: reasonShape })
  .meta({ id: 'ExternalCertificateCorrection', example: { level: 3, reason: '录入时看错等级，已对照证书原件' } })
export type ExternalCorrection = z.output<typeof externalCorrectionShape>
export const externalWithdrawalShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'ExternalCertificateWithdrawal', example: { reason: '不是本人的证书，登记有误' } })

export const externalFilterShape = pageShape.extend({
  person_id: z.uuid().optional(),
  number: z.string().max(60).optional(),
  /** `open`: nobody has looked it up, or it was corrected since */
  state: z.enum([...(Object.keys(EXTERNAL_STATES) as (keyof typeof EXTERNAL_STATES)[]), 'open']).optional(),
})
export type ExternalFilter = z.output<typeof externalFilterShape>

export const externalShape = z
  .object({
    id: z.uuid(),
    person_id: z.uuid(),
    person_name: z.string(),
    id_number_masked: z.string(),
    revision: z.number().int(),
    number: z.string(),
    kind: z.string(),
    occupation_code: z.string(),
    occupation_name: z.string(),
    standard_edition: z.string().nullable(),
    level: z.number().int(),
    issuer_name: z.string(),
    issued_on: z.string(),
    valid_until: z.string().nullable(),
    evidence: z.string().nullable(),
    organisation_id: z.uuid(),
    recorded_by_name: z.string(),
    state: oneOf(EXTERNAL_STATES),
    registry: z.string().nullable(),
    checked_on: z.string().nullable(),
  })
  .meta({ id: 'ExternalCertificate' })
const warning = z.object({ pointer: z.string(), code: z.string(), message: z.string() })
export const recordedExternalShape = externalShape
  .extend({ change: changeShape, warnings: z.array(warning) })
  .meta({ id: 'RecordedExternalCertificate' })
export const externalPageShape = listOf(externalShape)
export const externalChecksShape = z.object({
  items: z.array(
    registryCheckShape
      .extend({ id: z.uuid(), certificate_id: z.uuid(), revision: z.number().int(), known_from: z.any() })
      .meta({ id: 'ExternalCertificateCheck' }),
  ),
  next_cursor: z.null(),
})
