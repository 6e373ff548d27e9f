/** Pages of the keys for an institution's own systems; the page that answers the making shows the key, and none after it. */
import { z } from 'zod'
import { ApiKey, HERE, MadeKey, NewApiKey } from '../../templates/access/api-key.tsx'
import { ApiKeys } from '../../templates/access/api-keys.tsx'
import { addMonthsToDate, localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { getApiKey, isOwn, listApiKeys } from './api-key-queries.ts'
import { LONGEST_MONTHS, READING, scopesFor, WRITING } from './api-key-rules.ts'
import { apiKeyRevocationShape, type MadeApiKey, newApiKeyShape } from './api-key-shapes.ts'
import { makeApiKey, revokeApiKey, rotateApiKey } from './api-keys.ts'
import { filled } from './form-fields.ts'
import { type FormCall, faultsFor, form, frameOf, type PageCall, page, type Retry } from './pages.ts'
import { may } from './rules.ts'

const TITLE = { zh: '接口密钥', en: 'API keys' }

export function apiKeysConsole(app: App): void {
  page(app, HERE, 'api_key.read', async ({ c, db, context, query }) => {
    const { items, next_cursor } = await listApiKeys(
      db,
      context,
      pageShape.parse({ cursor: query.cursor || undefined }),
    )
    return (
      <ApiKeys
        frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
        items={items}
        next={next_cursor && `${HERE}?cursor=${next_cursor}`}
        may_make={may(context.actor.role, 'api_key.write')}
      />
    )
  })
  page(app, `${HERE}/new`, 'api_key.write', async (call) => draft(call))
  form(
    app,
    HERE,
    'api_key.write',
    z.preprocess(withScopes, newApiKeyShape),
    async (call) => shownOnce(call, await makeApiKey(call.tx, call.context, call.input)),
    async (call) => draft(call, call),
  )
  page(app, `${HERE}/:id`, 'api_key.read', (call) => one(call))
  form(
    app,
    `${HERE}/:id/rotation`,
    'api_key.write',
    z.object({}),
    async (call) => shownOnce(call, await rotateApiKey(call.tx, call.context, call.params.id!)),
    (call) => one(call, call),
  )
  form(
    app,
    `${HERE}/:id/revocation`,
    'api_key.write',
    apiKeyRevocationShape,
    async ({ tx, context, params, input }) => {
      const { name, prefix } = await revokeApiKey(tx, context, params.id!, input.reason)
      return {
        to: `${HERE}/${params.id}`,
        flash: {
          zh: `“${name}”的密钥 ${prefix} 已撤销，立即失效。`,
          en: `The key ${prefix} of “${name}” is revoked and opens no more.`,
        },
      }
    },
    (call) => one(call, call),
  )
}

/** Boxes of both groups are the scopes of the key. */
function withScopes(sent: unknown) {
  const { reading, writing, ...fields } = filled()(sent)
  return { ...fields, scopes: [reading ?? [], writing ?? []].flat() }
}

/** No cache keeps it, and the address of the page that shows it is that of the key. */
async function shownOnce({ c, context }: Pick<FormCall<unknown>, 'c' | 'context'>, made: MadeApiKey) {
  c.header('Cache-Control', 'no-store')
  const frame = { ...frameOf(c, inLanguage(c.get('lang'), TITLE)), path: `${HERE}/${made.id}` }
  return <MadeKey frame={frame} made={made} address={context.public_url} />
}

function draft({ c, context }: PageCall, retry?: Retry) {
  const { role } = context.actor
  const today = localDate(context.now)
  const latest = addMonthsToDate(today, LONGEST_MONTHS)
  return (
    <NewApiKey
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      reading={scopesFor(role, READING)}
      writing={scopesFor(role, WRITING)}
      ticked={{ reading: retry?.ticked('reading') ?? [], writing: retry?.ticked('writing') ?? [] }}
      days={{ first: today, last: latest }}
      values={retry?.values ?? { valid_until: latest }}
      errors={faultsFor(c, retry?.refusal).map((fault) => ({
        ...fault,
        pointer: fault.pointer.replace(/^\/scopes.*$/, '/reading'),
      }))}
    />
  )
}

async function one({ c, db, context, params }: PageCall, retry?: Retry) {
  const key = await getApiKey(db, context, params.id!)
  const writes = may(context.actor.role, 'api_key.write')
  return (
    <ApiKey
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      api_key={key}
      may_rotate={writes && isOwn(context.actor, key)}
      may_revoke={writes && key.revoked_at === null}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
