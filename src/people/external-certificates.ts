/** Certificates that other bodies issued, as they are on record now or were at an instant, with what the newest look-up in an official register said. */
import { type RawBuilder, sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { happenedBy, type Instant, knownAt } from './known.ts'

/**
 * `recheck`: it was looked up and has been corrected since, so what was found says nothing any more; or, where a day is asked for, it
 * was found so long ago that it is due again, and counts until it is looked up.
 */
export type ExternalState = 'unchecked' | 'found' | 'not_found' | 'mismatch' | 'recheck'

export type ExternalCertificate = Awaited<ReturnType<ReturnType<typeof externalCertificateRows>['execute']>>[number]

/** Unscoped: the caller adds whose they may be. The certificates are `c`, their holders `people`. */
export function externalCertificateRows(db: Db, known_at?: Instant, today?: LocalDate) {
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
    .select(externalState(today).as('state'))
    .where(knownAt('c', known_at))
}

/** What the newest look-up of the certificate `c`, as it is recorded, found: `newest`. */
export const newestLookUp = sql`left join lateral (
  select k.result, k.registry, k.checked_on from external_certificate_checks k where k.certificate_id = c.id and k.revision = c.revision
  order by k.checked_on desc, k.known_from desc, k.id desc limit 1) newest on true`

/** Needs `c` and `newest` in the query. */
export function externalState(today?: LocalDate): RawBuilder<ExternalState> {
  const found = sql`coalesce(newest.result,
    case when exists (select from external_certificate_checks earlier where earlier.certificate_id = c.id) then 'recheck' else 'unchecked' end)`
  return today === undefined ? sql`${found}` : sql`case when ${findingIsDue(today)} then 'recheck' else ${found} end`
}

/** Needs `newest` in the query: it was found, and so long ago that the rule for its register asks for another look. */
export function findingIsDue(today: LocalDate): RawBuilder<boolean> {
  return sql`(newest.result = 'found' and ${recheckIsDue('elsewhere', 'newest', today)})`
}

/**
 * Whether what `check` found in a register is due again by the rules for certificates that are issued here or elsewhere; the rule of one
 * register goes before the one for all of them. Written out where it is asked: a function of the database would be called for every row.
 */
export function recheckIsDue(issued: 'here' | 'elsewhere', check: string, today: LocalDate): RawBuilder<boolean> {
  const [registry, checked_on] = [sql.ref(`${check}.registry`), sql.ref(`${check}.checked_on`)]
  return sql`coalesce((
    select ${checked_on} + make_interval(months => r.months) <= ${today}::date from recheck_rules r
    where r.active and r.issued = ${issued} and (r.registry is null or r.registry = ${registry})
    order by r.registry nulls last limit 1), false)`
}

/** Those of a person whose record the caller was already allowed to see, the latest first. */
export function externalCertificatesOf(db: Db, person_id: string, known_at?: Instant): Promise<ExternalCertificate[]> {
  return externalCertificateRows(db, known_at)
    .where('c.person_id', '=', person_id)
    .orderBy('c.issued_on', 'desc')
    .orderBy('c.id')
    .execute()
}
