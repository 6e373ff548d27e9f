/** JSON routes of appeals against results. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { countWaitingAppeals, getResultAppeal, listResultAppeals } from './result-appeal-queries.ts'
import * as shapes from './result-appeal-shapes.ts'
import { decideResultAppeal, fileResultAppeal } from './result-appeals.ts'

const tag = 'training'

export function resultAppealsApi(app: App): void {
  write(
    app,
    {
      method: 'post',
      permission: 'result_appeal.file',
      tag,
      path: '/enrolments/{id}/appeals',
      made_in: '/result-appeals',
      name: 'fileResultAppeal',
      summary: '对成绩提出申诉 Appeal against a published result',
      params: idShape,
      body: shapes.newResultAppealShape,
      answer: shapes.resultAppealShape,
      status: 201,
    },
    ({ tx, context, params, body }) => fileResultAppeal(tx, context, params.id, body.grounds),
  )
  read(
    app,
    {
      permission: 'result_appeal.read',
      tag,
      path: '/result-appeals',
      name: 'listResultAppeals',
      summary: '成绩申诉 Appeals, with how many wait',
      query: pageShape.extend({
        waiting: z.stringbool().optional(),
        enrolment_id: z.uuid().optional(),
      }),
      answer: listOf(shapes.resultAppealShape).extend({ waiting: z.number().int() }),
    },
    async ({ db, context, query }) => ({
      ...(await listResultAppeals(db, context.scope, query)),
      waiting: await countWaitingAppeals(db, context.scope),
    }),
  )
  read(
    app,
    {
      permission: 'result_appeal.read',
      tag,
      path: '/result-appeals/{id}',
      name: 'getResultAppeal',
      summary: '一件成绩申诉 Get an appeal',
      params: idShape,
      answer: shapes.resultAppealShape,
    },
    ({ db, context, params }) => getResultAppeal(db, context.scope, params.id),
  )
  write(
    app,
    {
      method: 'post',
      permission: 'result.write',
      tag,
      path: '/result-appeals/{id}/decision',
      name: 'decideResultAppeal',
      summary:
        '处理成绩申诉；成立的更正成绩并重新判定 Decide an appeal; upheld, marks are corrected and the outcome judged again',
      params: idShape,
      body: shapes.appealDecisionShape,
      answer: shapes.resultAppealShape,
    },
    ({ tx, context, params, body }) => decideResultAppeal(tx, context, params.id, body),
  )
}
