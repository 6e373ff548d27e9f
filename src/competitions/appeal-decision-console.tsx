/** The appeals that wait for an organiser, and the page on which one is decided: the entry's marks, each to be typed over, and its penalties, to be taken back. */
import { z } from 'zod'
import { AppealDecisionPage, OpenAppeals } from '../../templates/competitions/appeal-decision.tsx'
import { faultsFor, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { listAppeals, listOpenAppeals } from './appeal-queries.ts'
import { decideAppeal } from './appeals.ts'
import { correctionSheets, enteredCorrections } from './correction-form.ts'
import { eventProps } from './event-page.ts'
import { appealDecisionShape } from './publication-shapes.ts'
import { EVENT, getEvent, listJudges, listPenalties, listScores, organises } from './queries.ts'
import { eventView } from './views.ts'

const sentShape = appealDecisionShape.omit({ scores: true }).extend({ marks: z.record(z.string(), z.unknown()) })

export function appealDecisionConsole(app: App): void {
  page(app, '/console/competition-appeals', 'competition.write', async ({ c, db, context, query }) => {
    const list = await listOpenAppeals(db, context.scope, { limit: 50, cursor: query.cursor })
    return (
      <OpenAppeals
        frame={frameOf(c, inLanguage(c.get('lang'), { zh: '待处理的竞赛申诉', en: 'Appeals to decide' }))}
        items={list.items}
        next={list.next_cursor && `/console/competition-appeals?cursor=${encodeURIComponent(list.next_cursor)}`}
      />
    )
  })
  formPage(
    app,
    '/console/events/:id/appeals/:appeal',
    'competition.write',
    z.preprocess(entered, sentShape),
    async ({ tx, context, params, input: { marks, ...decision } }) => {
      const { appeal, sheets } = await appealSheets(tx, context, params)
      const { scores } = enteredCorrections(sheets, appeal.station, marks)
      await decideAppeal(tx, context, appeal.id, { ...decision, scores })
      return {
        to: `/console/events/${params.id}/appeals`,
        flash: decision.upheld
          ? { zh: '已更正并再次公布。', en: 'Corrected and published again.' }
          : { zh: '申诉已处理。', en: 'The appeal is decided.' },
      }
    },
    decision,
  )
}

async function decision(call: PageCall, retry?: Retry) {
  const { c, db, context, params } = call
  const { event, frame } = await eventProps(call, 'organiser')
  const { appeal, sheets } = await appealSheets(db, context, params)
  const values = retry?.values ?? {}
  const { fields } = enteredCorrections(sheets, appeal.station, values)
  const penalties = await listPenalties(db, event.id)
  return (
    <AppealDecisionPage
      {...{ frame, event, appeal, sheets, values }}
      penalties={penalties.filter((one) => one.entry_id === appeal.entry_id && one.withdrawal_reason === null)}
      ticked={retry?.ticked('withdrawn_penalties') ?? []}
      errors={faultsFor(c, retry?.refusal).map((fault) => ({
        ...fault,
        pointer: fault.pointer
          .replace(/^\/scores\/(\d+).*/, (_, index) => `/${fields[index]?.replaceAll('.', '/')}`)
          .replace(/^\/scores$/, '/upheld')
          .replace(/^(\/withdrawn_penalties).*/, '$1'),
      }))}
    />
  )
}

/** The appeal with the marks of its entry; 404 for an event that somebody else organises. */
async function appealSheets(db: Db, { scope }: Context, params: Record<string, string>) {
  const event = await getEvent(db, scope, params.id!)
  if (!organises(scope, event)) notFound(EVENT)
  const appeal = (await listAppeals(db, scope, event.id)).find(({ id }) => id === params.appeal)
  if (!appeal) return notFound({ zh: '申诉', en: 'appeal' })
  const scores = await listScores(db, scope, event, { entry_id: appeal.entry_id })
  return { appeal, sheets: correctionSheets(eventView(event).rules, await listJudges(db, event.id), scores) }
}

function entered(sent: unknown) {
  const { upheld, reason, withdrawn_penalties, ...marks } = sent as Record<string, unknown>
  return {
    upheld: upheld === 'true' ? true : upheld === 'false' ? false : undefined,
    reason,
    withdrawn_penalties: [withdrawn_penalties ?? []].flat(),
    marks,
  }
}
