/** Seals what must not be read in the database: AES-256-GCM with a key id, a keyed hash to find a value again, random tokens. */
import { base64ToBytes, bytesToBase64, bytesToBase64Url } from './bytes.ts'

/** `seal(text)` → `k1.<iv>.<ciphertext>`; `open` is its inverse; `fingerprint` is a keyed hash (same text, same answer). */
export interface Vault {
  seal(text: string): Promise<string>
  open(sealed: string): Promise<string>
  fingerprint(text: string): Promise<string>
}

/** Opens the vault with 32 bytes in base64. Sealing and finding use two keys derived from it (HKDF-SHA-256). */
export async function openVault(key: string): Promise<Vault> {
  const master = await crypto.subtle.importKey('raw', base64ToBytes(key), 'HKDF', false, ['deriveKey'])
  const derive = (info: string, type: AesKeyGenParams | HmacKeyGenParams, uses: KeyUsage[]) =>
    crypto.subtle.deriveKey(
      { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: new TextEncoder().encode(info) },
      master,
      type,
      false,
      uses,
    )
  const sealing = await derive('huyu seal k1', { name: 'AES-GCM', length: 256 }, ['encrypt', 'decrypt'])
  const finding = await derive('huyu find', { name: 'HMAC', hash: 'SHA-256', length: 256 }, ['sign'])
  return {
    async seal(text) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, sealing, new TextEncoder().encode(text))
      return `k1.${bytesToBase64(iv)}.${bytesToBase64(new Uint8Array(sealed))}`
    },
    async open(sealed) {
      const [id, iv, text] = sealed.split('.')
      if (id !== 'k1' || !iv || !text) throw new Error('sealed with a key this program does not have')
      const open = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: base64ToBytes(iv) }, sealing, base64ToBytes(text))
      return new TextDecoder().decode(open)
    },
    async fingerprint(text) {
      return bytesToBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', finding, new TextEncoder().encode(text))))
    },
  }
}

/** A random token of `bytes` × 8 bits, safe in an address. */
export function randomToken(bytes = 16): string {
  return bytesToBase64Url(crypto.getRandomValues(new Uint8Array(bytes)))
}
