/** Issuing: numbers without gaps, frozen print, one transaction a slice; a whole class by a job or one person at once. */
import { recordHistory } from '../history/actions.ts'
import type { Job, JobHandlers, Slice } from '../jobs/actions.ts'
import { sha256Hex } from '../platform/bytes.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { notFound, Refusal, refuse } from '../platform/errors.ts'
import { randomToken } from '../platform/vault.ts'
import type { Typefaces } from './certificate-ink.ts'
import type { PrintedCertificate } from './certificate-pdf.ts'
import { chooseMeans, photoMissing, type Supplies, suppliedPdf, suppliesFor } from './certificate-supplies.ts'
import { type Candidate, getIssuingClass, type IssuingClass, listCandidates, type Skipped } from './issue-queries.ts'
import { type Draft, draftFor, type Issuer, supplied, typefaces, unprintable, verifyUrl } from './print.ts'
import { keepProofs, type Proof, prove, type Seal, sealFor } from './proofs.ts'
import { type ClassKind, LAST_SERIAL, numberOf, type Obstacle, obstacle, seriesPrefix } from './rules.ts'

/** For whom, by whom and on which day certificates of one kind are issued. */
export interface Occasion {
  kind: ClassKind
  taught: IssuingClass
  issuer: Issuer
  issued_on: LocalDate
  valid_until: LocalDate | null
  batch_id: string | null
}

/** People a slice: about a quarter of a second. */
const SLICE = 50

export const jobHandlers: JobHandlers = { 'certificates.issue': issueSlice }

/** How far a batch is in its list of enrolments, and what became of those before. */
interface Position {
  next: number
  issued: number
  skipped: Skipped[]
}

/** Issues to the next people of the batch's list. Somebody who has a certificate is passed over, so a slice that is done again does nothing. */
async function issueSlice(tx: Tx, context: Context, job: Job): Promise<Slice> {
  const before: Position = job.position ? JSON.parse(job.position) : { next: 0, issued: 0, skipped: [] }
  const enrolment_ids = job.args.enrolment_ids as string[]
  const batch = await tx
    .selectFrom('certificate_batches')
    .select(['id', 'class_id', 'organisation_id', 'kind', 'issued_on', 'valid_until'])
    .where('id', '=', job.subject_id)
    .executeTakeFirstOrThrow()
  const occasion: Occasion = {
    kind: batch.kind as ClassKind,
    taught: await getIssuingClass(tx, context.scope, batch.class_id),
    issuer: await issuerOf(tx, batch.organisation_id),
    issued_on: batch.issued_on,
    valid_until: batch.valid_until,
    batch_id: batch.id,
  }
  const next = Math.min(before.next + SLICE, enrolment_ids.length)
  const made = await issueTo(tx, context, occasion, enrolment_ids.slice(before.next, next))
  const issued = before.issued + made.issued.length
  const skipped = [...before.skipped, ...made.skipped]
  if (next === enrolment_ids.length) return { done: next, position: null, result: { issued, skipped } }
  return { done: next, position: JSON.stringify({ next, issued, skipped } satisfies Position) }
}

/** Issues to one person of a class; refuses with what is in the way. */
export async function issueToOne(tx: Tx, context: Context, occasion: Occasion, enrolment_id: string): Promise<string> {
  const { issued, skipped } = await issueTo(tx, context, occasion, [enrolment_id])
  if (skipped[0]) refuse('conflict', skipped[0].code, skipped[0].message)
  // of a record that was merged into another nothing is issued
  return issued[0] ?? notFound({ zh: '学员', en: 'trainee' })
}

/**
 * Issues to these people of the class, by name. The series is locked before they are read, so that two issues of the same class
 * never take the same person, and serials follow without a gap whatever else is going on.
 */
async function issueTo(tx: Tx, context: Context, occasion: Occasion, enrolment_ids: string[]) {
  await lockFacts(tx)
  const prefix = seriesPrefix(occasion.kind, occasion.issuer, occasion.taught.level, occasion.issued_on)
  const first = await lockSeries(tx, prefix)
  const faces = await typefaces(context.assets)
  const people = await judge(tx, context, occasion.taught.id, occasion, enrolment_ids)
  const { kind, taught, issuer, issued_on, valid_until } = occasion
  const { drafts, supplies } = await supplied(
    tx,
    context,
    { kind, issuer_id: issuer.id, issued_on },
    people.map((person) => ({ ...person, facts: draftFor(kind, taught, issuer, person, issued_on) })),
  )
  const eligible = people.filter((person) => person.obstacle === null).length
  const seal = await sealFor(tx, context, issuer.id, { kind, valid_until }, eligible)
  const drawn: Drawn[] = []
  const skipped: Skipped[] = []
  for (const [index, person] of people.entries()) {
    const number = numberOf(prefix, serialAt(prefix, first + drawn.length))
    const found = person.obstacle ?? (await draw(context, drafts[index]!, number, faces, supplies, seal))
    if ('message' in found) skipped.push({ ...whom(person), code: found.code, message: found.message })
    else drawn.push({ ...found, person })
  }
  const issued = await freeze(tx, context, occasion, prefix, first, drawn)
  return { issued, skipped }
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
  const means = await chooseMeans(
    db,
    { kind, issuer_id: context.actor.organisation_id, issued_on },
    candidates.map(({ person_id, name }) => ({ person_id, texts: [name] })),
    await typefaces(context.assets),
  )
  const { layouts } = await suppliesFor(
    db,
    context.vault,
    means.slice(0, 1).map(({ layout }) => ({ layout })),
  )
  return candidates.map((person, index) => {
    const { layout, missing, photo_sha256 } = means[index]!
    const photo = photo_sha256 !== undefined
    return {
      ...person,
      photo,
      obstacle: obstacle(kind, person, issued_on) ?? unprintable(missing) ?? photoMissing(photo, layouts.get(layout)!),
    }
  })
}

interface Printed {
  printed: PrintedCertificate
  token: string
  pdf_sha256: string
  proof: Proof
}
type Drawn = Printed & { person: Candidate }

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
  return { printed, token, pdf_sha256: await sha256Hex(pdf), proof }
}

async function freeze(
  tx: Tx,
  context: Context,
  occasion: Occasion,
  prefix: string,
  first: number,
  drawn: Drawn[],
): Promise<string[]> {
  if (drawn.length === 0) return []
  const { kind, taught, issuer, issued_on, valid_until, batch_id } = occasion
  const rows = await tx
    .insertInto('certificates')
    .values(
      drawn.map(({ person, printed, token, pdf_sha256 }) => ({
        number: printed.number,
        kind,
        person_id: person.person_id,
        holder_name: person.name,
        id_number_masked: person.id_number_masked,
        occupation_code: taught.occupation_code,
        occupation_name: taught.occupation_name ?? taught.course_name,
        level: printed.level,
        issuer_organisation_id: issuer.id,
        issuer_name: issuer.name,
        issued_on,
        valid_until,
        result_id: kind === 'skill_level' ? person.result_id : null,
        enrolment_id: person.enrolment_id,
        batch_id,
        token,
        printed: JSON.stringify(printed),
        pdf_sha256,
      })),
    )
    .returning(['id', 'number', 'person_id'])
    .execute()
  const proofs = new Map(drawn.map(({ printed, proof }) => [printed.number, proof]))
  await keepProofs(
    tx,
    rows.map(({ id, number }) => ({ certificate_id: id, ...proofs.get(number)! })),
  )
  await advanceSeries(tx, prefix, first + drawn.length)
  const events = rows.map(({ id, number, person_id }) => ({
    kind: 'certificate.issued',
    subject_kind: 'certificate',
    subject_id: id,
    organisation_id: issuer.id,
    district_code: issuer.district_code,
    changes: { number, kind, level: kind === 'skill_level' ? taught.level : null, person_id, batch_id },
  }))
  await recordHistory(tx, context, ...events)
  return rows.map(({ id }) => id)
}

/** The next serial of a series, held until the transaction ends: a rolled-back issue leaves no gap, two writers never meet. */
export async function lockSeries(tx: Tx, prefix: string): Promise<number> {
  const { next_serial } = await tx
    .insertInto('certificate_series')
    .values({ prefix })
    .onConflict((oc) =>
      oc.column('prefix').doUpdateSet((eb) => ({ next_serial: eb.ref('certificate_series.next_serial') })),
    )
    .returning('next_serial')
    .executeTakeFirstOrThrow()
  return next_serial
}

export async function advanceSeries(tx: Tx, prefix: string, next_serial: number): Promise<void> {
  await tx.updateTable('certificate_series').set({ next_serial }).where('prefix', '=', prefix).execute()
}

/** Refuses `certificate.series_full` after 999,999: six digits are all a number has. */
export function serialAt(prefix: string, serial: number): number {
  if (serial > LAST_SERIAL)
    refuse('conflict', 'certificate.series_full', {
      zh: `编号段 ${prefix} 的 999,999 个流水号已经用完，请申请新的评价机构代码。`,
      en: `All 999,999 serials of ${prefix} are used; apply for a new assessor code.`,
    })
  return serial
}

export async function issuerOf(db: Db, organisation_id: string): Promise<Issuer> {
  return db
    .selectFrom('organisations')
    .select(['id', 'name', 'district_code', 'assessor_prefix', 'credit_code'])
    .where('id', '=', organisation_id)
    .executeTakeFirstOrThrow()
}

function whom({ enrolment_id, person_id, name }: Candidate) {
  return { enrolment_id, person_id, holder_name: name }
}
