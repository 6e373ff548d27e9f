/** What anybody may learn of a certificate: its state for the asking, its contents only for somebody who holds it or knows the holder. */
import type { Context as Call } from 'hono'
import { cleanName, maskName } from '../people/identity.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { localDate, localTime } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import type { Env } from '../platform/http.ts'
import { type LimitRate, limitRate, refuseOver } from '../platform/rate-limit.ts'
import { cleanText } from '../platform/text.ts'
import type { Vault } from '../platform/vault.ts'
import { parseCertificateNumber } from './certificate-number.ts'
import { type LookUps, lookUps, type ToldRow } from './look-ups.ts'
import type { PublicRow } from './queries.ts'
import type { CertificateKind, CertificateStatus } from './rules.ts'

export interface Verdict {
  /** as it was looked for */
  number: string
  status: CertificateStatus | 'not_found'
  kind: CertificateKind | null
  issuer_name: string | null
  /** `YYYY-MM-DD HH:MM`, Asia/Shanghai */
  checked_at: string
  /** the day it was revoked, suspended from, or ran out */
  ended_on: string | null
  proof: 'match' | 'mismatch' | null
  printed: Printed | null
}
interface Printed {
  number: string
  holder_name_masked: string
  occupation_name: string
  level: number | null
  issuer_name: string
  issued_on: string
  valid_until: string | null
  /** where continuing education has moved its end to */
  continued_until: string | null
  pdf_sha256: string
}
/** What shows that the asker knows the holder; each that is given must agree. */
export interface Proof {
  name?: string | undefined
  id_last4?: string | undefined
}
export interface Asking {
  db: Db
  lookUps: LookUps
  vault: Vault
  now: Date
  limitRate?: LimitRate | undefined
}

export function askingOf(c: Call<Env>): Asking {
  const { vault, limitRate } = c.get('deps')
  const db = c.get('db')
  return { db, lookUps: lookUps(db), vault, limitRate, now: c.get('now') }
}

/** Look-ups from one address a minute; and proofs tried for one certificate an hour, or its ID number could be guessed. */
const LOOK_UPS = { limit: 30, seconds: 60 }
const PROOFS = { limit: 30, seconds: 3600 }

/** Refuses `rate.limited` (429). */
export async function limitLookUps(asking: Asking, address: string): Promise<void> {
  const limit = asking.limitRate ?? limitRate
  await limit(asking.db, asking.now, `verify:${address}`, LOOK_UPS.limit, LOOK_UPS.seconds)
}

/**
 * By number, from a form or the interface. Contents only when a proof was given and agrees. A number that nobody bears costs the
 * same work as one whose holder was not named right: the same statement, the same comparison, the same count of proofs tried. Refuses `rate.limited`.
 */
export async function verifyNumber(asking: Asking, text: string, proof: Proof): Promise<Verdict> {
  const { number } = parseCertificateNumber(text)
  const today = localDate(asking.now)
  if (!proof.name && !proof.id_last4) {
    const row = await asking.lookUps.told(today, 'number', number)
    return verdictOf(asking.now, number, row, null, false)
  }
  const key = proofKey(asking.vault, number)
  const { row, uses } = await asking.lookUps.counted(asking.now, { number, key, seconds: PROOFS.seconds })
  refuseOver(uses, PROOFS.limit, asking.now)
  const agrees = await holderAgrees(asking.vault, row ?? NOBODY, proof)
  return verdictOf(asking.now, number, row, row ? (agrees ? 'match' : 'mismatch') : null, agrees && row !== undefined)
}

/** By the token of the QR code: whoever has it holds the certificate, so the contents are shown. Refuses `rate.limited` where a proof is given. */
export async function verifyToken(asking: Asking, token: string, proof: Proof): Promise<Verdict> {
  const { lookUps, now } = asking
  const today = localDate(now)
  if (!proof.name && !proof.id_last4) {
    const row = await lookUps.told(today, 'token', token)
    return verdictOf(now, row?.number ?? '', row, null, true)
  }
  const row = await lookUps.held(today, token)
  return verdictOf(now, row?.number ?? '', row, row ? await compare(asking, row, proof) : null, true)
}

/** By the file itself: a copy with a single byte changed is not found. */
export async function verifyFile(asking: Asking, pdf: Uint8Array): Promise<Verdict> {
  const row = await asking.lookUps.told(localDate(asking.now), 'pdf_sha256', await sha256Hex(pdf))
  return verdictOf(asking.now, row?.number ?? '', row, null, true)
}

/** As the interface answers it. */
export function toldOf({ printed, ended_on: _, ...verdict }: Verdict) {
  return { ...verdict, ...printed }
}

/** What is told of a certificate that was found or not; with `open` what was printed too. */
export function verdictOf(
  now: Date,
  number: string,
  row: ToldRow | undefined,
  proof: Verdict['proof'],
  open: boolean,
): Verdict {
  const checked_at = localTime(now)
  if (!row)
    return {
      number,
      status: 'not_found',
      kind: null,
      issuer_name: null,
      checked_at,
      ended_on: null,
      proof: null,
      printed: null,
    }
  const { status, kind, issuer_name } = row
  const run_out = status === 'expired' ? (row.continued_until ?? row.valid_until) : null
  const ended_on = row.revocation_effective_on ?? run_out ?? row.suspended_from
  return { number, status, kind, issuer_name, checked_at, ended_on, proof, printed: open ? printedFacts(row) : null }
}

function printedFacts(row: ToldRow): Printed {
  const { number, occupation_name, level, issuer_name, issued_on, valid_until, continued_until, pdf_sha256 } = row
  const holder_name_masked = maskName(row.holder_name)
  return {
    ...{ number, holder_name_masked, occupation_name, level, issuer_name },
    ...{ issued_on, valid_until, continued_until, pdf_sha256 },
  }
}

async function compare(asking: Asking, row: PublicRow, proof: Proof): Promise<'match' | 'mismatch'> {
  await limitRate(asking.db, asking.now, proofKey(asking.vault, row.number), PROOFS.limit, PROOFS.seconds)
  return (await holderAgrees(asking.vault, row, proof)) ? 'match' : 'mismatch'
}

/** A keyed hash: whatever people type where a number is asked for, it is not kept in clear. */
function proofKey(vault: Vault, number: string): string {
  return `verify-proof:${vault.fingerprint(number)}`
}

type Holder = Pick<PublicRow, 'holder_name' | 'id_number_sealed' | 'id_number_masked'>

/** Whom a proof is compared with where there is no certificate: no name and no document agree with it. */
const NOBODY: Holder = { holder_name: '', id_number_sealed: null, id_number_masked: '----' }

/**
 * Whether the name and the last four of the document number, where given, are the holder's: what was printed against what is said. Both
 * are compared whatever the first says, so that the time tells nothing. Only of a document so short that fewer than four are printed
 * the sealed number is opened; once it was erased nothing agrees with it.
 */
export async function holderAgrees(vault: Vault, row: Holder, proof: Proof): Promise<boolean> {
  const named = !proof.name || cleanName(proof.name) === cleanName(row.holder_name)
  if (!proof.id_last4) return named
  const id_number = row.id_number_sealed === null ? row.id_number_masked : await vault.open(row.id_number_sealed)
  const told = cleanText(proof.id_last4).toUpperCase()
  return named && !told.includes('*') && id_number.slice(-4) === told
}
