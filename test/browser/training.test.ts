/** A district's order clicked through to trained people: answered, a class, a sheet, phones in the room, results, completion. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { unscopedActor } from '../../src/access/queries.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { scopeOf } from '../../src/platform/context.ts'
import { openVault } from '../../src/platform/vault.ts'
import { writeWorkbook } from '../../src/platform/workbook.ts'
import { openBrowser } from '../support/browser.ts'
import { type City, openCity } from '../support/city.ts'
import { faultsOf, type Visitor, visit } from '../support/visitor.ts'
import { KEY } from '../support/world.ts'

const ORDER = '2026 年示例西湖区订单式培训'
const CLASS = '2026年订单一班'
/** nobody of the city */
const PEOPLE = [5001, 5002, 5003].map(demoPerson)

let city: City
let browser: Browser
const visitors = new Map<string, Visitor>()

beforeAll(async () => {
  city = await openCity()
  browser = await openBrowser()
  const { id } = await city.db
    .selectFrom('accounts')
    .select('id')
    .where('username', '=', 'trainer')
    .executeTakeFirstOrThrow()
  const actor = (await unscopedActor(city.db, id))!
  const context = {
    ...{ actor, scope: scopeOf(actor), now: new Date('2026-11-20T02:00:00Z'), request_id: 'test' },
    ...{ vault: await openVault(KEY), assets: async () => new Uint8Array(), public_url: city.url },
  }
  const rows = PEOPLE.map(({ name, id_number }) => ({
    ...{ name, id_number, id_type: 'resident_id' as const, workforce: 'elder_care' as const },
  }))
  await city.db.transaction().execute((tx) => registerPeople(tx, context, rows))
})
afterAll(async () => {
  await browser?.close()
  await city?.close()
})

test('a district orders trained carers, an institution answers, and the answer is accepted', async () => {
  const district = await as('district')
  await follow(district, '培训订单')
  await follow(district, '下达订单')
  await fill(district, { 名称: ORDER, 类别: '等级认定培训', 职业: '养老护理员', 等级: '五级/初级工' })
  await fill(district, { 人数: '2', 完成日期: '2027-06-30', 上岗承诺: '结业后由本区养老机构录用' })
  await press(district, '下达订单')
  await district.getByRole('heading', { name: ORDER, level: 1 }).waitFor()
  await readsWell('district')

  const trainer = await as('trainer')
  await follow(trainer, '培训订单')
  await follow(trainer, ORDER)
  await fill(trainer, { 可培训人数: '2', '每人价格（元）': '1500', 开班日期: '2026-11-23' })
  await press(trainer, '响应订单')
  await trainer.getByText('已响应，等待订单方处理。').waitFor()

  await district.reload()
  await fill(district, { 处理: '接受', 理由: '价格和时间合适' })
  await press(district, '提交')
  await district.getByText('已接受').waitFor()
})

test('a class is opened for the order, and filled from a sheet: two have a seat, the third waits', async () => {
  const trainer = await as('trainer')
  await trainer.goto('/console/courses/new')
  await fill(trainer, { 名称: '订单班课程', 类别: '订单式培训', 职业: '养老护理员', 职业标准版本: '2019' })
  await fill(trainer, { 等级: '五级/初级工', 理论学时: '2', 实操学时: '2', '出勤要求（%）': '100' })
  await press(trainer, '新建课程')
  await follow(trainer, '培训订单')
  await follow(trainer, ORDER)
  await follow(trainer, '按此订单开班')
  await readsWell('trainer')
  await fill(trainer, {
    课程: '订单班课程（应到 4 学时）',
    班名: CLASS,
    开班日期: '2026-11-23',
    结束日期: '2026-11-25',
  })
  await fill(trainer, { 名额: '2', 评价机构: '示例杭州照护技能评价中心' })
  await press(trainer, '新建培训班')
  await trainer.getByRole('main').getByRole('link', { name: '批量导入' }).click()
  const buffer = Buffer.from(
    await writeWorkbook([
      {
        name: '学员名单',
        columns: ['姓名', '证件类型', '证件号码'].map((header) => ({ header })),
        rows: PEOPLE.map(({ name, id_number }) => [name, '居民身份证', id_number]),
      },
    ]),
  )
  await trainer
    .getByLabel('文件')
    .setInputFiles({ name: '学员名单.xlsx', mimeType: 'application/octet-stream', buffer })
  await press(trainer, '上传并核对')
  await trainer.getByText('排到这一行时已经满员').first().waitFor()
  await press(trainer, '导入全部 3 行')
  await trainer.getByText('已导入 3 行。').waitFor()
  await follow(trainer, '培训班')
  await follow(trainer, CLASS)
  await trainer.getByText('第 1 位').waitFor()
  await readsWell('trainer')
})

test('phones in the room check in with the digits on the screen; who waits is not let in', async () => {
  const trainer = await as('trainer')
  await follow(trainer, '学时')
  await fill(trainer, { 上课日期: '2026-11-23', 主题: '移位与沟通', 类别: '实操', 学时: '4' })
  await press(trainer, '新增课次')
  await trainer.getByRole('link', { name: /签到/ }).first().click()
  await readsWell('trainer', 'check-in-screen')
  const digits = (await trainer.locator('.digits').innerText()).replaceAll(/\s/g, '')
  for (const [index, { name, id_number }] of PEOPLE.entries()) {
    const { page } = await visit(browser, city.url, null, {
      viewport: { width: 390, height: 844 },
      javaScriptEnabled: index > 0,
    })
    await page.goto('/check-in')
    await page.getByLabel(/签到码|6 位数字/).fill(digits)
    await page.getByLabel(/姓名/).fill(name)
    await page.getByLabel(/后四位/).fill(id_number.slice(-4))
    await page.getByRole('main').getByRole('button').click()
    await page
      .getByText(index < 2 ? '移位与沟通' : /对不上|没有签上|名单/)
      .first()
      .waitFor()
    await page.context().close()
  }
  await trainer.reload()
  await trainer.getByText('已签到 2 / 2 人').waitFor()
})

test('the assessment body enters, locks and publishes results, the class completes, and the order says so', async () => {
  const assessor = await as('assessor')
  await follow(assessor, '培训班')
  await follow(assessor, CLASS)
  await follow(assessor, '录入成绩')
  const marks = assessor.getByRole('textbox', { name: /理论|操作/ })
  await marks.first().waitFor()
  expect(await marks.count()).toBe(4)
  for (const mark of await marks.all()) await mark.fill('80')
  await press(assessor, '保存成绩')
  await assessor.getByText('已录入 2 人').waitFor()
  await follow(assessor, '成绩')
  await follow(assessor, '锁定成绩')
  await press(assessor, '锁定成绩')
  await press(assessor, '公布成绩')
  await assessor.getByText('成绩已公布。').first().waitFor()
  await readsWell('assessor')

  const trainer = await as('trainer')
  await follow(trainer, '培训班')
  await follow(trainer, CLASS)
  await follow(trainer, '结业')
  await press(trainer, '确认结业')
  await trainer.getByText('已结业：2 人结业，0 人不结业').waitFor()

  const district = await as('district')
  await follow(district, '培训订单')
  await follow(district, ORDER)
  await district.getByText('2 / 2').first().waitFor()
  await readsWell('district', 'training-order')
})

test('no browser complained, and nothing was an internal fault', () => {
  expect([...visitors.values()].flatMap(({ complaints }) => complaints)).toEqual([])
  expect(city.faults).toEqual([])
})

/** The same window each time, on a desk. */
async function as(username: string): Promise<Page> {
  const visitor = visitors.get(username) ?? (await visit(browser, city.url, username))
  visitors.set(username, visitor)
  return visitor.page
}

async function readsWell(username: string, shot?: string): Promise<void> {
  expect.soft(await faultsOf(visitors.get(username)!, { shot })).toEqual([])
}

const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click()
const press = (page: Page, name: string | RegExp) =>
  page.getByRole('main').getByRole('button', { name }).first().click()

/** Fields by their labels; of a select, what the reader sees. */
async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    const field = page.getByLabel(new RegExp(`^${label.replace(/[()]/g, '\\$&')}(必填)?$`))
    const choices = (await field.evaluate((element) => element.tagName)) === 'SELECT'
    await (choices ? field.selectOption({ label: value }) : field.fill(value))
  }
}
