/** Reports, the home page and the cockpit: the numbers of a small world counted by hand, who sees which, and at what cost. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type KyselyPlugin, sql } from 'kysely'
import { readSheet } from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../db/root.ts'
import { listSchemes } from '../../src/allowances/queries.ts'
import { concerns } from '../../src/allowances/rules.ts'
import { deedName } from '../../src/history/deeds.ts'
import { ORGANISATION_EVENTS } from '../../src/organisations/rules.ts'
import { PERSON_EVENTS } from '../../src/people/history-words.ts'
import { TASKS } from '../../src/reports/home.ts'
import { clientsOf } from '../support/answers.ts'
import { addPerson, fillReports } from '../support/report-world.ts'
import { type World, world } from '../support/world.ts'

let w: World
beforeAll(async () => {
  w = await world()
  await fillReports(w)
})
afterAll(() => w.close())
/** One session an account: signing in is counted. */
const as = clientsOf(() => w)

// ─── the reports ───────────────────────────────────────────────────────────────────────────────────────────────────────

async function report(username: string, path: string) {
  const answer = await as(username).get(`/api/v1/reports/${path}`)
  expect(answer.status).toBe(200)
  return answer.json()
}
/** `330106 4: 1/4`, for comparing many rows at a glance */
const shares = (
  items: { district_code: string; level: number | null; rate: { numerator: number; denominator: number } }[],
) => items.map(({ district_code, level, rate }) => `${district_code} ${level}: ${rate.numerator}/${rate.denominator}`)

describe('workforce', () => {
  test('people in post are counted once at their highest certificate that counts, and once over all divisions', async () => {
    const { items, totals } = await report('admin', 'workforce?month=2026-11')
    expect(shares(items)).toEqual([
      '330102 4: 1/2',
      '330102 5: 1/2',
      '330106 4: 1/4',
      '330106 5: 1/4',
      '330106 null: 2/4',
      '330200 5: 1/1',
    ])
    expect(totals).toEqual({
      month: '2026-11',
      certified: 4,
      expiring: 1,
      in_post: 6,
      rate: { numerator: 4, denominator: 6 },
    })
  })

  test('a month is measured on its last day: before a revocation and a leaving both still count', async () => {
    const { items } = await report('district', 'workforce?month=2026-06')
    expect(shares(items)).toEqual(['330106 3: 1/5', '330106 4: 1/5', '330106 5: 2/5', '330106 null: 1/5'])
  })

  test('a certificate of another body counts once it was found in an official register, and no longer when it is withdrawn', async () => {
    const levels = async () => {
      const { items } = await report('district', 'workforce?month=2026-11&workforce=childcare')
      return shares(items)
    }
    expect(await levels()).toEqual(['330106 null: 1/1'])
    const { id: person_id } = await w.db
      .selectFrom('people')
      .select('id')
      .where('name', '=', '周育儿')
      .executeTakeFirstOrThrow()
    const { id: certificate_id } = await w.db
      .insertInto('external_certificates')
      .values({
        ...{
          person_id,
          organisation_id: w.org.nursery,
          number: 'S000033000012013000001',
          kind: 'skill_level',
          level: 3,
        },
        ...{
          occupation_code: '4-10-01-02',
          occupation_name: '育婴员',
          issuer_name: '示例评价',
          issued_on: '2020-01-01',
        },
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    expect(await levels()).toEqual(['330106 null: 1/1'])
    const look = (result: string, checked_on: string) =>
      w.db
        .insertInto('external_certificate_checks')
        .values({ certificate_id, revision: 1, registry: 'osta', result, checked_on, evidence: '截图' })
        .execute()
    await look('not_found', '2026-11-01')
    expect(await levels()).toEqual(['330106 null: 1/1'])
    await look('found', '2026-11-02')
    expect(await levels()).toEqual(['330106 3: 1/1'])
    await sql`update external_certificates set known_to = clock_timestamp() where id = ${certificate_id}`.execute(w.db)
    expect(await levels()).toEqual(['330106 null: 1/1'])
  })

  test('a certificate without an end counts for nothing while it is suspended, and again afterwards', async () => {
    const { id: certificate_id } = await w.db
      .selectFrom('certificates')
      .innerJoin('people', 'people.id', 'certificates.person_id')
      .select('certificates.id')
      .where('people.name', '=', '冯宁波')
      .where('valid_until', 'is', null)
      .executeTakeFirstOrThrow()
    const decision = { certificate_id, reason: '复核', decision_reference: '示例〔2026〕1 号' }
    await w.db
      .insertInto('certificate_suspensions')
      .values({ ...decision, from_on: '2026-03-15' })
      .execute()
    await w.db
      .insertInto('certificate_resumptions')
      .values({ ...decision, seq: 0, suspended_from: '2026-03-15', from_on: '2026-05-31' })
      .execute()
    const { items } = await report('admin', 'workforce?year=2026')
    const levels = items.filter(({ district_code }: { district_code: string }) => district_code === '330200')
    expect(
      levels.map(({ month, level }: { month: string; level: number | null }) => `${month} ${level}`).slice(1, 6),
    ).toEqual(['2026-02 5', '2026-03 null', '2026-04 null', '2026-05 5', '2026-06 5'])
  })

  test('a level leaves the denominator whole, and a year shows every month that has begun', async () => {
    const { items, totals } = await report('district', 'workforce?level=5&year=2026&workforce=elder_care')
    expect(new Set(items.map(({ level }: { level: number }) => level))).toEqual(new Set([5]))
    expect(items.at(-1)).toMatchObject({
      month: '2026-11',
      people: 1,
      in_post: 3,
      rate: { numerator: 1, denominator: 3 },
    })
    expect(totals.certified).toBe(1)
  })
})

describe('training', () => {
  test('completion and passing are told with both numbers; cancelled classes and other years are left out', async () => {
    const { items, totals } = await report('admin', 'training')
    expect(items).toHaveLength(2)
    expect(items[0]).toMatchObject({
      district_code: '330106',
      district_name: '西湖区',
      month: '2026-03',
      level: 5,
      people: 3,
      withdrawn: 1,
    })
    expect(totals).toEqual({
      classes: 2,
      people: 5,
      withdrawn: 1,
      completed: 2,
      failed: 1,
      assessed: 3,
      passed: 2,
      certified: 0,
      completion_rate: { numerator: 2, denominator: 3 },
      pass_rate: { numerator: 2, denominator: 3 },
      certificate_rate: { numerator: 0, denominator: 6 },
    })
  })

  test('the same by institution: who withdrew is in the denominator of certificates, not of passing', async () => {
    const { items, totals } = await report('admin', 'institutions?month=2026-03')
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({
      ...{ id: w.org.trainer, name: '示例职业培训学校', people: 3, withdrawn: 1 },
      certificate_rate: { denominator: 4 },
    })
    expect(totals).toMatchObject({ people: 3, certificate_rate: { denominator: 4 } })
  })

  test('a month and a level narrow it', async () => {
    expect((await report('admin', 'training?month=2026-09')).totals).toMatchObject({
      classes: 1,
      people: 2,
      pass_rate: { numerator: 0, denominator: 0 },
    })
    expect((await report('admin', 'training?level=4')).totals).toMatchObject({ classes: 0, people: 0 })
  })
})

test('credentials: what was issued in the year, and what has become of it', async () => {
  const { items, totals } = await report('district2', 'credentials?year=2026')
  expect(items.map((row: Record<string, unknown>) => [row.month, row.kind, row.level, row.issued])).toEqual([
    ['2026-02', 'skill_level', 5, 5],
    ['2026-05', 'skill_level', 4, 1],
  ])
  expect(totals).toEqual({
    issued: 6,
    valid: 5,
    expired: 0,
    suspended: 0,
    revoked: 1,
    replaced: 0,
    registry_found: 1,
    valid_rate: { numerator: 5, denominator: 6 },
  })
})

test('competitions: entries by the division that sent them; a ranking counts once it is published', async () => {
  const { items, totals } = await report('admin', 'competitions')
  expect(
    items.map((row: Record<string, unknown>) => [row.district_code, row.tier, row.entries, row.ranked, row.awards]),
  ).toEqual([
    ['330102', 'city', 2, 1, 0],
    ['330106', 'city', 2, 1, 1],
  ])
  expect(totals).toEqual({
    competitions: 1,
    events: 2,
    entries: 4,
    ranked: 2,
    awards: 1,
    award_rate: { numerator: 1, denominator: 2 },
  })
})

test('allowances: what approved runs booked, money taken back included', async () => {
  const { items, totals } = await report('finance', 'allowances?year=2026')
  expect(items.map((row: Record<string, unknown>) => [row.month, row.level, row.amount_fen])).toEqual([
    ['2026-09', 4, 40_000],
    ['2026-09', 5, 30_000],
    ['2026-09', null, 0],
    ['2026-10', 4, 40_000],
    ['2026-10', 5, -30_000],
  ])
  expect(totals).toEqual({
    judged: 4,
    payable: 3,
    people_paid: 2,
    paid_fen: 110_000,
    recovered_fen: -30_000,
    amount_fen: 80_000,
    payable_rate: { numerator: 3, denominator: 4 },
  })
  const runs = await w.db
    .selectFrom('allowance_runs')
    .select(sql<number>`sum(total_fen)::bigint`.as('fen'))
    .where('status', '=', 'approved')
    .executeTakeFirstOrThrow()
  expect(totals.amount_fen).toBe(runs.fen)
})

const NAMES = ['workforce', 'training', 'credentials', 'competitions', 'allowances']

describe('who sees what', () => {
  test('a district sees its own division and nothing of another', async () => {
    for (const name of NAMES) {
      const { items } = await report('district2', `${name}?year=2026`)
      expect(items.filter((row: { district_code: string }) => row.district_code !== '330102')).toEqual([])
    }
    expect((await report('district2', 'workforce?month=2026-11')).totals).toMatchObject({ certified: 2, in_post: 2 })
    expect((await report('district2', 'allowances')).totals).toMatchObject({ judged: 0, amount_fen: 0 })
  })

  test('a division narrows a wider scope, and one outside it is not found', async () => {
    expect((await report('finance', 'workforce?month=2026-11&district_code=330102')).totals).toMatchObject({
      certified: 2,
      in_post: 2,
    })
    for (const code of ['330102', '330100', '330000']) {
      expect((await as('district').get(`/api/v1/reports/workforce?district_code=${code}`)).status).toBe(404)
      expect((await as('district').page(`/console/cockpit?district_code=${code}`)).status).toBe(404)
    }
  })

  test.each(['trainer', 'assessor', 'facility'])('%s: no report, no cockpit, no file', async (role) => {
    for (const path of [
      ...NAMES.map((name) => `/api/v1/reports/${name}`),
      '/console/cockpit',
      '/console/reports/training.xlsx',
    ])
      expect((await as(role).get(path)).status).toBe(403)
  })

  test('a month and a year together, or neither that exists, are refused with what is wrong', async () => {
    const both = await as('admin').get('/api/v1/reports/training?month=2026-10&year=2026')
    expect([both.status, (await both.json()).errors[0].pointer]).toEqual([422, '/year'])
    expect((await as('admin').get('/api/v1/reports/training?month=2026-13')).status).toBe(422)
  })
})

describe('workbooks', () => {
  const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  const rowsOf = async (answer: Response) => {
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, XLSX])
    return readSheet(Buffer.from(await answer.arrayBuffer()))
  }

  test('by Accept or by link, the same rows as JSON, rates as a percentage beside both numbers, the total last', async () => {
    const [header, first, ...rest] = await rowsOf(
      await as('admin').get('/api/v1/reports/training?year=2026', { accept: XLSX }),
    )
    const read = (row: unknown[] | undefined, title: string) =>
      row![header!.findIndex((cell) => String(cell).startsWith(title))]
    expect(['区划代码', '区县', '等级', '参评', '合格', '合格率'].map((title) => read(first, title))).toEqual([
      '330106',
      '西湖区',
      '五级/初级工',
      3,
      2,
      66.6,
    ])
    expect([read(rest.at(-1), '区县'), read(rest.at(-1), '培训人次')]).toEqual(['合计', 5])
    expect(await rowsOf(await as('admin').page('/console/reports/training.xlsx?year=2026'))).toEqual([
      header,
      first,
      ...rest,
    ])
  })

  test('money is in yuan, and every report has a file', async () => {
    const rows = await rowsOf(await as('finance').page('/console/reports/allowances.xlsx?year=2026'))
    expect(rows.at(-1)!.slice(-3)).toEqual([1100, -300, 800])
    for (const name of NAMES)
      expect((await rowsOf(await as('auditor').page(`/console/reports/${name}.xlsx`))).length).toBeGreaterThan(1)
    expect((await as('auditor').page('/console/reports/salaries.xlsx')).status).toBe(404)
  })
})

// ─── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

async function html(username: string, path: string): Promise<string> {
  const answer = await as(username).page(path)
  expect(answer.status).toBe(200)
  return answer.text()
}
/** The words of a page, one piece of markup a space. */
const wordsOf = (page: string) => page.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

describe('cockpit', () => {
  test('the figures are those of the world, and each leads to its list', async () => {
    const page = await html('admin', '/console/cockpit')
    const text = wordsOf(page)
    expect(text).toContain('数据截至 2026-11-23 10:00')
    expect(text).toContain('持证人数 4 人 在岗持证率 66.6% (4/6)')
    expect(text).toContain('本年培训人次 5 人次 评价合格率 66.6% (2/3)')
    expect(text).toContain('本季津贴 ¥100.00 26Q4 已审批')
    expect(text).toContain('30 天内到期 1 人')
    expect(text).toContain('待审批次 1 个')
    const links = [...page.slice(page.indexOf('class="kpis"')).matchAll(/<dt><a href="([^"]+)"/g)].map(
      ([, href = '']) => href.replaceAll('&amp;', '&'),
    )
    expect(links).toHaveLength(6)
    for (const href of links) expect([href, (await as('admin').page(href)).status]).toEqual([href, 200])
  })

  test('every chart stands on a table that needs no script', async () => {
    const text = wordsOf(await html('admin', '/console/cockpit'))
    // 26Q2: 26Q2 had a level-3 holder who left, and a certificate that was revoked later
    expect(text).toContain('26Q2 0 0 1 1 4 7 85.7% (6/7)')
    expect(text).toContain('26Q4 0 0 0 1 3 6 66.6% (4/6)')
    expect(text).toContain('26-09 0.07 ¥700.00 2 26-10 0.01 ¥100.00 2 26-11 — ¥0.00 0')
    expect(text).toContain('25Q4 100.0% (1/1) 1 1 26Q1 66.6% (2/3) 2 3')
    expect(text).toContain('上城区 2 0 0 0 1 1 2 100.0% (2/2) 西湖区 2 0 0 0 1 1 4 50.0% (2/4)')
  })

  test('the count of people agrees with the lists it leads to', async () => {
    const list = async (status: string) =>
      (await (await as('finance').get(`/api/v1/people?certificate_status=${status}&district_code=330100`)).json()).items
        .length
    expect(wordsOf(await html('finance', '/console/cockpit'))).toContain('持证人数 3 人')
    expect((await list('valid')) + (await list('expiring'))).toBe(3)
    expect(await list('expiring')).toBe(1)
    expect(await list('ending')).toBe(2)
    expect(wordsOf(await html('finance', '/console/cockpit'))).toContain('90 天内到期 2 人')
  })

  test('a division, and each level in it, lead to the people counted there', async () => {
    const page = (await html('admin', '/console/cockpit')).replaceAll('&amp;', '&')
    expect(page).toContain('<a href="/console/people?district_code=330106">西湖区</a>')
    expect(page).toContain('<a href="/console/people?level=4&district_code=330106">1</a>')
    const { items } = await (await as('admin').get('/api/v1/people?level=4&district_code=330106')).json()
    expect(items).toHaveLength(1)
  })

  test('year, workforce and division filter everything on the page', async () => {
    const childcare = wordsOf(await html('admin', '/console/cockpit?workforce=childcare'))
    expect(childcare).toContain('持证人数 0 人 在岗持证率 0.0% (0/1)')
    expect(childcare).toContain('本季津贴 ¥0.00')
    expect(wordsOf(await html('admin', '/console/cockpit?district_code=330200'))).toContain('在岗持证率 100.0% (1/1)')
    const earlier = wordsOf(await html('admin', '/console/cockpit?year=2025'))
    expect(earlier).toContain('2025 年培训人次 1 人次')
    expect(earlier).toContain('25Q4 0 0 1 0 1 2 100.0% (2/2)')
    expect(wordsOf(await html('district2', '/console/cockpit'))).not.toContain('西湖区')
    expect((await as('admin').page('/console/cockpit?year=x&workforce=&district_code=')).status).toBe(200)
  })

  test('English on request', async () => {
    const answer = await as('admin').get('/console/cockpit', { 'accept-language': 'en' })
    expect(wordsOf(await answer.text())).toContain('With a level 4 people 66.6% (4/6) of those in post')
  })
})

describe('home', () => {
  const duties: [string, [string, string][]][] = [
    [
      'trainer',
      [
        ['已结束、待成绩或结业的培训班 1 个', '/console/classes?phase=awaiting_completion'],
        ['已结业、待发证的培训班 2 个', '/console/classes?phase=awaiting_certificates'],
      ],
    ],
    ['assessor', [['已结束、待录入成绩的培训班 1 个', '/console/classes?waits=entry']]],
    [
      'facility',
      [
        ['2026-10 在岗情况未登记 2 人', '/console/staff?month=2026-10'],
        ['30 天内到期的证书 1 张', '/console/certificates?tab=expiring'],
      ],
    ],
    [
      'district',
      [
        ['待官方平台核验的证书 3 张', '/console/registry-checks'],
        ['已算完、待提交的津贴批次 1 个', '/console/runs?waits=submission'],
      ],
    ],
    [
      'finance',
      [
        ['待审批的津贴批次 1 个', '/console/runs?waits=approval'],
        ['已审批、未生成发放文件的批次 2 个', '/console/runs?waits=payment'],
      ],
    ],
    ['admin', [['因密码错误被锁定的账号 1 个', '/console/accounts?standing=locked']]],
    ['auditor', [['已审批、未独立复核的批次 2 个', '/console/runs?waits=recheck']]],
  ]
  test.each(duties)('%s sees what waits for them, with the way to it', async (username, expected) => {
    const page = await html(username, '/console')
    for (const [words, href] of expected) {
      expect(wordsOf(page)).toContain(words)
      expect(page).toContain(`href="${href}"`)
      expect((await as(username).page(href)).status).toBe(200)
    }
  })

  test('what does not wait is not mentioned', async () => {
    expect(await html('district2', '/console')).not.toContain('待提交的津贴批次')
    expect(await html('health', '/console')).not.toContain('待提交的津贴批次')
    expect(await html('facility2', '/console')).not.toContain('到期')
  })

  test('schemes wait for a confirmation exactly as the list of schemes says', async () => {
    const inForce = (await listSchemes(w.db, '2026-11')).filter(({ version }) => version !== null)
    const unconfirmed = inForce.filter(({ confirmed }) => !confirmed).length
    expect(unconfirmed).toBeGreaterThan(0)
    expect(wordsOf(await html('admin', '/console'))).toContain(`标准未经确认、不能计算的政策 ${unconfirmed} 项`)
    // who answers for one division is told of what concerns it
    await w.db.updateTable('accounts').set({ district_code: '330100' }).where('username', '=', 'admin').execute()
    const own = inForce.filter(({ division_code, confirmed }) => !confirmed && concerns(division_code, '330100'))
    expect(wordsOf(await html('admin', '/console'))).toContain(`标准未经确认、不能计算的政策 ${own.length} 项`)
    await w.db.updateTable('accounts').set({ district_code: null }).where('username', '=', 'admin').execute()
  })

  test('the last ten things I did, in words, newest first, and nothing that others did', async () => {
    for (let at = 1; at <= 11; at++)
      await as('admin').post('/api/v1/organisations', {
        name: `示例机构 ${at}`,
        kinds: ['authority'],
        district_code: '330106',
      })
    const page = await html('admin', '/console')
    expect(page.match(/登记机构/g)).toHaveLength(10)
    const newest = await w.db
      .selectFrom('organisations')
      .select('id')
      .where('name', '=', '示例机构 11')
      .executeTakeFirstOrThrow()
    expect(page.match(/\/console\/organisations\/[0-9a-f-]{36}/)![0]).toBe(`/console/organisations/${newest.id}`)
    expect(await html('district', '/console')).not.toContain('登记机构')
  })

  test.each(Object.entries(TASKS).filter(([role]) => role !== 'carer'))(
    '%s: all three main tasks open',
    async (role, tasks) => {
      expect(tasks).toHaveLength(3)
      for (const { href } of tasks) expect([href, (await as(role).page(href)).status]).toEqual([href, 200])
    },
  )

  test('every deed that the program records has words in both languages', () => {
    const kinds = globSync('src/**/*.ts', { cwd: root }).flatMap((path) => [
      ...readFileSync(join(root, path), 'utf8').matchAll(/kind: [^,`]*?'([a-z_]+\.[a-z_]+(?:ed|made|withdrawn))'/g),
    ])
    expect(kinds.length).toBeGreaterThan(20)
    const told = [...Object.keys(PERSON_EVENTS), ...Object.keys(ORGANISATION_EVENTS)]
    for (const kind of [...kinds.map(([, kind = '']) => kind), ...told])
      expect([deedName(kind, 'zh-CN'), deedName(kind, 'en')]).not.toContain(kind)
  })

  test('a carer finds on the first page what concerns them, and the way to their own record', async () => {
    const { password_hash } = await w.db
      .selectFrom('accounts')
      .select('password_hash')
      .where('username', '=', 'admin')
      .executeTakeFirstOrThrow()
    const person_id = await addPerson(w, '褚本人')
    await w.db
      .insertInto('accounts')
      .values({ username: 'carer9', display_name: '褚本人', role: 'carer', password_hash, person_id })
      .execute()
    const page = await html('carer9', '/console')
    expect(wordsOf(page)).toContain('没有待办的事。')
    for (const { href } of TASKS.carer) {
      expect(page).toContain(`href="${href}"`)
      expect([href, (await as('carer9').page(href)).status]).toEqual([href, 200])
    }
    expect((await as('carer9').page('/console/cockpit')).status).toBe(403)
  })
})

test.each(['/console', '/console/cockpit', ...NAMES.map((name) => `/api/v1/reports/${name}`)])(
  '%s takes at most six queries, signing in included',
  async (path) => {
    const client = as('finance')
    await client.get('/api/v1/me')
    const open = w.deps.db
    let queries = 0
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => {
        queries++
        return node
      },
      transformResult: async ({ result }) => result,
    }
    w.deps.db = (c) => open(c).withPlugin(counting) as ReturnType<typeof open>
    try {
      expect((await client.get(path)).status).toBe(200)
    } finally {
      w.deps.db = open
    }
    expect(queries).toBeGreaterThan(1)
    expect(queries).toBeLessThanOrEqual(6)
  },
)

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
