/** Reads of what became of certificates: each step of one, and decisions that revoked many. */
import { sql } from 'kysely'
import { standingOf, statusOn } from '../people/certificate-standing.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import type { LifeKind } from './life-rules.ts'
import type { CertificateStatus, RevocationReason } from './rules.ts'

export interface LifeRow {
  kind: LifeKind
  /** the day from which it takes effect */
  on: LocalDate
  /** of a continuation: the new end */
  until: LocalDate | null
  reason_code: string | null
  reason: string
  decision_reference: string | null
  /** null: the system itself */
  by: string | null
  at: Date
}

/** Every step, the latest first. The certificate was found through a scope. */
export async function lifeOf(db: Db, certificate_id: string): Promise<LifeRow[]> {
  const { rows } = await sql<LifeRow>`
    select kind, "on"::text, until::text, reason_code, reason, decision_reference, accounts.display_name as by, at from (
      select case when r.reason_code = 'replaced' then case when n.certificate_id is null then 'replaced' else 'corrected' end else 'revoked' end as kind,
        effective_on as "on", null::date as until, r.reason_code, r.reason, d.decision_reference, revoked_by as actor, r.known_from as at
      from certificate_revocations r left join certificate_revocation_decisions d on d.id = r.decision_id
        left join certificate_name_corrections n on n.replaced_id = r.certificate_id
      where r.certificate_id = ${certificate_id}::uuid
      union all
      select 'restored', (w.known_from at time zone 'Asia/Shanghai')::date, null, null, w.reason, w.decision_reference, restored_by, w.known_from
      from certificate_restorations w where w.certificate_id = ${certificate_id}::uuid
      union all
      select 'suspended', from_on, null, null, reason, decision_reference, suspended_by, known_from
      from certificate_suspensions where certificate_id = ${certificate_id}::uuid
      union all
      select 'resumed', from_on, null, null, reason, decision_reference, resumed_by, known_from
      from certificate_resumptions where certificate_id = ${certificate_id}::uuid
      union all
      select 'continued', counted_on, valid_until, null, reason, null, decided_by, known_from
      from certificate_continuations where certificate_id = ${certificate_id}::uuid
    ) steps left join accounts on accounts.id = steps.actor order by at desc`.execute(db)
  return rows
}

export interface DecisionRow {
  id: string
  organisation_id: string
  organisation_name: string
  reason_code: RevocationReason
  reason: string
  decision_reference: string
  certificates: number
  /** that were not withdrawn since */
  standing: number
  decided_by_name: string | null
  decided_at: Date
}

/** The latest 50, of the organisation or of the issuers in the division. */
export async function listDecisions(db: Db, scope: Scope): Promise<DecisionRow[]> {
  const { rows } = await decisions(scope, null).execute(db)
  return rows
}

export async function getDecision(db: Db, scope: Scope, id: string): Promise<DecisionRow> {
  const { rows } = await decisions(scope, id).execute(db)
  return rows[0] ?? notFound({ zh: '撤销决定', en: 'decision' })
}

function decisions(scope: Scope, id: string | null) {
  const within =
    scope.kind === 'organisation'
      ? sql`d.organisation_id = ${scope.organisation_id}::uuid`
      : scope.kind === 'division'
        ? sql`o.district_code like ${`${scope.prefix}%`}`
        : sql`false`
  return sql<DecisionRow>`
    select d.id, d.organisation_id, o.name as organisation_name, d.reason_code, d.reason, d.decision_reference, d.certificates,
      (select count(*)::int from standing_revocations r where r.decision_id = d.id) as standing, a.display_name as decided_by_name, d.decided_at
    from certificate_revocation_decisions d join organisations o on o.id = d.organisation_id left join accounts a on a.id = d.decided_by
    where ${within} and (${id}::uuid is null or d.id = ${id}::uuid) order by d.id desc limit 50`
}

export interface RevokedRow {
  id: string
  number: string
  holder_name: string
  effective_on: LocalDate
  status: CertificateStatus
}

/** The first 500 certificates of a decision the caller may see, by number. */
export async function listRevoked(db: Db, decision_id: string, today: LocalDate): Promise<RevokedRow[]> {
  const { rows } = await sql<RevokedRow>`
    select certificates.id, certificates.number, certificates.holder_name, own.effective_on::text, ${statusOn(today)} as status
    from certificate_revocations own join certificates on certificates.id = own.certificate_id ${standingOf(sql.ref('certificates.id'))}
    where own.decision_id = ${decision_id}::uuid order by certificates.number limit 500`.execute(db)
  return rows
}
