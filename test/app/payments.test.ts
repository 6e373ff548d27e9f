/** Payments: frozen batches, files as banks read them, what came back and is issued again, and that every fen is accounted for. */
import { sql } from 'kysely'
import readExcel from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { declaredPermissions } from '../../src/access/guard.ts'
import { splitRows } from '../../src/allowances/bank-format-rules.ts'
import { listReconciliation } from '../../src/allowances/reconciliation-queries.ts'
import { groupRows } from '../../src/allowances/reconciliation-rules.ts'
import { sha256Hex } from '../../src/platform/bytes.ts'
import { encodeText } from '../../src/platform/gb18030.ts'
import { type Value, writeCsv, XLSX } from '../../src/platform/workbook.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { clientsOf, codes, faults, ok, refused, text } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type World, world } from '../support/world.ts'

const HZ = 'hz-special-post'
let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
const as = clientsOf(() => w)
const key = () => ({ key: crypto.randomUUID() })
/** The people of the run by name. */
const people: Record<string, string> = {}
let run: string

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  await ok(as('admin').post(`/api/v1/schemes/${HZ}/versions/1/confirmation`, CONFIRMATION, key()))
  for (const [at, name] of ['甲', '乙 乙', '丙', '丁', '戊', '己'].entries()) await carer(name, `622202123456000${at}`)
  await carer('无户', null)
  run = await approved('2026-10')
})
afterAll(() => w.close())

async function carer(name: string, bank_account: string | null, organisation_id = w.org.home) {
  const { id } = await facts.carer({
    name,
    bank_account,
    organisation_id,
    attendance: { '2026-08': 22, '2026-09': 22, '2026-10': 22 },
  })
  people[name] = id
  if (bank_account)
    await sql`update people set bank_account_masked = ${`${bank_account.slice(0, 4)} **** ${bank_account.slice(-4)}`} where id = ${id}`.execute(
      w.db,
    )
  return id
}

async function approved(month: string, district = 'district', district_code = '330106'): Promise<string> {
  const { id } = await ok(
    as(district).post('/api/v1/allowance-runs', { scheme_code: HZ, month, district_code }, key()),
    202,
  )
  await w.runJobs()
  await ok(as(district).post(`/api/v1/allowance-runs/${id}/submission`, {}, key()))
  await reviewRun(w, id)
  await ok(as('finance').post(`/api/v1/allowance-runs/${id}/approval`, {}, key()))
  return id
}

const exported = (id: string, body: object = {}, username = 'finance') =>
  as(username).post(`/api/v1/allowance-runs/${id}/payment-file`, body, key())
const bytesOf = async (file_id: string) =>
  new Uint8Array(await (await as('finance').get(`/api/v1/payment-files/${file_id}`)).arrayBuffer())
const batchOf = (batch_id: string, username = 'finance') => ok(as(username).get(`/api/v1/payment-batches/${batch_id}`))
const counted = async (table: 'payment_batches' | 'payments' | 'payment_files' | 'payment_results') =>
  (
    await w.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
  ).count
const correct = async (person_id: string, bank_account: string) =>
  w.db
    .updateTable('people')
    .set({ bank_account_sealed: await w.deps.vault.seal(bank_account) })
    .where('id', '=', person_id)
    .execute()
const thrown = (write: Promise<unknown>) =>
  write.then(
    () => null,
    (error: { code: string }) => error.code,
  )

const FORMAT = {
  ...{ code: 'some-bank', name: '某行代发', container: 'txt', encoding: 'gbk', header: false, separator: '|' },
  columns: [
    { key: 'account', header: '账号' },
    { key: 'name', header: '户名' },
    { key: 'amount', header: '金额' },
    { key: 'fixed', header: '币种', value: 'CNY' },
    { key: 'batch', header: '附言' },
  ],
  ...{ max_rows: 3, document: '某行代发接口说明 2026 版第 3 节' },
}
const record = (change: object, username = 'admin') =>
  as(username).post('/api/v1/bank-formats', { ...FORMAT, ...change }, key())

/** The format as it was recorded. */
async function made(change: object) {
  const answer = await record(change)
  expect(answer.status).toBe(201)
  return answer.json()
}

describe('the format of a bank', () => {
  test('that ships is our own or was seen, and says where', async () => {
    const { items } = await ok(as('auditor').get('/api/v1/bank-formats'))
    expect(items.map(({ code, confidence }: Record<string, string>) => [code, confidence])).toEqual([
      ['huyu-csv', 'own'],
      ['huyu-xlsx', 'own'],
      ['lanzhou-bank-payroll', 'seen'],
    ])
    for (const { source } of items) expect(source.length).toBeGreaterThan(2)
  })

  test('is recorded by the administrator with its document; a change is another version', async () => {
    expect(await made({})).toMatchObject({ number: 1, confidence: 'confirmed', source: FORMAT.document })
    expect(await made({ max_rows: 4 })).toMatchObject({ number: 2, max_rows: 4 })
    expect(await made({})).toMatchObject({ number: 3, max_rows: 3 })
    expect(await refused(record({}, 'finance'))).toEqual([403, 'forbidden'])
    expect((await record({ document: '' })).status).toBe(422)
    for (const statement of ["update bank_formats set encoding = 'utf-8'", 'delete from bank_formats'])
      expect(await thrown(sql.raw(statement).execute(w.db))).toBe('HY001')
  })

  test('is refused with every fault at once', async () => {
    const columns = [
      { key: 'name', header: '户名' },
      { key: 'name', header: '姓名' },
    ]
    expect(await faults(record({ columns, separator: '1', min_rows: 9 }))).toEqual([
      ['/columns', 'bank_format.column_missing'],
      ['/columns', 'bank_format.column_missing'],
      ['/columns/1/key', 'bank_format.column_twice'],
      ['/separator', 'bank_format.separator'],
      ['/max_rows', 'bank_format.rows'],
    ])
    expect(await codes(record({ separator: null }))).toEqual(['bank_format.separator_missing'])
    expect(await codes(record({ container: 'xlsx' }))).toEqual([
      'bank_format.separator_unwanted',
      'bank_format.encoding',
      'bank_format.header',
    ])
    expect(await codes(record({ code: 'huyu-csv' }))).toEqual(['bank_format.own'])
  })

  test('is recorded on the page too, which shows again what was wrong', async () => {
    const form = { ...FORMAT, header: 'true', no_spaces: 'true', max_rows: '500', columns: 'account=账号\nname=户名' }
    const { columns: _, ...rest } = form
    const wrong = await as('admin').submit('/console/bank-formats', { ...rest, columns: form.columns } as never)
    expect(wrong.status).toBe(422)
    expect(await wrong.text()).toContain('没有“金额”一列')
    const right = { ...rest, code: 'page-bank', columns: `${form.columns}\namount=金额\nfixed=币种=CNY` }
    expect((await as('admin').submit('/console/bank-formats', right as never)).status).toBe(303)
    const html = await text(as('finance').page('/console/bank-formats'))
    for (const words of ['page-bank', '见于资料，未经银行确认', FORMAT.document]) expect(html).toContain(words)
    expect(html).not.toContain('登记格式')
  })

  test('splits payments into as few files as even as can be, none below the least', () => {
    const limits = { min_rows: 5, max_rows: 1000 }
    const cases = [4, 5, 1000, 1001, 1003, 2000].map((count) => splitRows(count, limits))
    expect(cases).toEqual([null, [5], [1000], [501, 500], [502, 501], [1000, 1000]])
    expect(splitRows(0, { min_rows: 1, max_rows: null })).toBeNull()
    expect(splitRows(7, { min_rows: 1, max_rows: null })).toEqual([7])
    expect(splitRows(7, { min_rows: 1, max_rows: 3 })).toEqual([3, 2, 2])
  })
})

describe('text for banks', () => {
  test('in GB 18030 reads back as it was written, whatever the character', () => {
    for (const name of ['张三', '镕', '㐂', '𠮷𠀀', '·－（）', 'ＡＢ', 'é€', '䶮'])
      expect(new TextDecoder('gb18030', { fatal: true }).decode(encodeText(name, 'gb18030')!)).toBe(name)
    expect([...encodeText('张三镕', 'gbk')!]).toEqual([0xd5, 0xc5, 0xc8, 0xfd, 0xe9, 0x46])
    expect([...encodeText('㐂', 'gb18030')!]).toHaveLength(4)
    expect(encodeText('张㐂', 'gbk')).toBeNull()
    expect(encodeText('𠮷', 'gbk')).toBeNull()
  })
})

describe('a batch', () => {
  let batch: string

  test('needs an approved run, a format that exists and an officer of finance', async () => {
    expect(await refused(exported(run, { bank_format: 'no-bank' }))).toEqual([404, 'not_found'])
    expect(await refused(exported(run, {}, 'district'))).toEqual([403, 'forbidden'])
    expect(await refused(exported(run, {}, 'finance_nb'))).toEqual([404, 'not_found'])
    expect(await refused(exported(run, { batch_id: w.org.home }))).toEqual([404, 'not_found'])
    expect((await exported(run, { budget_year: 26 })).status).toBe(422)
    expect(await counted('payment_batches')).toBe(0)
  })

  test('is written as the bank reads it: order, separator, spaces, two decimals, GBK, with control totals', async () => {
    const file = await ok(exported(run, { bank_format: 'lanzhou-bank-payroll' }))
    batch = file.batch_id
    const bytes = await bytesOf(file.id)
    expect(await sha256Hex(bytes)).toBe(file.sha256)
    const lines = new TextDecoder('gbk', { fatal: true }).decode(bytes).split('\r\n')
    expect(lines.slice(0, 3)).toEqual([
      '序号|姓名|帐号|金额|身份证|',
      '1|甲|6222021234560000|400.00|109901197203150228|',
      '2|乙乙|6222021234560001|400.00|109901197203150228|',
    ])
    expect(lines).toHaveLength(8)
    expect(file).toMatchObject({
      ...{ format: 'txt', bank_format: 'lanzhou-bank-payroll', row_count: 6, total_fen: 240000, part: 1, parts: 1 },
      ...{ export_number: 1, held_count: 0, reason: null, other_parts: [] },
    })
    expect(await batchOf(batch)).toMatchObject({
      ...{ number: 1, kind: 'payment', budget_year: 2026, payment_count: 6, total_fen: 240000 },
      ...{ total_in_capitals: '贰仟肆佰元整', export_count: 1 },
    })
    const made = await w.db
      .selectFrom('payments')
      .selectAll()
      .where('batch_id', '=', batch)
      .orderBy('position')
      .execute()
    const lines_of = made.map(({ person_id, attempt, amount_fen }) => `${person_id} ${attempt} ${amount_fen}`)
    expect((await batchOf(batch)).sha256).toBe(await sha256Hex(new TextEncoder().encode(lines_of.join('\n'))))
  })

  test('that is exported again wants a reason, and pays the accounts that were on record when it was made', async () => {
    await correct(people.甲!, '6217000000000000')
    expect(await faults(exported(run))).toEqual([['/reason', 'payment_file.reason_missing']])
    expect(await faults(exported(run, { reason: ' ' }))).toEqual([['/reason', 'payment_file.reason_missing']])
    const again = await ok(exported(run, { bank_format: 'some-bank', reason: '银行换了接口' }, 'finance2'))
    expect(again).toMatchObject({ batch_id: batch, export_number: 2, part: 1, parts: 2, row_count: 3 })
    const bytes = await bytesOf(again.id)
    expect(new TextDecoder('gbk').decode(bytes).split('\r\n')[0]).toMatch(
      /^6222021234560000\|甲\|400\.00\|CNY\|330106-2026-10-1-[0-9a-f]{8}$/,
    )
    const { files } = await batchOf(batch, 'auditor')
    expect(
      files.map(({ export_number, part, row_count, total_fen, made_by, reason }: Record<string, unknown>) => [
        ...[export_number, part, row_count, total_fen, made_by, reason],
      ]),
    ).toEqual([
      [1, 1, 6, 240000, 'finance 示例', null],
      [2, 1, 3, 120000, 'finance2 示例', '银行换了接口'],
      [2, 2, 3, 120000, 'finance2 示例', '银行换了接口'],
    ])
    const html = await text(as('auditor').page(`/console/payment-batches/${batch}`))
    for (const words of ['第 2 次导出', '银行换了接口', '贰仟肆佰元整', '壹仟贰佰元整', 'finance2 示例'])
      expect(html).toContain(words)
    // who may not take a file is not offered it
    expect(html).not.toContain('/console/payment-files/')
    expect(await counted('payment_batches')).toBe(1)
  })

  test('is refused where the bank cannot read it, and nothing is made', async () => {
    const other = await approved('2026-09')
    await sql`update people set name = '张㐂' where id = ${people.丙!}`.execute(w.db)
    expect(await refused(exported(other, { bank_format: 'some-bank' }))).toEqual([409, 'payment_file.character'])
    await sql`update people set name = '丙|丙' where id = ${people.丙!}`.execute(w.db)
    expect(await refused(exported(other, { bank_format: 'some-bank' }))).toEqual([409, 'payment_file.separator'])
    await sql`update people set name = '丙' where id = ${people.丙!}`.execute(w.db)
    await made({ code: 'many-bank', min_rows: 7, max_rows: null })
    expect(await refused(exported(other, { bank_format: 'many-bank' }))).toEqual([409, 'payment_file.too_few'])
    expect(await counted('payment_batches')).toBe(1)
  })

  test('two officers who export at once make one, and the second is told of the first', async () => {
    const { rows } = await sql<{ id: string }>`select id from allowance_runs where month = '2026-09-01'`.execute(w.db)
    const answers = await Promise.all(['finance', 'finance2'].map((username) => exported(rows[0]!.id, {}, username)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
    expect(await counted('payment_batches')).toBe(2)
    expect(await counted('payments')).toBe(12)
    const second = answers.find(({ status }) => status === 422)!
    expect((await second.json()).errors[0]).toMatchObject({ code: 'payment_file.reason_missing', pointer: '/reason' })
  })

  test('of those who waited for an account is another one, paid from the budget that is named', async () => {
    await correct(people.无户!, '6222021234569999')
    const page = await text(as('finance').page(`/console/runs/${run}/payment-file`))
    expect(page).toContain('肆佰元整')
    expect(page).not.toContain('请勿重复发放')
    const made = await as('finance').submit(`/console/runs/${run}/payment-file`, {
      bank_format: 'huyu-csv',
      budget_year: '2027',
      reason: '',
    })
    expect(made.status).toBe(303)
    const { id } = await w.db
      .selectFrom('payment_batches')
      .select('id')
      .where('run_id', '=', run)
      .where('number', '=', 2)
      .executeTakeFirstOrThrow()
    expect(await batchOf(id)).toMatchObject({ payment_count: 1, total_fen: 40000, budget_year: 2027 })
    const { items } = await ok(as('auditor').get(`/api/v1/payment-batches/${id}/payments`))
    expect(items).toMatchObject([{ person_name: '无户', amount_fen: 40000, attempt: 0, outcome: 'open' }])
    const first = await ok(as('finance').get(`/api/v1/payment-batches/${batch}/payments?limit=4`))
    const rest = await ok(
      as('finance').get(`/api/v1/payment-batches/${batch}/payments?limit=4&cursor=${first.next_cursor}`),
    )
    expect([first, rest].flatMap(({ items }) => items.map((one: { position: number }) => one.position))).toEqual([
      1, 2, 3, 4, 5, 6,
    ])
    expect(first.items[0]).toMatchObject({ bank_account_masked: '6222 **** 0000', person_name: '甲' })
    const list = await ok(as('finance').get('/api/v1/payment-batches?budget_year=2027'))
    expect(list.items.map((one: { id: string }) => one.id)).toEqual([id])
    expect((await ok(as('finance_nb').get('/api/v1/payment-batches'))).items).toEqual([])
    expect((await as('finance_nb').get(`/api/v1/payment-batches/${id}`)).status).toBe(404)
  })

  test('is held by the database: nobody twice, no further attempt without a return, nothing changed', async () => {
    const { payee_id: _, ...row } = await w.db
      .selectFrom('payments')
      .selectAll()
      .where('batch_id', '=', batch)
      .executeTakeFirstOrThrow()
    const insert = (change: object) =>
      thrown(
        w.db
          .insertInto('payments')
          .values({ ...row, position: 99, ...change })
          .execute(),
      )
    expect(await insert({})).toBe('23505')
    expect(await insert({ attempt: 1 })).toBe('HY002')
    expect(await insert({ attempt: 1, previous_attempt: 0, returned_result_id: row.batch_id })).toBe('HY002')
    for (const statement of [
      'update payments set amount_fen = 1',
      "update payments set name = '别人'",
      'delete from payments',
      'truncate payments cascade',
      'update payment_batches set total_fen = 1',
      'delete from payment_batches',
    ])
      expect(await thrown(sql.raw(statement).execute(w.db)), statement).toBe('HY001')
  })
})

describe('a sheet of the bank', () => {
  let file: string
  let batch_number: string
  const HEADER = ['姓名', '银行账号', '金额（元）', '结果', '退票原因', '入账日期', '流水号', '批次号']
  const row = (name: string, at: number, change: Partial<Record<string, Value>> = {}): Value[] =>
    Object.values({
      ...{ name, account: `622202123456000${at}`, amount: '400.00', outcome: '成功', reason: null },
      ...{ day: '2026-11-20', reference: `100${at}`, batch: null },
      ...change,
    })
  const send = (bytes: Uint8Array, mode = 'commit') =>
    as('finance').upload(
      '/api/v1/imports',
      { kind: 'payment-results', mode, subject: file, file: new File([bytes as BlobPart], '回单.csv') },
      { 'idempotency-key': key().key },
    )
  /** Row, column and code of every fault of a sheet, which is refused as a whole. */
  async function wrong(rows: Value[][]) {
    const before = await counted('payment_results')
    const { id, status, rejected } = await ok(send(writeCsv(HEADER, rows)), 202)
    expect(status).toBe('checked')
    expect(rejected).toBeGreaterThan(0)
    expect(await refused(as('finance').post(`/api/v1/imports/${id}/commitment`))).toEqual([409, 'import.not_whole'])
    expect(await counted('payment_results')).toBe(before)
    const { items } = await ok(as('finance').get(`/api/v1/imports/${id}/rows?change=wrong`))
    return items.flatMap(
      ({ row_number, faults }: { row_number: number; faults: { column: string; code: string; message: string }[] }) =>
        faults.map(({ column, code, message }) => {
          expect(message.length).toBeGreaterThan(10)
          return `${row_number} ${column} ${code}`
        }),
    )
  }

  beforeAll(async () => {
    const { items } = await ok(as('finance').get('/api/v1/payment-batches?month=2026-10&budget_year=2026'))
    const detail = await batchOf(items[0].id)
    file = detail.files[0].id
    batch_number = detail.batch_number
  })

  test('with an unknown line, a wrong amount, a line twice or of another batch is refused whole, every fault named', async () => {
    expect(
      await wrong([
        row('甲', 0),
        row('生人', 7),
        row('丙', 2, { amount: '399.99' }),
        row('丁', 3),
        row('丁', 3),
        row('戊', 4, { batch: '330106-2026-09-1-00000000' }),
        row('己', 5, { outcome: '退票' }),
        row('别名', 1),
      ]),
    ).toEqual([
      '3 bank_account payment_result.not_in_file',
      '4 amount payment_result.amount',
      '6 name payment_result.twice',
      '7 batch payment_result.other_batch',
      '8 reason_code payment_result.reason_missing',
      '9 name person.name_differs',
    ])
  })

  test('that lacks columns or is in no encoding we read is refused before anything is kept', async () => {
    const answer = await send(writeCsv(['姓名', '银行账号', '入账日期'], [['甲', '6222021234560000', '2026-11-20']]))
    expect(answer.status).toBe(422)
    const { errors, detail } = await answer.json()
    expect(JSON.stringify([errors, detail])).toMatch(/金额（元）/)
    expect(JSON.stringify([errors, detail])).toMatch(/结果/)
    const broken = new Uint8Array([...writeCsv(HEADER, [row('甲', 0)]).subarray(3), 0xff, 0xff, 0x0d, 0x0a])
    expect(await refused(send(broken))).toEqual([422, 'file.encoding'])
    const utf16 = new Uint8Array(new Uint16Array([...'姓名,结果\r\n甲,成功'].map((one) => one.charCodeAt(0))).buffer)
    expect((await send(utf16)).status).toBeGreaterThanOrEqual(415)
    expect(await counted('payment_results')).toBe(0)
  })

  test('in GB 18030 is read, and what is right goes in as one', async () => {
    const rows = [
      row('甲', 0, { outcome: '退票', reason: '户名不符', batch: batch_number }),
      // as the bank was told, spaces left out or not
      row('乙 乙', 1),
      row('丙', 2, { outcome: '退票', reason: '睡眠户' }),
      row('丁', 3),
    ]
    const lines = [HEADER, ...rows].map((line) => line.map((value) => value ?? '').join(',')).join('\r\n')
    await ok(send(encodeText(lines, 'gb18030')!), 202)
    await w.runJobs()
    const { items } = await ok(as('finance').get(`/api/v1/allowance-runs/${run}/payment-results`))
    expect(
      items
        .map(({ person_name, outcome, bank_account_masked }: Record<string, string>) => [
          person_name,
          outcome,
          bank_account_masked,
        ])
        .sort(),
    ).toEqual([
      ['丁', 'paid', '6222 **** 0003'],
      ['丙', 'returned', '6222 **** 0002'],
      ['乙 乙', 'paid', '6222 **** 0001'],
      ['甲', 'returned', '6222 **** 0000'],
    ])
  })

  test('that comes a second time is told so in every row, and writes nothing', async () => {
    const before = await counted('payment_results')
    expect(
      await wrong([
        row('甲', 0, { outcome: '退票', reason: '户名不符' }),
        row('乙 乙', 1),
        row('丙', 2, { outcome: '退票', reason: '睡眠户' }),
        row('丁', 3),
      ]),
    ).toEqual([2, 3, 4, 5].map((at) => `${at} outcome payment_result.recorded_already`))
    expect(await counted('payment_results')).toBe(before)
  })

  test('that answers another month’s batch of the same people and amounts is found out', async () => {
    const { items } = await ok(as('finance').get('/api/v1/payment-batches?month=2026-09'))
    file = (await batchOf(items[0].id)).files[0].id
    expect(await wrong([row('乙 乙', 1), row('丁', 3)])).toEqual([
      '2 bank_reference payment_result.other_batch',
      '3 bank_reference payment_result.other_batch',
    ])
  })
})

describe('what came back', () => {
  const reissue = (body: object = {}, username = 'finance') =>
    as(username).post(`/api/v1/allowance-runs/${run}/reissue`, body, key())
  const answers = (items: object[], file_id: string) =>
    as('finance').post(`/api/v1/allowance-runs/${run}/payment-results`, { file_id, items }, key())
  const paid = (person_id: string, change: object = {}) => ({
    ...{ person_id, outcome: 'paid', amount_fen: 40000, settled_on: '2026-11-22', bank_reference: '2001' },
    ...change,
  })
  let again: { id: string; batch_id: string }

  test('is issued again to the corrected account, quoting the return; a woken account may stay, a wrong one may not', async () => {
    expect(await refused(reissue({}, 'district'))).toEqual([403, 'forbidden'])
    // 甲 came back as the name and the account differed: the account that failed would fail again
    await correct(people.甲!, '6222021234560000')
    const page = await text(as('finance').page(`/console/runs/${run}/reissue`))
    for (const words of ['退票补发', '肆佰元整', '另有 1 笔退票的账号还没有更正']) expect(page).toContain(words)
    again = await ok(reissue({ format: 'csv' }))
    const { items } = await ok(as('finance').get(`/api/v1/payment-batches/${again.batch_id}/payments`))
    expect(items).toMatchObject([{ person_name: '丙', attempt: 1, amount_fen: 40000, outcome: 'open' }])
    expect(await refused(reissue())).toEqual([409, 'payment_batch.not_corrected'])
    await correct(people.甲!, '6222021234567777')
    const second = await ok(reissue({ format: 'csv' }))
    expect(new TextDecoder().decode(await bytesOf(second.id))).toContain('6222021234567777')
    expect(await refused(reissue())).toEqual([409, 'payment_batch.nothing_returned'])
    const rows = await w.db
      .selectFrom('payments as p')
      .innerJoin('payment_results as r', 'r.id', 'p.returned_result_id')
      .select(['p.attempt', 'r.outcome', 'r.reason_code'])
      .where('p.run_id', '=', run)
      .orderBy('r.reason_code')
      .execute()
    expect(rows).toEqual([
      { attempt: 1, outcome: 'returned', reason_code: 'dormant' },
      { attempt: 1, outcome: 'returned', reason_code: 'name_mismatch' },
    ])
  })

  test('is never paid twice: the first answer stands, and the new one goes to the new payment', async () => {
    const first = (await w.db.selectFrom('payment_files').select('id').orderBy('id').executeTakeFirstOrThrow()).id
    expect(await faults(answers([paid(people.丙!)], first))).toEqual([['/items/0/outcome', 'payment_result.reissued']])
    const result = await w.db
      .selectFrom('payment_results')
      .selectAll()
      .where('person_id', '=', people.丙!)
      .executeTakeFirstOrThrow()
    const { id: _, known_from: __, known_to: ___, payee_id: ____, ...same } = result
    // whoever writes past the checks is stopped by the database
    const close = sql`update payment_results set known_to = clock_timestamp() where id = ${result.id}`
    const write = w.db.transaction().execute(async (tx) => {
      await close.execute(tx)
      await tx
        .insertInto('payment_results')
        .values({ ...same, outcome: 'paid', reason_code: null })
        .execute()
    })
    expect(await thrown(write)).toBe('HY002')
    expect(await ok(answers([paid(people.丙!)], again.id), 201)).toMatchObject({
      summary: { paid_count: 3, paid_fen: 120000, returned_count: 0, open_count: 4, open_fen: 160000 },
    })
    const insert = { ...same, outcome: 'paid', reason_code: null, attempt: 1, amount_fen: 39999 }
    expect(await thrown(w.db.insertInto('payment_results').values(insert).execute())).toBe('23505')
    expect(
      await thrown(
        w.db
          .insertInto('payment_results')
          .values({ ...insert, person_id: people.戊!, attempt: 0 })
          .execute(),
      ),
    ).toBe('23503')
  })
})

describe('reconciliation', () => {
  const reconcile = (query = '', username = 'auditor') => ok(as(username).get(`/api/v1/payment-reconciliation${query}`))
  const figures = (row: Record<string, number>) => [
    row.ledger_fen,
    row.waiting_fen,
    row.again_fen,
    row.exported_fen,
    ...[row.paid_fen, row.returned_fen, row.reissued_fen, row.open_fen, row.difference_fen],
  ]

  test('accounts for every fen by batch, district, fund source and budget year', async () => {
    const { items, totals } = await reconcile('?month=2026-10')
    expect(items.map((one: Record<string, number>) => [one.name, ...figures(one), one.file_fen])).toEqual([
      ['2026-10 西湖区 杭州市养老护理员特殊岗位津贴 第 1 批', 240000, 0, 0, 240000, 80000, 0, 80000, 80000, 0, 240000],
      ['2026-10 西湖区 杭州市养老护理员特殊岗位津贴 第 2 批', 40000, 0, 0, 40000, 0, 0, 0, 40000, 0, 40000],
      ['2026-10 西湖区 杭州市养老护理员特殊岗位津贴 第 3 批', 0, 0, 40000, 40000, 40000, 0, 0, 0, 0, 40000],
      ['2026-10 西湖区 杭州市养老护理员特殊岗位津贴 第 4 批', 0, 0, 40000, 40000, 0, 0, 0, 40000, 0, 40000],
    ])
    const sums = [280000, 0, 80000, 360000, 120000, 0, 80000, 160000, 0]
    expect(figures(totals)).toEqual(sums)
    const of = async (by: string) =>
      (await reconcile(`?month=2026-10&by=${by}`)).items.map((one: Record<string, number>) => [
        one.name,
        ...figures(one),
      ])
    expect(await of('district')).toEqual([['西湖区', ...sums]])
    expect(await of('fund_source')).toEqual([['区县财政', ...sums]])
    expect(await of('budget_year')).toEqual([
      ['2026', 240000, 0, 80000, 320000, 120000, 0, 80000, 120000, 0],
      ['2027', 40000, 0, 0, 40000, 0, 0, 0, 40000, 0],
    ])
  })

  test('shows what waits, and adds up with the ledger and the payments as they lie in their tables', async () => {
    await carer('后来', null, w.org.home2)
    await approved('2026-10', 'district2', '330102')
    const { items, totals } = await reconcile()
    expect(items.at(-1)).toBeDefined()
    expect(items.find(({ batch_id }: { batch_id: string | null }) => batch_id === null)).toMatchObject({
      ...{ ledger_fen: 40000, waiting_fen: 40000, exported_fen: 0, difference_fen: 0, file_fen: null },
    })
    const { rows } = await sql<Record<string, number>>`
      select (select sum(entitlement_fen - coalesce(prev_fen, 0)) from allowance_ledger where entitlement_fen > coalesce(prev_fen, 0))::bigint as ledger,
        (select sum(amount_fen) from payments)::bigint as exported,
        (select sum(amount_fen) from payment_results where outcome = 'paid' and known_to = 'infinity')::bigint as paid`.execute(
      w.db,
    )
    expect([totals.ledger_fen, totals.exported_fen, totals.paid_fen]).toEqual(Object.values(rows[0]!))
    expect(totals.difference_fen).toBe(0)
    expect((await reconcile('', 'finance_nb')).items).toEqual([])
    expect(await refused(as('facility').get('/api/v1/payment-reconciliation'))).toEqual([403, 'forbidden'])
    expect((await as('auditor').get('/api/v1/payment-reconciliation?by=person')).status).toBe(422)
  })

  test('splits each payment between those who pay, to the fen, the last taking the rest', async () => {
    const payers = [{ name: '市', percent: 33.33 }, { name: '区', percent: 33.33 }, { name: '镇' }]
    const split = (schedule: object) =>
      sql`update scheme_versions set settings = settings || ${JSON.stringify({ schedule })}::jsonb
        where id = any (select version_id from allowance_runs)`.execute(w.db)
    const { scope } = await w.context('finance')
    // a third of 400 yuan is 133.33 and 0.33 of a fen
    await split({ payers })
    const rows = await listReconciliation(w.db, scope, { month: '2026-10', district_code: '330106' })
    await split({})
    const parts = groupRows(rows, 'fund_source', 'zh-CN').map((one) => [one.name, one.ledger_fen, one.difference_fen])
    expect(parts).toEqual([
      ['市', 7 * 13332, 0],
      ['区', 7 * 13332, 0],
      ['镇', 280000 - 14 * 13332, 0],
    ])
  })

  test('is a page and a workbook too', async () => {
    const html = await text(as('auditor').page('/console/payments?by=batch'))
    for (const words of ['发放对账', '第 3 批', '分文不差', '¥2,400.00']) expect(html).toContain(words)
    expect(await text(as('finance').page('/console/payments?month=2026-10&by=budget_year'))).toContain('2027')
    for (const answer of [
      await as('auditor').page('/console/payments.xlsx'),
      await as('auditor').send('GET', '/api/v1/payment-reconciliation', { headers: { accept: XLSX } }),
    ]) {
      const sheets = (await readExcel(Buffer.from(await answer.arrayBuffer()))) as unknown as {
        sheet: string
        data: unknown[][]
      }[]
      expect(sheets.map(({ sheet }) => sheet)).toEqual(['按发放批次', '按区县', '按资金来源', '按预算年度'])
      for (const { data } of sheets) {
        expect(data.at(-1)![0]).toBe('合计')
        // the columns of every sheet add up to its last row
        for (let at = 1; at < 9; at++) {
          const column = data.slice(1, -1).map((line) => line[at] as number)
          expect(column.reduce((sum, value) => sum + value, 0)).toBeCloseTo(data.at(-1)![at] as number, 6)
        }
      }
    }
  })
})

test('accounts are shown to no trainer and no facility: neither by the API nor on a page', async () => {
  const file = await w.db.selectFrom('payment_files').select(['id', 'batch_id']).executeTakeFirstOrThrow()
  const ids = [people.甲!, file.batch_id, file.id, run]
  const gets = [...declaredPermissions.keys()]
    .filter(
      (route) => route.startsWith('GET ') && /people|payment|run|record|staff|import|register|bank|report/.test(route),
    )
    .map((route) => route.slice(4))
  const open = /622202123456\d{4}/
  expect(await text(as('finance').page(`/console/payment-batches/${file.batch_id}`))).toMatch(/6222 \*\*\*\* \d{4}/)
  for (const username of ['trainer', 'facility', 'facility2']) {
    let read = 0
    for (const path of gets)
      for (const id of /[{:]/.test(path) ? ids : [null]) {
        const response = await as(username).send('GET', path.replaceAll(/[{:]\w+\}?/g, id ?? ''), {})
        if (!/text|json/.test(response.headers.get('content-type') ?? '')) {
          await response.body?.cancel()
          continue
        }
        const body = await response.text()
        expect(body, `${username} ${path}`).not.toMatch(open)
        // a facility sees the end of its own people's accounts, which it has entered itself; nobody else does
        if (username !== 'facility') expect(body, `${username} ${path}`).not.toMatch(/6222 \*\*\*\* \d{4}/)
        if (response.ok) read++
        if (/payment|\/runs|bank-format/.test(path) && response.status !== 404)
          expect([403, 404], path).toContain(response.status)
      }
    expect(read).toBeGreaterThan(3)
  }
}, 120_000)

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
