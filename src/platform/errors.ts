/** What can go wrong on purpose: a refusal with a stable code and words for people, in Chinese and English. */

export type Lang = 'zh-CN' | 'en'
export interface Message {
  zh: string
  en: string
}

/** One fault in the input: a JSON pointer to the value, a stable code, words. */
export interface Fault {
  pointer: string
  code: string
  message: Message
}

const STATUS = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  not_allowed: 405,
  conflict: 409,
  stale: 412,
  too_large: 413,
  unsupported: 415,
  invalid: 422,
  precondition_required: 428,
  too_many: 429,
  unavailable: 503,
} as const

export type RefusalKind = keyof typeof STATUS
export type RefusalStatus = (typeof STATUS)[RefusalKind]

/** Thrown by {@link refuse}; caught once, in platform/http.ts. */
export class Refusal extends Error {
  readonly kind: RefusalKind
  readonly status: RefusalStatus
  readonly code: string
  readonly words: Message
  readonly faults: Fault[]
  readonly retryAfter: number | undefined
  constructor(kind: RefusalKind, code: string, words: Message, details: RefusalDetails) {
    super(`${code}: ${words.en}`)
    this.name = 'Refusal'
    this.kind = kind
    this.status = STATUS[kind]
    this.code = code
    this.words = words
    this.faults = details.faults ?? []
    this.retryAfter = details.retryAfter
  }
}

/** The record lives on under another id: reading it answers 308 with the new address, writing to it is refused with these words. */
export class Moved extends Refusal {
  readonly from: string
  readonly to: string
  constructor(from: string, to: string, code: string, words: Message) {
    super('conflict', code, words, {})
    this.from = from
    this.to = to
  }
}

export interface RefusalDetails {
  /** every fault of the input, not the first */
  faults?: Fault[]
  /** seconds until it makes sense to try again */
  retryAfter?: number
}

/** Refuses the call: nothing is written, the answer is problem+json (API) or the page with the words (console). */
export function refuse(kind: RefusalKind, code: string, message: Message, details: RefusalDetails = {}): never {
  throw new Refusal(kind, code, message, details)
}

/** Refuses with all faults of an input at once, when there are any. */
export function refuseFaults(faults: Fault[]): void {
  if (faults.length > 0) throw refusalOfFaults(faults)
}

/** `input.invalid` with every fault of an input, at least one. */
export function refusalOfFaults(faults: Fault[]): Refusal {
  const words = {
    zh: `提交的内容有 ${faults.length} 处需要改正，改正后请重新提交。`,
    en: `${faults.length} value${faults.length > 1 ? 's need' : ' needs'} correcting; correct and send again.`,
  }
  return new Refusal('invalid', 'input.invalid', words, { faults })
}

/** The record does not exist, or belongs to somebody else: the two are the same to the caller. */
export function notFound(what: Message): never {
  refuse('not_found', 'not_found', {
    zh: `没有找到这个${what.zh}，请从列表中重新打开。`,
    en: `There is no such ${what.en}; open it anew from its list.`,
  })
}

export function inLanguage(lang: Lang, message: Message): string {
  return lang === 'en' ? message.en : message.zh
}
