/** Pages of an institution's teachers and their qualifications. */
import { z } from 'zod'
import { QualificationWithdrawal, TeacherPage, Teachers } from '../../templates/training/teachers.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { reasonBodyShape } from './shapes.ts'
import { addTeacher, qualifyTeacher, withdrawQualification } from './teachers.ts'
import { getTeacher, getTeacherOf, listTeachers } from './venue-queries.ts'
import { newQualificationShape, newTeacherShape } from './venue-shapes.ts'

const HERE = '/console/teachers'

export function teacherPages(app: App): void {
  page(app, HERE, 'class.read', (call) => teachers(call))
  form(
    app,
    HERE,
    'class.write',
    z.preprocess(filled(), newTeacherShape),
    async ({ tx, context, input }) => {
      const { id } = await addTeacher(tx, context, input)
      return {
        to: `${HERE}/${id}`,
        flash: { zh: '教师已登记，请登记资质。', en: 'Added; enter their qualifications.' },
      }
    },
    (call) => teachers(call, call),
  )
  page(app, `${HERE}/:id`, 'class.read', (call) => teacher(call))
  form(
    app,
    `${HERE}/:id/qualifications`,
    'class.write',
    z.preprocess(filled(), newQualificationShape),
    async ({ tx, context, params, input }) => {
      await qualifyTeacher(tx, context, params.id!, input)
      return { to: `${HERE}/${params.id}`, flash: { zh: '资质已登记。', en: 'Entered.' } }
    },
    (call) => teacher(call, call),
  )
  formPage(
    app,
    '/console/teacher-qualifications/:id/withdrawal',
    'class.write',
    reasonBodyShape,
    async ({ tx, context, params, input }) => {
      const { id } = await withdrawQualification(tx, context, params.id!, input.reason)
      return { to: `${HERE}/${id}`, flash: { zh: '资质已撤销。', en: 'Taken back.' } }
    },
    withdrawal,
  )
}

async function teachers({ c, db, context, query }: PageCall, retry?: Retry) {
  const list = await listTeachers(db, context.scope, localDate(context.now), { limit: 50, cursor: query.cursor })
  return (
    <Teachers
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '师资', en: 'Teachers' }))}
      items={list.items}
      next={list.next_cursor && `${HERE}?cursor=${encodeURIComponent(list.next_cursor)}`}
      may_write={may(context.actor.role, 'class.write')}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function teacher({ c, db, context, params }: PageCall, retry?: Retry) {
  const found = await getTeacher(db, context.scope, localDate(context.now), params.id!)
  return (
    <TeacherPage
      frame={frameOf(c, found.name)}
      teacher={found}
      may_write={may(context.actor.role, 'class.write')}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function withdrawal({ c, db, context, params }: PageCall, retry?: Retry) {
  const found = await getTeacherOf(db, context.scope, localDate(context.now), params.id!)
  const qualification = found.qualifications.find(({ id }) => id === params.id)
  if (!qualification) return notFound({ zh: '资质', en: 'qualification' })
  return (
    <QualificationWithdrawal
      frame={frameOf(c, found.name)}
      teacher={found}
      qualification={qualification}
      reason={retry?.values.reason}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
