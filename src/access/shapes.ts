/** What comes in and goes out about sessions and accounts. */
import { z } from 'zod'
import type { Role } from '../platform/context.ts'
import { pageShape } from '../platform/paging.ts'
import { STANDINGS, type Standing } from './account-rules.ts'
import { ROLES } from './rules.ts'

export const signInShape = z
  .strictObject({ username: z.string().min(1).max(60), password: z.string().min(1).max(200) })
  .meta({ example: { username: 'district', password: '…' } })

const password = z.string().min(10).max(200)

export const passwordShape = z
  .strictObject({ old_password: z.string().min(1).max(200), new_password: password })
  .refine((input) => input.old_password !== input.new_password, {
    path: ['new_password'],
    error: '新密码不能与原密码相同。 / The new password must differ from the present one.',
  })
  .meta({ id: 'PasswordChange', example: { old_password: '…', new_password: '至少十个字符的密码' } })

export const newAccountShape = z
  .strictObject({
    username: z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^[a-z][a-z0-9_.-]{1,39}$/),
    display_name: z.string().trim().min(1).max(60),
    password,
    role: z.enum(Object.keys(ROLES) as [Role, ...Role[]]),
    organisation_id: z.uuid().nullish(),
    district_code: z
      .string()
      .regex(/^\d{6}$/)
      .nullish(),
    township_code: z
      .string()
      .regex(/^\d{9}$/)
      .nullish()
      .meta({
        description: '仅镇街账号；缺省为不分镇街 of a township’s account alone; without it, of the whole district',
      }),
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

export const standingShape = z.enum(Object.keys(STANDINGS) as [Standing, ...Standing[]])
export const accountFilterShape = pageShape.extend({ standing: standingShape.optional() })

export const accountRowShape = z
  .object({
    id: z.uuid(),
    username: z.string(),
    display_name: z.string(),
    role: z.string(),
    organisation_id: z.uuid().nullable(),
    organisation_name: z.string().nullable(),
    district_code: z.string().nullable(),
    township_code: z.string().nullable(),
    township_name: z.string().nullable(),
    person_id: z.uuid().nullable(),
    created_at: z.date(),
    last_sign_in_at: z.date().nullable(),
    last_sign_in_by: z.string().nullable(),
    password_reset_at: z.date().nullable(),
    locked_until: z.date().nullable(),
    disabled_at: z.date().nullable(),
    standings: z.array(standingShape),
  })
  .meta({ id: 'AccountRow' })

export const accountPageShape = z.object({ items: z.array(accountRowShape), next_cursor: z.string().nullable() })

export const accountDecisionShape = z
  .strictObject({ reason: z.string().trim().min(2).max(500) })
  .meta({ id: 'AccountDecision', example: { reason: '本人离职' } })

export const identityShape = accountDecisionShape
  .extend({ subject: z.string().trim().min(1).max(255) })
  .meta({ id: 'NewAccountIdentity', example: { subject: '8f2c…', reason: '本人持证件到场核实' } })

export const writtenIdentityShape = z.object({ id: z.uuid(), account_id: z.uuid() }).meta({ id: 'AccountIdentity' })

export const oneTimePasswordShape = accountShape
  .extend({ one_time_password: z.string() })
  .meta({ id: 'OneTimePassword', example: { username: 'xihu.finance', one_time_password: '…' } })

export const meShape = z
  .object({
    account_id: z.uuid(),
    username: z.string(),
    display_name: z.string(),
    role: z.string(),
    organisation_id: z.string().nullable(),
    organisation_name: z.string().nullable(),
    district_code: z.string().nullable(),
    township_code: z.string().nullable(),
    person_id: z.string().nullable(),
    api_key_id: z.uuid().nullable().describe('the key of the call'),
    password_due: z.boolean(),
    permissions: z.array(z.string()),
  })
  .meta({ id: 'Me' })
