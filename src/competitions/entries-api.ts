/** JSON routes of entries, lots and judges. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { App } from '../platform/http.ts'
import { reasonBodyShape, wholeListOf } from '../training/shapes.ts'
import { appointJudges } from './actions.ts'
import { enterPeople, withdrawEntry } from './entries.ts'
import { drawNumbers } from './lots.ts'
import { getEvent, listEntries, listJudges } from './queries.ts'
import { drawnShape, drawShape } from './score-shapes.ts'
import * as shapes from './shapes.ts'

const tag = 'competitions'
const readEvents = { permission: 'competition.read', tag } as const
const writeEvents = { method: 'post', permission: 'competition.write', tag } as const
const params = idShape

export function entriesApi(app: App): void {
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
  write(
    app,
    {
      ...writeEvents,
      path: '/entries/{id}/withdrawal',
      name: 'withdrawEntry',
      summary: '退赛 Withdraw an entry',
      params,
      body: reasonBodyShape,
      answer: shapes.entryShape,
    },
    ({ tx, context, params: { id }, body }) => withdrawEntry(tx, context, id, body.reason),
  )
  write(
    app,
    {
      ...writeEvents,
      path: '/events/{id}/draw',
      name: 'drawNumbers',
      summary: '抽加密号 Draw the sealed numbers',
      params,
      body: drawShape,
      answer: drawnShape,
      status: 201,
    },
    ({ tx, context, params: { id }, body }) => drawNumbers(tx, context, id, body.reason ?? null),
  )
}
