/** People as a workbook: those chosen in the list, or all that a filter finds; numbers stay masked. */
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'
import { sendWorkbook, writeWorkbook } from '../platform/workbook.ts'
import { listPeople, type PersonFilter, type PersonSummary } from './queries.ts'
import { CERTIFICATE_STATUSES, LEVELS, WORKFORCES, type Workforce } from './rules.ts'

/** As many as an import takes back. */
const MOST = 5000

/** At most 5,000 rows. */
export async function peopleWorkbook(db: Db, context: Context, filter: PersonFilter, lang: Lang): Promise<Response> {
  const today = localDate(context.now)
  const list = await listPeople(db, context.scope, { ...filter, limit: MOST, cursor: undefined }, today)
  const w = (message: Message) => inLanguage(lang, message)
  const workbook = await writeWorkbook([
    {
      name: w({ zh: '从业人员', en: 'People' }),
      columns: COLUMNS.map(({ header, width }) => ({ header: w(header), width })),
      rows: list.items.map((person) => COLUMNS.map(({ value }) => told(value(person), lang))),
    },
  ])
  return sendWorkbook(workbook, `people-${today}.xlsx`, `从业人员-${today}.xlsx`)
}

const COLUMNS: { header: Message; width: number; value: (person: PersonSummary) => string | Message | null }[] = [
  { header: { zh: '姓名', en: 'Name' }, width: 14, value: ({ name }) => name },
  { header: { zh: '证件号码', en: 'ID number' }, width: 22, value: ({ id_number_masked }) => id_number_masked },
  {
    header: { zh: '从业类别', en: 'Workforce' },
    width: 12,
    value: ({ workforce }) => WORKFORCES[workforce as Workforce],
  },
  { header: { zh: '所在机构', en: 'Organisation' }, width: 28, value: ({ organisation_name }) => organisation_name },
  { header: { zh: '区县', en: 'District' }, width: 10, value: ({ district_name }) => district_name },
  {
    header: { zh: '技能等级', en: 'Level' },
    width: 16,
    value: ({ level }) => (level === null ? null : (LEVELS[level] ?? null)),
  },
  { header: { zh: '入职日期', en: 'Since' }, width: 12, value: ({ employed_from }) => employed_from },
  {
    header: { zh: '证书状态', en: 'Certificate' },
    width: 12,
    value: ({ certificate_status }) => certificate_status && CERTIFICATE_STATUSES[certificate_status],
  },
]

function told(value: string | Message | null, lang: Lang): string {
  return typeof value === 'string' ? value : value ? inLanguage(lang, value) : ''
}
