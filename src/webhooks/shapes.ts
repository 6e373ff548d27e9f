/** What comes in and goes out about webhooks. */
import { z } from 'zod'
import { reason } from '../organisations/shapes.ts'
import { listOf } from '../people/shapes.ts'
import { pageShape } from '../platform/paging.ts'
import { DELIVERY_STATES, type DeliveryState, EVENT_TYPES, FAULTS } from './rules.ts'

const url = z.string().trim().min(10).max(500)
const events = z
  .array(z.enum(EVENT_TYPES))
  .min(1)
  .transform((types) => [...new Set(types)])

export const newWebhookShape = z.strictObject({ url, events }).meta({
  id: 'NewWebhook',
  example: { url: 'https://hr.example.cn/huyu', events: ['certificate.issued', 'import.finished'] },
})
export const webhookAmendmentShape = z
  .strictObject({ url: url.optional(), events: events.optional() })
  .meta({ id: 'WebhookAmendment', example: { events: ['certificate.revoked'] } })
export const disablingShape = z
  .strictObject({ reason })
  .meta({ id: 'WebhookDisabling', example: { reason: '接收系统停机维护' } })

export const webhookShape = z
  .object({
    id: z.uuid(),
    url: z.string(),
    events: z.array(z.string()),
    disabled_at: z.date().nullable(),
    disabled_reason: z.string().nullable(),
    former_secret_until: z.date().nullable().describe('until then the former secret signs too'),
    waiting: z.number().int().describe('deliveries that are still to be made'),
    created_at: z.date(),
    revision: z.number().int(),
  })
  .meta({ id: 'Webhook' })
export const webhooksShape = z.object({ items: z.array(webhookShape), next_cursor: z.null() })
export const webhookSecretShape = webhookShape
  .extend({
    secret: z
      .string()
      .nullable()
      .describe('whsec_…, shown this once: null where the same Idempotency-Key is sent again'),
  })
  .meta({ id: 'WebhookSecret' })

export const deliveryIdShape = z.object({ id: z.uuid(), delivery_id: z.uuid() })
export const deliveryFilterShape = pageShape.extend({
  status: z.enum(Object.keys(DELIVERY_STATES) as DeliveryState[]).optional(),
})
const dataShape = z
  .object({
    id: z.string(),
    kind: z.string().describe('certificate, import or allowance_run'),
    href: z.string().describe('where to read it, with the permissions of whoever asks'),
  })
  .meta({ id: 'WebhookData' })

/** What is sent: what happened to which record, and nothing of what is in it. */
export const messageShape = z
  .object({ type: z.enum(EVENT_TYPES), timestamp: z.string().describe('when it happened'), data: dataShape })
  .meta({ id: 'WebhookMessage' })
export const messageHeadersShape = z.object({
  'webhook-id': z.string().describe('the same for every attempt'),
  'webhook-timestamp': z.string().describe('seconds, of the attempt'),
  'webhook-signature': z.string(),
})

const deliveryShape = z
  .object({
    id: z.uuid().describe('the webhook-id header'),
    type: z.string(),
    timestamp: z.date(),
    data: dataShape,
    status: z.enum(Object.keys(DELIVERY_STATES) as DeliveryState[]),
    next_at: z.date().nullable().describe('of a waiting one'),
    attempts: z.array(
      z.object({
        at: z.date(),
        ms: z.number().int(),
        status: z.number().int().nullable().describe('what the receiver answered'),
        fault: z
          .enum(Object.keys(FAULTS) as (keyof typeof FAULTS)[])
          .nullable()
          .describe('why it answered nothing'),
        answer: z.string().nullable().describe('its first 200 characters'),
      }),
    ),
  })
  .meta({ id: 'WebhookDelivery' })
export const deliveriesShape = listOf(deliveryShape)
