/** Tasks of the page map that decide something, each done in a browser in at most three clicks from the page it starts on. */
import { sql } from 'kysely'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeCsv } from '../../src/platform/workbook.ts'
import { openBrowser } from '../support/browser.ts'
import { type City, openCity } from '../support/city.ts'
import { countedTasks } from '../support/clicks.ts'
import { clientFor } from '../support/world.ts'

let city: City
let browser: Browser
const { start, click, done } = countedTasks(() => ({ browser, city }))
beforeAll(async () => {
  city = await openCity()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await city?.close()
})

const runIn = (status: string) =>
  city.db
    .selectFrom('allowance_runs')
    .select('id')
    .where('status', '=', status)
    .where('payable_count', '>', 0)
    .orderBy('month', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()

test('评价机构：核对名单，确认，签发 an assessor looks at the list of a class, confirms it and issues', async () => {
  const page = await start('assessor', '/console/certificates/new')
  const main = page.getByRole('main')
  await click(main.getByRole('link', { name: /期养老护理员/ }).first())
  await main.getByRole('link', { name: '预览第一张' }).waitFor()
  await click(main.getByRole('link', { name: /^下一步：为 \d+ 人发证/ }))
  await click(main.getByRole('button', { name: /签发|发证/ }))
  await page.waitForURL(/\/console\/certificate-batches\//)
  await done(page, 3)
})

test('审核人员：答复疑点，登记抽查，审核通过 a reviewer answers what was found, records the sample and decides', async () => {
  const { id } = await runIn('submitted')
  const page = await start('city', `/console/runs/${id}/review`)
  const main = page.getByRole('main')
  const findings = main.locator('form[action$="/findings"]')
  await findings.getByLabel('全选本页').check()
  await findings.getByLabel('核实无误').check()
  await findings.getByLabel(/^理由/).fill('同一家庭共用一个账号，已核对')
  await click(findings.getByRole('button', { name: '答复所选疑点' }))
  const sample = main.locator('form[action$="/sample"]')
  await sample.getByLabel('全选本页').check()
  await sample.getByLabel('合格', { exact: true }).check()
  await sample.getByLabel(/^现场情况/).fill('现场在岗，考勤相符')
  await click(sample.getByRole('button', { name: '登记抽查结果' }))
  const own = main.locator('section.card', { has: page.getByRole('heading', { name: '区县主管部门审核' }) })
  await own.getByLabel('同意').check()
  await click(own.getByRole('button', { name: '提交审核意见' }))
  await page.getByText(/已审核。|全部审核完成/).waitFor()
  await done(page, 3)
})

test('区县：看公示名单，开始公示；公众在名单上找到一个人 a district opens the publicity, and anybody finds a name on the list', async () => {
  const { id } = await runIn('reviewed')
  const officer = await start('city', `/console/runs/${id}`)
  await click(officer.getByRole('main').getByRole('link', { name: '公示', exact: true }))
  await officer
    .getByRole('main')
    .getByLabel(/^自哪天起/)
    .fill('2026-11-23')
  await officer
    .getByRole('main')
    .getByLabel(/^公示地点/)
    .fill('区民政局网站')
  await click(officer.getByRole('main').getByRole('button', { name: '公示', exact: true }))
  const list = officer.getByRole('main').locator('a[href*="/p/"]').first()
  const address = await list.getAttribute('href')
  await done(officer, 2)

  const anybody = await start(null, new URL(address!, city.url).pathname)
  await anybody
    .getByRole('main')
    .getByRole('cell', { name: /^.\*.$/ })
    .first()
    .waitFor()
  await done(anybody, 0)
})

test('区县：试算一个人一个月 an officer tries a month of somebody under a scheme', async () => {
  const { rows } = await sql<{ name: string }>`
    select p.name from allowance_lines l join people p on p.id = l.person_id join allowance_runs r on r.id = l.run_id
    where r.district_code = '330106' and l.outcome = 'payable' order by l.month desc, p.name limit 1`.execute(city.db)
  const page = await start('district', '/console/schemes/hz-special-post')
  const main = page.getByRole('main')
  await click(main.getByRole('link', { name: '试算' }))
  await main.getByLabel(/^姓名/).fill(rows[0]!.name)
  await click(main.getByRole('button', { name: '查询' }))
  await click(main.getByRole('link', { name: rows[0]!.name }).first())
  await page.getByText('只列出所选政策和月份').waitFor()
  await main.getByText('逐项依据').first().waitFor()
  expect(page.url()).not.toContain(encodeURIComponent(rows[0]!.name))
  await done(page, 3)
})

test('财政：上传回单，核对，入账 finance uploads what the bank answered, looks at it and books it', async () => {
  const { rows } = await sql<{ batch_id: string; name: string; account: string; yuan: string }>`
    select p.batch_id, p.name, p.bank_account_sealed as account, (p.amount_fen / 100.0)::numeric(12, 2)::text as yuan
    from payments p where p.batch_id = (
      select batch_id from payments where not exists (select from payment_results r where r.run_id = payments.run_id) limit 1)`.execute(
    city.db,
  )
  const sheet = writeCsv(
    ['姓名', '银行账号', '金额（元）', '结果', '入账日期'],
    await Promise.all(
      rows.map(async ({ name, account, yuan }) => [
        ...[name, await city.deps.vault.open(account)],
        ...[yuan, '成功', '2026-11-20'],
      ]),
    ),
  )
  const page = await start('finance', `/console/payment-batches/${rows[0]!.batch_id}`)
  const main = page.getByRole('main')
  await click(main.getByRole('link', { name: '导入银行回单' }))
  await main
    .locator('input[type=file]')
    .setInputFiles({ name: '回单.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) })
  await click(main.getByRole('button', { name: /上传/ }))
  await click(main.getByRole('button', { name: /导入/ }))
  await page
    .getByText(/已导入|完成/)
    .first()
    .waitFor()
  await done(page, 3)
})

test('市级：录分，保存；计算排名，公布 the city records the marks of an event, ranks it and publishes', async () => {
  const event = await anEvent()
  const marks = await start('admin', `/console/events/${event}/scores?part=practical`)
  for (const [at, box] of (await marks.getByRole('main').getByRole('textbox').all()).entries())
    await box.fill(String(90 - at))
  await click(marks.getByRole('main').getByRole('button', { name: /^保存/ }))
  await marks
    .getByText(/已录 2 个分数/)
    .first()
    .waitFor()
  await done(marks, 1)

  const ranking = await start('admin', `/console/events/${event}/ranking`)
  await click(ranking.getByRole('main').getByRole('button', { name: '计算排名' }))
  await click(ranking.getByRole('main').getByRole('link', { name: '公布名次' }))
  await click(ranking.getByRole('main').getByRole('button', { name: '公布名次' }))
  await ranking
    .getByText(/已公布/)
    .first()
    .waitFor()
  await done(ranking, 3)
})

/** Held, with two entries and the marks of their theory. */
async function anEvent(): Promise<string> {
  const admin = clientFor(city.app, 'admin')
  const made = async (path: string, body: object) => {
    const answer = await admin.post(`/api/v1/${path}`, body)
    expect(answer.status, path).toBe(201)
    return ((await answer.json()) as { id: string }).id
  }
  const { rows } = await sql<{ authority: string; person_id: string; organisation_id: string }>`
    select (select id from organisations where name = '示例杭州市民政局') as authority, person_id, organisation_id
    from employments where post = 'care' and known_to = 'infinity' and ends_on is null order by id limit 2`.execute(
    city.db,
  )
  const competition = await made('competitions', {
    ...{ name: '2026 年示例技能比武', tier: 'city', held_on: '2026-11-20', citation: '演示通知（并非真实文件）' },
    organisation_id: rows[0]!.authority,
  })
  const event = await made(`competitions/${competition}/events`, {
    ...{ name: '养老护理员', occupation_code: '4-10-01-05', theory_weight: 30 },
  })
  const items = rows.map(({ person_id, organisation_id }, at) => ({ person_id, organisation_id, station: at + 1 }))
  await made(`events/${event}/entries`, { items })
  const judges = ['theory', 'practical'].map((part) => ({ part, name: '裁判甲' }))
  await made(`events/${event}/judges`, { items: judges })
  const theory = [1, 2].map((station) => ({ station, part: 'theory', judge: '裁判甲', points: 80 + station }))
  await made(`events/${event}/scores`, { items: theory })
  return event
}

test('nothing of it was an internal fault', () => expect(city.faults).toEqual([]))
