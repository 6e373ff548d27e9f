/** Pages of an event: entries and judges, marks, ranking, publication. */
import { z } from 'zod'
import { Entrants, Entries } from '../../templates/competitions/entries.tsx'
import { Marks } from '../../templates/competitions/marks.tsx'
import { RankingTab } from '../../templates/competitions/ranking.tsx'
import { faultsFor, form, type PageCall, page } from '../access/pages.ts'
import { searchIn } from '../access/searching.ts'
import { listPeople } from '../people/queries.ts'
import { localDate } from '../platform/calendar.ts'
import type { Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { listAssessors } from '../training/queries.ts'
import { appointJudges, rankEvent, startEvent } from './actions.ts'
import { appealDecisionConsole } from './appeal-decision-console.tsx'
import { enterPeople } from './entries.ts'
import { eventProps } from './event-page.ts'
import { drawNumbers } from './lots.ts'
import { ownEntriesConsole } from './own-entries-console.tsx'
import { penaltiesConsole } from './penalties-console.tsx'
import { rulesFor } from './promotion-queries.ts'
import { promotionsConsole } from './promotions-console.tsx'
import { publicationConsole } from './publication-console.tsx'
import { getRanking, listEntries, listJudges, listScores } from './queries.ts'
import { rulesConsole } from './rules-console.tsx'
import { recordScores } from './scores.ts'
import { enteredJudges, enteredMarks } from './table-form.ts'

export function eventsConsole(app: App): void {
  entryPages(app)
  rulesConsole(app)
  markPages(app)
  penaltiesConsole(app)
  rankingPages(app)
  publicationConsole(app)
  appealDecisionConsole(app)
  ownEntriesConsole(app)
  promotionsConsole(app)
}

function entryPages(app: App): void {
  page(app, '/console/events/:id', 'competition.read', (call) => entries(call, {}))
  page(app, '/console/events/:id/people', 'competition.write', (call) => entrants(call))
  form(
    app,
    '/console/events/:id/entries',
    'competition.write',
    z.object({ person_ids: z.preprocess((sent) => [sent ?? []].flat(), z.array(z.uuid())) }),
    async ({ tx, context, params, input }) => {
      const { added } = await enterPeople(
        tx,
        context,
        params.id!,
        input.person_ids.map((person_id) => ({ person_id, member_ids: [] })),
      )
      return {
        to: `/console/events/${params.id}`,
        flash: { zh: `已报名 ${added} 人，工位号已抽签。`, en: `${added} entered; stations were drawn.` },
      }
    },
    (call) => entrants(call, call.refusal),
  )
  form(
    app,
    '/console/events/:id/judges',
    'competition.write',
    z.record(z.string(), z.unknown()).transform(enteredJudges),
    async ({ tx, context, params, input }) => {
      await appointJudges(tx, context, params.id!, input)
      return { to: `/console/events/${params.id}`, flash: { zh: '评委已登记。', en: 'Appointed.' } }
    },
    (call) => entries(call, call.values, call.refusal),
  )
  form(
    app,
    '/console/events/:id/draw',
    'competition.write',
    z.object({ reason: z.string().trim().max(500).optional() }),
    async ({ tx, context, params, input }) => {
      const { items } = await drawNumbers(tx, context, params.id!, input.reason || null)
      return {
        to: `/console/events/${params.id}`,
        flash: { zh: `${items.length} 个加密号已抽出。`, en: `${items.length} sealed numbers were drawn.` },
      }
    },
    (call) => entries(call, call.values, call.refusal),
  )
  form(
    app,
    '/console/events/:id/start',
    'competition.write',
    z.object({}),
    async ({ tx, context, params }) => {
      await startEvent(tx, context, params.id!)
      return {
        to: `/console/events/${params.id}/scores`,
        flash: {
          zh: '已开赛，报名、抽签、评委和规则不再更改。',
          en: 'Started: entries, lots, judges and rules stand.',
        },
      }
    },
    (call) => entries(call, call.values, call.refusal),
  )
}

async function entries(call: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const { c, db, context } = call
  const props = await eventProps(call)
  return (
    <Entries
      {...props}
      entries={await listEntries(db, context.scope, props.event)}
      judges={await listJudges(db, props.event.id)}
      parts={props.event.rules.modules}
      values={values}
      errors={faultsFor(c, refusal)}
    />
  )
}

async function entrants(call: PageCall, refusal?: Refusal) {
  const { c, db, context, query } = call
  const { event, frame } = await eventProps(call, 'organiser')
  const q = query.q ?? ''
  const people = await listPeople(
    db,
    context.scope,
    { limit: 50, cursor: query.cursor, q: q || undefined },
    localDate(context.now),
  )
  const next = people.next_cursor && new URLSearchParams({ ...searchIn(c), cursor: people.next_cursor })
  return (
    <Entrants
      frame={frame}
      event={event}
      q={q}
      people={people.items}
      next={next && `/console/events/${event.id}/people?${next}`}
      errors={faultsFor(c, refusal).map(({ message }) => ({ pointer: '', message }))}
    />
  )
}

function markPages(app: App): void {
  page(app, '/console/events/:id/scores', 'competition.read', (call) => marks(call, call.query))
  form(
    app,
    '/console/events/:id/scores',
    'competition.write',
    z.record(z.string(), z.unknown()).transform(enteredMarks),
    async ({ tx, context, params, input }) => {
      const { recorded, changed } = await recordScores(tx, context, params.id!, input.items)
      return {
        to: `/console/events/${params.id}/scores?${new URLSearchParams({ part: input.part, criterion: input.criterion })}`,
        flash: {
          zh: `已录 ${recorded} 个分数，更改 ${changed} 个。`,
          en: `${recorded} marks entered, ${changed} changed.`,
        },
      }
    },
    (call) => marks(call, call.values, call.refusal),
  )
}

async function marks(call: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const { c, db, context } = call
  const props = await eventProps(call, 'organiser')
  const { modules } = props.event.rules
  const part = modules.find(({ key }) => key === values.part) ?? modules[0]!
  const criterion = part.criteria.find(({ name }) => name === values.criterion) ?? part.criteria[0]!
  const { names } = enteredMarks(values)
  const scores = await listScores(db, context.scope, props.event, { part: part.key })
  const entries = (await listEntries(db, context.scope, props.event)).filter(
    ({ withdrawn_at }) => withdrawn_at === null,
  )
  return (
    <Marks
      {...props}
      part={part}
      criterion={criterion}
      judges={(await listJudges(db, props.event.id)).filter((judge) => judge.part === part.key).map(({ name }) => name)}
      entries={entries}
      points={
        new Map(
          scores
            .filter((score) => score.criterion === criterion.name)
            .map(({ entry_id, judge, points }) => [`${entry_id} ${judge}`, points / 100]),
        )
      }
      values={values}
      errors={faultsFor(c, refusal).map((fault) => ({
        ...fault,
        pointer: fault.pointer.replace(/^\/items\/(\d+).*/, (_, item) => `/${names[item]}`),
      }))}
    />
  )
}

function rankingPages(app: App): void {
  page(app, '/console/events/:id/ranking', 'competition.read', async (call) => {
    const props = await eventProps(call)
    const proposing = props.may_change && props.event.published_at !== null
    return (
      <RankingTab
        {...props}
        ranking={await getRanking(call.db, call.context.scope, props.event)}
        rules={proposing ? await rulesFor(call.db, props.event) : null}
        assessors={proposing ? await listAssessors(call.db, null) : []}
      />
    )
  })
  form(app, '/console/events/:id/ranking', 'competition.write', z.object({}), async ({ tx, context, params }) => {
    await rankEvent(tx, context, params.id!)
    return {
      to: `/console/events/${params.id}/ranking`,
      flash: { zh: '名次已算出，核对后公布。', en: 'Ranked; check it and publish.' },
    }
  })
}
