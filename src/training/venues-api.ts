/** JSON routes of an institution's venues and teachers. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { reasonBodyShape } from './shapes.ts'
import { addTeacher, qualifyTeacher, withdrawQualification } from './teachers.ts'
import { getTeacher, getVenue, listTeachers, listVenues } from './venue-queries.ts'
import * as shapes from './venue-shapes.ts'
import { addVenue, changeVenue, recogniseVenue } from './venues.ts'

const tag = 'training'
const readClasses = { permission: 'class.read', tag } as const
const writeClasses = { method: 'post', permission: 'class.write', tag } as const

export function venuesApi(app: App): void {
  read(
    app,
    {
      ...readClasses,
      path: '/venues',
      name: 'listVenues',
      summary: '教室和实训基地 Classrooms and practice bases',
      query: pageShape,
      answer: listOf(shapes.venueShape),
    },
    ({ db, context, query }) => listVenues(db, context.scope, query),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/venues/{id}',
      name: 'getVenue',
      summary: '场地 Get a venue',
      params: idShape,
      answer: shapes.venueShape,
    },
    ({ db, context, params }) => getVenue(db, context.scope, params.id),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/venues',
      name: 'addVenue',
      summary: '新增场地 Add a venue',
      body: shapes.newVenueShape,
      answer: shapes.venueShape,
      status: 201,
    },
    ({ tx, context, body }) => addVenue(tx, context, body),
  )
  write(
    app,
    {
      ...writeClasses,
      method: 'put',
      path: '/venues/{id}',
      name: 'changeVenue',
      summary: '修改场地 Change a venue',
      params: idShape,
      body: shapes.changedVenueShape,
      answer: shapes.venueShape,
    },
    ({ tx, context, params, revision, body }) => changeVenue(tx, context, params.id, revision, body),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/venues/{id}/recognitions',
      name: 'recogniseVenue',
      summary: '登记实训基地的认定 Enter for how long a practice base is recognised',
      params: idShape,
      body: shapes.recognitionShape,
      answer: shapes.venueShape,
    },
    ({ tx, context, params, body }) => recogniseVenue(tx, context, params.id, body),
  )
}

export function teachersApi(app: App): void {
  read(
    app,
    {
      ...readClasses,
      path: '/teachers',
      name: 'listTeachers',
      summary: '师资 Teachers',
      query: pageShape,
      answer: listOf(shapes.teacherShape),
    },
    ({ db, context, query }) => listTeachers(db, context.scope, localDate(context.now), query),
  )
  read(
    app,
    {
      ...readClasses,
      path: '/teachers/{id}',
      name: 'getTeacher',
      summary: '教师 Get a teacher',
      params: idShape,
      answer: shapes.teacherShape,
    },
    ({ db, context, params }) => getTeacher(db, context.scope, localDate(context.now), params.id),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/teachers',
      name: 'addTeacher',
      summary: '新增教师 Add a teacher',
      body: shapes.newTeacherShape,
      answer: shapes.teacherShape,
      status: 201,
    },
    ({ tx, context, body }) => addTeacher(tx, context, body),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/teachers/{id}/qualifications',
      name: 'qualifyTeacher',
      summary: '登记教师资质 Enter a qualification of a teacher',
      params: idShape,
      body: shapes.newQualificationShape,
      answer: shapes.teacherShape,
    },
    ({ tx, context, params, body }) => qualifyTeacher(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...writeClasses,
      path: '/teacher-qualifications/{id}/withdrawal',
      name: 'withdrawTeacherQualification',
      summary: '撤销误登的资质 Take back a qualification entered wrongly',
      params: idShape,
      body: reasonBodyShape,
      answer: shapes.teacherShape,
    },
    ({ tx, context, params, body }) => withdrawQualification(tx, context, params.id, body.reason),
  )
}
