/** Hides the least that a certificate can cost: the same page written as bytes by hand, texts where their boxes begin, nothing fitted, wrapped or tagged. */

import { zlibSync } from 'fflate'
import { fixedPart } from '../../src/credentials/certificate-base.ts'
import { fieldsOf } from '../../src/credentials/certificate-fields.ts'
import type { Typefaces } from '../../src/credentials/certificate-ink.ts'
import { isFixed, type Layout, textOf } from '../../src/credentials/certificate-layout.ts'
import type { Extras, PrintedCertificate } from '../../src/credentials/certificate-pdf.ts'
import {
  cidOf,
  hex16,
  startSubset,
  subsetFont,
  subsetWidths,
  toUnicode,
} from '../../src/credentials/typeface-subset.ts'
import { qrRuns } from '../../src/platform/qr.ts'

/** A writer of one layout's certificates; what they share, the fixed content, its fonts and the colour profile, is bytes from the start. */
export async function writeByHand(
  layout: Layout,
  faces: Typefaces,
): Promise<(record: PrintedCertificate, extras: Extras) => Buffer> {
  const base = await fixedPart(layout, faces, { demo: false, tagged: true })
  const shared = base.objects.map(([ref, object]) => {
    const body = Buffer.alloc(object.sizeInBytes())
    object.copyBytesInto(body, 0)
    return [ref.objectNumber, body] as const
  })
  const start = Buffer.concat([
    Buffer.from('%PDF-1.7\n%\x81\x81\x81\x81\n', 'latin1'),
    ...shared.flatMap(([number, body]) => [Buffer.from(`${number} 0 obj\n`), body, Buffer.from('\nendobj\n')]),
  ])
  const offsets = shared.map(([number]) => [number, start.indexOf(`${number} 0 obj\n`)] as const)
  const fonts = Object.entries(base.fonts).map(([name, ref]) => `/${name} ${ref}`)
  const first = base.archive!.last + 1
  const cids = { serif: base.ink.subsets.serif!.cids, sans: base.ink.subsets.sans!.cids }

  return (record, { photo, credential }) => {
    const fields = fieldsOf(record)
    const subset = startSubset(faces.serif)
    const hex = (text: string, font: 'serif' | 'sans') => {
      let operators = ''
      let last = ''
      for (const character of text) {
        const code = character.codePointAt(0)!
        const known = cids[font].get(code)
        const name = known === undefined ? 'Dserif' : `S${font}`
        if (name !== last) operators += `${last && '> Tj'} /${name} 12 Tf <`
        last = name
        operators += hex16(known ?? cidOf(subset, code))
      }
      return `${operators}> Tj`
    }
    let content = ''
    for (const item of layout.items) {
      if (isFixed(item)) continue
      if (item.t === 'photo') content += `q ${item.w} 0 0 ${item.h} ${item.x} ${item.y} cm /Photo Do Q\n`
      else if (item.t === 'qr') {
        const { modules, runs } = qrRuns(textOf(item, fields))
        const stride = (modules + 7) >> 3
        const bits = Buffer.alloc(stride * modules)
        for (const [column, row, length] of runs)
          for (let x = column; x < column + length; x++) bits[row * stride + (x >> 3)]! |= 128 >> (x & 7)
        content += `q ${item.w} 0 0 ${item.h} ${item.x} ${item.y} cm BI /W ${modules} /H ${modules} /IM true /D [1 0] /F /AHx ID ${bits.toString('hex')}> EI Q\n`
      } else if (item.t === 'seal') content += `q 1 0 0 RG ${item.x} ${item.y} ${item.w} ${item.h} re S Q\n`
      if ('v' in item && item.t !== 'qr' && item.t !== 'photo')
        content += `BT ${item.x} ${item.y} Td ${hex(textOf(item, fields), 'font' in item ? item.font : 'serif')} ET\n`
    }
    const file = subsetFont(subset)
    const stream = (bytes: Uint8Array, dict = '') => [
      `<</Length ${bytes.length}${dict}>>\nstream\n`,
      bytes,
      '\nendstream',
    ]
    const name = 'HYDAAA+NotoSerifSC-Regular'
    const title = Buffer.from(`\ufeff${record.title_zh} ${record.number}`, 'utf16le').swap16().toString('hex')
    const objects: (string | Uint8Array)[][] = [
      stream(zlibSync(Buffer.from(content), { level: 6 }), '/Filter/FlateDecode'),
      stream(file, `/Length1 ${file.length}`),
      [
        `<</Type/FontDescriptor/FontName/${name}/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 700/StemV 80/FontFile2 ${first + 1} 0 R>>`,
      ],
      [
        `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity/FontDescriptor ${first + 2} 0 R/W[0[${subsetWidths(subset).join(' ')}]]>>`,
      ],
      stream(Buffer.from(toUnicode(subset))),
      [
        `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts[${first + 3} 0 R]/ToUnicode ${first + 4} 0 R>>`,
      ],
      stream(
        photo!,
        '/Type/XObject/Subtype/Image/Width 413/Height 579/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode',
      ),
      [
        `<</Type/Page/Parent ${first + 8} 0 R/MediaBox[0 0 ${layout.width} ${layout.height}]/Contents[${base.content} ${first} 0 R]/Resources<</Font<<${fonts.join('')}/Dserif ${first + 5} 0 R>>/XObject<</Photo ${first + 6} 0 R>>>>/Annots[${first + 14} 0 R]>>`,
      ],
      [`<</Type/Pages/Kids[${first + 7} 0 R]/Count 1>>`],
      [`<</Title<${title}>/Producer(Huyu)>>`],
      stream(
        Buffer.from(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${record.number}${' '.repeat(900)}</x:xmpmeta>`),
        '/Type/Metadata/Subtype/XML',
      ),
      stream(Buffer.from(credential!), '/Type/EmbeddedFile'),
      [`<</Type/Filespec/F(credential.jwt)/EF<</F ${first + 11} 0 R>>/AFRelationship/Data>>`],
      [`<</Type/Sig/ByteRange[0 0000000000 0000000000 0000000000]/Contents<`, NO_SIGNATURE, '>>>'],
      [`<</Type/Annot/Subtype/Widget/FT/Sig/T(issuer)/V ${first + 13} 0 R/F 132/Rect[0 0 0 0]/P ${first + 7} 0 R>>`],
      [
        `<</Type/Catalog/Pages ${first + 8} 0 R/Metadata ${first + 10} 0 R/OutputIntents[${base.archive!.intent}]/AF[${first + 12} 0 R]/AcroForm<</Fields[${first + 14} 0 R]/SigFlags 3>>>>`,
      ],
    ]
    const parts: Uint8Array[] = [start]
    const xref = new Map(offsets)
    let length = start.length
    const put = (part: string | Uint8Array) => {
      const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part
      length += bytes.length
      parts.push(bytes)
    }
    objects.forEach((object, index) => {
      xref.set(first + index, length)
      put(`${first + index} 0 obj\n`)
      object.forEach(put)
      put('\nendobj\n')
    })
    const size = first + objects.length
    const rows = Array.from({ length: size }, (_, number) => {
      const offset = xref.get(number)
      return offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`
    })
    const at = length
    put(
      `xref\n0 ${size}\n${rows.join('')}trailer\n<</Size ${size}/Root ${size - 1} 0 R/Info ${first + 9} 0 R>>\nstartxref\n${at}\n%%EOF\n`,
    )
    return Buffer.concat(parts)
  }
}

const NO_SIGNATURE = Buffer.alloc(8192, '0')
