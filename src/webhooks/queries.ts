/** Reads of webhooks: an organisation's own, or those of a division. */
import { type RawBuilder, sql } from 'kysely'
import type { Context, Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { DeliveryState, EventType, FAULTS, Subject } from './rules.ts'
import { SUBJECTS } from './rules.ts'

export interface WebhookRow {
  id: string
  url: string
  events: EventType[]
  disabled_at: Date | null
  disabled_reason: string | null
  former_secret_until: Date | null
  waiting: number
  created_at: Date
  revision: number
}

export async function listWebhooks(db: Db, { scope, now }: Pick<Context, 'scope' | 'now'>): Promise<WebhookRow[]> {
  const { rows } = await sql<WebhookRow>`${webhooks(scope, now)} order by w.id`.execute(db)
  return rows
}

export async function getWebhook(
  db: Db,
  { scope, now }: Pick<Context, 'scope' | 'now'>,
  id: string,
): Promise<WebhookRow> {
  const { rows } = await sql<WebhookRow>`${webhooks(scope, now)} and w.id = ${id}::uuid`.execute(db)
  return rows[0] ?? notFound(WEBHOOK)
}

export const WEBHOOK = { zh: '推送', en: 'webhook' }

function webhooks(scope: Scope, now: Date): RawBuilder<unknown> {
  return sql`
    select w.id, w.url, w.events, w.disabled_at, w.disabled_reason, w.created_at, w.revision,
      (select max(s.ends_at) from webhook_secrets s where s.webhook_id = w.id and s.ends_at > ${now}) as former_secret_until,
      (select count(*) from webhook_deliveries d where d.webhook_id = w.id and d.status = 'waiting') as waiting
    from webhooks w where ${visible(scope)}`
}

/** `w` of the query. */
export function visible(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'organisation') return sql`w.organisation_id = ${scope.organisation_id}::uuid`
  if (scope.kind === 'person') return sql`false`
  return sql`w.district_code like ${`${scope.prefix}%`}`
}

export interface DeliveryRow {
  id: string
  type: EventType
  timestamp: Date
  data: Data
  status: DeliveryState
  next_at: Date | null
  attempts: AttemptRow[]
}
export interface AttemptRow {
  at: Date
  ms: number
  status: number | null
  fault: keyof typeof FAULTS | null
  answer: string | null
}
export interface Data {
  id: string
  kind: string
  href: string
}

interface DeliveryColumns extends Omit<DeliveryRow, 'data' | 'attempts'> {
  subject_kind: Subject
  subject_id: string
  attempts: (Omit<AttemptRow, 'at'> & { at: string })[]
}

/** Of one webhook, the latest event first, each with its attempts. Refuses 404 for a webhook of somebody else. */
export async function listDeliveries(
  db: Db,
  context: Pick<Context, 'scope' | 'now' | 'public_url'>,
  webhook_id: string,
  filter: PageInput & { status?: DeliveryState | undefined },
): Promise<Page<DeliveryRow>> {
  await getWebhook(db, context, webhook_id)
  const after = readCursor(filter.cursor, 1)?.[0] ?? null
  const { rows } = await sql<DeliveryColumns>`
    select d.id, d.type, h.at as timestamp, h.subject_kind, h.subject_id, d.status, case when d.status = 'waiting' then d.next_at end as next_at,
      (select coalesce(jsonb_agg(jsonb_build_object('at', a.at, 'ms', a.ms, 'status', a.status, 'fault', a.fault, 'answer', a.answer) order by a.id), '[]')
        from webhook_attempts a where a.delivery_id = d.id) as attempts
    from webhook_deliveries d join history_events h on h.seq = d.event_seq
    where d.webhook_id = ${webhook_id}::uuid and (${after}::uuid is null or d.id < ${after}::uuid)
      and (${filter.status ?? null}::text is null or d.status = ${filter.status ?? null}::text)
    order by d.id desc limit ${filter.limit + 1}`.execute(db)
  const items = rows.map(({ subject_kind, subject_id, attempts, ...row }) => ({
    ...row,
    data: dataOf(context.public_url, subject_kind, subject_id),
    attempts: attempts.map((attempt) => ({ ...attempt, at: new Date(attempt.at) })),
  }))
  return toPage(items, filter.limit, ({ id }) => [id])
}

/** What is told of a record: where to read it, with the permissions of whoever asks. */
export function dataOf(public_url: string, kind: Subject, id: string): Data {
  return { id, kind, href: `${public_url}${SUBJECTS[kind].path}${id}` }
}
