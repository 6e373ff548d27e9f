// Amounts: formatting, reading and capitals, with the examples of the payment rules.
import { expect, test } from 'vitest'
import { capitalYuan, formatYuan, parseYuan, plainYuan } from '../../src/platform/money.ts'

test.each([
  [0, '0.00', '0.00'],
  [1, '0.01', '0.01'],
  [10, '0.10', '0.10'],
  [99, '0.99', '0.99'],
  [100, '1.00', '1.00'],
  [99_999, '999.99', '999.99'],
  [100_000, '1,000.00', '1000.00'],
  [14_835_000, '148,350.00', '148350.00'],
  [123_456_789_012, '1,234,567,890.12', '1234567890.12'],
  [-30_000, '-300.00', '-300.00'],
  [-1, '-0.01', '-0.01'],
  [Number.MAX_SAFE_INTEGER, '90,071,992,547,409.91', '90071992547409.91'],
])('%d fen is shown as %s', (fen, shown, plain) => {
  expect(formatYuan(fen)).toBe(shown)
  expect(plainYuan(fen)).toBe(plain)
  expect(parseYuan(shown)).toBe(fen)
  expect(parseYuan(plain)).toBe(fen)
})

test.each([
  ['¥1,234.5', 123_450],
  ['1234.50元', 123_450],
  ['￥300', 30_000],
  ['1，200.00', 120_000],
  ['-300', -30_000],
  ['0.1', 10],
  ['8.29', 829],
  ['1.005', null],
  ['12,34', null],
  ['300.', null],
  ['.5', null],
  ['三百', null],
  ['1e3', null],
  ['', null],
  ['99999999999999.00', null],
])('%s reads as %s fen', (text, fen) => {
  expect(parseYuan(text)).toBe(fen)
})

test('a fraction of a fen is never shown', () => {
  expect(() => plainYuan(0.5)).toThrow(RangeError)
  expect(() => plainYuan(2 ** 53)).toThrow(RangeError)
})

// The first seven are the examples of 正确填写票据和结算凭证的基本规定 (where it allows two spellings, one of them).
test.each([
  [140_950, '壹仟肆佰零玖元伍角'],
  [600_714, '陆仟零柒元壹角肆分'],
  [168_032, '壹仟陆佰捌拾元叁角贰分'],
  [10_700_053, '壹拾万柒仟元伍角叁分'],
  [1_640_902, '壹万陆仟肆佰零玖元零贰分'],
  [32_504, '叁佰贰拾伍元零肆分'],
  [0, '零元整'],
  [1, '壹分'],
  [10, '壹角'],
  [11, '壹角壹分'],
  [100, '壹元整'],
  [101, '壹元零壹分'],
  [1000, '壹拾元整'],
  [100_105, '壹仟零壹元零伍分'],
  [1_001_000, '壹万零壹拾元整'],
  [1_050_000, '壹万零伍佰元整'],
  [10_000_000, '壹拾万元整'],
  [100_050_000, '壹佰万零伍佰元整'],
  [14_835_000, '壹拾肆万捌仟叁佰伍拾元整'],
  [10_000_000_000, '壹亿元整'],
  [10_000_000_500, '壹亿零伍元整'],
  [10_001_000_000, '壹亿零壹万元整'],
  [-30_000, '负叁佰元整'],
  [Number.MAX_SAFE_INTEGER, '玖拾万零柒佰壹拾玖亿玖仟贰佰伍拾肆万柒仟肆佰零玖元玖角壹分'],
])('%d fen in capitals is %s', (fen, capitals) => {
  expect(capitalYuan(fen)).toBe(capitals)
})
