/** Hides which face draws a character, and how characters and numbers are written in a PDF content stream. */

import { refuse } from '../platform/errors.ts'
import { unifiedHan } from '../platform/text.ts'
import { type RareSlice, sliceOf } from './rare-slices.ts'
import type { Typeface } from './typeface.ts'
import { cidOf, hex16, type Subset, startSubset } from './typeface-subset.ts'

export interface Typefaces {
  serif: Typeface
  sans: Typeface
  /** slices of the face of rare characters, in memory only once a text needs them */
  rare: Map<RareSlice, Typeface>
  loadRare: (slice: RareSlice) => Promise<Typeface>
}
/** What a layout may ask for. */
export type FaceName = 'serif' | 'sans'
export type AnyFace = FaceName | RareSlice

/** The operators written so far and the characters they need; characters that `base` has are taken from its fonts. */
export interface Ink {
  /** keeps the font names of an ink and its base apart */
  prefix: string
  operators: string[]
  /** what the first drawing did is frozen with its certificates, faults too */
  drawing: 1 | 2
  faces: Typefaces
  subsets: Partial<Record<AnyFace, Subset>>
  base: Ink | undefined
  /** characters that have a picture, and of these the ones drawn so far */
  images: ReadonlyMap<string, Uint8Array>
  pictured: string[]
}

/** One character as it is drawn: the name of its font on the page, its number there, its advance in em. */
export interface Glyph {
  font: string
  cid: number
  /** in hexadecimal, where it is not the four digits of `cid` */
  code?: string
  advance: number
}

/** Shapes of marks in an upright column, all that Unicode has (U+FE10 to U+FE44); the first drawing knew only a few. */
const FIRST_VERTICAL_FORMS = formsOf('（︵）︶(︵)︶《︽》︾—︱-︱')
const VERTICAL_FORMS = formsOf(
  '（︵）︶(︵)︶《︽》︾—︱-︱–︱｛︷｝︸〔︹〕︺【︻】︼〈︿〉﹀「﹁」﹂『﹃』﹄‘﹁’﹂“﹃”﹄［﹇］﹈，︐、︑。︒：︓；︔！︕？︖…︙',
)

/** A mark, its shape, a mark, its shape, … */
function formsOf(pairs: string): Map<string, number> {
  const signs = Array.from(pairs)
  return new Map(signs.flatMap((sign, at) => (at % 2 ? [] : [[sign, signs[at + 1]!.codePointAt(0)!] as const])))
}

export function startInk(
  faces: Typefaces,
  prefix: string,
  { drawing = 1, base, images = new Map() }: Partial<Pick<Ink, 'drawing' | 'base' | 'images'>> = {},
): Ink {
  return { prefix, operators: [], drawing, faces, subsets: {}, base, images, pictured: [] }
}

/** Composed; Kangxi radicals and compatibility ideographs as the ordinary characters; every middle dot of a name as ·. */
export function printable(text: string): string {
  return unifiedHan(text).replace(/[\u2022\u2027\u30fb\uff65]/g, '·')
}

/** The characters of a text that no face has, each once; they cannot be printed, and a name with one cannot be issued. */
export function missingCharacters(text: string, faces: Typefaces): string[] {
  const characters = new Set(printable(text).replaceAll('\n', ''))
  return [...characters].filter((character) => !faceOf(faces, character.codePointAt(0)!, 'serif'))
}

/** Brings in the slices of the face of rare characters, once for the process, that the texts cannot be printed without. */
export async function prepareFaces(
  faces: Typefaces,
  texts: (string | null)[],
  images: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<void> {
  const lacking = missingCharacters(texts.join(''), faces).filter((character) => !images.has(character))
  for (const slice of new Set(lacking.map((character) => sliceOf(character.codePointAt(0)!))))
    if (slice && !faces.rare.has(slice)) faces.rare.set(slice, await faces.loadRare(slice))
}

/** The faces that these texts are printed with and which versions they are; slices of rare characters only when needed. */
export function fontsFor(faces: Typefaces, texts: string[]): Record<string, string> {
  const used = Array.from(printable(texts.join('')), (character) => faceOf(faces, character.codePointAt(0)!, 'serif'))
  const names = new Set<AnyFace>(['serif', 'sans', ...used.filter((face) => face !== undefined)])
  return Object.fromEntries(
    [...names].map((name) => typeface(faces, name)!).map((face) => [face.postscript_name, face.version()]),
  )
}

/** The face for a character: the wanted one, else the other, else a slice of rare characters, else nothing. */
function faceOf(faces: Typefaces, codePoint: number, wanted: FaceName): AnyFace | undefined {
  if (faces[wanted].glyphOf(codePoint)) return wanted
  const other = wanted === 'serif' ? 'sans' : 'serif'
  if (faces[other].glyphOf(codePoint)) return other
  const slice = sliceOf(codePoint)
  return slice && faces.rare.get(slice)?.glyphOf(codePoint) ? slice : undefined
}

function typeface({ serif, sans, rare }: Typefaces, name: AnyFace): Typeface | undefined {
  return name === 'serif' ? serif : name === 'sans' ? sans : rare.get(name)
}

/**
 * Glyphs of a text, falling back from face to face.
 * @throws Refusal `certificate.glyph_missing` naming the character that no face has
 */
export function shape(ink: Ink, text: string, font: FaceName, vertical = false): Glyph[] {
  const forms = ink.drawing === 2 ? VERTICAL_FORMS : FIRST_VERTICAL_FORMS
  return Array.from(text, (character) => {
    if (ink.images.has(character)) return pictured(ink, character)
    const codePoint = character.codePointAt(0)!
    const form = (vertical && forms.get(character)) || codePoint
    const face = faceOf(ink.faces, form, font) ?? refuseMissing(character, text)
    const source = ink.base?.subsets[face]?.cids.has(form) ? ink.base : ink
    source.subsets[face] ??= startSubset(typeface(ink.faces, face)!)
    const subset = source.subsets[face]
    const cid = cidOf(subset, codePoint, form)
    return { font: fontName(source, face), cid, advance: subset.face.advance(subset.glyphs[cid]!) / 1000 }
  })
}

/** A character of the font of pictures, which counts from 1. */
function pictured(ink: Ink, character: string): Glyph {
  if (!ink.pictured.includes(character)) ink.pictured.push(character)
  const cid = ink.pictured.indexOf(character) + 1
  return { font: PICTURES, cid, code: cid.toString(16).padStart(2, '0'), advance: 1 }
}
/** The name of that font on the page. */
export const PICTURES = 'Pictures'

/** Two-byte strings with a font change wherever the face changes; goes between BT and ET. */
export function shown(glyphs: Glyph[], size: number): string {
  let operators = ''
  let font = ''
  for (const glyph of glyphs) {
    if (glyph.font !== font) operators += `${font && '> Tj '}/${glyph.font} ${n(size)} Tf <`
    font = glyph.font
    operators += glyph.code ?? hex16(glyph.cid)
  }
  return font && `${operators}> Tj`
}

export function fontName(ink: Ink, face: AnyFace): string {
  return `${ink.prefix}${face}`
}

export function width(glyphs: Glyph[]): number {
  return glyphs.reduce((sum, glyph) => sum + glyph.advance, 0)
}

/** A number as PDF wants it: no exponent, at most two decimals. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** `#rrggbb` as the three operands of rg and RG. */
export function rgb(colour: string): string {
  return [1, 3, 5].map((at) => n(Number.parseInt(colour.slice(at, at + 2), 16) / 255)).join(' ')
}

function refuseMissing(character: string, text: string): never {
  const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
  refuse('invalid', 'certificate.glyph_missing', {
    zh: `缺字：证书字体里没有“${character}”（${code}），“${text}”不能印出。请核对用字；字没错的，在“缺字图”上传这个字的图片，或按护照写法填拼音。`,
    en: `The certificate typefaces have no “${character}” (${code}), so “${text}” cannot be printed. Check the character; if it is right, upload a picture of it under “Glyph images”, or use the spelling of the passport.`,
  })
}
