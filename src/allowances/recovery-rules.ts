/** How a run is settled with what people owe: what is netted, given back, opened and off-set; pure. And the words of recoveries. */
import type { Constraints } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'

export const ENTRY_KINDS = {
  opening: { zh: '立账', en: 'Opened' },
  offset: { zh: '津贴抵扣', en: 'Off-set' },
  repayment: { zh: '直接归还', en: 'Repaid' },
  write_off: { zh: '核销', en: 'Written off' },
  release: { zh: '恢复核减', en: 'Released' },
  reopening: { zh: '核销撤回', en: 'Write-off taken back' },
  return: { zh: '抵扣退回', en: 'Off-set returned' },
} satisfies Record<string, Message>
export type EntryKind = keyof typeof ENTRY_KINDS

/** An entry of the ledger that the run books; never of zero. */
export interface RunEntry {
  person_id: string
  month: string
  component: string
  seq: number
  amount_fen: number
}

/** A recovery of the run's scheme that is not empty. */
export interface Owed {
  id: string
  person_id: string
  balance_fen: number
  written_off_fen: number
  /** what each of its months and components took, less what was given back since */
  months: { month: string; component: string; fen: number }[]
  /** what must remain of a payment; null: no plan by which this run is off-set */
  floor_fen: number | null
}

/** An off-set that was taken from a record which is another person than the debtor, now that a merge was undone. */
export interface Stray {
  recovery_id: string
  payer_id: string
  amount_fen: number
}

export interface NewEntry {
  /** of a recovery that was there, or of one that this run opens: its place among the openings */
  recovery: string | number
  kind: 'offset' | 'release' | 'reopening' | 'return'
  amount_fen: number
  payer_id?: string
  cause?: RunEntry
}

export interface Settled {
  person_id: string
  netted_fen: number
  released_fen: number
  offset_fen: number
  credited_fen: number
}

export interface Settlement {
  openings: { person_id: string; amount_fen: number; causes: RunEntry[] }[]
  entries: NewEntry[]
  settled: Settled[]
}

interface Book extends Settled {
  causes: RunEntry[]
  plus: number
  minus: number
  /** what is still to be paid */
  rest: number
}

/**
 * Settles a run with the people it concerns. In this order: an off-set that strayed goes back as far as its payer would owe; a month
 * that is given back makes the recovery smaller that took it, one written off first being opened again; what is negative in the end
 * becomes a recovery; what the same person gets under another record fills it; plans take what their floor leaves. The oldest first.
 */
export function settle(
  entries: RunEntry[],
  owed: Owed[],
  strays: Stray[],
  humanOf: (person_id: string) => string,
): Settlement {
  const books = booksOf(entries)
  const debts = owed.map((one) => ({ ...one, months: one.months.map((month) => ({ ...month })) }))
  const result: Settlement = { openings: [], entries: [], settled: [] }
  returnStrays(books, debts, strays, result)
  releaseMonths(books, debts, humanOf, result)
  for (const book of books.values()) openRecovery(book, result)
  offsetWithin(books, humanOf, result)
  offsetByPlan(books, debts, humanOf, result)
  result.settled = [...books.values()].flatMap(({ person_id, netted_fen, released_fen, offset_fen, credited_fen }) =>
    netted_fen + released_fen + offset_fen + credited_fen > 0
      ? [{ person_id, netted_fen, released_fen, offset_fen, credited_fen }]
      : [],
  )
  return result
}

function booksOf(entries: RunEntry[]): Map<string, Book> {
  const books = new Map<string, Book>()
  for (const [person_id, causes] of Map.groupBy(entries, (entry) => entry.person_id)) {
    const sum = (sign: number) => causes.reduce((total, { amount_fen }) => total + Math.max(0, sign * amount_fen), 0)
    const nothing = { netted_fen: 0, released_fen: 0, offset_fen: 0, credited_fen: 0 }
    books.set(person_id, { person_id, causes, plus: sum(1), minus: sum(-1), rest: 0, ...nothing })
  }
  return books
}

function netOf({ plus, minus, released_fen, credited_fen }: Book): number {
  return plus - minus - released_fen + credited_fen
}

function returnStrays(books: Map<string, Book>, debts: Owed[], strays: Stray[], { entries }: Settlement): void {
  for (const { recovery_id, payer_id, amount_fen: strayed } of strays) {
    const book = books.get(payer_id)
    const debt = debts.find(({ id }) => id === recovery_id)
    const amount_fen = Math.min(strayed, book ? -netOf(book) : 0)
    if (!book || !debt || amount_fen <= 0) continue
    book.credited_fen += amount_fen
    debt.balance_fen += amount_fen
    entries.push({ recovery: recovery_id, kind: 'return', amount_fen, payer_id })
  }
}

function releaseMonths(
  books: Map<string, Book>,
  debts: Owed[],
  humanOf: (person_id: string) => string,
  { entries }: Settlement,
): void {
  const debtsOf = Map.groupBy(debts, ({ person_id }) => humanOf(person_id))
  for (const book of books.values())
    for (const cause of book.causes) {
      let left = cause.amount_fen
      for (const debt of debtsOf.get(humanOf(book.person_id)) ?? []) {
        const taken = debt.months.find((one) => one.month === cause.month && one.component === cause.component)
        const amount_fen = Math.min(left, taken?.fen ?? 0, debt.balance_fen + debt.written_off_fen)
        if (!taken || amount_fen <= 0) continue
        reopen(debt, amount_fen - debt.balance_fen, entries)
        entries.push({ recovery: debt.id, kind: 'release', amount_fen, cause })
        debt.balance_fen -= amount_fen
        taken.fen -= amount_fen
        book.released_fen += amount_fen
        left -= amount_fen
      }
    }
}

/** Nobody gave back what was written off: giving it to them again would pay it twice. */
function reopen(debt: Owed, amount_fen: number, entries: NewEntry[]): void {
  if (amount_fen <= 0) return
  entries.push({ recovery: debt.id, kind: 'reopening', amount_fen })
  debt.balance_fen += amount_fen
  debt.written_off_fen -= amount_fen
}

function openRecovery(book: Book, { openings }: Settlement): void {
  const net = netOf(book)
  book.rest = Math.max(0, net)
  book.netted_fen = net < 0 ? book.plus - book.released_fen : book.minus - book.credited_fen
  if (net < 0) openings.push({ person_id: book.person_id, amount_fen: -net, causes: book.causes })
}

function offsetWithin(books: Map<string, Book>, humanOf: (person_id: string) => string, result: Settlement): void {
  const booksOfHuman = Map.groupBy(books.values(), ({ person_id }) => humanOf(person_id))
  for (const [index, { person_id, amount_fen }] of result.openings.entries())
    take(index, amount_fen, booksOfHuman.get(humanOf(person_id)) ?? [], result.entries)
}

function offsetByPlan(
  books: Map<string, Book>,
  debts: Owed[],
  humanOf: (person_id: string) => string,
  { entries }: Settlement,
): void {
  const booksOfHuman = Map.groupBy(books.values(), ({ person_id }) => humanOf(person_id))
  for (const debt of debts) {
    const payers = booksOfHuman.get(humanOf(debt.person_id)) ?? []
    if (debt.floor_fen === null || debt.balance_fen === 0) continue
    const left = payers.reduce((sum, { rest }) => sum + rest, 0)
    debt.balance_fen -= take(debt.id, Math.min(debt.balance_fen, left - debt.floor_fen), payers, entries)
  }
}

/** Takes up to so much from what the payers would be paid; answers how much. */
function take(recovery: string | number, wanted: number, payers: Book[], entries: NewEntry[]): number {
  let taken = 0
  for (const payer of payers) {
    const amount_fen = Math.min(wanted - taken, payer.rest)
    if (amount_fen <= 0) continue
    payer.rest -= amount_fen
    payer.offset_fen += amount_fen
    taken += amount_fen
    entries.push({ recovery, kind: 'offset', amount_fen, payer_id: payer.person_id })
  }
  return taken
}

export const constraints: Constraints = {
  recovery_write_offs_one_open: {
    code: 'write_off.open',
    message: {
      zh: '这笔追回已有一份待决定的核销申请，请先由另一位人员决定。',
      en: 'A write-off of this recovery is still to be decided: decide that one first.',
    },
  },
  recovery_write_off_decisions_once: {
    code: 'write_off.decided',
    message: {
      zh: '这份核销申请刚刚已经决定，请刷新查看。',
      en: 'Somebody has just decided this write-off: reload it.',
    },
  },
  recovery_write_off_decisions_by_another: {
    code: 'write_off.own_work',
    message: {
      zh: '核销申请是您提出的，请由另一位人员决定。',
      en: 'You proposed this write-off; somebody else decides it.',
    },
  },
  recovery_entries_repaid_once: {
    code: 'repayment.twice',
    message: {
      zh: '这张凭证已经登记过，请核对凭证号。',
      en: 'This voucher is on record already: check its number.',
    },
  },
  recovery_balance: {
    code: 'recovery.above_balance',
    message: {
      zh: '金额超过了待追回余额，请刷新查看最新余额。',
      en: 'The amount is above the balance: reload to see what is left.',
    },
  },
  recovery_entries_pkey: changed(),
  recovery_plans_pkey: changed(),
}

function changed() {
  const message = {
    zh: '这笔追回刚刚有了新的记录，请刷新后再办。',
    en: 'Something was just recorded on this recovery: reload and do it again.',
  }
  return { code: 'recovery.changed', message }
}
