/** Awards on paper: from a published ranking only, once, by its organiser; what a corrected ranking means for them; never a level. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { peopleOf } from '../../src/allowances/fact-rows.ts'
import { readFacts } from '../../src/allowances/facts.ts'
import { jobHandlers } from '../../src/app.ts'
import { eligibility } from '../../src/competitions/eligibility.ts'
import { getEvent } from '../../src/competitions/queries.ts'
import { awardChange } from '../../src/credentials/award-rules.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { registerPeople } from '../../src/people/actions.ts'
import { checkDigit } from '../../src/people/identity.ts'
import { getPerson } from '../../src/people/queries.ts'
import { entryDecisions } from '../../src/training/entry-facts.ts'
import { clientsOf, ok, refused } from '../support/answers.ts'
import { pdfiumText } from '../support/pdf.ts'
import { type World, world } from '../support/world.ts'

const TODAY = '2026-11-23'
let w: World
let people: string[]
/** on the roster of another district's home */
let elsewhere: string
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
  const rows = Array.from({ length: 12 }, (_, index) => {
    const number = `10990119850101${String(index + 701)}`
    return {
      ...{ name: `获奖者${'甲乙丙丁戊己庚辛壬癸子丑'[index]}`, id_type: 'resident_id' as const },
      ...{ id_number: number + checkDigit(number), workforce: 'elder_care' as const },
    }
  })
  const context = await w.context('facility')
  people = (await w.db.transaction().execute((tx) => registerPeople(tx, context, rows))).map(({ id }) => id)
  elsewhere = people[11]!
  await w.db.insertInto('roster_entries').values({ organisation_id: w.org.home2, person_id: elsewhere }).execute()
}, 60_000)
afterAll(() => w.close())
beforeEach(() => {
  w.faults.length = 0
})

const faultOf = async (answer: Promise<Response>) => {
  const response = await answer
  const { errors } = await response.json()
  return [response.status, errors[0].pointer, errors[0].code]
}
let keys = 0
const key = () => ({ key: `award-${++keys}` })

let count = 0
interface Event {
  id: string
  entries: string[]
}
/** An event with one judge; entries from the best to the last, each with its members. Published unless told otherwise. */
async function contest(points: number[], { members = [] as string[][], published = true } = {}): Promise<Event> {
  const competition = await ok(
    as('district').post('/api/v1/competitions', {
      ...{ name: `颁奖竞赛第 ${++count} 届`, tier: 'city', class: 2, held_on: '2026-11-20', citation: '文件' },
      ...{ organisation_id: w.org.authority, appeal_days: 2 },
    }),
    201,
  )
  const event = await ok(
    as('district').post(`/api/v1/competitions/${competition.id}/events`, {
      ...{ name: '养老护理员', occupation_code: '4-10-01-05', theory_weight: 0 },
    }),
    201,
  )
  const items = points.map((_, index) => ({
    ...{ person_id: people[index], organisation_id: w.org.home, station: index + 1 },
  }))
  await ok(as('district').post(`/api/v1/events/${event.id}/entries`, { items }), 201)
  const listed = (await ok(as('district').get(`/api/v1/events/${event.id}/entries`))).items as { id: string }[]
  for (const [index, team] of members.entries())
    for (const person_id of team)
      await w.db
        .insertInto('competition_entry_members')
        .values({ entry_id: listed[index]!.id, event_id: event.id, person_id })
        .execute()
  await ok(
    as('district').post(`/api/v1/events/${event.id}/judges`, { items: [{ part: 'practical', name: '裁判甲' }] }),
    201,
  )
  await ok(
    as('district').post(`/api/v1/events/${event.id}/scores`, {
      items: points.map((value, index) => ({ station: index + 1, part: 'practical', judge: '裁判甲', points: value })),
    }),
    201,
  )
  await ok(as('district').post(`/api/v1/events/${event.id}/ranking`))
  if (published) await ok(publish(event.id))
  return { id: event.id, entries: listed.map(({ id }) => id) }
}
const publish = (id: string) =>
  as('district').post(`/api/v1/events/${id}/publication`, {
    awards: [
      { name: '一等奖', count: 1 },
      { name: '二等奖', count: 2 },
    ],
  })
const propose = ({ id }: Event) =>
  as('district').post(`/api/v1/events/${id}/promotions`, {
    ...{ rule_code: 'zj-city-2-2016', assessor_organisation_id: w.org.assessor },
  })
const batch = (event_id: string, more: object = {}, client = as('district')) =>
  client.post('/api/v1/certificate-batches', { event_id, kind: 'award', issued_on: TODAY, ...more }, key())
const one = (entry_id: string, more: object = {}, client = as('district')) =>
  client.post('/api/v1/certificates', { entry_id, kind: 'award', issued_on: TODAY, ...more }, key())
const awardsOf = async (event_id: string) => (await ok(as('district').get(`/api/v1/events/${event_id}/awards`))).items
/** An appeal that gives the entry at this station other points. */
async function correct(event: Event, station: number, points: number) {
  const { id } = await ok(
    as('facility').post(`/api/v1/events/${event.id}/appeals`, {
      ...{ entry_id: event.entries[station - 1], grounds: '裁判甲的分数登记有误' },
    }),
    201,
  )
  await ok(
    as('district').post(`/api/v1/appeals/${id}/decision`, {
      ...{ upheld: true, reason: '已复核记分表' },
      scores: [{ station, part: 'practical', judge: '裁判甲', points }],
    }),
  )
}
async function issueAll(event: Event) {
  const made = await ok(batch(event.id), 202)
  await w.runJobs()
  return ok(as('district').get(`/api/v1/certificate-batches/${made.id}`))
}

describe('issuing', () => {
  test('a whole event as a job: everybody with an award gets one, numbered from the organiser’s own series', async () => {
    const event = await contest([90, 80, 70, 60])
    const view = await issueAll(event)
    expect(view).toMatchObject({ status: 'succeeded', done: 3, total: 3, issued: 3, left_out: 0, event_id: event.id })
    const { items } = await ok(as('district').get(`/api/v1/certificates?event_id=${event.id}`))
    expect(items.map(({ number }: { number: string }) => number)).toEqual(
      [3, 2, 1].map((serial) => `HJ3301060126${String(serial).padStart(6, '0')}`),
    )
    const first = items.find(({ holder_name }: { holder_name: string }) => holder_name === '获奖者甲')
    expect(first).toMatchObject({
      ...{ kind: 'award', level: null, issuer_name: '示例西湖区民政局', status: 'valid', valid_until: null },
      ...{ occupation_code: '4-10-01-05', entry_id: event.entries[0], batch_id: view.id },
    })
    const pdf = new Uint8Array(await (await as('district').get(`/api/v1/certificates/${first.id}.pdf`)).arrayBuffer())
    const text = (await pdfiumText(pdf)).replaceAll(/\s/g, '')
    for (const words of ['获奖证书', '获奖者甲', '荣获一等奖', `颁奖竞赛第${count}届`, first.number])
      expect(text).toContain(words)
    expect(await ok(as('district').get(`/api/v1/verify/${first.number}`))).toMatchObject({
      status: 'valid',
      kind: 'award',
    })
  })

  test('an organiser of another district counts for itself', async () => {
    const { id } = await ok(
      as('district2').post('/api/v1/competitions', {
        ...{
          name: '上城竞赛',
          tier: 'district',
          held_on: '2026-11-20',
          citation: '文件',
          organisation_id: w.org.home2,
        },
      }),
      201,
    )
    const event = await ok(
      as('district2').post(`/api/v1/competitions/${id}/events`, {
        name: '护理',
        occupation_code: '4-10-01-05',
        theory_weight: 0,
      }),
      201,
    )
    const district2 = as('district2')
    const items = [{ person_id: elsewhere, organisation_id: w.org.home2, station: 1 }]
    await ok(district2.post(`/api/v1/events/${event.id}/entries`, { items }), 201)
    const [entry] = (await ok(district2.get(`/api/v1/events/${event.id}/entries`))).items
    await ok(district2.post(`/api/v1/events/${event.id}/judges`, { items: [{ part: 'practical', name: '评委' }] }), 201)
    await ok(
      district2.post(`/api/v1/events/${event.id}/scores`, {
        items: [{ station: 1, part: 'practical', judge: '评委', points: 90 }],
      }),
      201,
    )
    await ok(district2.post(`/api/v1/events/${event.id}/ranking`))
    await ok(
      district2.post(`/api/v1/events/${event.id}/publication`, {
        awards: [{ name: '一等奖', count: 1 }],
        acknowledgement: '只有一人参赛',
      }),
    )
    const made = await ok(one(entry.id, {}, district2), 201)
    expect(made.number).toBe('HJ3301020126000001')
    // what another district issued is not this one's to revoke
    expect(
      (
        await refused(
          as('district').post(`/api/v1/certificates/${made.id}/revocation`, { reason_code: 'fraud', reason: '替赛' }),
        )
      )[0],
    ).not.toBe(201)
  })

  test('one by one too, and a second one for the same entry is refused by the action and by the database', async () => {
    const event = await contest([90, 80])
    const certificate = await ok(one(event.entries[0]!), 201)
    expect(certificate).toMatchObject({ holder_name: '获奖者甲', kind: 'award', batch_id: null })
    expect(await refused(one(event.entries[0]!))).toEqual([409, 'certificate.issued_already'])
    await expect(
      sql`insert into certificates (number, kind, person_id, holder_name, id_number_masked, occupation_code, occupation_name, issuer_organisation_id,
          issuer_name, issued_on, entry_id, publication_id, token, printed, pdf_sha256)
        select number || 'X', kind, person_id, holder_name, id_number_masked, occupation_code, occupation_name, issuer_organisation_id, issuer_name, issued_on,
          entry_id, publication_id, reverse(token), printed, pdf_sha256 from certificates where id = ${certificate.id}::uuid`.execute(
        w.db,
      ),
    ).rejects.toMatchObject({ constraint: 'certificates_once_awarded' })
    const view = await issueAll(event)
    expect([view.issued, view.left_out, view.skipped[0].code]).toEqual([1, 1, 'certificate.issued_already'])
    expect(await refused(batch(event.id))).toEqual([409, 'certificate_batch.nobody'])
  })

  test('nothing is issued from a ranking that is not published, and a rank without an award gets none', async () => {
    const draft = await contest([90, 80], { published: false })
    expect(await refused(batch(draft.id))).toEqual([409, 'award.not_published'])
    expect(await refused(one(draft.entries[0]!))).toEqual([409, 'award.not_published'])
    expect(await awardsOf(draft.id)).toEqual([])
    const event = await contest([90, 80, 70, 60])
    expect((await refused(one(event.entries[3]!)))[0]).toBe(404)
    await expect(
      sql`insert into certificates (number, kind, person_id, holder_name, id_number_masked, occupation_name, issuer_organisation_id, issuer_name, issued_on,
          entry_id, token, printed, pdf_sha256)
        select 'HJ0', 'award', person_id, '甲', '*', '护理', organisation_id, '机构', '2026-11-23', id, repeat('t', 22), '{}', repeat('0', 64)
        from competition_entries where id = ${draft.entries[0]}::uuid`.execute(w.db),
    ).rejects.toMatchObject({ constraint: 'certificates_award_rests_on_rank' })
  })

  test('of a team every member gets one, and one who cannot be printed stops nobody else', async () => {
    const event = await contest([90, 80], { members: [[people[8]!, people[9]!]] })
    await w.db
      .updateTable('competition_entries')
      .set({ team: '西湖一队' })
      .where('id', '=', event.entries[0]!)
      .execute()
    await w.db.updateTable('people').set({ name: '获奖者\u{31350}' }).where('id', '=', people[9]!).execute()
    const view = await issueAll(event)
    await w.db.updateTable('people').set({ name: '获奖者癸' }).where('id', '=', people[9]!).execute()
    expect([view.issued, view.left_out, view.total]).toEqual([3, 1, 4])
    expect(view.skipped[0]).toMatchObject({
      code: 'certificate.glyph_missing',
      person_id: people[9],
      entry_id: event.entries[0],
    })
    const member = await ok(one(event.entries[0]!, { person_id: people[9] }), 201)
    expect(member).toMatchObject({ holder_name: '获奖者癸', entry_id: event.entries[0] })
    const pdf = new Uint8Array(await (await as('district').get(`/api/v1/certificates/${member.id}.pdf`)).arrayBuffer())
    expect((await pdfiumText(pdf)).replaceAll(/\s/g, '')).toContain('（代表队：西湖一队）')
    expect((await refused(one(event.entries[0]!, { person_id: people[5] })))[0]).toBe(404)
  })

  test('ten writers at once share the organiser’s series without a gap or a double', async () => {
    const events = []
    for (let at = 0; at < 10; at++) events.push(await contest([90, 80, 70]))
    const before = await serials()
    for (const { id } of events) await ok(batch(id), 202)
    const worker = async () => {
      while (await runSlice(w.db, w.deps, jobHandlers));
    }
    await Promise.all(events.map(worker))
    const after = await serials()
    expect(after).toHaveLength(before.length + 30)
    expect(after).toEqual(
      Array.from({ length: after.length }, (_, at) => `HJ3301060126${String(at + 1).padStart(6, '0')}`),
    )
    expect(w.faults).toEqual([])
  }, 60_000)

  async function serials() {
    const { rows } = await sql<{
      number: string
    }>`select number from certificates where number like 'HJ330106%' order by 1`.execute(w.db)
    return rows.map(({ number }) => number)
  }
})

describe('who and when', () => {
  test('only the organiser: others find no event, and institutions have no permission', async () => {
    const event = await contest([90, 80])
    for (const username of ['district_nb', 'district2', 'trainer', 'assessor'])
      expect([username, (await refused(batch(event.id, {}, as(username))))[0]]).toEqual([username, 404])
    for (const username of ['facility', 'health', 'finance', 'auditor'])
      expect([username, (await refused(batch(event.id, {}, as(username))))[0]]).toEqual([username, 403])
    expect((await refused(one(event.entries[0]!, {}, as('district_nb'))))[0]).toBe(404)
    expect((await refused(as('district_nb').get(`/api/v1/events/${event.id}/awards`)))[0]).toBe(404)
    expect((await refused(one('00000000-0000-7000-8000-000000000001')))[0]).toBe(404)
  })

  test('the day lies between publication and today, and an award has no end', async () => {
    const event = await contest([90, 80])
    expect(await faultOf(batch(event.id, { issued_on: '2026-11-22' }))).toEqual([
      422,
      '/issued_on',
      'certificate.issued_on',
    ])
    expect(await faultOf(batch(event.id, { issued_on: '2026-11-24' }))).toEqual([
      422,
      '/issued_on',
      'certificate.issued_on',
    ])
    expect(await faultOf(batch(event.id, { valid_until: '2027-11-24' }))).toEqual([
      422,
      '/valid_until',
      'certificate.valid_until',
    ])
    expect(await faultOf(one(event.entries[0]!, { issued_on: '2026-11-24' }))).toEqual([
      422,
      '/issued_on',
      'certificate.issued_on',
    ])
  })

  test('a batch is for a class or an event, an award for an entry, and nothing for both or neither', async () => {
    const event = await contest([90, 80])
    const id = '00000000-0000-7000-8000-000000000001'
    for (const body of [
      { event_id: event.id, class_id: id, kind: 'award' },
      { kind: 'award' },
      { class_id: id, kind: 'award' },
      { event_id: event.id, kind: 'completion' },
    ])
      expect(
        (await refused(as('district').post('/api/v1/certificate-batches', { issued_on: TODAY, ...body }, key())))[0],
      ).toBe(422)
    for (const body of [
      { entry_id: event.entries[0], kind: 'skill_level' },
      { enrolment_id: id, kind: 'award' },
      { enrolment_id: id, entry_id: event.entries[0], kind: 'award' },
      { enrolment_id: id, person_id: id, kind: 'completion' },
    ])
      expect(
        (await refused(as('district').post('/api/v1/certificates', { issued_on: TODAY, ...body }, key())))[0],
      ).toBe(422)
    await expect(
      sql`insert into certificate_batches (organisation_id, kind, issued_on, requested_by) values (${w.org.authority}, 'award', '2026-11-23', ${w.accounts.district})`.execute(
        w.db,
      ),
    ).rejects.toThrow()
  })

  test('a second batch of an event waits for the first', async () => {
    const event = await contest([90, 80])
    await ok(batch(event.id), 202)
    expect(await refused(batch(event.id))).toEqual([409, 'certificate_batch.running'])
    await w.runJobs()
  })
})

describe('after an appeal', () => {
  test('an award that became another is shown as such, and its replacement says the award of now', async () => {
    const event = await contest([90, 80, 70, 60])
    await issueAll(event)
    await correct(event, 2, 95)
    const now = await awardsOf(event.id)
    expect(
      now.map(({ name, award, change }: { name: string; award: string; change: { code: string } | null }) => [
        name,
        award,
        change?.code,
      ]),
    ).toEqual([
      ['获奖者乙', '一等奖', 'award.changed'],
      ['获奖者甲', '二等奖', 'award.changed'],
      ['获奖者丙', '二等奖', undefined],
    ])
    expect(now[0].change.message).toContain('请换发')
    const page = await (await as('district').page(`/console/certificates/${now[0].certificate_id}`)).text()
    for (const words of [
      '第 2 次公布更正了名次',
      '请换发',
      `/console/certificates/${now[0].certificate_id}/replacement`,
    ])
      expect(page).toContain(words)
    const made = await ok(
      as('district').post(`/api/v1/certificates/${now[0].certificate_id}/replacement`, { reason: '名次更正' }, key()),
      201,
    )
    expect(made).toMatchObject({ kind: 'award', entry_id: event.entries[1], replaces_id: now[0].certificate_id })
    expect(made.number).toMatch(/^HJ3301060126/)
    const pdf = new Uint8Array(await (await as('district').get(`/api/v1/certificates/${made.id}.pdf`)).arrayBuffer())
    expect((await pdfiumText(pdf)).replaceAll(/\s/g, '')).toContain('荣获一等奖')
    const [replaced] = await awardsOf(event.id)
    expect(replaced).toMatchObject({ certificate_id: made.id, change: null })
    expect(await (await as('district').page(`/console/certificates/${made.id}`)).text()).not.toContain('更正了名次')
  })

  test('whoever has no award any more: not replaced, but revoked', async () => {
    const event = await contest([90, 80, 70, 60])
    await issueAll(event)
    await correct(event, 4, 99)
    const lost = (await awardsOf(event.id)).find(({ name }: { name: string }) => name === '获奖者丙')
    expect(lost).toMatchObject({ award: null, rank: 4, change: { code: 'award.lost' } })
    expect(lost.change.message).toContain('请撤销')
    const path = `/api/v1/certificates/${lost.certificate_id}`
    expect(await refused(as('district').post(`${path}/replacement`, { reason: '名次更正' }, key()))).toEqual([
      409,
      'award.lost',
    ])
    const revocation = { reason_code: 'result_withdrawn', reason: '名次更正' }
    expect(await refused(as('assessor').post(`${path}/revocation`, revocation))).not.toEqual([201, undefined])
    expect(await ok(as('district').post(`${path}/revocation`, revocation), 201)).toMatchObject({ status: 'revoked' })
    const after = (await awardsOf(event.id)).find(({ name }: { name: string }) => name === '获奖者丙')
    expect(after).toMatchObject({ ended: 'revoked', change: null, obstacle: { code: 'certificate.issued_already' } })
  })

  test('the next batch issues to whoever the correction brought up, by the revision that stands', async () => {
    const event = await contest([90, 80, 70, 60])
    await correct(event, 4, 99)
    await issueAll(event)
    const { rows } = await sql<{ revision: number; award: string; name: string }>`
      select u.revision, r.award, c.holder_name as name from certificates c join competition_publications u on u.id = c.publication_id
        join competition_published_ranks r on r.publication_id = c.publication_id and r.entry_id = c.entry_id
      where u.event_id = ${event.id}::uuid order by r.rank`.execute(w.db)
    expect(rows.map(({ revision, name, award }) => [revision, name, award])).toEqual([
      [2, '获奖者丁', '一等奖'],
      [2, '获奖者甲', '二等奖'],
      [2, '获奖者乙', '二等奖'],
    ])
  })

  test('a rank that moved within the same award needs nothing, and says so', () => {
    const at = (rank: number | null, award: string | null, revision: number) => ({ rank, award, revision })
    expect(awardChange(at(2, '二等奖', 1), at(2, '二等奖', 2))).toBe(null)
    expect(awardChange(at(2, '二等奖', 1), at(3, '二等奖', 2))).toMatchObject({
      code: 'award.rank_changed',
      message: { zh: expect.stringContaining('不必更换') },
    })
    expect(awardChange(at(1, '一等奖', 1), at(null, null, 2))).toMatchObject({ code: 'award.lost' })
  })
})

describe('an award is no level', () => {
  test('the database takes none with a level', async () => {
    const event = await contest([90, 80])
    const { id } = await ok(one(event.entries[0]!), 201)
    await expect(
      sql`insert into certificates (number, kind, person_id, holder_name, id_number_masked, occupation_code, occupation_name, level, issuer_organisation_id,
          issuer_name, issued_on, entry_id, publication_id, replaces_id, token, printed, pdf_sha256)
        select number || 'X', kind, person_id, holder_name, id_number_masked, occupation_code, occupation_name, 3, issuer_organisation_id, issuer_name, issued_on,
          entry_id, publication_id, id, reverse(token), printed, pdf_sha256 from certificates where id = ${id}::uuid`.execute(
        w.db,
      ),
    ).rejects.toMatchObject({ constraint: 'certificates_award_rests_on_rank' })
  })

  test('conditions of a class, of an event, of a promotion and of an allowance are what they were without it', async () => {
    const [person_id] = people as [string]
    const event = await contest([90, 80])
    const before = await whatCounts(event, person_id)
    await issueAll(event)
    expect(await whatCounts(event, person_id)).toEqual(before)
    const { items } = await ok(propose(await contest([90, 80])), 201)
    expect(items[0]).toMatchObject({ person_id, from_level: null, from_certificate_id: null })
  })

  async function whatCounts({ id }: Event, person_id: string) {
    const question = { occupation_code: '4-10-01-05', standard_edition: '2019', level: 4, day: TODAY }
    const contested = await getEvent(w.db, (await w.context('district')).scope, id)
    const entry = { ...contested.rules.entry, level_at_least: 5 }
    const asked = { ...contested, held_on: '2026-12-01', rules: { ...contested.rules, entry } }
    const component = { code: 'monthly', kind: 'monthly_by_level' }
    const rules = [{ component, occupation_codes: ['4-10-01-05'], posts: ['care'], conditions: [] }] as never
    const cutoff = '2099-01-01 00:00:00+00'
    return {
      entry: (await entryDecisions(w.db, question, [person_id])).get(person_id),
      event: (await eligibility(w.db, asked, [person_id])).get(person_id)!.map(({ message }) => message.zh),
      allowance: (await readFacts(w.db, await peopleOf(w.db, [person_id]), { cutoff, months: ['2026-11'], rules }))(
        person_id,
      ).certificates,
      person: (await getPerson(w.db, (await w.context('facility')).scope, person_id, TODAY)).level,
    }
  }
})

describe('promotions of an event in one job', () => {
  test('everybody who was approved gets the level, by the assessment body that approved it', async () => {
    const event = await contest([90, 80, 70])
    const { items } = await ok(propose(event), 201)
    const asked = { kind: 'skill_level' }
    expect((await refused(batch(event.id, asked, as('assessor'))))[0]).toBe(404)
    for (const { id } of items)
      await ok(as('assessor').post(`/api/v1/promotions/${id}/decision`, { approved: true, reason: '已核对' }))
    expect(await faultOf(batch(event.id, { ...asked, issued_on: '2026-11-24' }, as('assessor')))).toEqual([
      422,
      '/issued_on',
      'certificate.issued_on',
    ])
    expect((await refused(batch(event.id, asked)))[0]).toBe(404)
    const made = await ok(batch(event.id, asked, as('assessor')), 202)
    await w.runJobs()
    const view = await ok(as('assessor').get(`/api/v1/certificate-batches/${made.id}`))
    expect(view).toMatchObject({ status: 'succeeded', issued: items.length, left_out: 0 })
    const issued = (await ok(as('assessor').get(`/api/v1/certificates?batch_id=${made.id}`))).items
    expect(issued[0]).toMatchObject({ kind: 'skill_level', level: items[0].to_level, promotion_id: items[0].id })
    expect(
      await refused(as('assessor').post(`/api/v1/promotions/${items[0].id}/certificate`, { issued_on: TODAY }, key())),
    ).toEqual([409, 'promotion.issued'])
  })
})

describe('the console', () => {
  const text = async (answer: Promise<Response>) => (await answer).text()

  test('from the ranking to the batch: who gets what, preview, confirmation, progress', async () => {
    const event = await contest([90, 80, 70, 60])
    const officer = as('district')
    expect(await text(officer.page(`/console/events/${event.id}/ranking`))).toContain('颁发证书')
    expect(await text(officer.page('/console/certificates/new'))).toContain(`event=${event.id}`)
    const query = `event=${event.id}&kind=award&issued_on=${TODAY}`
    const list = await text(officer.page(`/console/certificates/new?${query}`))
    for (const words of ['获奖者甲', '第 1 名 一等奖', '下一步：为 3 人发证', '申诉期到']) expect(list).toContain(words)
    expect(list).not.toContain('获奖者丁')
    const preview = await officer.page(`/console/certificates/new/preview?${query}`)
    expect(preview.headers.get('content-type')).toBe('application/pdf')
    expect(await text(officer.page(`/console/certificates/new/confirmation?${query}`))).toContain('示例西湖区民政局')
    const done = await officer.submit('/console/certificate-batches', {
      event_id: event.id,
      kind: 'award',
      issued_on: TODAY,
    })
    expect(done.status).toBe(303)
    const address = done.headers.get('location')!
    expect(await text(officer.page(address))).toContain('排队中')
    expect(await text(officer.page(`/console/certificates/new?${query}`))).toContain('有一个批次正在签发')
    await w.runJobs()
    const finished = await text(officer.page(address))
    for (const words of ['已完成', '已签发 3 张', '.zip', '打印文件', '有法律效力的是单张 PDF'])
      expect(finished).toContain(words)
    expect(await text(officer.page(`/console/certificates/new?${query}`))).toContain('已发')
    expect((await as('district_nb').page(`/console/certificates/new?${query}`)).status).toBe(404)
  })
})
