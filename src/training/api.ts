/** JSON routes of training. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { addCourse, cancelClass, changeClass, completeClass, openClass } from './actions.ts'
import { addSession, enrolPeople, recordAttendances, withdrawEnrolment } from './enrolments.ts'
import {
  getClass,
  getCourse,
  getSession,
  hoursOfSession,
  listClasses,
  listCourses,
  listEnrolments,
  listRoster,
  listSessions,
} from './queries.ts'
import { recordResults } from './results.ts'
import { type Completion, completionOf } from './rules.ts'
import * as shapes from './shapes.ts'

const tag = 'training'
const readClasses = { permission: 'class.read', tag } as const
const writeClasses = { method: 'post', permission: 'class.write', tag } as const

export function trainingApi(app: App): void {
  courses(app)
  classes(app)
  enrolments(app)
  sessions(app)
  results(app)
}

function courses(app: App): void {
  read(
    app,
    {
      ...readClasses,
      path: '/courses',
      name: 'listCourses',
      summary: '课程列表 List courses',
      query: pageShape,
      answer: shapes.pageOf(shapes.courseShape),
    },
    ({ db, context, query }) => listCourses(db, context.scope, query),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/courses/{id}',
      name: 'getCourse',
      summary: '课程 Get a course',
      params: idShape,
      answer: shapes.courseShape,
    },
    ({ db, context, params }) => getCourse(db, context.scope, params.id),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/courses',
      name: 'addCourse',
      summary: '新建课程 Add a course',
      body: shapes.newCourseShape,
      answer: shapes.courseShape,
      status: 201,
    },
    ({ tx, context, body }) => addCourse(tx, context, body),
  )
}

function classes(app: App): void {
  read(
    app,
    {
      ...readClasses,
      path: '/classes',
      name: 'listClasses',
      summary: '培训班列表 List classes',
      query: pageShape.extend(shapes.classFilterShape.shape),
      answer: shapes.pageOf(shapes.classShape),
    },
    ({ db, context, query }) => listClasses(db, context.scope, localDate(context.now), query),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/classes/{id}',
      name: 'getClass',
      summary: '培训班 Get a class',
      params: idShape,
      answer: shapes.classShape,
    },
    ({ db, context, params }) => getClass(db, context.scope, localDate(context.now), params.id),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/classes',
      name: 'openClass',
      summary: '开班 Open a class',
      body: shapes.newClassShape,
      answer: shapes.classShape,
      status: 201,
    },
    ({ tx, context, body }) => openClass(tx, context, body),
  )
  write(
    app,
    {
      ...writeClasses,
      method: 'put',
      path: '/classes/{id}',
      name: 'changeClass',
      summary: '修改培训班 Change a class',
      params: idShape,
      body: shapes.changedClassShape,
      answer: shapes.classShape,
    },
    ({ tx, context, params, revision, body }) => changeClass(tx, context, params.id, revision, body),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/classes/{id}/cancellation',
      name: 'cancelClass',
      summary: '取消培训班 Cancel a class',
      params: idShape,
      body: shapes.reasonShape,
      answer: shapes.classShape,
    },
    ({ tx, context, params, body }) => cancelClass(tx, context, params.id, body.reason),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/classes/{id}/completion',
      name: 'previewCompletion',
      summary: '结业名单，结业前为预览 Who completes a class and who does not',
      params: idShape,
      answer: shapes.completionShape,
    },
    async ({ c, db, context, params }) => {
      const group = await getClass(db, context.scope, localDate(context.now), params.id)
      return completionAnswer(group, completionOf(group, await listRoster(db, context.scope, params.id)), c.get('lang'))
    },
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/classes/{id}/completion',
      name: 'completeClass',
      summary: '结业 Complete a class',
      params: idShape,
      answer: shapes.completionShape,
    },
    async ({ c, tx, context, params }) => {
      const completion = await completeClass(tx, context, params.id)
      return completionAnswer({ id: params.id, status: 'completed' }, completion, c.get('lang'))
    },
  )
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
      answer: shapes.pageOf(shapes.enrolmentShape),
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
      body: shapes.reasonShape,
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
      answer: shapes.listOf(shapes.sessionShape),
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
      answer: shapes.listOf(shapes.attendanceShape),
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
      answer: shapes.listOf(shapes.enrolmentShape),
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

function completionAnswer(
  group: { id: string; status: 'open' | 'completed' | 'cancelled' },
  completion: Completion,
  lang: Lang,
) {
  return {
    ...completion,
    class_id: group.id,
    status: group.status,
    items: completion.items.map((item) => ({
      ...item,
      reasons: item.reasons.map(({ code, message }) => ({ code, message: inLanguage(lang, message) })),
    })),
  }
}
