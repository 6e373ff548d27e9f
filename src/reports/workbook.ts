/** The reports by name, and each as a workbook: a column a figure, and every rate as a percentage beside both its numbers. */
import { KINDS } from '../credentials/rules.ts'
import { LEVELS } from '../people/rules.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'
import { sendWorkbook, type Value, writeWorkbook } from '../platform/workbook.ts'
import {
  type Report,
  reportAllowances,
  reportCompetitions,
  reportCredentials,
  reportInstitutions,
  reportTraining,
  reportWorkforce,
} from './queries.ts'
import { percent, type Range, type Rate } from './rules.ts'

type Row = Record<string, Value | Rate>
interface Sheet {
  title: Message
  count: (db: Db, range: Range, today: LocalDate) => Promise<Report<object, object>>
  columns: Record<string, Message>
}

const PLACE = {
  district_code: { zh: '区划代码', en: 'Division code' },
  district_name: { zh: '区县', en: 'Division' },
  month: { zh: '月份', en: 'Month' },
}
const LEVEL = { level: { zh: '等级', en: 'Level' } }

const TRAINING = {
  classes: { zh: '班次', en: 'Classes' },
  people: { zh: '培训人次', en: 'People' },
  withdrawn: { zh: '退班', en: 'Withdrawn' },
  completed: { zh: '结业', en: 'Completed' },
  failed: { zh: '未结业', en: 'Not completed' },
  completion_rate: { zh: '结业率 %（结业 ÷ 结业与未结业）', en: 'Completion % (of completed and not completed)' },
  assessed: { zh: '参评', en: 'Assessed' },
  passed: { zh: '合格', en: 'Passed' },
  pass_rate: { zh: '合格率 %（合格 ÷ 参评）', en: 'Pass rate % (of assessed)' },
  certified: { zh: '取证', en: 'Certified' },
  certificate_rate: { zh: '取证率 %（取证 ÷ 报名，含退班）', en: 'Certificates % (of enrolled, withdrawn too)' },
}

export const REPORTS = {
  workforce: {
    title: { zh: '从业人员', en: 'Workforce' },
    count: reportWorkforce,
    columns: {
      ...PLACE,
      ...LEVEL,
      people: { zh: '人数', en: 'People' },
      expiring: { zh: '其中 30 天内到期', en: 'Of them ending within 30 days' },
      certified: { zh: '持证合计', en: 'With a level' },
      in_post: { zh: '在岗人数', en: 'In post' },
      rate: { zh: '占在岗 %', en: '% of those in post' },
    },
  },
  training: {
    title: { zh: '培训', en: 'Training' },
    count: reportTraining,
    columns: {
      ...PLACE,
      ...LEVEL,
      ...TRAINING,
    },
  },
  institutions: {
    title: { zh: '培训机构', en: 'Institutions' },
    count: reportInstitutions,
    columns: { ...PLACE, name: { zh: '培训机构', en: 'Institution' }, ...LEVEL, ...TRAINING },
  },
  credentials: {
    title: { zh: '证书', en: 'Credentials' },
    count: reportCredentials,
    columns: {
      ...PLACE,
      kind: { zh: '种类', en: 'Kind' },
      ...LEVEL,
      issued: { zh: '签发', en: 'Issued' },
      valid: { zh: '现有效', en: 'Valid now' },
      valid_rate: { zh: '有效率 %（现有效 ÷ 签发）', en: 'Valid % (of issued)' },
      expired: { zh: '已过期', en: 'Expired' },
      suspended: { zh: '暂停使用', en: 'Suspended' },
      revoked: { zh: '已撤销', en: 'Revoked' },
      replaced: { zh: '已换发', en: 'Replaced' },
      registry_found: { zh: '官方平台已核验', en: 'Found in a register' },
    },
  },
  competitions: {
    title: { zh: '竞赛', en: 'Competitions' },
    count: reportCompetitions,
    columns: {
      ...PLACE,
      tier: { zh: '级别', en: 'Tier' },
      competitions: { zh: '赛事', en: 'Competitions' },
      events: { zh: '项目', en: 'Events' },
      entries: { zh: '参赛人次', en: 'Entries' },
      ranked: { zh: '已公布名次', en: 'Ranked' },
      awards: { zh: '获奖', en: 'Awards' },
      award_rate: { zh: '获奖率 %（获奖 ÷ 已公布名次）', en: 'Awards % (of ranked)' },
    },
  },
  allowances: {
    title: { zh: '津贴', en: 'Allowances' },
    count: reportAllowances,
    columns: {
      ...PLACE,
      scheme_code: { zh: '政策', en: 'Scheme' },
      ...LEVEL,
      judged: { zh: '核算人月', en: 'Judged' },
      payable: { zh: '应发人月', en: 'Payable' },
      payable_rate: { zh: '应发率 %（应发 ÷ 核算）', en: 'Payable % (of judged)' },
      people_paid: { zh: '发放人数', en: 'People paid' },
      paid_fen: { zh: '发放（元）', en: 'Paid (yuan)' },
      recovered_fen: { zh: '追回（元）', en: 'Recovered (yuan)' },
      amount_fen: { zh: '净额（元）', en: 'Net (yuan)' },
    },
  },
} satisfies Record<string, Sheet>
export type ReportName = keyof typeof REPORTS

const TIERS: Record<string, Message> = {
  national: { zh: '国家级', en: 'National' },
  province: { zh: '省级', en: 'Province' },
  city: { zh: '市级', en: 'City' },
  district: { zh: '区县级', en: 'District' },
}

/** The rows of a report and its totals as the last row. */
export async function reportWorkbook(
  name: ReportName,
  { items, totals }: Report<object, object>,
  range: Range,
  lang: Lang,
): Promise<Response> {
  const { title, columns }: Sheet = REPORTS[name]
  const keys = Object.keys(columns)
  const whole = { ...totals, district_name: inLanguage(lang, { zh: '合计', en: 'Total' }) }
  const workbook = await writeWorkbook([
    {
      name: inLanguage(lang, title),
      columns: keys.map((key) => ({ header: inLanguage(lang, columns[key]!), format: formatOf(key) })),
      rows: [...items, whole].map((row) => keys.map((key) => cellOf(row as Row, key, lang))),
    },
  ])
  const answer = sendWorkbook(workbook, `${name}-${range.from}-${range.to}.xlsx`)
  answer.headers.set('Vary', 'Accept')
  return answer
}

const WORDS = ['district_code', 'district_name', 'name', 'month', 'level', 'kind', 'tier', 'scheme_code']

function formatOf(key: string) {
  if (WORDS.includes(key)) return 'text'
  return key.endsWith('_fen') ? 'yuan' : 'number'
}

function cellOf(row: Row, key: string, lang: Lang): Value {
  const value = row[key]
  if (value === undefined || value === null) return null
  if (typeof value === 'object') return percent(value)
  const words = { level: LEVELS, kind: KINDS, tier: TIERS }[key] as Record<string, Message> | undefined
  const word = words?.[String(value)]
  return word ? inLanguage(lang, word) : value
}
