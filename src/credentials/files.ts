/** Many certificates in one go: which they are, how many at most, and that somebody took them. */
import { recordHistory } from '../history/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import type { BatchView } from './batch-queries.ts'
import { type FileRow, listFiles } from './queries.ts'
import type { FilesFilter } from './shapes.ts'

/** At most so many in one file: a ZIP may be larger than a disk likes, a print file is one that a shop still opens. */
export const FILE_LIMITS = { zip: 50_000, print: 5_000 } as const
export type FileKind = keyof typeof FILE_LIMITS

export interface Files {
  /** of the file, without its ending */
  name: string
  rows: FileRow[]
  filter: FilesFilter
}

/** What a filter of the list finds. Refuses `certificate_files.empty`, `certificate_files.too_many`. */
export async function findFiles(db: Db, context: Context, kind: FileKind, filter: FilesFilter): Promise<Files> {
  const today = localDate(context.now)
  const rows = await listFiles(db, context.scope, today, filter, { limit: FILE_LIMITS[kind] + 1 })
  if (rows.length === 0)
    refuse('conflict', 'certificate_files.empty', {
      zh: '没有符合条件的证书，所以没有可下载的文件。',
      en: 'No certificate matches, so there is no file to download.',
    })
  return limited(kind, { name: `证书-${today}`, rows, filter })
}

/** All of a batch that was looked up through a scope. Refuses `certificate_batch.empty`, `certificate_files.too_many`. */
export async function findBatchFiles(db: Db, context: Context, kind: FileKind, batch: BatchView): Promise<Files> {
  const filter = { batch_id: batch.id }
  const options = { limit: FILE_LIMITS[kind] + 1, whole_batch: true }
  const rows = await listFiles(db, context.scope, localDate(context.now), filter, options)
  if (rows.length === 0)
    refuse('conflict', 'certificate_batch.empty', {
      zh: '这个批次还没有签发出证书，请等签发完成后再下载。',
      en: 'This batch has issued no certificates yet; download it when it is done.',
    })
  return limited(kind, { name: `${batch.class_name ?? batch.event_name}-证书-${batch.issued_on}`, rows, filter })
}

function limited(kind: FileKind, files: Files): Files {
  const limit = FILE_LIMITS[kind]
  if (files.rows.length > limit)
    refuse('conflict', 'certificate_files.too_many', {
      zh: `一个${kind === 'zip' ? '压缩包' : '打印文件'}最多 ${limit.toLocaleString('en-US')} 张证书，请按班级、批次或等级分开下载。`,
      en: `One ${kind === 'zip' ? 'ZIP' : 'print file'} holds at most ${limit.toLocaleString('en-US')} certificates: download them by class, batch or level.`,
    })
  return files
}

/** That the actor took so many certificates at once, and by which conditions; whom they looked for is not written down. */
export async function recordFiles(tx: Tx, context: Context, kind: FileKind, { rows, filter }: Files): Promise<void> {
  const { name, number, ...conditions } = filter
  const asked = { ...conditions, ...(name ? { name: true } : {}), ...(number ? { number: true } : {}) }
  const { organisation_id, account_id } = context.actor
  await recordHistory(tx, context, {
    kind: 'certificate.downloaded',
    ...(filter.batch_id
      ? { subject_kind: 'certificate_batch', subject_id: filter.batch_id }
      : organisation_id
        ? { subject_kind: 'organisation', subject_id: organisation_id }
        : { subject_kind: 'account', subject_id: account_id }),
    changes: { file: kind, certificates: rows.length, ...asked },
  })
}
