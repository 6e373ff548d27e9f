/** The list an officer takes to an official register, and the same list coming back with what was found: no register offers an interface. */
import { z } from 'zod'
import { LEVELS } from '../people/rules.ts'
import { localDate } from '../platform/calendar.ts'
import { cellDate, cellText } from '../platform/cells.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { type Fault, inLanguage, type Lang, type Message, refuse, refuseFaults } from '../platform/errors.ts'
import { readSheet } from '../platform/sheet-reader.ts'
import { writeWorkbook } from '../platform/workbook.ts'
import { recordExternalFindings } from './external-checks.ts'
import { listExternalCertificates } from './external-queries.ts'
import { EXTERNAL_STATES } from './external-rules.ts'
import { REGISTRIES, REGISTRY_RESULTS } from './rules.ts'
import { registryCheckShape } from './shapes.ts'

const ROWS = 1000
const SHEET: Message = { zh: '待核验清单', en: 'To look up' }
const HEADERS: Message[] = [
  { zh: '记录编号', en: 'Record' },
  { zh: '修订', en: 'Revision' },
  { zh: '证书编号', en: 'Number' },
  { zh: '姓名', en: 'Name' },
  { zh: '证件号码', en: 'ID number' },
  { zh: '职业', en: 'Occupation' },
  { zh: '等级', en: 'Level' },
  { zh: '发证机构', en: 'Issuer' },
  { zh: '发证日期', en: 'Issued on' },
  { zh: '状态', en: 'State' },
  { zh: '平台', en: 'Register' },
  { zh: '结果', en: 'Result' },
  { zh: '查询日期', en: 'Looked up on' },
  { zh: '证据', en: 'Evidence' },
]
const WIDTHS = [38, 6, 26, 12, 22, 16, 16, 28, 12, 12, 30, 12, 12, 30]

/** The first 1,000 certificates issued elsewhere that wait for a look, with empty columns for what is found. */
export async function externalWorklist(db: Db, context: Context, lang: Lang): Promise<Uint8Array> {
  const filter = { state: 'open' as const, limit: ROWS }
  const { items } = await listExternalCertificates(db, context.scope, filter, localDate(context.now))
  const w = (message: Message) => inLanguage(lang, message)
  const choices: Record<number, string[]> = {
    10: Object.values(REGISTRIES).map(w),
    11: Object.values(REGISTRY_RESULTS).map(w),
  }
  return writeWorkbook([
    {
      name: w(SHEET),
      columns: HEADERS.map((header, at) => ({
        ...{ header: w(header), width: WIDTHS[at]! },
        ...(choices[at] ? { choices: choices[at] } : {}),
      })),
      rows: items.map((one) => [
        ...[one.id, String(one.revision), one.number, one.person_name, one.id_number_masked, one.occupation_name],
        ...[w(LEVELS[one.level]!), one.issuer_name, one.issued_on, w(EXTERNAL_STATES[one.state])],
        ...[null, null, null, null],
      ]),
    },
  ])
}

/**
 * Records what stands in the last columns; rows without a result are passed over. All or nothing: refuses with every fault by row,
 * and the codes of {@link recordExternalFindings}, `worklist.columns`, `worklist.empty`, and of `openSheet`.
 */
export async function takeWorklistBack(tx: Tx, context: Context, bytes: Uint8Array, filename: string) {
  const { header, rows } = await readSheet(bytes, filename)
  const columns = HEADERS.map(({ zh, en }) => header.findIndex((one) => one === zh || one === en))
  const missing = HEADERS.filter((_, at) => ANSWERS.includes(at) && columns[at]! < 0)
  if (missing.length > 0)
    refuse('invalid', 'worklist.columns', {
      zh: `缺少列：${missing.map(({ zh }) => zh).join('、')}。请用下载的清单填写，不要改动表头。`,
      en: `Missing columns: ${missing.map(({ en }) => en).join(', ')}. Fill in the list as it was downloaded.`,
    })
  const faults: Fault[] = []
  const seen = new Set<string>()
  const findings = rows.flatMap(({ number, cells }) => {
    const [id, revision, registry, result, day, evidence] = ANSWERS.map((at) => cells[columns[at]!] ?? '')
    if (cellText(result!) === '') return []
    const parsed = findingShape.safeParse({
      ...{ certificate_id: cellText(id!), revision: Number(cellText(revision!)), evidence: cellText(evidence!) },
      ...{ registry: codeOf(REGISTRIES, cellText(registry!)), result: codeOf(REGISTRY_RESULTS, cellText(result!)) },
      checked_on: cellDate(day!) ?? cellText(day!),
    })
    if (parsed.success && !seen.has(parsed.data.certificate_id)) {
      seen.add(parsed.data.certificate_id)
      return [parsed.data]
    }
    const at = parsed.error ? NAMES[String(parsed.error.issues[0]?.path[0])] : undefined
    faults.push(rowFault(number, at))
    return []
  })
  if (faults.length > 0) refuseFaults(faults.slice(0, 50))
  if (findings.length === 0)
    refuse('invalid', 'worklist.empty', {
      zh: '表格里没有填写结果。请在“结果”一列填写已核验、查无或不一致。',
      en: 'No results were filled in: write what was found into the column 结果 (result).',
    })
  return recordExternalFindings(tx, context, findings)
}

/** Record, revision, register, result, day, evidence. */
const ANSWERS = [0, 1, 10, 11, 12, 13]
const NAMES: Record<string, Message> = {
  certificate_id: HEADERS[0]!,
  revision: HEADERS[1]!,
  registry: HEADERS[10]!,
  result: HEADERS[11]!,
  checked_on: HEADERS[12]!,
  evidence: HEADERS[13]!,
}
const findingShape = registryCheckShape.extend({
  certificate_id: z.uuid(),
  revision: z.number().int().positive(),
})

function codeOf(vocabulary: Record<string, Message>, word: string): string {
  return Object.entries(vocabulary).find(([code, { zh, en }]) => [code, zh, en].includes(word))?.[0] ?? ''
}

function rowFault(row: number, column: Message | undefined): Fault {
  return {
    pointer: '/file',
    code: 'worklist.row',
    message: column
      ? {
          zh: `第 ${row} 行：“${column.zh}”没有填写或填写有误。`,
          en: `Row ${row}: ${column.en} is missing or wrong.`,
        }
      : {
          zh: `第 ${row} 行：同一张证书在表格中出现两次。`,
          en: `Row ${row}: the certificate stands in the sheet twice.`,
        },
  }
}
