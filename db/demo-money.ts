/** The demo city's registry checks, confirmed amounts, twelve months of allowances, and a revocation. */
import { sql } from 'kysely'
import { approveRun, computeRun, confirmVersion, submitRun } from '../src/allowances/actions.ts'
import { confirmationShape } from '../src/allowances/confirmation-shapes.ts'
import { makePaymentFiles, makeReissueFiles } from '../src/allowances/payment-files.ts'
import { recordPaymentResults } from '../src/allowances/payment-results.ts'
import { revokeCertificate } from '../src/credentials/actions.ts'
import { recordRegistryChecks } from '../src/credentials/checks.ts'
import { recordExternalCertificates } from '../src/credentials/external.ts'
import { suspendCertificate } from '../src/credentials/suspensions.ts'
import { addDays, addMonths, firstDay } from '../src/platform/calendar.ts'
import type { City } from './demo-city.ts'
import { revokeLate } from './demo-recovery.ts'
import { passReview } from './demo-review.ts'
import type { DemoWorld } from './demo-world.ts'

/** Every certificate was found in the national register, but for the last few: those are what an officer still has to do. */
export async function checkRegistry(world: DemoWorld): Promise<void> {
  const certificates = await world.db.selectFrom('certificates').select(['id', 'issued_on']).orderBy('number').execute()
  const certificate_ids = certificates.slice(0, -12).map(({ id }) => id)
  const checked_on = certificates
    .map(({ issued_on }) => issued_on)
    .sort()
    .at(-1)!
  await world.do('admin', checked_on, (tx, context) =>
    recordRegistryChecks(tx, context, {
      certificate_ids,
      registry: 'osta',
      result: 'found',
      checked_on,
      evidence: '演示：全国联网查询截图 0001 号',
    }),
  )
}

/** An officer confirms the Hangzhou amounts, then December to September are computed, submitted and approved in every district. */
export async function payAllowances(world: DemoWorld, city: City): Promise<void> {
  const amounts = { 5: 300, 4: 400, 3: 500, 2: 800, 1: 1200 }
  await world.do('admin', '2025-12-31', (tx, context) =>
    confirmVersion(
      tx,
      context,
      'hz-special-post',
      1,
      confirmationShape.parse({
        document: '演示文件〔2024〕1 号（并非真实文件）',
        reason: '演示用：按宁波 2023 年标准假定',
        rates: Object.entries(amounts).map(([level, yuan]) => ({ level: Number(level), amount_fen: yuan * 100 })),
        thresholds: { continuing_education: { 5: 8, 4: 16, 3: 24, 2: 32, 1: 40 } },
      }),
    ),
  )
  const districts = [...new Set(city.facilities.map(({ district_code }) => district_code))]
  for (let month = '2025-12'; month <= '2026-09'; month = addMonths(month, 1)) {
    if (month === '2026-07') await revokeLate(world, city)
    for (const district_code of districts) {
      const day = addDays(firstDay(addMonths(month, 1)), 5)
      const officer = `district.${district_code}`
      const run = await world.do(officer, day, (tx, context) =>
        computeRun(tx, context, { scheme_code: 'hz-special-post', month, district_code }),
      )
      await world.work(day)
      await world.do(officer, addDays(day, 1), (tx, context) => submitRun(tx, context, run.id, null))
      await review(world, run.id, district_code, addDays(day, 2))
      await world.do('finance', addDays(day, 4), (tx, context) => approveRun(tx, context, run.id, null))
    }
  }
  // two more wait: one for the finance officer, with a line held back after its inspection, one for the township and the district
  for (const district_code of ['330102', '330105']) {
    const officer = `district.${district_code}`
    const waiting = await world.do(officer, '2026-11-04', (tx, context) =>
      computeRun(tx, context, { scheme_code: 'hz-special-post', month: '2026-10', district_code }),
    )
    await world.work('2026-11-04')
    await world.do(officer, '2026-11-05', (tx, context) => submitRun(tx, context, waiting.id, null))
    if (district_code === '330102') await review(world, waiting.id, district_code, '2026-11-06', 1)
  }
}

/** The district's step is the city officer's: whoever made the run does not check it. */
async function review(world: DemoWorld, run_id: string, district_code: string, day: string, failed = 0): Promise<void> {
  await passReview(
    world.db,
    run_id,
    ({ reviewer, township_code }, action) =>
      world.do(reviewer === 'township' ? `township.${township_code ?? district_code}` : 'city', day, action),
    failed,
  )
}

/** September of two districts goes to the bank; in Xihu three payments came back, and the one whose card was asleep is issued again. */
export async function payOut(world: DemoWorld): Promise<void> {
  for (const district_code of ['330102', '330106']) {
    const run = await world.db
      .selectFrom('allowance_runs')
      .select('id')
      .where('district_code', '=', district_code)
      .where('month', '=', '2026-09-01')
      .executeTakeFirstOrThrow()
    const [file] = await world.do('finance', '2026-10-12', (tx, context) => makePaymentFiles(tx, context, run.id, {}))
    if (district_code === '330102') continue
    const payments = await world.db
      .selectFrom('payments')
      .select(['payee_id', 'amount_fen'])
      .where('batch_id', '=', file.batch_id)
      .orderBy('position')
      .execute()
    const back = ['name_mismatch', 'dormant', 'closed'] as const
    const answers = payments.map(({ payee_id, amount_fen }, at) => ({
      ...{ payee_id, amount_fen, settled_on: '2026-10-14', reason: null, bank_reference: `YS${100_001 + at}` },
      outcome: at < back.length ? ('returned' as const) : ('paid' as const),
      reason_code: back[at] ?? null,
    }))
    await world.do('finance', '2026-10-15', (tx, context) => recordPaymentResults(tx, context, file.id, answers))
    await world.do('finance', '2026-10-20', (tx, context) => makeReissueFiles(tx, context, run.id, {}))
    const again = { batch_id: file.batch_id, reason: '演示：银行反映原文件打不开，重发一份' }
    await world.do('finance2', '2026-10-12', (tx, context) => makePaymentFiles(tx, context, run.id, again))
  }
}

/** Revoked after September was paid: October's run in Xihu will carry the recovery. Another certificate is suspended. */
export async function revokeOne(world: DemoWorld, city: City): Promise<void> {
  const home = city.facilities.find(({ name }) => name === '示例西湖颐养院')!
  const certificates = await world.db
    .selectFrom('allowance_lines as l')
    .innerJoin('certificates as c', 'c.id', 'l.certificate_id')
    .select(['c.id', 'c.issuer_organisation_id'])
    .where('l.person_id', 'in', home.staff)
    .where('l.month', '=', '2026-09-01')
    .where('l.amount_fen', '>', 0)
    // no other one takes its place
    .where(sql<boolean>`(select count(*) from certificates where person_id = c.person_id) = 1`)
    .orderBy('c.number')
    .limit(2)
    .execute()
  const [paid, doubted] = certificates as [(typeof certificates)[0], (typeof certificates)[0]]
  const assessor = `assessor.${city.assessors.indexOf(paid.issuer_organisation_id)}`
  await world.do(assessor, '2026-10-20', (tx, context) =>
    revokeCertificate(tx, context, paid.id, {
      reason_code: 'result_withdrawn',
      reason: '演示：复核发现成绩登记错误，撤销证书',
      effective_on: '2026-09-01',
    }),
  )
  // another one is looked into: suspended, so that November is not supported while it lasts
  await world.do(`assessor.${city.assessors.indexOf(doubted.issuer_organisation_id)}`, '2026-11-10', (tx, context) =>
    suspendCertificate(tx, context, doubted.id, {
      ...{ reason: '演示：收到替考举报，调查期间暂停使用', decision_reference: '示例评查〔2026〕7 号' },
      from_on: '2026-11-10',
    }),
  )
}

/** A carer of the home showed a certificate from another province: an officer has to look it up before it counts. */
export async function bringElsewhere(world: DemoWorld, city: City): Promise<void> {
  const home = city.facilities.find(({ name }) => name === '示例西湖颐养院')!
  const carer = await world.db
    .selectFrom('people')
    .select('id')
    .where('id', 'in', home.staff)
    .where(sql<boolean>`not exists (select from certificates where person_id = people.id)`)
    .orderBy('id')
    .executeTakeFirst()
  if (!carer) return
  await world.do('facility', '2026-11-12', (tx, context) =>
    recordExternalCertificates(tx, context, [
      {
        person_id: carer.id,
        number: 'S000099999901244000017',
        kind: 'skill_level',
        occupation_code: '4-10-01-05',
        level: 4,
        issuer_name: '示例外省照护技能评价中心',
        issued_on: '2024-05-20',
        valid_until: null,
        evidence: '演示：证书照片 0001 号',
      },
    ]),
  )
}
