/** The command line: each command calls the same actions as the pages. Exit 0 done, 1 refused with a reason, 2 wrong use. */
import { parseArgs } from 'node:util'
import { certificateCommands } from './certificate-commands.ts'
import { commands as operatorCommands } from './commands.ts'
import { privacyCommands } from './privacy-commands.ts'
import { explain } from './program.ts'
import { workCommands } from './work-commands.ts'

const commands = { ...operatorCommands, ...workCommands, ...certificateCommands, ...privacyCommands }

const words = process.argv.slice(2)
const [name, command] =
  Object.entries(commands)
    .sort(([a], [b]) => b.length - a.length)
    .find(([name]) => name.split(' ').every((word, i) => words[i] === word)) ?? []

if (!name || !command) {
  console.error(
    [
      '用法 / usage: npm run huyu -- COMMAND',
      '',
      ...Object.entries(commands).map(([name, { usage }]) => `  ${name} ${usage}`),
    ].join('\n'),
  )
  process.exit(words.length === 0 || words[0] === '--help' ? 0 : 2)
}

let input: { positionals: string[]; values: Record<string, string | boolean | undefined> }
try {
  input = parseArgs({
    args: words.slice(name.split(' ').length),
    allowPositionals: true,
    options: { json: { type: 'boolean' }, ...command.options },
  }) as typeof input
  const missing = (command.required ?? []).filter((option) => input.values[option] === undefined)
  if (missing.length > 0) throw new Error(`缺少 / missing: ${missing.map((option) => `--${option}`).join(', ')}`)
  if (input.positionals.length !== command.arguments)
    throw new Error(`应有 ${command.arguments} 个参数 / ${command.arguments} argument(s) expected`)
  const wrong = command.wrong?.(input.positionals, input.values)
  if (wrong) throw new Error(wrong)
} catch (error) {
  console.error(`${(error as Error).message}\n用法 / usage: npm run huyu -- ${name} ${command.usage}`)
  process.exit(2)
}

try {
  const { refused, ...result } = await command.run(input.positionals, input.values)
  if (input.values.json) console.log(JSON.stringify(result))
  else
    for (const [key, value] of Object.entries(result))
      console.log(`${key}: ${typeof value === 'object' ? JSON.stringify(value) : value}`)
  if (refused) console.error(`${refused.zh} / ${refused.en}`)
  process.exit(refused ? 1 : 0)
} catch (error) {
  console.error(explain(error))
  process.exit(1)
}
