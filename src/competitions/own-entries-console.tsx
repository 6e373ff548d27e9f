/** Pages of a carer's own competitions, and of an appeal against one's rank. */
import { AppealOwnRank, MyCompetitions } from '../../templates/competitions/my-competitions.tsx'
import { faultsFor, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { fileAppeal } from './appeals.ts'
import { getOwnEntry, listOwnEntries } from './own-entries.ts'
import { newAppealShape } from './publication-shapes.ts'

const HERE = '/console/my-competitions'

export function ownEntriesConsole(app: App): void {
  page(app, HERE, 'record.own', async ({ c, db, context }) => (
    <MyCompetitions
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '我的竞赛', en: 'My competitions' }))}
      items={await listOwnEntries(db, context.actor.person_id!)}
      today={localDate(context.now)}
    />
  ))
  formPage(
    app,
    `${HERE}/:id/appeal`,
    'record.own',
    newAppealShape.omit({ entry_id: true }),
    async ({ tx, context, params, input }) => {
      const { id, event_id } = await getOwnEntry(tx, context.actor.person_id!, params.id!)
      await fileAppeal(tx, context, event_id, { ...input, entry_id: id })
      return {
        to: HERE,
        flash: { zh: '申诉已提出，等待主办方处理。', en: 'The appeal was filed; the organiser decides it.' },
      }
    },
    filing,
  )
}

async function filing({ c, db, context, params }: PageCall, retry?: Retry) {
  return (
    <AppealOwnRank
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '对名次提出申诉', en: 'Appeal against a rank' }))}
      entry={await getOwnEntry(db, context.actor.person_id!, params.id!)}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
