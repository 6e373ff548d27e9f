/** The house as design says: folders import downwards only, handlers hold no SQL, clocks and disks stay at the edge, files stay short. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../db/root.ts'

const ORDER = [
  'platform',
  'history',
  'access',
  'jobs',
  'organisations',
  'people',
  'notices',
  'training',
  'competitions',
  'credentials',
  'allowances',
  'imports',
  'reports',
  'webhooks',
  'privacy',
]
/** Folders on one level may import each other: the guard records history, history is behind the guard, jobs know who asked. */
const LEVEL = (folder: string) => (['history', 'access', 'jobs'].includes(folder) ? 1 : ORDER.indexOf(folder))

const files = globSync(['src/**/*.{ts,tsx}', 'templates/**/*.{ts,tsx}', 'db/*.ts', 'db/migrations/*.ts'], {
  cwd: root,
}).map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}))
const sources = files.filter(({ path }) => path.startsWith('src/'))
const importsOf = ({ path, text }: { path: string; text: string }) =>
  [...text.matchAll(/^(?:import|export)\s(type\s)?[^;]*?from '([^']+)'|import\('([^']+)'\)/gm)]
    .map((match) => ({ type: Boolean(match[1]), from: match[2] ?? match[3] ?? '' }))
    .map(({ type, from }) => ({ type, from: from.startsWith('.') ? normalize(join(dirname(path), from)) : from }))

test('there are files to look at', () => expect(sources.length).toBeGreaterThan(60))

test('a folder imports only folders before it in the sentence', () => {
  const wrong = sources.flatMap((file) => {
    const own = file.path.split('/')[1]!
    if (!ORDER.includes(own)) return []
    return importsOf(file)
      .map(({ from }) => from)
      .filter(
        (from) =>
          from.startsWith('src/') && ORDER.includes(from.split('/')[1]!) && LEVEL(from.split('/')[1]!) > LEVEL(own),
      )
      .map((from) => `${file.path} → ${from}`)
  })
  expect(wrong).toEqual([])
})

test('handlers hold no SQL', () => {
  const wrong = sources.filter(
    ({ path }) => /\/(api\.ts|console\.tsx)$/.test(path) || /-(api|console)\.tsx?$/.test(path),
  )
  expect(wrong.length).toBeGreaterThan(8)
  expect(
    wrong
      .filter(({ text }) => /from 'kysely'|\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql`/.test(text))
      .map(({ path }) => path),
  ).toEqual([])
})

test('templates query nothing', () => {
  const wrong = files.filter(
    ({ path, text }) => path.startsWith('templates/') && /from 'kysely'|queries\.ts'|actions\.ts'/.test(text),
  )
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('only the entries and calendar.ts read the clock', () => {
  const allowed = ['src/platform/calendar.ts']
  const wrong = sources.filter(({ path, text }) => !allowed.includes(path) && /new Date\(\)|Date\.now\(/.test(text))
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('only config.ts and the Node entries name environment variables', () => {
  const wrong = sources.filter(
    ({ path, text }) =>
      !['src/node.ts', 'src/commands.ts', 'src/config.ts'].includes(path) && /process\.env/.test(text),
  )
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('what the Workers entry reaches needs no disk, no thread and no PGlite', () => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const reached = new Set<string>()
  const visit = (path: string) => {
    const file = byPath.get(path)
    if (!file || reached.has(path)) return
    reached.add(path)
    for (const { type, from } of importsOf(file)) if (!type) visit(from)
  }
  visit('src/worker.ts')
  expect(reached.size).toBeGreaterThan(50)
  const wrong = [...reached].flatMap((path) =>
    importsOf(byPath.get(path)!)
      .filter(
        ({ type, from }) =>
          !type && /pglite|node:(fs|worker_threads|child_process|http|net)|^pino$|swagger|fontkit/.test(from),
      )
      .map(({ from }) => `${path} → ${from}`),
  )
  expect(wrong).toEqual([])
})

test('an action records history', () => {
  const wrong = sources
    .filter(({ path }) => /\/actions\.ts$/.test(path) && !/^src\/(history|jobs)\//.test(path))
    .filter(({ text }) => !text.includes('recordHistory('))
  expect(wrong.map(({ path }) => path)).toEqual([])
})

describe('short files', () => {
  const lines = (text: string) => text.split('\n').length - 1
  test('actions and queries at most 400 lines, the rest 250, half of all under 100', () => {
    const own = files.filter(({ path }) => path !== 'db/schema.ts')
    const limit = (path: string) => (/(actions|queries)\.ts$/.test(path) ? 400 : 250)
    expect(
      own.filter(({ path, text }) => lines(text) > limit(path)).map(({ path, text }) => `${path} ${lines(text)}`),
    ).toEqual([])
    const sizes = own.map(({ text }) => lines(text)).sort((a, b) => a - b)
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(140)
  })

  test('every file opens by saying what it hides', () => {
    expect(
      files.filter(({ path, text }) => path !== 'db/schema.ts' && !/^(\/\*\*|\/\/)/.test(text)).map(({ path }) => path),
    ).toEqual([])
  })
})

test('nothing in the repository speaks of how it was made, and no registry host is named', () => {
  const texts = globSync(['src/**', 'db/**', 'templates/**', 'test/**', '*.*', '.ci/*'], {
    cwd: root,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile() && !/\.(png|ttf|woff2|xlsx)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  const words = ['/wo' + 'rk/', 'reg' + 'istry.npm', '"reso' + 'lved": "http']
  expect(texts.filter((path) => words.some((word) => readFileSync(path, 'utf8').includes(word)))).toEqual([])
})
