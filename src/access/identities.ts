/** Which account another system's subject may sign in to: linked and taken back by an administrator, with a reason. */
import { recordHistory } from '../history/actions.ts'
import type { Db, Tx } from '../platform/database.ts'
import { notFound, refuse } from '../platform/errors.ts'
import { type Decider, lockAccount, refuseDisabled } from './decisions.ts'
import type { Identity } from './identity.ts'
import { accountInScope } from './queries.ts'

/** Refuses `account.disabled`, `identity.linked` where the subject has an account already. */
export async function linkIdentity(
  tx: Tx,
  context: Decider,
  account_id: string,
  { issuer, subject, reason }: { issuer: string; subject: string; reason: string },
): Promise<{ id: string; account_id: string }> {
  const account = await lockAccount(tx, context, account_id)
  refuseDisabled(account)
  const { id } = await tx
    .insertInto('account_identities')
    .values({
      ...{ account_id, issuer, subject, reason },
      ...{ linked_by: context.actor.account_id, linked_at: context.now },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await note(tx, context, account, 'account.identity_linked', reason)
  return { id, account_id }
}

/** The subject signs in no more; what it did stays. */
export async function withdrawIdentity(
  tx: Tx,
  context: Decider,
  id: string,
  reason: string,
): Promise<{ id: string; account_id: string }> {
  const { account_id } = await getIdentity(tx, context, id)
  const account = await lockAccount(tx, context, account_id)
  const { numUpdatedRows } = await tx
    .updateTable('account_identities')
    .set({ withdrawal_reason: reason, withdrawn_by: context.actor.account_id, withdrawn_at: context.now })
    .where('id', '=', id)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n)
    refuse('conflict', 'identity.withdrawn', {
      zh: '这个关联已经取消，无需再次取消。',
      en: 'This identity is no longer linked.',
    })
  await note(tx, context, account, 'account.identity_withdrawn', reason)
  return { id, account_id }
}

/** Nothing of the subject: it may be the number of a document. */
async function note(
  tx: Tx,
  context: Decider,
  { id, organisation_id, district_code }: Awaited<ReturnType<typeof lockAccount>>,
  kind: string,
  reason: string,
): Promise<void> {
  const subject = { subject_kind: 'account', subject_id: id, organisation_id, district_code }
  await recordHistory(tx, context, { kind, ...subject, reason })
}

/**
 * The account that an identity is linked to, with the note that it was signed in to. No account is ever made of an identity: refuses
 * `identity.unknown`, `identity.account_disabled`.
 */
export async function enterAs(tx: Tx, now: Date, issuer: string, identity: Identity): Promise<string> {
  const account = await tx
    .selectFrom('account_identities')
    .innerJoin('accounts', 'accounts.id', 'account_identities.account_id')
    .select(['accounts.id', 'accounts.username', 'accounts.disabled_at'])
    .where('issuer', '=', issuer)
    .where('subject', '=', identity.subject)
    .where('withdrawn_at', 'is', null)
    .forUpdate(['accounts', 'account_identities'])
    .executeTakeFirst()
  if (!account) {
    const who = [identity.name, identity.subject].filter(Boolean).join(' · ')
    return refuse('forbidden', 'identity.unknown', {
      zh: `统一身份认证确认您是 ${who}，但还没有账号与之关联。请把“·”后的编号告诉管理员，关联后再登录。`,
      en: `The single sign-on says that you are ${who}, but no account is linked to that. Tell an administrator what stands after “·”, and sign in once it is linked.`,
    })
  }
  if (account.disabled_at)
    refuse('forbidden', 'identity.account_disabled', {
      zh: `您的账号 ${account.username} 已经停用，请联系管理员。`,
      en: `Your account ${account.username} is disabled: ask an administrator.`,
    })
  await tx
    .updateTable('accounts')
    .set({ last_sign_in_at: now, last_sign_in_by: identity.kind })
    .where('id', '=', account.id)
    .execute()
  return account.id
}

/** Those that stand and those that were taken back, newest first. */
export async function listIdentities(db: Db, account_id: string) {
  return identityRows(db).where('i.account_id', '=', account_id).orderBy('i.linked_at', 'desc').execute()
}

/** One that the caller may see. */
export async function getIdentity(db: Db, { scope }: Pick<Decider, 'scope'>, id: string) {
  const row = await identityRows(db).where('i.id', '=', id).where(accountInScope(scope)).executeTakeFirst()
  return row ?? notFound({ zh: '关联', en: 'linked identity' })
}

function identityRows(db: Db) {
  return db
    .selectFrom('account_identities as i')
    .innerJoin('accounts', 'accounts.id', 'i.account_id')
    .leftJoin('accounts as linker', 'linker.id', 'i.linked_by')
    .leftJoin('accounts as withdrawer', 'withdrawer.id', 'i.withdrawn_by')
    .select([
      'i.id',
      'i.account_id',
      'accounts.username',
      'i.issuer',
      'i.subject',
      'i.reason',
      'i.linked_at',
      'linker.display_name as linked_by',
      'i.withdrawal_reason',
      'i.withdrawn_at',
      'withdrawer.display_name as withdrawn_by',
    ])
}
