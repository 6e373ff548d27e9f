/** A day as it comes in. */
import { z } from 'zod'
import { isLocalDate } from './calendar.ts'

export const localDateShape = z
  .string()
  .refine(isLocalDate, { error: '日期请写成 2026-10-31 这样。 / Write the date like 2026-10-31.' })
