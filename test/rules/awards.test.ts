/** Awards by numbers and shares, and what published rules make of a rank: boundaries one below, on, and one above. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Awards, awardsOf, countsOf, tiesAcross } from '../../src/competitions/awards.ts'
import { type PromotionTerm, promotionOf, type Standing } from '../../src/competitions/promotion-rules.ts'

const counts = (...numbers: number[]): Awards => ({
  awards: numbers.map((count, index) => ({ name: `${index + 1}`, count })),
  rounding: 'down',
  ties: 'joint',
})
const shares = (rounding: Awards['rounding'], ...percents: number[]): Awards => ({
  awards: percents.map((percent, index) => ({ name: `${index + 1}`, percent })),
  rounding,
  ties: 'joint',
})
/** `1,2,2,4` → entries a, b, c, d with these ranks */
const ranked = (...ranks: number[]) => ranks.map((rank, index) => ({ entry_id: String.fromCharCode(97 + index), rank }))
const given = (awards: Awards, ...ranks: number[]) =>
  ranked(...ranks)
    .map(({ entry_id }) => awardsOf(awards, ranked(...ranks)).get(entry_id) ?? '-')
    .join('')

describe('awards', () => {
  test.each([
    [counts(1, 2), [1, 2, 3, 4], '122-'],
    [counts(1, 2), [1, 1, 3, 4], '112-'],
    [counts(1, 2), [1, 2, 3, 3], '1222'],
    [{ ...counts(1, 2), ties: 'lower' as const }, [1, 1, 3, 4], '222-'],
    [{ ...counts(1, 2), ties: 'lower' as const }, [1, 2, 3, 3], '12--'],
    [counts(), [1, 2], '--'],
  ])('%j of ranks %j are %s', (awards, ranks, expected) => expect(given(awards, ...ranks)).toBe(expected))

  test.each([
    ['down', 54, [5, 10, 16]],
    ['half_up', 54, [5, 11, 16]],
    ['up', 54, [6, 11, 17]],
    ['half_up', 5, [1, 1, 2]],
    ['down', 9, [0, 1, 2]],
  ] as const)('10, 20 and 30 %% rounded %s of %i entries are %j', (rounding, entries, expected) => {
    expect(countsOf(shares(rounding, 10, 20, 30), entries).map(({ count }) => count)).toEqual(expected)
  })

  test('a rank shared over the end of an award is named', () => {
    expect(tiesAcross(counts(1, 2), ranked(1, 1, 3, 4))).toEqual([{ rank: 1, sharing: 2, award: '1' }])
    expect(tiesAcross(counts(2, 2), ranked(1, 1, 3, 4))).toEqual([])
  })

  /** ranks with ties, as a ranking has them */
  const rankings = fc
    .array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 30 })
    .map((totals) => ranked(...totals.map((total) => 1 + totals.filter((other) => other > total).length)))
  const policies = fc.record({
    awards: fc.array(
      fc.oneof(
        fc.record({ name: fc.string(), count: fc.integer({ min: 1, max: 9 }) }),
        fc.record({ name: fc.string(), percent: fc.integer({ min: 1, max: 100 }) }),
      ),
      { maxLength: 4 },
    ),
    rounding: fc.constantFrom('down' as const, 'half_up' as const, 'up' as const),
    ties: fc.constantFrom('joint' as const, 'lower' as const),
  })

  test('equal ranks have equal awards, and nobody behind has a better one', () => {
    fc.assert(
      fc.property(rankings, policies, (entries, policy) => {
        const named = { ...policy, awards: policy.awards.map((award, index) => ({ ...award, name: `${index}` })) }
        const awards = awardsOf(named, entries)
        const place = (entry: { entry_id: string }) => Number(awards.get(entry.entry_id) ?? 99)
        for (const one of entries)
          for (const other of entries) {
            if (one.rank === other.rank) expect(place(one)).toBe(place(other))
            if (one.rank < other.rank) expect(place(one)).toBeLessThanOrEqual(place(other))
          }
      }),
    )
  })

  test('shares together are never more than there are entries', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 0, max: 300 }), (policy, entries) => {
        const only = { ...policy, awards: policy.awards.filter((award) => 'percent' in award) }
        const sum = countsOf(only, entries).reduce((all, { count }) => all + count, 0)
        expect(sum).toBeLessThanOrEqual(entries)
      }),
    )
  })
})

describe('published rules of promotion, as data', () => {
  const rules: { code: string; terms: PromotionTerm[] }[] = JSON.parse(
    readFileSync('db/reference/promotion-rules.json', 'utf8'),
  )
  const levelBy = (code: string, standing: Partial<Standing>) =>
    promotionOf(rules.find((rule) => rule.code === code)!.terms, {
      ...{ rank: 1, award: null, ranked: 100, level: null },
      ...standing,
    }).to_level

  test.each([
    // 浙江省（2016）：省一类前 8，省二类前 5，市一类前 3，市二类第 1；技师，已是技师的高级技师
    ['zj-province-1-2016', { rank: 8 }, 2],
    ['zj-province-1-2016', { rank: 9 }, null],
    ['zj-province-1-2016', { rank: 8, level: 2 }, 1],
    ['zj-province-1-2016', { rank: 1, level: 1 }, null],
    ['zj-province-2-2016', { rank: 5, level: 3 }, 2],
    ['zj-province-2-2016', { rank: 6, level: 3 }, null],
    ['zj-city-1-2016', { rank: 3 }, 2],
    ['zj-city-1-2016', { rank: 4 }, null],
    ['zj-city-2-2016', { rank: 1 }, 2],
    ['zj-city-2-2016', { rank: 2 }, null],
    // 上海（2021）：前 50% 高级工；前 10% 且已是高级工的技师；第 1 名技师或高级技师
    ['sh-2021', { rank: 50 }, 3],
    ['sh-2021', { rank: 51 }, null],
    ['sh-2021', { rank: 50, level: 3 }, null],
    ['sh-2021', { rank: 10, level: 3 }, 2],
    ['sh-2021', { rank: 11, level: 3 }, null],
    ['sh-2021', { rank: 10, level: 4 }, 3],
    ['sh-2021', { rank: 1 }, 2],
    ['sh-2021', { rank: 1, level: 2 }, 1],
    // 全国（2020）：优胜奖及以上
    ['national-2020', { rank: 9, award: '优胜奖' }, 2],
    ['national-2020', { rank: 9, award: '优胜奖', level: 2 }, 1],
    ['national-2020', { rank: 9, award: '参与奖' }, null],
    // 全国民政行业（2024）：一、二、三等奖升一级，没有等级的不升
    ['mca-national-2024', { award: '三等奖', level: 3 }, 2],
    ['mca-national-2024', { award: '三等奖' }, null],
    ['mca-national-2024', { award: '优秀奖', level: 3 }, null],
    // 江西：第 4–10 名
    ['jx-zhenxing', { rank: 4 }, 3],
    ['jx-zhenxing', { rank: 10 }, 3],
    ['jx-zhenxing', { rank: 11 }, null],
    ['jx-zhenxing', { rank: 3 }, null],
  ] as const)('%s: %j → %j', (code, standing, level) => expect(levelBy(code, standing)).toBe(level))

  test('every demand is told with what was found, met or not', () => {
    const { reasons } = promotionOf(rules.find(({ code }) => code === 'sh-2021')!.terms, {
      ...{ rank: 11, award: null, ranked: 100, level: 3 },
    })
    expect(reasons.map(({ term, code, met, required, found }) => [term, code, met, required.zh, found.zh])).toEqual([
      [1, 'share', true, '前 50%（共 100 名）', '第 11 名'],
      [1, 'level', false, '现有等级低于三级/高级工', '三级/高级工'],
      [2, 'share', false, '前 10%（共 100 名）', '第 11 名'],
      [2, 'holds', true, '三级/高级工', '三级/高级工'],
      [3, 'rank', false, '第 1 名', '第 11 名'],
    ])
  })

  test('what nobody has seen is not active', () => {
    const text = JSON.parse(readFileSync('db/reference/promotion-rules.json', 'utf8')) as {
      confidence: string
      active: boolean
    }[]
    for (const { confidence, active } of text) expect(active).toBe(confidence === 'seen')
  })
})
