/** What comes in and goes out about credentials. */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'
import { pageShape } from '../platform/paging.ts'
import { CHECK_PURPOSES } from './check-rules.ts'
import {
  CHECK_ROWS,
  CHECK_STATUSES,
  KINDS,
  REGISTRIES,
  REGISTRY_RESULTS,
  REVOCATION_REASONS,
  STATUSES,
} from './rules.ts'

export const keys = <K extends string>(vocabulary: Record<K, unknown>) => z.enum(Object.keys(vocabulary) as [K, ...K[]])
export const reason = z.string().trim().min(2).max(500)
const number = z.string().trim().min(1).max(60)

/** `…/{id}.pdf`: the router hands over the id with its ending. */
export const idPdfShape = z.object({ id: withoutEnding('.pdf') })
export const idZipShape = z.object({ id: withoutEnding('.zip') })
export const idXlsxShape = z.object({ id: withoutEnding('.xlsx') })

function withoutEnding(ending: string) {
  return z
    .string()
    .transform((text) => (text.endsWith(ending) ? text.slice(0, -ending.length) : text))
    .pipe(z.uuid())
}

export const revocationShape = z
  .strictObject({
    reason_code: keys(REVOCATION_REASONS),
    reason,
    /** from this day on it supports nothing; today when left out, and the day of issue for fraud */
    effective_on: localDateShape.nullish().transform((day) => day ?? null),
  })
  .meta({ example: { reason_code: 'issued_in_error', reason: '等级录入有误', effective_on: '2026-11-20' } })
export const replacementShape = z
  .strictObject({ reason, holder_name: z.string().trim().min(1).max(60).nullish() })
  .meta({ example: { reason: '姓名登记有误，已核对身份证', holder_name: '王晓芳' } })

const registryCheck = z.strictObject({
  registry: keys(REGISTRIES),
  result: keys(REGISTRY_RESULTS),
  checked_on: localDateShape,
  /** where the proof is: the file number of a screenshot, its hash, an address */
  evidence: z.string().trim().min(2).max(500),
})
const finding = { registry: 'osta', result: 'found', checked_on: '2026-09-01', evidence: '截图 2026-09-01-001' }
export const registryCheckShape = registryCheck.meta({ example: finding })
export const registryChecksShape = registryCheck
  .extend({ certificate_ids: z.array(z.uuid()).min(1).max(1000).optional(), batch_id: z.uuid().optional() })
  .refine((input) => (input.certificate_ids === undefined) !== (input.batch_id === undefined), {
    path: ['certificate_ids'],
    error: 'certificate_ids 与 batch_id 二选一。 / Give certificate_ids or batch_id.',
  })
  .meta({ example: { certificate_ids: ['01a20928-3a5e-7d4f-a8a8-6fe334235fde'], ...finding } })

export const newCheckShape = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          number,
          name: z.string().trim().min(1).max(60),
          id_last4: z.string().trim().length(4).nullish(),
        }),
      )
      .min(1)
      .max(CHECK_ROWS)
      .optional(),
    /** instead of items: everybody on the caller's own roster */
    roster: z.literal(true).optional(),
    purpose: keys(CHECK_PURPOSES).default('not_stated'),
  })
  .refine((input) => (input.items === undefined) !== (input.roster === undefined), {
    path: ['items'],
    error: 'items 与 roster 二选一。 / Give items or roster.',
  })
  .meta({ example: { purpose: 'hiring', items: [{ number: 'S000033999901263000001', name: '张三' }] } })

export const listShape = pageShape.extend({
  number: z.string().max(60).optional(),
  name: z.string().max(60).optional(),
  level: z.coerce.number().int().min(1).max(5).optional(),
  kind: keys(KINDS).optional(),
  status: keys(STATUSES).optional(),
  class_id: z.uuid().optional(),
  batch_id: z.uuid().optional(),
  event_id: z.uuid().optional(),
  /** the holder is on the roster of this organisation */
  organisation_id: z.uuid().optional(),
  /** valid now, and no longer within so many days */
  expiring_within_days: z.coerce.number().int().min(1).max(3660).optional(),
  /** `none`: skill-level certificates to look up in an official register: nobody has yet, or it is due again */
  registry: z.enum(['none']).optional(),
})
export type CertificateFilter = z.output<typeof listShape>
/** What goes into one ZIP or print file: at least one condition, so that nobody takes everything by leaving them out. */
export const filesShape = listShape
  .omit({ limit: true, cursor: true })
  .refine((filter) => Object.values(filter).some((value) => value !== undefined && value !== ''), {
    error: '请至少给一个筛选条件。 / Give at least one condition.',
  })
export type FilesFilter = z.output<typeof filesShape>

export const certificateShape = z
  .object({
    id: z.uuid(),
    number: z.string(),
    kind: keys(KINDS),
    status: keys(STATUSES),
    person_id: z.uuid(),
    holder_name: z.string(),
    id_number_masked: z.string(),
    occupation_code: z.string().nullable(),
    occupation_name: z.string(),
    level: z.number().int().nullable(),
    issuer_organisation_id: z.uuid(),
    issuer_name: z.string(),
    issued_on: z.string(),
    valid_until: z.string().nullable(),
    batch_id: z.string().nullable(),
    promotion_id: z.string().nullable().describe('the promotion by a competition on which it rests'),
    entry_id: z.string().nullable().describe('of an award: the entry whose published rank it rests on'),
    replaces_id: z.string().nullable(),
    replaces_number: z.string().nullable().describe('of the certificate it replaces or corrects'),
    replaces_issued_on: z.string().nullable(),
    replaced_by: z.string().nullable(),
    revocation_reason_code: z.string().nullable(),
    revocation_effective_on: z.string().nullable(),
    suspended_from: z.string().nullable(),
    continued_until: z.string().nullable().describe('the end continuing education has moved it to'),
    registry_result: keys(REGISTRY_RESULTS).nullable(),
    registry_checked_on: z.string().nullable(),
    verify_url: z.string(),
    pdf_sha256: z.string(),
  })
  .meta({ id: 'Certificate' })
export const certificatePageShape = z.object({ items: z.array(certificateShape), next_cursor: z.string().nullable() })

export const registryCheckAnswerShape = registryCheckShape.extend({
  id: z.uuid(),
  certificate_id: z.uuid(),
  known_from: z.any(),
})

export const verifyQueryShape = z.object({
  name: z.string().max(60).optional(),
  id_last4: z.string().max(4).optional(),
})
export const verdictShape = z
  .object({
    number: z.string(),
    status: keys(STATUSES).or(z.literal('not_found')),
    kind: z.string().nullable(),
    issuer_name: z.string().nullable(),
    checked_at: z.string().meta({ description: 'YYYY-MM-DD HH:MM, Asia/Shanghai' }),
    proof: z.enum(['match', 'mismatch']).nullable().meta({ description: 'null without a name or digits to compare' }),
    // from here on only with a proof that agrees
    holder_name_masked: z.string().optional(),
    occupation_name: z.string().optional(),
    level: z.number().int().nullable().optional(),
    issued_on: z.string().optional(),
    valid_until: z.string().nullable().optional(),
    continued_until: z.string().nullable().optional(),
    pdf_sha256: z.string().optional(),
  })
  .meta({ id: 'Verdict' })

export const fileVerdictShape = z
  .object({
    sha256: z.string(),
    file: z
      .enum(['original', 'changed', 'unknown'])
      .describe('as issued to the byte, issued and changed since, not of this register'),
    certificate: verdictShape.nullable(),
    proofs: z.record(z.string(), z.string()).describe('signature, credential, code: what each is worth by itself'),
    differing: z.array(z.string()).describe('facts in which the file differs from the register'),
  })
  .meta({ id: 'FileVerdict' })

export const checkShape = z
  .object({
    id: z.uuid(),
    purpose: keys(CHECK_PURPOSES),
    key_id: z.string().nullable().describe('thumbprint of the key of the signed report; null without one'),
    names_erased_at: z.any().describe('when the typed names were erased; null while they are kept'),
    summary: z.record(z.string(), z.number().int()),
    sha256: z.string(),
    created_at: z.any(),
    rows: z.array(
      z.object({
        number: z.string().nullable(),
        name: z.string().optional().describe('as typed; erased with names_erased_at'),
        status: keys(CHECK_STATUSES),
        kind: z.string().nullable(),
        occupation_name: z.string().nullable(),
        level: z.number().int().nullable(),
        issuer_name: z.string().nullable(),
        issued_on: z.string().nullable(),
        valid_until: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'CertificateCheck' })
