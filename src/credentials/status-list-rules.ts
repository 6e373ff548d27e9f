/** Bitstring Status List 1.0 (W3C): where a certificate stands in a list, and the bits as they are published. */
import { gzipSync } from 'fflate'
import { bytesToBase64Url } from '../platform/bytes.ts'

/** Bits of a list: the least the recommendation allows, so that asking for a list tells nobody about whom. */
export const LIST_BITS = 131_072
/** A list takes no more once it is three quarters full: random places stay quick to find. */
export const LIST_ROOM = (LIST_BITS / 4) * 3

export const PURPOSES = ['revocation', 'suspension'] as const
export type Purpose = (typeof PURPOSES)[number]

/** One place serves both purposes: it is `index` in both published lists of the pair. */
export interface StatusEntry {
  list_id: number
  index: number
}

/** The number a list is published under: each of ours is two, odd the revocations and even the suspensions. */
export function publishedNumber(list_id: number, purpose: Purpose): number {
  return 2 * list_id - (purpose === 'revocation' ? 1 : 0)
}

export function listOf(number: number): { list_id: number; purpose: Purpose } {
  return { list_id: Math.ceil(number / 2), purpose: number % 2 === 1 ? 'revocation' : 'suspension' }
}

export function listAddress(public_url: string, number: number): string {
  return `${public_url}/status-lists/${number}`
}

/** `credentialStatus` of a credential. */
export function statusClaims(public_url: string, { list_id, index }: StatusEntry) {
  return PURPOSES.map((statusPurpose) => {
    const statusListCredential = listAddress(public_url, publishedNumber(list_id, statusPurpose))
    return {
      id: `${statusListCredential}#${index}`,
      type: 'BitstringStatusListEntry',
      statusPurpose,
      statusListIndex: String(index),
      statusListCredential,
    }
  })
}

/** The bits, the first the highest of the first byte, compressed, and written as multibase: `u` and base64url. The same bits, the same text. */
export function encodedList(marked: Iterable<number>): string {
  const bits = new Uint8Array(LIST_BITS / 8)
  for (const index of marked) bits[index >> 3]! |= 0x80 >> (index & 7)
  return `u${bytesToBase64Url(gzipSync(bits, { mtime: 0 }))}`
}
