/** The worker loop of a Node process: slices until nothing waits, then sleeps until woken or two seconds have passed. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../platform/database.ts'
import type { Deps } from '../platform/http.ts'
import { type JobHandlers, runSlice } from './actions.ts'

export interface Loop {
  wake(): void
  /** ends after the slice under way */
  stop(): Promise<void>
}

/** `busy` tells whether people are waiting for the one session of an embedded database: they come first, for up to half a second. */
export function startLoop(
  db: Db,
  runner: Pick<Deps, 'vault' | 'assets' | 'publicUrl' | 'now' | 'log'>,
  handlers: JobHandlers,
  busy: () => boolean,
): Loop {
  let stopped = false
  // a job that comes while the queue is being looked at must not wait for the next look
  let woken = false
  let rouse = () => {}
  const wake = () => {
    woken = true
    rouse()
  }
  const finished = (async () => {
    while (!stopped) {
      woken = false
      const worked = await runSlice(db, runner, handlers).catch((error: Error & { code?: string }) => {
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
