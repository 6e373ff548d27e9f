/** The review of a run by whoever reviews in the small world: findings cleared, the sample found in order, every step agreed to. */

import { unscopedFindings, unscopedReview, unscopedSampleLines } from '../../src/allowances/review-queries.ts'
import type { Reviewer } from '../../src/allowances/review-rules.ts'
import { answerFindings, recordInspections, reviewStep } from '../../src/allowances/reviews.ts'
import type { Context } from '../../src/platform/context.ts'
import type { Db } from '../../src/platform/database.ts'
import type { World } from './world.ts'

/** Ningbo has a city officer of its own. */
export async function reviewRun(w: Pick<World, 'db' | 'context'>, run_id: string): Promise<void> {
  const { district_code } = await w.db
    .selectFrom('allowance_runs')
    .select('district_code')
    .where('id', '=', run_id)
    .executeTakeFirstOrThrow()
  const city = await w.context(district_code.startsWith('3302') ? 'city_nb' : 'city')
  await passReview(w.db, run_id, { township: await w.context('township'), district: city, city })
}

/** Each step by the one who is to decide it. */
export async function passReview(db: Db, run_id: string, by: Record<Reviewer, Context>): Promise<void> {
  const findings = await unscopedFindings(db, run_id, { limit: 500 })
  const sample = await unscopedSampleLines(db, run_id)
  const kinds = await routesOf(db, run_id)
  const stepOf = (kind: string | null) => kinds.find((one) => one.facility_kind === kind)?.reviewer ?? 'district'
  const { steps } = await unscopedReview(db, run_id, 'submitted', by.city.actor.account_id)
  for (const { reviewer } of steps as { reviewer: Reviewer }[]) {
    const finding_ids = findings.items.filter((one) => one.reviewer === reviewer).map(({ id }) => id)
    const items = sample
      .filter(({ facility_kind }) => stepOf(facility_kind) === reviewer)
      .map(({ person_id, month }) => ({ person_id, month, passed: true, note: '现场核实' }))
    await db.transaction().execute(async (tx) => {
      if (finding_ids.length > 0)
        await answerFindings(tx, by[reviewer], run_id, { finding_ids, verdict: 'cleared', reason: '已核实' })
      if (items.length > 0) await recordInspections(tx, by[reviewer], run_id, { items })
      await reviewStep(tx, by[reviewer], run_id, { reviewer, decision: 'agreed' })
    })
  }
}

function routesOf(db: Db, run_id: string) {
  return db
    .selectFrom('run_facilities')
    .select(['facility_kind', 'reviewer'])
    .distinct()
    .where('run_id', '=', run_id)
    .execute()
}
