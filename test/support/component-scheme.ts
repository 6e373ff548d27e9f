/** A scheme of five components, and births, insurance and educations on and beside its limits, for tests that begin behind it. */
import { sql } from 'kysely'
import type { SchemeFile } from '../../db/load-reference.ts'
import type { World } from './world.ts'

/** Births, sexes, insurance and educations on and beside the limits, from the order of the ids. */
export async function bePeople({ db }: World): Promise<void> {
  await sql`update people set sex = case n % 2 when 0 then 'male' else 'female' end,
      birth_date = case n % 4 when 0 then '1966-08-31'::date when 1 then '1976-09-01' when 2 then '1976-09-02' else '1990-01-01' end
    from (select id, row_number() over (order by id) as n from people) o where o.id = people.id`.execute(db)
  await sql`update service_months set social_insurance = true
    where person_id in (select id from (select id, row_number() over (order by id) as n from people) o where n % 3 <> 0)`.execute(
    db,
  )
  await sql`insert into educations (person_id, level, mode, graduated_on, school)
    select id, (array['secondary_vocational', 'junior_college', 'bachelor', 'senior_secondary'])[n % 4 + 1],
      case n % 5 when 0 then 'part_time' else 'full_time' end, '2020-06-30'::date, '示例一校'
    from (select id, row_number() over (order by id) as n from people) o where n % 7 <> 0
    union all select id, 'postgraduate', 'full_time', '2026-08-20'::date, '示例二校'
    from (select id, row_number() over (order by id) as n from people) o where n % 6 = 0`.execute(db)
}

const seen = { citation: 'S0', confidence: 'seen' }
export const rate = (amount_yuan: number, key: object) => ({ ...seen, ...key, amount_yuan })
export const levels = (...amounts: number[]) => amounts.map((yuan, index) => rate(yuan, { level: 5 - index }))
export const part = (code: string, kind: string, rates: ReturnType<typeof rate>[], settings: object = {}) => ({
  ...{ code, kind, title: TITLES[code] ?? code, title_en: code, rates },
  ...{ ...seen, ...settings },
})
const TITLES: Record<string, string> = {
  ...{ monthly: '月津贴', tenure: '年限补贴', level_addon: '等级加发', level: '等级补贴', entry: '入职奖补' },
}
export const condition = (measure: string, threshold: unknown, parameters = {}, component?: string) => ({
  ...{ code: `${component ?? ''}${measure}`, measure, threshold, parameters, ...(component && { component }) },
  ...{ title: measure, title_en: measure, ...seen },
})

/** One that asks for what is recorded once and then counts: the term of a contract, who owns the facility, licences, the day of a claim. */
export const FACT_SCHEME: SchemeFile = {
  ...{ code: 'test-facts', name: '测试政策二', division_code: '330100', workforce: 'elder_care' },
  versions: [
    {
      ...{ number: 1, effective_from: '2020-01-01', effective_to: null, title: '测试政策二' },
      settings: {
        ...{ posts: ['care'], occupation_codes: ['4-10-01-05'], level_from: 'next_month', look_back_months: 12 },
      },
      ...seen,
      components: [
        part(
          'loyalty',
          'one_off_by_tenure',
          [rate(1000, { min_years: 1, below_years: 2 }), rate(3000, { min_years: 2 })],
          {
            ...{ top_up: true, tenure: { basis: 'any_employer', count_to: 'year_before_claim' } },
          },
        ),
        part('licensed', 'monthly_by_tenure', [rate(200, { min_years: 0 })], {}),
      ],
      conditions: [
        condition('contract_years', 3, {}, 'loyalty'),
        condition('facility_ownership', ['private'], {}, 'loyalty'),
        condition('certificate_or_licence', 3, { licences: ['nurse'] }, 'licensed'),
        condition('claimed', true, { after_years: 1, within_months: 18 }, 'licensed'),
        condition('years_served', 1, { basis: 'any_employer', count_to: 'claim_date' }, 'licensed'),
      ],
    },
  ],
}

export const SCHEME: SchemeFile = {
  ...{ code: 'test-components', name: '测试政策', division_code: '330100', workforce: 'elder_care' },
  versions: [
    {
      ...{ number: 1, effective_from: '2020-01-01', effective_to: null, title: '测试政策' },
      settings: {
        ...{ posts: ['care'], occupation_codes: ['4-10-01-05'], level_from: 'next_month', look_back_months: 12 },
      },
      ...seen,
      components: [
        part('monthly', 'monthly_by_level', levels(300, 400, 500, 800, 1200)),
        part(
          'tenure',
          'one_off_by_tenure',
          [
            rate(1000, { min_years: 1, below_years: 5 }),
            rate(5000, { min_years: 5, below_years: 10 }),
            rate(20000, { min_years: 10 }),
          ],
          { top_up: true, tenure: { basis: 'same_city' } },
        ),
        part('level_addon', 'addon_by_level', levels(1000, 2000, 3000, 4000, 5000), { top_up: true }),
        part('level', 'one_off_by_level', levels(1000, 2000, 3000, 5000, 8000), { top_up: true }),
        part(
          'entry',
          'entry_bonus',
          [
            rate(30000, { key: 'secondary_vocational' }),
            rate(40000, { key: 'junior_college' }),
            rate(50000, { key: 'bachelor' }),
            rate(60000, { key: 'postgraduate' }),
          ],
          {
            ...{
              tenure: { basis: 'any_employer', continuous: true },
              education_on: 'instalment',
              part_time_percent: 70,
            },
            instalments: [1, 2, 3].map((after_years, index) => ({ after_years, percent: [30, 30, 40][index] })),
          },
        ),
      ],
      conditions: [
        condition('in_post_at_month_end', true),
        condition('social_insurance', true, { retired_from_age: { male: 60, female: 50 } }),
        condition('certificate_level', 5, {}, 'monthly'),
        condition('attendance_days', 20, {}, 'monthly'),
        condition('years_served', 1, { basis: 'same_employer' }, 'level_addon'),
        condition('age_below', 60, {}, 'level'),
        condition('hired_from', '2019-01-01', {}, 'entry'),
        condition('graduated_within', 96, {}, 'entry'),
      ],
    },
  ],
}
