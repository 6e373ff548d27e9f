/** What goes out about a component of a scheme and what it still lacks. */
import { z } from 'zod'
import { ASKED } from './components.ts'

export const missingShape = z.object({
  levels: z.array(z.number().int()),
  rates: z.array(z.object({ component: z.string(), key: z.string() })),
  conditions: z.array(z.string()),
  others: z.array(z.object({ zh: z.string(), en: z.string() })),
  asks: z
    .array(z.object({ component: z.string(), asks: z.enum(ASKED) }))
    .describe('what a confirmation has to say beside rates and thresholds'),
})
export const componentShape = z.object({
  code: z.string(),
  kind: z.string(),
  title: z.string(),
  title_en: z.string(),
  citation: z.string(),
  confidence: z.string(),
  tenure: z.any().optional(),
  top_up: z.boolean().optional(),
  group: z.string().optional(),
  instalments: z.array(z.object({ after_years: z.number().int(), percent: z.number() })).nullish(),
  first_after_years: z.number().int().optional(),
  education_on: z.string().optional(),
  part_time_percent: z.number().nullish(),
  missing: missingShape,
  confirmed: z.boolean(),
})
