/** Sheets of employments: who works at the facility that imports them, since when, in which post. */

import { LEAVING_KINDS, OPEN_ENDED } from '../../people/employment-rules.ts'
import {
  checkEmployments,
  type EmploymentCheck,
  type NewEmployment,
  recordEmployments,
} from '../../people/employments.ts'
import { employmentsPage } from '../../people/register-queries.ts'
import { CONTRACT_KINDS, employmentFaults, POSTS } from '../../people/rules.ts'
import type { LocalDate } from '../../platform/calendar.ts'
import { PERSON_ID } from '../masked.ts'
import { pagesOf } from '../register-pages.ts'
import type { ImportKind, Values } from '../rules.ts'
import { checkNamed, documentKey, ID_NUMBER, ID_TYPE, NAME, NOT_ON_ROSTER, REMARK } from './named-people.ts'

export const employments: ImportKind<NewEmployment> = {
  kind: 'employments',
  title: { zh: '任职', en: 'Employments' },
  sheet: '任职名单',
  permission: 'employment.write',
  subject: null,
  columns: [
    NAME,
    ID_TYPE,
    ID_NUMBER,
    {
      key: 'post',
      header: '岗位',
      required: true,
      type: 'choice',
      choices: POSTS,
      note: '从下拉列表中选择',
      sample: '养老护理',
    },
    {
      key: 'contract_kind',
      header: '用工形式',
      required: true,
      type: 'choice',
      choices: CONTRACT_KINDS,
      note: '从下拉列表中选择',
      sample: '劳动合同',
    },
    {
      key: 'contract_until',
      header: '合同到期日',
      type: 'date',
      note: `合同不再履行的第一天；无固定期限的填 ${OPEN_ENDED}，不填则不改`,
      sample: '2029-03-01',
    },
    {
      key: 'starts_on',
      header: '入职日期',
      required: true,
      type: 'date',
      note: '在岗的第一天',
      sample: '2026-03-01',
    },
    { key: 'ends_on', header: '离岗日期', type: 'date', note: '不再在岗的第一天；仍在岗的不填', sample: '' },
    {
      key: 'leaving_kind',
      header: '离岗原因',
      type: 'choice',
      choices: LEAVING_KINDS,
      note: '填了离岗日期的可填',
      sample: '',
    },
    PERSON_ID,
    REMARK,
  ],
  key(values) {
    const { post, starts_on } = values
    const person = documentKey(values)
    return person && post && starts_on ? `${person} ${post} ${starts_on}` : null
  },
  twice: {
    code: 'employment.twice',
    column: 'id_number',
    what: { zh: '人员、岗位和入职日期', en: 'person, post and first day' },
  },
  check: (tx, context, _, rows) =>
    checkNamed(tx, context, rows, {
      known: ({ on_roster }) => on_roster,
      unknown: NOT_ON_ROSTER,
      faultsOf: ({ starts_on, ends_on }) =>
        starts_on
          ? employmentFaults({ starts_on: String(starts_on), ends_on: (ends_on ?? null) as LocalDate | null })
          : [],
      factOf: (values, person_id) => toEmployment(values, person_id, context.actor.organisation_id!),
      check: (facts) => checkEmployments(tx, context, facts),
      before: wordsBefore,
    }),
  commit: (tx, context, _, facts) => recordEmployments(tx, context, facts),
  register: (db, context, { full }) =>
    pagesOf(
      context,
      full,
      (after, limit) => employmentsPage(db, context.scope, { after, limit }),
      ({ post, contract_kind, contract_until, starts_on, ends_on, leaving_kind }) => ({
        ...{ post, contract_kind, contract_until, starts_on, ends_on, leaving_kind },
      }),
    ),
}

function toEmployment(values: Values, person_id: string, organisation_id: string): NewEmployment {
  const { post, contract_kind, contract_until, starts_on, ends_on, leaving_kind } = values as unknown as NewEmployment
  return {
    ...{ person_id, organisation_id, post, contract_kind, starts_on, ends_on },
    ...(leaving_kind ? { leaving_kind } : {}),
    ...(contract_until ? { contract_until } : {}),
  }
}

function wordsBefore({ change, known }: EmploymentCheck): Record<string, string> {
  if (change !== 'changed' || !known) return {}
  const contract = CONTRACT_KINDS[known.contract_kind as keyof typeof CONTRACT_KINDS].zh
  return { contract_kind: contract, contract_until: known.contract_until ?? '—', ends_on: known.ends_on ?? '在岗' }
}
