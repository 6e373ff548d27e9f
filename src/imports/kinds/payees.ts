/** Whom a bank means in its answer to a payment file: payees found by document or account, among those of the batch, as the bank was told. */
import { getPaymentFile } from '../../allowances/payment-queries.ts'
import { unscopedPayees } from '../../allowances/payment-result-queries.ts'
import { faultAt } from '../../people/bulk.ts'
import { cleanName, maskAccount, maskIdNumber, maskName } from '../../people/identity.ts'
import type { Context } from '../../platform/context.ts'
import type { Tx } from '../../platform/database.ts'
import type { Fault } from '../../platform/errors.ts'
import type { Value, Values } from '../rules.ts'

interface Payee {
  payee_id: string
  name: string
  id_number: string
  bank_account: string
}

/** Whom a row of the bank names, or what is wrong with the name it gives. */
export type FindPayee = (values: Values) => Payee | Fault

/** Whom the bank means, by the number it sends; two people with one account are told apart by document only. */
export async function payeesOf(tx: Tx, context: Context, file_id: string): Promise<FindPayee> {
  const { batch_id } = await getPaymentFile(tx, context.scope, file_id)
  const payees: Payee[] = await Promise.all(
    (await unscopedPayees(tx, batch_id)).map(
      async ({ payee_id, name, id_number_sealed, credit_code, bank_account_sealed }) => ({
        ...{ payee_id, name },
        id_number: plain(credit_code ?? (id_number_sealed === null ? '' : await context.vault.open(id_number_sealed))),
        bank_account: plain(await context.vault.open(bank_account_sealed)),
      }),
    ),
  )
  const byDocument = Map.groupBy(payees, ({ id_number }) => id_number)
  const byAccount = Map.groupBy(payees, ({ bank_account }) => bank_account)
  return ({ id_number, bank_account, name }) => {
    if (!id_number && !bank_account) return NEITHER
    const account = bank_account ? plain(bank_account) : null
    const found = id_number ? byDocument.get(plain(id_number)) : byAccount.get(account!)
    if (!found)
      return id_number
        ? unknown('id_number', maskIdNumber(plain(id_number)))
        : unknown('bank_account', maskAccount(account!))
    const [payee, other] = found.length > 1 ? found.filter((one) => id_number && one.bank_account === account) : found
    if (!payee || other) return SHARED
    // some banks read no spaces in names
    if (unspaced(cleanName(String(name))) !== unspaced(payee.name))
      return nameDiffers(payee.name, cleanName(String(name)))
    return payee
  }
}

function unspaced(name: string): string {
  return name.replace(/\s/g, '')
}

function plain(value: Value): string {
  return String(value)
    .replace(/[\s'‘’-]/g, '')
    .toUpperCase()
}

const NEITHER = faultAt(
  '/id_number',
  'payment_result.who_missing',
  '证件号码和银行账号都没有填写，不知道是谁的款项；请至少填一项。',
  'Neither ID number nor bank account is given, so nobody knows whose money it is: fill in one of them.',
)

function unknown(column: 'id_number' | 'bank_account', masked: string): Fault {
  const what = column === 'id_number' ? { zh: '证件号码', en: 'ID number' } : { zh: '银行账号', en: 'account' }
  return faultAt(
    `/${column}`,
    'payment_result.not_in_file',
    `这份发放文件中没有${what.zh}为 ${masked} 的收款人，请核对是不是另一批次的回单。`,
    `Nobody with the ${what.en} ${masked} is paid by this file: is it the answer to another run?`,
  )
}

const SHARED = faultAt(
  '/id_number',
  'payment_result.payee_unclear',
  '这一批有不止一个收款人与所填号码相符，请同时填写证件号码和银行账号。',
  'More than one payee of this batch fits: give both the ID number and the bank account.',
)

function nameDiffers(registered: string, given: string): Fault {
  return faultAt(
    '/name',
    'person.name_differs',
    `这个收款人在发放文件中的姓名是“${maskName(registered)}”，与回单上的“${given}”不一致，请与银行核对。`,
    `The payment file calls the payee “${maskName(registered)}”, the bank says “${given}”: ask the bank.`,
  )
}
