/** Programs of others find nothing wrong with our files: qpdf in their structure, zbar in their codes. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Typefaces } from '../../src/credentials/certificate-ink.ts'
import type { PrintedCertificate } from '../../src/credentials/certificate-pdf.ts'
import type { Signer } from '../../src/credentials/signer.ts'
import { LAYOUTS, loadTypefaces } from '../support/certificates.ts'
import { qrText, rasterise } from '../support/pdf.ts'
import { newKeys, signedPdf, signerOf, VERIFY_URL } from '../support/signed.ts'
import { qpdfCheck, zbarTexts } from '../support/verifiers.ts'

const CERTIFICATES: [string, Partial<PrintedCertificate>][] = [
  ...Object.keys(LAYOUTS).map((layout): [string, Partial<PrintedCertificate>] => [layout, { layout }]),
  [
    'skill-level-2 that replaces another',
    { layout: 'skill-level-2', replaces: { number: 'S000133010001253000004', issued_on: '2025-05-25' } },
  ],
]

let faces: Typefaces
let signer: Signer
beforeAll(async () => {
  faces = await loadTypefaces()
  signer = await signerOf(await newKeys())
})
const signed = (changes: Partial<PrintedCertificate>) =>
  signedPdf({ body_zh: '学员参加培训，完成规定学时，准予结业。', ...changes }, faces, signer)

describe('qpdf --check', () => {
  test.each(CERTIFICATES)('has no error and no warning about a signed %s', async (_, changes) => {
    const { code, lines } = await qpdfCheck(await signed(changes))
    expect(lines.join('\n')).toContain('No syntax or stream encoding errors found')
    expect(lines.join('\n')).not.toMatch(/WARNING|ERROR/)
    expect(code).toBe(0)
  })

  test('sees what is wrong: an object that is not where the table says', async () => {
    const pdf = Buffer.from(await signed({}))
    const spoiled = Buffer.concat([pdf.subarray(0, 20), Buffer.from(' '), pdf.subarray(20)])
    expect((await qpdfCheck(spoiled)).code).not.toBe(0)
  })
})

describe('the QR code', () => {
  test.each(CERTIFICATES)('is read by zbar at 150 dpi and by jsQR at 72 and 150 on a signed %s', async (_, changes) => {
    const pdf = await signed(changes)
    const [screen, print] = [await rasterise(pdf, 72), await rasterise(pdf, 150)]
    // pdfium blurs two pixels a square to greys, of which zbar makes nothing; what poppler draws at 72 dpi it reads (poppler.ts)
    expect([qrText(screen), qrText(print), ...(await zbarTexts(print))]).toEqual(Array(3).fill(VERIFY_URL))
  })
})
