/** A credential is what Open Badges 3.0 and Verifiable Credentials 2.0 ask for, checked by libraries that did not make it. */
import { createHash } from 'node:crypto'
import { createLocalJWKSet, errors, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { type CredentialPlace, credentialOf, didOf, readCredential } from '../../src/credentials/credential.ts'
import { encodedList, LIST_BITS, listOf, publishedNumber } from '../../src/credentials/status-list-rules.ts'
import { printed } from '../support/certificates.ts'
import { testKey } from '../support/keys.ts'
import { statusBits } from '../support/status-bits.ts'

const place: CredentialPlace = {
  kind: 'skill_level',
  valid_until: null,
  token: '5r3Kx0pQ7mZt8YwLb2NfVA',
  public_url: 'https://huyu.example.cn',
  status: { list_id: 3, index: 94_567 },
}
const ISSUER = 'did:web:huyu.example.cn'
const ID = 'https://huyu.example.cn/credentials/5r3Kx0pQ7mZt8YwLb2NfVA'
const NOW = new Date('2026-11-26T00:00:00Z')

let key: Awaited<ReturnType<typeof testKey>>
beforeAll(async () => {
  key = await testKey('杭州市某某职业培训学校')
})
const make = (changes: Partial<CredentialPlace> = {}, record = printed()) =>
  credentialOf(record, { ...place, ...changes }, key)
const verify = (jwt: string, now = NOW) =>
  jwtVerify(jwt, createLocalJWKSet({ keys: [key.public] }), { issuer: ISSUER, typ: 'vc+jwt', currentDate: now })

describe('the credential', () => {
  test('holds by jose, with the thumbprint as kid and the credential at the top level of the payload', async () => {
    const { payload, protectedHeader } = await verify(await make())
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'vc+jwt', kid: key.id })
    expect(payload).toMatchObject({
      iss: ISSUER,
      jti: ID,
      sub: `${ID}#holder`,
      nbf: Date.parse('2026-05-24T16:00:00Z') / 1000,
    })
    expect(payload).not.toHaveProperty('vc')
    expect(payload).not.toHaveProperty('exp')
  })

  /** What the class diagrams require of each object. */
  const required: [path: string, of: (value: unknown) => boolean][] = [
    ['@context.0', (value) => value === 'https://www.w3.org/ns/credentials/v2'],
    [
      '@context.1',
      (value) => /^https:\/\/purl\.imsglobal\.org\/spec\/ob\/v3p0\/context(-3\.\d\.\d)*\.json$/.test(String(value)),
    ],
    ['id', (value) => value === ID],
    ['type', (value) => String(value) === 'VerifiableCredential,OpenBadgeCredential'],
    ['name', (value) => value === '职业技能等级证书'],
    ['validFrom', (value) => value === '2026-05-25T00:00:00+08:00'],
    ['issuer.id', (value) => value === ISSUER],
    ['issuer.type', (value) => String(value) === 'Profile'],
    ['issuer.name', (value) => value === '杭州市某某职业培训学校'],
    ['credentialSubject.id', (value) => value === `${ID}#holder`],
    ['credentialSubject.type', (value) => String(value) === 'AchievementSubject'],
    ['credentialSubject.licenseNumber', (value) => value === 'S000133010001263000007'],
    ['credentialSubject.identifier.0.type', (value) => value === 'IdentityObject'],
    ['credentialSubject.identifier.0.hashed', (value) => value === true],
    ['credentialSubject.identifier.0.identityType', (value) => value === 'name'],
    ['credentialSubject.identifier.0.identityHash', (value) => /^sha256\$[0-9a-f]{64}$/.test(String(value))],
    ['credentialSubject.identifier.1.identityType', (value) => /^ext:[a-zA-Z0-9._-]+$/.test(String(value))],
    ['credentialSubject.achievement.id', (value) => URL.canParse(String(value))],
    ['credentialSubject.achievement.type', (value) => String(value) === 'Achievement'],
    ['credentialSubject.achievement.achievementType', (value) => value === 'Certification'],
    ['credentialSubject.achievement.name', (value) => value === '养老护理员 三级/高级工'],
    ['credentialSubject.achievement.description', (value) => typeof value === 'string'],
    ['credentialSubject.achievement.criteria.narrative', (value) => typeof value === 'string'],
    ['credentialStatus.0.type', (value) => value === 'BitstringStatusListEntry'],
    ['credentialStatus.0.statusPurpose', (value) => value === 'revocation'],
    ['credentialStatus.0.statusListIndex', (value) => value === '94567'],
    ['credentialStatus.0.statusListCredential', (value) => value === 'https://huyu.example.cn/status-lists/5'],
    ['credentialStatus.1.statusPurpose', (value) => value === 'suspension'],
    ['credentialStatus.1.statusListIndex', (value) => value === '94567'],
    ['credentialStatus.1.statusListCredential', (value) => value === 'https://huyu.example.cn/status-lists/6'],
  ]
  test.each(required)('has %s', async (path, holds) => {
    const { payload } = await verify(await make())
    const value = path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], payload)
    expect(value).toSatisfy(holds)
  })

  test.each([
    ['completion', 'CertificateOfCompletion'],
    ['award', 'Award'],
  ] as const)('a certificate of the kind %s is a %s of no level', async (kind, achievementType) => {
    const record = printed({ level: null, level_zh: null, occupation_name: '--', job_type: '养老院院长培训' })
    const { payload } = await verify(await make({ kind }, record))
    const { achievement } = (payload as unknown as { credentialSubject: { achievement: object } }).credentialSubject
    expect(achievement).toMatchObject({ achievementType, name: '养老院院长培训' })
    expect(achievement).not.toHaveProperty('humanCode')
  })

  test('the holder proves whose it is by name and last four; neither stands in it', async () => {
    const jwt = await make()
    const { payload } = await verify(jwt)
    const text = JSON.stringify(payload)
    for (const secret of ['鐩恵契', '3301**********0028', '"0028"']) expect(text).not.toContain(secret)
    const { identifier } = (
      payload as unknown as { credentialSubject: { identifier: { identityHash: string; salt: string }[] } }
    ).credentialSubject
    const hash = (words: string) =>
      `sha256$${createHash('sha256')
        .update(words + identifier[0]!.salt)
        .digest('hex')}`
    expect(identifier.map(({ identityHash }) => identityHash)).toEqual([hash('鐩恵契'), hash('鐩恵契|0028')])
  })

  test('one that has run out is told as run out, by jose and by us, never as forged', async () => {
    const jwt = await make({ valid_until: '2026-11-26' })
    await expect(verify(jwt, new Date('2026-11-25T15:59:59Z'))).resolves.toBeTruthy()
    await expect(verify(jwt, new Date('2026-11-25T16:00:00Z'))).rejects.toThrow(errors.JWTExpired)
    expect(await readCredential(jwt, [key.public])).toMatchObject({
      verdict: 'valid',
      facts: { valid_until: '2026-11-26' },
    })
  })

  test('a changed payload, another key, and an algorithm that signs nothing do not hold', async () => {
    const [head, body, signature] = (await make()).split('.') as [string, string, string]
    const payload = JSON.parse(Buffer.from(body, 'base64url').toString())
    payload.credentialSubject.achievement.humanCode = '1'
    const forged = Buffer.from(JSON.stringify(payload)).toString('base64url')
    expect((await readCredential(`${head}.${forged}.${signature}`, [key.public])).verdict).toBe('altered')
    await expect(verify(`${head}.${forged}.${signature}`)).rejects.toThrow(errors.JWSSignatureVerificationFailed)
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'vc+jwt', kid: key.id })).toString('base64url')
    expect((await readCredential(`${none}.${body}.`, [key.public])).verdict).toBe('unreadable')
    expect((await readCredential(`${none}.${body}.${signature}`, [key.public])).verdict).toBe('altered')
    const stranger = await testKey()
    expect((await readCredential(await credentialOf(printed(), place, stranger), [key.public])).verdict).toBe(
      'unknown_key',
    )
    expect(
      (await readCredential(await credentialOf(printed(), place, { ...stranger, id: key.id }), [key.public])).verdict,
    ).toBe('altered')
    for (const text of ['', 'a.b', 'a.b.c', 'x'.repeat(9999), `${head}.${head}.${signature}`])
      expect((await readCredential(text, [key.public])).verdict, text.slice(0, 20)).toBe('unreadable')
  })

  test('a port belongs to the did, as did:web writes it', () =>
    expect(didOf('http://127.0.0.1:3000')).toBe('did:web:127.0.0.1%3A3000'))
})

describe('the bits', () => {
  test('read by another implementation, exactly those are set that were marked', async () => {
    const marked = [0, 7, 8, 94_567, LIST_BITS - 1]
    const bits = await statusBits(encodedList(marked))
    expect(bits.length).toBe(LIST_BITS)
    expect(Array.from({ length: LIST_BITS }, (_, index) => index).filter((index) => bits.get(index))).toEqual(marked)
  })
  test('the same bits are the same text, in whatever order they were marked', () =>
    expect(encodedList([5, 900])).toBe(encodedList(new Set([900, 5]))))
  test('every published number belongs to one list and purpose', () => {
    for (let number = 1; number < 50; number++) {
      const { list_id, purpose } = listOf(number)
      expect(publishedNumber(list_id, purpose)).toBe(number)
    }
    expect(listOf(5)).toEqual({ list_id: 3, purpose: 'revocation' })
  })
})
