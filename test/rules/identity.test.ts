// Identity documents, names, phones, accounts and masks at their boundaries.
import { describe, expect, test } from 'vitest'
import {
  checkBankAccount,
  checkDigit,
  checkIdentity,
  checkName,
  checkPhone,
  type IdType,
  luhnValid,
  maskAccount,
  maskIdNumber,
  maskName,
  maskPhone,
} from '../../src/people/identity.ts'

describe('a document number that is right is accepted and normalised', () => {
  test.each<[IdType, string, string, string | null, string | null]>([
    ['resident_id', '11010219840406970X', '11010219840406970X', '1984-04-06', 'female'],
    ['resident_id', '11010219840406970x', '11010219840406970X', '1984-04-06', 'female'],
    ['resident_id', '１１０１０２１９８４０４０６９７０Ｘ', '11010219840406970X', '1984-04-06', 'female'],
    ['resident_id', ' 110102 19840406 970X\u200b', '11010219840406970X', '1984-04-06', 'female'],
    ['resident_id', "'11010219840406970X", '11010219840406970X', '1984-04-06', 'female'],
    ['resident_id', '110102840406970', '11010219840406970X', '1984-04-06', 'female'],
    ['resident_id', '109901197203150228', '109901197203150228', '1972-03-15', 'female'],
    ['resident_id', '810000199408230021', '810000199408230021', '1994-08-23', 'female'],
    ['residence_permit', '810000199408230021', '810000199408230021', '1994-08-23', 'female'],
    ['residence_permit', '820000199408230015', '820000199408230015', '1994-08-23', 'male'],
    ['residence_permit', '710000199201300017', '710000199201300017', '1992-01-30', 'male'],
    ['residence_permit', '830000199201300022', '830000199201300022', '1992-01-30', 'female'],
    ['permanent_residence', '932682198501010017', '932682198501010017', '1985-01-01', null],
    ['permanent_residence', 'USA330012345678', 'USA330012345678', null, null],
    ['travel_permit', 'H12345678', 'H12345678', null, null],
    ['travel_permit', 'm1234567890', 'M1234567890', null, null],
    ['travel_permit', '12345678', '12345678', null, null],
    ['travel_permit', '0123456789A', '0123456789A', null, null],
    ['passport', 'E 1234 5678', 'E12345678', null, null],
  ])('%s %s', (id_type, text, id_number, birth_date, sex) => {
    expect(checkIdentity(id_type, text)).toEqual({ ok: true, id_number, birth_date, sex })
  })

  test.each(['330103', '330104', '330125', '330184', '330181'])(
    'area code %s, retired or not, is no reason to refuse',
    (area) => {
      const seventeen = `${area}19700101001`
      expect(checkIdentity('resident_id', seventeen + checkDigit(seventeen))).toMatchObject({ ok: true, sex: 'male' })
    },
  )

  test('the 29th of February counts in leap years only', () => {
    for (const [year, ok] of [
      ['1996', true],
      ['2000', true],
      ['1900', false],
      ['1995', false],
    ] as const) {
      const seventeen = `330106${year}0229001`
      expect(checkIdentity('resident_id', seventeen + checkDigit(seventeen)).ok).toBe(ok)
    }
  })
})

describe('a document number that is wrong is refused with the reason', () => {
  test.each<[IdType, string, string, string]>([
    ['resident_id', '110102198404069701', 'identity.check_digit', '末位应为 X，现为 1'],
    ['resident_id', '109901197203150227', 'identity.check_digit', '末位应为 8，现为 7'],
    ['resident_id', '1101021984040697X', 'identity.length', '现为 17 位'],
    ['resident_id', '1101021984040697000X', 'identity.length', '现为 20 位'],
    ['resident_id', '　', 'identity.missing', '没有填写'],
    ['resident_id', '11010219840406X701', 'identity.format', '只能是数字'],
    ['resident_id', '010102198404069701', 'identity.format', '不以 0 开头'],
    ['resident_id', '110102198402309701', 'identity.birth_date', '1984-02-30'],
    ['resident_id', '110102178404069701', 'identity.birth_date', '1784-04-06'],
    ['resident_id', '110102841306970', 'identity.birth_date', '1984-13-06'],
    ['resident_id', '3.30106E+17', 'identity.precision_lost', '科学计数'],
    ['resident_id', '932682198501010017', 'identity.type_mismatch', '外国人永久居留'],
    ['residence_permit', '11010219840406970X', 'identity.type_mismatch', '现为 11'],
    ['permanent_residence', '11010219840406970X', 'identity.type_mismatch', '以 9 开头'],
    ['permanent_residence', '932682198501010018', 'identity.check_digit', '末位应为 7'],
    ['permanent_residence', 'US330012345678', 'identity.format', '3 个字母'],
    ['travel_permit', 'K12345678', 'identity.format', 'H 或 M'],
    ['passport', 'ABCDEFG', 'identity.format', '护照'],
  ])('%s %s', (id_type, text, code, words) => {
    const result = checkIdentity(id_type, text)
    expect(result).toMatchObject({ ok: false, code })
    expect(!result.ok && result.message.zh).toContain(words)
    expect(!result.ok && result.message.en).not.toBe('')
  })

  test('every single wrong digit of a resident ID is noticed', () => {
    const right = '11010219840406970X'
    for (let at = 0; at < 18; at++)
      for (const digit of '0123456789') {
        const changed = right.slice(0, at) + digit + right.slice(at + 1)
        if (changed !== right) expect(checkIdentity('resident_id', changed).ok, changed).toBe(false)
      }
  })
})

describe('names', () => {
  test.each([
    // Kangxi radicals and a compatibility ideograph, as they come out of a PDF; 﨑 and 﨓 have no other form
    ['\u2f45\u{2f804}', '方你'],
    ['\uf9f4秀英', '林秀英'],
    ['\ufa11\ufa13', '\ufa11\ufa13'],
    ['张三', '张三'],
    ['张　三', '张三'],
    ['王  芳', '王芳'],
    ['\ufeff李\u200b四', '李四'],
    ['阿依古丽•买买提', '阿依古丽·买买提'],
    ['阿依古丽 . 买买提', '阿依古丽·买买提'],
    ['𬱖䶮', '𬱖䶮'],
    ['㛃〇', '㛃〇'],
    ['John　Smith', 'John Smith'],
    ['Ｊｏｈｎ  Smith', 'John Smith'],
    ["Anne-Marie O'Neill", "Anne-Marie O'Neill"],
    ['José', 'José'],
  ])('%s is accepted as %s', (text, name) => {
    expect(checkName(text)).toEqual({ ok: true, name })
  })

  test.each([
    ['', 'name.missing', '没有填写'],
    ['　\u200b', 'name.missing', '没有填写'],
    ['张3', 'name.characters', '“3”'],
    ['张三(大)', 'name.characters', '“(”'],
    ['张三（大）', 'name.characters', '“(”'],
    ['张三、李四', 'name.characters', '“、”'],
    ['·张三', 'name.characters', '“·”'],
    ['王\ue863', 'name.characters', 'U+E863'],
    ['张'.repeat(61), 'name.length', '60'],
  ])('%j is refused', (text, code, words) => {
    const result = checkName(text)
    expect(result).toMatchObject({ ok: false, code })
    expect(!result.ok && result.message.zh).toContain(words)
  })
})

describe('phones and accounts', () => {
  test.each([
    ['13800000000', true],
    ['19999999999', true],
    ['+86 138-0000-0000', true],
    ['008613800000000', true],
    ['１３８００００００００', true],
    ['12800000000', false],
    ['1380000000', false],
    ['138000000000', false],
    ['0571-88888888', false],
    ['', false],
  ])('mobile %s: %s', (text, ok) => {
    expect(checkPhone(text).ok).toBe(ok)
  })

  test('a bank account of 12 to 23 digits is accepted; a failed Luhn check only warns', () => {
    expect(checkBankAccount('6222 0212-3456 3684')).toMatchObject({ ok: true, bank_account: '6222021234563684' })
    expect(checkBankAccount('123456789012')).toMatchObject({ ok: true, warning: { code: 'account.luhn' } })
    expect(checkBankAccount('4111111111111111')).toMatchObject({ ok: true, warning: null })
    for (const text of ['12345678901', '1'.repeat(24), '6.22202E+18', ''])
      expect(checkBankAccount(text)).toMatchObject({ ok: false, code: 'account.format' })
  })

  test('the Luhn check knows right from wrong', () => {
    expect(luhnValid('79927398713')).toBe(true)
    expect(luhnValid('79927398710')).toBe(false)
  })
})

describe('masks never show what they hide', () => {
  test.each([
    ['330106199001011234', '3301**********1234'],
    ['E12345678', 'E1*****78'],
    ['12345678', '12****78'],
    ['USA330012345678', 'USA3*******5678'],
  ])('document %s → %s', (text, masked) => {
    expect(maskIdNumber(text)).toBe(masked)
  })
  test.each([
    ['张三', '张*'],
    ['王小芳', '王*芳'],
    ['欧阳娜娜', '欧**娜'],
    ['𬱖䶮', '𬱖*'],
    ['王𬱖芳', '王*芳'],
    ['张', '*'],
    ['阿依古丽·买买提', '阿***·**提'],
    ['John Smith', 'J*** S****'],
    ["O'Neill", "O'N****"],
  ])('name %s → %s', (text, masked) => {
    expect(maskName(text)).toBe(masked)
  })
  test('phones and accounts', () => {
    expect(maskPhone('13812345678')).toBe('138****5678')
    expect(maskAccount('6222021234563684')).toBe('6222 **** 3684')
  })
})
