/** Files of every length and origin on their way into the register, and the register on its way out in the same form. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { readSheet as readIndependently } from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { root } from '../../db/root.ts'
import { importJobs } from '../../src/imports/jobs.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { readSheet } from '../../src/platform/sheet-reader.ts'
import { type Value, writeCsv } from '../../src/platform/workbook.ts'
import { clientsOf } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

let w: World
const as = clientsOf(() => w)

const STAFF = 230
const staff = Array.from({ length: STAFF }, (_, at) => demoPerson(3_000_000 + at))
const PEOPLE = ['姓名', '证件类型', '证件号码', '从业类别', '学历', '手机号码', '银行账号']
const MONTHS = ['姓名', '证件号码', '月份', '出勤天数', '缴纳社保']

beforeAll(async () => {
  w = await world()
  const rows = staff.map(({ name, id_number }, at) => [
    name,
    '居民身份证',
    id_number,
    '养老护理',
    at === 0 ? '高中' : null,
    at === 0 ? '13800000000' : null,
    at === 0 ? '6222021234563684' : null,
  ])
  await done(await upload('facility', 'people', writeCsv(PEOPLE, rows), '名单.csv', 'commit'))
})
afterAll(() => w.close())

interface Answer {
  id: string
  status: string
  job_id: string | null
  rows: number
  accepted: number
  rejected: number
  counts: Record<'new' | 'changed' | 'same' | 'wrong', number>
}

function send(
  username: string,
  kind: string,
  bytes: Uint8Array,
  filename: string,
  mode = 'check',
  key = crypto.randomUUID(),
) {
  const file = new File([bytes as BlobPart], filename)
  return as(username).upload('/api/v1/imports', { kind, mode, file }, { 'idempotency-key': key })
}
async function upload(...call: Parameters<typeof send>): Promise<Answer> {
  const response = await send(...call)
  const body = await response.json()
  if (response.status !== 202) throw new Error(JSON.stringify(body))
  return body
}
async function done({ id }: { id: string }, username = 'facility'): Promise<Answer> {
  await w.runJobs()
  return (await as(username).get(`/api/v1/imports/${id}`)).json()
}
async function faultsOf(id: string): Promise<[number, string][]> {
  const { items } = await (await as('facility').get(`/api/v1/imports/${id}/rows?change=wrong&limit=200`)).json()
  return items.flatMap((row: { row_number: number; faults: { code: string }[] }) =>
    row.faults.map(({ code }) => [row.row_number, code]),
  )
}
async function scalar(query: ReturnType<typeof sql<{ n: number }>>): Promise<number> {
  return (await query.execute(w.db)).rows[0]!.n
}
const monthsOn = () => scalar(sql`select count(*) as n from service_months where known_to = 'infinity'`)
const waiting = () => scalar(sql`select count(*) as n from import_chunks`)

/** Every member of staff in each month from `from` on, as CSV; `change` may spoil rows. */
function longFile(from: string, months: number, change: (row: Value[], number: number) => void = () => {}) {
  const rows: Value[][] = []
  for (let month = 0; month < months; month++)
    for (const { name, id_number } of staff) {
      const [year, first] = from.split('-').map(Number) as [number, number]
      const at = first - 1 + month
      const row = [name, id_number, `${year + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`, 20, '是']
      change(row, rows.length + 2)
      rows.push(row)
    }
  return writeCsv(MONTHS, rows)
}

describe('a long file', () => {
  const spoil = (row: Value[], number: number) => {
    if (number === 100) row[3] = 40
    if (number === 5500) row[1] = '109901197203150229'
    // said already in row 3, in the chunk before
    if (number === 5501) row.splice(0, 5, ...[staff[1]!.name, staff[1]!.id_number, '2022-01', 20, '是'])
  }

  test('is checked by a job, shows its progress, and writes nothing until it is told to', async () => {
    const before = await monthsOn()
    const made = await upload('facility', 'service-months', longFile('2022-01', 50, spoil), '月度.csv')
    expect(made).toMatchObject({ status: 'checking', rows: 11_500, accepted: 0 })
    const early = await as('facility').post(`/api/v1/imports/${made.id}/commitment`)
    expect([early.status, (await early.json()).code]).toEqual([409, 'import.still_checking'])
    expect(await (await as('facility').page(`/console/imports/${made.id}`)).text()).toContain('正在核对')
    expect(await runSlice(w.db, w.deps, importJobs)).toBe(true)
    expect(await (await as('facility').get(`/api/v1/jobs/${made.job_id}`)).json()).toMatchObject({
      done: 5000,
      total: 11_500,
    })
    const checked = await done(made)
    expect(checked).toMatchObject({
      status: 'checked',
      accepted: 11_497,
      counts: { new: 11_497, changed: 0, same: 0, wrong: 3 },
    })
    expect(await faultsOf(made.id)).toEqual([
      [100, 'value.not_number'],
      [5500, 'identity.check_digit'],
      [5501, 'service_month.twice'],
    ])
    expect(await monthsOn()).toBe(before)
    await as('facility').post(`/api/v1/imports/${made.id}/commitment`)
    expect(await done(made)).toMatchObject({ status: 'committed', accepted: 11_497, rejected: 3 })
    expect(await monthsOn()).toBe(before + 11_497)
  })

  test('sent to be written is checked and written in one pass, with the same result', async () => {
    const before = await monthsOn()
    const made = await upload('facility', 'service-months', longFile('2018-01', 24, spoil), '月度2.csv', 'commit')
    expect(made).toMatchObject({ status: 'committing', rows: 5520 })
    // the person of row 5501 in 2022-01 is on record already, and the rest of the file does not say it
    expect(await done(made)).toMatchObject({ status: 'committed', counts: { new: 5517, same: 1, wrong: 2 } })
    expect(await monthsOn()).toBe(before + 5517)
    expect(await scalar(sql`select count(*) as n from import_keys`)).toBe(0)
  })

  test('killed between chunks, three times, loses nothing and doubles nothing', async () => {
    const before = await monthsOn()
    const { id } = await upload('facility', 'service-months', longFile('2013-01', 50), '月度3.csv', 'commit')
    const handler = importJobs['imports.commit']!
    const fates = ['killed', 'done', 'killed', 'done', 'killed', 'done']
    const dying = {
      'imports.commit': async (...call: Parameters<typeof handler>) => {
        const slice = await handler(...call)
        if (fates.shift() === 'killed') throw new Error('killed')
        return slice
      },
    }
    const seen: number[] = []
    while (fates.length > 0) {
      await runSlice(w.db, w.deps, dying)
      seen.push((await monthsOn()) - before)
      await w.db
        .updateTable('jobs')
        .set({ run_at: new Date(0), attempts: 0 })
        .where('subject_id', '=', id)
        .execute()
    }
    expect(seen).toEqual([0, 5000, 5000, 10_000, 10_000, 11_500])
    expect(w.faults.splice(0)).toHaveLength(3)
    expect(await done({ id })).toMatchObject({
      status: 'committed',
      counts: { new: 11_500, changed: 0, same: 0, wrong: 0 },
    })
    expect(await monthsOn()).toBe(before + 11_500)
  })
})

describe('what breaks off or comes twice', () => {
  /** A multipart body that ends in the middle of the file. */
  const cut = (bytes: Uint8Array, path: string) => {
    const head = `--cut\r\ncontent-disposition: form-data; name="kind"\r\n\r\npeople\r\n--cut\r\ncontent-disposition: form-data; name="file"; filename="x.csv"\r\n\r\n`
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(head))
        controller.enqueue(bytes)
        controller.close()
      },
    })
    return as('facility').send('POST', path, {
      headers: { 'content-type': 'multipart/form-data; boundary=cut', 'idempotency-key': crypto.randomUUID() },
      body: body as never,
    })
  }

  test.each(['/api/v1/imports', '/console/imports'])(
    'a connection cut in the middle leaves nothing: %s',
    async (path) => {
      const imports = await scalar(sql`select count(*) as n from imports`)
      const chunks = await waiting()
      const rows = Array.from({ length: 4500 }, () => ['王', '居民身份证', '1', '养老护理', null, null, null])
      const answer = await cut(writeCsv(PEOPLE, rows), path)
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain('上传的内容不完整')
      expect([await scalar(sql`select count(*) as n from imports`), await waiting()]).toEqual([imports, chunks])
    },
  )

  test('what is refused leaves nothing either, and the whole body is read so that the sender hears why', async () => {
    const chunks = await waiting()
    const wrong = writeCsv(
      ['姓名', '年龄'],
      Array.from({ length: 3000 }, () => ['王', 1]),
    )
    const answers = [
      await send('facility', 'people', wrong, 'x.csv'),
      await send('trainer', 'employments', wrong, 'x.csv'),
      await send('facility', 'enrolments', writeCsv(['姓名', '证件号码'], [['王', '1']]), 'x.csv'),
      await send('facility', 'people', new Uint8Array(200).fill(0x4d), 'x.exe'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([422, 403, 403, 415])
    expect(await waiting()).toBe(chunks)
  })

  test('an upload repeated under its key answers the first, another file under it is refused', async () => {
    const key = crypto.randomUUID()
    const chunks = await waiting()
    const one = writeCsv(MONTHS, [[staff[5]!.name, staff[5]!.id_number, '2026-01', 20, '是']])
    const two = writeCsv(MONTHS, [[staff[6]!.name, staff[6]!.id_number, '2026-01', 20, '是']])
    const first = await upload('facility', 'service-months', one, 'a.csv', 'check', key)
    expect(await upload('facility', 'service-months', one, 'a.csv', 'check', key)).toEqual(first)
    const other = await send('facility', 'service-months', two, 'a.csv', 'check', key)
    expect([other.status, (await other.json()).code]).toEqual([422, 'idempotency.mismatch'])
    expect(await waiting()).toBe(chunks + 1)
  })

  test('two different files at once are both written, one after the other', async () => {
    const file = (days: number) =>
      writeCsv(
        MONTHS,
        staff.slice(0, 50).map(({ name, id_number }) => [name, id_number, '2026-05', days, '是']),
      )
    const made = await Promise.all([
      upload('facility', 'service-months', file(19), 'a.csv', 'commit'),
      upload('facility', 'service-months', file(21), 'b.csv', 'commit'),
    ])
    await Promise.all([w.runJobs(), w.runJobs()])
    const counts = await Promise.all(made.map(async (one) => (await done(one)).counts))
    expect(counts.map((one) => one.new + one.changed)).toEqual([50, 50])
    expect(counts.reduce((sum, one) => sum + one.new, 0)).toBe(50)
  })

  test('kind has to stand before the file, and is named when it does not', async () => {
    const file = new File(['姓名'], 'x.csv')
    const answer = await as('facility').upload(
      '/api/v1/imports',
      { file, kind: 'people' },
      { 'idempotency-key': 'late' },
    )
    expect(answer.status).toBe(422)
    expect((await answer.json()).errors[0].pointer).toBe('/kind')
  })
})

describe('an old .xls', () => {
  test('is imported like any other', async () => {
    const old = new Uint8Array(readFileSync(join(root, 'test/support/roster.xls')))
    const answer = await send('facility', 'people', old, '名单.xls')
    expect((await answer.json()).errors.map(({ message }: { message: string }) => message)).toEqual([
      '缺少“证件类型”列。',
      '缺少“从业类别”列。',
    ])
  })
})

describe('the register in the form of an import', () => {
  const register = async (username: string, path: string) => {
    const answer = await as(username).get(`/api/v1/registers/${path}`)
    return { answer, bytes: new Uint8Array(await answer.arrayBuffer()) }
  }

  test('comes masked, opens elsewhere, and sent back as it is changes nothing', async () => {
    const { answer, bytes } = await register('facility', 'people.xlsx')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const [header, ...rows] = await readIndependently(Buffer.from(bytes))
    const at = (title: string) => header!.findIndex((cell) => String(cell).replace('*', '') === title)
    expect(rows).toHaveLength(STAFF)
    expect(rows.every((row) => /^1099\*{10}\d{3}[\dX]$/.test(String(row[at('证件号码')])))).toBe(true)
    expect(rows.find((row) => row[at('手机号码')])?.[at('银行账号')]).toBe('6222 **** 3684')
    const made = await upload('facility', 'people', bytes, '名册.xlsx')
    expect(made.counts).toEqual({ new: 0, changed: 0, same: STAFF, wrong: 0 })
  })

  test('changed in Excel it corrects what was changed, by the id of the person', async () => {
    const { bytes } = await register('facility', 'service-months.xlsx?month=2024-03')
    const sheet = await readSheet(bytes, 'a.xlsx')
    const days = sheet.header.indexOf('出勤天数')
    const rows = sheet.rows.map(
      ({ cells }, index) => cells.map((cell, at) => (at === days && index < 3 ? 15 : cell)) as Value[],
    )
    const made = await upload('facility', 'service-months', writeCsv(sheet.header, rows), 'a.csv', 'commit')
    expect((await done(made)).counts).toEqual({ new: 0, changed: 3, same: STAFF - 3, wrong: 0 })
  })

  test('a masked number without its id, or with another’s, is refused', async () => {
    const { bytes } = await register('facility', 'people.csv')
    const sheet = await readSheet(bytes, 'a.csv')
    const id = sheet.header.indexOf('人员编号')
    const [first, second, third] = sheet.rows.map(({ cells }) => cells as Value[])
    const mixed = [
      first!.with(id, null),
      second!.with(id, third![id]!),
      third!.with(sheet.header.indexOf('银行账号'), '6222 **** 0000'),
    ]
    const { id: made } = await upload('facility', 'people', writeCsv(sheet.header, mixed), 'b.csv')
    expect((await faultsOf(made)).map(([, code]) => code)).toEqual([
      'person.mask_unknown',
      'person.mask_unknown',
      'account.mask_unknown',
    ])
    // the id of somebody who is not on the roster says nothing
    const { counts } = await upload('facility2', 'people', writeCsv(sheet.header, [first!]), 'c.csv')
    expect(counts.wrong).toBe(1)
  })

  test('in full needs a permission and a reason, and is on record without a number', async () => {
    expect((await as('trainer').post('/api/v1/registers', { kind: 'people', reason: '核对' })).status).toBe(403)
    expect((await as('facility').post('/api/v1/registers', { kind: 'people' })).status).toBe(422)
    const answer = await as('facility').post('/api/v1/registers', {
      kind: 'people',
      format: 'csv',
      reason: '与社保局核对',
    })
    const text = await answer.text()
    expect(text).toContain(staff[0]!.id_number)
    expect(text).toContain('6222021234563684')
    const event = await w.db
      .selectFrom('history_events')
      .selectAll()
      .where('kind', '=', 'register.exported')
      .executeTakeFirstOrThrow()
    expect([event.reason, event.changes]).toEqual(['与社保局核对', { kind: 'people' }])
    expect(
      await scalar(sql`select count(*) as n from idempotency_keys where body like ${`%${staff[0]!.id_number}%`}`),
    ).toBe(0)
  })

  test('cells that a spreadsheet would run come out harmless', async () => {
    const { bytes } = await register('facility', 'people.csv')
    expect(new TextDecoder().decode(bytes)).not.toMatch(/(^|,)[=+@-]/m)
  })

  test.each([
    ['results.xlsx', 'register.none'],
    ['service-months.csv', 'register.month_missing'],
    ['cars.csv', 'input.invalid'],
  ])('%s is refused: %s', async (path, code) => {
    const answer = await as('facility').get(`/api/v1/registers/${path}`)
    expect([answer.status, (await answer.json()).code]).toEqual([422, code])
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
