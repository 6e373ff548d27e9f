/** JSON routes of competitions. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { wholeListOf } from '../training/shapes.ts'
import { addEvent, announceCompetition, changeRules, rankEvent, startEvent } from './actions.ts'
import { entriesApi } from './entries-api.ts'
import { promotionsApi } from './promotions-api.ts'
import { publicationApi } from './publication-api.ts'
import { getCompetition, getEvent, getRanking, listCompetitions, listEvents } from './queries.ts'
import { changedRulesShape } from './rule-shapes.ts'
import { scoresApi } from './scores-api.ts'
import * as shapes from './shapes.ts'
import { eventView } from './views.ts'

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
      return { items: (await listEvents(db, context.scope, id)).map(eventView) }
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
    async ({ tx, context, params: { id }, body }) => eventView(await addEvent(tx, context, id, body)),
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
    async ({ db, context, params: { id } }) => eventView(await getEvent(db, context.scope, id)),
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/events/{id}/rules',
      name: 'changeRules',
      summary: '更改评分规则，开始打分后不能改 Give an event other rules, before it is marked',
      params,
      body: changedRulesShape,
      answer: shapes.eventShape,
    },
    async ({ tx, context, params: { id }, body }) => eventView(await changeRules(tx, context, id, body)),
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/events/{id}/start',
      name: 'startEvent',
      summary: '开赛，冻结报名、抽签、评委和规则 Start an event: entries, lots, judges and rules stand',
      params,
      answer: shapes.eventShape,
    },
    async ({ tx, context, params: { id } }) => eventView(await startEvent(tx, context, id)),
  )
  entriesApi(app)
  scoresApi(app)
  ranking(app)
  publicationApi(app)
  promotionsApi(app)
}

function ranking(app: App): void {
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
}
