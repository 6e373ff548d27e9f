/** Sheets of people: who they are, put into the register and on the roster of whoever imports them. */
import { checkPeople, type PersonCheck, registerPeople } from '../../people/actions.ts'
import { findLikelySame } from '../../people/duplicates.ts'
import { checkBankAccount, type IdType, maskAccount } from '../../people/identity.ts'
import { peoplePage } from '../../people/register-queries.ts'
import { EDUCATIONS, WORKFORCES, type Workforce } from '../../people/rules.ts'
import type { NewPerson } from '../../people/shapes.ts'
import type { Fault, Message } from '../../platform/errors.ts'
import { PERSON_ID } from '../masked.ts'
import { pagesOf } from '../register-pages.ts'
import type { ImportKind, RowToCheck, RowVerdict, Values } from '../rules.ts'
import { documentKey, ID_NUMBER, ID_TYPE, NAME, REMARK } from './named-people.ts'

const SEXES = { female: { zh: '女', en: 'Female' }, male: { zh: '男', en: 'Male' } } satisfies Record<string, Message>

export const people: ImportKind<NewPerson> = {
  kind: 'people',
  title: { zh: '从业人员', en: 'People' },
  sheet: '人员名单',
  permission: 'person.write',
  subject: null,
  apart: true,
  columns: [
    NAME,
    { ...ID_TYPE, required: true, note: '从下拉列表中选择' },
    ID_NUMBER,
    {
      key: 'workforce',
      header: '从业类别',
      required: true,
      type: 'choice',
      choices: WORKFORCES,
      note: '从下拉列表中选择',
      sample: '养老护理',
    },
    {
      key: 'sex',
      header: '性别',
      type: 'choice',
      choices: SEXES,
      note: '可不填，以证件号码为准',
      sample: '女',
    },
    {
      key: 'education',
      header: '学历',
      type: 'choice',
      choices: EDUCATIONS,
      note: '最高学历，从下拉列表中选择',
      sample: '初中',
    },
    { key: 'phone', header: '手机号码', type: 'digits', note: '11 位手机号码', sample: '13800000000' },
    {
      key: 'bank_account',
      header: '银行账号',
      type: 'digits',
      note: '本人账户，12 至 23 位数字，单元格须为文本格式',
      sample: '6222021234563684',
      mask: maskAccount,
    },
    PERSON_ID,
    REMARK,
  ],
  key: documentKey,
  twice: { code: 'person.twice', column: 'id_number', what: { zh: '证件号码', en: 'document' } },
  async check(tx, context, _, rows) {
    const checks = await checkPeople(
      tx,
      context,
      rows.map(({ values }) => toPerson(values)),
    )
    const alike = await findLikelySame(tx, checks)
    return rows.map((row, index) => {
      const verdict = verdictOf(row, checks[index]!)
      return alike[index] ? { ...verdict, warnings: [...verdict.warnings!, alike[index]] } : verdict
    })
  },
  commit: (tx, context, _, facts) => registerPeople(tx, context, facts),
  register: (db, context, { full }) =>
    pagesOf(
      context,
      full,
      (after, limit) => peoplePage(db, context.scope, { after, limit }),
      async ({ workforce, sex, education, phone, bank_account_sealed, bank_account_masked }) => ({
        ...{ workforce, sex, education, phone },
        bank_account: full && bank_account_sealed ? await context.vault.open(bank_account_sealed) : bank_account_masked,
      }),
    ),
}

function toPerson(values: Values): NewPerson {
  return {
    name: String(values.name ?? ''),
    // a stand-in where the cell was not understood: what is said of it then is left out again
    id_type: (values.id_type ?? 'resident_id') as IdType,
    id_number: String(values.id_number ?? ''),
    workforce: (values.workforce ?? 'elder_care') as Workforce,
    education: values.education as NewPerson['education'],
    phone: values.phone as string | null,
    bank_account: values.bank_account as string | null,
  }
}

function verdictOf(
  { values }: RowToCheck,
  { change, faults, clean, known, fields }: PersonCheck,
): RowVerdict<NewPerson> {
  const told = known?.on_roster ? fields : []
  const before = {
    education: EDUCATIONS[known?.education as keyof typeof EDUCATIONS]?.zh,
    phone: known?.phone,
    bank_account: known?.bank_account_masked,
  }
  return {
    change,
    faults: values.id_type ? faults : faults.filter(typeUnknown),
    warnings: warningsOf(values, clean.sex),
    before: Object.fromEntries(
      Object.entries(before).flatMap(([key, value]) => (told.includes(key) && value ? [[key, value]] : [])),
    ),
    fact: toPerson(values),
  }
}

/** Without the type of the document, only lost digits can be told of its number. */
function typeUnknown({ pointer, code }: Fault): boolean {
  return pointer !== '/id_number' || code === 'identity.precision_lost'
}

function warningsOf({ sex, bank_account }: Values, inDocument: string | null): Fault[] {
  const warnings: Fault[] = []
  if (sex && inDocument && sex !== inDocument) {
    const [said, found] = [SEXES[sex as keyof typeof SEXES], SEXES[inDocument as keyof typeof SEXES]]
    warnings.push({
      pointer: '/sex',
      code: 'person.sex_differs',
      message: {
        zh: `性别填的是“${said.zh}”，证件号码是“${found.zh}”，以证件号码为准；请核对证件。`,
        en: `The sheet says ${said.en}, the document number ${found.en}, which counts: compare the document.`,
      },
    })
  }
  const account = bank_account ? checkBankAccount(String(bank_account)) : null
  if (account?.ok && account.warning) warnings.push({ pointer: '/bank_account', ...account.warning })
  return warnings
}
