/** Certificates that other bodies issued, as they are on record now or were at an instant, with what the newest look-up in an official register said. */
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { happenedBy, type Instant, knownAt } from './known.ts'

/** `recheck`: it was looked up and has been corrected since, so what was found says nothing any more. */
export type ExternalState = 'unchecked' | 'found' | 'not_found' | 'mismatch' | 'recheck'

export type ExternalCertificate = Awaited<ReturnType<ReturnType<typeof externalCertificateRows>['execute']>>[number]

/** Unscoped: the caller adds whose they may be. The certificates are `c`, their holders `people`. */
export function externalCertificateRows(db: Db, known_at?: Instant) {
  return db
    .selectFrom('external_certificates as c')
    .innerJoin('people', 'people.id', 'c.person_id')
    .innerJoin('organisations as recorder', 'recorder.id', 'c.organisation_id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('external_certificate_checks as k')
          .select(['k.registry', 'k.result', 'k.checked_on'])
          .whereRef('k.certificate_id', '=', 'c.id')
          .whereRef('k.revision', '=', 'c.revision')
          .where(happenedBy('k.known_from', known_at))
          .orderBy('k.checked_on', 'desc')
          .orderBy('k.known_from', 'desc')
          .orderBy('k.id', 'desc')
          .limit(1)
          .as('newest'),
      (join) => join.onTrue(),
    )
    .select([
      'c.id',
      'c.person_id',
      'people.name as person_name',
      'people.id_number_masked',
      'c.revision',
      'c.number',
      'c.kind',
      'c.occupation_code',
      'c.occupation_name',
      'c.standard_edition',
      'c.level',
      'c.issuer_name',
      'c.issued_on',
      'c.valid_until',
      'c.evidence',
      'c.organisation_id',
      'recorder.name as recorded_by_name',
      'newest.registry',
      'newest.checked_on',
    ])
    .select(externalState.as('state'))
    .where(knownAt('c', known_at))
}

/** What the newest look-up of the certificate `c`, as it is recorded, found: `newest`. */
export const newestLookUp = sql`left join lateral (
  select k.result from external_certificate_checks k where k.certificate_id = c.id and k.revision = c.revision
  order by k.checked_on desc, k.known_from desc, k.id desc limit 1) newest on true`

/** Needs `c` and `newest` in the query. */
export const externalState = sql<ExternalState>`coalesce(newest.result,
  case when exists (select from external_certificate_checks earlier where earlier.certificate_id = c.id) then 'recheck' else 'unchecked' end)`

/** Those of a person whose record the caller was already allowed to see, the latest first. */
export function externalCertificatesOf(db: Db, person_id: string, known_at?: Instant): Promise<ExternalCertificate[]> {
  return externalCertificateRows(db, known_at)
    .where('c.person_id', '=', person_id)
    .orderBy('c.issued_on', 'desc')
    .orderBy('c.id')
    .execute()
}
