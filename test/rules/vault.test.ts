// Keys of the vault: their form, which of them seals, opens and finds, and the sentences when one is missing or wrong.
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { bytesToBase64 } from '../../src/platform/bytes.ts'
import { openVault, readKey } from '../../src/platform/vault.ts'

const bytes = (fill: number) => bytesToBase64(new Uint8Array(32).fill(fill))
const [K1, K2] = [bytes(1), `k2:${bytes(2)}`]

test('a key is 32 bytes in base64 with an id in front, which is k1 when there is none', () => {
  expect(readKey(K1)).toEqual({ id: 'k1', bytes: K1 })
  expect(readKey(K2)).toEqual({ id: 'k2', bytes: bytes(2) })
  for (const wrong of ['', 'k2:', `K2:${K1}`, `:${K1}`, `2k:${K1}`, K1.slice(1), `k.2:${K1}`])
    expect(readKey(wrong)).toBeNull()
})

describe('an old key', () => {
  test('opens what it sealed; the current one seals', async () => {
    const sealed = await (await openVault(K1)).seal('330106199001011234')
    const vault = await openVault(K2, [K1])
    expect(await vault.open(sealed)).toBe('330106199001011234')
    expect(await vault.seal('x')).toMatch(/^k2\./)
  })

  test('still finds: a value has a hash under every key, the current first', async () => {
    const old = await openVault(K1)
    const both = await (await openVault(K2, [K1])).fingerprints('x')
    expect(both.map(({ key_id }) => key_id)).toEqual(['k2', 'k1'])
    expect(both[1]?.hash).toBe(old.fingerprint('x'))
    expect(both[0]?.hash).not.toBe(both[1]?.hash)
  })
})

test('what was sealed before keys had ids is opened as ever', async () => {
  const vault = await openVault('QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=')
  expect(vault.fingerprint('resident_id:11010219840406970X')).toBe('I7c724RXtXc18djtMChuwMtLRm_OpqDELZ9zQ46-zGQ')
  expect(await vault.open('k1.PQ2amNFdmAoNJ4B7.zmfZ0jNnv753UzdJFNN7HOn2T6Prn0yv/ZKmz/c6JNAXpA==')).toBe(
    '11010219840406970X',
  )
})

test('a missing key and a wrong one are told apart, in words, and a damaged text is no crash', async () => {
  const sealed = await (await openVault(K1)).seal('x')
  await expect((await openVault(K2)).open(sealed)).rejects.toMatchObject({
    code: 'vault.key_missing',
    words: { zh: expect.stringContaining('HUYU_OLD_KEYS') },
  })
  for (const damaged of [sealed, 'k1.!.!', 'k1..'])
    await expect((await openVault(bytes(3))).open(damaged)).rejects.toMatchObject({ code: 'vault.key_wrong' })
  await expect((await openVault(K1)).open('张三')).rejects.toMatchObject({ code: 'vault.key_missing' })
})

describe('settings', () => {
  const read = (settings: Record<string, string>) => readConfig({ DATABASE_URL: 'postgres://x/y', ...settings })
  test('old keys are a list', () => {
    expect(read({ HUYU_KEY: `k3:${bytes(3)}`, HUYU_OLD_KEYS: `${K2}, ${K1}` }).oldKeys).toEqual([K2, K1])
    expect(read({ HUYU_KEY: K1 }).oldKeys).toEqual([])
  })
  test.each([
    [{ HUYU_KEY: 'short' }, 'HUYU_KEY'],
    [{ HUYU_KEY: K1, HUYU_OLD_KEYS: 'short' }, 'HUYU_OLD_KEYS'],
    [{ HUYU_KEY: K1, HUYU_OLD_KEYS: bytes(2) }, 'k1'],
    [{ HUYU_KEY: K2, HUYU_OLD_KEYS: `${K1},${K1}` }, 'k1'],
  ])('%o is refused in one sentence', (settings, words) => {
    expect(() => read(settings)).toThrow(words)
  })
  test('old keys without a current one are refused', () => {
    expect(() => readConfig({ HUYU_OLD_KEYS: K1 })).toThrow('HUYU_OLD_KEYS')
  })
})
