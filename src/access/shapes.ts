/** What comes in and goes out about sessions and accounts. */
import { z } from 'zod'
import type { Role } from '../platform/context.ts'
import { ROLES } from './rules.ts'

export const signInShape = z
  .strictObject({ username: z.string().min(1).max(60), password: z.string().min(1).max(200) })
  .meta({ example: { username: 'district', password: '…' } })

export const newAccountShape = z
  .strictObject({
    username: z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^[a-z][a-z0-9_.-]{1,39}$/),
    display_name: z.string().trim().min(1).max(60),
    password: z.string().min(10).max(200),
    role: z.enum(Object.keys(ROLES) as [Role, ...Role[]]),
    organisation_id: z.uuid().nullish(),
    district_code: z
      .string()
      .regex(/^\d{6}$/)
      .nullish(),
    person_id: z.uuid().nullish(),
  })
  .meta({
    id: 'NewAccount',
    example: {
      username: 'xihu.finance',
      display_name: '周敏',
      password: '至少十个字符的密码',
      role: 'finance',
      district_code: '330100',
    },
  })

export const accountShape = z.object({ id: z.uuid(), username: z.string() }).meta({ id: 'Account' })

export const meShape = z
  .object({
    account_id: z.uuid(),
    username: z.string(),
    display_name: z.string(),
    role: z.string(),
    organisation_id: z.string().nullable(),
    organisation_name: z.string().nullable(),
    district_code: z.string().nullable(),
    person_id: z.string().nullable(),
    api_key_id: z.uuid().nullable().describe('the key of the call'),
    permissions: z.array(z.string()),
  })
  .meta({ id: 'Me' })
