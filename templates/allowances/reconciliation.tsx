/** The reconciliation of payments: the ledger against what was exported and what the bank did, grouped one way or another. */
import type { Group, Sums } from '../../src/allowances/reconciliation-rules.ts'
import { Field } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { DownloadLink, Kpis, Notice, type Tab, Tabs } from '../parts.tsx'
import { Filters, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { yuan } from './words.ts'

export interface ReconciliationProps {
  frame: Frame
  filter: { by: string; month: string; budget_year: string }
  tabs: Tab[]
  items: Group[]
  totals: Sums & { difference_fen: number }
  download: string
}

/** Most figures of most rows are nothing. */
const amount = (fen: number) => (fen === 0 ? '—' : yuan(fen))

export function Reconciliation({ frame, filter, tabs, items, totals, download }: ReconciliationProps) {
  const w = words(frame.lang)
  const off = totals.difference_fen !== 0 || items.some(({ difference_fen }) => difference_fen !== 0)
  const href = ({ batch_id, run_id }: Group) =>
    batch_id ? `/console/payment-batches/${batch_id}` : run_id ? `/console/runs/${run_id}` : null
  return (
    <Page {...frame} heading={w('发放对账', 'Payments')}>
      <Filters action="/console/payments">
        <input type="hidden" name="by" value={filter.by} />
        <Field label={w('津贴月份', 'Month')} name="month" type="month" value={filter.month} />
        <Field label={w('预算年度', 'Budget year')} name="budget_year" type="number" value={filter.budget_year} />
      </Filters>
      <Results>
        <Notice tone={off ? 'bad' : 'good'}>
          {off
            ? w('有金额对不上，请核对标出的批次。', 'Some amounts do not add up: compare the marked rows.')
            : w(
                '台账应发 = 未导出 + 已导出（不含补发），已导出 = 成功 + 退票 + 未回单，分文不差。',
                'The ledger = not exported + exported (but for what was issued again), and exported = paid + returned + open, to the fen.',
              )}
        </Notice>
        <Kpis
          items={[
            { label: w('台账应发', 'Ledger'), value: yuan(totals.ledger_fen) },
            { label: w('未导出', 'Not exported'), value: yuan(totals.waiting_fen) },
            { label: w('成功', 'Paid'), value: yuan(totals.paid_fen) },
            { label: w('退票待补发', 'Returned'), value: yuan(totals.returned_fen) },
            { label: w('未回单', 'No answer'), value: yuan(totals.open_fen) },
          ]}
        />
        <Tabs label={w('分组', 'Groups')} items={tabs} />
        <Table
          caption={w('发放对账', 'Payments')}
          empty={w('没有审批通过的批次。', 'There is no approved run.')}
          columns={[
            { key: 'name', label: w('分组', 'Group') },
            { key: 'ledger', label: w('台账应发', 'Ledger'), numeric: true },
            { key: 'waiting', label: w('未导出', 'Waiting'), numeric: true },
            { key: 'again', label: w('补发', 'Again'), numeric: true },
            { key: 'exported', label: w('已导出', 'Exported'), numeric: true },
            { key: 'paid', label: w('成功', 'Paid'), numeric: true },
            { key: 'returned', label: w('退票', 'Returned'), numeric: true },
            { key: 'reissued', label: w('已补发', 'Reissued'), numeric: true },
            { key: 'open', label: w('未回单', 'Open'), numeric: true },
            { key: 'difference', label: w('差额', 'Difference'), numeric: true },
          ]}
          rows={items.map((item) => ({
            cells: {
              name: href(item) ? <a href={href(item)!}>{item.name}</a> : item.name,
              ledger: amount(item.ledger_fen),
              waiting: amount(item.waiting_fen),
              again: amount(item.again_fen),
              exported: amount(item.exported_fen),
              paid: amount(item.paid_fen),
              returned: amount(item.returned_fen),
              reissued: amount(item.reissued_fen),
              open: amount(item.open_fen),
              difference: amount(item.difference_fen),
            },
            ...(item.difference_fen !== 0 && { marked: ['difference'] }),
          }))}
        />
      </Results>
      <p class="links">
        <DownloadLink href={download} note="XLSX">
          {w('下载对账表', 'Download')}
        </DownloadLink>
      </p>
    </Page>
  )
}
