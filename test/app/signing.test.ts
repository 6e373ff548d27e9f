/** Keys of issuers: one at a time, made once, sealed, retired without undoing what they signed. */
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { currentKey, listPublicKeys, rotateKey } from '../../src/credentials/signing-keys.ts'
import type { Tx } from '../../src/platform/database.ts'
import { type World, world } from '../support/world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const act = <T>(action: (tx: Tx) => Promise<T>) => w.db.transaction().execute(action)
const bytes = new TextEncoder().encode('what is signed')

describe('the key of an issuer', () => {
  test('ten writers at once who need the first key get the same one', async () => {
    const context = await w.context('assessor')
    const keys = await Promise.all(
      Array.from({ length: 10 }, () => act((tx) => currentKey(tx, context, w.org.assessor))),
    )
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1)
    expect(await listPublicKeys(w.db, w.org.assessor)).toHaveLength(1)
    const { items } = await w
      .as('auditor')
      .get('/api/v1/history?limit=200')
      .then((answer) => answer.json())
    expect(items.filter(({ kind }: { kind: string }) => kind === 'signing_key.made')).toHaveLength(1)
  })

  test('signs what its certificate, which names the issuer, verifies', async () => {
    const context = await w.context('assessor')
    const key = await currentKey(w.db, context, w.org.assessor)
    const certificate = new X509Certificate(key.certificate)
    expect(certificate.subject).toContain('O=示例技能评价中心')
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    const verifying = await crypto.subtle.importKey(
      'jwk',
      key.public_jwk,
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['verify'],
    )
    const how = { name: 'ECDSA', hash: 'SHA-256' }
    expect(await crypto.subtle.verify(how, verifying, await key.sign(bytes), bytes)).toBe(true)
    expect(certificate.publicKey.export({ format: 'jwk' })).toMatchObject(key.public_jwk)
  })

  test('is retired by its successor and stays in the list', async () => {
    const context = await w.context('assessor')
    const before = await currentKey(w.db, context, w.org.assessor)
    const after = await act((tx) => rotateKey(tx, context, w.org.assessor, '例行更换'))
    expect(after.id).not.toBe(before.id)
    expect((await currentKey(w.db, context, w.org.assessor)).id).toBe(after.id)
    const listed = await listPublicKeys(w.db, w.org.assessor)
    expect(listed.map(({ id, reason }) => [id, reason])).toEqual([
      [after.id, null],
      [before.id, '例行更换'],
    ])
  })

  test('cannot be changed or deleted', async () => {
    await expect(
      w.db
        .updateTable('signing_keys')
        .set({ algorithm: 'ES256', valid_from: new Date(0) })
        .execute(),
    ).rejects.toThrow('append-only')
    await expect(w.db.deleteFrom('signing_keys').execute()).rejects.toThrow('append-only')
    await expect(w.db.deleteFrom('signing_key_retirements').execute()).rejects.toThrow('append-only')
  })
})
