/** Pages of what organisations are paid: the lines of a run, and an organisation's own months with its account and what it owes. */
import { z } from 'zod'
import {
  OrganisationAllowances,
  type OrganisationAllowancesProps,
} from '../../templates/allowances/organisation-allowances.tsx'
import { RunOrganisations } from '../../templates/allowances/organisation-lines.tsx'
import { besideYuan, filled, withChoice, withFen } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { holdLine } from './holds.ts'
import { LINE } from './line-queries.ts'
import { discloseBankAccount, recordBankAccount } from './organisation-accounts.ts'
import { repayDues } from './organisation-booking.ts'
import { getOrganisationAllowances, listOrganisationLines } from './organisation-queries.ts'
import {
  accountDisclosureShape,
  newBankAccountShape,
  newOrganisationRepaymentShape,
  newOrganisationWriteOffShape,
} from './organisation-shapes.ts'
import { decideOrganisationWriteOff, proposeOrganisationWriteOff } from './organisation-write-offs.ts'
import { getRunPart } from './queries.ts'
import { writeOffDecisionShape } from './recovery-shapes.ts'
import { newHoldShape } from './review-shapes.ts'
import { reasonShape } from './shapes.ts'

const ONE = '/console/organisations/:id'

export function organisationAllowancesConsole(app: App): void {
  page(app, '/console/runs/:id/organisations', 'run.read', (call) => runOrganisations(call))
  form(
    app,
    '/console/runs/:id/organisations/:organisation/:month/hold',
    'run.hold',
    reasonShape,
    async ({ c, tx, context, params, input }) => {
      const named = { organisation_id: params.organisation, month: params.month, component: c.req.query('component') }
      const line = newHoldShape.safeParse({ ...named, reason: input.reason })
      await holdLine(tx, context, params.id!, line.data ?? notFound(LINE))
      return {
        to: `/console/runs/${params.id}/organisations`,
        flash: { zh: '这一笔已暂缓。', en: 'The line is held back.' },
      }
    },
    (call) => runOrganisations(call, call),
  )
  page(app, `${ONE}/allowances`, 'organisation_allowance.read', (call) => allowances(call))
  form(
    app,
    `${ONE}/bank-account`,
    'organisation_account.write',
    newBankAccountShape,
    async ({ tx, context, params, input }) => {
      await recordBankAccount(tx, context, params.id!, input.bank_account)
      return { to: back(params), flash: { zh: '收款账号已登记。', en: 'The account is recorded.' } }
    },
    (call) => allowances(call, { failed: 'account', retry: call }),
  )
  form(
    app,
    `${ONE}/bank-account/disclosure`,
    'organisation_account.reveal',
    accountDisclosureShape,
    async ({ c, tx, context, params, input }) => {
      const { value } = await discloseBankAccount(tx, context, params.id!, input.reason)
      return allowances({ c, db: tx, context, params, query: {} }, { disclosed: value })
    },
    (call) => allowances(call, { failed: 'disclosure', retry: call }),
  )
  form(
    app,
    `${ONE}/repayments`,
    'recovery.record',
    z.preprocess((sent) => withFen(filled()(sent)), newOrganisationRepaymentShape),
    async ({ tx, context, params, input }) => {
      await repayDues(tx, context, params.id!, input)
      return { to: back(params), flash: { zh: '退回已登记。', en: 'The repayment is recorded.' } }
    },
    (call) => allowances(call, { failed: 'repayment', retry: call }),
  )
  form(
    app,
    `${ONE}/write-offs`,
    'recovery.propose',
    z.preprocess((sent) => withFen(filled()(sent)), newOrganisationWriteOffShape),
    async ({ tx, context, params, input }) => {
      await proposeOrganisationWriteOff(tx, context, params.id!, input)
      return {
        to: back(params),
        flash: { zh: '核销已申请，由另一位人员决定。', en: 'Proposed; somebody else decides.' },
      }
    },
    (call) => allowances(call, { failed: 'write-off', retry: call }),
  )
  form(
    app,
    `${ONE}/write-offs/:write_off/decision`,
    'recovery.decide',
    z.preprocess(withChoice('approved'), writeOffDecisionShape),
    async ({ tx, context, params, input }) => {
      const id = z.uuid().safeParse(params.write_off).data ?? notFound({ zh: '核销申请', en: 'write-off' })
      await decideOrganisationWriteOff(tx, context, id, input)
      return {
        to: back(params),
        flash: input.approved ? { zh: '已核销。', en: 'Written off.' } : { zh: '核销未获同意。', en: 'Refused.' },
      }
    },
    (call) => allowances(call, { failed: 'decision', retry: call }),
  )
}

function back(params: Record<string, string>): string {
  return `/console/organisations/${params.id}/allowances`
}

async function runOrganisations({ c, db, context, params, query }: PageCall, refused?: Retry) {
  const run = await getRunPart(db, context.scope, params.id!)
  const lines = await listOrganisationLines(db, context.scope, run.id, { limit: 50, cursor: query.cursor })
  const here = `/console/runs/${run.id}/organisations`
  return (
    <RunOrganisations
      frame={frameOf(c, `${run.month} ${run.district_name}`)}
      run={run}
      lines={lines.items}
      next={lines.next_cursor && `${here}?${new URLSearchParams({ cursor: lines.next_cursor })}`}
      first={query.cursor ? here : null}
      may_hold={may(context.actor.role, 'run.hold') && (run.status === 'submitted' || run.status === 'reviewed')}
      refused={refused ? `${params.organisation} ${params.month} ${c.req.query('component')}` : null}
      values={refused?.values ?? {}}
      errors={faultsFor(c, refused?.refusal)}
    />
  )
}

interface Shown {
  failed?: OrganisationAllowancesProps['failed']
  retry?: Retry
  disclosed?: string
}

async function allowances(
  { c, db, context, params }: Pick<PageCall, 'c' | 'db' | 'context' | 'params' | 'query'>,
  { failed = null, retry, disclosed }: Shown = {},
) {
  const view = await getOrganisationAllowances(db, context.scope, params.id!)
  const { role } = context.actor
  return (
    <OrganisationAllowances
      frame={frameOf(c, view.organisation_name)}
      view={view}
      may={{
        write: may(role, 'organisation_account.write'),
        reveal: may(role, 'organisation_account.reveal'),
        repay: may(role, 'recovery.record'),
        propose: may(role, 'recovery.propose'),
        decide: may(role, 'recovery.decide'),
      }}
      failed={failed}
      refused={failed === 'decision' ? (params.write_off ?? null) : null}
      values={retry?.values ?? {}}
      errors={besideYuan(faultsFor(c, retry?.refusal))}
      {...(disclosed !== undefined && { disclosed })}
    />
  )
}
