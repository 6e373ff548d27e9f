/** JSON routes of the review of a run: steps, findings, the sample, held lines. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { wholeListOf } from '../training/shapes.ts'
import { holdLine, releaseHold } from './holds.ts'
import { getReview, getSample, listFindings, listHolds, listReviewRules } from './review-queries.ts'
import { DRAWING } from './review-rules.ts'
import * as shapes from './review-shapes.ts'
import { answerFindings, recordInspections, reviewStep } from './reviews.ts'
import { reasonShape } from './shapes.ts'

const tag = 'allowances'
const params = idShape

export function reviewApi(app: App): void {
  reads(app)
  const reviewing = {
    method: 'post',
    permission: 'run.review',
    tag,
    params,
    answer: shapes.reviewShape,
    key: 'required',
  } as const
  write(
    app,
    {
      ...{ ...reviewing, path: '/allowance-runs/{id}/reviews', name: 'reviewAllowanceRun' },
      summary: '审核或退回 Decide a step of the review, or send the run back',
      body: shapes.newReviewShape,
    },
    ({ tx, context, params, body }) => reviewStep(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...{ ...reviewing, path: '/allowance-runs/{id}/finding-answers', name: 'answerRunFindings' },
      summary: '答复疑点 Clear findings, or hold the lines they are about',
      body: shapes.findingAnswersShape,
    },
    ({ tx, context, params, body }) => answerFindings(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...{ ...reviewing, path: '/allowance-runs/{id}/inspections', name: 'recordInspections' },
      summary: '登记抽查结果 Record what was found of lines of the sample',
      body: shapes.inspectionsShape,
    },
    ({ tx, context, params, body }) => recordInspections(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'run.hold', tag, params, key: 'required' },
      ...{ path: '/allowance-runs/{id}/holds', name: 'holdLine', summary: '暂缓一笔 Hold a line back' },
      body: shapes.newHoldShape,
      answer: shapes.holdShape,
      status: 201,
      made_in: '/line-holds',
    },
    ({ tx, context, params, body }) => holdLine(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'run.hold', tag, params, key: 'required' },
      ...{ path: '/line-holds/{id}/release', name: 'releaseHold', summary: '解除暂缓 Release a hold' },
      body: reasonShape,
      answer: shapes.holdShape,
    },
    ({ tx, context, params, body }) => releaseHold(tx, context, params.id, body.reason),
  )
}

function reads(app: App): void {
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/allowance-runs/{id}/review', name: 'getRunReview', params },
      summary: '审核进度 How far the review of a run is',
      answer: shapes.reviewShape,
    },
    ({ db, context, params }) => getReview(db, context, params.id),
  )
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/allowance-runs/{id}/findings', name: 'listRunFindings', params },
      summary: '自动检查的疑点 What looks odd in a run',
      query: shapes.findingFilterShape,
      answer: listOf(shapes.findingShape),
    },
    ({ db, context, params, query }) => listFindings(db, context.scope, params.id, query),
  )
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/allowance-runs/{id}/sample', name: 'getRunSample', params },
      summary: '抽查名单与种子 The sample, and the seed to draw it again from',
      answer: shapes.sampleShape,
    },
    async ({ c, db, context, params }) => ({
      ...(await getSample(db, context.scope, params.id)),
      drawing: inLanguage(c.get('lang'), DRAWING),
    }),
  )
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/allowance-runs/{id}/holds', name: 'listHolds', params },
      summary: '暂缓的明细 Lines of a run that are or were held back',
      answer: wholeListOf(shapes.holdShape),
    },
    async ({ db, context, params }) => ({ items: await listHolds(db, context.scope, params.id) }),
  )
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/review-rules', name: 'listReviewRules' },
      summary: '审核路径与检查参数 Routes of the review and figures of the checks, with where they were read',
      answer: shapes.reviewRulesShape,
    },
    ({ db }) => listReviewRules(db),
  )
}
