/** Reads of jobs: whoever asked for it, and their organisation or division, may watch it. */
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { inLanguage, type Lang, type Message, notFound } from '../platform/errors.ts'

export interface JobView {
  id: string
  kind: string
  subject_id: string | null
  status: string
  done: number
  total: number | null
  result: unknown
  error: { code: string; message: string } | null
}

export async function getJob(db: Db, context: Context, lang: Lang, id: string): Promise<JobView> {
  let query = db
    .selectFrom('jobs')
    .select(['id', 'kind', 'subject_id', 'status', 'done', 'total', 'result', 'error'])
    .where('id', '=', id)
  const { scope, actor } = context
  if (scope.kind === 'organisation') query = query.where('organisation_id', '=', scope.organisation_id)
  else if (scope.kind === 'person') query = query.where('created_by', '=', actor.account_id)
  else if (scope.prefix)
    query = query.where((eb) =>
      eb.or([eb('district_code', 'like', `${scope.prefix}%`), eb('created_by', '=', actor.account_id)]),
    )
  const row = (await query.executeTakeFirst()) ?? notFound({ zh: '任务', en: 'job' })
  const error = row.error as { code: string; message: Message } | null
  return { ...row, error: error && { code: error.code, message: inLanguage(lang, error.message) } }
}
