/** What goes out about notices. */
import { z } from 'zod'
import { listOf } from '../people/shapes.ts'

const noticeShape = z
  .object({
    id: z.uuid(),
    kind: z.string(),
    words: z.string().describe('in the language asked for'),
    subject_kind: z.string(),
    subject_id: z.uuid(),
    at: z.date(),
    read_at: z.date().nullable(),
  })
  .meta({ id: 'Notice' })

export const noticesShape = listOf(noticeShape).extend({ unread: z.number().int().describe('in all') })
export const readShape = z.object({ read: z.number().int().describe('that were not read before') })
