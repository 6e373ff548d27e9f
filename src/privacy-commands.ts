/** Commands of keys and retention, which an operator runs at the machine. */
import { type Command, finishJob, withProgram } from './commands.ts'
import type { Context } from './platform/context.ts'
import { refuse } from './platform/errors.ts'
import { applyRetention, countExpired, listRetentionRules } from './privacy/retention.ts'
import { countOld, requestRotation } from './privacy/rotation.ts'
import type { Program } from './program.ts'

export const privacyCommands: Record<string, Command> = {
  'keys rotate': {
    usage:
      '— 用新密钥重新加密全部内容：HUYU_KEY 的，或为内嵌数据库新造的；可重复执行 / seals everything with the new key: of HUYU_KEY, or one it makes for the embedded database; can be run again',
    arguments: 0,
    run: () => withProgram(rotate),
  },
  'retention run': {
    usage:
      '[--check] — 按规则删除保留期限届满的内容；--check 只计数 / erases what is over its time, by rule; --check only counts it',
    arguments: 0,
    options: { check: { type: 'boolean' } },
    run: (_, { check }) => withProgram((program, context) => runRetention(program, context, Boolean(check))),
  },
}

async function rotate(program: Program, given: Context): Promise<Record<string, unknown>> {
  const { db, runner, addKey } = program
  // an exchange that was cut off goes on with the key it had
  const half = (await countOld(db, given.vault.key_ids[0])) > 0
  if (!half && !addKey && given.vault.key_ids.length === 1)
    refuse('conflict', 'keys.old_missing', {
      zh: '没有旧密钥，无需更换。要更换：把现在的密钥放进 HUYU_OLD_KEYS，新密钥以新编号（k2:…）放进 HUYU_KEY。',
      en: 'There is no old key, so there is nothing to exchange: put the present key into HUYU_OLD_KEYS and a new one under a new id (k2:…) into HUYU_KEY.',
    })
  const vault = half || !addKey ? given.vault : await addKey()
  const context = { ...given, vault }
  const [key_id, ...old] = vault.key_ids
  const job = await db.transaction().execute((tx) => requestRotation(tx, context))
  if (job) await finishJob({ ...program, runner: { ...runner, vault } }, context, job)
  const left = await countOld(db, key_id)
  return {
    key: key_id,
    left,
    next:
      left === 0
        ? `旧密钥 ${old.join('、')} 不再需要，可以移除；更换之前的备份仍要用它 / the old key ${old.join(', ')} may be removed; backups made before still need it`
        : '期间有进程仍用旧密钥加密，请给每个进程设置新密钥后再执行一次 / a process still sealed with an old key: set the new one everywhere and run this again',
  }
}

async function runRetention({ db }: Program, context: Context, check: boolean): Promise<Record<string, unknown>> {
  const erased: Record<string, number> = {}
  const waiting: string[] = []
  for (const rule of await listRetentionRules(db)) {
    if (!rule.active) waiting.push(rule.code)
    else if (rule.erases) {
      erased[rule.code] = check ? await countExpired(db, context, rule) : 0
      for (let count = check ? 0 : -1; count !== 0; ) {
        count = await db.transaction().execute((tx) => applyRetention(tx, context, rule))
        erased[rule.code]! += count
      }
    }
  }
  return { [check ? 'would_erase' : 'erased']: erased, not_confirmed: waiting }
}
