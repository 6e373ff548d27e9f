/** What comes in and goes out about organisations. */
import { z } from 'zod'
import { isLocalDate } from '../platform/calendar.ts'
import { FACILITY_KINDS, ORGANISATION_KINDS } from './rules.ts'

export const idShape = z.object({ id: z.uuid() })
export const localDateShape = z
  .string()
  .refine(isLocalDate, { error: '日期请写成 2026-10-31 这样 / write the date like 2026-10-31' })

const kind = z.enum(Object.keys(ORGANISATION_KINDS) as [keyof typeof ORGANISATION_KINDS])
const facilityKind = z.enum(Object.keys(FACILITY_KINDS) as [keyof typeof FACILITY_KINDS])

export const newOrganisationShape = z
  .strictObject({
    name: z.string().trim().min(2).max(120),
    kinds: z.array(kind).min(1),
    facility_kind: facilityKind.nullish(),
    credit_code: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[0-9A-HJ-NP-RT-UW-Y]{18}$/)
      .nullish(),
    district_code: z.string().regex(/^\d{6}$/),
    assessor_prefix: z
      .string()
      .regex(/^[A-Z]\d{12}$/)
      .nullish(),
    filed_from: localDateShape.nullish(),
    filed_to: localDateShape.nullish(),
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

export const organisationShape = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kinds: z.array(z.string()),
    facility_kind: z.string().nullable(),
    credit_code: z.string().nullable(),
    district_code: z.string(),
    district_name: z.string(),
    assessor_prefix: z.string().nullable(),
    filed_from: z.string().nullable(),
    filed_to: z.string().nullable(),
    closed_on: z.string().nullable(),
    revision: z.number().int(),
  })
  .meta({ id: 'Organisation' })

export const organisationPageShape = z.object({ items: z.array(organisationShape), next_cursor: z.string().nullable() })
