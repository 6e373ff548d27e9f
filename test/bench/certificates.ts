/** Hides how certificate drawing is measured: the same records by our own subsetter and by pdf-lib with a fontkit font parsed once. */

import { create, type FontkitFont } from 'fontkit'
import { PDFDocument, type PDFFont, rgb } from 'pdf-lib'
import { type Layout, parseLayout, textOf } from '../../src/credentials/certificate-layout.ts'
import { fieldsOf, type PrintedCertificate } from '../../src/credentials/certificate-pdf.ts'
import { nodeAssets } from '../../src/platform/node-assets.ts'
import { qrRuns } from '../../src/platform/qr.ts'
import skillLevel from '../../templates/certificates/skill-level-1.json' with { type: 'json' }
import { certificatePdf, loadTypefaces, printed } from '../support/certificates.ts'

const COUNT = 200
const RED = rgb(0.61, 0.11, 0.13)
const CHARACTERS = Array.from(
  '王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧𬱖䶮㛃喆龘秀英伟芳娜敏静丽强磊军洋勇艳杰娟涛明超',
)

interface CertificateBench {
  certificates_per_cpu_second: number
  fontkit_cached_per_cpu_second: number
  ratio: number
}

/** Draws 200 certificates each way, one after the other in this process, and compares processor time. */
export async function benchCertificates(): Promise<CertificateBench> {
  const faces = await loadTypefaces()
  const ours = await perCpuSecond((record) => certificatePdf(record, faces))
  const fonts = { serif: cached(await nodeAssets('serif.ttf')), sans: cached(await nodeAssets('sans.ttf')) }
  const layout = parseLayout(skillLevel)
  const theirs = await perCpuSecond((record) => fontkitPdf(layout, record, fonts))
  return {
    certificates_per_cpu_second: Math.round(ours),
    fontkit_cached_per_cpu_second: Math.round(theirs),
    ratio: Math.round((10 * ours) / theirs) / 10,
  }
}

async function perCpuSecond(draw: (record: PrintedCertificate) => Promise<Uint8Array>): Promise<number> {
  for (let index = 0; index < 20; index++) await draw(record(index))
  const start = process.cpuUsage()
  for (let index = 0; index < COUNT; index++) await draw(record(index))
  const { user, system } = process.cpuUsage(start)
  return (COUNT * 1e6) / (user + system)
}

function record(index: number): PrintedCertificate {
  const character = (step: number) => CHARACTERS[(index * step + step) % CHARACTERS.length]!
  return printed({
    number: `S000133010001263${String(index).padStart(6, '0')}`,
    holder_name: character(1) + character(7) + character(11),
    theory: String(60 + (index % 40)),
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
  for (const item of layout.items) {
    const { x, y } = item
    if (item.t === 'qr') {
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
