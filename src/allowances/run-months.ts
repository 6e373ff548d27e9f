/** The months that a run judges and the rules it judges them by, frozen by their digest. */
import { sql } from 'kysely'
import { sha256Hex } from '../platform/bytes.ts'
import { addMonths, firstDay, type Month } from '../platform/calendar.ts'
import type { Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { COMPONENT_KINDS } from './components.ts'
import type { Plan } from './corrections.ts'
import { type Released, releasedHolds } from './released-holds.ts'
import { canonicalJson } from './rules.ts'
import { computableRules, knownToAll } from './usable-rules.ts'
import { readVersions, usableIn, versionIn } from './versions.ts'

/** A run under way. `changes_since`: earlier months are judged only for people of whom something became known since then; null: for everybody. */
export interface Run {
  id: string
  scheme_code: string
  month: Month
  district_code: string
  rules_sha256: string | null
  cutoff: string
  changes_since: Date | null
}

export type MonthRules = Omit<Plan['months'][number], 'approved'>[]

/**
 * The run's month and those of the look-back for which there are rules, the oldest first; an entry for each component. Before them the
 * months that were held back and released by the cutoff, of whatever age, each for the people it was held back from.
 */
export async function readMonths(
  tx: Tx,
  run: { scheme_code: string; month: Month; cutoff: string },
): Promise<MonthRules> {
  const versions = await readVersions(tx, run.scheme_code)
  const now = computableRules(versionIn(versions, run.scheme_code, run.month), knownToAll)
  const { look_back_months } = now[0]!
  const earlier = Array.from({ length: look_back_months }, (_, index) => addMonths(run.month, index - look_back_months))
  const cutoff = sql`${run.cutoff}::timestamptz`
  const { rows } = await releasedHolds(run.scheme_code, cutoff, earlier[0] ?? run.month).execute(tx)
  const released = Map.groupBy(rows, ({ month, component }) => `${month} ${component}`)
  return [
    ...[...released.values()].flatMap((held) => {
      const [{ month, component }] = held as [Released]
      const payees = new Set(held.map(({ payee_id }) => payee_id))
      const rules = usableIn(versions, month, knownToAll).filter((one) => one.component.code === component)
      return rules.map((rules) => ({ month, rules, people: payees }))
    }),
    ...earlier.flatMap((month) => usableIn(versions, month, knownToAll).map((rules) => ({ month, rules }))),
    ...now.map((rules) => ({ month: run.month, rules })),
  ]
}

export function digestOf(months: MonthRules): Promise<string> {
  return sha256Hex(
    canonicalJson([
      ...new Map(months.map(({ rules }) => [`${rules.version_id} ${rules.component.code}`, rules])).values(),
    ]),
  )
}

/**
 * Refuses `run.rules_changed` when the versions a run was computed by are no longer those in force, `scheme.no_version` when its month
 * has none any more: the scheme ended, or a version was confirmed or added, after it was computed.
 */
export async function checkRules(
  tx: Tx,
  run: { scheme_code: string; month: Month; cutoff: string | null; rules_sha256: string | null },
): Promise<void> {
  const { cutoff } = run
  if (!cutoff || (await digestOf(await readMonths(tx, { ...run, cutoff }))) !== run.rules_sha256)
    refuse('conflict', 'run.rules_changed', {
      zh: '计算之后政策标准有了变化（新确认、新版本或终止），本批次的数已经过时，请重新计算。',
      en: 'The rules have changed since the run was computed (confirmed anew, another version, or ended): compute it again.',
    })
}

/** Leaves out the months that nobody was judged for: neither an approved run of this district nor a ledger entry is older. */
export async function readPlan(tx: Tx, run: Run, months: MonthRules): Promise<Plan> {
  const { rows } = await sql<{ month: string; own: boolean }>`
    select to_char(r.month, 'YYYY-MM') as month, bool_or(r.district_code = ${run.district_code}) as own
    from allowance_runs r join allowance_decisions d on d.run_id = r.id and d.kind = 'approval' and d.decided_at <= ${run.cutoff}::timestamptz
    where r.scheme_code = ${run.scheme_code} and r.month >= ${firstDay(months[0]!.month)}::date group by r.month`.execute(
    tx,
  )
  const approved = new Map(rows.map((row) => [row.month, row.own]))
  return {
    month: run.month,
    district_code: run.district_code,
    months: months.flatMap((one) =>
      one.month === run.month || approved.has(one.month)
        ? [{ ...one, approved: approved.get(one.month) ?? false }]
        : [],
    ),
  }
}

/** The months of the components that are paid to people, or to organisations. */
export function ofPayee({ months, ...plan }: Plan, payee: 'person' | 'organisation'): Plan {
  return { ...plan, months: months.filter(({ rules }) => COMPONENT_KINDS[rules.component.kind].payee === payee) }
}
