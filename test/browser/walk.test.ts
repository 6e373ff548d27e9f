/** Every kind of page of every role, asked for over HTTP: what it costs, what it says to browsers, and in which language. */
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type City, openCity } from '../support/city.ts'
import { ACCOUNTS, type Seen, walk } from '../support/walk.ts'

let city: City
beforeAll(async () => {
  city = await openCity()
})
afterAll(async () => {
  await city?.close()
})

test.each(ACCOUNTS)('walk %s', async (username) => {
  const pages: Seen[] = [...(await walk(city, username)), ...(await walk(city, username, 'en'))]
  writeFileSync(`/tmp/walk-${username}.json`, JSON.stringify(pages))
  console.log(
    username,
    pages.length,
    pages.filter((p) => p.status !== 200).map((p) => [p.path, p.status]),
  )
  expect(city.faults).toEqual([])
})
test('dump', async () => {
  const { rows } = await (await import('kysely')).sql<{
    t: string
    c: string
    k: string
  }>`select table_name as t, column_name as c, data_type as k from information_schema.columns where table_schema='public' and (data_type in ('text','jsonb') or data_type = 'ARRAY')`.execute(
    city.db,
  )
  const values: string[] = []
  for (const { t, c } of rows) {
    const r = await (await import('kysely')).sql<{
      v: string
    }>`select distinct ${(await import('kysely')).sql.ref(c)}::text as v from ${(await import('kysely')).sql.table(t)} where ${(await import('kysely')).sql.ref(c)}::text ~ '[一-龥]'`.execute(
      city.db,
    )
    values.push(...r.rows.map(({ v }) => v))
  }
  writeFileSync('/tmp/walk-values.json', JSON.stringify(values))
})
