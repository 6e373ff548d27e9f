/** JSON routes of the history: reading it, its head, its proof. */
import { z } from 'zod'
import { read } from '../access/route.ts'
import { localDateShape } from '../platform/date-shape.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { historyHead, listHistory, verifyHistory } from './queries.ts'

const eventShape = z
  .object({
    seq: z.number().int(),
    at: z.date(),
    actor_id: z.string().nullable(),
    actor_name: z.string(),
    api_key: z.string().nullable().describe('name and prefix of the key it was done with'),
    kind: z.string(),
    subject_kind: z.string(),
    subject_id: z.string(),
    reason: z.string().nullable(),
    changes: z.any(),
    request_id: z.string().nullable(),
    hash: z.string(),
  })
  .meta({ id: 'HistoryEvent' })

const tag = 'history'

export function historyApi(app: App): void {
  read(
    app,
    {
      path: '/history',
      permission: 'history.read',
      name: 'listHistory',
      tag,
      summary: '操作日志 List the history',
      query: pageShape.extend({
        subject_kind: z.string().optional(),
        subject_id: z.string().optional(),
        kind: z.string().optional(),
        actor_id: z.uuid().optional(),
        from: localDateShape.optional(),
        to: localDateShape.optional(),
      }),
      answer: z.object({ items: z.array(eventShape), next_cursor: z.string().nullable() }),
    },
    ({ db, context, query }) => listHistory(db, context.scope, query),
  )
  read(
    app,
    {
      path: '/history/head',
      permission: 'history.read',
      name: 'getHistoryHead',
      tag,
      summary: '链头 The newest number and hash',
      answer: z.object({ seq: z.number().int(), hash: z.string() }),
    },
    ({ db }) => historyHead(db),
  )
  read(
    app,
    {
      path: '/history/verification',
      permission: 'history.read',
      name: 'verifyHistory',
      tag,
      summary: '校验链 Prove the chain',
      answer: z.object({ events: z.number().int(), head: z.string(), broken_at: z.number().int().nullable() }),
    },
    ({ db }) => verifyHistory(db),
  )
}
