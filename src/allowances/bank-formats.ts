/** Recording what a bank wants of a payment file, by its document; a change is another version. */
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { refuseFaults } from '../platform/errors.ts'
import { type BankFormatRow, getBankFormat, listBankFormats } from './bank-format-queries.ts'
import { formatFaults } from './bank-format-rules.ts'
import type { newBankFormatShape } from './bank-format-shapes.ts'

/** Refuses the faults of {@link formatFaults} and `bank_format.own`: our own forms are not a bank's to change. */
export async function recordBankFormat(
  tx: Tx,
  context: Context,
  { document, columns, ...format }: z.output<typeof newBankFormatShape>,
): Promise<BankFormatRow> {
  const known = (await listBankFormats(tx)).find(({ code }) => code === format.code)
  refuseFaults([...(known?.confidence === 'own' ? [ownForm()] : []), ...formatFaults({ ...format, columns })])
  const number = (known?.number ?? 0) + 1
  const { id } = await tx
    .insertInto('bank_formats')
    .values({
      ...{ ...format, number, columns: JSON.stringify(columns), source: document, confidence: 'confirmed' },
      recorded_by: context.actor.account_id,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'bank_format.recorded',
    subject_kind: 'bank_format',
    subject_id: id,
    reason: document,
    changes: { ...format, columns, number },
  })
  return getBankFormat(tx, format.code)
}

function ownForm() {
  return faultAt(
    '/code',
    'bank_format.own',
    '这是系统自定的通用清单，不能改成银行的格式。请另起一个代码。',
    'This is a form of our own and cannot become a bank’s: take another code.',
  )
}
