/** JSON routes of webhooks, their deliveries and sending one again; and what the receiver gets. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { App } from '../platform/http.ts'
import { addWebhook, amendWebhook, disableWebhook, enableWebhook, replayDelivery, rotateSecret } from './actions.ts'
import { getWebhook, listDeliveries, listWebhooks } from './queries.ts'
import {
  deliveriesShape,
  deliveryFilterShape,
  deliveryIdShape,
  disablingShape,
  messageHeadersShape,
  messageShape,
  newWebhookShape,
  webhookAmendmentShape,
  webhookSecretShape,
  webhookShape,
  webhooksShape,
} from './shapes.ts'

const reading = { tag: 'webhooks', permission: 'webhook.read' } as const
const writing = { tag: 'webhooks', permission: 'webhook.write', method: 'post' } as const

export function webhooksApi(app: App): void {
  app.openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'event',
    operationId: 'receiveEvent',
    tags: ['webhooks'],
    summary: '发给接收地址的通知 What is posted to the address of a webhook',
    description:
      'Signed as Standard Webhooks say: `webhook-signature` holds `v1,` and the base64 HMAC-SHA-256 of `webhook-id.webhook-timestamp.body` under the secret, one for each secret in use. Any 2xx within ten seconds is taken for received, 410 disables the webhook, anything else is tried again for three days. The same webhook-id may come more than once, and events not in their order.',
    security: [],
    request: {
      headers: messageHeadersShape,
      body: { required: true, content: { 'application/json': { schema: messageShape as never } } },
    },
    responses: { '2XX': { description: 'received' }, 410: { description: 'not wanted any more' } },
  } as never)
  read(
    app,
    { ...reading, path: '/webhooks', name: 'listWebhooks', summary: '事件推送 List webhooks', answer: webhooksShape },
    async ({ db, context }) => ({ items: await listWebhooks(db, context), next_cursor: null }),
  )
  read(
    app,
    {
      ...reading,
      path: '/webhooks/{id}',
      name: 'getWebhook',
      summary: '推送 Get a webhook',
      params: idShape,
      answer: webhookShape,
    },
    ({ db, context, params }) => getWebhook(db, context, params.id),
  )
  write(
    app,
    {
      ...writing,
      path: '/webhooks',
      name: 'addWebhook',
      summary:
        '新增推送，答复中的密钥只显示这一次 Add a webhook: Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature); the secret is shown this once',
      body: newWebhookShape,
      answer: webhookSecretShape,
      status: 201,
      shown_once: 'secret',
    },
    ({ c, tx, context, body }) => addWebhook(tx, context, c.get('deps').outgoing, body),
  )
  write(
    app,
    {
      ...writing,
      method: 'patch',
      path: '/webhooks/{id}',
      name: 'amendWebhook',
      summary: '修改地址或事件 Change the address or the events',
      params: idShape,
      body: webhookAmendmentShape,
      answer: webhookShape,
    },
    ({ c, tx, context, params, revision, body }) =>
      amendWebhook(tx, context, c.get('deps').outgoing, params.id, revision, body),
  )
  write(
    app,
    {
      ...writing,
      path: '/webhooks/{id}/secret-rotation',
      name: 'rotateWebhookSecret',
      summary: '更换密钥，24 小时内新旧两个都签名 Exchange the secret: for 24 hours both sign',
      params: idShape,
      answer: webhookSecretShape,
      shown_once: 'secret',
    },
    ({ tx, context, params }) => rotateSecret(tx, context, params.id),
  )
  write(
    app,
    {
      ...writing,
      path: '/webhooks/{id}/disabling',
      name: 'disableWebhook',
      summary: '停用 Disable a webhook: what waits is kept, what happens meanwhile is not told',
      params: idShape,
      body: disablingShape,
      answer: webhookShape,
    },
    ({ tx, context, params, body }) => disableWebhook(tx, context, params.id, body.reason),
  )
  write(
    app,
    {
      ...writing,
      path: '/webhooks/{id}/enabling',
      name: 'enableWebhook',
      summary: '启用 Enable it again',
      params: idShape,
      answer: webhookShape,
    },
    ({ tx, context, params }) => enableWebhook(tx, context, params.id),
  )
  read(
    app,
    {
      ...reading,
      path: '/webhooks/{id}/deliveries',
      name: 'listWebhookDeliveries',
      summary: '投递与每次尝试 List deliveries with their attempts',
      params: idShape,
      query: deliveryFilterShape,
      answer: deliveriesShape,
    },
    ({ db, context, params, query }) => listDeliveries(db, context, params.id, query),
  )
  write(
    app,
    {
      ...writing,
      path: '/webhooks/{id}/deliveries/{delivery_id}/replay',
      name: 'replayWebhookDelivery',
      summary: '重发 Send a delivery again, under the same webhook-id',
      params: deliveryIdShape,
      status: 204,
    },
    async ({ tx, context, params }) => {
      await replayDelivery(tx, context, params.id, params.delivery_id)
      return {}
    },
  )
}
