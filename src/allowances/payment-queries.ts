/** Reads of payment files, and of what goes into one. */
import { sql } from 'kysely'
import { type Month, monthOf } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'

export function listPaymentFiles(db: Db, run_id: string): Promise<PaymentFileRow[]> {
  return paymentFileRows(db).where('f.run_id', '=', run_id).orderBy('f.id').execute()
}

/** The newest files of the runs within the scope, for choosing one. */
export async function listPaymentFilesIn(db: Db, scope: Scope, limit: number) {
  const rows = await db
    .selectFrom('payment_files as f')
    .innerJoin('allowance_runs as r', 'r.id', 'f.run_id')
    .innerJoin('schemes as s', 's.code', 'r.scheme_code')
    .innerJoin('districts as d', 'd.code', 'r.district_code')
    .select(['f.id', 'f.row_count', 'f.made_at', 'r.month', 'd.name as district_name', 's.name as scheme_name'])
    .where((eb) => (scope.kind === 'division' ? eb('r.district_code', 'like', `${scope.prefix}%`) : eb.lit(false)))
    .orderBy('f.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, month: monthOf(row.month) }))
}

export async function getPaymentFile(
  db: Db,
  scope: Scope,
  id: string,
): Promise<PaymentFileRow & { content_sealed: string; month: Month; district_code: string }> {
  const row = await paymentFileRows(db)
    .innerJoin('allowance_runs as r', 'r.id', 'f.run_id')
    .select(['f.content_sealed', 'r.month', 'r.district_code'])
    .where('f.id', '=', id)
    .where((eb) => (scope.kind === 'division' ? eb('r.district_code', 'like', `${scope.prefix}%`) : eb.lit(false)))
    .executeTakeFirst()
  return row ? { ...row, month: monthOf(row.month) } : notFound({ zh: '发放文件', en: 'payment file' })
}

export type PaymentFileRow = Awaited<ReturnType<ReturnType<typeof paymentFileRows>['execute']>>[number]

function paymentFileRows(db: Db) {
  return db
    .selectFrom('payment_files as f')
    .innerJoin('accounts as a', 'a.id', 'f.made_by')
    .select([
      'f.id',
      'f.run_id',
      'f.format',
      'f.row_count',
      'f.total_fen',
      'f.recovery_count',
      'f.recovery_fen',
      'f.held_count',
      'f.held_fen',
    ])
    .select(['f.sha256', 'a.display_name as made_by', 'f.made_at'])
}

/** The lines of an approved run that move money, with what a payment needs to know of the people; sealed as they lie there. */
export function unscopedPaymentRows(db: Db, run_id: string) {
  return (
    db
      .selectFrom('allowance_lines as l')
      // what was held back is not booked
      .innerJoin('allowance_ledger as b', (join) =>
        join
          .onRef('b.run_id', '=', 'l.run_id')
          .onRef('b.person_id', '=', 'l.person_id')
          .onRef('b.month', '=', 'l.month'),
      )
      .innerJoin('people as p', 'p.id', 'l.person_id')
      .leftJoin('organisations as o', 'o.id', 'l.organisation_id')
      .select(['p.name', 'p.id_number_sealed', 'p.bank_account_sealed', 'l.amount_fen', 'o.name as organisation_name'])
      .select(sql<string>`to_char(l.month, 'YYYY-MM')`.as('month'))
      .where('l.run_id', '=', run_id)
      .where('l.amount_fen', '<>', 0)
      .orderBy('o.name')
      .orderBy('p.name_pinyin')
      .orderBy('p.name')
      .orderBy('l.person_id')
      .orderBy('l.month')
      .execute()
  )
}
