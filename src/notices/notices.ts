/** Writes of notices: told by other capabilities in their own words, and marked as read by who they are to. */
import { type RawBuilder, sql } from 'kysely'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Message, notFound } from '../platform/errors.ts'
import { addressedTo } from './queries.ts'

export interface NewNotice {
  /** what happened, `class.cancelled`; a word of NOTICE_KINDS */
  kind: string
  /** nothing personal: an organisation's notice is read by all its accounts */
  words: Message
  subject_kind: string
  subject_id: string
}

/** Tells each row of `recipients` (a query of `account_id`, `organisation_id`, `person_id`, two of them null) the same, in one statement. */
export async function writeNotices(
  tx: Tx,
  { now }: Pick<Context, 'now'>,
  recipients: RawBuilder<unknown>,
  { kind, words, subject_kind, subject_id }: NewNotice,
): Promise<void> {
  await sql`insert into notices (account_id, organisation_id, person_id, kind, words, words_en, subject_kind, subject_id, at)
    select r.account_id, r.organisation_id, r.person_id, ${kind}::text, ${words.zh}::text, ${words.en}::text, ${subject_kind}::text, ${subject_id}::uuid,
      ${now}::timestamptz from (${recipients}) r`.execute(tx)
}

/** Tells each row of `told` (a query of the recipient's three columns, `words`, `words_en` and `subject_id`) something of its own, in one statement. */
export async function writeEachNotice(
  tx: Tx,
  { now }: Pick<Context, 'now'>,
  told: RawBuilder<unknown>,
  { kind, subject_kind }: Pick<NewNotice, 'kind' | 'subject_kind'>,
): Promise<void> {
  await sql`insert into notices (account_id, organisation_id, person_id, kind, words, words_en, subject_kind, subject_id, at)
    select t.account_id, t.organisation_id, t.person_id, ${kind}::text, t.words, t.words_en, ${subject_kind}::text, t.subject_id, ${now}::timestamptz
    from (${told}) t`.execute(tx)
}

/** Marks one of the actor's notices as read, or all of them; one that is read stays as it is. Answers how many were not. */
export async function readNotices(tx: Tx, context: Context, id: string | null): Promise<{ read: number }> {
  const { actor, now } = context
  const { rows } = await sql<{ unread: boolean }>`
    with mine as materialized (
      select id, read_at from notices where ${addressedTo(actor)} and ${id ? sql`id = ${id}::uuid` : sql`read_at is null`} for update
    ), marked as (
      update notices set read_at = ${now}, read_by = ${actor.account_id}::uuid from mine where mine.id = notices.id and mine.read_at is null
    )
    select read_at is null as unread from mine`.execute(tx)
  if (id && rows.length === 0) notFound({ zh: '通知', en: 'notice' })
  return { read: rows.filter(({ unread }) => unread).length }
}
