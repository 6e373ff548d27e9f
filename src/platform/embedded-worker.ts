/** The thread in which the embedded database runs, so that a long statement never stops the server; see embedded.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist'
import { COPY_TEXT, parsers } from './database-types.ts'

export interface Start {
  /** null keeps everything in memory */
  directory: string | null
  snapshot: Uint8Array<ArrayBuffer> | null
}
export type Request = { do: 'query'; text: string; values: readonly unknown[] } | { do: 'dump' } | { do: 'close' }
export type Answer = { result: unknown } | { fault: Record<string, unknown> & { message: string } }

const { directory, snapshot } = workerData as Start
const pglite = await PGlite.create({
  ...(directory !== null && { dataDir: directory }),
  ...(snapshot !== null && { loadDataDir: new Blob([snapshot]) }),
  extensions: { btree_gist },
  parsers: { ...parsers },
})

parentPort?.on('message', async ({ id, request }: { id: number; request: Request }) => {
  parentPort?.postMessage({ id, answer: await answer(request) })
})

async function answer(request: Request): Promise<Answer> {
  try {
    return { result: await run(request) }
  } catch (error) {
    return { fault: faultOf(error) }
  }
}

async function run(request: Request): Promise<unknown> {
  if (request.do === 'close') return pglite.close()
  if (request.do === 'dump') return new Uint8Array(await (await pglite.dumpDataDir('none')).arrayBuffer())
  if (request.text.startsWith(COPY_TEXT)) {
    const text = request.text.replace('from stdin', "from '/dev/blob'")
    const { rowCount } = await pglite.query(text, [], { blob: new Blob([request.values[0] as string]) })
    return { command: 'COPY', rowCount, rows: [] }
  }
  // like pg: a text without parameters may hold several statements (migrations), and the last one answers
  const { command, rowCount, rows } =
    request.values.length === 0
      ? (await pglite.exec(request.text)).at(-1)!
      : await pglite.query(request.text, [...request.values])
  return { command, rowCount, rows }
}

/** The fields pg's errors have; not the query and its values, which PGlite adds and which may name people. */
function faultOf(error: unknown): Record<string, unknown> & { message: string } {
  const fields = ['code', 'severity', 'detail', 'hint', 'constraint', 'schema', 'table', 'column', 'where'] as const
  const found = error as Record<string, unknown>
  return {
    message: error instanceof Error ? error.message : String(error),
    ...Object.fromEntries(fields.flatMap((field) => (found[field] === undefined ? [] : [[field, found[field]]]))),
  }
}
