/** 500 phones check in at once, against one INSERT a call through node:http and pg alone. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import { serve } from '@hono/node-server'
import { sql } from 'kysely'
import pg from 'pg'
import { demoPerson } from '../../db/demo-people.ts'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { type Context, SYSTEM } from '../../src/platform/context.ts'
import { openPostgres } from '../../src/platform/database.ts'
import { fetchOutgoing } from '../../src/platform/outgoing.ts'
import { openVault } from '../../src/platform/vault.ts'
import { openClass } from '../../src/training/actions.ts'
import { codeOf } from '../../src/training/check-in-codes.ts'
import { addCourse } from '../../src/training/courses.ts'
import { enrolPeople } from '../../src/training/enrolments.ts'
import { addSession } from '../../src/training/hours.ts'
import type { Calls } from './phones.ts'

const PHONES = 500
const ROUNDS = 7
const WARMING = 3
const NOW = new Date('2026-11-23T02:00:00Z')
/** 32 bytes of nothing */
const KEY = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE='

export interface CheckInBench {
  phones: number
  seconds: number
  floor_seconds: number
  ratio: number
}

/** `url` is an empty database. */
export async function benchCheckIns(url: string): Promise<CheckInBench> {
  const db = openPostgres(url, 10)
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  try {
    await migrate(db)
    await loadReference(db)
    const { rows } = await sql<{ organisation_id: string; account_id: string }>`
      with o as (insert into organisations (name, kinds, district_code) values ('示例培训学校', '{training_institution}', '330106') returning id)
      insert into accounts (username, display_name, password_hash, role, organisation_id) select 'trainer', '示例', 'x', 'trainer', id from o
      returning organisation_id, id as account_id`.execute(db)
    const { organisation_id, account_id } = rows[0]!
    const vault = await openVault(KEY)
    const context: Context = {
      actor: { ...SYSTEM, account_id, role: 'trainer', organisation_id, organisation_name: '示例培训学校' },
      scope: { kind: 'organisation', organisation_id },
      ...{
        now: NOW,
        request_id: 'bench',
        vault,
        assets: async () => new Uint8Array(),
        public_url: 'http://127.0.0.1:3000',
      },
    }
    const people = Array.from({ length: PHONES }, (_, at) => demoPerson(at))
    const write = <T>(
      work: (tx: Parameters<Parameters<ReturnType<typeof db.transaction>['execute']>[0]>[0]) => Promise<T>,
    ) => db.transaction().execute(work)
    const registered = await write((tx) =>
      registerPeople(
        tx,
        context,
        people.map(({ name, id_number }) => ({
          name,
          id_type: 'resident_id' as const,
          id_number,
          workforce: 'elder_care' as const,
        })),
      ),
    )
    const course = await write((tx) =>
      addCourse(tx, context, {
        ...{ name: '短训', kind: 'in_service', theory_hours: 8, practice_hours: 0, attendance_percent: 80 },
      }),
    )
    const group = await write((tx) =>
      openClass(tx, context, {
        ...{ course_id: course.id, name: '第 1 期', starts_on: '2026-11-23', ends_on: '2026-11-24', capacity: PHONES },
      }),
    )
    await write((tx) =>
      enrolPeople(
        tx,
        context,
        group.id,
        registered.map(({ id }) => id),
      ),
    )
    await pool.query(
      'create table bare (session_id uuid, person int, at timestamptz default now(), primary key (session_id, person))',
    )
    // the pages are JSX, which Node does not strip: the program as it was built
    const { createApp }: typeof import('../../src/app.ts') = await import(
      new URL('../../.build/src/app.js', import.meta.url).href
    )
    const app = createApp({
      ...{
        db: () => db,
        vault,
        assets: async () => new Uint8Array(),
        publicUrl: 'http://127.0.0.1:3000',
        outgoing: fetchOutgoing,
        now: () => NOW,
      },
      ...{
        log: { info() {}, warn() {}, error: (fields: object) => console.error(fields) },
        wake() {},
        stopping: () => false,
        demo: false,
      },
    })
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
    const bare = createServer((request, response) => {
      const [, session, person] = request.url!.split('/')
      pool
        .query('insert into bare (session_id, person) values ($1, $2) on conflict do nothing', [session, person])
        .then(() => response.end('{}'))
    }).listen(0, '127.0.0.1')
    const portOf = (one: { address(): unknown }) => (one.address() as AddressInfo).port
    const phones = new Worker(new URL('./phones.ts', import.meta.url))
    const all = async (call: (at: number) => Calls['requests'][number]) => {
      phones.postMessage({ requests: people.map((_, at) => call(at)) } satisfies Calls)
      const [{ seconds, statuses }] = (await once(phones, 'message')) as [{ seconds: number; statuses: number[] }]
      const refused = statuses.find((status) => status !== 200)
      if (refused) throw new Error(`${refused}`)
      return seconds
    }
    const [ours, floors]: [number[], number[]] = [[], []]
    for (let round = 0; round < WARMING + ROUNDS; round++) {
      // as autovacuum does of itself once a minute
      if (round === WARMING) await sql`analyze`.execute(db)
      const session = await write((tx) =>
        addSession(tx, context, group.id, { held_on: '2026-11-23', topic: `第 ${round} 次`, part: 'theory', hours: 2 }),
      )
      const { token } = codeOf(vault, session.id, NOW)
      const floor = await all((at) => ({ url: `http://127.0.0.1:${portOf(bare)}/${session.id}/${at}` }))
      const taken = await all((at) => ({
        url: `http://127.0.0.1:${portOf(server)}/api/v1/check-ins`,
        body: { code: token, name: people[at]!.name, id_last4: people[at]!.id_number.slice(-4) },
      }))
      const { count } = await db
        .selectFrom('check_ins')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('session_id', '=', session.id)
        .executeTakeFirstOrThrow()
      if (count !== PHONES) throw new Error(`${count} check-ins of ${PHONES}`)
      if (round < WARMING) continue
      ours.push(taken)
      floors.push(floor)
    }
    server.close()
    bare.close()
    await phones.terminate()
    const median = (values: number[]) => values.sort((a, b) => a - b)[ROUNDS >> 1]!
    const [seconds, floor_seconds] = [median(ours), median(floors)]
    return { phones: PHONES, seconds, floor_seconds, ratio: seconds / floor_seconds }
  } finally {
    await pool.end()
    await db.destroy()
  }
}
