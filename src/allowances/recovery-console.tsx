/** Pages of recoveries: the ledger by district, one recovery with its forms, and how a run was settled. */
import { z } from 'zod'
import { Recoveries } from '../../templates/allowances/recoveries.tsx'
import { Recovery, type RecoveryForm } from '../../templates/allowances/recovery.tsx'
import { Settlements } from '../../templates/allowances/settlements.tsx'
import { besideYuan, filled, withChoice, withFen } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { localDate, localTime } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { parseYuan } from '../platform/money.ts'
import { getRun } from './queries.ts'
import { decideWriteOff, planRecovery, proposeWriteOff, recordRepayment } from './recoveries.ts'
import { getRecovery, listRecoveries, listSettlements, sumRecoveries } from './recovery-queries.ts'
import {
  newPlanShape,
  newRepaymentShape,
  newWriteOffShape,
  recoveryFilterShape,
  writeOffDecisionShape,
} from './recovery-shapes.ts'

const HERE = '/console/recoveries'
const ONE = `${HERE}/:id`
const backTo = (params: Record<string, string>) => `${HERE}/${params.id}`
const inFen = (sent: unknown) => withFen(filled()(sent))

export function recoveriesConsole(app: App): void {
  page(app, HERE, 'recovery.read', (call) => ledger(call))
  page(app, ONE, 'recovery.read', (call) => recovery(call))
  page(app, '/console/runs/:id/settlements', 'run.read', (call) => settlements(call))
  form(
    app,
    `${ONE}/plans`,
    'recovery.plan',
    z.preprocess(withInstalments, newPlanShape),
    async ({ tx, context, params, input }) => {
      await planRecovery(tx, context, params.id!, input)
      return { to: backTo(params), flash: { zh: '追回计划已制定。', en: 'The plan is made.' } }
    },
    (call) => recovery(call, call, call.values.kind === 'instalments' ? 'instalments' : 'offset'),
  )
  form(
    app,
    `${ONE}/repayments`,
    'recovery.record',
    z.preprocess(inFen, newRepaymentShape),
    async ({ tx, context, params, input }) => {
      await recordRepayment(tx, context, params.id!, input)
      return { to: backTo(params), flash: { zh: '归还已登记。', en: 'The repayment is recorded.' } }
    },
    (call) => recovery(call, call, 'repayments'),
  )
  form(
    app,
    `${ONE}/write-offs`,
    'recovery.propose',
    z.preprocess(inFen, newWriteOffShape),
    async ({ tx, context, params, input }) => {
      await proposeWriteOff(tx, context, params.id!, input)
      return {
        to: backTo(params),
        flash: { zh: '核销已申请，由另一位人员决定。', en: 'Proposed; somebody else decides.' },
      }
    },
    (call) => recovery(call, call, 'write-offs'),
  )
  form(
    app,
    `${ONE}/write-offs/:write_off/decision`,
    'recovery.decide',
    z.preprocess(withChoice('approved'), writeOffDecisionShape),
    async ({ tx, context, params, input }) => {
      await decideWriteOff(tx, context, z.uuid().parse(params.write_off), input)
      return {
        to: backTo(params),
        flash: input.approved ? { zh: '已核销。', en: 'Written off.' } : { zh: '核销未获同意。', en: 'Refused.' },
      }
    },
    (call) => recovery(call, call, 'decision'),
  )
}

/** `2026-12-01 400` a line → `instalments: [{ due_on, amount_fen }]`. */
function withInstalments(sent: unknown): Record<string, unknown> {
  const { instalments, ...fields } = inFen(sent)
  if (typeof instalments !== 'string') return fields
  const lines = instalments.split('\n').flatMap((line) => (line.trim() ? [line.trim()] : []))
  return {
    ...fields,
    instalments: lines.map((line) => {
      const [due_on = '', amount = ''] = line.split(/[\s,，]+/)
      return { due_on, amount_fen: parseYuan(amount) ?? Number.NaN }
    }),
  }
}

async function ledger({ c, db, context, query }: PageCall) {
  const today = localDate(context.now)
  const filter = recoveryFilterShape.catch(recoveryFilterShape.parse({})).parse(filled()(query))
  const list = await listRecoveries(db, context.scope, filter, today)
  const { cursor, limit: _, ...kept } = filter
  const path = (further: Record<string, string>) => {
    const given = Object.entries({ ...kept, ...further }).filter((pair): pair is [string, string] => !!pair[1])
    return `${HERE}?${new URLSearchParams(given)}`
  }
  return (
    <Recoveries
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '追回台账', en: 'Recoveries' }))}
      filter={filter}
      sums={await sumRecoveries(db, context.scope, today)}
      items={list.items}
      next={list.next_cursor && path({ cursor: list.next_cursor })}
      first={cursor ? path({}) : null}
      of_district={context.scope.kind === 'person' ? null : (district_code) => path({ district_code })}
    />
  )
}

async function recovery({ c, db, context, params }: PageCall, retry?: Retry, failed: RecoveryForm | null = null) {
  const found = await getRecovery(db, context.scope, params.id!, localDate(context.now))
  const { role, account_id } = context.actor
  return (
    <Recovery
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '追回', en: 'Recovery' }))}
      recovery={found}
      told={localTime}
      today={localDate(context.now)}
      may={{
        plan: may(role, 'recovery.plan'),
        record: may(role, 'recovery.record'),
        propose: may(role, 'recovery.propose'),
        decide: may(role, 'recovery.decide'),
        person: may(role, 'run.read'),
      }}
      own_proposal={found.write_offs.some((one) => one.approved === null && one.proposed_by === account_id)}
      failed={failed}
      values={retry?.values ?? {}}
      errors={besideYuan(faultsFor(c, retry?.refusal)).map((fault) => ({
        ...fault,
        pointer: fault.pointer.replace(/^\/instalments\/.*$/, '/instalments'),
      }))}
    />
  )
}

async function settlements({ c, db, context, params, query }: PageCall) {
  const run = await getRun(db, context.scope, params.id!)
  const here = `/console/runs/${run.id}/settlements`
  const list = await listSettlements(db, context.scope, run.id, { limit: 100, cursor: query.cursor })
  return (
    <Settlements
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '扣抵与追回', en: 'Kept back and recovered' }))}
      run={run}
      items={list.items}
      next={list.next_cursor && `${here}?cursor=${encodeURIComponent(list.next_cursor)}`}
      first={query.cursor ? here : null}
    />
  )
}
