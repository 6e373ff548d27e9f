/** How a run passes its review where nobody finds fault: findings cleared, the sample in order, every step agreed to by whoever it is for. */
import { findingsOf, sampleLinesOf } from '../src/allowances/review-queries.ts'
import { type Step, sameStep } from '../src/allowances/review-rules.ts'
import { answerFindings, recordInspections, reviewStep } from '../src/allowances/reviews.ts'
import type { Context, Scope } from '../src/platform/context.ts'
import type { Db, Tx } from '../src/platform/database.ts'

/** Does an action as the reviewer of a step, in a transaction. */
export type AsReviewer = (step: Step, action: (tx: Tx, context: Context) => Promise<unknown>) => Promise<unknown>

const EVERYTHING: Scope = { kind: 'division', prefix: '' }

/** `failed` lines of the sample, the first of them, are found wanting and held. */
export async function passReview(db: Db, run_id: string, as: AsReviewer, failed = 0): Promise<void> {
  const findings = await findingsOf(db, EVERYTHING, run_id, { limit: 500 })
  const sample = await sampleLinesOf(db, EVERYTHING, run_id)
  const steps = await db
    .selectFrom('run_steps')
    .select(['reviewer', 'township_code'])
    .where('run_id', '=', run_id)
    .execute()
  const wanting = new Set(sample.slice(0, failed))
  for (const step of steps as Step[]) {
    const finding_ids = findings.items.filter((one) => sameStep(one, step)).map(({ id }) => id)
    const items = sample
      .filter((line) => sameStep(line, step))
      .map((line) => ({
        ...{
          person_id: line.person_id,
          organisation_id: line.person_id ? null : line.organisation_id,
          month: line.month,
          component: line.component,
          passed: !wanting.has(line),
        },
        note: wanting.has(line) ? '现场未见本人，考勤表无签字' : '现场在岗，考勤相符',
      }))
    await as(step, async (tx, context) => {
      if (finding_ids.length > 0)
        await answerFindings(tx, context, run_id, { finding_ids, verdict: 'cleared', reason: '已电话核实，资料留存' })
      if (items.length > 0) await recordInspections(tx, context, run_id, { items })
      await reviewStep(tx, context, run_id, { ...step, decision: 'agreed' })
    })
  }
}
