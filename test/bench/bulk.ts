/** Certificates in bulk: 4,000 and 40,000 issued by the job and taken as a ZIP; ten times as many may take ten times as long, in flat memory. */
import { sql } from 'kysely'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { getBatch } from '../../src/credentials/batch-queries.ts'
import { jobHandlers, requestBatch } from '../../src/credentials/batches.ts'
import { sendPrintFile, sendZip } from '../../src/credentials/download.ts'
import { type FileKind, findBatchFiles } from '../../src/credentials/files.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { type Context, SYSTEM } from '../../src/platform/context.ts'
import { type Db, openPostgres } from '../../src/platform/database.ts'
import { nodeAssets } from '../../src/platform/node-assets.ts'
import { openVault } from '../../src/platform/vault.ts'

const [FEW, MANY] = [4_000, 40_000]
/** 32 bytes of nothing */
const KEY = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE='
const ISSUED_ON = '2026-11-20'
const log = { info: () => {}, warn: () => {}, error: console.error }

export interface BulkBench {
  few: number
  many: number
  issue_seconds: { few: number; many: number; ratio: number }
  zip: { few: Taken; many: Taken; ratio: number }
  print: Taken
}
interface Taken {
  seconds: number
  megabytes: number
  /** the most that the heap grew by while the file was taken */
  heap_mb: number
  rss_mb: number
}

/** `url` is an empty database. */
export async function benchBulk(url: string, [few, many] = [FEW, MANY]): Promise<BulkBench> {
  const db = openPostgres(url, 4)
  try {
    await migrate(db)
    await loadReference(db)
    const context = await assessor(db)
    // the first batch only warms up
    await issue(db, context, 200)
    const small = await issue(db, context, few)
    const zipOfFew = await take(db, context, small.batch_id, 'zip')
    const print = await take(db, context, small.batch_id, 'print')
    const large = await issue(db, context, many)
    const zipOfMany = await take(db, context, large.batch_id, 'zip')
    return {
      few,
      many,
      issue_seconds: { few: small.seconds, many: large.seconds, ratio: large.seconds / small.seconds },
      zip: { few: zipOfFew, many: zipOfMany, ratio: zipOfMany.seconds / zipOfFew.seconds },
      print,
    }
  } finally {
    await db.destroy()
  }
}

async function assessor(db: Db): Promise<Context> {
  const { rows } = await sql<{ organisation_id: string; account_id: string }>`
    with o as (
      insert into organisations (name, kinds, district_code, assessor_prefix) values ('示例技能评价中心', '{assessment_body}', '330106', 'S000033999901') returning id
    )
    insert into accounts (username, display_name, password_hash, role, organisation_id) select 'assessor', '示例', 'x', 'assessor', id from o
    returning organisation_id, id as account_id`.execute(db)
  const { organisation_id, account_id } = rows[0]!
  return {
    actor: { ...SYSTEM, account_id, role: 'assessor', organisation_id, organisation_name: '示例技能评价中心' },
    scope: { kind: 'organisation', organisation_id },
    now: new Date('2026-11-23T02:00:00Z'),
    request_id: 'bench',
    vault: await openVault(KEY),
    assets: nodeAssets,
    public_url: 'https://huyu.example.cn',
  }
}

/** A class of so many who all passed (seats are counted of those still enrolled, so one may have had 40,000), and the seconds from asking for its certificates to the last. */
async function issue(db: Db, context: Context, count: number): Promise<{ batch_id: string; seconds: number }> {
  const class_id = await passed(db, context, count)
  const started = performance.now()
  const { id } = await db
    .transaction()
    .execute((tx) =>
      requestBatch(tx, context, { class_id, kind: 'skill_level', issued_on: ISSUED_ON, valid_until: null }),
    )
  const runner = { ...context, publicUrl: context.public_url, now: () => context.now, log }
  while (await runSlice(db, runner, jobHandlers));
  const seconds = (performance.now() - started) / 1000
  const batch = await getBatch(db, context.scope, id)
  if (batch.issued !== count || batch.status !== 'succeeded')
    throw new Error(`${batch.issued} of ${count}: ${batch.status}`)
  return { batch_id: id, seconds }
}

async function passed(db: Db, { actor }: Context, count: number): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    with t as (
      insert into organisations (name, kinds, district_code) values (${`示例培训学校${count}`}, '{training_institution}', '330106') returning id
    ), c as (
      insert into courses (organisation_id, name, kind, occupation_code, standard_edition, level, theory_hours, practice_hours, attendance_percent)
      select id, ${`课程${count}`}, 'skill_level', '4-10-01-05', '2019', 5, 40, 80, 80 from t returning id
    ), g as (
      insert into classes (course_id, organisation_id, assessor_organisation_id, name, starts_on, ends_on, capacity, status)
      select c.id, t.id, ${actor.organisation_id}::uuid, ${`班级${count}`}, '2026-09-01', '2026-11-01', 5000, 'completed' from c, t returning id
    ), p as (
      insert into people (name, name_pinyin, name_initials, id_type, id_number_sealed, id_number_masked, workforce, sex)
      select substr('王李张刘陈杨黄赵周吴', 1 + n % 10, 1) || substr('英伟芳娜敏静丽强磊军', 1 + n / 10 % 10, 1) || substr('洋勇艳杰娟涛明超龘秀', 1 + n / 100 % 10, 1),
        lpad(n::text, 6, '0'), 'x', 'resident_id', 'x', '3301**********' || lpad((n % 10000)::text, 4, '0'), 'elder_care', 'female'
      from generate_series(1, ${count}::int) n returning id
    ), e as (
      insert into enrolments (class_id, person_id, status) select g.id, p.id, 'completed' from g, p returning id, class_id
    ), r as (
      insert into assessment_results (enrolment_id, assessed_on, theory, practical, passed, assessor_organisation_id)
      select id, '2026-11-10', 8750, 9000, true, ${actor.organisation_id}::uuid from e
    )
    select id from g`.execute(db)
  await sql`analyze`.execute(db)
  return rows[0]!.id
}

/** Reads the file of a batch to its end, as a slow disk would: a piece at a time. */
async function take(db: Db, context: Context, batch_id: string, kind: FileKind): Promise<Taken> {
  const started = performance.now()
  globalThis.gc?.()
  const before = process.memoryUsage()
  const files = await findBatchFiles(db, context, kind, await getBatch(db, context.scope, batch_id))
  const values: Record<string, unknown> = { db, deps: { assets: context.assets, log } }
  const call = { get: (key: string) => values[key] } as never
  const answer = kind === 'zip' ? sendZip(call, files) : sendPrintFile(call, files)
  let [bytes, heap, rss, pieces] = [0, 0, 0, 0]
  for await (const piece of answer.body!) {
    bytes += piece.length
    if (++pieces % 100 > 0) continue
    const { heapUsed, rss: resident } = process.memoryUsage()
    heap = Math.max(heap, heapUsed - before.heapUsed)
    rss = Math.max(rss, resident - before.rss)
  }
  const length = answer.headers.get('content-length')
  if (length !== null && Number(length) !== bytes) throw new Error(`${bytes} bytes, and ${length} were promised`)
  const megabytes = Math.round(bytes / 1e6)
  const seconds = (performance.now() - started) / 1000
  return { seconds, megabytes, heap_mb: Math.round(heap / 1e6), rss_mb: Math.round(rss / 1e6) }
}
