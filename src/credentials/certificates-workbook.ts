/** Certificates as a workbook: what the filter of the list finds, numbers of documents masked. */
import { LEVELS } from '../people/rules.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'
import { sendWorkbook, writeWorkbook } from '../platform/workbook.ts'
import { type CertificateRow, listCertificates } from './queries.ts'
import { KINDS, REGISTRY_RESULTS, STATUSES } from './rules.ts'
import type { CertificateFilter } from './shapes.ts'

/** As many as the workbook of people has. */
const MOST = 5000

/** At most 5,000 rows, the latest issued first. */
export async function certificatesWorkbook(
  db: Db,
  context: Context,
  filter: CertificateFilter,
  lang: Lang,
): Promise<Response> {
  const today = localDate(context.now)
  const { items } = await listCertificates(db, context.scope, today, { ...filter, limit: MOST, cursor: undefined })
  const w = (told: Message | string | null) => (told && typeof told === 'object' ? inLanguage(lang, told) : told)
  const workbook = await writeWorkbook([
    {
      name: inLanguage(lang, { zh: '证书', en: 'Certificates' }),
      columns: COLUMNS.map(({ header, width }) => ({ header: inLanguage(lang, header), width })),
      rows: items.map((row) => COLUMNS.map(({ value }) => w(value(row)))),
    },
  ])
  return sendWorkbook(workbook, `certificates-${today}.xlsx`, `证书-${today}.xlsx`)
}

const COLUMNS: { header: Message; width: number; value: (row: CertificateRow) => Message | string | null }[] = [
  { header: { zh: '证书编号', en: 'Number' }, width: 26, value: ({ number }) => number },
  { header: { zh: '姓名', en: 'Name' }, width: 14, value: ({ holder_name }) => holder_name },
  { header: { zh: '证件号码', en: 'ID number' }, width: 22, value: ({ id_number_masked }) => id_number_masked },
  { header: { zh: '种类', en: 'Kind' }, width: 18, value: ({ kind }) => KINDS[kind] },
  { header: { zh: '职业', en: 'Occupation' }, width: 16, value: ({ occupation_name }) => occupation_name },
  { header: { zh: '等级', en: 'Level' }, width: 16, value: ({ level }) => (level ? LEVELS[level]! : null) },
  { header: { zh: '发证机构', en: 'Issuer' }, width: 28, value: ({ issuer_name }) => issuer_name },
  { header: { zh: '发证日期', en: 'Issued' }, width: 12, value: ({ issued_on }) => issued_on },
  {
    header: { zh: '有效期至', en: 'Valid until' },
    width: 12,
    value: ({ continued_until, valid_until }) => continued_until ?? valid_until,
  },
  {
    header: { zh: '官方平台', en: 'Official register' },
    width: 14,
    value: ({ registry_result }) => registry_result && REGISTRY_RESULTS[registry_result],
  },
  { header: { zh: '状态', en: 'State' }, width: 12, value: ({ status }) => STATUSES[status] },
]
