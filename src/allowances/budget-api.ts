/** JSON routes of budgets. */
import { read, write } from '../access/route.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { wholeListOf } from '../training/shapes.ts'
import { recordQuota } from './budget.ts'
import { listBudgets } from './budget-queries.ts'
import { budgetFilterShape, budgetShape, newQuotaShape } from './budget-shapes.ts'

const route = { path: '/budget-quotas', tag: 'allowances' } as const

export function budgetApi(app: App): void {
  read(
    app,
    {
      ...route,
      permission: 'budget.read',
      name: 'listBudgetQuotas',
      summary: '预算额度、已占用、已支付与结余 Quotas of a year, what is reserved, used and left, and every document',
      query: budgetFilterShape,
      answer: wholeListOf(budgetShape),
    },
    async ({ db, context, query }) => {
      const { budget_year = Number(localDate(context.now).slice(0, 4)), ...filter } = query
      return { items: await listBudgets(db, context.scope, { ...filter, budget_year }) }
    },
  )
  write(
    app,
    {
      ...route,
      method: 'post',
      permission: 'budget.write',
      name: 'recordBudgetQuota',
      summary: '登记预算额度 Record by its document what a scheme is granted in a district and year, or loses',
      body: newQuotaShape,
      answer: budgetShape,
      key: 'required',
    },
    ({ tx, context, body }) => recordQuota(tx, context, body),
  )
}
