/** Reads of certificates issued elsewhere, always through a scope, and of what official registers said of them. */
import { sql } from 'kysely'
import { type ExternalCertificate, externalCertificateRows, externalState } from '../people/external-certificates.ts'
import { personInScope } from '../people/roster.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, readCursor, toPage } from '../platform/paging.ts'
import { cleanNumber } from './external-rules.ts'
import type { ExternalFilter } from './external-shapes.ts'
import type { Registry, RegistryResult } from './rules.ts'

export const EXTERNAL = { zh: '外部证书', en: 'external certificate' }

/** Those of people within the scope, the latest record first. `open`: an officer can still look them up, so nobody erased holds them. */
export async function listExternalCertificates(
  db: Db,
  scope: Scope,
  filter: ExternalFilter,
  today: LocalDate,
): Promise<Page<ExternalCertificate>> {
  const after = readCursor(filter.cursor, 1)
  const { person_id, number, state } = filter
  let query = externalCertificateRows(db, undefined, today).where(personInScope(scope))
  if (person_id) query = query.where('c.person_id', '=', person_id)
  if (number) query = query.where('c.number', '=', cleanNumber(number))
  if (state === 'open')
    query = query.where(sql<boolean>`${externalState(today)} in ('unchecked', 'recheck') and people.erased_at is null`)
  else if (state) query = query.where(externalState(today), '=', state)
  if (after) query = query.where('c.id', '<', String(after[0]))
  const rows = await query
    .orderBy('c.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return toPage(rows, filter.limit, (row) => [row.id])
}

/** With a day, `recheck` where its finding is due again then; without, what was found of it and counts. */
export async function getExternalCertificate(
  db: Db,
  scope: Scope,
  id: string,
  today?: LocalDate,
): Promise<ExternalCertificate> {
  const row = await externalCertificateRows(db, undefined, today)
    .where('c.id', '=', id)
    .where(personInScope(scope))
    .executeTakeFirst()
  return row ?? notFound(EXTERNAL)
}

/** Every look-up, of earlier revisions too, the newest first; the certificate was already found through a scope. */
export function listExternalChecks(db: Db, certificate_id: string) {
  return db
    .selectFrom('external_certificate_checks as k')
    .leftJoin('accounts', 'accounts.id', 'k.checked_by')
    .select(['k.id', 'k.certificate_id', 'k.revision', 'k.checked_on', 'k.evidence', 'k.known_from'])
    .select('accounts.display_name as checked_by_name')
    .select((eb) => [
      eb.ref('k.registry').$castTo<Registry>().as('registry'),
      eb.ref('k.result').$castTo<RegistryResult>().as('result'),
    ])
    .where('k.certificate_id', '=', certificate_id)
    .orderBy('k.checked_on', 'desc')
    .orderBy('k.known_from', 'desc')
    .orderBy('k.id', 'desc')
    .execute()
}

/** What certificates may be for: names by code. */
export async function occupationNames(db: Db): Promise<Map<string, string>> {
  const rows = await db.selectFrom('occupations').select(['code', 'name']).orderBy('code').execute()
  return new Map(rows.map(({ code, name }) => [code, name]))
}
