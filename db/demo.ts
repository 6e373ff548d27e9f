/** `npm run demo`: the made-up city on first start, and the accounts to look at it with. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../src/config.ts'
import { randomToken } from '../src/platform/vault.ts'
import type { Program } from '../src/program.ts'
import { buildCity } from './demo-city.ts'
import { demoRoster } from './demo-roster.ts'
import { tellStory } from './demo-story.ts'
import { DEMO_ACCOUNTS, demoWorld } from './demo-world.ts'

/** Builds the demo world in an empty database; with data in it, keeps the data. Prints one account per role. */
export async function runDemo(program: Program, config: Config): Promise<void> {
  const { db } = program
  const known = await db.selectFrom('accounts').select('username').execute()
  const password = config.demoPassword ?? randomToken(9)
  if (known.length === 0) {
    const started = performance.now()
    console.log(
      '正在建立演示城市（1,000 人、40 家机构、12 个月），大约需要一分钟 / building the demo city, about a minute …',
    )
    const world = demoWorld(program, config.publicUrl, password)
    await tellStory(world, await buildCity(world))
    if (config.databaseUrl === null) writeFileSync(join(config.dataDir, 'demo-roster.xlsx'), await demoRoster())
    console.log(`演示城市已建立 / built in ${Math.round((performance.now() - started) / 1000)} s`)
  } else if (!known.some(({ username }) => username === 'carer')) {
    console.warn(
      '演示数据上次没有建完。请停止程序、删除 DATA_DIR 后重新运行 / the demo world was not finished: stop, delete DATA_DIR, and run again',
    )
  }
  const words = known.length > 0 ? '（首次启动时打印的密码 / as printed at the first start）' : password
  console.log(`账号 / accounts: ${Object.keys(DEMO_ACCOUNTS).join(' ')}\n密码 / password: ${words}`)
  if (config.databaseUrl === null)
    console.log(`可导入的花名册（300 人，含错误）/ a roster to import: ${join(config.dataDir, 'demo-roster.xlsx')}`)
}
