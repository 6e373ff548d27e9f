/** How marks are written: by one person or by two, as versions that are never changed, and from them the result of each person. */

import { sql } from 'kysely'
import { type HistoryEvent, recordHistory } from '../history/actions.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type LockedClass, settle } from './actions.ts'
import { entryKey, type MarkRow } from './assessment-progress.ts'
import { listMarks, listOpenEntries } from './assessment-queries.ts'
import { combine, marksOf, type Terms } from './assessment-rules.ts'
import { enterEducation } from './continuing-education.ts'
import { enterMarks } from './entries.ts'
import { type EnrolmentRow, listRoster } from './member-queries.ts'
import { completionOf, PARTS, type Part, passes, points } from './rules.ts'

/** A mark as somebody gives it, checked; `before` is the mark that it corrects. */
export interface GivenMark {
  enrolment_id: string
  part: Part
  sitting: number
  assessed_on: LocalDate
  mark: number
  reason: string | null
  kept_mark_id?: string
  before?: MarkRow | undefined
  /** where it comes from in the request: `/items/3` */
  pointer: string
}
export type SignedMark = GivenMark & { recorded_by: string | null; checked_by?: string; settled_by?: string }

/** What came of entries by two people; absent where one is enough. */
export interface EntryFigures {
  /** entered by one, waiting for the other */
  waiting?: number
  /** entered by both, not the same */
  differing?: number
}

/**
 * Writes marks and what follows from them: the result of each person, and in a completed class the outcome. Where the terms ask for two
 * people this is one person's entry; a mark stands once another person's says the same. Refuses `result.entered_twice` (a third person).
 */
export async function giveMarks(
  tx: Tx,
  context: Context,
  group: LockedClass,
  terms: Terms,
  given: GivenMark[],
): Promise<EntryFigures> {
  const signed = given.map((mark) => ({ ...mark, recorded_by: context.actor.account_id }))
  if (!terms.two_person_entry) {
    await writeMarks(tx, context, group, terms, signed)
    return {}
  }
  const entries = given.filter(({ sitting }) => sitting > 0)
  const agreed = await enterMarks(tx, context, group.id, entries)
  await writeMarks(tx, context, group, terms, [...signed.filter(({ sitting }) => sitting === 0), ...agreed])
  const counts = [...Map.groupBy(await listOpenEntries(tx, group.id), entryKey).values()].map(({ length }) => length)
  return {
    waiting: counts.filter((people) => people === 1).length,
    differing: counts.filter((people) => people === 2).length,
  }
}

/** Writes marks that stand from now on, then results and outcomes. No marks, nothing. */
export async function writeMarks(
  tx: Tx,
  context: Context,
  group: LockedClass,
  terms: Terms,
  marks: SignedMark[],
): Promise<void> {
  if (marks.length === 0) return
  await tx
    .insertInto('assessment_marks')
    .values(
      marks.map(({ before, pointer: _, ...mark }) => ({
        ...mark,
        version: (before?.version ?? 0) + 1,
        kept_mark_id: mark.kept_mark_id ?? null,
      })),
    )
    .execute()
  const affected = [...new Set(marks.map(({ enrolment_id }) => enrolment_id))]
  const roster = (await listRoster(tx, context.scope, group.id)).filter(({ id }) => affected.includes(id))
  await combineResults(tx, context, group, terms, roster)
  const judged = group.status === 'completed' ? await judgeAgain(tx, context, group, roster, marks[0]!.reason) : []
  await recordHistory(tx, context, ...recordedEvents(group, marks), ...correctedEvents(marks), ...judged)
}

/** The result of each person as their marks make it now; one that changed closes the row before. */
async function combineResults(
  tx: Tx,
  context: Context,
  group: LockedClass,
  terms: Terms,
  people: EnrolmentRow[],
): Promise<void> {
  const marks = Map.groupBy(
    await listMarks(
      tx,
      group.id,
      people.map(({ id }) => id),
    ),
    ({ enrolment_id }) => enrolment_id,
  )
  const changed = people.flatMap(({ id, result }) => {
    const own = marks.get(id) ?? []
    const last = own.at(-1)
    if (!last) return []
    const { counting, assessed_on } = combine(group.level, terms, own, last.assessed_on)
    const made = marksOf(group.level, counting)
    const same =
      made &&
      result &&
      result.assessed_on === assessed_on &&
      (Object.keys(PARTS) as Part[]).every((part) => result[part] === points(made[part]))
    return made && !same ? [{ enrolment_id: id, assessed_on: assessed_on!, ...made, before: result?.id }] : []
  })
  if (changed.length === 0) return
  const closed = changed.flatMap(({ before }) => before ?? [])
  if (closed.length > 0)
    await tx
      .updateTable('assessment_results')
      .set({ known_to: sql<Date>`clock_timestamp()` })
      .where('id', 'in', closed)
      .execute()
  await tx
    .insertInto('assessment_results')
    .values(
      changed.map(({ before: _, ...result }) => ({
        ...result,
        passed: passes(group.level, result),
        assessor_organisation_id: group.assessor_organisation_id!,
        recorded_by: context.actor.account_id,
      })),
    )
    .execute()
}

/** The outcome of people of a completed class by their results as they are now; answers whose it changed. */
async function judgeAgain(
  tx: Tx,
  context: Context,
  group: LockedClass,
  people: EnrolmentRow[],
  reason: string | null,
): Promise<HistoryEvent[]> {
  const before = new Map(people.map(({ id, status }) => [id, status]))
  const { items } = completionOf(group, await listRoster(tx, context.scope, group.id))
  // a person who has no result yet keeps the outcome of the completion
  const judged = items.filter(({ enrolment_id, outcome }) => before.has(enrolment_id) && outcome !== 'missing')
  await settle(tx, judged)
  await enterEducation(tx, context, group.id, reason)
  return judged.flatMap(({ enrolment_id, outcome }) => {
    const status = before.get(enrolment_id)
    if (status === outcome) return []
    const changes = { status: [status, outcome] }
    return [{ kind: 'enrolment.judged', subject_kind: 'enrolment', subject_id: enrolment_id, changes }]
  })
}

function recordedEvents(group: LockedClass, marks: SignedMark[]): HistoryEvent[] {
  const fresh = marks.filter(({ before }) => !before)
  const people = new Set(fresh.map(({ enrolment_id }) => enrolment_id)).size
  if (people === 0) return []
  const parts = [...new Set(fresh.map((mark) => `${mark.part} ${mark.sitting}`))]
  const changes = { recorded: people, sittings: parts }
  return [{ kind: 'result.recorded', subject_kind: 'class', subject_id: group.id, changes }]
}

/** One event a person, with the points before and after. */
function correctedEvents(marks: SignedMark[]): HistoryEvent[] {
  const corrected = marks.filter(({ before }) => before)
  return [...Map.groupBy(corrected, ({ enrolment_id }) => enrolment_id)].map(([subject_id, own]) => ({
    kind: 'result.corrected',
    subject_kind: 'enrolment',
    subject_id,
    reason: own[0]!.reason,
    changes: Object.fromEntries(
      own.flatMap(({ part, mark, assessed_on, before }) => [
        ...(mark === before!.mark ? [] : [[part, [points(before!.mark), points(mark)]] as const]),
        ...(assessed_on === before!.assessed_on ? [] : [['assessed_on', [before!.assessed_on, assessed_on]] as const]),
      ]),
    ),
  }))
}
