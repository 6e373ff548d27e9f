/** Certificates issued elsewhere are looked up again by age, from a list an officer takes along and hands back. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { requestBatch } from '../../src/credentials/batches.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { readSheet } from '../../src/platform/sheet-reader.ts'
import { writeWorkbook } from '../../src/platform/workbook.ts'
import { clientsOf } from '../support/answers.ts'
import { graduates } from '../support/graduates.ts'
import { type World, world } from '../support/world.ts'

let w: World
const as = clientsOf(() => w)
let person_id: string
beforeAll(async () => {
  w = await world()
  const context = await w.context('facility')
  const carer = { ...{ name: '王小芳', id_type: 'resident_id' as const }, id_number: '109901197203150228' }
  const [person] = await w.db
    .transaction()
    .execute((tx) => registerPeople(tx, context, [{ ...carer, workforce: 'elder_care' as const }]))
  person_id = person!.id
})
afterAll(() => w.close())
beforeEach(() => {
  w.clock.now = new Date('2026-11-23T02:00:00Z')
  w.faults.length = 0
})

const PATH = '/api/v1/external-certificates'
const LIST = '/console/registry-checks/external'
const SHEET = '/api/v1/registry-checks/external.xlsx'
let serials = 0
async function recorded(): Promise<{ id: string; number: string }> {
  const number = `S000033999801254${String(++serials).padStart(6, '0')}`
  const answer = await as('facility').post(PATH, {
    ...{ person_id, number, kind: 'skill_level', occupation_code: '4-10-01-05', level: 4 },
    ...{ issuer_name: '示例省外评价中心', issued_on: '2025-06-10' },
  })
  return answer.json()
}
const look = (id: string, checked_on: string, result = 'found') =>
  as('district').post(`${PATH}/${id}/checks`, { registry: 'osta', result, checked_on, evidence: '截图 1' })
const stateOf = async (id: string) => (await (await as('district').get(`${PATH}/${id}`)).json()).state
const duties = async () => (await as('district').page('/console')).text()

describe('a finding', () => {
  test('is due again on the day twelve months later, not the day before, and a new look settles it', async () => {
    const { id, number } = await recorded()
    await look(id, '2025-11-23')
    w.clock.now = new Date('2026-11-22T02:00:00Z')
    expect(await stateOf(id)).toBe('found')
    expect(await (await as('district').page(LIST)).text()).not.toContain(number)
    w.clock.now = new Date('2026-11-23T02:00:00Z')
    expect(await stateOf(id)).toBe('recheck')
    const open = await (await as('district').get(`${PATH}?state=open`)).json()
    expect(open.items.map((one: { id: string }) => one.id)).toContain(id)
    expect(await duties()).toContain('待核验的外部证书（含待复核）')
    expect(await (await as('district').page(LIST)).text()).toContain('待复核')
    await look(id, '2026-11-23')
    expect(await stateOf(id)).toBe('found')
  })

  test('that found nothing is not due by age: there is nothing to lose', async () => {
    const { id } = await recorded()
    await look(id, '2025-08-01', 'not_found')
    expect(await stateOf(id)).toBe('not_found')
  })

  test('of which no rule is confirmed is never due', async () => {
    const { id } = await recorded()
    await look(id, '2025-08-01')
    await w.db.updateTable('recheck_rules').set({ active: false }).where('code', '=', 'elsewhere-yearly').execute()
    expect(await stateOf(id)).toBe('found')
    await w.db.updateTable('recheck_rules').set({ active: true }).where('code', '=', 'elsewhere-yearly').execute()
    expect(await stateOf(id)).toBe('recheck')
  })
})

test('certificates of this register are due again only once an office has confirmed after how long', async () => {
  const class_id = await graduates(w, 1)
  const assessor = await w.context('assessor')
  const input = { class_id, kind: 'skill_level', reason: null, issued_on: '2026-06-20', valid_until: null }
  await w.db.transaction().execute((tx) => requestBatch(tx, assessor, input as never))
  await w.runJobs()
  const { id } = await w.db.selectFrom('certificates').select('id').executeTakeFirstOrThrow()
  const waits = async () => (await (await as('district').get('/api/v1/certificates?registry=none')).json()).items.length
  expect(await waits()).toBe(1)
  const found = { registry: 'osta', result: 'found', checked_on: '2026-06-25', evidence: '截图 1' }
  await as('district').post(`/api/v1/certificates/${id}/registry-checks`, found)
  w.clock.now = new Date('2027-06-25T02:00:00Z')
  expect(await waits()).toBe(0)
  const confirm = { active: true, confidence: 'confirmed' }
  await w.db.updateTable('recheck_rules').set(confirm).where('code', '=', 'here-yearly').execute()
  expect(await waits()).toBe(1)
  await as('district').post(`/api/v1/certificates/${id}/registry-checks`, { ...found, checked_on: '2027-06-25' })
  expect(await waits()).toBe(0)
})

describe('the list', () => {
  const taken = async () =>
    readSheet(new Uint8Array(await (await as('district').get(SHEET)).arrayBuffer()), 'list.xlsx')
  const handBack = async (header: string[], rows: string[][]) => {
    const bytes = await writeWorkbook([
      { name: '清单', columns: header.map((one) => ({ header: one, width: 12 })), rows },
    ])
    return as('district').upload(`${LIST}/findings`, { file: new File([bytes as BlobPart], '清单.xlsx') })
  }
  const filled = (cells: unknown[], answers: string[]) => [...cells.slice(0, 10).map(String), ...answers]
  const FOUND = ['技能人才评价证书全国联网查询', '已核验', '2026-11-22', '截图 7']

  test('goes out with what waits and comes back with what was found; rows without a result wait on', async () => {
    const [one, other] = [await recorded(), await recorded()]
    const { header, rows } = await taken()
    const mine = rows.filter(({ cells }) => [one.id, other.id].includes(String(cells[0])))
    expect(mine).toHaveLength(2)
    expect(mine[0]!.cells).toContain('1099**********0228')
    const done = await handBack(header, [
      filled(mine.find(({ cells }) => cells[0] === one.id)!.cells, FOUND),
      filled(mine.find(({ cells }) => cells[0] === other.id)!.cells, ['', '', '', '']),
    ])
    expect(done.status).toBe(303)
    expect([await stateOf(one.id), await stateOf(other.id)]).toEqual(['found', 'unchecked'])
    const again = await taken()
    expect(again.rows.map(({ cells }) => cells[0])).not.toContain(one.id)
  })

  test('with a faulty row records nothing and names every row', async () => {
    const [one, other] = [await recorded(), await recorded()]
    const { header, rows } = await taken()
    const of = ({ id }: { id: string }) => rows.find(({ cells }) => cells[0] === id)!.cells
    const wrong = await handBack(header, [
      filled(of(one), FOUND),
      filled(of(other), ['别的平台', '已核验', '2026-11-22', '截图 8']),
      filled(of(other), ['技能人才评价证书全国联网查询', '查无', '昨天', '截图 8']),
      filled(of(one), FOUND),
    ])
    expect(wrong.status).toBe(422)
    const html = await wrong.text()
    for (const words of ['第 3 行：“平台”', '第 4 行：“查询日期”', '第 5 行：同一张证书']) expect(html).toContain(words)
    expect(await stateOf(one.id)).toBe('unchecked')
    expect((await handBack(header, [filled(of(one), ['', '', '', ''])])).status).toBe(422)
    expect((await handBack(['证书编号'], [['X']])).status).toBe(422)
    const empty = await as('district').submit(`${LIST}/findings`, {})
    expect(empty.status).toBe(422)
  })

  test('does not overrule a correction made since it was taken, nor reach into another division', async () => {
    const one = await recorded()
    const { header, rows } = await taken()
    const { cells } = rows.find((row) => row.cells[0] === one.id)!
    await as('facility').post(`${PATH}/${one.id}/correction`, { level: 3, reason: '看错等级，已对照原件' })
    const late = await handBack(header, [filled(cells, FOUND)])
    expect([late.status, await late.text()]).toEqual([409, expect.stringContaining('请重新下载清单')])
    expect((await as('facility').get(SHEET)).status).toBe(403)
    const elsewhere = await as('district_nb').get(SHEET)
    const theirs = await readSheet(new Uint8Array(await elsewhere.arrayBuffer()), 'list.xlsx').catch(() => ({
      rows: [],
    }))
    expect(theirs.rows).toEqual([])
  })
})
