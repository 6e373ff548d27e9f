/** The page that asks before a run is moved on or makes money move: the figures, and what follows. */
import { Decide, type Step } from '../../templates/allowances/decide.tsx'
import { faultsFor, frameOf, type PageCall } from '../access/pages.ts'
import type { Refusal } from '../platform/errors.ts'
import { getRunDetail } from './queries.ts'
import { reviewOf } from './review-queries.ts'
import { withoutTownship } from './review-start.ts'

/** With what was sent and why it was refused, when the form is shown again. */
export async function decide(
  { c, db, context, params }: PageCall,
  step: Step,
  values: Record<string, string> = {},
  refusal?: Refusal,
) {
  const run = await getRunDetail(db, context.scope, params.id!)
  const { positive_fen, negative_fen } = run.totals
  const frame = frameOf(c, `${run.month} ${run.district_name}`)
  return (
    <Decide
      frame={frame}
      step={step}
      run={run}
      positive_fen={positive_fen}
      negative_fen={negative_fen}
      without_township={step === 'submission' ? await withoutTownship(db, run.id) : []}
      held={await reviewOf(db, context, run)}
      values={values}
      errors={faultsFor(c, refusal)}
    />
  )
}
