/** Pages of what follows a ranking: publication, appeals filed, and the public results; the score book to print. */
import { z } from 'zod'
import { Appeals } from '../../templates/competitions/appeals.tsx'
import { Publication } from '../../templates/competitions/publication.tsx'
import { Results } from '../../templates/competitions/results.tsx'
import { ScoreBook } from '../../templates/competitions/score-book.tsx'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { listAppeals, listRevisions } from './appeal-queries.ts'
import { fileAppeal } from './appeals.ts'
import { eventProps } from './event-page.ts'
import { publishRanking } from './publication.ts'
import { newAppealShape } from './publication-shapes.ts'
import { getEvent, getRanking, listEntries } from './queries.ts'
import { publicResults } from './results.ts'
import { bookPage } from './score-book.ts'
import { enteredAwards } from './table-form.ts'
import { findingsOf } from './validation.ts'

export function publicationConsole(app: App): void {
  formPage(
    app,
    '/console/events/:id/publication',
    'competition.write',
    z.record(z.string(), z.unknown()).transform(enteredAwards),
    async ({ tx, context, params, input }) => {
      await publishRanking(tx, context, params.id!, input)
      return {
        to: `/console/events/${params.id}/ranking`,
        flash: { zh: '名次已公布。', en: 'The ranking is published.' },
      }
    },
    publication,
  )
  page(app, '/console/events/:id/appeals', 'competition.read', (call) => appeals(call))
  form(
    app,
    '/console/events/:id/appeals',
    'appeal.file',
    newAppealShape,
    async ({ tx, context, params, input }) => {
      await fileAppeal(tx, context, params.id!, input)
      return {
        to: `/console/events/${params.id}/appeals`,
        flash: { zh: '申诉已提出，等待主办方处理。', en: 'The appeal was filed; the organiser decides it.' },
      }
    },
    (call) => appeals(call, call),
  )
  page(app, '/console/events/:id/score-book', 'competition.write', async (call) => {
    const { db, context, query } = call
    const { event, frame } = await eventProps(call, 'organiser')
    const from = z.coerce.number().int().min(0).catch(0).parse(query.from)
    const { next, ...book } = await bookPage(db, context.scope, await getEvent(db, context.scope, event.id), from)
    return (
      <ScoreBook
        {...{ frame, event, ...book }}
        next={next === null ? null : `/console/events/${event.id}/score-book?from=${next}`}
      />
    )
  })
  page(app, '/r/:id', 'public', async ({ c, db, params }) => {
    const results = await publicResults(
      db,
      z.uuid().safeParse(params.id).data ?? notFound({ zh: '结果', en: 'result' }),
    )
    return <Results frame={frameOf(c, results.event_name)} results={results} />
  })
}

async function publication(call: PageCall, retry?: Retry) {
  const { event, frame } = await eventProps(call, 'organiser')
  const { db, context, c } = call
  const findings = await findingsOf(db, await getEvent(db, context.scope, event.id))
  return (
    <Publication
      frame={frame}
      event={event}
      ranking={await getRanking(db, context.scope, event)}
      findings={findings.map(({ message, ...rest }) => ({ ...rest, message: inLanguage(c.get('lang'), message) }))}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function appeals(call: PageCall, retry?: Retry) {
  const { db, context } = call
  const props = await eventProps(call)
  const may_file = may(context.actor.role, 'appeal.file')
  return (
    <Appeals
      {...props}
      revisions={props.event.published_at ? await listRevisions(db, props.event.id) : []}
      appeals={await listAppeals(db, context.scope, props.event.id)}
      entries={may_file ? await listEntries(db, context.scope, props.event) : []}
      may_file={may_file}
      values={retry?.values ?? {}}
      errors={faultsFor(call.c, retry?.refusal)}
    />
  )
}
