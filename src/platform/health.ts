/** Whether the process is up, whether it can serve, and how it is doing. */
import { sql } from 'kysely'
import type { Registry } from 'prom-client'
import { migrationState } from '../../db/migrations/state.ts'
import type { App } from './http.ts'

/** `/healthz` asks nothing; `/readyz` asks the database and its schema; `/metrics` is Prometheus text without personal data. */
export function health(app: App, registry: Registry): void {
  app.get('/healthz', (c) => c.json({ status: 'up' }))
  app.get('/readyz', async (c) => {
    if (c.get('deps').stopping()) return c.json({ status: 'stopping' }, 503)
    const answer = await Promise.race([
      databaseState(c.get('db')),
      new Promise<'slow'>((resolve) => setTimeout(resolve, 2000, 'slow')),
    ])
    return c.json({ status: answer === 'current' ? 'ready' : answer }, answer === 'current' ? 200 : 503)
  })
  app.get('/metrics', async (c) => c.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType }))
}

async function databaseState(db: Parameters<typeof migrationState>[0]): Promise<string> {
  try {
    await sql`select 1`.execute(db)
    return await migrationState(db)
  } catch {
    return 'unreachable'
  }
}
