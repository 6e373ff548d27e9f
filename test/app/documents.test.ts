/** Identity documents: several of them, one person for life, none of them anybody else's. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { clientsOf } from '../support/answers.ts'
import { type World, world } from '../support/world.ts'

let w: World
const as = clientsOf(() => w)
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

let last = 8_000_000
async function employed(values: object = {}) {
  const { name, id_number } = demoPerson(last++)
  const sent = { name, id_type: 'resident_id', id_number, workforce: 'elder_care', ...values }
  const person = await (await as('facility').post('/api/v1/people', sent)).json()
  const employment = { post: 'care', contract_kind: 'labour', starts_on: '2026-01-05' }
  expect((await as('facility').post(`/api/v1/people/${person.id}/employments`, employment)).status).toBe(201)
  return { ...person, id_number: sent.id_number, sent }
}
const add = (id: string, document: object, client = as('facility')) =>
  client.post(`/api/v1/people/${id}/documents`, { id_type: 'passport', reason: '已核对原件', ...document })
const list = async (id: string, client = as('facility')) =>
  (await (await client.get(`/api/v1/people/${id}/documents`)).json()).items
async function refusal(answer: Response | Promise<Response>) {
  const { status, code, detail } = await (await answer).json()
  return { status, code, detail }
}

describe('another document', () => {
  test('belongs to the same person, is shown masked, and registering by it finds the person', async () => {
    const person = await employed()
    const answer = await add(person.id, { id_number: 'E12345678' })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ id_type: 'passport', id_number_masked: 'E1*****78', current: false })
    expect(await list(person.id)).toMatchObject([
      { id_type: 'passport', current: false },
      { id_type: 'resident_id', current: true, id_number_masked: person.id_number_masked },
    ])
    const again = await as('trainer').post('/api/v1/people', {
      ...person.sent,
      id_type: 'passport',
      id_number: 'E12345678',
    })
    expect([again.status, (await again.json()).id]).toEqual([201, person.id])
    const event = await w.db
      .selectFrom('history_events')
      .select(['changes', 'reason'])
      .where('kind', '=', 'person.document_added')
      .executeTakeFirstOrThrow()
    expect(event).toEqual({ changes: { id_type: 'passport' }, reason: '已核对原件' })
  })

  test('said again changes nothing, and leaves no event; as the current one it is the one shown', async () => {
    const person = await employed()
    const permit = { id_type: 'travel_permit', id_number: 'H87654321' }
    await add(person.id, permit)
    const before = await (await as('facility').get(`/api/v1/people/${person.id}`)).json()
    expect((await add(person.id, permit)).status).toBe(201)
    expect((await (await as('facility').get(`/api/v1/people/${person.id}`)).json()).revision).toBe(before.revision)
    const events = () =>
      w.db
        .selectFrom('history_events')
        .select('kind')
        .where('subject_id', '=', person.id)
        .where('kind', '=', 'person.document_added')
        .execute()
    expect(await events()).toHaveLength(1)
    await add(person.id, { ...permit, current: true })
    expect(await (await as('facility').get(`/api/v1/people/${person.id}`)).json()).toMatchObject({
      id_type: 'travel_permit',
      id_number_masked: 'H8*****21',
    })
    const shown = await as('facility').post(`/api/v1/people/${person.id}/disclosure`, {
      field: 'id_number',
      reason: '核对号码',
    })
    expect((await shown.json()).value).toBe('H87654321')
    expect(await list(person.id)).toMatchObject([{ current: true }, { current: false }])
    expect(await events()).toHaveLength(2)
  })

  test('a 15-digit number is the document of its 18 digits', async () => {
    const seventeen = '33010619700101002'
    const person = await employed({ id_number: seventeen + checkDigit(seventeen) })
    const answer = await add(person.id, { id_type: 'resident_id', id_number: '330106700101002' })
    expect(answer.status).toBe(201)
    expect(await list(person.id)).toHaveLength(1)
  })

  test('the permanent residence card of 2023 after the old one, whose birth date the person then has', async () => {
    const person = await employed({ id_type: 'permanent_residence', id_number: 'USA330012345678', name: 'John Smith' })
    expect(person.birth_year).toBeNull()
    const card = { id_type: 'permanent_residence', id_number: '932682198501010017', current: true }
    expect((await add(person.id, card)).status).toBe(201)
    expect(await (await as('facility').get(`/api/v1/people/${person.id}`)).json()).toMatchObject({ birth_year: 1985 })
  })
})

describe('what is refused', () => {
  test('somebody else’s document, naming nothing about them; an office is told where to go on', async () => {
    const [one, other] = [await employed(), await employed()]
    const document = { id_type: 'resident_id', id_number: other.id_number }
    const born = { birth_date: null }
    await w.db.updateTable('people').set(born).where('id', '=', one.id).execute()
    const answer = await refusal(add(one.id, document))
    expect(answer).toMatchObject({ status: 409, code: 'person.document_taken' })
    for (const secret of [other.name, other.id, other.id_number_masked]) expect(answer.detail).not.toContain(secret)
    expect(answer.detail).not.toContain('疑似重复')
    expect((await refusal(add(one.id, document, as('district')))).detail).toContain('疑似重复')
    expect(await list(one.id)).toHaveLength(1)
  })

  test('a document of somebody born on another day', async () => {
    const person = await employed()
    const seventeen = '33010619010101002'
    const document = { id_type: 'resident_id', id_number: seventeen + checkDigit(seventeen) }
    expect(await refusal(add(person.id, document))).toMatchObject({ status: 409, code: 'document.birth_date' })
  })

  test('a wrong number, with its place', async () => {
    const person = await employed()
    const answer = await (await add(person.id, { id_type: 'resident_id', id_number: '110102198404069701' })).json()
    expect(answer).toMatchObject({
      status: 422,
      errors: [{ pointer: '/id_number', code: 'identity.check_digit' }],
    })
    expect((await add(person.id, { id_number: 'E1234567', reason: '' })).status).toBe(422)
  })

  test('by an institution that does not employ the person, and by one that does not know them', async () => {
    const person = await employed()
    expect((await add(person.id, { id_number: 'E11111111' }, as('trainer'))).status).toBe(404)
    await as('trainer').post('/api/v1/people', person.sent)
    expect(await refusal(add(person.id, { id_number: 'E11111111' }, as('trainer')))).toMatchObject({
      status: 409,
      code: 'person.not_employed_here',
    })
    expect((await add(person.id, { id_number: 'E11111111' }, as('auditor'))).status).toBe(403)
    expect((await as('facility_nb').get(`/api/v1/people/${person.id}/documents`)).status).toBe(404)
  })

  test('two at the same moment for two people: one of them gets the document', async () => {
    const [one, other] = [await employed(), await employed()]
    const document = { id_number: 'G55554444' }
    const answers = await Promise.all([add(one.id, document), add(other.id, document, as('district'))])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  test('the database holds one row a document and key', async () => {
    const person = await employed()
    const { document_hash: _, ...row } = await w.db
      .selectFrom('person_documents')
      .selectAll()
      .where('person_id', '=', person.id)
      .executeTakeFirstOrThrow()
    const twice = w.db.insertInto('person_documents').values({ ...row, document_hash: 'another' })
    await expect(twice.execute()).rejects.toMatchObject({ code: '23505' })
  })
})

test('the page of a person shows the documents and its form adds one, or comes back with the fault', async () => {
  const person = await employed()
  const path = `/console/people/${person.id}`
  expect(await (await as('facility').page(path)).text()).toContain(`${path}/documents/new`)
  expect(await (await as('auditor').page(path)).text()).not.toContain(`${path}/documents/new`)
  expect(await (await as('facility').page(`${path}/documents/new`)).text()).toContain('name="id_number"')
  const fields = { id_type: 'passport', id_number: '!', current: 'true', reason: '护照换发' }
  const wrong = await as('facility').submit(`${path}/documents`, fields)
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('护照号码为 5 至 15 位')])
  const right = await as('facility').submit(`${path}/documents`, { ...fields, id_number: 'E99998888' })
  expect([right.status, right.headers.get('location')]).toEqual([303, path])
  const html = await (await as('facility').page(path)).text()
  expect(html).toContain('E9*****88')
  expect(html).toContain('登记证件')
  expect(html).not.toContain('E99998888')
  expect(w.faults).toEqual([])
})
