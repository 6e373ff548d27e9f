/** Exchanging the vault's key: nobody is registered twice or lost on the way, a crash changes nothing, and the old key may go. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { jobHandlers } from '../../src/app.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { findPeopleByDocument } from '../../src/people/queries.ts'
import { bytesToBase64 } from '../../src/platform/bytes.ts'
import { openVault, type Vault } from '../../src/platform/vault.ts'
import { countByKey, countOld, requestRotation, rotationJobs, SEALED } from '../../src/privacy/rotation.ts'
import { allowanceWorld } from '../support/allowance-world.ts'
import { KEY, type World, world } from '../support/world.ts'

const K2 = `k2:${bytesToBase64(new Uint8Array(32).fill(7))}`
const PEOPLE = 450

let w: World
/** before, on the way, afterwards */
let vaults: [Vault, Vault, Vault]
beforeAll(async () => {
  w = await world()
  vaults = await Promise.all([openVault(KEY), openVault(K2, [KEY]), openVault(K2)])
  await register(vaults[0], ...Array.from({ length: PEOPLE }, (_, n) => n))
})
afterAll(() => w.close())

const person = (n: number) => {
  const { name, id_number, bank_account } = demoPerson(7_000_000 + n)
  return { name, id_type: 'resident_id' as const, id_number, bank_account, workforce: 'elder_care' as const }
}
/** Whoever knows only the old key cannot compare an account that the new one sealed. */
let withAccount = true
async function register(vault: Vault, ...numbers: number[]) {
  const context = { ...(await w.context('trainer')), vault }
  const rows = numbers.map((n) => ({ ...person(n), ...(withAccount ? {} : { bank_account: null }) }))
  return w.db.transaction().execute((tx) => registerPeople(tx, context, rows))
}
async function found(vault: Vault, n: number) {
  const context = { ...(await w.context('trainer')), vault }
  const [known] = await findPeopleByDocument(w.db, context, [person(n)])
  return known !== undefined
}
const count = async (table: 'people' | 'person_documents') =>
  (await w.db.selectFrom(table).select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow()).count
const slice = (handlers = jobHandlers) => runSlice(w.db, w.deps, handlers)
async function start(vault: Vault) {
  const context = { ...(await w.context('admin')), vault }
  return w.db.transaction().execute((tx) => requestRotation(tx, context))
}

describe('before the exchange', () => {
  test('every column that the vault seals is in the list of what is sealed again', async () => {
    const { rows } = await sql<{ name: string }>`
      select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and column_name ~ 'sealed$'
         and table_name in (select tablename from pg_tables)`.execute(w.db)
    const listed = SEALED.map(({ table, column }) => `${table}.${column}`)
    expect(rows.map(({ name }) => name).filter((name) => !listed.includes(name))).toEqual([])
  })

  test('with one key alone there is nothing to exchange', async () => {
    expect(await start(vaults[0])).toBeNull()
    expect(await countByKey(w.db)).toEqual({ k1: PEOPLE * 3 })
  })
})

describe('half-way', () => {
  test('a slice that fails is done again, and what was done before it stays', async () => {
    // a payment file and a sheet are sealed as well
    const facts = await allowanceWorld(w)
    await facts.person({ name: '没有证件的人' })
    await sql`
      with run as (
        insert into allowance_runs (scheme_code, version_id, month, district_code, created_by)
        select v.scheme_code, v.id, '2026-10-01', '330106', ${w.accounts.district} from scheme_versions v where v.scheme_code = 'hz-special-post' limit 1
        returning id
      ), batch as (
        insert into payment_batches (run_id, number, kind, budget_year, payment_count, total_fen, sha256, made_by)
        select id, 1, 'payment', 2026, 1, 40000, 'x', ${w.accounts.finance} from run returning id, run_id
      ), paid as (
        insert into payments (batch_id, position, run_id, person_id, attempt, amount_fen, months, name, id_number_sealed, bank_account_sealed)
        select id, 1, run_id, (select id from people limit 1), 0, 40000, '2026-10', '某人', ${await vaults[0].seal('the document')},
          ${await vaults[0].seal('the account')} from batch
      )
      insert into payment_files (run_id, batch_id, format, row_count, total_fen, recovery_count, recovery_fen, held_count, held_fen, sha256, content_sealed, made_by)
      select run_id, id, 'csv', 0, 0, 0, 0, 0, 0, 'x', ${await vaults[0].seal('the file')}, ${w.accounts.finance} from batch`.execute(
      w.db,
    )
    w.deps.vault = vaults[1]
    const id = await start(vaults[1])
    expect(await start(vaults[1])).toBe(id)
    const [[name, handler]] = Object.entries(rotationJobs) as [[string, (typeof rotationJobs)[string]]]
    let slices = 0
    const dying = {
      [name]: async (...call: Parameters<typeof handler>) => {
        const done = await handler(...call)
        if (++slices === 2) throw new Error('killed')
        return done
      },
    }
    await slice(dying)
    await slice(dying)
    expect(w.faults.splice(0)).toHaveLength(1)
    expect(await count('person_documents')).toBe(PEOPLE + 200)
  })

  test('everybody is found and nobody can be registered twice, whichever keys a process knows', async () => {
    const before = await count('people')
    for (const vault of [vaults[0], vaults[1]])
      for (const n of [0, 199, 200, PEOPLE - 1]) {
        expect(await found(vault, n), `${vault.key_ids} ${n}`).toBe(true)
        expect((await register(vault, n))[0]?.change).toBe('same')
      }
    // one registers with both keys, the other still knows the old one only
    withAccount = false
    const [both] = await register(vaults[1], 1000)
    const [one] = await register(vaults[0], 1001)
    expect((await register(vaults[0], 1000))[0]?.id).toBe(both?.id)
    expect((await register(vaults[1], 1001))[0]?.id).toBe(one?.id)
    await Promise.all([register(vaults[0], 1002), register(vaults[1], 1002)])
    expect(await count('people')).toBe(before + 3)
    withAccount = true
  })

  test('the database itself refuses a document written for somebody else, done by the exchange or not', async () => {
    const { id } = await w.db.selectFrom('people').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow()
    for (const n of [0, 100, 300, PEOPLE - 1]) {
      const hashes = vaults[1].fingerprints(`resident_id:${person(n).id_number}`)
      const rows = hashes.map(({ hash, key_id }) => ({
        ...{ document_hash: hash, key_id, person_id: id, id_type: 'resident_id' },
        ...{ number_sealed: 'x', number_masked: 'x' },
      }))
      await expect(w.db.insertInto('person_documents').values(rows).execute()).rejects.toMatchObject({ code: '23505' })
    }
  })

  test('a double that a process without the old key has made stops the exchange, and names the record', async () => {
    const [known] = await register(vaults[1], 1003)
    await w.db.deleteFrom('person_documents').where('person_id', '=', known!.id).where('key_id', '=', 'k2').execute()
    const [double] = await register(vaults[2], 1003)
    expect(double?.change).toBe('new')
    await w.db
      .updateTable('jobs')
      .set({ run_at: new Date(0) })
      .execute()
    await w.runJobs()
    const job = await w.db.selectFrom('jobs').select(['status', 'error']).executeTakeFirstOrThrow()
    expect(job).toMatchObject({ status: 'failed', error: { code: 'vault.document_twice' } })
    expect(JSON.stringify(job.error)).toContain(known!.id)
    await w.db.deleteFrom('person_documents').where('person_id', '=', double!.id).execute()
    await w.db.deleteFrom('jobs').execute()
    await start(vaults[1])
  })

  test('a process that still seals with the old key ends the job with a sentence instead of turning it round', async () => {
    await w.db
      .updateTable('jobs')
      .set({ run_at: new Date(0) })
      .execute()
    w.deps.vault = vaults[0]
    await slice()
    const job = await w.db.selectFrom('jobs').select(['status', 'error']).executeTakeFirstOrThrow()
    expect(job).toMatchObject({ status: 'failed', error: { code: 'vault.key_not_current' } })
    w.deps.vault = vaults[1]
  })
})

describe('afterwards', () => {
  test('run again it goes on to the end, and everything is under the new key', async () => {
    expect(await start(vaults[1])).not.toBeNull()
    await w.runJobs()
    const job = await w.db
      .selectFrom('jobs')
      .select(['status', 'result'])
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    expect(job).toEqual({ status: 'succeeded', result: { key_id: 'k2', left: 0 } })
    expect(await countOld(w.db, 'k2')).toBe(0)
    expect(Object.keys(await countByKey(w.db))).toEqual(['k2'])
    expect(await count('person_documents')).toBe(PEOPLE + 4)
    const events = await w.db
      .selectFrom('history_events')
      .select(['kind', 'changes'])
      .where('subject_kind', '=', 'vault')
      .execute()
    expect(events.map(({ kind }) => kind)).toEqual([
      'vault.rotation_started',
      'vault.rotation_started',
      'vault.rotation_started',
      'vault.rotated',
    ])
    expect(w.faults).toEqual([])
  })

  test('with the new key alone everything opens, everybody is found, and nobody twice', async () => {
    w.deps.vault = vaults[2]
    for (const n of [0, 200, PEOPLE - 1, 1000, 1001, 1002]) {
      expect(await found(vaults[2], n)).toBe(true)
      expect((await register(vaults[2], n))[0]?.change).toBe(n < PEOPLE ? 'same' : 'changed')
    }
    const rows = await w.db
      .selectFrom('people')
      .select(['id_number_sealed', 'bank_account_sealed'])
      .where('name', '=', person(3).name)
      .execute()
    const opened = await Promise.all(
      rows.map(async (row) => [
        await vaults[2].open(row.id_number_sealed!),
        await vaults[2].open(row.bank_account_sealed!),
      ]),
    )
    expect(opened).toContainEqual([person(3).id_number, person(3).bank_account])
    const { content_sealed } = await w.db.selectFrom('payment_files').select('content_sealed').executeTakeFirstOrThrow()
    expect(await vaults[2].open(content_sealed)).toBe('the file')
    const payment = await w.db.selectFrom('payments').selectAll().executeTakeFirstOrThrow()
    expect(await vaults[2].open(payment.bank_account_sealed!)).toBe('the account')
    expect(await vaults[2].open(payment.id_number_sealed!)).toBe('the document')
  })

  test('the old key alone opens nothing, and says which one is missing', async () => {
    w.deps.vault = vaults[0]
    const { id } = await w.db.selectFrom('people').select('id').orderBy('id').executeTakeFirstOrThrow()
    const answer = await w
      .as('district')
      .post(`/api/v1/people/${id}/disclosure`, { field: 'id_number', reason: '核对' })
    expect([answer.status, (await answer.json()).code]).toEqual([503, 'vault.key_missing'])
    w.deps.vault = vaults[2]
  })

  test('of a payment file nothing but its seal may ever change', async () => {
    const change = (set: object) => w.db.updateTable('payment_files').set(set).execute()
    await expect(change({ total_fen: 1 })).rejects.toMatchObject({ code: 'HY001' })
    await expect(change({ content_sealed: 'k2.a.b', sha256: 'y' })).rejects.toMatchObject({ code: 'HY001' })
    await expect(w.db.deleteFrom('payment_files').execute()).rejects.toMatchObject({ code: 'HY001' })
    await change({ content_sealed: await vaults[2].seal('the file') })
  })
})
