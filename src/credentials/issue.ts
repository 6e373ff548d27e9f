/** Issuing: numbers without gaps, frozen print, to one person at once or to those of a slice of a batch. */
import { recordHistory } from '../history/actions.ts'
import { sha256Hex } from '../platform/bytes.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { type Message, notFound, Refusal, refuse } from '../platform/errors.ts'
import { randomToken } from '../platform/vault.ts'
import type { Typefaces } from './certificate-ink.ts'
import type { PrintedCertificate } from './certificate-pdf.ts'
import { advanceSeries, lockSeries, serialAt } from './certificate-series.ts'
import { type Supplies, suppliedPdf } from './certificate-supplies.ts'
import { type Candidate, type IssuingClass, listCandidates } from './issue-queries.ts'
import { type Draft, draftFor, type Facts, hindrances, type Issuer, supplied, typefaces, verifyUrl } from './print.ts'
import { keepProofs, type Proof, prove, type Seal, sealFor } from './proofs.ts'
import { type CertificateKind, type ClassKind, numberOf, type Obstacle, obstacle, seriesPrefix } from './rules.ts'

/** For whom, by whom and on which day certificates of one kind are issued to a class. */
export interface Occasion {
  kind: ClassKind
  taught: IssuingClass
  issuer: Issuer
  issued_on: LocalDate
  valid_until: LocalDate | null
  batch_id: string | null
}

/** Issues to one person of a class; refuses with what is in the way. */
export async function issueToOne(tx: Tx, context: Context, occasion: Occasion, enrolment_id: string): Promise<string> {
  const made = await issueToClass(tx, context, occasion, [enrolment_id])
  // of a record that was merged into another nothing is issued
  return onlyOne(made, { zh: '学员', en: 'trainee' })
}

/** The one certificate asked for; refuses with what is in its way, 404 where there is nobody to issue to. */
export function onlyOne({ issued, refused }: Made, whom: Message): string {
  if (refused[0]) refuse('conflict', refused[0].code, refused[0].message)
  return issued[0] ?? notFound(whom)
}

/** Issues to these people of the class, by name. */
export function issueToClass(tx: Tx, context: Context, occasion: Occasion, enrolment_ids: string[]): Promise<Made> {
  const { kind, taught, issuer, issued_on } = occasion
  const prefix = seriesPrefix(kind, issuer, taught.level, issued_on)
  return issueAll(tx, context, { ...occasion, prefix }, async () => {
    const people = await judge(tx, context, taught.id, occasion, enrolment_ids)
    return people.map((person) => ({
      ...person,
      draft: draftFor(kind, taught, issuer, person, issued_on),
      occupation_code: taught.occupation_code,
      occupation_name: taught.occupation_name ?? taught.course_name,
      rests_on: { enrolment_id: person.enrolment_id, result_id: kind === 'skill_level' ? person.result_id : null },
    }))
  })
}

/** What certificates that are made together have in common. */
export interface Series {
  kind: CertificateKind
  prefix: string
  issuer: Issuer
  issued_on: LocalDate
  valid_until: LocalDate | null
  batch_id: string | null
}

/** One certificate that is wanted: what it says, what it rests on, and what is in its way. */
export interface Wanted {
  person_id: string
  name: string
  id_number_masked: string
  obstacle: Obstacle | null
  draft: Facts
  occupation_code: string | null
  occupation_name: string
  rests_on: RestsOn
}
export interface RestsOn {
  enrolment_id?: string | null
  result_id?: string | null
  promotion_id?: string
  entry_id?: string
  publication_id?: string
}

export interface Made {
  issued: string[]
  refused: (Obstacle & Pick<Wanted, 'person_id' | 'rests_on'>)[]
}

/**
 * Issues what is wanted and has nothing in its way. The series is locked before `read` looks, so that two issues for the same people
 * never take the same one, and serials follow without a gap whatever else is going on.
 */
export async function issueAll(tx: Tx, context: Context, series: Series, read: () => Promise<Wanted[]>): Promise<Made> {
  await lockFacts(tx)
  const { kind, prefix, issuer, issued_on, valid_until } = series
  const first = await lockSeries(tx, prefix)
  const faces = await typefaces(context.assets)
  const people = await read()
  const { drafts, supplies } = await supplied(
    tx,
    context,
    { kind, issuer_id: issuer.id, issued_on },
    people.map(({ person_id, draft }) => ({ person_id, facts: draft })),
  )
  const eligible = people.filter((person) => person.obstacle === null).length
  const seal = await sealFor(tx, context, issuer.id, { kind, valid_until }, eligible)
  const drawn: Drawn[] = []
  const refused: Made['refused'] = []
  for (const [index, wanted] of people.entries()) {
    const { person_id, rests_on, obstacle } = wanted
    const number = numberOf(prefix, serialAt(prefix, first + drawn.length))
    const found = obstacle ?? (await draw(context, drafts[index]!, number, faces, supplies, seal))
    if ('message' in found) refused.push({ person_id, rests_on, code: found.code, message: found.message })
    else drawn.push({ ...found, wanted })
  }
  return { issued: await freeze(tx, context, series, first, drawn), refused }
}

/** Everybody in the class, or those named, by name and with what is in the way of a certificate; null where nothing is. */
export async function judge(
  db: Db,
  context: Context,
  class_id: string,
  { kind, issued_on }: Pick<Occasion, 'kind' | 'issued_on'>,
  enrolment_ids?: string[],
): Promise<(Candidate & { obstacle: Obstacle | null; photo: boolean })[]> {
  const candidates = await listCandidates(db, class_id, kind, enrolment_ids)
  const issue = { kind, issuer_id: context.actor.organisation_id, issued_on }
  const drawable = await hindrances(db, context, issue, candidates)
  return candidates.map((person, index) => ({
    ...person,
    photo: drawable[index]!.photo,
    obstacle: obstacle(kind, person, issued_on) ?? drawable[index]!.obstacle,
  }))
}

interface Printed {
  printed: PrintedCertificate
  token: string
  pdf_sha256: string
  proof: Proof
  /** of the file, so that a ZIP of many knows its length before they are drawn again */
  pdf_bytes: number
}
type Drawn = Printed & { wanted: Wanted }

/** Draws a certificate to freeze its digest; what cannot be printed (a name that does not fit) is answered, not thrown. */
async function draw(...asked: Parameters<typeof print>): Promise<Printed | Obstacle> {
  try {
    return await print(...asked)
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, message: error.words }
    throw error
  }
}

/** Draws and signs; what it answers is to be written down, the proof by {@link keepProofs}. Refuses as {@link suppliedPdf}. */
export async function print(
  context: Context,
  draft: Draft,
  number: string,
  faces: Typefaces,
  supplies: Supplies,
  seal: Seal,
): Promise<Printed> {
  const token = randomToken()
  const facts = { ...draft, number, verify_url: verifyUrl(context, token) }
  const { printed, pdf, proof } = await prove(seal, facts, token, (printed, extras) =>
    suppliedPdf(supplies, printed, faces, extras),
  )
  return { printed, token, pdf_sha256: await sha256Hex(pdf), pdf_bytes: pdf.length, proof }
}

async function freeze(tx: Tx, context: Context, series: Series, first: number, drawn: Drawn[]): Promise<string[]> {
  if (drawn.length === 0) return []
  const { kind, prefix, issuer, issued_on, valid_until, batch_id } = series
  const rows = await tx
    .insertInto('certificates')
    .values(
      drawn.map(({ wanted, printed, token, pdf_sha256, pdf_bytes }) => ({
        number: printed.number,
        kind,
        person_id: wanted.person_id,
        holder_name: wanted.name,
        id_number_masked: wanted.id_number_masked,
        occupation_code: wanted.occupation_code,
        occupation_name: wanted.occupation_name,
        level: printed.level,
        issuer_organisation_id: issuer.id,
        issuer_name: issuer.name,
        issued_on,
        valid_until,
        ...wanted.rests_on,
        batch_id,
        token,
        printed: JSON.stringify(printed),
        pdf_sha256,
        pdf_bytes,
      })),
    )
    .returning(['id', 'number', 'person_id', 'level', 'promotion_id', 'entry_id'])
    .execute()
  const proofs = new Map(drawn.map(({ printed, proof }) => [printed.number, proof]))
  await keepProofs(
    tx,
    rows.map(({ id, number }) => ({ certificate_id: id, ...proofs.get(number)! })),
  )
  await advanceSeries(tx, prefix, first + drawn.length)
  const events = rows.map(({ id, number, person_id, level, promotion_id, entry_id }) => ({
    kind: 'certificate.issued',
    subject_kind: 'certificate',
    subject_id: id,
    organisation_id: issuer.id,
    district_code: issuer.district_code,
    changes: {
      ...{ number, kind, level, person_id, batch_id },
      ...(promotion_id ? { promotion_id } : {}),
      ...(entry_id ? { entry_id } : {}),
    },
  }))
  await recordHistory(tx, context, ...events)
  return rows.map(({ id }) => id)
}

export async function issuerOf(db: Db, organisation_id: string): Promise<Issuer> {
  return db
    .selectFrom('organisations')
    .select(['id', 'name', 'district_code', 'assessor_prefix', 'credit_code'])
    .where('id', '=', organisation_id)
    .executeTakeFirstOrThrow()
}
