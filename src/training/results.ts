/** Results of an assessment: entered by the assessing organisation only, corrected by a new row with a reason. */
import { sql } from 'kysely'
import { type HistoryEvent, recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { isLocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuse } from '../platform/errors.ts'
import { type LockedClass, lockClass, settle } from './actions.ts'
import { enterEducation } from './continuing-education.ts'
import type { Recorded } from './hours.ts'
import { type EnrolmentRow, listRoster } from './member-queries.ts'
import {
  completionOf,
  hoursShort,
  hundredths,
  isIn,
  type Marks,
  PARTS,
  type Part,
  partsOf,
  passes,
  refuseMembers,
} from './rules.ts'
import type { ResultRow } from './shapes.ts'

/**
 * Enters results (points, 0–100, at most two decimals) of people of a class; a person is named by enrolment or by person. All or none.
 * A result that is there already and differs is corrected: the old row is closed, the reason goes into the history, and in a completed
 * class the outcome is judged again. The same again does nothing. Refuses `class.not_open` for a cancelled class, and per row
 * (pointer `/items/0/theory`) `result.person_unknown`, `result.twice`, `result.date_outside`, `result.hours_short`, `result.mark_missing`,
 * `result.mark_invalid`, `result.part_not_examined`, `result.reason_missing`, `result.certified` (a certificate stands on the old result).
 */
export async function recordResults(tx: Tx, context: Context, class_id: string, rows: ResultRow[]): Promise<Recorded> {
  const group = await lockClass(tx, context, class_id, 'assessor_organisation_id')
  if (group.status === 'cancelled')
    refuse('conflict', 'class.not_open', {
      zh: `培训班“${group.name}”已取消，不能录入成绩。`,
      en: `The class "${group.name}" is cancelled.`,
    })
  const members = await listRoster(tx, context.scope, class_id)
  const entries = new Map<string, Entry>()
  const faults: Fault[] = []
  for (const [index, row] of rows.entries()) {
    const member = members.find(({ id, person_id }) => id === row.enrolment_id || person_id === row.person_id)
    const { marks, faults: found } = checkRow(context, group, member, row)
    if (member && entries.has(member.id)) found.push(twice(member))
    faults.push(...found.map((fault) => ({ ...fault, pointer: `/items/${index}${fault.pointer}` })))
    if (member) entries.set(member.id, { member, row, marks })
  }
  refuseMembers(faults)
  const fresh = [...entries.values()].filter((entry) => !isSame(entry))
  const corrections = fresh.filter(({ member }) => member.result)
  const figures = {
    recorded: fresh.length - corrections.length,
    changed: corrections.length,
    unchanged: entries.size - fresh.length,
  }
  if (fresh.length === 0) return figures
  const closed = corrections.flatMap(({ member }) => (member.result ? [member.result.id] : []))
  if (closed.length > 0)
    await tx
      .updateTable('assessment_results')
      .set({ known_to: sql<Date>`clock_timestamp()` })
      .where('id', 'in', closed)
      .execute()
  await tx
    .insertInto('assessment_results')
    .values(
      fresh.map(({ member, row, marks }) => ({
        enrolment_id: member.id,
        assessed_on: row.assessed_on,
        ...marks,
        passed: passes(group.level, marks),
        assessor_organisation_id: group.assessor_organisation_id!,
        recorded_by: context.actor.account_id,
      })),
    )
    .execute()
  if (group.status === 'completed') await judgeAgain(tx, context, group, fresh)
  await recordHistory(tx, context, ...eventsOf(group, figures, corrections))
  return figures
}

interface Entry {
  member: EnrolmentRow
  row: ResultRow
  marks: Marks
}

function checkRow(
  context: Context,
  group: LockedClass,
  member: EnrolmentRow | undefined,
  row: ResultRow,
): { marks: Marks; faults: Fault[] } {
  const faults: Fault[] = []
  const fault = (pointer: string, code: string, zh: string, en: string) => faults.push(faultAt(pointer, code, zh, en))
  const marks: Marks = { theory: null, practical: null, review: null }
  const required = partsOf(group.level)
  for (const part of Object.keys(PARTS) as Part[]) {
    const value = row[part] ?? null
    const { zh, en } = PARTS[part]
    marks[part] = value === null ? null : hundredths(value)
    if (value !== null && !required.includes(part))
      fault(`/${part}`, 'result.part_not_examined', `这一级不考${zh}，请留空。`, `This level has no ${en} part.`)
    else if (value === null && required.includes(part))
      fault(
        `/${part}`,
        'result.mark_missing',
        `缺少${zh}成绩；缺考请填 0。`,
        `The ${en} mark is missing; enter 0 for an absent person.`,
      )
    else if (value !== null && marks[part] === null)
      fault(
        `/${part}`,
        'result.mark_invalid',
        `${zh}成绩 ${value} 不是 0–100 之间、至多两位小数的数。`,
        `The ${en} mark ${value} is not between 0 and 100 with at most two decimals.`,
      )
  }
  const today = localDate(context.now)
  if (!isLocalDate(row.assessed_on) || row.assessed_on > today || row.assessed_on < group.starts_on)
    fault(
      '/assessed_on',
      'result.date_outside',
      `考核日期 ${row.assessed_on} 必须在开班（${group.starts_on}）之后、今天（${today}）或以前。`,
      `The day ${row.assessed_on} must be between the start (${group.starts_on}) and today (${today}).`,
    )
  if (!member || !isIn(member))
    fault('/enrolment_id', 'result.person_unknown', '这个人不在班里或已退班。', 'This person is not in the class.')
  else if (member.hours < member.required_hours) {
    const { zh, en } = hoursShort(member.hours, member.required_hours).message
    fault(
      '/enrolment_id',
      'result.hours_short',
      `${member.person_name}${zh}，不能录入成绩。`,
      `${member.person_name}: ${en}; no result can be entered.`,
    )
  } else if (member.result && faults.length === 0 && !isSame({ member, row, marks })) {
    if (!row.reason)
      fault(
        '/reason',
        'result.reason_missing',
        `${member.person_name}已有成绩，更正请写明原因。`,
        `${member.person_name} has a result; a correction needs a reason.`,
      )
    if (member.certificate_number)
      fault(
        '/enrolment_id',
        'result.certified',
        `${member.person_name}已按原成绩发证（${member.certificate_number}），请先撤销证书再更正成绩。`,
        `Certificate ${member.certificate_number} stands on the result of ${member.person_name}; revoke it before correcting.`,
      )
  }
  return { marks, faults }
}

function twice({ person_name }: EnrolmentRow): Fault {
  return {
    pointer: '/enrolment_id',
    code: 'result.twice',
    message: { zh: `${person_name}出现了两次，请只留一行。`, en: `${person_name} is there twice.` },
  }
}

function isSame({ member: { result }, row, marks }: Entry): boolean {
  if (!result || result.assessed_on !== row.assessed_on) return false
  return (Object.keys(PARTS) as Part[]).every(
    (part) => result[part] === (marks[part] === null ? null : marks[part] / 100),
  )
}

async function judgeAgain(tx: Tx, context: Context, group: LockedClass, fresh: Entry[]): Promise<void> {
  const affected = new Set(fresh.map(({ member }) => member.id))
  const { items } = completionOf(group, await listRoster(tx, context.scope, group.id))
  await settle(
    tx,
    items.filter(({ enrolment_id }) => affected.has(enrolment_id)),
  )
  await enterEducation(tx, context, group.id, fresh[0]?.row.reason ?? null)
}

function eventsOf(group: LockedClass, figures: Recorded, corrections: Entry[]): HistoryEvent[] {
  const recorded =
    figures.recorded > 0
      ? [
          {
            kind: 'result.recorded',
            subject_kind: 'class',
            subject_id: group.id,
            changes: { recorded: figures.recorded },
          },
        ]
      : []
  return [
    ...recorded,
    ...corrections.map(({ member, row, marks }) => ({
      kind: 'result.corrected',
      subject_kind: 'enrolment',
      subject_id: member.id,
      reason: row.reason ?? null,
      changes: Object.fromEntries(
        (Object.keys(PARTS) as Part[]).flatMap((part) => {
          const before = member.result?.[part] ?? null
          const after = marks[part] === null ? null : marks[part] / 100
          return before === after ? [] : [[part, [before, after]]]
        }),
      ),
    })),
  ]
}
