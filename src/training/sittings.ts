/** One sitting of one part: theory on one day, practical on another, and the failed part again later. */

import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { differencesIn, type EntryRow } from './assessment-progress.ts'
import { listOpenEntries } from './assessment-queries.ts'
import { combine, sittingName, type Terms } from './assessment-rules.ts'
import type { SettledDifference, SittingRow } from './assessment-shapes.ts'
import { type EntryFigures, type GivenMark, giveMarks, writeMarks } from './marks.ts'
import type { EnrolmentRow } from './member-queries.ts'
import { changeFaults, dayFaults, markInvalid, memberFault, twice } from './result-faults.ts'
import { type Assessment, keptMark, openAssessment } from './results.ts'
import { hundredths, PARTS, PASS_MARK, type Part, partsOf, refuseMembers } from './rules.ts'

export interface SittingFigures extends EntryFigures {
  recorded: number
  changed: number
  unchanged: number
}

/**
 * Enters the marks of one part as sat on one day. A person's first day is sitting 1, each later one is a re-sit; the same day again
 * corrects that sitting (with a reason), or does nothing. The class may be completed: the outcome of who passes now is judged again.
 * Refuses 422 `sitting.part_not_examined`; per row (`/items/0/mark`) what {@link recordResults} refuses, and `sitting.passed` (a part
 * that is passed and kept is not sat again), `sitting.before_last`, `sitting.none_left` (the terms allow no more).
 */
export async function recordSitting(
  tx: Tx,
  context: Context,
  class_id: string,
  { part, assessed_on, items }: { part: Part; assessed_on: string; items: SittingRow[] },
): Promise<SittingFigures> {
  const state = await openAssessment(tx, context, class_id)
  refuseFaults([
    ...(partsOf(state.group.level).includes(part) ? [] : [notExamined(part)]),
    ...dayFaults(context, state.group, assessed_on),
  ])
  const faults: Fault[] = []
  const seen = new Set<string>()
  const given: GivenMark[] = []
  for (const [index, row] of items.entries()) {
    const member = state.memberOf(row)
    const found = checkSitting(state, member, part, assessed_on, row)
    if (member && seen.has(member.id)) found.faults.push(twice(member))
    faults.push(...found.faults.map((fault) => ({ ...fault, pointer: `/items/${index}${fault.pointer}` })))
    if (member) seen.add(member.id)
    if (!found.given || !member) continue
    const pointer = `/items/${index}`
    given.push({ ...found.given, pointer })
    // parts passed in an earlier class come along with the first part sat in this one
    for (const other of partsOf(state.group.level).filter((one) => one !== part)) {
      const kept = state.marks.get(member.id)?.some((mark) => mark.part === other)
        ? null
        : keptMark(state, member, other, assessed_on)
      if (kept) given.push({ ...kept, enrolment_id: member.id, part: other, reason: row.reason ?? null, pointer })
    }
  }
  refuseMembers(faults)
  const entered = await giveMarks(tx, context, state.group, state.terms, given)
  const sat = given.filter(({ sitting }) => sitting > 0)
  const changed = sat.filter(({ before }) => before).length
  return { recorded: sat.length - changed, changed, unchanged: items.length - sat.length, ...entered }
}

function notExamined(part: Part): Fault {
  const { zh, en } = PARTS[part]
  return faultAt('/part', 'sitting.part_not_examined', `这一级不考${zh}。`, `This level has no ${en} part.`)
}

function checkSitting(
  { group, terms, locked, marks }: Assessment,
  member: EnrolmentRow | undefined,
  part: Part,
  assessed_on: string,
  row: SittingRow,
): { given: Omit<GivenMark, 'pointer'> | null; faults: Fault[] } {
  const mark = hundredths(row.mark)
  const faults = mark === null ? [markInvalid('mark', part, row.mark)] : []
  const obstacle = memberFault(member)
  if (obstacle) return { given: null, faults: [...faults, obstacle] }
  if (mark === null || !member) return { given: null, faults }
  const own = marks.get(member.id) ?? []
  const before = own.find((one) => one.part === part && one.assessed_on === assessed_on && one.sitting > 0)
  if (before?.mark === mark) return { given: null, faults }
  const sat = own.filter((one) => one.part === part && one.sitting > 0)
  const sitting = before?.sitting ?? sat.length + 1
  const { counting } = combine(group.level, terms, own, assessed_on)
  const reason = row.reason ?? null
  // a re-sit of locked results needs no reason: it changes no mark
  faults.push(...changeFaults(member, before !== undefined, locked && sitting === 1, reason))
  if (!before)
    faults.push(...sittingFaults(member, part, sitting, assessed_on, sat.at(-1)?.assessed_on, terms, counting))
  return { given: { enrolment_id: member.id, part, sitting, assessed_on, mark, reason, before }, faults }
}

function sittingFaults(
  { person_name }: EnrolmentRow,
  part: Part,
  sitting: number,
  day: string,
  last: string | undefined,
  terms: Terms,
  counting: ReturnType<typeof combine>['counting'],
): Fault[] {
  const { zh, en } = PARTS[part]
  const faults: Fault[] = []
  if (last && day < last)
    faults.push(
      faultAt(
        '/enrolment_id',
        'sitting.before_last',
        `${person_name}在 ${last} 已考过${zh}，补考日期不能更早。`,
        `${person_name} sat ${en} on ${last}; a re-sit is later.`,
      ),
    )
  if (terms.kept_months > 0 && (counting[part]?.mark ?? 0) >= PASS_MARK)
    faults.push(
      faultAt(
        '/enrolment_id',
        'sitting.passed',
        `${person_name}的${zh}已合格，成绩保留中，不需要再考。`,
        `${person_name} has passed ${en} and it is kept; there is nothing to sit again.`,
      ),
    )
  if (sitting > terms.sittings)
    faults.push(
      faultAt(
        '/enrolment_id',
        'sitting.none_left',
        `${person_name}的${zh}已考 ${terms.sittings} 次，按考核办法不能再补考，请重新报名。`,
        `${person_name} has sat ${en} ${terms.sittings} times, all that the terms allow; enrol again.`,
      ),
    )
  return faults
}

/**
 * Settles differences between two people's entries: one of the two chooses which of both stands, with a reason. Per row
 * `difference.unknown`, `difference.not_yours` (who settles has entered one of them).
 */
export async function settleDifferences(
  tx: Tx,
  context: Context,
  class_id: string,
  items: SettledDifference[],
): Promise<{ settled: number; differing: number }> {
  const { group, terms, marks } = await openAssessment(tx, context, class_id)
  const differences = differencesIn(await listOpenEntries(tx, class_id))
  const account = context.actor.account_id
  const faults: Fault[] = []
  const settled = items.flatMap(({ entry, reason }, index) => {
    const pointer = `/items/${index}`
    const both = differences.find(({ first, second }) => first.seq === entry || second.seq === entry)
    const entrants = [both?.first.entered_by, both?.second.entered_by]
    if (!both) faults.push(unknown(pointer))
    else if (!entrants.includes(account!)) faults.push(notYours(pointer, both.first))
    if (!both || faults.length > 0) return []
    const { enrolment_id, part, sitting, assessed_on, mark } = both.first.seq === entry ? both.first : both.second
    const before = marks.get(enrolment_id)?.find((one) => one.part === part && one.sitting === sitting)
    const [recorded_by, checked_by] = [both.first.entered_by, both.second.entered_by]
    const signed = { recorded_by, checked_by, settled_by: account!, before, pointer, reason }
    return [{ enrolment_id, part, sitting, assessed_on, mark, ...signed }]
  })
  if (faults.every(({ code }) => code === 'difference.not_yours') && faults[0])
    refuse('forbidden', 'difference.not_yours', faults[0].message, { faults })
  refuseFaults(faults)
  await writeMarks(tx, context, group, terms, settled)
  await recordHistory(
    tx,
    context,
    ...settled.map(({ enrolment_id, part, sitting, mark, reason }) => ({
      kind: 'result.settled',
      subject_kind: 'enrolment',
      subject_id: enrolment_id,
      reason,
      changes: { [part]: mark / 100, sitting },
    })),
  )
  return { settled: settled.length, differing: differences.length - settled.length }
}

function unknown(pointer: string): Fault {
  return faultAt(
    `${pointer}/entry`,
    'difference.unknown',
    '没有这项差异，可能已经处理。请刷新后再看。',
    'There is no such difference; it may be settled already.',
  )
}

function notYours(pointer: string, entry: EntryRow): Fault {
  const { zh, en } = sittingName(entry)
  return faultAt(
    `${pointer}/entry`,
    'difference.not_yours',
    `${entry.person_name}的${zh}由另外两人录入，由他们之一处理。`,
    `${en} of ${entry.person_name} was entered by two others; one of them settles it.`,
  )
}
