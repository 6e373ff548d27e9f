/** JSON routes of the sessions of a class and of who was there. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { attendancesOfSession } from './attendance-queries.ts'
import { addSession, recordAttendances } from './hours.ts'
import { getSession, listSessions } from './member-queries.ts'
import { getClass } from './queries.ts'
import { newSessionShape, placementShape, sessionShape } from './session-shapes.ts'
import * as shapes from './shapes.ts'
import { placeSession } from './timetable.ts'
import { shownSession } from './timetable-rules.ts'

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
      answer: shapes.wholeListOf(sessionShape),
    },
    async ({ c, db, context, params }) => {
      await getClass(db, context.scope, localDate(context.now), params.id)
      const sessions = await listSessions(db, context.scope, params.id)
      return { items: sessions.map((session) => shownSession(session, c.get('lang'))) }
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
      body: newSessionShape,
      answer: sessionShape,
      status: 201,
      made_in: '/sessions',
    },
    async ({ c, tx, context, params, body }) =>
      shownSession(await addSession(tx, context, params.id, body), c.get('lang')),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/sessions/{id}',
      name: 'getSession',
      summary: '课次 Get a session',
      params: idShape,
      answer: sessionShape,
    },
    async ({ c, db, context, params }) => shownSession(await getSession(db, context.scope, params.id), c.get('lang')),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/sessions/{id}/placement',
      name: 'placeSession',
      summary: '排课：日期、时间、场地、教师 Put a session into the timetable or move it',
      params: idShape,
      body: placementShape,
      answer: sessionShape,
    },
    async ({ c, tx, context, params, body }) =>
      shownSession(await placeSession(tx, context, params.id, body), c.get('lang')),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/sessions/{id}/attendances',
      name: 'listAttendances',
      summary: '学时登记 Hours of a session by enrolment; with versions=all what was corrected too',
      params: idShape,
      query: shapes.versionsShape,
      answer: shapes.wholeListOf(shapes.attendanceVersionShape),
    },
    async ({ db, context, params, query }) => {
      const session = await getSession(db, context.scope, params.id)
      const versions = await attendancesOfSession(db, session.id)
      const items = query.versions === 'all' ? versions : versions.filter(({ known_to }) => known_to === null)
      return { items: items.map(({ person_name: _, ...item }) => item) }
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
    ({ tx, context, params, body }) => recordAttendances(tx, context, params.id, body.items, body.reason),
  )
}
