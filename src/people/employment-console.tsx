/** Pages of employments: recording one, its end, a correction, a transfer, its withdrawal. */

import { z } from 'zod'
import {
  EmploymentCorrectionForm,
  EmploymentForm,
  EmploymentWithdrawalForm,
  EndingForm,
  TransferForm,
} from '../../templates/people/employment-forms.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, formPage, frameOf, type PageCall, type Retry } from '../access/pages.ts'
import { listOrganisations } from '../organisations/queries.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import type { App } from '../platform/http.ts'
import { onlyRow } from './bulk.ts'
import { correctEmployment, endEmployment, transferEmployment, withdrawEmployment } from './employment-changes.ts'
import { getEmployment } from './employment-queries.ts'
import {
  correctionShape,
  employmentWithdrawalShape,
  endingShape,
  newEmploymentShape,
  transferShape,
} from './employment-shapes.ts'
import { recordEmployments } from './employments.ts'
import { personForm } from './fact-console.tsx'
import { getPerson } from './queries.ts'

export function employmentsConsole(app: App): void {
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
  formPage(
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
    (call, retry) => employmentPage(call, EndingForm, retry),
  )
  formPage(
    app,
    '/console/employments/:id/correction',
    'employment.write',
    z.preprocess(emptied, correctionShape),
    async ({ tx, context, params, input }) => {
      const { person_id } = await correctEmployment(tx, context, params.id!, input)
      return { to: `/console/people/${person_id}`, flash: { zh: '任职已更正。', en: 'The employment is corrected.' } }
    },
    (call, retry) => employmentPage(call, EmploymentCorrectionForm, retry),
  )
  formPage(
    app,
    '/console/employments/:id/transfer',
    'employment.transfer',
    z.preprocess(filled(), transferShape),
    async ({ tx, context, params, input }) => {
      const { person_id } = await transferEmployment(tx, context, params.id!, input)
      return {
        to: `/console/people/${person_id}`,
        flash: { zh: `已办理 ${input.on} 起的调动。`, en: `The transfer from ${input.on} is recorded.` },
      }
    },
    (call, retry) => employmentPage(call, TransferForm, retry),
  )
  formPage(
    app,
    '/console/employments/:id/withdrawal',
    'employment.write',
    employmentWithdrawalShape,
    async ({ tx, context, params, input }) => {
      const { person_id } = await withdrawEmployment(tx, context, params.id!, input.reason)
      return { to: `/console/people/${person_id}`, flash: { zh: '任职已撤销。', en: 'The employment is withdrawn.' } }
    },
    (call, retry) => employmentPage(call, EmploymentWithdrawalForm, retry),
  )
}

/** An emptied end says that the person never left. */
function emptied(sent: unknown): unknown {
  const { ends_on, leaving_kind, contract_until } = sent as Record<string, unknown>
  return {
    ...filled()(sent),
    ends_on: ends_on || null,
    leaving_kind: leaving_kind || null,
    contract_until: contract_until || null,
  }
}

async function employmentPage({ c, db, context, params }: PageCall, Template: typeof TransferForm, retry?: Retry) {
  const employment = await getEmployment(db, context.scope, params.id!)
  const { person_id, person_name, organisation_id, post, contract_kind, starts_on } = employment
  const known = {
    ...{ organisation_id, post, contract_kind, starts_on },
    // another contract has a term of its own
    contract_until: Template === TransferForm ? '' : (employment.contract_until ?? ''),
    ends_on: employment.ends_on ?? '',
    leaving_kind: employment.leaving_kind ?? '',
    reason: Template === EndingForm ? (employment.leaving_reason ?? '') : '',
  }
  return (
    <Template
      frame={frameOf(c, person_name)}
      person={{ id: person_id, name: person_name }}
      employment={employment}
      organisations={Template === TransferForm ? await employersOf(db, context) : []}
      values={{ ...known, ...retry?.values }}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

const MOST = 1000

/** Where an officer may transfer people to; an institution transfers within itself. */
async function employersOf(db: Db, { scope, now }: Context) {
  if (scope.kind !== 'division') return []
  const { items } = await listOrganisations(db, scope, { limit: MOST, status: 'open' }, localDate(now))
  return items
    .filter(({ kinds }) => kinds.includes('care_facility') || kinds.includes('nursery'))
    .map(({ id, name }) => ({ value: id, label: name }))
}
