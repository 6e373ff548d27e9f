/** Hides the PDF: the drawn certificate, its fonts, photo and description assembled into a file that is the same, byte for byte, every time. */

import { createHash } from 'node:crypto'
import { strToU8 } from 'fflate'
import { JpegEmbedder, PDFContext, PDFHexString, type PDFObject, type PDFRef, PDFString, PDFWriter } from 'pdf-lib'
import award from '../../templates/certificates/award-1.json' with { type: 'json' }
import completion from '../../templates/certificates/completion-1.json' with { type: 'json' }
import skillLevel from '../../templates/certificates/skill-level-1.json' with { type: 'json' }
import { deflated, embedFonts } from './certificate-fonts.ts'
import { faceOf, type Ink, printable, shape, startInk, type Typefaces } from './certificate-ink.ts'
import { drawItem, type Fields, isFixed, type Layout, parseLayout } from './certificate-layout.ts'

/** What was printed; frozen in the certificates row. */
export interface PrintedCertificate {
  layout: keyof typeof LAYOUTS
  number: string
  title_zh: string
  holder_name: string
  sex_zh: string | null
  id_type_zh: string
  id_number_masked: string
  occupation_name: string
  /** '--' when there is none: the standard wants the place never empty */
  job_type: string
  level: number | null
  /** '三级/高级工' */
  level_zh: string | null
  theory: string | null
  practical: string | null
  issuer_name: string
  /** YYYY-MM-DD */
  issued_on: string
  /** goes into the QR code */
  verify_url: string
  body_zh: string | null
  /** prints 演示 across the page */
  demo: boolean
  /** the certificate it replaces or corrects: 原证书编号 and its day of issue */
  replaces?: { number: string; issued_on: string }
}

/** By name and version: once a certificate was issued in a version, its file is frozen and a change is a new version. */
const LAYOUTS = {
  'skill-level-1': parseLayout(skillLevel),
  'completion-1': parseLayout(completion),
  'award-1': parseLayout(award),
}
const PRODUCER = 'Huyu'

/**
 * The certificate as a PDF. The same record, typefaces and photo give the same bytes on every machine: no clock and no chance.
 * @param photo a JPEG, already upright and of the right size (413 × 579)
 * @throws Refusal `certificate.glyph_missing` (缺字), `certificate.text_too_long`
 */
export function certificatePdf(printed: PrintedCertificate, faces: Typefaces, photo?: Uint8Array): Promise<Uint8Array> {
  return layoutPdf(LAYOUTS[printed.layout], printed, faces, photo)
}

/** The characters of a text that no face has, each once; they cannot be printed, and a name with one cannot be issued. */
export function missingCharacters(text: string, faces: Typefaces): string[] {
  const characters = new Set(printable(text).replaceAll('\n', ''))
  return [...characters].filter((character) => !faceOf(faces, character.codePointAt(0)!, 'serif'))
}

/** As {@link certificatePdf}, in a layout that is still being designed. */
export async function layoutPdf(
  layout: Layout,
  printed: PrintedCertificate,
  faces: Typefaces,
  photo?: Uint8Array,
): Promise<Uint8Array> {
  const base = fixedPart(layout, printed.demo, faces)
  const context = PDFContext.create()
  for (const [ref, object] of base.objects) context.assign(ref, object)
  // a copy, because pdf-lib reads from the start of the buffer whatever part of it the photo is
  const picture = photo && (await JpegEmbedder.for(new Uint8Array(photo)))
  const ink = startInk(faces, 'D', base.ink)
  const fields = fieldsOf(printed)
  for (const item of layout.items) if (!isFixed(item)) drawItem(ink, item, fields, picture)

  const content = context.register(deflated(context, ink.operators.join('\n')))
  const page = context.nextRef()
  const pages = context.register(context.obj({ Type: 'Pages', Kids: [page], Count: 1 }))
  context.assign(
    page,
    context.obj({
      Type: 'Page',
      Parent: pages,
      MediaBox: [0, 0, layout.width, layout.height],
      Group: { S: 'Transparency', CS: 'DeviceRGB' },
      Resources: {
        Font: { ...base.fonts, ...embedFonts(context, ink) },
        ExtGState: { Multiply: { BM: 'Multiply' } },
        XObject: picture ? { Photo: await picture.embedIntoContext(context) } : {},
      },
      Contents: [base.content, content],
    }),
  )
  describe(context, pages, printed, photo)
  return PDFWriter.forContext(context, Number.POSITIVE_INFINITY).serializeToBuffer()
}

interface FixedPart {
  objects: [PDFRef, PDFObject][]
  ink: Ink
  content: PDFRef
  fonts: Record<string, PDFRef>
}
const fixedParts = new WeakMap<Typefaces, WeakMap<Layout, FixedPart[]>>()

/** Labels, frames and their fonts: drawn and deflated once for all certificates of a layout, as long as `faces` lives. */
function fixedPart(layout: Layout, demo: boolean, faces: Typefaces): FixedPart {
  const layouts = fixedParts.get(faces) ?? new WeakMap<Layout, FixedPart[]>()
  fixedParts.set(faces, layouts)
  const parts = layouts.get(layout) ?? []
  layouts.set(layout, parts)
  parts[Number(demo)] ??= drawFixedPart(layout, demo, faces)
  return parts[Number(demo)]!
}

function drawFixedPart(layout: Layout, demo: boolean, faces: Typefaces): FixedPart {
  const context = PDFContext.create()
  const ink = startInk(faces, 'S')
  for (const item of layout.items)
    if (isFixed(item) && (demo || item.t !== 'watermark')) drawItem(ink, item, undefined, undefined)
  shape(ink, layout.common.serif, 'serif')
  shape(ink, layout.common.sans, 'sans')
  const content = context.register(deflated(context, ink.operators.join('\n')))
  const fonts = embedFonts(context, ink)
  return { objects: context.enumerateIndirectObjects(), ink, content, fonts }
}

export function fieldsOf(printed: PrintedCertificate): Fields {
  const [year, month, day] = printed.issued_on.split('-').map(Number)
  const { number, title_zh, holder_name, sex_zh, id_type_zh, id_number_masked, occupation_name, job_type } = printed
  const { level_zh, theory, practical, issuer_name, verify_url, body_zh } = printed
  return {
    number,
    title_zh: printable(title_zh),
    holder_name: printable(holder_name),
    sex_zh,
    id_type_zh: printable(id_type_zh),
    id_number_masked,
    occupation_name: printable(occupation_name),
    job_type: printable(job_type),
    level_zh,
    theory,
    practical,
    issuer_name: printable(issuer_name),
    issued_on_zh: `${year}年${month}月${day}日`,
    verify_url,
    verify_site: new URL(verify_url).host,
    body_zh: body_zh && printable(body_zh),
  }
}

/** Catalog, title, dates and identifier; Info and XMP say the same, as archives require. */
function describe(
  context: PDFContext,
  pages: PDFRef,
  printed: PrintedCertificate,
  photo: Uint8Array | undefined,
): void {
  const title = `${printable(printed.title_zh)} ${printed.number}`
  const date = PDFString.of(`D:${printed.issued_on.replaceAll('-', '')}000000+08'00'`)
  const metadata = context.stream(strToU8(xmp(title, `${printed.issued_on}T00:00:00+08:00`)), {
    Type: 'Metadata',
    Subtype: 'XML',
  })
  context.trailerInfo.Info = context.register(
    context.obj({
      Title: PDFHexString.fromText(title),
      Producer: PDFString.of(PRODUCER),
      CreationDate: date,
      ModDate: date,
    }),
  )
  context.trailerInfo.Root = context.register(
    context.obj({
      Type: 'Catalog',
      Pages: pages,
      Lang: PDFString.of('zh-CN'),
      ViewerPreferences: { DisplayDocTitle: true },
      Metadata: context.register(metadata),
    }),
  )
  const record = JSON.stringify(printed, Object.keys(printed).sort())
  const id = PDFHexString.of(
    createHash('sha256')
      .update(record)
      .update(photo ?? '')
      .digest('hex')
      .slice(0, 32),
  )
  context.trailerInfo.ID = context.obj([id, id])
}

function xmp(title: string, date: string): string {
  const text = title.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${text}</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>${date}</xmp:CreateDate><xmp:ModifyDate>${date}</xmp:ModifyDate><pdf:Producer>${PRODUCER}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`
}
