/** What comes in and goes out about the keys that issuers sign with. */
import { z } from 'zod'
import { reason } from '../organisations/shapes.ts'
import type { PublicKey } from './signing-keys.ts'

const thumbprint = z.string().regex(/^[\w-]{43}$/)
export const keyIdShape = z.object({ id: thumbprint })
/** `{thumbprint}.cer` */
export const keyFileShape = z.object({
  id: z
    .string()
    .regex(/^[\w-]{43}\.cer$/)
    .transform((file) => file.slice(0, -'.cer'.length)),
})

export const retirementShape = z.strictObject({ reason }).meta({ example: { reason: '保管人员变动' } })

export const signingKeyShape = z
  .object({
    id: thumbprint.describe('RFC 7638 thumbprint, the kid of what it signs'),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    algorithm: z.literal('ES256'),
    public_jwk: z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
    valid_from: z.iso.datetime(),
    retired_at: z.iso.datetime().nullable(),
    retirement_reason: z.string().nullable(),
  })
  .meta({ id: 'SigningKey' })

export function asShown({ certificate_der: _, valid_from, retired_at, reason, algorithm, ...key }: PublicKey) {
  return {
    ...key,
    algorithm: algorithm as 'ES256',
    valid_from: valid_from.toISOString(),
    retired_at: retired_at?.toISOString() ?? null,
    retirement_reason: reason,
  }
}
