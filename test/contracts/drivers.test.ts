/** Both databases answer alike: the forms of values, the fields of errors, transactions, a fresh state between tests. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { copyRows, copyValue, type Db, PREPARED } from '../../src/platform/database.ts'
import { together } from '../../src/platform/together.ts'
import { emptyDatabase, type TestDatabase, testDatabase } from '../support/database.ts'

const engines = ['pglite', 'postgres'] as const

describe.each(engines)('%s', (engine) => {
  let database: TestDatabase
  let db: Db
  beforeAll(async () => {
    database = await emptyDatabase(engine)
    db = database.db
    await sql`create table parents (id integer primary key); create table things (
      id integer constraint things_key primary key, parent integer constraint things_parent references parents,
      size integer constraint things_size check (size > 0))`.execute(db)
  })
  afterAll(() => database.close())

  /** One value as SQL writes it, as the program gets it. */
  async function value(expression: string, from = db): Promise<unknown> {
    const { rows } = await sql<{ read_at: unknown }>`select ${sql.raw(expression)} as read_at`.execute(from)
    return rows[0]?.read_at
  }

  const FORMS: [string, string, unknown][] = [
    ['int8', '9007199254740991::int8', 9007199254740991],
    ['count', '(select count(*) from things)', 0],
    ['sum of integers', '(select sum(n) from generate_series(1, 4) n)', 10],
    ['int8 array', 'array[1, null, 3]::int8[]', [1, null, 3]],
    ['empty int8 array', `'{}'::int8[]`, []],
    ['integer', '7', 7],
    ['numeric', '1234567890123456789.10::numeric', '1234567890123456789.10'],
    ['numeric array', 'array[0.10, 2]::numeric[]', ['0.10', '2']],
    ['float8', '0.25::float8', 0.25],
    ['boolean', 'true', true],
    ['text array', `array['甲,乙', '"', 'null', null]`, ['甲,乙', '"', 'null', null]],
    ['json', `'{"a": [1, null]}'::jsonb`, { a: [1, null] }],
    ['interval', `interval '1 day 2 hours'`, '1 day 02:00:00'],
    ['timestamp', `timestamp '2026-01-01 08:00'`, '2026-01-01 08:00:00'],
    ['time', `time '08:30'`, '08:30:00'],
    ['range of dates', `daterange('2026-01-01', '2026-02-01')`, '[2026-01-01,2026-02-01)'],
    ['null', 'null::int8', null],
    ['uuid', `'019a0000-0000-7000-8000-000000000001'::uuid`, '019a0000-0000-7000-8000-000000000001'],
    ['session time zone', `current_setting('TimeZone')`, 'UTC'],
  ]

  test.each(FORMS)('%s has one form', async (_, expression, expected) => {
    expect(await value(expression)).toEqual(expected)
  })

  test('what is read together is one statement, and has the same forms', async () => {
    let statements = 0
    const counted = db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        statements++
        return result
      },
    })
    const reading = together(counted)
    const asked: typeof FORMS = [
      ...FORMS.filter(([name]) => !['numeric array', 'float8'].includes(name)),
      ['instant', `timestamptz '2026-03-01 00:00:00.123+08'`, new Date('2026-02-28T16:00:00.123Z')],
      [
        'document',
        `'{"hours": 71.5, "at": "2026-03-01T00:00:00+00:00"}'::jsonb`,
        { hours: 71.5, at: '2026-03-01T00:00:00+00:00' },
      ],
    ]
    const answers = await Promise.all(asked.map(([, expression]) => value(expression, reading)))
    expect(answers).toEqual(asked.map(([, , expected]) => expected))
    const own = [1, 2].map((n) =>
      sql<{ n: number }>`select n from generate_series(1, ${n}::int) n where n <> ${3}::int`.execute(reading),
    )
    expect((await Promise.all(own)).map(({ rows }) => rows)).toEqual([[{ n: 1 }], [{ n: 1 }, { n: 2 }]])
    expect(await value('7', reading)).toBe(7)
    expect(statements).toBe(3)
    const written = '2026-03-01T00:00:00+08:00'
    const words = [1, 2].map(() => sql`select ${written}::text as words`.execute(reading))
    expect((await Promise.all(words)).map(({ rows }) => rows[0])).toEqual([{ words: written }, { words: written }])
  })

  test('read together, one fault is the fault of all, and the next are read', async () => {
    const reading = together(db)
    const asked = await Promise.allSettled([value('1', reading), value('1 / 0', reading)])
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await Promise.all([value('1', reading), value('2', reading)])).toEqual([1, 2])
  })

  test('a statement that is marked is prepared once for its connection, and answers as any other', async () => {
    await db.transaction().execute(async (tx) => {
      const ask = (n: number) => sql<{ twice: number }>`${PREPARED} select ${n}::int * 2 as twice`.execute(tx)
      expect([(await ask(1)).rows, (await ask(2)).rows]).toEqual([[{ twice: 2 }], [{ twice: 4 }]])
      const { rows } = await sql`select from pg_prepared_statements where statement like '%as twice%'`.execute(tx)
      expect(rows).toHaveLength(engine === 'postgres' ? 1 : 0)
    })
  })

  test('rows that are copied come back as they were given, and what a constraint refuses is refused by name', async () => {
    await sql`create table if not exists papers (id integer, words text, other jsonb)`.execute(db)
    const copied = (table: string, columns: string[], rows: string[][]) =>
      db
        .transaction()
        .execute((tx) =>
          copyRows(tx, table as never, columns, rows.map((row) => `${row.map(copyValue).join('|')}\n`).join('')),
        )
    const nasty = ['a\tb', 'c\\d\\N', 'e\nf\r\n', '\\N', '\\.', 'a|b||', '杨·𠅤"\',{}', '']
    await copied(
      'papers',
      ['id', 'words', 'other'],
      nasty.map((words, id) => [String(id), words, JSON.stringify({ words })]),
    )
    const { rows } = await sql`select words, other from papers order by id`.execute(db)
    expect(rows).toEqual(nasty.map((words) => ({ words: words || null, other: { words } })))
    await expect(
      copied(
        'things',
        ['id', 'size'],
        [
          ['900', '1'],
          ['901', '-1'],
        ],
      ),
    ).rejects.toMatchObject({
      code: '23514',
      constraint: 'things_size',
    })
    expect(await value('(select count(*) from things where id >= 900)')).toBe(0)
    await sql`drop table papers`.execute(db)
  })

  test.each(['Asia/Shanghai', 'America/New_York', 'UTC'])(
    'a date stays the day that was written when the machine lives in %s',
    async (zone) => {
      vi.stubEnv('TZ', zone)
      onTestFinished(() => void vi.unstubAllEnvs())
      expect(new Date(2026, 0, 1).getTimezoneOffset()).toBe(
        { 'Asia/Shanghai': -480, 'America/New_York': 300, UTC: 0 }[zone],
      )
      expect(await value(`date '2026-03-01'`)).toBe('2026-03-01')
      expect(await value(`array[date '2026-03-01']`)).toEqual(['2026-03-01'])
      const { rows } = await sql`select ${'2026-03-01'}::date as day`.execute(db)
      expect(rows).toEqual([{ day: '2026-03-01' }])
      expect(await value(`timestamptz '2026-03-01 00:00:00.123+08'`)).toEqual(new Date('2026-02-28T16:00:00.123Z'))
      const instant = new Date('2026-02-28T16:00:00.123Z')
      expect((await sql`select ${instant}::timestamptz as at`.execute(db)).rows).toEqual([{ at: instant }])
    },
  )

  test('an int8 that a number cannot hold is refused, not rounded, and the connection goes on', async () => {
    await expect(value('9007199254740992::int8')).rejects.toThrow('9007199254740992')
    expect(await value('1')).toBe(1)
  })

  test('bytes go in and come out as a Uint8Array', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    const { rows } = await sql<{ bytes: Uint8Array }>`select ${bytes}::bytea as bytes, ''::bytea as nothing`.execute(db)
    expect(rows[0]).toStrictEqual({ bytes, nothing: new Uint8Array() })
    expect(Object.getPrototypeOf(rows[0]?.bytes)).toBe(Uint8Array.prototype)
  })

  test('numbers, arrays and JSON text are taken as parameters', async () => {
    const { rows } =
      await sql`select ${5}::int8 as n, ${['a', 'b"']}::text[] as list, ${JSON.stringify([1, 'x'])}::jsonb as json, ${null}::date as day`.execute(
        db,
      )
    expect(rows).toEqual([{ n: 5, list: ['a', 'b"'], json: [1, 'x'], day: null }])
  })

  test('an error carries SQLSTATE, constraint, table and detail', async () => {
    await sql`insert into things values (1, null, 1)`.execute(db)
    await expect(sql`insert into things values (${1}, null, 1)`.execute(db)).rejects.toMatchObject({
      code: '23505',
      constraint: 'things_key',
      table: 'things',
      detail: 'Key (id)=(1) already exists.',
    })
    await expect(sql`insert into things values (2, 99, 1)`.execute(db)).rejects.toMatchObject({
      code: '23503',
      constraint: 'things_parent',
    })
    await expect(sql`insert into things values (2, null, 0)`.execute(db)).rejects.toMatchObject({
      code: '23514',
      constraint: 'things_size',
    })
  })

  test('a text without parameters may hold several statements, and fails as a whole', async () => {
    await sql`create table one (id integer); create table two (id integer); insert into two values (1), (2)`.execute(db)
    expect(await value('(select count(*) from two)')).toBe(2)
    await expect(sql`insert into one values (1); select 1 / 0`.execute(db)).rejects.toMatchObject({ code: '22012' })
    expect(await value('(select count(*) from one)')).toBe(0)
  })

  test('the number of changed rows is known', async () => {
    await sql`create table counted as select n from generate_series(1, 5) n`.execute(db)
    expect((await sql`update counted set n = n + 1 where n > ${2}`.execute(db)).numAffectedRows).toBe(3n)
    expect((await sql`delete from counted`.execute(db)).numAffectedRows).toBe(5n)
  })

  test('a transaction whose error was swallowed does not pass for committed', async () => {
    const swallowed = db.transaction().execute(async (tx) => {
      await sql`insert into things values (50, null, 1)`.execute(tx)
      await sql`select 1 / 0`.execute(tx).catch(() => {})
    })
    await expect(swallowed).rejects.toThrow('rolled back instead of committed')
    expect(await value('(select count(*) from things where id = 50)')).toBe(0)
  })

  test('isolation and read only are kept', async () => {
    const level = await db
      .transaction()
      .setIsolationLevel('serializable')
      .execute((tx) => sql`show transaction_isolation`.execute(tx))
    expect(level.rows).toEqual([{ transaction_isolation: 'serializable' }])
    const writing = db
      .transaction()
      .setAccessMode('read only')
      .execute((tx) => sql`insert into things values (60, null, 1)`.execute(tx))
    await expect(writing).rejects.toMatchObject({ code: '25006' })
  })

  test('transactions at the same time do not mix', async () => {
    await sql`create table turns (worker integer, n integer)`.execute(db)
    const turns = [1, 2, 3].map((worker) =>
      db.transaction().execute(async (tx) => {
        for (const n of [1, 2, 3]) await sql`insert into turns values (${worker}, ${n})`.execute(tx)
        if (worker === 2) throw new Error('no')
      }),
    )
    expect((await Promise.allSettled(turns)).map((turn) => turn.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await sql`select distinct worker from turns order by 1`.execute(db)).rows).toEqual([
      { worker: 1 },
      { worker: 3 },
    ])
  })
})

describe.each(engines)('test database on %s', (engine) => {
  test('reset empties every table, frozen ones too, and puts reference rows back', async () => {
    const database = await testDatabase(engine)
    onTestFinished(() => database.close())
    const count = async () =>
      (
        await sql`select (select count(*) from districts) as districts, (select count(*) from history_events) as events, (select count(*) from organisations) as organisations`.execute(
          database.db,
        )
      ).rows[0]
    const fresh = await count()
    expect(fresh).toMatchObject({ events: 0, organisations: 0 })
    await sql`insert into organisations (name, kinds, district_code) select '杭州某某民政局', '{authority}', code from districts limit 1`.execute(
      database.db,
    )
    await sql`insert into history_events (at, actor_name, kind, subject_kind, subject_id) values (now(), 'x', 'x', 'x', gen_random_uuid())`.execute(
      database.db,
    )
    await sql`update districts set name = 'x'`.execute(database.db)
    await database.reset()
    expect(await count()).toEqual(fresh)
    expect((await sql`select count(*) as n from districts where name = 'x'`.execute(database.db)).rows).toEqual([
      { n: 0 },
    ])
  })
})

test('the role of the tests on PostgreSQL is no superuser and cannot empty the history', async () => {
  const database = await testDatabase('postgres')
  onTestFinished(() => database.close())
  expect((await sql`select rolsuper from pg_roles where rolname = current_user`.execute(database.db)).rows).toEqual([
    { rolsuper: false },
  ])
  await expect(sql`truncate history_events`.execute(database.db)).rejects.toThrow()
})
