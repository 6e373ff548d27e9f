/** JSON route of an event's awards on paper: who gets one, who has one, and which a corrected ranking changed. */
import { z } from 'zod'
import { read } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { getAwardEvent } from './award-queries.ts'
import { judgeAwards } from './awards.ts'

const said = z.object({ code: z.string(), message: z.string() })
const awardShape = z
  .object({
    entry_id: z.uuid(),
    person_id: z.uuid(),
    name: z.string(),
    id_number_masked: z.string(),
    team: z.string().nullable(),
    rank: z.number().int().nullable(),
    award: z.string().nullable(),
    certificate_id: z.string().nullable(),
    number: z.string().nullable(),
    ended: z.enum(['revoked', 'replaced']).nullable(),
    change: said.nullable().describe('the ranking was corrected after the issue: what that means, and what to do'),
    obstacle: said.nullable().describe('why no certificate can be issued; null when one can'),
  })
  .meta({ id: 'Award' })

export function awardsApi(app: App): void {
  read(
    app,
    {
      path: '/events/{id}/awards',
      permission: 'competition.write',
      name: 'listAwards',
      tag: 'certificates',
      summary: '颁奖名单与获奖证书 Who has an award, and its certificate',
      params: idShape,
      answer: z.object({ items: z.array(awardShape), next_cursor: z.null() }),
    },
    async ({ c, db, context, params }) => {
      const lang = c.get('lang')
      const event = await getAwardEvent(db, context.scope, params.id)
      const rows = await judgeAwards(db, context, event, localDate(context.now))
      const items = rows.map(({ id_type: _, sex: __, change, obstacle, ...row }) => ({
        ...row,
        change: change && { code: change.code, message: inLanguage(lang, change.message) },
        obstacle: obstacle && { code: obstacle.code, message: inLanguage(lang, obstacle.message) },
      }))
      return { items, next_cursor: null }
    },
  )
}
