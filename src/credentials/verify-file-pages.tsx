/** Where the file of a certificate is handed in: the page's form, which works without scripts, and the interface. */
import type { Context as Call } from 'hono'
import { z } from 'zod'
import { FileVerdict } from '../../templates/credentials/file-verdict.tsx'
import { LookUp } from '../../templates/credentials/look-up.tsx'
import { addressOf } from '../access/api.ts'
import { requires } from '../access/guard.ts'
import { faultsFor, frameOf, page } from '../access/pages.ts'
import { described } from '../access/route.ts'
import { inLanguage, Refusal, refuse } from '../platform/errors.ts'
import type { App, Env } from '../platform/http.ts'
import { PROOF_VERDICTS } from './jws.ts'
import { KINDS } from './rules.ts'
import { fileVerdictShape } from './shapes.ts'
import { askingOf, toldOf } from './verify.ts'
import { FILE_BYTES, refuseLarge, verifyPresented } from './verify-file.ts'
import { printedFacts, verifyTitle } from './verify-pages.tsx'

/** what multipart puts around a file */
const AROUND = 16 * 1024

export function verifyFilePages(app: App): void {
  // somebody comes back to the address of an answer
  page(app, '/v/file', 'public', async ({ c }) => c.redirect('/v'))
  app.post('/v/file', requires('public', 'post', '/v/file'), async (c) => {
    c.header('Cache-Control', 'no-store')
    const frame = frameOf(c, inLanguage(c.get('lang'), verifyTitle))
    try {
      const { certificate, ...told } = await verifyPresented(askingOf(c), addressOf(c), await fileOf(c))
      const lang = c.get('lang')
      return c.html(
        <FileVerdict
          {...told}
          frame={frame}
          certificate={
            certificate && {
              ...certificate,
              kind_name: certificate.kind && inLanguage(lang, KINDS[certificate.kind]),
            }
          }
          printed={certificate && printedFacts(certificate, lang)}
          proofs={Object.entries(told.proofs).map(([name, verdict]) => ({
            name: name as keyof typeof told.proofs,
            verdict: inLanguage(lang, PROOF_VERDICTS[verdict]),
            holds: verdict === 'valid',
          }))}
        />,
      )
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind === 'too_many') throw error
      const file_errors = faultsFor(c, error).map(({ message }) => ({ pointer: '/file', message }))
      return c.html(<LookUp frame={frame} values={{}} file_errors={file_errors} />, error.status)
    }
  })
  presentedApi(app)
}

function presentedApi(app: App): void {
  const { middleware, request, ...documented } = described(
    {
      path: '/verify',
      permission: 'public',
      name: 'verifyCertificateFile',
      tag: 'certificate checks',
      summary:
        '查验证书文件 A file presented against what was issued; as multipart or as the body itself, at most 2 MB, not kept',
      body: z
        .object({ file: z.any().meta({ type: 'string', format: 'binary' }) })
        .meta({ example: { file: '%PDF-1.7 …' } }),
      multipart: true,
      answer: fileVerdictShape,
    },
    'post',
    200,
  )
  const content = {
    ...request.body!.content,
    'application/pdf': { schema: { type: 'string' as const, format: 'binary' } },
  }
  app.openAPIRegistry.registerPath({ ...documented, request: { body: { required: true, content } } })
  app.post('/api/v1/verify', ...middleware, async (c) => {
    const { certificate, ...told } = await verifyPresented(askingOf(c), addressOf(c), await fileOf(c))
    return c.json({ ...told, certificate: certificate && toldOf(certificate) }, 200, { 'Cache-Control': 'no-store' })
  })
}

/** Refuses `file.too_large`, `file.missing`. */
async function fileOf(c: Call<Env>): Promise<Uint8Array> {
  if (Number(c.req.header('content-length') ?? 0) > FILE_BYTES + AROUND) refuseLarge()
  if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? '')) return bytesOf(await c.req.arrayBuffer())
  const { file } = await c.req.parseBody()
  return bytesOf(file instanceof File ? await file.arrayBuffer() : new ArrayBuffer(0))
}

function bytesOf(buffer: ArrayBuffer): Uint8Array {
  if (buffer.byteLength === 0)
    refuse('invalid', 'file.missing', { zh: '请选择证书的 PDF 文件。', en: 'Choose the PDF of the certificate.' })
  return new Uint8Array(buffer)
}
