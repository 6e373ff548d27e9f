/** JSON routes of courses and their versions. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { listCourseVersions } from './course-queries.ts'
import { changedCourseShape, courseShape, courseVersionShape, newCourseShape } from './course-shapes.ts'
import { addCourse, changeCourse } from './courses.ts'
import { getCourse, listCourses } from './queries.ts'
import { wholeListOf } from './shapes.ts'

const tag = 'training'
const readCourses = { permission: 'class.read', tag } as const
const writeCourses = { permission: 'class.write', tag } as const

export function coursesApi(app: App): void {
  read(
    app,
    {
      ...readCourses,
      path: '/courses',
      name: 'listCourses',
      summary: '课程列表 List courses',
      query: pageShape,
      answer: listOf(courseShape),
    },
    ({ db, context, query }) => listCourses(db, context.scope, query),
  )
  read(
    app,
    {
      ...readCourses,
      path: '/courses/{id}',
      name: 'getCourse',
      summary: '课程 Get a course',
      params: idShape,
      answer: courseShape,
    },
    ({ db, context, params }) => getCourse(db, context.scope, params.id),
  )
  read(
    app,
    {
      ...readCourses,
      path: '/courses/{id}/versions',
      name: 'listCourseVersions',
      summary: '课程的各个版本 Every version of a course',
      params: idShape,
      answer: wholeListOf(courseVersionShape),
    },
    async ({ db, context, params }) => ({ items: await listCourseVersions(db, context.scope, params.id) }),
  )
  write(
    app,
    {
      ...writeCourses,
      method: 'post',
      path: '/courses',
      name: 'addCourse',
      summary: '新建课程 Add a course',
      body: newCourseShape,
      answer: courseShape,
      status: 201,
    },
    ({ tx, context, body }) => addCourse(tx, context, body),
  )
  write(
    app,
    {
      ...writeCourses,
      method: 'put',
      path: '/courses/{id}',
      name: 'changeCourse',
      summary: '修改课程，自某日起生效 Change a course from a day on',
      params: idShape,
      body: changedCourseShape,
      answer: courseShape,
    },
    ({ tx, context, params, revision, body }) => changeCourse(tx, context, params.id, revision, body),
  )
}
