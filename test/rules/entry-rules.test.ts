/** Who may sit which level: every alternative of the published conditions, to the day; what is recalled only decides nothing. */
import { describe, expect, test } from 'vitest'
import published from '../../db/reference/entry-conditions.json' with { type: 'json' }
import { type EntryFacts, type EntryRule, entryDecision, ruleFor } from '../../src/training/entry-rules.ts'
import { unmetWords } from '../../src/training/entry-words.ts'

const RULES = published as unknown as EntryRule[]
const NOBODY: EntryFacts = {
  birth_date: '2000-05-01',
  worked_days: 0,
  levels: [],
  educations: [],
  declared: {},
  trained_on: null,
}
const DAY = '2026-11-23'
const ELDER = { occupation_code: '4-10-01-05', standard_edition: '2019', day: DAY }

function decide(level: number, known: Partial<EntryFacts>, question: object = ELDER) {
  const rule = ruleFor(RULES, { ...ELDER, ...question, level })
  return entryDecision(rule, { ...NOBODY, ...known }, DAY)
}
const held = (level: number, since: string) => ({ levels: [{ level, since }] })
const graduate = (level: 'secondary_vocational' | 'junior_college', graduated_on: string | null) => ({
  level,
  graduated_on,
  stated: false,
})

describe('elder care by the edition of 2019', () => {
  test.each([
    ['nothing', 5, {}, false],
    ['a year of work, less a day', 5, { worked_days: 364 }, false],
    ['a year of work', 5, { worked_days: 365 }, true],
    ['an apprenticeship', 5, { declared: { apprenticeship: '2026-01-01' } }, true],
    ['an apprenticeship that ends tomorrow', 5, { declared: { apprenticeship: '2026-11-24' } }, false],
    ['level 5 for two years to the day', 4, held(5, '2024-11-23'), true],
    ['level 5 for two years, less a day', 4, held(5, '2024-11-24'), false],
    ['a higher level counts as the lower', 4, held(3, '2024-11-23'), true],
    ['four years of work', 4, { worked_days: 4 * 365 + 1 }, true],
    [
      'a student of the major',
      4,
      { educations: [graduate('secondary_vocational', null)], declared: { related_major: '2024-09-01' } },
      true,
    ],
    ['a diploma of another major', 4, { educations: [graduate('secondary_vocational', '2020-06-30')] }, false],
    ['level 4 for four years', 3, held(4, '2022-11-23'), true],
    [
      'level 4 and a technical diploma',
      3,
      { ...held(4, '2026-11-01'), declared: { technical_diploma: '2020-06-30' } },
      true,
    ],
    [
      'level 4 for two years and a college',
      3,
      {
        ...held(4, '2024-11-23'),
        educations: [graduate('junior_college', '2020-06-30')],
        declared: { related_major: '2020-06-30' },
      },
      true,
    ],
    [
      'level 4 for two years, a student of a college',
      3,
      {
        ...held(4, '2024-11-23'),
        educations: [graduate('junior_college', null)],
        declared: { related_major: '2020-06-30' },
      },
      false,
    ],
    ['level 3 for four years', 2, held(3, '2022-11-23'), true],
    [
      'level 3 for three years and a technical diploma: recalled only',
      2,
      { ...held(3, '2023-01-01'), declared: { technical_diploma: '2020-06-30' } },
      false,
    ],
  ] satisfies [string, number, Partial<EntryFacts>, boolean][])('%s: level %i', (_, level, known, met) => {
    expect(decide(level, known).met).toBe(met)
  })

  test('level 1 is recalled only, so nobody is judged', () => {
    expect(decide(1, {})).toEqual({ rule_code: null, day: DAY, met: null, earliest: null, alternatives: [] })
  })

  test('the earliest day is that of the alternative that is met first', () => {
    const { earliest, alternatives } = decide(4, { worked_days: 3 * 365, ...held(5, '2025-11-24') })
    // four years of work come before two years of level 5
    expect(alternatives.map((one) => one.earliest)).toEqual(['2027-11-24', '2027-11-24', null])
    expect(earliest).toBe('2027-11-24')
  })

  test('every failed term says what was found and what would satisfy it', () => {
    expect(unmetWords(decide(5, { worked_days: 200 }))?.zh).toBe(
      '尚不符合申报条件，还差（任一项即可）：①从事本职业累计满 1 年（记录 0.5 年；连续在岗最早 2027-05-07 满足，或凭证明声明此前的从业经历）；②学徒期满（没有记录；凭证明声明）',
    )
    expect(unmetWords(decide(5, { worked_days: 365 }))).toBeNull()
  })
})

describe('which rule', () => {
  test('the edition decides: of 2011 a completed class is enough for level 5', () => {
    const old = { standard_edition: '2011' }
    expect(decide(5, { trained_on: '2026-01-01' }, old).met).toBe(true)
    expect(decide(5, { trained_on: '2026-01-01' }).met).toBe(false)
  })

  test('the day decides: the nursery conditions hold from the day they were seen', () => {
    const nursery = { occupation_code: '4-10-01-03', standard_edition: '2021' }
    expect(decide(5, { birth_date: '2010-11-23' }, nursery).met).toBe(true)
    expect(decide(5, { birth_date: '2010-11-24' }, nursery).met).toBe(false)
    expect(decide(5, {}, { ...nursery, day: '2024-07-07' }).met).toBeNull()
  })

  test('what is in force is seen or confirmed, and cites its source', () => {
    for (const { active, confidence, citation } of published) {
      expect(citation.length).toBeGreaterThan(5)
      if (active) expect(['seen', 'confirmed']).toContain(confidence)
    }
  })
})
