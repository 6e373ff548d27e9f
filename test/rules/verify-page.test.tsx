/** What a stranger learns from the public page about a certificate, and what they do not. */
import { expect, test } from 'vitest'
import type { PrintedFacts } from '../../templates/credentials/compare.tsx'
import { Verdict, type VerdictProps } from '../../templates/credentials/verify.tsx'
import { frame, render } from '../support/page.tsx'

const printed: PrintedFacts = {
  number: 'S000133010000251000123',
  holder_name_masked: '王*芳',
  occupation_name: '养老护理员',
  level: '三级/高级工',
  issuer_name: '示例职业技能培训学校',
  issued_on: '2026-03-18',
  valid_until: '2029-03-17',
  pdf_sha256: '9f2c1a77e03bd1945ac0ffee00112233445566778899aabbccddeeff001141ab',
}

const verdict: VerdictProps = {
  frame,
  status: 'valid',
  checked_at: '2026-11-23 21:31',
  number: printed.number,
  kind_name: '职业技能等级证书',
  issuer_name: printed.issuer_name,
  ended_on: '2026-10-01',
  printed,
  action: '/v/abc',
}

test.each([
  ['valid', '✓', '真实有效'],
  ['expired', '!', '已过期'],
  ['suspended', '!', '暂停使用'],
  ['replaced', '!', '已换发'],
  ['revoked', '✕', '已撤销'],
  ['not_found', '?', '查无此证'],
] as const)(
  'a certificate that is %s is answered by sign and word, with the time of the check',
  async (status, sign, word) => {
    const html = await render(<Verdict {...verdict} status={status} printed={null} />)
    expect(html).toContain(`<span class="sign" aria-hidden="true">${sign}</span><strong>${word}</strong>`)
    expect(html).toContain('2026-11-23 21:31')
  },
)

test('whoever scanned the code can take the credential along and check without a network, nobody else', async () => {
  const scanned = await render(<Verdict {...verdict} token="abc" />)
  expect(scanned).toContain('href="/credentials/abc" download')
  expect(scanned).toContain('href="/verify/offline" data-with-code')
  for (const others of [{ token: undefined }, { token: 'abc', status: 'not_found' as const, printed: null }])
    expect(await render(<Verdict {...verdict} {...others} />)).not.toMatch(/\/credentials\/|data-with-code/)
})

test('the verdict lists everything an altered paper could differ in', async () => {
  const html = await render(<Verdict {...verdict} />)
  for (const text of [
    printed.number,
    '王*芳',
    '三级/高级工',
    printed.issuer_name,
    '2026-03-18',
    '2029-03-17',
    '9f2c1a77 e03bd194',
  ])
    expect(html).toContain(text)
  expect(html).toContain('请勿采信')
})

test('the file compared in the browser has nowhere to go', async () => {
  const html = await render(<Verdict {...verdict} />)
  const form = /<form method="post" action="\/v\/abc".*?<\/form>/.exec(html)?.[0]
  expect(form).toContain('name="id_last_four"')
  expect(form).not.toContain('type="file"')
  expect(html).not.toMatch(/type="file"[^>]* name=/)
})

test('without proof the verdict shows kind and issuer alone', async () => {
  const html = await render(<Verdict {...verdict} printed={null} />)
  expect(html).toContain('职业技能等级证书')
  for (const text of ['王*芳', '三级/高级工', '2026-03-18', '9f2c1a77']) expect(html).not.toContain(text)
})

test('English readers get English, with the same structure', async () => {
  const english = { ...frame, lang: 'en' as const }
  const html = await render(<Verdict {...verdict} frame={english} />)
  expect(html).toContain('<html lang="en"')
  expect(html).toContain('Genuine and valid')
  expect(html).toContain('Skip to content')
})
