/** Certificates as files: one PDF, or a whole batch streamed as a ZIP that is never held in memory. */
import { makeZip } from 'client-zip'
import type { Context as Call } from 'hono'
import type { Assets } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { Refusal, refuse } from '../platform/errors.ts'
import type { Deps, Env, Log } from '../platform/http.ts'
import { type Means, type Supplies, suppliesFor } from './certificate-supplies.ts'
import type { BatchView } from './issue-queries.ts'
import { type Frozen, issuedPdf, typefaces } from './print.ts'
import { listPrinted } from './queries.ts'

/** PDFs drawn ahead of what the reader has taken. */
const AHEAD = 20

/** The PDF for reading in the browser, named by its number. Refuses `certificate.pdf_differs`, `certificate.photo_erased`. */
export async function sendPdf(c: Call<Env>, frozen: Frozen): Promise<Response> {
  const { assets, log, vault } = c.get('deps')
  const supplies = await suppliesFor(c.get('db'), vault, [frozen.printed as Means])
  const pdf = await drawnAgain(frozen, supplies, assets, log)
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
  return new Response(makeZip(pdfsOf(c.get('db'), batch.id, c.get('deps'))), {
    headers: {
      'Content-Type': 'application/zip',
      'Content-Disposition': `attachment; filename="certificates-${batch.issued_on}.zip"; filename*=UTF-8''${encodeURIComponent(`${batch.class_name}-证书-${batch.issued_on}.zip`)}`,
      'Cache-Control': 'no-store',
    },
  })
}

async function* pdfsOf(db: Db, batch_id: string, { assets, log, vault }: Pick<Deps, 'assets' | 'log' | 'vault'>) {
  let after: string | null = null
  for (;;) {
    const rows = await listPrinted(db, batch_id, after, AHEAD)
    const supplies = await suppliesFor(
      db,
      vault,
      rows.map(({ printed }) => printed as unknown as Means),
    )
    for (const row of rows)
      yield {
        name: `${row.number}-${fileName(row.holder_name)}.pdf`,
        input: await drawnAgain(row, supplies, assets, log),
      }
    if (rows.length < AHEAD) return
    after = rows.at(-1)!.number
  }
}

async function drawnAgain(frozen: Frozen, supplies: Supplies, assets: Assets, log: Log) {
  try {
    return await issuedPdf(frozen, await typefaces(assets), supplies)
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
