/** Pages on which an employer enrols its own people. */
import { OpenClasses, OpenClassPage } from '../../templates/training/open-classes.tsx'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { searchIn } from '../access/searching.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, type Refusal, refuseFaults } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { ownOrganisation } from './actions.ts'
import { listCandidates, listStaffEnrolments } from './member-queries.ts'
import { enrolStaff, getOpenClass, listOpenClasses } from './staff-enrolments.ts'
import { enrolledWords, NOBODY, tickedShape } from './ticked.ts'

const HERE = '/console/open-classes'

export function openClassPages(app: App): void {
  page(app, HERE, 'class.enrol_staff', async ({ c, db, context, query }) => {
    const list = await listOpenClasses(db, context.scope, localDate(context.now), { limit: 50, cursor: query.cursor })
    return (
      <OpenClasses
        frame={frameOf(c, inLanguage(c.get('lang'), { zh: '员工报名', en: 'Enrol staff' }))}
        items={list.items}
        next={list.next_cursor && `${HERE}?cursor=${encodeURIComponent(list.next_cursor)}`}
      />
    )
  })
  page(app, `${HERE}/:id`, 'class.enrol_staff', (call) => openClass(call))
  form(
    app,
    `${HERE}/:id/enrolments`,
    'class.enrol_staff',
    tickedShape,
    async ({ tx, context, params, input }) => {
      if (input.person_ids.length === 0) refuseFaults([NOBODY])
      const enrolled = await enrolStaff(tx, context, params.id!, input.person_ids)
      return { to: `${HERE}/${params.id}`, flash: enrolledWords(enrolled) }
    },
    (call) => openClass(call, call.refusal),
  )
}

async function openClass({ c, db, context, params, query }: PageCall, refusal?: Refusal) {
  const today = localDate(context.now)
  const group = await getOpenClass(db, context.scope, today, params.id!)
  const own = ownOrganisation(context)
  const q = query.q ?? ''
  const list = await listCandidates(db, own, group.id, { limit: 50, cursor: query.cursor, q, employed_on: today })
  const next = list.next_cursor && new URLSearchParams({ ...searchIn(c), cursor: list.next_cursor })
  return (
    <OpenClassPage
      frame={frameOf(c, group.name)}
      group={group}
      members={await listStaffEnrolments(db, context.scope, group.id, own)}
      q={q}
      people={list.items}
      next={next && `${HERE}/${group.id}?${next}`}
      errors={faultsFor(c, refusal).map(({ message }) => ({ pointer: '', message }))}
    />
  )
}
