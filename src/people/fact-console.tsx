/** Pages of the facts about one person: continuing education, conduct. */

import { z } from 'zod'
import { ConductForm, CorrectionForm, EducationForm, WithdrawalForm } from '../../templates/people/fact-forms.tsx'
import type { PersonFormProps } from '../../templates/people/forms.tsx'
import { filled } from '../access/form-fields.ts'
import {
  type FormCall,
  faultsFor,
  form,
  formPage,
  frameOf,
  type Html,
  type PageCall,
  page,
  type Retry,
} from '../access/pages.ts'
import type { Permission } from '../access/rules.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { onlyRow } from './bulk.ts'
import { correctConductEvent, recordConductEvent, withdrawConductEvent } from './conduct-events.ts'
import { recordEducationHours } from './education-hours.ts'
import { getConductEvent } from './fact-queries.ts'
import { conductCorrectionShape, newConductEventShape, newEducationHours, withdrawalShape } from './fact-shapes.ts'
import { getPerson } from './queries.ts'

export function personFactsConsole(app: App): void {
  personForm(
    app,
    'education-hours',
    'education.write',
    EducationForm,
    newEducationHours.omit({ person_id: true }).extend({ hours: z.coerce.number().int().min(1).max(500) }),
    async ({ tx, context, params, input }) => {
      await recordEducationHours(tx, context, [{ ...input, person_id: params.id! }], onlyRow)
    },
  )
  personForm(
    app,
    'conduct-events',
    'conduct.write',
    ConductForm,
    newConductEventShape.omit({ person_id: true }),
    async ({ tx, context, params, input }) => {
      await recordConductEvent(tx, context, { ...input, person_id: params.id! })
    },
  )
  formPage(
    app,
    '/console/conduct-events/:id/correction',
    'conduct.write',
    z.preprocess(filled(), conductCorrectionShape),
    async ({ tx, context, params, input }) => {
      const { person_id } = await correctConductEvent(tx, context, params.id!, input)
      return { to: `/console/people/${person_id}`, flash: { zh: '处理记录已更正。', en: 'The decision is corrected.' } }
    },
    correctionPage,
  )
  formPage(
    app,
    '/console/conduct-events/:id/withdrawal',
    'conduct.write',
    withdrawalShape,
    async ({ tx, context, params, input }) => {
      const { person_id } = await withdrawConductEvent(tx, context, params.id!, input.reason)
      return { to: `/console/people/${person_id}`, flash: { zh: '处理记录已撤回。', en: 'The decision is withdrawn.' } }
    },
    withdrawalPage,
  )
}

/** The page and the form of one more fact about a person: `/console/people/{id}/{noun}/new`. */
export function personForm<S extends z.ZodType>(
  app: App,
  noun: string,
  permission: Permission,
  Template: (props: PersonFormProps) => Html,
  shape: S,
  record: (call: FormCall<z.output<S>>) => Promise<unknown>,
): void {
  const show = async ({ c, db, context, params }: PageCall, retry?: Retry) => {
    const person = await getPerson(db, context.scope, params.id!, localDate(context.now))
    return (
      <Template
        frame={frameOf(c, person.name)}
        person={person}
        values={retry?.values ?? {}}
        errors={faultsFor(c, retry?.refusal)}
      />
    )
  }
  page(app, `/console/people/:id/${noun}/new`, permission, (call) => show(call))
  form(
    app,
    `/console/people/:id/${noun}`,
    permission,
    z.preprocess(filled(), shape),
    async (call) => {
      await record(call)
      return { to: `/console/people/${call.params.id}`, flash: { zh: '已登记。', en: 'Recorded.' } }
    },
    (call) => show(call, call),
  )
}

async function correctionPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const event = await getConductEvent(db, context.scope, params.id!)
  const { kind, happened_on, decided_on, decision, period_from, period_to } = event
  const recorded = {
    kind,
    happened_on,
    decided_on,
    decision,
    period_from: period_from ?? '',
    period_to: period_to ?? '',
  }
  return (
    <CorrectionForm
      frame={frameOf(c, event.person_name)}
      person={{ id: event.person_id, name: event.person_name }}
      event={event}
      values={retry?.values ?? recorded}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function withdrawalPage({ c, db, context, params }: PageCall, retry?: Retry) {
  const event = await getConductEvent(db, context.scope, params.id!)
  const person = { id: event.person_id, name: event.person_name }
  return (
    <WithdrawalForm
      frame={frameOf(c, person.name)}
      person={person}
      event={event}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
