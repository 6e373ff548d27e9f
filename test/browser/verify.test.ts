/** Somebody with a certificate in hand: a file dropped, a file sent without scripts, and the pages of who checked whom. */
import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { type City, openCity } from '../support/city.ts'
import { qrText, rasterise } from '../support/pdf.ts'
import { faultsOf, type Visitor, visit } from '../support/visitor.ts'

let city: City
let browser: Browser
let pdf: Buffer
let number: string
beforeAll(async () => {
  city = await openCity()
  browser = await openBrowser()
  const certificate = await city.db
    .selectFrom('certificates')
    .select(['id', 'number'])
    .where('kind', '=', 'skill_level')
    .orderBy('number')
    .executeTakeFirstOrThrow()
  number = certificate.number
  const { page } = await visit(browser, city.url, 'admin')
  const answer = await page.request.get(`/api/v1/certificates/${certificate.id}.pdf`)
  expect(answer.status()).toBe(200)
  pdf = await answer.body()
  await page.context().close()
})
afterAll(async () => {
  await browser?.close()
  await city?.close()
})

test('a file dropped on the page is verified as it lands, and the pages read well', async () => {
  const visitor = await visit(browser, city.url, null)
  const { page } = visitor
  await page.goto('/v')
  expect(await faultsOf(visitor, { shot: 'verify-start' })).toEqual([])
  const bytes = [...pdf]
  await page.evaluate((data) => {
    const dropped = new DataTransfer()
    dropped.items.add(new File([new Uint8Array(data)], '证书.pdf', { type: 'application/pdf' }))
    const form = document.querySelector('[data-drop]')!
    form.dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true }))
  }, bytes)
  await page.getByText('文件是签发的原件').waitFor()
  expect(await page.content()).toContain(number)
  expect(await faultsOf(visitor, { shot: 'verify-file' })).toEqual([])
  await page.context().close()
})

test('whoever scanned the QR code checks its signature without the register and takes the credential along', async () => {
  const visitor = await visit(browser, city.url, null)
  const { page } = visitor
  const { pathname, hash } = new URL(qrText(await rasterise(new Uint8Array(pdf), 150))!)
  await page.goto(pathname + hash)
  expect(await faultsOf(visitor, { shot: 'verify-scanned' })).toEqual([])
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: '下载数字凭证' }).click()
  expect(readFileSync(await (await download).path(), 'utf8')).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
  await page.getByRole('link', { name: '断网核对二维码里的签名' }).click()
  await page.getByText('签名有效：').waitFor()
  expect(new URL(page.url()).hash).toBe(hash)
  expect(await page.locator('[data-said=number]').textContent()).toBe(number)
  await page.context().close()
})

test('without scripts a changed file is told from the original', async () => {
  const visitor: Visitor = await visit(browser, city.url, null, { javaScriptEnabled: false })
  const { page } = visitor
  for (const [buffer, words] of [
    [pdf, '文件是签发的原件'],
    [Buffer.concat([pdf, Buffer.from('\n%')]), '文件被改动过'],
  ] as const) {
    await page.goto('/v')
    await page.locator('input[type=file]').setInputFiles({ name: '证书.pdf', mimeType: 'application/pdf', buffer })
    await page.getByRole('button', { name: '查验文件' }).click()
    await page.getByText(words).waitFor()
  }
  await page.context().close()
})

test('a roster is checked for a purpose, the report reads well, and the holder sees the page of who asked', async () => {
  const visitor = await visit(browser, city.url, 'facility')
  const { page } = visitor
  await page.goto('/console/checks/new')
  expect(await faultsOf(visitor, { shot: 'checks-new' })).toEqual([])
  await page.locator('#roster-purpose').selectOption({ label: '定期复核' })
  await page.getByRole('button', { name: '核验全部在岗人员' }).click()
  await page.getByText('下载签名报告').waitFor()
  expect(await page.content()).toContain('定期复核')
  expect(await faultsOf(visitor, { shot: 'check' })).toEqual([])
  await page.context().close()
  const carer = await visit(browser, city.url, 'carer')
  await carer.page.goto('/console/my-certificate-checks')
  expect(await faultsOf(carer, { shot: 'my-checks' })).toEqual([])
  await carer.page.context().close()
})
