/** JSON routes of marks, penalties, times and the score book: the organiser's alone. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { App } from '../platform/http.ts'
import { reasonBodyShape, wholeListOf } from '../training/shapes.ts'
import { imposePenalty, recordTimes, withdrawPenalty } from './penalties.ts'
import { getEvent, listPenalties, listScores, listTimes, organises } from './queries.ts'
import { scoreBookResponse } from './score-book.ts'
import * as shapes from './score-shapes.ts'
import { recordScores } from './scores.ts'
import { spreadsOf } from './totals.ts'

const tag = 'competitions'
const readEvents = { permission: 'competition.read', tag } as const
const writeEvents = { method: 'post', permission: 'competition.write', tag } as const
const params = idShape

export function scoresApi(app: App): void {
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}/scores',
      name: 'listScores',
      summary: '分数，仅主办方可见 Marks, for the organiser only',
      params,
      answer: wholeListOf(shapes.givenScoreShape),
    },
    async ({ db, context, params: { id } }) => {
      const scores = await listScores(db, context.scope, await getEvent(db, context.scope, id))
      return { items: scores.map(({ entry_id: _, points, ...score }) => ({ ...score, points: points / 100 })) }
    },
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/events/{id}/scores',
      name: 'recordScores',
      summary: '录分 Enter marks',
      params,
      body: shapes.scoresShape,
      answer: shapes.scoresTakenShape,
      status: 201,
    },
    ({ tx, context, params: { id }, body }) => recordScores(tx, context, id, body.items),
  )
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}/penalties',
      name: 'listPenalties',
      summary: '罚分，仅主办方可见 Penalties, for the organiser only',
      params,
      answer: wholeListOf(shapes.penaltyShape),
    },
    async ({ db, context, params: { id } }) => {
      const event = await getEvent(db, context.scope, id)
      return { items: organises(context.scope, event) ? await listPenalties(db, id) : [] }
    },
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/events/{id}/penalties',
      name: 'imposePenalty',
      summary: '罚分 Take points off a total',
      params,
      body: shapes.newPenaltyShape,
      answer: wholeListOf(shapes.penaltyShape),
      status: 201,
    },
    async ({ tx, context, params: { id }, body }) => ({ items: await imposePenalty(tx, context, id, body) }),
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/penalties/{id}/withdrawal',
      name: 'withdrawPenalty',
      summary: '撤销罚分 Withdraw a penalty',
      params,
      body: reasonBodyShape,
      answer: wholeListOf(shapes.penaltyShape),
    },
    async ({ tx, context, params: { id }, body }) => ({ items: await withdrawPenalty(tx, context, id, body.reason) }),
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/events/{id}/times',
      name: 'recordTimes',
      summary: '录用时 Enter times, which decide between equals',
      params,
      body: shapes.timesShape,
      answer: shapes.timesTakenShape,
      status: 201,
    },
    ({ tx, context, params: { id }, body }) => recordTimes(tx, context, id, body.items),
  )
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}/times',
      name: 'listTimes',
      summary: '用时，仅主办方可见 Times, for the organiser only',
      params,
      answer: wholeListOf(shapes.givenTimeShape),
    },
    async ({ db, context, params: { id } }) => ({
      items: await listTimes(db, context.scope, await getEvent(db, context.scope, id)),
    }),
  )
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}/spreads',
      name: 'listSpreads',
      summary: '评委分差过大的评分项 Criteria whose judges lie too far apart',
      params,
      answer: wholeListOf(shapes.spreadShape),
    },
    async ({ db, context, params: { id } }) => {
      const event = await getEvent(db, context.scope, id)
      return { items: organises(context.scope, event) ? await spreadsOf(db, id, event.rules) : [] }
    },
  )
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}/score-book',
      name: 'getScoreBook',
      summary: '计分册（NDJSON），据此可重算出同样的名次 The score book: the ranking can be made of it again',
      params,
    },
    async ({ db, context, params: { id } }) =>
      scoreBookResponse(db, context.scope, await getEvent(db, context.scope, id)),
  )
}
