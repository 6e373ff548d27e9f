/** The main job clicked by its users in a browser: from a roster in Excel to a month's money and its recovery. */
import { readFile } from 'node:fs/promises'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoRoster, PLANTED_FAULTS } from '../../db/demo-roster.ts'
import { sha256Hex } from '../../src/platform/bytes.ts'
import { openBrowser } from '../support/browser.ts'
import { type City, openCity } from '../support/city.ts'
import { faultsOf, type Visitor, visit } from '../support/visitor.ts'

const GOOD = 300 - PLANTED_FAULTS.length
const COURSE = '养老护理员五级短训'
const CLASS = '2026年第20期养老护理员（五级）班'

let city: City
let browser: Browser
const visitors = new Map<string, Visitor>()
/** of the first certificate issued here */
let issued: { number: string; holder: string; address: string }

beforeAll(async () => {
  city = await openCity()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await city?.close()
})

test('a training officer sees each fault of a roster under its row of the sheet, and imports the rest', async () => {
  const page = await as('trainer')
  await follow(page, '批量导入')
  await page.getByRole('link', { name: /^从业人员.*登记人员/ }).click()
  const file = { name: '花名册.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from(await demoRoster()) }
  await page.getByLabel('文件').setInputFiles(file)
  await press(page, '上传并核对')
  const wrong = page.getByRole('region', { name: '有错误的行' })
  const rows = await wrong.getByRole('rowheader').allTextContents()
  expect(rows.map(Number)).toEqual(PLANTED_FAULTS.map(({ row }) => row).sort((a, b) => a - b))
  await readsWell('trainer', 'import')
  await press(page, `导入正确的 ${GOOD} 行`)
  await page.getByText(`已导入 ${GOOD} 行。`).waitFor()
})

test('a class is opened, filled, taught, assessed by the assessment body, and completed', async () => {
  const trainer = await as('trainer')
  await follow(trainer, '培训班')
  await follow(trainer, '课程')
  await follow(trainer, '新建课程')
  await fill(trainer, {
    名称: COURSE,
    类别: '等级认定培训',
    职业: '养老护理员',
    职业标准版本: '2019',
    等级: '五级/初级工',
  })
  await fill(trainer, { 理论学时: '4', 实操学时: '8', '出勤要求（%）': '100' })
  await press(trainer, '新建课程')
  await follow(trainer, '培训班')
  await follow(trainer, '新建培训班')
  await fill(trainer, {
    课程: `${COURSE}（应到 12 学时）`,
    班名: CLASS,
    开班日期: '2026-11-16',
    结束日期: '2026-11-20',
  })
  await fill(trainer, { 名额: '30', 评价机构: '示例杭州照护技能评价中心' })
  await press(trainer, '新建培训班')
  await follow(trainer, '加入学员')
  await trainer.getByLabel('姓名').fill('钱')
  await trainer.waitForURL(/[?]s=k1/)
  await readsWell('trainer')
  await trainer.getByLabel('全选本页').check()
  await press(trainer, '加入此班')
  await follow(trainer, '登记学时')
  await fill(trainer, { 上课日期: '2026-11-16', 主题: '移位与清洁照护', 类别: '实操', 学时: '12' })
  await press(trainer, '新增课次')
  await press(trainer, '全部按满学时')
  await trainer.getByText(/已登记 [1-9]\d* 人/).waitFor()

  const assessor = await as('assessor')
  await follow(assessor, '培训班')
  await follow(assessor, CLASS)
  await follow(assessor, '录入成绩')
  const marks = assessor.getByRole('textbox', { name: /理论|操作/ })
  // `all` answers at once, also before the page is there
  await marks.first().waitFor()
  for (const mark of await marks.all()) await mark.fill('75.5')
  await press(assessor, '保存成绩')
  await assessor.getByText(/已录入 [1-9]\d* 人/).waitFor()

  await follow(trainer, '名单')
  await follow(trainer, '结业')
  await readsWell('trainer')
  await press(trainer, '确认结业')
  await trainer.getByText(/已结业：\d 人结业，0 人不结业/).waitFor()
})

test('the assessment body confirms, watches the certificates come, and hands out a file whose fingerprint is printed beside it', async () => {
  const page = await as('assessor')
  await follow(page, '名单')
  await follow(page, '发证')
  await readsWell('assessor')
  await page.getByRole('link', { name: /^下一步：为 \d 人发证/ }).click()
  await readsWell('assessor')
  await press(page, /^签发 \d 张证书/)
  await page.getByRole('heading', { name: /^已签发 [1-9] 张/ }).waitFor()
  await readsWell('assessor')
  const [holder, number] = [page.locator('tbody td').first(), page.locator('tbody th a').first()]
  issued = { holder: await holder.innerText(), number: await number.innerText(), address: '' }
  await number.click()
  issued.address = (await page.locator('a[href*="/v/"]').getAttribute('href'))!
  const bytes = await download(page, page.getByRole('link', { name: '下载证书' }))
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
  expect(await page.locator('.digest').innerText()).toBe((await sha256Hex(bytes)).match(/.{8}/g)?.join(' '))
})

test('anybody who types number and name, or scans the code, reads that the certificate is genuine', async () => {
  const visitor = await visit(browser, city.url, null)
  visitors.set('anybody', visitor)
  const { page } = visitor
  await page.goto('/v')
  await fill(page, { 证书编号: issued.number, 持证人姓名: issued.holder })
  await press(page, /^查验$/)
  await page.getByText('真实有效').waitFor()
  expect(await page.getByText(issued.holder, { exact: true }).count()).toBe(0)
  await page.goto(issued.address)
  await page.getByText('真实有效').waitFor()
  await readsWell('anybody', 'verify')
})

test('a facility copies last month, submits it, and checks its whole roster at once', async () => {
  const page = await as('facility')
  await follow(page, '在岗人员')
  await follow(page, '复制上月')
  await press(page, '保存本月')
  await page.getByText(/^2026-11 已保存：\d+ 人有变化/).waitFor()
  // one of its people works elsewhere too, and had no days here
  await page.getByLabel('缺报提交').check()
  await fill(page, { 缺报理由: '在另一家机构上班' })
  await press(page, '提交本月')
  await page.getByText(/^2026-11 已提交，共 \d+ 人/).waitFor()
  await follow(page, '核验名册')
  await page.getByLabel('核验用途').first().selectOption({ label: '定期复核' })
  await press(page, '核验全部在岗人员')
  await page.getByRole('heading', { name: '核验结果' }).waitFor()
  await readsWell('facility')
})

test('the district computes October, reads why somebody gets nothing and what is recovered, and submits', async () => {
  const page = await as('district')
  await follow(page, '津贴批次')
  await follow(page, '新建批次')
  await fill(page, { 政策: '杭州市养老护理员特殊岗位津贴', 月份: '2026-10', 区县: '西湖区' })
  await press(page, '开始计算')
  await page.getByRole('link', { name: '提交审核' }).waitFor()
  await readsWell('district', 'run')
  await page.getByRole('link', { name: /^追回与补发/ }).click()
  await page.getByRole('row', { name: /2026-09.*¥300\.00 追回/ }).waitFor()
  await page.getByRole('link', { name: /^不予发放\d/ }).click()
  await page
    .getByRole('link', { name: /的依据$/ })
    .first()
    .click()
  await page.getByRole('cell', { name: '未满足' }).first().waitFor()
  await readsWell('district', 'line')
  await page.goBack()
  await follow(page, '提交审核')
  await readsWell('district')
  await press(page, '提交审核')
  await page.getByText('待审核').first().waitFor()
})

test('the township and the district each look into their sample, answer what was found, and decide their step', async () => {
  for (const [username, heading] of [
    ['township', '示例湖畔街道审核'],
    ['city', '区县主管部门审核'],
  ] as const) {
    const page = await as(username)
    await follow(page, '津贴批次')
    await page
      .getByRole('row', { name: /^2026-10 西湖区/ })
      .getByRole('link')
      .click()
    await follow(page, '疑点、抽查与暂缓')
    await readsWell(username, 'review')
    const sample = page.locator('form[action$="/sample"]')
    await sample.getByLabel('全选本页').check()
    await sample.getByLabel('合格', { exact: true }).check()
    await sample.getByLabel('现场情况').fill('现场在岗，考勤相符')
    await press(page, '登记抽查结果')
    const own = page.locator('section.card', { has: page.getByRole('heading', { name: heading }) })
    await own.getByLabel('同意').check()
    await own.getByRole('button', { name: '提交审核意见' }).click()
    await page.getByText(/已审核。|全部审核完成/).waitFor()
  }
})

test('finance approves the run, and the file it pays from holds what the page says', async () => {
  const page = await as('finance')
  await follow(page, '津贴批次')
  await page.getByLabel('状态').selectOption({ label: '待审批' })
  await page.waitForURL(/status=reviewed/)
  await page
    .getByRole('row', { name: /^2026-10 西湖区/ })
    .getByRole('link')
    .click()
  await follow(page, '审批通过')
  await readsWell('finance')
  await press(page, '审批通过')
  await follow(page, '生成发放文件')
  await press(page, '生成发放文件')
  const file = page.getByRole('region', { name: '发放文件' }).getByRole('row').nth(1)
  await readsWell('finance')
  const bytes = await download(page, file.getByRole('link', { name: 'XLSX' }))
  expect(await file.locator('code').innerText()).toBe(await sha256Hex(bytes))
})

test('without scripts a district officer signs in, finds a person and reads a run', async () => {
  const { page } = await visit(browser, city.url, 'district', { javaScriptEnabled: false })
  await follow(page, '从业人员')
  await page.getByLabel('姓名、拼音或证件后四位').fill('baigui')
  await press(page, '查询')
  await follow(page, '白桂')
  await page.getByRole('heading', { name: '白桂', level: 1 }).waitFor()
  await follow(page, '津贴批次')
  await follow(page, '2026-09')
  await page
    .getByRole('link', { name: /的依据$/ })
    .first()
    .click()
  await page.getByRole('cell', { name: '满足' }).first().waitFor()
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
const press = (page: Page, name: string | RegExp) => page.getByRole('main').getByRole('button', { name }).click()

/** Fields by their labels; of a select, what the reader sees. */
async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    const field = page.getByLabel(new RegExp(`^${label.replace(/[()]/g, '\\$&')}(必填)?$`))
    const choices = (await field.evaluate((element) => element.tagName)) === 'SELECT'
    await (choices ? field.selectOption({ label: value }) : field.fill(value))
  }
}

async function download(page: Page, link: Locator): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()])
  return readFile(await file.path())
}
