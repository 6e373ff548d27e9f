/** Sheets of what the bank answered to a payment file: all rows go in, or none, so that the sums are the bank's. */

import { batchNumber } from '../../allowances/payment-files.ts'
import { getPaymentFile } from '../../allowances/payment-queries.ts'
import { PAYMENT_OUTCOMES, type PaymentResult, RETURN_REASONS } from '../../allowances/payment-result-rules.ts'
import { checkPaymentResults, type PaymentResultCheck, recordPaymentResults } from '../../allowances/payment-results.ts'
import { faultAt } from '../../people/bulk.ts'
import { maskAccount } from '../../people/identity.ts'
import { localTime } from '../../platform/calendar.ts'
import type { Fault } from '../../platform/errors.ts'
import { formatYuan, parseYuan } from '../../platform/money.ts'
import type { ImportKind, RowToCheck, RowVerdict } from '../rules.ts'
import { ID_NUMBER, NAME } from './named-people.ts'
import { type FindPayee, payeesOf } from './payees.ts'

export const paymentResults: ImportKind<PaymentResult | null> = {
  kind: 'payment-results',
  title: { zh: '发放结果', en: 'Payment results' },
  sheet: '发放结果',
  permission: 'payment.record',
  subject: 'payment_file',
  whole: true,
  columns: [
    { ...NAME, note: '收款人户名' },
    { ...ID_NUMBER, required: false, note: '证件号码和银行账号至少填一项，单元格须为文本格式' },
    {
      key: 'bank_account',
      header: '银行账号',
      type: 'digits',
      note: '银行回单上的收款账号，单元格须为文本格式',
      sample: '6222021234563684',
      mask: maskAccount,
    },
    {
      key: 'amount',
      header: '金额（元）',
      required: true,
      type: 'text',
      note: '至多两位小数，与发放文件一致',
      sample: '400.00',
    },
    {
      key: 'outcome',
      header: '结果',
      required: true,
      type: 'choice',
      choices: PAYMENT_OUTCOMES,
      note: '成功或退票',
      sample: '成功',
    },
    { key: 'reason_code', header: '退票原因', type: 'choice', choices: RETURN_REASONS, note: '退票的必填', sample: '' },
    {
      key: 'settled_on',
      header: '入账日期',
      required: true,
      type: 'date',
      note: '银行入账或退回的日期',
      sample: '2026-11-20',
    },
    { key: 'bank_reference', header: '流水号', type: 'digits', range: [1, 100], note: '银行流水号', sample: '' },
    {
      key: 'reason',
      header: '备注',
      type: 'text',
      range: [1, 500],
      note: '退票原因为“其他”的写明银行的说法',
      sample: '',
    },
    {
      key: 'batch',
      header: '批次号',
      type: 'text',
      range: [1, 60],
      note: '发放文件中的批次号，填写了就核对是不是这一批',
      sample: '',
    },
  ],
  // a person with several months has several rows, whose sum is compared: a doubled row shows in it
  key: () => null,
  twice: { code: 'payment_result.twice', column: 'name', what: { zh: '人员', en: 'person' } },
  async check(tx, context, file_id, rows) {
    const find = await payeesOf(tx, context, file_id!)
    const file = await getPaymentFile(tx, context.scope, file_id!)
    const batch = batchNumber({ ...file, id: file.batch_id, number: file.batch_number })
    const read = rows.map((row) => readRow(row, find, batch))
    const groups = groupsOf(read)
    const checks = await checkPaymentResults(
      tx,
      context,
      file_id!,
      groups.map(({ fact }) => fact),
    )
    const verdicts = read.map(
      ({ faults }): RowVerdict<PaymentResult | null> => ({ change: 'same', faults, fact: null }),
    )
    groups.forEach(({ fact, rows: own, differ }, at) => {
      const check = checks[at]!
      const doubled = own.length > 1 && own.every((index) => read[index]!.fact!.amount_fen === check.due_fen)
      const said = check.faults.filter(({ code }) => !(doubled && code === 'payment_result.amount'))
      own.forEach((index, nth) => {
        const faults = [
          ...said.map(inSheet),
          ...(differ ? [differingRows()] : []),
          ...(doubled && nth > 0 ? [doubledRow()] : []),
        ]
        Object.assign(verdicts[index]!, { change: check.change, faults, before: wordsBefore(check) })
      })
      // one row of a person carries what all of them come to
      verdicts[own[0]!]!.fact = fact
    })
    if (checks.length > 0 && verdicts.every(({ change, faults }) => change === 'same' && faults.length === 0))
      groups.forEach(({ rows: own }, at) => {
        for (const index of own) verdicts[index]!.faults = [recordedAlready(checks[at]!)]
      })
    return verdicts
  },
  commit: (tx, context, file_id, facts) =>
    recordPaymentResults(
      tx,
      context,
      file_id!,
      facts.filter((fact) => fact !== null),
    ),
}

interface Read {
  faults: Fault[]
  fact: PaymentResult | null
}

function readRow({ values, sound }: RowToCheck, find: FindPayee, batch: string): Read {
  const amount_fen = values.amount ? parseYuan(String(values.amount)) : null
  const faults: Fault[] = []
  if (values.amount && (amount_fen === null || amount_fen <= 0)) faults.push(notAmount(String(values.amount)))
  if (values.batch && values.batch !== batch) faults.push(otherBatch(String(values.batch), batch))
  const payee = values.name ? find(values) : null
  if (payee && 'code' in payee) faults.push(payee)
  if (!sound || faults.length > 0 || !payee || 'code' in payee || amount_fen === null) return { faults, fact: null }
  const { outcome, reason_code, reason, bank_reference, settled_on } = values as unknown as PaymentResult
  // a remark on a payment that arrived is no reason
  const said = outcome === 'returned' ? reason : null
  return {
    faults,
    fact: { payee_id: payee.payee_id, outcome, reason_code, reason: said, amount_fen, bank_reference, settled_on },
  }
}

interface Group {
  fact: PaymentResult
  rows: number[]
  /** one row says otherwise than another what became of the money */
  differ: boolean
}

/** The rows of each person with the sum of their amounts. */
function groupsOf(read: Read[]): Group[] {
  const groups = new Map<string, Group>()
  read.forEach(({ fact }, index) => {
    if (!fact) return
    const group = groups.get(fact.payee_id)
    if (!group) {
      groups.set(fact.payee_id, { fact: { ...fact }, rows: [index], differ: false })
      return
    }
    group.rows.push(index)
    group.fact.amount_fen += fact.amount_fen
    group.differ ||= fact.outcome !== group.fact.outcome || fact.reason_code !== group.fact.reason_code
  })
  return [...groups.values()]
}

/** Faults of the capability, in the columns of the sheet. */
function inSheet(fault: Fault): Fault {
  const column = { '/amount_fen': '/amount', '/person_id': '/name' }[fault.pointer]
  return { ...fault, pointer: column ?? fault.pointer }
}

function wordsBefore({ change, known }: PaymentResultCheck): Record<string, string> {
  if (change !== 'changed' || !known) return {}
  return {
    outcome: PAYMENT_OUTCOMES[known.outcome].zh,
    reason_code: known.reason_code ? RETURN_REASONS[known.reason_code].zh : '无',
    amount: formatYuan(known.amount_fen),
    settled_on: known.settled_on,
    bank_reference: known.bank_reference ?? '无',
    reason: known.reason ?? '无',
  }
}

function notAmount(text: string): Fault {
  return faultAt(
    '/amount',
    'payment_result.amount_unread',
    `金额“${text}”应为大于 0、至多两位小数的元，如 400.00。`,
    `“${text}” is no amount in yuan above 0 with at most two decimals, like 400.00.`,
  )
}

function differingRows(): Fault {
  return faultAt(
    '/outcome',
    'payment_result.rows_differ',
    '同一人有几行，结果或退票原因不一致；请与银行核对，分不开的按退票登记全部金额。',
    'The rows of this person differ in result or reason: ask the bank; where it cannot be told apart, record all of it as returned.',
  )
}

function otherBatch(given: string, batch: string): Fault {
  return faultAt(
    '/batch',
    'payment_result.other_batch',
    `回单的批次号是 ${given}，这里登记的是 ${batch}；请选择对应的发放文件后再上传。`,
    `The answer is to batch ${given}, this is ${batch}: choose the payment file it belongs to.`,
  )
}

function doubledRow(): Fault {
  return faultAt(
    '/name',
    'payment_result.twice',
    '这个人的同一笔款项在表中出现了不止一次，请核对后只保留一行。',
    'The same payment of this person stands in more than one row: keep one of them.',
  )
}

function recordedAlready({ known }: PaymentResultCheck): Fault {
  const { recorded_by, recorded_at } = known!
  return faultAt(
    '/outcome',
    'payment_result.recorded_already',
    `这份回单已于 ${localTime(recorded_at)} 由 ${recorded_by ?? '系统'} 登记，没有新的内容，不需要再次导入。`,
    `This answer was recorded on ${localTime(recorded_at)} by ${recorded_by ?? 'the system'} and says nothing new: it is not imported again.`,
  )
}
