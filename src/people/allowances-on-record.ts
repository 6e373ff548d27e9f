/** What the record of a person shows of allowances: the months that were booked, and what was claimed. */
import { sql } from 'kysely'
import type { Month } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { happenedBy, type Instant, knownAt } from './known.ts'

const MOST = 200

/** Months that were booked; a facility reads its own lines. */
export async function allowancesOf(db: Db, scope: Scope, records: string[], known_at?: Instant) {
  let query = db
    .selectFrom('allowance_ledger as ledger')
    .innerJoin('schemes', 'schemes.code', 'ledger.scheme_code')
    .innerJoin('allowance_lines as line', (join) =>
      join
        .onRef('line.run_id', '=', 'ledger.run_id')
        .onRef('line.person_id', '=', 'ledger.person_id')
        .onRef('line.month', '=', 'ledger.month')
        .onRef('line.component', '=', 'ledger.component'),
    )
    .select([
      'ledger.run_id',
      'ledger.scheme_code',
      'schemes.name as scheme_name',
      sql<Month>`to_char(ledger.month, 'YYYY-MM')`.as('month'),
      'line.kind',
      'line.level',
      'ledger.amount_fen',
      'ledger.entitlement_fen',
    ])
    .where('ledger.person_id', 'in', records)
    .where(
      sql<boolean>`not exists (select from allowance_decisions d
        where d.run_id = ledger.run_id and d.kind = 'approval' and not ${happenedBy('d.decided_at', known_at)})`,
    )
  if (scope.kind === 'organisation') query = query.where('line.organisation_id', '=', scope.organisation_id)
  return query.orderBy('ledger.month', 'desc').orderBy('ledger.seq', 'desc').limit(MOST).execute()
}

export type Claim = Awaited<ReturnType<ReturnType<typeof claimRows>['execute']>>[number]

/** Unscoped: the caller adds whose they may be. Claims are `a`, who claims `people`. */
export function claimRows(db: Db, known_at?: Instant) {
  return db
    .selectFrom('allowance_claims as a')
    .innerJoin('people', 'people.id', 'a.person_id')
    .innerJoin('schemes as s', 's.code', 'a.scheme_code')
    .leftJoin('organisations as o', 'o.id', 'a.organisation_id')
    .select(['a.id', 'a.person_id', 'people.name as person_name', 'a.scheme_code', 's.name as scheme_name'])
    .select(['a.component', 'a.claimed_on', 'a.organisation_id', 'o.name as organisation_name', 'a.note'])
    .select(
      sql<string>`(select k.title from scheme_components k join scheme_versions v on v.id = k.version_id
        where v.scheme_code = a.scheme_code and k.code = a.component order by v.number desc limit 1)`.as(
        'component_title',
      ),
    )
    .where(knownAt('a', known_at))
}

/** Those of a person whose record the caller was already allowed to see, the latest first. */
export function claimsOf(db: Db, person_id: string, known_at?: Instant): Promise<Claim[]> {
  return claimRows(db, known_at)
    .where('a.person_id', '=', person_id)
    .orderBy('a.claimed_on', 'desc')
    .orderBy('a.id')
    .limit(MOST)
    .execute()
}
