/** JSON routes of a person's months and of the objections to them. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { Role } from '../platform/context.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { listPersonMonths } from './month-queries.ts'
import { listMonthObjections } from './objection-queries.ts'
import * as shapes from './objection-shapes.ts'
import { answerMonthObjection, fileMonthObjection } from './objections.ts'
import { newAnswerShape } from './publicity-shapes.ts'

const tag = 'allowances'
const params = idShape

export function monthsApi(app: App): void {
  read(
    app,
    {
      ...{ permission: 'entitlement.read', tag, path: '/people/{id}/allowance-months', name: 'listAllowanceMonths' },
      summary:
        '逐月津贴：发与不发的原因、缺什么、钱到哪一步 Every month of a person: why or why not, what is missing, where the money is',
      params,
      query: shapes.personMonthsQuery,
      answer: shapes.personMonthsShape,
    },
    async ({ c, db, context, params, query }) => {
      const lang = c.get('lang')
      const months = await listPersonMonths(db, context, params.id, query, lang)
      return {
        ...months,
        items: months.items.map((item) => ({
          ...item,
          reasons: item.reasons.map(({ title, ...reason }) => ({ ...reason, title: inLanguage(lang, title) })),
        })),
      }
    },
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'record.own', tag, path: '/people/{id}/allowance-objections' },
      name: 'objectToAllowanceMonth',
      summary: '对本人某月津贴提出异议 Object to a month of one’s own',
      params,
      body: shapes.newMonthObjectionShape,
      answer: shapes.monthObjectionShape,
      status: 201,
      made_in: '/allowance-objections',
    },
    ({ tx, context, params, body }) => fileMonthObjection(tx, context, params.id, body),
  )
  read(
    app,
    {
      ...{ permission: 'run.read', tag, path: '/allowance-objections', name: 'listAllowanceObjections' },
      summary: '对津贴月份的异议 Objections to months',
      query: shapes.objectionFilterShape,
      answer: shapes.monthObjectionPageShape,
    },
    ({ db, context, query }) =>
      listMonthObjections(db, context.scope, { ...query, workforce: workforceOf(context.actor.role) }),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'run.submit', tag, path: '/allowance-objections/{id}/answer' },
      name: 'answerAllowanceObjection',
      summary: '答复异议 Answer an objection to a month',
      params,
      body: newAnswerShape,
      answer: shapes.monthObjectionShape,
    },
    ({ tx, context, params, body }) => answerMonthObjection(tx, context, params.id, body),
  )
}

/** Civil affairs answer for elder care, health for nurseries; others read both. */
export function workforceOf(role: Role): string | null {
  return role === 'health' ? 'childcare' : role === 'district' ? 'elder_care' : null
}
