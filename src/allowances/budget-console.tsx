/** The page of budgets: a year's quotas by district, and the form that records one. */
import { z } from 'zod'
import { Budget } from '../../templates/allowances/budget.tsx'
import { besideYuan, filled, withFen } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { recordQuota } from './budget.ts'
import { listBudgets } from './budget-queries.ts'
import { budgetFilterShape, newQuotaShape } from './budget-shapes.ts'
import { listRunDistricts, listSchemeNames } from './queries.ts'

const HERE = '/console/budget'

export function budgetConsole(app: App): void {
  page(app, HERE, 'budget.read', (call) => budgetPage(call))
  form(
    app,
    HERE,
    'budget.write',
    z.preprocess((sent) => withFen(filled('budget_year')(sent)), newQuotaShape),
    async ({ tx, context, input }) => {
      const { district_name, budget_year } = await recordQuota(tx, context, input)
      return {
        to: `${HERE}?budget_year=${budget_year}`,
        flash: {
          zh: `${district_name} ${budget_year} 年度额度已登记。`,
          en: `Recorded for ${district_name}, ${budget_year}.`,
        },
      }
    },
    (call) => budgetPage(call, call),
  )
}

async function budgetPage({ c, db, context, query }: PageCall, retry?: Retry) {
  const this_year = Number(localDate(context.now).slice(0, 4))
  const asked = budgetFilterShape.safeParse(filled()(query))
  const { budget_year = this_year, ...filter } = asked.success ? asked.data : {}
  const writes = may(context.actor.role, 'budget.write')
  return (
    <Budget
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '预算', en: 'Budget' }))}
      filter={{ ...filter, budget_year }}
      years={[this_year + 1, this_year, this_year - 1, this_year - 2, this_year - 3]}
      items={await listBudgets(db, context.scope, { ...filter, budget_year })}
      schemes={await listSchemeNames(db)}
      districts={await listRunDistricts(db, context.scope)}
      form={writes ? { values: retry?.values ?? {}, errors: besideYuan(faultsFor(c, retry?.refusal)) } : null}
    />
  )
}
