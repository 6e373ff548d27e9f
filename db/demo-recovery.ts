/** A carer of the demo city was paid for a certificate that was then revoked: the recovery, its plan, and a first instalment. */
import { sql } from 'kysely'
import { planRecovery, recordRepayment } from '../src/allowances/recoveries.ts'
import { listRecoveries } from '../src/allowances/recovery-queries.ts'
import { recoveryFilterShape } from '../src/allowances/recovery-shapes.ts'
import { revokeCertificate } from '../src/credentials/actions.ts'
import type { City } from './demo-city.ts'
import type { DemoWorld } from './demo-world.ts'

/** Fraud, found after June was paid: July's run takes every month back that was paid for the certificate. */
export async function revokeLate(world: DemoWorld, city: City): Promise<void> {
  const home = city.facilities.find(({ name }) => name === '示例西湖颐养院')!
  const paid = await world.db
    .selectFrom('allowance_lines as l')
    .innerJoin('certificates as c', 'c.id', 'l.certificate_id')
    .select(['c.id', 'c.issuer_organisation_id'])
    .where('l.person_id', 'in', home.staff)
    .where('l.month', '=', '2026-06-01')
    .where('l.amount_fen', '>', 0)
    // no other one takes its place
    .where(sql<boolean>`(select count(*) from certificates where person_id = c.person_id) = 1`)
    .orderBy('c.number', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const assessor = `assessor.${city.assessors.indexOf(paid.issuer_organisation_id)}`
  await world.do(assessor, '2026-07-22', (tx, context) =>
    revokeCertificate(tx, context, paid.id, {
      reason_code: 'fraud',
      reason: '演示：查实由他人代考，撤销证书',
      effective_on: null,
    }),
  )
}

/** Two instalments, of which the first came in. */
export async function payBack(world: DemoWorld): Promise<void> {
  const [day, due] = ['2026-08-12', '2026-12-31']
  const { items } = await world.do('district', day, (tx, { scope }) =>
    listRecoveries(tx, scope, recoveryFilterShape.parse({}), day),
  )
  const { id, balance_fen } = items.at(-1)!
  const half = Math.floor(balance_fen / 2)
  const instalments = [
    { due_on: '2026-09-30', amount_fen: half },
    { due_on: due, amount_fen: balance_fen - half },
  ]
  await world.do('district', day, (tx, context) =>
    planRecovery(tx, context, id, { kind: 'instalments', instalments, reason: '演示：与本人商定分两期归还' }),
  )
  await world.do('finance', '2026-09-28', (tx, context) =>
    recordRepayment(tx, context, id, { amount_fen: half, paid_on: '2026-09-27', reference: '演示缴款书 0001 号' }),
  )
}
