/** JSON routes of the people in a class: enrolments, sessions and hours, results. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { enrolPeople, withdrawEnrolment } from './enrolments.ts'
import { addSession, recordAttendances } from './hours.ts'
import { getSession, hoursOfSession, listEnrolments, listRoster, listSessions } from './member-queries.ts'
import { getClass } from './queries.ts'
import { recordResults } from './results.ts'
import * as shapes from './shapes.ts'

const tag = 'training'
const readClasses = { permission: 'class.read', tag } as const
const writeClasses = { method: 'post', permission: 'class.write', tag } as const

export function classMembersApi(app: App): void {
  enrolments(app)
  sessions(app)
  results(app)
}

function enrolments(app: App): void {
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
      body: shapes.enrolShape,
      answer: shapes.enrolledShape,
      status: 201,
    },
    async ({ tx, context, params, body }) => {
      const figures = await enrolPeople(tx, context, params.id, body)
      const members = await listRoster(tx, context.scope, params.id)
      return { ...figures, items: members.filter(({ person_id }) => body.includes(person_id)) }
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
}

function sessions(app: App): void {
  read(
    app,
    {
      ...readClasses,
      path: '/classes/{id}/sessions',
      name: 'listSessions',
      summary: '课次 Sessions of a class',
      params: idShape,
      answer: shapes.wholeListOf(shapes.sessionShape),
    },
    async ({ db, context, params }) => {
      await getClass(db, context.scope, localDate(context.now), params.id)
      return { items: await listSessions(db, context.scope, params.id) }
    },
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/classes/{id}/sessions',
      name: 'addSession',
      summary: '新增课次 Add a session',
      params: idShape,
      body: shapes.newSessionShape,
      answer: shapes.sessionShape,
      status: 201,
      made_in: '/sessions',
    },
    ({ tx, context, params, body }) => addSession(tx, context, params.id, body),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/sessions/{id}',
      name: 'getSession',
      summary: '课次 Get a session',
      params: idShape,
      answer: shapes.sessionShape,
    },
    ({ db, context, params }) => getSession(db, context.scope, params.id),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/sessions/{id}/attendances',
      name: 'listAttendances',
      summary: '学时登记 Hours of a session by enrolment',
      params: idShape,
      answer: shapes.wholeListOf(shapes.attendanceShape),
    },
    async ({ db, context, params }) => {
      const session = await getSession(db, context.scope, params.id)
      return {
        items: [...(await hoursOfSession(db, session.id))].map(([enrolment_id, hours]) => ({ enrolment_id, hours })),
      }
    },
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/sessions/{id}/attendances',
      name: 'recordAttendances',
      summary: '登记学时 Record hours',
      params: idShape,
      body: shapes.attendancesShape,
      answer: shapes.recordedShape,
    },
    ({ tx, context, params, body }) => recordAttendances(tx, context, params.id, body.items),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/sessions/{id}/check-ins',
      name: 'checkIn',
      summary: '签到，记满学时 Record people as present for the whole session',
      params: idShape,
      body: shapes.checkInsShape,
      answer: shapes.recordedShape,
    },
    ({ tx, context, params, body }) =>
      recordAttendances(
        tx,
        context,
        params.id,
        body.person_ids.map((person_id) => ({ person_id })),
      ),
  )
}

function results(app: App): void {
  read(
    app,
    {
      ...readClasses,
      path: '/classes/{id}/results',
      name: 'listResults',
      summary: '成绩 Results of a class',
      params: idShape,
      answer: shapes.wholeListOf(shapes.enrolmentShape),
    },
    async ({ db, context, params }) => {
      await getClass(db, context.scope, localDate(context.now), params.id)
      return { items: (await listRoster(db, context.scope, params.id)).filter(({ result }) => result) }
    },
  )
  write(
    app,
    {
      method: 'post',
      tag,
      permission: 'result.write',
      path: '/classes/{id}/results',
      name: 'recordResults',
      summary: '录入或更正成绩 Enter or correct results',
      params: idShape,
      body: shapes.resultsShape,
      answer: shapes.recordedShape,
      status: 201,
    },
    ({ tx, context, params, body }) => recordResults(tx, context, params.id, body.items),
  )
}
