/** Where a record that was merged lives on, and which records live on in one. */
import { sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { Moved, notFound } from '../platform/errors.ts'
import { personInScope } from './roster.ts'

/** Of a record that is not in the scope: it moved to its survivor where the scope sees that one, else there is none. */
export async function missingPerson(db: Db, scope: Scope, id: string): Promise<never> {
  const { rows } = await sql<{ id: string; name: string }>`
    select people.id, people.name from people where people.id = survivor_of(${id}::uuid) and people.id <> ${id}::uuid
      and ${personInScope(scope)}`.execute(db)
  const survivor = rows[0]
  if (!survivor) return notFound({ zh: '人员', en: 'person' })
  throw new Moved(id, survivor.id, 'person.merged', {
    zh: `这条人员记录已经合并到“${survivor.name}”（编号 ${survivor.id}），不能再改动。请打开合并后的记录办理。`,
    en: `This record was merged into “${survivor.name}” (id ${survivor.id}) and takes no changes: use that record.`,
  })
}

/** The record and all that were merged into it, directly or by way of another. */
export async function recordsOf(db: Db, id: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from records_of(${id}::uuid) as id`.execute(db)
  return rows.map((row) => row.id)
}
