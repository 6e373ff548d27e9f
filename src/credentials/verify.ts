/** What anybody may learn of a certificate: its state for the asking, its contents only for somebody who holds it or knows the holder. */
import { cleanName, maskName } from '../people/identity.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { localDate, localTime } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { limitRate } from '../platform/rate-limit.ts'
import { cleanText } from '../platform/text.ts'
import type { Vault } from '../platform/vault.ts'
import { parseCertificateNumber } from './certificate-number.ts'
import { type PublicRow, unscopedCertificate } from './queries.ts'
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
interface Asking {
  db: Db
  vault: Vault
  now: Date
}

/** Look-ups from one address a minute; and proofs tried for one certificate an hour, or its ID number could be guessed. */
const LOOK_UPS = { limit: 30, seconds: 60 }
const PROOFS = { limit: 30, seconds: 3600 }

/** Refuses `rate.limited` (429). */
export async function limitLookUps({ db, now }: Asking, address: string): Promise<void> {
  await limitRate(db, now, `verify:${address}`, LOOK_UPS.limit, LOOK_UPS.seconds)
}

/** By number, from a form or the interface. Contents only when a proof was given and agrees. Refuses `rate.limited`. */
export async function verifyNumber(asking: Asking, text: string, proof: Proof): Promise<Verdict> {
  const { number } = parseCertificateNumber(text)
  const row = await unscopedCertificate(asking.db, localDate(asking.now), ['number', number])
  const result = row ? await compare(asking, row, proof) : null
  return verdictOf(asking.now, number, row, result, result === 'match')
}

/** By the token of the QR code: whoever has it holds the certificate, so the contents are shown. Refuses `rate.limited` where a proof is given. */
export async function verifyToken(asking: Asking, token: string, proof: Proof): Promise<Verdict> {
  const row = await unscopedCertificate(asking.db, localDate(asking.now), ['token', token])
  const result = row ? await compare(asking, row, proof) : null
  return verdictOf(asking.now, row?.number ?? '', row, result, true)
}

/** By the file itself: a copy with a single byte changed is not found. */
export async function verifyFile(asking: Asking, pdf: Uint8Array): Promise<Verdict> {
  const row = await unscopedCertificate(asking.db, localDate(asking.now), ['pdf_sha256', await sha256Hex(pdf)])
  return verdictOf(asking.now, row?.number ?? '', row, null, true)
}

function verdictOf(
  now: Date,
  number: string,
  row: PublicRow | undefined,
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

function printedFacts(row: PublicRow): Printed {
  const { number, occupation_name, level, issuer_name, issued_on, valid_until, continued_until, pdf_sha256 } = row
  const holder_name_masked = maskName(row.holder_name)
  return {
    ...{ number, holder_name_masked, occupation_name, level, issuer_name },
    ...{ issued_on, valid_until, continued_until, pdf_sha256 },
  }
}

async function compare(asking: Asking, row: PublicRow, proof: Proof): Promise<Verdict['proof']> {
  if (!proof.name && !proof.id_last4) return null
  await limitRate(asking.db, asking.now, `verify-proof:${row.id}`, PROOFS.limit, PROOFS.seconds)
  return (await holderAgrees(asking.vault, row, proof)) ? 'match' : 'mismatch'
}

/**
 * Whether the name and the last four of the document number, where given, are the holder's. Of a holder whose personal data was
 * erased only the printed mask is left: where it shows the last four, they are compared with it.
 */
export async function holderAgrees(
  vault: Vault,
  row: Pick<PublicRow, 'holder_name' | 'id_number_sealed' | 'id_number_masked'>,
  proof: Proof,
): Promise<boolean> {
  if (proof.name && cleanName(proof.name) !== cleanName(row.holder_name)) return false
  if (!proof.id_last4) return true
  const id_number = row.id_number_sealed === null ? row.id_number_masked : await vault.open(row.id_number_sealed)
  return id_number.slice(-4) === cleanText(proof.id_last4).toUpperCase()
}
