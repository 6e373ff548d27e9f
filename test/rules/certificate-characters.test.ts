/** Every character of the national table is drawn with exactly its own strokes, and no name is printed with a box in it. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { create } from 'fontkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../db/root.ts'
import { fontsFor, missingCharacters, prepareFaces, type Typefaces } from '../../src/credentials/certificate-ink.ts'
import { parseLayout } from '../../src/credentials/certificate-layout.ts'
import { layoutPdf } from '../../src/credentials/certificate-pdf.ts'
import { type RareSlice, sliceOf } from '../../src/credentials/rare-slices.ts'
import type { Typeface } from '../../src/credentials/typeface.ts'
import { cidOf, startSubset, subsetFont, toUnicode } from '../../src/credentials/typeface-subset.ts'
import { nodeAssets, rareFonts } from '../../src/platform/node-assets.ts'
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
  test('every slice that the package has is found by its characters, and no other', async () => {
    const css = await readFile(join(root, 'node_modules/hanamin/HanaMin.css'), 'utf8')
    const ranges = [
      ...css.matchAll(/Ideographs-(Extension-[B-F][-\d]*)\.woff2[^;]*;\s*unicode-range: U\+(\w+)-(\w+);/g),
    ]
    expect(ranges.map(([, slice]) => `rare/${slice}.ttf`)).toEqual(rareFonts())
    const found = ranges.map(([, , first, last]) => [first, last].map((code) => sliceOf(Number.parseInt(code!, 16))))
    expect(found).toEqual(ranges.map(([, slice]) => [slice, slice]))
    for (const other of [0x4e00, 0x1ffff, 0x2a6d7, 0x2a6ff, 0x2ebe1, 0x2f800, 0x30edd])
      expect(sliceOf(other)).toBe(undefined)
  })

  test('nearly all of the extensions B to F are there, each with a glyph', async () => {
    for (const [extension, characters] of Object.entries({ B: 42711, C: 4149, D: 222, E: 5762, F: 7473 })) {
      const slices = rareFonts().filter((name) => name.startsWith(`rare/Extension-${extension}`))
      const sizes = await Promise.all(slices.map(async (name) => create(await nodeAssets(name)).characterSet.length))
      const sum = sizes.reduce((all, size) => all + size)
      expect(sum, extension).toBeGreaterThanOrEqual(characters)
    }
  })

  test.each([...'𠀋𡈼𪚥𪜀𫝀𫠠𬺰𮯠'])(
    'the name 王%s英 has the ink of the whole fonts and is read back',
    async (rare) => {
      const holder_name = `王${rare}英`
      const pdf = await certificatePdf(printed({ holder_name, drawing: 2 }), faces)
      expect(await pdfiumText(pdf)).toContain(holder_name)
      expect((await pdfjsText(pdf)).map(({ text }) => text).join('')).toContain(holder_name)
      const slice = sliceOf(rare.codePointAt(0)!)!
      expect(await inkOf(pdf, [slice])).toBe(0)
      expect(fontsFor(faces, [holder_name])).toEqual({
        ...fontsFor(faces, ['王']),
        [`HanaMinB-${slice}`]: expect.stringMatching(/^2017-09-04 [0-9a-f]{16}$/),
      })
    },
  )

  test('a name may take its characters from several slices', async () => {
    const holder_name = '𠀋龘𪚥𫝀·𬺰王𠀋'
    const pdf = await certificatePdf(printed({ holder_name, drawing: 2 }), faces)
    expect(await pdfiumText(pdf)).toContain(holder_name)
    const slices = [...new Set([...holder_name].flatMap((character) => sliceOf(character.codePointAt(0)!) ?? []))]
    expect(slices.length).toBeGreaterThan(2)
    expect(await inkOf(pdf, slices)).toBe(0)
  })

  test('a label of a layout may have one', async () => {
    const layout = parseLayout({ page: { w: 297, h: 210 }, items: [{ ...body, font: 'serif', v: '𪚥育' }] })
    expect(await pdfiumText(await layoutPdf(layout, printed({ drawing: 2 }), faces))).toContain('𪚥育')
  })

  test('a slice is brought in once, for the name that needs it, and for no other', async () => {
    const asked: string[] = []
    const own: Typefaces = {
      ...faces,
      rare: new Map(),
      loadRare: (slice) => {
        asked.push(slice)
        return faces.loadRare(slice)
      },
    }
    await certificatePdf(printed({ drawing: 2 }), own)
    await prepareFaces(own, ['王秀英', null])
    await prepareFaces(own, ['王𪚥英'], new Map([['𪚥', new Uint8Array()]]))
    expect(asked).toEqual([])
    const without = await certificatePdf(printed({ drawing: 2 }), own)
    await certificatePdf(printed({ holder_name: '王𪚥英', drawing: 2 }), own)
    await certificatePdf(printed({ holder_name: '𪚥', drawing: 2 }), own)
    expect(asked).toEqual(['Extension-B-42'])
    expect(Object.keys(fontsFor(own, ['王']))).toEqual(['NotoSerifSC-Regular', 'NotoSansSC-Regular'])
    expect(Buffer.compare(await certificatePdf(printed({ drawing: 2 }), own), without)).toBe(0)
  })

  test('a character that came into Unicode later is refused by name', async () => {
    await expect(certificatePdf(printed({ holder_name: '王\u{30000}𪚥' }), faces)).rejects.toMatchObject({
      code: 'certificate.glyph_missing',
      words: { zh: expect.stringContaining('“\u{30000}”（U+30000）') },
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

/** How many pixels of a certificate differ from the same with whole fonts, each character looked up there anew. */
async function inkOf(pdf: Uint8Array, slices: RareSlice[]): Promise<number> {
  const files: Record<string, Uint8Array> = {
    [POSTSCRIPT.serif]: await nodeAssets(FILES.serif),
    [POSTSCRIPT.sans]: await nodeAssets(FILES.sans),
  }
  for (const slice of slices) files[`HanaMinB-${slice}`] = await nodeAssets(`rare/${slice}.ttf`)
  return differingPixels(await rasterise(pdf, 100), await rasterise(await withWholeFonts(pdf, files), 100))
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
