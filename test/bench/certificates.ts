/** Hides how certificate drawing is measured: the same records, with photo, QR code and seal, by us, by pdf-lib with a fontkit font parsed once, and as bytes written by hand. */

import { create, type FontkitFont } from 'fontkit'
import { PDFDocument, type PDFFont, rgb } from 'pdf-lib'
import { fieldsOf } from '../../src/credentials/certificate-fields.ts'
import { type Layout, parseLayout, textOf } from '../../src/credentials/certificate-layout.ts'
import type { PrintedCertificate } from '../../src/credentials/certificate-pdf.ts'
import { nodeAssets } from '../../src/platform/node-assets.ts'
import { qrRuns } from '../../src/platform/qr.ts'
import skillLevel from '../../templates/certificates/skill-level-1.json' with { type: 'json' }
import { certificatePdf, loadTypefaces, printed } from '../support/certificates.ts'
import { jpeg } from '../support/pictures.ts'
import { writeByHand } from './certificate-floor.ts'

const COUNT = 100
const ROUNDS = 5
/** Of the size that a portrait of 413 × 579 has: 17 KB, most of it a comment. */
const PHOTO = new Uint8Array(
  jpeg(413, 579, { more: [Buffer.concat([Buffer.from([0xff, 0xfe, 0x3c, 0x00]), Buffer.alloc(0x3bfe)])] }),
)
const CREDENTIAL = `eyJhbGciOiJFUzI1NiJ9.${'eyJ2YyI6e319'.repeat(150)}.c2ln`
const RED = rgb(0.61, 0.11, 0.13)
const CHARACTERS = Array.from(
  '王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧𬱖䶮㛃喆龘秀英伟芳娜敏静丽强磊军洋勇艳杰娟涛明超',
)

interface CertificateBench {
  /** PDF/A-3b structure, tagged, credential attached, room for the signature */
  certificates_per_cpu_second: number
  /** without tags, attachment and room */
  fontkit_cached_per_cpu_second: number
  ratio: number
  by_hand_per_cpu_second: number
  /** how many times the bytes written by hand are faster */
  by_hand_ratio: number
}

/** Draws 5 × 100 certificates each way, taking turns in this process, and compares the medians of processor time. */
export async function benchCertificates(): Promise<CertificateBench> {
  const faces = await loadTypefaces()
  const fonts = { serif: cached(await nodeAssets('serif.ttf')), sans: cached(await nodeAssets('sans.ttf')) }
  const layout = parseLayout(skillLevel)
  const extras = { photo: PHOTO, credential: CREDENTIAL, signed: true }
  const byHand = await writeByHand(layout, faces)
  const [ours, theirs, floor] = await perCpuSecond([
    (record) => certificatePdf(record, faces, extras),
    (record) => fontkitPdf(layout, record, fonts),
    (record) => byHand(record, extras),
  ])
  return {
    certificates_per_cpu_second: Math.round(ours!),
    fontkit_cached_per_cpu_second: Math.round(theirs!),
    ratio: Math.round((10 * ours!) / theirs!) / 10,
    by_hand_per_cpu_second: Math.round(floor!),
    by_hand_ratio: Math.round((10 * floor!) / ours!) / 10,
  }
}

type Draw = (record: PrintedCertificate) => Promise<Uint8Array> | Uint8Array

async function perCpuSecond(ways: Draw[]): Promise<number[]> {
  const rates: number[][] = ways.map(() => [])
  for (let round = 0; round <= ROUNDS; round++)
    for (const [index, draw] of ways.entries()) {
      const start = process.cpuUsage()
      for (let number = 0; number < COUNT; number++) await draw(record(round * COUNT + number))
      const { user, system } = process.cpuUsage(start)
      if (round > 0) rates[index]!.push((COUNT * 1e6) / (user + system)) // the first warms up
    }
  return rates.map((all) => all.toSorted((a, b) => a - b)[ROUNDS >> 1]!)
}

function record(index: number): PrintedCertificate {
  const character = (step: number) => CHARACTERS[(index * step + step) % CHARACTERS.length]!
  return printed({
    number: `S000133010001263${String(index).padStart(6, '0')}`,
    holder_name: character(1) + character(7) + character(11),
    theory: String(60 + (index % 40)),
    drawing: 2,
    verify_url: `https://huyu.example.cn/v/5r3Kx0pQ7mZt8YwLb2${String(index).padStart(6, '0')}#c2lnbmVkLWRpZ2VzdC1vZi10aGU`,
  })
}

/** The same texts and code on a pdf-lib page; wrapping, column, arc and ornaments are left out, in the peer's favour. */
async function fontkitPdf(
  layout: Layout,
  record: PrintedCertificate,
  fonts: Record<'serif' | 'sans', FontkitFont>,
): Promise<Uint8Array> {
  const document = await PDFDocument.create()
  const page = document.addPage([layout.width, layout.height])
  const embedded: Record<string, PDFFont> = {}
  for (const [name, font] of Object.entries(fonts)) {
    document.registerFontkit({ create: () => font } as unknown as Parameters<PDFDocument['registerFontkit']>[0])
    embedded[name] = await document.embedFont(new Uint8Array(), { subset: true })
  }
  const fields = fieldsOf(record)
  const photo = await document.embedJpg(PHOTO)
  for (const item of layout.items) {
    const { x, y } = item
    if (item.t === 'photo') page.drawImage(photo, { x, y, width: item.w, height: item.h })
    else if (item.t === 'seal') {
      page.drawCircle({
        x: x + item.w / 2,
        y: y + item.w / 2,
        size: item.w / 2,
        borderWidth: item.line,
        borderColor: RED,
      })
      page.drawText(textOf(item, fields), { x, y, font: embedded.serif!, size: 12 })
    } else if (item.t === 'qr') {
      const { modules, runs } = qrRuns(textOf(item, fields))
      const path = runs.map(([column, row, length]) => `M${column} ${row}h${length}v1h-${length}z`).join('')
      page.drawSvgPath(path, { x, y: y + item.h, scale: item.w / modules, color: rgb(0, 0, 0) })
    } else if ('v' in item && item.t !== 'watermark') {
      const [font, size] = 'font' in item ? [embedded[item.font]!, item.size] : [embedded.serif!, 12]
      page.drawText(textOf(item, fields), { x, y, font, size })
    } else if (item.t === 'frame')
      page.drawRectangle({ x, y, width: item.w, height: item.h, borderWidth: item.line, borderColor: RED })
  }
  return document.save()
}

/** fontkit 2 can encode a subset at once; pdf-lib asks for the stream of fontkit 1. */
function cached(bytes: Uint8Array): FontkitFont {
  const font = create(bytes)
  const createSubset = font.createSubset.bind(font)
  font.createSubset = () => {
    const subset = createSubset()
    subset.encodeStream = () => {
      const handlers: { data?: (bytes: Uint8Array) => void; end?: () => void } = {}
      const stream = {
        on: (event: 'data' | 'end', handler: () => void) => {
          handlers[event] = handler
          return stream
        },
      }
      queueMicrotask(() => {
        handlers.data?.(subset.encode())
        handlers.end?.()
      })
      return stream
    }
    return subset
  }
  return font
}
