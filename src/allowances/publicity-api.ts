/** JSON routes of publicity. */
import type { Context as Call } from 'hono'
import { z } from 'zod'
import { addressOf } from '../access/api.ts'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App, Env } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { wholeListOf } from '../training/shapes.ts'
import { answerObjection, closePublicity, objectTo, openPublicity, revealObjector } from './publicity.ts'
import { getPublicity, listObjections, listPublicLines, unscopedPublicity } from './publicity-queries.ts'
import * as shapes from './publicity-shapes.ts'
import { reasonShape } from './shapes.ts'

const tag = 'allowances'
const params = idShape

export function publicityApi(app: App): void {
  write(
    app,
    {
      ...{ method: 'post', permission: 'run.submit', tag, path: '/allowance-runs/{id}/publicity' },
      name: 'openPublicity',
      summary: '公示 Publish the list of a reviewed run',
      params,
      body: shapes.newPublicityShape,
      answer: shapes.publicityShape,
      status: 201,
      made_in: '/publicities',
    },
    ({ tx, context, params, body }) => openPublicity(tx, context, params.id, body),
  )
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/publicities/{id}', name: 'getPublicity' },
      summary: '一次公示 Get a publicity',
      params,
      answer: shapes.publicityShape,
    },
    ({ db, context, params }) => getPublicity(db, context.scope, params.id),
  )
  read(
    app,
    {
      ...{ permission: 'public', tag, path: '/publicities/{id}/lines', name: 'listPublicLines' },
      summary: '公示名单 The list as everybody may read it',
      params,
      query: pageShape,
      answer: listOf(shapes.lineShape.meta({ id: 'PublicLine' })),
    },
    async ({ c, db, params, query }) =>
      listPublicLines(db, (await unscopedPublicity(db, params.id, localDate(c.get('now')))).id, query),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'public', tag, path: '/publicities/{id}/objections' },
      name: 'objectToPublicity',
      summary: '提出异议 Object to the list',
      params,
      body: shapes.newObjectionShape,
      answer: z.object({ id: z.uuid() }),
      status: 201,
      made_in: '/publicity-objections',
    },
    ({ c, tx, params, body }) => objectTo(tx, askingOf(c), params.id, body),
  )
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/publicities/{id}/objections', name: 'listObjections' },
      summary: '异议 Objections and their answers',
      params,
      answer: wholeListOf(shapes.objectionShape),
    },
    async ({ db, context, params }) => ({
      items: await listObjections(db, (await getPublicity(db, context.scope, params.id)).id),
    }),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'run.submit', tag, path: '/publicity-objections/{id}/answer' },
      name: 'answerObjection',
      summary: '答复异议 Answer an objection',
      params,
      body: shapes.newAnswerShape,
      answer: shapes.objectionShape,
    },
    ({ tx, context, params, body }) => answerObjection(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'run.submit', tag, path: '/publicity-objections/{id}/disclosure' },
      name: 'revealObjector',
      summary: '查看异议人 Who objected, with a recorded reason',
      params,
      body: reasonShape,
      answer: z.object({ name: z.string(), phone: z.string() }),
    },
    ({ tx, context, params, body }) => revealObjector(tx, context, params.id, body.reason),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'run.submit', tag, path: '/publicities/{id}/closing' },
      name: 'closePublicity',
      summary: '结束公示 Close a publicity that has lasted',
      params,
      answer: shapes.publicityShape,
    },
    ({ tx, context, params }) => closePublicity(tx, context, params.id),
  )
}

/** Who objects has no account: what is known is where the call comes from. */
export function askingOf(c: Call<Env>) {
  return { vault: c.get('deps').vault, now: c.get('now'), address: addressOf(c) }
}
