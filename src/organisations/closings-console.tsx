/** Pages of closing an organisation and of taking that back. */
import { ClosingForm, ReopeningForm } from '../../templates/organisations/forms.tsx'
import { faultsFor, formPage, frameOf, type PageCall, type Retry } from '../access/pages.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { closeOrganisation, reopenOrganisation } from './actions.ts'
import { countStaff, getOrganisation } from './queries.ts'
import { closingShape, reopeningShape } from './shapes.ts'

export function closingsConsole(app: App): void {
  formPage(
    app,
    '/console/organisations/:id/closing',
    'organisation.write',
    closingShape,
    async ({ tx, context, params, input }) => {
      await closeOrganisation(tx, context, params.id!, input)
      return {
        to: `/console/organisations/${params.id}`,
        flash: { zh: `已登记自 ${input.closed_on} 起停办。`, en: `Closed from ${input.closed_on} on.` },
      }
    },
    closingPage,
  )
  formPage(
    app,
    '/console/organisations/:id/reopening',
    'organisation.write',
    reopeningShape,
    async ({ tx, context, params, input }) => {
      await reopenOrganisation(tx, context, params.id!, input.reason)
      return {
        to: `/console/organisations/${params.id}`,
        flash: { zh: '已恢复开办。', en: 'The closing is taken back.' },
      }
    },
    reopeningPage,
  )
}

async function closingPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const today = localDate(context.now)
  const organisation = await getOrganisation(db, context.scope, params.id!, today)
  return (
    <ClosingForm
      frame={frameOf(c, organisation.name)}
      organisation={organisation}
      staff={await countStaff(db, organisation.id, today)}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function reopeningPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const organisation = await getOrganisation(db, context.scope, params.id!, localDate(context.now))
  return (
    <ReopeningForm
      frame={frameOf(c, organisation.name)}
      organisation={organisation}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
