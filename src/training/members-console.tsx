/** Pages of the people in a class: roster, hours, results. */
import { z } from 'zod'
import { Files } from '../../templates/training/closing.tsx'
import { Hours, SessionHours } from '../../templates/training/hours.tsx'
import { ResultsTab } from '../../templates/training/results.tsx'
import { Candidates, Roster, Withdrawal } from '../../templates/training/roster.tsx'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { searchIn } from '../access/searching.ts'
import { faultAt } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { inLanguage, type Refusal, refuseFaults } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { enrolPeople, withdrawEnrolment } from './enrolments.ts'
import { addSession, recordAttendances } from './hours.ts'
import { getEnrolment, getSession, hoursOfSession, listCandidates, listRoster, listSessions } from './member-queries.ts'
import { type ClassRow, getClass } from './queries.ts'
import { recordResults } from './results.ts'
import { partsOf } from './rules.ts'
import { newSessionShape, reasonBodyShape } from './shapes.ts'
import { type ClassStep, stepOf } from './steps.ts'
import { enteredHours, enteredResults, onLines } from './table-form.ts'

export function classMembersConsole(app: App): void {
  rosterPages(app)
  hourPages(app)
  resultPages(app)
}

function rosterPages(app: App): void {
  page(app, '/console/classes/:id', 'class.read', async (call) => {
    const { context } = call
    const { tab, group, members } = await tabOf(call)
    return (
      <Roster
        {...tab}
        members={members}
        may_change={mayChange(context, group)}
        may_open_people={context.actor.role !== 'assessor'}
      />
    )
  })
  page(app, '/console/classes/:id/files', 'class.read', async (call) => {
    const { tab, group } = await tabOf(call)
    const kind = mayChange(call.context, group) ? 'enrolments' : mayEnter(call.context, group) ? 'results' : null
    return <Files {...tab} may_import={kind} may_issue={may(call.context.actor.role, 'certificate.issue')} />
  })
  page(app, '/console/classes/:id/people', 'class.write', (call) => candidates(call))
  form(
    app,
    '/console/classes/:id/enrolments',
    'class.write',
    z.object({ person_ids: z.preprocess((sent) => [sent ?? []].flat(), z.array(z.uuid())) }),
    async ({ tx, context, params, input }) => {
      if (input.person_ids.length === 0) refuseFaults([NOBODY])
      const { added } = await enrolPeople(tx, context, params.id!, input.person_ids)
      return {
        to: `/console/classes/${params.id}`,
        flash: { zh: `已加入 ${added} 人。`, en: `${added} people were added.` },
      }
    },
    (call) => candidates(call, call.refusal),
  )
  page(app, '/console/enrolments/:id/withdrawal', 'class.write', (call) => withdrawal(call, {}))
  form(
    app,
    '/console/enrolments/:id/withdrawal',
    'class.write',
    reasonBodyShape,
    async ({ tx, context, params, input }) => {
      const { class_id } = await withdrawEnrolment(tx, context, params.id!, input.reason)
      return {
        to: `/console/classes/${class_id}`,
        flash: { zh: '学员已退班。', en: 'The trainee has withdrawn.' },
      }
    },
    (call) => withdrawal(call, call.values, call.refusal),
  )
}

const NOBODY = faultAt(
  '/person_ids',
  'enrolment.nobody',
  '请先勾选要加入的人，再点“加入此班”。',
  'Tick the people to add first.',
)

async function candidates({ c, db, context, params, query }: PageCall, refusal?: Refusal) {
  const group = await getClass(db, context.scope, localDate(context.now), params.id!)
  const q = query.q ?? ''
  const list = await listCandidates(db, context.scope, group.id, { limit: 50, cursor: query.cursor, q })
  const next = list.next_cursor && new URLSearchParams({ ...searchIn(c), cursor: list.next_cursor })
  return (
    <Candidates
      frame={frameOf(c, group.name)}
      group={group}
      q={q}
      people={list.items}
      next={next && `/console/classes/${group.id}/people?${next}`}
      errors={faultsFor(c, refusal).map(({ message }) => ({ pointer: '', message }))}
    />
  )
}

async function withdrawal({ c, db, context, params }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const member = await getEnrolment(db, context.scope, params.id!)
  const group = await getClass(db, context.scope, localDate(context.now), member.class_id)
  const errors = faultsFor(c, refusal)
  return (
    <Withdrawal frame={frameOf(c, group.name)} member={member} group={group} reason={values.reason} errors={errors} />
  )
}

function hourPages(app: App): void {
  page(app, '/console/classes/:id/hours', 'class.read', (call) => hours(call, {}))
  form(
    app,
    '/console/classes/:id/sessions',
    'class.write',
    z.preprocess(
      (sent) => ({ ...(sent as object), hours: Number((sent as { hours?: string }).hours) }),
      newSessionShape,
    ),
    async ({ tx, context, params, input }) => {
      const { id } = await addSession(tx, context, params.id!, input)
      return {
        to: `/console/sessions/${id}`,
        flash: { zh: '课次已新增，请登记学时。', en: 'Added; record the hours.' },
      }
    },
    (call) => hours(call, call.values, call.refusal),
  )
  page(app, '/console/sessions/:id', 'class.read', (call) => sessionHours(call, {}))
  form(
    app,
    '/console/sessions/:id/attendances',
    'class.write',
    z.record(z.string(), z.unknown()).transform(enteredHours),
    async ({ tx, context, params, input }) => {
      const { recorded, changed } = await recordAttendances(tx, context, params.id!, input.items)
      const { class_id } = await getSession(tx, context.scope, params.id!)
      return {
        to: `/console/classes/${class_id}/hours`,
        flash: { zh: `已登记 ${recorded} 人，更改 ${changed} 人。`, en: `${recorded} recorded, ${changed} changed.` },
      }
    },
    (call) => sessionHours(call, call.values, call.refusal),
  )
}

async function hours(call: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const { tab, group } = await tabOf(call)
  const sessions = await listSessions(call.db, call.context.scope, group.id)
  const errors = faultsFor(call.c, refusal)
  return (
    <Hours {...tab} sessions={sessions} may_change={mayChange(call.context, group)} values={values} errors={errors} />
  )
}

async function sessionHours({ c, db, context, params }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const session = await getSession(db, context.scope, params.id!)
  const group = await getClass(db, context.scope, localDate(context.now), session.class_id)
  const members = await listRoster(db, context.scope, group.id)
  return (
    <SessionHours
      frame={frameOf(c, group.name)}
      group={group}
      session={session}
      members={members.filter(({ status }) => status !== 'withdrawn')}
      hours={await hoursOfSession(db, session.id)}
      may_change={mayChange(context, group)}
      values={values}
      errors={onLines(faultsFor(c, refusal), enteredHours(values).lines)}
    />
  )
}

function resultPages(app: App): void {
  page(app, '/console/classes/:id/results', 'class.read', (call) => resultsTab(call, {}))
  form(
    app,
    '/console/classes/:id/results',
    'result.write',
    z.record(z.string(), z.unknown()).transform(enteredResults),
    async ({ tx, context, params, input }) => {
      const { recorded, changed } = await recordResults(tx, context, params.id!, input.items)
      return {
        to: `/console/classes/${params.id}/results`,
        flash: { zh: `已录入 ${recorded} 人，更正 ${changed} 人。`, en: `${recorded} entered, ${changed} corrected.` },
      }
    },
    (call) => resultsTab(call, call.values, call.refusal),
  )
}

async function resultsTab(call: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const { tab, group, members } = await tabOf(call)
  return (
    <ResultsTab
      {...tab}
      members={members.filter(({ status }) => status !== 'withdrawn')}
      parts={partsOf(group.level)}
      may_enter={mayEnter(call.context, group)}
      today={localDate(call.context.now)}
      values={values}
      errors={onLines(faultsFor(call.c, refusal), enteredResults(values).lines)}
    />
  )
}

/** What every tab of a class shows. */
async function tabOf({ c, db, context, params }: PageCall) {
  const group = await getClass(db, context.scope, localDate(context.now), params.id!)
  const members = await listRoster(db, context.scope, group.id)
  const step = stepOf(group, members)
  return {
    group,
    members,
    tab: { frame: frameOf(c, group.name), group, step: step.index, next: next(c, context, group, step) },
  }
}

/** The one thing to do now, for who may do it. */
function next(c: PageCall['c'], context: Context, group: ClassRow, { task }: ClassStep) {
  if (task === 'none') return null
  const allowed = { enter_results: mayEnter(context, group), issue: may(context.actor.role, 'certificate.issue') }
  if (!(task in allowed ? allowed[task as keyof typeof allowed] : mayChange(context, group))) return null
  const { path, ...label } = TASKS[task]
  return { href: path.replace(':id', group.id), label: inLanguage(c.get('lang'), label) }
}

const TASKS = {
  name_assessor: { path: '/console/classes/:id/edit', zh: '指定评价机构', en: 'Name an assessor' },
  add_people: { path: '/console/classes/:id/people', zh: '加入学员', en: 'Add people' },
  record_hours: { path: '/console/classes/:id/hours', zh: '登记学时', en: 'Record hours' },
  enter_results: { path: '/console/classes/:id/results', zh: '录入成绩', en: 'Enter results' },
  complete: { path: '/console/classes/:id/completion', zh: '结业', en: 'Complete' },
  issue: { path: '/console/certificates/new?class=:id', zh: '发证', en: 'Issue certificates' },
}

function mayChange({ actor }: Context, { organisation_id, status }: ClassRow): boolean {
  return may(actor.role, 'class.write') && actor.organisation_id === organisation_id && status === 'open'
}

function mayEnter({ actor }: Context, { assessor_organisation_id, status }: ClassRow): boolean {
  return may(actor.role, 'result.write') && actor.organisation_id === assessor_organisation_id && status !== 'cancelled'
}
