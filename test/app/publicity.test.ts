/** Publicity: the frozen masked list of a run, objections and answers, and that nothing is approved while it lasts. */

import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { computeRun, confirmVersion, submitRun } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { allowanceWorld, CONFIRMATION, randomCarers } from '../support/allowance-world.ts'
import { codes, ok } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type Client, type World, world } from '../support/world.ts'

const HZ = 'hz-special-post'
let w: World
const clients: Record<string, Client> = {}
const as = (username: string) => (clients[username] ??= w.as(username))
const months = ['2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09', '2026-10']
let run: string

beforeAll(async () => {
  w = await world()
  await randomCarers(w, await allowanceWorld(w), 60, 11)
  const admin = await w.context('admin')
  await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
}, 120_000)
afterAll(() => w.close())

/** A reviewed run of a month of its own; Monday, 23 November 2026. */
beforeEach(async () => {
  w.clock.now = new Date('2026-11-23T02:00:00Z')
  for (const name of Object.keys(clients)) delete clients[name]
  const month = months.pop()!
  const district = await w.context('district')
  run = (
    await w.db
      .transaction()
      .execute((tx) => computeRun(tx, district, { scheme_code: HZ, month, district_code: '330106' }))
  ).id
  await w.runJobs()
  await w.db.transaction().execute((tx) => submitRun(tx, district, run, null))
  await reviewRun(w, run)
})

const OPENING = { starts_on: '2026-11-24', days: 5, place: '区民政局网站' }
const open = (changed: object = {}, username = 'district') =>
  as(username).post(`/api/v1/allowance-runs/${run}/publicity`, { ...OPENING, ...changed })
const object = (id: string, changed: object = {}) =>
  as(null as never).post(`/api/v1/publicities/${id}/objections`, {
    ...{ position: null, statement: '此人九月已经离职', name: '王知情', phone: '13800001111', ...changed },
  })
const answer = (id: string, upheld: boolean, username = 'district') =>
  as(username).post(`/api/v1/publicity-objections/${id}/answer`, { upheld, answer: '已核对考勤' })
const close = (id: string) => as('district').post(`/api/v1/publicities/${id}/closing`, {})
const approve = () => as('finance').post(`/api/v1/allowance-runs/${run}/approval`, {}, { key: crypto.randomUUID() })
const later = (day: string) => {
  w.clock.now = new Date(`${day}T02:00:00Z`)
  for (const name of Object.keys(clients)) delete clients[name]
}

describe('the list', () => {
  test('is everybody with an amount, masked, in a fixed order, and its digest is that of its lines', async () => {
    const publicity = await ok(open(), 201)
    expect(publicity).toMatchObject({ ends_on: '2026-12-01', days: 5, day_kind: 'working', holidays_known: true })
    later('2026-11-24')
    const { items } = await ok(as(null as never).get(`/api/v1/publicities/${publicity.id}/lines?limit=200`))
    expect(items).toHaveLength(publicity.line_count)
    expect(items.length).toBeGreaterThan(3)
    const text = items
      .map((one: Record<string, unknown>) =>
        [one.position, one.name_masked, one.organisation_name, one.level ?? '', one.months, one.amount_fen].join('|'),
      )
      .join('\n')
    expect(createHash('sha256').update(text).digest('hex')).toBe(publicity.sha256)
    const { rows } = await sql<{ people: number; total_fen: number }>`
      select count(distinct person_id) as people, sum(amount_fen)::bigint as total_fen from allowance_lines where run_id = ${run}::uuid and amount_fen <> 0`.execute(
      w.db,
    )
    expect([publicity.line_count, publicity.total_fen]).toEqual([rows[0]!.people, rows[0]!.total_fen])
    expect(items.every(({ name_masked }: { name_masked: string }) => name_masked.includes('*'))).toBe(true)
    expect(JSON.stringify(items)).not.toContain('person_id')
    await ok(object(publicity.id, { position: 1 }), 201)
    const objections = await ok(as('district').get(`/api/v1/publicities/${publicity.id}/objections`))
    expect(objections.items).toMatchObject([{ position: 1, person_id: expect.any(String) }])
  })

  test('is not public before its first day, and is never replaced or changed', async () => {
    const { id } = await ok(open(), 201)
    expect((await as(null as never).get(`/api/v1/publicities/${id}/lines`)).status).toBe(404)
    expect((await as(null as never).get(`/p/${id}`)).status).toBe(404)
    expect(await codes(open())).toBe('publicity.exists')
    for (const statement of [
      sql`update publicity_lines set amount_fen = 1`,
      sql`delete from publicities`,
      sql`update publicities set ends_on = '2027-01-01'`,
    ])
      await expect(statement.execute(w.db)).rejects.toThrow(/append-only/)
  })

  test('is only that of a reviewed run of one’s own division, and does not begin in the past', async () => {
    expect(await codes(open({ starts_on: '2026-11-20' }))).toEqual(['publicity.past'])
    expect((await open({}, 'district2')).status).toBe(404)
    expect((await open({}, 'finance')).status).toBe(403)
    expect(await ok(open({ day_kind: 'calendar' }), 201)).toMatchObject({ ends_on: '2026-11-29' })
  })
})

describe('while it lasts', () => {
  test('nothing is approved, by whatever way, and it is not closed early', async () => {
    const { id } = await ok(open(), 201)
    expect(await codes(approve())).toBe('publicity.open')
    const { accounts } = w
    await expect(
      sql`insert into allowance_decisions (run_id, kind, decided_by) values (${run}::uuid, 'approval', ${accounts.finance}::uuid)`.execute(
        w.db,
      ),
    ).rejects.toThrow(/publicity/)
    later('2026-11-30')
    expect(await codes(close(id))).toBe('publicity.lasts')
    later('2026-12-01')
    expect((await ok(close(id))).closed_at).not.toBeNull()
    expect(await codes(close(id))).toBe('publicity.closed')
    expect(await codes(object(id))).toBe('publicity.closed')
    await ok(approve())
  })

  test('an objection has to be answered; who lodged it stays sealed until somebody says why they look', async () => {
    const { id } = await ok(open(), 201)
    later('2026-11-25')
    expect(await codes(object(id, { position: 999 }))).toEqual(['publicity.position_unknown'])
    const objection = await ok(object(id), 201)
    const listed = await as('district').get(`/api/v1/publicities/${id}/objections`)
    expect(await listed.clone().text()).not.toContain('王知情')
    expect((await listed.json()).items).toMatchObject([{ position: null, upheld: null, person_id: null }])
    const { rows } = await sql<{ text: string }>`select to_jsonb(o)::text as text from publicity_objections o`.execute(
      w.db,
    )
    expect(rows.some(({ text }) => text.includes('1380000'))).toBe(false)
    const disclosure = `/api/v1/publicity-objections/${objection.id}/disclosure`
    expect(await ok(as('district').post(disclosure, { reason: '电话核实' }))).toEqual({
      ...{ name: '王知情', phone: '13800001111' },
    })
    expect((await as('district2').post(disclosure, { reason: '电话核实' })).status).toBe(404)
    later('2026-12-01')
    expect(await codes(close(id))).toBe('publicity.unanswered')
    await expect(
      sql`insert into publicity_closings (publicity_id, closed_by) values (${id}::uuid, ${w.accounts.district}::uuid)`.execute(
        w.db,
      ),
    ).rejects.toThrow(/not answered/)
    expect((await answer(objection.id, false, 'district2')).status).toBe(404)
    await ok(answer(objection.id, false))
    expect(await codes(answer(objection.id, true))).toBe('objection.answered')
    await ok(close(id))
    await ok(approve())
  })

  test('one that is upheld keeps the run from approval: it is rejected and computed again', async () => {
    const { id } = await ok(open(), 201)
    later('2026-11-25')
    const objection = await ok(object(id, { position: null, statement: '漏报了李某某' }), 201)
    await ok(answer(objection.id, true))
    later('2026-12-01')
    await ok(close(id))
    expect(await codes(approve())).toBe('publicity.upheld')
    await ok(
      as('finance').post(
        `/api/v1/allowance-runs/${run}/rejection`,
        { reason: '异议成立' },
        { key: crypto.randomUUID() },
      ),
    )
  })
})

test('the pages: an officer publishes and answers, anybody reads and objects', async () => {
  const page = `/console/runs/${run}/publicity`
  expect((await as('district').submit(page, { ...OPENING, days: '5', place: '' })).status).toBe(422)
  expect((await as('district').submit(page, { ...OPENING, days: '5', day_kind: 'working' })).status).toBe(303)
  const { rows } = await sql<{ id: string }>`select id from publicities where run_id = ${run}::uuid`.execute(w.db)
  const open_to_all = `/p/${rows[0]!.id}`
  later('2026-11-24')
  const everybody = w.as(null)
  const list = await everybody.get(open_to_all)
  expect(list.headers.get('cache-control')).toBe('no-store')
  expect(await list.text()).toMatch(/noindex[\s\S]*提出异议/)
  const said = { statement: '此人已经离职了', name: '王知情', phone: '13800001111' }
  const wrong = await everybody.submit(open_to_all, { ...said, phone: 'x' })
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringMatching(/id="field-phone-error"/)])
  expect((await everybody.submit(open_to_all, said)).status).toBe(303)
  const { rows: lodged } = await sql<{
    id: string
  }>`select id from publicity_objections order by filed_at desc limit 1`.execute(w.db)
  const here = `${page}/objections/${lodged[0]!.id}`
  const shown = await as('district').submit(`${here}/disclosure`, { reason: '电话核实' })
  expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining('王知情')])
  expect(await (await as('district').get(page)).text()).not.toContain('王知情')
  expect((await as('district').submit(`${here}/answer`, { upheld: 'false', answer: '已核对' })).status).toBe(303)
  expect((await as('district').submit(`${page}/closing`, {})).status).toBe(409)
})
