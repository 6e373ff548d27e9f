/** The worker loop of a Node process: slices until nothing waits, then sleeps until woken or two seconds have passed. */
import type { Db } from '../platform/database.ts'
import type { Deps } from '../platform/http.ts'
import { type JobHandlers, runSlice } from './actions.ts'

export interface Loop {
  wake(): void
  /** ends after the slice under way */
  stop(): Promise<void>
}

export function startLoop(db: Db, runner: Pick<Deps, 'vault' | 'assets' | 'publicUrl' | 'now' | 'log'>, handlers: JobHandlers): Loop {
  let stopped = false
  let wake = () => {}
  const finished = (async () => {
    while (!stopped) {
      const worked = await runSlice(db, runner, handlers).catch((error: Error & { code?: string }) => {
        runner.log.warn({ name: error.name, code: error.code }, 'the job loop cannot reach the database')
        return false
      })
      if (!worked && !stopped)
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, 2000).unref()
        })
    }
  })()
  return {
    wake: () => wake(),
    async stop() {
      stopped = true
      wake()
      await finished
    },
  }
}
