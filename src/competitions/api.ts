/** JSON routes of competitions. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { wholeListOf } from '../training/shapes.ts'
import { addEvent, announceCompetition, appointJudges, enterPeople, publishRanking, rankEvent } from './actions.ts'
import {
  getCompetition,
  getEvent,
  getRanking,
  listCompetitions,
  listEntries,
  listEvents,
  listJudges,
  listScores,
} from './queries.ts'
import { recordScores } from './scores.ts'
import * as shapes from './shapes.ts'

const tag = 'competitions'
const readEvents = { permission: 'competition.read', tag } as const
const writeEvents = { method: 'post', permission: 'competition.write', tag } as const
const params = idShape

export function competitionsApi(app: App): void {
  read(
    app,
    {
      ...readEvents,
      path: '/competitions',
      name: 'listCompetitions',
      summary: '竞赛列表 List competitions',
      query: pageShape,
      answer: listOf(shapes.competitionShape),
    },
    ({ db, context, query }) => listCompetitions(db, context.scope, query),
  )
  read(
    app,
    {
      ...readEvents,
      path: '/competitions/{id}',
      name: 'getCompetition',
      summary: '竞赛 Get a competition',
      params,
      answer: shapes.competitionShape,
    },
    ({ db, context, params: { id } }) => getCompetition(db, context.scope, id),
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/competitions',
      name: 'announceCompetition',
      summary: '新建竞赛 Announce a competition',
      body: shapes.newCompetitionShape,
      answer: shapes.competitionShape,
      status: 201,
    },
    ({ tx, context, body }) => announceCompetition(tx, context, body),
  )
  read(
    app,
    {
      ...readEvents,
      path: '/competitions/{id}/events',
      name: 'listEvents',
      summary: '竞赛项目 Events of a competition',
      params,
      answer: wholeListOf(shapes.eventShape),
    },
    async ({ db, context, params: { id } }) => {
      await getCompetition(db, context.scope, id)
      return { items: await listEvents(db, context.scope, id) }
    },
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/competitions/{id}/events',
      name: 'addEvent',
      summary: '新增项目 Add an event',
      params,
      body: shapes.newEventShape,
      answer: shapes.eventShape,
      status: 201,
      made_in: '/events',
    },
    ({ tx, context, params: { id }, body }) => addEvent(tx, context, id, body),
  )
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}',
      name: 'getEvent',
      summary: '竞赛项目 Get an event',
      params,
      answer: shapes.eventShape,
    },
    ({ db, context, params: { id } }) => getEvent(db, context.scope, id),
  )
  people(app)
  marks(app)
}

function people(app: App): void {
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}/entries',
      name: 'listEntries',
      summary: '参赛选手 Entries by station',
      params,
      answer: wholeListOf(shapes.entryShape),
    },
    async ({ db, context, params: { id } }) => ({
      items: await listEntries(db, context.scope, await getEvent(db, context.scope, id)),
    }),
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/events/{id}/entries',
      name: 'enterPeople',
      summary: '报名并抽工位号 Enter people and draw stations',
      params,
      body: shapes.entriesShape,
      answer: wholeListOf(shapes.entryShape),
      status: 201,
    },
    async ({ tx, context, params: { id }, body }) => {
      await enterPeople(tx, context, id, body.items)
      return { items: await listEntries(tx, context.scope, await getEvent(tx, context.scope, id)) }
    },
  )
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}/judges',
      name: 'listJudges',
      summary: '评委 Judges by part',
      params,
      answer: wholeListOf(shapes.judgeShape),
    },
    async ({ db, context, params: { id } }) => {
      await getEvent(db, context.scope, id)
      return { items: await listJudges(db, id) }
    },
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/events/{id}/judges',
      name: 'appointJudges',
      summary: '登记评委 Appoint judges',
      params,
      body: shapes.judgesShape,
      answer: wholeListOf(shapes.judgeShape),
      status: 201,
    },
    async ({ tx, context, params: { id }, body }) => ({ items: await appointJudges(tx, context, id, body.items) }),
  )
}

function marks(app: App): void {
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}/scores',
      name: 'listScores',
      summary: '分数，仅主办方可见 Marks, for the organiser only',
      params,
      answer: wholeListOf(shapes.scoreShape),
    },
    async ({ db, context, params: { id } }) => {
      const scores = await listScores(db, context.scope, await getEvent(db, context.scope, id))
      return {
        items: scores.map(({ station, part, judge, points }) => ({ station, part, judge, points: points / 100 })),
      }
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
      path: '/events/{id}/ranking',
      name: 'getRanking',
      summary: '名次 The ranking',
      params,
      answer: shapes.rankingShape,
    },
    async ({ db, context, params: { id } }) => getRanking(db, context.scope, await getEvent(db, context.scope, id)),
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/events/{id}/ranking',
      name: 'rankEvent',
      summary: '计算排名 Rank the entries',
      params,
      answer: shapes.rankingShape,
    },
    async ({ tx, context, params: { id } }) => getRanking(tx, context.scope, await rankEvent(tx, context, id)),
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/events/{id}/publication',
      name: 'publishRanking',
      summary: '公布名次并冻结 Publish and freeze the ranking',
      params,
      body: shapes.publicationShape,
      answer: shapes.rankingShape,
    },
    async ({ tx, context, params: { id }, body }) =>
      getRanking(tx, context.scope, await publishRanking(tx, context, id, body)),
  )
}
