/** How a file comes in, over the API and from the page: streamed into chunks first, then made an import in one transaction. */
import type { Context as Call } from 'hono'
import type { z } from 'zod'
import { requires } from '../access/guard.ts'
import { onceOnly } from '../access/idempotency.ts'
import { goTo, type Html, type PageCall, pageCall } from '../access/pages.ts'
import { described } from '../access/route.ts'
import type { Tx } from '../platform/database.ts'
import { type Message, Refusal, refuse, refuseFaults } from '../platform/errors.ts'
import { type App, type Env, refusalFor } from '../platform/http.ts'
import { faultsOf } from '../platform/shape-faults.ts'
import { mustBeAllowed, uploadImport } from './actions.ts'
import { dropUnused } from './chunks.ts'
import { KINDS } from './kinds.ts'
import { answerOf, type ImportRow } from './queries.ts'
import { type Fields, receiveUpload } from './receive.ts'
import type { ImportKindName } from './rules.ts'
import { importShape, uploadFields, uploadShape } from './shapes.ts'
import { type StagedFile, stageFile } from './staging.ts'

const API = '/api/v1/imports'
const PAGE = '/console/imports'

/** Where bodies of any length are received. */
export const UPLOADS = [API, PAGE]

export function uploadApi(app: App): void {
  const route = {
    path: '/imports',
    permission: 'import.write' as const,
    name: 'uploadImport',
    tag: 'imports',
    summary: '上传表格：核对，或核对后导入正确的行 Check a sheet, or check it and import its good rows',
    answer: importShape,
  }
  const { middleware, ...documented } = described({ ...route, body: uploadShape, multipart: true }, 'post', 202)
  app.openAPIRegistry.registerPath(documented)
  app.post(API, ...middleware, async (c) => {
    const key = c.req.header('idempotency-key')
    if (!key)
      refuse('malformed', 'idempotency.key_required', {
        zh: '这个请求必须带 Idempotency-Key 头，重发时用同一个值。',
        en: 'This request needs an Idempotency-Key header; send the same value when repeating it.',
      })
    const { account_id } = c.get('context').actor
    const answer = await upload(c, (fields, file, make) =>
      onceOnly(
        c.get('db'),
        { account_id, key, request: `POST ${API}`, body: JSON.stringify([fields, file.filename, file.sha256]) },
        async (tx) => {
          const made = await make(tx)
          const headers = { 'Content-Type': 'application/json; charset=UTF-8', 'Cache-Control': 'no-store' }
          return {
            status: 202,
            headers: { ...headers, ...(made.job_id ? { Location: `/api/v1/jobs/${made.job_id}` } : {}) },
            body: JSON.stringify(answerOf(made)),
          }
        },
      ),
    )
    c.get('deps').wake(c)
    return new Response(answer.body, { status: answer.status, headers: answer.headers })
  })
}

/** The page's form; a refusal shows it again through `retry`. */
export function uploadForm(
  app: App,
  retry: (call: PageCall, chosen: { kind?: string; subject?: string }, refusal: Refusal) => Promise<Html>,
): void {
  app.post(PAGE, requires('import.write', 'post', PAGE), async (c) => {
    const seen: Fields = {}
    try {
      const made = await upload(c, (_, __, make) => c.get('db').transaction().execute(make), seen)
      c.get('deps').wake(c)
      const fresh = ['checking', 'checked'].includes(made.status)
      return goTo(c, { to: `${PAGE}/${made.id}`, ...(fresh ? {} : { flash: TWICE }) })
    } catch (error) {
      const refusal = refusalFor(c, error)
      if (!refusal || refusal.status === 404) throw refusal ?? error
      return c.html(await retry(await pageCall(c), seen, refusal), refusal.status)
    }
  })
}

const TWICE: Message = {
  zh: '这份文件已经导入过，没有再次写入。下面是那一次的结果。',
  en: 'This file was imported before; nothing was written again. This is what came of it.',
}

/**
 * Receives and stages the file, then lets `commit` make the import of it in its transaction. Whatever happens, chunks that belong to
 * no import go. `seen` is filled with the fields, for a form to show again.
 */
async function upload<T>(
  c: Call<Env>,
  commit: (fields: Fields, file: StagedFile, make: (tx: Tx) => Promise<ImportRow>) => Promise<T>,
  seen: Fields = {},
): Promise<T> {
  const [db, context] = [c.get('db'), c.get('context')]
  const { fields, taken } = await receiveUpload(c, async (before, filename, file) => {
    Object.assign(seen, before)
    const kind = KINDS[checked(before).kind]
    mustBeAllowed(context, kind)
    return stageFile(db, context, kind, filename, file)
  })
  Object.assign(seen, fields)
  if (!taken) throw noFile()
  try {
    const { kind, mode, subject } = checked(fields)
    return await commit(fields, taken, (tx) =>
      uploadImport(tx, context, { kind, subject_id: subject ?? null, mode, file: taken }),
    )
  } finally {
    await dropUnused(db, taken.import_id)
  }
}

/** Refuses with every fault of the fields. A page leaves empty what it does not mean. */
function checked(fields: Fields): z.output<typeof uploadFields> & { kind: ImportKindName } {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
  const parsed = uploadFields.safeParse(given)
  if (!parsed.success) refuseFaults(faultsOf(parsed.error.issues))
  return parsed.data!
}

function noFile(): Refusal {
  return new Refusal(
    'invalid',
    'import.file_missing',
    {
      zh: '没有选择文件，或文件是空的。请选择填好的 .xlsx、.xls 或 .csv 文件。',
      en: 'No file was chosen, or it is empty: choose the .xlsx, .xls or .csv that you filled in.',
    },
    {},
  )
}
