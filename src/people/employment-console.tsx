/** Pages of employments: recording one, and its end. */
import { EmploymentForm, EndingForm } from '../../templates/people/employment-forms.tsx'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { onlyRow } from './bulk.ts'
import { getEmployment } from './employment-queries.ts'
import { endingShape, newEmploymentShape } from './employment-shapes.ts'
import { endEmployment, recordEmployments } from './employments.ts'
import { personForm } from './fact-console.tsx'
import { getPerson } from './queries.ts'

export function employmentsConsole(app: App): void {
  page(app, '/console/employments/:id/ending', 'employment.write', (call) => endingPage(call))
  form(
    app,
    '/console/employments/:id/ending',
    'employment.write',
    endingShape,
    async ({ tx, context, params, input }) => {
      const { person_id } = await endEmployment(tx, context, params.id!, input)
      return {
        to: `/console/people/${person_id}`,
        flash: { zh: `已登记 ${input.ends_on} 离岗。`, en: `The end on ${input.ends_on} is recorded.` },
      }
    },
    (call) => endingPage(call, call),
  )
  personForm(
    app,
    'employments',
    'employment.write',
    EmploymentForm,
    newEmploymentShape,
    async ({ tx, context, params, input }) => {
      await getPerson(tx, context.scope, params.id!, localDate(context.now))
      const row = {
        ...input,
        person_id: params.id!,
        organisation_id: context.actor.organisation_id!,
        ends_on: input.ends_on ?? null,
      }
      await recordEmployments(tx, context, [row], onlyRow)
    },
  )
}

async function endingPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const employment = await getEmployment(db, context.scope, params.id!)
  const person = { id: employment.person_id, name: employment.person_name }
  const values = { ends_on: employment.ends_on ?? '', reason: employment.leaving_reason ?? '', ...retry?.values }
  return (
    <EndingForm
      frame={frameOf(c, person.name)}
      person={person}
      employment={employment}
      values={values}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
