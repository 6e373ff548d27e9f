/** Public look-ups of a certificate over HTTP, against the least that could answer them: node:http and one prepared statement. */
import { type ChildProcess, spawn } from 'node:child_process'
import { Agent, createServer, get } from 'node:http'
import { type AddressInfo, createServer as listen } from 'node:net'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import pg from 'pg'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { root } from '../../db/root.ts'
import { openPostgres } from '../../src/platform/database.ts'
import { openVault } from '../../src/platform/vault.ts'

/** 32 bytes of nothing */
const KEY = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE='
const CERTIFICATES = 100_000
const REQUESTS = 4000
const AT_ONCE = 32

export interface VerifyBench {
  certificates: number
  /** `/api/v1/verify/{number}`: a rate limit counted in the database, then one indexed query */
  by_number_per_second: number
  /** `/v/{token}`: the page a phone opens from the QR code */
  by_token_per_second: number
  bare_per_second: number
  ratio_by_number: number
  ratio_by_token: number
}

/** `url` is an empty database that becomes a register of 100,000 certificates. */
export async function benchVerify(url: string): Promise<VerifyBench> {
  await fill(url)
  const program = await start('.build/src/node.js', url, /Huyu is ready/)
  const bare = await start('test/bench/verify.ts', url, /bare is ready/)
  const at = (index: number) => 1 + ((index * 7919) % CERTIFICATES)
  try {
    const by_number_per_second = await load(program.port, (index) => `/api/v1/verify/${numberOf(at(index))}`)
    const by_token_per_second = await load(program.port, (index) => `/v/${tokenOf(at(index))}`)
    const bare_per_second = await load(bare.port, (index) => `/${numberOf(at(index))}`)
    return {
      certificates: CERTIFICATES,
      by_number_per_second,
      by_token_per_second,
      bare_per_second,
      ratio_by_number: bare_per_second / by_number_per_second,
      ratio_by_token: bare_per_second / by_token_per_second,
    }
  } finally {
    program.child.kill()
    bare.child.kill()
  }
}

const numberOf = (index: number) => `BENCH${String(index).padStart(10, '0')}`
const tokenOf = (index: number) => String(index).padStart(22, 'A')

async function fill(url: string): Promise<void> {
  const db = openPostgres(url, 1)
  await migrate(db)
  await loadReference(db)
  const sealed = await (await openVault(KEY)).seal('-')
  await sql`
    with issuer as (
      insert into organisations (name, kinds, district_code) values ('示例学校', '{training_institution}', '330106') returning id
    ), holder as (
      insert into people (name, name_pinyin, name_initials, workforce, id_type, id_number_sealed, id_number_masked)
      values ('王小芳', 'wangxiaofang', 'wxf', 'elder_care', 'resident_id', ${sealed}, '1099**********0228') returning id
    )
    insert into certificates (number, kind, person_id, holder_name, id_number_masked, occupation_name, issuer_organisation_id, issuer_name, issued_on, token, printed, pdf_sha256)
    select 'BENCH' || lpad(n::text, 10, '0'), 'completion', holder.id, '王小芳', '1099**********0228', '养老护理员', issuer.id, '示例学校', '2026-01-01',
      lpad(n::text, 22, 'A'), '{}', repeat('0', 64)
    from generate_series(1, ${CERTIFICATES}::int) n, issuer, holder`.execute(db)
  await sql`analyze certificates`.execute(db)
  await db.destroy()
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

/** Answers a second, from 32 callers at once; every caller has an address of its own in 127.0.0.0/8, as phones have. */
async function load(port: number, pathOf: (index: number) => string): Promise<number> {
  const perAddress = 25
  const agents = Array.from({ length: Math.ceil((REQUESTS * 1.1) / perAddress) }, (_, at) => ({
    agent: new Agent({ keepAlive: true, maxSockets: 1 }),
    localAddress: `127.0.${1 + Math.floor(at / 250)}.${1 + (at % 250)}`,
  }))
  const ask = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const { agent, localAddress } = agents[Math.floor(index / perAddress)]!
      get({ host: '127.0.0.1', port, path: pathOf(index), agent, localAddress }, (response) => {
        response.resume()
        response.on('end', () =>
          response.statusCode === 200
            ? resolve()
            : reject(new Error(`${pathOf(index)} answered ${response.statusCode}`)),
        )
      }).on('error', reject)
    })
  const sweep = async (from: number, to: number) => {
    let next = from
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (next < to) await ask(next++)
      }),
    )
  }
  await sweep(0, REQUESTS * 0.1)
  const started = performance.now()
  await sweep(REQUESTS * 0.1, REQUESTS * 1.1)
  const seconds = (performance.now() - started) / 1000
  for (const { agent } of agents) agent.destroy()
  return Math.round(REQUESTS / seconds)
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
