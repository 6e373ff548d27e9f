/** One payment batch: its total in figures and capitals, its exports and files, what became of the money, and every payment. */
import type { Sums } from '../../src/allowances/reconciliation-rules.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Kpis, Notice, type Tab, Tabs, Tag } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { Files, type PaymentFileItem } from './run-parts.tsx'
import { payeeHref, yuan } from './words.ts'

export interface PaymentBatchProps {
  frame: Frame
  batch: {
    id: string
    run_id: string
    number: number
    kind: 'payment' | 'reissue'
    scheme_name: string
    month: string
    district_name: string
    budget_year: number
    payment_count: number
    total_fen: number
    total_in_capitals: string
    sha256: string
    made_by: string | null
    made_at: string
  }
  files: PaymentFileItem[]
  /** null: it pays nobody */
  sums: (Sums & { difference_fen: number; file_fen: number | null }) | null
  tabs: Tab[]
  payments: {
    person_id: string | null
    organisation_id: string | null
    person_name: string
    id_number_masked: string | null
    bank_account_masked: string | null
    months: string
    organisation_name: string | null
    amount_fen: number
    attempt: number
    outcome: string
    state: string
  }[]
  next: string | null
  first: string | null
  may_export: boolean
  import_href: string | null
}

const TONES = { paid: 'good', returned: 'bad', reissued: 'warn', open: 'plain' } as const

export function PaymentBatch({ frame, batch, files, sums, may_export, import_href, ...props }: PaymentBatchProps) {
  const w = words(frame.lang)
  const reissue = batch.kind === 'reissue'
  return (
    <Page
      {...frame}
      heading={w(
        `${batch.month} ${batch.district_name} ${batch.scheme_name} 第 ${batch.number} 批`,
        `${batch.month} ${batch.district_name} ${batch.scheme_name}, batch ${batch.number}`,
      )}
      tag={
        reissue ? { tone: 'warn', text: w('退票补发', 'Issued again') } : { tone: 'info', text: w('发放', 'Payment') }
      }
      back={{ href: `/console/runs/${batch.run_id}`, label: w('津贴批次', 'Allowance run') }}
      actions={
        <>
          {import_href && (
            <a class="button" href={import_href}>
              {w('导入银行回单', 'Import the answer')}
            </a>
          )}
          {may_export && (
            <a class="button" href={`/console/runs/${batch.run_id}/payment-file?batch=${batch.id}`}>
              {w('再次导出', 'Export again')}
            </a>
          )}
        </>
      }
    >
      {sums && sums.difference_fen !== 0 && (
        <Notice tone="bad">
          {w(
            `这一批有 ${yuan(sums.difference_fen)} 对不上，请停止发放并核对。`,
            `${yuan(sums.difference_fen)} of this batch does not add up: stop and compare.`,
          )}
        </Notice>
      )}
      {sums && (
        <Kpis
          items={[
            {
              label: reissue ? w('补发', 'Issued again') : w('台账应发', 'Ledger'),
              value: yuan(reissue ? sums.again_fen : sums.ledger_fen),
            },
            { label: w('文件合计', 'In the files'), value: sums.file_fen === null ? '—' : yuan(sums.file_fen) },
            { label: w('成功', 'Paid'), value: yuan(sums.paid_fen) },
            {
              label: w('退票', 'Returned'),
              value: yuan(sums.returned_fen + sums.reissued_fen),
              ...(sums.reissued_fen > 0 && {
                note: w(`其中已补发 ${yuan(sums.reissued_fen)}`, `${yuan(sums.reissued_fen)} issued again`),
              }),
            },
            { label: w('未回单', 'No answer'), value: yuan(sums.open_fen) },
          ]}
        />
      )}
      <Card title={w('这一批', 'The batch')}>
        <Facts
          items={[
            { label: w('笔数', 'Payments'), value: w(`${batch.payment_count} 笔`, `${batch.payment_count}`) },
            { label: w('合计', 'Total'), value: yuan(batch.total_fen) },
            { label: w('人民币大写', 'In capitals'), value: batch.total_in_capitals },
            { label: w('预算年度', 'Budget year'), value: String(batch.budget_year) },
            { label: w('生成', 'Made'), value: `${batch.made_at} ${batch.made_by ?? ''}` },
            { label: w('款项摘要', 'Payments SHA-256'), value: <code>{batch.sha256}</code> },
          ]}
        />
      </Card>
      <Files files={files} may_take={may_export} />
      <Tabs label={w('发放明细', 'Payments')} items={props.tabs} />
      <Results>
        <Table
          caption={w('发放明细', 'Payments')}
          empty={w('这一类没有款项。', 'There are no payments of this kind.')}
          columns={[
            { key: 'name', label: w('姓名', 'Name') },
            { key: 'id', label: w('证件号码', 'ID number') },
            { key: 'account', label: w('银行账号', 'Account') },
            { key: 'organisation', label: w('机构', 'Facility') },
            { key: 'months', label: w('津贴月份', 'Months') },
            { key: 'amount', label: w('金额', 'Amount'), numeric: true },
            { key: 'state', label: w('结果', 'Result') },
          ]}
          rows={props.payments.map((payment) => ({
            cells: {
              name: <a href={payeeHref(payment)}>{payment.person_name}</a>,
              id: payment.id_number_masked ?? '—',
              account: payment.bank_account_masked ?? '—',
              organisation: payment.organisation_name ?? '—',
              months: payment.months,
              amount: yuan(payment.amount_fen),
              state: <Tag tone={TONES[payment.outcome as keyof typeof TONES]}>{payment.state}</Tag>,
            },
          }))}
        />
        <Pager next={props.next} first={props.first} />
      </Results>
    </Page>
  )
}
