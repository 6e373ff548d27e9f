/** Appeals against results: filed in time by the person or the trainer on their behalf, decided by the assessor, corrected as a new version. */
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { combine } from './assessment-rules.ts'
import { type SignedMark, writeMarks } from './marks.ts'
import { getAppealable, getResultAppeal, type ResultAppealRow } from './result-appeal-queries.ts'
import type { AppealDecision } from './result-appeal-shapes.ts'
import { changeFaults, markInvalid } from './result-faults.ts'
import { openAssessment } from './results.ts'
import { hundredths, PARTS, type Part, refuseMembers } from './rules.ts'

/**
 * Appeals against the present result of an enrolment: the actor's own, or that of somebody in one of the trainer's classes. Refuses 404
 * for anybody else's, `result_appeal.not_published`, `result_appeal.too_late` (the days of the terms), `result_appeal.twice`.
 */
export async function fileResultAppeal(
  tx: Tx,
  context: Context,
  enrolment_id: string,
  grounds: string,
): Promise<ResultAppealRow> {
  const result = await getAppealable(tx, context.scope, enrolment_id)
  if (!result.until)
    refuse('conflict', 'result_appeal.not_published', {
      zh: '成绩还没有公布，公布后才能申诉。',
      en: 'The results are not published yet; an appeal is filed after that.',
    })
  if (localDate(context.now) > result.until)
    refuse('conflict', 'result_appeal.too_late', {
      zh: `申诉应在成绩公布后 ${result.appeal_days} 天内（${result.until} 及以前）提出，现已超过期限。`,
      en: `Appeals are filed within ${result.appeal_days} days of the publication, until ${result.until}.`,
    })
  const { id } = await tx
    .insertInto('result_appeals')
    .values({
      ...{ enrolment_id, result_id: result.result_id, grounds },
      ...{ filed_by: context.actor.account_id!, filed_at: context.now },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'result_appeal.filed',
    subject_kind: 'enrolment',
    subject_id: enrolment_id,
    changes: { appeal_id: id },
  })
  return getResultAppeal(tx, context.scope, id)
}

/**
 * Decides an appeal. Upheld, the marks it corrects get a new version with the reason of the decision, and result and outcome follow.
 * Refuses 404 for another assessor's, `result_appeal.decided`, faults `result_appeal.correction_missing`,
 * `result_appeal.correction_needless`, `result_appeal.no_mark`, `result.mark_invalid`, and 409 `result.certified` (revoke first).
 */
export async function decideResultAppeal(
  tx: Tx,
  context: Context,
  id: string,
  { upheld, reason, marks }: AppealDecision,
): Promise<ResultAppealRow> {
  const { class_id, enrolment_id } = await getResultAppeal(tx, context.scope, id)
  const state = await openAssessment(tx, context, class_id)
  // read again: somebody may have decided while this waited for the class
  const appeal = await getResultAppeal(tx, context.scope, id)
  if (appeal.upheld !== null)
    refuse('conflict', 'result_appeal.decided', { zh: '这件申诉已经处理。', en: 'This appeal is decided already.' })
  const member = state.memberOf({ enrolment_id })!
  const { corrected, faults } = correctionsIn(state, enrolment_id, marks, context.actor.account_id, reason)
  if (upheld && faults.length === 0 && corrected.length === 0) faults.push(CORRECTION_MISSING)
  if (!upheld && Object.keys(marks).length > 0) faults.push(CORRECTION_NEEDLESS)
  refuseFaults(faults)
  if (upheld) {
    refuseMembers(changeFaults(member, true, true, reason))
    await writeMarks(tx, context, state.group, state.terms, corrected)
  }
  const result = upheld
    ? await tx
        .selectFrom('assessment_results')
        .select('id')
        .where('enrolment_id', '=', enrolment_id)
        .orderBy('known_from', 'desc')
        .executeTakeFirst()
    : null
  await tx
    .insertInto('result_appeal_decisions')
    .values({
      ...{ appeal_id: id, upheld, reason, result_id: result?.id ?? null },
      ...{ decided_by: context.actor.account_id!, decided_at: context.now },
    })
    .execute()
  await recordHistory(tx, context, {
    kind: 'result_appeal.decided',
    subject_kind: 'enrolment',
    subject_id: enrolment_id,
    reason,
    changes: { appeal_id: id, upheld },
  })
  return getResultAppeal(tx, context.scope, id)
}

const CORRECTION_MISSING = faultAt(
  '/marks',
  'result_appeal.correction_missing',
  '申诉成立的，请填写更正后的成绩。',
  'An appeal that is upheld corrects a mark.',
)
const CORRECTION_NEEDLESS = faultAt(
  '/marks',
  'result_appeal.correction_needless',
  '申诉不成立的，不能更正成绩。',
  'An appeal that is dismissed corrects nothing.',
)

/** The marks that count, as the decision corrects them; what says the same as before is no correction. */
function correctionsIn(
  { group, terms, marks }: Awaited<ReturnType<typeof openAssessment>>,
  enrolment_id: string,
  given: AppealDecision['marks'],
  account: string | null,
  reason: string,
): { corrected: SignedMark[]; faults: Fault[] } {
  const own = marks.get(enrolment_id) ?? []
  const { counting } = combine(group.level, terms, own, own.at(-1)?.assessed_on ?? group.starts_on)
  const faults: Fault[] = []
  const corrected = Object.entries(given).flatMap(([key, value]) => {
    if (value == null) return []
    const part = key as Part
    const before = counting[part]
    const mark = hundredths(value)
    const pointer = `/marks/${part}`
    if (mark === null) faults.push({ ...markInvalid(part, part, value), pointer })
    if (!before || before.sitting === 0) faults.push(noMark(pointer, part))
    if (mark === null || !before || mark === before.mark) return []
    const { sitting, assessed_on } = before
    return [{ enrolment_id, part, sitting, assessed_on, mark, reason, before, pointer, recorded_by: account }]
  })
  return { corrected, faults }
}

function noMark(pointer: string, part: Part): Fault {
  const { zh, en } = PARTS[part]
  return faultAt(
    pointer,
    'result_appeal.no_mark',
    `${zh}不是在本班考的，不能在这里更正。`,
    `${en} was not sat in this class and is not corrected here.`,
  )
}
