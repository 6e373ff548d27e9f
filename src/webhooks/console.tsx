/** Pages of webhooks: the list, a new one with its secret, one with its last deliveries. */
import { z } from 'zod'
import { WebhookForm, WebhookSecret } from '../../templates/webhooks/forms.tsx'
import { WebhookPage } from '../../templates/webhooks/webhook.tsx'
import { Webhooks } from '../../templates/webhooks/webhooks.tsx'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { deedPage, subjectName } from '../history/deeds.ts'
import { localTime } from '../platform/calendar.ts'
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import {
  addWebhook,
  amendWebhook,
  disableWebhook,
  enableWebhook,
  replayDelivery,
  rotateSecret,
  type WithSecret,
} from './actions.ts'
import { getWebhook, listDeliveries, listWebhooks, type WebhookRow } from './queries.ts'
import { DELIVERY_STATES, EVENTS, eventsFor, FAULTS } from './rules.ts'
import { disablingShape, newWebhookShape } from './shapes.ts'

const HERE = '/console/webhooks'
const TITLE = { zh: '事件推送', en: 'Webhooks' }

export function webhooksConsole(app: App): void {
  page(app, HERE, 'webhook.read', async ({ c, db, context }) => (
    <Webhooks
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      items={(await listWebhooks(db, context)).map((row) => shown(row, c.get('lang')))}
      may_write={may(context.actor.role, 'webhook.write')}
    />
  ))
  page(app, `${HERE}/new`, 'webhook.write', (call) => webhookForm(call))
  form(
    app,
    HERE,
    'webhook.write',
    z.preprocess(sent, newWebhookShape),
    async ({ c, tx, context, input }) => secretPage(c, await addWebhook(tx, context, c.get('deps').outgoing, input)),
    (call) => webhookForm(call, call),
  )
  page(app, `${HERE}/:id`, 'webhook.read', (call) => webhookPage(call))
  formPage(
    app,
    `${HERE}/:id/amendment`,
    'webhook.write',
    z.preprocess(sent, newWebhookShape.extend({ revision: z.coerce.number().int() })),
    async ({ c, tx, context, params, input: { revision, ...input } }) => {
      await amendWebhook(tx, context, c.get('deps').outgoing, params.id!, revision, input)
      return { to: `${HERE}/${params.id}`, flash: { zh: '已修改。', en: 'Changed.' } }
    },
    webhookForm,
  )
  const nothing = z.object({})
  form(app, `${HERE}/:id/secret-rotation`, 'webhook.write', nothing, async ({ c, tx, context, params }) =>
    secretPage(c, await rotateSecret(tx, context, params.id!)),
  )
  form(
    app,
    `${HERE}/:id/disabling`,
    'webhook.write',
    disablingShape,
    async ({ tx, context, params, input }) => {
      await disableWebhook(tx, context, params.id!, input.reason)
      return { to: `${HERE}/${params.id}`, flash: { zh: '已停用。', en: 'Disabled.' } }
    },
    (call) => webhookPage(call, call),
  )
  form(app, `${HERE}/:id/enabling`, 'webhook.write', nothing, async ({ tx, context, params }) => {
    await enableWebhook(tx, context, params.id!)
    return { to: `${HERE}/${params.id}`, flash: { zh: '已启用。', en: 'Enabled.' } }
  })
  form(
    app,
    `${HERE}/:id/replay`,
    'webhook.write',
    z.object({ delivery_id: z.uuid() }),
    async ({ tx, context, params, input }) => {
      await replayDelivery(tx, context, params.id!, input.delivery_id)
      return {
        to: `${HERE}/${params.id}`,
        flash: { zh: '已安排重发，几秒后刷新本页查看结果。', en: 'It is sent again: load this page in a moment.' },
      }
    },
  )
}

async function webhookForm(call: PageCall, retry?: Retry) {
  const { c, db, context, params } = call
  const webhook = params.id ? await getWebhook(db, context, params.id) : null
  const lang = c.get('lang')
  const known = webhook && { url: webhook.url }
  return (
    <WebhookForm
      frame={frameOf(c, inLanguage(lang, TITLE))}
      id={webhook?.id ?? null}
      choices={eventsFor(context.actor.role).map((type) => ({ value: type, label: eventName(type, lang) }))}
      chosen={retry?.ticked('events') ?? webhook?.events ?? []}
      values={{ ...(retry?.values ?? known), ...(webhook && { revision: String(webhook.revision) }) }}
      errors={faultsFor(c, retry?.refusal).map((fault) => ({
        ...fault,
        pointer: fault.pointer.replace(/^\/events\/\d+$/, '/events'),
      }))}
    />
  )
}

function secretPage(c: PageCall['c'], { id, secret, former_secret_until }: WithSecret) {
  c.header('Cache-Control', 'no-store')
  return (
    <WebhookSecret
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      id={id}
      secret={secret}
      former_until={former_secret_until && localTime(former_secret_until)}
    />
  )
}

async function webhookPage({ c, db, context, params, query }: PageCall, retry?: Retry) {
  const lang = c.get('lang')
  const webhook = await getWebhook(db, context, params.id!)
  const paging = pageShape.safeParse({ limit: 30, cursor: query.cursor }).data ?? { limit: 30 }
  const list = await listDeliveries(db, context, webhook.id, paging)
  return (
    <WebhookPage
      frame={frameOf(c, inLanguage(lang, TITLE))}
      webhook={shown(webhook, lang)}
      deliveries={list.items.map(({ id, type, timestamp, data, status, next_at, attempts }) => ({
        id,
        ...{ event: inLanguage(lang, EVENTS[type].name), type, at: localTime(timestamp) },
        ...{ status, status_name: inLanguage(lang, DELIVERY_STATES[status]), next_at: next_at && localTime(next_at) },
        record: { id: data.id, name: subjectName(data.kind, lang), href: deedPage(data.kind, data.id)! },
        attempts: attempts.map((attempt) => ({
          at: localTime(attempt.at),
          ms: attempt.ms,
          result: attempt.fault ? inLanguage(lang, FAULTS[attempt.fault]) : `HTTP ${attempt.status}`,
          answer: attempt.answer,
        })),
      }))}
      next={list.next_cursor && `${HERE}/${webhook.id}?${new URLSearchParams({ cursor: list.next_cursor })}`}
      may_write={may(context.actor.role, 'webhook.write')}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

function shown(
  { id, url, events, disabled_at, disabled_reason, former_secret_until, waiting }: WebhookRow,
  lang: Lang,
) {
  return {
    ...{ id, url, waiting, disabled_reason, events: events.map((type) => eventName(type, lang)) },
    disabled: disabled_at && localTime(disabled_at),
    former_until: former_secret_until && localTime(former_secret_until),
  }
}

function eventName(type: keyof typeof EVENTS, lang: Lang): string {
  const name: Message = EVENTS[type].name
  return `${inLanguage(lang, name)} (${type})`
}

/** One box that is ticked comes alone, none at all does not come. */
function sent(fields: unknown): unknown {
  const { events = [], ...rest } = fields as Record<string, unknown>
  return { ...rest, events: [events].flat() }
}
