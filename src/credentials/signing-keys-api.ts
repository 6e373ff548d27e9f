/** JSON routes of the keys that issuers sign with: what is public of them, and retiring one. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import type { App } from '../platform/http.ts'
import { asShown, keyFileShape, keyIdShape, retirementShape, signingKeyShape } from './signing-key-shapes.ts'
import { getKey, listKeys, type PublicKey, retireKey } from './signing-keys.ts'

const tag = 'signing-keys'

export function signingKeysApi(app: App): void {
  read(
    app,
    {
      path: '/signing-keys',
      permission: 'signing_key.read',
      name: 'listSigningKeys',
      tag,
      summary: '签发密钥（公开部分） Keys of issuers, the public part; retired ones too',
      answer: z.object({ items: z.array(signingKeyShape), next_cursor: z.null() }),
    },
    async ({ db, context }) => ({ items: (await listKeys(db, context.scope)).map(asShown), next_cursor: null }),
  )
  // before the record itself: `x.cer` would be taken for an id
  read(
    app,
    {
      path: '/signing-keys/{id}.cer',
      permission: 'signing_key.read',
      name: 'getSigningKeyCertificate',
      tag,
      summary: '密钥的 X.509 证书 The X.509 certificate of a key, DER',
      params: keyFileShape,
      produces: 'application/pkix-cert',
    },
    async ({ db, context, params }) => sendCertificate(await getKey(db, context.scope, params.id)),
  )
  read(
    app,
    {
      path: '/signing-keys/{id}',
      permission: 'signing_key.read',
      name: 'getSigningKey',
      tag,
      summary: '签发密钥 Get a key',
      params: keyIdShape,
      answer: signingKeyShape,
    },
    async ({ db, context, params }) => asShown(await getKey(db, context.scope, params.id)),
  )
  write(
    app,
    {
      method: 'post',
      path: '/signing-keys/{id}/retirement',
      permission: 'signing_key.retire',
      name: 'retireSigningKey',
      tag,
      summary: '停用密钥并换新 Retire a key; answers its successor. What it signed stays valid',
      params: keyIdShape,
      body: retirementShape,
      answer: signingKeyShape,
    },
    async ({ tx, context, params, body }) => asShown(await retireKey(tx, context, params.id, body)),
  )
}

export function sendCertificate({ id, certificate_der }: PublicKey): Response {
  return new Response(new Uint8Array(certificate_der), {
    headers: {
      'Content-Type': 'application/pkix-cert',
      'Content-Disposition': `attachment; filename="${id.slice(0, 12)}.cer"`,
      'Cache-Control': 'private, no-cache',
    },
  })
}
