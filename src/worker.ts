/** Cloudflare Workers entry: bindings → settings → a database client per request (Hyperdrive) → the app; slices of jobs by cron. */
import { createApp, dailyJobs, jobHandlers } from './app.ts'
import { readConfig } from './config.ts'
import { enqueueDaily, runSlice } from './jobs/actions.ts'
import { systemNow } from './platform/calendar.ts'
import { type Db, openPostgres } from './platform/database.ts'
import type { App, Deps } from './platform/http.ts'
import { fetchOutgoing } from './platform/outgoing.ts'
import { openVault } from './platform/vault.ts'
import { deliverWebhooks } from './webhooks/delivering.ts'

interface Bindings {
  HYPERDRIVE: { connectionString: string }
  ASSETS: { fetch(address: string): Promise<Response> }
  HUYU_KEY: string
  HUYU_OLD_KEYS?: string
  PUBLIC_URL: string
  HUYU_SSO_ISSUER?: string
  HUYU_SSO_CLIENT_ID?: string
  HUYU_SSO_CLIENT_SECRET?: string
  /** databases opened for this call, closed when its answer has been sent */
  opened?: Db[]
}
interface Execution {
  waitUntil(work: Promise<unknown>): void
}

/** The runtime's own: only of such a body it says the length. */
declare const FixedLengthStream: new (length: number) => TransformStream<Uint8Array, Uint8Array>

const print = (level: string) => (fields: object, text: string) =>
  console.log(JSON.stringify({ level, ...fields, text }))
// the value is kept, not its promise: a promise belongs to the call that made it and dies with it
let program: { app: App; deps: Deps } | undefined

export default {
  async fetch(request: Request, env: Bindings, execution: Execution): Promise<Response> {
    program ??= await open(env)
    const opened: Db[] = []
    const close = () => Promise.all(opened.map((db) => db.destroy()))
    const response = await program.app.fetch(request, { ...env, opened }, execution as never)
    if (!response.body) {
      execution.waitUntil(close())
      return response
    }
    const length = response.headers.get('content-length')
    const { readable, writable } = length ? new FixedLengthStream(Number(length)) : new TransformStream()
    execution.waitUntil(response.body.pipeTo(writable).then(close, close))
    return new Response(readable, response)
  },

  async scheduled(_: unknown, env: Bindings): Promise<void> {
    program ??= await open(env)
    await work(env, program.deps)
  },
}

async function open(env: Bindings): Promise<{ app: App; deps: Deps }> {
  const config = readConfig({
    DATABASE_URL: env.HYPERDRIVE.connectionString,
    HUYU_KEY: env.HUYU_KEY,
    HUYU_OLD_KEYS: env.HUYU_OLD_KEYS,
    PUBLIC_URL: env.PUBLIC_URL,
    HUYU_SSO_ISSUER: env.HUYU_SSO_ISSUER,
    HUYU_SSO_CLIENT_ID: env.HUYU_SSO_CLIENT_ID,
    HUYU_SSO_CLIENT_SECRET: env.HUYU_SSO_CLIENT_SECRET,
  })
  const deps: Deps = {
    db: (c) => {
      const db = openPostgres(config.databaseUrl!, 5)
      ;(c.env as unknown as Bindings).opened?.push(db)
      return db
    },
    vault: await openVault(config.key!, config.oldKeys),
    assets: async (name) => {
      const answer = await env.ASSETS.fetch(`https://assets.invalid/fonts/${name}`)
      if (!answer.ok) throw new Error(`the asset ${name} was not uploaded: ${answer.status}`)
      return new Uint8Array(await answer.arrayBuffer())
    },
    publicUrl: config.publicUrl,
    outgoing: fetchOutgoing,
    singleSignOn: config.singleSignOn,
    now: systemNow,
    log: { info: print('info'), warn: print('warn'), error: print('error') },
    wake: (c) => c.executionCtx.waitUntil(work(env, deps)),
    stopping: () => false,
    demo: false,
  }
  return { app: createApp(deps), deps }
}

/** Slices and webhooks until nothing waits or the time of one invocation is nearly used; the next cron call goes on. */
async function work(env: Bindings, deps: Deps): Promise<void> {
  const db = openPostgres(env.HYPERDRIVE.connectionString, 2)
  const end = systemNow().getTime() + 20_000
  try {
    await enqueueDaily(db, systemNow(), dailyJobs)
    const repeat = async (step: () => Promise<boolean>) => {
      while (systemNow().getTime() < end && (await step()));
    }
    await Promise.all([repeat(() => runSlice(db, deps, jobHandlers)), repeat(() => deliverWebhooks(db, deps))])
  } finally {
    await db.destroy()
  }
}
