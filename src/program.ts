/** What the server and the command line share on Node: the database opened and current, the vault, the log. */
import { sql } from 'kysely'
import { pino } from 'pino'
import { loadReference } from '../db/load-reference.ts'
import { MigrationFault, migrate } from '../db/migrate.ts'
import { migrationState } from '../db/migrations/state.ts'
import { addAccount } from './access/actions.ts'
import { constraints } from './app.ts'
import { type Config, ConfigFault } from './config.ts'
import { addKey, keptKeys } from './key-file.ts'
import { systemNow } from './platform/calendar.ts'
import { SYSTEM } from './platform/context.ts'
import { type Db, openPostgres, refusalOf } from './platform/database.ts'
import { DirectoryInUse, openEmbedded } from './platform/embedded.ts'
import { Refusal } from './platform/errors.ts'
import type { Deps } from './platform/http.ts'
import { nodeAssets } from './platform/node-assets.ts'
import { AddressFault } from './platform/node-server.ts'
import { openVault, randomToken, type Vault } from './platform/vault.ts'

export interface Program {
  db: Db
  /** names of the migrations applied by opening it */
  applied: string[]
  runner: Pick<Deps, 'vault' | 'assets' | 'log'>
  /** makes a new key and answers the vault that seals with it; null where the keys are settings */
  addKey: (() => Promise<Vault>) | null
  /** makes the account `admin` when there is none, and prints its password once */
  firstAdmin(config: Config): Promise<void>
  /** the whole database as a tar; null on PostgreSQL, which has pg_dump */
  dump: (() => Promise<Uint8Array>) | null
  close(): Promise<void>
}

/**
 * Opens the embedded database and brings it to the newest schema, or connects to DATABASE_URL, which an operator must have
 * migrated (`migrateNow` for the command that does it). Throws a fault that {@link explain} puts into one sentence.
 */
export async function openProgram(config: Config, options: { migrateNow?: boolean } = {}): Promise<Program> {
  const embedded = config.databaseUrl === null ? await openEmbedded(config.dataDir) : null
  const db = embedded?.db ?? openPostgres(config.databaseUrl!)
  const close = () => (embedded ? embedded.close() : db.destroy())
  try {
    let applied: string[] = []
    if (embedded || options.migrateNow) {
      applied = (await migrate(db)).applied
      await loadReference(db)
      // a server gathers its statistics by itself; the embedded database never does, and its plans would stay those of empty tables
      if (embedded) await sql`analyze`.execute(db)
    } else await requireCurrent(db)
    const [key, ...oldKeys] = config.key ? [config.key, ...config.oldKeys] : keptKeys(config.dataDir)
    const vault = await openVault(key!, oldKeys)
    await requireRightKey(db, vault)
    const log = pino({ level: config.logLevel, base: null }, pino.destination(2))
    return {
      db,
      applied,
      runner: { vault, assets: nodeAssets, log },
      addKey: config.key
        ? null
        : async () => {
            const [current, ...old] = addKey(config.dataDir)
            return openVault(current, old)
          },
      firstAdmin: (settings) => firstAdmin(db, settings),
      dump: embedded?.dump ?? null,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function requireCurrent(db: Db): Promise<void> {
  const state = await migrationState(db)
  if (state === 'unmigrated')
    throw new MigrationFault(
      '数据库结构不是最新的，请先执行 `npm run huyu -- migrate` / the database is not migrated: run `npm run huyu -- migrate` first',
    )
  if (state === 'newer')
    throw new MigrationFault(
      '数据库比程序新，请升级程序 / the database is newer than this program: upgrade the program',
    )
}

/** A wrong key would register everybody a second time under hashes of its own: found out before anything is served. */
async function requireRightKey(db: Db, vault: Vault): Promise<void> {
  const last = await db
    .selectFrom('people')
    .select('id_number_sealed')
    .where('id_number_sealed', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last) await vault.open(last.id_number_sealed!)
}

async function firstAdmin(db: Db, config: Config): Promise<void> {
  const known = await db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()
  if (known) return
  const password = config.adminPassword ?? randomToken(12)
  const context = { actor: SYSTEM, now: systemNow(), request_id: 'first-start' }
  await db
    .transaction()
    .execute((tx) => addAccount(tx, context, { username: 'admin', display_name: '管理员', role: 'admin', password }))
  console.log(
    `首次启动：管理员账号 admin，密码 ${config.adminPassword ? '(HUYU_ADMIN_PASSWORD)' : password} / first start: account admin with this password`,
  )
}

const FAULTS = [ConfigFault, MigrationFault, DirectoryInUse, AddressFault]

/** One sentence for the person at the terminal; a fault nobody foresaw keeps its stack. */
export function explain(error: unknown): string {
  if (FAULTS.some((fault) => error instanceof fault)) return (error as Error).message
  if (error instanceof Refusal) return wordsOf(error)
  const { code = '', message, stack } = error as Error & { code?: string }
  // pg gives these two no code
  const known = /^SASL/.test(message)
    ? '28P01'
    : /connection timeout|trying to connect/i.test(message)
      ? 'ETIMEDOUT'
      : code
  switch (known) {
    case 'EACCES':
    case 'EEXIST':
    case 'ENOENT':
    case 'ENOSPC':
    case 'ENOTDIR':
    case 'EROFS':
      return `文件读写失败，请检查 DATA_DIR 或给出的文件名 / a file cannot be read or written, check DATA_DIR or the file name: ${message}`
    case 'EAI_AGAIN':
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
      return '连不上 DATABASE_URL 所指的数据库，请检查地址与网络 / the database at DATABASE_URL cannot be reached: check the address and the network'
    case '53300':
    case '57P03':
      return 'DATABASE_URL 所指的数据库暂时不接受连接，请稍后再试 / the database at DATABASE_URL takes no connections just now: try again shortly'
    case '57P01':
      return `数据库打不开或已停止 / the database cannot be opened or has stopped: ${message}`
    case '28P01':
    case '28000':
      return 'DATABASE_URL 的账号或密码不对 / the database refused the account or password in DATABASE_URL'
    case '3D000':
      return 'DATABASE_URL 所指的数据库不存在，请先建立 / the database named in DATABASE_URL does not exist: create it first'
    case '42501':
      return `DATABASE_URL 的账号权限不够 / the account in DATABASE_URL lacks a right: ${message}`
    default: {
      const refusal = refusalOf(error, constraints)
      return refusal ? wordsOf(refusal) : (stack ?? String(error))
    }
  }
}

function wordsOf({ words, faults }: Refusal): string {
  return [`${words.zh} / ${words.en}`, ...faults.map((fault) => `  ${fault.pointer} ${fault.message.zh}`)].join('\n')
}
