/** The review of a run by whoever reviews in the small world, without a fault found. */
import { passReview } from '../../db/demo-review.ts'
import type { World } from './world.ts'

/** Xihu’s township, and the officer of the city; Ningbo has a city officer of its own. */
export async function reviewRun(w: Pick<World, 'db' | 'context'>, run_id: string): Promise<void> {
  const { district_code } = await w.db
    .selectFrom('allowance_runs')
    .select('district_code')
    .where('id', '=', run_id)
    .executeTakeFirstOrThrow()
  const officer = district_code.startsWith('3302') ? 'city_nb' : 'city'
  await passReview(w.db, run_id, async ({ reviewer }, action) => {
    const context = await w.context(reviewer === 'township' ? 'township' : officer)
    await w.db.transaction().execute((tx) => action(tx, context))
  })
}
