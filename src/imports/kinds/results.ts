/** Sheets of results of one class, as its assessor gives them. */
import type { RowCheck } from '../../people/bulk.ts'
import type { Context } from '../../platform/context.ts'
import type { Tx } from '../../platform/database.ts'
import { type EnrolmentRow, listRoster } from '../../training/member-queries.ts'
import { recordResults } from '../../training/results.ts'
import { PARTS, type Part } from '../../training/rules.ts'
import type { ResultRow } from '../../training/shapes.ts'
import type { ImportColumn, ImportKind, Values } from '../rules.ts'
import { dryRun, faultsByRow } from './dry-run.ts'
import { checkNamed, documentKey, ID_NUMBER, ID_TYPE, NAME, REMARK } from './named-people.ts'

const NOT_IN_CLASS = {
  code: 'result.person_unknown',
  message: {
    zh: '这个人不在本班。请核对证件号码，或请培训机构先加入名单。',
    en: 'This person is not in the class: compare the number, or ask the trainer to enrol the person.',
  },
}

interface ResultCheck extends RowCheck {
  known: EnrolmentRow['result']
}

export const results: ImportKind<ResultRow> = {
  kind: 'results',
  title: { zh: '成绩', en: 'Results' },
  sheet: '成绩',
  permission: 'result.write',
  subject: 'class',
  columns: [
    NAME,
    ID_TYPE,
    ID_NUMBER,
    {
      key: 'assessed_on',
      header: '考核日期',
      required: true,
      type: 'date',
      note: '最后一场考核的日期',
      sample: '2026-10-20',
    },
    ...(Object.keys(PARTS) as Part[]).map(markColumn),
    {
      key: 'reason',
      header: '更正原因',
      type: 'text',
      range: [2, 500],
      note: '已有成绩需要更正的必填',
      sample: '',
    },
    REMARK,
  ],
  key: documentKey,
  twice: { code: 'result.twice', column: 'id_number', what: { zh: '人员', en: 'person' } },
  async check(tx, context, class_id, rows) {
    const members = new Map(
      (await listRoster(tx, context.scope, class_id!)).map((member) => [member.person_id, member]),
    )
    return checkNamed(tx, context, rows, {
      known: ({ id }) => members.has(id),
      unknown: NOT_IN_CLASS,
      factOf: toResult,
      check: (facts) => checkResults(tx, context, class_id!, facts, members),
      before: wordsBefore,
    })
  },
  commit: (tx, context, class_id, facts) => recordResults(tx, context, class_id!, facts),
}

function markColumn(part: Part): ImportColumn {
  return {
    key: part,
    header: PARTS[part].zh,
    type: 'number',
    range: [0, 100],
    decimals: 2,
    note: '百分制，至多两位小数；缺考填 0，本级不考的不填',
    sample: part === 'review' ? '' : '82.5',
  }
}

function toResult(values: Values, person_id: string): ResultRow {
  const { assessed_on, theory, practical, review, reason } = values as unknown as ResultRow
  return { person_id, assessed_on, theory, practical, review, reason }
}

async function checkResults(
  tx: Tx,
  context: Context,
  class_id: string,
  facts: ResultRow[],
  members: Map<string, EnrolmentRow>,
): Promise<ResultCheck[]> {
  const faults = faultsByRow(await dryRun(tx, () => recordResults(tx, context, class_id, facts)))
  return facts.map((fact, index) => {
    const known = members.get(fact.person_id!)?.result ?? null
    const same =
      known && (['assessed_on', 'theory', 'practical', 'review'] as const).every((key) => known[key] === fact[key])
    return { change: !known ? 'new' : same ? 'same' : 'changed', faults: faults.get(index) ?? [], known }
  })
}

function wordsBefore({ change, known }: ResultCheck): Record<string, string> {
  if (change !== 'changed' || !known) return {}
  const told = [
    ['assessed_on', known.assessed_on],
    ...(Object.keys(PARTS) as Part[]).map((part) => [part, known[part]]),
  ]
  return Object.fromEntries(told.map(([key, value]) => [key, String(value ?? '无')]))
}
