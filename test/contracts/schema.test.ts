/** What is written once and derived: the migrations' list, the generated types, the reference data. */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MIGRATIONS } from '../../db/migrations/index.ts'
import { root } from '../../db/root.ts'
import { PERMISSIONS, ROLES } from '../../src/access/rules.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

let base: TestDatabase
beforeAll(async () => {
  base = await testDatabase('postgres')
})
afterAll(() => base.close())

test('the list of migrations names every file', () => {
  const files = globSync('db/migrations/*.sql', { cwd: root }).map((path) => path.replace(/^.*\/|\.sql$/g, ''))
  expect(MIGRATIONS).toEqual(files.sort())
})

test('the generated types are those of the migrated database', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['db/generate-schema.ts', '--verify'], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: base.url! },
    encoding: 'utf8',
  })
  expect(stdout + stderr).not.toMatch(/not up-to-date/)
  expect(status).toBe(0)
})

test('every row of reference data cites a known source and says how sure it is', async () => {
  const codes = new Set((await base.db.selectFrom('sources').select('code').execute()).map(({ code }) => code))
  const cited = await sql<{ code: string }>`
    select distinct unnest(sources) as code from districts union select unnest(sources) from occupations union select unnest(sources) from standard_hours
    union select unnest(sources) from retention_rules union select unnest(sources) from continuation_rules`.execute(
    base.db,
  )
  expect(cited.rows.map(({ code }) => code).filter((code) => !codes.has(code))).toEqual([])
  const citations = await base.db.selectFrom('scheme_conditions').select(['citation', 'confidence']).execute()
  expect(citations.length).toBeGreaterThan(15)
  for (const { citation } of citations) {
    const cited = citation.match(/\b(S\d+|R)\b/g) ?? []
    expect(cited.length).toBeGreaterThan(0)
    for (const code of cited) expect(codes).toContain(code)
  }
})

test('an amount nobody has seen is not usable', async () => {
  const rates = await base.db
    .selectFrom('scheme_rates')
    .innerJoin('scheme_versions as v', 'v.id', 'scheme_rates.version_id')
    .select(['scheme_code', 'scheme_rates.confidence'])
    .execute()
  expect(
    rates.filter(({ scheme_code }) => scheme_code === 'nb-special-post').map(({ confidence }) => confidence),
  ).toEqual(Array(5).fill('seen'))
  expect(
    rates.filter(({ scheme_code }) => scheme_code === 'hz-special-post').map(({ confidence }) => confidence),
  ).toEqual(Array(5).fill('inferred'))
})

test('every permission belongs to a role, and every role may do something', () => {
  for (const roles of Object.values(PERMISSIONS)) expect(roles.length).toBeGreaterThan(0)
  for (const role of Object.keys(ROLES))
    expect(Object.values(PERMISSIONS).some((roles) => (roles as string[]).includes(role))).toBe(true)
})

test('every command in the README is run by a test or by CI', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'))
  expect(commands.length).toBeGreaterThan(4)
  const runs = ['.ci/run', ...globSync('test/**/*.ts', { cwd: root })]
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
  // how a test or CI writes each of them
  const evidence: Record<string, string> = {
    'npm ci && npm run demo': "'--demo'",
    'npm ci && npm test': 'npm test',
    'npm run huyu -- migrate': "'migrate'",
    'npm run huyu -- doctor': "'doctor'",
    'npm run huyu -- history verify': "'history', 'verify'",
    'npm run huyu -- certificates verify certificate.pdf --keys jwks.json': "'certificates', 'verify'",
    'npm run huyu -- allowances recheck RUN': "'allowances', 'recheck'",
    'npm run huyu -- keys rotate': "'keys', 'rotate'",
    'npm run huyu -- retention run --check': "'retention', 'run', '--check'",
    'curl -H "Authorization: Bearer $HUYU_API_KEY" http://127.0.0.1:3000/api/v1/me': 'opens(key)',
  }
  const missing = commands.filter((command) => !evidence[command] || !runs.includes(evidence[command]))
  expect(missing).toEqual([])
})
