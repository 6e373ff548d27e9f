/** Node entry: settings → database → serve → stop. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { runDemo } from '../db/demo.ts'
import { createApp, jobHandlers } from './app.ts'
import { type Config, readConfig } from './config.ts'
import { startLoop } from './jobs/loop.ts'
import { systemNow } from './platform/calendar.ts'
import type { Env } from './platform/http.ts'
import { serveAssets } from './platform/node-assets.ts'
import { AddressFault, explain, openProgram, type Program } from './program.ts'

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
  const { db, firstAdmin, close } = program
  await (demo ? runDemo(program, config) : firstAdmin(config))
  const runner = { ...program.runner, publicUrl: config.publicUrl, now: systemNow }
  const loop = startLoop(db, runner, jobHandlers)
  let stopping = false
  const app = createApp({ ...runner, db: () => db, wake: () => loop.wake(), stopping: () => stopping, demo })
  app.get('/assets/*', serveAssets())
  // around the whole app, so that error pages are compressed too; server-sent events never are
  const site = new Hono<Env>().use(compress()).all('*', (c) => app.fetch(c.req.raw, c.env))
  const server = serve({ fetch: site.fetch, hostname: config.host, port: config.port }, ({ port }) =>
    console.log(`护育已启动 / Huyu is ready: http://${config.host}:${port}`),
  )
  server.on('error', (error) => fail(new AddressFault(config, error)))
  const stop = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), 10_000).unref()
    await Promise.all([new Promise((resolve) => server.close(resolve)), loop.stop()])
    await close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // the launcher was killed and can pass on no signal
  process.on('disconnect', stop)
}

/** Refuses a taken port at once: opening the database takes seconds, and building the demo city a minute. */
async function requireFreePort(config: Config): Promise<void> {
  const probe = createServer().listen(config.port, config.host)
  await once(probe, 'listening').catch((error) => Promise.reject(new AddressFault(config, error)))
  await new Promise((resolve) => probe.close(resolve))
}

async function fail(error: unknown): Promise<void> {
  console.error(explain(error))
  await program?.close()
  process.exit(1)
}
