/** What the proofs of a certificate say, each by itself and all together, without a network and without a database. */
import type { LocalDate } from '../platform/calendar.ts'
import { type CredentialFacts, readCredential } from './credential.ts'
import type { ProofVerdict, VerifyingKey } from './jws.ts'
import { type PdfProofs, proofsIn } from './pdf-proofs.ts'
import { type SignatureVerdict, verifyPdfSignature } from './pdf-signature.ts'
import { type Digests, factsAgree, readProofCode, type SaidFacts, type SignedFacts } from './proof-code.ts'

export interface ProofReport {
  /** every proof there should be holds, and they agree with each other and with what the reader knows */
  holds: boolean
  /** of a file all three, of a scanned address the code alone */
  proofs: Partial<Record<'signature' | 'credential' | 'code', ProofVerdict>>
  /** the facts in which the proofs differ, or differ from what the reader knows, by name */
  differing: string[]
  /** what is signed, by a proof that holds; null when none does */
  facts: Omit<SaidFacts, 'digests'> | Omit<CredentialFacts, 'digests'> | null
  /** whose key signed that */
  issuer_name: string | null
  /** past its printed end; whether it was continued, revoked, replaced or suspended nobody sees offline */
  expired: boolean
}

/** What the reader knows of the holder, from the paper or from an identity document. */
export type Known = Partial<Pick<SignedFacts, 'holder_name' | 'id_last_four' | 'subject'>>

interface Said {
  verdict: ProofVerdict
  facts: SaidFacts | CredentialFacts | null
  key: VerifyingKey | null
}

/**
 * A file: its signature, the attached credential and the drawn code must hold, be of one issuer and say the same. Never throws.
 * @param found what is in the file, where the caller has read it already
 */
export async function checkPdf(
  pdf: Uint8Array,
  keys: readonly VerifyingKey[],
  today: LocalDate,
  known: Known = {},
  found?: PdfProofs,
): Promise<ProofReport> {
  const signed = await verifyPdfSignature(pdf)
  const signer = keys.find(({ kid }) => kid === signed.key_id) ?? null
  const { credential: jwt, address } = found ?? (await proofsIn(pdf))
  const credential = jwt === null ? MISSING : await readCredential(jwt, keys)
  const code = address === null ? MISSING : await readProofCode(address, keys)
  const signature = { verdict: signatureVerdict(signed, signer), facts: null, key: signer }
  return report({ signature, credential, code }, today, known)
}

/** An address that was scanned, or what follows its `#`. Never throws. */
export async function checkAddress(
  address: string,
  keys: readonly VerifyingKey[],
  today: LocalDate,
  known: Known = {},
): Promise<ProofReport> {
  return report({ code: await readProofCode(address, keys) }, today, known)
}

const MISSING: Said = { verdict: 'missing', facts: null, key: null }

function signatureVerdict(signed: SignatureVerdict, signer: VerifyingKey | null): ProofVerdict {
  if (!signed.signed) return 'missing'
  if (!signed.intact || !signed.covers_whole_file) return 'altered'
  return signer ? 'valid' : 'unknown_key'
}

function report(said: Partial<Record<keyof ProofReport['proofs'], Said>>, today: LocalDate, known: Known): ProofReport {
  const all = Object.values(said)
  const facts = all.flatMap((one) => (one.facts ? [one.facts] : []))
  const issuers = new Set(all.flatMap(({ key }) => (key ? [key.issuer_name] : [])))
  const differing = new Set([
    ...facts.slice(1).flatMap((one) => differences(facts[0]!, one)),
    ...facts.flatMap((one) => disagreements(one, known)),
    ...(issuers.size > 1 ? ['issuer_name'] : []),
  ])
  // the credential comes first: it says more
  const best = all.find((one) => one.verdict === 'valid' && one.facts)
  const { digests: _, ...shown } = best?.facts ?? { digests: null }
  return {
    holds: all.every(({ verdict }) => verdict === 'valid') && differing.size === 0,
    proofs: Object.fromEntries(Object.entries(said).map(([name, { verdict }]) => [name, verdict])),
    differing: [...differing],
    facts: best ? (shown as ProofReport['facts']) : null,
    issuer_name: best?.key?.issuer_name ?? null,
    expired: Boolean(best?.facts?.valid_until && best.facts.valid_until <= today),
  }
}

const HASHED: Record<keyof Digests, keyof Known> = { subject: 'subject', name: 'holder_name', holder: 'id_last_four' }

/** Between a credential and a code, whose digests are beginnings. */
function differences(one: SaidFacts, other: SaidFacts): string[] {
  const clear = (['kind', 'number', 'level', 'issued_on', 'valid_until'] as const).filter(
    (name) => one[name] !== other[name],
  )
  const hashed = (Object.keys(HASHED) as (keyof Digests)[]).filter(
    (what) => !one.digests[what].startsWith(other.digests[what]),
  )
  return [...clear, ...hashed.map((what) => HASHED[what])]
}

function disagreements(said: SaidFacts, known: Known): string[] {
  return Object.entries(factsAgree(said, known)).flatMap(([name, same]) => (same ? [] : [name]))
}
