/** Pages of submitted months: which facilities have submitted, which have not, and taking a submission back. */
import { MonthSubmissions, SubmissionWithdrawal } from '../../templates/people/month-submissions.tsx'
import { faultsFor, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { addMonths, isMonth, localDate, localTime, monthOf } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { withdrawalShape } from './fact-shapes.ts'
import {
  getMonthSubmission,
  listMissingMonths,
  listMonthSubmissions,
  type MonthSubmission,
} from './month-submission-queries.ts'
import { withdrawMonthSubmission } from './month-submissions.ts'

const title = { zh: '月度提交', en: 'Submitted months' }
const list = '/console/service-month-submissions'

export function monthSubmissionsConsole(app: App): void {
  page(app, list, 'month_submission.read', async ({ c, db, context, query }) => {
    const asked = query.month ?? ''
    const month = isMonth(asked) ? asked : addMonths(monthOf(localDate(context.now)), -1)
    const returned = query.returned === 'true'
    const none = { items: [], next_cursor: null }
    const missing = returned
      ? none
      : await listMissingMonths(db, context.scope, { month, limit: 50, cursor: query.missing })
    const which = returned ? { returned } : { month }
    const submitted = await listMonthSubmissions(db, context.scope, { ...which, limit: 50, cursor: query.submitted })
    const further = (name: string, cursor: string | null) =>
      cursor && `${list}?${new URLSearchParams({ ...(returned ? { returned: 'true' } : { month }), [name]: cursor })}`
    return (
      <MonthSubmissions
        frame={frameOf(c, inLanguage(c.get('lang'), title))}
        month={returned ? null : month}
        missing={missing.items}
        next_missing={further('missing', missing.next_cursor)}
        submitted={submitted.items.map(shown)}
        next_submitted={further('submitted', submitted.next_cursor)}
        first={query.missing || query.submitted ? `${list}?${returned ? 'returned=true' : `month=${month}`}` : null}
        may_withdraw={may(context.actor.role, 'month_submission.withdraw')}
        own={may(context.actor.role, 'service_month.write')}
      />
    )
  })
  formPage(
    app,
    `${list}/:id/withdrawal`,
    'month_submission.withdraw',
    withdrawalShape,
    async ({ tx, context, params, input }) => {
      const { month, organisation_name } = await withdrawMonthSubmission(tx, context, params.id!, input.reason)
      return {
        to: `${list}?month=${month}`,
        flash: {
          zh: `已退回 ${organisation_name} 的 ${month}。`,
          en: `${month} of ${organisation_name} is withdrawn.`,
        },
      }
    },
    withdrawalPage,
  )
}

async function withdrawalPage({ c, db, context, params }: PageCall, retry?: Retry) {
  return (
    <SubmissionWithdrawal
      frame={frameOf(c, inLanguage(c.get('lang'), title))}
      submission={shown(await getMonthSubmission(db, context.scope, params.id!))}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

function shown(row: MonthSubmission) {
  return { ...row, submitted_at: localTime(row.submitted_at) }
}
