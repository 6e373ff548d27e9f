/** Writes of webhooks: where to tell of what, the secret that signs, and sending again. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { refuseStale } from '../access/route.ts'
import { type Recorder, recordHistory } from '../history/actions.ts'
import { bytesToBase64 } from '../platform/bytes.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import type { Outgoing } from '../platform/outgoing.ts'
import { getWebhook, visible, WEBHOOK, type WebhookRow } from './queries.ts'
import { BOTH_SECRETS_HOURS, type EventType, eventFaults, MAX_WEBHOOKS, urlFaults } from './rules.ts'
import type { newWebhookShape, webhookAmendmentShape } from './shapes.ts'

export type WithSecret = WebhookRow & { secret: string }
type Network = Pick<Outgoing, 'to_private'>

/**
 * Tells the address of what happens from now on in the actor's organisation, or in their division. Answers the secret, which nobody sees
 * again. Refuses faults `webhook.url`, `webhook.event`, and `webhook.too_many`.
 */
export async function addWebhook(
  tx: Tx,
  context: Context,
  network: Network,
  { url, events }: z.output<typeof newWebhookShape>,
): Promise<WithSecret> {
  const { actor, now, scope } = context
  refuseFaults([...urlFaults(url, network.to_private), ...eventFaults(actor.role, events)])
  const organisation_id = scope.kind === 'organisation' ? scope.organisation_id : null
  const district_code = organisation_id ? null : (actor.district_code ?? '000000')
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from webhooks where organisation_id = ${organisation_id}::uuid or district_code = ${district_code}`.execute(
    tx,
  )
  if (rows[0]!.count >= MAX_WEBHOOKS)
    refuse('conflict', 'webhook.too_many', {
      zh: `已有 ${MAX_WEBHOOKS} 个推送，不能再加。请修改不用的那个。`,
      en: `There are ${MAX_WEBHOOKS} webhooks, which is the most: change one that is not needed.`,
    })
  const { id } = await tx
    .insertInto('webhooks')
    .values({
      ...{ organisation_id, district_code, url, events, created_by: actor.account_id, created_at: now },
      told_from: lastDeed(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const secret = await newSecret(tx, context, id)
  await record(tx, context, 'added', { id, organisation_id, district_code }, { changes: { to: originOf(url), events } })
  return { ...(await getWebhook(tx, context, id)), secret }
}

/** Refuses `revision.stale` (412), faults `webhook.url`, `webhook.event`. What is the same is no change. */
export async function amendWebhook(
  tx: Tx,
  context: Context,
  network: Network,
  id: string,
  revision: number,
  input: z.output<typeof webhookAmendmentShape>,
): Promise<WebhookRow> {
  const known = await lockWebhook(tx, context, id)
  if (known.revision !== revision) refuseStale()
  const { url = known.url, events = known.events } = input
  refuseFaults([...urlFaults(url, network.to_private), ...eventFaults(context.actor.role, events)])
  const changes = {
    ...(url === known.url ? {} : { to: [originOf(known.url), originOf(url)] }),
    ...(events.join() === known.events.join() ? {} : { events: [known.events, events] }),
  }
  if (Object.keys(changes).length > 0) {
    await tx
      .updateTable('webhooks')
      .set({ url, events, revision: revision + 1 })
      .where('id', '=', id)
      .execute()
    await record(tx, context, 'changed', known, { changes })
  }
  return getWebhook(tx, context, id)
}

/** From now on nothing is sent; what waits, waits. Refuses `webhook.disabled_already`. */
export async function disableWebhook(tx: Tx, context: Context, id: string, reason: string): Promise<WebhookRow> {
  const known = await lockWebhook(tx, context, id)
  if (known.disabled_at)
    refuse('conflict', 'webhook.disabled_already', {
      zh: '这个推送已经停用。',
      en: 'This webhook is disabled already.',
    })
  await setDisabled(tx, context, known, reason)
  return getWebhook(tx, context, id)
}

/** With the event that says why; of a webhook that is locked. */
export async function setDisabled(tx: Tx, context: Recorder, webhook: Owned, reason: string): Promise<void> {
  await tx
    .updateTable('webhooks')
    .set((eb) => ({ disabled_at: context.now, disabled_reason: reason, revision: eb('revision', '+', 1) }))
    .where('id', '=', webhook.id)
    .execute()
  await record(tx, context, 'disabled', webhook, { reason })
}

/** What waited is sent, and what happens from now on; what happened in between is not. Refuses `webhook.not_disabled`. */
export async function enableWebhook(tx: Tx, context: Context, id: string): Promise<WebhookRow> {
  const known = await lockWebhook(tx, context, id)
  if (!known.disabled_at)
    refuse('conflict', 'webhook.not_disabled', {
      zh: '这个推送没有停用，不需要启用。',
      en: 'This webhook is not disabled.',
    })
  await tx
    .updateTable('webhooks')
    .set((eb) => ({
      disabled_at: null,
      disabled_reason: null,
      told_from: lastDeed(),
      revision: eb('revision', '+', 1),
    }))
    .where('id', '=', id)
    .execute()
  await record(tx, context, 'enabled', known)
  return getWebhook(tx, context, id)
}

/** Answers a new secret; for 24 hours the former one signs beside it. */
export async function rotateSecret(tx: Tx, context: Context, id: string): Promise<WithSecret> {
  const known = await lockWebhook(tx, context, id)
  await tx.deleteFrom('webhook_secrets').where('webhook_id', '=', id).where('ends_at', '<=', context.now).execute()
  const ends_at = new Date(context.now.getTime() + BOTH_SECRETS_HOURS * 3_600_000)
  await tx
    .updateTable('webhook_secrets')
    .set({ ends_at })
    .where('webhook_id', '=', id)
    .where('ends_at', 'is', null)
    .execute()
  const secret = await newSecret(tx, context, id)
  await record(tx, context, 'secret_rotated', known)
  return { ...(await getWebhook(tx, context, id)), secret }
}

/** Sends an event once more, with the same webhook-id, from the first gap on. Refuses `webhook.disabled`. */
export async function replayDelivery(tx: Tx, context: Context, id: string, delivery_id: string): Promise<void> {
  const known = await lockWebhook(tx, context, id)
  if (known.disabled_at)
    refuse('conflict', 'webhook.disabled', {
      zh: '这个推送已停用，请先启用再重发。',
      en: 'This webhook is disabled: enable it, then send again.',
    })
  const { numUpdatedRows } = await tx
    .updateTable('webhook_deliveries')
    .set({ status: 'waiting', tries: 0, next_at: context.now })
    .where('id', '=', delivery_id)
    .where('webhook_id', '=', id)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) notFound({ zh: '投递', en: 'delivery' })
  await record(tx, context, 'replayed', known, { changes: { delivery_id } })
}

export interface Owned {
  id: string
  organisation_id: string | null
  district_code: string | null
}

async function lockWebhook(tx: Tx, { scope }: Context, id: string) {
  const row = await tx
    .selectFrom('webhooks as w')
    .select(['id', 'organisation_id', 'district_code', 'url', 'events', 'disabled_at', 'revision'])
    .where('id', '=', id)
    .where(visible(scope))
    .forUpdate()
    .executeTakeFirst()
  return row ? { ...row, events: row.events as EventType[] } : notFound(WEBHOOK)
}

function lastDeed() {
  return sql<number>`(select coalesce(max(seq), 0) from history_events)`
}

async function newSecret(tx: Tx, { vault, now }: Context, webhook_id: string): Promise<string> {
  const secret = `whsec_${bytesToBase64(crypto.getRandomValues(new Uint8Array(32)))}`
  await tx
    .insertInto('webhook_secrets')
    .values({ webhook_id, secret_sealed: await vault.seal(secret), made_at: now })
    .execute()
  return secret
}

/** Its path and query may be as good as a password. */
function originOf(url: string): string {
  return new URL(url).origin
}

async function record(
  tx: Tx,
  context: Recorder,
  verb: string,
  { id, organisation_id, district_code }: Owned,
  more: { reason?: string; changes?: Record<string, unknown> } = {},
): Promise<void> {
  await recordHistory(tx, context, {
    ...{ kind: `webhook.${verb}`, subject_kind: 'webhook', subject_id: id, organisation_id, district_code },
    ...more,
  })
}
