/** Serials of certificate numbers: counted a series at a time, without a gap, whoever else is issuing. */
import type { Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { LAST_SERIAL } from './rules.ts'

/** The next serial of a series, held until the transaction ends: a rolled-back issue leaves no gap, two writers never meet. */
export async function lockSeries(tx: Tx, prefix: string): Promise<number> {
  const { next_serial } = await tx
    .insertInto('certificate_series')
    .values({ prefix })
    .onConflict((oc) =>
      oc.column('prefix').doUpdateSet((eb) => ({ next_serial: eb.ref('certificate_series.next_serial') })),
    )
    .returning('next_serial')
    .executeTakeFirstOrThrow()
  return next_serial
}

export async function advanceSeries(tx: Tx, prefix: string, next_serial: number): Promise<void> {
  await tx.updateTable('certificate_series').set({ next_serial }).where('prefix', '=', prefix).execute()
}

/** Refuses `certificate.series_full` after 999,999: six digits are all a number has. */
export function serialAt(prefix: string, serial: number): number {
  if (serial > LAST_SERIAL)
    refuse('conflict', 'certificate.series_full', {
      zh: `编号段 ${prefix} 的 999,999 个流水号已经用完，请申请新的评价机构代码。`,
      en: `All 999,999 serials of ${prefix} are used; apply for a new assessor code.`,
    })
  return serial
}
