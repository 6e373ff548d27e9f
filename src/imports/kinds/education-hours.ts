/** Sheets of continuing education: who completed what, where, in how many hours. */

import {
  checkEducationHours,
  type EducationCheck,
  type NewEducationHours,
  recordEducationHours,
} from '../../people/education-hours.ts'
import { hoursPage } from '../../people/register-queries.ts'
import { educationFaults } from '../../people/rules.ts'
import { localDate } from '../../platform/calendar.ts'
import { PERSON_ID } from '../masked.ts'
import { pagesOf } from '../register-pages.ts'
import type { ImportKind, Values } from '../rules.ts'
import { checkNamed, documentKey, ID_NUMBER, ID_TYPE, NAME, NOT_ON_ROSTER, REMARK } from './named-people.ts'

export const educationHours: ImportKind<NewEducationHours> = {
  kind: 'education-hours',
  title: { zh: '继续教育学时', en: 'Continuing education' },
  sheet: '继续教育',
  permission: 'education.write',
  subject: null,
  apart: true,
  columns: [
    NAME,
    ID_TYPE,
    ID_NUMBER,
    {
      key: 'completed_on',
      header: '完成日期',
      required: true,
      type: 'date',
      note: '培训的最后一天',
      sample: '2026-05-20',
    },
    {
      key: 'hours',
      header: '学时',
      required: true,
      type: 'number',
      range: [1, 500],
      note: '1 至 500 的整数',
      sample: '8',
    },
    {
      key: 'provider',
      header: '主办单位',
      required: true,
      type: 'text',
      range: [2, 120],
      note: '单位全称',
      sample: '示例职业培训学校',
    },
    {
      key: 'subject',
      header: '培训内容',
      required: true,
      type: 'text',
      range: [2, 200],
      note: '课程或主题',
      sample: '失智照护',
    },
    {
      key: 'evidence',
      header: '证明',
      type: 'text',
      range: [1, 200],
      note: '结业证明的编号，照护机构登记的由区县据此认定',
      sample: '',
    },
    PERSON_ID,
    REMARK,
  ],
  key(values) {
    const { completed_on, provider, subject } = values
    const person = documentKey(values)
    return person && completed_on && provider && subject
      ? JSON.stringify([person, completed_on, provider, subject])
      : null
  },
  twice: {
    code: 'education_hours.twice',
    column: 'id_number',
    what: { zh: '人员、日期、主办单位和内容', en: 'person, day, provider and subject' },
  },
  check: (tx, context, _, rows) =>
    checkNamed(tx, context, rows, {
      known: ({ on_roster }) => on_roster,
      unknown: NOT_ON_ROSTER,
      faultsOf: ({ completed_on }) =>
        completed_on ? educationFaults({ completed_on: String(completed_on) }, localDate(context.now)) : [],
      factOf: toHours,
      check: (facts) => checkEducationHours(tx, context, facts),
      before: wordsBefore,
    }),
  commit: (tx, context, _, facts) => recordEducationHours(tx, context, facts),
  register: (db, context, { full }) =>
    pagesOf(
      context,
      full,
      (after, limit) => hoursPage(db, context.scope, { after, limit }),
      ({ completed_on, hours, provider, subject, evidence }) => ({ completed_on, hours, provider, subject, evidence }),
    ),
}

function toHours(values: Values, person_id: string): NewEducationHours {
  const { completed_on, hours, provider, subject, evidence } = values as unknown as NewEducationHours
  return { person_id, completed_on, hours, provider, subject, ...(evidence ? { evidence } : {}) }
}

function wordsBefore({ change, known }: EducationCheck): Record<string, string> {
  return change === 'changed' && known ? { hours: String(known.hours) } : {}
}
