/** What the rows of some sheets belong to and the sheets do not name: one is chosen first. */
import { getPaymentFile, listPaymentFilesIn } from '../allowances/payment-queries.ts'
import { localDate, localTime } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import { getClass, listClasses } from '../training/queries.ts'
import type { ImportKind } from './rules.ts'

type SubjectName = NonNullable<ImportKind<unknown>['subject']>

interface Subject {
  what: Message
  /** where there is none to choose yet */
  none: Message
  /** one that the actor may see, or 404 */
  find(db: Db, context: Context, id: string): Promise<{ id: string; name: string }>
  /** those that rows can be imported into, the newest first */
  choices(db: Db, context: Context, kind: ImportKind<unknown>): Promise<{ id: string; name: string; note: Message }[]>
}

export const SUBJECTS: Record<SubjectName, Subject> = {
  class: {
    what: { zh: '培训班', en: 'class' },
    none: {
      zh: '没有可以导入的培训班。请先在“培训班”里新建。',
      en: 'There is no class to import into: open one under “Classes”.',
    },
    find: (db, { scope, now }, id) => getClass(db, scope, localDate(now), id),
    async choices(db, { scope, now }, { kind }) {
      const { items } = await listClasses(db, scope, localDate(now), { limit: 200 })
      return items
        .filter(({ status }) => status === 'open' || (kind === 'results' && status === 'completed'))
        .map(({ id, name, starts_on, people }) => ({
          ...{ id, name },
          note: { zh: `${starts_on} 开班，${people} 人`, en: `from ${starts_on}, ${people} people` },
        }))
    },
  },
  payment_file: {
    what: { zh: '发放文件', en: 'payment file' },
    none: {
      zh: '还没有发放文件。请先在“津贴批次”里批准并生成。',
      en: 'There is no payment file yet: approve a run under “Runs” and make one.',
    },
    async find(db, { scope }, id) {
      const { month } = await getPaymentFile(db, scope, id)
      return { id, name: month }
    },
    async choices(db, { scope }) {
      const files = await listPaymentFilesIn(db, scope, 200)
      return files.map(({ id, month, district_name, scheme_name, made_at, row_count, batch_number, part, parts }) => ({
        id,
        name: `${month} ${district_name} ${scheme_name}`,
        note: {
          zh: `第 ${batch_number} 批${parts > 1 ? `第 ${part} 个文件` : ''}，${localTime(made_at)} 生成，${row_count} 笔`,
          en: `batch ${batch_number}${parts > 1 ? `, file ${part}` : ''}, made ${localTime(made_at)}, ${row_count} payments`,
        },
      }))
    },
  },
}
