/** Results of an assessment, a row for all parts of a person: entered by the assessing organisation only, corrected with a reason. */
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuse } from '../platform/errors.ts'
import { lockClass } from './actions.ts'
import { closingOf, listKeepable, listMarks, termsOn } from './assessment-queries.ts'
import { combine, keptUntil } from './assessment-rules.ts'
import type { Recorded } from './hours.ts'
import { type EntryFigures, type GivenMark, giveMarks } from './marks.ts'
import { type EnrolmentRow, listRoster } from './member-queries.ts'
import { changeFaults, dayFaults, markMissing, memberFault, partFaults, twice } from './result-faults.ts'
import { hundredths, PARTS, PASS_MARK, type Part, partsOf, refuseMembers } from './rules.ts'
import type { ResultRow } from './shapes.ts'

/**
 * Enters results (points, 0–100, at most two decimals) of people of a class; a person is named by enrolment or by person. All or none.
 * A part left out is taken from what is there: passed in an earlier sitting, or in an earlier class and still kept. A result that is
 * there and differs is corrected: a new version of the marks that count, the reason beside them, and in a completed class the outcome is judged
 * again. The same again does nothing. Where the class's terms ask for two people this is one person's entry. Refuses `class.not_open`
 * for a cancelled class, and per row (pointer `/items/0/theory`) `result.person_unknown`, `result.twice`, `result.date_outside`,
 * `result.hours_short`, `result.mark_missing`, `result.mark_invalid`, `result.part_not_examined`, `result.reason_missing`,
 * `result.locked` (locked results are completed with a reason), `result.certified` (a certificate stands on the old result).
 */
export async function recordResults(
  tx: Tx,
  context: Context,
  class_id: string,
  rows: ResultRow[],
): Promise<Recorded & EntryFigures> {
  const state = await openAssessment(tx, context, class_id)
  const entries = new Map<string, Entry>()
  const faults: Fault[] = []
  for (const [index, row] of rows.entries()) {
    const member = state.memberOf(row)
    const { given, faults: found } = checkRow(context, state, member, row, `/items/${index}`)
    if (member && entries.has(member.id)) found.push(twice(member))
    faults.push(...found.map((fault) => ({ ...fault, pointer: `/items/${index}${fault.pointer}` })))
    if (member) entries.set(member.id, { member, given })
  }
  refuseMembers(faults)
  const fresh = [...entries.values()].filter(({ given }) => given.length > 0)
  const corrections = fresh.filter(({ member }) => member.result)
  const figures = {
    recorded: fresh.length - corrections.length,
    changed: corrections.length,
    unchanged: entries.size - fresh.length,
  }
  if (fresh.length === 0) return figures
  const entered = await giveMarks(
    tx,
    context,
    state.group,
    state.terms,
    fresh.flatMap(({ given }) => given),
  )
  return { ...figures, ...entered }
}

export type Assessment = Awaited<ReturnType<typeof openAssessment>>

/** A class with all that its assessor needs to judge marks; its row is locked. Refuses `class.not_open` for a cancelled class. */
export async function openAssessment(tx: Tx, context: Context, class_id: string) {
  const group = await lockClass(tx, context, class_id, 'assessor_organisation_id')
  if (group.status === 'cancelled')
    refuse('conflict', 'class.not_open', {
      zh: `培训班“${group.name}”已取消，不能录入成绩。`,
      en: `The class "${group.name}" is cancelled.`,
    })
  const members = await listRoster(tx, context.scope, class_id)
  return {
    group,
    terms: await termsOn(tx, group.assessor_organisation_id, group.starts_on),
    locked: (await closingOf(tx, class_id)) !== null,
    marks: Map.groupBy(await listMarks(tx, class_id), ({ enrolment_id }) => enrolment_id),
    keepable: Map.groupBy(await listKeepable(tx, class_id, PASS_MARK), ({ enrolment_id }) => enrolment_id),
    memberOf: (row: { enrolment_id?: string | undefined; person_id?: string | undefined }) =>
      members.find(({ id, person_id }) => id === row.enrolment_id || person_id === row.person_id),
  }
}

interface Entry {
  member: EnrolmentRow
  given: GivenMark[]
}

function checkRow(
  context: Context,
  state: Assessment,
  member: EnrolmentRow | undefined,
  row: ResultRow,
  pointer: string,
): { given: GivenMark[]; faults: Fault[] } {
  const { group, locked } = state
  const given = member ? givenIn(state, member, row, pointer) : { marks: [], missing: [] }
  const required = partsOf(group.level)
  const faults = (Object.keys(PARTS) as Part[]).flatMap((part) =>
    given.missing.includes(part) ? markMissing(part) : partFaults(required, part, row[part] ?? null),
  )
  faults.push(...dayFaults(context, group, row.assessed_on))
  const obstacle = memberFault(member)
  if (obstacle) return { given: [], faults: [...faults, obstacle] }
  if (faults.length > 0 || given.marks.length === 0 || !member) return { given: given.marks, faults }
  const corrects = member.result || given.marks.some(({ before }) => before)
  return { given: given.marks, faults: changeFaults(member, Boolean(corrects), locked, row.reason ?? null) }
}

/** The marks that the row writes: new ones, corrections of those that count, and parts kept from an earlier class. */
function givenIn(
  state: Assessment,
  member: EnrolmentRow,
  row: ResultRow,
  pointer: string,
): { marks: GivenMark[]; missing: Part[] } {
  const { group, terms, marks } = state
  const own = marks.get(member.id) ?? []
  const { counting, assessed_on } = combine(group.level, terms, own, own.at(-1)?.assessed_on ?? row.assessed_on)
  // who sits nothing here gets no result from what was kept
  const sits = partsOf(group.level).some((part) => (row[part] ?? null) !== null)
  const given: GivenMark[] = []
  const missing: Part[] = []
  for (const part of partsOf(group.level)) {
    const value = row[part] ?? null
    const before = counting[part] ?? own.findLast((mark) => mark.part === part)
    const base = { enrolment_id: member.id, part, reason: row.reason ?? null, pointer }
    if (value === null) {
      if (before && before.mark >= PASS_MARK) continue
      const kept = before || !sits ? null : keptMark(state, member, part, row.assessed_on)
      if (kept) given.push({ ...base, ...kept })
      else missing.push(part)
      continue
    }
    const mark = hundredths(value) ?? -1
    if (!before || before.sitting === 0) {
      if (mark !== before?.mark) given.push({ ...base, sitting: 1, assessed_on: row.assessed_on, mark })
      continue
    }
    // the row has one day for all parts: another one than the result's moves those that were sat on it
    const day = before.assessed_on === assessed_on ? row.assessed_on : before.assessed_on
    if (mark !== before.mark || day !== before.assessed_on)
      given.push({ ...base, sitting: before.sitting, assessed_on: day, mark, before })
  }
  return { marks: isResult(member, row) ? [] : given, missing }
}

/** A part passed in an earlier class that is still kept on the day, as a mark of this class. */
export function keptMark({ terms, keepable }: Assessment, { id }: EnrolmentRow, part: Part, day: string) {
  const kept = keepable.get(id)?.find((mark) => mark.part === part)
  if (!kept || terms.kept_months === 0 || kept.assessed_on > day || day >= keptUntil(terms, kept.assessed_on))
    return null
  return { sitting: 0, assessed_on: kept.assessed_on, mark: kept.mark, kept_mark_id: kept.id }
}

/** Whether the row says what the result says already. */
function isResult({ result }: EnrolmentRow, row: ResultRow): boolean {
  if (!result || result.assessed_on !== row.assessed_on) return false
  return (Object.keys(PARTS) as Part[]).every((part) => result[part] === (row[part] ?? null))
}
