/** Reads of notices: those to the account itself, to its organisation, and to its person. */
import { type RawBuilder, sql } from 'kysely'
import type { Actor } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'

export interface NoticeRow {
  id: string
  kind: string
  words: string
  words_en: string
  subject_kind: string
  subject_id: string
  at: Date
  read_at: Date | null
}

/** The latest first. */
export async function listNotices(
  db: Db,
  actor: Actor,
  filter: PageInput & { unread?: boolean | undefined },
): Promise<Page<NoticeRow>> {
  const after = readCursor(filter.cursor, 1)?.[0] ?? null
  const { rows } = await sql<NoticeRow>`
    select id, kind, words, words_en, subject_kind, subject_id, at, read_at from notices
    where ${addressedTo(actor)} and (${after}::uuid is null or id < ${after}::uuid)
      and (${filter.unread ?? null}::boolean is null or (read_at is null) = ${filter.unread ?? null}::boolean)
    order by id desc limit ${filter.limit + 1}`.execute(db)
  return toPage(rows, filter.limit, (row) => [row.id])
}

export async function countUnread(db: Db, actor: Actor): Promise<number> {
  const { rows } = await sql<{ count: number }>`${unread(actor)}`.execute(db)
  return rows[0]!.count
}

/** As a count of a statement. */
export function unread(actor: Actor): RawBuilder<unknown> {
  return sql`select count(*) as count from notices where ${addressedTo(actor)} and read_at is null`
}

/** Of `notices` of the query. An account of nowhere has no organisation's, and only a carer reads a person's. */
export function addressedTo({ account_id, organisation_id, person_id }: Actor): RawBuilder<boolean> {
  return sql`(account_id = ${account_id}::uuid or organisation_id = ${organisation_id}::uuid or person_id = ${person_id}::uuid)`
}
