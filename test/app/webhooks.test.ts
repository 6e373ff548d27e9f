/** Webhooks: signed, told to whoever may read, tried again for three days, never by two at once, and nothing personal in them. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { demoPerson } from '../../db/demo-people.ts'
import { suspendCertificate } from '../../src/credentials/suspensions.ts'
import { nodeOutgoing } from '../../src/platform/node-outgoing.ts'
import { writeWorkbook } from '../../src/platform/workbook.ts'
import { applyRetention, listRetentionRules } from '../../src/privacy/retention.ts'
import { rotateSecret } from '../../src/webhooks/actions.ts'
import { deliverWebhooks } from '../../src/webhooks/delivering.ts'
import { GAPS } from '../../src/webhooks/rules.ts'
import { payMonth, runsOf } from '../support/allowance-runs.ts'
import { allowanceWorld } from '../support/allowance-world.ts'
import { clientsOf, codes, faults, ok, refused, text } from '../support/answers.ts'
import { GRADUATED_ON, graduates } from '../support/graduates.ts'
import { receiver } from '../support/receiver.ts'
import { type World, world } from '../support/world.ts'

const START = new Date('2026-11-23T02:00:00Z')
const PAPER = { reason: '核查期间', decision_reference: '示例〔2026〕1 号' }

let w: World
let receiving: Awaited<ReturnType<typeof receiver>>
let class_id: string
let certificate: { id: string; number: string; person_id: string }
const as = clientsOf(() => w)
const key = () => ({ key: crypto.randomUUID() })

function setClock(now: Date) {
  w.clock.now = now
}
const pass = (seconds: number) => setClock(new Date(w.clock.now.getTime() + seconds * 1000))

/** With the receiver's clock at the program's: what is signed is good for five minutes. */
async function step(sender = w.deps) {
  vi.setSystemTime(w.clock.now)
  try {
    return await deliverWebhooks(w.db, sender)
  } finally {
    vi.useRealTimers()
  }
}

/** Sends what is due until nothing is; answers what came. */
async function deliver(sender = w.deps) {
  while (await step(sender));
  return receiving.take()
}

async function add(username: string, events: string[], url = receiving.url) {
  const webhook = await ok(as(username).post('/api/v1/webhooks', { url, events }), 201)
  receiving.secrets.push(webhook.secret)
  return webhook as { id: string; secret: string; revision: number }
}
const deliveries = async (id: string, username = 'assessor') =>
  (await ok(as(username).get(`/api/v1/webhooks/${id}/deliveries`))).items
const newest = async (id: string) => (await deliveries(id))[0]

/** One event: the certificate is suspended, and in use again, of which nobody here is told. */
async function suspend() {
  const path = `/api/v1/certificates/${certificate.id}`
  await ok(as('assessor').post(`${path}/suspension`, PAPER, key()), 201)
  await ok(as('assessor').post(`${path}/resumption`, PAPER, key()), 201)
}

beforeAll(async () => {
  w = await world()
  receiving = await receiver()
  class_id = await graduates(w, 2)
  w.clock.now = START
  const asked = { class_id, kind: 'skill_level', issued_on: GRADUATED_ON, valid_until: null }
  await ok(as('assessor').post('/api/v1/certificate-batches', asked, key()), 202)
  await w.runJobs()
  certificate = await w.db
    .selectFrom('certificates')
    .select(['id', 'number', 'person_id'])
    .orderBy('number')
    .limit(1)
    .executeTakeFirstOrThrow()
})
afterAll(async () => {
  await receiving.close()
  await w.close()
})
beforeEach(async () => {
  setClock(START)
  as.forget()
  receiving.answer(204)
  receiving.secrets.length = 0
  receiving.take()
  await deliver()
  await sql`delete from webhook_deliveries`.execute(w.db)
  await sql`delete from webhook_secrets`.execute(w.db)
  await sql`delete from webhooks`.execute(w.db)
  await w.db.deleteFrom('rate_limits').execute()
  expect(w.faults.splice(0)).toEqual([])
})

describe('what is told', () => {
  test('a deed is posted signed, once, with what it is about and where that can be read', async () => {
    const webhook = await add('assessor', ['certificate.suspended'])
    await suspend()
    const [{ seq }] = (
      await sql<{
        seq: number
      }>`select seq from history_events where kind = 'certificate.suspended' order by seq desc limit 1`.execute(w.db)
    ).rows as [{ seq: number }]
    const [sent, ...more] = await deliver()
    expect(more).toEqual([])
    const delivery = await newest(webhook.id)
    expect(sent).toMatchObject({ path: '/hook', id: delivery.id, verified: 1 })
    expect(sent!.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-timestamp': String(START.getTime() / 1000),
    })
    const data = {
      id: certificate.id,
      kind: 'certificate',
      href: `http://127.0.0.1:3000/api/v1/certificates/${certificate.id}`,
    }
    expect(JSON.parse(sent!.body)).toEqual({ type: 'certificate.suspended', timestamp: START.toISOString(), data })
    expect((await as('assessor').get(new URL(data.href).pathname)).status).toBe(200)
    expect(delivery).toMatchObject({ type: 'certificate.suspended', data, status: 'delivered', next_at: null })
    expect(delivery.attempts).toMatchObject([{ status: 204, fault: null, answer: '' }])
    const kept = await w.db.selectFrom('webhook_deliveries').select(['event_seq']).execute()
    expect(kept).toEqual([{ event_seq: seq }])
    expect(await deliver()).toEqual([])
  })

  test('a body that was changed on the way, and a secret of somebody else, do not verify', async () => {
    await add('assessor', ['certificate.suspended'])
    receiving.secrets.splice(0, 1, 'whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=')
    await suspend()
    expect(await deliver()).toMatchObject([{ verified: 0 }])
  })

  test('whoever may read the record is told, and nobody else', async () => {
    const names = ['assessor', 'trainer', 'facility', 'facility2', 'admin']
    for (const name of names) await add(name, ['certificate.suspended'], `${receiving.url}/${name}`)
    await suspend()
    const told = async () => (await deliver()).map(({ path }) => path.replace('/hook/', '')).sort()
    // the issuer, on whose roster the holder is, and the country
    expect(await told()).toEqual(['admin', 'assessor', 'trainer'])
    await w.db
      .insertInto('roster_entries')
      .values({ organisation_id: w.org.home2, person_id: certificate.person_id })
      .execute()
    await suspend()
    expect(await told()).toEqual(['admin', 'assessor', 'facility2', 'trainer'])
    await w.db.deleteFrom('roster_entries').where('organisation_id', '=', w.org.home2).execute()
  })

  test('a division is told of its own: by the place of the issuer or of whoever the holder works for', async () => {
    const webhook = await add('admin', ['certificate.suspended'])
    const place = (district_code: string) =>
      w.db.updateTable('webhooks').set({ district_code }).where('id', '=', webhook.id).execute()
    const told: string[] = []
    for (const code of ['330102', '330106', '330100', '330000', '330200', '320000']) {
      await place(code)
      await suspend()
      if ((await deliver()).length > 0) told.push(code)
    }
    expect(told).toEqual(['330102', '330106', '330100', '330000'])
  })

  test('certificates, imports, runs and payments that come back are told by what people do, with nothing personal', async () => {
    await add('assessor', ['certificate.revoked', 'certificate.resumed', 'certificate.restored'])
    await add('trainer', ['certificate.issued'])
    await add('facility', ['import.finished'])
    await add('admin', ['allowance_run.computed', 'allowance_run.approved', 'payment.returned'])
    const persons = [demoPerson(7_700_001), demoPerson(7_700_002)]
    const bytes = await writeWorkbook([
      {
        name: 'Sheet1',
        columns: ['姓名', '证件类型', '证件号码', '从业类别'].map((header) => ({ header })),
        rows: persons.map(({ name, id_number }) => [name, '居民身份证', id_number, '养老护理']),
      },
    ])
    const file = new File([bytes as BlobPart], '名单.xlsx')
    await ok(
      as('facility').upload('/api/v1/imports', { kind: 'people', mode: 'commit', file }, { 'idempotency-key': 'one' }),
      202,
    )
    await w.runJobs()
    const path = `/api/v1/certificates/${certificate.id}`
    await suspend()
    await ok(
      as('assessor').post(`${path}/revocation`, { reason: PAPER.reason, reason_code: 'issued_in_error' }, key()),
      201,
    )
    await ok(as('assessor').post(`${path}/restoration`, PAPER, key()), 201)
    const runs = runsOf(() => w)
    await runs.confirm()
    const facts = await allowanceWorld(w)
    const { id: carer } = await facts.carer({ name: '慕容云海' })
    const { id: run } = await payMonth(w, '2026-09', '2026-11-20')
    setClock(START)
    await runs.answer(run, [{ person_id: carer, amount_fen: 40000, outcome: 'returned' }])
    const asked = { class_id, kind: 'completion', issued_on: GRADUATED_ON, valid_until: null }
    await ok(as('trainer').post('/api/v1/certificate-batches', asked, key()), 202)
    await w.runJobs()
    const sent = await deliver()
    expect(sent.map(({ body }) => JSON.parse(body).type).sort()).toEqual([
      'allowance_run.approved',
      'allowance_run.computed',
      'certificate.issued',
      'certificate.issued',
      'certificate.restored',
      'certificate.resumed',
      'certificate.revoked',
      'import.finished',
      'payment.returned',
    ])
    expect(sent.every(({ verified }) => verified === 1)).toBe(true)
    for (const { body } of sent) {
      const { data, ...about } = JSON.parse(body)
      expect([Object.keys(about), Object.keys(data)]).toEqual([
        ['type', 'timestamp'],
        ['id', 'kind', 'href'],
      ])
      expect(data.href).toBe(`http://127.0.0.1:3000/api/v1/${data.kind.replace('_', '-')}s/${data.id}`)
    }
    const everything = JSON.stringify(sent)
    const known = await w.db.selectFrom('people').select(['id', 'name', 'id_number_masked']).execute()
    const numbers = await w.db.selectFrom('certificates').select(['number', 'token']).execute()
    const personal = [
      ...persons.flatMap(({ name, id_number }) => [name, id_number]),
      ...known.flatMap(({ id, name, id_number_masked }) => [id, name, id_number_masked!]),
      ...numbers.flatMap(({ number, token }) => [number, token]),
    ]
    expect(personal.length).toBeGreaterThan(12)
    expect(personal.filter((one) => everything.includes(one))).toEqual([])
  })

  test('results of the bank without a payment that came back are no event', async () => {
    const runs = runsOf(() => w)
    await add('admin', ['payment.returned'])
    const run = await w.db.selectFrom('allowance_runs').select('id').limit(1).executeTakeFirstOrThrow()
    const { items } = await ok(as('finance').get(`/api/v1/allowance-runs/${run.id}/payment-results`))
    await runs.answer(run.id, [{ person_id: items[0].person_id, amount_fen: 40000 }])
    expect(await deliver()).toEqual([])
  })

  test('a deed that was taken back before its commit is never told', async () => {
    await add('assessor', ['certificate.suspended'])
    const context = await w.context('assessor')
    const taken = w.db.transaction().execute(async (tx) => {
      await suspendCertificate(tx, context, certificate.id, PAPER as never)
      throw new Error('taken back')
    })
    await expect(taken).rejects.toThrow('taken back')
    expect(await deliver()).toEqual([])
    await suspend()
    expect(await deliver()).toHaveLength(1)
  })

  test('what happened before a webhook was made is not told, however late it is read', async () => {
    await suspend()
    await add('assessor', ['certificate.suspended'])
    expect(await deliver()).toEqual([])
  })
})

describe('sending', () => {
  test('what fails is tried again with growing gaps for three days under one id, then given up and told of', async () => {
    const webhook = await add('assessor', ['certificate.suspended'])
    await suspend()
    receiving.answer(500, 'out of order')
    const ids = new Set<string>()
    for (const [index, gap] of GAPS.entries()) {
      if (gap > 0) {
        pass(gap - 1)
        expect(await deliver(), `before attempt ${index + 1}`).toEqual([])
        pass(1)
      }
      const sent = await deliver()
      expect(sent, `attempt ${index + 1}`).toMatchObject([{ verified: 1 }])
      ids.add(sent[0]!.id)
    }
    expect(ids.size).toBe(1)
    const days = (w.clock.now.getTime() - START.getTime()) / 86_400_000
    expect([days > 3, days < 3.5]).toEqual([true, true])
    pass(30 * 86_400)
    expect(await deliver()).toEqual([])
    setClock(START)
    const delivery = await newest(webhook.id)
    expect(delivery).toMatchObject({ id: [...ids][0], status: 'given_up', next_at: null })
    expect(delivery.attempts).toHaveLength(GAPS.length)
    expect(delivery.attempts.at(-1)).toMatchObject({ status: 500, answer: 'out of order', fault: null })
    const { items } = await ok(as('assessor').get('/api/v1/notices?unread=true'))
    expect(items).toMatchObject([{ kind: 'webhook.given_up', subject_id: webhook.id }])
    expect(items[0].words).toContain('127.0.0.1')
    await ok(as('assessor').post('/api/v1/notices/reading'))
  })

  test('an answer that comes after failures ends it', async () => {
    const webhook = await add('assessor', ['certificate.suspended'])
    await suspend()
    receiving.behave((answer) => answer.destroy())
    expect(await deliver()).toHaveLength(1)
    receiving.answer(200, 'thanks')
    pass(5)
    expect(await deliver()).toHaveLength(1)
    const { status, attempts } = await newest(webhook.id)
    expect(status).toBe('delivered')
    expect(attempts).toMatchObject([
      { status: null, fault: 'unreachable', answer: null },
      { status: 200, fault: null, answer: 'thanks' },
    ])
  })

  test('is done again on demand under the same id: what was delivered, and what was given up', async () => {
    const webhook = await add('assessor', ['certificate.suspended'])
    await suspend()
    const [first] = await deliver()
    const replay = () => as('assessor').post(`/api/v1/webhooks/${webhook.id}/deliveries/${first!.id}/replay`)
    expect((await replay()).status).toBe(204)
    const [second] = await deliver()
    expect([second!.id, second!.body, second!.verified]).toEqual([first!.id, first!.body, 1])
    await sql`update webhook_deliveries set status = 'given_up', tries = 10`.execute(w.db)
    expect((await replay()).status).toBe(204)
    receiving.answer(503)
    expect(await deliver()).toHaveLength(1)
    // the gaps begin anew
    pass(5)
    receiving.answer(200)
    expect(await deliver()).toHaveLength(1)
    expect((await newest(webhook.id)).attempts.map(({ status }: { status: number }) => status)).toEqual([
      204, 204, 503, 200,
    ])
    const nowhere = `/api/v1/webhooks/${webhook.id}/deliveries/${webhook.id}/replay`
    expect((await as('assessor').post(nowhere)).status).toBe(404)
  })

  test('410 disables the webhook, with the event that says why and a notice', async () => {
    const webhook = await add('assessor', ['certificate.suspended'])
    await suspend()
    receiving.answer(410)
    expect(await deliver()).toHaveLength(1)
    const found = await ok(as('assessor').get(`/api/v1/webhooks/${webhook.id}`))
    expect(found).toMatchObject({ disabled_at: START.toISOString(), waiting: 1 })
    expect(found.disabled_reason).toContain('410')
    const deed = await w.db
      .selectFrom('history_events')
      .select(['actor_name', 'reason'])
      .where('kind', '=', 'webhook.disabled')
      .where('subject_id', '=', webhook.id)
      .execute()
    expect(deed).toEqual([{ actor_name: 'system', reason: found.disabled_reason }])
    const { items } = await ok(as('assessor').get('/api/v1/notices?unread=true'))
    expect(items).toMatchObject([{ kind: 'webhook.gone', subject_id: webhook.id }])
    await ok(as('assessor').post('/api/v1/notices/reading'))
    await suspend()
    pass(86_400)
    expect(await deliver()).toEqual([])
  })

  test('a redirect is not followed: it is a failure like another', async () => {
    const webhook = await add('assessor', ['certificate.suspended'])
    await suspend()
    receiving.answer(307, '', { location: '/elsewhere' })
    expect((await deliver()).map(({ path }) => path)).toEqual(['/hook'])
    expect(await newest(webhook.id)).toMatchObject({ status: 'waiting', attempts: [{ status: 307 }] })
  })

  test('nothing goes to a private address unless the settings allow it', async () => {
    const webhook = await add('assessor', ['certificate.suspended'])
    await suspend()
    expect(await deliver({ ...w.deps, outgoing: nodeOutgoing(false) })).toEqual([])
    expect(await newest(webhook.id)).toMatchObject({
      status: 'waiting',
      attempts: [{ status: null, fault: 'private_address' }],
    })
  })

  test('three processes at the same time send each once', async () => {
    for (const n of [1, 2, 3, 4]) await add('assessor', ['certificate.suspended'], `${receiving.url}/${n}`)
    for (let n = 0; n < 4; n++) await suspend()
    receiving.behave((answer) => setTimeout(() => answer.writeHead(204).end(), 30))
    const worker = async () => {
      while (await deliverWebhooks(w.db, w.deps));
    }
    await Promise.all([worker(), worker(), worker()])
    const sent = receiving.take()
    expect(sent).toHaveLength(16)
    expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length)
    const attempts = await w.db.selectFrom('webhook_attempts').select('delivery_id').execute()
    expect(attempts).toHaveLength(sent.length)
  })

  test('a slow receiver keeps no other waiting: of one webhook five are sent at a time', async () => {
    await add('assessor', ['certificate.suspended'], `${receiving.url}/slow`)
    for (let n = 0; n < 7; n++) await suspend()
    await add('trainer', ['certificate.suspended'], `${receiving.url}/other`)
    await suspend()
    await step()
    const paths = receiving.take().map(({ path }) => path.slice(6))
    expect(paths.sort()).toEqual(['other', 'slow', 'slow', 'slow', 'slow', 'slow'])
  })

  test('a process that dies between sending and writing it down sends it again after a minute, under the same id', async () => {
    const webhook = await add('assessor', ['certificate.suspended'])
    await suspend()
    const outgoing = w.deps.outgoing
    const dying = {
      to_private: true,
      async post(...call: Parameters<typeof outgoing.post>) {
        await outgoing.post(...call)
        throw new Error('killed')
      },
    }
    const [first] = await deliver({ ...w.deps, outgoing: dying })
    expect(w.faults.splice(0)).toMatchObject([{ delivery_id: first!.id }])
    expect(await newest(webhook.id)).toMatchObject({ status: 'waiting', attempts: [] })
    pass(59)
    expect(await deliver()).toEqual([])
    pass(1)
    const [second] = await deliver()
    expect([second!.id, second!.body, second!.verified]).toEqual([first!.id, first!.body, 1])
    expect(await newest(webhook.id)).toMatchObject({ status: 'delivered', attempts: [{ status: 204 }] })
  })
})

describe('the secret', () => {
  test('is shown once: sealed in the database, and in no other answer, page or event', async () => {
    const { key: idempotency } = key()
    const body = { url: receiving.url, events: ['certificate.suspended'] }
    const webhook = await ok(as('assessor').post('/api/v1/webhooks', body, { key: idempotency }), 201)
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const again = await ok(as('assessor').post('/api/v1/webhooks', body, { key: idempotency }), 201)
    expect(again).toEqual({ ...webhook, secret: null })
    const [kept] = await w.db.selectFrom('webhook_secrets').select('secret_sealed').execute()
    expect(await w.deps.vault.open(kept!.secret_sealed)).toBe(webhook.secret)
    const shown = [
      await text(as('assessor').get('/api/v1/webhooks')),
      await text(as('assessor').get(`/api/v1/webhooks/${webhook.id}`)),
      await text(as('assessor').page(`/console/webhooks/${webhook.id}`)),
    ]
    const stored = ['webhooks', 'webhook_secrets', 'history_events', 'idempotency_keys'].map(
      async (table) =>
        (
          await sql<{ all: string }>`select jsonb_agg(to_jsonb(t))::text as all from ${sql.table(table)} t`.execute(
            w.db,
          )
        ).rows[0]!.all,
    )
    const secret = webhook.secret.slice(6)
    expect([...shown, ...(await Promise.all(stored))].filter((one) => one.includes(secret))).toEqual([])
  })

  test('that was exchanged signs beside its successor for 24 hours, and then no more', async () => {
    const webhook = await add('assessor', ['certificate.suspended'])
    const successor = await ok(as('assessor').post(`/api/v1/webhooks/${webhook.id}/secret-rotation`))
    expect(successor.secret).not.toBe(webhook.secret)
    expect(successor.former_secret_until).toBe(new Date(START.getTime() + 86_400_000).toISOString())
    receiving.secrets.push(successor.secret)
    await suspend()
    const [both] = await deliver()
    expect([both!.verified, String(both!.headers['webhook-signature']).split(' ').length]).toEqual([2, 2])
    await suspend()
    pass(86_400)
    const [later] = await deliver()
    expect(later!.verified).toBe(1)
    // what signs no more is not kept either
    const context = { ...(await w.context('assessor')), now: w.clock.now }
    await w.db.transaction().execute((tx) => rotateSecret(tx, context, webhook.id))
    expect(await w.db.selectFrom('webhook_secrets').select('id').execute()).toHaveLength(2)
  })
})

describe('a webhook', () => {
  test('that is disabled is told nothing, what waited goes on when it is enabled, what happened meanwhile does not', async () => {
    const webhook = await add('assessor', ['certificate.suspended'])
    const path = `/api/v1/webhooks/${webhook.id}`
    await suspend()
    receiving.answer(500)
    const [first] = await deliver()
    await ok(as('assessor').post(`${path}/disabling`, { reason: '停机维护' }))
    expect(await refused(as('assessor').post(`${path}/disabling`, { reason: '停机维护' }))).toEqual([
      409,
      'webhook.disabled_already',
    ])
    expect(await refused(as('assessor').post(`${path}/deliveries/${first!.id}/replay`))).toEqual([
      409,
      'webhook.disabled',
    ])
    await suspend()
    pass(60)
    receiving.answer(204)
    expect(await deliver()).toEqual([])
    await ok(as('assessor').post(`${path}/enabling`))
    expect(await refused(as('assessor').post(`${path}/enabling`))).toEqual([409, 'webhook.not_disabled'])
    expect((await deliver()).map(({ id }) => id)).toEqual([first!.id])
    await suspend()
    expect(await deliver()).toHaveLength(1)
  })

  test('is changed by whoever has read it last', async () => {
    const { id } = await add('assessor', ['certificate.suspended'])
    const path = `/api/v1/webhooks/${id}`
    expect((await as('assessor').patch(path, { url: `${receiving.url}/two` }, 7)).status).toBe(412)
    const changed = await ok(
      as('assessor').patch(path, { url: `${receiving.url}/two`, events: ['import.finished'] }, 1),
    )
    expect(changed).toMatchObject({ url: `${receiving.url}/two`, events: ['import.finished'], revision: 2 })
    await suspend()
    expect(await deliver()).toEqual([])
  })

  test('takes https alone, and http on this machine where the settings say so', async () => {
    const send = (url: string) => faults(as('assessor').post('/api/v1/webhooks', { url, events: ['import.finished'] }))
    for (const url of [
      'http://hr.example.cn/hook',
      'ftp://hr.example.cn/hook',
      'https://user:word@hr.example.cn/',
      'https://hr.example.cn/#part',
      'javascript:alert(1)',
    ])
      expect(await send(url), url).toEqual([['/url', 'webhook.url']])
    await ok(
      as('assessor').post('/api/v1/webhooks', { url: 'https://hr.example.cn/hook', events: ['import.finished'] }),
      201,
    )
    const allowed = w.deps.outgoing
    w.deps.outgoing = nodeOutgoing(false)
    expect(await send(receiving.url)).toEqual([['/url', 'webhook.url']])
    w.deps.outgoing = allowed
  })

  test('is told only of what its owner’s role may read, and there are twenty at most', async () => {
    const post = (username: string, events: string[]) =>
      as(username).post('/api/v1/webhooks', { url: receiving.url, events })
    expect(await faults(post('facility', ['import.finished', 'allowance_run.approved']))).toEqual([
      ['/events/1', 'webhook.event'],
    ])
    expect(await faults(post('admin', ['import.finished']))).toEqual([['/events/0', 'webhook.event']])
    expect(await codes(post('facility', []))).toHaveLength(1)
    expect(await refused(post('district', ['certificate.issued']))).toEqual([403, 'forbidden'])
    await sql`insert into webhooks (organisation_id, url, events, told_from, created_by, created_at)
      select ${w.org.home}, 'https://hr.example.cn/', '{import.finished}', 0, ${w.accounts.facility}, now() from generate_series(1, 20)`.execute(
      w.db,
    )
    expect(await refused(post('facility', ['import.finished']))).toEqual([409, 'webhook.too_many'])
  })

  test('of somebody else does not exist', async () => {
    const { id } = await add('assessor', ['certificate.suspended'])
    await suspend()
    const delivery = (await deliver())[0]!.id
    const path = `/api/v1/webhooks/${id}`
    for (const stranger of ['trainer', 'admin']) {
      const client = as(stranger)
      await ok(client.get('/api/v1/me'))
      const answers = [
        client.get(path),
        client.get(`${path}/deliveries`),
        client.patch(path, { events: ['certificate.issued'] }, 1),
        client.post(`${path}/secret-rotation`),
        client.post(`${path}/disabling`, { reason: '停机维护' }),
        client.post(`${path}/enabling`),
        client.post(`${path}/deliveries/${delivery}/replay`),
        client.page(`/console/webhooks/${id}`),
        client.page(`/console/webhooks/${id}/amendment`),
        client.submit(`/console/webhooks/${id}/replay`, { delivery_id: delivery }),
      ]
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 404))
      expect((await ok(client.get('/api/v1/webhooks'))).items).toEqual([])
    }
    // nor a delivery through a webhook of one's own
    const own = await add('trainer', ['certificate.suspended'])
    expect((await as('trainer').post(`/api/v1/webhooks/${own.id}/deliveries/${delivery}/replay`)).status).toBe(404)
  })

  test('shows its deliveries page by page, and those in one state', async () => {
    const { id } = await add('assessor', ['certificate.suspended'])
    for (let n = 0; n < 5; n++) await suspend()
    await deliver()
    await suspend()
    receiving.answer(500)
    await deliver()
    const path = `/api/v1/webhooks/${id}/deliveries`
    const first = await ok(as('assessor').get(`${path}?limit=4`))
    const second = await ok(as('assessor').get(`${path}?limit=4&cursor=${first.next_cursor}`))
    expect([first.items.length, second.items.length, second.next_cursor]).toEqual([4, 2, null])
    expect((await ok(as('assessor').get(`${path}?status=waiting`))).items.map((one: { id: string }) => one.id)).toEqual(
      [first.items[0].id],
    )
    expect((await ok(as('assessor').get(`/api/v1/webhooks/${id}`))).waiting).toBe(1)
  })

  test('loses deliveries that are a month old, attempts with them', async () => {
    await add('assessor', ['certificate.suspended'])
    await suspend()
    await deliver()
    const rule = (await listRetentionRules(w.db)).find(({ code }) => code === 'webhook-deliveries')!
    const apply = async () => {
      const context = { ...(await w.context('admin')), now: w.clock.now }
      return w.db.transaction().execute((tx) => applyRetention(tx, context, rule))
    }
    pass(30 * 86_400 - 1)
    expect(await apply()).toBe(0)
    pass(2)
    expect(await apply()).toBe(1)
    expect(await w.db.selectFrom('webhook_attempts').selectAll().execute()).toEqual([])
  })
})

describe('the pages', () => {
  test('add one and show its secret this once, in both languages, and say what is wrong beside the field', async () => {
    const empty = await text(as('assessor').page('/console/webhooks'))
    expect(empty).toContain('还没有推送')
    const form = await text(as('assessor').page('/console/webhooks/new'))
    expect(form).toContain('import.finished')
    expect(form).not.toContain('allowance_run')
    const wrong = await text(as('assessor').submit('/console/webhooks', { url: 'http://hr.example.cn/hook' }), 422)
    expect(wrong).toContain('value="http://hr.example.cn/hook"')
    const answer = await as('assessor').submit('/console/webhooks', {
      url: receiving.url,
      events: 'certificate.suspended',
    })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const shown = await answer.text()
    const secret = /whsec_[A-Za-z0-9+/]{43}=/.exec(shown)![0]
    receiving.secrets.push(secret)
    await suspend()
    expect(await deliver()).toMatchObject([{ verified: 1 }])
    const [{ id }] = (await ok(as('assessor').get('/api/v1/webhooks'))).items
    const english = { headers: { 'accept-language': 'en' } }
    for (const path of ['', '/new', `/${id}`, `/${id}/amendment`]) {
      const page = await text(as('assessor').send('GET', `/console/webhooks${path}`, english))
      expect(page, path).toContain('lang="en"')
    }
  })

  test('list the attempts, send again, exchange the secret, switch off and on', async () => {
    const { id } = await add('assessor', ['certificate.suspended'])
    await suspend()
    receiving.answer(500, '<b>broken</b>')
    const [sent] = await deliver()
    const path = `/console/webhooks/${id}`
    const page = await text(as('assessor').page(path))
    for (const words of ['HTTP 500', '&lt;b&gt;broken', sent!.id, '等待发送', '重发']) expect(page).toContain(words)
    receiving.answer(204)
    expect((await as('assessor').submit(`${path}/replay`, { delivery_id: sent!.id })).status).toBe(303)
    expect((await deliver()).map((one) => one.id)).toEqual([sent!.id])
    expect(await text(as('assessor').page(path))).toContain('已送达')
    expect(await text(as('assessor').submit(`${path}/secret-rotation`, {}))).toMatch(/whsec_/)
    expect((await as('assessor').submit(`${path}/disabling`, { reason: '' })).status).toBe(422)
    expect((await as('assessor').submit(`${path}/disabling`, { reason: '停机维护' })).status).toBe(303)
    expect(await text(as('assessor').page(path))).toContain('停机维护')
    expect((await as('assessor').submit(`${path}/enabling`, {})).status).toBe(303)
    const change = { url: receiving.url, events: ['certificate.issued', 'import.finished'], revision: '3' }
    expect((await as('assessor').submit(`${path}/amendment`, change)).status).toBe(303)
    expect(await text(as('assessor').page(path))).toContain('import.finished')
    // an auditor looks on
    const division = await add('admin', ['certificate.suspended'])
    const seen = await text(as('auditor').page(`/console/webhooks/${division.id}`))
    expect(seen).not.toContain('secret-rotation')
  })
})
