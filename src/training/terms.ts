/** The terms by which an assessor examines, and who does it: stated by the assessor, each from a day on. */

import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuseFaults } from '../platform/errors.ts'
import { lockClass, ownOrganisation } from './actions.ts'
import { listExaminers, termsOn } from './assessment-queries.ts'
import type { Terms } from './assessment-rules.ts'
import type { newExaminerShape, newTermsShape } from './assessment-shapes.ts'

/** States the terms of the actor's own assessment body for classes that start on that day or later. Refuses 422 `terms.backdated`, 409 `terms.twice`. */
export async function stateTerms(tx: Tx, context: Context, input: z.output<typeof newTermsShape>): Promise<Terms> {
  const assessor_organisation_id = ownOrganisation(context)
  const today = localDate(context.now)
  if (input.valid_from < today)
    refuseFaults([
      faultAt(
        '/valid_from',
        'terms.backdated',
        `生效日期不能早于今天（${today}）：已开的班按开班时的办法考核。`,
        `The day cannot be before today (${today}): classes that started keep the terms of that day.`,
      ),
    ])
  await tx
    .insertInto('assessment_terms')
    .values({ ...input, assessor_organisation_id, recorded_by: context.actor.account_id })
    .execute()
  await recordHistory(tx, context, {
    kind: 'terms.stated',
    subject_kind: 'organisation',
    subject_id: assessor_organisation_id,
    changes: { ...input },
  })
  return termsOn(tx, assessor_organisation_id, input.valid_from)
}

/** Names a person who examines the class. Refuses 409 `examiner.twice`. What speaks against the person is shown, not refused: a name is no proof. */
export async function nameExaminer(
  tx: Tx,
  context: Context,
  class_id: string,
  { name, account_id }: z.output<typeof newExaminerShape>,
) {
  await lockClass(tx, context, class_id, 'assessor_organisation_id')
  if (account_id) {
    const own = await tx
      .selectFrom('accounts')
      .select('id')
      .where('id', '=', account_id)
      .where('organisation_id', '=', ownOrganisation(context))
      .executeTakeFirst()
    if (!own)
      refuseFaults([
        faultAt('/account_id', 'examiner.account_unknown', '本机构没有这个账号。', 'You have no such account.'),
      ])
  }
  const { id } = await tx
    .insertInto('class_examiners')
    .values({
      class_id,
      name,
      account_id: account_id ?? null,
      named_by: context.actor.account_id,
      named_at: context.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const examiner = (await listExaminers(tx, class_id)).find((one) => one.id === id)!
  const { employed_by_trainer, in_class } = examiner
  await recordHistory(tx, context, {
    kind: 'examiner.named',
    subject_kind: 'class',
    subject_id: class_id,
    changes: { examiner_id: id, employed_by_trainer, in_class },
  })
  return examiner
}

/** Takes an examiner off the class. */
export async function releaseExaminer(tx: Tx, context: Context, class_id: string, id: string, reason: string) {
  await lockClass(tx, context, class_id, 'assessor_organisation_id')
  const { numUpdatedRows } = await tx
    .updateTable('class_examiners')
    .set({ left_at: context.now, leaving_reason: reason })
    .where('id', '=', id)
    .where('class_id', '=', class_id)
    .where('left_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) notFound({ zh: '考评员', en: 'examiner' })
  await recordHistory(tx, context, {
    kind: 'examiner.released',
    subject_kind: 'class',
    subject_id: class_id,
    reason,
    changes: { examiner_id: id },
  })
}
