/** Pages of the facts about people: a facility's month, leaving, employments, continuing education, conduct. */
import { z } from 'zod'
import { ConductForm, EducationForm, EmploymentForm, type PersonFormProps } from '../../templates/people/forms.tsx'
import { EndingForm, Staff } from '../../templates/people/staff.tsx'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { isMonth, localDate, monthOf } from '../platform/calendar.ts'
import { inLanguage, refuseFaults } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { faultAt, onlyRow } from './bulk.ts'
import { recordConductEvent } from './conduct-events.ts'
import { recordEducationHours } from './education-hours.ts'
import { endEmployment, recordEmployments } from './employments.ts'
import { getEmployment, staffOf } from './fact-queries.ts'
import { endingShape, monthShape, newConductEventShape, newEmploymentShape, newEducationHours } from './fact-shapes.ts'
import { getPerson } from './queries.ts'
import { blockersOf } from './rules.ts'
import { recordServiceMonths } from './service-months.ts'

export function personFactsConsole(app: App): void {
  page(app, '/console/staff', 'service_month.write', (call) => staffPage(call))
  form(
    app,
    '/console/staff',
    'service_month.write',
    z.looseObject({ month: monthShape }),
    async ({ tx, context, input }) => {
      const month = input.month
      const organisation_id = context.actor.organisation_id!
      const insured = [input.insured].flat()
      const typed = Object.entries(input).flatMap(([name, value]) =>
        name.startsWith('days.') && value !== '' ? [{ person_id: name.slice(5), days: String(value).trim() }] : [],
      )
      refuseFaults(typed.filter(({ days }) => !/^\d{1,2}$/.test(days)).map(({ person_id, days }) => daysFault(person_id, days)))
      const rows = typed.map(({ person_id, days }) => ({
        ...{ person_id, organisation_id, month },
        attendance_days: Number(days),
        social_insurance: insured.includes(person_id),
      }))
      const done = await recordServiceMonths(tx, context, rows, (index) => `/days/${rows[index]!.person_id}`)
      const changed = done.filter(({ change }) => change !== 'same').length
      return {
        to: `/console/staff?month=${month}`,
        flash: { zh: `${month} 已提交：${changed} 人有变化，${done.length - changed} 人不变。`, en: `${month} submitted: ${changed} changed, ${done.length - changed} as they were.` },
      }
    },
    (call) => staffPage(call, call),
  )
  page(app, '/console/employments/:id/ending', 'employment.write', (call) => endingPage(call))
  form(
    app,
    '/console/employments/:id/ending',
    'employment.write',
    endingShape,
    async ({ tx, context, params, input }) => {
      const { person_id } = await endEmployment(tx, context, params.id!, input)
      return { to: `/console/people/${person_id}`, flash: { zh: `已登记 ${input.ends_on} 离岗。`, en: `The end on ${input.ends_on} is recorded.` } }
    },
    (call) => endingPage(call, call),
  )
  personForm(app, 'employments', 'employment.write', EmploymentForm, newEmploymentShape, async ({ tx, context, params, input }) => {
    await getPerson(tx, context.scope, params.id!, localDate(context.now))
    const row = { ...input, person_id: params.id!, organisation_id: context.actor.organisation_id!, ends_on: input.ends_on ?? null }
    await recordEmployments(tx, context, [row], onlyRow)
  })
  personForm(app, 'education-hours', 'education.write', EducationForm, newEducationHours.omit({ person_id: true }).extend({ hours: z.coerce.number().int().min(1).max(500) }), async ({ tx, context, params, input }) => {
    await recordEducationHours(tx, context, [{ ...input, person_id: params.id! }], onlyRow)
  })
  personForm(app, 'conduct-events', 'conduct.write', ConductForm, newConductEventShape.omit({ person_id: true }), async ({ tx, context, params, input }) => {
    await recordConductEvent(tx, context, { ...input, person_id: params.id! })
  })
}
