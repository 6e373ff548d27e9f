/** How the demo world is made: every step an action in a transaction of its own, by an account, on a day of the past. */

import { unscopedActor } from '../src/access/queries.ts'
import { jobHandlers } from '../src/app.ts'
import { runSlice } from '../src/jobs/actions.ts'
import { type Context, type Role, SYSTEM, scopeOf } from '../src/platform/context.ts'
import type { Tx } from '../src/platform/database.ts'
import type { Program } from '../src/program.ts'

/** One account per role, as the README lists them; `place` names an organisation, a division or a township, and the carer is one of the people. */
export const DEMO_ACCOUNTS: Record<string, { role: Role; display_name: string; place: string | null }> = {
  admin: { role: 'admin', display_name: '周晓岚', place: '330100' },
  trainer: { role: 'trainer', display_name: '沈佳', place: '示例钱江养老护理培训学校' },
  assessor: { role: 'assessor', display_name: '陆明远', place: '示例杭州照护技能评价中心' },
  assessor2: { role: 'assessor', display_name: '顾清', place: '示例杭州照护技能评价中心' },
  facility: { role: 'facility', display_name: '何丽娟', place: '示例西湖颐养院' },
  nursery: { role: 'facility', display_name: '方怡', place: '示例西湖托育园' },
  district: { role: 'district', display_name: '徐建平', place: '330106' },
  city: { role: 'district', display_name: '骆文清', place: '330100' },
  township: { role: 'township', display_name: '鲍春燕', place: '330106901' },
  health: { role: 'health', display_name: '潘瑾', place: '330106' },
  finance: { role: 'finance', display_name: '钱立', place: '330100' },
  finance2: { role: 'finance', display_name: '孙岚', place: '330100' },
  auditor: { role: 'auditor', display_name: '郑毅', place: '330100' },
  carer: { role: 'carer', display_name: '', place: 'person' },
}

/** Xihu is told apart by townships, none of which exists; the other districts have one account for all of theirs. */
export const DEMO_TOWNSHIPS = [
  { code: '330106901', name: '示例湖畔街道' },
  { code: '330106902', name: '示例茶山镇' },
]

export type DemoWorld = ReturnType<typeof demoWorld>

export function demoWorld({ db, runner }: Pick<Program, 'db' | 'runner'>, publicUrl: string, password: string) {
  /** accounts by username, once they exist; the program itself acts before */
  const accounts = new Map<string, string>()
  return {
    db,
    accounts,
    password,

    /** Does one action as an account (`system` is the program itself) at ten in the morning of a day. */
    async do<T>(username: string, day: string, action: (tx: Tx, context: Context) => Promise<T>): Promise<T> {
      const id = accounts.get(username)
      const actor = username === 'system' ? SYSTEM : id && (await unscopedActor(db, id))
      if (!actor) throw new Error(`the demo has no account ${username}`)
      const context: Context = {
        ...runner,
        actor,
        scope: scopeOf(actor),
        now: morning(day),
        request_id: 'demo',
        public_url: publicUrl,
      }
      return db.transaction().execute((tx) => action(tx, context))
    },

    /** Does all waiting jobs, as if it were that day; throws when one failed. */
    async work(day: string): Promise<void> {
      while (await runSlice(db, { ...runner, publicUrl, now: () => morning(day) }, jobHandlers));
      const failed = await db
        .selectFrom('jobs')
        .select(['kind', 'error'])
        .where('status', '<>', 'succeeded')
        .executeTakeFirst()
      if (failed) throw new Error(`the demo's job ${failed.kind} did not succeed: ${JSON.stringify(failed.error)}`)
    },
  }
}

function morning(day: string): Date {
  return new Date(`${day}T10:00:00+08:00`)
}
