/** Pages of an assessment: one part at a time, differences of two people, locking and publication, examiners, terms. */

import { z } from 'zod'
import { ResultClosingPage } from '../../templates/training/result-closing.tsx'
import { ExaminersPage, TermsPage } from '../../templates/training/terms.tsx'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { ownOrganisation } from './actions.ts'
import { enteredTerms } from './assessment-form.ts'
import { entryKey } from './assessment-progress.ts'
import { closingOf, listExaminers, listOpenEntries, listTerms, termsOn } from './assessment-queries.ts'
import { DEFAULT_TERMS } from './assessment-rules.ts'
import { newExaminerShape, newTermsShape } from './assessment-shapes.ts'
import { assessedClass } from './class-tab.ts'
import { listRoster } from './member-queries.ts'
import { withoutResult } from './result-closing.ts'
import { lockResults, publishResults } from './result-locks.ts'
import { reasonBodyShape } from './shapes.ts'
import { sittingPages } from './sittings-console.tsx'
import { nameExaminer, releaseExaminer, stateTerms } from './terms.ts'

export function assessmentPages(app: App): void {
  sittingPages(app)
  closingPages(app)
  examinerPages(app)
  formPage(
    app,
    '/console/assessment-terms',
    'result.write',
    z.preprocess(enteredTerms, newTermsShape),
    async ({ tx, context, input }) => {
      await stateTerms(tx, context, input)
      return { to: '/console/assessment-terms', flash: { zh: '考核办法已保存。', en: 'The terms are saved.' } }
    },
    terms,
  )
}

function closingPages(app: App): void {
  page(app, '/console/classes/:id/result-closing', 'result.write', (call) => closing(call))
  form(
    app,
    '/console/classes/:id/result-lock',
    'result.write',
    z.object({ with_missing: z.string().optional() }),
    async ({ tx, context, params, input }) => {
      await lockResults(tx, context, params.id!, { with_missing: input.with_missing === 'true' })
      return {
        to: `/console/classes/${params.id}/result-closing`,
        flash: { zh: '成绩已锁定，下一步公布。', en: 'The results are locked; publish them next.' },
      }
    },
    (call) => closing(call, call),
  )
  form(
    app,
    '/console/classes/:id/result-publication',
    'result.write',
    z.object({}),
    async ({ tx, context, params }) => {
      await publishResults(tx, context, params.id!)
      return {
        to: `/console/classes/${params.id}/results`,
        flash: { zh: '成绩已公布。', en: 'The results are published.' },
      }
    },
    (call) => closing(call, call),
  )
}

function examinerPages(app: App): void {
  formPage(
    app,
    '/console/classes/:id/examiners',
    'result.write',
    newExaminerShape,
    async ({ tx, context, params, input }) => {
      await nameExaminer(tx, context, params.id!, input)
      return { to: `/console/classes/${params.id}/examiners`, flash: { zh: '已加入考评组。', en: 'Named.' } }
    },
    examiners,
  )
  form(
    app,
    '/console/classes/:id/examiners/release',
    'result.write',
    reasonBodyShape.extend({ examiner: z.uuid() }),
    async ({ tx, context, params, input }) => {
      await releaseExaminer(tx, context, params.id!, input.examiner, input.reason)
      return { to: `/console/classes/${params.id}/examiners`, flash: { zh: '已撤下。', en: 'Taken off.' } }
    },
    (call) => examiners(call, call),
  )
}

async function closing(call: PageCall, retry?: Retry) {
  const { c, db, context } = call
  const group = await assessedClass(call)
  const members = await listRoster(db, context.scope, group.id)
  const entries = await listOpenEntries(db, group.id)
  const { appeal_days } = await termsOn(db, group.assessor_organisation_id, group.starts_on)
  return (
    <ResultClosingPage
      frame={frameOf(c, group.name)}
      {...{ group, members, appeal_days }}
      closing={await closingOf(db, group.id)}
      missing={withoutResult(members)}
      open_entries={new Set(entries.map(entryKey)).size}
      errors={faultsFor(c, retry?.refusal).map(({ message }) => ({ pointer: '', message }))}
    />
  )
}

async function examiners(call: PageCall, retry?: Retry) {
  const group = await assessedClass(call)
  return (
    <ExaminersPage
      frame={frameOf(call.c, group.name)}
      group={group}
      examiners={await listExaminers(call.db, group.id)}
      values={retry?.values ?? {}}
      errors={faultsFor(call.c, retry?.refusal)}
    />
  )
}

async function terms(call: PageCall, retry?: Retry) {
  const { c, db, context } = call
  const items = await listTerms(db, ownOrganisation(context))
  return (
    <TermsPage
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '考核办法', en: 'Terms of assessment' }))}
      items={items.map((one) => ({ ...one, confidence: 'confirmed' }))}
      fallback={DEFAULT_TERMS}
      today={localDate(context.now)}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
