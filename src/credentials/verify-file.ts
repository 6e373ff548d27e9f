/** What is presented against what was issued: a file is compared by its digest, then by what its signature and its proofs say. It is read in memory and kept nowhere. */
import { sha256Hex } from '../platform/bytes.ts'
import { localDate } from '../platform/calendar.ts'
import { refuse } from '../platform/errors.ts'
import { type ProofVerdict, readJws } from './jws.ts'
import type { ToldRow } from './look-ups.ts'
import { unpacksWithin } from './pdf-guard.ts'
import { type PdfProofs, proofsIn } from './pdf-proofs.ts'
import { verifyPdfSignature } from './pdf-signature.ts'
import { checkPdf, type ProofReport } from './proof-check.ts'
import { listVerifyingKeys } from './public-keys.ts'
import { type Asking, limitLookUps, type Verdict, verdictOf } from './verify.ts'

/** A certificate takes some 60 to 200 KB. */
export const FILE_BYTES = 2 * 2 ** 20
/** what a file may unpack to before anybody reads what it says */
const UNPACKED_BYTES = 16 * 2 ** 20

export interface FileVerdict {
  sha256: string
  /** the file as issued to the byte; one that was, and was changed; not one of this register */
  file: 'original' | 'changed' | 'unknown'
  /** of the certificate the file is or claims to be; its contents only for a file that proves who holds it */
  certificate: Verdict | null
  /** of a changed file what each proof is worth by itself */
  proofs: ProofReport['proofs']
  /** in which facts the file differs from the register, or from itself */
  differing: string[]
}

/** Refuses `file.not_pdf`, `file.too_large` (2 MB), `rate.limited`. */
export async function verifyPresented(asking: Asking, address: string, pdf: Uint8Array): Promise<FileVerdict> {
  await limitLookUps(asking, address)
  if (pdf.length > FILE_BYTES) refuseLarge()
  if (new TextDecoder('latin1').decode(pdf.subarray(0, 1024)).indexOf('%PDF-') < 0)
    refuse('invalid', 'file.not_pdf', {
      zh: '这不是 PDF 文件。请选择证书的 PDF 原件；照片和扫描件请改用证书编号或二维码查验。',
      en: 'This is no PDF. Choose the PDF as it was issued; of a photo or a scan use the number or the QR code.',
    })
  const { db, lookUps, now } = asking
  const today = localDate(now)
  const sha256 = await sha256Hex(pdf)
  const issued = await lookUps.told(today, 'pdf_sha256', sha256)
  if (issued) {
    const { signed, intact } = await verifyPdfSignature(pdf)
    const signature: ProofVerdict = signed ? (intact ? 'valid' : 'altered') : 'missing'
    const certificate = verdictOf(now, issued.number, issued, null, true)
    return { sha256, file: 'original', certificate, proofs: { signature }, differing: [] }
  }
  if (!unpacksWithin(pdf, UNPACKED_BYTES)) return { sha256, ...UNREAD }
  const keys = await listVerifyingKeys(db)
  const found = await proofsIn(pdf)
  const { row, holds } = await claimed(asking, found, today)
  const known = row ? { holder_name: row.holder_name, id_last_four: row.id_number_masked.slice(-4) } : {}
  const report = await checkPdf(pdf, keys, today, known, found)
  const certificate = row ? verdictOf(now, row.number, row, null, holds || provenBy(report, row)) : null
  const differing = row ? [...new Set([...report.differing, ...differences(report, row)])] : report.differing
  return { sha256, file: certificate ? 'changed' : 'unknown', certificate, proofs: report.proofs, differing }
}

const UNREAD = { file: 'unknown' as const, certificate: null, proofs: {}, differing: [] }

export function refuseLarge(): never {
  refuse('too_large', 'file.too_large', {
    zh: '文件超过 2 MB，不会是证书原件。请选择签发时的 PDF。',
    en: 'The file is larger than 2 MB, which no certificate is. Choose the PDF as it was issued.',
  })
}

/** The certificate a file says it is: by the token in its code, which whoever has holds it, else by the number in its credential, which anybody can write. */
async function claimed(
  { lookUps }: Asking,
  { address, credential }: PdfProofs,
  today: string,
): Promise<{ row?: ToldRow | undefined; holds: boolean }> {
  const token = /\/v\/([\w-]{22,})/.exec(address ?? '')?.[1]
  const held = token && (await lookUps.told(today, 'token', token))
  if (held) return { row: held, holds: true }
  const { payload } = credential ? await readJws(credential, []) : { payload: null }
  const number = (payload?.credentialSubject as { licenseNumber?: unknown } | undefined)?.licenseNumber
  const row = typeof number === 'string' ? await lookUps.told(today, 'number', number) : undefined
  return { row, holds: false }
}

/** A proof that holds and says this number was made by the issuer for whoever holds it. */
function provenBy({ facts }: ProofReport, row: ToldRow): boolean {
  return facts?.number === row.number
}

function differences({ facts }: ProofReport, row: ToldRow): string[] {
  if (!facts) return []
  return (['kind', 'number', 'level', 'issued_on', 'valid_until'] as const).filter((name) => facts[name] !== row[name])
}
