/** The page of an event's rules: open to whom the event is announced, changed by the organiser until judging begins. */
import { z } from 'zod'
import { RulesForm, RulesTab } from '../../templates/competitions/rules.tsx'
import { faultsFor, formPage, type PageCall, page, type Retry } from '../access/pages.ts'
import type { App } from '../platform/http.ts'
import { changeRules } from './actions.ts'
import { eventProps } from './event-page.ts'
import { enteredRules, fieldsOf } from './rules-form.ts'

export function rulesConsole(app: App): void {
  page(app, '/console/events/:id/rules', 'competition.read', (call) => rules(call))
  formPage(
    app,
    '/console/events/:id/rules/new',
    'competition.write',
    z.record(z.string(), z.unknown()).transform(enteredRules),
    async ({ tx, context, params, input }) => {
      await changeRules(tx, context, params.id!, input)
      return {
        to: `/console/events/${params.id}/rules`,
        flash: { zh: '评分规则已改，原规则留存。', en: 'The rules are changed; the old ones are kept.' },
      }
    },
    form,
  )
}

async function rules(call: PageCall) {
  return <RulesTab {...(await eventProps(call))} />
}

async function form(call: PageCall, retry?: Retry) {
  const { event, frame } = await eventProps(call, 'organiser')
  return (
    <RulesForm
      frame={frame}
      event={event}
      values={retry?.values ?? fieldsOf(event.rules, frame.lang)}
      errors={faultsFor(call.c, retry?.refusal)}
    />
  )
}
