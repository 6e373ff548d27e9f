/** What comes in and goes out about duplicates and merges of people. */
import { z } from 'zod'
import { DUPLICATE_REASONS } from './merging-rules.ts'
import { listOf, oneOf, personShape, reasonShape } from './shapes.ts'

export const dismissalShape = z.strictObject({ person_ids: z.array(z.uuid()).length(2), reason: reasonShape }).meta({
  id: 'DuplicateDismissal',
  example: {
    person_ids: ['01932b6e-7c1a-7000-8000-000000000001', '01932b6e-7c1a-7000-8000-000000000002'],
    reason: '已核对两人身份证，系同名同日出生',
  },
})
export const dismissedShape = z
  .object({ person_ids: z.array(z.uuid()), reason: z.string(), decided_at: z.date() })
  .meta({ id: 'PersonDistinction' })

export const candidatePageShape = listOf(
  z
    .object({
      strength: z.enum(['strong', 'weak']),
      reasons: z.array(oneOf(DUPLICATE_REASONS)),
      people: z.array(personShape),
    })
    .meta({ id: 'DuplicateCandidate' }),
)

export const mergeRequestShape = z
  .strictObject({
    into: z.uuid().meta({ description: '保留的记录 the record that stays' }),
    reason: reasonShape,
    confirm_different_documents: z.boolean().optional().meta({
      description: '两个不同的居民身份证号码确属同一人 two different resident ID numbers are one person all the same',
    }),
  })
  .meta({
    id: 'MergeRequest',
    example: { into: '01932b6e-7c1a-7000-8000-000000000001', reason: '同一人先后用两种证件登记，已核对原件' },
  })
export const undoingShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'MergeUndoing', example: { reason: '合并有误，两人系双胞胎姐妹' } })

const record = z.object({ id: z.uuid(), name: z.string(), id_type: z.string(), id_number_masked: z.string() })
const keys = z.record(z.string(), z.array(z.record(z.string(), z.any())))
export const mergeShape = z
  .object({
    id: z.uuid(),
    merged: record,
    survivor: record,
    reason: z.string(),
    merged_by: z.string(),
    merged_at: z.date(),
    moved: z.record(z.string(), z.number().int()).meta({ description: '按表移过去的条数 rows moved, by table' }),
    not_carried: keys.meta({
      description: '保留的记录已有而没有移过去的 what stayed because the survivor has the same',
    }),
    filled: z.array(z.string()),
    undone_at: z.date().nullable(),
    undone_by: z.string().nullable(),
    undo_reason: z.string().nullable(),
    kept: keys.nullable().meta({ description: '合并后又改过、没有退回的 what had changed since and stayed' }),
  })
  .meta({ id: 'PersonMerge' })
export const mergePageShape = listOf(mergeShape)
