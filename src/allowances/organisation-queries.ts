/** Reads of what organisations are paid: the lines of a run, and all that concerns one organisation, each line with what counts and what does not. */
import { type RawBuilder, sql } from 'kysely'
import { firstDay } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { together } from '../platform/together.ts'
import type { OrganisationAllowances, OrganisationLine } from './organisation-shapes.ts'
import { getRunPart } from './queries.ts'
import { isOrganisationHeld } from './review-queries.ts'
import { NOT_TOLD } from './rules.ts'
import { seesLine } from './run-scope.ts'

/** By organisation, month and component. The run must be one that the scope sees. */
export async function listOrganisationLines(
  db: Db,
  scope: Scope,
  run_id: string,
  { cursor, limit }: PageInput,
): Promise<Page<OrganisationLine>> {
  const run = await getRunPart(db, scope, run_id)
  const after = readCursor(cursor, 3)
  const beyond = after
    ? sql`and (l.organisation_id, l.month, l.component) > (${after[0]}::uuid, ${firstDay(String(after[1]))}::date, ${after[2]}::text)`
    : sql``
  const { rows } = await lines(
    sql`l.run_id = ${run.id}::uuid and ${seesLine(scope, 'l')} ${beyond} order by l.organisation_id, l.month, l.component limit ${limit + 1}`,
  ).execute(db)
  return toPage(rows, limit, (row) => [row.organisation_id, row.month, row.component])
}

/** Of its own for an organisation, of those of the division for an officer; anybody else's is not found. */
export async function getPayee(db: Db, scope: Scope, id: string) {
  const { rows } = await sql<{ id: string; name: string; district_code: string; bank_account_masked: string | null }>`
    select o.id, o.name, o.district_code, a.account_masked as bank_account_masked
    from organisations o left join organisation_bank_accounts a on a.organisation_id = o.id
    where o.id = ${id}::uuid and ${isSeen(scope)}`.execute(db)
  return rows[0] ?? notFound({ zh: '机构', en: 'organisation' })
}

function isSeen(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'organisation') return sql`o.id = ${scope.organisation_id}::uuid`
  return scope.kind === 'division' ? sql`o.district_code like ${`${scope.prefix}%`}` : sql`false`
}

const SHOWN = 500

/** Its lines of runs that are submitted or further, the newest month first; what it is owed and owes; what became of the payments. */
export async function getOrganisationAllowances(db: Db, scope: Scope, id: string): Promise<OrganisationAllowances> {
  const { name, bank_account_masked } = await getPayee(db, scope, id)
  const reading = together(db)
  const readAccounts = sql<OrganisationAllowances['accounts'][number]>`
    select d.scheme_code, s.name as scheme_name, d.district_code, t.name as district_name, sum(d.due_fen)::bigint as paid_fen,
      (array_agg(d.owed_fen order by d.seq desc))[1] as owed_fen, (array_agg(d.written_off_fen order by d.seq desc))[1] as written_off_fen
    from organisation_dues d join schemes s on s.code = d.scheme_code join districts t on t.code = d.district_code
    where d.organisation_id = ${id}::uuid group by d.scheme_code, s.name, d.district_code, t.name order by d.scheme_code, d.district_code`.execute(
    reading,
  )
  const readPayments = sql<OrganisationAllowances['payments'][number]>`
    select d.run_id, to_char(r.month, 'YYYY-MM') as run_month, d.due_fen as amount_fen, b.outcome, made.attempt
    from organisation_dues d join allowance_runs r on r.id = d.run_id
      left join lateral (select p.attempt from payments p where p.run_id = d.run_id and p.payee_id = d.organisation_id order by p.attempt desc limit 1) made on true
      left join payment_results b on b.run_id = d.run_id and b.payee_id = d.organisation_id and b.attempt = made.attempt and b.known_to = 'infinity'
    where d.organisation_id = ${id}::uuid and d.due_fen > 0 order by r.month desc, d.run_id`.execute(reading)
  const readLines = lines(
    sql`l.organisation_id = ${id}::uuid and r.status <> all(${NOT_TOLD as string[]}::text[]) order by l.month desc, r.month desc, l.component limit ${SHOWN}`,
  ).execute(reading)
  const readWriteOffs = sql<OrganisationAllowances['write_offs'][number]>`
    select o.id, o.scheme_code, s.name as scheme_name, o.amount_fen, o.reason, o.document, d.approved, d.reason as decision_reason
    from organisation_write_offs o join schemes s on s.code = o.scheme_code left join organisation_write_off_decisions d on d.write_off_id = o.id
    where o.organisation_id = ${id}::uuid order by o.id desc`.execute(reading)
  const [{ rows: accounts }, { rows: payments }, { rows: items }, { rows: write_offs }] = await Promise.all([
    readAccounts,
    readPayments,
    readLines,
    readWriteOffs,
  ])
  return { organisation_id: id, organisation_name: name, bank_account_masked, accounts, write_offs, payments, items }
}

/** A certificate is as it stands, an employment as it was known last. */
function lines(where: RawBuilder<unknown>): RawBuilder<OrganisationLine> {
  return sql<OrganisationLine>`
    select l.run_id, to_char(r.month, 'YYYY-MM') as run_month, r.status as run_status, l.organisation_id, o.name as organisation_name, r.scheme_code,
      s.name as scheme_name, l.component, k.title, k.title_en, to_char(l.month, 'YYYY-MM') as month, l.kind, l.outcome, l.entitlement_fen, l.previous_fen, l.amount_fen,
      ${isOrganisationHeld} as held,
      (select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'kind', case when c.id is null then 'employment' else 'certificate' end, 'person_id', p.id,
          'person_name', p.name, 'number', c.number, 'level', c.level, 'post', j.post, 'on_day', coalesce(c.issued_on, j.starts_on), 'amount_fen', e.amount_fen,
          'why', e.why) order by e.why nulls first, coalesce(c.issued_on, j.starts_on), e.id), '[]')
        from jsonb_to_recordset(l.evidence || l.left_out) as e (id uuid, amount_fen int, why text)
          left join certificates c on c.id = e.id
          left join lateral (select j.person_id, j.post, j.starts_on from employments j where j.id = e.id order by j.known_from desc limit 1) j on true
          left join people p on p.id = coalesce(c.person_id, j.person_id)) as evidence
    from organisation_lines l join allowance_runs r on r.id = l.run_id join schemes s on s.code = r.scheme_code join organisations o on o.id = l.organisation_id
      join scheme_components k on k.version_id = l.version_id and k.code = l.component
    where ${where}`
}
