/** A facility's page of its staff in a month: recording the figures, correcting them with a reason, submitting the month. */

import { z } from 'zod'
import { Staff } from '../../templates/people/staff.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { isMonth, localDate, localTime, monthOf } from '../platform/calendar.ts'
import { inLanguage, refuseFaults } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { faultAt } from './bulk.ts'
import { staffOf } from './fact-queries.ts'
import { monthShape } from './fact-shapes.ts'
import { standingSubmission } from './month-submission-queries.ts'
import { newMonthSubmissionShape } from './month-submission-shapes.ts'
import { submitMonth } from './month-submissions.ts'
import { blockersOf } from './rules.ts'
import { recordServiceMonths } from './service-months.ts'
import { reasonShape } from './shapes.ts'

const monthForm = z.preprocess(filled(), z.looseObject({ month: monthShape, reason: reasonShape.optional() }))
const submissionForm = z.preprocess(
  ({ with_gaps, ...sent }: Record<string, unknown>) => ({ ...filled()(sent), with_gaps: with_gaps === 'true' }),
  newMonthSubmissionShape,
)

export function staffConsole(app: App): void {
  page(app, '/console/staff', 'service_month.write', (call) => staffPage(call))
  form(
    app,
    '/console/staff',
    'service_month.write',
    monthForm,
    async ({ tx, context, input }) => {
      const { month, reason } = input
      const organisation_id = context.actor.organisation_id!
      const insured = [input.insured].flat()
      const typed = Object.entries(input).flatMap(([name, value]) =>
        name.startsWith('days.') ? [{ person_id: name.slice(5), days: String(value).trim() }] : [],
      )
      refuseFaults(
        typed.filter(({ days }) => !/^\d{1,2}$/.test(days)).map(({ person_id, days }) => daysFault(person_id, days)),
      )
      const rows = typed.map(({ person_id, days }) => ({
        ...{ person_id, organisation_id, month, reason },
        attendance_days: Number(days),
        social_insurance: insured.includes(person_id),
      }))
      const done = await recordServiceMonths(tx, context, rows, (index) => `/days/${rows[index]!.person_id}`)
      const changed = done.filter(({ change }) => change !== 'same').length
      return {
        to: `/console/staff?month=${month}`,
        flash: {
          zh: `${month} 已保存：${changed} 人有变化，${done.length - changed} 人不变。`,
          en: `${month} saved: ${changed} changed, ${done.length - changed} as they were.`,
        },
      }
    },
    (call) => staffPage(call, call),
  )
  form(
    app,
    '/console/service-month-submissions',
    'service_month.write',
    submissionForm,
    async ({ tx, context, input }) => {
      const { month, people } = await submitMonth(tx, context, input)
      return {
        to: `/console/staff?month=${month}`,
        flash: { zh: `${month} 已提交，共 ${people} 人。`, en: `${month} is submitted: ${people} people.` },
      }
    },
    (call) => staffPage(call, undefined, call),
  )
}

function daysFault(person_id: string, days: string) {
  return faultAt(
    `/days/${person_id}`,
    'service_month.days',
    `出勤天数“${days}”应为 0 至 31 的整数。`,
    `“${days}” is not a whole number of days from 0 to 31.`,
  )
}

/** `retry`: the figures were refused; `refused`: their submission was. */
async function staffPage({ c, db, context, query }: PageCall, retry?: Retry, refused?: Retry) {
  const lang = c.get('lang')
  const this_month = monthOf(localDate(context.now))
  const asked = query.month ?? ''
  const month = isMonth(asked) && asked < this_month ? asked : this_month
  const copied = query.copy === '1' && !retry
  const organisation_id = context.actor.organisation_id!
  const staff = await staffOf(db, organisation_id, month)
  const submission = await standingSubmission(db, organisation_id, month)
  const insured = retry?.ticked('insured') ?? []
  const errors = faultsFor(c, (retry ?? refused)?.refusal).map(({ pointer, message }) => ({
    message,
    pointer: shownAt(pointer),
  }))
  return (
    <Staff
      frame={frameOf(c, inLanguage(lang, { zh: '在岗人员', en: 'Staff' }))}
      month={month}
      this_month={this_month}
      copied={copied}
      errors={errors.filter(
        ({ pointer }, at) => pointer !== '/reason' || errors.findIndex((one) => one.pointer === pointer) === at,
      )}
      submission={submission && { ...submission, submitted_at: localTime(submission.submitted_at) }}
      values={{ reason: retry?.values.reason, gap_reason: refused?.values.reason }}
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

/** Faults of a row beside its days; the reason is asked for once. */
function shownAt(pointer: string): string {
  if (pointer.endsWith('/reason')) return '/reason'
  return pointer
    .split('/')
    .slice(0, 3)
    .join('/')
    .replace(/^\/people\//, '/days/')
}
