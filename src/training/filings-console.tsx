/** Pages of filings: of one class with the states it has gone through, and of the division that accepts or returns them. */
import { z } from 'zod'
import { ClassFilingPage } from '../../templates/training/filing.tsx'
import { FilingPage } from '../../templates/training/filing-decision.tsx'
import { Filings } from '../../templates/training/filings.tsx'
import { filled, withChoice } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { addDays, localDate, localTime } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { listStates } from './class-states.ts'
import { mayChange, tabOf } from './class-tab.ts'
import { countFilings, getFiling, latestFiling, listFilings, ruleFor } from './filing-queries.ts'
import { FILING_STATES, type FilingState } from './filing-rules.ts'
import { filingDecisionShape, newFilingShape } from './filing-shapes.ts'
import { decideFiling, fileClass } from './filings.ts'
import { listSessions } from './member-queries.ts'
import { shownSession } from './timetable-rules.ts'

const HERE = '/console/class-filings'
const TITLE = { zh: '开班备案', en: 'Class filings' }

export function filingPages(app: App): void {
  page(app, '/console/classes/:id/filing', 'class.read', (call) => classFiling(call))
  form(
    app,
    '/console/classes/:id/filings',
    'class.write',
    z.preprocess(filled(), newFilingShape),
    async ({ tx, context, params, input }) => {
      const { district_name, late, due_on } = await fileClass(tx, context, params.id!, input)
      const overdue = late
        ? { zh: `应于 ${due_on} 前提交，本次记为逾期。`, en: ` It was due on ${due_on} and is late.` }
        : null
      return {
        to: `/console/classes/${params.id}/filing`,
        flash: {
          zh: `已向${district_name}提交备案。${overdue?.zh ?? ''}`,
          en: `Filed with ${district_name}.${overdue?.en ?? ''}`,
        },
      }
    },
    (call) => classFiling(call, call),
  )
  page(app, HERE, 'class.read', async ({ c, db, context, query }) => {
    const state = query.state && query.state in FILING_STATES ? (query.state as FilingState) : undefined
    const list = await listFilings(db, context.scope, { limit: 50, cursor: query.cursor, state })
    return (
      <Filings
        frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
        state={state ?? ''}
        counts={await countFilings(db, context.scope)}
        items={list.items}
        next={
          list.next_cursor && `${HERE}?${new URLSearchParams({ ...(state && { state }), cursor: list.next_cursor })}`
        }
      />
    )
  })
  page(app, `${HERE}/:id`, 'class.read', (call) => filing(call))
  form(
    app,
    `${HERE}/:id/decision`,
    'class_filing.decide',
    z.preprocess(withChoice('accepted'), filingDecisionShape),
    async ({ tx, context, params, input }) => {
      const { class_name, state } = await decideFiling(tx, context, params.id!, input)
      const done = FILING_STATES[state]
      return {
        to: HERE,
        flash: {
          zh: `“${class_name}”的备案${done.zh}，已通知培训机构。`,
          en: `"${class_name}": ${done.en}; the institution was told.`,
        },
      }
    },
    (call) => filing(call, call),
  )
}

async function classFiling(call: PageCall, retry?: Retry) {
  const { c, db, context } = call
  const { tab, group } = await tabOf(call)
  const { rule } = await ruleFor(db, group.organisation_id, localDate(context.now))
  return (
    <ClassFilingPage
      {...tab}
      filing={await latestFiling(db, context.scope, group.id)}
      states={(await listStates(db, group.id)).map((row) => ({ ...row, at: localTime(row.at) }))}
      rule={rule && { ...rule, due_on: addDays(group.starts_on, -rule.days_before) }}
      today={localDate(context.now)}
      may_file={mayChange(context, group)}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function filing({ c, db, context, params }: PageCall, retry?: Retry) {
  const found = await getFiling(db, context.scope, params.id!)
  const sessions = await listSessions(db, context.scope, found.class_id)
  return (
    <FilingPage
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      filing={found}
      sessions={sessions.map((session) => shownSession(session, c.get('lang')))}
      may_decide={may(context.actor.role, 'class_filing.decide') && found.state === 'filed'}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
