/** The only file that names environment variables: a plain record in, a frozen Config out, or one sentence that names the setting. */
import { z } from 'zod'
import { isOnThisMachine } from './access/identity.ts'
import type { SingleSignOn } from './platform/http.ts'
import { readKey } from './platform/vault.ts'

const KEY = '32 bytes in base64, perhaps with an id in front (k2:…), for example from `openssl rand -base64 32`'

const shape = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  HUYU_ADMIN_PASSWORD: z.string().min(10).optional(),
  HUYU_DEMO_PASSWORD: z.string().min(10).optional(),
  HUYU_KEY: z.string().refine(isKey, KEY).optional(),
  HUYU_OLD_KEYS: z
    .string()
    .transform((text) => text.split(',').map((key) => key.trim()))
    .refine((keys) => keys.every(isKey), `comma-separated, each ${KEY}`)
    .optional(),
  HUYU_WEBHOOK_PRIVATE: z.stringbool().default(false),
  HUYU_SSO_ISSUER: z.url().refine(isIssuer, 'https, or http on localhost').optional(),
  HUYU_SSO_CLIENT_ID: z.string().min(1).optional(),
  HUYU_SSO_CLIENT_SECRET: z.string().min(1).optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

export interface Config {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly databaseUrl: string | null
  readonly adminPassword: string | null
  readonly demoPassword: string | null
  /** 32 bytes in base64; null only where the embedded database makes and keeps its own */
  readonly key: string | null
  /** keys that still open what they sealed, none of them with the id of another */
  readonly oldKeys: readonly string[]
  readonly publicUrl: string
  /** webhooks may go to addresses of one's own network, and without TLS to this machine */
  readonly webhookPrivate: boolean
  readonly singleSignOn: Readonly<SingleSignOn> | null
  readonly logLevel: string
}

export class ConfigFault extends Error {}

/** Whether a text is 32 bytes in base64, with an id in front or without. */
function isKey(text: string): boolean {
  return readKey(text) !== null
}

/** An id that two keys have, or null. */
export function sharedKeyId(keys: readonly string[]): string | null {
  const ids = keys.map((key) => readKey(key)?.id ?? '')
  return ids.find((id, index) => ids.indexOf(id) !== index) ?? null
}

/** Reads the settings; throws {@link ConfigFault} with one sentence naming every wrong setting. An empty value counts as unset. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.keys(shape.shape).flatMap((key) => (env[key] ? [[key, env[key]]] : [])))
  const parsed = shape.safeParse(given)
  if (!parsed.success)
    throw new ConfigFault(
      `设置有误 / wrong setting: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message.replace('\n', ' / ')})`).join('; ')}`,
    )
  const s = parsed.data
  if (s.DATABASE_URL && !s.HUYU_KEY)
    throw new ConfigFault(
      '使用 DATABASE_URL 时必须设置 HUYU_KEY（32 字节的 base64），它保护证件号码和银行账号 / HUYU_KEY (32 bytes in base64) is required with DATABASE_URL: it protects ID numbers and bank accounts',
    )
  const oldKeys = s.HUYU_OLD_KEYS ?? []
  if (oldKeys.length > 0 && !s.HUYU_KEY)
    throw new ConfigFault(
      '设置了 HUYU_OLD_KEYS 却没有 HUYU_KEY：旧密钥只能打开，加密要用新的 / HUYU_OLD_KEYS without HUYU_KEY: old keys only open, a current one must seal',
    )
  const shared = sharedKeyId([...(s.HUYU_KEY ? [s.HUYU_KEY] : []), ...oldKeys])
  if (shared)
    throw new ConfigFault(
      `HUYU_KEY 与 HUYU_OLD_KEYS 中有两把密钥的编号都是 ${shared}，请给新密钥另起编号，如 k2:… / two keys in HUYU_KEY and HUYU_OLD_KEYS have the id ${shared}: give the new one another, k2:…`,
    )
  return Object.freeze({
    host: s.HOST,
    port: s.PORT,
    dataDir: s.DATA_DIR,
    databaseUrl: s.DATABASE_URL ?? null,
    adminPassword: s.HUYU_ADMIN_PASSWORD ?? null,
    demoPassword: s.HUYU_DEMO_PASSWORD ?? null,
    key: s.HUYU_KEY ?? null,
    oldKeys,
    singleSignOn: readSingleSignOn(s),
    publicUrl: (s.PUBLIC_URL ?? `http://${s.HOST}:${s.PORT}`).replace(/\/$/, ''),
    webhookPrivate: s.HUYU_WEBHOOK_PRIVATE,
    logLevel: s.LOG_LEVEL,
  })
}

function isIssuer(address: string): boolean {
  return address.startsWith('https:') || isOnThisMachine(address)
}

/** All three settings, or none. */
function readSingleSignOn(s: z.output<typeof shape>): SingleSignOn | null {
  const { HUYU_SSO_ISSUER: issuer, HUYU_SSO_CLIENT_ID: clientId, HUYU_SSO_CLIENT_SECRET: clientSecret } = s
  if (issuer && clientId && clientSecret) return Object.freeze({ issuer, clientId, clientSecret })
  if (issuer || clientId || clientSecret)
    throw new ConfigFault(
      '统一身份认证要同时设置 HUYU_SSO_ISSUER、HUYU_SSO_CLIENT_ID 和 HUYU_SSO_CLIENT_SECRET / single sign-on needs HUYU_SSO_ISSUER, HUYU_SSO_CLIENT_ID and HUYU_SSO_CLIENT_SECRET together',
    )
  return null
}
