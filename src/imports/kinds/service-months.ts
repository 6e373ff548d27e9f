/** Sheets of monthly facts: days attended and social insurance of a facility's staff. */
import { monthsPage } from '../../people/register-queries.ts'
import { serviceMonthFaults } from '../../people/rules.ts'
import {
  checkServiceMonths,
  type NewServiceMonth,
  type ServiceMonthCheck,
  writeServiceMonths,
} from '../../people/service-months.ts'
import { localDate } from '../../platform/calendar.ts'
import { PERSON_ID } from '../masked.ts'
import { pagesOf } from '../register-pages.ts'
import type { ImportKind, Values } from '../rules.ts'
import { checkNamed, documentKey, ID_NUMBER, ID_TYPE, NAME, NOT_ON_ROSTER, REMARK } from './named-people.ts'

/** What is written was checked in the same transaction: a file has hundreds of thousands of rows. */
interface Checked {
  row: NewServiceMonth
  check: ServiceMonthCheck
}

export const serviceMonths: ImportKind<Checked> = {
  kind: 'service-months',
  title: { zh: '月度在岗', en: 'Months of service' },
  sheet: '月度在岗',
  permission: 'service_month.write',
  subject: null,
  apart: true,
  columns: [
    NAME,
    ID_TYPE,
    ID_NUMBER,
    { key: 'month', header: '月份', required: true, type: 'month', note: '填成 2026-10 这样', sample: '2026-10' },
    {
      key: 'attendance_days',
      header: '出勤天数',
      required: true,
      type: 'number',
      range: [0, 31],
      note: '当月实际出勤的天数，整数',
      sample: '22',
    },
    {
      key: 'social_insurance',
      header: '缴纳社保',
      type: 'yes_no',
      note: '当月由本机构缴纳社会保险的填“是”，不填即为“否”',
      sample: '是',
    },
    {
      key: 'reason',
      header: '更正理由',
      type: 'text',
      range: [2, 500],
      note: '该月已提交的必填',
      sample: '',
    },
    PERSON_ID,
    REMARK,
  ],
  key(values) {
    const person = documentKey(values)
    return person && values.month ? `${person} ${values.month}` : null
  },
  marked: true,
  twice: { code: 'service_month.twice', column: 'id_number', what: { zh: '人员和月份', en: 'person and month' } },
  async check(tx, context, _, rows) {
    const checks: ServiceMonthCheck[] = []
    const today = localDate(context.now)
    const verdicts = await checkNamed(tx, context, rows, {
      known: ({ on_roster }) => on_roster,
      unknown: NOT_ON_ROSTER,
      faultsOf: ({ month, attendance_days }) =>
        month ? serviceMonthFaults({ month: String(month), attendance_days: Number(attendance_days ?? 0) }, today) : [],
      factOf: (values, person_id) => toServiceMonth(values, person_id, context.actor.organisation_id!),
      async check(facts) {
        checks.push(...(await checkServiceMonths(tx, context, facts, { known: true })))
        return checks
      },
      before: wordsBefore,
    })
    // the checks came in the order of the rows that got as far
    let next = 0
    return verdicts.map(({ fact, ...verdict }) => ({ ...verdict, fact: fact && { row: fact, check: checks[next++]! } }))
  },
  commit: (tx, context, _, facts) =>
    writeServiceMonths(
      tx,
      context,
      facts.map(({ row }) => row),
      facts.map(({ check }) => check),
    ),
  register_by: 'month',
  register: (db, context, { month, full }) =>
    pagesOf(
      context,
      full,
      (after, limit) => monthsPage(db, context.scope, { month, after, limit }),
      ({ month, attendance_days, social_insurance }) => ({ month, attendance_days, social_insurance }),
    ),
}

function toServiceMonth(values: Values, person_id: string, organisation_id: string): NewServiceMonth {
  const { month, attendance_days, social_insurance, reason } = values as unknown as NewServiceMonth
  return { person_id, organisation_id, month, attendance_days, social_insurance: social_insurance ?? false, reason }
}

function wordsBefore({ change, known }: ServiceMonthCheck): Record<string, string> {
  if (change !== 'changed' || !known) return {}
  return { attendance_days: String(known.attendance_days), social_insurance: known.social_insurance ? '是' : '否' }
}
