/** Downloads of the register in the form in which it is imported: changed in Excel, it can be sent back as it is. */
import { recordHistory } from '../history/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { streamCsv, writeWorkbook, XLSX } from '../platform/workbook.ts'
import { shownValue } from './columns.ts'
import { KINDS } from './kinds.ts'
import { CHUNK_ROWS, type ImportKind, type ImportKindName, type Values } from './rules.ts'
import { dataSheet } from './workbooks.ts'

interface RegisterRequest {
  kind: ImportKindName
  month?: string | undefined
  /** numbers and accounts in full instead of masked */
  full: boolean
}

/** The kind, if its register can be downloaded. Refuses `register.none`, `register.month_missing`. */
function registerOf({
  kind: name,
  month,
}: RegisterRequest): Required<Pick<ImportKind<unknown>, 'register'>> & ImportKind<unknown> {
  const kind = KINDS[name]
  const { register } = kind
  if (!register)
    refuse('invalid', 'register.none', {
      zh: `“${kind.title.zh}”没有可以下载的名册。`,
      en: `There is no register of ${kind.title.en.toLowerCase()} to download.`,
    })
  if (kind.register_by === 'month' && !month)
    refuse('invalid', 'register.month_missing', {
      zh: `“${kind.title.zh}”按月下载，请选择月份，例如 2026-10。`,
      en: `${kind.title.en} are downloaded by month: choose one, like 2026-10.`,
    })
  return { ...kind, register }
}

/**
 * A register as a file: masked, or with a reason in full, which is put on record first. Refuses `register.none`, `register.month_missing`,
 * `register.too_long`.
 */
export async function download(
  db: Db,
  context: Context,
  asked: { kind: ImportKindName; month?: string | undefined; format: 'xlsx' | 'csv'; reason?: string | undefined },
): Promise<Response> {
  const { kind, month, format, reason } = asked
  const request = { kind, month, full: reason !== undefined }
  if (reason !== undefined) await db.transaction().execute((tx) => recordFullRegister(tx, context, request, reason))
  const body = format === 'csv' ? registerCsv(db, context, request) : await registerWorkbook(db, context, request)
  const name = `${kind}${month ? `-${month}` : ''}-${localDate(context.now)}.${format}`
  const title = name.replace(kind, KINDS[kind].title.zh)
  return new Response(body as BodyInit, {
    headers: {
      'Content-Type': format === 'csv' ? 'text/csv; charset=UTF-8' : XLSX,
      'Content-Disposition': `attachment; filename="${name}"; filename*=UTF-8''${encodeURIComponent(title)}`,
      'Cache-Control': 'no-store',
    },
  })
}

/** A workbook like the template, filled in. Refuses `register.too_long` over 5,000 rows, which is what comes back in one. */
async function registerWorkbook(db: Db, context: Context, request: RegisterRequest): Promise<Uint8Array> {
  const kind = registerOf(request)
  const rows: Values[] = []
  for await (const page of kind.register(db, context, request)) {
    rows.push(...page)
    if (rows.length > CHUNK_ROWS)
      refuse('too_large', 'register.too_long', {
        zh: '超过 5,000 行，一份工作簿装不下。请下载 CSV，改好后同样可以导入。',
        en: 'More than 5,000 rows do not fit into one workbook: download the CSV, which can be imported too.',
      })
  }
  return writeWorkbook([{ ...dataSheet(kind), rows: rows.map((values) => wordsOf(kind, values)) }])
}

/** CSV of any length, page by page. */
function registerCsv(db: Db, context: Context, request: RegisterRequest): ReadableStream<Uint8Array> {
  const kind = registerOf(request)
  return streamCsv(
    kind.columns.map(({ header }) => header),
    (async function* () {
      for await (const page of kind.register(db, context, request)) yield* page.map((values) => wordsOf(kind, values))
    })(),
  )
}

/** A download with numbers in full is on record before it begins, with its reason. */
async function recordFullRegister(
  tx: Tx,
  context: Context,
  { kind, month }: RegisterRequest,
  reason: string,
): Promise<void> {
  await recordHistory(tx, context, {
    kind: 'register.exported',
    subject_kind: 'organisation',
    subject_id: context.actor.organisation_id ?? context.actor.account_id,
    reason,
    changes: { kind, ...(month ? { month } : {}) },
  })
}

function wordsOf({ columns }: ImportKind<unknown>, values: Values): string[] {
  return columns.map((column) => shownValue(column, values[column.key] ?? null))
}
