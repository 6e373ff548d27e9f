/** JSON routes of enrolments: who is in a class, joining by the trainer or an employer, withdrawal. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { ownOrganisation } from './actions.ts'
import { enrolledShape, enrolShape, openClassShape } from './enrolment-shapes.ts'
import { enrolPeople, withdrawEnrolment } from './enrolments.ts'
import { told } from './entry-api.ts'
import { type EnrolmentRow, listEnrolments, listRoster, listStaffEnrolments } from './member-queries.ts'
import { getClass } from './queries.ts'
import * as shapes from './shapes.ts'
import { enrolStaff, getOpenClass, listOpenClasses } from './staff-enrolments.ts'

const tag = 'training'
const readClasses = { permission: 'class.read', tag } as const
const writeClasses = { method: 'post', permission: 'class.write', tag } as const

export function enrolmentsApi(app: App): void {
  read(
    app,
    {
      ...readClasses,
      path: '/classes/{id}/enrolments',
      name: 'listEnrolments',
      summary: '学员名单 People in a class',
      params: idShape,
      query: pageShape,
      answer: listOf(shapes.enrolmentShape),
    },
    async ({ db, context, params, query }) => {
      await getClass(db, context.scope, localDate(context.now), params.id)
      return listEnrolments(db, context.scope, params.id, query)
    },
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/classes/{id}/enrolments',
      name: 'enrolPeople',
      summary: '加入学员，一人或多人 Enrol one person or many',
      params: idShape,
      body: enrolShape,
      answer: enrolledShape,
      status: 201,
    },
    async ({ c, tx, context, params, body }) => {
      const { flags, ...figures } = await enrolPeople(tx, context, params.id, body)
      const members = await listRoster(tx, context.scope, params.id)
      return { ...figures, flags: told(flags, c.get('lang')), items: askedOf(members, body) }
    },
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/enrolments/{id}/withdrawal',
      name: 'withdrawEnrolment',
      summary: '退班 Withdraw a person',
      params: idShape,
      body: shapes.reasonBodyShape,
      answer: shapes.enrolmentShape,
    },
    ({ tx, context, params, body }) => withdrawEnrolment(tx, context, params.id, body.reason),
  )
  employersApi(app)
}

function employersApi(app: App): void {
  const enrolStaffHere = { permission: 'class.enrol_staff', tag } as const
  read(
    app,
    {
      ...enrolStaffHere,
      path: '/open-classes',
      name: 'listOpenClasses',
      summary: '可为本机构员工报名的培训班 Classes in which an employer may enrol its people',
      query: pageShape,
      answer: listOf(openClassShape),
    },
    ({ db, context, query }) => listOpenClasses(db, context.scope, localDate(context.now), query),
  )
  read(
    app,
    {
      ...enrolStaffHere,
      path: '/open-classes/{id}/enrolments',
      name: 'listStaffEnrolments',
      summary: '本机构报名的人 Whom the employer enrolled',
      params: idShape,
      answer: shapes.wholeListOf(shapes.enrolmentShape),
    },
    async ({ db, context, params }) => {
      await getOpenClass(db, context.scope, localDate(context.now), params.id)
      return { items: await listStaffEnrolments(db, context.scope, params.id, ownOrganisation(context)) }
    },
  )
  write(
    app,
    {
      ...enrolStaffHere,
      method: 'post',
      path: '/open-classes/{id}/enrolments',
      name: 'enrolStaff',
      summary: '为本机构员工报名 Enrol people of the employer',
      params: idShape,
      body: enrolShape,
      answer: enrolledShape,
      status: 201,
    },
    async ({ c, tx, context, params, body }) => {
      const { flags, ...figures } = await enrolStaff(tx, context, params.id, body)
      const members = await listStaffEnrolments(tx, context.scope, params.id, ownOrganisation(context))
      return { ...figures, flags: told(flags, c.get('lang')), items: askedOf(members, body) }
    },
  )
}

function askedOf(members: EnrolmentRow[], person_ids: string[]): EnrolmentRow[] {
  const asked = new Set(person_ids)
  return members.filter(({ person_id }) => asked.has(person_id))
}
