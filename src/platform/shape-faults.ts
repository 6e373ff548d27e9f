/** Faults of a shape in words for people, in both languages. */
import { z } from 'zod'
import { zhCN } from 'zod/locales'
import type { Fault, Message } from './errors.ts'

z.config(zhCN())

/** Every fault of a zod parse, each with the JSON pointer of the value it is about. */
export function faultsOf(issues: z.core.$ZodIssue[]): Fault[] {
  return issues.flatMap(inClosestForm).map(faultOf)
}

/** Where a body may have several forms, the issues of the one that was meant: its keys are known, and it has the fewest. */
function inClosestForm(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  // none of the forms is meant: what says which one is wrong
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
  const strange = (issues: z.core.$ZodIssue[]) => (issues.some(({ code }) => code === 'unrecognized_keys') ? 1 : 0)
  const [closest = []] = [...issue.errors].sort((a, b) => strange(a) - strange(b) || a.length - b.length)
  return closest.flatMap(inClosestForm).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

function faultOf(issue: z.core.$ZodIssue): Fault {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
  return {
    pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    code: `input.${issue.code}`,
    message: wordsFor(issue),
  }
}

/** The commonest faults in words for people; zod's own for the rest. */
function wordsFor(issue: z.core.$ZodIssue): Message {
  // a shape's own words, in both languages
  const [zh, en] = issue.message.split(' / ')
  if (zh && en) return { zh, en }
  if (issue.code === 'invalid_type' && issue.message.includes('undefined'))
    return { zh: '缺少这一项，请填写。', en: 'This value is missing.' }
  if (issue.code === 'invalid_type' && issue.message.includes('NaN'))
    return { zh: '请填写数字。', en: 'Give a number.' }
  if (issue.code === 'too_small' && issue.origin === 'array')
    return { zh: `请至少选择 ${issue.minimum} 项。`, en: `Choose at least ${issue.minimum}.` }
  if (issue.code === 'unrecognized_keys')
    return {
      zh: `没有“${issue.keys.join('、')}”这一项，请删除或检查拼写。`,
      en: `Unknown: ${issue.keys.join(', ')}. Remove it or check the spelling.`,
    }
  if (issue.code === 'too_small' && issue.origin === 'string')
    return Number(issue.minimum) <= 1
      ? { zh: '不能为空，请填写。', en: 'This must not be empty.' }
      : { zh: `太短，至少 ${issue.minimum} 个字符。`, en: `Too short: at least ${issue.minimum} characters.` }
  if (issue.code === 'too_big' && issue.origin === 'string')
    return { zh: `太长，最多 ${issue.maximum} 个字符。`, en: `Too long: at most ${issue.maximum} characters.` }
  if (issue.code === 'invalid_value')
    return { zh: `请从 ${issue.values.join('、')} 中选一个。`, en: `Choose one of ${issue.values.join(', ')}.` }
  const english = z.locales.en().localeError(issue as z.core.$ZodRawIssue)
  return { zh: issue.message, en: typeof english === 'string' ? english : (english?.message ?? issue.message) }
}
