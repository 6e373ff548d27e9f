/** Pages of publicity: the officers' with its objections, and the public list on which anybody may object. */
import { z } from 'zod'
import { PublicList } from '../../templates/allowances/public-list.tsx'
import { Publicity } from '../../templates/allowances/publicity.tsx'
import { filled, withChoice } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { addDays, localDate, localTime } from '../platform/calendar.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { answerObjection, closePublicity, objectTo, openPublicity, revealObjector } from './publicity.ts'
import { askingOf } from './publicity-api.ts'
import { findPublicity, listObjections, listPublicLines, PUBLICITY, unscopedPublicity } from './publicity-queries.ts'
import { newAnswerShape, newObjectionShape, newPublicityShape } from './publicity-shapes.ts'
import { getRun } from './queries.ts'
import { reasonShape } from './shapes.ts'

const HERE = '/console/runs/:id/publicity'
const LINES = 200

export function publicityConsole(app: App): void {
  page(app, HERE, 'run.read', (call) => publicity(call))
  form(
    app,
    HERE,
    'run.submit',
    z.preprocess(filled('days'), newPublicityShape),
    async ({ tx, context, params, input }) => {
      const { ends_on } = await openPublicity(tx, context, params.id!, input)
      const last = addDays(ends_on, -1)
      return { to: backTo(params), flash: { zh: `名单已公示，到 ${last} 止。`, en: `Published until ${last}.` } }
    },
    (call) => publicity(call, call),
  )
  form(
    app,
    `${HERE}/closing`,
    'run.submit',
    z.object({}),
    async ({ tx, context, params }) => {
      await closePublicity(tx, context, (await findPublicity(tx, context.scope, params.id!))?.id ?? notFound(PUBLICITY))
      return { to: backTo(params), flash: { zh: '公示已结束。', en: 'The publicity is closed.' } }
    },
    (call) => publicity(call, call),
  )
  form(
    app,
    `${HERE}/objections/:objection/answer`,
    'run.submit',
    z.preprocess(withChoice('upheld'), newAnswerShape),
    async ({ tx, context, params, input }) => {
      await answerObjection(tx, context, params.objection!, input)
      return { to: backTo(params), flash: { zh: '异议已答复。', en: 'Answered.' } }
    },
    (call) => publicity(call, call),
  )
  form(
    app,
    `${HERE}/objections/:objection/disclosure`,
    'run.submit',
    reasonShape,
    async ({ c, tx, context, params, input }) => {
      const objector = await revealObjector(tx, context, params.objection!, input.reason)
      return publicity({ c, db: tx, context, params, query: {} }, undefined, { id: params.objection!, ...objector })
    },
    (call) => publicity(call, call),
  )
  page(app, '/p/:id', 'public', (call) => publicList(call))
  form(
    app,
    '/p/:id',
    'public',
    z.preprocess(filled('position'), newObjectionShape),
    async ({ c, tx, params, input }) => {
      await objectTo(tx, askingOf(c), idOf(params), input)
      return {
        to: `/p/${params.id}`,
        flash: { zh: '异议已收到，经办部门会核实并答复。', en: 'Received; the authority looks into it and answers.' },
      }
    },
    (call) => publicList(call, call),
  )
}

const backTo = (params: Record<string, string>) => `/console/runs/${params.id}/publicity`
const idOf = (params: Record<string, string>) => z.uuid().safeParse(params.id).data ?? notFound(PUBLICITY)

async function publicity(call: PageCall, retry?: Retry, objector?: { id: string; name: string; phone: string }) {
  const { c, db, context, params } = call
  const run = await getRun(db, context.scope, params.id!)
  const found = await findPublicity(db, context.scope, run.id)
  const objections = found ? await listObjections(db, found.id) : []
  const today = localDate(context.now)
  return (
    <Publicity
      frame={frameOf(c, inLanguage(c.get('lang'), PUBLICITY))}
      run={run}
      publicity={found && { ...found, closed_at: found.closed_at && localTime(found.closed_at) }}
      over={found !== null && today >= found.ends_on}
      objections={objections.map((one) => ({
        ...one,
        filed_at: localTime(one.filed_at),
        answered_at: one.answered_at && localTime(one.answered_at),
      }))}
      objector={objector ?? null}
      may_act={may(context.actor.role, 'run.submit')}
      today={today}
      of={params.objection ?? null}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function publicList({ c, db, params, query }: PageCall, retry?: Retry) {
  const today = localDate(c.get('now'))
  const found = await unscopedPublicity(db, idOf(params), today)
  const list = await listPublicLines(db, found.id, { limit: LINES, cursor: query.cursor })
  // what was closed must not be shown as open from a cache
  c.header('Cache-Control', 'no-store')
  return (
    <PublicList
      frame={frameOf(c, `${found.month} ${found.district_name}`)}
      publicity={found}
      lines={list.items}
      next={list.next_cursor && `/p/${found.id}?cursor=${encodeURIComponent(list.next_cursor)}`}
      first={query.cursor ? `/p/${found.id}` : null}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
