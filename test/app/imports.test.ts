/** Spreadsheets: checked as a whole, written slice by slice, never twice, and wrong rows come back with their reasons. */
import { sql } from 'kysely'
import { readSheet as readIndependently } from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { demoRoster, PLANTED_FAULTS } from '../../db/demo-roster.ts'
import { importJobs } from '../../src/imports/jobs.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { readSheet } from '../../src/platform/sheet-reader.ts'
import { type Value, writeCsv, writeWorkbook } from '../../src/platform/workbook.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
const clients: Record<string, Client> = {}
/** signed in once: signing in is rate-limited */
const as = (username: string) => (clients[username] ??= w.as(username))
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

type Sheet = Record<string, Value>[]
const PEOPLE = ['姓名', '证件类型', '证件号码', '从业类别', '学历', '手机号码', '银行账号']

/** People nobody else has; the same number is always the same person. */
function person(number: number): Record<string, Value> {
  const { name, id_number } = demoPerson(2_000_000 + number)
  return { 姓名: name, 证件类型: '居民身份证', 证件号码: id_number, 从业类别: '养老护理' }
}
const who = (number: number) => {
  const { 姓名, 证件号码 } = person(number)
  return { 姓名: 姓名!, 证件号码: 证件号码! }
}
const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at)

async function xlsx(rows: Sheet, headers = [...new Set(rows.flatMap(Object.keys))]): Promise<Uint8Array> {
  const cells = rows.map((row) => headers.map((header) => row[header] ?? null))
  return writeWorkbook([{ name: 'Sheet1', columns: headers.map((header) => ({ header })), rows: cells }])
}

interface Answer {
  id: string
  status: string
  job_id: string | null
  rows: number
  accepted: number
  rejected: number
  warnings: number
  ignored_columns: string[]
  counts: { new: number; changed: number; same: number; wrong: number }
}
interface RowAnswer {
  row_number: number
  change: string
  cells: Record<string, string>
  before: Record<string, string>
  faults: { column: string; header: string; code: string; message: string }[]
  warnings: { code: string }[]
}

function send(
  client: Client,
  kind: string,
  bytes: Uint8Array,
  more: Record<string, string> = {},
  filename = '名单.xlsx',
) {
  const file = new File([bytes as BlobPart], filename)
  return client.upload('/api/v1/imports', { kind, file, ...more }, { 'idempotency-key': crypto.randomUUID() })
}
async function upload(...call: Parameters<typeof send>): Promise<Answer> {
  const response = await send(...call)
  const body = await response.json()
  if (response.status !== 202) throw new Error(JSON.stringify(body))
  return body
}
/** Uploads and writes what is right. */
async function brought(client: Client, kind: string, rows: Sheet, more: Record<string, string> = {}): Promise<Answer> {
  const { id } = await upload(client, kind, await xlsx(rows), { ...more, mode: 'commit' })
  await w.runJobs()
  return (await client.get(`/api/v1/imports/${id}`)).json()
}
async function rowsOf(client: Client, id: string, change = ''): Promise<RowAnswer[]> {
  const found: RowAnswer[] = []
  for (let cursor = ''; ; ) {
    const query = new URLSearchParams({ limit: '200', ...(change && { change }), ...(cursor && { cursor }) })
    const page = await (await client.get(`/api/v1/imports/${id}/rows?${query}`)).json()
    found.push(...page.items)
    if (!page.next_cursor) return found
    cursor = page.next_cursor
  }
}
const faultsIn = (rows: RowAnswer[]) =>
  rows.flatMap(({ row_number, faults }) =>
    faults.map(({ header, code }) => ({ row: row_number, column: header, code })),
  )
async function count(table: 'people' | 'roster_entries' | 'imports'): Promise<number> {
  const { n } = await w.db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return n
}
const events = (id: string) =>
  w.db.selectFrom('history_events').select(['kind', 'changes']).where('subject_id', '=', id).execute()

describe('a roster of 300 with planted mistakes', () => {
  let roster: Uint8Array
  let checked: Answer

  test('is checked as a whole: every mistake is found where it is, and nothing else', async () => {
    roster = await demoRoster()
    const before = await count('people')
    checked = await upload(as('facility'), 'people', roster)
    const wrong = PLANTED_FAULTS.length
    expect(checked).toMatchObject({
      status: 'checked',
      job_id: null,
      rows: 300,
      accepted: 300 - wrong,
      rejected: wrong,
    })
    expect(checked.counts).toEqual({ new: 300 - wrong, changed: 0, same: 0, wrong })
    const rows = await rowsOf(as('facility'), checked.id, 'wrong')
    expect(faultsIn(rows)).toEqual([...PLANTED_FAULTS].sort((a, b) => a.row - b.row))
    expect(rows.every(({ faults }) => faults.every(({ message }) => /[一-鿿]/.test(message)))).toBe(true)
    expect(rows.find(({ row_number }) => row_number === 77)?.faults[0]?.message).toContain('第 12 行')
    expect(rows.find(({ row_number }) => row_number === 58)?.faults[0]?.message).toContain('您是否指“大专”？')
    expect(await count('people')).toBe(before)
  })

  test('waits sealed: neither names nor numbers can be read in the database', async () => {
    const chunks = await w.db.selectFrom('import_chunks').selectAll().where('import_id', '=', checked.id).execute()
    expect(chunks.map(({ row_count }) => row_count)).toEqual([300])
    expect(chunks.every(({ content }) => content.startsWith('k1.'))).toBe(true)
  })

  test('is shown with masked numbers, but for what is wrong as it was typed', async () => {
    const [first] = await rowsOf(as('facility'), checked.id)
    expect(first?.cells.id_number).toMatch(/^1099\*{10}\d{3}[\dX]$/)
    expect(first?.cells.bank_account).toMatch(/^0000 \*{4} \d{4}$/)
    const wrong = await rowsOf(as('facility'), checked.id, 'wrong')
    expect(wrong.find(({ row_number }) => row_number === 5)?.cells.id_number).toMatch(/^\d{17}[\dX]$/)
    expect(wrong.find(({ row_number }) => row_number === 23)?.cells.id_number).toMatch(/^\d\.\d{5}E\+17$/)
  })

  test('is nobody else’s', async () => {
    expect((await (await as('facility2').get('/api/v1/imports')).json()).items).toEqual([])
    const answers = await Promise.all([
      as('facility2').get(`/api/v1/imports/${checked.id}`),
      as('facility2').get(`/api/v1/imports/${checked.id}/rows`),
      as('facility2').get(`/api/v1/imports/${checked.id}/errors.xlsx`),
      as('facility2').post(`/api/v1/imports/${checked.id}/commitment`),
      as('facility2').page(`/console/imports/${checked.id}`),
    ])
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
  })

  test('is counted for the auditor of the city, and does not exist for finance, which uploads other sheets', async () => {
    const path = `/api/v1/imports/${checked.id}`
    expect(await (await as('auditor').get(path)).json()).toMatchObject({ id: checked.id, rows: checked.rows })
    expect((await as('auditor').get(`${path}/rows`)).status).toBe(403)
    for (const part of ['', '/rows', '/errors.xlsx']) expect((await as('finance').get(path + part)).status).toBe(404)
    expect((await (await as('finance').get('/api/v1/imports')).json()).items).toEqual([])
  })

  test('has its good rows written, and leaves one event with figures only', async () => {
    const before = { people: await count('people'), roster: await count('roster_entries') }
    const answer = await as('facility').post(`/api/v1/imports/${checked.id}/commitment`)
    const { status, job_id } = await answer.json()
    expect([answer.status, status]).toEqual([202, 'committing'])
    expect(answer.headers.get('location')).toBe(`/api/v1/jobs/${job_id}`)
    await w.runJobs()
    const done: Answer = await (await as('facility').get(`/api/v1/imports/${checked.id}`)).json()
    expect(done).toMatchObject({ status: 'committed', accepted: 288, rejected: 12 })
    expect(await count('people')).toBe(before.people + 288)
    expect(await count('roster_entries')).toBe(before.roster + 288)
    const job = await (await as('facility').get(`/api/v1/jobs/${job_id}`)).json()
    expect(job).toMatchObject({ status: 'succeeded', done: 300, total: 300 })
    expect(await events(checked.id)).toEqual([
      { kind: 'import.committed', changes: { kind: 'people', rows: 300, new: 288, changed: 0, same: 0, wrong: 12 } },
    ])
  })

  test('forgets what it wrote', async () => {
    const rows = await rowsOf(as('facility'), checked.id)
    const told = rows.filter(({ cells }) => Object.values(cells).some((text) => text !== ''))
    expect(told.map(({ change }) => change)).toEqual(Array(12).fill('wrong'))
    expect(rows).toHaveLength(12)
  })

  test('sent again does nothing and answers the first import', async () => {
    const before = [await count('people'), await count('imports')]
    for (const mode of ['check', 'commit']) {
      const again = await upload(as('facility'), 'people', roster, { mode })
      expect(again).toMatchObject({ id: checked.id, status: 'committed' })
    }
    expect(await w.runJobs()).toBe(0)
    expect([await count('people'), await count('imports')]).toEqual(before)
  })

  test('gives its wrong rows back with the reasons; sent as they are they are wrong again, corrected they are written', async () => {
    const errors = await as('facility').get(`/api/v1/imports/${checked.id}/errors.xlsx`)
    expect(errors.headers.get('content-disposition')).toContain('.xlsx')
    const bytes = new Uint8Array(await errors.arrayBuffer())
    const sheet = await readSheet(bytes, '错误.xlsx')
    expect(sheet.header.slice(0, 4)).toEqual(['错误原因', '姓名', '证件类型', '证件号码'])
    expect(sheet.rows).toHaveLength(12)
    expect(sheet.rows.every(({ cells }) => typeof cells[0] === 'string' && cells[0] !== '')).toBe(true)

    const asIs = await upload(as('facility'), 'people', bytes)
    expect(asIs).toMatchObject({ rows: 12, rejected: 12, ignored_columns: [] })
    const again = faultsIn(await rowsOf(as('facility'), asIs.id, 'wrong')).map(({ code }) => code)
    // the doubled number now stands alone, and is known for somebody else
    const known = ['person.name_differs', 'person.workforce_differs', 'person.account_not_employer']
    expect(again).toEqual(
      [...PLANTED_FAULTS]
        .sort((a, b) => a.row - b.row)
        .flatMap(({ code }) => (code === 'person.twice' ? known : [code])),
    )

    const at = (header: string) => sheet.header.indexOf(header)
    const corrected = sheet.rows
      .filter(({ cells }) => String(cells[at('学历')]) === '大砖')
      .map(({ cells }) => ({
        ...Object.fromEntries(sheet.header.map((header, index) => [header, String(cells[index])])),
        学历: '大专',
      }))
    expect(corrected).toHaveLength(1)
    expect(await brought(as('facility'), 'people', corrected)).toMatchObject({ status: 'committed', accepted: 1 })
  })
})

describe('rows and the register', () => {
  test('a person known already is changed or the same, and the old value is told', async () => {
    const rows = range(100, 3).map(person)
    await brought(as('facility'), 'people', [{ ...rows[0], 学历: '初中' }, rows[1]!, rows[2]!])
    const { id, counts } = await upload(
      as('facility'),
      'people',
      await xlsx([{ ...rows[0], 学历: '高中' }, { ...rows[1], 学历: '本科' }, rows[2]!, person(103)], PEOPLE),
    )
    expect(counts).toEqual({ new: 1, changed: 2, same: 1, wrong: 0 })
    const [first, second] = await rowsOf(as('facility'), id, 'changed')
    expect([first?.before, second?.before]).toEqual([{ education: '初中' }, {}])
  })

  test('a row that became wrong between check and writing is kept with the reason, the others are written', async () => {
    const { id } = await upload(as('facility'), 'people', await xlsx(range(110, 3).map(person)))
    await brought(as('facility2'), 'people', [{ ...person(111), 姓名: '另一个人' }])
    await as('facility').post(`/api/v1/imports/${id}/commitment`)
    await w.runJobs()
    const done: Answer = await (await as('facility').get(`/api/v1/imports/${id}`)).json()
    expect(done).toMatchObject({ status: 'committed', accepted: 2, rejected: 1, counts: { new: 2, wrong: 1 } })
    expect(faultsIn(await rowsOf(as('facility'), id, 'wrong'))).toEqual([
      { row: 3, column: '姓名', code: 'person.name_differs' },
    ])
  })

  test('odd but right is said and let in', async () => {
    const sex = demoPerson(2_000_120).sex === 'male' ? '女' : '男'
    const { id, warnings, ignored_columns, rejected } = await upload(
      as('facility'),
      'people',
      await xlsx([{ ...person(120), 性别: sex, 银行账号: '6222021234563685', 籍贯: '浙江' }]),
    )
    expect({ warnings, ignored_columns, rejected }).toEqual({ warnings: 3, ignored_columns: ['籍贯'], rejected: 0 })
    const [row] = await rowsOf(as('facility'), id)
    expect(row?.warnings.map(({ code }) => code)).toEqual(['person.sex_differs', 'account.luhn'])
  })

  test('a killed import goes on where it was and writes nothing twice', async () => {
    await brought(as('facility'), 'people', range(1000, 650).map(person))
    const months = range(1, 9).flatMap((month) =>
      range(1000, 650).map((number) => [...Object.values(who(number)), `2025-0${month}`, 20]),
    )
    const file = writeCsv(['姓名', '证件号码', '月份', '出勤天数'], months)
    const written = async () => {
      const { rows } = await sql<{
        n: number
      }>`select count(*) as n from service_months where month < '2026-01-01'`.execute(w.db)
      return rows[0]!.n
    }
    const { id } = await upload(as('facility'), 'service-months', file, { mode: 'commit' }, '月度.csv')
    const handler = importJobs['imports.commit']!
    const dying = {
      'imports.commit': async (...call: Parameters<typeof handler>) => {
        await handler(...call)
        throw new Error('killed')
      },
    }
    expect(await runSlice(w.db, w.deps, dying)).toBe(true)
    expect(await written()).toBe(0)
    expect(await (await as('facility').get(`/api/v1/imports/${id}`)).json()).toMatchObject({ status: 'committing' })
    expect(w.faults.splice(0)).toHaveLength(1)
    await w.db
      .updateTable('jobs')
      .set({ run_at: new Date(0) })
      .where('subject_id', '=', id)
      .execute()
    await w.runJobs()
    expect(await (await as('facility').get(`/api/v1/imports/${id}`)).json()).toMatchObject({
      status: 'committed',
      accepted: 5850,
      counts: { new: 5850, wrong: 0 },
    })
    expect(await written()).toBe(5850)
    // what each slice wrote is told by figures and a digest, the import by one event at its end
    expect((await events(id)).map(({ kind }) => kind)).toEqual([
      ...Array(2).fill('service_month.imported'),
      'import.committed',
    ])
  })

  test('a job that failed can be started again, and goes on from there', async () => {
    const { id, job_id } = await upload(as('facility'), 'people', await xlsx(range(2000, 310).map(person)), {
      mode: 'commit',
    })
    await w.db.updateTable('jobs').set({ status: 'failed' }).where('id', '=', job_id).execute()
    expect(await (await as('facility').page(`/console/imports/${id}`)).text()).toContain('继续导入')
    const again: Answer = await (await as('facility').post(`/api/v1/imports/${id}/commitment`)).json()
    expect(again.job_id).not.toBe(job_id)
    await w.runJobs()
    expect(await (await as('facility').get(`/api/v1/imports/${id}`)).json()).toMatchObject({
      status: 'committed',
      counts: { new: 310, wrong: 0 },
    })
    expect(w.faults).toEqual([])
  })

  test('two imports of one kind at the same time follow each other: nothing is written twice, nothing is lost', async () => {
    const months = (from: number, days: number) =>
      xlsx(range(from, 400).map((number) => ({ ...who(number), 月份: '2026-08', 出勤天数: days })))
    const ids = []
    for (const file of [await months(1000, 20), await months(1100, 21)])
      ids.push((await upload(as('facility'), 'service-months', file, { mode: 'commit' })).id)
    await Promise.all([w.runJobs(), w.runJobs()])
    const done: Answer[] = await Promise.all(
      ids.map(async (id) => (await as('facility').get(`/api/v1/imports/${id}`)).json()),
    )
    expect(done.map(({ status, rejected }) => [status, rejected])).toEqual([
      ['committed', 0],
      ['committed', 0],
    ])
    const sum = (change: 'new' | 'changed') => done.reduce((total, { counts }) => total + counts[change], 0)
    expect([sum('new'), sum('changed')]).toEqual([500, 300])
    expect(w.faults).toEqual([])
  })

  test('the same file sent twice at the same moment is one import', async () => {
    const file = await xlsx(range(3600, 5).map(person))
    const before = await count('imports')
    const answers = await Promise.all(range(0, 3).map(() => upload(as('facility'), 'people', file, { mode: 'commit' })))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(await count('imports')).toBe(before + 1)
    await w.runJobs()
  })
})

describe('files', () => {
  test('CSV in GB 18030, as Excel in China saves it, is read like any other', async () => {
    const rows = range(200, 2).map(person)
    const text = new TextDecoder().decode(
      writeCsv(
        PEOPLE,
        rows.map((row) => PEOPLE.map((key) => row[key] ?? null)),
      ),
    )
    const { counts } = await upload(as('facility'), 'people', gb18030(text.replace('\ufeff', '')), {}, '名单.csv')
    expect(counts).toEqual({ new: 2, changed: 0, same: 0, wrong: 0 })
  })

  test.each([
    ['a sheet without required columns', { 姓名: '王', 学历: '初中' }, 'import.columns_missing', 3],
    ['a sheet of headers only', null, 'import.no_rows', 0],
  ])('%s is refused with everything that is missing', async (_, row, code, faults) => {
    const answer = await send(as('facility'), 'people', row ? await xlsx([row]) : await xlsx([], PEOPLE))
    const body = await answer.json()
    expect([answer.status, body.code, body.errors?.length ?? 0]).toEqual([422, code, faults])
  })

  test('an upload needs an Idempotency-Key', async () => {
    const file = new File(['x'], 'x.csv')
    const answer = await as('facility').upload('/api/v1/imports', { kind: 'people', file })
    expect([answer.status, (await answer.json()).code]).toEqual([400, 'idempotency.key_required'])
  })

  test('who may not write the facts may not import them', async () => {
    const answer = await send(as('trainer'), 'employments', await xlsx([person(1)]))
    expect([answer.status, (await answer.json()).code]).toEqual([403, 'import.kind_forbidden'])
  })

  test('nothing but wrong rows cannot be written', async () => {
    const { id, job_id } = await upload(as('facility'), 'people', await xlsx([{ ...person(1), 证件号码: '1' }]), {
      mode: 'commit',
    })
    expect(job_id).toBe(null)
    const answer = await as('facility').post(`/api/v1/imports/${id}/commitment`)
    expect([answer.status, (await answer.json()).code]).toEqual([409, 'import.nothing_to_write'])
  })

  test.each(['people', 'employments', 'service-months', 'enrolments', 'results', 'education-hours'])(
    'the template of %s has every column explained, and no row that would be sent back',
    async (kind) => {
      const answer = await as('facility').get(`/api/v1/imports/templates/${kind}.xlsx`)
      const bytes = Buffer.from(await answer.arrayBuffer())
      const [header, ...rows] = await readIndependently(bytes, 1)
      expect(rows.filter((row) => row.some((cell) => cell !== null))).toEqual([])
      const [, ...rules] = await readIndependently(bytes, '填写说明')
      expect(rules.map(([name]) => name)).toEqual(header!.map((title) => String(title).replace('*', '')))
      expect(rules.every(([, , rule]) => String(rule).length > 3)).toBe(true)
    },
  )

  test('an unknown kind has no template', async () => {
    expect((await as('facility').get('/api/v1/imports/templates/cars.xlsx')).status).toBe(422)
  })
})

describe('facts about people', () => {
  beforeAll(async () => {
    await brought(as('facility'), 'people', range(300, 4).map(person))
    await brought(as('facility2'), 'people', [person(310)])
  })
  const job = { 岗位: '养老护理', 用工形式: '劳动合同', 入职日期: '2026/3/1' }

  test('employments: the person is on the roster and bears the name, one post is not held twice', async () => {
    const rows = [
      { ...who(300), ...job },
      { ...who(301), ...job, 离岗日期: '2026-02-01' },
      { ...who(302), ...job, 姓名: '别人' },
      { ...who(310), ...job },
      { ...who(300), ...job, 用工形式: '劳务派遣' },
      { ...who(303), ...job, 岗位: '养老' },
    ]
    const { id, accepted } = await brought(as('facility'), 'employments', rows)
    expect(accepted).toBe(1)
    const wrong = await rowsOf(as('facility'), id, 'wrong')
    expect(faultsIn(wrong)).toEqual([
      { row: 3, column: '离岗日期', code: 'employment.ends_before_start' },
      { row: 4, column: '姓名', code: 'person.name_differs' },
      { row: 5, column: '证件号码', code: 'person.unknown' },
      { row: 6, column: '证件号码', code: 'employment.twice' },
      { row: 7, column: '岗位', code: 'value.unknown' },
    ])
    expect(wrong[1]?.faults[0]?.message).not.toContain(String(who(302).姓名))
    const { id: again } = await upload(
      as('facility'),
      'employments',
      await xlsx([
        { ...who(300), ...job, 用工形式: '劳务派遣' },
        { ...who(300), ...job, 入职日期: '2026-05-01' },
      ]),
    )
    const [changed, overlapping] = await rowsOf(as('facility'), again)
    expect(changed).toMatchObject({ change: 'changed', before: { contract_kind: '劳动合同', ends_on: '在岗' } })
    expect(overlapping?.faults.map(({ code }) => code)).toEqual(['employment.overlap'])
  })

  test('months: figures are corrected, and a month that has not come is refused', async () => {
    const month = (number: number, days: Value, 月份 = '2026-10') => ({
      ...who(number),
      月份,
      出勤天数: days,
      缴纳社保: '是',
    })
    expect(await brought(as('facility'), 'service-months', [month(300, 21), month(301, 20)])).toMatchObject({
      accepted: 2,
    })
    const { id, counts } = await brought(as('facility'), 'service-months', [
      month(300, 22),
      month(301, 20),
      month(302, 31, '2026-09'),
      month(303, 1, '2026-12'),
    ])
    expect(counts).toEqual({ new: 0, changed: 1, same: 1, wrong: 2 })
    expect(faultsIn(await rowsOf(as('facility'), id, 'wrong')).map(({ code }) => code)).toEqual([
      'service_month.too_many_days',
      'service_month.future',
    ])
  })

  test('continuing education', async () => {
    const hours = { 完成日期: '2026-05-20', 学时: 8, 主办单位: '示例职业培训学校', 培训内容: '失智照护' }
    const { id, accepted } = await brought(as('facility'), 'education-hours', [
      { ...who(300), ...hours },
      { ...who(301), ...hours, 完成日期: '2027-01-01', 学时: 0 },
    ])
    expect(accepted).toBe(1)
    expect(faultsIn(await rowsOf(as('facility'), id, 'wrong')).map(({ code }) => code)).toEqual([
      'value.not_number',
      'education_hours.future',
    ])
  })
})

describe('people and results of a class', () => {
  let group: string
  beforeAll(async () => {
    await brought(as('trainer'), 'people', range(400, 6).map(person))
    const made = async (path: string, body: object) => (await (await as('trainer').post(path, body)).json()).id
    const course_id = await made('/api/v1/courses', {
      name: '养老护理员五级',
      kind: 'skill_level',
      occupation_code: '4-10-01-05',
      standard_edition: '2019',
      level: 5,
      theory_hours: 4,
      practice_hours: 4,
      attendance_percent: 75,
    })
    const body = { course_id, name: '第 1 期', starts_on: '2026-10-10', ends_on: '2026-10-20', capacity: 3 }
    group = await made('/api/v1/classes', { ...body, assessor_organisation_id: w.org.assessor })
  })

  test('a class is named, and is one’s own', async () => {
    const file = await xlsx([who(400)])
    const answers = await Promise.all([
      send(as('trainer'), 'enrolments', file),
      send(as('trainer'), 'enrolments', file, { subject: w.org.trainer }),
      send(as('facility'), 'enrolments', file, { subject: group }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([422, 404, 403])
  })

  test('checking enrols nobody and leaves no trace', async () => {
    const trace = () => w.db.selectFrom('history_events').select('seq').execute()
    const before = (await trace()).length
    await upload(as('trainer'), 'enrolments', await xlsx([who(400), who(404)]), { subject: group })
    const { items } = await (await as('trainer').get(`/api/v1/classes/${group}/enrolments`)).json()
    expect([items.length, (await trace()).length]).toEqual([0, before])
  })

  test('people are enrolled until the class is full, then wait; strangers are refused', async () => {
    const rows = [who(400), who(1), who(401), who(402), who(403)]
    const { id, counts } = await brought(as('trainer'), 'enrolments', rows, { subject: group })
    expect(counts).toEqual({ new: 4, changed: 0, same: 0, wrong: 1 })
    expect(faultsIn(await rowsOf(as('trainer'), id, 'wrong'))).toEqual([
      { row: 3, column: '证件号码', code: 'person.unknown' },
    ])
    const { items } = await (await as('trainer').get(`/api/v1/classes/${group}/enrolments`)).json()
    const places = new Map(
      items.map((item: { person_name: string; waiting_place: number | null }) => [
        item.person_name,
        item.waiting_place,
      ]),
    )
    expect([400, 401, 402, 403].map((number) => places.get(who(number).姓名))).toEqual([null, null, null, 1])
    const again = await upload(as('trainer'), 'enrolments', await xlsx([who(401)]), { subject: group })
    expect(again.counts).toMatchObject({ same: 1, wrong: 0 })
  })

  test('results come from the assessor; short hours and corrections without a reason are refused', async () => {
    const session = await (
      await as('trainer').post(`/api/v1/classes/${group}/sessions`, {
        held_on: '2026-10-10',
        topic: '集中授课',
        part: 'theory',
        hours: 8,
      })
    ).json()
    const all = (await (await as('trainer').get(`/api/v1/classes/${group}/enrolments`)).json()).items
    const items = all.filter(({ status }: { status: string }) => status === 'enrolled')
    const present = items.slice(0, 2).map(({ person_id }: { person_id: string }) => person_id)
    await as('trainer').post(`/api/v1/sessions/${session.id}/check-ins`, { person_ids: present })
    const names = new Map(range(400, 3).map((number) => [who(number).姓名, who(number)]))
    const [first, second, absent] = items.map(({ person_name }: { person_name: string }) => names.get(person_name)!)
    const marks = { 考核日期: '2026-10-20', 理论知识: 82.5, 操作技能: 77 }
    const { id, accepted } = await brought(
      as('assessor'),
      'results',
      [
        { ...first, ...marks },
        { ...second, ...marks, 操作技能: null },
        { ...absent, ...marks },
        { ...who(404), ...marks },
      ],
      { subject: group },
    )
    expect(accepted).toBe(1)
    expect(faultsIn(await rowsOf(as('assessor'), id, 'wrong'))).toEqual([
      { row: 3, column: '操作技能', code: 'result.mark_missing' },
      { row: 4, column: '证件号码', code: 'result.hours_short' },
      { row: 5, column: '证件号码', code: 'result.person_unknown' },
    ])
    const correction = { ...first, ...marks, 理论知识: 90 }
    const refused = await upload(as('assessor'), 'results', await xlsx([correction]), { subject: group })
    expect((await rowsOf(as('assessor'), refused.id))[0]?.faults.map(({ code }) => code)).toEqual([
      'result.reason_missing',
    ])
    const right = await upload(as('assessor'), 'results', await xlsx([{ ...correction, 更正原因: '登分有误' }]), {
      subject: group,
    })
    expect((await rowsOf(as('assessor'), right.id))[0]).toMatchObject({ change: 'changed', before: { theory: '82.5' } })
    expect((await send(as('trainer'), 'results', await xlsx([correction]), { subject: group })).status).toBe(403)
  })
})

describe('the console', () => {
  test('leads from the template over the preview to the end', async () => {
    const client = as('facility')
    expect(await (await client.page('/console/imports/new')).text()).toContain('/console/imports/new?kind=people')
    const form = await (await client.page('/console/imports/new?kind=people')).text()
    expect(form).toContain('/api/v1/imports/templates/people.xlsx')
    expect(form).toContain('enctype="multipart/form-data"')

    const wrong = { ...person(501), 证件号码: '109901197203150229' }
    const rows = [{ ...person(500), 学历: '初中' }, wrong]
    const file = new File([(await xlsx(rows)) as BlobPart], '名单.xlsx')
    const uploaded = await client.upload('/console/imports', { kind: 'people', subject: '', file })
    expect(uploaded.status).toBe(303)
    const address = uploaded.headers.get('location')!
    const preview = await (await client.page(address)).text()
    expect(preview).toContain('导入正确的 1 行')
    expect(preview).toContain('109901197203150229')
    expect(preview).not.toContain(String(person(500).证件号码))
    expect(preview).toMatch(/<td class="[^"]*marked[^"]*"[^>]*>109901197203150229/)
    expect(preview).toContain('errors.xlsx')

    const started = await client.submit(`${address}/commitment`, {})
    expect([started.status, started.headers.get('location')]).toEqual([303, address])
    const working = await (await client.page(address)).text()
    expect(working).toContain('<progress')
    expect(working).toContain('http-equiv="refresh"')
    await w.runJobs()
    const done = await (await client.page(address)).text()
    expect(done).toContain('已导入 1 行')
    expect(done).toContain('上传改正后的文件')
    const list = await (await client.page('/console/imports')).text()
    expect(list).toContain('名单.xlsx')
    expect(list).toContain('已导入')
  })

  test('shows what is wrong with a file beside the form', async () => {
    const file = new File([(await xlsx([{ 姓名: '王' }])) as BlobPart], '名单.xlsx')
    const answer = await as('facility').upload('/console/imports', { kind: 'people', subject: '', file })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('缺少“证件号码”列')
    const none = await as('facility').upload('/console/imports', {
      kind: 'people',
      subject: '',
      file: new File([], ''),
    })
    expect(await none.text()).toContain('没有选择文件')
  })

  test('offers English words throughout', async () => {
    const answer = await as('facility').get('/console/imports/new?kind=people', { 'accept-language': 'en' })
    expect(await answer.text()).toContain('Upload and check')
  })
})

describe('what waits too long', () => {
  test('is cleared after a week, and says so', async () => {
    const { id } = await upload(as('facility2'), 'people', await xlsx([person(600), { ...person(601), 证件号码: '1' }]))
    w.clock.now = new Date(w.clock.now.getTime() + 8 * 86_400_000)
    clients.facility2 = w.as('facility2')
    await upload(as('facility2'), 'people', await xlsx([person(602)]))
    expect(await (await as('facility2').get(`/api/v1/imports/${id}`)).json()).toMatchObject({ status: 'discarded' })
    expect(await rowsOf(as('facility2'), id)).toEqual([])
    const answer = await as('facility2').post(`/api/v1/imports/${id}/commitment`)
    expect([answer.status, (await answer.json()).code]).toEqual([409, 'import.discarded'])
    expect((await as('facility2').page(`/console/imports/${id}`)).status).toBe(200)
  })

  test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
})

/** The inverse of the decoder for two-byte characters: enough for names of demo people and headers. */
function gb18030(text: string): Uint8Array {
  const decoder = new TextDecoder('gb18030')
  const bytes = new Map<string, number[]>()
  for (let high = 0x81; high <= 0xfe; high++)
    for (let low = 0x40; low <= 0xfe; low++)
      if (low !== 0x7f) bytes.set(decoder.decode(new Uint8Array([high, low])), [high, low])
  return new Uint8Array([...text].flatMap((char) => (char < '\x80' ? char.charCodeAt(0) : bytes.get(char)!)))
}
