/** The daily work at the command line: the same import, issue, verification and run as on the pages, in a real PostgreSQL. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { demoRoster, PLANTED_FAULTS } from '../../db/demo-roster.ts'
import { confirmVersion } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { testDatabase } from '../support/database.ts'
import { GRADUATED_ON, graduates } from '../support/graduates.ts'
import { build, run, temporaryDirectory } from '../support/program.ts'
import { KEY, type World, world } from '../support/world.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })
let w: World
const folder = temporaryDirectory()
beforeAll(async () => {
  await build()
  w = await world(await testDatabase('postgres'))
})
afterAll(() => w.close())

const huyu = (...words: string[]) => run(['src/cli.ts', ...words, '--json'], { DATABASE_URL: w.url!, HUYU_KEY: KEY })

test('a roster is checked, then imported; the faults are told with their rows, and a second time does nothing', async () => {
  const file = join(folder, 'roster.xlsx')
  writeFileSync(file, await demoRoster())
  const checked = await huyu('import', 'people', file, '--as', 'trainer', '--check')
  expect(JSON.parse(checked.out)).toMatchObject({ status: 'checked', rows: 300, rejected: PLANTED_FAULTS.length })
  const people = () => w.db.selectFrom('people').select('id').execute()
  expect(await people()).toEqual([])

  const imported = await huyu('import', 'people', file, '--as', 'trainer')
  expect(imported.code).toBe(0)
  expect(imported.err).toContain('300/300 (100%)')
  const answer = JSON.parse(imported.out)
  expect(answer).toMatchObject({ status: 'committed', accepted: 288 })
  expect(answer.faults.map(({ row }: { row: number }) => row)).toEqual(
    PLANTED_FAULTS.map(({ row }) => row).sort((a, b) => a - b),
  )
  expect(await people()).toHaveLength(288)
  const again = await huyu('import', 'people', file, '--as', 'trainer')
  expect(JSON.parse(again.out).id).toBe(answer.id)
  expect(await people()).toHaveLength(288)
})

test('a class gets its certificates, and a file or a number is verified', async () => {
  const class_id = await graduates(w, 12)
  const issue = ['certificates', 'issue', '--class', class_id, '--issued-on', GRADUATED_ON]
  const issued = await huyu(...issue, '--as', 'assessor')
  expect([issued.code, issued.err]).toEqual([0, expect.stringContaining('12/12 (100%)')])
  const certificate = await w.db
    .selectFrom('certificates')
    .select(['id', 'number'])
    .orderBy('number')
    .executeTakeFirstOrThrow()
  expect(JSON.parse((await huyu('certificates', 'verify', certificate.number)).out)).toMatchObject({ status: 'valid' })

  const pdf = new Uint8Array(
    await (await w.as('assessor').get(`/api/v1/certificates/${certificate.id}.pdf`)).arrayBuffer(),
  )
  const file = join(folder, 'certificate.pdf')
  writeFileSync(file, pdf)
  expect(JSON.parse((await huyu('certificates', 'verify', file)).out)).toMatchObject({
    status: 'valid',
    number: certificate.number,
  })
  pdf[pdf.length - 100]! ^= 1
  writeFileSync(file, pdf)
  expect(JSON.parse((await huyu('certificates', 'verify', file)).out)).toMatchObject({ status: 'not_found' })
})

test('a month is computed; what is not confirmed is refused by name', async () => {
  const month = ['allowances', 'run', '--scheme', 'hz-special-post', '--month', '2026-10', '--district', '330106']
  const refused = await huyu(...month, '--as', 'district')
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('完成继续教育')])
  const admin = await w.context('admin')
  const confirmation = confirmationShape.parse({
    document: '杭民发〔2024〕示例 1 号',
    reason: '按文件核定',
    rates: [300, 400, 500, 800, 1200].map((yuan, index) => ({ level: 5 - index, amount_fen: yuan * 100 })),
    thresholds: { continuing_education: 8 },
  })
  await w.db.transaction().execute((tx) => confirmVersion(tx, admin, 'hz-special-post', 1, confirmation))
  const { out, code } = await huyu(...month, '--as', 'district')
  expect(code).toBe(0)
  const { runs } = JSON.parse(out)
  expect(runs).toMatchObject([{ district_code: '330106', status: 'computed', line_count: 0 }])
  const recheck = await huyu('allowances', 'recheck', runs[0].id, '--as', 'auditor')
  expect([recheck.code, JSON.parse(recheck.out)]).toMatchObject([0, { status: 'equal', compared: 0 }])
  expect((await huyu('allowances', 'recheck', runs[0].id, '--as', 'trainer')).code).toBe(1)
})

test('without a district and without an account, the operator computes every district with a facility', async () => {
  const { out, code } = await huyu('allowances', 'run', '--scheme', 'nb-special-post', '--month', '2026-10')
  expect(code).toBe(0)
  expect(JSON.parse(out).runs).toMatchObject([{ district_code: '330200', status: 'computed', line_count: 0 }])
})

test('a role without the permission is refused, and wrong use is told apart', async () => {
  const refused = await huyu(
    'allowances',
    'run',
    '--scheme',
    'hz-special-post',
    '--month',
    '2026-10',
    '--as',
    'trainer',
  )
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('run.compute')])
  const wrong = await huyu('allowances', 'run', '--scheme', 'hz-special-post')
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('missing: --month')])
  const kind = await huyu('import', 'horses', join(folder, 'roster.xlsx'), '--as', 'trainer')
  expect([kind.code, kind.err]).toEqual([1, expect.stringContaining('people')])
})

test('what is over its time is counted, then erased by rule, and what nobody has confirmed is named', async () => {
  await w.db.deleteFrom('rate_limits').execute()
  await w.db
    .insertInto('rate_limits')
    .values({ key: 'ended', window_ends_at: new Date(0), count: 1 })
    .execute()
  const check = JSON.parse((await huyu('retention', 'run', '--check')).out)
  expect(check.would_erase).toMatchObject({ 'rate-limits': 1, 'import-rows': 0 })
  expect(check.not_confirmed).toContain('payment-vouchers')
  expect(JSON.parse((await huyu('retention', 'run')).out).erased).toMatchObject({ 'rate-limits': 1 })
  expect(JSON.parse((await huyu('retention', 'run')).out).erased).toMatchObject({ 'rate-limits': 0 })
})

test('the key is exchanged, the old one may go, and a wrong one is told in a sentence', async () => {
  const K2 = `k2:${Buffer.alloc(32, 2).toString('base64')}`
  const under = (keys: Record<string, string>, ...words: string[]) =>
    run(['src/cli.ts', ...words, '--json'], { DATABASE_URL: w.url!, ...keys })
  const alone = await huyu('keys', 'rotate')
  expect([alone.code, alone.err]).toEqual([1, expect.stringContaining('HUYU_OLD_KEYS')])
  const both = { HUYU_KEY: K2, HUYU_OLD_KEYS: KEY }
  const before = JSON.parse((await under(both, 'doctor')).out)
  expect(before.keys).toBe('k2, k1')
  expect(before.to_seal_again).toBeGreaterThan(300)
  const rotated = await under(both, 'keys', 'rotate')
  expect([rotated.code, rotated.err]).toEqual([0, expect.stringContaining('(100%)')])
  expect(JSON.parse(rotated.out)).toMatchObject({ key: 'k2', left: 0, next: expect.stringContaining('k1') })
  const after = JSON.parse((await under({ HUYU_KEY: K2 }, 'doctor')).out)
  expect([after.keys, Object.keys(after.sealed_by_key), after.to_seal_again]).toEqual(['k2', ['k2'], 0])
  for (const [keys, code] of [
    [{ HUYU_KEY: KEY }, 'HUYU_OLD_KEYS'],
    [{ HUYU_KEY: `k2:${KEY}` }, 'does not open'],
  ] as const) {
    const wrong = await under(keys, 'doctor')
    expect(wrong.code).toBe(1)
    expect(wrong.err.trim().split('\n')).toHaveLength(1)
    expect(wrong.err).toContain(code)
  }
})
