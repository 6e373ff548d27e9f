/** The settlement of an approved run: reads what people owe, and writes what {@link settle} says. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { writeEachNotice } from '../notices/notices.ts'
import { asJson, newIds } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type NewEntry, type Owed, type RunEntry, type Settlement, type Stray, settle } from './recovery-rules.ts'

interface Run {
  id: string
  scheme_code: string
  district_code: string
}

/**
 * Nets the lines that the run has just booked, person by person (records that were merged are one person): opens recoveries for what
 * is below zero, makes those smaller whose months are given back, and off-sets by plan. Plans of other districts do not touch its money.
 */
export async function settleRun(tx: Tx, context: Context, run: Run): Promise<void> {
  const owed = await lockOwed(tx, run, localDate(context.now))
  const strays = await straysOf(tx, run)
  const { entries, humanOf } = await concerned(tx, run)
  const settlement = settle(entries, owed, strays, humanOf)
  if (settlement.openings.length + settlement.settled.length === 0) return
  await write(tx, context, run, owed, settlement)
  await tellDebtors(tx, context, run.id)
  const sum = (amounts: { amount_fen: number }[]) => amounts.reduce((total, { amount_fen }) => total + amount_fen, 0)
  const of = (kind: NewEntry['kind']) => settlement.entries.filter((entry) => entry.kind === kind)
  await recordHistory(tx, context, {
    kind: 'recovery.netted',
    subject_kind: 'allowance_run',
    subject_id: run.id,
    district_code: run.district_code,
    changes: {
      opened: settlement.openings.length,
      opened_fen: sum(settlement.openings),
      offset_fen: sum(of('offset')),
      released_fen: sum(of('release')),
    },
  })
}

type OwedRow = Omit<Owed, 'months'> & { seq: number; months: Owed['months'] | null }
type OwedNow = Owed & { seq: number }

/** Recoveries of the scheme of which something is left, or was written off and might come back; nobody else changes them meanwhile. */
async function lockOwed(tx: Tx, { scheme_code, district_code }: Run, today: string): Promise<OwedNow[]> {
  await sql`
    select id from recoveries where id in (select b.id from recovery_balances b where ${isOpen(scheme_code)}) order by id for update`.execute(
    tx,
  )
  const { rows } = await sql<OwedRow>`
    select b.id, b.person_id, b.seq, b.balance_fen, b.written_off_fen,
      case when b.district_code = ${district_code} and plan.kind = 'offset' and plan.starts_on <= ${today}::date then plan.floor_fen end as floor_fen,
      (select jsonb_agg(jsonb_build_object('month', month, 'component', component, 'fen', fen)) from (
        select to_char(l.month, 'YYYY-MM') as month, l.component, -sum(l.amount_fen) - coalesce((
          select sum(e.amount_fen) from recovery_entries e where e.recovery_id = b.id and e.kind = 'release' and (e.month, e.component) = (l.month, l.component)), 0) as fen
        from recovery_causes c join allowance_ledger l on (l.person_id, l.scheme_code, l.month, l.component, l.seq) = (c.person_id, c.scheme_code, c.month, c.component, c.seq)
        where c.recovery_id = b.id and l.amount_fen < 0 group by l.month, l.component) taken) as months
    from recovery_balances b
      left join lateral (select * from recovery_plans p where p.recovery_id = b.id order by p.seq desc limit 1) plan on true
    where ${isOpen(scheme_code)} order by b.id`.execute(tx)
  return rows.map(({ months, ...row }) => ({ ...row, months: months ?? [] }))
}

/** An empty one too, when an off-set of it may go back. */
function isOpen(scheme_code: string) {
  return sql`b.scheme_code = ${scheme_code} and (b.balance_fen + b.written_off_fen > 0 or exists (
    select from recovery_entries e where e.recovery_id = b.id and e.payer_id <> b.person_id))`
}

async function straysOf(tx: Tx, { scheme_code }: Run): Promise<Stray[]> {
  const { rows } = await sql<Stray>`
    select e.recovery_id, e.payer_id, sum(case e.kind when 'offset' then e.amount_fen else -e.amount_fen end)::int as amount_fen
    from recovery_entries e join recoveries r on r.id = e.recovery_id and r.scheme_code = ${scheme_code}
    where e.payer_id <> r.person_id and survivor_of(e.payer_id) <> survivor_of(r.person_id)
    group by e.recovery_id, e.payer_id
    having sum(case e.kind when 'offset' then e.amount_fen else -e.amount_fen end) > 0 order by 1, 2`.execute(tx)
  return rows
}

/** What the run books for people of whom it takes something, or who owe something, under all their records; the oldest month first. */
async function concerned(
  tx: Tx,
  { id, scheme_code }: Run,
): Promise<{ entries: RunEntry[]; humanOf: (person_id: string) => string }> {
  const { rows } = await sql<(RunEntry | { person_id: string; amount_fen: null }) & { human: string }>`
    with humans as (
      select distinct case when p.merged_into is null then p.id else survivor_of(p.id) end as human from people p where p.id in (
        select person_id from allowance_ledger where run_id = ${id}::uuid and amount_fen < 0
        union select b.person_id from recovery_balances b where ${isOpen(scheme_code)})
    ), records as materialized (
      select human, record.id as person_id from humans cross join lateral records_of(human) as record (id)
    )
    select r.person_id, r.human, to_char(e.month, 'YYYY-MM') as month, e.component, e.seq, e.amount_fen
    from records r left join allowance_ledger e on e.person_id = r.person_id and e.scheme_code = ${scheme_code} and e.run_id = ${id}::uuid and e.amount_fen <> 0
    order by r.person_id, e.month, e.component`.execute(tx)
  const humans = new Map(rows.map(({ person_id, human }) => [person_id, human]))
  return {
    entries: rows.flatMap(({ human: _, ...row }) => (row.amount_fen === null ? [] : [row])),
    humanOf: (person_id) => humans.get(person_id) ?? person_id,
  }
}

async function write(
  tx: Tx,
  { actor }: Context,
  run: Run,
  owed: OwedNow[],
  { openings, entries, settled }: Settlement,
): Promise<void> {
  const ids = await newIds(tx, openings.length)
  const opened = openings.map(({ person_id, amount_fen, causes }, at) => ({
    ...{ id: ids[at]!, person_id, amount_fen, causes },
  }))
  await sql`
    insert into recoveries (id, run_id, person_id, scheme_code, district_code)
    select id, ${run.id}::uuid, person_id, ${run.scheme_code}, ${run.district_code}
    from jsonb_to_recordset(${asJson(opened.map(({ id, person_id }) => ({ id, person_id })))}) as r (id uuid, person_id uuid)`.execute(
    tx,
  )
  const causes = opened.flatMap(({ id, causes }) => causes.map((cause) => ({ ...cause, recovery_id: id })))
  await sql`
    insert into recovery_causes (person_id, scheme_code, month, component, seq, recovery_id)
    select person_id, ${run.scheme_code}, (month || '-01')::date, component, seq, recovery_id
    from jsonb_to_recordset(${asJson(causes)}) as r (person_id uuid, month text, component text, seq smallint, recovery_id uuid)`.execute(
    tx,
  )
  await sql`
    insert into recovery_entries (recovery_id, seq, kind, amount_fen, prev_seq, prev_balance_fen, prev_written_off_fen, run_id, payer_id,
      person_id, scheme_code, month, component, ledger_seq, recorded_by)
    select recovery_id, seq, kind, amount_fen, prev_seq, prev_balance_fen, prev_written_off_fen, ${run.id}::uuid, payer_id,
      person_id, case when month is not null then ${run.scheme_code} end, (month || '-01')::date, component, ledger_seq, ${actor.account_id}::uuid
    from jsonb_to_recordset(${asJson(chained(opened, owed, entries))}) as r (recovery_id uuid, seq smallint, kind text, amount_fen int, prev_seq smallint,
      prev_balance_fen int, prev_written_off_fen int, payer_id uuid, person_id uuid, month text, component text, ledger_seq smallint)`.execute(
    tx,
  )
  await sql`
    insert into allowance_settlements (run_id, person_id, netted_fen, released_fen, offset_fen, credited_fen)
    select ${run.id}::uuid, person_id, netted_fen, released_fen, offset_fen, credited_fen
    from jsonb_to_recordset(${asJson(settled)}) as r (person_id uuid, netted_fen int, released_fen int, offset_fen int, credited_fen int)`.execute(
    tx,
  )
}

/** Whoever owes since this run is told how much, under the record they have now. */
async function tellDebtors(tx: Tx, context: Context, run_id: string): Promise<void> {
  const yuan = sql`to_char(b.balance_fen / 100.0, 'FM999,999,990.00')`
  await writeEachNotice(
    tx,
    context,
    sql`select null::uuid as account_id, null::uuid as organisation_id, p.id as person_id, b.id as subject_id,
        format('以前月份的津贴有更正，需要归还 %s 元。可以抵扣以后的津贴，也可以分期归还，请与区县经办部门商定。', ${yuan}) as words,
        format('Earlier months were corrected: %s yuan are to be given back. They can be set off against coming allowances or given back in parts: agree on it with the authority of your district.', ${yuan}) as words_en
      from recovery_balances b join people p on p.id = survivor_of(b.person_id) and p.erased_at is null
      where b.run_id = ${run_id}::uuid and b.balance_fen > 0`,
    { kind: 'recovery.opened', subject_kind: 'recovery' },
  )
}

/** The entries with their places in the chains of their recoveries, each quoting the one before. */
function chained(opened: { id: string; amount_fen: number }[], owed: OwedNow[], entries: NewEntry[]) {
  const ends = new Map(
    owed.map(({ id, seq, balance_fen, written_off_fen }) => [id, { seq, balance_fen, written_off_fen }]),
  )
  for (const { id, amount_fen } of opened) ends.set(id, { seq: 0, balance_fen: amount_fen, written_off_fen: 0 })
  const openings = opened.map(({ id, amount_fen }) => ({ recovery_id: id, seq: 0, kind: 'opening', amount_fen }))
  const others = entries.map(({ recovery, kind, amount_fen, payer_id, cause }) => {
    const recovery_id = typeof recovery === 'number' ? opened[recovery]!.id : recovery
    const { seq, balance_fen, written_off_fen } = ends.get(recovery_id)!
    ends.set(recovery_id, {
      seq: seq + 1,
      balance_fen: balance_fen + (kind === 'return' || kind === 'reopening' ? amount_fen : -amount_fen),
      written_off_fen: written_off_fen - (kind === 'reopening' ? amount_fen : 0),
    })
    return {
      ...{ recovery_id, seq: seq + 1, kind, amount_fen, payer_id },
      ...{ prev_seq: seq, prev_balance_fen: balance_fen, prev_written_off_fen: written_off_fen },
      ...(cause && {
        person_id: cause.person_id,
        month: cause.month,
        component: cause.component,
        ledger_seq: cause.seq,
      }),
    }
  })
  return [...openings, ...others]
}
