/** What comes in and goes out about people. */
import { z } from 'zod'
import { pageShape } from '../platform/paging.ts'
import { CERTIFICATE_STATUSES, EDUCATIONS, ID_TYPES, WORKFORCES } from './rules.ts'

export const oneOf = <K extends string>(vocabulary: Record<K, unknown>) =>
  z.enum(Object.keys(vocabulary) as [K, ...K[]])
export const reasonShape = z.string().trim().min(2).max(500)
export const changeShape = z.enum(['new', 'changed', 'same'])
/** RFC 3339; the zone within the bounds that PostgreSQL reads. */
const instantShape = z.iso
  .datetime({
    offset: true,
    error: '时刻请写成 2026-10-31T08:00:00+08:00 这样。 / Write the instant like 2026-10-31T08:00:00+08:00.',
  })
  .refine((text) => /^(19|2\d)/.test(text) && !/[+-](1[5-9]|2\d):\d{2}$/.test(text), {
    error:
      '年份应在 1900 至 2999 之间，时区不超过 14 小时。 / The year is from 1900 to 2999, the zone at most 14 hours.',
  })
export const knownAtShape = z.object({
  known_at: instantShape
    .optional()
    .meta({ description: '按那一时刻所知回答 as it was known at that instant', example: '2026-10-31T08:00:00+08:00' }),
})
/** Every version of a fact, the first first. */
export const versionsShape = <S extends z.ZodRawShape>(fact: S, id: string) =>
  z
    .object({
      items: z.array(
        z.object({
          ...fact,
          known_from: z.string(),
          known_to: z.string().nullable(),
          recorded_by: z.string().nullable(),
          reason: z.string().nullable(),
        }),
      ),
      withdrawn: z.object({ at: z.string(), by: z.string(), reason: z.string().nullable() }).nullable(),
    })
    .meta({ id })
export const listOf = <S extends z.ZodType>(items: S) =>
  z.object({ items: z.array(items), next_cursor: z.string().nullable() })

export const newPersonShape = z
  .strictObject({
    name: z.string().max(200),
    id_type: oneOf(ID_TYPES).default('resident_id'),
    id_number: z.string().max(60),
    workforce: oneOf(WORKFORCES),
    education: oneOf(EDUCATIONS).nullish(),
    phone: z.string().max(40).nullish(),
    bank_account: z.string().max(60).nullish(),
  })
  .meta({
    id: 'NewPerson',
    example: {
      name: '王小芳',
      id_type: 'resident_id',
      id_number: '109901197203150228',
      workforce: 'elder_care',
      education: 'junior_secondary',
    },
  })
export type NewPerson = z.output<typeof newPersonShape>

export const personAmendmentShape = z
  .strictObject({
    name: z.string().max(200).optional(),
    workforce: oneOf(WORKFORCES).optional(),
    education: oneOf(EDUCATIONS).nullish(),
    phone: z.string().max(40).nullish(),
    bank_account: z.string().max(60).nullish(),
    reason: reasonShape.optional(),
  })
  .meta({ id: 'PersonAmendment', example: { name: '王晓芳', reason: '登记时写错，已核对身份证' } })
export type PersonAmendment = z.output<typeof personAmendmentShape>

export const disclosureShape = z
  .strictObject({ field: z.enum(['id_number', 'bank_account']), reason: reasonShape })
  .meta({ id: 'DisclosureRequest', example: { field: 'id_number', reason: '核对退票账户' } })
export type DisclosureRequest = z.output<typeof disclosureShape>
export const disclosedShape = z.object({ field: z.string(), value: z.string() }).meta({ id: 'Disclosure' })

export const newDocumentShape = z
  .strictObject({
    id_type: oneOf(ID_TYPES),
    id_number: z.string().max(60),
    reason: reasonShape,
    current: z.boolean().default(false).meta({ description: '作为现用证件 the one that is shown from now on' }),
  })
  .meta({
    id: 'NewDocument',
    example: { id_type: 'passport', id_number: 'E12345678', reason: '护照换发，已核对原件', current: false },
  })
export type NewDocument = z.output<typeof newDocumentShape>
export const documentShape = z
  .object({
    document_id: z.uuid(),
    id_type: z.string(),
    id_number_masked: z.string(),
    current: z.boolean(),
    recorded_at: z.date(),
  })
  .meta({ id: 'PersonDocument' })

export const personFilterShape = pageShape.extend({
  q: z.string().max(60).optional().meta({
    description:
      '姓名、拼音、首字母的开头，或证件号码后四位 start of the name, pinyin or initials, or last four of the ID',
  }),
  workforce: oneOf(WORKFORCES).optional(),
  organisation_id: z.uuid().optional(),
  district_code: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
  level: z.coerce.number().int().min(1).max(5).optional(),
  certificate_status: z
    .enum([...(Object.keys(CERTIFICATE_STATUSES) as (keyof typeof CERTIFICATE_STATUSES)[]), 'ending', 'none'])
    .optional(),
})

export const personSearchShape = personFilterShape
  .extend({ q: z.string().max(60).optional() })
  .meta({ id: 'PersonSearch', example: { q: '王小芳', limit: 50 } })

const personSummary = z.object({
  id: z.uuid(),
  name: z.string(),
  name_pinyin: z.string(),
  workforce: z.string(),
  id_type: z.string(),
  id_number_masked: z.string(),
  level: z
    .number()
    .int()
    .nullable()
    .meta({ description: '有效技能等级证书的最高等级，1 最高 highest level of a valid certificate, 1 is the highest' }),
  certificate_status: z.string().nullable(),
  organisation_id: z.uuid().nullable(),
  organisation_name: z.string().nullable(),
  district_code: z.string().nullable(),
  district_name: z.string().nullable(),
  employed_from: z.string().nullable(),
  erased: z.boolean().meta({ description: '已按规定删除个人信息 only ids and sums are left' }),
  revision: z.number().int(),
})
export const personShape = personSummary
  .extend({
    sex: z.string().nullable(),
    birth_year: z.number().int().nullable(),
    education: z.string().nullable(),
    phone: z.string().nullable(),
    bank_account_masked: z.string().nullable(),
  })
  .meta({ id: 'Person' })
const warningShape = z.object({ pointer: z.string(), code: z.string(), message: z.string() })
export const registeredShape = personShape
  .extend({ change: changeShape, warnings: z.array(warningShape) })
  .meta({ id: 'RegisteredPerson' })
export const personPageShape = listOf(personSummary.meta({ id: 'PersonSummary' }))

export const recordShape = z
  .object({
    person: personShape,
    items: z.array(
      z.object({
        on: z.string(),
        kind: z.string(),
        id: z.string(),
        facts: z.record(z.string(), z.any()),
      }),
    ),
  })
  .meta({ id: 'PersonRecord' })
