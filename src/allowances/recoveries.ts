/** Writes of recoveries: the plan, repayments, and write-offs that one officer proposes and another decides. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asJson, earlierTwins, faultAt } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { formatYuan } from '../platform/money.ts'
import { getScheme } from './queries.ts'
import { getRecovery } from './recovery-queries.ts'
import { constraints } from './recovery-rules.ts'
import type { NewPlan, NewRepayment, NewWriteOff, RecoveryDetail, WriteOffDecision } from './recovery-shapes.ts'
import { checkAuthority } from './rules.ts'

/**
 * Makes the plan by which it comes in; it takes the place of an earlier one. Refuses `recovery.settled`, `run.other_authority`, and as
 * faults `plan.past`, `plan.sum`, `plan.twice`.
 */
export async function planRecovery(tx: Tx, context: Context, id: string, plan: NewPlan): Promise<RecoveryDetail> {
  const recovery = await lockRecovery(tx, context, id)
  checkAuthority(context.actor, await getScheme(tx, recovery.scheme_code))
  checkOpen(recovery)
  refuseFaults(planFaults(plan, recovery, localDate(context.now)))
  const seq = recovery.plans.length
  const [starts_on, floor_fen] = plan.kind === 'offset' ? [plan.starts_on, plan.floor_fen] : [null, null]
  await tx
    .insertInto('recovery_plans')
    .values({
      ...{ recovery_id: id, seq, kind: plan.kind, starts_on, floor_fen, reason: plan.reason },
      made_by: context.actor.account_id,
    })
    .execute()
  const instalments = plan.kind === 'instalments' ? plan.instalments : []
  if (instalments.length > 0)
    await sql`
      insert into recovery_instalments (recovery_id, plan_seq, due_on, amount_fen)
      select ${id}::uuid, ${seq}::smallint, due_on, amount_fen from jsonb_to_recordset(${asJson(instalments)}) as i (due_on date, amount_fen int)`.execute(
      tx,
    )
  await recordHistory(tx, context, {
    ...eventOf(recovery),
    kind: 'recovery.planned',
    reason: plan.reason,
    changes: { kind: plan.kind, starts_on, floor_fen, instalments: instalments.length },
  })
  return getRecovery(tx, context.scope, id, localDate(context.now))
}

function planFaults(plan: NewPlan, { balance_fen }: RecoveryDetail, today: string): Fault[] {
  const past = (pointer: string, day: string) =>
    day < today
      ? [
          faultAt(
            pointer,
            'plan.past',
            `${day} 已经过去，计划从今天或以后开始。`,
            `${day} has passed: a plan begins today or later.`,
          ),
        ]
      : []
  if (plan.kind === 'offset') return past('/starts_on', plan.starts_on)
  const sum = plan.instalments.reduce((total, { amount_fen }) => total + amount_fen, 0)
  const twins = earlierTwins(plan.instalments.map(({ due_on }) => due_on))
  return [
    ...plan.instalments.flatMap(({ due_on }, index) => [
      ...past(`/instalments/${index}/due_on`, due_on),
      ...(twins[index] === null
        ? []
        : [
            faultAt(
              `/instalments/${index}/due_on`,
              'plan.twice',
              `${due_on} 已有一期，请合并为一期。`,
              `There is an instalment on ${due_on} already: make them one.`,
            ),
          ]),
    ]),
    ...(sum === balance_fen
      ? []
      : [
          faultAt(
            '/instalments',
            'plan.sum',
            `各期合计 ${formatYuan(sum)} 元，应等于待追回余额 ${formatYuan(balance_fen)} 元。`,
            `The instalments come to ${formatYuan(sum)} yuan; the balance is ${formatYuan(balance_fen)}.`,
          ),
        ]),
  ]
}

/** Records money that came back. Refuses `repayment.twice`, and as faults `recovery.above_balance`, `repayment.future`. */
export async function recordRepayment(
  tx: Tx,
  context: Context,
  id: string,
  { amount_fen, paid_on, reference }: NewRepayment,
): Promise<RecoveryDetail> {
  const recovery = await lockRecovery(tx, context, id)
  refuseFaults([
    ...aboveBalance(amount_fen, recovery),
    ...(paid_on > localDate(context.now)
      ? [faultAt('/paid_on', 'repayment.future', '归还日期不能晚于今天。', 'A repayment does not lie in the future.')]
      : []),
  ])
  if (recovery.entries.some((entry) => entry.reference === reference))
    refuse('conflict', 'repayment.twice', constraints.recovery_entries_repaid_once!.message)
  await append(tx, context, recovery, { kind: 'repayment', amount_fen, paid_on, reference })
  await recordHistory(tx, context, {
    ...eventOf(recovery),
    kind: 'recovery.repaid',
    changes: { amount_fen, paid_on, reference, balance_fen: recovery.balance_fen - amount_fen },
  })
  return getRecovery(tx, context.scope, id, localDate(context.now))
}

/** Proposes that so much be written off. Refuses `write_off.open`, `run.other_authority`; fault `recovery.above_balance`. */
export async function proposeWriteOff(
  tx: Tx,
  context: Context,
  id: string,
  input: NewWriteOff,
): Promise<RecoveryDetail> {
  const recovery = await lockRecovery(tx, context, id)
  checkAuthority(context.actor, await getScheme(tx, recovery.scheme_code))
  if (recovery.write_off_open) refuse('conflict', 'write_off.open', constraints.recovery_write_offs_one_open!.message)
  refuseFaults(aboveBalance(input.amount_fen, recovery))
  await tx
    .insertInto('recovery_write_offs')
    .values({ ...input, recovery_id: id, proposed_by: context.actor.account_id })
    .execute()
  await recordHistory(tx, context, {
    ...eventOf(recovery),
    kind: 'recovery.write_off_proposed',
    reason: input.reason,
    changes: { amount_fen: input.amount_fen, document: input.document },
  })
  return getRecovery(tx, context.scope, id, localDate(context.now))
}

/**
 * Decides a write-off, once; nobody decides their own. Refuses `write_off.own_work`, `write_off.decided`, and `recovery.above_balance` when
 * less is left by now than was to be written off.
 */
export async function decideWriteOff(
  tx: Tx,
  context: Context,
  write_off_id: string,
  { approved, reason }: WriteOffDecision,
): Promise<RecoveryDetail> {
  const found = await tx
    .selectFrom('recovery_write_offs')
    .select('recovery_id')
    .where('id', '=', write_off_id)
    .executeTakeFirst()
  const recovery = await lockRecovery(tx, context, found?.recovery_id ?? notFound({ zh: '核销申请', en: 'write-off' }))
  const write_off = recovery.write_offs.find(({ id }) => id === write_off_id)!
  if (write_off.approved !== null)
    refuse('conflict', 'write_off.decided', constraints.recovery_write_off_decisions_once!.message)
  if (write_off.proposed_by === context.actor.account_id)
    refuse('conflict', 'write_off.own_work', constraints.recovery_write_off_decisions_by_another!.message)
  if (approved && write_off.amount_fen > recovery.balance_fen)
    refuse('conflict', 'recovery.above_balance', {
      zh: `余额只剩 ${formatYuan(recovery.balance_fen)} 元，不足申请核销的 ${formatYuan(write_off.amount_fen)} 元；请退回后按余额重新申请。`,
      en: `Only ${formatYuan(recovery.balance_fen)} yuan are left of the ${formatYuan(write_off.amount_fen)} to be written off: refuse it, and propose what is left.`,
    })
  const { proposed_by, amount_fen } = write_off
  await tx
    .insertInto('recovery_write_off_decisions')
    .values({ write_off_id, proposed_by, approved, reason, decided_by: context.actor.account_id })
    .execute()
  if (approved) await append(tx, context, recovery, { kind: 'write_off', amount_fen, write_off_id })
  await recordHistory(tx, context, {
    ...eventOf(recovery),
    kind: 'recovery.write_off_decided',
    reason,
    changes: { write_off_id, approved, amount_fen },
  })
  return getRecovery(tx, context.scope, recovery.id, localDate(context.now))
}

/** Within the scope, or 404; whoever else records something on it, or settles a run with it, waits. */
async function lockRecovery(tx: Tx, { scope, now }: Context, id: string): Promise<RecoveryDetail> {
  await tx.selectFrom('recoveries').select('id').where('id', '=', id).forUpdate().execute()
  return getRecovery(tx, scope, id, localDate(now))
}

function checkOpen({ balance_fen }: RecoveryDetail): void {
  if (balance_fen === 0)
    refuse('conflict', 'recovery.settled', {
      zh: '这笔追回已经结清，不需要再定计划。',
      en: 'Nothing is left of this recovery; it needs no plan.',
    })
}

function aboveBalance(amount_fen: number, { balance_fen }: RecoveryDetail): Fault[] {
  if (amount_fen <= balance_fen) return []
  return [
    faultAt(
      '/amount_fen',
      'recovery.above_balance',
      `金额 ${formatYuan(amount_fen)} 元超过待追回余额 ${formatYuan(balance_fen)} 元。`,
      `${formatYuan(amount_fen)} yuan is above the balance of ${formatYuan(balance_fen)}.`,
    ),
  ]
}

interface Entry {
  kind: 'repayment' | 'write_off'
  amount_fen: number
  paid_on?: string
  reference?: string
  write_off_id?: string
}

async function append(tx: Tx, context: Context, recovery: RecoveryDetail, entry: Entry): Promise<void> {
  const last = recovery.entries.at(-1)!
  await tx
    .insertInto('recovery_entries')
    .values({
      ...{ ...entry, recovery_id: recovery.id, seq: last.seq + 1, prev_seq: last.seq },
      ...{ prev_balance_fen: recovery.balance_fen, prev_written_off_fen: recovery.written_off_fen },
      recorded_by: context.actor.account_id,
    })
    .execute()
}

function eventOf({ id, district_code }: RecoveryDetail) {
  return { subject_kind: 'recovery', subject_id: id, district_code }
}
