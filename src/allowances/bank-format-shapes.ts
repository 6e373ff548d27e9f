/** What comes in and goes out about the formats that banks want. */
import { z } from 'zod'
import { oneOf } from '../people/shapes.ts'
import { CONTAINERS, ENCODINGS, MOST_ROWS, PAYMENT_COLUMNS } from './bank-format-rules.ts'

const rows = z.number().int().min(1).max(MOST_ROWS)
const column = z.object({
  key: oneOf(PAYMENT_COLUMNS),
  header: z.string().trim().max(30),
  value: z.string().max(60).optional().meta({ description: '固定文字 what every row has in a fixed column' }),
})

export const newBankFormatShape = z
  .strictObject({
    code: z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{1,39}$/,
        '代码由小写字母、数字和 - 组成，以字母开头。 / A code is of lower-case letters, digits and -, and begins with a letter.',
      ),
    name: z.string().trim().min(2).max(60),
    container: oneOf(CONTAINERS),
    encoding: oneOf(ENCODINGS),
    header: z.boolean(),
    separator: z
      .string()
      .length(1)
      .nullish()
      .transform((text) => text ?? null),
    separator_at_end: z.boolean().default(false),
    columns: z.array(column).min(1).max(30),
    spaces_in_name: z.boolean().default(true),
    min_rows: rows.default(1),
    max_rows: rows.nullish().transform((count) => count ?? null),
    document: z.string().trim().min(2).max(500).meta({ description: '银行的文件依据 the bank’s document' }),
  })
  .meta({
    id: 'NewBankFormat',
    example: {
      code: 'some-bank',
      name: '某行代发文本',
      container: 'txt',
      encoding: 'gbk',
      header: false,
      separator: '|',
      columns: [
        { key: 'account', header: '账号' },
        { key: 'name', header: '户名' },
        { key: 'amount', header: '金额' },
      ],
      max_rows: 1000,
      document: '某行代发业务接口说明 2026 版第 3 节',
    },
  })

export const bankFormatShape = z
  .object({
    id: z.uuid(),
    code: z.string(),
    number: z.number().int(),
    name: z.string(),
    container: oneOf(CONTAINERS),
    encoding: oneOf(ENCODINGS),
    header: z.boolean(),
    separator: z.string().nullable(),
    separator_at_end: z.boolean(),
    columns: z.array(column),
    spaces_in_name: z.boolean(),
    min_rows: z.number().int(),
    max_rows: z.number().int().nullable(),
    with_totals: z.boolean(),
    source: z.string(),
    confidence: z.enum(['own', 'seen', 'confirmed']),
    recorded_by: z.string().nullable(),
    recorded_at: z.date(),
  })
  .meta({ id: 'BankFormat' })
