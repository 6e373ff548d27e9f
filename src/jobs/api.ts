/** JSON routes of jobs: the state, and a stream of its progress. */
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import { read } from '../access/route.ts'
import type { App } from '../platform/http.ts'
import { getJob } from './queries.ts'

const params = z.object({ id: z.uuid() })

const jobShape = z
  .object({
    id: z.uuid(),
    kind: z.string(),
    subject_id: z.string().nullable(),
    status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']).or(z.string()),
    done: z.number().int(),
    total: z.number().int().nullable(),
    result: z.any(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'Job' })

export function jobsApi(app: App): void {
  read(
    app,
    {
      path: '/jobs/{id}',
      permission: 'session.own',
      name: 'getJob',
      tag: 'jobs',
      summary: '任务进度 Get a job',
      params,
      answer: jobShape,
    },
    ({ c, db, context, params }) => getJob(db, context, c.get('lang'), params.id),
  )
  read(
    app,
    {
      path: '/jobs/{id}/events',
      permission: 'session.own',
      name: 'streamJob',
      tag: 'jobs',
      summary: '进度流 Stream progress as server-sent events',
      params,
      produces: 'text/event-stream',
    },
    async ({ c, db, context, params }) => {
      const first = await getJob(db, context, c.get('lang'), params.id)
      return streamSSE(c, async (stream) => {
        let job = first
        for (let tick = 0; ; tick++) {
          await stream.writeSSE({ id: String(tick), event: 'progress', data: JSON.stringify(job) })
          if (stream.aborted || c.get('deps').stopping() || !['queued', 'running'].includes(job.status)) return
          await stream.sleep(700)
          job = await getJob(db, context, c.get('lang'), params.id)
        }
      })
    },
  )
}
