/** The tasks of the page map, each done in a browser in at most three clicks from the page it starts on; choosing, typing and ticking are no clicks. */
import { sql } from 'kysely'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoRoster } from '../../db/demo-roster.ts'
import { openBrowser } from '../support/browser.ts'
import { type City, openCity } from '../support/city.ts'
import { countedTasks } from '../support/clicks.ts'

let city: City
let browser: Browser
const { start, click, download, done } = countedTasks(() => ({ browser, city }))
beforeAll(async () => {
  city = await openCity()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await city?.close()
})

test('公众：扫码，读到真伪 anybody who scans the code reads whether it is genuine', async () => {
  const { token } = await aCertificate()
  const page = await start(null, `/v/${token}`)
  await page.getByText('真实有效').waitFor()
  await done(page, 0)
})

test('公众：输入编号和姓名，读到真伪 anybody who types number and name reads whether it is genuine', async () => {
  const { number, name } = await aCertificate()
  const page = await start(null, '/v')
  await page.getByLabel('证书编号').fill(number)
  await page.getByLabel('持证人姓名').fill(name)
  await click(page.getByRole('main').getByRole('button', { name: '查验', exact: true }))
  await page.getByText('真实有效').waitFor()
  await done(page, 1)
})

test('培训机构：查人，勾选，加入培训班 a training officer finds people, ticks them and adds them to a class', async () => {
  const page = await start('trainer', '/console/people')
  await page.getByRole('main').getByRole('checkbox').nth(1).check()
  await click(page.getByText('加入培训班'))
  await click(page.getByRole('main').locator('details[open]').getByRole('button').last())
  await page.waitForURL(/\/console\/classes\//)
  await done(page, 2)
})

test('培训机构：打开一个人的证书文件 a training officer opens the file of somebody’s certificate', async () => {
  const { person_id } = await aCertificate()
  const page = await start('trainer', `/console/people/${person_id}`)
  await click(page.locator('main a[href^="/console/certificates/"]').first())
  expect((await download(page, page.getByRole('link', { name: '下载证书' }))).subarray(0, 5).toString()).toBe('%PDF-')
  await done(page, 2)
})

test('培训机构：新建培训班 a training officer opens a class', async () => {
  const page = await start('trainer', '/console/classes')
  await click(page.getByRole('link', { name: '新建培训班' }))
  await page.locator('[name=course_id]').selectOption({ index: 1 })
  await page.locator('[name=name]').fill('三步开班')
  await page.locator('[name=starts_on]').fill('2026-12-07')
  await page.locator('[name=last_day]').fill('2026-12-18')
  await page.locator('[name=capacity]').fill('20')
  await click(page.getByRole('main').getByRole('button', { name: '新建培训班' }))
  await page.getByRole('heading', { name: '三步开班', level: 1 }).waitFor()
  await done(page, 2)
})

test('培训机构：上传名单，核对，导入 a training officer uploads a list, looks at it and imports it', async () => {
  const page = await start('trainer', '/console/imports/new?kind=people')
  const buffer = Buffer.from(await demoRoster())
  await page.getByLabel('文件').setInputFiles({ name: '名单.xlsx', mimeType: 'application/octet-stream', buffer })
  await click(page.getByRole('button', { name: '上传并核对' }))
  await click(page.getByRole('button', { name: /^导入正确的 \d+ 行/ }))
  await page.getByText(/已导入 \d+ 行。/).waitFor()
  await done(page, 2)
})

test('培训机构：看 30 天内到期的证书并导出 an institution lists what ends within 30 days and takes it along', async () => {
  const page = await start('trainer', '/console/certificates')
  await click(page.getByRole('main').getByRole('link', { name: '30 天内到期' }))
  await page.waitForURL(/tab=expiring/)
  expect((await download(page, page.getByRole('link', { name: '导出', exact: true }))).subarray(0, 2).toString()).toBe(
    'PK',
  )
  await done(page, 2)
})

test('评价机构：录入成绩 an assessor enters marks and saves them', async () => {
  const page = await start('assessor', '/console/classes?phase=awaiting_completion')
  await click(page.getByRole('main').getByRole('rowheader').getByRole('link').first())
  await click(
    page
      .getByRole('main')
      .getByRole('link', { name: /^录入成绩|^成绩/ })
      .first(),
  )
  await page
    .getByRole('textbox', { name: /理论|操作/ })
    .first()
    .waitFor()
  for (const mark of await page.getByRole('textbox', { name: /理论|操作/ }).all()) await mark.fill('80')
  // one of the class has a result already
  await page.getByLabel(/^更正原因/).fill('复核评分表后更正')
  await click(page.getByRole('button', { name: /^保存成绩/ }))
  await page.getByText(/已录入 \d+ 人/).waitFor()
  await done(page, 3)
})

test('评价机构：撤销一张证书 an assessor revokes a certificate with a reason', async () => {
  const { id } = await aCertificate()
  const page = await start('assessor', `/console/certificates/${id}`)
  await click(page.getByRole('main').getByRole('link', { name: '撤销', exact: true }))
  await page.getByLabel(/^情况说明/).fill('核查发现资料不实')
  await click(page.getByRole('main').getByRole('button', { name: /撤销/ }))
  await page
    .getByText(/已撤销/)
    .first()
    .waitFor()
  await done(page, 2)
})

test('照护机构：粘贴名册，核验，导出报告 a facility pastes its roster, checks it and takes the report', async () => {
  const { number, name } = await aCertificate()
  const page = await start('facility', '/console/checks/new')
  await page.locator('main textarea').first().fill(`${number}\t${name}`)
  const form = page.locator('form', { has: page.locator('textarea') })
  await form.getByLabel('核验用途').selectOption({ label: '定期复核' })
  await click(form.getByRole('button', { name: /核验/ }))
  await page.getByRole('heading', { name: '核验结果' }).waitFor()
  expect((await download(page, page.locator('main a.download').first())).length).toBeGreaterThan(500)
  await done(page, 2)
})

test('照护机构：复制上月，保存 a facility copies last month and saves it', async () => {
  const page = await start('facility', '/console/staff')
  await click(page.getByRole('link', { name: '复制上月' }))
  await click(page.getByRole('button', { name: '保存本月' }))
  await page.getByText(/已保存：\d+ 人有变化/).waitFor()
  await done(page, 2)
})

test('区县：新建批次，计算，查看 a district asks for a run and reads it', async () => {
  const page = await start('district', '/console/runs')
  await click(page.getByRole('link', { name: '新建批次' }))
  await page.getByLabel(/^月份/).fill('2026-10')
  await page.getByLabel(/^区县/).selectOption({ label: '西湖区' })
  await page.getByLabel(/^政策/).selectOption({ label: '杭州市养老护理员特殊岗位津贴' })
  await click(page.getByRole('button', { name: '开始计算' }))
  await page.getByRole('link', { name: '提交审核' }).waitFor()
  await done(page, 2)
})

test('区县：从批次看到一个人不予发放的依据 a district reads why somebody of a run gets nothing', async () => {
  const page = await start('district', '/console/runs')
  await click(page.getByRole('main').getByRole('rowheader').getByRole('link').first())
  await click(page.getByRole('link', { name: /^不予发放\d/ }))
  await click(page.getByRole('link', { name: /的依据$/ }).first())
  await page.getByRole('cell', { name: '未满足' }).first().waitFor()
  await done(page, 3)
})

test('区县：从驾驶舱的数字到名单 a district goes from a figure of the cockpit to the people', async () => {
  const page = await start('district', '/console/cockpit')
  await click(page.getByRole('link', { name: '30 天内到期' }))
  await page.getByRole('main').getByRole('row').nth(1).waitFor()
  await done(page, 1)
})

test('财政：驾驶舱导出表格 finance takes a report of the cockpit along as a workbook', async () => {
  const page = await start('finance', '/console/cockpit')
  expect(
    (await download(page, page.getByRole('main').getByRole('link', { name: /导出/ }).first()))
      .subarray(0, 2)
      .toString(),
  ).toBe('PK')
  await done(page, 1)
})

test('财政：审批一个批次 finance approves a run', async () => {
  const page = await start('finance', '/console/runs?status=reviewed')
  await click(page.getByRole('main').getByRole('rowheader').getByRole('link').first())
  await click(page.getByRole('main').getByRole('link', { name: '审批通过' }))
  await click(page.getByRole('main').getByRole('button', { name: '审批通过' }))
  await page.getByText(/审批通过，未暂缓的明细已入台账/).waitFor()
  await done(page, 3)
})

test('财政：生成发放文件并下载 finance makes a payment file and takes it', async () => {
  const run = await city.db
    .selectFrom('allowance_runs')
    .select('id')
    .where('status', '=', 'approved')
    .where('payable_count', '>', 0)
    .orderBy('month', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const page = await start('finance', `/console/runs/${run.id}`)
  await click(page.getByRole('main').getByRole('link', { name: /生成.*发放文件/ }))
  await click(page.getByRole('main').getByRole('button', { name: /生成发放文件/ }))
  const files = page.getByRole('region', { name: '发放文件' })
  expect((await download(page, files.getByRole('link').last())).length).toBeGreaterThan(100)
  await done(page, 3)
})

test('管理员：试看每项政策的标准 an administrator reads what a scheme asks and pays', async () => {
  const page = await start('admin', '/console/schemes')
  await click(page.getByRole('main').getByRole('link', { name: '杭州市养老护理员特殊岗位津贴' }))
  await page.getByRole('heading', { name: '杭州市养老护理员特殊岗位津贴', level: 1 }).waitFor()
  await done(page, 1)
})

test('从业人员：看一个月为什么没有津贴 a carer reads why a month is paid or not', async () => {
  const page = await start('carer', '/console')
  await page.getByRole('heading', { name: '津贴' }).first().waitFor()
  await done(page, 0)
})

test('换成英文、大字、深色，各一步，并且保留 English, large print and dark are one click each, and stay', async () => {
  const page = await start('district', '/console/people')
  await click(page.getByRole('button', { name: 'English' }))
  await click(page.getByRole('button', { name: 'Large print' }))
  await click(page.getByRole('button', { name: 'Dark' }))
  await page.goto('/console/runs')
  const root = page.locator('html')
  expect([
    await root.getAttribute('lang'),
    await root.getAttribute('data-size'),
    await root.getAttribute('data-theme'),
  ]).toEqual(['en', 'large', 'dark'])
  const kept = (await page.context().cookies())
    .filter(({ name }) => name !== 'huyu_session')
    .map(({ name, value }) => `${name}=${value}`)
  expect(kept.sort()).toEqual(['huyu_lang=en', 'huyu_size=large', 'huyu_theme=dark'])
  await done(page, 3)
})

test('nothing of it was an internal fault', () => expect(city.faults).toEqual([]))

/** Of a skill level, that stands; a facility and a trainer open the holder where they are on their roster. */
async function aCertificate() {
  const { rows } = await sql<Record<'id' | 'number' | 'token' | 'person_id' | 'name', string>>`
    select c.id, c.number, c.token, c.person_id, p.name from certificates c join people p on p.id = c.person_id
      join accounts issuer on issuer.organisation_id = c.issuer_organisation_id and issuer.username = 'assessor'
      join roster_entries r on r.person_id = c.person_id
      join accounts trainer on trainer.organisation_id = r.organisation_id and trainer.username = 'trainer'
    where c.kind = 'skill_level' and coalesce(c.valid_until > '2027-06-01', true)
      and not exists (select from certificate_revocations where certificate_id = c.id)
      and not exists (select from certificate_suspensions where certificate_id = c.id)
    order by c.id limit 1`.execute(city.db)
  return rows[0]!
}
