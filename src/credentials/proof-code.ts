/** Hides the code behind `#` in a QR code: what the certificate says, signed by its issuer, in fewer than a hundred bytes. */
import { createHash } from 'node:crypto'
import { cleanName } from '../people/identity.ts'
import { base64ToBytes, bytesToBase64Url, bytesToHex, hexToBytes } from '../platform/bytes.ts'
import { addDays, type LocalDate } from '../platform/calendar.ts'
import { cleanText } from '../platform/text.ts'
import type { PrintedCertificate } from './certificate-pdf.ts'
import { type ProofVerdict, type Signing, type VerifyingKey, verifies } from './jws.ts'
import type { CertificateKind } from './rules.ts'

/** What the proofs of a certificate say of it, in the words that are printed. */
export interface SignedFacts {
  kind: CertificateKind
  number: string
  holder_name: string
  /** the last four characters of the number of the document, as printed */
  id_last_four: string
  /** what it was earned in: occupation and job type, the course, or the sentence that says which award */
  subject: string
  level: number | null
  issued_on: LocalDate
  /** the first day on which it no longer counts */
  valid_until: LocalDate | null
}

export interface Certified {
  kind: CertificateKind
  valid_until: LocalDate | null
}

export function factsOf(
  printed: Pick<
    PrintedCertificate,
    'number' | 'holder_name' | 'id_number_masked' | 'occupation_name' | 'job_type' | 'body_zh' | 'level' | 'issued_on'
  >,
  { kind, valid_until }: Certified,
): SignedFacts {
  const { number, holder_name, id_number_masked, occupation_name, job_type, body_zh, level, issued_on } = printed
  const earned_in = [occupation_name, job_type].filter((words) => words !== '--').join(' ')
  // of an award the sentence alone names the competition and the prize
  const subject = (kind === 'award' && body_zh) || earned_in
  return { kind, number, holder_name, id_last_four: id_number_masked.slice(-4), subject, level, issued_on, valid_until }
}

/**
 * The code, base64url: a head byte, three bytes of the key's thumbprint, the days, the number, digests of subject, name, and name with
 * last four, and the signature. Names stand in it only as digests salted with the number: a scanned address lies in the history of a browser. The
 * digests are short because a forger has to find another *name* with the same one, and there are no 2^48 names.
 * With a host of 20 characters the QR code is of version 9 at most: 32 mm, and read at 72 dpi.
 * Throws a RangeError for a number that is not capital letters, then digits.
 */
export async function proofCode(facts: SignedFacts, key: Signing): Promise<string> {
  const signed = packed(facts, base64ToBytes(key.id).subarray(0, KEY_BYTES))
  return bytesToBase64Url(new Uint8Array([...signed, ...(await key.sign(toSign(signed)))]))
}

const VERSION = 1
const KEY_BYTES = 3
const SIGNATURE_BYTES = 64
const KINDS: readonly CertificateKind[] = ['skill_level', 'completion', 'award']
const DIGEST_BYTES: Record<keyof Digests, number> = { subject: 4, name: 6, holder: 3 }
const FIRST_DAY = '2000-01-01'

/** Head: version in two bits, kind in two, level in three, and whether it ends. */
function packed(facts: SignedFacts, key_prefix: Uint8Array): number[] {
  const { kind, level, issued_on, valid_until } = facts
  const head = (VERSION << 6) | (KINDS.indexOf(kind) << 4) | ((level ?? 0) << 1) | Number(valid_until !== null)
  const digests = digestsOf(facts)
  const digest = (what: keyof Digests) => hexToBytes(digests[what]).subarray(0, DIGEST_BYTES[what])
  return [
    head,
    ...key_prefix,
    ...packedDay(issued_on),
    ...(valid_until === null ? [] : packedDay(valid_until)),
    ...packedNumber(facts.number),
    ...digest('subject'),
    ...digest('name'),
    ...digest('holder'),
  ]
}

/** Two bytes: days since 2000-01-01, until 2179. */
function packedDay(date: LocalDate): number[] {
  const days = (Date.parse(date) - Date.parse(FIRST_DAY)) / 86_400_000
  if (!Number.isInteger(days) || days < 0 || days > 0xffff) throw new RangeError(`not a day of a certificate: ${date}`)
  return [days >> 8, days & 0xff]
}

/** Three bits how many letters, five bits how many digits, then all of them as one number. */
function packedNumber(number: string): number[] {
  const [, letters = '', digits = ''] = /^([A-Z]{0,7})([0-9]{1,31})$/.exec(number) ?? []
  if (digits === '') throw new RangeError(`not a number of a certificate: ${number}`)
  let value = 0n
  for (const letter of letters) value = value * 26n + BigInt(letter.charCodeAt(0) - 65)
  value = value * 10n ** BigInt(digits.length) + BigInt(digits)
  const bytes = Array.from({ length: numberBytes(letters.length, digits.length) }, (_, at) =>
    Number((value >> BigInt(8 * at)) & 0xffn),
  )
  return [(letters.length << 5) | digits.length, ...bytes.reverse()]
}

function numberBytes(letters: number, digits: number): number {
  return Math.ceil((26n ** BigInt(letters) * 10n ** BigInt(digits) - 1n).toString(16).length / 2)
}

/** SHA-256 in hex of what it was earned in, of the name, and of the name with the last four: each salted with the number. */
export interface Digests {
  subject: string
  name: string
  holder: string
}
type Hashed = Pick<SignedFacts, 'number' | 'subject' | 'holder_name' | 'id_last_four'>

/** What a reader types is cleaned as what was registered. The salt follows the text, as Open Badges has it. */
export function digestsOf({ number, subject, holder_name, id_last_four }: Hashed): Digests {
  const digest = (text: string) => createHash('sha256').update(text).update(number).digest('hex')
  const name = cleanName(holder_name)
  const holder = `${name}|${cleanText(id_last_four).toUpperCase()}`
  return { subject: digest(cleanText(subject)), name: digest(name), holder: digest(holder) }
}

/** In front of what is signed, so that a signature over a code is never one over something else. */
function toSign(code: ArrayLike<number>): Uint8Array {
  return new Uint8Array([...new TextEncoder().encode('huyu proof code\n'), ...Array.from(code)])
}

/** What a proof says in clear; names only to compare with, by {@link factsAgree}. */
export interface SaidFacts extends Pick<SignedFacts, 'kind' | 'number' | 'level' | 'issued_on' | 'valid_until'> {
  /** in a code their beginnings */
  digests: Digests
}

export interface ReadCode {
  verdict: ProofVerdict
  /** what it says, believed or not */
  facts: SaidFacts | null
  key: VerifyingKey | null
}

/** Reads a code, or the whole address it stands in. Never throws: what is no code is `unreadable`, an address without one `missing`. */
export async function readProofCode(text: string, keys: readonly VerifyingKey[]): Promise<ReadCode> {
  const code = text.slice(text.indexOf('#') + 1).trim()
  if (code === '' || /^https?:/.test(code)) return { verdict: 'missing', facts: null, key: null }
  const bytes = base64ToBytes(code)
  const signed = bytes.subarray(0, -SIGNATURE_BYTES)
  const facts = bytesToBase64Url(bytes) === code ? unpacked(signed) : null
  if (!facts) return { verdict: 'unreadable', facts: null, key: null }
  const prefix = bytesToBase64Url(signed.subarray(1, 1 + KEY_BYTES))
  // four characters of base64 are the three bytes
  const known = keys.filter(({ kid }) => kid.startsWith(prefix))
  if (known.length === 0) return { verdict: 'unknown_key', facts, key: null }
  const holds = await Promise.all(known.map((key) => verifies(key, toSign(signed), bytes.subarray(-SIGNATURE_BYTES))))
  const key = known[holds.indexOf(true)] ?? null
  return { verdict: key ? 'valid' : 'altered', facts, key }
}

function unpacked(bytes: Uint8Array): SaidFacts | null {
  const head = bytes[0] ?? 0
  const kind = KINDS[(head >> 4) & 3]
  if (head >> 6 !== VERSION || !kind) return null
  let at = 1 + KEY_BYTES
  const take = (count: number) => {
    at += count
    return bytes.subarray(at - count, at)
  }
  const issued_on = unpackedDay(take(2))
  const valid_until = head & 1 ? unpackedDay(take(2)) : null
  const form = take(1)[0] ?? 0
  const number = unpackedNumber(form >> 5, form & 31, take(numberBytes(form >> 5, form & 31)))
  const digest = (what: keyof Digests) => bytesToHex(take(DIGEST_BYTES[what]))
  const digests = { subject: digest('subject'), name: digest('name'), holder: digest('holder') }
  if (at !== bytes.length) return null
  return { kind, number, level: (head >> 1) & 7 || null, issued_on, valid_until, digests }
}

function unpackedDay([high = 0, low = 0]: Uint8Array): LocalDate {
  return addDays(FIRST_DAY, (high << 8) | low)
}

function unpackedNumber(letters: number, digits: number, bytes: Uint8Array): string {
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  const ten = 10n ** BigInt(digits)
  let rest = value / ten
  let text = String(value % ten).padStart(digits, '0')
  for (let at = 0; at < letters; at++, rest /= 26n) text = String.fromCharCode(65 + Number(rest % 26n)) + text
  return text
}

/** Which of the given facts a proof says too, by name of the fact; those that are not given are not answered. */
export function factsAgree(said: SaidFacts, given: Partial<SignedFacts>): Partial<Record<keyof SignedFacts, boolean>> {
  const { subject = '', holder_name = '', id_last_four = '' } = given
  const digests = digestsOf({ number: said.number, subject, holder_name, id_last_four })
  const same = (what: keyof Digests) => digests[what].startsWith(said.digests[what])
  const names = (Object.keys(given) as (keyof SignedFacts)[]).filter((name) => given[name] !== undefined)
  return Object.fromEntries(
    names.map((name) => {
      if (name === 'subject') return [name, same('subject')]
      if (name === 'holder_name') return [name, same('name')]
      // of somebody: the four characters alone prove nothing
      if (name === 'id_last_four') return [name, same('holder')]
      return [name, given[name] === said[name]]
    }),
  )
}
