/** Reads of recoveries: for officers through their division, for a carer their own; and how a run was settled. */
import { type RawBuilder, sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { getRun } from './queries.ts'
import type { DistrictSum, RecoveryDetail, RecoveryFilter, RecoveryView, SettlementView } from './recovery-shapes.ts'

const RECOVERY = { zh: '追回', en: 'recovery' }

/** The newest first. `today` decides which instalments are past due. */
export async function listRecoveries(
  db: Db,
  scope: Scope,
  filter: RecoveryFilter,
  today: LocalDate,
): Promise<Page<RecoveryView>> {
  const after = readCursor(filter.cursor, 1)
  const { rows } = await sql<RecoveryView>`
    select * from (${recoveries(scope, today)}) r where ${matching(filter)} and (${after?.[0] ?? null}::uuid is null or id < ${after?.[0] ?? null}::uuid)
    order by id desc limit ${filter.limit + 1}`.execute(db)
  return toPage(rows, filter.limit, (row) => [row.id])
}

/** What a list is asked for, as conditions on its rows (`r`). */
function matching({
  district_code,
  state,
  plan,
  person_id,
  run_id,
}: Omit<RecoveryFilter, 'limit' | 'cursor'>): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [sql`true`]
  if (district_code) conditions.push(sql`r.district_code like ${`${district_code}%`}`)
  if (state !== 'all') conditions.push(STATES[state])
  if (plan === 'none') conditions.push(sql`r.plan_kind is null`)
  else if (plan === 'overdue') conditions.push(sql`r.overdue_fen > 0`)
  else if (plan) conditions.push(sql`r.plan_kind = ${plan}`)
  if (person_id) conditions.push(sql`r.person_id in (select records_of(${person_id}::uuid))`)
  if (run_id) conditions.push(sql`r.run_id = ${run_id}::uuid`)
  return sql`${sql.join(conditions, sql` and `)}`
}

const STATES: Record<Exclude<RecoveryFilter['state'], 'all'>, RawBuilder<boolean>> = {
  open: sql`r.balance_fen > 0`,
  settled: sql`r.balance_fen = 0`,
  write_off_proposed: sql`r.write_off_open`,
}

/** As a count of a statement: what the list shows. */
export function countRecoveries(
  scope: Scope,
  today: LocalDate,
  filter: Pick<RecoveryFilter, 'state' | 'plan'>,
): RawBuilder<unknown> {
  return sql`select count(*) from (${recoveries(scope, today)}) r where ${matching(filter)}`
}

/** By district, those with the most to come first. */
export async function sumRecoveries(db: Db, scope: Scope, today: LocalDate): Promise<DistrictSum[]> {
  const sum = (column: string) => sql`sum(${sql.ref(column)})::bigint as ${sql.ref(column)}`
  const columns = ['opened_fen', 'offset_fen', 'repaid_fen', 'written_off_fen', 'released_fen', 'balance_fen'].map(sum)
  const { rows } = await sql<DistrictSum>`
    select district_code, district_name, count(*) as count, count(*) filter (where balance_fen > 0) as open_count,
      count(*) filter (where balance_fen > 0 and plan_kind is null) as unplanned_count, ${sql.join(columns)}
    from (${recoveries(scope, today)}) r group by district_code, district_name order by sum(balance_fen) desc, district_code`.execute(
    db,
  )
  return rows
}

function recoveries(scope: Scope, today: LocalDate) {
  const sumOf = (plus: string, minus = '') => sql`(coalesce(sum(e.amount_fen) filter (where e.kind = ${plus}), 0)
    - coalesce(sum(e.amount_fen) filter (where e.kind = ${minus}), 0))::int`
  return sql`
    select r.id, r.person_id, p.name as person_name, p.id_number_masked, r.scheme_code, s.name as scheme_name, r.district_code, d.name as district_name,
      r.run_id, to_char(run.month, 'YYYY-MM') as run_month, r.opened_at, sums.*, r.balance_fen, r.written_off_fen, plan.kind as plan_kind,
      greatest(0, coalesce(plan.due_fen, 0) - coalesce(plan.repaid_fen, 0))::int as overdue_fen,
      exists (select from recovery_write_offs w where w.recovery_id = r.id
        and not exists (select from recovery_write_off_decisions decided where decided.write_off_id = w.id)) as write_off_open
    from recovery_balances r
      join people p on p.id = r.person_id join schemes s on s.code = r.scheme_code join districts d on d.code = r.district_code
      join allowance_runs run on run.id = r.run_id
      cross join lateral (
        select ${sumOf('opening')} as opened_fen, ${sumOf('offset', 'return')} as offset_fen, ${sumOf('repayment')} as repaid_fen, ${sumOf('release')} as released_fen
        from recovery_entries e where e.recovery_id = r.id) sums
      left join lateral (
        select newest.kind,
          (select sum(i.amount_fen) from recovery_instalments i where i.recovery_id = r.id and i.plan_seq = newest.seq and i.due_on < ${today}::date) as due_fen,
          (select sum(e.amount_fen) from recovery_entries e where e.recovery_id = r.id and e.kind = 'repayment' and e.recorded_at >= newest.made_at) as repaid_fen
        from recovery_plans newest where newest.recovery_id = r.id order by newest.seq desc limit 1) plan on true
    where ${inScope(scope)}`
}

function inScope(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'division') return sql`r.district_code like ${`${scope.prefix}%`}`
  if (scope.kind === 'person') return sql`r.person_id in (select records_of(${scope.person_id}::uuid))`
  return sql`false`
}

/** A recovery with what it rests on and all that was recorded about it. */
export async function getRecovery(db: Db, scope: Scope, id: string, today: LocalDate): Promise<RecoveryDetail> {
  const { rows } = await sql<RecoveryView>`
    select * from (${recoveries(scope, today)}) r where r.id = ${id}::uuid`.execute(db)
  const recovery = rows[0] ?? notFound(RECOVERY)
  return {
    ...recovery,
    causes: await causesOf(db, id),
    entries: await entriesOf(db, id),
    plans: await plansOf(db, id),
    write_offs: await writeOffsOf(db, id),
  }
}

async function causesOf(db: Db, id: string) {
  const { rows } = await sql<RecoveryDetail['causes'][number]>`
    select l.person_id, to_char(l.month, 'YYYY-MM') as month, l.component, k.title as component_title, l.seq,
      l.prev_fen as previous_fen, l.entitlement_fen, l.amount_fen
    from recovery_causes c join allowance_ledger l on (l.person_id, l.scheme_code, l.month, l.component, l.seq) = (c.person_id, c.scheme_code, c.month, c.component, c.seq)
      join allowance_lines of on (of.run_id, of.person_id, of.month, of.component) = (l.run_id, l.person_id, l.month, l.component)
      join scheme_components k on k.version_id = of.version_id and k.code = l.component
    where c.recovery_id = ${id}::uuid order by l.month, l.component`.execute(db)
  return rows
}

async function entriesOf(db: Db, id: string) {
  const { rows } = await sql<RecoveryDetail['entries'][number]>`
    select e.seq, e.kind, e.amount_fen, e.balance_fen, e.run_id, to_char(run.month, 'YYYY-MM') as run_month, to_char(e.month, 'YYYY-MM') as month,
      e.paid_on, e.reference, e.write_off_id, a.display_name as recorded_by_name, e.recorded_at
    from recovery_entries e left join allowance_runs run on run.id = e.run_id left join accounts a on a.id = e.recorded_by
    where e.recovery_id = ${id}::uuid order by e.seq`.execute(db)
  return rows
}

async function plansOf(db: Db, id: string) {
  const { rows } = await sql<RecoveryDetail['plans'][number]>`
    select p.seq, p.kind, p.starts_on, p.floor_fen, p.reason, a.display_name as made_by_name, p.made_at,
      coalesce((select jsonb_agg(jsonb_build_object('due_on', i.due_on, 'amount_fen', i.amount_fen) order by i.due_on)
        from recovery_instalments i where i.recovery_id = p.recovery_id and i.plan_seq = p.seq), '[]') as instalments
    from recovery_plans p left join accounts a on a.id = p.made_by where p.recovery_id = ${id}::uuid order by p.seq desc`.execute(
    db,
  )
  return rows
}

async function writeOffsOf(db: Db, id: string) {
  const { rows } = await sql<RecoveryDetail['write_offs'][number]>`
    select w.id, w.amount_fen, w.reason, w.document, w.proposed_by, a.display_name as proposed_by_name, w.proposed_at, d.approved,
      d.reason as decision_reason, b.display_name as decided_by_name, d.decided_at
    from recovery_write_offs w left join recovery_write_off_decisions d on d.write_off_id = w.id
      left join accounts a on a.id = w.proposed_by left join accounts b on b.id = d.decided_by
    where w.recovery_id = ${id}::uuid order by w.id desc`.execute(db)
  return rows
}

/** The people of a run who are not simply paid their lines: what was kept back of them and why, and what was opened. */
export async function listSettlements(
  db: Db,
  scope: Scope,
  run_id: string,
  { cursor, limit }: PageInput,
): Promise<Page<SettlementView>> {
  await getRun(db, scope, run_id)
  const after = readCursor(cursor, 1)?.[0] ?? null
  const { rows } = await sql<SettlementView>`
    with opened as (
      select r.person_id, e.amount_fen from recoveries r join recovery_entries e on e.recovery_id = r.id and e.seq = 0 where r.run_id = ${run_id}::uuid
    ), concerned as (
      select person_id from allowance_settlements where run_id = ${run_id}::uuid union select person_id from opened
    )
    select c.person_id, p.name as person_name, p.id_number_masked, lines.positive_fen, lines.negative_fen, coalesce(s.netted_fen, 0) as netted_fen,
      coalesce(s.released_fen, 0) as released_fen, coalesce(s.offset_fen, 0) as offset_fen, coalesce(s.credited_fen, 0) as credited_fen,
      coalesce(o.amount_fen, 0) as opened_fen,
      lines.positive_fen - coalesce(s.netted_fen + s.released_fen + s.offset_fen, 0) as payable_fen
    from concerned c join people p on p.id = c.person_id
      left join allowance_settlements s on s.run_id = ${run_id}::uuid and s.person_id = c.person_id left join opened o on o.person_id = c.person_id
      cross join lateral (
        select coalesce(sum(l.amount_fen) filter (where l.amount_fen > 0), 0)::int as positive_fen, coalesce(sum(l.amount_fen) filter (where l.amount_fen < 0), 0)::int as negative_fen
        from allowance_ledger l where l.run_id = ${run_id}::uuid and l.person_id = c.person_id) lines
    where ${after}::uuid is null or c.person_id > ${after}::uuid order by c.person_id limit ${limit + 1}`.execute(db)
  return toPage(rows, limit, (row) => [row.person_id])
}
