/** What comes in and goes out about organisations. */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'
import { pageShape } from '../platform/paging.ts'
import { FACILITY_KINDS, ORGANISATION_KINDS, ORGANISATION_STATUSES, OWNERSHIPS } from './rules.ts'

export const idShape = z.object({ id: z.uuid() })

const kind = z.enum(Object.keys(ORGANISATION_KINDS) as [keyof typeof ORGANISATION_KINDS])
const facilityKind = z.enum(Object.keys(FACILITY_KINDS) as [keyof typeof FACILITY_KINDS])
const ownership = z.enum(Object.keys(OWNERSHIPS) as [keyof typeof OWNERSHIPS])
/** Each once and in one order, so that saying the same again changes nothing. */
const kinds = z
  .array(kind)
  .min(1)
  .transform((all) => kind.options.filter((one) => all.includes(one)))
export const reason = z.string().trim().min(2).max(500)
const name = z.string().trim().min(2).max(120)
const districtCode = z.string().regex(/^\d{6}$/)
const townshipCode = z
  .string()
  .regex(/^\d{9}$/)
  .nullish()
  .meta({ description: '所在镇街，须在该区县 the township it lies in, of its district' })
/** Checked by its own rule, which says what is wrong with it. */
const creditCode = z.string().max(60)
const assessorPrefix = z.string().regex(/^[A-Z]\d{12}$/)

export const newOrganisationShape = z
  .strictObject({
    name,
    kinds,
    facility_kind: facilityKind.nullish(),
    ownership: ownership.nullish(),
    credit_code: creditCode.nullish(),
    district_code: districtCode,
    township_code: townshipCode,
    parent_id: z.uuid().toLowerCase().nullish(),
    assessor_prefix: assessorPrefix.nullish(),
    filed_from: localDateShape.nullish().meta({ description: '首个备案期的起 the first filing starts' }),
    filed_to: localDateShape.nullish().meta({ description: '首个备案期的止（不含） the first day no longer filed' }),
  })
  .meta({
    id: 'NewOrganisation',
    example: {
      name: '示例西湖颐养院',
      kinds: ['care_facility'],
      facility_kind: 'home',
      district_code: '330106',
      filed_from: '2021-01-01',
    },
  })
export type NewOrganisation = z.output<typeof newOrganisationShape>

export const organisationAmendmentShape = z
  .strictObject({
    name: name.optional(),
    kinds: kinds.optional(),
    facility_kind: facilityKind.nullish(),
    ownership: ownership.nullish(),
    credit_code: creditCode.nullish(),
    district_code: districtCode.optional(),
    township_code: townshipCode,
    parent_id: z.uuid().toLowerCase().nullish(),
    assessor_prefix: assessorPrefix.nullish(),
    reason: reason.optional(),
  })
  .meta({
    id: 'OrganisationAmendment',
    example: { kinds: ['care_facility', 'training_institution'], facility_kind: 'home', reason: '增设培训部' },
  })
export type OrganisationAmendment = z.output<typeof organisationAmendmentShape>

export const closingShape = z
  .strictObject({ closed_on: localDateShape, reason })
  .meta({ id: 'OrganisationClosing', example: { closed_on: '2026-12-01', reason: '停止服务，已办理注销' } })
export type Closing = z.output<typeof closingShape>

export const reopeningShape = z
  .strictObject({ reason })
  .meta({ id: 'OrganisationReopening', example: { reason: '登记有误，机构仍在开办' } })

export const organisationFilterShape = pageShape.extend({
  kind: z.string().optional(),
  district_code: districtCode.optional(),
  status: z
    .enum(Object.keys(ORGANISATION_STATUSES) as [keyof typeof ORGANISATION_STATUSES])
    .default('all')
    .meta({ description: '按今天计 as of today' }),
  parent_id: z.uuid().optional().meta({ description: '下级机构 the branches of this organisation' }),
  q: z.string().max(40).optional(),
})

export const organisationShape = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kinds: z.array(z.string()),
    facility_kind: z.string().nullable(),
    ownership: z.string().nullable().meta({ description: '公办、民办 public or private; null: not recorded' }),
    credit_code: z.string().nullable(),
    district_code: z.string(),
    district_name: z.string(),
    township_code: z.string().nullable().meta({ description: 'null：未登记 not recorded' }),
    township_name: z.string().nullable(),
    parent_id: z.uuid().nullable(),
    parent_name: z.string().nullable(),
    parent_district_code: z.string().nullable(),
    assessor_prefix: z.string().nullable(),
    filed_from: z.string().nullable().meta({ description: '当前或最近的备案、认定期 the current or latest period' }),
    filed_to: z.string().nullable(),
    closed_on: z.string().nullable(),
    revision: z.number().int(),
  })
  .meta({ id: 'Organisation' })

/** With what should be looked at, though nothing was refused for it. */
export const writtenOrganisationShape = organisationShape
  .extend({ warnings: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })) })
  .meta({ id: 'WrittenOrganisation' })

export const organisationPageShape = z.object({ items: z.array(organisationShape), next_cursor: z.string().nullable() })
