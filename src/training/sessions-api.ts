/** JSON routes of the sessions of a class and of who was there. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { addSession, recordAttendances } from './hours.ts'
import { getSession, hoursOfSession, listSessions } from './member-queries.ts'
import { getClass } from './queries.ts'
import * as shapes from './shapes.ts'

const tag = 'training'
const readClasses = { permission: 'class.read', tag } as const
const writeClasses = { method: 'post', permission: 'class.write', tag } as const

export function sessionsApi(app: App): void {
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
