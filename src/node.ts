/** Node entry: settings → database → serve → stop. */
import { serve } from '@hono/node-server'
import { runDemo } from '../db/demo.ts'
import { createApp, jobHandlers } from './app.ts'
import { readConfig } from './config.ts'
import { startLoop } from './jobs/loop.ts'
import { systemNow } from './platform/calendar.ts'
import { serveAssets } from './platform/node-assets.ts'
import { explain, openProgram } from './program.ts'

try {
  const config = readConfig(process.env)
  const program = await openProgram(config)
  let stopping = false
  const runner = { ...program.runner, publicUrl: config.publicUrl, now: systemNow }
  await (process.argv.includes('--demo') ? runDemo(program, config) : program.firstAdmin(config))
  const loop = startLoop(program.db, runner, jobHandlers)
  const app = createApp({ ...runner, db: () => program.db, wake: () => loop.wake(), stopping: () => stopping, demo: process.argv.includes('--demo') })
  app.get('/assets/*', serveAssets())
  const server = serve({ fetch: app.fetch, hostname: config.host, port: config.port }, ({ port }) =>
    console.log(`护育已启动 / Huyu is ready: http://${config.host}:${port}`),
  )
  server.on('error', fail)
  const stop = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), 10_000).unref()
    if ('closeIdleConnections' in server) server.closeIdleConnections()
    await new Promise((resolve) => server.close(resolve))
    await loop.stop()
    await program.close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
} catch (error) {
  fail(error)
}

function fail(error: unknown): never {
  console.error(explain(error))
  process.exit(1)
}
