/** The report of a roster check as a workbook: what was asked, what was answered, when, and the digest that proves it. */
import { LEVELS } from '../people/rules.ts'
import { localTime } from '../platform/calendar.ts'
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'
import { sendWorkbook, writeWorkbook } from '../platform/workbook.ts'
import { CHECK_PURPOSES } from './check-rules.ts'
import type { Check } from './checks.ts'
import { CHECK_STATUSES } from './rules.ts'

const HEADERS: Message[] = [
  { zh: '证书编号', en: 'Number' },
  { zh: '姓名', en: 'Name' },
  { zh: '核验结果', en: 'Result' },
  { zh: '职业', en: 'Occupation' },
  { zh: '等级', en: 'Level' },
  { zh: '发证机构', en: 'Issuer' },
  { zh: '发证日期', en: 'Issued on' },
  { zh: '有效期至', en: 'Valid until' },
]

export async function checkWorkbook(check: Check, lang: Lang): Promise<Response> {
  const w = (message: Message) => inLanguage(lang, message)
  const workbook = await writeWorkbook([
    {
      name: w({ zh: '核验结果', en: 'Results' }),
      columns: HEADERS.map((header, at) => ({ header: w(header), width: [26, 12, 12, 16, 16, 28, 12, 12][at]! })),
      rows: check.rows.map((row) => [
        row.number,
        row.name ?? null,
        w(CHECK_STATUSES[row.status]),
        row.occupation_name,
        row.level && w(LEVELS[row.level]!),
        row.issuer_name,
        row.issued_on,
        row.valid_until,
      ]),
    },
    {
      name: w({ zh: '核验说明', en: 'About' }),
      columns: [
        { header: w({ zh: '项目', en: 'Item' }), width: 20 },
        { header: w({ zh: '内容', en: 'Value' }), width: 80 },
      ],
      rows: [
        [w({ zh: '用途', en: 'Purpose' }), w(CHECK_PURPOSES[check.purpose])],
        [w({ zh: '核验时间', en: 'Checked at' }), `${localTime(check.created_at)} (UTC+8)`],
        ...Object.entries(CHECK_STATUSES).map(([status, label]) => [
          w(label),
          check.summary[status as keyof Check['summary']],
        ]),
        ['SHA-256', check.sha256],
      ],
    },
  ])
  return sendWorkbook(workbook, `check-${check.id}.xlsx`)
}
