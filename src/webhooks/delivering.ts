/** Sending: claimed for a minute in one statement, posted outside any transaction, the attempt written down; killed in between, it is sent again under the same id. */
import { sql } from 'kysely'
import { Webhook } from 'standardwebhooks'
import { writeNotices } from '../notices/notices.ts'
import { type Context, SYSTEM } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import type { Deps } from '../platform/http.ts'
import type { Answered } from '../platform/outgoing.ts'
import { setDisabled } from './actions.ts'
import { fillOutbox } from './outbox.ts'
import { dataOf } from './queries.ts'
import { type EventType, GAPS, type Subject } from './rules.ts'

export type Sender = Pick<Deps, 'vault' | 'publicUrl' | 'outgoing' | 'now' | 'log'>

/** Longer than an attempt can take. */
const LEASE_SECONDS = 60
/** At once; of one webhook fewer, so that a slow receiver keeps no other waiting for long. */
const AT_ONCE = 50
const OF_ONE = 5

interface Due {
  id: string
  webhook_id: string
  url: string
  type: EventType
  tries: number
  at: Date
  subject_kind: Subject
  subject_id: string
  secrets: string[]
}

/** Tells what is due of what happened. Any number of processes may call it at the same time. Answers whether there was anything to do. */
export async function deliverWebhooks(db: Db, sender: Sender): Promise<boolean> {
  const filled = await fillOutbox(db, sender.now())
  const due = await claim(db, sender.now())
  await Promise.all(
    due.map((delivery) =>
      deliver(db, sender, delivery).catch((error: Error & { code?: string }) => {
        // it is tried again when the claim has run out
        sender.log.error({ delivery_id: delivery.id, name: error.name, code: error.code }, 'webhook fault')
      }),
    ),
  )
  return filled || due.length > 0
}

/** While it is claimed it is not due: whoever dies with it has lost it after a minute. */
async function claim(db: Db, now: Date): Promise<Due[]> {
  const { rows } = await sql<Due>`
    with due as materialized (
      select d.id from webhooks w cross join lateral (
        select d.id, d.next_at from webhook_deliveries d where d.webhook_id = w.id and d.status = 'waiting' and d.next_at <= ${now}
        order by d.next_at, d.id limit ${OF_ONE} for update skip locked
      ) d where w.disabled_at is null order by d.next_at, d.id limit ${AT_ONCE}
    )
    update webhook_deliveries d set next_at = ${after(now, LEASE_SECONDS)}
    from due, webhooks w, history_events h where d.id = due.id and w.id = d.webhook_id and h.seq = d.event_seq
    returning d.id, d.webhook_id, w.url, d.type, d.tries, h.at, h.subject_kind, h.subject_id, array(
      select s.secret_sealed from webhook_secrets s where s.webhook_id = w.id and (s.ends_at is null or s.ends_at > ${now})
      order by s.ends_at desc) as secrets`.execute(db)
  return rows
}

async function deliver(db: Db, sender: Sender, delivery: Due): Promise<void> {
  const { id, url, type, at, subject_kind, subject_id } = delivery
  const data = dataOf(sender.publicUrl, subject_kind, subject_id)
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data })
  const sent_at = sender.now()
  const secrets = await Promise.all(delivery.secrets.map((sealed) => sender.vault.open(sealed)))
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Huyu',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(sent_at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, sent_at, body)).join(' '),
  }
  const started = performance.now()
  const answered = await sender.outgoing.post(url, headers, body)
  const ms = Math.round(performance.now() - started)
  await db.transaction().execute((tx) => noteAttempt(tx, sender.now(), delivery, { ...answered, ms, at: sent_at }))
}

/** Writes the attempt and what follows from it. */
async function noteAttempt(
  tx: Tx,
  now: Date,
  { id, webhook_id, url, tries: before }: Due,
  { at, ms, status, fault, text }: Answered & { at: Date; ms: number },
): Promise<void> {
  await tx
    .insertInto('webhook_attempts')
    .values({ delivery_id: id, at, ms, status: status ?? null, fault: fault ?? null, answer: text ?? null })
    .execute()
  const delivered = status !== undefined && status >= 200 && status < 300
  const tries = before + 1
  const gap = GAPS[tries]
  const state = delivered ? 'delivered' : gap === undefined ? 'given_up' : 'waiting'
  await tx
    .updateTable('webhook_deliveries')
    .set({ status: state, tries, ...(state === 'waiting' && { next_at: after(now, gap!) }) })
    .where('id', '=', id)
    // replayed or sent by another process meanwhile, it goes its own way
    .where('status', '=', 'waiting')
    .where('tries', '=', before)
    .execute()
  const { host } = new URL(url)
  if (status === 410) await disableGone(tx, { now, request_id: id }, webhook_id, host)
  if (state === 'given_up') await tellOwner(tx, { now }, webhook_id, 'webhook.given_up', givenUp(host))
}

function after(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000)
}

const GONE = '接收方答复 410：不再接收 / the receiver answered 410, gone'

async function disableGone(
  tx: Tx,
  { now, request_id }: Pick<Context, 'now' | 'request_id'>,
  webhook_id: string,
  host: string,
): Promise<void> {
  const webhook = await tx
    .selectFrom('webhooks')
    .select(['id', 'organisation_id', 'district_code'])
    .where('id', '=', webhook_id)
    .where('disabled_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (!webhook) return
  await tellOwner(tx, { now }, webhook_id, 'webhook.gone', {
    zh: `${host} 答复 410（不再接收），推送已停用。`,
    en: `${host} answered 410, gone: the webhook is disabled.`,
  })
  await setDisabled(tx, { actor: SYSTEM, now, request_id }, webhook, GONE)
}

function givenUp(host: string): Message {
  return {
    zh: `发往 ${host} 的推送三天内没有送达，已放弃。请检查接收系统，再从推送页面重发。`,
    en: `A webhook to ${host} could not be delivered for three days and was given up: look at the receiver, then send it again from the page of the webhook.`,
  }
}

/** The organisation, or whoever set it up for a division; not again before they have read it. */
async function tellOwner(
  tx: Tx,
  context: Pick<Context, 'now'>,
  webhook_id: string,
  kind: string,
  words: Message,
): Promise<void> {
  const owner = sql`select case when w.organisation_id is null then w.created_by end as account_id, w.organisation_id, null::uuid as person_id
    from webhooks w where w.id = ${webhook_id}::uuid
      and not exists (select from notices n where n.subject_id = w.id and n.kind = ${kind} and n.read_at is null)`
  await writeNotices(tx, context, owner, { kind, words, subject_kind: 'webhook', subject_id: webhook_id })
}
