/** A certificate of the second drawing is made for the archive and for the ear, carries its credential and can be signed. */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  PDFDocument,
  type PDFHexString,
  PDFName,
  type PDFRawStream,
  type PDFString,
} from 'pdf-lib'
import { beforeAll, describe, expect, test } from 'vitest'
import { SIGNATURE_ROOM } from '../../src/credentials/certificate-archive.ts'
import type { Typefaces } from '../../src/credentials/certificate-ink.ts'
import { parseLayout } from '../../src/credentials/certificate-layout.ts'
import { type Extras, layoutPdf } from '../../src/credentials/certificate-pdf.ts'
import skillLevel from '../../templates/certificates/skill-level-1.json' with { type: 'json' }
import { certificatePdf, loadTypefaces, printed } from '../support/certificates.ts'
import { differingPixels, pdfiumText, qrText, rasterise, readAloud } from '../support/pdf.ts'

const CREDENTIAL = 'eyJhbGciOiJFUzI1NiJ9.eyJ2YyI6e319.c2ln'
const EVERYTHING: Extras = { credential: CREDENTIAL, signed: true }
const kinds = ['skill-level-1', 'completion-1', 'award-1']

/** One grey pixel. */
const JPEG = Buffer.from(
  '/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==',
  'base64',
)

let faces: Typefaces

beforeAll(async () => {
  faces = await loadTypefaces()
})

const draw = (changes: Parameters<typeof printed>[0] = {}, extras = EVERYTHING) =>
  certificatePdf(printed({ drawing: 2, ...changes }), faces, extras)
/** pdf.js guesses spaces from gaps. */
const solid = (text: string) => text.replace(/\s/g, '')
const latin = (pdf: Uint8Array) => Buffer.from(pdf).toString('latin1')
async function catalogOf(pdf: Uint8Array): Promise<PDFDict> {
  return (await PDFDocument.load(pdf, { updateMetadata: false })).catalog
}
const at = <T>(dict: PDFDict, ...path: string[]): T =>
  path.reduce<unknown>(
    (found, key) =>
      found instanceof PDFArray ? found.lookup(Number(key)) : (found as PDFDict).lookup(PDFName.of(key)),
    dict,
  ) as T

describe('the archive (PDF/A-3b structure)', () => {
  test('the description says part 3, conformance B, and the same title, day and producer as the file', async () => {
    const pdf = await draw({ title_zh: '证书 <A&B>' })
    const document = await PDFDocument.load(pdf, { updateMetadata: false })
    const stream = at<PDFRawStream>(document.catalog, 'Metadata')
    expect(stream.dict.has(PDFName.of('Filter'))).toBe(false)
    const xmp = Buffer.from(stream.getContents()).toString('utf8')
    expect(xmp).toContain('<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>')
    expect(xmp).toContain('xml:lang="x-default">证书 &#60;A&#38;B&#62; S000133010001263000007<')
    expect(document.getTitle()).toBe('证书 <A&B> S000133010001263000007')
    expect(xmp).toContain(`<pdf:Producer>${document.getProducer()}<`)
    for (const day of ['CreateDate', 'ModifyDate']) expect(xmp).toContain(`<xmp:${day}>2026-05-25T00:00:00+08:00<`)
    expect(document.getCreationDate()).toEqual(new Date('2026-05-25T00:00:00+08:00'))
    expect(document.getModificationDate()).toEqual(new Date('2026-05-25T00:00:00+08:00'))
  })

  test('the colours are named: one output intent with a profile for three channels', async () => {
    const catalog = await catalogOf(await draw())
    const intent = at<PDFDict>(catalog, 'OutputIntents', '0')
    expect(String(at(intent, 'S'))).toBe('/GTS_PDFA1')
    const stream = at<PDFRawStream>(intent, 'DestOutputProfile')
    expect(String(at(stream.dict, 'N'))).toBe('3')
    const profile = Buffer.from(decodePDFRawStream(stream).decode())
    expect(profile.readUInt32BE(0)).toBe(profile.length)
    expect(profile.toString('latin1', 12, 24)).toBe('mntrRGB XYZ ')
    expect(profile.toString('latin1', 36, 40)).toBe('acsp')
    const tags = Array.from({ length: profile.readUInt32BE(128) }, (_, index) => 132 + 12 * index)
    expect(tags.map((tag) => profile.toString('latin1', tag, tag + 4))).toEqual(
      expect.arrayContaining(['desc', 'cprt', 'wtpt', 'rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC', 'chad']),
    )
    for (const tag of tags)
      expect(profile.readUInt32BE(tag + 4) + profile.readUInt32BE(tag + 8)).toBeLessThanOrEqual(profile.length)
  })

  test('every font is embedded under a name of its own, nothing is encrypted, scripted or outside the file', async () => {
    for (const layout of kinds) {
      const text = latin(await draw({ layout, demo: true }))
      const names = [...text.matchAll(/\/FontName \/(\S+)/g)].map(([, name]) => name!)
      expect(names.length).toBeGreaterThan(1)
      for (const name of names) expect(name).toMatch(/^[A-Z]{6}\+[\w-]+$/)
      expect(new Set(names).size).toBe(names.length)
      expect(text.match(/\/FontFile2 /g)).toHaveLength(names.length)
      expect(text.match(/\/ToUnicode /g)).toHaveLength(names.length)
      expect(text).not.toMatch(/\/(Encrypt|JavaScript|JS|Launch|URI|XFA|NeedAppearances|LZWDecode) /)
      expect(text).toMatch(/\/ID \[ <[0-9a-f]{32}> <[0-9a-f]{32}> \]/)
    }
  })

  test('the credential is attached, as data, to the byte', async () => {
    const catalog = await catalogOf(await draw())
    const file = at<PDFDict>(catalog, 'AF', '0')
    expect(at<PDFDict>(catalog, 'Names', 'EmbeddedFiles', 'Names', '1')).toBe(file)
    expect(String(at(file, 'AFRelationship'))).toBe('/Data')
    expect(at<PDFHexString>(file, 'UF').decodeText()).toBe('credential.jwt')
    expect(at<PDFString>(file, 'F').asString()).toBe('credential.jwt')
    const stream = at<PDFRawStream>(file, 'EF', 'F')
    expect(at<PDFName>(stream.dict, 'Subtype').decodeText()).toBe('application/vc+jwt')
    expect(Buffer.from(decodePDFRawStream(stream).decode()).toString()).toBe(CREDENTIAL)
    expect((await catalogOf(await draw({}, {}))).has(PDFName.of('AF'))).toBe(false)
  })
})

describe('reading aloud', () => {
  test('what is said, and in which order', async () => {
    const { said, untagged } = await readAloud(await draw({}, { ...EVERYTHING, photo: JPEG }))
    expect(untagged.trim()).toBe('')
    expect(said.map(solid)).toEqual(
      [
        'H1 职业技能等级证书',
        'P CERTIFICATE OF OCCUPATIONAL SKILL LEVEL',
        'P 杭州市某某职业培训学校',
        'Figure 持证人照片',
        'Figure 查验二维码 https://huyu.example.cn/v/5r3Kx0pQ7mZt8YwLb2NfVA',
        'P 扫码查验 Scan to verify',
        'P 姓名 Name 鐩恵契',
        'P 性别 Sex 女',
        'P 证件类型 ID Type 居民身份证',
        'P 证件号码 ID No. 3301**********0028',
        'P 职业名称 Occupation 养老护理员',
        'P 工种/职业方向 Job Type --',
        'P 技能等级 Skill Level 三级/高级工',
        'P 证书编号 Certificate No. S000133010001263000007',
        'P 理论成绩 Theory Score 87',
        'P 技能成绩 Practical Score 83',
        'P 兹证明“鐩恵契”参加养老护理员（三级/高级工）职业技能等级认定，理论知识考试与技能操作考核成绩合格，准予颁发职业技能等级证书。',
        'P This is to certify that the above-named person has passed the assessment of theoretical knowledge and practical skill for the occupation and level stated here.',
        'P 评价机构（盖章）',
        'P Issued by',
        'P 杭州市某某职业培训学校',
        'P 发证日期',
        'P Date of Issue',
        'P 2026年5月25日',
        'P 查询网址：jndj.osta.org.cn　pjjg.osta.org.cn　huyu.example.cn',
        'Figure 印章 杭州市某某职业培训学校 证书专用章',
      ].map(solid),
    )
  })

  test.each(kinds)(
    'on %s everything is tagged, a missing value too, with one heading and a demonstration said as such',
    async (layout) => {
      for (const theory of ['87', null]) {
        const { said, untagged } = await readAloud(await draw({ layout, theory, demo: true }, { photo: JPEG }))
        expect(untagged.trim()).toBe('')
        expect(said.filter((line) => line.startsWith('H1 '))).toHaveLength(1)
        expect(said.map((line) => line.replaceAll(' ', ''))).toContain('P演示')
      }
      expect((await readAloud(await draw({ layout }))).said.join('')).not.toMatch(/演 ?示/)
    },
  )

  test('the marks are numbered without gaps and the tree names its page and parents', async () => {
    const catalog = await catalogOf(await draw({ theory: null }))
    expect(String(at(catalog, 'MarkInfo', 'Marked'))).toBe('true')
    expect(at<PDFString>(catalog, 'Lang').asString()).toBe('zh-CN')
    const parents = at<PDFArray>(catalog, 'StructTreeRoot', 'ParentTree', 'Nums', '1')
    for (let mcid = 0; mcid < parents.size(); mcid++) {
      const element = parents.lookup(mcid, PDFDict)
      expect(element.get(PDFName.of('P'))).toBe(at<PDFDict>(catalog, 'StructTreeRoot').get(PDFName.of('K')))
    }
  })

  test('marks in an upright column are said as themselves', async () => {
    const issuer_name = '某某学校（杭州）、“甲”。'
    const { said } = await readAloud(await draw({ issuer_name }))
    expect(said.filter((line) => line === `P ${issuer_name}`)).toHaveLength(2)
  })
})

describe('room for the signature', () => {
  test('the signature has room, lies over the seal, and its numbers can be filled in place', async () => {
    const pdf = await draw()
    const text = latin(pdf)
    expect(text.match(/\/ByteRange \[0 0{10} 0{10} 0{10}\]/g)).toHaveLength(1)
    expect(text.match(/\/Contents <0+>/g)).toEqual([`/Contents <${'0'.repeat(2 * SIGNATURE_ROOM)}>`])
    expect(text).toMatch(/\/Filter \/Adobe\.PPKLite\s+\/SubFilter \/ETSI\.CAdES\.detached/)
    const catalog = await catalogOf(pdf)
    expect(String(at(catalog, 'AcroForm', 'SigFlags'))).toBe('3')
    const field = at<PDFDict>(catalog, 'AcroForm', 'Fields', '0')
    expect(String(at(field, 'FT'))).toBe('/Sig')
    expect(String(at(field, 'F'))).toBe('132')
    expect(at(field, 'AP', 'N')).toBeDefined()
    const seal = parseLayout(skillLevel).items.find(({ t }) => t === 'seal')!
    expect(at<PDFArray>(field, 'Rect').asArray().map(Number)).toEqual([
      seal.x,
      seal.y,
      seal.x + seal.w,
      seal.y + seal.h,
    ])
    expect(at<PDFString>(field, 'V', 'M').asString()).toBe("D:20260525000000+08'00'")
  })

  test('the instant of signing is written where it is known', async () => {
    const catalog = await catalogOf(await draw({ signed_at: '2026-05-25T03:04:05.678Z' }))
    expect(at<PDFString>(catalog, 'AcroForm', 'Fields', '0', 'V', 'M').asString()).toBe('D:20260525030405Z')
  })

  test('nothing of it is there unless it is asked for, and never in the first drawing', async () => {
    expect(latin(await draw({}, {}))).not.toContain('/Sig')
    const first = await certificatePdf(printed(), faces, EVERYTHING)
    expect(latin(first)).not.toMatch(/\/Sig|EmbeddedFile|StructTreeRoot|pdfaid/)
  })
})

describe('the second drawing', () => {
  test('looks like the first, but for the code, whose rectangles are a picture', async () => {
    const [first, second] = [await certificatePdf(printed(), faces), await draw()]
    const [a, b] = [await rasterise(first, 150), await rasterise(second, 150)]
    const { x, y, w, h } = parseLayout(skillLevel).items.find(({ t }) => t === 'qr')!
    const [left, right] = [x, x + w].map((edge) => Math.round((edge * 150) / 72)) as [number, number]
    const [top, bottom] = [y + h, y].map((edge) => a.height - Math.round((edge * 150) / 72)) as [number, number]
    for (const { data, width } of [a, b])
      for (let row = top - 1; row <= bottom + 1; row++)
        data.fill(255, 4 * (row * width + left - 1), 4 * (row * width + right + 1))
    expect(differingPixels(a, b)).toBe(0)
    expect(await pdfiumText(second)).toContain('鐩恵契')
  })

  test.each([72, 150])('the QR code is read at %i dpi on every layout', async (dpi) => {
    for (const layout of kinds)
      for (const demo of [false, true]) {
        const record = printed({ layout, demo, drawing: 2 })
        expect(qrText(await rasterise(await certificatePdf(record, faces, EVERYTHING), dpi)), layout).toBe(
          record.verify_url,
        )
      }
  })

  test('gives the same bytes in another process, and whatever was drawn before', async () => {
    const sha256 = (pdf: Uint8Array) => createHash('sha256').update(pdf).digest('hex')
    const first = sha256(await draw())
    await draw({ theory: null, layout: 'award-1' }, {})
    await draw({ theory: null })
    expect(sha256(await draw())).toBe(first)
    const program = `import { createHash } from 'node:crypto'
      import { certificatePdf, loadTypefaces, printed } from './test/support/certificates.ts'
      const pdf = await certificatePdf(printed({ drawing: 2 }), await loadTypefaces(), ${JSON.stringify(EVERYTHING)})
      console.log(createHash('sha256').update(pdf).digest('hex'))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
    expect(stdout.trim()).toBe(first)
    expect(sha256(await draw({}, { ...EVERYTHING, credential: `${CREDENTIAL}x` }))).not.toBe(first)
  })

  test('a layout without a seal is signed all the same, out of sight', async () => {
    const layout = parseLayout({
      page: { w: 100, h: 50 },
      items: [{ t: 'text', x: 10, y: 10, w: 50, h: 8, size: 12, v: '{{title_zh}}' }],
    })
    const catalog = await catalogOf(await layoutPdf(layout, printed({ drawing: 2 }), faces, EVERYTHING))
    expect(at<PDFArray>(catalog, 'AcroForm', 'Fields', '0', 'Rect').asArray().map(Number)).toEqual([0, 0, 0, 0])
  })
})
