/** Pages of appeals against results, and a carer's own results. */
import { z } from 'zod'
import { MyResults } from '../../templates/training/my-results.tsx'
import { DecideAppeal, FileAppeal, ResultAppeals } from '../../templates/training/result-appeals.tsx'
import { faultsFor, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { enteredDecision } from './assessment-form.ts'
import {
  countWaitingAppeals,
  getAppealable,
  getResultAppeal,
  listAppealable,
  listResultAppeals,
} from './result-appeal-queries.ts'
import { appealDecisionShape, newResultAppealShape } from './result-appeal-shapes.ts'
import { decideResultAppeal, fileResultAppeal } from './result-appeals.ts'
import { partsOf } from './rules.ts'

const APPEALS = { zh: '成绩申诉', en: 'Appeals against results' }
const MY_RESULTS = { zh: '我的成绩', en: 'My results' }

export function resultAppealPages(app: App): void {
  page(app, '/console/result-appeals', 'result_appeal.read', async ({ c, db, context, query }) => {
    const tab = query.tab === 'decided' ? 'decided' : 'waiting'
    const list = await listResultAppeals(db, context.scope, {
      ...{ limit: 50, cursor: query.cursor, waiting: tab === 'waiting' },
    })
    return (
      <ResultAppeals
        frame={frameOf(c, inLanguage(c.get('lang'), APPEALS))}
        {...{ tab, items: list.items }}
        waiting={await countWaitingAppeals(db, context.scope)}
        next={list.next_cursor && `/console/result-appeals?${new URLSearchParams({ tab, cursor: list.next_cursor })}`}
        may_decide={may(context.actor.role, 'result.write')}
      />
    )
  })
  formPage(
    app,
    '/console/result-appeals/:id',
    'result.write',
    z.preprocess(enteredDecision, appealDecisionShape),
    async ({ tx, context, params, input }) => {
      await decideResultAppeal(tx, context, params.id!, input)
      return {
        to: '/console/result-appeals',
        flash: input.upheld
          ? { zh: '申诉成立，成绩已更正并重新判定。', en: 'Upheld; the result is corrected.' }
          : { zh: '申诉不成立，维持原成绩。', en: 'Dismissed; the result stands.' },
      }
    },
    decision,
  )
  formPage(
    app,
    '/console/enrolments/:id/appeal',
    'result_appeal.file',
    newResultAppealShape,
    async ({ tx, context, params, input }) => {
      await fileResultAppeal(tx, context, params.id!, input.grounds)
      return {
        to: '/console/result-appeals',
        flash: { zh: '申诉已提出，等待评价机构处理。', en: 'The appeal was filed; the assessor decides it.' },
      }
    },
    filing,
  )
  page(app, '/console/my-results', 'record.own', async ({ c, db, context }) => (
    <MyResults
      frame={frameOf(c, inLanguage(c.get('lang'), MY_RESULTS))}
      items={await listAppealable(db, context.scope)}
      today={localDate(context.now)}
    />
  ))
}

async function decision(call: PageCall, retry?: Retry) {
  const { c, db, context, params } = call
  const appeal = await getResultAppeal(db, context.scope, params.id!)
  if (appeal.assessor_organisation_id !== context.actor.organisation_id) notFound(APPEALS)
  const errors = faultsFor(c, retry?.refusal).map((fault) => ({
    ...fault,
    pointer: fault.pointer.replace(/^\/marks\/(\w+)$/, '/$1').replace('/marks', '/upheld'),
  }))
  return (
    <DecideAppeal
      frame={frameOf(c, inLanguage(c.get('lang'), APPEALS))}
      appeal={appeal}
      parts={partsOf(appeal.level)}
      values={retry?.values ?? {}}
      errors={errors}
    />
  )
}

async function filing(call: PageCall, retry?: Retry) {
  const { c, db, context, params } = call
  const result = await getAppealable(db, context.scope, params.id!)
  return (
    <FileAppeal
      frame={frameOf(c, inLanguage(c.get('lang'), APPEALS))}
      result={result}
      back={context.scope.kind === 'person' ? '/console/my-results' : `/console/classes/${result.class_id}/results`}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
