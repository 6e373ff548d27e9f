/** Allowances from the rule to the money: confirming, computing, deciding, booking, correcting, paying. */

import { Buffer } from 'node:buffer'
import { sql } from 'kysely'
import readExcel from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allowanceRunJob } from '../../src/allowances/run.ts'
import { type JobHandler, runSlice } from '../../src/jobs/actions.ts'
import { sha256Hex } from '../../src/platform/bytes.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { clientsOf } from '../support/answers.ts'
import { reviewRun } from '../support/reviewing.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
})
afterAll(() => w.close())

/** One session a person: signing in is limited by the minute. */
const as = clientsOf(() => w)

let keys = 0
const key = () => ({ key: `key-${++keys}` })
const HZ = 'hz-special-post'

interface LineJson {
  person_id: string
  month: string
  kind: string
  outcome: string
  amount_fen: number
  entitlement_fen: number
  previous_fen: number | null
  certificate_id: string | null
  reasons: {
    code: string
    met: boolean
    required: unknown
    actual: unknown
    evidence: { kind: string; id: string }[]
    earliest_month: string | null
  }[]
}

async function ok<T = Record<string, unknown>>(answer: Response | Promise<Response>): Promise<T> {
  const response = await answer
  if (!response.ok) expect.fail(`${response.status} ${await response.text()}`)
  return response.json() as Promise<T>
}
async function refusal(
  answer: Promise<Response>,
): Promise<{ status: number; code: string; detail: string; errors?: { pointer: string; code: string }[] }> {
  const response = await answer
  return { ...(await response.json()), status: response.status }
}
const ask = (client: Client, month: string, district_code = '330106', scheme_code = HZ) =>
  client.post('/api/v1/allowance-runs', { scheme_code, month, district_code }, key())
async function compute(month: string, client = as('district'), district_code = '330106') {
  const { id } = await ok<{ id: string }>(ask(client, month, district_code))
  await w.runJobs()
  return ok<{
    id: string
    status: string
    lines_sha256: string
    line_count: number
    payable_count: number
    total_fen: number
  }>(client.get(`/api/v1/allowance-runs/${id}`))
}
async function linesOf(run_id: string, client = as('admin')): Promise<LineJson[]> {
  return (await ok<{ items: LineJson[] }>(client.get(`/api/v1/allowance-runs/${run_id}/lines?limit=200`))).items
}
const decide = (client: Client, run_id: string, step: string, body = {}) =>
  client.post(`/api/v1/allowance-runs/${run_id}/${step}`, body, key())
async function approve(run_id: string, finance = as('finance'), district = as('district')) {
  await ok(decide(district, run_id, 'submission'))
  await reviewRun(w, run_id)
  return ok(decide(finance, run_id, 'approval'))
}
/** Runs the waiting jobs with another handler of the run. */
async function runJobsWith(handler: JobHandler) {
  while (await runSlice(w.db, w.deps, { 'allowances.run': handler }));
}

describe('schemes', () => {
  test('the rules are listed with where they were read and how sure that is', async () => {
    const { items } = await ok<{ items: object[] }>(as('district').get('/api/v1/schemes'))
    // those of the division first, then those that serve for comparison
    expect(items.slice(0, 2)).toMatchObject([
      { code: 'zj-entry', confirmed: true },
      { code: HZ, confirmed: false },
    ])
    expect(items).toContainEqual(expect.objectContaining({ code: 'nb-special-post', confirmed: true }))
    const versions = await ok<{ items: { missing: object; conditions: { confidence: string; citation: string }[] }[] }>(
      as('district').get(`/api/v1/schemes/${HZ}/versions`),
    )
    expect(versions.items[0]!.missing).toEqual({
      asks: [],
      levels: [5, 4, 3, 2, 1],
      rates: ['5', '4', '3', '2', '1'].map((key) => ({ component: 'monthly', key })),
      conditions: ['continuing_education'],
      others: [],
    })
    expect(
      versions.items[0]!.conditions.every(({ confidence, citation }) => confidence && /S\d|R/.test(citation)),
    ).toBe(true)
    expect((await as('district').get('/api/v1/schemes/nothing/versions')).status).toBe(404)
  })

  test('an unconfirmed version computes nothing and says what is missing', async () => {
    const refused = await refusal(ask(as('district'), '2026-10'))
    expect(refused).toMatchObject({ status: 409, code: 'scheme.unconfirmed' })
    for (const piece of ['5 级标准', '1 级标准', '完成继续教育']) expect(refused.detail).toContain(piece)
    const html = await (await as('admin').page(`/console/schemes/${HZ}`)).text()
    expect(html).toContain('推定，未经确认')
    expect(html).toContain('未知，未经确认')
  })

  test('only an administrator confirms, by document, everything at once, and never what is known', async () => {
    const path = `/api/v1/schemes/${HZ}/versions/1/confirmation`
    expect((await as('district').post(path, CONFIRMATION, key())).status).toBe(403)
    expect((await as('admin').post(path, CONFIRMATION)).status).toBe(400)
    const faults = await refusal(
      w.as('admin').post(
        path,
        {
          ...CONFIRMATION,
          rates: [
            ...CONFIRMATION.rates.slice(1),
            { level: 4, amount_fen: 1 },
            { level: 1, amount_fen: 5, district_code: '330200' },
          ],
          thresholds: { attendance: 20 },
        },
        key(),
      ),
    )
    expect(faults.errors?.map(({ code }) => code).sort()).toEqual([
      'confirmation.district',
      'confirmation.rate_missing',
      'confirmation.rate_twice',
      'confirmation.threshold_missing',
      'confirmation.threshold_unknown',
    ])
    expect(
      (await refusal(as('admin').post('/api/v1/schemes/nb-special-post/versions/1/confirmation', CONFIRMATION, key())))
        .code,
    ).toBe('scheme.nothing_to_confirm')
    const form = await w.as('admin').submit(`/console/schemes/${HZ}/versions/1/confirmation`, {
      document: '',
      reason: '',
      rate_5: '三百',
      hours_continuing_education_5: '',
    })
    expect(form.status).toBe(422)
    expect(await form.text()).toContain('value="三百"')
    const answer = await as('admin').submit(`/console/schemes/${HZ}/versions/1/confirmation`, {
      document: CONFIRMATION.document,
      reason: CONFIRMATION.reason,
      ...Object.fromEntries(
        CONFIRMATION.rates.map(({ level, amount_fen }) => [`rate_${level}`, `${amount_fen / 100}`]),
      ),
      ...Object.fromEntries(
        Object.entries(CONFIRMATION.thresholds.continuing_education).map(([level, hours]) => [
          `hours_continuing_education_${level}`,
          `${hours}`,
        ]),
      ),
    })
    expect(answer.status).toBe(303)
    expect((await refusal(as('admin').post(path, CONFIRMATION, key()))).code).toBe('scheme.confirmed_already')
    const { items } = await ok<{
      items: { confirmed: boolean; confirmation: { document: string }; rates: { confidence: string }[] }[]
    }>(as('district').get(`/api/v1/schemes/${HZ}/versions`))
    expect(items[0]).toMatchObject({ confirmed: true, confirmation: { document: CONFIRMATION.document } })
    // what was inferred stays beside what was confirmed
    expect(items[0]!.rates.map(({ confidence }) => confidence).sort()).toEqual([
      ...Array(5).fill('confirmed'),
      ...Array(5).fill('inferred'),
    ])
  })
})

describe('a month', () => {
  let run: Awaited<ReturnType<typeof compute>>
  let whole: { id: string }
  let short: { id: string }
  let elsewhere: { id: string }

  beforeAll(async () => {
    whole = await facts.carer({ name: '全勤' })
    short = await facts.carer({ name: '缺勤', attendance: { '2026-09': 19, '2026-10': 19 } })
    elsewhere = await facts.carer({ name: '别处', organisation_id: w.org.home2 })
    await facts.employ(elsewhere.id, { organisation_id: w.org.home })
    await facts.attend(elsewhere.id, w.org.home, { '2026-10': 5 })
    run = await compute('2026-10')
  })

  test('each person is judged once, by the employment that pays, with every reason', async () => {
    const lines = await linesOf(run.id)
    expect(lines.map(({ person_id, outcome, amount_fen, kind }) => ({ person_id, outcome, amount_fen, kind }))).toEqual(
      [
        { person_id: whole.id, outcome: 'payable', amount_fen: 40000, kind: 'normal' },
        { person_id: short.id, outcome: 'refused', amount_fen: 0, kind: 'normal' },
      ],
    )
    expect(run).toMatchObject({ status: 'computed', line_count: 2, payable_count: 1, total_fen: 40000 })
    const reasons = lines[1]!.reasons
    expect(reasons.map(({ code }) => code)).toEqual([
      'division',
      'facility',
      'filed',
      'contract',
      'service',
      'in_post',
      'certificate',
      'registry',
      'attendance',
      'continuing_education',
      'accident',
      'ethics',
      'rate',
    ])
    expect(reasons.filter(({ met }) => !met)).toMatchObject([
      { code: 'attendance', required: 20, actual: 19, earliest_month: '2026-11' },
    ])
    expect(reasons.find(({ code }) => code === 'certificate')?.evidence).toEqual([
      { kind: 'certificate', id: lines[1]!.certificate_id },
    ])
    const other = await compute('2026-10', as('district2'), '330102')
    expect((await linesOf(other.id)).map(({ person_id }) => person_id)).toEqual([elsewhere.id])
  })

  test('another district’s run, its lines and its payment do not exist', async () => {
    for (const path of ['', '/lines']) {
      expect((await as('district2').get(`/api/v1/allowance-runs/${run.id}${path}`)).status).toBe(404)
      expect((await as('finance_nb').get(`/api/v1/allowance-runs/${run.id}${path}`)).status).toBe(404)
    }
    expect((await decide(as('district2'), run.id, 'submission')).status).toBe(404)
    expect((await as('district2').page(`/console/runs/${run.id}`)).status).toBe(404)
    expect((await ask(as('district2'), '2026-10', '330106')).status).toBe(404)
    expect((await as('facility').get('/api/v1/allowance-runs')).status).toBe(403)
  })

  test.each([
    ['a month that is not over', () => ask(as('district'), '2026-11'), 409, 'run.month_incomplete'],
    ['a month before the scheme', () => ask(as('district'), '2024-07'), 409, 'scheme.no_version'],
    [
      'a district of another city',
      () => ask(as('district_nb'), '2026-10', '330200'),
      409,
      'run.district_outside_scheme',
    ],
    ['the other authority', () => ask(as('health'), '2026-10'), 409, 'run.other_authority'],
    ['an unknown scheme', () => ask(as('district'), '2026-10', '330106', 'no-such-scheme'), 404, 'not_found'],
    [
      'no key',
      () =>
        as('district').post('/api/v1/allowance-runs', { scheme_code: HZ, month: '2026-10', district_code: '330106' }),
      400,
      'idempotency.key_required',
    ],
    ['a month that is none', () => ask(as('district'), '2026-13'), 422, 'input.invalid'],
  ])('%s is refused', async (_, call, status, code) => {
    expect(await refusal(call())).toMatchObject({ status, code })
  })

  test('asking answers 202 with the job; asking again while it runs is refused, afterwards it is computed again', async () => {
    const first = await ask(as('district'), '2026-10')
    expect(first.status).toBe(202)
    expect(await first.json()).toMatchObject({
      id: run.id,
      status: 'computing',
      job_id: first.headers.get('location')!.split('/').at(-1),
    })
    expect((await refusal(ask(as('district'), '2026-10'))).code).toBe('run.computing')
    expect(await (await as('district').page(`/console/runs/${run.id}`)).text()).toContain('排队中')
    await w.runJobs()
    const again = await ok<typeof run>(as('district').get(`/api/v1/allowance-runs/${run.id}`))
    expect(again).toMatchObject({ status: 'computed', lines_sha256: run.lines_sha256 })
  })

  test('facts recorded or withdrawn while it is computed are left to the next time', async () => {
    const digest = async () =>
      (await ok<typeof run>(as('district').get(`/api/v1/allowance-runs/${run.id}`))).lines_sha256
    const breach = {
      ...{ person_id: whole.id, kind: 'ethics_breach', decision: '测试' },
      ...{ happened_on: '2026-09-09', decided_on: '2026-10-10' },
    }
    await ok(ask(as('district'), '2026-10'))
    const slice = allowanceRunJob({ slice: 1 })
    let slices = 0
    await runJobsWith(async (tx, context, job, beside) => {
      const done = await slice(tx, context, job, beside)
      if (slices++ > 0) return done
      await tx.insertInto('conduct_events').values(breach).execute()
      await sql`update service_months set known_to = clock_timestamp() where person_id = ${whole.id} and month = '2026-10-01'`.execute(
        tx,
      )
      return done
    })
    expect(slices).toBeGreaterThan(3)
    expect(await digest()).toBe(run.lines_sha256)
    await compute('2026-10')
    expect(await digest()).not.toBe(run.lines_sha256)
    const now = await ok<{ items: LineJson[] }>(
      as('district').get(`/api/v1/people/${whole.id}/entitlements?month=2026-10&scheme=${HZ}`),
    )
    expect(now.items[0]!.reasons.filter(({ met }) => !met).map(({ code }) => code)).toEqual(['attendance', 'ethics'])
    await sql`update conduct_events set known_to = clock_timestamp() where person_id = ${whole.id}`.execute(w.db)
    await facts.attend(whole.id, w.org.home, { '2026-10': 22 })
    await compute('2026-10')
    expect(await digest()).toBe(run.lines_sha256)
  })

  test('lines come in pages, filtered, and as NDJSON or CSV streams', async () => {
    const page = await ok<{ items: LineJson[]; next_cursor: string }>(
      as('district').get(`/api/v1/allowance-runs/${run.id}/lines?limit=1`),
    )
    const rest = await ok<{ items: LineJson[]; next_cursor: null }>(
      as('district').get(`/api/v1/allowance-runs/${run.id}/lines?limit=1&cursor=${page.next_cursor}`),
    )
    expect([...page.items, ...rest.items].map(({ person_id }) => person_id)).toEqual([whole.id, short.id])
    expect(rest.next_cursor).toBeNull()
    const refused = await ok<{ items: LineJson[] }>(
      as('district').get(`/api/v1/allowance-runs/${run.id}/lines?outcome=refused&kind=normal`),
    )
    expect(refused.items.map(({ person_id }) => person_id)).toEqual([short.id])
    const ndjson = await w
      .as('district')
      .get(`/api/v1/allowance-runs/${run.id}/lines`, { accept: 'application/x-ndjson' })
    expect(ndjson.headers.get('content-type')).toContain('application/x-ndjson')
    expect(
      (await ndjson.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(await linesOf(run.id, as('district')))
    const csv = new Uint8Array(
      await (await as('district').get(`/api/v1/allowance-runs/${run.id}/lines`, { accept: 'text/csv' })).arrayBuffer(),
    )
    expect([...csv.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const rows = new TextDecoder().decode(csv).trim().split('\r\n')
    expect(rows[0]).toMatch(/^姓名,/)
    expect(rows.length).toBe(3)
    expect(rows[2]).toContain('当月出勤满 20 天')
  })

  test('why and why not is told live, within the reader’s scope', async () => {
    const items = async (client: Client, id: string, query = `?month=2026-10&scheme=${HZ}`) =>
      (
        await ok<{
          items: {
            outcome: string
            entitlement_fen: number
            organisation_id: string | null
            reasons: { code: string; met: boolean }[]
          }[]
        }>(client.get(`/api/v1/people/${id}/entitlements${query}`))
      ).items
    expect(await items(as('facility'), short.id)).toMatchObject([{ outcome: 'refused', entitlement_fen: 0 }])
    expect(await items(as('facility'), whole.id, `?scheme=${HZ}`)).toMatchObject([
      { outcome: 'payable', entitlement_fen: 40000 },
    ])
    // a facility learns of another employer only that it pays
    expect(await items(as('facility'), elsewhere.id)).toMatchObject([
      { organisation_id: null, reasons: [{ code: 'paying_employment', met: false }] },
    ])
    expect(await items(as('district2'), elsewhere.id)).toMatchObject([
      { outcome: 'payable', organisation_id: w.org.home2 },
    ])
    expect((await as('facility2').get(`/api/v1/people/${short.id}/entitlements`)).status).toBe(404)
    await sql`update accounts set role = 'carer', person_id = ${short.id} where username = 'assessor'`.execute(w.db)
    expect(await items(as('assessor'), short.id)).toMatchObject([{ outcome: 'refused' }])
    expect((await as('assessor').get(`/api/v1/people/${whole.id}/entitlements`)).status).toBe(404)
    await sql`update accounts set role = 'assessor', person_id = null where username = 'assessor'`.execute(w.db)
    expect(
      (await refusal(as('district').get(`/api/v1/people/${whole.id}/entitlements?month=2020-01&scheme=${HZ}`))).code,
    ).toBe('scheme.no_version')
  })

  test('a run computed twice has the same lines and digest, whatever the slices', async () => {
    const digests: string[] = []
    for (const sizes of [{ slice: 1 }, { slice: 2 }, { slice: 7, lot: 2, part: 1 }, { slice: 2000, lot: 1 }, {}]) {
      await ok(ask(as('district'), '2026-10'))
      await runJobsWith(allowanceRunJob(sizes))
      digests.push((await ok<typeof run>(as('district').get(`/api/v1/allowance-runs/${run.id}`))).lines_sha256)
    }
    expect(new Set(digests)).toEqual(new Set([run.lines_sha256]))
  })

  test('a job that dies in a slice goes on where it was, and does nothing twice', async () => {
    await ok(ask(as('district'), '2026-10'))
    const slice = allowanceRunJob({ slice: 1 })
    let slices = 0
    const faults = w.faults.length
    const dying: JobHandler = async (tx, context, job, beside) => {
      const done = await slice(tx, context, job, beside)
      if (++slices === 2) throw new Error('killed after its work, before the commit')
      return done
    }
    await runJobsWith(dying)
    expect(w.faults.splice(faults)).toHaveLength(1)
    await sql`update jobs set run_at = now() where status = 'running'`.execute(w.db)
    await runJobsWith(dying)
    expect(await ok(as('district').get(`/api/v1/allowance-runs/${run.id}`))).toMatchObject({
      status: 'computed',
      line_count: 2,
      lines_sha256: run.lines_sha256,
    })
  })

  test('a computation that failed can be asked for again', async () => {
    await ok(ask(as('district'), '2026-10'))
    const faults = w.faults.length
    await sql`update jobs set attempts = 4 where status = 'queued'`.execute(w.db)
    await runJobsWith(() => Promise.reject(new Error('out of order')))
    w.faults.splice(faults)
    const html = await (await as('district').page(`/console/runs/${run.id}`)).text()
    expect(html).toContain('重新计算')
    expect((await compute('2026-10')).lines_sha256).toBe(run.lines_sha256)
  })

  test('the pages show figures, reasons with evidence, and what may be done next', async () => {
    const html = await (await as('district').page(`/console/runs/${run.id}`)).text()
    for (const words of ['¥400.00', '全勤', '当月出勤满 20 天', '提交审核', '重新计算', run.lines_sha256])
      expect(html).toContain(words)
    const refused = await (await as('district').page(`/console/runs/${run.id}?tab=refused`)).text()
    expect(refused).not.toContain('全勤')
    const line = await (await as('district').page(`/console/runs/${run.id}/lines/${short.id}/2026-10`)).text()
    for (const words of ['19 天', '满 20 天', '未满足', '杭州市', '西湖区', '/console/certificates/', '测试班', 'S2'])
      expect(line).toContain(words)
    for (const address of [`${short.id}/2026-09`, `${short.id}/soon`, 'nobody/2026-10'])
      expect((await as('district').page(`/console/runs/${run.id}/lines/${address}`)).status).toBe(404)
    const english = await (
      await as('district').send('GET', `/console/runs/${run.id}`, { headers: { 'accept-language': 'en' } })
    ).text()
    expect(english).toContain('Submit')
    expect(await (await as('finance').page('/console/runs?status=computed')).text()).toContain('西湖区')
    expect(await (await as('auditor').page('/console/schemes')).text()).toContain('可以计算')
    expect((await as('district').page('/console/runs/new')).status).toBe(200)
    const future = await w
      .as('district')
      .submit('/console/runs', { scheme_code: HZ, month: '2026-11', district_code: '330106' })
    expect(future.status).toBe(409)
    expect(await future.text()).toContain('2026-11 还没有结束')
  })
})

describe('deciding', () => {
  let run_id: string
  let late: { id: string; certificate_id: string | null }
  let cheat: { id: string; certificate_id: string | null }
  let gone: { id: string; employment_id: string }

  beforeAll(async () => {
    late = await facts.carer({ name: '迟核', registry: null })
    cheat = await facts.carer({ name: '作弊', level: 3 })
    gone = await facts.carer({ name: '撤回' })
    run_id = (await compute('2026-09')).id
  })

  const amounts = async (id: string, person_id: string) =>
    (await linesOf(id))
      .filter((line) => line.person_id === person_id)
      .map(({ month, kind, amount_fen }) => [month, kind, amount_fen])
      .sort()

  test('nothing is approved before it is submitted, nor submitted twice', async () => {
    expect((await refusal(decide(as('finance'), run_id, 'approval'))).code).toBe('run.not_reviewed')
    expect((await decide(as('finance'), run_id, 'submission')).status).toBe(403)
    expect(await ok(decide(as('district'), run_id, 'submission'))).toMatchObject({ status: 'submitted' })
    expect((await refusal(decide(as('finance'), run_id, 'approval'))).code).toBe('run.not_reviewed')
    await reviewRun(w, run_id)
    expect((await refusal(decide(as('district'), run_id, 'submission'))).code).toBe('run.not_computed')
    expect((await refusal(ask(as('district'), '2026-09'))).code).toBe('run.exists')
  })

  test('who computed it does not approve it, whatever their role has become', async () => {
    const district = as('district')
    await district.get('/api/v1/me')
    await sql`update accounts set role = 'finance' where username = 'district'`.execute(w.db)
    for (const [step, body] of [
      ['approval', {}],
      ['rejection', { reason: '不行' }],
    ] as const) {
      const refused = await refusal(decide(district, run_id, step, body))
      expect(refused).toMatchObject({ status: 409, code: 'run.own_work' })
      expect(refused.detail).toContain('您是本批次的制表人，不能审批')
    }
    expect(await (await district.page(`/console/runs/${run_id}`)).text()).toContain('您是本批次的制表人，不能审批')
    expect(await (await district.submit(`/console/runs/${run_id}/approval`, { reason: '' })).text()).toContain(
      '您是本批次的制表人',
    )
    await sql`update accounts set role = 'district' where username = 'district'`.execute(w.db)
  })

  test('a rejection says why, and frees the month', async () => {
    expect((await decide(as('finance'), run_id, 'rejection')).status).toBe(422)
    const form = await as('finance').submit(`/console/runs/${run_id}/rejection`, { reason: '名单有误' })
    expect(form.status).toBe(303)
    const again = await compute('2026-09')
    expect(again.id).not.toBe(run_id)
    run_id = again.id
    await ok(decide(as('district'), run_id, 'submission'))
    await reviewRun(w, run_id)
  })

  test('of two approvals at the same time one wins', async () => {
    const answers = await Promise.all([
      decide(as('finance'), run_id, 'approval'),
      decide(as('finance2'), run_id, 'approval'),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const ledger = await w.db.selectFrom('allowance_ledger').selectAll().where('run_id', '=', run_id).execute()
    const lines = await linesOf(run_id)
    expect(ledger.length).toBe(lines.length)
    expect(ledger.every(({ seq }) => seq === 0)).toBe(true)
    expect(await amounts(run_id, cheat.id)).toEqual([['2026-09', 'normal', 50000]])
  })

  test('the same approval sent again is answered, and books nothing', async () => {
    const count = () =>
      w.db
        .selectFrom('allowance_ledger')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
    const before = await count()
    expect((await refusal(decide(as('finance2'), run_id, 'approval'))).code).toBe('run.not_reviewed')
    expect(await count()).toEqual(before)
  })

  test.each([
    'update allowance_lines set entitlement_fen = 1',
    'delete from allowance_lines',
    'truncate allowance_lines cascade',
    'insert into allowance_lines select * from allowance_lines limit 1',
    'update allowance_ledger set entitlement_fen = 1',
    'delete from allowance_ledger',
    'truncate allowance_ledger cascade',
    'update allowance_decisions set reason = null',
    'delete from allowance_decisions',
    `update allowance_runs set total_fen = 1 where status = 'approved'`,
    `update allowance_runs set status = 'computing' where status = 'approved'`,
    `update allowance_runs set district_code = '330102' where status = 'computed'`,
    'delete from allowance_runs',
    'truncate allowance_runs cascade',
    'update scheme_confirmations set thresholds = null',
    'delete from scheme_confirmations',
  ])('the owner of the database is refused: %s', async (statement) => {
    await expect(sql.raw(statement).execute(w.db)).rejects.toThrow(
      /append-only|cannot be changed|cannot go|is kept|generated|cannot insert|violates foreign key/,
    )
  })

  test('a line is written only while its run is computed', async () => {
    const copy = sql`insert into allowance_lines (run_id, person_id, month, kind, outcome, version_id, entitlement_fen, failed, found)
      select run_id, person_id, '2026-01-01', kind, outcome, version_id, entitlement_fen, failed, found from allowance_lines where run_id = ${run_id} limit 1`
    await expect(copy.execute(w.db)).rejects.toThrow('a line of a run that is approved cannot be changed')
  })

  test('the next month carries recovery and back pay as lines of their own, and books them', async () => {
    await facts.lookUp(late.certificate_id!)
    await facts.revoke(cheat.certificate_id!, '2025-03-10')
    await sql`update employments set known_to = clock_timestamp() where person_id = ${gone.id}`.execute(w.db)
    const october = await compute('2026-10')
    expect(await amounts(october.id, late.id)).toEqual([
      ['2026-09', 'back_pay', 40000],
      ['2026-10', 'normal', 40000],
    ])
    expect(await amounts(october.id, cheat.id)).toEqual([
      ['2026-09', 'recovery', -50000],
      ['2026-10', 'normal', 0],
    ])
    expect(await amounts(october.id, gone.id)).toEqual([['2026-09', 'recovery', -40000]])
    const recovery = (await linesOf(october.id)).find(
      (line) => line.person_id === cheat.id && line.kind === 'recovery',
    )!
    expect(recovery).toMatchObject({ entitlement_fen: 0, previous_fen: 50000, outcome: 'refused' })
    expect(recovery.reasons.find(({ code }) => code === 'certificate')).toMatchObject({
      met: false,
      evidence: [{ kind: 'certificate', id: cheat.certificate_id }],
    })
    const filtered = await ok<{ items: LineJson[] }>(
      as('district').get(`/api/v1/allowance-runs/${october.id}/lines?kind=recovery`),
    )
    expect(filtered.items.length).toBe(2)
    await approve(october.id)
    const { rows } = await sql<{ sum: number; entitlement_fen: number }>`
      select sum(amount_fen) as sum, (array_agg(entitlement_fen order by seq desc))[1] as entitlement_fen
      from allowance_ledger group by person_id, scheme_code, month`.execute(w.db)
    expect(rows.every(({ sum, entitlement_fen }) => Number(sum) === entitlement_fen)).toBe(true)
  })

  test('an employment that began in the look-back and ended before the month is paid late', async () => {
    const forgotten = await facts.carer({ name: '补录', starts_on: '2026-03-01', ends_on: '2026-10-01' })
    w.clock.now = new Date('2026-12-03T02:00:00Z')
    const november = await compute('2026-11')
    expect(await amounts(november.id, forgotten.id)).toEqual([['2026-09', 'back_pay', 40000]])
  })

  test('a run that another has overtaken is not approved', async () => {
    const november = await compute('2026-11')
    await ok(decide(as('district'), november.id, 'submission'))
    await reviewRun(w, november.id)
    const [line] = (await linesOf(november.id)).filter(({ kind }) => kind === 'back_pay')
    await sql`
      with other as (
        insert into allowance_runs (scheme_code, version_id, month, district_code, created_by)
        select scheme_code, version_id, '2026-01-01', '330108', created_by from allowance_runs where id = ${november.id} returning id
      ) select id from other`.execute(w.db)
    const { id } = await w.db
      .selectFrom('allowance_runs')
      .select('id')
      .where('district_code', '=', '330108')
      .executeTakeFirstOrThrow()
    await sql`insert into allowance_lines (run_id, person_id, month, kind, outcome, version_id, entitlement_fen, failed, found)
      select ${id}, ${line!.person_id}, '2026-09-01', 'normal', 'payable', version_id, 100, 0, '[]' from allowance_runs where id = ${id}`.execute(
      w.db,
    )
    await sql`insert into allowance_ledger (person_id, scheme_code, month, seq, entitlement_fen, run_id)
      values (${line!.person_id}, ${HZ}, '2026-09-01', 0, 100, ${id})`.execute(w.db)
    const stale = await refusal(decide(as('finance'), november.id, 'approval'))
    expect(stale).toMatchObject({ status: 409, code: 'run.stale' })
    expect(await ok(as('finance').get(`/api/v1/allowance-runs/${november.id}`))).toMatchObject({
      status: 'reviewed',
    })
  })
})

describe('payment', () => {
  let run_id: string
  let poor: { id: string }
  beforeAll(async () => {
    w.clock.now = new Date('2026-11-23T02:00:00Z')
    // another district, so that its ledger is its own
    poor = await facts.carer({ name: '无户', organisation_id: w.org.home2, bank_account: null })
    await facts.carer({ name: '=1+1', organisation_id: w.org.home2, level: 5 })
    const cheat = await facts.carer({ name: '先发后撤', organisation_id: w.org.home2 })
    const before = await compute('2026-09', as('district2'), '330102')
    await approve(before.id, as('finance'), as('district2'))
    await facts.revoke(cheat.certificate_id!, '2025-03-10')
    run_id = (await compute('2026-10', as('district2'), '330102')).id
  })

  const make = (format: string, client = as('finance'), reason?: string) =>
    client.post(`/api/v1/allowance-runs/${run_id}/payment-file`, { format, reason }, key())

  test('only an approved run is paid, by finance', async () => {
    expect((await refusal(make('xlsx'))).code).toBe('run.not_approved')
    expect((await make('xlsx', as('district2'))).status).toBe(403)
    await approve(run_id, as('finance'), as('district2'))
  })

  test('the workbook pays the positive lines, lists recoveries and those without an account apart, and totals each', async () => {
    const file = await ok<{ id: string; sha256: string }>(make('xlsx'))
    // 别处 400, =1+1 300; 无户 400 waits; 先发后撤 400 comes back
    expect(file).toMatchObject({
      row_count: 2,
      total_fen: 70000,
      recovery_count: 1,
      recovery_fen: -40000,
      held_count: 1,
      held_fen: 40000,
    })
    const bytes = Buffer.from(await (await as('finance').get(`/api/v1/payment-files/${file.id}`)).arrayBuffer())
    expect(await sha256Hex(bytes)).toBe(file.sha256)
    const sheets = Object.fromEntries(
      ((await readExcel(bytes)) as unknown as { sheet: string; data: unknown[][] }[]).map(({ sheet, data }) => [
        sheet,
        data,
      ]),
    )
    expect(sheets.发放![0]).toEqual(['序号', '姓名', '证件号码', '银行账号', '金额', '津贴月份', '机构'])
    expect(sheets.发放!.slice(1, 3).map((row) => [row[1], row[2], row[4], row[5]])).toEqual([
      ['别处', '109901197203150228', 400, '2026-10'],
      ['=1+1', '109901197203150228', 300, '2026-10'],
    ])
    expect(sheets.发放![3]!.slice(1, 5)).toEqual(['合计', '2 笔', null, 700])
    expect(sheets.发放![4]![2]).toBe('柒佰元整')
    expect(sheets.追回!.slice(1, 4).map((row) => [row[1], row[4], row[2]])).toEqual([
      ['先发后撤', -400, '109901197203150228'],
      ['合计', -400, '1 笔'],
      ['人民币大写', null, '负肆佰元整'],
    ])
    expect(sheets.暂缓![1]!.slice(1, 5)).toEqual([
      '无户',
      '109901197203150228',
      '未登记银行账号，请机构补登后另行发放',
      400,
    ])
  })

  test('a file gives the same bytes although people have changed since; whoever takes it is recorded', async () => {
    const file = await ok<{ id: string; sha256: string }>(make('csv', as('finance'), '银行只收 CSV'))
    const take = async () =>
      new Uint8Array(await (await as('finance2').get(`/api/v1/payment-files/${file.id}`)).arrayBuffer())
    const first = await take()
    await sql`update people set name = '改名', bank_account_sealed = ${await w.deps.vault.seal('1')} where id = ${poor.id}`.execute(
      w.db,
    )
    expect(await take()).toEqual(first)
    expect(await sha256Hex(first)).toBe(file.sha256)
    const text = new TextDecoder().decode(first)
    expect(text).toContain(`'=1+1`)
    for (const words of ['400.00', '300.00', '合计,2 笔,,700.00', '柒佰元整', '追回', '暂缓', '-400.00'])
      expect(text).toContain(words)
    const events = await w.db
      .selectFrom('history_events')
      .select(['kind', 'actor_name', 'changes'])
      .where('subject_id', '=', file.id)
      .execute()
    expect(events.map(({ kind, actor_name }) => `${kind} ${actor_name}`)).toEqual([
      'payment_file.made finance',
      'payment_file.downloaded finance2',
      'payment_file.downloaded finance2',
    ])
    expect(JSON.stringify(events)).not.toContain('109901197203150228')
  })

  test('nobody else may take it, and no number lies open in the database', async () => {
    const { id } = await w.db.selectFrom('payment_files').select('id').executeTakeFirstOrThrow()
    expect((await as('auditor').get(`/api/v1/payment-files/${id}`)).status).toBe(403)
    expect((await as('finance_nb').get(`/api/v1/payment-files/${id}`)).status).toBe(404)
    const { content_sealed } = await w.db.selectFrom('payment_files').select('content_sealed').executeTakeFirstOrThrow()
    expect(content_sealed).toMatch(/^k1\./)
    for (const statement of [
      'update payment_files set total_fen = 1',
      'delete from payment_files',
      'truncate payment_files cascade',
    ])
      await expect(sql.raw(statement).execute(w.db)).rejects.toThrow('append-only')
  })

  test('the run’s page lists the files with control totals and digest, and warns of a second one', async () => {
    const html = await (await as('finance').page(`/console/runs/${run_id}`)).text()
    for (const words of ['发放文件', '2 笔', '¥700.00', '柒佰元整', '−¥400.00']) expect(html).toContain(words)
    const { batch_id } = await w.db.selectFrom('payment_files').select('batch_id').executeTakeFirstOrThrow()
    const again_page = await as('finance').page(`/console/runs/${run_id}/payment-file?batch=${batch_id}`)
    expect(await again_page.text()).toContain('请勿重复发放')
    const again = { bank_format: 'huyu-csv', batch_id, reason: '银行没有收到' }
    expect((await as('finance').submit(`/console/runs/${run_id}/payment-file`, again)).status).toBe(303)
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
