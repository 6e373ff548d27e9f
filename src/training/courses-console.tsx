/** Pages of courses: the list, one with all its versions, and the form that adds or changes one. */
import { z } from 'zod'
import { CourseForm } from '../../templates/training/course-form.tsx'
import { CoursePage, Courses } from '../../templates/training/courses.tsx'
import { besideYuan, filled, withFen } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { listCourseVersions, listEditions } from './course-queries.ts'
import { changedCourseShape, newCourseShape } from './course-shapes.ts'
import { addCourse, changeCourse } from './courses.ts'
import { COURSE, getCourse, listCourses, listOccupations, listStandardHours } from './queries.ts'

const TITLE = { zh: '课程', en: 'Courses' }
const HERE = '/console/courses'
const fields = (...numbers: string[]) => {
  const read = filled('level', 'theory_hours', 'practice_hours', 'attendance_percent', ...numbers)
  return (sent: unknown) => withFen(read(sent))
}

export function coursePages(app: App): void {
  page(app, HERE, 'class.read', async ({ c, db, context, query }) => {
    const list = await listCourses(db, context.scope, { limit: 50, cursor: query.cursor })
    return (
      <Courses
        frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
        items={list.items}
        next={list.next_cursor && `${HERE}?cursor=${encodeURIComponent(list.next_cursor)}`}
        may_add={may(context.actor.role, 'class.write')}
      />
    )
  })
  page(app, `${HERE}/new`, 'class.write', (call) => courseForm(call))
  form(
    app,
    HERE,
    'class.write',
    z.preprocess(fields(), newCourseShape),
    async ({ tx, context, input }) => {
      const course = await addCourse(tx, context, input)
      return {
        to: HERE,
        flash: { zh: `课程“${course.name}”已建好，可以开班了。`, en: `The course "${course.name}" was added.` },
      }
    },
    (call) => courseForm(call, call),
  )
  page(app, `${HERE}/:id`, 'class.read', async ({ c, db, context, params }) => {
    const course = await getCourse(db, context.scope, params.id!)
    return (
      <CoursePage
        frame={frameOf(c, course.name)}
        course={course}
        versions={await listCourseVersions(db, context.scope, course.id)}
        may_change={course.organisation_id === context.actor.organisation_id && may(context.actor.role, 'class.write')}
      />
    )
  })
  page(app, `${HERE}/:id/edit`, 'class.write', (call) => courseForm(call))
  form(
    app,
    `${HERE}/:id`,
    'class.write',
    z.preprocess(fields('revision'), changedCourseShape.extend({ revision: z.number().int() })),
    async ({ tx, context, params, input }) => {
      const { revision, ...said } = input
      await changeCourse(tx, context, params.id!, revision, said)
      return {
        to: `${HERE}/${params.id}`,
        flash: { zh: '已保存为新版本，已开的班不变。', en: 'Saved as a new version; classes that were opened stay.' },
      }
    },
    (call) => courseForm(call, call),
  )
}

async function courseForm({ c, db, context, params }: PageCall, retry?: Retry) {
  const course = params.id ? await getCourse(db, context.scope, params.id) : null
  if (course && course.organisation_id !== context.actor.organisation_id) notFound(COURSE)
  return (
    <CourseForm
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      course={course}
      occupations={await listOccupations(db)}
      editions={await listEditions(db)}
      standards={await listStandardHours(db)}
      values={retry?.values ?? {}}
      errors={besideYuan(faultsFor(c, retry?.refusal))}
    />
  )
}
