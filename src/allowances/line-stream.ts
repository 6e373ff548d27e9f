/** All lines of a run as one stream, NDJSON or CSV, read page by page so that a large run needs no more memory than a small one. */
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import { plainYuan } from '../platform/money.ts'
import { type Value, writeCsv } from '../platform/workbook.ts'
import { type LineFilter, type LineRow, listLines } from './line-queries.ts'
import { getRunPart } from './queries.ts'
import { LINE_KINDS, type LineKind, OUTCOMES, type Outcome } from './rules.ts'

export type Format = 'ndjson' | 'csv'
const TYPES: Record<Format, string> = { ndjson: 'application/x-ndjson; charset=UTF-8', csv: 'text/csv; charset=UTF-8' }
const PAGE = 1000

/** What an Accept header asks for, when it is not one JSON page. */
export function streamed(accept: string | undefined): Format | null {
  if (accept?.includes('application/x-ndjson')) return 'ndjson'
  return accept?.includes('text/csv') ? 'csv' : null
}

/** Refuses before the first byte when the run is not in the scope. */
export async function lineStream(
  db: Db,
  scope: Scope,
  run_id: string,
  filter: LineFilter,
  format: Format,
  lang: Lang,
): Promise<Response> {
  const run = await getRunPart(db, scope, run_id)
  const encoder = new TextEncoder()
  let cursor: string | null | undefined
  let first = true
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const page = await listLines(db, scope, run_id, { ...filter, limit: PAGE, cursor: cursor ?? undefined })
      if (format === 'csv') controller.enqueue(csvPart(page.items, first, lang))
      else for (const line of page.items) controller.enqueue(encoder.encode(`${ndjson(line, lang)}\n`))
      first = false
      cursor = page.next_cursor
      if (cursor === null) controller.close()
    },
  })
  const filename = `lines-${run.district_code}-${run.month}.${format}`
  return new Response(body, {
    headers: {
      'Content-Type': TYPES[format],
      'Content-Disposition': `attachment; filename="${filename}"`,
      'Cache-Control': 'no-store',
    },
  })
}

function ndjson({ reasons, ...line }: LineRow, lang: Lang): string {
  return JSON.stringify({
    ...line,
    reasons: reasons.map(({ title, ...reason }) => ({ ...reason, title: inLanguage(lang, title) })),
  })
}

const HEADER = {
  'zh-CN': [
    '姓名',
    '证件号码',
    '机构',
    '月份',
    '项目',
    '类型',
    '结果',
    '等级',
    '应发',
    '已入账',
    '本批次金额',
    '未满足的条件',
  ],
  en: [
    'name',
    'id_number',
    'organisation',
    'month',
    'component',
    'kind',
    'outcome',
    'level',
    'entitlement',
    'booked',
    'amount',
    'not_met',
  ],
}

/** The mark and the header of a CSV stand before its first part only. */
function csvPart(lines: LineRow[], first: boolean, lang: Lang): Uint8Array {
  const text = new TextDecoder().decode(
    writeCsv(
      HEADER[lang],
      lines.map((line) => csvRow(line, lang)),
    ),
  )
  return new TextEncoder().encode(first ? `\ufeff${text}` : text.slice(text.indexOf('\r\n') + 2))
}

function csvRow(line: LineRow, lang: Lang): Value[] {
  const failed = line.reasons.filter((reason) => !reason.met).map((reason) => inLanguage(lang, reason.title))
  return [
    ...[line.person_name, line.id_number_masked, line.organisation_name, line.month, line.component_title],
    ...[
      inLanguage(lang, LINE_KINDS[line.kind as LineKind]),
      inLanguage(lang, OUTCOMES[line.outcome as Outcome]),
      line.level,
    ],
    ...[
      plainYuan(line.entitlement_fen),
      line.previous_fen === null ? null : plainYuan(line.previous_fen),
      plainYuan(line.amount_fen),
      failed.join('；'),
    ],
  ]
}
