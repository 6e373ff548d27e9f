/** Hides the shapes that are not text: frames, the guilloche, the round seal, the QR code, the place of the photo. Points, y upwards. */

import { qrRuns } from '../platform/qr.ts'
import { type Ink, n, rgb, shape, shown } from './certificate-ink.ts'
import { type Box, drawLine } from './certificate-text.ts'

interface Stroke extends Box {
  colour: string
  /** width of the line in points */
  line: number
}

/** A rectangle, its corners stepped inwards by `notch`. */
export function drawFrame(ink: Ink, { x, y, w, h, colour, line, notch }: Stroke & { notch: number }): void {
  const [right, top] = [x + w, y + h]
  const corners = [
    [x + notch, y, right - notch, y, right - notch, y + notch, right, y + notch],
    [right, top - notch, right - notch, top - notch, right - notch, top, x + notch, top],
    [x + notch, top - notch, x, top - notch, x, y + notch, x + notch, y + notch],
  ].flat()
  const path = polygon(notch > 0 ? corners : [x, y, right, y, right, top, x, top])
  ink.operators.push(`${rgb(colour)} RG ${n(line)} w 0 j ${path} s`)
}

export function drawRule(ink: Ink, { x, y, w, colour, line }: Stroke): void {
  ink.operators.push(`${rgb(colour)} RG ${n(line)} w ${n(x)} ${n(y)} m ${n(x + w)} ${n(y)} l S`)
}

/** A guilloche: one wavy ring of `petals` waves, turned `layers` times; `depth` is the height of the waves in radii. */
export function drawRosette(ink: Ink, item: Stroke & { petals: number; layers: number; depth: number }): void {
  const radius = item.w / 2
  const steps = item.petals * 4
  const point = (index: number) => {
    const angle = (2 * Math.PI * index) / steps
    const r = radius * (1 - (item.depth / 2) * (1 - Math.cos(item.petals * angle)))
    const slope = -radius * (item.depth / 2) * item.petals * Math.sin(item.petals * angle)
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    return { x: r * cos, y: r * sin, dx: slope * cos - r * sin, dy: slope * sin + r * cos }
  }
  const third = (2 * Math.PI) / steps / 3
  const ring = [`${n(radius)} 0 m`]
  for (let index = 0; index < steps; index++) {
    const [a, b] = [point(index), point(index + 1)]
    const controls = [a.x + a.dx * third, a.y + a.dy * third, b.x - b.dx * third, b.y - b.dy * third, b.x, b.y]
    ring.push(`${controls.map(n).join(' ')} c`)
  }
  const path = `${ring.join('\n')}\ns`
  ink.operators.push(
    `q ${rgb(item.colour)} RG ${n(item.line)} w 1 0 0 1 ${n(item.x + radius)} ${n(item.y + item.h / 2)} cm`,
  )
  for (let layer = 0; layer < item.layers; layer++)
    ink.operators.push(path, turn((2 * Math.PI) / item.petals / item.layers, 0, 0))
  ink.operators.push('Q')
}

/** points, 0.6 mm: tried with codes of versions 9 and 10 at 72 dpi, where 0.57 mm and 0.62 mm are not always read */
const LEAST_MODULE = 1.7

/**
 * The code fills the box; four modules of white around it are painted, whatever lies below. One with so many modules that they would
 * be finer than a screen of 72 dpi shows (a signed code) grows out of the box on all sides.
 */
export function drawQr(ink: Ink, box: Box, text: string): void {
  const { modules, runs } = qrRuns(text)
  const module = Math.max(box.w / modules, ink.drawing === 2 ? LEAST_MODULE : 0)
  const beyond = (modules * module - box.w) / 2
  const [x, y] = [box.x - beyond, box.y - beyond]
  const quiet = `1 1 1 rg -4 -4 ${modules + 8} ${modules + 8} re f 0 0 0 rg`
  if (ink.drawing === 2) {
    const mask = `BI /W ${modules} /H ${modules} /IM true /D [1 0] /F /AHx ID ${bitsOf(modules, runs)}> EI`
    const unit = `${modules} 0 0 ${modules} 0 0 cm`
    ink.operators.push(`q ${fine(module)} 0 0 ${fine(module)} ${n(x)} ${n(y)} cm ${quiet} ${unit} ${mask} Q`)
    return
  }
  const rectangles = runs.map(([column, row, length]) => `${column} ${modules - 1 - row} ${length} 1 re`).join('\n')
  ink.operators.push(`q ${fine(module)} 0 0 ${fine(module)} ${n(x)} ${n(y)} cm ${quiet} ${rectangles} f Q`)
}

/** Dark squares as ones, row by row from the top, in hexadecimal: a tenth of the rectangles. */
function bitsOf(modules: number, runs: [column: number, row: number, length: number][]): string {
  const stride = (modules + 7) >> 3
  const bits = new Uint8Array(stride * modules)
  for (const [column, row, length] of runs)
    for (let at = column; at < column + length; at++) bits[row * stride + (at >> 3)]! |= 0x80 >> (at & 7)
  return Array.from(bits, (byte) => (byte + 256).toString(16).slice(1)).join('')
}

export interface Picture {
  width: number
  height: number
}

/** The photo /Photo cut to the box from its middle, or the box with its label when there is no photo. */
export function drawPhoto(ink: Ink, item: Box & { v: string }, photo: Picture | undefined): void {
  const { x, y, w, h } = item
  const box = `${n(x)} ${n(y)} ${n(w)} ${n(h)} re`
  if (photo) {
    const scale = Math.max(w / photo.width, h / photo.height)
    const [wide, high] = [photo.width * scale, photo.height * scale]
    const place = `${n(wide)} 0 0 ${n(high)} ${n(x + (w - wide) / 2)} ${n(y + (h - high) / 2)}`
    ink.operators.push(`q ${box} W n ${place} cm /Photo Do Q`)
    return
  }
  const [grey, pale] = ['#b9b4ae', '#faf8f5']
  ink.operators.push(`q ${rgb(grey)} RG ${rgb(pale)} rg 0.5 w [3 2] 0 d ${box} B Q`)
  const style = { font: 'sans', size: 11, min: 5, colour: grey, align: 'center', spacing: 0.4, bold: 0 } as const
  drawLine(ink, { ...style, x, y, w, h }, item.v)
}

/** A round seal laid over the text (Multiply): ring, star, `text` along the arc, `bottom` below. Decoration; the signature is what binds. */
export function drawSeal(ink: Ink, seal: Stroke & { bottom: string }, text: string): void {
  const d = seal.w
  const [x, y] = [seal.x + d / 2, seal.y + seal.h / 2]
  ink.operators.push(`q /Multiply gs ${rgb(seal.colour)} RG ${rgb(seal.colour)} rg ${n(seal.line)} w`)
  ink.operators.push(circle(x, y, (d - seal.line) / 2), 'S', star(x, y + 0.015 * d, 0.155 * d), 'f')
  drawArc(ink, text, x, y, d)
  const style = {
    font: 'serif',
    size: 0.082 * d,
    min: 2,
    colour: seal.colour,
    align: 'center',
    spacing: 0.06,
    bold: 0,
  } as const
  drawLine(ink, { ...style, x: x - 0.3 * d, y: y - 0.34 * d, w: 0.6 * d, h: 0.1 * d }, seal.bottom)
  ink.operators.push('Q')
}

function drawArc(ink: Ink, text: string, x: number, y: number, d: number): void {
  const glyphs = shape(ink, text, 'serif')
  const gaps = Math.max(1, glyphs.length - 1)
  const middle = 0.385 * d
  const span = (250 / 180) * Math.PI
  const narrowest = 0.55
  const size = Math.min(0.14 * d, (span * middle) / gaps / narrowest)
  const step = Math.min(span / gaps, (1.05 * size) / middle)
  const condensed = Math.min(0.78, (step * (middle - size / 2)) / size)
  const baseline = middle - 0.38 * size
  ink.operators.push('BT 0 Tc')
  glyphs.forEach((glyph, index) => {
    const angle = (index - (glyphs.length - 1) / 2) * step
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
    const half = (glyph.advance * size * condensed) / 2
    const at = [x + baseline * sin - half * cos, y + baseline * cos + half * sin]
    const matrix = [condensed * cos, -condensed * sin, sin, cos].map(fine).join(' ')
    ink.operators.push(`${matrix} ${at.map(n).join(' ')} Tm ${shown([glyph], size)}`)
  })
  ink.operators.push('ET')
}

function circle(x: number, y: number, r: number): string {
  const k = 0.5523 * r
  const arcs = [
    [x + r, y + k, x + k, y + r, x, y + r],
    [x - k, y + r, x - r, y + k, x - r, y],
    [x - r, y - k, x - k, y - r, x, y - r],
    [x + k, y - r, x + r, y - k, x + r, y],
  ]
  return `${n(x + r)} ${n(y)} m ${arcs.map((arc) => `${arc.map(n).join(' ')} c`).join(' ')} h`
}

function star(x: number, y: number, r: number): string {
  const points = Array.from({ length: 10 }, (_, index) => {
    const radius = index % 2 === 0 ? r : r * 0.382
    const angle = (index * Math.PI) / 5
    return [x + radius * Math.sin(angle), y + radius * Math.cos(angle)]
  })
  return polygon(points.flat())
}

function polygon(points: number[]): string {
  let path = ''
  for (let index = 0; index < points.length; index += 2)
    path += `${n(points[index]!)} ${n(points[index + 1]!)} ${index === 0 ? 'm' : 'l'} `
  return path
}

/** Moves the origin and turns the axes. */
export function turn(angle: number, x: number, y: number): string {
  const [sin, cos] = [fine(Math.sin(angle)), fine(Math.cos(angle))]
  return `${cos} ${sin} ${fine(-Math.sin(angle))} ${cos} ${n(x)} ${n(y)} cm`
}

/** Factors need more decimals than lengths do. */
function fine(value: number): string {
  return String(Math.round(value * 1e5) / 1e5)
}
