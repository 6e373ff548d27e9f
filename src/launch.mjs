// Hides which Node runs the program and that TypeScript is compiled first. Plain JavaScript: must parse on Node 18.
//   node src/launch.mjs src/node.ts …   compiles src, db and templates into .build when they changed, then runs it
//   node src/launch.mjs some/tool.mjs … runs it as it is
//   node src/launch.mjs --build         compiles only
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const build = join(root, '.build')
const node = findNode()
const [target = '', ...rest] = process.argv.slice(2)
const flags = [
  '--disable-warning=ExperimentalWarning',
  // room for young objects, in MB: a run of hundreds of thousands needs a third less memory than with what Node takes by itself, and no more time
  '--max-semi-space-size=12',
]
const compiled = /^src\/.*\.tsx?$/.test(target)

if (compiled || target === '--build') await compile()
if (target !== '--build') run(compiled ? join('.build', target.replace(/\.tsx?$/, '.js')) : target, rest)

/** This Node when it is 22.18 or newer, else the one that `npm ci` put under node_modules. */
function findNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  const system = process.platform === 'win32' ? 'win' : process.platform
  const file = system === 'win' ? 'node.exe' : 'node'
  const shipped = [`node-${system}-${process.arch}`, `node-bin-${system}-${process.arch}`]
    .map((name) => join(root, 'node_modules', name, 'bin', file))
    .find(existsSync)
  if (shipped) return shipped
  return stop(
    `需要 Node.js 22.18 或更新版本（建议 24 LTS），当前是 ${process.version}，且没有随 npm ci 安装的 Node；请升级 Node.js 后重试。\n` +
      `Node.js 22.18 or newer is needed (24 LTS is best); this is ${process.version} and npm ci brought no Node for ${system}-${process.arch}. Install a newer Node.js.`,
  )
}

/** Runs the TypeScript compiler unless .build was made from exactly these sources; two starts at once compile once. */
async function compile() {
  const stamp = join(build, 'sources.sha256')
  const fresh = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()
  if (fresh()) return
  mkdirSync(build, { recursive: true })
  const unlock = await lock(join(build, 'compiling'))
  if (fresh()) return unlock()
  const sources = fingerprint()
  const started = performance.now()
  rmSync(stamp, { force: true })
  const compiler = [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.json')]
  if (spawnSync(node, compiler, { stdio: ['ignore', 2, 2] }).status !== 0)
    stop(
      '编译未通过，程序没有启动；请先改正以上错误。\nThe program does not compile and was not started; see the errors above.',
    )
  writeFileSync(stamp, sources)
  unlock()
  console.error(`compiled in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

/** Contents, not times: a checkout, a copy or an image layer changes times without changing the program. */
function fingerprint() {
  const hash = createHash('sha256')
  const sources = ['src', 'db', 'templates'].flatMap((folder) => filesOf(join(root, folder)))
  for (const file of [...sources, join(root, 'tsconfig.json'), join(root, 'package-lock.json')]) {
    if (existsSync(file)) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file))
  }
  return hash.digest('hex')
}

function filesOf(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return filesOf(path)
      return /\.(tsx?|json)$/.test(entry.name) ? [path] : []
    })
}

/** Waits for another start that is compiling; a lock whose process is gone is taken over. */
async function lock(file) {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      const unlock = () => rmSync(file, { force: true })
      process.once('exit', unlock)
      return () => {
        // not at the end of this process: it lives as long as the program, which others may want to compile anew
        process.off('exit', unlock)
        unlock()
      }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (!isRunning(file)) rmSync(file, { force: true })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

function isRunning(file) {
  try {
    return process.kill(Number(readFileSync(file, 'utf8')), 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function run(script, args) {
  const child = spawn(node, [...flags, script, ...args], {
    // over the channel a server notices that this process was killed
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    cwd: root,
    env: { ...process.env, PATH: dirname(node) + delimiter + process.env.PATH },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : code
  })
}

function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}
