/** Pages of a class's sessions and of who was there for how many hours. */
import { z } from 'zod'
import { Hours, SessionHours } from '../../templates/training/hours.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { localDate, localTime } from '../platform/calendar.ts'
import type { Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { together } from '../platform/together.ts'
import { attendancesOfSession, correctionsIn, currentHours } from './attendance-queries.ts'
import { listCheckIns, listOverlaps } from './check-in-queries.ts'
import { flagsOf } from './check-in-rules.ts'
import { mayChange, mayCorrect, tabOf } from './class-tab.ts'
import { addSession, recordAttendances } from './hours.ts'
import { getSession, listRoster, listSessions } from './member-queries.ts'
import { getClass } from './queries.ts'
import { isIn } from './rules.ts'
import { newSessionShape } from './session-shapes.ts'
import { enteredHours, onLines } from './table-form.ts'
import { shownSession } from './timetable-rules.ts'
import { listPlaces } from './venue-queries.ts'

export function hourPages(app: App): void {
  page(app, '/console/classes/:id/hours', 'class.read', (call) => hours(call, {}))
  form(
    app,
    '/console/classes/:id/sessions',
    'class.write',
    z.preprocess(filled('hours'), newSessionShape),
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
      const { recorded, changed } = await recordAttendances(tx, context, params.id!, input.items, input.reason)
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
  return (
    <Hours
      {...tab}
      sessions={sessions.map((session) => shownSession(session, call.c.get('lang')))}
      places={mayChange(call.context, group) ? await listPlaces(call.db, group.organisation_id) : null}
      values={values}
      errors={faultsFor(call.c, refusal)}
    />
  )
}

async function sessionHours({ c, db, context, params }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const session = await getSession(db, context.scope, params.id!)
  const group = await getClass(db, context.scope, localDate(context.now), session.class_id)
  const reading = together(db)
  const [members, versions, checkIns, overlaps] = await Promise.all([
    listRoster(reading, context.scope, group.id),
    attendancesOfSession(reading, session.id),
    listCheckIns(reading, session.id),
    listOverlaps(reading, context.scope, session.id),
  ])
  return (
    <SessionHours
      frame={frameOf(c, group.name)}
      group={group}
      session={shownSession(session, c.get('lang'))}
      members={members.filter(isIn)}
      hours={currentHours(versions)}
      corrections={correctionsIn(versions).map((row) => ({ ...row, at: localTime(row.at) }))}
      check_ins={new Map(checkIns.map(({ enrolment_id, at, how }) => [enrolment_id, { at: localTime(at), how }]))}
      flags={flagsOf(checkIns, overlaps).map((flag) => ({
        ...flag,
        people: flag.people.map(({ person_name, at }) => ({ person_name, at: localTime(at) })),
      }))}
      may_change={mayCorrect(context, group)}
      may_show_code={mayChange(context, group) && session.held_on === localDate(context.now)}
      values={values}
      errors={onLines(faultsFor(c, refusal), enteredHours(values).lines)}
    />
  )
}
