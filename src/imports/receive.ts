/** An upload as it comes in: its fields, and its file piece by piece; nothing waits in memory for the rest. */
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import type { Context as Call } from 'hono'
import { Refusal, refuse } from '../platform/errors.ts'
import type { Env } from '../platform/http.ts'

export type Fields = Record<string, string>

/** What became of an upload: all its fields, and what was made of the file; null where there was none. */
export interface Received<T> {
  fields: Fields
  taken: T | null
}

/**
 * Reads a multipart body; `take` gets the file with the fields that stood before it. Where `take` refuses, the rest is read and
 * thrown away, so that the sender hears why. Refuses `upload.multipart` for another body or one that breaks off.
 */
export async function receiveUpload<T>(
  c: Call<Env>,
  take: (fields: Fields, filename: string, file: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<Received<T>> {
  const type = c.req.header('content-type') ?? ''
  const { body } = c.req.raw
  if (!body || !/^multipart\/form-data;.*boundary=/i.test(type)) refuseBody()
  const fields: Fields = {}
  let taking: Promise<T> | null = null
  let open: Readable | null = null
  let cut = false
  const parser = new Busboy({ headers: { 'content-type': type }, limits: { files: 1, fields: 20, fieldSize: 10_000 } })
  parser.on('field', (name, value) => {
    fields[name] = value
  })
  parser.on('file', (_, stream, filename) => {
    // a form without a chosen file sends an empty one without a name
    if (!filename) return stream.resume()
    open = stream
    stream.once('error', () => {
      cut = true
    })
    taking = take({ ...fields }, filename, stream)
    taking.catch(() => stream.resume())
  })
  await feed(body, parser).catch((error: Error) => {
    cut = true
    open?.destroy(error)
  })
  const taken = await (taking as Promise<T> | null)?.catch((error: unknown) => {
    // what was refused before the end is told; what could not be read to its end is incomplete
    if (cut && !(error instanceof Refusal)) refuseBody()
    throw error
  })
  if (cut) refuseBody()
  return { fields, taken: taken ?? null }
}

async function feed(body: ReadableStream<Uint8Array>, parser: InstanceType<typeof Busboy>): Promise<void> {
  const failed = new Promise<never>((_, reject) => parser.once('error', reject))
  const finished = once(parser, 'finish')
  const pumped = (async () => {
    for await (const piece of body as unknown as AsyncIterable<Uint8Array>)
      if (!parser.write(piece)) await Promise.race([once(parser, 'drain'), failed])
    parser.end()
    await finished
  })()
  finished.catch(() => {})
  await Promise.race([pumped, failed])
}

function refuseBody(): never {
  refuse('malformed', 'upload.multipart', {
    zh: '上传的内容不完整，或不是 multipart/form-data。没有写入任何内容，请重新上传。',
    en: 'The upload is incomplete or no multipart/form-data; nothing was written: upload it again.',
  })
}
