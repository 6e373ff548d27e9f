// The people of the demo world: always the same, valid, and nobody real; the demo roster is wrong exactly where it says.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { demoPeople, demoPerson, mulberry32 } from '../../db/demo-people.ts'
import { demoRoster, PLANTED_FAULTS } from '../../db/demo-roster.ts'
import { checkBankAccount, checkIdentity, checkName, checkPhone } from '../../src/people/identity.ts'
import { EDUCATIONS, ID_TYPES, WORKFORCES } from '../../src/people/rules.ts'
import { cellText, hasLostDigits } from '../../src/platform/cells.ts'
import { readSheet } from '../../src/platform/sheet-reader.ts'

const people = demoPeople(20_000)
const share = (one: (person: (typeof people)[number]) => boolean) => people.filter(one).length / people.length

test('the same number is the same person, on every machine and however many are asked for', () => {
  expect(demoPeople(3)).toEqual(people.slice(0, 3))
  expect(demoPerson(19_999)).toEqual(people[19_999])
  expect(
    createHash('sha256')
      .update(JSON.stringify(people.slice(0, 1000)))
      .digest('hex'),
  ).toBe('29e488f239fc2c08626994002f4d6bca7bf1e683024175b210a59b597521f409')
})

test('every resident number is valid, says sex and birth date, lies in no province, and belongs to one person', () => {
  for (const { id_number, sex, birth_date } of people) {
    expect(id_number).toMatch(/^109901/)
    expect(checkIdentity('resident_id', id_number)).toEqual({ ok: true, id_number, birth_date, sex })
    expect(birth_date >= '1962-01-01' && birth_date <= '2004-12-31').toBe(true)
  }
  expect(new Set(people.map((person) => person.id_number)).size).toBe(people.length)
})

test('every account is of no bank, valid by Luhn, and belongs to one person', () => {
  for (const { bank_account } of people) {
    expect(bank_account).toMatch(/^0000\d{15}$/)
    expect(checkBankAccount(bank_account)).toEqual({ ok: true, bank_account, warning: null })
  }
  expect(new Set(people.map((person) => person.bank_account)).size).toBe(people.length)
})

test('every name passes as a name; double surnames, minority names and rare characters come in their shares', () => {
  for (const { name } of people) expect(checkName(name)).toEqual({ ok: true, name })
  expect(share(({ name }) => /^(欧阳|上官|诸葛|司马|尉迟|慕容|皇甫|夏侯|令狐|端木)/.test(name))).toBeCloseTo(0.03, 2)
  expect(share(({ name }) => name.includes('·'))).toBeCloseTo(0.01, 2)
  for (const rare of '𬱖䶮㛃') expect(demoPeople(1000).some(({ name }) => name.includes(rare))).toBe(true)
  expect(share(({ name }) => name.startsWith('王'))).toBeGreaterThan(0.05)
  expect(share(({ sex }) => sex === 'female')).toBeCloseTo(0.82, 1)
  expect(new Set(people.slice(0, 1000).map(({ name }) => name)).size).toBeGreaterThan(850)
})

test('the generator of random numbers gives the published sequence', () => {
  const random = mulberry32(1)
  expect([random(), random(), random()].map((one) => one.toFixed(6))).toEqual(['0.627074', '0.002736', '0.527447'])
})

test('the demo roster has 300 people of its own and is wrong exactly where it says', async () => {
  const sheet = await readSheet(await demoRoster(), '示例名单.xlsx')
  expect(sheet.header).toEqual([
    '姓名',
    '证件类型',
    '证件号码',
    '从业类别',
    '性别',
    '学历',
    '手机号码',
    '银行账号',
    '备注',
  ])
  expect(sheet.rows).toHaveLength(300)
  expect(sheet.rows.at(-1)?.number).toBe(302)
  const known = new Set(demoPeople(1000).map((person) => person.id_number))
  const seen = new Set<string>()
  const found: { row: number; column: string; code: string }[] = []
  for (const { number, cells } of sheet.rows) {
    const [name = '', id_type = '', id_number = '', workforce = '', , education = '', phone = '', account = ''] = cells
    const fault = (column: string, code: string) => found.push({ row: number, column, code })
    const keep = (column: string, checked: { ok: true } | { ok: false; code: string }) =>
      checked.ok || fault(column, checked.code)
    keep('姓名', checkName(cellText(name)))
    if (!Object.values(WORKFORCES).some((word) => word.zh === workforce)) fault('从业类别', 'value.unknown')
    if (!Object.values(EDUCATIONS).some((word) => word.zh === education)) fault('学历', 'value.unknown')
    if (phone !== '') keep('手机号码', checkPhone(cellText(phone)))
    keep('银行账号', checkBankAccount(cellText(account)))
    expect(id_type).toBe(ID_TYPES.resident_id.zh)
    if (hasLostDigits(id_number)) fault('证件号码', 'identity.precision_lost')
    else {
      const identity = checkIdentity('resident_id', cellText(id_number))
      keep('证件号码', identity)
      if (!identity.ok) continue
      if (seen.has(identity.id_number)) fault('证件号码', 'person.twice')
      seen.add(identity.id_number)
      expect(known.has(identity.id_number)).toBe(false)
    }
  }
  expect(found).toEqual(PLANTED_FAULTS)
})
