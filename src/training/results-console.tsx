/** Pages of the results of a class. */
import { z } from 'zod'
import { ResultsTab } from '../../templates/training/results.tsx'
import { faultsFor, form, type PageCall, page } from '../access/pages.ts'
import { localDate } from '../platform/calendar.ts'
import type { Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { mayEnter, tabOf } from './class-tab.ts'
import { recordResults } from './results.ts'
import { isIn, partsOf } from './rules.ts'
import { enteredResults, onLines } from './table-form.ts'

export function resultPages(app: App): void {
  page(app, '/console/classes/:id/results', 'class.read', (call) => resultsTab(call, {}))
  form(
    app,
    '/console/classes/:id/results',
    'result.write',
    z.record(z.string(), z.unknown()).transform(enteredResults),
    async ({ tx, context, params, input }) => {
      const { recorded, changed } = await recordResults(tx, context, params.id!, input.items)
      return {
        to: `/console/classes/${params.id}/results`,
        flash: { zh: `已录入 ${recorded} 人，更正 ${changed} 人。`, en: `${recorded} entered, ${changed} corrected.` },
      }
    },
    (call) => resultsTab(call, call.values, call.refusal),
  )
}

async function resultsTab(call: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const { tab, group, members } = await tabOf(call)
  return (
    <ResultsTab
      {...tab}
      members={members.filter(isIn)}
      parts={partsOf(group.level)}
      may_enter={mayEnter(call.context, group)}
      today={localDate(call.context.now)}
      values={values}
      errors={onLines(faultsFor(call.c, refusal), enteredResults(values).lines)}
    />
  )
}
