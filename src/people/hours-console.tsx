/** The officers' page of continuing education: hours that wait for a decision, ticked and decided together. */

import { z } from 'zod'
import { EducationReview } from '../../templates/people/education-review.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, formPage, frameOf, type PageCall, type Retry } from '../access/pages.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { decideEducationHours } from './education-decisions.ts'
import { listEducationHours } from './fact-queries.ts'
import { educationDecisionsShape } from './fact-shapes.ts'
import { APPROVALS, type Approval } from './rules.ts'

const title = { zh: '学时审核', en: 'Hours to approve' }
const list = '/console/education-hours'

const decisionForm = z.preprocess((sent) => {
  const { ids = [], ...others } = filled()(sent)
  return { ...others, ids: [ids].flat() }
}, educationDecisionsShape)

export function educationHoursConsole(app: App): void {
  formPage(
    app,
    list,
    'education.approve',
    decisionForm,
    async ({ tx, context, input }) => {
      const { decided, unchanged } = await decideEducationHours(tx, context, input)
      const words = input.decision === 'approved' ? { zh: '认定', en: 'approved' } : { zh: '不予认定', en: 'rejected' }
      const rest =
        unchanged > 0 ? { zh: `，${unchanged} 条原本如此`, en: `, ${unchanged} were already` } : { zh: '', en: '' }
      return {
        to: list,
        flash: { zh: `已${words.zh} ${decided} 条学时${rest.zh}。`, en: `${decided} ${words.en}${rest.en}.` },
      }
    },
    reviewPage,
  )
}

async function reviewPage({ c, db, context, query }: PageCall, retry?: Retry) {
  const approval = query.approval && query.approval in APPROVALS ? (query.approval as Approval) : 'pending'
  const { items, next_cursor } = await listEducationHours(db, context.scope, {
    ...{ approval, limit: 100, cursor: query.cursor },
  })
  const first = `${list}?approval=${approval}`
  return (
    <EducationReview
      frame={frameOf(c, inLanguage(c.get('lang'), title))}
      approval={approval}
      items={items}
      next={next_cursor && `${first}&${new URLSearchParams({ cursor: next_cursor })}`}
      first={query.cursor ? first : null}
      values={retry?.values ?? {}}
      ticked={retry?.ticked('ids') ?? []}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
