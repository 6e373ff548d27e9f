/** Organisations from registering to closing: who may say what of them, what is kept, and what the database itself refuses. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { root } from '../../db/root.ts'
import { computeRun, confirmVersion } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { readOrganisations } from '../../src/allowances/organisation-facts.ts'
import { allowanceRunJob } from '../../src/allowances/run.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { amendOrganisation, closeOrganisation } from '../../src/organisations/actions.ts'
import { listFilings, withdrawFiling } from '../../src/organisations/filings.ts'
import { registerPeople } from '../../src/people/actions.ts'
import type { Tx } from '../../src/platform/database.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { clientsOf } from '../support/answers.ts'
import { emptyDatabase } from '../support/database.ts'
import { type Client, type World, world } from '../support/world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

/** One session a person: signing in is limited by the minute. */
const as = clientsOf(() => w)

interface Organisation {
  id: string
  name: string
  kinds: string[]
  facility_kind: string | null
  credit_code: string | null
  district_code: string
  parent_id: string | null
  parent_name: string | null
  filed_from: string | null
  filed_to: string | null
  closed_on: string | null
  revision: number
  warnings: { pointer: string; code: string; message: string }[]
}
interface Filing {
  id: string
  kind: string
  starts_on: string
  ends_on: string | null
  reference: string | null
}

async function ok<T = Organisation>(answer: Response | Promise<Response>): Promise<T> {
  const response = await answer
  if (!response.ok) expect.fail(`${response.status} ${await response.text()}`)
  return response.json() as Promise<T>
}
async function refusal(answer: Promise<Response>) {
  const response = await answer
  const { code, detail, errors } = (await response.json()) as {
    code: string
    detail: string
    errors?: { pointer: string; code: string; message: string }[]
  }
  return { status: response.status, code, detail, faults: errors?.map((one) => `${one.pointer} ${one.code}`) }
}

const PATH = '/api/v1/organisations'
let serial = 0
/** A home in Xihu, changed as a test needs it. */
const register = (change: object = {}, client = as('admin')) =>
  ok(
    client.post(PATH, {
      name: `示例颐养院${++serial}`,
      kinds: ['care_facility'],
      facility_kind: 'home',
      district_code: '330106',
      ...change,
    }),
  )
const get = (id: string, client = as('admin')) => ok(client.get(`${PATH}/${id}`))
const namesOf = async (query: string, client = as('admin')) =>
  (await ok<{ items: Organisation[] }>(client.get(`${PATH}?limit=200&${query}`))).items.map(({ name }) => name)
const html = async (path: string, client = as('district')) => (await client.page(path)).text()
const eventsOf = async (id: string) =>
  (
    await w.db
      .selectFrom('history_events')
      .select(['kind', 'reason', 'district_code', 'changes'])
      .where('subject_kind', '=', 'organisation')
      .where('subject_id', '=', id)
      .orderBy('seq')
      .execute()
  ).map(({ kind }) => kind)

describe('registering and amending', () => {
  test('an organisation is of several kinds at once, each said once', async () => {
    const made = await register({ kinds: ['nursery', 'training_institution', 'nursery'], facility_kind: 'nursery' })
    expect(made.kinds).toEqual(['training_institution', 'nursery'])
    for (const kind of made.kinds) expect(await namesOf(`kind=${kind}`)).toContain(made.name)
    expect(await namesOf('kind=authority')).not.toContain(made.name)
  })

  test('every fault is told at once, and nothing is written', async () => {
    const answer = await refusal(
      as('district').post(PATH, {
        name: '示例有误机构',
        kinds: ['care_facility'],
        credit_code: '123',
        district_code: '330106',
        parent_id: w.org.home2,
        assessor_prefix: 'S000033999911',
        filed_to: '2026-01-01',
      }),
    )
    expect(answer.status).toBe(422)
    expect(answer.faults).toEqual([
      '/credit_code credit_code.format',
      '/facility_kind organisation.facility_kind_missing',
      '/assessor_prefix organisation.assessor_prefix_kind',
      '/parent_id organisation.parent_unknown',
      '/filed_from filing.start_missing',
    ])
    expect(
      await refusal(
        as('admin').post(PATH, {
          name: '示例无处机构',
          kinds: ['authority'],
          district_code: '339999',
          filed_from: '2026-01-01',
          filed_to: '2026-01-01',
        }),
      ),
    ).toMatchObject({
      status: 422,
      faults: ['/district_code organisation.district_unknown', '/filed_to filing.ends_before_start'],
    })
    expect(await namesOf('q=示例有误')).toEqual([])
    expect(await namesOf('q=示例无处')).toEqual([])
  })

  test('what is left out stays, null empties, and each change is one event', async () => {
    const made = await register({ credit_code: '91350211M000100Y43' })
    const amended = await ok(
      as('district').patch(`${PATH}/${made.id}`, { kinds: ['care_facility', 'training_institution'] }, made.revision),
    )
    expect(amended).toMatchObject({
      kinds: ['training_institution', 'care_facility'],
      name: made.name,
      credit_code: made.credit_code,
      revision: made.revision + 1,
    })
    const emptied = await as('district').patch(`${PATH}/${made.id}`, { credit_code: null }, amended.revision)
    expect(emptied.headers.get('etag')).toBe(`"${made.revision + 2}"`)
    expect(await ok(emptied)).toMatchObject({ credit_code: null })
    const same = await ok(as('district').patch(`${PATH}/${made.id}`, { credit_code: '' }, made.revision + 2))
    expect(same.revision).toBe(made.revision + 2)
    expect(await eventsOf(made.id)).toEqual(['organisation.registered', 'organisation.amended', 'organisation.amended'])
  })

  test.each([
    ['name', '示例改名机构'],
    ['facility_kind', 'home_care_centre'],
    ['district_code', '330102'],
  ])('a change of %s needs a reason', async (field, value) => {
    const made = await register()
    const change = (reason?: string) =>
      as('admin').patch(`${PATH}/${made.id}`, { [field]: value, ...(reason && { reason }) }, made.revision)
    expect(await refusal(change())).toMatchObject({ status: 422, faults: ['/reason organisation.reason_missing'] })
    expect(await ok(change('按批复文件变更'))).toMatchObject({ [field]: value })
    // the rules of a new one hold for a changed one
    expect(
      await refusal(
        as('admin').patch(`${PATH}/${made.id}`, { facility_kind: null, reason: '误填' }, made.revision + 1),
      ),
    ).toMatchObject({ status: 422, faults: ['/facility_kind organisation.facility_kind_missing'] })
  })

  test('a change without If-Match, or of an old revision, is refused', async () => {
    const made = await register()
    expect((await as('district').patch(`${PATH}/${made.id}`, { credit_code: null })).status).toBe(428)
    expect(await refusal(as('district').patch(`${PATH}/${made.id}`, { credit_code: null }, 9))).toMatchObject({
      status: 412,
      code: 'revision.stale',
    })
    expect((await as('district').patch(`${PATH}/${made.id}`, { closed_on: '2026-01-01' }, 1)).status).toBe(422)
  })

  test('names, credit codes and assessor codes are taken once', async () => {
    const made = await register({ credit_code: '91350100M000100Y43' })
    const other = await register()
    const patch = (change: object) => as('admin').patch(`${PATH}/${other.id}`, { ...change, reason: '核对' }, 1)
    expect(await refusal(patch({ name: made.name }))).toMatchObject({ status: 409, code: 'organisation.name_taken' })
    expect(await refusal(patch({ credit_code: ' 91350100-m000100y43 ' }))).toMatchObject({
      status: 409,
      code: 'organisation.credit_code_taken',
    })
    expect(await refusal(patch({ kinds: ['assessment_body'], assessor_prefix: 'S000033999901' }))).toMatchObject({
      status: 409,
      code: 'organisation.assessor_prefix_taken',
    })
  })
})

describe('scopes', () => {
  test('an officer edits the organisations of their own division; others do not exist', async () => {
    const here = await register()
    const there = await register({ district_code: '330102' })
    expect((await as('district').patch(`${PATH}/${here.id}`, {}, 1)).status).toBe(200)
    expect((await as('health').patch(`${PATH}/${here.id}`, {}, 1)).status).toBe(200)
    const [filing] = await filingsOf(w.org.home2!)
    for (const [method, path, body] of [
      ['get', `${PATH}/${there.id}`, {}],
      ['patch', `${PATH}/${there.id}`, {}],
      ['post', `${PATH}/${there.id}/closing`, { closed_on: '2026-11-01', reason: '停办' }],
      ['post', `${PATH}/${there.id}/reopening`, { reason: '恢复' }],
      ['get', `${PATH}/${there.id}/filings`, {}],
      ['post', `${PATH}/${there.id}/filings`, { kind: 'filing', starts_on: '2026-01-01' }],
      ['get', `/api/v1/filings/${filing!.id}`, {}],
      ['post', `/api/v1/filings/${filing!.id}/correction`, { kind: 'filing', starts_on: '2026-01-01', reason: '更正' }],
      ['post', `/api/v1/filings/${filing!.id}/withdrawal`, { reason: '撤回' }],
    ] as const) {
      const client = as('district')
      const answer = await (method === 'get'
        ? client.get(path)
        : method === 'patch'
          ? client.patch(path, body, 1)
          : client.post(path, body))
      expect([path, answer.status]).toEqual([path, 404])
    }
    for (const page of ['', '/amendment', '/closing', '/reopening', '/filings/new'])
      expect((await as('district').page(`/console/organisations/${there.id}${page}`)).status).toBe(404)
    for (const page of ['correction', 'withdrawal'])
      expect((await as('district').page(`/console/filings/${filing!.id}/${page}`)).status).toBe(404)
  })

  test('nobody moves an organisation out of their own division', async () => {
    const made = await register()
    const move = { district_code: '330102', reason: '迁址' }
    expect((await as('district').patch(`${PATH}/${made.id}`, move, 1)).status).toBe(404)
    expect(await ok(as('admin').patch(`${PATH}/${made.id}`, move, 1))).toMatchObject({ district_code: '330102' })
    expect((await as('district').get(`${PATH}/${made.id}`)).status).toBe(404)
    expect(await namesOf('', as('district2'))).toContain(made.name)
  })

  test('institutions read the names of all and change nothing', async () => {
    expect(await namesOf('', as('facility'))).toContain('示例上城颐养院')
    expect(await get(w.org.home2!, as('facility'))).toMatchObject({ name: '示例上城颐养院' })
    expect((await as('facility').patch(`${PATH}/${w.org.home}`, {}, 1)).status).toBe(403)
    expect((await as('facility').post(`${PATH}/${w.org.home}/closing`)).status).toBe(403)
    const own = await html(`/console/organisations/${w.org.home}`, as('facility'))
    const foreign = await html(`/console/organisations/${w.org.home2}`, as('facility'))
    expect(own).toContain('变更记录')
    expect(own).not.toContain('/amendment')
    for (const secret of ['变更记录', '在岗人员</dt>']) expect(foreign).not.toContain(secret)
  })
})

describe('credit codes', () => {
  const GOOD = '91350102M000100Y43'
  const DOUBTFUL = '91350211M0000XUF46'

  test('a code of the wrong form is refused with what is wrong with it', async () => {
    const made = await register()
    for (const [code, words] of [
      ['91350211M0000XUF4', '18 位'],
      ['91350211M0000XUI46', 'I'],
    ]) {
      const answer = await as('district').patch(`${PATH}/${made.id}`, { credit_code: code }, 1)
      const { errors } = (await answer.json()) as { errors: { pointer: string; code: string; message: string }[] }
      expect(answer.status).toBe(422)
      expect(errors).toMatchObject([{ pointer: '/credit_code', code: 'credit_code.format' }])
      expect(errors[0]!.message).toContain(words)
    }
  })

  test('a code that fails its check character is kept and warned of, on writing and on the page', async () => {
    const made = await register({ credit_code: DOUBTFUL })
    expect(made.credit_code).toBe(DOUBTFUL)
    expect(made.warnings).toMatchObject([{ pointer: '/credit_code', code: 'credit_code.check_character' }])
    expect(await html(`/console/organisations/${made.id}`)).toContain('末位按规则应为')
    const english = await as('district').send('PATCH', `${PATH}/${made.id}`, {
      headers: { 'content-type': 'application/json', 'if-match': '"1"', 'accept-language': 'en' },
      body: '{}',
    })
    expect((await ok(english)).warnings[0]!.message).toContain('compare it with the certificate')
    const right = await ok(as('district').patch(`${PATH}/${made.id}`, { credit_code: right18(GOOD) }, 1))
    expect(right.warnings).toEqual([])
    expect(await html(`/console/organisations/${made.id}`)).not.toContain('末位按规则应为')
  })

  test('in the console the warning is shown after saving', async () => {
    const answer = await as('district').submit('/console/organisations', {
      name: '示例存疑机构',
      kinds: ['authority'],
      district_code: '330106',
      credit_code: '91350212M0000XUF46',
    })
    expect(answer.status).toBe(303)
    expect(await html(answer.headers.get('location')!)).toContain('请对照证书核对')
  })
})

/** The code with the character the rule asks for. */
function right18(code: string): string {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  const sum = [...code.slice(0, 17)].reduce((total, char, at) => total + alphabet.indexOf(char) * 3 ** at, 0)
  return code.slice(0, 17) + alphabet[(31 - (sum % 31)) % 31]
}

const filingsOf = async (id: string, client = as('admin')) =>
  (await ok<{ items: Filing[] }>(client.get(`${PATH}/${id}/filings`))).items

describe('filing and recognition', () => {
  test('the first filing comes with the organisation; more follow, each kind without overlap', async () => {
    const made = await register({ filed_from: '2020-01-01', filed_to: '2024-01-01' })
    expect(made).toMatchObject({ filed_from: '2020-01-01', filed_to: '2024-01-01' })
    const path = `${PATH}/${made.id}/filings`
    expect(await refusal(as('district').post(path, { kind: 'filing', starts_on: '2023-12-31' }))).toMatchObject({
      status: 422,
      faults: ['/starts_on filing.overlap'],
    })
    const next = { kind: 'filing', starts_on: '2024-01-01', ends_on: '2027-01-01', reference: '西民养备示例 1 号' }
    const answer = await as('district').post(path, next)
    expect(answer.status).toBe(201)
    expect(await ok<Filing>(as('district').get(answer.headers.get('location')!))).toMatchObject(next)
    // the other kind is another matter
    await ok(as('district').post(path, { kind: 'recognition', starts_on: '2023-01-01', ends_on: '2023-06-01' }))
    expect((await filingsOf(made.id)).map(({ starts_on }) => starts_on)).toEqual([
      '2024-01-01',
      '2023-01-01',
      '2020-01-01',
    ])
    expect(await get(made.id)).toMatchObject({ filed_from: '2024-01-01', filed_to: '2027-01-01' })
  })

  test.each([
    [
      'the current one',
      [
        ['2020-01-01', '2021-01-01'],
        ['2026-11-23', '2027-01-01'],
        ['2030-01-01', '2031-01-01'],
      ],
      '2026-11-23',
    ],
    [
      'else the latest that has begun',
      [
        ['2020-01-01', '2021-01-01'],
        ['2022-01-01', '2026-11-23'],
        ['2027-01-01', null],
      ],
      '2022-01-01',
    ],
    [
      'else the first to come',
      [
        ['2029-01-01', null],
        ['2027-01-01', '2028-01-01'],
      ],
      '2027-01-01',
    ],
  ] as [string, [string, string | null][], string][])('an organisation shows %s', async (_, periods, filed_from) => {
    const made = await register()
    for (const [starts_on, ends_on] of periods)
      await ok(as('district').post(`${PATH}/${made.id}/filings`, { kind: 'filing', starts_on, ends_on }))
    expect(await get(made.id)).toMatchObject({ filed_from })
  })

  test('a period ends after it starts, and there must be a reason to say it anew', async () => {
    const made = await register({ filed_from: '2020-01-01' })
    const [filing] = await filingsOf(made.id)
    expect(
      await refusal(
        as('district').post(`${PATH}/${made.id}/filings`, {
          kind: 'recognition',
          starts_on: '2026-01-01',
          ends_on: '2026-01-01',
        }),
      ),
    ).toMatchObject({ status: 422, faults: ['/ends_on filing.ends_before_start'] })
    expect(
      (
        await as('district').post(`/api/v1/filings/${filing!.id}/correction`, {
          kind: 'filing',
          starts_on: '2020-01-01',
        })
      ).status,
    ).toBe(422)
    expect((await as('district').post(`/api/v1/filings/${filing!.id}/withdrawal`, {})).status).toBe(422)
  })

  test('a correction keeps what was said before, under the same id; the same again changes nothing', async () => {
    const made = await register({ filed_from: '2020-01-01' })
    const [filing] = await filingsOf(made.id)
    const correct = (change: object) =>
      as('district').post(`/api/v1/filings/${filing!.id}/correction`, {
        ...{ kind: 'filing', starts_on: '2020-01-01', reason: '补录编号' },
        ...change,
      })
    await ok(as('district').post(`${PATH}/${made.id}/filings`, { kind: 'recognition', starts_on: '2022-01-01' }))
    expect(await ok<Filing>(correct({ ends_on: '2023-01-01', reference: '示例 2 号' }))).toMatchObject({
      id: filing!.id,
      ends_on: '2023-01-01',
    })
    await ok(correct({ ends_on: '2023-01-01', reference: '示例 2 号' }))
    expect(await refusal(correct({ kind: 'recognition' }))).toMatchObject({
      status: 422,
      faults: ['/starts_on filing.overlap'],
    })
    const { rows } = await sql<{ ends_on: string | null; current: boolean }>`
      select ends_on, known_to = 'infinity' as current from organisation_filings where id = ${filing!.id} order by known_from`.execute(
      w.db,
    )
    expect(rows).toEqual([
      { ends_on: null, current: false },
      { ends_on: '2023-01-01', current: true },
    ])
    expect(await eventsOf(made.id)).toEqual(['organisation.registered', 'filing.recorded', 'filing.corrected'])
  })

  test('a withdrawn period is gone from the list, and stays in the database', async () => {
    const made = await register({ filed_from: '2020-01-01' })
    const [filing] = await filingsOf(made.id)
    await ok(as('district').post(`/api/v1/filings/${filing!.id}/withdrawal`, { reason: '重复登记' }))
    expect(await filingsOf(made.id)).toEqual([])
    expect(await get(made.id)).toMatchObject({ filed_from: null, filed_to: null })
    expect((await as('district').get(`/api/v1/filings/${filing!.id}`)).status).toBe(404)
    expect((await as('district').post(`/api/v1/filings/${filing!.id}/withdrawal`, { reason: '再次' })).status).toBe(404)
    const kept = await w.db.selectFrom('organisation_filings').select('id').where('id', '=', filing!.id).execute()
    expect(kept).toHaveLength(1)
    expect(await eventsOf(made.id)).toEqual(['organisation.registered', 'filing.withdrawn'])
  })

  test('the database itself refuses an overlap, and a change of what was said', async () => {
    const { id } = await register({ filed_from: '2020-01-01', filed_to: '2024-01-01' })
    const statements = [
      sql`insert into organisation_filings (organisation_id, kind, starts_on) values (${id}, 'filing', '2023-12-31')`,
      sql`insert into organisation_filings (organisation_id, kind, starts_on, ends_on) values (${id}, 'filing', '2025-01-01', '2025-01-01')`,
      sql`update organisation_filings set ends_on = null where organisation_id = ${id}`,
      sql`delete from organisation_filings where organisation_id = ${id}`,
      sql`truncate organisation_filings`,
    ]
    for (const statement of statements) await expect(statement.execute(w.db)).rejects.toThrow()
    await sql`update organisation_filings set known_to = clock_timestamp() where organisation_id = ${id}`.execute(w.db)
    await expect(
      sql`update organisation_filings set known_to = 'infinity' where organisation_id = ${id}`.execute(w.db),
    ).rejects.toThrow('append-only')
  })
})

describe('chains', () => {
  test('a branch names its parent, and the parent lists its branches', async () => {
    const head = await register()
    const branch = await register({ parent_id: head.id }, as('district'))
    expect(branch).toMatchObject({ parent_id: head.id, parent_name: head.name })
    expect(await namesOf(`parent_id=${head.id}`)).toEqual([branch.name])
    expect(await html(`/console/organisations/${head.id}`)).toContain(`/console/organisations/${branch.id}"`)
    expect(await html(`/console/organisations/${branch.id}`)).toContain(`/console/organisations/${head.id}"`)
    expect(await ok(as('district').patch(`${PATH}/${branch.id}`, { parent_id: null }, 1))).toMatchObject({
      parent_id: null,
      parent_name: null,
    })
  })

  test('a chain across districts is the city’s to record; the districts read it and leave it', async () => {
    const head = await register({ district_code: '330102' })
    const branch = await register()
    const join = (client: Client) => client.patch(`${PATH}/${branch.id}`, { parent_id: head.id }, 1)
    expect(await refusal(join(as('district')))).toMatchObject({
      status: 422,
      faults: ['/parent_id organisation.parent_unknown'],
    })
    await ok(join(as('admin')))
    const page = await html(`/console/organisations/${branch.id}`)
    expect(page).toContain(head.name)
    expect(page).not.toContain(`/console/organisations/${head.id}"`)
    const edit = await html(`/console/organisations/${branch.id}/amendment`)
    expect(edit).toContain(`<option value="${head.id}" selected`)
    expect(await ok(as('district').patch(`${PATH}/${branch.id}`, { credit_code: null }, 2))).toMatchObject({
      parent_id: head.id,
    })
  })

  test('an organisation is never above itself', async () => {
    const top = await register()
    const middle = await register({ parent_id: top.id })
    const bottom = await register({ parent_id: middle.id })
    for (const parent_id of [top.id, middle.id, bottom.id])
      expect(await refusal(as('admin').patch(`${PATH}/${top.id}`, { parent_id }, 1))).toMatchObject({
        status: 409,
        code: 'organisation.parent_circle',
      })
    await expect(
      sql`update organisations set parent_id = ${bottom.id} where id = ${top.id}`.execute(w.db),
    ).rejects.toThrow('its own parent')
  })

  test('two that join each other in the same moment make no circle', async () => {
    const [one, other] = [await register(), await register()]
    const answers = await Promise.all([
      as('admin').patch(`${PATH}/${one.id}`, { parent_id: other.id }, 1),
      as('admin').patch(`${PATH}/${other.id}`, { parent_id: one.id }, 1),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  })
})

describe('closing', () => {
  const close = (id: string, closed_on: string, client = as('district')) =>
    client.post(`${PATH}/${id}/closing`, { closed_on, reason: '停止服务' })

  async function staff(organisation_id: string, employments: [string, string | null][]): Promise<string[]> {
    const context = await w.context('facility')
    const people = employments.map((_, index) => ({
      ...{ name: '王小芳', id_type: 'passport' as const, id_number: `E${10000000 + ++serial * 10 + index}` },
      workforce: 'elder_care' as const,
    }))
    const ids = await w.db.transaction().execute((tx) => registerPeople(tx, context, people))
    await w.db
      .insertInto('employments')
      .values(
        employments.map(([starts_on, ends_on], index) => ({
          ...{ person_id: ids[index]!.id, organisation_id, starts_on, ends_on, post: 'care', contract_kind: 'labour' },
        })),
      )
      .execute()
    return ids.map(({ id }) => id)
  }

  test('it is told how many are still employed on the day, and shown as closed', async () => {
    const made = await register()
    await staff(made.id, [
      ['2025-01-01', null],
      ['2025-01-01', '2026-11-02'],
      ['2025-01-01', '2026-11-01'],
    ])
    const closed = await ok(close(made.id, '2026-11-01'))
    expect(closed).toMatchObject({ closed_on: '2026-11-01', revision: 2 })
    expect(closed.warnings).toMatchObject([{ pointer: '/closed_on', code: 'organisation.staff_employed' }])
    expect(closed.warnings[0]!.message).toContain('2 人')
    expect(await namesOf('status=closed')).toContain(made.name)
    expect(await namesOf('status=open')).not.toContain(made.name)
    expect(await namesOf('status=all')).toContain(made.name)
    expect(await namesOf('')).toContain(made.name)
    const page = await html(`/console/organisations/${made.id}`)
    for (const words of ['已停办（2026-11-01）', '仍有 2 人在岗', '/reopening']) expect(page).toContain(words)
    expect(await eventsOf(made.id)).toEqual(['organisation.registered', 'organisation.closed'])
  })

  test('one that closes on a day to come is open until then', async () => {
    const made = await register()
    await ok(close(made.id, '2026-11-24'))
    expect(await namesOf('status=open')).toContain(made.name)
    expect(await html(`/console/organisations/${made.id}`)).toContain('将停办（2026-11-24）')
    w.clock.now = new Date('2026-11-24T02:00:00Z')
    try {
      const admin = w.as('admin')
      expect(await namesOf('status=closed', admin)).toContain(made.name)
      expect(await namesOf('status=open', admin)).not.toContain(made.name)
    } finally {
      w.clock.now = new Date('2026-11-23T02:00:00Z')
    }
  })

  test('it is closed once, with day and reason, and reopened once, while its name is free', async () => {
    const made = await register()
    const reopen = () => as('district').post(`${PATH}/${made.id}/reopening`, { reason: '登记有误' })
    expect(await refusal(reopen())).toMatchObject({ status: 409, code: 'organisation.not_closed' })
    expect(await refusal(as('district').post(`${PATH}/${made.id}/closing`, {}))).toMatchObject({ status: 422 })
    await ok(close(made.id, '2026-11-01'))
    const again = await refusal(close(made.id, '2026-11-05'))
    expect(again).toMatchObject({ status: 409, code: 'organisation.closed_already' })
    expect(again.detail).toContain('2026-11-01')
    const successor = await register({ name: made.name })
    expect(await refusal(reopen())).toMatchObject({ status: 409, code: 'organisation.name_taken' })
    await ok(close(successor.id, '2026-11-02'))
    expect(await ok(reopen())).toMatchObject({ closed_on: null, revision: 3, warnings: [] })
    expect(await eventsOf(made.id)).toEqual(['organisation.registered', 'organisation.closed', 'organisation.reopened'])
  })

  test('a closed one takes no new employments and months after its day; before it, and corrections, it does; it still reads', async () => {
    const [busy, fresh] = await staff(w.org.home!, [
      ['2025-01-01', null],
      ['2025-01-01', '2025-02-01'],
    ])
    const facility = as('facility')
    const month = (person_id: string, month: string, attendance_days = 20) =>
      facility.post('/api/v1/service-months', { person_id, month, attendance_days })
    const employ = (person_id: string, starts_on: string) =>
      facility.post(`/api/v1/people/${person_id}/employments`, { post: 'care', contract_kind: 'labour', starts_on })
    await ok(month(busy!, '2026-10'))
    await ok(close(w.org.home!, '2026-10-01'))
    expect(await refusal(employ(fresh!, '2026-10-01'))).toMatchObject({
      status: 422,
      faults: ['/starts_on organisation.closed'],
    })
    const refused = await month(fresh!, '2026-10')
    expect(refused.status).toBe(422)
    const { errors } = (await refused.json()) as { errors: { pointer: string; code: string; message: string }[] }
    expect(errors).toMatchObject([{ pointer: '/month', code: 'organisation.closed' }])
    expect(errors[0]!.message).toContain('自 2026-10-01 起停办')
    await ok(month(fresh!, '2026-09'))
    await ok(month(busy!, '2026-10', 0))
    await ok(employ(fresh!, '2026-09-30'))
    // an employment on record can still be ended, and the account still reads
    const { items } = await ok<{ items: { id: string; person_id: string }[] }>(
      facility.get('/api/v1/employments?limit=200'),
    )
    const { id } = items.find(({ person_id }) => person_id === busy)!
    await ok(facility.post(`/api/v1/employments/${id}/ending`, { ends_on: '2026-10-01', reason: '机构停办' }))
    expect((await facility.page('/console/people')).status).toBe(200)
    await ok(as('district').post(`${PATH}/${w.org.home}/reopening`, { reason: '登记有误' }))
    await ok(month(fresh!, '2026-10'))
  })
})

describe('standing over time', () => {
  const standingsOf = async (id: string) =>
    (
      await sql<{ facility_kind: string; district_code: string; closed_on: string | null; current: boolean }>`
        select facility_kind, district_code, closed_on, known_to = 'infinity' as current
        from organisation_standings where organisation_id = ${id} order by known_from`.execute(w.db)
    ).rows

  test('the database keeps every standing without a gap, whoever writes', async () => {
    const { id, name } = await register()
    await sql`update organisations set facility_kind = 'home_care_centre' where id = ${id}`.execute(w.db)
    await sql`update organisations set name = ${`${name}新`}, revision = 2 where id = ${id}`.execute(w.db)
    await sql`update organisations set closed_on = '2026-11-01', district_code = '330102' where id = ${id}`.execute(
      w.db,
    )
    expect(await standingsOf(id)).toEqual([
      { facility_kind: 'home', district_code: '330106', closed_on: null, current: false },
      { facility_kind: 'home_care_centre', district_code: '330106', closed_on: null, current: false },
      { facility_kind: 'home_care_centre', district_code: '330102', closed_on: '2026-11-01', current: true },
    ])
    const { rows } = await sql<{ gaps: number }>`
      select count(*) filter (where next is distinct from known_to and known_to <> 'infinity') as gaps from (
        select known_to, lead(known_from) over (order by known_from) as next from organisation_standings where organisation_id = ${id}) s`.execute(
      w.db,
    )
    expect(rows[0]!.gaps).toBe(0)
  })

  test('a standing is never changed or taken away', async () => {
    const { id } = await register()
    for (const statement of [
      sql`update organisation_standings set facility_kind = 'nursery' where organisation_id = ${id}`,
      sql`delete from organisation_standings where organisation_id = ${id}`,
      sql`truncate organisation_standings`,
      sql`insert into organisation_standings (organisation_id, district_code, known_from) values (${id}, '330106', now())`,
    ])
      await expect(statement.execute(w.db)).rejects.toThrow()
  })

  test('the chain of an organisation is the one known at the cutoff', async () => {
    const top = await register()
    const other = await register()
    const middle = await register({ parent_id: top.id })
    const bottom = await register({ parent_id: middle.id })
    const cutoff = async () =>
      (await sql<{ at: string }>`select clock_timestamp()::text as at`.execute(w.db)).rows[0]!.at
    const chains = async (at: string) => {
      const facts = await readOrganisations(w.db, [top.id, middle.id, bottom.id, other.id], at)
      return [top, middle, bottom, other].map(({ id }) => facts.get(id)!.chain_id)
    }
    const before = await cutoff()
    await ok(as('admin').patch(`${PATH}/${middle.id}`, { parent_id: other.id }, 1))
    const after = await cutoff()
    expect(await chains(before)).toEqual([top.id, top.id, top.id, other.id])
    expect(await chains(after)).toEqual([top.id, other.id, other.id, other.id])
  })

  test('a run sees organisations as they were known at its cutoff, whatever happens to them afterwards', async () => {
    const facts = await allowanceWorld(w)
    const [admin, district] = [await w.context('admin'), await w.context('district')]
    const HZ = 'hz-special-post'
    await w.db.transaction().execute((tx) => confirmVersion(tx, admin, HZ, 1, confirmationShape.parse(CONFIRMATION)))
    const homes: string[] = []
    for (let count = 0; count < 5; count++) {
      const { id } = await register({ filed_from: '2020-01-01' })
      homes.push(id)
      await facts.carer({ organisation_id: id })
    }
    const [stays, kind, closes, unfiled, moves] = homes as [string, string, string, string, string]
    const run = { scheme_code: HZ, month: '2026-10', district_code: '330106' }
    const compute = async (afterwards?: (tx: Tx) => Promise<unknown>) => {
      const { id } = await w.db.transaction().execute((tx) => computeRun(tx, district, run))
      const slice = allowanceRunJob({ slice: 2 })
      let slices = 0
      while (
        await runSlice(w.db, w.deps, {
          'allowances.run': async (tx, context, job, beside) => {
            const done = await slice(tx, context, job, beside)
            // the first slice reads the cutoff
            if (slices++ === 0) await afterwards?.(tx)
            return done
          },
        })
      );
      return w.db
        .selectFrom('allowance_runs')
        .select(['lines_sha256', 'line_count', 'payable_count'])
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    }
    const paidAt = async (organisation_id: string) =>
      (
        await w.db
          .selectFrom('allowance_lines')
          .select('outcome')
          .where('organisation_id', '=', organisation_id)
          .execute()
      ).map(({ outcome }) => outcome)
    const first = await compute()
    expect(first.payable_count).toBe(5)
    const again = await compute(async (tx) => {
      const reason = '测试'
      await amendOrganisation(tx, district, kind, 1, { facility_kind: 'nursery', reason })
      await closeOrganisation(tx, district, closes, { closed_on: '2026-10-31', reason })
      const [filing] = await listFilings(tx, district.scope, unfiled)
      await withdrawFiling(tx, district, filing!.id, reason)
      await amendOrganisation(tx, admin, moves, 1, { district_code: '330102', parent_id: stays, reason })
    })
    expect(again).toEqual(first)
    const now = await compute()
    expect(now).toMatchObject({ payable_count: 1, line_count: Number(first.line_count) - 1 })
    expect(now.lines_sha256).not.toBe(first.lines_sha256)
    for (const [id, outcomes] of [
      [stays, ['payable']],
      [kind, ['refused']],
      [closes, ['refused']],
      [unfiled, ['refused']],
      [moves, []],
    ] as const)
      expect(await paidAt(id)).toEqual(outcomes)
  })
})

describe('console', () => {
  test('the list is filtered by name, kind, district and state', async () => {
    const here = await register({ name: '示例筛选颐养院' })
    const there = await register({
      name: '示例筛选托育园',
      kinds: ['nursery'],
      facility_kind: 'nursery',
      district_code: '330102',
    })
    await ok(as('admin').post(`${PATH}/${there.id}/closing`, { closed_on: '2026-11-01', reason: '停办' }))
    const seen = async (query: string) => {
      const page = await html(`/console/organisations?q=示例筛选&${query}`, as('admin'))
      return [here, there].map(({ id }) => page.includes(id))
    }
    expect(await seen('')).toEqual([true, true])
    expect(await seen('kind=nursery')).toEqual([false, true])
    expect(await seen('district_code=330106')).toEqual([true, false])
    expect(await seen('status=open')).toEqual([true, false])
    expect(await seen('status=closed')).toEqual([false, true])
    expect(await seen('status=nonsense&district_code=x')).toEqual([true, true])
  })

  test('a refused form keeps what was typed, ticked kinds included', async () => {
    const answer = await as('district').submit('/console/organisations', {
      name: '示例填错机构',
      kinds: ['nursery', 'training_institution'],
      facility_kind: '',
      district_code: '330106',
      credit_code: 'x',
    })
    expect(answer.status).toBe(422)
    const page = await answer.text()
    for (const part of [
      'value="示例填错机构"',
      'value="nursery" checked',
      'value="training_institution" checked',
      '必须选择机构类型',
      '18 位',
    ])
      expect(page).toContain(part)
    expect(page).not.toContain('value="authority" checked')
  })

  test('from registering by form to amending, filing, closing and reopening, all on its page', async () => {
    const district = as('district')
    const made = await district.submit('/console/organisations', {
      name: '示例表单颐养院',
      kinds: ['care_facility', 'training_institution'],
      facility_kind: 'home',
      district_code: '330106',
      filed_from: '2020-01-01',
      filed_to: '2024-01-01',
      credit_code: '',
      parent_id: '',
    })
    expect(made.status).toBe(303)
    const path = made.headers.get('location')!
    const id = path.split('/').at(-1)!
    const done = async (address: string, fields: Record<string, string | string[]>) => {
      const answer = await district.submit(address, fields)
      if (answer.status !== 303) expect.fail(`${address} ${answer.status} ${await answer.text()}`)
      expect(answer.headers.get('location')).toBe(path)
    }
    const edit = await html(`${path}/amendment`)
    expect(edit).toContain('value="care_facility" checked')
    const fields = { kinds: ['care_facility'], facility_kind: 'home', district_code: '330106', revision: '1' }
    const refused = await district.submit(`${path}/amendment`, { ...fields, name: '示例改名颐养院' })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('必须写明理由')
    await done(`${path}/amendment`, { ...fields, name: '示例改名颐养院', reason: '更名' })
    expect((await district.submit(`${path}/amendment`, { ...fields, name: '示例旧版' })).status).toBe(412)
    await done(`${path}/filings`, { kind: 'filing', starts_on: '2024-01-01', ends_on: '', reference: '示例 3 号' })
    const overlap = await district.submit(`${path}/filings`, { kind: 'filing', starts_on: '2025-01-01', ends_on: '' })
    expect(overlap.status).toBe(422)
    expect(await overlap.text()).toContain('2024-01-01 至 长期')
    const [second, first] = await filingsOf(id)
    expect(await html(`/console/filings/${second!.id}/correction`)).toContain('value="2024-01-01"')
    await done(`/console/filings/${second!.id}/correction`, {
      ...{ kind: 'filing', starts_on: '2024-01-01', ends_on: '2030-01-01', reference: '示例 3 号', reason: '补录止期' },
    })
    expect(
      (await district.submit(`/console/filings/${second!.id}/correction`, { kind: 'filing', starts_on: '' })).status,
    ).toBe(422)
    expect(await html(`/console/filings/${first!.id}/withdrawal`)).toContain('备案 2020-01-01 – 2024-01-01')
    expect((await district.submit(`/console/filings/${first!.id}/withdrawal`, { reason: '' })).status).toBe(422)
    await done(`/console/filings/${first!.id}/withdrawal`, { reason: '重复' })
    expect((await district.submit(`${path}/closing`, { closed_on: '昨天', reason: '停办' })).status).toBe(422)
    expect(await html(`${path}/closing`)).toContain('不再开办的第一天')
    await done(`${path}/closing`, { closed_on: '2026-11-01', reason: '停止服务' })
    expect((await district.submit(`${path}/closing`, { closed_on: '2026-11-01', reason: '停办' })).status).toBe(409)
    expect(await html(`${path}/reopening`)).toContain('2026-11-01')
    await done(`${path}/reopening`, { reason: '登记有误' })
    expect((await district.submit(`${path}/reopening`, { reason: '再次' })).status).toBe(409)
    const page = await html(path)
    for (const words of [
      '名称 示例表单颐养院 → 示例改名颐养院',
      '类别 培训机构、养老服务机构 → 养老服务机构',
      '止 （空） → 2030-01-01',
      '停办日期 2026-11-01 → （空）',
      '登记停办',
      '恢复开办',
      '撤回备案（认定）',
      '示例 3 号',
      '0 人',
    ])
      expect(page).toContain(words)
    const english = await (
      await district.send('GET', path, { headers: { accept: 'text/html', 'accept-language': 'en' } })
    ).text()
    for (const words of ['Filing and recognition', 'Care home', 'Changes']) expect(english).toContain(words)
  })
})

test('what an older database says of filings and standings is carried over', async () => {
  const old = await emptyDatabase(inject('engine'))
  try {
    const text = (name: string) => readFileSync(join(root, `db/migrations/${name}.sql`), 'utf8')
    await sql.raw(text('0001_foundation')).execute(old.db)
    await sql
      .raw(`insert into districts (code, name, name_en, kind, confidence, sources) values ('330106', '西湖区', 'Xihu', 'district', 'seen', '{}');
      insert into organisations (name, kinds, facility_kind, district_code, filed_from, filed_to, closed_on, created_at)
        values ('示例旧院', '{care_facility}', 'home', '330106', '2020-01-01', '2024-01-01', '2024-02-01', '2025-01-01Z'), ('示例无备案院', '{care_facility}', 'home', '330106', null, null, null, '2025-01-01Z')`)
      .execute(old.db)
    await sql.raw(text('0003_organisations')).execute(old.db)
    // what a later migration adds is read with the rest
    await sql`alter table organisation_standings add column ownership text`.execute(old.db)
    const ids = (await old.db.selectFrom('organisations').select('id').orderBy('name').execute()).map(({ id }) => id)
    const facts = await readOrganisations(old.db, ids, '2025-01-01 00:00:00Z')
    expect([...facts.values()].sort((a, b) => b.filings.length - a.filings.length)).toMatchObject([
      { facility_kind: 'home', closed_on: '2024-02-01', filings: [{ starts_on: '2020-01-01', ends_on: '2024-01-01' }] },
      { facility_kind: 'home', closed_on: null, filings: [] },
    ])
  } finally {
    await old.close()
  }
})
