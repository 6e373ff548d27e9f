/** Pages of a person's months: an officer's or facility's, the carer's own, and the objections that start there. */
import { z } from 'zod'
import { MonthObjectionForm } from '../../templates/allowances/month-objection.tsx'
import { MonthObjections } from '../../templates/allowances/month-objections.tsx'
import { MonthsPage } from '../../templates/allowances/months.tsx'
import { withChoice } from '../access/form-fields.ts'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { isMonth, localTime } from '../platform/calendar.ts'
import { inLanguage, notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { reasonItems, toDescribe } from './evidence.ts'
import { describeEvidence } from './line-queries.ts'
import { listPersonMonths } from './month-queries.ts'
import { workforceOf } from './months-api.ts'
import { listMonthObjections } from './objection-queries.ts'
import { statementShape } from './objection-shapes.ts'
import { answerMonthObjection, fileMonthObjection } from './objections.ts'
import { newAnswerShape } from './publicity-shapes.ts'

const OWN = '/console/my-allowances'
const OBJECTIONS = '/console/allowance-objections'
const MY_ALLOWANCES = { zh: '我的津贴', en: 'My allowances' }

export function monthsConsole(app: App): void {
  page(app, '/console/people/:id/allowance-months', 'entitlement.read', (call) => months(call, call.params.id!))
  page(app, OWN, 'record.own', (call) => months(call, call.context.actor.person_id ?? notFound(MY_ALLOWANCES), true))
  formPage(
    app,
    `${OWN}/:scheme/:month/objection`,
    'record.own',
    statementShape,
    async ({ tx, context, params, input }) => {
      const asked = { scheme_code: params.scheme!, month: monthIn(params) }
      await fileMonthObjection(tx, context, context.actor.person_id!, { ...asked, ...input })
      return {
        to: OWN,
        flash: {
          zh: '异议已提出，经办部门会核实并在这里答复。',
          en: 'Filed; the authority looks into it and answers here.',
        },
      }
    },
    filing,
  )
  page(app, OBJECTIONS, 'run.read', (call) => objections(call))
  form(
    app,
    `${OBJECTIONS}/:id/answer`,
    'run.submit',
    z.preprocess(withChoice('upheld'), newAnswerShape),
    async ({ tx, context, params, input }) => {
      await answerMonthObjection(tx, context, params.id!, input)
      return { to: OBJECTIONS, flash: { zh: '异议已答复，本人会收到通知。', en: 'Answered; the person is told.' } }
    },
    (call) => objections(call, call),
  )
}

/** Codes of an address that is none of ours never reach the database. */
function monthIn({ month = '' }: Record<string, string>): string {
  return isMonth(month) ? month : notFound(MY_ALLOWANCES)
}

async function months({ c, db, context, query }: PageCall, person_id: string, own = false) {
  const lang = c.get('lang')
  const evidence = z.uuid().safeParse(query.evidence).data
  const month = isMonth(query.month ?? '') ? query.month : undefined
  const { cursor, scheme_code } = query
  const list = await listPersonMonths(db, context, person_id, { limit: 12, cursor, evidence, month, scheme_code }, lang)
  const details = await describeEvidence(db, toDescribe(list.items.flatMap(({ reasons }) => reasons)))
  const here = own ? OWN : `/console/people/${person_id}/allowance-months`
  const address = (part: Record<string, string | undefined>) =>
    `${here}?${new URLSearchParams(Object.entries({ evidence, month, scheme_code, ...part }).flatMap(([key, value]) => (value ? [[key, value]] : [])))}`
  const officer = may(context.actor.role, 'run.read')
  return (
    <MonthsPage
      frame={frameOf(c, own ? inLanguage(lang, MY_ALLOWANCES) : list.person.name)}
      person={list.person}
      {...{ own, officer }}
      narrowed={evidence ? { href: here, to: 'evidence' } : month || scheme_code ? { href: here, to: 'month' } : null}
      months={list.items.map(({ reasons, objections, ...item }) => ({
        ...item,
        reasons: reasonItems(reasons, item, details, lang).map((reason) => ({
          ...reason,
          // a carer has no pages but their own
          evidence: own ? reason.evidence.map(({ text }) => ({ text, href: null })) : reason.evidence,
        })),
        objections: objections.map((one) => ({
          ...one,
          filed_at: localTime(one.filed_at),
          answered_at: one.answered_at && localTime(one.answered_at),
        })),
        rests_on: reasons.flatMap((reason) =>
          reason.evidence.flatMap(({ kind, id }) =>
            kind === 'certificate' || kind === 'employment' ? [{ kind, href: address({ evidence: id }) }] : [],
          ),
        ),
      }))}
      unconfirmed={list.unconfirmed.map(({ detail }) => detail)}
      next={list.next_cursor && address({ cursor: list.next_cursor })}
      first={query.cursor ? address({}) : null}
    />
  )
}

async function filing({ c, db, context, params }: PageCall, retry?: Retry) {
  const asked = { limit: 1, scheme_code: params.scheme!, month: monthIn(params) }
  const { items } = await listPersonMonths(db, context, context.actor.person_id ?? notFound(MY_ALLOWANCES), asked)
  return (
    <MonthObjectionForm
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '对津贴提出异议', en: 'Object to a month' }))}
      month={items[0] ?? notFound(MY_ALLOWANCES)}
      back={OWN}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function objections({ c, db, context, query, params }: PageCall, retry?: Retry) {
  const status = query.tab === 'answered' ? ('answered' as const) : ('waiting' as const)
  const filter = { limit: 50, cursor: query.cursor, status, workforce: workforceOf(context.actor.role) }
  const list = await listMonthObjections(db, context.scope, filter)
  return (
    <MonthObjections
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '津贴异议', en: 'Objections to months' }))}
      here={OBJECTIONS}
      tab={status}
      items={list.items.map((row) => ({
        ...row,
        filed_at: localTime(row.filed_at),
        answered_at: row.answered_at && localTime(row.answered_at),
      }))}
      may_answer={may(context.actor.role, 'run.submit')}
      of={retry ? (params.id ?? null) : null}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
      next={list.next_cursor && `${OBJECTIONS}?${new URLSearchParams({ tab: status, cursor: list.next_cursor })}`}
    />
  )
}
