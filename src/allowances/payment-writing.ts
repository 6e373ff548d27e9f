/** The bytes of payment files: the rows as a bank's format wants them, or our own list with control totals, recoveries and what waits. */
import { maskName } from '../people/identity.ts'
import { refuse } from '../platform/errors.ts'
import { encodeText } from '../platform/gb18030.ts'
import { capitalYuan, plainYuan } from '../platform/money.ts'
import { type Column, csvLines, type SheetToWrite, type Value, writeCsv, writeWorkbook } from '../platform/workbook.ts'
import { type BankFormat, ENCODINGS, type PaymentColumn, splitRows } from './bank-format-rules.ts'

export interface Payment {
  name: string
  /** empty: of somebody who was erased nothing is left to print */
  id_number: string
  /** null: nobody knows where the money should go, so it is held */
  bank_account: string | null
  /** negative: to be recovered */
  amount_fen: number
  months: string
  organisation_name: string | null
}

/** What a file is made of; of `recovered` and `held` only our own form says anything. */
export interface ToWrite {
  paid: Payment[]
  recovered: Payment[]
  held: (Payment & { why: string })[]
  /** scheme, month, district and number of the batch */
  batch: string
  batch_number: string
  lines_sha256: string | null
}

export type Form = BankFormat & { name: string; with_totals: boolean }

export interface WrittenFile {
  bytes: Uint8Array
  paid: Payment[]
}

/**
 * The files of a batch, as few as the limit of rows allows. Refuses `payment_file.too_few`, `payment_file.character` for a name the
 * encoding cannot write, `payment_file.separator` for a value that holds the separator.
 */
export async function writePayments(form: Form, all: ToWrite): Promise<WrittenFile[]> {
  if (form.with_totals) return [{ bytes: await ourList(form, all), paid: all.paid }]
  const sizes = splitRows(all.paid.length, form) ?? refuseFew(form, all.paid.length)
  const starts = sizes.map((_, at) => sizes.slice(0, at).reduce((sum, size) => sum + size, 0))
  const parts = sizes.map((size, at) => all.paid.slice(starts[at], starts[at]! + size))
  return Promise.all(parts.map(async (paid) => ({ bytes: await bankFile(form, paid, all), paid })))
}

export function sumOf(payments: readonly { amount_fen: number }[]): number {
  return payments.reduce((total, { amount_fen }) => total + amount_fen, 0)
}

// ─── what a bank reads ─────────────────────────────────────────────────────────────────────────────────────────────────

async function bankFile(form: Form, paid: Payment[], { batch_number }: ToWrite): Promise<Uint8Array> {
  const rows = paid.map((payment, at) =>
    form.columns.map((column): string => {
      if (column.key === 'fixed') return column.value ?? ''
      const name = form.spaces_in_name ? payment.name : payment.name.replace(/\s/g, '')
      const cells = cellsOf({ ...payment, name }, at, plainYuan)
      return String((column.key === 'batch' ? batch_number : cells[column.key]) ?? '')
    }),
  )
  const header = form.columns.map((column) => column.header)
  if (form.container === 'xlsx')
    // as text: banks read no thousands separators, and a spreadsheet spoils long numbers
    return writeWorkbook([
      {
        name: '发放',
        columns: form.columns.map((column) => ({ header: column.header, format: 'text', width: 24 })),
        rows,
      },
    ])
  const lines = form.header ? [header, ...rows] : rows
  const text = form.container === 'csv' ? csvLines(lines, form.separator!) : plainLines(form, lines, paid)
  return encodeText(text, form.encoding) ?? refuseCharacter(form, paid)
}

function plainLines(form: Form, lines: string[][], paid: Payment[]): string {
  const separator = form.separator!
  const headed = lines.length - paid.length
  const spoilt = lines.findIndex((line) => line.some((value) => value.includes(separator) || /[\r\n]/.test(value)))
  if (spoilt >= headed)
    refuse('conflict', 'payment_file.separator', {
      zh: `第 ${spoilt - headed + 1} 笔（${maskName(paid[spoilt - headed]!.name)}）的内容中有分隔符“${separator}”，银行会读错列。请更正登记，或换一个格式。`,
      en: `Payment ${spoilt - headed + 1} (${maskName(paid[spoilt - headed]!.name)}) holds the separator “${separator}”, and the bank would read the wrong columns: correct the record or take another format.`,
    })
  return lines.map((line) => `${line.join(separator)}${form.separator_at_end ? separator : ''}\r\n`).join('')
}

function refuseCharacter(form: Form, paid: Payment[]): never {
  const at = paid.findIndex(
    ({ name, organisation_name }) => !encodeText(name + (organisation_name ?? ''), form.encoding),
  )
  const name = paid[at] && maskName(paid[at].name)
  const encoding = ENCODINGS[form.encoding]
  refuse('conflict', 'payment_file.character', {
    zh: `${name ? `第 ${at + 1} 笔（${name}）` : '表头'}中有 ${encoding.zh} 没有的字。请与银行商定用 GB 18030，或把这个人另行发放。`,
    en: `${name ? `Payment ${at + 1} (${name})` : 'The heading'} has a character that ${encoding.en} cannot write: agree on GB 18030 with the bank, or pay this person apart.`,
  })
}

function refuseFew({ name, min_rows }: Form, count: number): never {
  refuse('conflict', 'payment_file.too_few', {
    zh: `“${name}”要求每个文件至少 ${min_rows} 笔，这里只有 ${count} 笔。请换一个格式。`,
    en: `“${name}” wants at least ${min_rows} payments a file, and there are ${count}: take another format.`,
  })
}

// ─── our own list ──────────────────────────────────────────────────────────────────────────────────────────────────────

const WIDTHS: Partial<Record<PaymentColumn, number>> = {
  ...{ position: 8, name: 14, id_number: 24, account: 26, amount: 16, months: 12, organisation: 32 },
}

async function ourList(form: Form, all: ToWrite): Promise<Uint8Array> {
  const headed = (why = false) =>
    form.columns.map(
      ({ key, header }): Column => ({
        header: why && key === 'account' ? '暂缓原因' : header,
        format: key === 'position' ? 'number' : key === 'amount' ? 'yuan' : 'text',
        width: why && key === 'account' ? 42 : (WIDTHS[key] ?? 16),
      }),
    )
  const rows = (payments: (Payment & { why?: string })[], amount: (fen: number) => Value) => [
    ...payments.map((payment, at) => inOrder(form, cellsOf(payment, at, amount))),
    ...footer(form, all, payments, amount),
  ]
  if (form.container === 'xlsx') {
    const sheet = (name: string, payments: Payment[], why = false): SheetToWrite => ({
      ...{ name, columns: headed(why) },
      rows: rows(payments, (fen) => fen),
    })
    return writeWorkbook([sheet('发放', all.paid), sheet('追回', all.recovered), sheet('暂缓', all.held, true)])
  }
  const section = (name: string, payments: Payment[], why = false): Value[][] =>
    payments.length === 0 ? [] : [[], [name], headed(why).map(({ header }) => header), ...rows(payments, plainYuan)]
  return writeCsv(
    headed().map(({ header }) => header),
    [...rows(all.paid, plainYuan), ...section('追回', all.recovered), ...section('暂缓', all.held, true)],
  )
}

type Cells = Partial<Record<PaymentColumn, Value>>

function cellsOf(payment: Payment & { why?: string }, at: number, amount: (fen: number) => Value): Cells {
  return {
    position: at + 1,
    name: payment.name,
    id_number: payment.id_number,
    account: payment.why ?? payment.bank_account,
    amount: amount(payment.amount_fen),
    months: payment.months,
    organisation: payment.organisation_name,
  }
}

function inOrder({ columns }: Form, cells: Cells): Value[] {
  return columns.map(({ key }) => cells[key] ?? null)
}

/** Control totals: rows, sum, the sum in capitals; and which batch they belong to. */
function footer(form: Form, all: ToWrite, payments: Payment[], amount: (fen: number) => Value): Value[][] {
  const total = sumOf(payments)
  return [
    { name: '合计', id_number: `${payments.length} 笔`, amount: amount(total) },
    { name: '人民币大写', id_number: `${total < 0 ? '负' : ''}${capitalYuan(Math.abs(total))}` },
    { name: '批次', id_number: all.batch, organisation: all.lines_sha256 },
  ].map((cells) => inOrder(form, cells))
}
