/**
 * Who a person is on paper: identity documents, names, phones and accounts, checked and masked.
 *
 * Resident numbers after GB 11643 (ISO 7064 MOD 11-2). The area code is never looked up: codes of abolished districts stay
 * valid for life. Each refusal says what is wrong with the value and, where it can be computed, what would be right.
 */
import { isLocalDate, type LocalDate } from '../platform/calendar.ts'
import type { Message } from '../platform/errors.ts'
import { cleanText, unifiedHan } from '../platform/text.ts'

export type IdType = 'resident_id' | 'residence_permit' | 'travel_permit' | 'permanent_residence' | 'passport'
export type Sex = 'male' | 'female'

export interface Wrong {
  ok: false
  code: string
  message: Message
}
export interface Identity {
  ok: true
  /** without spaces, upper-case `X`, 15-digit resident numbers upgraded to 18 */
  id_number: string
  birth_date: LocalDate | null
  sex: Sex | null
}

/**
 * Checks an identity document number.
 * Codes: `identity.missing`, `identity.precision_lost`, `identity.format`, `identity.length`, `identity.birth_date`, `identity.check_digit`, `identity.type_mismatch`.
 */
export function checkIdentity(id_type: IdType, id_number: string): Identity | Wrong {
  const number = cleanText(id_number)
    .replace(/[\s'‘’-]/g, '')
    .toUpperCase()
  if (number === '') return wrong('identity.missing', '证件号码没有填写。', 'The document number is missing.')
  if (/^\d(\.\d+)?E\+\d+$/.test(number))
    return wrong(
      'identity.precision_lost',
      `证件号码“${number}”是 Excel 的科学计数，末几位已丢失，请把该列设为文本后重填。`,
      `“${number}” is a number in scientific notation: its last digits are lost. Format the column as text and type it again.`,
    )
  if (id_type === 'resident_id') return checkResidentId(number)
  if (id_type === 'residence_permit') return checkResidencePermit(number)
  if (id_type === 'permanent_residence') return checkPermanentResidence(number)
  if (id_type === 'travel_permit')
    return checkPattern(
      number,
      /^([HM]\d{8}(\d{2})?|\d{8}|\d{10}[A-Z]?)$/,
      '港澳居民通行证号码为 H 或 M 加 8 位（或 10 位）数字，台胞证为 8 位数字。',
      'A travel permit number is H or M and 8 (or 10) digits, or 8 digits for Taiwan.',
    )
  return checkPattern(
    number,
    /^(?=.*\d)[A-Z0-9]{5,15}$/,
    '护照号码为 5 至 15 位字母和数字。',
    'A passport number is 5 to 15 letters and digits.',
  )
}

function checkResidentId(number: string): Identity | Wrong {
  if (/^9\d{16}[0-9X]$/.test(number))
    return wrong(
      'identity.type_mismatch',
      '9 开头的 18 位号码是外国人永久居留身份证，请把证件类型改为“外国人永久居留身份证”。',
      'An 18-digit number starting with 9 is a foreign permanent resident ID: change the document type.',
    )
  const upgraded = `${number.slice(0, 6)}19${number.slice(6)}`
  const eighteen = /^\d{15}$/.test(number) ? `${upgraded}${checkDigit(upgraded)}` : number
  return checkEighteen(eighteen, '身份证号码', 'The resident ID number')
}

/** Residents from Hong Kong 81, Macau 82, Taiwan 83 (one source says 71): both are accepted. */
function checkResidencePermit(number: string): Identity | Wrong {
  if (/^\d{17}[0-9X]$/.test(number) && !/^(81|82|83|71)/.test(number))
    return wrong(
      'identity.type_mismatch',
      `港澳台居民居住证号码以 81、82、83 开头，现为 ${number.slice(0, 2)}；如果是居民身份证，请改证件类型。`,
      `A residence permit for Hong Kong, Macau and Taiwan residents starts with 81, 82 or 83, not ${number.slice(0, 2)}; if it is a resident ID, change the document type.`,
    )
  return checkEighteen(number, '居住证号码', 'The residence permit number')
}

/** Until 2023 three letters and 12 digits; since then 9 + province 2 + country 3 + birth date 8 + serial 3 + check. */
function checkPermanentResidence(number: string): Identity | Wrong {
  if (/^\d/.test(number) && number.length === 18 && !number.startsWith('9'))
    return wrong(
      'identity.type_mismatch',
      '外国人永久居留身份证的 18 位号码以 9 开头；如果是居民身份证，请改证件类型。',
      'The 18-digit number of a foreign permanent resident ID starts with 9; if it is a resident ID, change the document type.',
    )
  if (/^[A-Z]/.test(number))
    return checkPattern(
      number,
      /^[A-Z]{3}\d{12}$/,
      '旧版永久居留证号码为 3 个字母加 12 位数字，新版为 9 开头的 18 位。',
      'A permanent residence number is 3 letters and 12 digits (old) or 18 digits starting with 9 (new).',
    )
  return checkEighteen(number, '永久居留身份证号码', 'The permanent resident ID number')
}

function checkPattern(number: string, pattern: RegExp, zh: string, en: string): Identity | Wrong {
  if (pattern.test(number)) return { ok: true, id_number: number, birth_date: null, sex: null }
  return wrong('identity.format', `${zh}现为“${number}”，请核对。`, `${en} Found “${number}”: check it.`)
}

function checkEighteen(number: string, zh: string, en: string): Identity | Wrong {
  if (!/^[1-9]\d*X?$/.test(number))
    return wrong(
      'identity.format',
      `${zh}只能是数字（末位可为 X）且不以 0 开头，现为“${number}”。`,
      `${en} has digits only (perhaps X at the end) and does not start with 0: “${number}”.`,
    )
  if (number.length !== 18)
    return wrong(
      'identity.length',
      `${zh}应为 18 位，现为 ${number.length} 位。`,
      `${en} has ${number.length} characters instead of 18.`,
    )
  const birth_date = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`
  if (!/^(18|19|20)/.test(birth_date) || !isLocalDate(birth_date))
    return wrong(
      'identity.birth_date',
      `${zh}第 7 至 14 位应是出生日期，但 ${birth_date} 不是真实的日期。`,
      `Characters 7 to 14 of the number are the birth date, and ${birth_date} is not a real date.`,
    )
  const expected = checkDigit(number)
  if (number[17] !== expected)
    return wrong(
      'identity.check_digit',
      `${zh}校验不通过：按前 17 位算，末位应为 ${expected}，现为 ${number[17]}；请对照证件核对每一位。`,
      `The check digit is ${number[17]} but the first 17 digits give ${expected}: compare every digit with the document.`,
    )
  const sex = Number(number[16]) % 2 === 1 ? 'male' : 'female'
  // the serial of a permanent resident ID (9…) is not known to tell the sex
  return { ok: true, id_number: number, birth_date, sex: number.startsWith('9') ? null : sex }
}

/** The 18th character from the first 17 digits: GB 11643, ISO 7064 MOD 11-2. */
export function checkDigit(number: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, at) => total + weight * Number(number[at]), 0)
  return '10X98765432'[sum % 11] ?? ''
}

/**
 * A name as the document has it: Han characters of any plane with `·`, or Latin letters with spaces, hyphens and apostrophes.
 * Spaces between Han characters go. Codes: `name.missing`, `name.length`, `name.characters`.
 */
export function checkName(text: string): { ok: true; name: string } | Wrong {
  const name = cleanName(text)
  if (name === '') return wrong('name.missing', '姓名没有填写。', 'The name is missing.')
  if ([...name].length > 60)
    return wrong('name.length', '姓名超过 60 个字，请核对。', 'The name is longer than 60 characters.')
  const foreign = [...name.replace(/(?<=\p{L})[·'’ -](?=\p{L})/gu, '')].find(
    (char) => !/[\p{Script=Han}\p{Script=Latin}]/u.test(char),
  )
  if (foreign === undefined) return { ok: true, name }
  const code_point = `U+${foreign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`
  if (/\p{Co}/u.test(foreign))
    return wrong(
      'name.characters',
      `姓名中有一个自造字（${code_point}），别的电脑显示不出来，请用支持生僻字的输入法重新输入。`,
      `The name contains a private character (${code_point}) that other machines cannot show: type it again with a current input method.`,
    )
  return wrong(
    'name.characters',
    `姓名“${name}”中的“${foreign}”（${code_point}）不是姓名用字，请按证件填写；少数民族姓名用间隔号“·”。`,
    `“${foreign}” (${code_point}) in “${name}” is not a character of names: write the name as on the document; names of minorities take the dot “·”.`,
  )
}

/** Look-alikes are the ordinary characters, so that one name is one name wherever it was copied from. */
export function cleanName(text: string): string {
  return unifiedHan(cleanText(text))
    .replace(/(?<=[\p{Script=Han}·])\s+(?=[\p{Script=Han}·])/gu, '')
    .replace(/\s+/g, ' ')
}

/** A mobile number of mainland China, `+86`, spaces and hyphens removed. Code: `phone.format`. */
export function checkPhone(text: string): { ok: true; phone: string } | Wrong {
  const phone = cleanText(text)
    .replace(/[\s-]/g, '')
    .replace(/^(\+|00)86/, '')
  if (/^1[3-9]\d{9}$/.test(phone)) return { ok: true, phone }
  return wrong(
    'phone.format',
    /^\d*$/.test(phone) && phone.length !== 11
      ? `手机号码应为 11 位，现为 ${phone.length} 位，请核对。`
      : `手机号码“${phone}”不对：应为 11 位数字，以 13 至 19 开头。`,
    `“${phone}” is not a mobile number: 11 digits starting with 13 to 19.`,
  )
}

/** A bank account: 12 to 23 digits. A failed Luhn check only warns: passbooks and social-security accounts do not follow it. Codes: `account.format`, `account.luhn`. */
export function checkBankAccount(text: string): { ok: true; bank_account: string; warning: Wrong | null } | Wrong {
  const bank_account = cleanText(text).replace(/[\s-]/g, '')
  if (!/^\d{12,23}$/.test(bank_account))
    return wrong(
      'account.format',
      `银行账号应为 12 至 23 位数字，现为“${bank_account}”；如果被 Excel 存成了科学计数，请把该列设为文本后重填。`,
      `A bank account has 12 to 23 digits: “${bank_account}”. If a spreadsheet made it a number, format the column as text and type it again.`,
    )
  if (luhnValid(bank_account)) return { ok: true, bank_account, warning: null }
  return {
    ok: true,
    bank_account,
    warning: wrong(
      'account.luhn',
      '银行账号不符合银行卡校验规则，如为存折请忽略，否则请核对。',
      'The account fails the check of bank cards: compare it, unless it is a passbook.',
    ),
  }
}

export function luhnValid(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}

/** `330106199001011234` → `3301**********1234`; documents shorter than 15 characters show two and two. */
export function maskIdNumber(id_number: string): string {
  const shown = id_number.length >= 15 ? 4 : 2
  return `${id_number.slice(0, shown)}${'*'.repeat(Math.max(0, id_number.length - 2 * shown))}${id_number.slice(-shown)}`
}

/** `张三` → `张*`, `王小芳` → `王*芳`, `阿依古丽·买买提` → `阿***·**提`, `John Smith` → `J*** S****`. Counts characters, not UTF-16 units. */
export function maskName(name: string): string {
  if (/^[\p{Script=Latin}' ’-]+$/u.test(name)) return name.replace(/(?<=\p{L})\p{L}/gu, '*')
  const characters = [...name]
  if (characters.length < 2) return '*'.repeat(characters.length)
  const last = characters.length - 1
  return characters.map((char, at) => (at === 0 || char === '·' || (at === last && last > 1) ? char : '*')).join('')
}

/** `13812345678` → `138****5678`. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 3)}****${phone.slice(-4)}`
}

/** `6222021234563684` → `6222 **** 3684`. */
export function maskAccount(bank_account: string): string {
  return `${bank_account.slice(0, 4)} **** ${bank_account.slice(-4)}`
}

function wrong(code: string, zh: string, en: string): Wrong {
  return { ok: false, code, message: { zh, en } }
}
