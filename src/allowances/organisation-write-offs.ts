/** Write-offs of what an organisation owes: one officer proposes with a document, another decides. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { formatYuan } from '../platform/money.ts'
import { lockDues, nothingOwed } from './organisation-booking.ts'
import { getPayee } from './organisation-queries.ts'
import type { NewOrganisationWriteOff } from './organisation-shapes.ts'
import { getScheme } from './queries.ts'
import { constraints } from './recovery-rules.ts'
import type { WriteOffDecision } from './recovery-shapes.ts'
import { checkAuthority } from './rules.ts'

/** Refuses `run.other_authority`, `organisation_dues.nothing_owed`, `write_off.open`; fault `organisation_dues.too_much`. */
export async function proposeOrganisationWriteOff(
  tx: Tx,
  context: Context,
  organisation_id: string,
  input: NewOrganisationWriteOff,
): Promise<void> {
  await getPayee(tx, context.scope, organisation_id)
  const account = { organisation_id, scheme_code: input.scheme_code, district_code: input.district_code }
  const last = await lockAccount(tx, context, account)
  checkAuthority(context.actor, await getScheme(tx, input.scheme_code))
  if (!last || last.owed_fen === 0) return nothingOwed()
  if (input.amount_fen > last.owed_fen)
    refuseFaults([
      faultAt(
        '/amount_fen',
        'organisation_dues.too_much',
        `应退回 ${formatYuan(last.owed_fen)} 元，申请核销的是 ${formatYuan(input.amount_fen)} 元，请核对。`,
        `${formatYuan(last.owed_fen)} yuan are owed, and ${formatYuan(input.amount_fen)} is to be written off: compare them.`,
      ),
    ])
  await tx
    .insertInto('organisation_write_offs')
    .values({ ...input, organisation_id, proposed_by: context.actor.account_id })
    .execute()
  await recordHistory(tx, context, {
    ...eventOf(account),
    kind: 'organisation_dues.write_off_proposed',
    reason: input.reason,
    changes: { scheme_code: input.scheme_code, amount_fen: input.amount_fen, document: input.document },
  })
}

/**
 * Decides a write-off, once; nobody decides their own. Answers whose account it is. Refuses `write_off.decided`, `write_off.own_work`, and
 * `recovery.above_balance` when less is owed by now.
 */
export async function decideOrganisationWriteOff(
  tx: Tx,
  context: Context,
  id: string,
  { approved, reason }: WriteOffDecision,
): Promise<{ organisation_id: string }> {
  const write_off =
    (await tx.selectFrom('organisation_write_offs').selectAll().where('id', '=', id).executeTakeFirst()) ??
    notFound({ zh: '核销申请', en: 'write-off' })
  const { organisation_id, scheme_code, district_code, amount_fen, proposed_by } = write_off
  await getPayee(tx, context.scope, organisation_id)
  const last = (await lockAccount(tx, context, write_off))!
  const decided = await tx
    .selectFrom('organisation_write_off_decisions')
    .select('write_off_id')
    .where('write_off_id', '=', id)
    .executeTakeFirst()
  if (decided) refuse('conflict', 'write_off.decided', constraints.recovery_write_off_decisions_once!.message)
  if (proposed_by === context.actor.account_id)
    refuse('conflict', 'write_off.own_work', constraints.recovery_write_off_decisions_by_another!.message)
  if (approved && amount_fen > last.owed_fen)
    refuse('conflict', 'recovery.above_balance', {
      zh: `现在只应退回 ${formatYuan(last.owed_fen)} 元，不足申请核销的 ${formatYuan(amount_fen)} 元；请不同意后按余额重新申请。`,
      en: `Only ${formatYuan(last.owed_fen)} yuan are owed now of the ${formatYuan(amount_fen)} to be written off: refuse it, and propose what is left.`,
    })
  await tx
    .insertInto('organisation_write_off_decisions')
    .values({ write_off_id: id, proposed_by, approved, reason, decided_by: context.actor.account_id })
    .execute()
  if (approved)
    await tx
      .insertInto('organisation_dues')
      .values({
        ...{ organisation_id, scheme_code, district_code, write_off_id: id, plus_fen: amount_fen, minus_fen: 0 },
        ...{ seq: last.seq + 1, prev_seq: last.seq, prev_owed_fen: last.owed_fen },
        ...{ prev_written_off_fen: last.written_off_fen, recorded_by: context.actor.account_id },
      })
      .execute()
  await recordHistory(tx, context, {
    ...eventOf(write_off),
    kind: 'organisation_dues.write_off_decided',
    reason,
    changes: { scheme_code, write_off_id: id, approved, amount_fen },
  })
  return { organisation_id }
}

interface Account {
  organisation_id: string
  scheme_code: string
  district_code: string
}

/** The last entry of an account of the actor's division; whoever writes it next waits. */
async function lockAccount(tx: Tx, { scope }: Context, account: Account) {
  const { organisation_id, scheme_code, district_code } = account
  if (scope.kind !== 'division' || !district_code.startsWith(scope.prefix)) notFound({ zh: '区县', en: 'district' })
  await lockDues(tx, account)
  const { rows } = await sql<{ seq: number; owed_fen: number; written_off_fen: number }>`
    select seq, owed_fen, written_off_fen from organisation_dues
    where (organisation_id, scheme_code, district_code) = (${organisation_id}::uuid, ${scheme_code}, ${district_code}) order by seq desc limit 1`.execute(
    tx,
  )
  return rows[0]
}

function eventOf({ organisation_id, district_code }: Account) {
  return { subject_kind: 'organisation', subject_id: organisation_id, organisation_id, district_code }
}
