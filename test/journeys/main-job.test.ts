/** The main job as its users do it, in one story: from a roster in Excel to a month's money and its recovery. */

import { Buffer } from 'node:buffer'
import { sql } from 'kysely'
import readExcel from 'read-excel-file/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoRoster, PLANTED_FAULTS } from '../../db/demo-roster.ts'
import { sha256Hex } from '../../src/platform/bytes.ts'
import { writeWorkbook } from '../../src/platform/workbook.ts'
import { pdfiumText, qrText, rasterise } from '../support/pdf.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type Client, type World, world } from '../support/world.ts'

interface Carer {
  name: string
  id_number: string
}

let w: World
let roster: Uint8Array<ArrayBuffer>
/** thirty people of the workbook, as an independent reader sees them */
let carers: Carer[]
/** person ids of the thirty, in the same order */
let people: string[]
let class_id: string
let run_id: string

beforeAll(async () => {
  w = await world()
  roster = new Uint8Array(await demoRoster())
  const [{ data } = { data: [] }] = (await readExcel(Buffer.from(roster))) as unknown as { data: unknown[][] }[]
  const faulty = new Set(PLANTED_FAULTS.map(({ row }) => row))
  carers = data
    .map((cells, index) => ({
      row: index + 1,
      name: String(cells[0]),
      id_type: cells[1],
      id_number: String(cells[2]),
      workforce: cells[3],
    }))
    .filter(
      ({ row, id_type, id_number, workforce }) =>
        row > 1 &&
        !faulty.has(row) &&
        id_type === '居民身份证' &&
        workforce === '养老护理' &&
        /^\d{17}[\dX]$/.test(id_number),
    )
    .slice(0, 30)
})
afterAll(() => w.close())

const upload = (client: Client, kind: string, file: Uint8Array<ArrayBuffer>, fields: Record<string, string> = {}) =>
  client.upload(
    '/api/v1/imports',
    { kind, mode: 'check', file: new File([file], `${kind}.xlsx`), ...fields },
    { 'idempotency-key': crypto.randomUUID() },
  )

/** The answer, which must be a success; a refusal fails the test with its words. */
async function ok(answer: Response): Promise<Response> {
  if (!answer.ok) expect.fail(`${answer.status} ${await answer.text()}`)
  return answer
}

async function importAll(
  client: Client,
  kind: string,
  columns: string[],
  rows: (string | number)[][],
  fields: Record<string, string> = {},
) {
  const file = await writeWorkbook([{ name: '数据', columns: columns.map((header) => ({ header })), rows }])
  const checked = await (await upload(client, kind, new Uint8Array(file), fields)).json()
  if (checked.rejected !== 0)
    expect.fail(await (await client.get(`/api/v1/imports/${checked.id}/rows?change=wrong&limit=2`)).text())
  expect(checked).toMatchObject({ rows: rows.length, rejected: 0 })
  const committed = await client.post(`/api/v1/imports/${checked.id}/commitment`, {}, { key: crypto.randomUUID() })
  await ok(committed)
  await w.runJobs()
  return (await client.get(`/api/v1/imports/${checked.id}`)).json()
}

test('1 a training officer imports 300 rows, sees every fault beside its row, and imports the rest', async () => {
  const trainer = w.as('trainer')
  const answer = await upload(trainer, 'people', roster)
  await ok(answer)
  const checked = await answer.json()
  expect(checked).toMatchObject({ rows: 300, rejected: PLANTED_FAULTS.length, accepted: 300 - PLANTED_FAULTS.length })

  const wrong = await (await trainer.get(`/api/v1/imports/${checked.id}/rows?change=wrong&limit=200`)).json()
  expect(
    wrong.items.map((row: { row_number: number }) => row.row_number).sort((a: number, b: number) => a - b),
  ).toEqual(PLANTED_FAULTS.map(({ row }) => row).sort((a, b) => a - b))
  const preview = await trainer.page(`/console/imports/${checked.id}`)
  expect(preview.status).toBe(200)
  const html = await preview.text()
  for (const { row } of PLANTED_FAULTS) expect(html).toContain(`>${row}<`)
  expect(await count('people')).toBe(0)

  const errors = await trainer.get(`/api/v1/imports/${checked.id}/errors.xlsx`)
  const [{ data } = { data: [] }] = (await readExcel(Buffer.from(await errors.arrayBuffer()))) as unknown as {
    data: unknown[][]
  }[]
  expect(data.length).toBe(PLANTED_FAULTS.length + 1)

  await ok(await trainer.post(`/api/v1/imports/${checked.id}/commitment`, {}, { key: 'commit-1' }))
  await w.runJobs()
  expect(await count('people')).toBe(300 - PLANTED_FAULTS.length)
  const again = await (await upload(trainer, 'people', roster)).json()
  expect(again.id).toBe(checked.id)

  const found = await Promise.all(
    carers.map(async ({ name, id_number }) => {
      const list = await (await trainer.get(`/api/v1/people?q=${encodeURIComponent(name)}&limit=50`)).json()
      return list.items.find((person: { id_number_masked: string }) =>
        person.id_number_masked.endsWith(id_number.slice(-4)),
      )?.id
    }),
  )
  people = found
  expect(people.every(Boolean)).toBe(true)
})

test('2 a class is opened for a level, hours and results are recorded, and it is completed with reasons', async () => {
  const trainer = w.as('trainer')
  const course = await (
    await trainer.post('/api/v1/courses', {
      name: '养老护理员五级',
      kind: 'skill_level',
      occupation_code: '4-10-01-05',
      standard_edition: '2019',
      level: 5,
      theory_hours: 8,
      practice_hours: 12,
      attendance_percent: 80,
    })
  ).json()
  // opened as the officer would: the console's form
  const opened = await trainer.submit('/console/classes', {
    course_id: course.id,
    name: '2026年第1期养老护理员（五级）班',
    starts_on: '2026-08-03',
    ends_on: '2026-08-06',
    capacity: '40',
    assessor_organisation_id: w.org.assessor,
  })
  expect(opened.status).toBe(303)
  class_id = opened.headers.get('location')!.match(/[0-9a-f-]{36}/)![0]
  await ok(await trainer.post(`/api/v1/classes/${class_id}/enrolments`, { person_ids: people }))
  const enrolments = await (await trainer.get(`/api/v1/classes/${class_id}/enrolments?limit=200`)).json()
  for (const [day, part] of (['theory', 'practice'] as const).entries()) {
    const session = await (
      await trainer.post(`/api/v1/classes/${class_id}/sessions`, {
        held_on: `2026-08-0${3 + day}`,
        topic: `第${day + 1}天`,
        part,
        hours: 10,
      })
    ).json()
    const items = enrolments.items.map(({ id }: { id: string }) => ({ enrolment_id: id, hours: 10 }))
    await ok(await trainer.post(`/api/v1/sessions/${session.id}/attendances`, { items }))
  }
  // the trainer never enters results; the assessment body does, and two people fail a part
  const results = people.map((person_id, index) => ({
    person_id,
    assessed_on: '2026-08-10',
    theory: index === 28 ? 59.99 : 60,
    practical: index === 29 ? 40 : 75.5,
  }))
  expect((await trainer.post(`/api/v1/classes/${class_id}/results`, { items: results })).status).toBe(403)
  await ok(await w.as('assessor').post(`/api/v1/classes/${class_id}/results`, { items: results }))
  const completion = await (await trainer.post(`/api/v1/classes/${class_id}/completion`)).json()
  expect(completion).toMatchObject({ completed: 28, failed: 2, rate: { numerator: 28, denominator: 30 } })
  expect(
    completion.items
      .filter((item: { outcome: string }) => item.outcome === 'failed')
      .map((item: { person_id: string }) => item.person_id)
      .sort(),
  ).toEqual([people[28], people[29]].sort())
})

test('3 the assessment body issues certificates; each is a readable Chinese PDF whose QR code anybody can verify', async () => {
  const assessor = w.as('assessor')
  const made = await assessor.post(
    '/api/v1/certificate-batches',
    { class_id, kind: 'skill_level', issued_on: '2026-08-20' },
    { key: 'batch-1' },
  )
  await ok(made)
  expect(made.headers.get('location')).toMatch(/\/api\/v1\/jobs\//)
  await w.runJobs()
  const { items } = await (await assessor.get(`/api/v1/certificates?class_id=${class_id}&limit=200`)).json()
  expect(items.length).toBe(28)
  expect(items.map((item: { number: string }) => item.number).sort()).toEqual(
    Array.from({ length: 28 }, (_, index) => `S000033999901265${String(index + 1).padStart(6, '0')}`),
  )

  const [first] = items
  const pdf = new Uint8Array(await (await assessor.get(`/api/v1/certificates/${first.id}.pdf`)).arrayBuffer())
  expect(await sha256Hex(pdf)).toBe(first.pdf_sha256)
  const text = await pdfiumText(pdf)
  for (const words of [first.holder_name, first.number, '养老护理员', '五级/初级工', '示例技能评价中心'])
    expect(text).toContain(words)
  const address = qrText(await rasterise(pdf, 150))
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:3000\/v\/[\w-]{22}/)

  const page = await w.as(null).page(new URL(address!).pathname)
  expect(page.status).toBe(200)
  const html = await page.text()
  expect(html).toContain('真实有效')
  expect(html).toContain(first.number)
  expect(html).not.toContain(first.holder_name)
  const without = await (await w.as(null).get(`/api/v1/verify/${first.number}`)).json()
  expect(without).toMatchObject({ status: 'valid', issuer_name: '示例技能评价中心' })
  expect(without.holder_name_masked ?? null).toBeNull()
  const proven = await (
    await w.as(null).get(`/api/v1/verify/${first.number}?name=${encodeURIComponent(first.holder_name)}`)
  ).json()
  expect(proven).toMatchObject({ status: 'valid', level: 5, pdf_sha256: first.pdf_sha256 })
})

test('4 a care facility records employments and a month from its workbooks, and checks its roster in one go', async () => {
  const facility = w.as('facility')
  const named = (carer: Carer, ...rest: (string | number)[]) => [carer.name, '居民身份证', carer.id_number, ...rest]
  await importAll(
    facility,
    'people',
    ['姓名', '证件类型', '证件号码', '从业类别'],
    carers.map((carer) => named(carer, '养老护理')),
  )
  await importAll(
    facility,
    'employments',
    ['姓名', '证件类型', '证件号码', '岗位', '用工形式', '入职日期'],
    carers.map((carer) => named(carer, '养老护理', '劳动合同', '2026-01-05')),
  )
  await importAll(
    facility,
    'service-months',
    ['姓名', '证件类型', '证件号码', '月份', '出勤天数', '缴纳社保'],
    carers.flatMap((carer, index) =>
      ['2026-10', '2026-11'].map((month) => named(carer, month, index === 3 ? 19 : 22, '是')),
    ),
  )
  await importAll(
    facility,
    'education-hours',
    ['姓名', '证件类型', '证件号码', '完成日期', '学时', '主办单位', '培训内容'],
    carers.map((carer) => named(carer, '2026-05-20', 8, '示例职业培训学校', '失智照护')),
  )
  const check = await facility.post('/api/v1/certificate-checks', { roster: true })
  await ok(check)
  const { summary } = await check.json()
  expect(summary.valid).toBe(28)
})

test('5 the month is computed with every reason, submitted, approved by somebody else, paid, and cannot be changed', async () => {
  const district = w.as('district')
  // the certificates of people working in the district that nobody has looked up yet
  const waiting = await (await district.get('/api/v1/certificates?registry=none&limit=200')).json()
  expect(waiting.items.length).toBe(28)
  const certificate_ids = waiting.items.map(({ id }: { id: string }) => id)
  const checks = {
    certificate_ids,
    registry: 'osta',
    result: 'found',
    checked_on: '2026-09-01',
    evidence: '截图 2026-09-01-001',
  }
  await ok(await district.post('/api/v1/registry-checks', checks))
  // what the facility says of its staff's continuing education counts once the district has approved it
  const pending = await (await district.get('/api/v1/education-hours?approval=pending&limit=200')).json()
  expect(pending.items.length).toBe(30)
  const ids = pending.items.map(({ id }: { id: string }) => id)
  await ok(await district.post('/api/v1/education-hour-decisions', { ids, decision: 'approved' }))

  const october = { scheme_code: 'hz-special-post', month: '2026-10', district_code: '330106' }
  const unconfirmed = await district.post('/api/v1/allowance-runs', october, { key: 'run-0' })
  expect(unconfirmed.status).toBe(409)
  expect((await unconfirmed.json()).code).toBe('scheme.unconfirmed')
  const confirmed = await w.as('admin').post(
    '/api/v1/schemes/hz-special-post/versions/1/confirmation',
    {
      document: '杭民发〔2024〕示例 1 号',
      reason: '按文件核定',
      rates: [300, 400, 500, 800, 1200].map((yuan, index) => ({ level: 5 - index, amount_fen: yuan * 100 })),
      thresholds: { continuing_education: { 5: 8, 4: 16, 3: 24, 2: 32, 1: 40 } },
    },
    { key: 'confirm-1' },
  )
  await ok(confirmed)

  const made = await district.post('/api/v1/allowance-runs', october, { key: 'run-1' })
  await ok(made)
  run_id = (await made.json()).id
  await w.runJobs()
  const run = await (await district.get(`/api/v1/allowance-runs/${run_id}`)).json()
  // thirty lines; 27 paid: two failed the assessment, one came 19 days
  expect(run).toMatchObject({ status: 'computed', line_count: 30, payable_count: 27, total_fen: 27 * 30000 })
  const lines = await (await district.get(`/api/v1/allowance-runs/${run_id}/lines?limit=200`)).json()
  const refused = lines.items.find((line: { person_id: string }) => line.person_id === people[3])
  expect(refused).toMatchObject({ outcome: 'refused', amount_fen: 0 })
  expect(refused.reasons.length).toBeGreaterThanOrEqual(11)
  const attendance = refused.reasons.find((reason: { code: string }) => reason.code === 'attendance')
  expect(attendance).toMatchObject({ met: false, required: 20, actual: 19 })
  expect(refused.reasons.filter((reason: { met: boolean }) => !reason.met).length).toBe(1)
  const paid = lines.items.find((line: { person_id: string }) => line.person_id === people[0])
  expect(paid.reasons.find((reason: { code: string }) => reason.code === 'certificate').evidence[0].id).toBe(
    paid.certificate_id,
  )
  await ok(await district.page(`/console/runs/${run_id}`))

  await ok(await district.post(`/api/v1/allowance-runs/${run_id}/submission`, {}, { key: 'submit-1' }))
  await reviewRun(w, run_id)
  expect((await district.post(`/api/v1/allowance-runs/${run_id}/approval`, {}, { key: 'approve-0' })).status).toBe(403)
  await ok(await w.as('finance').post(`/api/v1/allowance-runs/${run_id}/approval`, {}, { key: 'approve-1' }))

  const finance = w.as('finance')
  for (const format of ['xlsx', 'csv']) {
    const file = await (
      await finance.post(
        `/api/v1/allowance-runs/${run_id}/payment-file`,
        { format, reason: '首次与存档各一份' },
        { key: `file-${format}` },
      )
    ).json()
    expect(file).toMatchObject({ row_count: 27, total_fen: 27 * 30000 })
    const bytes = new Uint8Array(await (await finance.get(`/api/v1/payment-files/${file.id}`)).arrayBuffer())
    expect(await sha256Hex(bytes)).toBe(file.sha256)
  }
  for (const statement of [
    sql`update allowance_lines set entitlement_fen = 1 where run_id = ${run_id}`,
    sql`delete from allowance_lines where run_id = ${run_id}`,
    sql`truncate allowance_ledger cascade`,
    sql`update allowance_ledger set entitlement_fen = 1`,
    sql`update allowance_runs set total_fen = 1 where id = ${run_id}`,
    sql`update allowance_runs set status = 'computed' where id = ${run_id}`,
  ])
    await expect(statement.execute(w.db)).rejects.toThrow(
      /append-only|cannot be changed|cannot go|violates foreign key/,
    )
})

test('6 a certificate is revoked, and the next month carries the recovery as a line of its own', async () => {
  const assessor = w.as('assessor')
  const { items } = await (await assessor.get(`/api/v1/certificates?class_id=${class_id}&limit=200`)).json()
  const certificate = items.find((item: { person_id: string }) => item.person_id === people[0])
  const revoked = await assessor.post(
    `/api/v1/certificates/${certificate.id}/revocation`,
    { reason_code: 'fraud', reason: '替考，经查实' },
    { key: 'revoke-1' },
  )
  await ok(revoked)
  expect(await (await w.as(null).get(`/api/v1/verify/${certificate.number}`)).json()).toMatchObject({
    status: 'revoked',
  })

  w.clock.now = new Date('2026-12-03T02:00:00Z')
  const district = w.as('district')
  const made = await (
    await district.post(
      '/api/v1/allowance-runs',
      { scheme_code: 'hz-special-post', month: '2026-11', district_code: '330106' },
      { key: 'run-2' },
    )
  ).json()
  await w.runJobs()
  const lines = (await (await district.get(`/api/v1/allowance-runs/${made.id}/lines?limit=200`)).json()).items.filter(
    (line: { person_id: string }) => line.person_id === people[0],
  )
  expect(
    lines
      .map(({ kind, month, amount_fen, outcome }: Record<string, unknown>) => ({ kind, month, amount_fen, outcome }))
      .sort((a: { month: string }, b: { month: string }) => a.month.localeCompare(b.month)),
  ).toMatchObject([
    { kind: 'recovery', month: '2026-10', amount_fen: -30000 },
    { kind: 'normal', month: '2026-11', amount_fen: 0, outcome: 'refused' },
  ])
})

test('Ningbo 2023, whose amounts are all known, needs no confirmation', async () => {
  const facility = w.as('facility_nb')
  const five = carers.slice(10, 15)
  const named = (carer: Carer, ...rest: (string | number)[]) => [carer.name, '居民身份证', carer.id_number, ...rest]
  await importAll(
    facility,
    'people',
    ['姓名', '证件类型', '证件号码', '从业类别'],
    five.map((carer) => named(carer, '养老护理')),
  )
  // they leave Hangzhou at the end of October: one paying employment a month
  for (const person_id of people.slice(10, 15)) {
    const { items } = await (await w.as('facility').get(`/api/v1/people/${person_id}/employments`)).json()
    await ok(
      await w
        .as('facility')
        .post(`/api/v1/employments/${items[0].id}/ending`, { ends_on: '2026-11-01', reason: '调往宁波' }),
    )
  }
  await importAll(
    facility,
    'employments',
    ['姓名', '证件类型', '证件号码', '岗位', '用工形式', '入职日期'],
    five.map((carer) => named(carer, '养老护理', '劳务协议', '2026-11-01')),
  )
  await importAll(
    facility,
    'service-months',
    ['姓名', '证件类型', '证件号码', '月份', '出勤天数', '缴纳社保'],
    five.map((carer) => named(carer, '2026-11', 18, '否')),
  )
  const district = w.as('district_nb')
  const made = await (
    await district.post(
      '/api/v1/allowance-runs',
      { scheme_code: 'nb-special-post', month: '2026-11', district_code: '330200' },
      { key: 'run-nb' },
    )
  ).json()
  await w.runJobs()
  expect(await (await district.get(`/api/v1/allowance-runs/${made.id}`)).json()).toMatchObject({
    line_count: 5,
    payable_count: 5,
    total_fen: 150000,
  })
})

test('each step left its event in a chain that holds, and nothing was an internal fault', async () => {
  const proof = await (await w.as('admin').get('/api/v1/history/verification')).json()
  expect(proof.broken_at).toBeNull()
  const kinds = await w.db.selectFrom('history_events').select('kind').distinct().execute()
  expect(kinds.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      'person.registered',
      'class.completed',
      'certificate.issued',
      'certificate.revoked',
      'employment.recorded',
      'service_month.imported',
      'run.computed',
      'run.submitted',
      'run.approved',
    ]),
  )
  expect(w.faults).toEqual([])
})

async function count(table: 'people'): Promise<number> {
  return (
    await w.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
  ).n
}
