/** Public look-ups of a certificate over HTTP, against the least that could answer them: node:http and one prepared statement. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as listen } from 'node:net'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { sql } from 'kysely'
import pg from 'pg'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { root } from '../../db/root.ts'
import { type Db, openPostgres } from '../../src/platform/database.ts'
import { openVault } from '../../src/platform/vault.ts'
import type { Round } from './callers.ts'

/** 32 bytes of nothing */
const KEY = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE='
const CERTIFICATES = 1_000_000
const PEOPLE = 100_000
const AT_ONCE = 32
const CONNECTIONS = 32
/** below what an address may ask in a minute */
const ASKED = 25
const WARMING = 4
/** short and many: what else the machine does weighs on all alike */
const ROUNDS = 25

const WAYS = {
  by_number: (index: number) => `/api/v1/verify/${numberOf(index)}`,
  by_number_with_proof: (index: number) => `/api/v1/verify/${numberOf(index)}?name=${encodeURIComponent(NAME)}`,
  by_last_four: (index: number) => `/api/v1/verify/${numberOf(index)}?id_last4=${LAST_FOUR}`,
  by_token: (index: number) => `/v/${tokenOf(index)}`,
} satisfies Record<string, (index: number) => string>
type Way = keyof typeof WAYS

export interface VerifyBench {
  certificates: number
  /** by status alone, with a name, with the last four of a document, and the page a phone opens from the QR code */
  per_second: Record<Way, number>
  bare_per_second: number
  /** of the bare server's, the median of rounds in which each was asked in turn */
  share: Record<Way, number>
}

const NAME = '王小芳'
const LAST_FOUR = '0228'

/** `url` is an empty database that becomes a register of 1,000,000 certificates. */
export async function benchVerify(url: string): Promise<VerifyBench> {
  await fill(url)
  const program = await start('.build/src/node.js', url, /Huyu is ready/)
  const bare = await start('test/bench/verify.ts', url, /bare is ready/)
  const callers = new Worker(new URL('./callers.ts', import.meta.url))
  let address = 127 << 24
  let index = 0
  const load = async (port: number, pathOf: (index: number) => string): Promise<number> => {
    const paths = Array.from({ length: CONNECTIONS }, () =>
      Array.from({ length: ASKED }, () => pathOf(1 + ((index++ * 7919) % CERTIFICATES))),
    )
    address += CONNECTIONS
    callers.postMessage({ port, address, paths, at_once: AT_ONCE } satisfies Round)
    const [{ seconds }] = (await once(callers, 'message')) as [{ seconds: number }]
    return (CONNECTIONS * ASKED) / seconds
  }
  try {
    const bares: number[] = []
    const ours = Object.fromEntries(Object.keys(WAYS).map((way) => [way, [] as number[]])) as Record<Way, number[]>
    for (let round = 0; round < WARMING + ROUNDS; round++) {
      const floor = await load(bare.port, (at) => `/${numberOf(at)}`)
      if (round >= WARMING) bares.push(floor)
      for (const [way, pathOf] of Object.entries(WAYS) as [Way, (index: number) => string][]) {
        const got = await load(program.port, pathOf)
        if (round >= WARMING) ours[way].push(got)
      }
    }
    const each = (of: (way: Way) => number) =>
      Object.fromEntries(Object.keys(WAYS).map((way) => [way, of(way as Way)])) as Record<Way, number>
    return {
      certificates: CERTIFICATES,
      per_second: each((way) => Math.round(median(ours[way]))),
      bare_per_second: Math.round(median(bares)),
      share: each((way) => median(ours[way].map((got, at) => got / bares[at]!))),
    }
  } finally {
    program.child.kill()
    bare.child.kill()
    await callers.terminate()
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const numberOf = (index: number) => `BENCH${String(index).padStart(10, '0')}`
const tokenOf = (index: number) => String(index).padStart(22, 'A')

async function fill(url: string): Promise<void> {
  const db = openPostgres(url, 1)
  await migrate(db)
  await loadReference(db)
  const sealed = await (await openVault(KEY)).seal(`10990119720315${LAST_FOUR}`)
  await sql`
    insert into organisations (name, kinds, district_code) values ('示例学校', '{training_institution}', '330106')`.execute(
    db,
  )
  await sql`
    insert into people (name, name_pinyin, name_initials, workforce, id_type, id_number_sealed, id_number_masked)
    select ${NAME}, 'wangxiaofang', 'wxf', 'elder_care', 'resident_id', ${sealed}, ${`1099**********${LAST_FOUR}`}
    from generate_series(1, ${PEOPLE}::int)`.execute(db)
  const build = await withoutIndexes(db)
  await sql`
    insert into certificates (number, kind, person_id, holder_name, id_number_masked, occupation_name, issuer_organisation_id, issuer_name, issued_on, token, printed, pdf_sha256)
    select 'BENCH' || lpad(n::text, 10, '0'), 'completion', holder.id, ${NAME}, ${`1099**********${LAST_FOUR}`}, '养老护理员', issuer.id, issuer.name, '2026-01-01',
      lpad(n::text, 22, 'A'), '{}', repeat('0', 64)
    from generate_series(1, ${CERTIFICATES}::int) n
      join (select id, row_number() over () as place from people) holder on holder.place = 1 + n % ${PEOPLE}::int
      cross join organisations issuer`.execute(db)
  await build()
  await sql`vacuum analyze certificates, people`.execute(db)
  await db.destroy()
}

/** A million rows are written in a third of the time when indexes and references are built after them. Answers what builds them. */
async function withoutIndexes(db: Db): Promise<() => Promise<void>> {
  const { rows } = await sql<{ drop: string; build: string }>`
    select format('drop index %s', indexrelid::regclass) as drop, pg_get_indexdef(indexrelid) as build
      from pg_index where indrelid = 'certificates'::regclass and not indisunique
    union all
    select format('alter table certificates drop constraint %I', conname),
        format('alter table certificates add constraint %I %s', conname, pg_get_constraintdef(oid))
      from pg_constraint where conrelid = 'certificates'::regclass and contype = 'f'`.execute(db)
  for (const { drop } of rows) await sql.raw(drop).execute(db)
  return async () => {
    for (const { build } of rows) await sql.raw(build).execute(db)
  }
}

async function start(script: string, url: string, ready: RegExp): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    cwd: root,
    env: {
      ...process.env,
      DATABASE_URL: url,
      PORT: String(port),
      LOG_LEVEL: 'silent',
      HUYU_KEY: KEY,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    let text = ''
    child.stdout!.on('data', (chunk) => {
      text += chunk
      if (ready.test(text)) resolve()
    })
    child.on('exit', (code) => reject(new Error(`${script} ended with ${code}`)))
  })
  return { child, port }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = listen().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** The floor, in a process of its own. */
function serveBare(): void {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
  createServer(async ({ url = '' }, response) => {
    const { rows } = await pool.query({
      name: 'verify',
      text: 'select number, kind, issuer_name, issued_on::text, valid_until::text, pdf_sha256 from certificates where number = $1',
      values: [url.slice(1)],
    })
    response.writeHead(rows.length === 1 ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(rows[0] ?? null))
  }).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('bare is ready'))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) serveBare()
