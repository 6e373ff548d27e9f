/** Reads of the formats that banks want. They name nobody, so there is no scope. */
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import type { BankFormat } from './bank-format-rules.ts'

export type BankFormatRow = ReturnType<typeof asFormat>

/** The version in force of every format, our own first. */
export async function listBankFormats(db: Db): Promise<BankFormatRow[]> {
  const rows = await formatRows(db)
    .where(
      sql<boolean>`not exists (select from bank_formats newer where newer.code = f.code and newer.number > f.number)`,
    )
    .orderBy(sql`f.confidence <> 'own'`)
    .orderBy('f.code')
    .execute()
  return rows.map(asFormat)
}

/** The version in force. */
export async function getBankFormat(db: Db, code: string): Promise<BankFormatRow> {
  const row = await formatRows(db).where('f.code', '=', code).orderBy('f.number', 'desc').limit(1).executeTakeFirst()
  return row ? asFormat(row) : notFound({ zh: '银行文件格式', en: 'bank format' })
}

function formatRows(db: Db) {
  return db
    .selectFrom('bank_formats as f')
    .leftJoin('accounts as a', 'a.id', 'f.recorded_by')
    .select(['f.id', 'f.code', 'f.number', 'f.name', 'f.container', 'f.encoding', 'f.header', 'f.separator'])
    .select(['f.separator_at_end', 'f.columns', 'f.spaces_in_name', 'f.min_rows', 'f.max_rows', 'f.with_totals'])
    .select(['f.source', 'f.confidence', 'a.display_name as recorded_by', 'f.recorded_at'])
}

function asFormat(row: Awaited<ReturnType<ReturnType<typeof formatRows>['execute']>>[number]) {
  const { container, encoding, columns } = row as unknown as BankFormat
  return { ...row, container, encoding, columns, confidence: row.confidence as 'own' | 'seen' | 'confirmed' }
}
