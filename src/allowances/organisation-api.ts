/** JSON routes of what organisations are paid: the lines of a run, an organisation's own months, its account, its repayments. */
import type { Context as Call } from 'hono'
import { described, read, valid, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { disclosedShape } from '../people/shapes.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import type { App, Env } from '../platform/http.ts'
import { discloseBankAccount, recordBankAccount } from './organisation-accounts.ts'
import { repayDues } from './organisation-booking.ts'
import { LEFT_OUT } from './organisation-components.ts'
import { getOrganisationAllowances, listOrganisationLines } from './organisation-queries.ts'
import {
  accountDisclosureShape,
  newBankAccountShape,
  newOrganisationRepaymentShape,
  newOrganisationWriteOffShape,
  type OrganisationLine,
  organisationAllowancesShape,
  organisationLineFilterShape,
  organisationLinePageShape,
  writtenBankAccountShape,
} from './organisation-shapes.ts'

import { decideOrganisationWriteOff, proposeOrganisationWriteOff } from './organisation-write-offs.ts'
import { writeOffDecisionShape } from './recovery-shapes.ts'

const tag = 'allowances'
const params = idShape

export function organisationAllowancesApi(app: App): void {
  read(
    app,
    {
      path: '/allowance-runs/{id}/organisation-lines',
      permission: 'run.read',
      name: 'listOrganisationLines',
      tag,
      summary: '支付给机构的明细与依据 Lines paid to organisations, with what counts and what does not',
      params,
      query: organisationLineFilterShape,
      answer: organisationLinePageShape,
    },
    async ({ c, db, context, params, query }) => {
      const page = await listOrganisationLines(db, context.scope, params.id, query)
      return { ...page, items: page.items.map((line) => worded(line, c.get('lang'))) }
    },
  )
  read(
    app,
    {
      path: '/organisations/{id}/allowances',
      permission: 'organisation_allowance.read',
      name: 'getOrganisationAllowances',
      tag,
      summary: '机构应得的补助、依据与发放 What an organisation is paid, why and why not',
      params,
      answer: organisationAllowancesShape,
    },
    ({ c, db, context, params }) => view(db, context, params.id, c.get('lang')),
  )
  write(
    app,
    {
      method: 'post',
      path: '/organisations/{id}/bank-account',
      permission: 'organisation_account.write',
      name: 'recordOrganisationAccount',
      tag,
      summary: '登记机构收款账号 Record where an organisation is paid to',
      params,
      body: newBankAccountShape,
      answer: writtenBankAccountShape,
    },
    ({ tx, context, params, body }) => recordBankAccount(tx, context, params.id, body.bank_account),
  )
  // not by `write`: an answer kept for an Idempotency-Key would leave the number in the database in clear
  app.openapi(
    described(
      {
        path: '/organisations/{id}/bank-account/disclosure',
        permission: 'organisation_account.reveal',
        name: 'discloseOrganisationAccount',
        tag,
        summary: '查看机构完整账号，写明理由并留痕 Show the account in full, with a reason, on record',
        params,
        body: accountDisclosureShape,
        answer: disclosedShape,
      },
      'post',
      200,
    ),
    (async (c: Call<Env>) => {
      const { id } = valid<typeof params>(c, 'param')
      const { reason } = valid<typeof accountDisclosureShape>(c, 'json')
      const disclosed = await c
        .get('db')
        .transaction()
        .execute((tx) => discloseBankAccount(tx, c.get('context'), id, reason))
      return c.json(disclosed, 200, { 'Cache-Control': 'no-store' })
    }) as never,
  )
  write(
    app,
    {
      method: 'post',
      path: '/organisations/{id}/repayments',
      permission: 'recovery.record',
      name: 'recordOrganisationRepayment',
      tag,
      summary: '登记机构退回的款项 Take down what an organisation paid back',
      params,
      body: newOrganisationRepaymentShape,
      answer: organisationAllowancesShape,
      key: 'required',
    },
    async ({ c, tx, context, params, body }) => {
      await repayDues(tx, context, params.id, body)
      return view(tx, context, params.id, c.get('lang'))
    },
  )
  const writingOff = { method: 'post', tag, params, answer: organisationAllowancesShape, key: 'required' } as const
  write(
    app,
    {
      ...{ ...writingOff, permission: 'recovery.propose', path: '/organisations/{id}/write-offs' },
      name: 'proposeOrganisationWriteOff',
      summary: '申请核销机构应退款 Propose that what an organisation owes be written off',
      body: newOrganisationWriteOffShape,
    },
    async ({ c, tx, context, params, body }) => {
      await proposeOrganisationWriteOff(tx, context, params.id, body)
      return view(tx, context, params.id, c.get('lang'))
    },
  )
  write(
    app,
    {
      ...{ ...writingOff, permission: 'recovery.decide', path: '/organisation-write-offs/{id}/decision' },
      name: 'decideOrganisationWriteOff',
      summary: '决定核销机构应退款 Decide a write-off of what an organisation owes; never one’s own',
      body: writeOffDecisionShape,
    },
    async ({ c, tx, context, params, body }) => {
      const { organisation_id } = await decideOrganisationWriteOff(tx, context, params.id, body)
      return view(tx, context, organisation_id, c.get('lang'))
    },
  )
}

async function view(db: Db, { scope }: Context, id: string, lang: Lang) {
  const { items, ...rest } = await getOrganisationAllowances(db, scope, id)
  return { ...rest, items: items.map((line) => worded(line, lang)) }
}

function worded({ title, title_en, evidence, ...line }: OrganisationLine, lang: Lang) {
  return {
    ...line,
    component_title: inLanguage(lang, { zh: title, en: title_en }),
    evidence: evidence.map((one) => ({ ...one, why_words: one.why && inLanguage(lang, LEFT_OUT[one.why]) })),
  }
}
