/** Exchanging the vault's key: what an old key sealed is sealed again, documents are found by the new key, in slices that survive a crash. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { PersonDocuments } from '../../db/schema.ts'
import { recordHistory } from '../history/actions.ts'
import { enqueueJob, type JobHandlers } from '../jobs/actions.ts'
import { asJson } from '../people/bulk.ts'
import { documentHashes, numberHashes } from '../people/queries.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'

/** Every column that holds what the vault sealed; `at_once` is how many of them fit a slice. A new one is one line here. */
export const SEALED = [
  { table: 'people', key: 'id uuid', column: 'id_number_sealed', at_once: 300 },
  { table: 'people', key: 'id uuid', column: 'bank_account_sealed', at_once: 300 },
  { table: 'person_documents', key: 'document_hash text', column: 'number_sealed', at_once: 300 },
  { table: 'person_photos', key: 'id uuid', column: 'photo_sealed', at_once: 50 },
  { table: 'organisation_bank_accounts', key: 'organisation_id uuid', column: 'account_sealed', at_once: 300 },
  { table: 'payments', key: 'batch_id uuid, position integer', column: 'id_number_sealed', at_once: 300 },
  { table: 'payments', key: 'batch_id uuid, position integer', column: 'bank_account_sealed', at_once: 300 },
  { table: 'payment_files', key: 'id uuid', column: 'content_sealed', at_once: 5 },
  { table: 'import_chunks', key: 'import_id uuid, number integer', column: 'content', at_once: 10 },
  { table: 'signing_keys', key: 'id text', column: 'private_sealed', at_once: 100 },
  { table: 'webhook_secrets', key: 'id uuid', column: 'secret_sealed', at_once: 300 },
  { table: 'publicity_objections', key: 'id uuid', column: 'objector_sealed', at_once: 300 },
]

const PEOPLE = 200
const KIND = 'vault.rotation'

/** Where a rotation stands: documents get their rows under the new key, lose the old ones, then each sealed column; `after` is the last key done. */
interface Position {
  step: number
  after: string[]
}

/** How many sealed values there are under each key, by key id. */
export async function countByKey(db: Db): Promise<Record<string, number>> {
  const parts = SEALED.map(
    ({ table, column }) =>
      sql`select ${keyIdOf(column)} as key_id from ${sql.table(table)} where ${sql.ref(column)} is not null`,
  )
  const { rows } = await sql<{ key_id: string; count: number }>`
    select key_id, count(*) as count from (${sql.join(parts, sql` union all `)}) sealed group by key_id order by key_id`.execute(
    db,
  )
  return Object.fromEntries(rows.map(({ key_id, count }) => [key_id, count]))
}

/** What still has to be sealed or found by the current key: sealed values of other keys, and documents without their row. */
export async function countOld(db: Db, key_id: string): Promise<number> {
  const sealed = Object.entries(await countByKey(db)).filter(([id]) => id !== key_id)
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from person_documents d where d.key_id <> ${key_id}`.execute(db)
  return sealed.reduce((sum, [, count]) => sum + count, rows[0]!.count)
}

/**
 * Starts the exchange, or answers the job of the one under way; null when everything is under the current key already.
 * Every process must know the new key by now: one that does not would register people under hashes nobody looks for.
 */
export async function requestRotation(tx: Tx, context: Context): Promise<string | null> {
  const [key_id] = context.vault.key_ids
  const running = await tx
    .selectFrom('jobs')
    .select('id')
    .where('kind', '=', KIND)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst()
  if (running) return running.id
  const total = await countOld(tx, key_id)
  if (total === 0) return null
  const id = await enqueueJob(tx, context, { kind: KIND, args: { key_id }, total })
  await recordHistory(tx, context, {
    kind: 'vault.rotation_started',
    subject_kind: 'vault',
    subject_id: key_id,
    changes: { values: total },
  })
  return id
}

export const rotationJobs: JobHandlers = {
  /** One slice. Refuses `vault.key_not_current` in a process that still seals with another key, and what the vault refuses. */
  async [KIND](tx, context, job) {
    const [key_id] = context.vault.key_ids
    if (key_id !== job.args.key_id)
      refuse('conflict', 'vault.key_not_current', {
        zh: `正在更换为密钥 ${job.args.key_id}，而这个进程仍在用 ${key_id}。请给每个进程设置新的 HUYU_KEY 后重启，再执行一次 keys rotate。`,
        en: `The key is being exchanged for ${job.args.key_id}, and this process still uses ${key_id}: set the new HUYU_KEY for every process, restart them, and run keys rotate again.`,
      })
    const position: Position = job.position ? JSON.parse(job.position) : { step: 0, after: [] }
    const { count, after } = await work(tx, context, position)
    const next: Position = after ? { step: position.step, after } : { step: position.step + 1, after: [] }
    const done = job.done + count
    if (next.step < 2 + SEALED.length) return { done, position: JSON.stringify(next) }
    const left = await countOld(tx, key_id)
    await recordHistory(tx, context, {
      kind: 'vault.rotated',
      subject_kind: 'vault',
      subject_id: key_id,
      changes: { values: done, left },
    })
    return { done, total: done, position: null, result: { key_id, left } }
  },
}

interface Worked {
  count: number
  /** null: the step is done */
  after: string[] | null
}

function work(tx: Tx, context: Context, { step, after }: Position): Promise<Worked> {
  if (step === 0) return addDocumentRows(tx, context, after[0])
  if (step === 1) return dropDocumentRows(tx, context)
  return sealAgain(tx, context, SEALED[step - 2]!, after)
}

/** Documents are found by both keys from here on, so that nobody is registered twice while the exchange is half done. */
async function addDocumentRows(tx: Tx, context: Context, after: string | undefined): Promise<Worked> {
  const [key_id] = context.vault.key_ids
  // the lock of the person keeps a document from being added while its owner is being erased
  const people = await tx
    .selectFrom('people')
    .select('id')
    .where('id', '>', after ?? '00000000-0000-0000-0000-000000000000')
    .where(
      sql<boolean>`exists (select from person_documents d where d.person_id = people.id and ${withoutRow(key_id)})`,
    )
    .orderBy('id')
    .limit(PEOPLE)
    .forUpdate()
    .execute()
  const last = people.at(-1)
  if (!last) return { count: 0, after: null }
  const { rows } = await sql<Omit<Selectable<PersonDocuments>, 'document_hash' | 'number_hash' | 'key_id'>>`
    select distinct on (d.document_id) d.document_id, d.person_id, d.id_type, d.number_sealed, d.number_masked, d.recorded_at, d.recorded_by
    from person_documents d
    where d.person_id = any (${people.map(({ id }) => id)}::uuid[]) and ${withoutRow(key_id)}`.execute(tx)
  const added = await Promise.all(
    rows.map(async ({ number_sealed, ...row }) => {
      const id_number = await context.vault.open(number_sealed)
      const [current] = documentHashes(context, { id_type: row.id_type, id_number })
      const [number] = numberHashes(context, id_number)
      return {
        ...row,
        ...{ key_id, document_hash: current!.hash, number_hash: number!.hash },
        number_sealed: await context.vault.seal(id_number),
      }
    }),
  )
  const written = await tx
    .insertInto('person_documents')
    .values(added)
    .onConflict((oc) => oc.column('document_hash').doNothing())
    .returning('document_id')
    .execute()
  const ids = new Set(written.map(({ document_id }) => document_id))
  const twice = added.find(({ document_id }) => !ids.has(document_id))
  if (twice) refuseTwice(twice.person_id)
  return { count: added.length, after: [last.id] }
}

/** Only a process that did not know the old key can have done this. */
function refuseTwice(person_id: string): never {
  refuse('conflict', 'vault.document_twice', {
    zh: `人员 ${person_id} 的证件已用新密钥登记在另一人名下：有进程曾缺少旧密钥。请核对合并后再执行一次 keys rotate。`,
    en: `A document of the person ${person_id} is registered for somebody else under the new key: a process lacked the old one. Merge the two, then run keys rotate again.`,
  })
}

async function dropDocumentRows(tx: Tx, context: Context): Promise<Worked> {
  const [key_id] = context.vault.key_ids
  const { rows } = await sql<{ document_hash: string }>`
    delete from person_documents where document_hash in (
      select d.document_hash from person_documents d where d.key_id <> ${key_id} and not ${withoutRow(key_id)} limit 2000
    ) returning document_hash`.execute(tx)
  return { count: rows.length, after: rows.length > 0 ? [] : null }
}

function withoutRow(key_id: string): RawBuilder<boolean> {
  return sql`not exists (select from person_documents n where n.document_id = d.document_id and n.key_id = ${key_id})`
}

/** Rows are visited in the order of their keys, so that a table is read once, not once a slice. */
async function sealAgain(
  tx: Tx,
  { vault }: Context,
  { table, key, column, at_once }: (typeof SEALED)[number],
  after: string[],
): Promise<Worked> {
  const columns = key.split(', ').map((typed) => typed.split(' ') as [string, string])
  const names = sql.raw(columns.map(([name]) => name).join(', '))
  const beyond =
    after.length > 0
      ? sql`and (${names}) > (${sql.join(columns.map(([, type], index) => sql`${after[index]}::${sql.raw(type)}`))})`
      : sql``
  const { rows } = await sql<Record<string, string>>`
    select ${names}, ${sql.ref(column)} as sealed from ${sql.table(table)}
    where ${sql.ref(column)} is not null and ${keyIdOf(column)} <> ${vault.key_ids[0]} ${beyond}
    order by ${names} limit ${at_once} for update`.execute(tx)
  if (rows.length === 0) return { count: 0, after: null }
  const sealed = await Promise.all(
    rows.map(async (row) => ({ ...row, sealed: await vault.seal(await vault.open(row.sealed!)) })),
  )
  const same = columns.map(([name]) => sql`${sql.ref(`${table}.${name}`)} = ${sql.ref(`r.${name}`)}`)
  await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = r.sealed
    from jsonb_to_recordset(${asJson(sealed)}) as r (${sql.raw(key)}, sealed text)
    where ${sql.join(same, sql` and `)}`.execute(tx)
  const last = rows.at(-1)!
  return { count: rows.length, after: columns.map(([name]) => String(last[name])) }
}

/** Only the head is read: a payment file is megabytes long. */
function keyIdOf(column: string): RawBuilder<string> {
  return sql`split_part(left(${sql.ref(column)}, 20), '.', 1)`
}
