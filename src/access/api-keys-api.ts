/** JSON routes of the keys for an institution's own systems. */
import { z } from 'zod'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { getApiKey, listApiKeys } from './api-key-queries.ts'
import { apiKeyRevocationShape, apiKeyShape, madeApiKeyShape, newApiKeyShape } from './api-key-shapes.ts'
import { makeApiKey, revokeApiKey, rotateApiKey } from './api-keys.ts'
import { read, write } from './route.ts'

const tag = 'access'
const params = z.object({ id: z.uuid() })
const reading = { permission: 'api_key.read', tag } as const
const writing = { method: 'post', permission: 'api_key.write', tag } as const
/** What repeats a call gets the key without what opens: that is kept nowhere. */
const making = { ...writing, answer: madeApiKeyShape, status: 201, shown_once: 'key' } as const

export function apiKeysApi(app: App): void {
  read(
    app,
    {
      ...reading,
      path: '/api-keys',
      name: 'listApiKeys',
      summary: '接口密钥 List API keys',
      query: pageShape,
      answer: z.object({ items: z.array(apiKeyShape), next_cursor: z.string().nullable() }),
    },
    ({ db, context, query }) => listApiKeys(db, context, query),
  )
  read(
    app,
    {
      ...reading,
      path: '/api-keys/{id}',
      name: 'getApiKey',
      summary: '接口密钥详情 Get an API key',
      params,
      answer: apiKeyShape,
    },
    ({ db, context, params }) => getApiKey(db, context, params.id),
  )
  write(
    app,
    {
      ...making,
      path: '/api-keys',
      name: 'makeApiKey',
      summary: '新建接口密钥，只显示一次 Make an API key; it is shown once',
      body: newApiKeyShape,
    },
    ({ tx, context, body }) => makeApiKey(tx, context, body),
  )
  write(
    app,
    {
      ...making,
      path: '/api-keys/{id}/rotation',
      name: 'rotateApiKey',
      summary:
        '更换接口密钥，旧的撤销前仍有效 Make the next key of the same name; the one before opens until it is revoked',
      params,
    },
    ({ tx, context, params }) => rotateApiKey(tx, context, params.id),
  )
  write(
    app,
    {
      ...writing,
      path: '/api-keys/{id}/revocation',
      name: 'revokeApiKey',
      summary: '撤销接口密钥 Revoke an API key',
      params,
      body: apiKeyRevocationShape,
      answer: apiKeyShape,
    },
    ({ tx, context, params, body }) => revokeApiKey(tx, context, params.id, body.reason),
  )
}
