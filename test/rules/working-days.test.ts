/** Working days as the State Council arranged them: 国办发明电〔2025〕7 号 for 2026. */
import { expect, test } from 'vitest'
import { afterWorkingDays, holidaysKnown } from '../../src/platform/working-days.ts'

test.each([
  ['an ordinary week', '2026-11-23', 5, '2026-11-28'],
  ['over a weekend', '2026-11-26', 5, '2026-12-03'],
  ['begun on a Saturday', '2026-11-28', 1, '2026-12-01'],
  ['none at all', '2026-11-28', 0, '2026-11-28'],
  ['over the National Day of 2026, whose 10 October is a working Saturday', '2026-09-30', 5, '2026-10-13'],
  ['over the Spring Festival of 2026, with working days on 14 and 28 February', '2026-02-13', 3, '2026-02-25'],
])('%s', (_, from, days, after) => expect(afterWorkingDays(from, days)).toBe(after))

test('a year whose holidays nobody has announced is told apart', () => {
  expect([holidaysKnown('2026-05-01'), holidaysKnown('2031-05-01')]).toEqual([true, false])
})
