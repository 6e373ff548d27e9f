/** Imports against their floors: 300,000 monthly facts against COPY of the same rows, a workbook of 5,000 against its reader alone. */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { demoPerson } from '../../db/demo-people.ts'
import { loadReference } from '../../db/load-reference.ts'
import { migrate } from '../../db/migrate.ts'
import { uploadImport } from '../../src/imports/actions.ts'
import { listRows } from '../../src/imports/chunks.ts'
import { importJobs } from '../../src/imports/jobs.ts'
import { KINDS } from '../../src/imports/kinds.ts'
import { getImport } from '../../src/imports/queries.ts'
import type { ImportKindName } from '../../src/imports/rules.ts'
import { stageFile } from '../../src/imports/staging.ts'
import { rowViewer } from '../../src/imports/views.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { addMonths } from '../../src/platform/calendar.ts'
import { type Context, SYSTEM } from '../../src/platform/context.ts'
import { type Db, openPostgres } from '../../src/platform/database.ts'
import { pieces, readSheet } from '../../src/platform/sheet-reader.ts'
import { openVault } from '../../src/platform/vault.ts'
import { writeWorkbook } from '../../src/platform/workbook.ts'

/** 32 bytes of nothing */
const KEY = 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE='
const PEOPLE = 12_500
const MONTHS = 24
/** of a sheet: what else the machine does weighs on reader and check alike */
const ROUNDS = 15
const SHEET_ROWS = 5000

export interface ImportBench {
  rows: number
  import_seconds: number
  copy_seconds: number
  ratio: number
  /** the most that the heap grew by, with a third of the rows and with all */
  heap_mb_third: number
  heap_mb_all: number
  /** a workbook of new people, and one of months of people known */
  roster: SheetBench
  months: SheetBench
}

interface SheetBench {
  check_seconds: number
  reader_seconds: number
  ratio: number
}

/** `url` is an empty database. */
export async function benchImports(url: string): Promise<ImportBench> {
  const db = openPostgres(url, 4)
  const folder = await mkdtemp(join(tmpdir(), 'huyu-bench-'))
  try {
    await migrate(db)
    await loadReference(db)
    const context = await facility(db)
    await fill(db, context)
    const third = join(folder, 'third.csv')
    const all = join(folder, 'all.csv')
    await writeMonths(third, 0, MONTHS / 3)
    await writeMonths(all, 0, MONTHS)
    const small = await importFile(db, context, third)
    await forget(db)
    const large = await importFile(db, context, all)
    const copy_seconds = await copyMonths(db, url)
    const roster = await checkSheet(db, context, 'people', PEOPLE, ({ sex, bank_account }, at) => [
      '养老护理',
      sex === 'male' ? '男' : '女',
      '高中',
      String(13_800_000_000 + at),
      bank_account,
    ])
    const months = await checkSheet(db, context, 'service-months', 0, () => ['2026-10', 22, '是'])
    return {
      rows: PEOPLE * MONTHS,
      import_seconds: large.seconds,
      copy_seconds,
      ratio: large.seconds / copy_seconds,
      heap_mb_third: small.heap_mb,
      heap_mb_all: large.heap_mb,
      roster,
      months,
    }
  } finally {
    await db.destroy()
    await rm(folder, { recursive: true })
  }
}

async function facility(db: Db): Promise<Context> {
  const { rows } = await sql<{ organisation_id: string; account_id: string }>`
    with o as (
      insert into organisations (name, kinds, facility_kind, district_code) values ('示例颐养院', '{care_facility}', 'home', '330106') returning id
    )
    insert into accounts (username, display_name, password_hash, role, organisation_id) select 'facility', '示例', 'x', 'facility', id from o
    returning organisation_id, id as account_id`.execute(db)
  const { organisation_id, account_id } = rows[0]!
  return {
    actor: { ...SYSTEM, account_id, role: 'facility', organisation_id, organisation_name: '示例颐养院' },
    scope: { kind: 'organisation', organisation_id },
    now: new Date('2026-11-23T02:00:00Z'),
    request_id: 'bench',
    vault: await openVault(KEY),
    assets: async () => new Uint8Array(),
    public_url: 'http://127.0.0.1:3000',
  }
}

const who = (number: number) => demoPerson(number)

async function fill(db: Db, context: Context): Promise<void> {
  for (let from = 0; from < PEOPLE; from += 2500) {
    const rows = Array.from({ length: 2500 }, (_, at) => {
      const { name, id_number } = who(from + at)
      return { name, id_type: 'resident_id' as const, id_number, workforce: 'elder_care' as const }
    })
    await db.transaction().execute((tx) => registerPeople(tx, context, rows))
  }
  await sql`analyze`.execute(db)
}

/** Month by month, as a facility would send them. */
async function writeMonths(file: string, first: number, count: number): Promise<void> {
  const people = Array.from({ length: PEOPLE }, (_, at) => who(at))
  await pipeline(function* () {
    yield '姓名,证件类型,证件号码,月份,出勤天数,缴纳社保,备注\r\n'
    for (let month = first; month < first + count; month++)
      yield people
        .map(({ name, id_number }) => `${name},居民身份证,${id_number},${addMonths('2024-01', month)},22,是,\r\n`)
        .join('')
  }, createWriteStream(file))
}

async function importFile(db: Db, context: Context, file: string): Promise<{ seconds: number; heap_mb: number }> {
  global.gc?.()
  const before = process.memoryUsage().heapUsed
  let most = before
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().heapUsed)
  }, 50)
  const started = performance.now()
  const made = await upload(db, context, 'service-months', file, createReadStream(file), 'commit')
  const runner = { vault: context.vault, assets: context.assets, publicUrl: context.public_url, now: () => context.now }
  const log = { info: () => {}, warn: () => {}, error: (fields: object) => console.error(fields) }
  while (await runSlice(db, { ...runner, log }, importJobs));
  const seconds = (performance.now() - started) / 1000
  clearInterval(watch)
  const { status, accepted, rows } = await getImport(db, context.scope, made)
  if (status !== 'committed' || accepted !== rows) throw new Error(`${status}, ${accepted} of ${rows}`)
  return { seconds, heap_mb: Math.round((most - before) / 1e6) }
}

async function upload(
  db: Db,
  context: Context,
  kind: ImportKindName,
  filename: string,
  bytes: AsyncIterable<Uint8Array>,
  mode: 'check' | 'commit',
): Promise<string> {
  const file = await stageFile(db, context, KINDS[kind], filename, bytes)
  const { id } = await db
    .transaction()
    .execute((tx) => uploadImport(tx, context, { kind, subject_id: null, mode, file }))
  return id
}

async function forget(db: Db): Promise<void> {
  await sql`delete from service_months`.execute(db)
  await sql`vacuum full service_months`.execute(db)
  await sql`vacuum analyze`.execute(db)
}

/** The floor: the rows that the import wrote, by one COPY into the same table with its keys and checks. */
async function copyMonths(db: Db, url: string): Promise<number> {
  const columns = 'person_id, organisation_id, month, attendance_days, social_insurance, reason, recorded_by, import_id'
  const file = join(tmpdir(), `huyu-copy-${process.pid}.csv`)
  const client = new pg.Client(url.replace('//huyu', '//postgres'))
  await client.connect()
  try {
    await client.query(`copy (select ${columns} from service_months) to '${file}' with (format csv)`)
    await forget(db)
    const started = performance.now()
    await client.query(`copy service_months (${columns}) from '${file}' with (format csv)`)
    return (performance.now() - started) / 1000
  } finally {
    await client.end()
    await rm(file, { force: true })
  }
}

/** The template with 5,000 rows filled in, uploaded, checked and its first page shown, against reading its cells. */
async function checkSheet(
  db: Db,
  context: Context,
  kind: ImportKindName,
  first: number,
  cellsOf: (person: ReturnType<typeof who>, at: number) => (string | number | null)[],
): Promise<SheetBench> {
  const { sheet, columns } = KINDS[kind]
  const filename = `${sheet}.xlsx`
  const bytes = await writeWorkbook([
    {
      name: sheet,
      columns: columns.map(({ header }) => ({ header })),
      rows: Array.from({ length: SHEET_ROWS }, (_, at) => {
        const person = who(first + at)
        return [person.name, '居民身份证', person.id_number, ...cellsOf(person, at)]
      }),
    },
  ])
  const timed = async (work: () => Promise<unknown>) => {
    const started = performance.now()
    await work()
    return (performance.now() - started) / 1000
  }
  const read = () => readSheet(bytes, filename, sheet)
  const check = async () => {
    const id = await upload(db, context, kind, filename, pieces(bytes), 'check')
    const imported = await getImport(db, context.scope, id)
    const { items } = await listRows(db, context.vault, id, { limit: 50, change: 'new' })
    if (items.map(rowViewer(KINDS[kind], imported, 'zh-CN')).length !== 50) throw new Error('no preview')
  }
  await read()
  await check()
  const [readers, checks]: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    readers.push(await timed(read))
    checks.push(await timed(check))
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[ROUNDS >> 1]!
  const [reader_seconds, check_seconds] = [median(readers), median(checks)]
  return { check_seconds, reader_seconds, ratio: check_seconds / reader_seconds }
}
