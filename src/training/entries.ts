/** Entry by two people: each enters for himself without seeing the other, and what both say alike becomes the mark. */

import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { type EntryRow, entryKey } from './assessment-progress.ts'
import { listOpenEntries } from './assessment-queries.ts'
import { sittingName } from './assessment-rules.ts'
import type { GivenMark, SignedMark } from './marks.ts'

/** Records one person's entries and answers the marks that another has entered alike. Refuses `result.entered_twice` (a third person). */
export async function enterMarks(
  tx: Tx,
  context: Context,
  class_id: string,
  given: GivenMark[],
): Promise<SignedMark[]> {
  const account = context.actor.account_id!
  const before = Map.groupBy(await listOpenEntries(tx, class_id), entryKey)
  const others = (mark: GivenMark) =>
    (before.get(entryKey(mark)) ?? []).filter(({ entered_by }) => entered_by !== account)
  refuseFaults(given.flatMap((mark) => (others(mark).length > 1 ? [enteredTwice(mark)] : [])))
  const own = (mark: GivenMark) => before.get(entryKey(mark))?.find(({ entered_by }) => entered_by === account)
  const fresh = given.filter((mark) => !saysTheSame(own(mark), mark))
  if (fresh.length > 0) {
    await tx
      .insertInto('assessment_entries')
      .values(
        fresh.map(({ enrolment_id, part, sitting, assessed_on, mark, reason, before }) => ({
          ...{ enrolment_id, part, sitting, assessed_on, mark, reason, entered_by: account },
          version: (before?.version ?? 0) + 1,
        })),
      )
      .execute()
    await recordHistory(tx, context, {
      kind: 'result.entered',
      subject_kind: 'class',
      subject_id: class_id,
      changes: { entered: fresh.length },
    })
  }
  return given.flatMap((mark) => {
    const [other] = others(mark)
    if (!saysTheSame(other, mark)) return []
    const reason = mark.reason ?? other!.reason
    return [{ ...mark, reason, recorded_by: other!.entered_by, checked_by: account }]
  })
}

function enteredTwice(mark: GivenMark): Fault {
  const name = sittingName(mark)
  return faultAt(
    `${mark.pointer}/${mark.part}`,
    'result.entered_twice',
    `${name.zh}已由另外两人录入，请由他们处理差异。`,
    `${name.en} was entered by two others already; they settle the difference.`,
  )
}

function saysTheSame(entry: EntryRow | undefined, { mark, assessed_on }: GivenMark): boolean {
  return entry !== undefined && entry.mark === mark && entry.assessed_on === assessed_on
}

/** Refuses what waits for the second person or for somebody to settle a difference. */
export function refuseOpenEntries(entries: EntryRow[]): void {
  const open = [...Map.groupBy(entries, entryKey).values()]
  if (open.length === 0) return
  const differing = open.filter(({ length }) => length > 1).length
  refuse(
    'conflict',
    'results.entries_open',
    {
      zh: `还有 ${open.length - differing} 项成绩等待第二人录入、${differing} 项两人录入不一致，请先处理。`,
      en: `${open.length - differing} marks wait for the second person and ${differing} differ; settle them first.`,
    },
    {
      faults: open.map(([entry]) => ({
        pointer: `/enrolments/${entry!.enrolment_id}`,
        code: 'results.entries_open',
        message: {
          zh: `${entry!.person_name}：${sittingName(entry!).zh}`,
          en: `${entry!.person_name}: ${sittingName(entry!).en}`,
        },
      })),
    },
  )
}
