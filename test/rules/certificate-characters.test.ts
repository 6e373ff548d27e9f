/** Every character of the national table is drawn with exactly its own strokes, and no name is printed with a box in it. */

import { create } from 'fontkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { fontsFor, missingCharacters, prepareFaces, type Typefaces } from '../../src/credentials/certificate-ink.ts'
import { parseLayout } from '../../src/credentials/certificate-layout.ts'
import { layoutPdf } from '../../src/credentials/certificate-pdf.ts'
import type { Typeface } from '../../src/credentials/typeface.ts'
import { cidOf, startSubset, subsetFont, toUnicode } from '../../src/credentials/typeface-subset.ts'
import { nodeAssets } from '../../src/platform/node-assets.ts'
import { certificatePdf, loadTypefaces, printed } from '../support/certificates.ts'
import { differingPixels, embeddedFonts, pdfiumText, pdfjsText, rasterise, withWholeFonts } from '../support/pdf.ts'
import { standardCharacters } from '../support/standard-characters.ts'

const FILES = { serif: 'serif.ttf', sans: 'sans.ttf' } as const
const POSTSCRIPT = { serif: 'NotoSerifSC-Regular', sans: 'NotoSansSC-Regular' } as const
const body = { t: 'paragraph', x: 5, y: 5, w: 287, h: 200, v: '{{body_zh}}', size: 7, leading: 1.05 }

let faces: Typefaces
let table: string

beforeAll(async () => {
  faces = await loadTypefaces()
  table = await standardCharacters()
})

async function page(font: 'serif' | 'sans', text: string): Promise<Uint8Array> {
  const layout = parseLayout({ page: { w: 297, h: 210 }, items: [{ ...body, font }] })
  return layoutPdf(layout, printed({ body_zh: text, drawing: 2 }), faces)
}

describe('the table of general standard characters', () => {
  test('has 8,105 characters', () => {
    expect(new Set(table).size).toBe(8105)
    expect([...table].length).toBe(8105)
  })

  test.each(['serif', 'sans'] as const)(
    'all of it keeps its outlines and widths in %s and is read back',
    async (font) => {
      const pdf = await page(font, table)
      const items = await pdfjsText(pdf)
      expect(items.map(({ text }) => text).join('') === table, 'pdf.js').toBe(true)
      expect((await pdfiumText(pdf)).replace(/\s/g, '') === table, 'pdfium').toBe(true)

      const fonts = await embeddedFonts(pdf)
      const whole = create(await nodeAssets(FILES[font]))
      const spoiled = fonts.flatMap(({ file, characters, widths }) => {
        const subset = create(file)
        return [...characters].filter(([code, character]) => {
          const wanted = whole.glyphForCodePoint(character.codePointAt(0)!)
          const found = subset.getGlyph(Number.parseInt(code, 16))
          return found.path.toSVG() !== wanted.path.toSVG() || widths[found.id] !== wanted.advanceWidth
        })
      })
      expect(spoiled).toEqual([])
      expect(fonts.reduce((sum, { characters }) => sum + characters.size, 0)).toBe(8105)
    },
    120_000,
  )

  test.each(['serif', 'sans'] as const)(
    'all of it has the same ink in %s as in the whole font',
    async (font) => {
      const pdf = await page(font, table)
      const whole = await withWholeFonts(pdf, { [POSTSCRIPT[font]]: await nodeAssets(FILES[font]) })
      const [ours, theirs] = [await rasterise(pdf, 150), await rasterise(whole, 150)]
      expect(differingPixels(ours, theirs)).toBe(0)
      const blank = { ...ours, data: new Uint8Array(ours.data.length).fill(255) }
      expect(differingPixels(ours, blank)).toBeGreaterThan(200_000)
    },
    240_000,
  )

  test('the characters of names beyond the basic plane and others that registers are known to lose are there too', () => {
    const rare = [...table].filter(
      (character) => character.codePointAt(0)! < 0x4e00 || character.codePointAt(0)! > 0x9fff,
    )
    expect(rare.length).toBeGreaterThan(140)
    const more = '𬱖䶮㛃喆龘堃犇淼煊玥旻翀頔赟甡燊垚昇喆鐩恵契淏翯䲜䶊㪚羴骉麤靐鱻㵘𠅤'
    expect(missingCharacters(rare.join('') + more, faces)).toEqual([])
  })
})

describe('characters that are in neither typeface', () => {
  const RARE = '𪚥'

  test('the face of rare characters is brought in for the name that needs it, and for no other', async () => {
    let asked = 0
    const rare = puppet(faces.serif, RARE, '契')
    const loadRare = async () => {
      asked++
      return rare
    }
    const own: Typefaces = { serif: faces.serif, sans: faces.sans, loadRare }
    await certificatePdf(printed({ drawing: 2 }), own)
    await prepareFaces(own, ['王秀英', null])
    expect(asked).toBe(0)
    expect(fontsFor(own, [RARE])).not.toHaveProperty('Rare')

    const pdf = await certificatePdf(printed({ holder_name: `王${RARE}英`, drawing: 2 }), own)
    expect(asked).toBe(1)
    expect(await pdfiumText(pdf)).toContain(`王${RARE}英`)
    expect(fontsFor(own, ['王', RARE])).toMatchObject({ Rare: 'Version 1' })
    expect(Object.keys(fontsFor(own, ['王']))).toEqual(['NotoSerifSC-Regular', 'NotoSansSC-Regular'])
    await certificatePdf(printed({ holder_name: RARE, drawing: 2 }), own)
    expect(asked).toBe(1)
  })

  test('a certificate that does not need the face of rare characters has the same bytes with it', async () => {
    const without = await certificatePdf(printed({ drawing: 2 }), { serif: faces.serif, sans: faces.sans })
    const rare = puppet(faces.serif, RARE, '契')
    const own = await certificatePdf(printed({ drawing: 2 }), { serif: faces.serif, sans: faces.sans, rare })
    expect(Buffer.compare(own, without)).toBe(0)
  })

  test('without such a face the character is refused by name', async () => {
    const own: Typefaces = { serif: faces.serif, sans: faces.sans, loadRare: async () => undefined }
    await expect(certificatePdf(printed({ holder_name: `王${RARE}` }), own)).rejects.toMatchObject({
      code: 'certificate.glyph_missing',
      words: { zh: expect.stringContaining('U+2A6A5') },
    })
  })

  test('a glyph put together from others is taken with its parts, which stand for no character', () => {
    const [left, right] = ['木', '子'].map((character) => faces.serif.glyphOf(character.codePointAt(0)!)) as [
      number,
      number,
    ]
    const made = 40_000
    const face: Typeface = {
      ...faces.serif,
      glyphOf: (codePoint) => (codePoint === 0x674e ? made : faces.serif.glyphOf(codePoint)),
      advance: (glyph) => (glyph === made ? 1000 : faces.serif.advance(glyph)),
      outline: (glyph) => (glyph === made ? composite(left, right) : faces.serif.outline(glyph)),
    }
    const subset = startSubset(face)
    cidOf(subset, 0x674e)
    cidOf(subset, 0x6728)
    expect(subset.glyphs).toEqual([0, made, left, right, left])
    const font = create(subsetFont(subset))
    const drawn = font.getGlyph(1).path.toSVG()
    const part = create(subsetFont(subset)).getGlyph(2).path.toSVG()
    expect(drawn.length).toBeGreaterThan(part.length)
    expect(drawn.startsWith(part)).toBe(true)
    expect(toUnicode(subset)).toContain('2 beginbfchar\n<0001> <674e>\n<0004> <6728>\nendbfchar')
  })
})

/** A face with one character, which looks like another of a real face. */
function puppet(real: Typeface, character: string, like: string): Typeface {
  const glyph = real.glyphOf(like.codePointAt(0)!)
  return {
    ...real,
    postscript_name: 'Rare',
    version: () => 'Version 1',
    glyphOf: (codePoint) => (codePoint === character.codePointAt(0) ? glyph : 0),
  }
}

/** The second part stands half an em to the right. */
function composite(left: number, right: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(10 + 6 + 8))
  view.setInt16(0, -1)
  ;[0x20 | 0x2, left].forEach((value, at) => {
    view.setUint16(10 + 2 * at, value)
  })
  ;[0x1 | 0x2, right, 500, 0].forEach((value, at) => {
    view.setUint16(16 + 2 * at, value)
  })
  return new Uint8Array(view.buffer)
}
