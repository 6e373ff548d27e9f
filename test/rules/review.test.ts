/** Whose step a review is, and how far a run is told to be. */
import { describe, expect, test } from 'vitest'
import routes from '../../db/reference/review-routes.json' with { type: 'json' }
import { mayReview, REVIEWERS, type Reviewer, stagesDone } from '../../src/allowances/review-rules.ts'
import type { Actor } from '../../src/platform/context.ts'

describe('whose step it is', () => {
  test.each([
    ['township', '330106', ['township']],
    ['district', '330106', ['district']],
    ['health', '330106', ['district']],
    ['district', '330100', ['district', 'city']],
    ['health', '330100', ['district', 'city']],
    ['district', null, ['district']],
    ['finance', '330100', []],
    ['admin', null, []],
  ])('%s of %s: %j', (role, district_code, expected) => {
    const actor = { role, district_code, township_code: null } as Actor
    const own = (Object.keys(REVIEWERS) as Reviewer[]).filter((reviewer) =>
      mayReview(actor, { reviewer, township_code: null }),
    )
    expect(own).toEqual(expected)
  })

  test.each([
    ['330106901', '330106901', true],
    ['330106901', '330106902', false],
    // what lies in no township on record is reviewed by whoever reviews for the district's townships together
    ['330106901', null, false],
    [null, null, true],
    [null, '330106901', false],
  ])('an account of the township %s, a step of %s: %s', (township_code, of_step, expected) => {
    const actor = { role: 'township', district_code: '330106', township_code } as Actor
    expect(mayReview(actor, { reviewer: 'township', township_code: of_step })).toBe(expected)
    expect(mayReview(actor, { reviewer: 'district', township_code: null })).toBe(false)
  })

  test('each kind of facility has a reviewer where a scheme lays down none, and each says where it was read', () => {
    const general = routes.filter(({ scheme_code }) => scheme_code === null)
    expect(general.map(({ facility_kind }) => facility_kind).sort()).toEqual([
      'city_home',
      'home',
      'home_care_centre',
      'nursery',
    ])
    for (const { citation, sources, confidence } of routes) {
      expect(citation.length).toBeGreaterThan(5)
      if (confidence === 'seen') expect(sources.length).toBeGreaterThan(0)
    }
  })
})

test.each([
  ['computing', false, false, 0],
  ['computed', false, false, 1],
  ['submitted', false, false, 2],
  ['reviewed', false, false, 3],
  ['reviewed', true, false, 4],
  ['approved', false, false, 5],
  ['approved', true, true, 6],
  ['rejected', false, false, 0],
])('a run that is %s (list closed: %s, paid: %s) has %i stages behind it', (status, publicity_closed, paid, stages) => {
  expect(stagesDone({ status, publicity_closed, paid })).toBe(stages)
})
