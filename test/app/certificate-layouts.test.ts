/** Layouts and glyph images: versions that never change, chosen from a day on, edited without code, found again by every certificate. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueCertificate } from '../../src/credentials/actions.ts'
import type { PrintedCertificate } from '../../src/credentials/certificate-pdf.ts'
import { sha256Hex } from '../../src/platform/bytes.ts'
import award from '../../templates/certificates/award-1.json' with { type: 'json' }
import skillLevel from '../../templates/certificates/skill-level-1.json' with { type: 'json' }
import { clientsOf } from '../support/answers.ts'
import { GRADUATED_ON, graduates } from '../support/graduates.ts'
import { pdfiumText } from '../support/pdf.ts'
import { png } from '../support/pictures.ts'
import { type World, world } from '../support/world.ts'

const API = '/api/v1/certificate-layouts'
const PAGE = '/console/certificate-layouts'
const TODAY = '2026-11-23'
/** In no typeface that comes with the program (CJK extension H). */
const RARE = '\u{31350}'

let w: World
let enrolments: string[]
/** Signed in once each: passwords are slow on purpose. */
const as = clientsOf(() => w)
beforeAll(async () => {
  w = await world()
  const class_id = await graduates(w, 9)
  const rows = await w.db.selectFrom('enrolments').select('id').where('class_id', '=', class_id).orderBy('id').execute()
  enrolments = rows.map(({ id }) => id)
})
afterAll(() => w.close())

type Body = { page: object; common: object; items: Record<string, unknown>[] }
/** The layout of skill levels with another first line. */
function changed(words: string): Body {
  const body = structuredClone(skillLevel) as unknown as Body
  const line = body.items.find(({ v }) => v === 'CERTIFICATE OF OCCUPATIONAL SKILL LEVEL')!
  line.v = words
  return body
}
const layout = (words: string, more: object = {}) => ({
  ...{ kind: 'skill_level', name: '本中心版式', reason: '换英文名' },
  body: changed(words),
  ...more,
})
async function save(words: string, username = 'assessor', more: object = {}) {
  const answer = await as(username).post(API, layout(words, more))
  if (answer.status !== 201) expect.fail(await answer.text())
  return answer.json()
}
const choose = (id: string, valid_from: string, username = 'assessor') =>
  as(username).post(`${API}/${id}/choices`, { valid_from, reason: '启用' })
const problem = async (answer: Promise<Response>) => {
  const { status, code, errors = [] } = await (await answer).json()
  return { status, code, errors: errors as { pointer: string; code: string; message: string }[] }
}
async function issue(issued_on = TODAY) {
  const context = await w.context('assessor')
  const input = { enrolment_id: enrolments.pop()!, kind: 'skill_level' as const, issued_on, valid_until: null }
  const { id, pdf_sha256 } = await w.db.transaction().execute((tx) => issueCertificate(tx, context, input))
  return { id, pdf_sha256 }
}
async function pdfOf({ id, pdf_sha256 }: { id: string; pdf_sha256: string }) {
  const answer = await as('assessor').get(`/api/v1/certificates/${id}.pdf`)
  const pdf = new Uint8Array(await answer.arrayBuffer())
  expect([answer.status, await sha256Hex(pdf)]).toEqual([200, pdf_sha256])
  return pdfiumText(pdf)
}
const printedOf = async ({ id }: { id: string }) =>
  (await w.db.selectFrom('certificates').select('printed').where('id', '=', id).executeTakeFirstOrThrow())
    .printed as unknown as PrintedCertificate

describe('the layouts that come with the program', () => {
  test('are in force for everybody, one a kind, under the names that certificates have always printed', async () => {
    const { items } = await (await as('trainer').get(API)).json()
    expect(
      items.map((one: { kind: string; version: number; state: string; organisation_id: null }) => [
        one.kind,
        one.version,
        one.state,
        one.organisation_id,
      ]),
    ).toEqual([
      ['skill_level', 2, 'in_force', null],
      ['skill_level', 1, 'past', null],
      ['completion', 2, 'in_force', null],
      ['completion', 1, 'past', null],
      ['award', 2, 'in_force', null],
      ['award', 1, 'past', null],
    ])
    expect((await printedOf(await issue(GRADUATED_ON))).layout).toBe('skill-level-2')
  })

  test('are found again after every start, not twice', async () => {
    const { loadReference } = await import('../../db/load-reference.ts')
    await loadReference(w.db)
    const { rows } = await sql<{
      n: number
    }>`select count(*) as n from certificate_layouts where code is not null`.execute(w.db)
    expect(rows[0]!.n).toBe(6)
  })
})

describe('a version', () => {
  test('follows the one before, is a draft, and keeps its text to the byte', async () => {
    const first = await save('FIRST VERSION')
    const second = await save('SECOND VERSION')
    expect([first.version, second.version, second.state]).toEqual([1, 2, 'draft'])
    const { body, sha256 } = await (await as('assessor').get(`${API}/${second.id}`)).json()
    expect(await sha256Hex(JSON.stringify(body))).toBe(sha256)
    const again = await as('assessor').post(API, layout('SECOND VERSION'))
    expect(await problem(Promise.resolve(again))).toMatchObject({ status: 409, code: 'layout.unchanged' })
  })

  test('is changed by nothing, the database included', async () => {
    const { id } = await save('FROZEN')
    await expect(sql`update certificate_layouts set body = '{}' where id = ${id}`.execute(w.db)).rejects.toThrow(
      'append-only',
    )
    await expect(
      sql`insert into certificate_layouts (kind, name, version, body, sha256, reason) values ('award', 'x', 1, '{}', repeat('0', 64), 'xx')`.execute(
        w.db,
      ),
    ).rejects.toThrow('certificate_layouts_check')
  })

  test('of another institution does not exist, and an administrator sees it', async () => {
    const { id } = await save('MINE')
    for (const path of [`${API}/${id}`, `${API}/${id}/preview.pdf`, `${PAGE}/${id}`, `${PAGE}/${id}/edit`])
      expect([path, (await as('trainer').get(path)).status]).toEqual([path, 404])
    expect((await choose(id, TODAY, 'trainer')).status).toBe(404)
    expect((await as('admin').get(`${API}/${id}`)).status).toBe(200)
    expect(await problem(choose(id, TODAY, 'admin'))).toMatchObject({ status: 409, code: 'layout.foreign' })
  })

  test('is history', async () => {
    const { id } = await save('IN HISTORY')
    await choose(id, '2027-01-01')
    const events = await w.db
      .selectFrom('history_events')
      .select(['kind', 'reason'])
      .where('subject_id', '=', id)
      .orderBy('seq')
      .execute()
    expect(events).toEqual([
      { kind: 'certificate_layout.added', reason: '换英文名' },
      { kind: 'certificate_layout.put_in_force', reason: '启用' },
    ])
  })
})

describe('what is wrong with a layout', () => {
  const refused = async (edit: (body: Body) => void) => {
    const body = changed('WRONG')
    edit(body)
    const answer = await problem(as('assessor').post(API, layout('', { body })))
    expect([answer.status, answer.code]).toEqual([422, 'input.invalid'])
    return answer.errors
  }

  test('is told all at once, of each item and value by name, in both languages', async () => {
    const body = changed('WRONG')
    Object.assign(body.items[6]!, { w: '一百', colour: 'red' })
    body.items[7]!.v = '{{salary}}'
    const sent = layout('', { body })
    const zh = await problem(as('assessor').post(API, sent))
    expect(zh.errors).toEqual([
      {
        pointer: '/body/items/6/w',
        code: 'input.invalid_type',
        message: '第 7 项“文字 {{title_zh}}”的宽 mm：请填写数字。',
      },
      { pointer: '/body/items/6/colour', code: 'input.invalid_format', message: expect.stringContaining('的颜色：') },
      {
        pointer: '/body/items/7/v',
        code: 'input.custom',
        message: '第 8 项“文字 {{salary}}”的内容：证书没有 {{salary}} 这个字段。',
      },
    ])
    const en = await as('assessor').send('POST', API, {
      headers: { 'content-type': 'application/json', 'accept-language': 'en' },
      body: JSON.stringify(sent),
    })
    expect((await en.json()).errors[0].message).toBe('Item 7 (Text {{title_zh}}), Width mm: Give a number.')
  })

  test.each<[string, string, string, (body: Body) => void]>([
    [
      'over the right edge',
      'layout.over_edge',
      '/body/items/6/w',
      ({ items }) => Object.assign(items[6]!, { x: 297 - 177 + 0.1 }),
    ],
    [
      'over the lower edge',
      'layout.over_edge',
      '/body/items/6/h',
      ({ items }) => Object.assign(items[6]!, { y: 210 - 19 + 0.1 }),
    ],
    [
      'a slanted mark over the edge',
      'layout.over_edge',
      '/body/items/2/h',
      ({ items }) => Object.assign(items[2]!, { x: 0, w: 297, angle: 45 }),
    ],
    [
      'a code without white around it',
      'layout.over_edge',
      '/body/items/10/x',
      ({ items }) => Object.assign(items[10]!, { x: 1 }),
    ],
    [
      'a code too small',
      'layout.qr_small',
      '/body/items/10/w',
      ({ items }) => Object.assign(items[10]!, { w: 19, h: 19 }),
    ],
    [
      'a code that is not square',
      'layout.not_square',
      '/body/items/10/h',
      ({ items }) => Object.assign(items[10]!, { h: 31 }),
    ],
    ['no number', 'layout.no_number', '/body', ({ items }) => remove(items, '{{number}}')],
    ['no holder', 'layout.no_holder', '/body', ({ items }) => remove(items, '{{holder_name}}')],
    ['no code', 'layout.no_qr', '/body', ({ items }) => remove(items, '{{verify_url}}')],
    ['no mark of demonstrations', 'layout.no_watermark', '/body', ({ items }) => remove(items, '演示')],
    [
      'an unknown kind of item',
      'input.invalid_union',
      '/body/items/6/t',
      ({ items }) => Object.assign(items[6]!, { t: 'marquee' }),
    ],
    [
      'a misspelt value',
      'input.unrecognized_keys',
      '/body/items/6/aling',
      ({ items }) => Object.assign(items[6]!, { aling: 'left' }),
    ],
    ['a missing value', 'input.invalid_type', '/body/items/6/size', ({ items }) => delete items[6]!.size],
    ['a character in no typeface', 'layout.undrawable', '/body', ({ items }) => Object.assign(items[7]!, { v: RARE })],
    [
      'a box that a long name does not fit',
      'layout.undrawable',
      '/body',
      ({ items }) => items.push({ t: 'text', x: 20, y: 20, w: 5, h: 5, size: 20, min: 12, v: '{{holder_name}}' }),
    ],
  ])('%s is refused', async (_, code, pointer, edit) => {
    const errors = await refused(edit)
    expect(errors).toContainEqual(expect.objectContaining({ code, pointer }))
  })

  test('the shipped ones have nothing wrong', async () => {
    expect(
      await (await as('admin').post(API, { kind: 'award', name: '副本', reason: '试存', body: award })).json(),
    ).toMatchObject({ version: 1 })
  })
})

function remove(items: Record<string, unknown>[], v: string): void {
  items.splice(
    items.findIndex((item) => item.v === v),
    1,
  )
}

describe('putting in force', () => {
  test('holds from its day on, for the institution that chose; certificates keep what they were issued in', async () => {
    const before = await issue()
    const { id, sha256 } = await save('CHOSEN VERSION')
    expect((await choose(id, TODAY)).status).toBe(201)
    const after = await issue()
    const dated = await issue(GRADUATED_ON)
    expect(await pdfOf(after)).toContain('CHOSEN VERSION')
    expect((await printedOf(after)).layout).toBe(sha256)
    expect(await pdfOf(dated)).not.toContain('CHOSEN VERSION')
    expect(await pdfOf(before)).not.toContain('CHOSEN VERSION')

    // a later one takes its place, and the one printed before is still found
    const later = await save('LATER VERSION')
    await choose(later.id, TODAY)
    expect(await pdfOf(after)).toContain('CHOSEN VERSION')
    const { items } = await (await as('assessor').get(`${API}?kind=skill_level`)).json()
    const state = (version: string) => items.find((one: { id: string }) => one.id === version).state
    expect([state(id), state(later.id)]).toEqual(['past', 'in_force'])
    const { items: others } = await (await as('trainer').get(`${API}?kind=skill_level`)).json()
    expect(others.map((one: { state: string }) => one.state)).toEqual(['in_force', 'past'])
  })

  test('by an administrator is for those who have chosen none of their own', async () => {
    const common = await save('COMMON VERSION', 'admin')
    await choose(common.id, TODAY, 'admin')
    const { layoutInForce } = await import('../../src/credentials/certificate-supplies.ts')
    expect(await layoutInForce(w.db, 'skill_level', w.org.trainer, TODAY)).toBe(common.sha256)
    expect(await layoutInForce(w.db, 'skill_level', w.org.assessor, TODAY)).not.toBe(common.sha256)
    expect(await layoutInForce(w.db, 'skill_level', w.org.trainer, '2026-11-22')).toBe('skill-level-2')
  })

  test.each([
    ['before today', '2026-11-22', { status: 422, errors: [{ pointer: '/valid_from', code: 'layout.backdated' }] }],
    ['on no day', '2026-02-30', { status: 422 }],
  ])('%s is refused', async (_, day, expected) => {
    const { id } = await save(`REFUSED ${day}`)
    expect(await problem(choose(id, day))).toMatchObject(expected)
  })

  test('twice from one day is refused, by the database', async () => {
    const { id } = await save('TWICE')
    await choose(id, '2027-02-01')
    expect(await problem(choose(id, '2027-02-01'))).toMatchObject({ status: 409, code: 'layout.chosen' })
  })
})

describe('the editor', () => {
  let id: string
  let fields: Record<string, string>
  beforeAll(async () => {
    id = (await save('EDITED HERE', 'assessor', { name: '编辑用' })).id
    fields = fieldsIn(await (await as('assessor').page(`${PAGE}/${id}/edit`)).text())
  })
  const submit = (more: Record<string, string>, path = `${PAGE}/${id}/edit`) =>
    as('assessor').submit(path, { ...fields, reason: '改动', ...more })

  test('saves what it shows as a new version, unchanged where nothing was changed', async () => {
    expect(fields['items.7.v']).toBe('EDITED HERE')
    expect(await (await submit({})).text()).toContain('完全相同')
    const saved = await submit({ 'items.7.v': 'EDITED WITHOUT CODE', 'items.7.y': '43' })
    expect(saved.status).toBe(303)
    const { body, version } = await (
      await as('assessor').get(`${API}/${saved.headers.get('location')!.split('/').at(-1)}`)
    ).json()
    expect([version, body.items[7].v, body.items[7].y, body.items.length]).toEqual([
      2,
      'EDITED WITHOUT CODE',
      43,
      skillLevel.items.length,
    ])
  })

  test('says every fault beside its field, keeps what was typed, and saves nothing', async () => {
    const answer = await submit({
      'items.6.w': '一百',
      'items.6.x': '-1',
      'items.8.v': '{{salary}}',
      reason: '',
      name: '',
    })
    const html = await answer.text()
    expect(answer.status).toBe(422)
    for (const name of ['items.6.w', 'items.6.x', 'items.8.v', 'reason', 'name'])
      expect(html).toContain(`id="field-${name}-error"`)
    expect(fieldsIn(html)).toMatchObject({ 'items.6.w': '一百', 'items.6.x': '-1', 'items.8.v': '{{salary}}' })
    expect(html).toContain('第 7 项“文字 {{title_zh}}”的宽 mm')
  })

  test('adds, removes and moves items by buttons, and saves nothing by them', async () => {
    const count = skillLevel.items.length
    const added = fieldsIn(await (await submit({ press: 'add', type: 'rule' })).text())
    expect([added[`items.${count}.t`], added[`items.${count}.w`], added.reason]).toEqual(['rule', '60', '改动'])
    const removed = fieldsIn(await (await submit({ press: 'remove:0' })).text())
    expect([removed['items.0.x'], removed[`items.${count - 1}.t`]]).toEqual(['114.5', undefined])
    const moved = fieldsIn(await (await submit({ press: 'down:6' })).text())
    expect([moved['items.6.v'], moved['items.7.v']]).toEqual(['EDITED HERE', '{{title_zh}}'])
    expect(fieldsIn(await (await submit({ press: 'up:0' })).text())).toMatchObject({
      'items.0.t': fields['items.0.t']!,
    })
  })

  test('previews what is not saved, and says why when it cannot be drawn', async () => {
    const drawn = await submit({ 'items.7.v': 'NOT SAVED YET' }, `${PAGE}/preview`)
    expect(drawn.headers.get('content-type')).toBe('application/pdf')
    const text = await pdfiumText(new Uint8Array(await drawn.arrayBuffer()))
    expect(text).toContain('NOT SAVED YET')
    expect(text).toContain('王晓芳')
    const refused = await submit({ 'items.6.w': '' }, `${PAGE}/preview`)
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('第 7 项')])
  })

  test.each([
    ['usual', '王晓芳'],
    ['long', '阿卜杜热西提·买买提吐尔逊·阿卜杜拉'],
    ['rare', '龘䶮𠀋'],
  ])('previews a saved version with a %s name', async (sample, name) => {
    const answer = await as('assessor').get(`${API}/${id}/preview.pdf?sample=${sample}`)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect((await pdfiumText(new Uint8Array(await answer.arrayBuffer()))).replaceAll('\r\n', '')).toContain(name)
  })

  test('gives the layout as a file, and takes the file back', async () => {
    const json = await (await as('assessor').page(`${PAGE}/${id}/layout.json`)).text()
    const upload = (text: string, name: string) =>
      as('assessor').upload(PAGE, { kind: 'skill_level', name, reason: '上传', file: new File([text], 'a.json') })
    expect((await upload(json, '从文件来')).status).toBe(303)
    const broken = await upload('{', '从文件来')
    expect([broken.status, await broken.text()]).toEqual([422, expect.stringContaining('不是 JSON 版式')])
    const wrong = await upload(json.replace('{{number}}', '{{no}}'), '从文件来')
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('证书没有 {{no}} 这个字段')])
    const none = await as('assessor').upload(PAGE, { kind: 'skill_level', name: '无', reason: '上传' })
    expect([none.status, await none.text()]).toEqual([422, expect.stringContaining('没有选择文件')])
  })

  test('pages: the list, a version with its preview, putting in force from a day with a reason', async () => {
    const list = await (await as('assessor').page(PAGE)).text()
    expect(list).toContain('标准版式 第 1 版')
    expect(list).toContain('编辑用 第 1 版')
    const here = `${PAGE}/${id}`
    expect(await (await as('assessor').page(here)).text()).toContain(`src="${here}/preview.pdf?sample=usual`)
    const early = await as('assessor').submit(`${here}/choices`, { valid_from: '2026-01-01', reason: '试试' })
    expect([early.status, await early.text()]).toEqual([422, expect.stringContaining('启用日期不能早于今天')])
    const chosen = await as('assessor').submit(`${here}/choices`, { valid_from: '2027-03-01', reason: '明年三月起' })
    expect(chosen.status).toBe(303)
    expect(await (await as('assessor').page(here)).text()).toMatch(/待启用[\s\S]*2027-03-01[\s\S]*明年三月起/)
  })
})

/** What the fields of a page's forms would send. */
function fieldsIn(html: string): Record<string, string> {
  const decode = (text: string) =>
    text
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
  const attribute = (tag: string, name: string) => decode(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '')
  const inputs = [...html.matchAll(/<input[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => attribute(tag, 'type') !== 'checkbox' || /\schecked/.test(tag))
    .map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')])
  const areas = [...html.matchAll(/<textarea([^>]*)>([^<]*)<\/textarea>/g)].map(([, tag, text]) => [
    attribute(` ${tag}`, 'name'),
    decode(text!),
  ])
  const selects = [...html.matchAll(/<select([^>]*)>(.*?)<\/select>/gs)].map(([, tag, options]) => [
    attribute(` ${tag}`, 'name'),
    attribute(/<option[^>]*\sselected[^>]*>/.exec(options!)?.[0] ?? /<option[^>]*>/.exec(options!)![0], 'value'),
  ])
  return Object.fromEntries([...inputs, ...areas, ...selects].filter(([name]) => name && name !== 'type'))
}

test('a name with characters of the CJK extensions B to F is printed, drawn again the same, and copied as itself', async () => {
  const name = '王𠀋𪚥'
  await sql`update people set name = ${name} from enrolments e where e.person_id = people.id and e.id = ${enrolments.at(-1)!}`.execute(
    w.db,
  )
  const certificate = await issue()
  expect(await pdfOf(certificate)).toContain(name)
  const { fonts } = await printedOf(certificate)
  expect(Object.keys(fonts!).filter((face) => !face.startsWith('Noto'))).toEqual([
    'HanaMinB-Extension-B-01',
    'HanaMinB-Extension-B-42',
  ])
})

describe('a character in no typeface', () => {
  const upload = (more: object = {}, username = 'assessor') =>
    as(username).post('/api/v1/glyph-images', {
      ...{ character: RARE, description: '⿰氵每', reason: '王某姓名用字，已核对身份证' },
      png: png(300, 300).toString('base64'),
      ...more,
    })

  async function rename(): Promise<string> {
    const enrolment = enrolments.at(-1)!
    await sql`update people set name = ${`王${RARE}`} from enrolments e where e.person_id = people.id and e.id = ${enrolment}`.execute(
      w.db,
    )
    return enrolment
  }

  test('stops the certificate and names the way out; with a picture it is issued, drawn again the same, and copied as itself', async () => {
    await rename()
    await expect(issue()).rejects.toMatchObject({
      code: 'certificate.glyph_missing',
      words: { zh: expect.stringContaining('缺字图') },
    })
    await rename()
    expect((await upload()).status).toBe(201)
    const certificate = await issue()
    const { glyph_images } = await printedOf(certificate)
    expect(glyph_images).toEqual({ [RARE]: await sha256Hex(png(300, 300)) })
    expect(await pdfOf(certificate)).toContain(`王${RARE}`)

    // a better picture is for later certificates
    await upload({ png: png(500, 500).toString('base64') })
    expect(await pdfOf(certificate)).toContain(`王${RARE}`)
    await rename()
    const { glyph_images: better } = await printedOf(await issue())
    expect(better).toEqual({ [RARE]: await sha256Hex(png(500, 500)) })
  })

  test.each([
    ['two characters', { character: '王明' }, '/character', 'glyph.character'],
    ['a code that is none', { character: 'U+110000' }, '/character', 'glyph.character'],
    ['half of one', { character: 'U+D800' }, '/character', 'glyph.character'],
    ['nothing', { character: ' ' }, '/character', 'glyph.character'],
    ['one that the typefaces have', { character: '王' }, '/character', 'glyph.not_missing'],
    ['no picture', { png: 'iVBORw0KGgo=' }, '/png', 'glyph.format'],
    ['no reason', { reason: '' }, '/reason', 'input.too_small'],
  ])('%s is refused', async (_, more, pointer, code) => {
    expect(await problem(upload(more))).toMatchObject({ status: 422, errors: [{ pointer, code }] })
  })

  test('is another institution’s alone, an administrator’s is for everybody', async () => {
    const { items } = await (await as('trainer').get('/api/v1/glyph-images')).json()
    expect(items).toEqual([])
    const common = await (await upload({ character: 'U+31351' }, 'admin')).json()
    expect(common).toMatchObject({ organisation_id: null, character: '\u{31351}' })
    const { items: now } = await (await as('trainer').get('/api/v1/glyph-images')).json()
    expect(now.map(({ id }: { id: string }) => id)).toEqual([common.id])
    expect((await as('trainer').page(`/console/glyph-images/${common.id}/image.png`)).headers.get('content-type')).toBe(
      'image/png',
    )
  })

  test('the page: a form that says its faults, the list with the picture', async () => {
    const file = new File([new Uint8Array(png(300, 300))], 'a.png')
    const refused = await as('assessor').upload('/console/glyph-images', {
      character: '王',
      description: '王',
      reason: '试试',
      png: file,
    })
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('不需要图片')])
    const taken = await as('assessor').upload('/console/glyph-images', {
      character: 'U+31352',
      description: '⿱',
      reason: '试试',
      png: file,
    })
    expect(taken.status).toBe(303)
    expect(await (await as('assessor').page('/console/glyph-images')).text()).toContain('U+31352')
  })
})

test('no internal fault was logged', () => expect(w.faults).toEqual([]))
