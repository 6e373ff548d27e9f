/** Sheets of people for one class: everybody on the trainer's roster who is to join it. */
import type { Change, RowCheck } from '../../people/bulk.ts'
import { localDate } from '../../platform/calendar.ts'
import type { Context } from '../../platform/context.ts'
import type { Tx } from '../../platform/database.ts'
import type { Fault } from '../../platform/errors.ts'
import { enrolPeople } from '../../training/enrolments.ts'
import { listRoster } from '../../training/member-queries.ts'
import { type ClassRow, getClass } from '../../training/queries.ts'
import { PERSON_ID } from '../masked.ts'
import type { ImportKind } from '../rules.ts'
import { dryRun, faultsByRow } from './dry-run.ts'
import { checkNamed, documentKey, ID_NUMBER, ID_TYPE, NAME, NOT_ON_ROSTER, REMARK } from './named-people.ts'

export const enrolments: ImportKind<string> = {
  kind: 'enrolments',
  title: { zh: '学员名单', en: 'People of a class' },
  sheet: '学员名单',
  permission: 'class.write',
  subject: 'class',
  columns: [NAME, ID_TYPE, ID_NUMBER, PERSON_ID, REMARK],
  key: documentKey,
  twice: { code: 'enrolment.twice', column: 'id_number', what: { zh: '人员', en: 'person' } },
  check: (tx, context, class_id, rows) =>
    checkNamed(tx, context, rows, {
      known: ({ on_roster }) => on_roster,
      unknown: NOT_ON_ROSTER,
      factOf: (_, person_id) => person_id,
      check: (person_ids) => checkEnrolments(tx, context, class_id!, person_ids),
      before: () => ({}),
    }),
  commit: (tx, context, class_id, person_ids) => enrolPeople(tx, context, class_id!, person_ids),
}

/** What {@link enrolPeople} would do with each of them; who finds no seat any more will wait, and is told so. */
async function checkEnrolments(
  tx: Tx,
  context: Context,
  class_id: string,
  person_ids: string[],
): Promise<(RowCheck & { warnings: Fault[] })[]> {
  const group = await getClass(tx, context.scope, localDate(context.now), class_id)
  const refusal = await dryRun(tx, () => enrolPeople(tx, context, class_id, person_ids))
  const faults = faultsByRow(refusal)
  const roster = await listRoster(tx, context.scope, class_id)
  const statuses = new Map(roster.map(({ person_id, status }) => [person_id, status]))
  const waiting = roster.some(({ status }) => status === 'waiting')
  let free = waiting ? 0 : group.capacity - group.people
  return person_ids.map((person_id, index) => {
    const status = statuses.get(person_id)
    const change: Change = status === undefined ? 'new' : status === 'withdrawn' ? 'changed' : 'same'
    const own = faults.get(index) ?? []
    const seated = change === 'same' || own.length > 0 || free-- > 0
    return { change, faults: own, warnings: seated ? [] : [waits(group)] }
  })
}

function waits({ capacity }: ClassRow): Fault {
  return {
    pointer: '/id_number',
    code: 'enrolment.waiting',
    message: {
      zh: `本班名额 ${capacity} 人，排到这一行时已经满员，导入后进入候补。`,
      en: `The class takes ${capacity} people and is full before this row: the person will wait.`,
    },
  }
}
