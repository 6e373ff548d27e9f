/** Reads of certificates, always through a scope. */
import { type RawBuilder, sql } from 'kysely'
import { statusOn, validUntil } from '../people/certificate-standing.ts'
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
  let query = certificateRows(db, today).where(visible(scope))
  if (filter.number) query = query.where('certificates.number', 'like', `${plain(filter.number).toUpperCase()}%`)
  if (filter.name) query = query.where(named(plain(filter.name)))
  if (filter.level) query = query.where('certificates.level', '=', filter.level)
  if (filter.kind) query = query.where('certificates.kind', '=', filter.kind)
  if (filter.status) query = query.where(statusOn(today), '=', filter.status)
  if (filter.batch_id) query = query.where('certificates.batch_id', '=', filter.batch_id)
  if (filter.class_id)
    query = query.where(
      sql<boolean>`certificates.enrolment_id in (select id from enrolments where class_id = ${filter.class_id})`,
    )
  if (filter.expiring_within_days)
    query = query
      .where('revocation.certificate_id', 'is', null)
      .where(sql<boolean>`${validUntil()} > ${today}::date`)
      .where(sql<boolean>`${validUntil()} <= ${today}::date + ${filter.expiring_within_days}::int`)
  if (filter.registry)
    query = query
      .where('certificates.kind', '=', 'skill_level')
      .where('revocation.certificate_id', 'is', null)
      .where(toLookUp(today))
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

/** What was printed, to draw it again; the batch was already looked up through a scope. */
export async function listPrinted(db: Db, batch_id: string, after: string | null, limit: number) {
  let query = db
    .selectFrom('certificates')
    .leftJoin('certificate_proofs as proof', 'proof.certificate_id', 'certificates.id')
    .select(['id', 'number', 'holder_name', 'printed', 'pdf_sha256', 'proof.cms', 'proof.credential_jwt'])
    .where('batch_id', '=', batch_id)
    .orderBy('number')
    .limit(limit)
  if (after) query = query.where('number', '>', after)
  return query.execute()
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

/** Nobody has looked the certificate up in an official register, or it was found so long ago that it is due again. */
export function toLookUp(today: LocalDate): RawBuilder<boolean> {
  return sql`not exists (select from registry_checks k where k.certificate_id = certificates.id
    and not (k.result = 'found' and is_recheck_due('here', k.registry, k.checked_on, ${today}::date)))`
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
