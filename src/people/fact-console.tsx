/** Pages of the facts about people: a facility's month, continuing education, conduct. */
import { z } from 'zod'
import { ConductForm, EducationForm, WithdrawalForm } from '../../templates/people/fact-forms.tsx'
import type { PersonFormProps } from '../../templates/people/forms.tsx'
import { Staff } from '../../templates/people/staff.tsx'
import { type FormCall, faultsFor, form, frameOf, type Html, type PageCall, page, type Retry } from '../access/pages.ts'
import type { Permission } from '../access/rules.ts'
import { isMonth, localDate, monthOf } from '../platform/calendar.ts'
import { inLanguage, refuseFaults } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { faultAt, onlyRow } from './bulk.ts'
import { recordConductEvent, withdrawConductEvent } from './conduct-events.ts'
import { recordEducationHours } from './education-hours.ts'
import { getConductEvent, staffOf } from './fact-queries.ts'
import { monthShape, newConductEventShape, newEducationHours, withdrawalShape } from './fact-shapes.ts'
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
      refuseFaults(
        typed.filter(({ days }) => !/^\d{1,2}$/.test(days)).map(({ person_id, days }) => daysFault(person_id, days)),
      )
      const rows = typed.map(({ person_id, days }) => ({
        ...{ person_id, organisation_id, month },
        attendance_days: Number(days),
        social_insurance: insured.includes(person_id),
      }))
      const done = await recordServiceMonths(tx, context, rows, (index) => `/days/${rows[index]!.person_id}`)
      const changed = done.filter(({ change }) => change !== 'same').length
      return {
        to: `/console/staff?month=${month}`,
        flash: {
          zh: `${month} 已提交：${changed} 人有变化，${done.length - changed} 人不变。`,
          en: `${month} submitted: ${changed} changed, ${done.length - changed} as they were.`,
        },
      }
    },
    (call) => staffPage(call, call),
  )
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
  page(app, '/console/conduct-events/:id/withdrawal', 'conduct.write', (call) => withdrawalPage(call))
  form(
    app,
    '/console/conduct-events/:id/withdrawal',
    'conduct.write',
    withdrawalShape,
    async ({ tx, context, params, input }) => {
      const { person_id } = await withdrawConductEvent(tx, context, params.id!, input.reason)
      return { to: `/console/people/${person_id}`, flash: { zh: '处理记录已撤回。', en: 'The decision is withdrawn.' } }
    },
    (call) => withdrawalPage(call, call),
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
    z.preprocess(filledIn, shape),
    async (call) => {
      await record(call)
      return { to: `/console/people/${call.params.id}`, flash: { zh: '已登记。', en: 'Recorded.' } }
    },
    (call) => show(call, call),
  )
}

/** Fields of a form that were left empty are left out. */
export function filledIn(sent: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(sent as Record<string, unknown>).filter(([, value]) => value !== ''))
}

function daysFault(person_id: string, days: string) {
  return faultAt(
    `/days/${person_id}`,
    'service_month.days',
    `出勤天数“${days}”应为 0 至 31 的整数。`,
    `“${days}” is not a whole number of days from 0 to 31.`,
  )
}

async function staffPage({ c, db, context, query }: PageCall, retry?: Retry) {
  const lang = c.get('lang')
  const this_month = monthOf(localDate(context.now))
  const asked = query.month ?? ''
  const month = isMonth(asked) && asked < this_month ? asked : this_month
  const copied = query.copy === '1' && !retry
  const staff = await staffOf(db, context.actor.organisation_id!, month)
  const insured = [retry?.values.insured].flat()
  return (
    <Staff
      frame={frameOf(c, inLanguage(lang, { zh: '在岗人员', en: 'Staff' }))}
      month={month}
      this_month={this_month}
      copied={copied}
      errors={faultsFor(c, retry?.refusal).map((error) => ({
        ...error,
        pointer: error.pointer.split('/').slice(0, 3).join('/'),
      }))}
      rows={staff.map((row) => {
        const days = row.attendance_days ?? (copied ? row.previous_days : null)
        const social = row.social_insurance ?? (copied ? row.previous_insurance : null)
        return {
          ...row,
          days: retry?.values[`days.${row.person_id}`] ?? String(days ?? ''),
          insured: retry ? insured.includes(row.person_id) : (social ?? false),
          blockers: blockersOf(row, month),
        }
      })}
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
