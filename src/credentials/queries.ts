/** Reads of certificates, always through a scope. */
import { type RawBuilder, sql } from 'kysely'
import { standingOf, statusOn, validUntil } from '../people/certificate-standing.ts'
import { recheckIsDue } from '../people/external-certificates.ts'
import { personInScope } from '../people/roster.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { type Message, notFound } from '../platform/errors.ts'
import { type Page, readCursor, toPage } from '../platform/paging.ts'
import type { CertificateKind, Registry, RegistryResult } from './rules.ts'
import type { CertificateFilter } from './shapes.ts'

const CERTIFICATE: Message = { zh: '证书', en: 'certificate' }

/** Latest issue first. */
export async function listCertificates(
  db: Db,
  scope: Scope,
  today: LocalDate,
  filter: CertificateFilter,
): Promise<Page<CertificateRow>> {
  const after = readCursor(filter.cursor, 2)
  let query = certificateRows(db, today).where(visible(scope)).where(narrowed(filter, today))
  if (after)
    query = query.where(sql<boolean>`(certificates.issued_on, certificates.number) < (${after[0]}::date, ${after[1]})`)
  const rows = await query
    .orderBy('certificates.issued_on', 'desc')
    .orderBy('certificates.number', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.issued_on, row.number])
}

export async function getCertificate(db: Db, scope: Scope, today: LocalDate, id: string): Promise<CertificateRow> {
  const row = await certificateRows(db, today)
    .where('certificates.id', '=', id)
    .where(visible(scope))
    .executeTakeFirst()
  return row ?? notFound(CERTIFICATE)
}

export type PublicRow = Awaited<ReturnType<ReturnType<typeof unscopedCertificates>['execute']>>[number]

/**
 * The document number where its last four cannot be read from what was printed, as of a passport, which is printed with two: of the
 * record the certificate was issued to, which may have been merged since. Null for nearly everybody.
 */
export const sealedNumber = sql<
  string | null
>`case when right(certificates.id_number_masked, 4) like '%*%' then coalesce(
  (select first.id_number_sealed from certificate_moves m join people first on first.id = m.from_id
    where m.certificate_id = certificates.id order by m.moved_at limit 1),
  (select id_number_sealed from people where people.id = certificates.person_id)) end`

/** Unscoped: the caller knows the numbers, and is told no more than whoever holds the paper. */
export function unscopedCertificates(db: Db, today: LocalDate) {
  return db
    .selectFrom('certificates')
    .leftJoin('standing_revocations as revocation', 'revocation.certificate_id', 'certificates.id')
    .leftJoin('standing_suspensions as suspension', 'suspension.certificate_id', 'certificates.id')
    .leftJoin('standing_continuations as continuation', 'continuation.certificate_id', 'certificates.id')
    .select([
      'certificates.id',
      'certificates.number',
      'certificates.holder_name',
      sealedNumber.as('id_number_sealed'),
      'certificates.id_number_masked',
      'certificates.occupation_name',
      'certificates.level',
      'certificates.issuer_name',
      'certificates.issued_on',
      'certificates.valid_until',
      'certificates.pdf_sha256',
      'revocation.effective_on as revocation_effective_on',
      'suspension.from_on as suspended_from',
      'continuation.valid_until as continued_until',
    ])
    .select((eb) => [eb.ref('certificates.kind').$castTo<CertificateKind>().as('kind'), statusOn(today).as('status')])
}

/** A certificate as a file among many: enough to name it and to know its length before it is drawn again. */
export interface FileRow {
  id: string
  number: string
  holder_name: string
  issued_on: LocalDate
  /** null for certificates from before it was kept */
  pdf_bytes: number | null
}

/** A file whose photo was erased with the person cannot be drawn, and would break the whole off: it is left out. */
const drawable = sql<boolean>`(certificates.printed ->> 'photo_sha256' is null or exists (
  select from person_photos p where p.sha256 = certificates.printed ->> 'photo_sha256' and p.photo_sealed is not null))`

/** By number, at most `limit`. Of a batch that was looked up through a scope all are the reader's; else those the list would show. */
export async function listFiles(
  db: Db,
  scope: Scope,
  today: LocalDate,
  filter: Omit<CertificateFilter, 'limit' | 'cursor'>,
  { limit, whole_batch = false }: { limit: number; whole_batch?: boolean },
): Promise<FileRow[]> {
  return db
    .selectFrom('certificates')
    .innerJoin('organisations as issuer', 'issuer.id', 'certificates.issuer_organisation_id')
    .leftJoin('standing_revocations as revocation', 'revocation.certificate_id', 'certificates.id')
    .leftJoin('standing_suspensions as suspension', 'suspension.certificate_id', 'certificates.id')
    .leftJoin('standing_continuations as continuation', 'continuation.certificate_id', 'certificates.id')
    .select([
      'certificates.id',
      'certificates.number',
      'certificates.holder_name',
      'certificates.issued_on',
      'certificates.pdf_bytes',
    ])
    .where(narrowed(filter, today))
    .where(drawable)
    .where(whole_batch ? sql<boolean>`true` : visible(scope))
    .orderBy('certificates.number')
    .limit(limit)
    .execute()
}

/** What was printed, to draw it again; the ids come from {@link listFiles}. */
export async function listPrinted(db: Db, ids: string[]) {
  return db
    .selectFrom('certificates')
    .leftJoin('certificate_proofs as proof', 'proof.certificate_id', 'certificates.id')
    .select(['id', 'number', 'holder_name', 'printed', 'pdf_sha256', 'proof.cms', 'proof.credential_jwt'])
    .where('id', 'in', ids)
    .execute()
}

export async function getPrinted(db: Db, scope: Scope, id: string) {
  const row = await db
    .selectFrom('certificates')
    .innerJoin('organisations as issuer', 'issuer.id', 'certificates.issuer_organisation_id')
    .leftJoin('certificate_proofs as proof', 'proof.certificate_id', 'certificates.id')
    .select(['certificates.id', 'certificates.number', 'certificates.printed', 'certificates.pdf_sha256'])
    .select(['proof.cms', 'proof.credential_jwt'])
    .where('certificates.id', '=', id)
    .where(visible(scope))
    .executeTakeFirst()
  return row ?? notFound(CERTIFICATE)
}

export type CertificateRow = Awaited<ReturnType<ReturnType<typeof certificateRows>['execute']>>[number]

function certificateRows(db: Db, today: LocalDate) {
  return db
    .selectFrom('certificates')
    .innerJoin('organisations as issuer', 'issuer.id', 'certificates.issuer_organisation_id')
    .leftJoin('standing_revocations as revocation', 'revocation.certificate_id', 'certificates.id')
    .leftJoin('standing_suspensions as suspension', 'suspension.certificate_id', 'certificates.id')
    .leftJoin('standing_continuations as continuation', 'continuation.certificate_id', 'certificates.id')
    .leftJoin('certificates as successor', 'successor.replaces_id', 'certificates.id')
    .leftJoin('certificates as original', 'original.id', 'certificates.replaces_id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('registry_checks')
          .select(['registry_checks.result', 'registry_checks.checked_on'])
          .whereRef('registry_checks.certificate_id', '=', 'certificates.id')
          .orderBy('registry_checks.known_from', 'desc')
          .limit(1)
          .as('registry'),
      (join) => join.onTrue(),
    )
    .select([
      'certificates.id',
      'certificates.number',
      'certificates.person_id',
      'certificates.holder_name',
      'certificates.id_number_masked',
      'certificates.occupation_code',
      'certificates.occupation_name',
      'certificates.level',
      'certificates.issuer_organisation_id',
      'certificates.issuer_name',
      'certificates.issued_on',
      'certificates.valid_until',
      'certificates.batch_id',
      'certificates.promotion_id',
      'certificates.entry_id',
      'certificates.replaces_id',
      'original.number as replaces_number',
      'original.issued_on as replaces_issued_on',
      'successor.id as replaced_by',
      'revocation.reason_code as revocation_reason_code',
      'revocation.effective_on as revocation_effective_on',
      'suspension.from_on as suspended_from',
      'continuation.valid_until as continued_until',
      'registry.checked_on as registry_checked_on',
      'certificates.pdf_sha256',
    ])
    .select((eb) => [
      eb.ref('certificates.kind').$castTo<CertificateKind>().as('kind'),
      eb.ref('registry.result').$castTo<RegistryResult | null>().as('registry_result'),
      statusOn(today).as('status'),
      sql<string>`certificates.printed ->> 'verify_url'`.as('verify_url'),
    ])
}

/** Needs `certificates` and `issuer`. The issuer, whoever has the holder on its roster, and the divisions of both. */
export function visible(scope: Scope): RawBuilder<boolean> {
  const holder = personInScope(scope, sql.ref('certificates.person_id'))
  if (scope.kind === 'person') return holder
  if (scope.kind === 'organisation')
    return sql`(certificates.issuer_organisation_id = ${scope.organisation_id} or ${holder})`
  return sql`(issuer.district_code like ${`${scope.prefix}%`} or ${holder})`
}

/** What a filter asks for; needs `certificates`, and what stands of them. */
function narrowed(filter: Omit<CertificateFilter, 'limit' | 'cursor'>, today: LocalDate): RawBuilder<boolean> {
  const asked: RawBuilder<unknown>[] = []
  if (filter.number) asked.push(sql`certificates.number like ${`${plain(filter.number).toUpperCase()}%`}`)
  if (filter.name) asked.push(named(plain(filter.name)))
  if (filter.level) asked.push(sql`certificates.level = ${filter.level}`)
  if (filter.kind) asked.push(sql`certificates.kind = ${filter.kind}`)
  if (filter.status) asked.push(sql`${statusOn(today)} = ${filter.status}`)
  if (filter.batch_id) asked.push(sql`certificates.batch_id = ${filter.batch_id}::uuid`)
  if (filter.class_id) asked.push(ofClass(filter.class_id))
  if (filter.event_id)
    asked.push(sql`(certificates.entry_id in (select id from competition_entries where event_id = ${filter.event_id}::uuid)
      or ${promotedBy(filter.event_id)})`)
  if (filter.organisation_id)
    asked.push(
      sql`certificates.person_id in (select person_id from roster_entries where organisation_id = ${filter.organisation_id}::uuid)`,
    )
  if (filter.expiring_within_days)
    asked.push(sql`revocation.certificate_id is null and ${validUntil()} > ${today}::date
      and ${validUntil()} <= ${today}::date + ${filter.expiring_within_days}::int`)
  if (filter.registry)
    asked.push(sql`certificates.kind = 'skill_level' and revocation.certificate_id is null
      and ${toLookUp(today)}`)
  return asked.length === 0 ? sql`true` : sql`(${sql.join(asked, sql` and `)})`
}

/** Issued to somebody enrolled in the class. */
export function ofClass(class_id: string): RawBuilder<boolean> {
  return sql`certificates.enrolment_id in (select id from enrolments where class_id = ${class_id}::uuid)`
}

/** Of a promotion by a ranking of the event. */
export function promotedBy(event_id: string): RawBuilder<boolean> {
  return sql`certificates.promotion_id in (select m.id from promotions m join competition_publications u on u.id = m.publication_id
    where u.event_id = ${event_id}::uuid)`
}

/** Certificates of the scope that stand and end within some days, as a count of a statement. */
export function countEnding(scope: Scope, today: LocalDate, days: number): RawBuilder<unknown> {
  return sql`select count(*) from certificates join organisations issuer on issuer.id = certificates.issuer_organisation_id
    ${standingOf(sql.ref('certificates.id'))}
    where revocation.certificate_id is null and ${validUntil()} > ${today}::date and ${validUntil()} <= ${today}::date + ${days}::int
      and ${visible(scope)}`
}

/** Certificates of the scope that may not be used for now, as a count of a statement. */
export function countSuspended(scope: Scope, today: LocalDate): RawBuilder<unknown> {
  return sql`select count(*) from certificates join organisations issuer on issuer.id = certificates.issuer_organisation_id
    ${standingOf(sql.ref('certificates.id'))}
    where certificates.id in (select certificate_id from standing_suspensions) and ${statusOn(today)} = 'suspended' and ${visible(scope)}`
}

/** Nobody has looked the certificate up in an official register, or it was found so long ago that it is due again. */
export function toLookUp(today: LocalDate): RawBuilder<boolean> {
  return sql`not exists (select from registry_checks k where k.certificate_id = certificates.id
    and not (k.result = 'found' and ${recheckIsDue('here', 'k', today)}))`
}

/** By the printed name or its beginning, or by pinyin or initials of the holder's name. */
function named(text: string): RawBuilder<boolean> {
  const latin = text.toLowerCase().replace(/[^a-z]/g, '')
  return sql<boolean>`(certificates.holder_name like ${`${text}%`} or ${latin !== ''} and exists (
    select from people where people.id = certificates.person_id
      and (people.name_pinyin like ${`${latin}%`} or people.name_initials = ${latin})))`
}

/** Without the signs that `like` takes for wildcards. */
function plain(text: string): string {
  return text.trim().replaceAll(/[%_\\]/g, '')
}

export async function listRegistryChecks(db: Db, certificate_id: string) {
  return db
    .selectFrom('registry_checks')
    .leftJoin('accounts', 'accounts.id', 'registry_checks.checked_by')
    .select([
      'registry_checks.id',
      'registry_checks.certificate_id',
      'registry_checks.checked_on',
      'registry_checks.evidence',
      'registry_checks.known_from',
      'accounts.display_name as checked_by_name',
    ])
    .select((eb) => [
      eb.ref('registry_checks.registry').$castTo<Registry>().as('registry'),
      eb.ref('registry_checks.result').$castTo<RegistryResult>().as('result'),
    ])
    .where('registry_checks.certificate_id', '=', certificate_id)
    .orderBy('registry_checks.known_from', 'desc')
    .execute()
}
