/** A printed certificate says exactly what was recorded, in glyphs that are really there, and is the same file every time. */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { create } from 'fontkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { missingCharacters, type Typefaces } from '../../src/credentials/certificate-ink.ts'
import { parseLayout } from '../../src/credentials/certificate-layout.ts'
import { layoutPdf } from '../../src/credentials/certificate-pdf.ts'
import { nodeAssets } from '../../src/platform/node-assets.ts'
import { certificatePdf, LAYOUTS, loadTypefaces, printed } from '../support/certificates.ts'
import {
  differingPixels,
  embeddedFonts,
  pdfiumText,
  pdfjsText,
  qrText,
  rasterise,
  withWholeFonts,
} from '../support/pdf.ts'

const RARE = ['𬱖', '䶮', '㛃', '喆', '龘']
const MINORITY_NAME = '买买提明·吐尔逊江·阿卜杜热合曼'
const replaces = { number: 'S000133010001253000004', issued_on: '2025-05-25' }
const LONG = {
  holder_name: MINORITY_NAME,
  replaces: { number: 'S000133010001253000004', issued_on: '2025-12-25' },
  id_type_zh: '外国人永久居留身份证（含港澳台居民居住证）',
  occupation_name: '健康照护师（含医疗护理员、长期照护师、老年人能力评估师）',
  job_type: '老年人生活照护与失智失能康复辅助服务及安宁疗护方向',
  level_zh: '一级/高级技师（含特级技师、首席技师）',
  issuer_name: '浙江省杭州市拱墅区某某街道养老服务照料职业技能培训中心（有限公司）',
  body_zh: '兹证明持证人按照国家职业标准参加职业技能等级认定，'.repeat(6),
}
const kinds = Object.keys(LAYOUTS) as (keyof typeof LAYOUTS)[]

let faces: Typefaces

beforeAll(async () => {
  faces = await loadTypefaces()
})

const draw = (changes?: Parameters<typeof printed>[0]) => certificatePdf(printed(changes), faces)
const withoutSpace = (text: string) => text.replace(/\s/g, '')
async function readings(pdf: Uint8Array): Promise<[reader: string, text: string][]> {
  const items = await pdfjsText(pdf)
  return [
    ['pdfium', withoutSpace(await pdfiumText(pdf))],
    ['pdf.js', withoutSpace(items.map(({ text }) => text).join(''))],
  ]
}

describe('text', () => {
  test('every printed value is read back exactly by two readers', async () => {
    const record = printed({ holder_name: RARE.join(''), body_zh: `《${MINORITY_NAME}》“一等奖”——第 1 名，93.5 分…` })
    for (const [reader, text] of await readings(await certificatePdf(record, faces))) {
      const { title_zh, holder_name, id_type_zh, id_number_masked, number, level_zh, issuer_name, body_zh } = record
      for (const value of [
        title_zh,
        holder_name,
        id_type_zh,
        id_number_masked,
        number,
        level_zh!,
        issuer_name,
        body_zh!,
      ])
        expect(text, reader).toContain(withoutSpace(value))
      expect(text, reader).toContain('2026年5月25日')
      expect(text, reader).toContain('扫码查验')
    }
  })

  test.each([...RARE, MINORITY_NAME])('the name %s is read back exactly on every layout', async (holder_name) => {
    for (const layout of kinds)
      for (const [reader, text] of await readings(await draw({ layout, holder_name })))
        expect(text, `${layout}, ${reader}`).toContain(holder_name)
  })

  test('Kangxi radicals, compatibility ideographs and foreign dots are printed as the ordinary characters', async () => {
    const holder_name = '⽅\uf9f4\u{2f804}•苏・莱'
    for (const [, text] of await readings(await draw({ holder_name }))) expect(text).toContain('方林你·苏·莱')
  })

  test.each(kinds.filter((kind) => kind.endsWith('-2')))(
    'a certificate that replaces another names it and its day on %s, any other says nothing of it',
    async (layout) => {
      for (const [reader, text] of await readings(await draw({ layout, replaces, drawing: 2 })))
        expect(text, reader).toContain('原证书编号S000133010001253000004（2025年5月25日发证）')
      for (const [, text] of await readings(await draw({ layout, drawing: 2 }))) expect(text).not.toContain('原证书')
    },
  )

  test('brackets in the upright column are read back as brackets', async () => {
    const items = await pdfjsText(await draw({ issuer_name: '某某学校（杭州）' }))
    const column = items.filter(({ x }) => x > 50 && x < 75).map(({ text }) => text)
    expect(withoutSpace(column.join(''))).toContain('某某学校（杭州）')
  })

  test('a missing value is printed as --, never left empty', async () => {
    const items = await pdfjsText(await draw({ theory: null, practical: null, sex_zh: null }))
    expect(items.filter(({ text }) => text === '--')).toHaveLength(4)
  })

  test('every character of GB 2312 keeps its outline and width and is read back exactly', async () => {
    const decoder = new TextDecoder('gb18030')
    const rows = Array.from({ length: 72 }, (_, row) =>
      Array.from({ length: 94 }, (_, cell) => decoder.decode(new Uint8Array([0xb0 + row, 0xa1 + cell]))).join(''),
    )
    const characters = rows.join('').replace(/[^\p{Script=Han}]/gu, '')
    expect(characters).toHaveLength(6763)
    const body = { t: 'paragraph', x: 5, y: 5, w: 287, h: 200, v: '{{body_zh}}', size: 8, leading: 1.05 }
    for (const [font, asset] of [
      ['serif', 'serif.ttf'],
      ['sans', 'sans.ttf'],
    ] as const) {
      const layout = parseLayout({ page: { w: 297, h: 210 }, items: [{ ...body, font }] })
      const pdf = await layoutPdf(layout, printed({ body_zh: characters }), faces)
      for (const [reader, text] of await readings(pdf)) expect(text === characters, `${font}, ${reader}`).toBe(true)

      const [embedded] = await embeddedFonts(pdf)
      const whole = create(await nodeAssets(asset))
      const subset = create(embedded!.file)
      const spoiled = [...embedded!.characters].filter(([code, character]) => {
        const wanted = whole.glyphForCodePoint(character.codePointAt(0)!)
        const found = subset.getGlyph(Number.parseInt(code, 16))
        const width = embedded!.widths[found.id]
        return found.path.toSVG() !== wanted.path.toSVG() || width !== wanted.advanceWidth
      })
      expect(embedded!.characters.size).toBe(6763)
      expect(spoiled).toEqual([])
    }
  })
})

describe('ink', () => {
  test('a certificate looks the same as with whole fonts embedded by fontkit', async () => {
    const files = {
      'NotoSerifSC-Regular': await nodeAssets('serif.ttf'),
      'NotoSansSC-Regular': await nodeAssets('sans.ttf'),
    }
    const pdf = await draw({ holder_name: `${RARE.join('')}·${MINORITY_NAME.slice(0, 4)}`, demo: true })
    const [ours, theirs] = [await rasterise(pdf, 150), await rasterise(await withWholeFonts(pdf, files), 150)]
    expect(differingPixels(ours, theirs)).toBe(0)
    const blank = { ...ours, data: new Uint8Array(ours.data.length).fill(255) }
    expect(differingPixels(ours, blank)).toBeGreaterThan(100_000)
  })

  test('the QR code leads to the verification page, at 150 dpi, on every layout, under the watermark too', async () => {
    for (const layout of kinds)
      for (const demo of [false, true]) {
        const record = printed({ layout, demo })
        expect(qrText(await rasterise(await certificatePdf(record, faces), 150))).toBe(record.verify_url)
      }
  })

  test('only a demonstration is marked 演示', async () => {
    expect((await readings(await draw({ demo: true })))[0]![1]).toContain('演示')
    expect((await readings(await draw({ demo: false })))[0]![1]).not.toContain('演示')
  })

  test('a photo takes the place of the empty frame', async () => {
    const pdf = await certificatePdf(printed(), faces, { photo: RED_JPEG })
    expect(await pdfiumText(pdf)).not.toContain('照')
    const { data, width } = await rasterise(pdf, 72)
    const [x, y] = [53.5, 84.5].map((mm) => Math.round((mm * 72) / 25.4))
    const [red, green] = data.subarray(4 * (y! * width + x!))
    expect(red! - green!).toBeGreaterThan(150)
  })
})

describe('fit', () => {
  test.each(kinds)('long values stay within their boxes on %s', async (kind) => {
    const layout = LAYOUTS[kind]
    const boxes = layout.items.filter((item) => ['text', 'column', 'paragraph', 'photo', 'seal'].includes(item.t))
    const items = await pdfjsText(await draw({ layout: kind, ...LONG }))
    const outside = items.filter(
      ({ text, upright, x, y, width }) =>
        upright &&
        text.trim() !== '' &&
        !boxes.some((box) => x >= box.x - 0.5 && x + width <= box.x + box.w + 0.5 && y >= box.y && y <= box.y + box.h),
    )
    expect(outside).toEqual([])
  })

  test('no line begins with a closing mark or ends with an opening one, and the first line is indented', async () => {
    for (let lead = 0; lead < 12; lead++) {
      const body_zh = `${'字'.repeat(lead)}${'（甲乙）、“丙丁”。'.repeat(14)}`
      const items = await pdfjsText(await draw({ body_zh }))
      const baselines = new Set(items.filter(({ text }) => /[甲乙丙丁]/.test(text)).map(({ y }) => y))
      const lines = [...baselines].map((baseline) => {
        const pieces = items.filter(({ y, text }) => y === baseline && text !== '')
        return { text: pieces.map(({ text }) => text).join(''), x: pieces[0]!.x }
      })
      expect(lines.map(({ text }) => text).join('')).toBe(body_zh)
      expect(lines.length).toBeGreaterThan(2)
      for (const { text } of lines) expect(text).not.toMatch(/^[）、”。]|[（“]$/)
      expect(lines[0]!.x - lines[1]!.x).toBeGreaterThan(15)
    }
  })

  test('a value that cannot be read even at the smallest size is refused with its length', async () => {
    await expect(draw({ holder_name: '长'.repeat(60) })).rejects.toMatchObject({
      code: 'certificate.text_too_long',
      words: { zh: expect.stringContaining('60 个字') },
    })
    await expect(draw({ body_zh: '长'.repeat(2000) })).rejects.toMatchObject({ code: 'certificate.text_too_long' })
  })
})

describe('缺字', () => {
  test('a character in no face is refused by name', async () => {
    await expect(draw({ holder_name: '王\u{31350}' })).rejects.toMatchObject({
      kind: 'invalid',
      code: 'certificate.glyph_missing',
      words: { zh: expect.stringMatching(/缺字.*\u{31350}.*U\+31350/u) },
    })
  })

  test('the missing characters of a name are listed once, invisible ones too', () => {
    expect(missingCharacters(`𬱖䶮㛃·${MINORITY_NAME}\n`, faces)).toEqual([])
    expect(missingCharacters('王\u{31350}明\u{31350}\u200b', faces)).toEqual(['\u{31350}', '\u200b'])
  })

  test('a character that only the other face has is taken from there', async () => {
    const serif = { ...faces.serif, glyphOf: (code: number) => (code === 0x9f98 ? 0 : faces.serif.glyphOf(code)) }
    const pdf = await certificatePdf(printed({ holder_name: '王龘明' }), { ...faces, serif })
    for (const [, text] of await readings(pdf)) expect(text).toContain('王龘明')
  })
})

describe('the same file every time', () => {
  const sha256 = (pdf: Uint8Array) => createHash('sha256').update(pdf).digest('hex')

  test('the same record gives the same bytes, whatever the order of its keys or of the printing', async () => {
    const first = sha256(await draw({ demo: true }))
    await draw({ holder_name: '别人', layout: 'award-1' })
    const turned = Object.fromEntries(Object.entries(printed({ demo: true })).reverse()) as ReturnType<typeof printed>
    expect(sha256(await certificatePdf(turned, faces))).toBe(first)
    expect(sha256(await certificatePdf(turned, { ...faces }))).toBe(first)
    expect(sha256(await draw({ demo: true, number: 'S000133010001263000008' }))).not.toBe(first)
  })

  test.each([
    ['skill-level-1', false, 'a6973f443f36bc3c3290441c2da60b2697c91d76e3308d53b8f45643bdc84f47'],
    ['skill-level-1', true, 'ba5c4dc81c53d91430769586bbbb73e5ea123a721e8d2c1bf17919ac28cad88c'],
    ['completion-1', false, '134558371e112f7e0743d4f531f140f12443a28bf83a2cb1b2fecb9a54647906'],
    ['completion-1', true, '26406f55b29e4c7b3b3602a5caaf55cb28e37b207a3aafbb4aa23dc0962f3cf0'],
    ['award-1', false, 'd9b2ef79afcbfb2ebc3bacaec541e4bfc8317557b6481c21cbdf53d823fd2621'],
    ['award-1', true, '941a43391072f9485729c0b06c75ee4acfc296a088ae1e8d33d866ba5246bcc1'],
  ] as const)('a %s issued in the first drawing (demo: %s) has the bytes it had', async (layout, demo, frozen) => {
    const body_zh = layout === 'skill-level-1' ? null : '学员参加培训，准予结业。'
    expect(sha256(await draw({ layout, demo, body_zh }))).toBe(frozen)
  })

  test.each([
    ['skill-level-1', '897c6c26e11cd11e0e3575a55a6667c939ddd1f318f26e219380ef4c02e23cf8'],
    ['completion-1', 'f97c14d278e2aa9ba6923bb31c0f07ccb1929d5ab95543654faffd95e29e2baf'],
    ['award-1', '882da3fe15e57b46105e190b81139c1de04e42b74faa6a56d9ed89cb2e4f3648'],
    ['skill-level-2', '6065beb17e776209c3d5dd99505e2b084dc2d604c180728143a8c82895ad7e9a'],
    ['completion-2', 'a0b9553dde2f3eda89b3359e7b6bd4b6d205f02b44ede91715122f9964ec61ca'],
    ['award-2', '95e78c82aa0accd9cff0391349a795e0319b05c8bad90e9c47cae2cd6af994cf'],
  ] as const)(
    'a %s that replaces another, issued in the second drawing, has the bytes it had',
    async (layout, frozen) => {
      const record = printed({ layout, drawing: 2, replaces, body_zh: '学员参加培训，准予结业。' })
      const pdf = await certificatePdf(record, faces, { credential: 'a.b.c', signed: true })
      expect(sha256(pdf)).toBe(frozen)
    },
  )

  test('another process gives the same bytes', async () => {
    const program = `import { createHash } from 'node:crypto'
      import { certificatePdf, loadTypefaces, printed } from './test/support/certificates.ts'
      console.log(createHash('sha256').update(await certificatePdf(printed(), await loadTypefaces())).digest('hex'))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
    expect(stdout.trim()).toBe(sha256(await draw()))
  })

  test('the file names its language, title and day, and no other clock', async () => {
    const text = Buffer.from(await draw()).toString('latin1')
    expect(text).toContain('/Lang (zh-CN)')
    expect(text.match(/D:\d{14}/g)).toEqual(['D:20260525000000', 'D:20260525000000'])
    expect(Buffer.from(text, 'latin1').toString('utf8')).toContain('>职业技能等级证书 S000133010001263000007<')
    expect(text).toMatch(/\/BaseFont \/[A-Z]{6}\+NotoSerifSC-Regular/)
  })
})

describe('layouts', () => {
  const page = { w: 297, h: 210 }
  const text = { t: 'text', x: 10, y: 10, w: 50, h: 8, size: 12, v: '{{holder_name}}' }

  test('a right layout is taken', () => {
    expect(parseLayout({ page, items: [text] }).items).toHaveLength(1)
  })

  test.each([
    ['an unknown kind of item', { ...text, t: 'marquee' }],
    ['a field that certificates do not have', { ...text, v: '{{salary}}' }],
    ['a colour that is not one', { ...text, colour: 'red' }],
    ['a misspelt key', { ...text, aling: 'left' }],
    ['a missing size', { ...text, size: undefined }],
  ])('%s is refused', (_, item) => {
    expect(() => parseLayout({ page, items: [item] })).toThrow()
  })
})

/** 8 × 8 pixels of plain red. */
const RED_JPEG = Buffer.from(
  '/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABQb/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCOAPV7/9k=',
  'base64',
)
