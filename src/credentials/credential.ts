/** A certificate as an Open Badge 3.0: a Verifiable Credential 2.0 secured as a JWT, without the holder's name. */

import type { PrintedCertificate } from './certificate-pdf.ts'
import { type ReadJws, readJws, type Signing, signJws, type VerifyingKey } from './jws.ts'
import { type Certified, digestsOf, factsOf, type SaidFacts, type SignedFacts } from './proof-code.ts'
import type { CertificateKind } from './rules.ts'
import { type StatusEntry, statusClaims } from './status-list-rules.ts'

/** What a credential says besides what is printed. */
export interface CredentialPlace extends Certified {
  token: string
  /** the address of the register, without a trailing slash */
  public_url: string
  /** its place in a status list of the issuer */
  status: StatusEntry
}

const CONTEXTS = ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json']
/** From the vocabulary of Open Badges. */
const ACHIEVEMENT_TYPES: Record<CertificateKind, string> = {
  skill_level: 'Certification',
  completion: 'CertificateOfCompletion',
  award: 'Award',
}

/**
 * The credential as a compact JWT (`typ: vc+jwt`, ES256, `kid` the thumbprint), credential and JWT claims at one level. ECDSA is not
 * deterministic: what was made is kept.
 *
 * Of the holder it says two digests salted with the number (OB 3.0 `IdentityObject`): of the name, by which any Open Badges verifier
 * compares, and of the name with the last four characters of the document number, which tells people of one name apart. Neither name
 * nor number stands in it, so that it may be published: who knows both, as everybody does who has the paper in hand, can prove whose it is.
 */
export async function credentialOf(printed: PrintedCertificate, place: CredentialPlace, key: Signing): Promise<string> {
  const { token, public_url, status } = place
  const facts = factsOf(printed, place)
  const id = `${public_url}/credentials/${token}`
  const subject_id = `${id}#holder`
  const issuer = didOf(public_url)
  const validFrom = startOf(facts.issued_on)
  const validUntil = facts.valid_until && startOf(facts.valid_until)
  return signJws(
    'vc+jwt',
    {
      '@context': CONTEXTS,
      id,
      type: ['VerifiableCredential', 'OpenBadgeCredential'],
      name: printed.title_zh,
      issuer: { id: issuer, type: ['Profile'], name: printed.issuer_name },
      validFrom,
      ...(validUntil && { validUntil }),
      credentialSubject: {
        id: subject_id,
        type: ['AchievementSubject'],
        identifier: identityOf(facts),
        licenseNumber: facts.number,
        achievement: achievementOf(printed, facts, public_url),
      },
      credentialStatus: statusClaims(public_url, status),
      iss: issuer,
      jti: id,
      sub: subject_id,
      nbf: secondsOf(validFrom),
      ...(validUntil && { exp: secondsOf(validUntil) }),
    },
    key,
  )
}

/** `https://huyu.example.cn` → `did:web:huyu.example.cn`; its document is `/.well-known/did.json`. */
export function didOf(public_url: string): string {
  return `did:web:${encodeURIComponent(new URL(public_url).host)}`
}

/** Midnight in Asia/Shanghai. */
function startOf(day: string): string {
  return `${day}T00:00:00+08:00`
}

function secondsOf(instant: string): number {
  return Date.parse(instant) / 1000
}

function identityOf(facts: SignedFacts) {
  const { name, holder } = digestsOf(facts)
  const identity = (identityType: string, digest: string) => ({
    type: 'IdentityObject',
    hashed: true,
    identityHash: `sha256$${digest}`,
    identityType,
    salt: facts.number,
  })
  return [identity('name', name), identity('ext:nameAndLastFour', holder)]
}

function achievementOf(printed: PrintedCertificate, { kind, subject, level }: SignedFacts, public_url: string) {
  const name = printed.level_zh ? `${subject} ${printed.level_zh}` : subject
  return {
    id: `${public_url}/v#${kind}/${level ?? 0}/${encodeURIComponent(subject)}`,
    type: ['Achievement'],
    achievementType: ACHIEVEMENT_TYPES[kind],
    inLanguage: 'zh-CN',
    name,
    description: `${printed.title_zh}：${name}`,
    fieldOfStudy: subject,
    ...(level !== null && { humanCode: String(level) }),
    criteria: { narrative: CRITERIA[kind] },
  }
}

const CRITERIA: Record<CertificateKind, string> = {
  skill_level: '参加职业技能等级认定，理论知识考试与技能操作考核成绩合格。',
  completion: '完成培训规定学时，考核合格。本证书证明培训结业，不代表职业技能等级。',
  award: '在职业技能竞赛中获奖。',
}

/** What a credential of ours says. */
export interface CredentialFacts extends SaidFacts {
  subject: string
  issuer_name: string
}

export interface ReadCredential extends Omit<ReadJws, 'typ'> {
  facts: CredentialFacts | null
}

/** Checks the signature and takes the facts out; whether it has run out or was revoked is for the caller. Never throws. */
export async function readCredential(jwt: string, keys: readonly VerifyingKey[]): Promise<ReadCredential> {
  const { typ, ...read } = await readJws(jwt, keys)
  const facts = read.payload && factsIn(read.payload)
  if (typ !== 'vc+jwt' || !facts) return { ...read, verdict: 'unreadable', facts: null }
  return { ...read, facts }
}

function factsIn(payload: Record<string, unknown>): CredentialFacts | null {
  // what is missing is undefined and fails the last line: nothing here is believed before the signature holds
  const { issuer, validFrom, validUntil, credentialSubject } = payload as Claims
  const { licenseNumber: number, achievement, identifier } = credentialSubject ?? {}
  const kind = (Object.keys(ACHIEVEMENT_TYPES) as CertificateKind[]).find(
    (one) => ACHIEVEMENT_TYPES[one] === achievement?.achievementType,
  )
  const digest = (type: string) =>
    identifier?.find(({ identityType }) => identityType === type)?.identityHash?.replace(/^sha256\$/, '')
  const [name, holder] = [digest('name'), digest('ext:nameAndLastFour')]
  const subject = achievement?.fieldOfStudy
  if (!kind || !number || !subject || !validFrom || !issuer?.name || !name || !holder) return null
  return {
    kind,
    number,
    subject,
    level: achievement?.humanCode ? Number(achievement.humanCode) : null,
    issued_on: validFrom.slice(0, 10),
    valid_until: validUntil?.slice(0, 10) ?? null,
    issuer_name: issuer.name,
    digests: { ...digestsOf({ number, subject, holder_name: '', id_last_four: '' }), name, holder },
  }
}

interface Claims {
  issuer?: { name?: string }
  validFrom?: string
  validUntil?: string
  credentialSubject?: {
    licenseNumber?: string
    identifier?: { identityType?: string; identityHash?: string }[]
    achievement?: { achievementType?: string; fieldOfStudy?: string; humanCode?: string }
  }
}
