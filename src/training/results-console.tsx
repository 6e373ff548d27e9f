/** Pages of the results of a class. */

import { z } from 'zod'
import { ResultsTab } from '../../templates/training/results.tsx'
import { faultsFor, form, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { addDays, localDate } from '../platform/calendar.ts'
import type { Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { together } from '../platform/together.ts'
import { isOpen } from './assessment.ts'
import { entryKey, progressOf, progressWords } from './assessment-progress.ts'
import { closingOf, listMarks, listOpenEntries, termsOn } from './assessment-queries.ts'
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
  const { c, db, context } = call
  const lang = c.get('lang')
  const today = localDate(context.now)
  const { tab, group, members } = await tabOf(call)
  const reading = together(db)
  const [terms, closing, entries] = await Promise.all([
    termsOn(reading, group.assessor_organisation_id, group.starts_on),
    closingOf(reading, group.id),
    group.assessor_organisation_id ? listOpenEntries(reading, group.id) : [],
  ])
  const open = isOpen(context, group, terms, Boolean(closing?.published_at))
  const marks = open ? await listMarks(db, group.id) : []
  const may_enter = mayEnter(context, group)
  const counts = [...Map.groupBy(entries, entryKey).values()].map(({ length }) => length)
  return (
    <ResultsTab
      {...tab}
      members={members.filter(isIn)}
      parts={partsOf(group.level)}
      may_enter={may_enter}
      may_appeal={
        may(context.actor.role, 'result_appeal.file') &&
        Boolean(closing?.published_at && today <= addDays(localDate(closing.published_at), terms.appeal_days))
      }
      today={entries[0]?.assessed_on ?? today}
      // of two people each sees only their own
      entered={
        new Map(
          entries
            .filter((one) => one.entered_by === context.actor.account_id)
            .map((one) => [`${one.enrolment_id} ${one.part}`, one.mark / 100]),
        )
      }
      notes={
        new Map(
          [...progressOf(group.level, terms, marks, may_enter ? entries : [], today)].map(([id, progress]) => [
            id,
            progressWords(progress, lang),
          ]),
        )
      }
      assessment={
        group.assessor_organisation_id
          ? {
              ...{ lang, class_id: group.id, terms, closing, may_enter },
              may_complete:
                may(context.actor.role, 'class.write') && context.actor.organisation_id === group.organisation_id,
              waiting: counts.filter((people) => people === 1).length,
              differing: counts.filter((people) => people > 1).length,
            }
          : null
      }
      values={values}
      errors={onLines(faultsFor(c, refusal), enteredResults(values).lines)}
    />
  )
}
