/** Certificates as files: one PDF, or a whole batch streamed as a ZIP that is never held in memory. */
import { makeZip } from 'client-zip'
import type { Context as Call } from 'hono'
import type { Assets } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { Refusal, refuse } from '../platform/errors.ts'
import type { Env, Log } from '../platform/http.ts'
import type { BatchView } from './issue-queries.ts'
import { type Frozen, issuedPdf, typefaces } from './print.ts'
import { listPrinted } from './queries.ts'

/** PDFs drawn ahead of what the reader has taken. */
const AHEAD = 20

/** The PDF for reading in the browser, named by its number. Refuses `certificate.pdf_differs`. */
export async function sendPdf(c: Call<Env>, frozen: Frozen): Promise<Response> {
  const { assets, log } = c.get('deps')
  const pdf = await drawnAgain(frozen, assets, log)
  return new Response(pdf, {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `inline; filename="${frozen.number}.pdf"`,
      'Cache-Control': 'private, no-cache',
    },
  })
}

/** All PDFs of a batch. Refuses `certificate_batch.empty` before the first is issued. */
export function sendBatchZip(c: Call<Env>, batch: BatchView): Response {
  if (batch.issued === 0)
    refuse('conflict', 'certificate_batch.empty', {
      zh: '这个批次还没有签发出证书，请等签发完成后再下载。',
      en: 'This batch has issued no certificates yet; download it when it is done.',
    })
  const { assets, log } = c.get('deps')
  return new Response(makeZip(pdfsOf(c.get('db'), batch.id, assets, log)), {
    headers: {
      'Content-Type': 'application/zip',
      'Content-Disposition': `attachment; filename="certificates-${batch.issued_on}.zip"; filename*=UTF-8''${encodeURIComponent(`${batch.class_name}-证书-${batch.issued_on}.zip`)}`,
      'Cache-Control': 'no-store',
    },
  })
}

async function* pdfsOf(db: Db, batch_id: string, assets: Assets, log: Log) {
  let after: string | null = null
  for (;;) {
    const rows = await listPrinted(db, batch_id, after, AHEAD)
    for (const row of rows)
      yield { name: `${row.number}-${fileName(row.holder_name)}.pdf`, input: await drawnAgain(row, assets, log) }
    if (rows.length < AHEAD) return
    after = rows.at(-1)!.number
  }
}

async function drawnAgain(frozen: Frozen, assets: Assets, log: Log) {
  try {
    return await issuedPdf(frozen, await typefaces(assets))
  } catch (error) {
    if (error instanceof Refusal)
      log.error({ code: error.code, number: frozen.number }, 'a certificate cannot be drawn as it was issued')
    throw error
  }
}

/** Without what some systems do not allow in a file name. */
function fileName(text: string): string {
  return text.replaceAll(/[\\/:*?"<>|\s]/g, '_')
}
