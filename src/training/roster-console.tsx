/** Pages of a class's roster: who is in it, who may join, withdrawal, files. */
import { Candidates } from '../../templates/training/candidates.tsx'
import { Files } from '../../templates/training/closing.tsx'
import { Roster, Withdrawal } from '../../templates/training/roster.tsx'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { searchIn } from '../access/searching.ts'
import { localDate } from '../platform/calendar.ts'
import { type Refusal, refuseFaults } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { mayChange, mayEnter, mayIssue, tabOf } from './class-tab.ts'
import { enrolPeople, withdrawEnrolment } from './enrolments.ts'
import { getEnrolment, listCandidates } from './member-queries.ts'
import { getClass } from './queries.ts'
import { reasonBodyShape } from './shapes.ts'
import { enrolledWords, NOBODY, tickedShape } from './ticked.ts'

export function rosterPages(app: App): void {
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
    return <Files {...tab} may_import={kind} may_issue={mayIssue(call.context)} />
  })
  page(app, '/console/classes/:id/people', 'class.write', (call) => candidates(call))
  form(
    app,
    '/console/classes/:id/enrolments',
    'class.write',
    tickedShape,
    async ({ tx, context, params, input }) => {
      if (input.person_ids.length === 0) refuseFaults([NOBODY])
      const enrolled = await enrolPeople(tx, context, params.id!, input.person_ids)
      return { to: `/console/classes/${params.id}`, flash: enrolledWords(enrolled) }
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

async function candidates({ c, db, context, params, query }: PageCall, refusal?: Refusal) {
  const group = await getClass(db, context.scope, localDate(context.now), params.id!)
  const q = query.q ?? ''
  const list = await listCandidates(db, group.organisation_id, group.id, { limit: 50, cursor: query.cursor, q })
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
