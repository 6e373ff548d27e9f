/** What is in force and where it comes from: settings of this installation, numbers of the reference data, limits of the program. Never a secret. */
import { sql } from 'kysely'
import { SIGN_IN } from '../access/rules.ts'
import { CHECK_PARAMETERS } from '../allowances/review-rules.ts'
import { maskAccount, maskIdNumber, maskName, maskPhone } from '../people/identity.ts'
import type { Db } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import { together } from '../platform/together.ts'

/** One number of the reference data, with the place it was read in. */
export interface ReferenceNumber {
  what: Message
  value: number
  unit: Message
  citation: string
  confidence: string
}

const DAYS = { zh: '天', en: 'days' }

/** Of numbers that may be active or not, those that are. */
export async function listNumbers(db: Db): Promise<ReferenceNumber[]> {
  const reading = together(db)
  const [accounts, checks, reminders, filings, rechecks] = await Promise.all([
    reading.selectFrom('account_rules').select(['value', 'citation', 'confidence']).execute(),
    reading
      .selectFrom('check_parameters')
      .select(['code', 'value', 'citation', 'confidence'])
      .orderBy('code')
      .execute(),
    reading
      .selectFrom('certificate_reminder_days')
      .select(['days', 'citation', 'confidence'])
      .where('active', '=', true)
      .orderBy('days', 'desc')
      .execute(),
    reading
      .selectFrom('class_filing_rules')
      .innerJoin('districts', 'districts.code', 'class_filing_rules.division_code')
      .select(['days_before', 'citation', 'class_filing_rules.confidence', 'districts.name', 'districts.name_en'])
      .where('active', '=', true)
      .orderBy('division_code')
      .execute(),
    reading
      .selectFrom('recheck_rules')
      .select(['issued', 'months', 'citation', 'confidence'])
      .where('active', '=', true)
      .orderBy('code')
      .execute(),
  ])
  return [
    ...accounts.map((rule) => ({ ...rule, what: { zh: '账号长期未用', en: 'Account not used' }, unit: DAYS })),
    ...reminders.map(({ days, ...rule }) => ({
      ...rule,
      value: days,
      what: { zh: '证书到期前提醒', en: 'Reminder before a certificate ends' },
      unit: DAYS,
    })),
    ...filings.map(({ days_before, name, name_en, ...rule }) => ({
      ...rule,
      value: days_before,
      what: { zh: `开班前备案（${name}）`, en: `Class filed before its start (${name_en})` },
      unit: DAYS,
    })),
    ...rechecks.map(({ months, issued, ...rule }) => ({
      ...rule,
      value: months,
      what:
        issued === 'here'
          ? { zh: '本系统证书待复核', en: 'Own certificate due again' }
          : { zh: '外部证书待复核', en: 'Certificate of another body due again' },
      unit: { zh: '个月', en: 'months' },
    })),
    ...checks.map(({ code, value, ...rule }) => {
      const what = CHECK_PARAMETERS[code as keyof typeof CHECK_PARAMETERS]
      // its name says the unit
      return { ...rule, value: code.endsWith('_fen') ? value / 100 : value, what, unit: { zh: '', en: '' } }
    }),
  ]
}

/** What the versions of schemes in force say of days of publicity, and how many jobs there are. */
export async function readInForce(db: Db, today: string) {
  const reading = together(db)
  const [{ rows: publicity }, { rows: jobs }] = await Promise.all([
    sql<{ name: string; days: number; citation: string }>`
      select s.name, (v.settings #>> '{schedule,publicity_days}')::int as days, v.citation
      from settled_versions v join schemes s on s.code = v.scheme_code
      where v.settings #>> '{schedule,publicity_days}' is not null and (v.effective_from is null or v.effective_from <= ${today}::date) and (v.effective_to is null or v.effective_to > ${today}::date)
      order by s.code`.execute(reading),
    sql<{ status: string; count: number }>`
      select status, count(*)::int as count from jobs where status in ('queued', 'running', 'failed') group by 1`.execute(
      reading,
    ),
  ])
  return { publicity, jobs: Object.fromEntries(jobs.map(({ status, count }) => [status, count])) }
}

/** Limits of signing in, which the program holds everybody to. */
export const SIGN_IN_LIMITS: { what: Message; value: number; unit: Message }[] = [
  {
    what: { zh: '连续输错几次锁定账号', en: 'Wrong passwords in a row until an account is locked' },
    value: SIGN_IN.wrongPasswords,
    unit: { zh: '次', en: '' },
  },
  { what: { zh: '锁定时长', en: 'Locked for' }, value: SIGN_IN.lockMinutes, unit: { zh: '分钟', en: 'minutes' } },
  {
    what: { zh: '同一地址每分钟登录次数', en: 'Tries a minute from one address' },
    value: SIGN_IN.triesAMinute,
    unit: { zh: '次', en: '' },
  },
  {
    what: { zh: '无操作自动退出', en: 'Signed out when idle for' },
    value: SIGN_IN.idleMinutes,
    unit: { zh: '分钟', en: 'minutes' },
  },
  {
    what: { zh: '一次登录最长', en: 'A session lasts at most' },
    value: SIGN_IN.absoluteHours,
    unit: { zh: '小时', en: 'hours' },
  },
]

/** How what is personal is shown: made by the very functions that mask it, of nobody's data. */
export const MASKS: { what: Message; before: Message; after: Message }[] = [
  { what: { zh: '姓名', en: 'Name' }, ...masked({ zh: '王小芳', en: 'Wang Xiaofang' }, maskName) },
  { what: { zh: '证件号码', en: 'ID number' }, ...masked(asIs('109901197203150228'), maskIdNumber) },
  { what: { zh: '手机', en: 'Phone' }, ...masked(asIs('13800000000'), maskPhone) },
  { what: { zh: '银行账号', en: 'Bank account' }, ...masked(asIs('0000123456789012345'), maskAccount) },
]

function masked(before: Message, mask: (text: string) => string) {
  return { before, after: { zh: mask(before.zh), en: mask(before.en) } }
}

function asIs(text: string): Message {
  return { zh: text, en: text }
}
