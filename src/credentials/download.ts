/** Certificates as files: one PDF, or many streamed as a ZIP or as one print file, neither ever held in memory. */
import { makeZip, predictLength } from 'client-zip'
import type { Context as Call } from 'hono'
import type { Assets } from '../platform/context.ts'
import { Refusal } from '../platform/errors.ts'
import type { Env, Log } from '../platform/http.ts'
import { type Means, type Supplies, suppliesFor } from './certificate-supplies.ts'
import type { Files } from './files.ts'
import { type Frozen, issuedPdf, typefaces } from './print.ts'
import { printFile } from './print-file.ts'
import { type FileRow, listPrinted } from './queries.ts'

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

/** Drawn anew each time; no cache keeps it. */
export function previewAnswer(pdf: Uint8Array<ArrayBuffer>): Response {
  return new Response(pdf, {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': 'inline; filename="preview.pdf"',
      'Cache-Control': 'no-store',
    },
  })
}

/**
 * All PDFs in a ZIP, `姓名-编号.pdf`, drawn as the reader takes them. Its length is known before, so that a browser shows how far it is
 * and a copy that broke off is not taken for whole; unless a certificate is from before sizes were kept: then it is left out.
 */
export function sendZip(c: Call<Env>, { name, rows }: Files): Response {
  const named = rows.map((row) => ({ ...row, name: `${fileName(row.holder_name)}-${row.number}.pdf` }))
  const sized = named.flatMap(({ name, pdf_bytes }) => (pdf_bytes === null ? [] : [{ name, size: pdf_bytes }]))
  const files = drawn(c, named, ({ name, issued_on }, input) => ({
    ...{ name, input, lastModified: new Date(`${issued_on}T00:00:00+08:00`) },
  }))
  return new Response(makeZip(ended(files)), {
    headers: {
      ...attachment('application/zip', `${name}.zip`),
      ...(sized.length === rows.length ? { 'Content-Length': String(predictLength(sized)) } : {}),
    },
  })
}

/** All pages in one PDF for a print shop, written as the reader takes it; how long it gets is known at its end. */
export function sendPrintFile(c: Call<Env>, { name, rows }: Files): Response {
  const pdfs = drawn(c, rows, (_, pdf) => pdf)
  const file = printFile(pdfs, `${name}（打印用，${rows.length} 张）`)
  return new Response(streamOf(file), { headers: attachment('application/pdf', `${name}-打印.pdf`) })
}

function attachment(type: string, name: string) {
  return {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="certificates.${name.split('.').at(-1)}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    'Cache-Control': 'no-store',
  }
}

/** Each as it was issued, a few ahead of the reader; nothing is open while the reader waits. */
async function* drawn<R extends FileRow, T>(
  c: Call<Env>,
  rows: R[],
  made: (row: R, pdf: Uint8Array<ArrayBuffer>) => T,
) {
  const { assets, log, vault } = c.get('deps')
  for (let at = 0; at < rows.length; at += AHEAD) {
    const some = rows.slice(at, at + AHEAD)
    const printed = await listPrinted(
      c.get('db'),
      some.map(({ id }) => id),
    )
    const supplies = await suppliesFor(
      c.get('db'),
      vault,
      printed.map((one) => one.printed as unknown as Means),
    )
    const byId = new Map(printed.map((one) => [one.id, one]))
    for (const row of some) yield made(row, await drawnAgain(byId.get(row.id)!, supplies, assets, log))
  }
}

/** The packer throws into what it reads when its reader goes away, which is an end like any other. */
function ended<T>(pieces: AsyncGenerator<T>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => ({ next: () => pieces.next(), throw: () => pieces.return(undefined) }),
  }
}

/** Pulled piece by piece; a reader who goes away ends the generator. */
function streamOf(pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
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
