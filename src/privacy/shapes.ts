/** What comes in and goes out about erasing and keeping. */
import { z } from 'zod'
import { reasonShape } from '../people/shapes.ts'

export const erasureShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'ErasureRequest', example: { reason: '本人申请删除，已核实身份且无未办结事项' } })
export const erasedShape = z.object({ id: z.uuid() }).meta({ id: 'ErasedPerson' })

export const retentionRulesShape = z.object({
  items: z.array(
    z
      .object({
        code: z.string(),
        what: z.string(),
        what_en: z.string(),
        keep_months: z.number().int().nullable(),
        keep_days: z.number().int().nullable(),
        action: z.string(),
        citation: z.string(),
        confidence: z.string(),
        sources: z.array(z.string()),
        active: z
          .boolean()
          .meta({ description: '未确认的规则不删除任何内容 a rule that is not confirmed erases nothing' }),
        erases: z.boolean().meta({ description: '由本系统按此删除 this program erases by it' }),
      })
      .meta({ id: 'RetentionRule' }),
  ),
  next_cursor: z.null(),
})
