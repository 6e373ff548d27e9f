/** Writes of budgets: recording a quota by its document, and holding a run against it under the lock of its budget. */
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { localDate, type Month } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { formatYuan } from '../platform/money.ts'
import { type BudgetKey, listBudgets, unscopedCostOf, unscopedFigures } from './budget-queries.ts'
import { budgetYear, checkFits, refuseWithoutQuota } from './budget-rules.ts'
import type { BudgetView, NewQuota } from './budget-shapes.ts'
import { getScheme, listRunDistricts } from './queries.ts'
import { inDivision } from './rules.ts'

/**
 * Records what a document grants a scheme, district and year, or takes away. Refuses `budget.district_outside_scheme`, and as faults
 * `budget_quota.year` (only the years beside this one), `budget_quota.issued_later`, `budget_quota.below_used` for a cut below what is
 * paid and approved.
 */
export async function recordQuota(tx: Tx, context: Context, input: NewQuota): Promise<BudgetView> {
  const { scheme_code, district_code, budget_year, kind, amount_fen } = input
  const scheme = await getScheme(tx, scheme_code)
  if (!(await listRunDistricts(tx, context.scope)).some(({ code }) => code === district_code))
    notFound({ zh: '区县', en: 'district' })
  if (!inDivision(district_code, scheme.division_code))
    refuse('conflict', 'budget.district_outside_scheme', {
      zh: `${district_code} 不在“${scheme.name}”的辖区内，请选择辖区内的区县。`,
      en: `${district_code} lies outside the division of “${scheme.name}”; choose a district inside it.`,
    })
  refuseFaults(dateFaults(input, localDate(context.now)))
  await lockBudget(tx, input)
  if (kind === 'cut') refuseFaults(await cutFaults(tx, input))
  const { id } = await tx
    .insertInto('budget_quotas')
    .values({ ...input, recorded_by: context.actor.account_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'budget_quota.recorded',
    subject_kind: 'budget_quota',
    subject_id: id,
    district_code,
    changes: { scheme_code, budget_year, kind, amount_fen, issued_on: input.issued_on, document: input.document },
  })
  return (await listBudgets(tx, context.scope, { scheme_code, district_code, budget_year }))[0]!
}

function dateFaults({ budget_year, issued_on }: NewQuota, today: string): Fault[] {
  const this_year = Number(today.slice(0, 4))
  return [
    ...(Math.abs(budget_year - this_year) <= 1
      ? []
      : [
          faultAt(
            '/budget_year',
            'budget_quota.year',
            `只能登记 ${this_year - 1} 至 ${this_year + 1} 年度的额度，不能是 ${budget_year}。`,
            `Quotas are recorded for ${this_year - 1} to ${this_year + 1}, not for ${budget_year}.`,
          ),
        ]),
    ...(issued_on <= today
      ? []
      : [
          faultAt(
            '/issued_on',
            'budget_quota.issued_later',
            `发文日期 ${issued_on} 还没有到，请核对文件。`,
            `The document is dated ${issued_on}, which is yet to come.`,
          ),
        ]),
  ]
}

async function cutFaults(tx: Tx, input: NewQuota): Promise<Fault[]> {
  const { quota_fen, used_fen, approved_fen } = await unscopedFigures(tx, input)
  const rest = (quota_fen ?? 0) - input.amount_fen
  if (rest >= used_fen + approved_fen) return []
  return [
    faultAt(
      '/amount_fen',
      'budget_quota.below_used',
      `现有额度 ${formatYuan(quota_fen ?? 0)} 元，调减后剩 ${formatYuan(rest)} 元，低于已支付的 ${formatYuan(used_fen)} 元与已审批待支付的 ${formatYuan(approved_fen)} 元之和。`,
      `Of ${formatYuan(quota_fen ?? 0)} yuan ${formatYuan(rest)} would be left, below what is paid (${formatYuan(used_fen)}) and approved (${formatYuan(approved_fen)}).`,
    ),
  ]
}

interface HeldRun {
  id: string
  scheme_code: string
  district_code: string
  month: Month
}

/**
 * Names the year that pays a run that is about to be submitted, and reserves its money there: a list is only published once the money
 * for it is there. Refuses `budget.exceeded`, `budget.no_quota`.
 */
export async function reserveBudget(tx: Tx, context: Context, run: HeldRun): Promise<void> {
  const { figures, needed_fen } = await holdBudget(tx, context, run)
  checkFits(figures, figures.approved_fen + figures.submitted_fen, needed_fen)
}

/**
 * Sees again that a run fits, when it has just been booked: its quota may have been cut or first recorded since it was submitted. It
 * stands beside all that is approved; of two that fit only one by one, the first to be approved goes. Refuses `budget.exceeded`,
 * `budget.no_quota`.
 */
export async function confirmBudget(tx: Tx, context: Context, run: HeldRun): Promise<void> {
  const { figures, needed_fen } = await holdBudget(tx, context, run)
  // what it has booked is among what is approved already
  checkFits(figures, figures.approved_fen - needed_fen, needed_fen)
}

/** Whoever submits or approves next for the same money waits for this transaction. */
async function holdBudget(tx: Tx, context: Context, { id, scheme_code, district_code, month }: HeldRun) {
  const { settings, needed_fen, budget_year: named } = await unscopedCostOf(tx, id)
  const budget_year = named ?? budgetYear(settings, month, localDate(context.now))
  const key = { scheme_code, district_code, budget_year }
  await lockBudget(tx, key)
  if (named === null)
    await tx
      .insertInto('budget_charges')
      .values({ run_id: id, ...key })
      .execute()
  const figures = await unscopedFigures(tx, key)
  if (settings.quota_required && figures.quota_fen === null && needed_fen > 0) refuseWithoutQuota(figures)
  return { figures, needed_fen }
}

async function lockBudget(tx: Tx, { scheme_code, district_code, budget_year }: BudgetKey): Promise<void> {
  const key = { scheme_code, district_code, budget_year }
  await tx
    .insertInto('budgets')
    .values(key)
    .onConflict((oc) => oc.doNothing())
    .execute()
  await tx
    .selectFrom('budgets')
    .select('budget_year')
    .where('scheme_code', '=', scheme_code)
    .where('district_code', '=', district_code)
    .where('budget_year', '=', budget_year)
    .forUpdate()
    .execute()
}
