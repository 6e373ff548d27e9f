/** What comes in and goes out about keys for an institution's own systems. */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'
import { type ApiKeyScope, KEY_STATES, type KeyState, SCOPES } from './api-key-rules.ts'

const scope = z.enum(Object.keys(SCOPES) as [ApiKeyScope, ...ApiKeyScope[]])

export const newApiKeyShape = z
  .strictObject({
    name: z.string().trim().min(2).max(60).describe('of the system that uses it; two live keys may share one'),
    scopes: z
      .array(scope)
      .min(1, { error: '请至少选一项权限。 / Choose one permission at least.' })
      .transform((all) => scope.options.filter((one) => all.includes(one))),
    valid_until: localDateShape
      .optional()
      .describe('the last day on which it opens, a year from today at most and when left out'),
  })
  .meta({
    id: 'NewApiKey',
    example: { name: '人事系统', scopes: ['person.read', 'employment.write'], valid_until: '2027-06-30' },
  })
export type NewApiKey = z.output<typeof newApiKeyShape>

export const apiKeyRevocationShape = z
  .strictObject({ reason: z.string().trim().min(2).max(500) })
  .meta({ id: 'ApiKeyRevocation', example: { reason: '系统下线' } })

export const apiKeyShape = z
  .object({
    id: z.uuid(),
    prefix: z.string().describe('how the key begins'),
    name: z.string(),
    scopes: z.array(scope),
    role: z.string(),
    organisation_id: z.uuid().nullable(),
    organisation_name: z.string().nullable(),
    district_code: z.string().nullable(),
    made_by: z.string(),
    made_at: z.date(),
    valid_until: z.string(),
    last_used_at: z.date().nullable().describe('exact to a minute'),
    status: z.enum(Object.keys(KEY_STATES) as [KeyState, ...KeyState[]]),
    revoked_at: z.date().nullable(),
    revoked_by: z.string().nullable(),
    revocation_reason: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' })
export type ApiKeyView = z.output<typeof apiKeyShape>

export const madeApiKeyShape = apiKeyShape
  .extend({ key: z.string().nullable().describe('the whole key, shown this once; null when the call is repeated') })
  .meta({ id: 'MadeApiKey' })
export type MadeApiKey = z.output<typeof madeApiKeyShape>
