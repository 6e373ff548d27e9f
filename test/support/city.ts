/** The demo city at an address of its own, for a browser: built once a run, copied for each file that opens it. */
import type { KyselyPlugin } from 'kysely'
import pg from 'pg'
import { inject } from 'vitest'
import { buildCity } from '../../db/demo-city.ts'
import { tellStory } from '../../db/demo-story.ts'
import { demoWorld } from '../../db/demo-world.ts'
import { createApp, jobHandlers } from '../../src/app.ts'
import { startLoop } from '../../src/jobs/loop.ts'
import type { Deps } from '../../src/platform/http.ts'
import { nodeAssets, serveAssets } from '../../src/platform/node-assets.ts'
import { nodeOutgoing } from '../../src/platform/node-outgoing.ts'
import { listen } from '../../src/platform/node-server.ts'
import { openVault } from '../../src/platform/vault.ts'
import { copyOf, testDatabase } from './database.ts'
import { KEY, PASSWORD } from './world.ts'

export type City = Awaited<ReturnType<typeof openCity>>

const TEMPLATE = 'huyu_city'

/** Its accounts are those of db/demo-world.ts with `PASSWORD`, its day that on which the demo is set. Close it in afterAll. */
export async function openCity() {
  await buildOnce()
  const { db, close } = await copyOf(TEMPLATE)
  const faults: object[] = []
  let queries = 0
  const counting: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      queries++
      return result
    },
  }
  const counted = db.withPlugin(counting)
  const deps: Deps = {
    ...(await runnerOf(faults)),
    db: () => counted,
    publicUrl: '',
    outgoing: nodeOutgoing(false),
    now: () => new Date('2026-11-23T02:00:00Z'),
    wake: () => loop.wake(),
    stopping: () => false,
    demo: true,
  }
  const loop = startLoop(db, deps, jobHandlers, () => false)
  const app = createApp(deps)
  app.get('/assets/*', serveAssets())
  let server: ReturnType<typeof listen>
  deps.publicUrl = await new Promise<string>((ready, failed) => {
    server = listen(app, { host: '127.0.0.1', port: 0 }, ready, failed)
  })
  return {
    db,
    app,
    deps,
    url: deps.publicUrl,
    /** internal faults logged so far */
    faults,
    /** statements that calls have asked of the database so far */
    queries: () => queries,
    async close() {
      await Promise.all([server.close(), loop.stop()])
      await close()
    },
  }
}

/** The first file of a run that comes here builds the city; the others wait, and find it there. */
async function buildOnce(): Promise<void> {
  const server = new pg.Client(inject('postgres'))
  await server.connect()
  try {
    await server.query('select pg_advisory_lock(1)')
    const { rowCount } = await server.query('select from pg_database where datname = $1', [TEMPLATE])
    if (rowCount) return
    const draft = await testDatabase('postgres')
    const runner = await runnerOf([])
    const world = demoWorld({ db: draft.db, runner }, 'http://127.0.0.1:3000', PASSWORD)
    await tellStory(world, await buildCity(world))
    await draft.db.destroy()
    await server.query(`alter database ${new URL(draft.url!).pathname.slice(1)} rename to ${TEMPLATE}`)
  } finally {
    await server.end()
  }
}

async function runnerOf(faults: object[]) {
  const log = { info: () => {}, warn: () => {}, error: (fields: object) => faults.push(fields) }
  return { vault: await openVault(KEY), assets: nodeAssets, log }
}
