/** Pages of competitions. */
import { z } from 'zod'
import { CompetitionForm, CompetitionPage, Competitions } from '../../templates/competitions/competitions.tsx'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { listOrganisations } from '../organisations/queries.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, type Message, type Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { listOccupations } from '../training/queries.ts'
import { addEvent, announceCompetition } from './actions.ts'
import { eventsConsole } from './event-console.tsx'
import { getCompetition, listCompetitions, listEvents, organises, publicationWaits } from './queries.ts'
import { newCompetitionShape, newEventShape } from './shapes.ts'
import { eventView } from './views.ts'

export function competitionsConsole(app: App): void {
  competitionPages(app)
  eventsConsole(app)
}

function competitionPages(app: App): void {
  page(app, '/console/competitions', 'competition.read', async ({ c, db, context, query }) => {
    const waits = query.waits === 'publication' ? query.waits : null
    const list = await listCompetitions(db, context.scope, {
      ...{ limit: 50, cursor: query.cursor },
      waits: waits ? publicationWaits(context.scope, localDate(context.now)) : undefined,
    })
    return (
      <Competitions
        frame={frame(c, { zh: '技能竞赛', en: 'Competitions' })}
        items={list.items}
        waits={waits ?? ''}
        next={
          list.next_cursor &&
          `/console/competitions?${new URLSearchParams({ ...(waits && { waits }), cursor: list.next_cursor })}`
        }
        may_announce={may(context.actor.role, 'competition.write')}
      />
    )
  })
  page(app, '/console/competitions/new', 'competition.write', (call) => competitionForm(call, {}))
  form(
    app,
    '/console/competitions',
    'competition.write',
    z.preprocess(chosen, newCompetitionShape),
    async ({ tx, context, input }) => {
      const { id, name } = await announceCompetition(tx, context, input)
      const flash = { zh: `竞赛“${name}”已建好，下一步新增项目。`, en: `"${name}" was announced; add its events next.` }
      return { to: `/console/competitions/${id}`, flash }
    },
    (call) => competitionForm(call, call.values, call.refusal),
  )
  page(app, '/console/competitions/:id', 'competition.read', (call) => competition(call, {}))
  form(
    app,
    '/console/competitions/:id/events',
    'competition.write',
    z.preprocess(
      (sent) => ({ ...(sent as object), theory_weight: whole((sent as { theory_weight?: string }).theory_weight) }),
      newEventShape,
    ),
    async ({ tx, context, params, input }) => {
      const { id } = await addEvent(tx, context, params.id!, input)
      return {
        to: `/console/events/${id}`,
        flash: {
          zh: '项目已新增。评分规则是通用的理论与实操两部分，另有规定的请在“评分规则”里改；然后报名并登记评委。',
          en: 'Added with the two usual parts; change its rules where the notice has others, then enter people and appoint judges.',
        },
      }
    },
    (call) => competition(call, call.values, call.refusal),
  )
}

async function competitionForm({ c, db, context }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const authorities = await listOrganisations(
    db,
    context.scope,
    { kind: 'authority', limit: 200 },
    localDate(context.now),
  )
  return (
    <CompetitionForm
      frame={frame(c, { zh: '新建竞赛', en: 'Announce a competition' })}
      organisers={authorities.items}
      values={values}
      errors={faultsFor(c, refusal)}
    />
  )
}

async function competition({ c, db, context, params }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  const found = await getCompetition(db, context.scope, params.id!)
  return (
    <CompetitionPage
      frame={frame(c, found.name)}
      competition={found}
      events={(await listEvents(db, context.scope, found.id)).map(eventView)}
      occupations={await listOccupations(db)}
      may_change={may(context.actor.role, 'competition.write') && organises(context.scope, found)}
      values={values}
      errors={faultsFor(c, refusal)}
    />
  )
}

function frame(c: PageCall['c'], title: Message | string) {
  return frameOf(c, typeof title === 'string' ? title : inLanguage(c.get('lang'), title))
}

/** Empty text is no number, not 0. */
function whole(text: string | undefined): number {
  return text ? Number(text) : Number.NaN
}

/** What was left empty was not said. */
function chosen(sent: unknown) {
  const { class: number, edition, ...fields } = sent as Record<string, string>
  return { ...fields, ...(number ? { class: Number(number) } : {}), ...(edition ? { edition } : {}) }
}
