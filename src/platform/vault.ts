/** Seals what must not be read in the database: AES-256-GCM under the current key, opened by the id in the text; keyed hashes; random tokens. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { base64ToBytes, bytesToBase64, bytesToBase64Url } from './bytes.ts'
import { refuse } from './errors.ts'

/** A value found again by its hash under one key. */
export interface Fingerprint {
  key_id: string
  hash: string
}

/** `seal(text)` → `k1.<iv>.<ciphertext>`; `open` is its inverse; `fingerprint` is a keyed hash (same text and key, same answer). */
export interface Vault {
  /** the keys in force: the first seals, the others only open */
  readonly key_ids: readonly [string, ...string[]]
  seal(text: string): Promise<string>
  /** Refuses `vault.key_missing` for a text under a key that is not in force, `vault.key_wrong` for one that its key does not open. */
  open(sealed: string): Promise<string>
  /** with the current key */
  fingerprint(text: string): string
  /** with every key in force, the current first */
  fingerprints(text: string): Fingerprint[]
}

interface Key {
  id: string
  sealing: CryptoKey
  finding: KeyObject
}

const FORM = /^(?:([a-z][a-z0-9]{0,15}):)?([A-Za-z0-9+/]{43}=)$/

/** `k2:BASE64`, or without an id, which then is `k1`; null when the text is no 32 bytes in base64. */
export function readKey(text: string): { id: string; bytes: string } | null {
  const [, id = 'k1', bytes] = FORM.exec(text) ?? []
  return bytes ? { id, bytes } : null
}

/** Opens the vault with the current key and the old ones, which open but no longer seal; two of them never have the same id. */
export async function openVault(key: string, oldKeys: readonly string[] = []): Promise<Vault> {
  const keys = (await Promise.all([key, ...oldKeys].map(deriveKey))) as [Key, ...Key[]]
  const [current] = keys
  const key_ids = keys.map(({ id }) => id) as [string, ...string[]]
  // not by WebCrypto, which takes six times as long for so short a text: an import asks for hundreds of thousands
  const hashOf = ({ id, finding }: Key, text: string): Fingerprint => ({
    key_id: id,
    hash: createHmac('sha256', finding).update(text).digest('base64url'),
  })
  return {
    key_ids,
    async seal(text) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv },
        current.sealing,
        new TextEncoder().encode(text),
      )
      return `${current.id}.${bytesToBase64(iv)}.${bytesToBase64(new Uint8Array(sealed))}`
    },
    async open(sealed) {
      const [id = '', iv = '', text = ''] = sealed.split('.')
      const key = keys.find((one) => one.id === id) ?? refuseMissing(id, key_ids)
      try {
        const cipher = { name: 'AES-GCM', iv: base64ToBytes(iv) }
        return new TextDecoder().decode(await crypto.subtle.decrypt(cipher, key.sealing, base64ToBytes(text)))
      } catch {
        return refuseWrong(id)
      }
    },
    fingerprint: (text) => hashOf(current, text).hash,
    fingerprints: (text) => keys.map((one) => hashOf(one, text)),
  }
}

/** Sealing and finding use two keys derived from the 32 bytes (HKDF-SHA-256). */
async function deriveKey(text: string): Promise<Key> {
  const { id, bytes } = readKey(text)!
  const master = await crypto.subtle.importKey('raw', base64ToBytes(bytes), 'HKDF', false, ['deriveBits'])
  const derive = async (info: string) => {
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: new TextEncoder().encode(info) }
    return new Uint8Array(await crypto.subtle.deriveBits(hkdf, master, 256))
  }
  return {
    id,
    sealing: await crypto.subtle.importKey('raw', await derive(`huyu seal ${id}`), 'AES-GCM', false, [
      'encrypt',
      'decrypt',
    ]),
    finding: createSecretKey(await derive('huyu find')),
  }
}

function refuseMissing(id: string, key_ids: readonly string[]): never {
  const known = /^[a-z][a-z0-9]{0,15}$/.test(id) ? id : '?'
  refuse('unavailable', 'vault.key_missing', {
    zh: `数据是用密钥 ${known} 加密的，而程序只有 ${key_ids.join('、')}：请把该密钥加进 HUYU_OLD_KEYS。`,
    en: `The value is sealed with the key ${known}, and the program has only ${key_ids.join(', ')}: add that key to HUYU_OLD_KEYS.`,
  })
}

function refuseWrong(id: string): never {
  refuse('unavailable', 'vault.key_wrong', {
    zh: `密钥 ${id} 打不开数据：设置的不是加密时的那一把，请核对 HUYU_KEY 和 HUYU_OLD_KEYS。`,
    en: `The key ${id} does not open the value: it is not the one that sealed it. Check HUYU_KEY and HUYU_OLD_KEYS.`,
  })
}

/** A random token of `bytes` × 8 bits, safe in an address. */
export function randomToken(bytes = 16): string {
  return bytesToBase64Url(crypto.getRandomValues(new Uint8Array(bytes)))
}
