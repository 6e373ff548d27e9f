/** The months that a run judges and the rules it judges them by, frozen by their digest. */
import { sql } from 'kysely'
import { sha256Hex } from '../platform/bytes.ts'
import { addMonths, firstDay, type Month } from '../platform/calendar.ts'
import type { Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import type { Plan } from './corrections.ts'
import { canonicalJson, type Rules } from './rules.ts'
import { computableRules } from './usable-rules.ts'
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

export type MonthRules = { month: Month; rules: Rules }[]

/** The run's month and those of the look-back for which there are rules, the oldest first; an entry for each component. */
export async function readMonths(tx: Tx, run: Pick<Run, 'scheme_code' | 'month'>): Promise<MonthRules> {
  const versions = await readVersions(tx, run.scheme_code)
  const now = computableRules(versionIn(versions, run.scheme_code, run.month))
  const { look_back_months } = now[0]!
  const earlier = Array.from({ length: look_back_months }, (_, index) => addMonths(run.month, index - look_back_months))
  return [
    ...earlier.flatMap((month) => usableIn(versions, month).map((rules) => ({ month, rules }))),
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
  run: { scheme_code: string; month: Month; rules_sha256: string | null },
): Promise<void> {
  if ((await digestOf(await readMonths(tx, run))) !== run.rules_sha256)
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
