/** JSON routes' files: many certificates as a ZIP, or as one PDF for a print shop. */
import type { Context as Call } from 'hono'
import { read } from '../access/route.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import type { App, Env } from '../platform/http.ts'
import { getBatch } from './batch-queries.ts'
import { sendPrintFile, sendZip } from './download.ts'
import { type FileKind, type Files, findBatchFiles, findFiles, recordFiles } from './files.ts'
import { filesShape, idPdfShape, idZipShape } from './shapes.ts'

const tag = 'certificates'
const ZIP = { permission: 'certificate.read', tag, produces: 'application/zip' } as const
const PRINT = { permission: 'certificate.read', tag, produces: 'application/pdf' } as const

export function filesApi(app: App): void {
  read(
    app,
    {
      ...ZIP,
      path: '/certificates.zip',
      name: 'getCertificatesZip',
      summary: '符合条件的证书 PDF 压缩包 All PDFs a filter finds, at most 50,000',
      query: filesShape,
    },
    async ({ c, db, context, query }) => send(c, db, context, 'zip', await findFiles(db, context, 'zip', query)),
  )
  read(
    app,
    {
      ...PRINT,
      path: '/certificates.pdf',
      name: 'getCertificatesPrintFile',
      summary: '符合条件的证书合并为一个打印文件 One PDF for printing of all a filter finds, at most 5,000',
      query: filesShape,
    },
    async ({ c, db, context, query }) => send(c, db, context, 'print', await findFiles(db, context, 'print', query)),
  )
  read(
    app,
    {
      ...ZIP,
      path: '/certificate-batches/{id}.zip',
      name: 'getCertificateBatchZip',
      summary: '批次全部 PDF All PDFs of a batch',
      params: idZipShape,
    },
    async ({ c, db, context, params }) => {
      const batch = await getBatch(db, context.scope, params.id)
      return send(c, db, context, 'zip', await findBatchFiles(db, context, 'zip', batch))
    },
  )
  read(
    app,
    {
      ...PRINT,
      path: '/certificate-batches/{id}.pdf',
      name: 'getCertificateBatchPrintFile',
      summary: '批次打印文件 One PDF for printing of all of a batch',
      params: idPdfShape,
    },
    async ({ c, db, context, params }) => {
      const batch = await getBatch(db, context.scope, params.id)
      return send(c, db, context, 'print', await findBatchFiles(db, context, 'print', batch))
    },
  )
}

/** On record before the first byte leaves. */
export async function send(c: Call<Env>, db: Db, context: Context, kind: FileKind, files: Files): Promise<Response> {
  await db.transaction().execute((tx) => recordFiles(tx, context, kind, files))
  return kind === 'zip' ? sendZip(c, files) : sendPrintFile(c, files)
}
