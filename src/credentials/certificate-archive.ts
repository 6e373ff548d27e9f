/** Hides what makes the file one for the archive and for signing: colour profile, attached credential, signature field (PDF/A-3b structure). */

import { strToU8 } from 'fflate'
import { type PDFContext, PDFHexString, type PDFRef, PDFString } from 'pdf-lib'
import { deflated } from './certificate-fonts.ts'
import type { Box } from './certificate-text.ts'
import { srgbProfile } from './colour-profile.ts'
import { stream, Written } from './pdf-objects.ts'

/** How many bytes a signature (CMS) may have; `/Contents` is written with twice as many zeros. */
export const SIGNATURE_ROOM = 4096

/** Filled in place by the signer, ten digits each: where the parts around `/Contents` begin and how long they are. */
export const EMPTY_RANGE = '[0 0000000000 0000000000 0000000000]'
/** Filled in place with the signature. */
export const EMPTY_CONTENTS = `<${'0'.repeat(2 * SIGNATURE_ROOM)}>`
const [BYTE_RANGE, NO_SIGNATURE] = [new Written(strToU8(EMPTY_RANGE)), new Written(strToU8(EMPTY_CONTENTS))]
const PRINT_AND_LOCKED = 132

/** The colours are those of sRGB, whatever screen or printer shows them. */
export function outputIntent(context: PDFContext): PDFRef {
  return context.register(
    context.obj({
      Type: 'OutputIntent',
      S: 'GTS_PDFA1',
      OutputConditionIdentifier: PDFString.of('sRGB IEC61966-2.1'),
      Info: PDFString.of('sRGB IEC61966-2.1'),
      DestOutputProfile: context.register(deflated(context, srgbProfile(), { N: 3 })),
    }),
  )
}

/** The credential as a file inside the file: the same facts for machines. Its base64 would hardly pack. */
export function attachment(context: PDFContext, credential: string, day: PDFString): PDFRef {
  const bytes = strToU8(credential)
  const file = stream(context, bytes, {
    Type: 'EmbeddedFile',
    Subtype: 'application/vc+jwt',
    Params: { Size: bytes.length, ModDate: day, CreationDate: day },
  })
  const file_ref = context.register(file)
  return context.register(
    context.obj({
      Type: 'Filespec',
      F: PDFString.of(CREDENTIAL_FILE),
      UF: PDFHexString.fromText(CREDENTIAL_FILE),
      Desc: PDFHexString.fromText('可验证凭证 Verifiable Credential (VC-JWT)'),
      AFRelationship: 'Data',
      EF: { F: file_ref, UF: file_ref },
    }),
  )
}
/** The name by which it is found again. */
export const CREDENTIAL_FILE = 'credential.jwt'

/** Catalog entries that list the attached files. */
export function attached(files: PDFRef[]) {
  const names = files.flatMap((file) => [PDFString.of(CREDENTIAL_FILE), file])
  return { AF: files, Names: { EmbeddedFiles: { Names: names } } }
}

/** An empty signature over the seal; `/ByteRange` and `/Contents` are filled in place once the bytes are known. */
export function signatureField(
  context: PDFContext,
  { field, page, box, by, at }: { field: PDFRef; page: PDFRef; box: Box; by: string; at: PDFString },
): void {
  const signature = context.register(
    context.obj({
      Type: 'Sig',
      Filter: 'Adobe.PPKLite',
      SubFilter: 'ETSI.CAdES.detached',
      ByteRange: BYTE_RANGE,
      Contents: NO_SIGNATURE,
      Name: PDFHexString.fromText(by),
      Reason: PDFHexString.fromText('签发证书'),
      M: at,
    }),
  )
  // what is seen is the seal below; archives want an appearance all the same
  const appearance = context.stream('', { Type: 'XObject', Subtype: 'Form', BBox: [0, 0, box.w, box.h], Resources: {} })
  context.assign(
    field,
    context.obj({
      Type: 'Annot',
      Subtype: 'Widget',
      FT: 'Sig',
      T: PDFString.of('issuer'),
      TU: PDFHexString.fromText('签发机构电子签名'),
      V: signature,
      F: PRINT_AND_LOCKED,
      Rect: [box.x, box.y, box.x + box.w, box.y + box.h],
      P: page,
      StructParent: 1,
      AP: { N: context.register(appearance) },
    }),
  )
}
