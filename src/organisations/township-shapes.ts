/** What comes in and goes out about townships and streets. */
import { z } from 'zod'
import { pageShape } from '../platform/paging.ts'
import { reason } from './shapes.ts'

const name = z.string().trim().min(2).max(60)
const townshipCode = z
  .string()
  .regex(
    /^\d{9}$/,
    '镇街代码是 9 位数字，前 6 位为区县代码。 / A township has nine digits, the first six its district’s.',
  )

export const newTownshipShape = z
  .strictObject({ code: townshipCode, name })
  .meta({ id: 'NewTownship', example: { code: '330106901', name: '示例西溪街道' } })
export type NewTownship = z.output<typeof newTownshipShape>

export const townshipRenamingShape = z
  .strictObject({ name, reason })
  .meta({ id: 'TownshipRenaming', example: { name: '示例西溪镇', reason: '撤街设镇，依据示例文件 1 号' } })
export type TownshipRenaming = z.output<typeof townshipRenamingShape>

export const townshipParams = z.object({ code: townshipCode })
export const townshipFilterShape = pageShape.extend({
  district_code: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
})

export const townshipShape = z
  .object({
    code: z.string(),
    name: z.string(),
    district_code: z.string(),
    district_name: z.string(),
    organisations: z.number().int().meta({ description: '登记在此的机构数 organisations that lie in it' }),
  })
  .meta({ id: 'Township' })
export const townshipPageShape = z.object({ items: z.array(townshipShape), next_cursor: z.string().nullable() })
