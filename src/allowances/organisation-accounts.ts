/** Where an organisation is paid to: recorded by itself or its district, sealed, and shown in full with a reason only. */
import { recordHistory } from '../history/actions.ts'
import { cleanAccount } from '../people/details.ts'
import { maskAccount } from '../people/identity.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { getPayee } from './organisation-queries.ts'

/** Records or replaces the account; said again it does nothing. Fault `account.format`, `bank_account.missing`. */
export async function recordBankAccount(
  tx: Tx,
  context: Context,
  organisation_id: string,
  text: string,
): Promise<{ bank_account_masked: string }> {
  const { district_code } = await getPayee(tx, context.scope, organisation_id)
  const faults: Fault[] = []
  const bank_account = cleanAccount(faults, text)
  if (bank_account === null && faults.length === 0)
    faults.push({
      pointer: '/bank_account',
      code: 'bank_account.missing',
      message: { zh: '请填写银行账号。', en: 'Give the bank account.' },
    })
  refuseFaults(faults)
  const account_masked = maskAccount(bank_account!)
  const known = await lockAccount(tx, organisation_id)
  if (known && (await context.vault.open(known.account_sealed)) === bank_account)
    return { bank_account_masked: account_masked }
  const account = {
    ...{ account_masked, account_sealed: await context.vault.seal(bank_account!) },
    ...{ recorded_by: context.actor.account_id, recorded_at: context.now },
  }
  await tx
    .insertInto('organisation_bank_accounts')
    .values({ organisation_id, ...account })
    .onConflict((oc) => oc.column('organisation_id').doUpdateSet(account))
    .execute()
  await recordHistory(tx, context, {
    kind: known ? 'bank_account.changed' : 'bank_account.recorded',
    ...{ subject_kind: 'organisation', subject_id: organisation_id, organisation_id, district_code },
  })
  return { bank_account_masked: account_masked }
}

/** The account in full; who looked and why is recorded. Refuses `bank_account.none`. */
export async function discloseBankAccount(
  tx: Tx,
  context: Context,
  organisation_id: string,
  reason: string,
): Promise<{ field: string; value: string }> {
  const { district_code } = await getPayee(tx, context.scope, organisation_id)
  const known = await lockAccount(tx, organisation_id)
  if (!known)
    return refuse('conflict', 'bank_account.none', {
      zh: '机构还没有登记银行账号。',
      en: 'No bank account is registered for the organisation.',
    })
  await recordHistory(tx, context, {
    kind: 'bank_account.disclosed',
    ...{ subject_kind: 'organisation', subject_id: organisation_id, organisation_id, district_code, reason },
  })
  return { field: 'bank_account', value: await context.vault.open(known.account_sealed) }
}

function lockAccount(tx: Tx, organisation_id: string) {
  return tx
    .selectFrom('organisation_bank_accounts')
    .select('account_sealed')
    .where('organisation_id', '=', organisation_id)
    .forUpdate()
    .executeTakeFirst()
}
