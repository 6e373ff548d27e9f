/** Reads of roster checks: for who asked, the check and its report; for the holder, who asked. */
import { sql } from 'kysely'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import type { CheckPurpose } from './check-rules.ts'
import type { Check } from './checks.ts'

const CHECK = { zh: '核验记录', en: 'check' }

/** A check that the actor's organisation made, or an officer themselves. */
export async function getCheck(db: Db, context: Context, id: string): Promise<Check> {
  const row = await mine(db, context)
    .select(['id', 'purpose', 'rows', 'summary', 'sha256', 'created_at', 'key_id', 'names_erased_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? (row as unknown as Check) : notFound(CHECK)
}

/** The signed report as a compact JWS; there is none where nobody could sign, and none any more once its names were erased. */
export async function getReport(db: Db, context: Context, id: string): Promise<string> {
  const row = await mine(db, context).select('report').where('id', '=', id).executeTakeFirst()
  return row?.report ?? notFound({ zh: '签名报告', en: 'signed report' })
}

function mine(db: Db, { scope, actor }: Context) {
  const query = db.selectFrom('certificate_checks')
  return scope.kind === 'organisation'
    ? query.where('organisation_id', '=', scope.organisation_id)
    : query.where('requested_by', '=', actor.account_id)
}

export interface Asked {
  number: string
  /** an institution's roster check, or an officer's look-up in an official register */
  what: 'roster' | 'registry'
  /** the institution, or the division of the office */
  asked_by: string
  purpose: CheckPurpose | null
  registry: string | null
  result: string
  /** instant */
  at: Date
}

/**
 * Who checked the certificates of a person, the latest first: every roster check and every look-up in an official register. What
 * anybody looks up by number or QR code is not among them: nobody knows who it was, and noting it would make a record of strangers.
 */
export async function listAsked(db: Db, person_id: string, limit: number): Promise<Asked[]> {
  const { rows } = await sql<Asked>`
    select number, what, asked_by, purpose, registry, result, at from (
      select c.number, 'roster' as what, k.organisation_id, k.requested_by as account_id, k.purpose, null as registry, r.status as result, k.created_at as at
        from certificates c join certificate_check_rows r on r.certificate_id = c.id join certificate_checks k on k.id = r.check_id
        where c.person_id = ${person_id}::uuid
      union all
      select c.number, 'registry', null, k.checked_by, null, k.registry, k.result, k.known_from
        from certificates c join registry_checks k on k.certificate_id = c.id where c.person_id = ${person_id}::uuid
      union all
      select c.number, 'registry', null, k.checked_by, null, k.registry, k.result, k.known_from
        from external_certificates c join external_certificate_checks k on k.certificate_id = c.id and k.revision = c.revision
        where c.person_id = ${person_id}::uuid and c.known_to = 'infinity'
    ) asked
    left join accounts a on a.id = asked.account_id
    left join lateral (select coalesce(
      (select o.name from organisations o where o.id = coalesce(asked.organisation_id, a.organisation_id)),
      (select d.name from districts d where d.code = a.district_code), '') as asked_by) who on true
    order by at desc, number limit ${limit}`.execute(db)
  return rows
}
