/** The page of penalties and times of an event: the organiser's, by number and without names. */
import { z } from 'zod'
import { Penalties } from '../../templates/competitions/penalties.tsx'
import { faultsFor, form, type PageCall, page, type Retry } from '../access/pages.ts'
import { reasonShape } from '../people/shapes.ts'
import type { App } from '../platform/http.ts'
import { eventProps } from './event-page.ts'
import { imposePenalty, recordTimes, withdrawPenalty } from './penalties.ts'
import { listEntries, listPenalties, listTimes } from './queries.ts'
import { newPenaltyShape, timesShape } from './score-shapes.ts'
import { enteredPenalty, enteredTimes } from './table-form.ts'

const HERE = '/console/events/:id/penalties'

export function penaltiesConsole(app: App): void {
  const to = (id: string | undefined) => `/console/events/${id}/penalties`
  page(app, HERE, 'competition.write', (call) => penalties(call))
  form(
    app,
    HERE,
    'competition.write',
    z.preprocess(enteredPenalty, newPenaltyShape),
    async ({ tx, context, params, input }) => {
      await imposePenalty(tx, context, params.id!, input)
      return {
        to: to(params.id),
        flash: { zh: `已罚 ${input.points} 分。`, en: `${input.points} points were taken off.` },
      }
    },
    (call) => penalties(call, { ...call, form: 'penalty' }),
  )
  form(
    app,
    `${HERE}/withdrawal`,
    'competition.write',
    z.object({ penalty: z.uuid(), withdrawal_reason: reasonShape }),
    async ({ tx, context, params, input }) => {
      await withdrawPenalty(tx, context, input.penalty, input.withdrawal_reason)
      return { to: to(params.id), flash: { zh: '罚分已撤销。', en: 'The penalty was withdrawn.' } }
    },
    (call) => penalties(call, { ...call, form: 'withdrawal' }),
  )
  form(
    app,
    '/console/events/:id/times',
    'competition.write',
    z.preprocess((sent) => ({ items: enteredTimes(sent as Record<string, unknown>).items }), timesShape),
    async ({ tx, context, params, input }) => {
      const { recorded } = await recordTimes(tx, context, params.id!, input.items)
      return { to: to(params.id), flash: { zh: `已录 ${recorded} 个用时。`, en: `${recorded} times were entered.` } }
    },
    (call) => penalties(call, { ...call, form: 'times' }),
  )
}

async function penalties(call: PageCall, retry?: Retry & { form: 'penalty' | 'withdrawal' | 'times' }) {
  const { c, db, context } = call
  const props = await eventProps(call, 'organiser')
  const values = retry?.values ?? {}
  const { names } = enteredTimes(values)
  const errors = faultsFor(c, retry?.refusal).map((fault) => ({
    ...fault,
    pointer: fault.pointer
      .replace(/^\/items\/(\d+).*/, (_, item) => `/${names[item]}`)
      .replace(/^\/(station|sealed_number)$/, '/number'),
  }))
  const of = (form: string) => (retry?.form === form ? errors : [])
  return (
    <Penalties
      {...props}
      entries={(await listEntries(db, context.scope, props.event)).filter(({ withdrawn_at }) => withdrawn_at === null)}
      penalties={await listPenalties(db, props.event.id)}
      times={await listTimes(db, context.scope, props.event)}
      values={values}
      errors={{ penalty: of('penalty'), withdrawal: of('withdrawal'), times: of('times') }}
    />
  )
}
