/** Ranking of contests: exact, with ties as published rules have them, whatever the order of judges and entries. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EventRules, ruleFaults, twoParts } from '../../src/competitions/event-rules.ts'
import { type Mark, type Placed, rankResults, readable, sumsOf } from '../../src/competitions/ranking.ts'

interface Entrant {
  id: string
  theory: number[]
  practical: number[]
  penalty?: number
  seconds?: number
}
const entry = (id: string, theory: number[], practical: number[], more: Partial<Entrant> = {}): Entrant => ({
  id,
  theory,
  practical,
  ...more,
})
/** Marks of the modules in the order of the rules, one criterion each. */
const rank = (entrants: Entrant[], rules: EventRules): Placed[] =>
  rankResults(
    rules,
    entrants.map((one) => {
      const marks = rules.modules.flatMap(({ key }, index) =>
        one[key as 'theory' | 'practical'].map((points): Mark => ({ entry_id: one.id, criterion: index + 1, points })),
      )
      return {
        entry_id: one.id,
        ...sumsOf(rules, marks),
        penalty: one.penalty ?? 0,
        times: new Map(one.seconds === undefined ? [] : [['practical', one.seconds * 1000]]),
      }
    }),
  )
const ranks = (entrants: Entrant[], rules = twoParts(30)) =>
  rank(entrants, rules).map(({ entry_id, rank }) => `${rank}${entry_id}`)
const points = (one: Entrant, rules: EventRules) => {
  const [placed] = rank([one], rules)
  return readable(placed!.total, placed!.denominator)
}

describe('the mean of the judges', () => {
  test.each([
    [[8000], '80.0000'],
    [[7000, 9000], '80.0000'],
    [[0, 9000, 9000], '60.0000'],
    [[7000, 8000, 9000, 10000], '85.0000'],
    [[0, 8000, 8000, 8000, 10000], '80.0000'],
    [[0, 0, 8000, 8000, 10000], '53.3333'],
    [[6000, 7000, 8000, 9000, 10000, 10000], '85.0000'],
    [[0, 5000, 6000, 7000, 8000, 9000, 10000], '70.0000'],
  ])('of %j is %s: from five marks on one highest and one lowest are left out', (marks, mean) => {
    expect(points(entry('a', [], marks), twoParts(0))).toBe(mean)
  })

  test.each([
    [3, [0, 8000, 10000], '80.0000'],
    [3, [0, 10000], '50.0000'],
    [4, [0, 8000, 10000], '60.0000'],
    [0, [0, 8000, 8000, 8000, 10000], '68.0000'],
  ])('trimmed from %i marks on, %j is %s', (trim_from, marks, mean) => {
    expect(points(entry('a', [], marks), { ...twoParts(0), trim_from })).toBe(mean)
  })

  test('nobody marked is nothing, not a fault', () => expect(points(entry('a', [], []), twoParts(0))).toBe('0.0000'))
})

describe('the total', () => {
  test.each([
    [30, '77.0000'],
    [0, '80.0000'],
    [100, '70.0000'],
    [50, '75.0000'],
  ])('with theory at %i %% of 70 and 80 is %s', (weight, total) => {
    expect(points(entry('a', [7000], [8000]), twoParts(weight))).toBe(total)
  })

  test('a module counts as a share of its maximum, whatever that is', () => {
    const rules: EventRules = {
      ...twoParts(0),
      modules: [
        { key: 'theory', name: '理论', weight: 5000, criteria: [{ name: '卷', measured: true, max_points: 3000 }] },
        {
          key: 'practical',
          name: '实操',
          weight: 5000,
          criteria: [{ name: '操作', measured: false, max_points: 700 }],
        },
      ],
    }
    expect(points(entry('a', [1000], [700]), rules)).toBe('66.6667')
  })

  test('penalties are points of the total, and never make it less than nothing', () => {
    expect(points(entry('a', [], [8000], { penalty: 250 }), twoParts(0))).toBe('77.5000')
    expect(points(entry('a', [], [100], { penalty: 250 }), twoParts(0))).toBe('0.0000')
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
    expect(ranks([entry('a', [8000], [6000]), entry('b', [6000], [8000])], twoParts(50))).toEqual(['1b', '2a'])
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

  test('the chain goes on: less time, then fewer points off; who has no time is behind', () => {
    const rules: EventRules = { ...twoParts(0), tie_breaks: [{ by: 'time', module: 'practical' }, { by: 'penalties' }] }
    expect(
      ranks(
        [
          entry('none', [], [8000]),
          entry('slow', [], [8000], { seconds: 61 }),
          entry('off', [], [8100], { seconds: 60, penalty: 100 }),
          entry('fast', [], [8000], { seconds: 60 }),
        ],
        rules,
      ),
    ).toEqual(['1fast', '2off', '3slow', '4none'])
  })

  test('a single criterion decides, by its exact mean; nobody’s marks of it are nothing', () => {
    const [module] = twoParts(0).modules
    const criteria = ['移位', '沟通'].map((name) => ({ name, measured: false, max_points: 5000 }))
    const rules: EventRules = {
      ...twoParts(0),
      modules: [{ ...module!, criteria }],
      tie_breaks: [{ by: 'criterion', module: 'practical', criterion: '沟通' }],
    }
    expect(ruleFaults(rules)).toEqual([])
    const placed = rankResults(
      rules,
      Object.entries({ a: [[3001], [999]], b: [[3000], [1000, 1000]], c: [[4000], []], d: [[2999], [1002, 1000]] }).map(
        ([entry_id, judged]) => {
          const marks = judged.flatMap((marks, index) =>
            marks.map((points): Mark => ({ entry_id, criterion: index + 1, points })),
          )
          return { entry_id, ...sumsOf(rules, marks), penalty: 0, times: new Map() }
        },
      ),
    )
    expect(placed.map(({ rank, entry_id }) => `${rank}${entry_id}`)).toEqual(['1d', '2b', '3a', '4c'])
    const wrong: EventRules = { ...rules, tie_breaks: [{ by: 'criterion', module: 'practical', criterion: '没有' }] }
    expect(ruleFaults(wrong).map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/rules/tie_breaks/0', 'rules.tie_break_unknown'],
    ])
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
    expect(ranks([three, nine], twoParts(0))).toEqual(['1a', '1b'])
  })

  test('nobody is no ranking', () => expect(ranks([])).toEqual([]))
})

describe('whatever the marks are', () => {
  const mark = fc.integer({ min: 0, max: 10_000 })
  // few different values, so that ties happen
  const coarse = fc.integer({ min: 0, max: 4 }).map((value) => value * 2500)
  const worlds = fc
    .array(
      fc.record({
        theory: fc.array(fc.oneof(mark, coarse), { minLength: 1, maxLength: 3 }),
        practical: fc.array(fc.oneof(mark, coarse), { minLength: 1, maxLength: 9 }),
      }),
      { minLength: 1, maxLength: 12 },
    )
    .map((all) => all.map((one, index) => ({ id: `e${index}`, ...one })))
  const weights = fc.integer({ min: 0, max: 100 })
  const byEntry = (placed: Placed[]) => new Map(placed.map(({ entry_id, rank }) => [entry_id, rank]))

  test('the order of the judges and of the entries never changes the ranking', () => {
    fc.assert(
      fc.property(worlds, weights, fc.infiniteStream(fc.nat()), (world, weight, random) => {
        const shuffled = <T>(items: T[]): T[] =>
          items
            .map((item) => ({ item, at: random.next().value! }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item)
        const turned = shuffled(world).map((one) => ({
          ...one,
          theory: shuffled(one.theory),
          practical: shuffled(one.practical),
        }))
        expect(byEntry(rank(turned, twoParts(weight)))).toEqual(byEntry(rank(world, twoParts(weight))))
      }),
    )
  })

  test('a module of weight 0 changes nothing', () => {
    fc.assert(
      fc.property(worlds, mark, (world, extra) => {
        const rules = twoParts(30)
        const module = {
          key: 'show',
          name: '展示',
          weight: 0,
          criteria: [{ name: '展示', measured: false, max_points: 10_000 }],
        }
        const more = { ...rules, modules: [...rules.modules, module] }
        const shown = world.map((one, index) => ({ ...one, show: [(extra + index * 977) % 10_001] }))
        expect(byEntry(rank(shown, more))).toEqual(byEntry(rank(world, rules)))
      }),
    )
  })

  test('a rank is 1 and the number of those who are better, and equals share theirs', () => {
    fc.assert(
      fc.property(worlds, weights, (world, weight) => {
        const placed = rank(world, twoParts(weight))
        const better = (a: Placed, b: Placed) =>
          a.total !== b.total
            ? a.total > b.total
            : weight < 100 && a.modules.get('practical')! > b.modules.get('practical')!
        for (const one of placed) expect(one.rank).toBe(1 + placed.filter((other) => better(other, one)).length)
      }),
    )
  })

  test('leaving out the extremes stays between the lowest and the highest mark', () => {
    fc.assert(
      fc.property(fc.array(mark, { minLength: 1, maxLength: 15 }), (marks) => {
        const { points, of } = sumsOf(
          twoParts(0),
          marks.map((points) => ({ entry_id: 'a', criterion: 1, points })),
        ).modules.get('practical')!
        expect(points >= BigInt(Math.min(...marks)) * of && points <= BigInt(Math.max(...marks)) * of).toBe(true)
      }),
    )
  })
})

describe('rules', () => {
  test('the two usual parts are sound', () => {
    for (const weight of [0, 30, 100]) expect(ruleFaults(twoParts(weight))).toEqual([])
  })

  test('every fault is told at once', () => {
    const [theory, practical] = twoParts(30).modules
    const rules: EventRules = {
      ...twoParts(30),
      modules: [
        { ...theory!, weight: 4000 },
        { ...practical!, key: 'theory', criteria: [...practical!.criteria, ...practical!.criteria] },
      ],
      tie_breaks: [{ by: 'time', module: 'show' }],
    }
    expect(ruleFaults(rules).map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/rules/modules', 'rules.weights'],
      ['/rules/modules/1/key', 'rules.module_twice'],
      ['/rules/modules/1/criteria', 'rules.criterion_twice'],
      ['/rules/tie_breaks/0', 'rules.tie_break_unknown'],
    ])
  })
})
