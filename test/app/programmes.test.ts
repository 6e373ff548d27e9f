/** Programmes of schools: figures by year with where they were read, and graduates who are persons of the register. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerPeople } from '../../src/people/actions.ts'
import { recordEducation } from '../../src/people/educations.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { clientsOf, faults, ok, refused } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

let w: World
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
}, 60_000)
afterAll(() => w.close())

let serial = 0
/** Somebody on a facility's roster with an education; its id, and the person's. */
async function graduate(education: object = {}, by = 'facility', document: object = {}) {
  const number = `10990119900202${String(100 + ++serial)}`
  const context = await w.context(by)
  return w.db.transaction().execute(async (tx) => {
    const [person] = await registerPeople(tx, context, [
      {
        ...{
          name: `毕业生${'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳'[serial]}`,
          id_type: 'resident_id',
          id_number: number + checkDigit(number),
        },
        workforce: 'elder_care',
        ...document,
      },
    ])
    const { id } = await recordEducation(tx, context, person!.id, {
      ...{ level: 'junior_college', school: '示例职业技术学院', major: '智慧健康养老服务与管理', mode: 'full_time' },
      ...{ graduated_on: '2025-06-30', ...education },
    })
    return { id, person_id: person!.id }
  })
}

let programmes = 0
const PROGRAMME = {
  ...{ school: '示例职业技术学院', level: 'junior_college', workforce: 'elder_care', district_code: '330106' },
}
const add = (changed: object = {}, client = as('district')) =>
  client.post('/api/v1/programmes', { ...PROGRAMME, name: `智慧健康养老服务与管理${++programmes}`, ...changed })
const FIGURES = { year: 2025, intake: 80, graduates: 72, citation: '学校 2025 年质量年报' }
const state = (id: string, changed: object = {}, client = as('district')) =>
  client.post(`/api/v1/programmes/${id}/years`, { ...FIGURES, ...changed })
const link = (id: string, education_ids: string[], client = as('district')) =>
  client.post(`/api/v1/programmes/${id}/graduates`, { education_ids })
const unlink = (id: string, education_ids: string[]) =>
  as('district').post(`/api/v1/programmes/${id}/graduates/withdrawal`, { education_ids, reason: '关联有误' })
const linkedTo = async (id: string, client = as('district'), linked = true) =>
  (await ok(client.get(`/api/v1/programmes/${id}/graduates?limit=200&linked=${linked}`))).items.map(
    (one: { education_id: string }) => one.education_id,
  )

describe('a programme', () => {
  test('is its division’s, once, and of a district there', async () => {
    const made = await ok(add(), 201)
    expect(made).toMatchObject({ ...PROGRAMME, district_name: '西湖区', intake: null, graduates: null, linked: 0 })
    expect(await refused(add({ name: made.name }))).toEqual([409, 'programme.exists'])
    expect(await faults(add({ district_code: '330102' }))).toEqual([['/district_code', 'programme.district_unknown']])
    expect(await faults(add({ district_code: '339999' }, as('admin')))).toEqual([
      ['/district_code', 'programme.district_unknown'],
    ])
    expect((await add({ level: 'primary' })).status).toBe(422)
    const statuses = ['district', 'health', 'admin', 'auditor', 'district2', 'trainer'].map(
      async (name) => (await as(name).get(`/api/v1/programmes/${made.id}`)).status,
    )
    expect(await Promise.all(statuses)).toEqual([200, 200, 200, 200, 404, 404])
    expect((await state(made.id, {}, as('district2'))).status).toBe(404)
    expect((await state(made.id, {}, as('auditor'))).status).toBe(403)
  })

  test('is listed in order, page by page', async () => {
    for (const name of ['丙', '甲', '乙']) await ok(add({ school: '示例排序学院', name: `${name}专业` }), 201)
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: { items: { id: string }[]; next_cursor: string | null } = await ok(
        as('district').get(`/api/v1/programmes?limit=2${cursor && `&cursor=${cursor}`}`),
      )
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.next_cursor
    }
    const all = await ok(as('district').get('/api/v1/programmes?limit=200'))
    expect(seen).toEqual(all.items.map(({ id }: { id: string }) => id))
    expect(new Set(seen).size).toBe(seen.length)
  })
})

describe('a programme registered wrongly', () => {
  const correct = (id: string, revision: number, changed: object = {}, client = as('district')) =>
    client.put(
      `/api/v1/programmes/${id}`,
      { ...PROGRAMME, name: '改正后的专业', reason: '登记有误', ...changed },
      revision,
    )

  test('is corrected with a reason as a new version; the old one stays', async () => {
    const made = await ok(add({ school: '示例职业枝术学院' }), 201)
    expect(made).toMatchObject({ revision: 1, organisation_id: null })
    expect((await correct(made.id, 1, { reason: '' })).status).toBe(422)
    const name = `智慧健康养老服务与管理${programmes}`
    expect(await ok(correct(made.id, 1, { name }))).toMatchObject({ school: '示例职业技术学院', name, revision: 2 })
    expect(await ok(correct(made.id, 2, { name }))).toMatchObject({ revision: 2 })
    expect(await refused(correct(made.id, 1))).toEqual([412, 'revision.stale'])
    const { items } = await ok(as('district').get(`/api/v1/programmes/${made.id}/versions`))
    expect(items.map((one: Record<string, unknown>) => [one.number, one.school, one.reason, one.recorded_by])).toEqual([
      [2, '示例职业技术学院', '登记有误', 'district 示例'],
      [1, '示例职业枝术学院', null, 'district 示例'],
    ])
    expect((await correct(made.id, 2, {}, as('district2'))).status).toBe(404)
    expect((await correct(made.id, 2, {}, as('trainer'))).status).toBe(403)
    await expect(sql`update programme_versions set school = '改'`.execute(w.db)).rejects.toThrow()
    await expect(sql`update programmes set school = '改掉'`.execute(w.db)).rejects.toThrow()
    await expect(sql`delete from programmes`.execute(w.db)).rejects.toThrow()
    const { kind } = await w.db
      .selectFrom('history_events')
      .select('kind')
      .where('subject_id', '=', made.id)
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow()
    expect(kind).toBe('programme.corrected')
  })

  test('keeps the school and level by which graduates are linked, and is not made another’s twin', async () => {
    const made = await ok(add({ school: '示例更正学院' }), 201)
    const other = await ok(add({ school: '示例更正学院' }), 201)
    const { id } = await graduate({ school: '示例更正学院' })
    await ok(link(made.id, [id]))
    const wrong = { school: '示例别的学院', level: 'bachelor', district_code: '330102', organisation_id: w.org.home }
    expect(await faults(correct(made.id, 1, wrong))).toEqual([
      ['/district_code', 'programme.district_unknown'],
      ['/organisation_id', 'programme.organisation_unknown'],
      ['/school', 'programme.graduates_linked'],
      ['/level', 'programme.graduates_linked'],
    ])
    expect(await refused(correct(made.id, 1, { school: '示例更正学院', name: other.name }))).toEqual([
      409,
      'programme.exists',
    ])
    await ok(correct(made.id, 1, { school: '示例更正学院' }))
  })

  test('a school sees the programmes it runs, and no others; its figures stay the authority’s', async () => {
    const mine = await ok(add({ organisation_id: w.org.trainer }), 201)
    const other = await ok(add(), 201)
    const trainer = as('trainer')
    expect((await ok(trainer.get('/api/v1/programmes'))).items).toMatchObject([
      { id: mine.id, organisation_name: '示例职业培训学校' },
    ])
    expect((await trainer.get(`/api/v1/programmes/${other.id}`)).status).toBe(404)
    await ok(state(mine.id))
    expect((await ok(trainer.get(`/api/v1/programmes/${mine.id}/years`))).items).toMatchObject([{ graduates: 72 }])
    // persons of other employers are not shown to it
    const { id } = await graduate({}, 'facility')
    await ok(link(mine.id, [id]))
    expect(await linkedTo(mine.id, trainer)).toEqual([])
    expect((await state(mine.id, {}, trainer)).status).toBe(403)
    const page = await (await trainer.page(`/console/programmes/${mine.id}`)).text()
    expect(page).toContain('示例职业培训学校')
    expect(page).not.toContain('/correction')
  })

  test('is corrected by a form that keeps what was typed', async () => {
    const made = await ok(add(), 201)
    const path = `/console/programmes/${made.id}/correction`
    expect(await (await as('district').page(path)).text()).toContain(`value="${made.name}"`)
    const sent = { ...PROGRAMME, name: '表单更正的专业', revision: '1', organisation_id: w.org.trainer, reason: '' }
    const again = await as('district').submit(path, sent)
    expect(again.status).toBe(422)
    const page = await again.text()
    expect(page).toContain('id="field-reason-error"')
    expect(page).toContain('value="表单更正的专业"')
    const done = await as('district').submit(path, { ...sent, reason: '名称登记有误' })
    expect([done.status, done.headers.get('location')]).toEqual([303, `/console/programmes/${made.id}`])
    const shown = await (await as('district').page(`/console/programmes/${made.id}`)).text()
    expect(shown).toContain('名称登记有误')
    expect(shown).toContain(made.name)
  })
})

describe('figures of a year', () => {
  test('are stated with where they were read, and corrected with a reason; what was said stays', async () => {
    const { id } = await ok(add(), 201)
    expect(await ok(state(id))).toMatchObject({ ...FIGURES, linked: 0, reason: null, recorded_by: 'district 示例' })
    expect(await ok(state(id))).toMatchObject(FIGURES)
    expect(await faults(state(id, { graduates: 70 }))).toEqual([['/reason', 'programme.reason_missing']])
    expect(await ok(state(id, { graduates: 70, reason: '学校更正' }))).toMatchObject({
      graduates: 70,
      reason: '学校更正',
    })
    await ok(state(id, { year: 2024, intake: null, graduates: 60 }))
    const rows = await w.db.selectFrom('programme_years').select('graduates').where('programme_id', '=', id).execute()
    expect(rows.map(({ graduates }) => graduates).sort()).toEqual([60, 70, 72])
    expect(await ok(as('district').get(`/api/v1/programmes/${id}`))).toMatchObject({ intake: 80, graduates: 130 })
    const events = await w.db
      .selectFrom('history_events')
      .select('kind')
      .where('subject_id', '=', id)
      .orderBy('seq')
      .execute()
    expect(events.map(({ kind }) => kind)).toEqual([
      ...['programme.added', 'programme.figures_recorded', 'programme.figures_corrected', 'programme.figures_recorded'],
    ])
    await expect(sql`update programme_years set graduates = 1`.execute(w.db)).rejects.toThrow()
    await expect(sql`delete from programme_years`.execute(w.db)).rejects.toThrow()
  })

  test('say all that is wrong with them at once', async () => {
    const { id } = await ok(add(), 201)
    expect(await faults(state(id, { year: 2027, intake: null, graduates: null }))).toEqual([
      ['/intake', 'programme.figures_missing'],
      ['/year', 'programme.year_future'],
    ])
    expect((await state(id, { citation: '' })).status).toBe(422)
    expect((await state(id, { intake: -1 })).status).toBe(422)
  })

  test('are one a year, whoever states them at the same time', async () => {
    const { id } = await ok(add(), 201)
    const both = await Promise.all([1, 2].map(async (graduates) => (await state(id, { graduates })).status))
    expect(both.sort()).toEqual([200, 422])
    expect((await ok(as('district').get(`/api/v1/programmes/${id}/years`))).items).toHaveLength(1)
  })
})

describe('graduates', () => {
  test('are found by school and level, linked, counted by year beside what the school states, and unlinked', async () => {
    const { id } = await ok(add({ school: '示例关联学院' }), 201)
    const mine = await graduate({ school: '示例关联学院' })
    const earlier = await graduate({ school: '示例关联学院', graduated_on: '2023-06-30' })
    await graduate({ school: '示例关联学院', level: 'bachelor' })
    await graduate({ school: '示例关联学院', graduated_on: null })
    const elsewhere = await graduate({ school: '示例关联学院' }, 'facility2')
    expect(await linkedTo(id, as('district'), false)).toEqual([mine.id, earlier.id])
    expect(await linkedTo(id, as('admin'), false)).toEqual([elsewhere.id, mine.id, earlier.id])
    await ok(state(id))
    expect(await ok(link(id, [mine.id, earlier.id]))).toEqual({ changed: 2, unchanged: 0 })
    expect(await ok(link(id, [mine.id]))).toEqual({ changed: 0, unchanged: 1 })
    expect(await linkedTo(id, as('district'), false)).toEqual([])
    expect(await linkedTo(id)).toEqual([mine.id, earlier.id])
    await ok(link(id, [elsewhere.id], as('admin')))
    // counted for everybody, shown to those who know the person
    expect(await linkedTo(id)).toEqual([mine.id, earlier.id])
    expect((await ok(as('district').get(`/api/v1/programmes/${id}/years`))).items).toMatchObject([
      { year: 2025, graduates: 72, linked: 2 },
      { year: 2023, graduates: null, linked: 1, citation: null },
    ])
    expect(await ok(as('district').get(`/api/v1/programmes/${id}`))).toMatchObject({ graduates: 72, linked: 3 })
    expect(await ok(unlink(id, [mine.id]))).toEqual({ changed: 1, unchanged: 0 })
    expect(await faults(unlink(id, [earlier.id, mine.id]))).toEqual([['/education_ids/1', 'graduate.not_linked']])
    expect(await linkedTo(id)).toEqual([earlier.id])
  })

  test('who are none say why, all at once, and nobody is linked', async () => {
    const { id } = await ok(add(), 201)
    const other = await ok(add(), 201)
    const [fit, school, studying, taken, foreign] = await Promise.all([
      graduate(),
      graduate({ school: '示例大学' }),
      graduate({ graduated_on: null }),
      graduate(),
      graduate({}, 'facility2'),
    ])
    await ok(link(other.id, [taken.id]))
    const ids = [fit, school, studying, taken, foreign].map((one) => one.id)
    expect(await faults(link(id, ids))).toEqual([
      ['/education_ids/1', 'graduate.unfit'],
      ['/education_ids/2', 'graduate.not_graduated'],
      ['/education_ids/3', 'graduate.linked_elsewhere'],
      ['/education_ids/4', 'graduate.education_unknown'],
    ])
    expect(await linkedTo(id)).toEqual([])
  })

  test('stay linked through a correction and a merge, and no longer count when the education is withdrawn', async () => {
    const { id } = await ok(add({ school: '示例合并学院' }), 201)
    const gone = await graduate({ school: '示例合并学院' }, 'facility', { id_type: 'passport', id_number: 'E87654321' })
    const stays = await graduate({ school: '示例别处学院' })
    await ok(link(id, [gone.id]))
    await ok(as('facility').post(`/api/v1/educations/${gone.id}/correction`, { major: '护理', reason: '核对证书' }))
    const merge = { into: stays.person_id, reason: '同一人，已核对原件' }
    await ok(as('admin').post(`/api/v1/people/${gone.person_id}/merge`, merge), 201)
    const { items } = await ok(as('district').get(`/api/v1/programmes/${id}/graduates`))
    expect(items).toMatchObject([{ education_id: gone.id, person_id: stays.person_id, major: '护理' }])
    await ok(as('facility').post(`/api/v1/educations/${gone.id}/withdrawal`, { reason: '证书查无此号' }))
    expect(await ok(as('district').get(`/api/v1/programmes/${id}`))).toMatchObject({ linked: 0 })
  })
})

describe('console', () => {
  const text = async (answer: Promise<Response>, status = 200) => {
    const response = await answer
    expect(response.status).toBe(status)
    return response.text()
  }
  test('a programme is added, its figures stated and corrected, its graduates ticked', async () => {
    const typed = { ...PROGRAMME, school: '示例控制台学院', name: '' }
    expect(await text(as('district').submit('/console/programmes/new', typed), 422)).toContain('field-name-error')
    const made = await as('district').submit('/console/programmes/new', { ...typed, name: '控制台专业' })
    const here = made.headers.get('location')!
    expect(await text(as('auditor').page('/console/programmes'))).toContain('控制台专业')
    const figures = { year: '2025', intake: '80', graduates: '72', citation: '质量年报', reason: '' }
    expect((await as('district').submit(`${here}/years`, figures)).status).toBe(303)
    const again = await text(as('district').submit(`${here}/years`, { ...figures, graduates: '70' }), 422)
    expect(again).toContain('id="field-reason-error"')
    expect(again).toContain('value="70"')
    const { id, person_id } = await graduate({ school: '示例控制台学院' })
    expect(await text(as('district').page(`${here}?linked=false`))).toContain(`value="${id}"`)
    expect(await text(as('district').submit(`${here}/graduates`, {}), 422)).toContain(`value="${id}"`)
    expect((await as('district').submit(`${here}/graduates`, { education_ids: id })).status).toBe(303)
    const page = await text(as('auditor').page(here))
    expect(page).toContain(person_id)
    expect(page).not.toContain('education_ids')
    const missing = { education_ids: id, unlink_reason: '' }
    expect(await text(as('district').submit(`${here}/graduates/withdrawal`, missing), 422)).toContain(
      'id="field-unlink_reason-error"',
    )
    const taken = { ...missing, unlink_reason: '同名不同校' }
    expect((await as('district').submit(`${here}/graduates/withdrawal`, taken)).status).toBe(303)
    expect(await text(as('district').page(here))).toContain('还没有关联毕业生')
  })
})

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
