/** JSON routes of monthly facts, continuing education and conduct. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { Context } from '../platform/context.ts'
import type { App } from '../platform/http.ts'
import { type Change, inItems, onlyRow } from './bulk.ts'
import { correctConductEvent, recordConductEvent, withdrawConductEvent } from './conduct-events.ts'
import { decideEducation, decideEducationHours } from './education-decisions.ts'
import { recordEducationHours } from './education-hours.ts'
import { listConductEvents, listEducationHours, listServiceMonths } from './fact-queries.ts'
import {
  conductCorrectionShape,
  conductEventShape,
  conductFilterShape,
  conductPageShape,
  educationApprovalShape,
  educationDecidedShape,
  educationDecisionsShape,
  educationFilterShape,
  educationHoursShape,
  educationPageShape,
  educationRejectionShape,
  newConductEventShape,
  newEducationHoursShape,
  newServiceMonthsShape,
  recordedEducationHoursShape,
  recordedServiceMonthsShape,
  serviceMonthFilterShape,
  serviceMonthPageShape,
  withdrawalShape,
} from './fact-shapes.ts'
import { recordServiceMonths } from './service-months.ts'

const facts = 'monthly facts'

export function personFactsApi(app: App): void {
  read(
    app,
    {
      path: '/service-months',
      permission: 'person.read',
      name: 'listServiceMonths',
      tag: facts,
      summary: '月度在岗列表 List months of service',
      query: serviceMonthFilterShape,
      answer: serviceMonthPageShape,
    },
    ({ db, context, query }) => listServiceMonths(db, context.scope, query),
  )
  write(
    app,
    {
      method: 'post',
      path: '/service-months',
      permission: 'service_month.write',
      name: 'recordServiceMonths',
      tag: facts,
      summary: '登记月度出勤与社保，一条或最多 1,000 条 Record months of service, one or up to 1,000',
      body: newServiceMonthsShape,
      answer: recordedServiceMonthsShape,
      status: 201,
    },
    async ({ tx, context, body }) => {
      const rows = rowsOf(body).map((row) => ({ ...row, organisation_id: own(context, row) }))
      return answered(body, rows, await recordServiceMonths(tx, context, rows, pointerIn(body)))
    },
  )
  read(
    app,
    {
      path: '/education-hours',
      permission: 'person.read',
      name: 'listEducationHours',
      tag: facts,
      summary: '继续教育学时列表 List hours of continuing education',
      query: educationFilterShape,
      answer: educationPageShape,
    },
    ({ db, context, query }) => listEducationHours(db, context.scope, query),
  )
  write(
    app,
    {
      method: 'post',
      path: '/education-hours',
      permission: 'education.write',
      name: 'recordEducationHours',
      tag: facts,
      summary: '登记继续教育学时，一条或最多 1,000 条 Record hours of continuing education',
      body: newEducationHoursShape,
      answer: recordedEducationHoursShape,
      status: 201,
    },
    async ({ tx, context, body }) => {
      const rows = rowsOf(body)
      return answered(body, rows, await recordEducationHours(tx, context, rows, pointerIn(body)))
    },
  )
  for (const [noun, decision, words, body] of [
    ['approval', 'approved', '认定学时 Approve', educationApprovalShape],
    ['rejection', 'rejected', '不予认定学时 Reject', educationRejectionShape],
  ] as const)
    write(
      app,
      {
        method: 'post',
        path: `/education-hours/{id}/${noun}`,
        permission: 'education.approve',
        name: `${noun === 'approval' ? 'approve' : 'reject'}EducationHours`,
        tag: facts,
        summary: `${words} hours of continuing education`,
        params: idShape,
        body,
        answer: educationHoursShape,
      },
      ({ tx, context, params, body }) => decideEducation(tx, context, params.id, decision, body.reason),
    )
  write(
    app,
    {
      method: 'post',
      path: '/education-hour-decisions',
      permission: 'education.approve',
      name: 'decideEducationHours',
      tag: facts,
      summary: '批量审核继续教育学时，最多 1,000 条 Decide on hours of continuing education, up to 1,000',
      body: educationDecisionsShape,
      answer: educationDecidedShape,
      status: 201,
    },
    ({ tx, context, body }) => decideEducationHours(tx, context, body),
  )
  read(
    app,
    {
      path: '/conduct-events',
      permission: 'person.read',
      name: 'listConductEvents',
      tag: facts,
      summary: '责任事故与职业道德处理列表 List accidents and breaches of ethics',
      query: conductFilterShape,
      answer: conductPageShape,
    },
    ({ db, context, query }) => listConductEvents(db, context.scope, query),
  )
  write(
    app,
    {
      method: 'post',
      path: '/conduct-events',
      permission: 'conduct.write',
      name: 'recordConductEvent',
      tag: facts,
      summary: '登记责任事故或职业道德处理 Record an accident or a breach of ethics',
      body: newConductEventShape,
      answer: conductEventShape,
      status: 201,
    },
    ({ tx, context, body }) => recordConductEvent(tx, context, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/conduct-events/{id}/correction',
      permission: 'conduct.write',
      name: 'correctConductEvent',
      tag: facts,
      summary: '更正处理记录 Correct a decision about conduct',
      params: idShape,
      body: conductCorrectionShape,
      answer: conductEventShape,
    },
    ({ tx, context, params, body }) => correctConductEvent(tx, context, params.id, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/conduct-events/{id}/withdrawal',
      permission: 'conduct.write',
      name: 'withdrawConductEvent',
      tag: facts,
      summary: '撤回处理记录 Withdraw a decision about conduct',
      params: idShape,
      body: withdrawalShape,
      answer: conductEventShape,
    },
    ({ tx, context, params, body }) => withdrawConductEvent(tx, context, params.id, body.reason),
  )
}

/** Left out, the organisation is the actor's own: the roles that record facts have one. */
export function own(context: Context, row: { organisation_id?: string | undefined }): string {
  return row.organisation_id ?? context.actor.organisation_id!
}

function rowsOf<T>(body: T | { items: T[] }): T[] {
  return isMany(body) ? body.items : [body]
}

function pointerIn(body: unknown) {
  return isMany(body) ? inItems : onlyRow
}

function isMany<T>(body: T | { items: T[] }): body is { items: T[] } {
  return typeof body === 'object' && body !== null && 'items' in body
}

/** The rows with what writing each did, in the form of the body. */
function answered<R extends object>(body: unknown, rows: R[], done: { change: Change }[]) {
  const items = rows.map((row, index) => ({ ...row, change: done[index]!.change }))
  return isMany(body) ? { items } : items[0]!
}
