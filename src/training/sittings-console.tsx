/** Pages of marks by part: one sitting as a column, and the differences between two people's entries. */
import { z } from 'zod'
import { DifferencesPage } from '../../templates/training/differences.tsx'
import { SittingPage } from '../../templates/training/sitting.tsx'
import { faultsFor, formPage, frameOf, type PageCall, type Retry } from '../access/pages.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { enteredSettlement, enteredSitting } from './assessment-form.ts'
import { differencesIn } from './assessment-progress.ts'
import { listMarks, listOpenEntries, termsOn } from './assessment-queries.ts'
import { combine, sittingName } from './assessment-rules.ts'
import { settlementShape } from './assessment-shapes.ts'
import { assessedClass } from './class-tab.ts'
import { listRoster } from './member-queries.ts'
import { isIn, PARTS, type Part, partsOf } from './rules.ts'
import { recordSitting, settleDifferences } from './sittings.ts'
import { onLines } from './table-form.ts'

const sent = z.record(z.string(), z.unknown())

export function sittingPages(app: App): void {
  formPage(
    app,
    '/console/classes/:id/sitting',
    'result.write',
    sent.transform(enteredSitting),
    async ({ tx, context, params, input }) => {
      const part = partOf(input.part)
      const { recorded, changed } = await recordSitting(tx, context, params.id!, { ...input, part })
      return {
        to: `/console/classes/${params.id}/results`,
        flash: { zh: `已录入 ${recorded} 人，更正 ${changed} 人。`, en: `${recorded} entered, ${changed} corrected.` },
      }
    },
    sitting,
  )
  formPage(
    app,
    '/console/classes/:id/result-differences',
    'result.write',
    sent.transform(enteredSettlement).pipe(settlementShape.extend({ lines: z.array(z.number()) })),
    async ({ tx, context, params, input }) => {
      const { settled, differing } = await settleDifferences(tx, context, params.id!, input.items)
      return {
        to: `/console/classes/${params.id}/${differing > 0 ? 'result-differences' : 'results'}`,
        flash: { zh: `已处理 ${settled} 项差异。`, en: `${settled} differences settled.` },
      }
    },
    differences,
  )
}

async function sitting(call: PageCall, retry?: Retry) {
  const { c, db, context, query } = call
  const group = await assessedClass(call)
  const lang = c.get('lang')
  const today = localDate(context.now)
  const parts = partsOf(group.level)
  const wanted = partOf(retry?.values.part ?? query.part ?? '')
  const part = parts.includes(wanted) ? wanted : parts[0]!
  const rules = await termsOn(db, group.assessor_organisation_id, group.starts_on)
  const marks = Map.groupBy(await listMarks(db, group.id), ({ enrolment_id }) => enrolment_id)
  const entries = (await listOpenEntries(db, group.id)).filter((entry) => entry.part === part)
  const own = new Map(
    entries
      .filter(({ entered_by }) => entered_by === context.actor.account_id)
      .map((entry) => [entry.enrolment_id, entry]),
  )
  const members = await listRoster(db, context.scope, group.id)
  const people = members.flatMap((member) => {
    if (!isIn(member) || member.hours < member.required_hours || member.certificate_number) return []
    const before = marks.get(member.id) ?? []
    if (member.result?.passed || !combine(group.level, rules, before, today).due.includes(part)) return []
    const sat = before.filter((mark) => mark.part === part && mark.sitting > 0)
    const entry = own.get(member.id)
    return [
      {
        ...{ id: member.id, person_name: member.person_name, id_number_masked: member.id_number_masked },
        before: sat
          .map((mark) => `${inLanguage(lang, sittingName(mark))} ${mark.mark / 100}（${mark.assessed_on}）`)
          .join('、'),
        left: Math.max(0, rules.sittings - sat.length),
        entered: entry ? entry.mark / 100 : null,
      },
    ]
  })
  return (
    <SittingPage
      frame={frameOf(c, group.name)}
      group={group}
      {...{ parts, part, people }}
      assessed_on={entries[0]?.assessed_on ?? today}
      values={retry?.values ?? {}}
      errors={onLines(faultsFor(c, retry?.refusal), retry ? enteredSitting(retry.values).lines : [])}
    />
  )
}

async function differences(call: PageCall, retry?: Retry) {
  const { c, db, context } = call
  const group = await assessedClass(call)
  const lines = retry ? enteredSettlement(retry.values).lines : []
  const errors = faultsFor(c, retry?.refusal).map((fault) => ({
    ...fault,
    pointer: fault.pointer.replace(/^\/items\/(\d+)/, (_, row) => `/items/${lines[Number(row)]}`),
  }))
  return (
    <DifferencesPage
      frame={frameOf(c, group.name)}
      group={group}
      differences={differencesIn(await listOpenEntries(db, group.id))}
      account_id={context.actor.account_id ?? ''}
      values={retry?.values ?? {}}
      errors={errors}
    />
  )
}

function partOf(text: string): Part {
  return text in PARTS ? (text as Part) : 'theory'
}
