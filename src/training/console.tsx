/** Pages of classes; those of the people in a class are in roster-, hours- and results-console.tsx. */
import { z } from 'zod'
import { Classes, ClassForm } from '../../templates/training/classes.tsx'
import { CancellationPage, CompletionPage } from '../../templates/training/closing.tsx'
import { besideLastDay, filled, withEnd } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, type Message, notFound, type Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { cancelClass, changeClass, completeClass, openClass } from './actions.ts'
import { assessmentPages } from './assessment-console.tsx'
import { checkInPages } from './check-ins-console.tsx'
import { completionView } from './completion.ts'
import { coursePages } from './courses-console.tsx'
import { entryPages } from './entry-console.tsx'
import { filingPages } from './filings-console.tsx'
import { hourPages } from './hours-console.tsx'
import { openClassPages } from './open-classes-console.tsx'
import { listFillable } from './order-queries.ts'
import { orderPages } from './orders-console.tsx'
import { unscopedSchools } from './programme-queries.ts'
import { programmePages } from './programmes-console.tsx'
import { CLASS, countPhases, getClass, listAssessors, listClasses, listCourses } from './queries.ts'
import { resultAppealPages } from './result-appeals-console.tsx'
import { resultPages } from './results-console.tsx'
import { rosterPages } from './roster-console.tsx'
import { PHASES, type Phase } from './rules.ts'
import { changedClassShape, newClassShape, reasonBodyShape } from './shapes.ts'
import { CLASS_WAITS, type ClassWait } from './steps.ts'
import { teacherPages } from './teachers-console.tsx'
import { placementPages } from './timetable-console.tsx'
import { venuePages } from './venues-console.tsx'
import { classWaits } from './waiting-classes.ts'

const CLASSES = { zh: '培训班', en: 'Classes' }

export function trainingConsole(app: App): void {
  coursePages(app)
  classPages(app)
  closingPages(app)
  orderPages(app)
  programmePages(app)
  rosterPages(app)
  entryPages(app)
  openClassPages(app)
  hourPages(app)
  placementPages(app)
  filingPages(app)
  venuePages(app)
  teacherPages(app)
  checkInPages(app)
  resultPages(app)
  assessmentPages(app)
  resultAppealPages(app)
}

function classPages(app: App): void {
  page(app, '/console/classes', 'class.read', async ({ c, db, context, query }) => {
    const phase = query.phase && query.phase in PHASES ? (query.phase as Phase) : ''
    const waits = query.waits && query.waits in CLASS_WAITS ? (query.waits as ClassWait) : ''
    const filter = { phase, waits, q: query.q ?? '' } as const
    const today = localDate(context.now)
    const list = await listClasses(db, context.scope, today, {
      limit: 50,
      cursor: query.cursor,
      q: filter.q || undefined,
      phase: phase || undefined,
      waits: waits ? classWaits(waits, today) : undefined,
    })
    return (
      <Classes
        frame={frame(c, CLASSES)}
        filter={filter}
        counts={await countPhases(db, context.scope, today)}
        items={list.items}
        next={list.next_cursor && `/console/classes?${new URLSearchParams({ ...filter, cursor: list.next_cursor })}`}
        may_open={may(context.actor.role, 'class.write')}
      />
    )
  })
  page(app, '/console/classes/new', 'class.write', (call) => classForm(call, {}))
  form(
    app,
    '/console/classes',
    'class.write',
    z.preprocess(classFields, newClassShape),
    async ({ tx, context, input }) => {
      const { id, name } = await openClass(tx, context, input)
      return {
        to: `/console/classes/${id}`,
        flash: {
          zh: `培训班“${name}”已建好，下一步加入学员。`,
          en: `The class "${name}" was opened; add people next.`,
        },
      }
    },
    (call) => classForm(call, call.values, call.refusal),
  )
  page(app, '/console/classes/:id/edit', 'class.write', (call) => classForm(call, {}))
  form(
    app,
    '/console/classes/:id',
    'class.write',
    z.preprocess(classFields, changedClassShape.extend({ revision: z.number().int() })),
    async ({ tx, context, params, input }) => {
      const { revision, ...fields } = input
      await changeClass(tx, context, params.id!, revision, fields)
      return { to: `/console/classes/${params.id}`, flash: { zh: '已保存。', en: 'Saved.' } }
    },
    (call) => classForm(call, call.values, call.refusal),
  )
}

async function classForm(call: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const { c, db, context, params } = call
  const group = params.id ? await ownClass(call) : null
  return (
    <ClassForm
      frame={frame(c, CLASSES)}
      group={group}
      orders={group ? [] : await listFillable(db, context.actor.organisation_id)}
      courses={group ? [] : (await listCourses(db, context.scope, { limit: 200 })).items}
      assessors={await listAssessors(db, context.actor.organisation_id)}
      schools={await unscopedSchools(db)}
      values={{ ...(call.query.order ? { training_order_id: call.query.order } : {}), ...values }}
      errors={besideLastDay(faultsFor(c, refusal))}
    />
  )
}

function closingPages(app: App): void {
  page(app, '/console/classes/:id/completion', 'class.write', (call) => completionPage(call))
  form(
    app,
    '/console/classes/:id/completion',
    'class.write',
    z.object({}),
    async ({ tx, context, params }) => {
      const { completed, failed } = await completeClass(tx, context, params.id!)
      return {
        to: `/console/classes/${params.id}`,
        flash: {
          zh: `已结业：${completed} 人结业，${failed} 人不结业。`,
          en: `${completed} completed, ${failed} did not.`,
        },
      }
    },
    (call) => completionPage(call, call.refusal),
  )
  page(app, '/console/classes/:id/cancellation', 'class.write', (call) => cancellationPage(call, {}))
  form(
    app,
    '/console/classes/:id/cancellation',
    'class.write',
    reasonBodyShape,
    async ({ tx, context, params, input }) => {
      const { name } = await cancelClass(tx, context, params.id!, input.reason)
      return {
        to: '/console/classes',
        flash: { zh: `培训班“${name}”已取消。`, en: `The class "${name}" was cancelled.` },
      }
    },
    (call) => cancellationPage(call, call.values, call.refusal),
  )
}

async function completionPage(call: PageCall, refusal?: Refusal) {
  const group = await ownClass(call)
  const completion = await completionView(call.db, call.context, group, call.c.get('lang'))
  const errors = faultsFor(call.c, refusal)
  return <CompletionPage frame={frame(call.c, group.name)} group={group} completion={completion} errors={errors} />
}

async function cancellationPage(call: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const group = await ownClass(call)
  const errors = faultsFor(call.c, refusal)
  return <CancellationPage frame={frame(call.c, group.name)} group={group} reason={values.reason} errors={errors} />
}

/** A class of the reader's own institution: an assessor may look at a class, not change it. */
async function ownClass({ db, context, params }: PageCall) {
  const group = await getClass(db, context.scope, localDate(context.now), params.id!)
  return group.organisation_id === context.actor.organisation_id ? group : notFound(CLASS)
}

function frame(c: PageCall['c'], title: Message | string) {
  return frameOf(c, typeof title === 'string' ? title : inLanguage(c.get('lang'), title))
}

function classFields(sent: unknown) {
  return withEnd(filled('capacity', 'revision')(sent))
}
