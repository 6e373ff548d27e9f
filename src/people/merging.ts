/** Merging two records of one person, and taking them apart again: one transaction, everything that moved is written down. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import type { Context } from '../platform/context.ts'
import { lockFactsAlone, type Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { type Keys, moveBelongings, type Pair, planMove, returnBelongings } from './belongings.ts'
import { faultAt } from './bulk.ts'
import { refuseErased } from './documents.ts'
import { stateEducation, sumUp } from './educations.ts'
import { countsOf, getMerge, type Merge, mergeInScope } from './merge-queries.ts'
import { missingPerson } from './merged-records.ts'
import { personInScope } from './roster.ts'

/** Fields of the survivor that take the merged record's value where they are empty; an account is its sealed text and its mask. */
const FILLED = {
  sex: ['sex'],
  birth_date: ['birth_date'],
  education: ['education'],
  phone: ['phone'],
  bank_account: ['bank_account_masked', 'bank_account_sealed'],
} as const
type Filled = keyof typeof FILLED

export interface MergeRequest {
  into: string
  reason: string
  confirm_different_documents?: boolean | undefined
}

/**
 * Merges the record into another, which then answers for it. Both must be within the scope (404). Refuses `merge.itself`,
 * `person.merged` where one of them is merged already, `person.erased`, `merge.different_documents` where both have a resident ID, of which a
 * person has one, unless that is confirmed. What the survivor has already stays with the merged record: `not_carried`.
 */
export async function mergePeople(tx: Tx, context: Context, id: string, request: MergeRequest): Promise<Merge> {
  const pair = { merged_id: id.toLowerCase(), survivor_id: request.into.toLowerCase() }
  if (pair.merged_id === pair.survivor_id)
    refuseFaults([
      faultAt(
        '/into',
        'merge.itself',
        '一条记录不能合并到它自己，请选择要保留的另一条记录。',
        'A record cannot be merged into itself: choose the other record, which is to stay.',
      ),
    ])
  const at = await lockFactsAlone(tx)
  const { merged, survivor } = await lockPair(tx, context, pair)
  refuseErased(merged)
  refuseErased(survivor)
  if (merged.id_type === 'resident_id' && survivor.id_type === 'resident_id' && !request.confirm_different_documents)
    refuse('conflict', 'merge.different_documents', {
      zh: `两条记录的居民身份证号码不同（${merged.id_number_masked} 与 ${survivor.id_number_masked}），一个人只有一个号码。请先核对两份证件；确属同一人的（如号码变更或重号更正），请勾选“号码不同但确属同一人”（confirm_different_documents）后再合并。`,
      en: `The records have two resident ID numbers (${merged.id_number_masked} and ${survivor.id_number_masked}), and a person has one. Compare both documents; if it is one person all the same, tick “one person with two numbers” (confirm_different_documents).`,
    })
  const { moved, not_carried } = await planMove(tx, pair)
  const filled = (Object.keys(FILLED) as Filled[]).filter((field) => {
    const [column] = FILLED[field]
    return survivor[column] === null && merged[column] !== null
  })
  const { id: merge_id } = await tx
    .insertInto('person_merges')
    .values({
      ...pair,
      reason: request.reason,
      merged_by: context.actor.account_id,
      merged_at: sql<Date>`${at}::timestamptz`,
      moved: JSON.stringify(moved),
      not_carried: JSON.stringify(not_carried),
      filled,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  if (moved.educations) await stateEducation(tx, pair.survivor_id)
  await moveBelongings(tx, pair, moved, at)
  await fillEmpty(tx, pair, filled)
  if (moved.educations) await sumUp(tx, pair.survivor_id)
  await sql`update people set merged_into = ${pair.survivor_id}::uuid, revision = revision + 1 where id = ${pair.merged_id}::uuid`.execute(
    tx,
  )
  await record(tx, context, 'person.merged', pair, request.reason, {
    ...{ merge_id, moved: countsOf(moved), not_carried: countsOf(not_carried), fields: filled },
  })
  return getMerge(tx, context.scope, merge_id)
}

/**
 * Takes a merge back: what stands as it was moved returns, and what was closed is opened again; what has changed since stays with
 * the survivor and is answered as `kept`. Refuses `merge.undone`, `person.erased`, and `merge.survivor_merged` while the survivor is
 * merged itself.
 */
export async function undoMerge(tx: Tx, context: Context, id: string, reason: string): Promise<Merge> {
  const at = await lockFactsAlone(tx)
  const merge = await tx
    .selectFrom('person_merges')
    .select(['merged_id', 'survivor_id', 'moved', 'filled', 'undone_at', sql<string>`merged_at::text`.as('merged_at')])
    .where('id', '=', id)
    .where(mergeInScope(context.scope))
    .forUpdate()
    .executeTakeFirst()
  if (!merge) return notFound({ zh: '合并记录', en: 'merge' })
  if (merge.undone_at !== null)
    refuse('conflict', 'merge.undone', {
      zh: '这次合并已经撤销过了，两条记录已分开。',
      en: 'This merge was undone already; the records are apart.',
    })
  const pair = { merged_id: merge.merged_id, survivor_id: merge.survivor_id }
  const survivor = (await lockRecords(tx, pair)).get(pair.survivor_id)!
  refuseErased(survivor)
  if (survivor.merged_into !== null)
    refuse('conflict', 'merge.survivor_merged', {
      zh: '保留的那条记录后来又合并到了别的记录，请先撤销那一次合并。',
      en: 'The record that stayed has itself been merged since: undo that merge first.',
    })
  const moved = merge.moved as Keys
  const { merged_at } = merge
  await tx
    .updateTable('person_merges')
    .set({
      undone_at: sql<Date>`${at}::timestamptz`,
      undone_by: context.actor.account_id,
      undo_reason: reason,
    })
    .where('id', '=', id)
    .execute()
  await sql`update people set merged_into = null, revision = revision + 1 where id = ${pair.merged_id}::uuid`.execute(
    tx,
  )
  const kept = {
    ...(await returnBelongings(tx, pair, moved, { merged_at, at })),
    ...(await emptyFilled(tx, pair, merge.filled as Filled[])),
  }
  if (moved.educations) await sumUp(tx, pair.survivor_id)
  await tx
    .updateTable('person_merges')
    .set({ kept: JSON.stringify(kept) })
    .where('id', '=', id)
    .execute()
  await record(tx, context, 'person.merge_undone', pair, reason, { merge_id: id, kept: countsOf(kept) })
  return getMerge(tx, context.scope, id)
}

type Locked = Awaited<ReturnType<typeof lockRecords>> extends Map<string, infer Row> ? Row : never

/** Both rows, in order of id, so that two officers who merge the same people wait for each other. */
async function lockRecords(tx: Tx, { merged_id, survivor_id }: Pair) {
  const rows = await tx
    .selectFrom('people')
    .select(['id', 'id_type', 'id_number_masked', 'merged_into', 'sex', 'birth_date', 'education', 'phone'])
    .select(['bank_account_masked', 'erased_at'])
    .where('id', 'in', [merged_id, survivor_id])
    .orderBy('id')
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

async function lockPair(tx: Tx, context: Context, pair: Pair): Promise<{ merged: Locked; survivor: Locked }> {
  const locked = await lockRecords(tx, pair)
  const { rows } = await sql<{ id: string }>`
    select people.id from people where people.id in (${pair.merged_id}::uuid, ${pair.survivor_id}::uuid) and ${personInScope(context.scope)}`.execute(
    tx,
  )
  for (const id of [pair.merged_id, pair.survivor_id])
    if (!rows.some((row) => row.id === id)) await missingPerson(tx, context.scope, id)
  return { merged: locked.get(pair.merged_id)!, survivor: locked.get(pair.survivor_id)! }
}

async function fillEmpty(tx: Tx, pair: Pair, filled: Filled[]): Promise<void> {
  const columns = filled.flatMap((field) => [...FILLED[field]])
  const set = [
    sql`revision = survivor.revision + 1`,
    ...columns.map((one) => sql`${sql.ref(one)} = merged.${sql.ref(one)}`),
  ]
  await sql`update people survivor set ${sql.join(set)} from people merged
    where survivor.id = ${pair.survivor_id}::uuid and merged.id = ${pair.merged_id}::uuid`.execute(tx)
}

/** Empties what the merge had filled and nobody has changed; answers what somebody has. */
async function emptyFilled(tx: Tx, pair: Pair, filled: Filled[]): Promise<Keys> {
  const records = await lockRecords(tx, pair)
  const [merged, survivor] = [records.get(pair.merged_id)!, records.get(pair.survivor_id)!]
  const [unchanged, changed] = [true, false].map((same) =>
    filled.filter((field) => (merged[FILLED[field][0]] === survivor[FILLED[field][0]]) === same),
  ) as [Filled[], Filled[]]
  const columns = unchanged.flatMap((field) => [...FILLED[field]])
  const set = [sql`revision = revision + 1`, ...columns.map((one) => sql`${sql.ref(one)} = null`)]
  await sql`update people set ${sql.join(set)} where id = ${pair.survivor_id}::uuid`.execute(tx)
  return changed.length > 0 ? { people: changed.map((field) => ({ field })) } : {}
}

/** One event on each of the two records. */
async function record(
  tx: Tx,
  context: Context,
  kind: string,
  { merged_id, survivor_id }: Pair,
  reason: string,
  changes: Record<string, unknown>,
): Promise<void> {
  const event = { kind, subject_kind: 'person', reason }
  await recordHistory(
    tx,
    context,
    { ...event, subject_id: merged_id, changes: { into: survivor_id, ...changes } },
    { ...event, subject_id: survivor_id, changes: { merged: merged_id, ...changes } },
  )
}
