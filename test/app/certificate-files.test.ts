/** Many certificates at once: a ZIP of the files as issued, and one PDF for the print shop whose pages look the same. */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { strFromU8, unzipSync } from 'fflate'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientsOf } from '../support/answers.ts'
import { certificatePdf, loadTypefaces, printed } from '../support/certificates.ts'
import { GRADUATED_ON, graduates } from '../support/graduates.ts'
import { differingPixels, pageCount, rasterise } from '../support/pdf.ts'
import { type Client, type World, world } from '../support/world.ts'

const PEOPLE = 70
let w: World
let assessor: Client
let class_id: string
let batch_id: string
const as = clientsOf(() => w)

beforeAll(async () => {
  w = await world()
  assessor = as('assessor')
  class_id = await graduates(w, PEOPLE)
  const request = { class_id, kind: 'skill_level', issued_on: GRADUATED_ON }
  batch_id = (await (await assessor.post('/api/v1/certificate-batches', request, { key: 'files' })).json()).id
  await w.runJobs()
}, 120_000)
afterAll(() => w.close())

interface Issued {
  id: string
  number: string
  holder_name: string
  pdf_sha256: string
  pdf_bytes: number
}
const issued = () =>
  w.db
    .selectFrom('certificates')
    .select(['id', 'number', 'holder_name', 'pdf_sha256', 'pdf_bytes'])
    .where('batch_id', '=', batch_id)
    .orderBy('number')
    .execute() as Promise<Issued[]>
const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer())
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const codeOf = async (answer: Promise<Response>) => {
  const response = await answer
  return [response.status, (await response.json()).code]
}
const single = async ({ id }: Issued) => bytesOf(await assessor.get(`/api/v1/certificates/${id}.pdf`))

/** Name, stored CRC and contents of every file, from the directory at the end of a ZIP. */
function directoryOf(zip: Uint8Array) {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength)
  const end = zip.length - 22
  expect(view.getUint32(end, true)).toBe(0x06054b50)
  const files = unzipSync(zip)
  let at = view.getUint32(end + 16, true)
  return Array.from({ length: view.getUint16(end + 10, true) }, () => {
    expect(view.getUint32(at, true)).toBe(0x02014b50)
    expect(view.getUint16(at + 8, true) & 0x800).toBe(0x800)
    const length = view.getUint16(at + 28, true)
    const name = strFromU8(zip.subarray(at + 46, at + 46 + length))
    const entry = { name, crc: view.getUint32(at + 16, true), bytes: files[name]! }
    at += 46 + length + view.getUint16(at + 30, true)
    return entry
  })
}

describe('the ZIP', () => {
  test('holds every PDF as issued, by name and number; its length is known before and its checksums are right', async () => {
    const certificates = await issued()
    expect(certificates).toHaveLength(PEOPLE)
    for (const path of [
      `/api/v1/certificate-batches/${batch_id}.zip`,
      `/api/v1/certificates.zip?class_id=${class_id}`,
    ]) {
      const answer = await assessor.get(path)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip'])
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const zip = await bytesOf(answer)
      expect(Number(answer.headers.get('content-length'))).toBe(zip.length)
      const files = directoryOf(zip)
      expect(files.map(({ name }) => name)).toEqual(
        certificates.map(({ number, holder_name }) => `${holder_name}-${number}.pdf`),
      )
      for (const [index, { crc, bytes }] of files.entries()) {
        expect(crc32(bytes)).toBe(crc)
        expect(sha256(bytes)).toBe(certificates[index]!.pdf_sha256)
        expect(bytes.length).toBe(certificates[index]!.pdf_bytes)
      }
    }
  })

  test('with a certificate from before sizes were kept its length is left out, and nothing else', async () => {
    const [first] = await issued()
    const record = printed({ number: 'OLD-1', holder_name: '王芳' })
    const pdf = await certificatePdf(record, await loadTypefaces())
    await sql`insert into certificates (number, kind, person_id, holder_name, id_number_masked, occupation_code, occupation_name, level, issuer_organisation_id,
        issuer_name, issued_on, replaces_id, token, printed, pdf_sha256)
      select 'OLD-1', 'completion', person_id, '旧/证:一', id_number_masked, occupation_code, occupation_name, null, issuer_organisation_id, issuer_name, issued_on,
        id, reverse(token), ${JSON.stringify(record)}::jsonb, ${sha256(pdf)} from certificates where id = ${first!.id}::uuid`.execute(
      w.db,
    )
    const answer = await assessor.get('/api/v1/certificates.zip?number=OLD')
    expect(answer.headers.get('content-length')).toBe(null)
    const files = directoryOf(await bytesOf(answer))
    // what some systems take for a folder is no part of a name
    expect(files.map(({ name }) => name)).toEqual(['旧_证_一-OLD-1.pdf'])
    expect(sha256(files[0]!.bytes)).toBe(sha256(pdf))
  })

  test('a reader who goes away ends it without a fault, and the next one is served', async () => {
    for (const path of [`zip?class_id=${class_id}`, `pdf?class_id=${class_id}`]) {
      const answer = await assessor.get(`/api/v1/certificates.${path}`)
      const reader = answer.body!.getReader()
      for (let at = 0; at < 5; at++) await reader.read()
      await reader.cancel()
    }
    expect((await assessor.get(`/api/v1/certificates?class_id=${class_id}&limit=1`)).status).toBe(200)
    expect(w.faults).toEqual([])
  })
})

describe('the print file', () => {
  test('has a page for each, which looks exactly as the single file does, and is much smaller than all of them', async () => {
    const certificates = await issued()
    const answer = await assessor.get(`/api/v1/certificate-batches/${batch_id}.pdf`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    expect(decodeURIComponent(answer.headers.get('content-disposition')!)).toContain('打印.pdf')
    const file = await bytesOf(answer)
    expect(await pageCount(file)).toBe(PEOPLE)
    for (const page of [0, 1, 33, PEOPLE - 1]) {
      const alone = await rasterise(await single(certificates[page]!), 60)
      const merged = await rasterise(file, 60, page)
      expect([merged.width, merged.height]).toEqual([alone.width, alone.height])
      expect(differingPixels(alone, merged)).toBe(0)
    }
    const all = certificates.reduce((sum, { pdf_bytes }) => sum + pdf_bytes, 0)
    expect(file.length).toBeLessThan(all / 2.6)
    expect(strFromU8(file.subarray(-6))).toBe('%%EOF\n')
  })

  test('is the same, byte for byte, when it is made again', async () => {
    const once = async () => sha256(await bytesOf(await assessor.get(`/api/v1/certificates.pdf?class_id=${class_id}`)))
    expect(await once()).toBe(await once())
  })

  test('takes any filter of the list', async () => {
    const [, second] = await issued()
    const answer = await assessor.get(`/api/v1/certificates.pdf?number=${second!.number}`)
    const file = await bytesOf(answer)
    expect(await pageCount(file)).toBe(1)
    expect(differingPixels(await rasterise(file, 60), await rasterise(await single(second!), 60))).toBe(0)
  })
})

describe('whose they are', () => {
  test('another tenant’s batch does not exist, and a filter finds nobody else’s', async () => {
    for (const ending of ['zip', 'pdf']) {
      for (const username of ['facility2', 'district_nb', 'nursery'])
        expect([username, await codeOf(as(username).get(`/api/v1/certificate-batches/${batch_id}.${ending}`))]).toEqual(
          [username, [404, 'not_found']],
        )
      expect(await codeOf(as('facility2').get(`/api/v1/certificates.${ending}?class_id=${class_id}`))).toEqual([
        409,
        'certificate_files.empty',
      ])
      expect((await w.as(null).get(`/api/v1/certificates.${ending}?class_id=${class_id}`)).status).toBe(401)
    }
  })

  test('a facility’s people are those on its roster, whoever issued', async () => {
    const [first, second] = await issued()
    const rows = await w.db
      .selectFrom('certificates')
      .select('person_id')
      .where('id', 'in', [first!.id, second!.id])
      .execute()
    await w.db
      .insertInto('roster_entries')
      .values(rows.map(({ person_id }) => ({ organisation_id: w.org.home, person_id })))
      .execute()
    for (const username of ['facility', 'district']) {
      const answer = await as(username).get(`/api/v1/certificates.zip?organisation_id=${w.org.home}&kind=skill_level`)
      expect(directoryOf(await bytesOf(answer)).map(({ name }) => name)).toEqual(
        [first!, second!].map(({ number, holder_name }) => `${holder_name}-${number}.pdf`),
      )
    }
    expect(await codeOf(as('facility2').get(`/api/v1/certificates.zip?organisation_id=${w.org.home}`))).toEqual([
      409,
      'certificate_files.empty',
    ])
  })

  test('without a condition nothing is handed out, nor a condition that is none', async () => {
    for (const query of ['', '?name=', '?level=9', '?class_id=x'])
      for (const ending of ['zip', 'pdf'])
        expect([query, (await assessor.get(`/api/v1/certificates.${ending}${query}`)).status]).toEqual([query, 422])
    expect(await codeOf(assessor.get('/api/v1/certificates.zip?name=没有此人'))).toEqual([
      409,
      'certificate_files.empty',
    ])
  })

  test('how many were taken and by which conditions is on record, without whom somebody looked for', async () => {
    const [{ holder_name } = { holder_name: '' }] = await issued()
    await bytesOf(
      await assessor.get(`/api/v1/certificates.zip?class_id=${class_id}&name=${encodeURIComponent(holder_name)}`),
    )
    await bytesOf(await assessor.get(`/api/v1/certificate-batches/${batch_id}.pdf`))
    const events = await w.db
      .selectFrom('history_events')
      .select(['subject_kind', 'subject_id', 'changes'])
      .where('kind', '=', 'certificate.downloaded')
      .orderBy('seq', 'desc')
      .limit(2)
      .execute()
    expect(events).toEqual([
      {
        subject_kind: 'certificate_batch',
        subject_id: batch_id,
        changes: { file: 'print', certificates: PEOPLE, batch_id },
      },
      {
        ...{ subject_kind: 'organisation', subject_id: w.org.assessor },
        changes: { file: 'zip', certificates: expect.any(Number), class_id, name: true },
      },
    ])
    expect(JSON.stringify(events)).not.toContain(holder_name)
  })
})

describe('the console', () => {
  test('from the list to both files, with what each is for', async () => {
    const list = await (await assessor.page(`/console/certificates?class_id=${class_id}`)).text()
    expect(list).toContain(`/console/certificate-files?class_id=${class_id}`)
    expect(list).toContain('一个培训班')
    const page = await (await assessor.page(`/console/certificate-files?class_id=${class_id}`)).text()
    for (const words of [
      '有法律效力的是单张 PDF',
      `下载 ${PEOPLE} 个 PDF`,
      `/console/certificate-files/print?class_id=${class_id}`,
    ])
      expect(page).toContain(words)
    const zip = await assessor.page(`/console/certificate-files/zip?class_id=${class_id}`)
    expect(directoryOf(await bytesOf(zip))).toHaveLength(PEOPLE)
    const print = await assessor.page(`/console/certificate-files/print?class_id=${class_id}`)
    expect(await pageCount(await bytesOf(print))).toBe(PEOPLE)
  })

  test('what was typed is sealed in the address of the files too', async () => {
    const [{ holder_name } = { holder_name: '' }] = await issued()
    const search = await assessor.submit('/console/search', { to: '/console/certificates', name: holder_name })
    const list = await (await assessor.page(search.headers.get('location')!)).text()
    const link = /href="(\/console\/certificate-files\?s=[^"]+)"/.exec(list)![1]!
    expect(await (await assessor.page(link)).text()).toMatch(/符合列表条件的证书共 \d+ 张/)
  })

  test('an institution that chose nothing is offered its own people’s; an officer is asked to choose', async () => {
    expect(await (await as('facility').page('/console/certificate-files')).text()).toContain('下载 3 个 PDF')
    expect(await (await as('district').page('/console/certificate-files')).text()).toContain('请先在证书列表里选条件')
    expect((await as('district').page('/console/certificate-files/zip')).status).toBe(422)
  })
})

describe('limits', () => {
  test('a print file is one that a shop still opens: 5,000 pages', async () => {
    const [first] = await issued()
    await sql`insert into certificates (number, kind, person_id, holder_name, id_number_masked, occupation_code, occupation_name, issuer_organisation_id,
        issuer_name, issued_on, token, printed, pdf_sha256, pdf_bytes)
      select 'MANY-' || n, 'completion', person_id, holder_name, id_number_masked, occupation_code, occupation_name, issuer_organisation_id, issuer_name, issued_on,
        token || n, printed - 'drawing', pdf_sha256, pdf_bytes from certificates, generate_series(1, 5001) n where id = ${first!.id}::uuid`.execute(
      w.db,
    )
    expect(await codeOf(assessor.get('/api/v1/certificates.pdf?number=MANY'))).toEqual([
      409,
      'certificate_files.too_many',
    ])
    const page = await (await assessor.page('/console/certificate-files?number=MANY')).text()
    expect(page).toContain('一个打印文件最多 5,000 张')
    expect(page).toContain('下载 5,001 个 PDF')
  })
})
