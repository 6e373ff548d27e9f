/** Ranking of contests: exact, with ties as published rules have them. */
import { describe, expect, test } from 'vitest'
import { awardOf, type Marked, rankEntries, readable } from '../../src/competitions/ranking.ts'

const entry = (entry_id: string, theory: number[], practical: number[]): Marked => ({ entry_id, theory, practical })
const ranks = (entries: Marked[], weight = 30) =>
  rankEntries(entries, weight).map(({ entry_id, rank }) => `${rank}${entry_id}`)
const points = (one: Marked, weight = 30) => {
  const [placed] = rankEntries([one], weight)
  return readable(placed!.total, placed!.denominator)
}

describe('the mean of the judges', () => {
  test.each([
    [[8000], '80.0000'],
    [[7000, 8000, 9000, 10000], '85.0000'],
    [[0, 8000, 8000, 8000, 10000], '80.0000'],
    [[0, 0, 8000, 8000, 10000], '53.3333'],
    [[6000, 7000, 8000, 9000, 10000, 10000], '85.0000'],
  ])('of %j is %s: from five judges on one highest and one lowest are left out', (marks, mean) => {
    expect(points(entry('a', [], marks), 0)).toBe(mean)
  })
})

describe('the total', () => {
  test.each([
    [30, '77.0000'],
    [0, '80.0000'],
    [100, '70.0000'],
    [50, '75.0000'],
  ])('with theory at %i %% of 70 and 80 is %s', (weight, total) => {
    expect(points(entry('a', [7000], [8000]), weight)).toBe(total)
  })
})

describe('ranks', () => {
  test('the higher total is better', () => {
    expect(ranks([entry('a', [6000], [6000]), entry('b', [9000], [9000]), entry('c', [7000], [7000])])).toEqual([
      '1b',
      '2c',
      '3a',
    ])
  })

  test('equal totals: the higher practical part is better', () => {
    expect(ranks([entry('a', [8000], [6000]), entry('b', [6000], [8000])], 50)).toEqual(['1b', '2a'])
  })

  test('equal there too: they share the rank, and the next is as many lower', () => {
    const four = [
      entry('d', [1], [1]),
      entry('c', [7000], [7000]),
      entry('b', [7000], [7000]),
      entry('a', [9000], [9000]),
    ]
    expect(ranks(four)).toEqual(['1a', '2c', '2b', '4d'])
  })

  test('a third of a hundredth is a difference, and no difference is made by rounding', () => {
    const third = entry('a', [7000], [8000, 8000, 8001])
    const none = entry('b', [7000], [8000, 8000, 8000])
    const same = entry('c', [7000, 7000], [8000])
    expect(ranks([none, third, same])).toEqual(['1a', '2b', '2c'])
  })

  test('one third by three judges and by nine is the same', () => {
    const three = entry('a', [], [0, 0, 1])
    const nine = entry('b', [], [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    // of eleven marks nine are kept: 0×6, 1×3
    expect(ranks([three, nine], 0)).toEqual(['1a', '1b'])
  })

  test('the order of the entries and of the judges changes nothing', () => {
    const entries = [
      entry('a', [5000], [9000, 7000, 8000]),
      entry('b', [6000], [7000, 7100, 7200]),
      entry('c', [9900], [100, 0, 50]),
    ]
    const turned = [...entries].reverse().map((one) => ({ ...one, practical: [...one.practical].reverse() }))
    expect(ranks(turned)).toEqual(ranks(entries))
  })

  test('nobody is no ranking', () => expect(ranks([])).toEqual([]))
})

describe('awards', () => {
  const awards = [
    { name: '一等奖', count: 1 },
    { name: '二等奖', count: 2 },
  ]
  test.each([
    [1, '一等奖'],
    [2, '二等奖'],
    [3, '二等奖'],
    [4, null],
  ])('rank %i: %j', (rank, award) => expect(awardOf(rank, awards)).toBe(award))
})
