// Unified social credit codes: shape refused, check character warned of.
import { expect, test } from 'vitest'
import { checkCreditCode, creditCodeCheckCharacter } from '../../src/organisations/credit-code.ts'

test.each(['91110000101623741K', '911101066976941872', ' 91110000-101623741k '])('%s is right', (text) => {
  expect(checkCreditCode(text)).toMatchObject({ ok: true, warning: null })
})

test('a real code that fails the check is kept, with a warning that names the expected character', () => {
  const result = checkCreditCode('91350211M0000XUF46')
  expect(result).toMatchObject({
    ok: true,
    credit_code: '91350211M0000XUF46',
    warning: { code: 'credit_code.check_character' },
  })
  expect(result.ok && result.warning?.message.zh).toContain(`应为 ${creditCodeCheckCharacter('91350211M0000XUF46')}`)
})

test.each([
  ['9111000010162374', '现为 16 位'],
  ['91110000101623741KK', '现为 19 位'],
  ['', '现为 0 位'],
  ['9111000O101623741K', '“O”'],
  ['91110000101623741Z', '“Z”'],
  ['91110000101623741张', '“张”'],
])('%s is refused with the reason', (text, words) => {
  const result = checkCreditCode(text)
  expect(result).toMatchObject({ ok: false, code: 'credit_code.format' })
  expect(!result.ok && result.message.zh).toContain(words)
})

test('every change of one character is noticed', () => {
  const right = '91110000101623741K'
  for (let at = 0; at < 17; at++) {
    const changed = right.slice(0, at) + (right[at] === '7' ? '8' : '7') + right.slice(at + 1)
    expect(checkCreditCode(changed), changed).toMatchObject({
      ok: true,
      warning: { code: 'credit_code.check_character' },
    })
  }
})
