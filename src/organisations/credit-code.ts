/** Unified social credit codes (统一社会信用代码, GB 32100-2015): a wrong shape is refused, a wrong check character only warned of. */
import type { Message } from '../platform/errors.ts'
import { cleanText } from '../platform/text.ts'

interface Finding {
  code: string
  message: Message
}

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/**
 * Checks a credit code; spaces and hyphens go, letters become upper case.
 * Codes: `credit_code.format`, and as a warning `credit_code.check_character`: real codes exist that fail the check (91350211M0000XUF46).
 */
export function checkCreditCode(
  text: string,
): { ok: true; credit_code: string; warning: Finding | null } | ({ ok: false } & Finding) {
  const credit_code = cleanText(text).replace(/[\s-]/g, '').toUpperCase()
  if (!/^[0-9A-HJ-NP-RTUW-Y]{18}$/.test(credit_code)) return { ok: false, ...formatFinding(credit_code) }
  const expected = creditCodeCheckCharacter(credit_code)
  if (credit_code[17] === expected) return { ok: true, credit_code, warning: null }
  const warning = {
    code: 'credit_code.check_character',
    message: {
      zh: `统一社会信用代码 ${credit_code} 的末位按规则应为 ${expected}，请对照证书核对；确认无误可以保留。`,
      en: `By the rule the last character of ${credit_code} would be ${expected}: compare it with the certificate; it may be kept if it is right.`,
    },
  }
  return { ok: true, credit_code, warning }
}

/** The 18th character from the first 17. */
export function creditCodeCheckCharacter(credit_code: string): string {
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * ALPHABET.indexOf(credit_code[at] ?? '0'), 0)
  return ALPHABET[(31 - (sum % 31)) % 31] ?? ''
}

function formatFinding(credit_code: string): Finding {
  const stranger = [...credit_code].find((char) => !ALPHABET.includes(char))
  const zh = stranger
    ? `其中的“${stranger}”不会出现（没有字母 I、O、S、V、Z）`
    : `应为 18 位，现为 ${credit_code.length} 位`
  const en = stranger
    ? `“${stranger}” is never part of it (no letters I, O, S, V, Z)`
    : `it has ${credit_code.length} characters instead of 18`
  return {
    code: 'credit_code.format',
    message: {
      zh: `统一社会信用代码“${credit_code}”不对：${zh}。`,
      en: `“${credit_code}” is not a unified social credit code: ${en}.`,
    },
  }
}
