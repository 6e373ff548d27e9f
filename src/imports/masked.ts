/** Rows of a downloaded register, whose numbers are masked: the id of the person stands for the number, nobody has to see it. */
import { z } from 'zod'
import { type Masked, maskedPeople } from '../people/register-queries.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import type { ImportColumn, RowFault, Values } from './rules.ts'

export const PERSON_ID: ImportColumn = {
  key: 'person_id',
  header: '人员编号',
  type: 'text',
  note: '由系统下载的名册自带，请勿改动；有它时证件号码可以保持打码。新增人员不填',
  sample: '',
}

const masked = (value: Values[string] | undefined): value is string => typeof value === 'string' && value.includes('*')

/**
 * Puts the number behind a mask in its place where the id is that of somebody the actor knows and the mask is theirs; a masked account
 * that is theirs says nothing. Adds a fault to rows where it is not. Codes: `person.mask_unknown`, `account.mask_unknown`. Answers the
 * indexes of the rows, which have other values now.
 */
export async function unmask(
  db: Db,
  context: Context,
  rows: { values: Values; faults: RowFault[] }[],
): Promise<number[]> {
  const behind = rows.flatMap(({ values }, index) =>
    masked(values.id_number) || masked(values.bank_account) ? [index] : [],
  )
  if (behind.length === 0) return []
  const ids = behind
    .map((index) => String(rows[index]!.values.person_id))
    .filter((id) => z.uuid().safeParse(id).success)
  const known = await maskedPeople(db, context.scope, ids)
  await Promise.all(
    behind.map(async (index) => {
      const row = rows[index]!
      row.values = await uncovered(context, known.get(String(row.values.person_id)), row)
    }),
  )
  return behind
}

async function uncovered(
  { vault }: Context,
  person: Masked | undefined,
  { values, faults }: { values: Values; faults: RowFault[] },
): Promise<Values> {
  const found = { ...values }
  if (masked(values.id_number)) {
    if (person?.id_number_masked === values.id_number) {
      found.id_number = await vault.open(person.id_number_sealed)
      found.id_type = person.id_type
    } else faults.push(NUMBER_UNKNOWN)
  }
  if (masked(values.bank_account)) {
    if (person?.bank_account_masked !== values.bank_account) faults.push(ACCOUNT_UNKNOWN)
    found.bank_account = null
  }
  return found
}

const NUMBER_UNKNOWN: RowFault = {
  column: 'id_number',
  code: 'person.mask_unknown',
  message: {
    zh: '证件号码是打码的，但“人员编号”为空，或不是名册中这个人的编号。请从系统重新下载名册，或填写完整号码。',
    en: 'The number is masked, but 人员编号 is empty or not that of this person on your roster: download the register again, or give the whole number.',
  },
}
const ACCOUNT_UNKNOWN: RowFault = {
  column: 'bank_account',
  code: 'account.mask_unknown',
  message: {
    zh: '银行账号是打码的，与登记的账号不一致。不更换账号的请留空，更换的请填写完整账号。',
    en: 'The account is masked and not the one registered: leave it empty to keep that, or give the whole new one.',
  },
}
