/** Node entry: settings → database → serve → stop. */
import { runDemo } from '../db/demo.ts'
import { createApp, dailyJobs, jobHandlers } from './app.ts'
import { type Config, readConfig } from './config.ts'
import { repeat, startLoop } from './jobs/loop.ts'
import { systemNow } from './platform/calendar.ts'
import { serveAssets } from './platform/node-assets.ts'
import { nodeOutgoing } from './platform/node-outgoing.ts'
import { type Listening, listen, requireFreePort } from './platform/node-server.ts'
import { sharedRates } from './platform/rate-limit.ts'
import { explain, openProgram, type Program } from './program.ts'
import { deliverWebhooks } from './webhooks/delivering.ts'

const demo = process.argv.includes('--demo')
let program: Program | undefined
try {
  await start(readConfig(process.env))
} catch (error) {
  await fail(error)
}

async function start(config: Config): Promise<void> {
  await requireFreePort(config)
  program = await openProgram(config)
  const { db, close } = program
  await (demo ? runDemo(program, config) : program.firstAdmin(config))
  const runner = { ...program.runner, publicUrl: config.publicUrl, now: systemNow }
  let stopping = false
  let server: Listening | undefined
  const embedded = config.databaseUrl === null
  const busy = () => embedded && server !== undefined && server.answering() > 0
  const loop = startLoop(db, embedded ? runner : { ...runner, beside: db }, jobHandlers, busy, dailyJobs)
  // beside the jobs: whoever is slow to answer keeps no job waiting
  const outgoing = nodeOutgoing(config.webhookPrivate)
  const sending = repeat(() => deliverWebhooks(db, { ...runner, outgoing }), runner.log)
  const app = createApp({
    ...runner,
    outgoing,
    singleSignOn: config.singleSignOn,
    db: () => db,
    limitRate: sharedRates(db),
    wake: () => {
      loop.wake()
      sending.wake()
    },
    stopping: () => stopping,
    demo,
  })
  app.get('/assets/*', serveAssets())
  server = listen(app, config, (url) => console.log(`护育已启动 / Huyu is ready: ${url}`), fail)
  const stop = async () => {
    if (stopping) return
    stopping = true
    // a webhook on its way may take ten
    setTimeout(() => process.exit(1), 15_000).unref()
    await Promise.all([server.close(), loop.stop(), sending.stop()])
    await close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // the launcher was killed and can pass on no signal
  process.on('disconnect', stop)
}

async function fail(error: unknown): Promise<void> {
  console.error(explain(error))
  await program?.close()
  process.exit(1)
}
