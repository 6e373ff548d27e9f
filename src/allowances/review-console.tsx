/** Pages of a run's review: steps, findings, the sample, held lines; and what the run's own page tells of it. */
import { z } from 'zod'
import { Review } from '../../templates/allowances/review.tsx'
import { OF_ORGANISATION } from '../../templates/allowances/review-lists.tsx'
import type { StepItem } from '../../templates/allowances/review-parts.tsx'
import { ReviewRules } from '../../templates/allowances/review-rules.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localTime } from '../platform/calendar.ts'
import { inLanguage, type Message, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { together } from '../platform/together.ts'
import { holdLine, releaseHold } from './holds.ts'
import { showLine } from './line-console.tsx'
import { LINE } from './line-queries.ts'
import { unscopedResultsOfRun } from './payment-result-queries.ts'
import { findPublicity } from './publicity-queries.ts'
import { getRunPart, type RunRow } from './queries.ts'
import { findingsOf, HOLD, holdsOf, listReviewRules, reviewOf, sampleLinesOf } from './review-queries.ts'
import { DRAWING, mayReview, type Step, stagesDone } from './review-rules.ts'
import {
  findingAnswersShape,
  inspectionsShape,
  newHoldShape,
  newReviewShape,
  type ReviewView,
} from './review-shapes.ts'
import { answerFindings, recordInspections, reviewStep } from './reviews.ts'
import { reasonShape } from './shapes.ts'

const RUN = '/console/runs/:id'
const RULES = { zh: '审核路径与检查参数', en: 'Routes and figures of the review' }
const HERE = `${RUN}/review`

export function reviewConsole(app: App): void {
  page(app, HERE, 'run.read', (call) => review(call))
  page(app, '/console/review-rules', 'run.read', async ({ c, db }) => (
    <ReviewRules frame={frameOf(c, inLanguage(c.get('lang'), RULES))} {...(await listReviewRules(db))} />
  ))
  form(
    app,
    `${HERE}/steps`,
    'run.review',
    z.preprocess(filled(), newReviewShape),
    async ({ tx, context, params, input }) => {
      const { status } = await reviewStep(tx, context, params.id!, input)
      return done(params, DECIDED[status] ?? DECIDED.submitted!)
    },
    (call) => review(call, { of: call.values.reviewer ?? '', call }),
  )
  form(
    app,
    `${HERE}/findings`,
    'run.review',
    z.preprocess(severalOf('finding_ids'), findingAnswersShape),
    async ({ tx, context, params, input }) => {
      await answerFindings(tx, context, params.id!, input)
      return done(params, { zh: '疑点已答复。', en: 'Answered.' })
    },
    (call) => review(call, { of: 'findings', call, chosen: 'finding_ids' }),
  )
  form(
    app,
    `${HERE}/sample`,
    'run.review',
    z.preprocess(chosenLines, inspectionsShape),
    async ({ tx, context, params, input }) => {
      await recordInspections(tx, context, params.id!, input)
      return done(params, { zh: '抽查结果已登记。', en: 'Recorded.' })
    },
    (call) => review(call, { of: 'sample', call, chosen: 'lines' }),
  )
  form(
    app,
    `${HERE}/holds/:hold/release`,
    'run.hold',
    reasonShape,
    async ({ tx, context, params, input }) => {
      await releaseHold(tx, context, z.uuid().safeParse(params.hold).data ?? notFound(HOLD), input.reason)
      return done(params, { zh: '已解除暂缓。', en: 'Released.' })
    },
    (call) => review(call, { of: call.params.hold!, call }),
  )
  form(
    app,
    `${RUN}/lines/:person/:month/hold`,
    'run.hold',
    reasonShape,
    async ({ c, tx, context, params, input }) => {
      const named = { person_id: params.person, month: params.month, component: c.req.query('component') }
      const line = newHoldShape.safeParse({ ...named, reason: input.reason })
      await holdLine(tx, context, params.id!, line.data ?? notFound(LINE))
      return done(params, { zh: '这一笔已暂缓。', en: 'The line is held back.' })
    },
    (call) => showLine(call, call),
  )
}

const DECIDED: Record<string, Message> = {
  submitted: { zh: '这一组已审核。', en: 'The step is decided.' },
  reviewed: {
    zh: '全部审核完成，可以公示或审批。',
    en: 'All steps are decided: the run can be published or approved.',
  },
  rejected: { zh: '已退回，批次作废。', en: 'Sent back: the run is void.' },
}

function done(params: Record<string, string>, flash: Message) {
  return { to: `/console/runs/${params.id}/review`, flash }
}

/** A form sends one ticked box as text and several as a list. */
function severalOf(name: string) {
  return (sent: unknown) => {
    const { [name]: chosen, ...rest } = filled()(sent)
    return { ...rest, [name]: [chosen ?? []].flat() }
  }
}

/** Lines are ticked as person (or `organisation:` and the organisation), month and component; what was found is said of all of them. */
function chosenLines(sent: unknown) {
  const { lines, passed, note } = severalOf('lines')(sent) as { lines: string[]; passed?: string; note?: string }
  return {
    items: lines.map((line) => {
      const [payee = '', month, component] = line.split(' ')
      const organisation_id = payee.startsWith(OF_ORGANISATION) ? payee.slice(OF_ORGANISATION.length) : null
      return {
        ...(organisation_id ? { organisation_id } : { person_id: payee }),
        month,
        component,
        ...(passed && { passed: passed === 'true' }),
        note,
      }
    }),
  }
}

interface Refused {
  /** which of the page's forms */
  of: string
  call: Retry
  /** the name of its tick boxes */
  chosen?: string
}

async function review({ c, context, params, query, ...call }: PageCall, refused?: Refused) {
  const [db, lang] = [together(call.db), c.get('lang')]
  const { scope } = context
  const run = await getRunPart(db, scope, params.id!)
  const [view, findings, sample, holds] = await Promise.all([
    reviewOf(db, context, run),
    findingsOf(db, scope, run.id, { limit: 50, cursor: query.cursor }),
    sampleLinesOf(db, scope, run.id),
    holdsOf(db, scope, run.id),
  ])
  const { role } = context.actor
  const deciding = may(role, 'run.review') && run.status === 'submitted' && !view.own_work
  return (
    <Review
      frame={frameOf(c, `${run.month} ${run.district_name}`)}
      run={run}
      review={{ ...view, steps: view.steps.map(stepItem) }}
      stages_done={stagesDone({ status: run.status, publicity_closed: false, paid: false })}
      own_steps={view.steps
        .filter((step) => deciding && !step.decided_at && mayReview(context.actor, step as Step))
        .map(stepItem)}
      may_hold={may(role, 'run.hold')}
      findings={findings.items}
      next={findings.next_cursor && `/console/runs/${run.id}/review?cursor=${encodeURIComponent(findings.next_cursor)}`}
      sample={sample}
      drawing={inLanguage(lang, DRAWING)}
      holds={holds.map((hold) => ({
        ...hold,
        held_at: localTime(hold.held_at),
        released_at: hold.released_at && localTime(hold.released_at),
      }))}
      refused={refused?.of ?? null}
      values={refused?.call.values ?? {}}
      ticked={refused?.chosen ? refused.call.ticked(refused.chosen) : []}
      errors={faultsFor(c, refused?.call.refusal)}
    />
  )
}

function stepItem(step: ReviewView['steps'][number]): StepItem {
  return { ...step, decided_at: step.decided_at && localTime(step.decided_at) }
}

/** How far the run is, and its review in figures. */
export async function reviewOnRun({ db, context }: PageCall, run: RunRow & { payment_files: unknown[] }) {
  const [view, publicity, results] = await Promise.all([
    reviewOf(db, context, run),
    run.status === 'reviewed' ? findPublicity(db, context.scope, run.id) : null,
    run.payment_files.length > 0 ? unscopedResultsOfRun(db, run.id) : null,
  ])
  const paid = results?.summary ?? null
  return {
    review: { ...view, steps: view.steps.map(stepItem) },
    stages_done: stagesDone({
      status: run.status,
      publicity_closed: publicity?.closed_at != null,
      paid: paid !== null && paid.open_count === 0 && paid.returned_count === 0,
    }),
  }
}
