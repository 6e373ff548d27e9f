/** What is shown of an assessment: its terms, examiners and closing; marks for whom they are open; what each person still has to sit. */

import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { entryKey, type MarkRow } from './assessment-progress.ts'
import { closingOf, listExaminers, listMarks, listOpenEntries, termsOn } from './assessment-queries.ts'
import type { Terms } from './assessment-rules.ts'
import type { ClassRow } from './queries.ts'

export async function assessmentOf(db: Db, group: ClassRow) {
  const entries = [...Map.groupBy(await listOpenEntries(db, group.id), entryKey).values()]
  return {
    class_id: group.id,
    terms: await termsOn(db, group.assessor_organisation_id, group.starts_on),
    closing: await closingOf(db, group.id),
    examiners: await listExaminers(db, group.id),
    waiting: entries.filter(({ length }) => length === 1).length,
    differing: entries.filter(({ length }) => length > 1).length,
  }
}

/** Marks of a class as points; none while they are held back from the reader. */
export async function marksOfClass(db: Db, context: Context, group: ClassRow): Promise<MarkRow[]> {
  const terms = await termsOn(db, group.assessor_organisation_id, group.starts_on)
  const published = Boolean((await closingOf(db, group.id))?.published_at)
  if (!isOpen(context, group, terms, published)) return []
  return (await listMarks(db, group.id)).map((row) => ({ ...row, mark: row.mark / 100 }))
}

/** Whether the reader may see marks: the assessor always, others unless the terms hold them back until they are published. */
export function isOpen({ actor }: Context, group: ClassRow, terms: Terms, published: boolean): boolean {
  return actor.organisation_id === group.assessor_organisation_id || !terms.held_until_published || published
}
