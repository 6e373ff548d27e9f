/** The only file that names environment variables: a plain record in, a frozen Config out, or one sentence that names the setting. */
import { z } from 'zod'

const shape = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  HUYU_ADMIN_PASSWORD: z.string().min(10).optional(),
  HUYU_DEMO_PASSWORD: z.string().min(10).optional(),
  HUYU_KEY: z.string().refine(isKey, '32 bytes in base64, for example from `openssl rand -base64 32`').optional(),
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
  readonly publicUrl: string
  readonly logLevel: string
}

export class ConfigFault extends Error {}

/** Whether a text is 32 bytes in base64. */
export function isKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(text)
}

/** Reads the settings; throws {@link ConfigFault} with one sentence naming every wrong setting. An empty value counts as unset. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.keys(shape.shape).flatMap((key) => (env[key] ? [[key, env[key]]] : [])))
  const parsed = shape.safeParse(given)
  if (!parsed.success)
    throw new ConfigFault(
      `设置有误 / wrong setting: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`).join('; ')}`,
    )
  const s = parsed.data
  if (s.DATABASE_URL && !s.HUYU_KEY)
    throw new ConfigFault(
      '使用 DATABASE_URL 时必须设置 HUYU_KEY（32 字节的 base64），它保护证件号码和银行账号 / HUYU_KEY (32 bytes in base64) is required with DATABASE_URL: it protects ID numbers and bank accounts',
    )
  return Object.freeze({
    host: s.HOST,
    port: s.PORT,
    dataDir: s.DATA_DIR,
    databaseUrl: s.DATABASE_URL ?? null,
    adminPassword: s.HUYU_ADMIN_PASSWORD ?? null,
    demoPassword: s.HUYU_DEMO_PASSWORD ?? null,
    key: s.HUYU_KEY ?? null,
    publicUrl: (s.PUBLIC_URL ?? `http://${s.HOST}:${s.PORT}`).replace(/\/$/, ''),
    logLevel: s.LOG_LEVEL,
  })
}
