/** Public addresses by which anybody proves a certificate without asking us about it: credentials, status lists, keys. */
import type { Context as Call } from 'hono'
import { z } from 'zod'
import { requires } from '../access/guard.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { type Context, SYSTEM, scopeOf } from '../platform/context.ts'
import { notFound } from '../platform/errors.ts'
import type { App, Env } from '../platform/http.ts'
import { readJws } from './jws.ts'
import { unscopedCredential } from './proof-queries.ts'
import { didDocument, jwkSet, listVerifyingKeys } from './public-keys.ts'
import { currentKey } from './signing-keys.ts'
import { getStatusList, LIST_SECONDS, listTag, statusListCredential } from './status-lists.ts'

const JWT = 'application/vc+jwt'
const SHORTLY = `public, max-age=${LIST_SECONDS}`

export function proofsApi(app: App): void {
  publish(app, '/credentials/{id}', JWT, {
    name: 'getCredential',
    summary: '证书的可验证凭证 The certificate as an Open Badge 3.0; the id is the token of the QR code',
    answer: async (c) => {
      // by its token alone: who has it holds the certificate; numbers and ids can be guessed or are known to others
      const jwt = await unscopedCredential(c.get('db'), c.req.param('id') ?? '')
      return asJwt(c, jwt ?? notFound({ zh: '凭证', en: 'credential' }), 'private, max-age=86400')
    },
  })
  publish(app, '/status-lists/{n}', JWT, {
    name: 'getStatusList',
    summary: '凭证状态列表 A Bitstring Status List: odd numbers revocations, even numbers suspensions',
    answer: async (c) => {
      const list = await getStatusList(c.get('db'), listNumber(c.req.param('n')))
      c.header('ETag', await listTag(list, c.get('now')))
      if (isKnown(c)) return unchanged(c, SHORTLY)
      const key = await currentKey(c.get('db'), programContext(c), list.organisation_id)
      const { publicUrl: public_url } = c.get('deps')
      return asJwt(c, await statusListCredential(list, { public_url, now: c.get('now') }, key), SHORTLY)
    },
  })
  publish(app, '/.well-known/jwks.json', 'application/jwk-set+json', {
    name: 'getKeySet',
    summary: '各发证机构的公钥 Public keys of all issuers, retired ones too',
    answer: async (c) => json(c, 'application/jwk-set+json', jwkSet(await listVerifyingKeys(c.get('db')))),
  })
  publish(app, '/.well-known/did.json', 'application/did+json', {
    name: 'getDidDocument',
    summary: 'did:web 文档 The did:web document of the register',
    answer: async (c) =>
      json(c, 'application/did+json', didDocument(c.get('deps').publicUrl, await listVerifyingKeys(c.get('db')))),
  })
}

interface Published {
  name: string
  summary: string
  answer: (c: Call<Env>) => Promise<Response>
}

/** Declares a GET outside `/api/v1` for anybody, from any site: nothing of it is anybody's own. */
function publish(app: App, path: string, produces: string, { name, summary, answer }: Published): void {
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, param]) => param!)
  const described: Parameters<App['openAPIRegistry']['registerPath']>[0] = {
    method: 'get',
    path,
    operationId: name,
    tags: ['proofs'],
    summary,
    security: [],
    request:
      params.length > 0 ? { params: z.object(Object.fromEntries(params.map((param) => [param, z.string()]))) } : {},
    responses: { 200: { description: 'OK', content: { [produces]: { schema: z.string() } } } },
  }
  app.openAPIRegistry.registerPath({ ...described, 'x-permission': 'public' } as never)
  const route = path.replaceAll(/\{(\w+)\}/g, ':$1')
  app.get(route, requires('public', 'get', route), async (c) => {
    c.header('Access-Control-Allow-Origin', '*')
    return answer(c)
  })
}

/** The JWT, or what it says where JSON is asked for. */
async function asJwt(c: Call<Env>, jwt: string, caching: string): Promise<Response> {
  c.header('Cache-Control', caching)
  c.header('Vary', 'Accept')
  const decoded =
    c.req.query('format') === 'json' || /^application\/(ld\+|vc\+)?json\b/.test(c.req.header('accept') ?? '')
  if (!decoded) return c.body(jwt, 200, { 'Content-Type': JWT })
  return c.json((await readJws(jwt, [])).payload)
}

async function json(c: Call<Env>, type: string, value: object): Promise<Response> {
  const text = JSON.stringify(value)
  c.header('ETag', `"${(await sha256Hex(text)).slice(0, 32)}"`)
  if (isKnown(c)) return unchanged(c, SHORTLY)
  return c.body(text, 200, { 'Content-Type': type, 'Cache-Control': SHORTLY })
}

function isKnown(c: Call<Env>): boolean {
  return c.req.header('if-none-match')?.replace(/^W\//, '') === c.res.headers.get('ETag')
}

function unchanged(c: Call<Env>, caching: string): Response {
  return c.body(null, 304, { 'Cache-Control': caching })
}

function listNumber(text: string | undefined): number {
  return /^[1-9]\d{0,8}$/.test(text ?? '') ? Number(text) : notFound({ zh: '状态列表', en: 'status list' })
}

/** The register itself signs its lists, whoever asks. */
function programContext(c: Call<Env>): Context {
  const { vault, assets, publicUrl: public_url } = c.get('deps')
  return {
    actor: SYSTEM,
    scope: scopeOf(SYSTEM),
    now: c.get('now'),
    request_id: c.get('request_id'),
    vault,
    assets,
    public_url,
  }
}
