/** What administrators decide about accounts: disabling, enabling, unlocking, resetting the password; each a row with its reason. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuse } from '../platform/errors.ts'
import { isLocked, standsInFor } from './account-rules.ts'
import { hashPassword, oneTimePassword } from './passwords.ts'
import { accountInScope } from './queries.ts'
import { endSessions } from './sessions.ts'

export type Decider = Pick<Context, 'actor' | 'scope' | 'now' | 'request_id'>
type Decided = { id: string; username: string }

/** Nobody can sign in to it from now on, and its sessions end. Refuses `account.disabled`, `account.last_admin`. */
export async function disableAccount(tx: Tx, context: Decider, id: string, reason: string): Promise<Decided> {
  // first, and in one order: two administrators who disable each other at once wait here
  const { rows: admins } = await sql<{ id: string; district_code: string | null }>`
    select id, district_code from accounts where role = 'admin' and disabled_at is null order by id for update`.execute(
    tx,
  )
  const account = await lockAccount(tx, context, id)
  refuseDisabled(account)
  if (
    account.role === 'admin' &&
    !admins.some((one) => one.id !== id && standsInFor(one.district_code, account.district_code))
  )
    refuse('conflict', 'account.last_admin', {
      zh: `账号 ${account.username} 是最后一个可用的管理员，停用后没有人能再管理账号。请先新增另一个管理员。`,
      en: `The account ${account.username} is the last administrator: without it nobody could manage accounts. Add another one first.`,
    })
  await tx.updateTable('accounts').set({ disabled_at: context.now }).where('id', '=', id).execute()
  await endSessions(tx, id)
  return decided(tx, context, account, 'disabled', reason)
}

/** Refuses `account.not_disabled`, `account.erased`. */
export async function enableAccount(tx: Tx, context: Decider, id: string, reason: string): Promise<Decided> {
  const account = await lockAccount(tx, context, id)
  if (!account.disabled_at)
    refuse('conflict', 'account.not_disabled', {
      zh: `账号 ${account.username} 没有停用，无需恢复。`,
      en: `The account ${account.username} is not disabled.`,
    })
  const holder = account.person_id
    ? await tx.selectFrom('people').select('erased_at').where('id', '=', account.person_id).executeTakeFirst()
    : undefined
  if (holder?.erased_at)
    refuse('conflict', 'account.erased', {
      zh: `账号 ${account.username} 的个人信息已按规定删除，不能恢复。`,
      en: `The personal data behind the account ${account.username} is erased: it cannot be enabled.`,
    })
  await tx
    .updateTable('accounts')
    .set({ disabled_at: null, failed_sign_ins: 0, locked_until: null })
    .where('id', '=', id)
    .execute()
  return decided(tx, context, account, 'enabled', reason)
}

/** Refuses `account.not_locked`. */
export async function unlockAccount(tx: Tx, context: Decider, id: string, reason: string): Promise<Decided> {
  const account = await lockAccount(tx, context, id)
  if (!isLocked(account, context.now))
    refuse('conflict', 'account.not_locked', {
      zh: `账号 ${account.username} 没有被锁定，可以直接登录。`,
      en: `The account ${account.username} is not locked.`,
    })
  await tx.updateTable('accounts').set({ failed_sign_ins: 0, locked_until: null }).where('id', '=', id).execute()
  return decided(tx, context, account, 'unlocked', reason)
}

/**
 * Gives the account a password that is known only to who reads this answer, and that must be changed before anything else; its sessions
 * end and a lock is lifted. Refuses `account.disabled`, `account.own_password`.
 */
export async function resetPassword(
  tx: Tx,
  context: Decider,
  id: string,
  reason: string,
): Promise<Decided & { one_time_password: string }> {
  const account = await lockAccount(tx, context, id)
  refuseDisabled(account)
  // whoever found an open session must not be able to keep the account
  if (id === context.actor.account_id)
    refuse('conflict', 'account.own_password', {
      zh: '自己的密码请在“修改密码”中更改，需要填写原密码。',
      en: 'Change your own password under “Change password”, where the present one is asked for.',
    })
  const one_time_password = oneTimePassword()
  await tx
    .updateTable('accounts')
    .set({
      password_hash: await hashPassword(one_time_password),
      password_reset_at: context.now,
      failed_sign_ins: 0,
      locked_until: null,
    })
    .where('id', '=', id)
    .execute()
  await endSessions(tx, id)
  return { ...(await decided(tx, context, account, 'password_reset', reason)), one_time_password }
}

/** An account of the caller's division, locked until the transaction ends. */
export async function lockAccount(tx: Tx, context: Decider, id: string) {
  const account = await tx
    .selectFrom('accounts')
    .select(['id', 'username', 'role', 'organisation_id', 'district_code', 'person_id', 'disabled_at', 'locked_until'])
    .where('id', '=', id)
    .where(accountInScope(context.scope))
    .forUpdate()
    .executeTakeFirst()
  return account ?? notFound({ zh: '账号', en: 'account' })
}

export function refuseDisabled({ username, disabled_at }: { username: string; disabled_at: Date | null }): void {
  if (disabled_at)
    refuse('conflict', 'account.disabled', {
      zh: `账号 ${username} 已经停用，请先恢复。`,
      en: `The account ${username} is disabled: enable it first.`,
    })
}

async function decided(
  tx: Tx,
  context: Decider,
  account: Awaited<ReturnType<typeof lockAccount>>,
  kind: string,
  reason: string,
): Promise<Decided> {
  const { id, username, organisation_id, district_code } = account
  await tx
    .insertInto('account_decisions')
    .values({ account_id: id, kind, reason, decided_by: context.actor.account_id, decided_at: context.now })
    .execute()
  const subject = { subject_kind: 'account', subject_id: id, organisation_id, district_code }
  await recordHistory(tx, context, { kind: `account.${kind}`, ...subject, reason })
  return { id, username }
}

/** Of people who are erased: their accounts are disabled and say no more whose they were. */
export async function closeAccounts(
  tx: Tx,
  context: Pick<Decider, 'actor' | 'now'>,
  people: string[],
  reason: string,
  display_name: string,
): Promise<void> {
  await sql`
    with closed as (
      update accounts set display_name = ${display_name}, disabled_at = coalesce(disabled_at, ${context.now})
      where person_id = any (${people}::uuid[]) returning id
    ), unlinked as (
      -- the subject is what another system calls the person
      update account_identities set subject = id::text, withdrawal_reason = coalesce(withdrawal_reason, ${reason}),
        withdrawn_by = coalesce(withdrawn_by, ${context.actor.account_id}::uuid), withdrawn_at = coalesce(withdrawn_at, ${context.now})
      where account_id in (select id from closed)
    ), ended as (
      delete from sessions where account_id in (select id from closed)
    )
    insert into account_decisions (account_id, kind, reason, decided_by, decided_at)
    select id, 'disabled', ${reason}, ${context.actor.account_id}::uuid, ${context.now} from closed`.execute(tx)
}
