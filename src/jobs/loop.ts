/** The loops of a Node process: steps until nothing waits, then sleep until woken or two seconds have passed. */
import { setTimeout as pause } from 'node:timers/promises'
import { localDate } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import type { Log } from '../platform/http.ts'
import { enqueueDaily, type JobHandlers, type Runner, runSlice } from './actions.ts'

export interface Loop {
  wake(): void
  /** ends after the step under way */
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
  let queued = ''
  const slice = async () => {
    const today = localDate(runner.now())
    if (queued !== today && daily.length > 0) await enqueueDaily(db, runner.now(), daily)
    queued = today
    const worked = await runSlice(db, runner, handlers)
    for (let waited = 0; worked && busy() && waited < 500; waited += 10) await pause(10)
    return worked
  }
  return repeat(slice, runner.log)
}

/** Repeats the step, which answers whether there was anything to do. */
export function repeat(step: () => Promise<boolean>, log: Log): Loop {
  let stopped = false
  // what comes while the step is looking must not wait for the next look
  let woken = false
  let rouse = () => {}
  const wake = () => {
    woken = true
    rouse()
  }
  const finished = (async () => {
    while (!stopped) {
      woken = false
      const worked = await step().catch((error: Error & { code?: string }) => {
        log.warn({ name: error.name, code: error.code }, 'the loop cannot reach the database')
        return false
      })
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
