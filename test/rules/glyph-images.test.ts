/** Pictures of characters: read whatever kind of PNG they are, printed at the size of the text, copied as the character. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Typefaces } from '../../src/credentials/certificate-ink.ts'
import { readGlyph } from '../../src/credentials/glyph-bitmap.ts'
import { certificatePdf, loadTypefaces, printed } from '../support/certificates.ts'
import { differingPixels, pdfiumText, pdfjsText, rasterise } from '../support/pdf.ts'
import { png } from '../support/pictures.ts'

/** In no typeface that comes with the program (CJK extension H). */
const RARE = '\u{31350}'

describe('reading', () => {
  const whole = readGlyph(png(300, 300))

  test.each([
    ['grey', png(300, 300, { depth: 1 })],
    ['in colour', png(300, 300, { colour: 2 })],
    ['transparent', png(300, 300, { colour: 6 })],
  ])('a picture that is %s has the same ink', (_, file) => {
    expect(readGlyph(file)).toEqual(whole)
  })

  test('the margin is cut away', () => {
    expect(whole).toMatchObject({ ok: true, bitmap: { width: 179, height: 240 } })
  })

  test.each([
    ['no picture', Buffer.from('<svg/>'), 'glyph.format'],
    ['a broken one', png(300, 300).subarray(0, 200), 'glyph.format'],
    ['more rows than the head says', png(300, 300).fill(2, 22, 23), 'glyph.format'],
    ['an empty one', png(300, 300, { ink: () => false }), 'glyph.blank'],
    ['white on black', png(300, 300, { ink: (x, y) => x > 20 || y > 20 }), 'glyph.blank'],
    ['a small one', png(100, 100), 'glyph.pixels'],
    ['a huge one', png(1200, 1200), 'glyph.pixels'],
    ['a long file', Buffer.alloc(300_000), 'glyph.size'],
  ])('%s is refused', (_, file, code) => {
    expect(readGlyph(file)).toMatchObject({ ok: false, code })
  })
})

describe('printing', () => {
  let faces: Typefaces
  let pdf: Uint8Array
  beforeAll(async () => {
    faces = await loadTypefaces()
    pdf = await certificatePdf(printed({ holder_name: `王${RARE}明` }), faces, {
      images: new Map([[RARE, png(300, 300)]]),
    })
  })

  test('without a picture the character is refused, and the way out is named', async () => {
    await expect(certificatePdf(printed({ holder_name: `王${RARE}明` }), faces)).rejects.toMatchObject({
      code: 'certificate.glyph_missing',
      words: { zh: expect.stringContaining('缺字图'), en: expect.stringContaining('Glyph images') },
    })
  })

  test('with one, two readers copy the name whole', async () => {
    expect(await pdfiumText(pdf)).toContain(`王${RARE}明`)
    const items = await pdfjsText(pdf)
    expect(items.map(({ text }) => text).join('')).toContain(`王${RARE}明`)
  })

  test('it stands where the character would, as wide as its neighbours', async () => {
    const blank = await rasterise(await certificatePdf(printed({ holder_name: '王　明' }), faces), 150)
    const drawn = await rasterise(pdf, 150)
    // a cross of two bars a fifth of 13.5 pt wide, at 150 dpi; the name stands twice on the page
    expect(differingPixels(blank, drawn)).toBeGreaterThan(200)
    const pieces = async (file: Uint8Array) => {
      const items = await pdfjsText(file)
      const { y } = items.find(({ text }) => text.startsWith('王'))!
      return items.filter((item) => item.y === y && /[王明]/.test(item.text)).map(({ x }) => x)
    }
    expect(await pieces(pdf)).toEqual(await pieces(await certificatePdf(printed({ holder_name: '王小明' }), faces)))
  })

  test('the same picture gives the same bytes', async () => {
    const again = await certificatePdf(printed({ holder_name: `王${RARE}明` }), faces, {
      images: new Map([[RARE, png(300, 300)]]),
    })
    expect(Buffer.from(again).equals(Buffer.from(pdf))).toBe(true)
  })
})
