/** Recoveries: opened by a run, planned, off-set, repaid, written off by two people, made smaller when the cause disappears; and the books agree. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAccount } from '../../src/access/actions.ts'
import { confirmVersion } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { mergePeople, undoMerge } from '../../src/people/merging.ts'
import { HZ, payMonth } from '../support/allowance-runs.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { codes, faults, ok, refused, text } from '../support/answers.ts'
import { type Client, PASSWORD, type World, world } from '../support/world.ts'

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
type Carer = Awaited<ReturnType<typeof facts.carer>>
const attendance = Object.fromEntries(
  ['2026-07', '2026-08', '2026-09', '2026-10', '2026-11', '2026-12', '2027-01', '2027-02'].map((month) => [month, 22]),
)
const people: Record<string, Carer> = {}
const clients = new Map<string, Client>()
const as = (username: string) => {
  if (!clients.has(username)) clients.set(username, w.as(username))
  return clients.get(username)!
}
/** Sessions end when the clock moves on. */
async function pay(month: string, day: string) {
  const run = await payMonth(w, month, day)
  clients.clear()
  return run
}
const key = () => ({ key: crypto.randomUUID() })
const post = (username: string, path: string, body: object) => as(username).post(`/api/v1/${path}`, body, key())
const get = (username: string, path: string) => as(username).get(`/api/v1/${path}`)

async function owedBy(name: string, username = 'district') {
  const { items } = await ok(get(username, `recoveries?state=all&person_id=${people[name]!.id}`))
  return items
}
const idOf = async (name: string): Promise<string> => (await owedBy(name))[0].id

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  const admin = await w.context('admin')
  await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
  for (const name of ['cheat', 'partly', 'planned', 'forgiven', 'twin', 'steady', 'poor'])
    people[name] = await facts.carer({ name, attendance, hours: 80, completed_on: '2026-06-20' })
  await w.db.transaction().execute(async (tx) => {
    for (const [username, name] of [
      ['carer', 'cheat'],
      ['carer2', 'steady'],
    ] as const)
      await addAccount(tx, admin, {
        ...{ username, display_name: name, role: 'carer', password: PASSWORD, person_id: people[name]!.id },
      } as never)
  })
  for (const [month, day] of [
    ['2026-07', '2026-08-05'],
    ['2026-08', '2026-09-05'],
    ['2026-09', '2026-10-05'],
  ] as const)
    await pay(month, day)
}, 120_000)
afterAll(() => w.close())

describe('a run', () => {
  let october: Awaited<ReturnType<typeof pay>>
  beforeAll(async () => {
    for (const name of ['cheat', 'planned', 'forgiven', 'poor'])
      await facts.revoke(people[name]!.certificate_id!, '2026-01-01')
    await attended(people.partly!.id, '2026-08', 3)
    october = await pay('2026-10', '2026-11-05')
  })

  test('that takes more than it pays opens a recovery that names every entry it rests on', async () => {
    const [recovery] = await owedBy('cheat')
    expect(recovery).toMatchObject({
      ...{ person_name: 'cheat', district_code: '330106', run_id: october.id, run_month: '2026-10' },
      ...{ opened_fen: 120000, balance_fen: 120000, offset_fen: 0, repaid_fen: 0, written_off_fen: 0, released_fen: 0 },
      ...{ plan_kind: null, overdue_fen: 0, write_off_open: false },
    })
    const { causes, entries } = await ok(get('district', `recoveries/${recovery.id}`))
    expect(
      causes.map((one: Record<string, unknown>) => [one.month, one.seq, one.previous_fen, one.amount_fen]),
    ).toEqual([
      ['2026-07', 1, 40000, -40000],
      ['2026-08', 1, 40000, -40000],
      ['2026-09', 1, 40000, -40000],
    ])
    expect(entries).toMatchObject([
      { seq: 0, kind: 'opening', amount_fen: 120000, balance_fen: 120000, run_id: october.id },
    ])
  })

  test('that pays as much nets it, and says so', async () => {
    expect(await owedBy('partly')).toEqual([])
    const { items } = await ok(get('finance', `allowance-runs/${october.id}/settlements?limit=200`))
    expect(items.find((one: { person_id: string }) => one.person_id === people.partly!.id)).toMatchObject({
      ...{ positive_fen: 40000, negative_fen: -40000, netted_fen: 40000, opened_fen: 0, payable_fen: 0 },
    })
    expect(items.some((one: { person_id: string }) => one.person_id === people.steady!.id)).toBe(false)
    expect((await get('district2', `allowance-runs/${october.id}/settlements`)).status).toBe(404)
  })

  test('is paid net: who was netted is in no file, and the bank is expected to say nothing of them', async () => {
    const file = await ok(post('finance', `allowance-runs/${october.id}/payment-file`, { format: 'csv' }))
    // steady and twin
    expect(file).toMatchObject({
      row_count: 2,
      total_fen: 80000,
      recovery_count: 12,
      recovery_fen: -480000,
      held_count: 0,
    })
    const { rows } = await sql<{
      fen: number
    }>`select sum(amount_fen)::int as fen from allowance_lines where run_id = ${october.id}::uuid`.execute(w.db)
    expect(file.total_fen + file.recovery_fen).toBe(rows[0]!.fen)
  })

  test('opens one recovery for a cause: the database refuses a second, and changes nothing that was written', async () => {
    const id = await idOf('cheat')
    await expect(
      sql`insert into recovery_causes select person_id, scheme_code, month, component, seq, ${await idOf('planned')}::uuid from recovery_causes where recovery_id = ${id}::uuid`.execute(
        w.db,
      ),
    ).rejects.toThrow('recovery_causes_once')
    await expect(
      sql`insert into recoveries (run_id, person_id, scheme_code, district_code) select run_id, person_id, scheme_code, district_code from recoveries where id = ${id}::uuid`.execute(
        w.db,
      ),
    ).rejects.toThrow('recoveries_once')
    for (const table of ['recoveries', 'recovery_causes', 'recovery_entries', 'allowance_settlements'])
      for (const statement of [
        `delete from ${table}`,
        `update ${table} set person_id = person_id`,
        `truncate ${table} cascade`,
      ])
        await expect(sql.raw(statement).execute(w.db)).rejects.toThrow('append-only')
  })

  test('does not open one that its lines do not come to', async () => {
    const attempt = w.db.transaction().execute(async (tx) => {
      await sql`with made as (
          insert into recoveries (run_id, person_id, scheme_code, district_code) values (${october.id}::uuid, ${people.steady!.id}::uuid, ${HZ}, '330106') returning id
        ) insert into recovery_entries (recovery_id, seq, kind, amount_fen, run_id, recorded_by)
          select id, 0, 'opening', 100, ${october.id}::uuid, ${w.accounts.finance}::uuid from made`.execute(tx)
    })
    await expect(attempt).rejects.toThrow('does not add up')
    const kept = sql`insert into allowance_settlements values (${october.id}::uuid, ${people.steady!.id}::uuid, 0, 0, 500, 0)`
    await expect(kept.execute(w.db)).rejects.toThrow('does not add up')
  })
})

describe('the list', () => {
  test('is that of the division, with sums by district that agree with it', async () => {
    const { items } = await ok(get('district', 'recoveries'))
    expect(items.map((one: { person_name: string }) => one.person_name).sort()).toEqual([
      'cheat',
      'forgiven',
      'planned',
      'poor',
    ])
    expect((await ok(get('district', 'recoveries/by-district'))).items).toMatchObject([
      { district_code: '330106', count: 4, open_count: 4, unplanned_count: 4, opened_fen: 480000, balance_fen: 480000 },
    ])
    expect((await ok(get('district2', 'recoveries'))).items).toEqual([])
    expect((await ok(get('district2', 'recoveries/by-district'))).items).toEqual([])
    expect((await ok(get('finance', 'recoveries?district_code=330102'))).items).toEqual([])
    expect((await ok(get('finance', 'recoveries?state=settled'))).items).toEqual([])
    expect((await ok(get('auditor', 'recoveries?plan=none'))).items).toHaveLength(4)
  })

  test('comes in pages, each recovery once', async () => {
    const first = await ok(get('district', 'recoveries?limit=3'))
    const second = await ok(get('district', `recoveries?limit=3&cursor=${first.next_cursor}`))
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(4)
    expect(second.next_cursor).toBeNull()
    expect(await codes(get('district', 'recoveries?cursor=nonsense'))).toBe('cursor.invalid')
  })

  test('shows carers their own, and facilities nothing', async () => {
    expect((await ok(get('carer', 'recoveries'))).items).toMatchObject([{ person_name: 'cheat' }])
    expect((await ok(get('carer2', 'recoveries'))).items).toEqual([])
    expect((await get('carer2', `recoveries/${await idOf('cheat')}`)).status).toBe(404)
    expect((await get('carer', `recoveries/${await idOf('cheat')}`)).status).toBe(200)
    expect((await get('facility', 'recoveries')).status).toBe(403)
  })
})

test('who owes is told, and by whom nothing is owed is not', async () => {
  const { items } = await ok(get('carer', 'notices'))
  expect(items).toMatchObject([{ kind: 'recovery.opened', subject_id: await idOf('cheat') }])
  expect(JSON.stringify(items)).toContain('1,200.00')
  expect((await ok(get('carer2', 'notices'))).items).toEqual([])
  const notices = await text(as('carer').page('/console/notices'))
  expect(notices).toContain(`href="/console/recoveries/${await idOf('cheat')}"`)
})

describe('a plan', () => {
  const instalments = (...parts: [string, number][]) => ({
    ...{ kind: 'instalments', reason: '与本人商定' },
    instalments: parts.map(([due_on, amount_fen]) => ({ due_on, amount_fen })),
  })
  const offset = { kind: 'offset', starts_on: '2026-12-01', floor_fen: 25000, reason: '与本人商定' }

  test('begins today or later, comes to the balance, and has a day once', async () => {
    const path = `recoveries/${await idOf('cheat')}/plans`
    expect(
      await faults(
        post('district', path, instalments(['2026-11-04', 60000], ['2026-12-01', 50000], ['2026-12-01', 9999])),
      ),
    ).toEqual([
      ['/instalments/0/due_on', 'plan.past'],
      ['/instalments/2/due_on', 'plan.twice'],
      ['/instalments', 'plan.sum'],
    ])
    expect(await faults(post('district', path, { ...offset, starts_on: '2026-11-04' }))).toEqual([
      ['/starts_on', 'plan.past'],
    ])
    for (const wrong of [
      { ...offset, floor_fen: -1 },
      { ...offset, starts_on: '2026-02-30' },
      { kind: 'never' },
      instalments(),
      instalments(['2026-12-01', 0]),
    ])
      expect((await post('district', path, wrong)).status).toBe(422)
  })

  test('is made by the district’s own authority', async () => {
    const path = `recoveries/${await idOf('cheat')}/plans`
    expect((await post('district2', path, offset)).status).toBe(404)
    expect((await post('finance', path, offset)).status).toBe(403)
    expect(await codes(post('health', path, offset))).toBe('run.other_authority')
    expect((await post('district', `recoveries/${crypto.randomUUID()}/plans`, offset)).status).toBe(404)
  })

  test('holds until another is made, and both stay', async () => {
    const path = `recoveries/${await idOf('cheat')}/plans`
    await ok(post('district', path, offset), 201)
    const made = await ok(post('district', path, instalments(['2026-11-20', 70000], ['2026-12-20', 50000])), 201)
    expect(made).toMatchObject({
      plan_kind: 'instalments',
      plans: [
        {
          seq: 1,
          instalments: [
            { due_on: '2026-11-20', amount_fen: 70000 },
            { due_on: '2026-12-20', amount_fen: 50000 },
          ],
        },
        { seq: 0, floor_fen: 25000 },
      ],
    })
    for (const name of ['planned', 'poor'])
      await ok(post('district', `recoveries/${await idOf(name)}/plans`, offset), 201)
    expect((await ok(get('district', 'recoveries?plan=offset'))).items).toHaveLength(2)
  })
})

describe('a repayment', () => {
  const paid = { amount_fen: 30000, paid_on: '2026-11-05', reference: '缴款书 1 号' }

  test('is no more than is left, was made by today, and is recorded once a voucher', async () => {
    const path = `recoveries/${await idOf('cheat')}/repayments`
    expect(await faults(post('finance', path, { ...paid, amount_fen: 120001, paid_on: '2026-11-06' }))).toEqual([
      ['/amount_fen', 'recovery.above_balance'],
      ['/paid_on', 'repayment.future'],
    ])
    for (const wrong of [
      { amount_fen: 0 },
      { amount_fen: -1 },
      { amount_fen: 0.5 },
      { reference: ' ' },
      { paid_on: '昨天' },
    ])
      expect((await post('finance', path, { ...paid, ...wrong })).status).toBe(422)
    expect(await refused(as('finance').post(`/api/v1/${path}`, paid))).toEqual([400, 'idempotency.key_required'])
    const recovery = await ok(post('finance', path, paid), 201)
    expect(recovery).toMatchObject({ repaid_fen: 30000, balance_fen: 90000 })
    expect(recovery.entries.at(-1)).toMatchObject({ kind: 'repayment', reference: '缴款书 1 号', balance_fen: 90000 })
    expect(await codes(post('finance', path, paid))).toBe('repayment.twice')
  })

  test('is finance’s, of the own division', async () => {
    const path = `recoveries/${await idOf('cheat')}/repayments`
    expect((await post('finance_nb', path, paid)).status).toBe(404)
    expect((await post('district', path, paid)).status).toBe(403)
    expect((await post('carer', path, paid)).status).toBe(403)
  })

  test('of two at once that are too much together, one is refused', async () => {
    const path = `recoveries/${await idOf('poor')}/repayments`
    const answers = await Promise.all(
      ['finance', 'finance2'].map((username, at) =>
        post(username, path, { ...paid, amount_fen: 70000, reference: `缴款书 ${at}` }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422])
    expect(await owedBy('poor')).toMatchObject([{ balance_fen: 50000, repaid_fen: 70000 }])
  })

  test('the database lets no chain fork, skip or fall below zero', async () => {
    const id = await idOf('cheat')
    const entry = (seq: number, prev_seq: number, prev_balance: number, fen: number) =>
      sql`insert into recovery_entries (recovery_id, seq, kind, amount_fen, prev_seq, prev_balance_fen, prev_written_off_fen, paid_on, reference, recorded_by)
        values (${id}::uuid, ${seq}, 'repayment', ${fen}, ${prev_seq}, ${prev_balance}, 0, '2026-11-05', 'x1', ${w.accounts.finance}::uuid)`.execute(
        w.db,
      )
    await expect(entry(2, 1, 90000, 90001)).rejects.toThrow('recovery_balance')
    await expect(entry(2, 1, 120000, 100)).rejects.toThrow('foreign key')
    await expect(entry(1, 0, 120000, 100)).rejects.toThrow('recovery_entries_pkey')
    await expect(entry(3, 2, 90000, 100)).rejects.toThrow('foreign key')
  })

  test('that does not come by its day is overdue', async () => {
    w.clock.now = new Date('2026-11-22T02:00:00Z')
    clients.clear()
    expect((await ok(get('finance', 'recoveries?plan=overdue'))).items).toMatchObject([
      { person_name: 'cheat', overdue_fen: 40000 },
    ])
  })
})

describe('a write-off', () => {
  const proposal = { amount_fen: 100000, reason: '本人失去联系', document: '西民〔2026〕示例 8 号' }
  const decide = (username: string, id: string, approved = true) =>
    post(username, `recovery-write-offs/${id}/decision`, { approved, reason: '材料齐全' })
  const propose = async (username: string, changed: object = {}, name = 'forgiven') =>
    post(username, `recoveries/${await idOf(name)}/write-offs`, { ...proposal, ...changed })
  let write_off: string

  test('is proposed with reason and document, for no more than is left, one at a time', async () => {
    expect(await faults(propose('district', { amount_fen: 120001 }))).toEqual([
      ['/amount_fen', 'recovery.above_balance'],
    ])
    for (const wrong of [{ reason: '' }, { document: '' }, { amount_fen: 0 }])
      expect((await propose('district', wrong)).status).toBe(422)
    expect((await propose('district2')).status).toBe(404)
    expect(await codes(propose('health'))).toBe('run.other_authority')
    expect((await propose('auditor')).status).toBe(403)
    const made = await ok(propose('finance'), 201)
    expect(made).toMatchObject({ write_off_open: true, balance_fen: 120000 })
    write_off = made.write_offs[0].id
    expect(await codes(propose('district'))).toBe('write_off.open')
    await expect(
      sql`insert into recovery_write_offs (recovery_id, amount_fen, reason, document, proposed_by)
        select recovery_id, 1, reason, document, proposed_by from recovery_write_offs where id = ${write_off}::uuid`.execute(
        w.db,
      ),
    ).rejects.toThrow('still to be decided')
  })

  test('is not decided by who proposed it, nor elsewhere, whatever way', async () => {
    expect(await codes(decide('finance', write_off))).toBe('write_off.own_work')
    expect((await decide('finance_nb', write_off)).status).toBe(404)
    expect((await decide('district', write_off)).status).toBe(403)
    expect((await decide('finance2', crypto.randomUUID())).status).toBe(404)
    await expect(
      sql`insert into recovery_write_off_decisions values (${write_off}::uuid, ${w.accounts.finance}::uuid, true, '自己同意', ${w.accounts.finance}::uuid)`.execute(
        w.db,
      ),
    ).rejects.toThrow('recovery_write_off_decisions_by_another')
    await expect(
      sql`insert into recovery_entries (recovery_id, seq, kind, amount_fen, prev_seq, prev_balance_fen, prev_written_off_fen, write_off_id, recorded_by)
        select recovery_id, 1, 'write_off', amount_fen, 0, 120000, 0, id, proposed_by from recovery_write_offs where id = ${write_off}::uuid`.execute(
        w.db,
      ),
    ).rejects.toThrow('not approved')
  })

  test('of two decisions at the same time one counts', async () => {
    const admin = await w.context('admin')
    await w.db.transaction().execute((tx) =>
      addAccount(tx, admin, {
        ...{
          username: 'finance3',
          display_name: '财政三',
          role: 'finance',
          password: PASSWORD,
          district_code: '330100',
        },
      } as never),
    )
    const answers = await Promise.all([decide('finance2', write_off), decide('finance3', write_off)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(await codes(decide('finance2', write_off))).toBe('write_off.decided')
    expect(await owedBy('forgiven')).toMatchObject([
      { balance_fen: 20000, written_off_fen: 100000, write_off_open: false },
    ])
  })

  test('that is refused writes nothing off; one that is above what is left by now cannot be approved', async () => {
    const first = await ok(propose('district', { amount_fen: 50000 }, 'poor'), 201)
    await ok(decide('finance', first.write_offs[0].id, false), 201)
    expect(await owedBy('poor')).toMatchObject([{ balance_fen: 50000, written_off_fen: 0 }])
    const second = await ok(propose('district', { amount_fen: 50000 }, 'poor'), 201)
    await ok(
      post('finance', `recoveries/${await idOf('poor')}/repayments`, {
        amount_fen: 50000,
        paid_on: '2026-11-20',
        reference: '缴款书 9',
      }),
      201,
    )
    expect(await codes(decide('finance', second.write_offs[0].id))).toBe('recovery.above_balance')
    await ok(decide('finance', second.write_offs[0].id, false), 201)
    const plan = { kind: 'offset', starts_on: '2026-12-01', floor_fen: 0, reason: '再定' }
    expect(await codes(post('district', `recoveries/${await idOf('poor')}/plans`, plan))).toBe('recovery.settled')
  })
})

describe('later runs', () => {
  test('are off-set down to the floor, the payment is net of it, and both are seen', async () => {
    // what was revoked stays so; from October on there is a new certificate
    await facts.certify(people.planned!.id, 4, '2026-09-15')
    const november = await pay('2026-11', '2026-12-05')
    expect(november.of(people.planned!.id)).toEqual([
      ['2026-10', 'back_pay', 40000],
      ['2026-11', 'normal', 40000],
    ])
    const [recovery] = await owedBy('planned')
    expect(recovery).toMatchObject({ balance_fen: 65000, offset_fen: 55000 })
    const { items } = await ok(get('finance', `allowance-runs/${november.id}/settlements`))
    expect(items.find((one: { person_id: string }) => one.person_id === people.planned!.id)).toMatchObject({
      ...{ positive_fen: 80000, offset_fen: 55000, payable_fen: 25000 },
    })
    const { rows } = await sql<{ month: string; line_fen: number; amount_fen: number }>`
      select to_char(month, 'YYYY-MM') as month, line_fen, amount_fen from allowance_payables
      where run_id = ${november.id}::uuid and person_id = ${people.planned!.id}::uuid order by 1`.execute(w.db)
    expect(rows).toEqual([
      { month: '2026-10', line_fen: 40000, amount_fen: 0 },
      { month: '2026-11', line_fen: 40000, amount_fen: 25000 },
    ])
    const file = await ok(post('finance', `allowance-runs/${november.id}/payment-file`, { format: 'csv' }))
    const wrong = { person_id: people.planned!.id, outcome: 'paid', amount_fen: 80000, settled_on: '2026-12-04' }
    const results = (changed: object) =>
      as('finance').post(
        `/api/v1/allowance-runs/${november.id}/payment-results`,
        { file_id: file.id, items: [{ ...wrong, ...changed }] },
        key(),
      )
    expect(await codes(results({}))).toEqual(['payment_result.amount'])
    expect((await results({ amount_fen: 25000 })).ok).toBe(true)
  })

  test('make the recovery smaller when the cause disappears: what came back is paid, what was written off is opened and released', async () => {
    for (const name of ['cheat', 'forgiven']) await facts.restore(people[name]!.certificate_id!)
    const december = await pay('2026-12', '2027-01-05')
    // three months of 400 given back, and October to December paid: of the 1,200 taken 300 had come back
    const [cheat] = await owedBy('cheat')
    expect(cheat).toMatchObject({ opened_fen: 120000, repaid_fen: 30000, released_fen: 90000, balance_fen: 0 })
    const [forgiven] = await owedBy('forgiven')
    expect(forgiven).toMatchObject({ opened_fen: 120000, written_off_fen: 0, released_fen: 120000, balance_fen: 0 })
    const { entries } = await ok(get('district', `recoveries/${forgiven.id}`))
    expect(
      entries
        .slice(1)
        .map((one: { kind: string; amount_fen: number; month: string | null }) => [
          one.kind,
          one.amount_fen,
          one.month,
        ]),
    ).toEqual([
      ['write_off', 100000, null],
      ['reopening', 20000, null],
      ['release', 40000, '2026-07'],
      ['reopening', 40000, null],
      ['release', 40000, '2026-08'],
      ['reopening', 40000, null],
      ['release', 40000, '2026-09'],
    ])
    expect(await payable(december.id, 'cheat')).toBe(3 * 40000 + 30000)
    expect(await payable(december.id, 'forgiven')).toBe(3 * 40000)
    expect((await ok(get('district', 'recoveries?state=settled'))).items).toHaveLength(3)
  })

  test('take it again when the cause comes back: a new recovery with new causes', async () => {
    await sql`insert into certificate_revocations (certificate_id, seq, reason_code, reason, effective_on)
      values (${people.cheat!.certificate_id}::uuid, 1, 'issued_in_error', '测试', '2026-01-01')`.execute(w.db)
    await pay('2027-01', '2027-02-05')
    const [newest, first] = await owedBy('cheat')
    expect([newest.opened_fen, newest.balance_fen, first.balance_fen]).toEqual([240000, 240000, 0])
  })
})

describe('a merge', () => {
  let merge_id: string
  let bare: string
  test('is settled within one person: what is taken under one record is filled under the other', async () => {
    const admin = await w.context('admin')
    bare = await facts.person({ name: 'bare' })
    merge_id = await w.db.transaction().execute(async (tx) => {
      const asked = { into: bare, reason: '同一人', confirm_different_documents: true }
      return (await mergePeople(tx, admin, people.twin!.id, asked)).id
    })
    const february = await pay('2027-02', '2027-03-05')
    const [recovery] = await ok(get('finance', `recoveries?state=all&run_id=${february.id}`)).then(({ items }) => items)
    expect(recovery).toMatchObject({ person_id: people.twin!.id, balance_fen: 0 })
    expect(recovery.offset_fen).toBe(recovery.opened_fen)
    const { rows } = await sql<{ fen: number }>`select sum(amount_fen)::int as fen from allowance_payables
      where run_id = ${february.id}::uuid and person_id = ${bare}::uuid`.execute(w.db)
    // the month itself is all that is new for this person
    expect(rows[0]!.fen).toBe(40000)
  })

  test('that is undone gives the off-set back to its payer, and each record is due what is its own', async () => {
    const admin = await w.context('admin')
    await w.db.transaction().execute((tx) => undoMerge(tx, admin, merge_id, '不是同一人'))
    await facts.attend(people.twin!.id, w.org.home, { '2027-03': 22 })
    const march = await pay('2027-03', '2027-04-05')
    // the survivor had been paid February only
    const { items } = await ok(get('finance', `recoveries?state=open&run_id=${march.id}`))
    expect(items).toMatchObject([{ person_id: bare, opened_fen: 40000, balance_fen: 40000 }])
    expect(await payable(march.id, 'twin')).toBe(2 * 40000)
    const [first] = await owedBy('twin')
    expect(first).toMatchObject({ balance_fen: 0, offset_fen: 0 })
    expect(first.released_fen).toBe(first.opened_fen)
  })
})

test('who owes is not erased', async () => {
  await sql`update employments set known_to = clock_timestamp() where person_id = ${people.cheat!.id}::uuid and known_to = 'infinity'`.execute(
    w.db,
  )
  // every run is in a file, and pays whom it pays
  await sql`
    with batches as (
      insert into payment_batches (run_id, number, kind, budget_year, payment_count, total_fen, sha256, made_by)
      select id, 1, 'payment', 2027, 0, 0, '', ${w.accounts.finance}::uuid from allowance_runs r
      where not exists (select from payment_batches b where b.run_id = r.id) returning id, run_id
    ), files as (
      insert into payment_files (run_id, batch_id, format, row_count, total_fen, recovery_count, recovery_fen, held_count, held_fen, sha256, content_sealed, made_by)
      select run_id, id, 'csv', 0, 0, 0, 0, 0, 0, '', '', ${w.accounts.finance}::uuid from batches
    )
    insert into payments (batch_id, position, run_id, person_id, attempt, amount_fen, months, name)
    select b.id, row_number() over (partition by b.id order by y.person_id), y.run_id, y.person_id, 0, sum(y.amount_fen), '', 'x'
    from batches b join allowance_payables y on y.run_id = b.run_id and y.amount_fen > 0 group by b.id, y.run_id, y.person_id`.execute(
    w.db,
  )
  const erase = post('admin', `people/${people.cheat!.id}/erasure`, { reason: '本人申请' })
  expect(await codes(erase)).toBe('person.money_open')
})

test('the pages list, show and act, and say what is wrong beside the field', async () => {
  const list = await text(as('district').page('/console/recoveries?state=all'))
  for (const words of ['追回台账', 'cheat', '¥2,400.00', '示例']) expect(list).toContain(words)
  const id = await idOf('cheat')
  const here = `/console/recoveries/${id}`
  const page = await text(as('district').page(here))
  for (const words of ['2026-07', '制定计划', '申请核销']) expect(page).toContain(words)
  expect(page).not.toContain('登记归还</button>')
  const past = { kind: 'offset', starts_on: '2020-01-01', floor_yuan: '200', reason: '商定' }
  expect(await text(as('district').submit(`${here}/plans`, past), 422)).toContain('已经过去')
  expect((await as('district').submit(`${here}/plans`, { ...past, starts_on: '2027-04-06' })).status).toBe(303)
  const parts = { kind: 'instalments', instalments: '2027-05-01 1000\n2027-06-01 1400.00', reason: '商定' }
  expect((await as('district').submit(`${here}/plans`, parts)).status).toBe(303)
  expect(await text(as('district').submit(`${here}/plans`, { ...parts, instalments: '五月 一千' }), 422)).toContain(
    'field-instalments',
  )
  const finance = await text(as('finance').page(here))
  expect(finance).toContain('登记归还')
  expect(
    await text(
      as('finance').submit(`${here}/repayments`, { amount_yuan: '9999', paid_on: '2027-04-01', reference: '单 1' }),
      422,
    ),
  ).toContain('超过')
  expect(
    (await as('finance').submit(`${here}/repayments`, { amount_yuan: '100', paid_on: '2027-04-01', reference: '单 1' }))
      .status,
  ).toBe(303)
  const write_off = { amount_yuan: '300', reason: '困难', document: '示例 9 号' }
  expect((await as('finance').submit(`${here}/write-offs`, write_off)).status).toBe(303)
  const { write_offs } = await ok(get('finance', `recoveries/${id}`))
  const decision = `${here}/write-offs/${write_offs[0].id}/decision`
  expect(await text(as('finance').submit(decision, { approved: 'true', reason: '同意' }), 409)).toContain(
    '请由另一位人员决定',
  )
  expect((await as('finance2').submit(decision, { approved: 'true', reason: '同意' })).status).toBe(303)
  expect(await owedBy('cheat')).toMatchObject([{ balance_fen: 200000, repaid_fen: 10000, written_off_fen: 30000 }, {}])
  expect((await as('district2').page(here)).status).toBe(404)
  expect((await as('facility').page('/console/recoveries')).status).toBe(403)
  const own = await text(as('carer').page('/console/recoveries?state=all'))
  expect(own).toContain('cheat')
  expect(await text(as('carer').page(here))).not.toContain('申请核销</button>')
})

async function payable(run_id: string, name: string): Promise<number> {
  const { rows } = await sql<{ fen: number }>`select sum(amount_fen)::int as fen from allowance_payables
    where run_id = ${run_id}::uuid and person_id = ${people[name]!.id}::uuid and amount_fen > 0`.execute(w.db)
  return rows[0]!.fen
}

async function attended(person_id: string, month: string, days: number) {
  await sql`with closed as (
      update service_months set known_to = clock_timestamp()
      where person_id = ${person_id}::uuid and month = ${`${month}-01`}::date and known_to = 'infinity' returning *
    ) insert into service_months (person_id, organisation_id, month, attendance_days, known_from)
      select person_id, organisation_id, month, ${days}, known_to from closed`.execute(w.db)
}

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
