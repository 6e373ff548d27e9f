/** Hides the PDF: the drawn certificate, its fonts, photo and description assembled into a file that is the same, byte for byte, every time. */

import { createHash } from 'node:crypto'
import { strToU8 } from 'fflate'
import { JpegEmbedder, PDFContext, PDFHexString, type PDFRef, PDFString, PDFWriter } from 'pdf-lib'
import { attached, attachment, signatureField } from './certificate-archive.ts'
import { fixedPart, tagged } from './certificate-base.ts'
import { fieldsOf } from './certificate-fields.ts'
import { deflated, embedFonts } from './certificate-fonts.ts'
import { embedGlyphImages } from './certificate-glyph-image.ts'
import { PICTURES, prepareFaces, printable, startInk, type Typefaces } from './certificate-ink.ts'
import { drawItem, isFixed, type Layout } from './certificate-layout.ts'
import { drawMarked, startMarks } from './certificate-tags.ts'
import { stream } from './pdf-objects.ts'

/** What was printed; frozen in the certificates row. */
export interface PrintedCertificate {
  /** which layout: the name of one that came with the program, or the SHA-256 of its text */
  layout: string
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
  /** SHA-256 of the JPEG; absent: without a photo */
  photo_sha256?: string
  /** SHA-256 of the PNG of each character that no typeface had */
  glyph_images?: Record<string, string>
  /** version and file of the typefaces it was printed with, by PostScript name */
  fonts?: Record<string, string>
  /** how the file is made; absent: as the first certificates were, whose bytes are frozen. 2: PDF/A-3b structure, tagged, can be signed */
  drawing?: 2
  /** the instant of signing, written into the signature (ISO, UTC); absent: the start of the day of issue */
  signed_at?: string
  /** the certificate it replaces or corrects: 原证书编号 and its day of issue */
  replaces?: { number: string; issued_on: string }
}

/** What goes into the file besides what is printed. */
export interface Extras {
  /** a JPEG, already upright and of the right size (413 × 579) */
  photo?: Uint8Array | undefined
  /** the credential as a compact VC-JWT, attached as `credential.jwt` (drawing 2) */
  credential?: string | undefined
  /** leaves room for a signature (drawing 2) */
  signed?: boolean | undefined
  /** PNG pictures of characters that no typeface has, by character (drawing 2) */
  images?: Map<string, Uint8Array> | undefined
}

const PRODUCER = 'Huyu'

/**
 * The certificate as a PDF. The same record, layout, typefaces and extras give the same bytes on every machine: no clock and no chance.
 * @throws Refusal `certificate.glyph_missing` (缺字), `certificate.text_too_long`
 */
export async function layoutPdf(
  layout: Layout,
  printed: PrintedCertificate,
  faces: Typefaces,
  extras: Extras = {},
): Promise<Uint8Array> {
  const { photo, images } = extras
  const fields = fieldsOf(printed)
  await prepareFaces(faces, Object.values(fields), images)
  const base = await fixedPart(layout, faces, { demo: printed.demo, tagged: printed.drawing === 2 })
  const context = PDFContext.create()
  for (const [ref, object] of base.objects) context.assign(ref, object)
  // a copy, because pdf-lib reads from the start of the buffer whatever part of it the photo is
  const picture = photo && (await JpegEmbedder.for(new Uint8Array(photo)))
  const archive = base.archive
  const ink = startInk(faces, 'D', { drawing: printed.drawing ?? 1, base: base.ink, ...(images && { images }) })
  const marks = startMarks(base.marks.length)
  layout.items.forEach((item, at) => {
    if (isFixed(item)) return
    if (archive) drawMarked(ink, marks, layout, at, fields, picture)
    else drawItem(ink, item, fields, picture)
  })

  const signature = extras.signed ? archive?.signature : undefined
  const tags = archive && tagged(context, base, marks.marks, signature !== undefined)
  const content = context.register(deflated(context, ink.operators.join('\n')))
  const page = archive?.page ?? context.nextRef()
  if (signature) placeSignature(context, signature, page, layout, printed)
  const pages = context.register(context.obj({ Type: 'Pages', Kids: [page], Count: 1 }))
  context.assign(
    page,
    context.obj({
      Type: 'Page',
      Parent: pages,
      MediaBox: [0, 0, layout.width, layout.height],
      Group: { S: 'Transparency', CS: 'DeviceRGB' },
      Resources: {
        Font: {
          ...base.fonts,
          ...embedFonts(context, ink),
          ...(ink.pictured.length > 0 && { [PICTURES]: embedGlyphImages(context, ink.pictured, images!) }),
        },
        ExtGState: { Multiply: { BM: 'Multiply' } },
        XObject: picture && photo ? { Photo: context.register(imageOf(context, picture, photo)) } : {},
      },
      Contents: [base.content, content],
      ...(signature && { Annots: [signature] }),
      ...(archive && { StructParents: 0, Tabs: 'S' }),
    }),
  )
  describe(context, pages, printed, { ...extras, signature, tags, intent: archive?.intent })
  return PDFWriter.forContext(context, Number.POSITIVE_INFINITY).serializeToBuffer()
}

/** As pdf-lib's own, but copied in one piece. */
function imageOf(
  context: PDFContext,
  { width, height, bitsPerComponent, colorSpace }: JpegEmbedder,
  bytes: Uint8Array,
) {
  return stream(context, bytes, {
    Type: 'XObject',
    Subtype: 'Image',
    BitsPerComponent: bitsPerComponent,
    Width: width,
    Height: height,
    ColorSpace: colorSpace,
    Filter: 'DCTDecode',
  })
}

function placeSignature(
  context: PDFContext,
  field: PDFRef,
  page: PDFRef,
  { items }: Layout,
  { issuer_name, issued_on, signed_at }: PrintedCertificate,
): void {
  const { x, y, w, h } = items.find(({ t }) => t === 'seal') ?? { x: 0, y: 0, w: 0, h: 0 }
  const at = signed_at ? `D:${signed_at.slice(0, 19).replace(/\D/g, '')}Z` : dayOf(issued_on)
  signatureField(context, { field, page, box: { x, y, w, h }, by: issuer_name, at: PDFString.of(at) })
}

function dayOf(date: string): string {
  return `D:${date.replaceAll('-', '')}000000+08'00'`
}

/** Catalog, title, dates and identifier; Info and XMP say the same, as archives require. */
function describe(
  context: PDFContext,
  pages: PDFRef,
  printed: PrintedCertificate,
  extras: Extras & Record<'signature' | 'tags' | 'intent', PDFRef | undefined>,
): void {
  const { photo, credential, signature, tags, intent } = extras
  const title = `${printable(printed.title_zh)} ${printed.number}`
  const date = PDFString.of(dayOf(printed.issued_on))
  const metadata = context.stream(strToU8(xmp(title, `${printed.issued_on}T00:00:00+08:00`, tags ? PDF_A : '')), {
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
  const archived = tags && {
    MarkInfo: { Marked: true },
    StructTreeRoot: tags,
    OutputIntents: [intent],
    ...(credential && attached([attachment(context, credential, date)])),
    ...(signature && { AcroForm: { Fields: [signature], SigFlags: 3 } }),
  }
  context.trailerInfo.Root = context.register(
    context.obj({
      Type: 'Catalog',
      Pages: pages,
      Lang: PDFString.of('zh-CN'),
      ViewerPreferences: { DisplayDocTitle: true },
      Metadata: context.register(metadata),
      ...archived,
    }),
  )
  const record = JSON.stringify(printed, Object.keys(printed).sort())
  const id = PDFHexString.of(
    createHash('sha256')
      .update(record)
      .update(photo ?? '')
      .update(credential ?? '')
      .digest('hex')
      .slice(0, 32),
  )
  context.trailerInfo.ID = context.obj([id, id])
}

/** What the archive is told: made as PDF/A-3b. */
const PDF_A = `<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>`

function xmp(title: string, date: string, archive: string): string {
  const text = title.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${text}</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>${date}</xmp:CreateDate><xmp:ModifyDate>${date}</xmp:ModifyDate><pdf:Producer>${PRODUCER}</pdf:Producer>
</rdf:Description>${archive}</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`
}
