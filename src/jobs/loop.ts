/** The worker loop of a Node process: slices until nothing waits, then sleeps until woken or two seconds have passed. */
import { setTimeout as pause } from 'node:timers/promises'
import { localDate } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { enqueueDaily, type JobHandlers, type Runner, runSlice } from './actions.ts'

export interface Loop {
  wake(): void
  /** ends after the slice under way */
  stop(): Promise<void>
}

/** `daily` are the kinds of jobs that are due once a day. `busy` tells whether people are waiting for the one session of an embedded database: they come first, for up to half a second. */
export function startLoop(
  db: Db,
  runner: Runner,
  handlers: JobHandlers,
  busy: () => boolean,
  daily: readonly string[] = [],
): Loop {
  let stopped = false
  // a job that comes while the queue is being looked at must not wait for the next look
  let woken = false
  let rouse = () => {}
  const wake = () => {
    woken = true
    rouse()
  }
  let queued = ''
  const slice = async () => {
    const today = localDate(runner.now())
    if (queued !== today && daily.length > 0) await enqueueDaily(db, runner.now(), daily)
    queued = today
    return runSlice(db, runner, handlers)
  }
  const finished = (async () => {
    while (!stopped) {
      woken = false
      const worked = await slice().catch((error: Error & { code?: string }) => {
        runner.log.warn({ name: error.name, code: error.code }, 'the job loop cannot reach the database')
        return false
      })
      for (let waited = 0; worked && busy() && waited < 500; waited += 10) await pause(10)
      if (!worked && !woken)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 2000)
          rouse = () => {
            clearTimeout(timer)
            resolve()
          }
        })
    }
  })()
  return {
    wake,
    async stop() {
      stopped = true
      wake()
      await finished
    },
  }
}
