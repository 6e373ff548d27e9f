/** Re-checks the amounts of a run by the second statement: what is compared, what differs, and two digests that are equal when nothing does. */
import { type RawBuilder, sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asJson } from '../people/bulk.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { firstDay, type Month } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { runTotals } from './organisation-lines.ts'
import { getRun, type RunRow } from './queries.ts'
import { compareOrganisations } from './recheck-organisations.ts'
import type { Recheck } from './recheck-shapes.ts'
import { inSets, recomputedOf } from './recheck-statement.ts'
import { termsOf } from './recheck-terms.ts'
import { type Released, releasedHolds } from './released-holds.ts'
import { hasLines } from './rules.ts'

type Difference = Recheck['differences'][number]

const SHOWN = 200

/**
 * Compares every line of the run, and every earlier month that it could have corrected and did not, with what the second statement says
 * by what was known at the run's cutoff. Changes nothing but the history. Refuses `recheck.no_lines`, `recheck.measure_unknown`.
 */
export async function recheckRun(tx: Tx, context: Context, id: string): Promise<Recheck> {
  const run = await getRun(tx, context.scope, id)
  if (!hasLines(run.status))
    refuse('conflict', 'recheck.no_lines', {
      zh: '批次还没有算完，或者已被驳回，没有可以复核的明细。',
      en: 'The run is not computed yet or was rejected: there are no lines to recheck.',
    })
  const parts: Compared[] = []
  for (const month of await monthsOf(tx, run))
    parts.push(await compare(tx, run, month), await compareOrganisations(tx, run, month, SHOWN))
  const { lines_sha256 } = await runTotals(tx, id)
  const differing = sum(parts.map((part) => part.differing))
  const result: Recheck = {
    run_id: id,
    status: differing === 0 ? 'equal' : 'different',
    compared: sum(parts.map((part) => part.compared)),
    differing,
    differences: parts.flatMap((part) => part.differences).slice(0, SHOWN),
    run_amounts_sha256: await sha256Hex(parts.map((part) => part.run_sha256).join('')),
    recheck_amounts_sha256: await sha256Hex(parts.map((part) => part.recheck_sha256).join('')),
    ...{ lines_sha256, lines_intact: lines_sha256 === run.lines_sha256 },
  }
  const { run_id: _, differences: __, ...figures } = result
  await recordHistory(tx, context, {
    ...{ kind: 'run.rechecked', subject_kind: 'allowance_run', subject_id: id },
    district_code: run.district_code,
    changes: figures,
  })
  return result
}

interface Asked {
  month: Month
  /** the run's own: whoever is paid here has a line */
  own: boolean
  /** the district had an approved run for it, so whoever was left out then is due back pay now */
  approved: boolean
  /** of a month before the look-back: whose hold was released, and of nobody else is anything asked */
  released: Released[] | null
}

/**
 * The run's month, the earlier ones of its look-back for which something was booked or a run of the district approved, and those before in
 * which a hold was released since.
 */
async function monthsOf(tx: Tx, run: RunRow): Promise<Asked[]> {
  const { rows: from } = await sql<{ month: Month }>`
    select to_char(r.month - make_interval(months => (v.settings ->> 'look_back_months')::integer), 'YYYY-MM') as month
    from allowance_runs r join scheme_versions v on v.id = r.version_id where r.id = ${run.id}::uuid`.execute(tx)
  const first = from[0]!.month
  const { rows: released } = await releasedHolds(run.scheme_code, cutoffOf(run), first).execute(tx)
  const older = [...new Set(released.map(({ month }) => firstDay(month)))]
  const { rows } = await sql<{ month: Month; own: boolean; approved: boolean }>`
    select to_char(r.month, 'YYYY-MM') as month, bool_or(r.id = run.id) as own,
      bool_or(r.district_code = run.district_code and d.decided_at <= run.cutoff) as approved
    from allowance_runs run
      join allowance_runs r on r.scheme_code = run.scheme_code and r.month <= run.month
        and (r.month >= ${firstDay(first)}::date or r.month = any (${older}::date[]))
      left join allowance_decisions d on d.run_id = r.id and d.kind = 'approval'
    where run.id = ${run.id}::uuid and (r.id = run.id or d.decided_at <= run.cutoff) group by r.month order by r.month`.execute(
    tx,
  )
  return rows.map((row) => ({
    ...{ ...row, approved: row.approved ?? false },
    released: row.month < first ? released.filter(({ month }) => month === row.month) : null,
  }))
}

function cutoffOf(run: RunRow): RawBuilder<unknown> {
  return sql`(select cutoff from allowance_runs where id = ${run.id}::uuid)`
}

interface Compared {
  compared: number
  differing: number
  run_sha256: string
  recheck_sha256: string
  differences: Difference[]
}

/**
 * A month belongs to the district that pays it; where nobody in the scheme's division does, to the district that booked it. Of an earlier
 * month without a line the run leaves what is booked.
 */
async function compare(tx: Tx, run: RunRow, { month, own, approved, released }: Asked): Promise<Compared> {
  const terms = await termsOf(tx, run.scheme_code, month)
  if (terms.length === 0) return { compared: 0, differing: 0, run_sha256: '', recheck_sha256: '', differences: [] }
  const cutoff = cutoffOf(run)
  const { rows: instants } = await sql<{ cutoff: string }>`select ${cutoff}::text as cutoff`.execute(tx)
  const amounts = (column: string) => sql<string>`
    encode(sha256(coalesce(string_agg(convert_to(concat(person_id, '|', ${month}::text, '|', component, '|', ${sql.ref(column)}, E'\n'), 'UTF8'), ''::bytea order by person_id, component), '')), 'hex')`
  return inSets(tx, async () => {
    const { rows } = await sql<Compared>`
      with due as materialized (
        select * from (${recomputedOf(terms, instants[0]!.cutoff, run.id)}) month where district_code like ${`${terms[0]!.prefix}%`}
      ), booked as (
        select distinct on (l.person_id, l.component) l.person_id, l.component, l.entitlement_fen, r.district_code
        from allowance_ledger l join allowance_runs r on r.id = l.run_id
          join allowance_decisions d on d.run_id = l.run_id and d.kind = 'approval' and d.decided_at <= ${cutoff}
        where l.scheme_code = ${run.scheme_code} and l.month = ${firstDay(month)}::date order by l.person_id, l.component, l.seq desc
      ), lines as (
        select person_id, component, entitlement_fen, previous_fen from allowance_lines where run_id = ${run.id}::uuid and month = ${firstDay(month)}::date
      ), people_of as (
        select person_id, component, coalesce(due.district_code, booked.district_code) as district_code, due.entitlement_fen as due_fen, due.once,
          booked.entitlement_fen as booked_fen, lines.person_id is not null as has_line, lines.entitlement_fen as line_fen, lines.previous_fen
        from due full join booked using (person_id, component) full join lines using (person_id, component)
      ), compared as (
        select person_id, component, previous_fen, booked_fen, has_line, coalesce(due_fen, 0) as recheck_fen,
          ${own ? sql`line_fen` : sql`coalesce(line_fen, booked_fen, 0)`} as run_fen
        from people_of
        where has_line or district_code = ${run.district_code} and ${own || approved ? sql`true` : sql`booked_fen is not null`}
          -- what is due once has no line where nothing is due and nothing was booked
          and not (once is true and due_fen = 0 and booked_fen is null)
          ${released ? sql`and (person_id, component) in (select payee_id, component from jsonb_to_recordset(${asJson(released)}) as t (payee_id uuid, component text))` : sql``}
      ), judged as (
        select *, run_fen is distinct from recheck_fen or has_line and coalesce(previous_fen, 0) <> coalesce(booked_fen, 0) as differs from compared
      )
      select count(*)::integer as compared, count(*) filter (where differs)::integer as differing,
        ${amounts('run_fen')} as run_sha256, ${amounts('recheck_fen')} as recheck_sha256,
        (select coalesce(jsonb_agg(to_jsonb(d) order by d.person_id, d.component), '[]') from (
          select j.person_id, null::uuid as organisation_id, p.name as person_name, ${month}::text as month, j.component, j.run_fen, j.recheck_fen, j.previous_fen, j.booked_fen
          from judged j join people p on p.id = j.person_id where j.differs order by j.person_id, j.component limit ${SHOWN}) d) as differences
      from judged`.execute(tx)
    return rows[0]!
  })
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
