/** JSON routes of publications, appeals, and what anybody may see of a result. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { wholeListOf } from '../training/shapes.ts'
import { listAppeals, listRevisions } from './appeal-queries.ts'
import { decideAppeal, fileAppeal } from './appeals.ts'
import { listOwnEntries } from './own-entries.ts'
import { publishRanking } from './publication.ts'
import * as published from './publication-shapes.ts'
import { EVENT, getEvent, getRanking, organises } from './queries.ts'
import { publicResultsShape } from './result-shapes.ts'
import { publicResults } from './results.ts'
import * as shapes from './shapes.ts'
import { findingsOf } from './validation.ts'

const tag = 'competitions'
const readEvents = { permission: 'competition.read', tag } as const
const writeEvents = { method: 'post', permission: 'competition.write', tag } as const
const params = idShape

export function publicationApi(app: App): void {
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}/validation',
      name: 'validateRanking',
      summary: '公布前核对：错误、提醒、提示 What to look at before a ranking is published',
      params,
      answer: wholeListOf(published.findingShape),
    },
    async ({ c, db, context, params: { id } }) => {
      const event = await getEvent(db, context.scope, id)
      if (!organises(context.scope, event)) notFound(EVENT)
      const findings = await findingsOf(db, event)
      return {
        items: findings.map(({ message, ...rest }) => ({ ...rest, message: inLanguage(c.get('lang'), message) })),
      }
    },
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/events/{id}/publication',
      name: 'publishRanking',
      summary: '公布名次并冻结 Publish and freeze the ranking',
      params,
      body: published.publicationShape,
      answer: shapes.rankingShape,
    },
    async ({ tx, context, params: { id }, body }) =>
      getRanking(tx, context.scope, await publishRanking(tx, context, id, body)),
  )
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}/publications',
      name: 'listPublications',
      summary: '历次公布及名次变化 Publications, each with what it changed',
      params,
      answer: wholeListOf(published.revisionShape),
    },
    async ({ db, context, params: { id } }) => {
      await getEvent(db, context.scope, id)
      return { items: await listRevisions(db, id) }
    },
  )
  read(
    app,
    {
      ...readEvents,
      path: '/events/{id}/appeals',
      name: 'listAppeals',
      summary: '申诉 Appeals: all for the organiser, one’s own for others',
      params,
      answer: wholeListOf(published.appealShape),
    },
    async ({ db, context, params: { id } }) => {
      await getEvent(db, context.scope, id)
      return { items: await listAppeals(db, context.scope, id) }
    },
  )
  write(
    app,
    {
      method: 'post',
      permission: 'appeal.file',
      tag,
      path: '/events/{id}/appeals',
      name: 'fileAppeal',
      summary: '提出申诉 File an appeal',
      params,
      body: published.newAppealShape,
      answer: published.appealShape,
      status: 201,
    },
    ({ tx, context, params: { id }, body }) => fileAppeal(tx, context, id, body),
  )
  read(
    app,
    {
      permission: 'record.own',
      tag,
      path: '/my-entries',
      name: 'listMyEntries',
      summary: '我的竞赛：名次、奖项和申诉 Your own entries with ranks, awards and appeals',
      answer: wholeListOf(published.ownEntryShape),
    },
    async ({ db, context }) => ({
      items: await listOwnEntries(db, context.actor.person_id!),
    }),
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/appeals/{id}/decision',
      name: 'decideAppeal',
      summary: '处理申诉；成立的更正分数并再次公布 Decide an appeal; upheld, it corrects and publishes again',
      params,
      body: published.appealDecisionShape,
      answer: published.appealShape,
    },
    ({ tx, context, params: { id }, body }) => decideAppeal(tx, context, id, body),
  )
  read(
    app,
    {
      permission: 'public',
      tag,
      path: '/competition-results/{id}',
      name: 'getCompetitionResults',
      summary: '公开的竞赛结果，姓名已打码 Published results for everybody, names masked',
      params,
      answer: publicResultsShape,
    },
    ({ db, params: { id } }) => publicResults(db, id),
  )
}
