/** What comes in and goes out about imports. */
import { z } from 'zod'
import { monthShape } from '../people/fact-shapes.ts'
import { listOf, oneOf, reasonShape } from '../people/shapes.ts'
import { pageShape } from '../platform/paging.ts'
import { IMPORT_KINDS, IMPORT_STATUSES, ROW_CHANGES } from './rules.ts'

/** `people.xlsx` → `people` */
export const templateShape = z.object({
  kind: z
    .string()
    .transform((file) => file.replace(/\.xlsx$/, ''))
    .pipe(z.enum(IMPORT_KINDS)),
})

/** The fields of an upload; its file is streamed. */
export const uploadFields = z.strictObject({
  kind: z.enum(IMPORT_KINDS),
  mode: z.enum(['check', 'commit']).default('check'),
  subject: z
    .uuid()
    .toLowerCase()
    .optional()
    .meta({ description: '学员名单和成绩所属的培训班 the class of enrolments and results' }),
})
export const uploadShape = uploadFields
  .extend({
    file: z.string().meta({
      format: 'binary',
      description:
        '.xlsx、.xls 至多 5,000 行，.csv 至多 100 MB；kind 须排在 file 之前 a workbook of at most 5,000 rows, CSV of at most 100 MB; kind comes before file',
    }),
  })
  .meta({ id: 'ImportUpload' })

const countsShape = z.object({
  new: z.number().int(),
  changed: z.number().int(),
  same: z.number().int(),
  wrong: z.number().int(),
})

export const importShape = z
  .object({
    id: z.uuid(),
    kind: z.enum(IMPORT_KINDS),
    subject_id: z.uuid().nullable(),
    filename: z.string(),
    sha256: z.string(),
    status: oneOf(IMPORT_STATUSES),
    job_id: z.uuid().nullable(),
    rows: z.number().int(),
    accepted: z.number().int(),
    rejected: z.number().int(),
    warnings: z.number().int(),
    ignored_columns: z.array(z.string()),
    counts: countsShape,
    created_at: z.string(),
    committed_at: z.string().nullable(),
  })
  .meta({
    id: 'Import',
    example: {
      id: '01900000-0000-7000-8000-000000000001',
      kind: 'people',
      subject_id: null,
      filename: '第4期名单.xlsx',
      sha256: '9f2c…',
      status: 'checked',
      job_id: null,
      rows: 128,
      accepted: 124,
      rejected: 4,
      warnings: 0,
      ignored_columns: [],
      counts: { new: 121, changed: 3, same: 0, wrong: 4 },
      created_at: '2026-11-23T02:00:00.000Z',
      committed_at: null,
    },
  })

export const importFilterShape = pageShape.extend({
  kind: z.enum(IMPORT_KINDS).optional(),
  status: oneOf(IMPORT_STATUSES).optional(),
})
export const importPageShape = listOf(importShape)

export const rowFilterShape = pageShape.extend({ change: oneOf(ROW_CHANGES).optional() })
const faultShape = z.object({ column: z.string(), header: z.string(), code: z.string(), message: z.string() })
export const importRowPageShape = listOf(
  z
    .object({
      row_number: z.number().int().meta({ description: 'Excel 显示的行号 as Excel shows it' }),
      change: oneOf(ROW_CHANGES),
      cells: z.record(z.string(), z.string()).meta({
        description: '按列；号码仅在有错误时显示全号 by column; numbers are masked unless at fault',
      }),
      before: z.record(z.string(), z.string()),
      faults: z.array(faultShape),
      warnings: z.array(faultShape),
    })
    .meta({ id: 'ImportRow' }),
)

/** `people.xlsx` → `{ kind: 'people', format: 'xlsx' }` */
export const registerShape = z.object({
  file: z
    .string()
    .regex(/^[a-z-]+\.(xlsx|csv)$/)
    .transform((file) => ({ kind: file.replace(/\.\w+$/, ''), format: file.replace(/^.*\./, '') }))
    .pipe(z.object({ kind: z.enum(IMPORT_KINDS), format: z.enum(['xlsx', 'csv']) })),
})
export const registerQueryShape = z.object({ month: monthShape.optional() })
export const fullRegisterShape = z
  .strictObject({
    kind: z.enum(IMPORT_KINDS),
    format: z.enum(['xlsx', 'csv']).default('xlsx'),
    month: monthShape.optional(),
    reason: reasonShape,
  })
  .meta({ id: 'FullRegister', example: { kind: 'people', format: 'xlsx', reason: '与社保局核对参保名单' } })
