/** Where the money of a month is once runs are settled with what people owe, and payments come back and go out again. */
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { confirmVersion } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { HZ, payMonth } from '../support/allowance-runs.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { ok } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
const people: Record<string, string> = {}
const certificates: Record<string, string> = {}
/** Sessions end when the clock moves on. */
const post = (username: string, path: string, body: object) =>
  w.as(username).post(`/api/v1/${path}`, body, { key: crypto.randomUUID() })

beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  const admin = await w.context('admin')
  await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
  const attendance = Object.fromEntries(['2026-07', '2026-08', '2026-09', '2026-10'].map((month) => [month, 22]))
  for (const name of ['steady', 'poor', 'netted', 'owing', 'returned']) {
    const carer = await facts.carer({
      ...{ name, attendance, hours: 80, completed_on: '2026-06-20' },
      ...(name === 'poor' && { bank_account: null }),
    })
    people[name] = carer.id
    certificates[name] = carer.certificate_id!
  }
}, 120_000)
afterAll(() => w.close())

interface Line {
  run_id: string
  kind: string
  amount_fen: number
  payable_fen: number
  money: string
  returned_for: string | null
}
async function linesOf(name: string, month: string): Promise<Line[]> {
  const path = `/api/v1/people/${people[name]}/allowance-months?scheme_code=${HZ}&month=${month}`
  return (await ok(w.as('district').get(path))).items[0].lines
}
const moneyOf = async (name: string, month: string) =>
  (await linesOf(name, month)).map(({ money, payable_fen }) => [money, payable_fen])

let july: string
test('a batch that is made and sent, and who waits for an account', async () => {
  july = (await payMonth(w, '2026-07', '2026-08-05')).id
  expect(await moneyOf('steady', '2026-07')).toEqual([['approved', 40000]])
  expect(await moneyOf('poor', '2026-07')).toEqual([['no_account', 40000]])
  await ok(post('finance', `allowance-runs/${july}/payment-file`, { format: 'csv' }))
  expect(await moneyOf('steady', '2026-07')).toEqual([['sent', 40000]])
  expect(await moneyOf('poor', '2026-07')).toEqual([['no_account', 40000]])
})

test('what came back says why, is sent again, and is paid by the second attempt', async () => {
  const answer = (outcome: string, settled_on: string) => ({
    ...{ person_id: people.returned, amount_fen: 40000, outcome, settled_on, bank_reference: `R-${outcome}` },
    ...(outcome === 'returned' && { reason_code: 'closed' }),
  })
  const results = (item: object) => post('finance', `allowance-runs/${july}/payment-results`, { items: [item] })
  await ok(results(answer('returned', '2026-08-05')), 201)
  expect(await linesOf('returned', '2026-07')).toMatchObject([{ money: 'returned', returned_for: 'closed' }])
  const bank_account_sealed = await w.deps.vault.seal('6222000099999')
  await sql`update people set bank_account_sealed = ${bank_account_sealed} where id = ${people.returned}::uuid`.execute(
    w.db,
  )
  await ok(post('finance', `allowance-runs/${july}/reissue`, { format: 'csv' }))
  expect(await moneyOf('returned', '2026-07')).toEqual([['sent_again', 40000]])
  await ok(results(answer('paid', '2026-08-05')), 201)
  expect(await linesOf('returned', '2026-07')).toMatchObject([{ money: 'paid', returned_for: null }])
  expect(await moneyOf('steady', '2026-07')).toEqual([['sent', 40000]])
})

test('what a run took from what it paid is settled; what is left is to be recovered, until it is', async () => {
  await sql`update service_months set known_to = clock_timestamp() where person_id = ${people.netted}::uuid and month = '2026-07-01' and known_to = 'infinity'`.execute(
    w.db,
  )
  await facts.revoke(certificates.owing!, '2026-01-01')
  const august = await payMonth(w, '2026-08', '2026-09-05')
  expect(await moneyOf('netted', '2026-08')).toEqual([['settled', 0]])
  expect((await moneyOf('netted', '2026-07')).at(-1)).toEqual(['settled', 0])
  expect((await linesOf('owing', '2026-07')).at(-1)).toMatchObject({
    ...{ run_id: august.id, kind: 'recovery', amount_fen: -40000, payable_fen: -40000, money: 'to_recover' },
  })
  expect(await moneyOf('steady', '2026-08')).toEqual([['approved', 40000]])
  const { items } = await ok(w.as('district').get(`/api/v1/recoveries?state=all&person_id=${people.owing}`))
  await ok(
    post('finance', `recoveries/${items[0].id}/repayments`, {
      ...{ amount_fen: 40000, paid_on: '2026-09-05', reference: '收据 1 号' },
    }),
    201,
  )
  expect((await moneyOf('owing', '2026-07')).at(-1)).toEqual(['recovered', -40000])
  const page = await (await w.as('district').page(`/console/people/${people.netted}/allowance-months`)).text()
  expect(page).toContain('已与追回款相抵')
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
