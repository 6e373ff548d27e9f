/** The commands of the command line, each with its usage; what they do is done by actions. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ParseArgsConfig } from 'node:util'
import { addAccount } from './access/actions.ts'
import { unscopedActor } from './access/queries.ts'
import { may, type Permission } from './access/rules.ts'
import { newAccountShape } from './access/shapes.ts'
import { jobHandlers } from './app.ts'
import { readConfig } from './config.ts'
import { historyHead, verifyHistory } from './history/queries.ts'
import { runSlice } from './jobs/actions.ts'
import { systemNow } from './platform/calendar.ts'
import { type Context, SYSTEM, scopeOf } from './platform/context.ts'
import { openEmbedded } from './platform/embedded.ts'
import { type Message, refuse, refuseFaults } from './platform/errors.ts'
import { faultsOf } from './platform/shape-faults.ts'
import { countByKey, countOld } from './privacy/rotation.ts'
import { openProgram, type Program } from './program.ts'

type Values = Record<string, string | boolean | undefined>
export interface Command {
  usage: string
  arguments: number
  /** options without which it is wrong use */
  required?: string[]
  options?: NonNullable<ParseArgsConfig['options']>
  /** what is wrong with arguments that do not go together; null when nothing is */
  wrong?(positionals: string[], values: Values): string | null
  /** `refused` in the answer: why it ends with 1, though there is something to show */
  run(positionals: string[], values: Values): Promise<Record<string, unknown> & { refused?: Message }>
}

export const text = { type: 'string' } as const

export const commands: Record<string, Command> = {
  migrate: {
    usage:
      '— 把数据库升级到最新结构并装入参考数据 / brings the database to the newest schema and loads the reference data',
    arguments: 0,
    run: () =>
      withProgram(async (program) => ({ applied: program.applied, head: (await historyHead(program.db)).seq }), {
        migrateNow: true,
      }),
  },
  doctor: {
    usage:
      '— 检查设置、数据库、结构、密钥、字体和历史链 / checks settings, database, schema, key, fonts and the history chain',
    arguments: 0,
    run: () => withProgram(doctor),
  },
  'account add': {
    usage:
      'USERNAME --role ROLE --name NAME --password PASSWORD [--organisation ID] [--district CODE] [--township CODE] [--person ID] — 新建账号 / adds an account',
    arguments: 1,
    options: {
      role: text,
      name: text,
      password: text,
      organisation: text,
      district: text,
      township: text,
      person: text,
    },
    run: ([username], values) =>
      withProgram(async (program, context) => {
        const input = newAccountShape.safeParse({
          username,
          role: values.role,
          display_name: values.name,
          password: values.password,
          organisation_id: values.organisation,
          district_code: values.district,
          township_code: values.township,
          person_id: values.person,
        })
        if (!input.success) refuseFaults(faultsOf(input.error.issues))
        return program.db.transaction().execute((tx) => addAccount(tx, context, input.data!))
      }),
  },
  'history verify': {
    usage: '— 重新计算历史链的每个哈希 / computes every hash of the history anew',
    arguments: 0,
    run: () =>
      withProgram(async ({ db }) => {
        const proof = await verifyHistory(db)
        if (proof.broken_at !== null)
          refuse('conflict', 'history.broken', {
            zh: `历史记录在第 ${proof.broken_at} 条断裂。`,
            en: `The history is broken at event ${proof.broken_at}.`,
          })
        return { events: proof.events, head: proof.head, broken_at: null }
      }),
  },
  backup: {
    usage:
      'FILE — 把内嵌数据库备份成 tar；请另存 DATA_DIR/huyu.key，否则证件号码再也读不出 / the embedded database as a tar; keep DATA_DIR/huyu.key with it, or ID numbers cannot be read again',
    arguments: 1,
    run: ([file]) =>
      withProgram(async ({ dump }) => {
        const tar = await (dump ?? refusePostgres)()
        writeFileSync(fromHere(file!), tar, { mode: 0o600 })
        return { file, bytes: tar.length }
      }),
  },
  restore: {
    usage: 'FILE — 恢复到空的 DATA_DIR / into an empty DATA_DIR',
    arguments: 1,
    run: async ([file]) => {
      const config = readConfig(process.env)
      if (config.databaseUrl) refusePostgres()
      if (existsSync(join(config.dataDir, 'database'))) refuseOver(resolve(config.dataDir))
      const { db, close } = await openEmbedded(config.dataDir, {
        snapshot: new Uint8Array(readFileSync(fromHere(file!))),
      })
      const proof = await verifyHistory(db).finally(close)
      return { file, events: proof.events, broken_at: proof.broken_at }
    },
  },
}

/** npm and the launcher work in the root; a file is meant from where the command was typed. */
export function fromHere(file: string): string {
  return resolve(process.env.INIT_CWD ?? '.', file)
}

function refusePostgres(): never {
  refuse('conflict', 'backup.postgres', {
    zh: '使用 DATABASE_URL 时请用 pg_dump 和 pg_restore。',
    en: 'With DATABASE_URL use pg_dump and pg_restore.',
  })
}

function refuseOver(directory: string): never {
  refuse('conflict', 'restore.not_empty', {
    zh: `${directory} 里已有数据库，没有恢复任何内容；请用 DATA_DIR 另指一个空目录。`,
    en: `There is a database in ${directory} already and nothing was restored: set an empty DATA_DIR.`,
  })
}

/** Opens the program for one command, as the account named by --as or as the operator at the machine. */
export async function withProgram<T>(
  work: (program: Program, context: Context) => Promise<T>,
  {
    migrateNow = false,
    as,
    permission,
  }: { migrateNow?: boolean; as?: string | undefined; permission?: Permission } = {},
): Promise<T> {
  const config = readConfig(process.env)
  const program = await openProgram(config, { migrateNow })
  try {
    const account = as
      ? await program.db.selectFrom('accounts').select('id').where('username', '=', as).executeTakeFirst()
      : undefined
    const actor = as ? account && (await unscopedActor(program.db, account.id)) : SYSTEM
    if (!actor) refuse('not_found', 'account.unknown', { zh: `没有账号 ${as}。`, en: `There is no account ${as}.` })
    if (actor !== SYSTEM && permission && !may(actor.role, permission))
      refuse('forbidden', 'forbidden', {
        zh: `账号 ${as} 的角色没有这项权限（${permission}）。`,
        en: `The role of the account ${as} does not have the permission ${permission}.`,
      })
    return await work(program, {
      ...program.runner,
      actor,
      scope: scopeOf(actor),
      now: systemNow(),
      request_id: `cli-${process.pid}`,
      public_url: config.publicUrl,
    })
  } finally {
    await program.close()
  }
}

/** Works until the job has ended, with a bar on a terminal and plain lines in a pipe. Refuses with the job's own words. */
export async function finishJob({ db, runner }: Program, context: Context, id: string): Promise<unknown> {
  for (let last = -1; ; ) {
    const job = await db
      .selectFrom('jobs')
      .select(['status', 'done', 'total', 'result', 'error'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    if (job.done !== last) showProgress(job.done, job.total)
    last = job.done
    if (job.status === 'succeeded') return job.result
    if (job.status === 'failed') {
      const { code, message } = job.error as { code: string; message: { zh: string; en: string } }
      refuse('conflict', code, message)
    }
    const worked = await runSlice(db, { ...runner, publicUrl: context.public_url, now: systemNow }, jobHandlers)
    // a server has it in hand, or it waits to be tried again
    if (!worked) await pause(200)
  }
}

function showProgress(done: number, total: number | null): void {
  const words = total ? `${done}/${total} (${Math.floor((done * 100) / total)}%)` : `${done}`
  if (!process.stderr.isTTY) console.error(words)
  else
    process.stderr.write(
      `\r${'█'.repeat(total ? Math.floor((done * 30) / total) : 0).padEnd(30, '·')} ${words}${total && done >= total ? '\n' : ''}`,
    )
}

async function doctor({ db, runner }: Program): Promise<Record<string, unknown>> {
  const sealed = await runner.vault.seal('doctor')
  const proof = await verifyHistory(db)
  const unconfirmed = await db.selectFrom('scheme_conditions').select('code').where('threshold', 'is', null).execute()
  return {
    database: 'ready',
    key: (await runner.vault.open(sealed)) === 'doctor' ? 'ready' : 'broken',
    keys: runner.vault.key_ids.join(', '),
    sealed_by_key: await countByKey(db),
    to_seal_again: await countOld(db, runner.vault.key_ids[0]),
    fonts: (await runner.assets('serif.ttf')).length > 1e6 ? 'ready' : 'missing',
    history: proof.broken_at === null ? `holds, ${proof.events} events` : `broken at ${proof.broken_at}`,
    unconfirmed_conditions: unconfirmed.length,
  }
}
