/** Faults of a shape in words for people: in both languages, with the value that was sent. */
import { z } from 'zod'
import type { Fault, Message } from './errors.ts'

/** zod keeps one text for an issue: both languages stand in it, divided so. A shape's own words are written `中文 / English`. */
const DIVIDER = '\n'

z.config({
  localeError: (issue) => {
    const { zh, en } = wordsFor(issue)
    return `${zh}${DIVIDER}${en}`
  },
})

/** Every fault of a zod parse, each with the JSON pointer of the value it is about. */
export function faultsOf(issues: z.core.$ZodIssue[]): Fault[] {
  return issues.flatMap(inClosestForm).map(faultOf)
}

/** The faults with the name of the field before the words, for callers who see no form: `rows.3.score: …`. */
export function namingFields(faults: Fault[]): Fault[] {
  return faults.map((fault) => {
    const field = fault.pointer.slice(1).replaceAll('/', '.')
    if (field === '') return fault
    return { ...fault, message: { zh: `${field}：${fault.message.zh}`, en: `${field}: ${fault.message.en}` } }
  })
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
  const [zh = '', en = zh] = issue.message.split(issue.message.includes(DIVIDER) ? DIVIDER : ' / ')
  return {
    pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    code: `input.${issue.code}`,
    message: { zh, en },
  }
}

const TYPES: Record<string, Message> = {
  string: { zh: '文字', en: 'text' },
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: ' true 或 false', en: 'true or false' },
  array: { zh: '列表', en: 'a list' },
  object: { zh: '对象', en: 'an object' },
  record: { zh: '对象', en: 'an object' },
  date: { zh: '日期', en: 'a date' },
  null: { zh: '空值', en: 'null' },
}

const FORMATS: Record<string, Message> = {
  uuid: {
    zh: '这里填记录的编号（UUID），见列表中的 id',
    en: 'The id of a record (a UUID) goes here, as lists give it',
  },
  url: {
    zh: '网址请写成 https://example.org/page 这样',
    en: 'Write the address like https://example.org/page',
  },
  datetime: { zh: '时刻请写成 2026-10-31T08:00:00Z 这样', en: 'Write the instant like 2026-10-31T08:00:00Z' },
  base64: { zh: '内容应为 base64 编码', en: 'The contents must be base64' },
}

function wordsFor(issue: z.core.$ZodRawIssue): Message {
  const found = shown(issue)
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input, found)
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? { zh: '不能为空，请填写。', en: 'This must not be empty.' }
        : outside(issue, Number(issue.minimum), SMALLEST, issue.inclusive === false, found)
    case 'too_big':
      return outside(issue, Number(issue.maximum), LARGEST, issue.inclusive === false, found)
    case 'invalid_format': {
      const { zh, en } = FORMATS[issue.format] ?? {
        zh: `写法应符合 ${issue.pattern ?? issue.format}`,
        en: `This must look like ${issue.pattern ?? issue.format}`,
      }
      return { zh: `${zh}${found.zh}。`, en: `${en}${found.en}.` }
    }
    case 'not_multiple_of':
      return {
        zh: `应为 ${issue.divisor} 的倍数${found.zh}。`,
        en: `This must be a multiple of ${issue.divisor}${found.en}.`,
      }
    case 'unrecognized_keys':
      return {
        zh: `没有“${issue.keys.join('、')}”这一项，请删除或检查拼写。`,
        en: `Unknown: ${issue.keys.join(', ')}. Remove it or check the spelling.`,
      }
    case 'invalid_value':
      return {
        zh: `请从 ${issue.values.join('、')} 中选一个${found.zh}。`,
        en: `Choose one of ${issue.values.join(', ')}${found.en}.`,
      }
    case 'invalid_union':
      return {
        zh: `没有这种写法，请对照接口文档${found.zh}。`,
        en: `This has none of the forms in the documentation${found.en}.`,
      }
    default:
      return {
        zh: `不能这样填，请对照接口文档${found.zh}。`,
        en: `This is not accepted; see the documentation${found.en}.`,
      }
  }
}

function wrongType(expected: string, input: unknown, found: Message): Message {
  if (input === undefined) return { zh: '缺少这一项，请填写。', en: 'This value is missing.' }
  if (Number.isNaN(input)) return { zh: '请填写数字。', en: 'Give a number.' }
  const type = TYPES[expected] ?? { zh: ` ${expected}`, en: expected }
  return { zh: `应为${type.zh}${found.zh}。`, en: `This must be ${type.en}${found.en}.` }
}

/** How a limit is said, with the unit of what is counted between the figures. */
interface Limit {
  zh: string
  en: string
  strict: Message
}
const SMALLEST: Limit = { zh: '至少', en: 'at least', strict: { zh: '必须大于', en: 'more than' } }
const LARGEST: Limit = { zh: '最多', en: 'at most', strict: { zh: '必须小于', en: 'less than' } }

function outside(
  { origin, input }: { origin: string; input?: unknown },
  limit: number,
  side: Limit,
  strict: boolean,
  found: Message,
): Message {
  const { zh, en } = strict ? side.strict : side
  const figure = limit.toLocaleString('en-US')
  if (origin === 'string') {
    const length = typeof input === 'string' ? input.length : 0
    return {
      zh: `${side === SMALLEST ? '太短' : '太长'}，${zh} ${figure} 个字符，现为 ${length} 个。`,
      en: `Too ${side === SMALLEST ? 'short' : 'long'}: ${en} ${figure} characters, and there are ${length}.`,
    }
  }
  if (origin === 'array' || origin === 'set') {
    const items = Array.isArray(input) ? input.length : 0
    return { zh: `${zh} ${figure} 项，现为 ${items} 项。`, en: `Give ${en} ${figure}; there are ${items}.` }
  }
  return { zh: `${zh} ${figure}${found.zh}。`, en: `This must be ${en} ${figure}${found.en}.` }
}

/** Never told back, not even to whoever sent it: an answer may be kept where the request was not. */
const SECRET = /password|one_time_code|secret|token|id_number|bank_account|last4|phone/

/** What was sent, to be put at the end of the words; nothing for what is secret, long or made of parts. */
function shown({ input, path }: { input?: unknown; path?: PropertyKey[] | undefined }): Message {
  const secret = path?.some((part) => SECRET.test(String(part)))
  if (secret || input === undefined || Number.isNaN(input)) return { zh: '', en: '' }
  if (typeof input === 'string')
    return input.length > 60
      ? { zh: `，现为 ${input.length} 个字符的文字`, en: `; it is a text of ${input.length} characters` }
      : { zh: `，现为“${input}”`, en: `; it is “${input}”` }
  if (Array.isArray(input)) return { zh: '，现为列表', en: '; it is a list' }
  if (typeof input === 'object' && input !== null) return { zh: '，现为对象', en: '; it is an object' }
  return { zh: `，现为 ${String(input)}`, en: `; it is ${String(input)}` }
}
