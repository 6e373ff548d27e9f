/** The card of a run's page that says what the bank answered: sums, and the returned payments with their reasons. */
import { PAYMENT_OUTCOMES, RETURN_REASONS, type ReturnReason } from '../../src/allowances/payment-result-rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Card, Facts } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords } from '../words.ts'
import { payeeHref, yuan } from './words.ts'

export interface ResultsProps {
  summary: {
    paid_count: number
    paid_fen: number
    returned_count: number
    returned_fen: number
    open_count: number
    open_fen: number
  }
  returned: {
    person_id: string | null
    organisation_id: string | null
    person_name: string
    id_number_masked: string | null
    bank_account_masked: string | null
    amount_fen: number
    reason_code: ReturnReason | null
    reason: string | null
    settled_on: string
    bank_reference: string | null
  }[]
  /** there are more than are listed */
  more: boolean
  /** where the reader brings in the bank's answer; null: they may not */
  import_href: string | null
  /** where what came back is issued again; null: the reader may not, or nothing came back */
  reissue_href: string | null
}

export function PaymentResults({ lang, results }: { lang: Lang; results: ResultsProps }) {
  const w = useWords()
  const { summary, returned, more, import_href, reissue_href } = results
  const sum = (count: number, fen: number) => w(`${count} 人 ${yuan(fen)}`, `${count}: ${yuan(fen)}`)
  return (
    <Card
      title={w('银行发放结果', 'What the bank answered')}
      actions={
        <>
          {import_href && (
            <a class="button" href={import_href}>
              {w('导入银行回单', 'Import the answer')}
            </a>
          )}
          {reissue_href && (
            <a class="button" href={reissue_href}>
              {w('退票补发', 'Issue again')}
            </a>
          )}
        </>
      }
    >
      <Facts
        items={[
          { label: inLanguage(lang, PAYMENT_OUTCOMES.paid), value: sum(summary.paid_count, summary.paid_fen) },
          {
            label: inLanguage(lang, PAYMENT_OUTCOMES.returned),
            value: sum(summary.returned_count, summary.returned_fen),
          },
          { label: w('未回单', 'No answer yet'), value: sum(summary.open_count, summary.open_fen) },
        ]}
      />
      {returned.length > 0 && (
        <Table
          caption={w('退票', 'Returned payments')}
          empty=""
          columns={[
            { key: 'name', label: w('姓名', 'Name') },
            { key: 'id', label: w('证件号码', 'ID number') },
            { key: 'account', label: w('银行账号', 'Bank account') },
            { key: 'amount', label: w('金额', 'Amount'), numeric: true },
            { key: 'reason', label: w('退票原因', 'Reason') },
            { key: 'day', label: w('退回日期', 'Returned on') },
            { key: 'reference', label: w('流水号', 'Reference') },
          ]}
          rows={returned.map((row) => ({
            cells: {
              name: <a href={payeeHref(row)}>{row.person_name}</a>,
              id: row.id_number_masked ?? '—',
              account: row.bank_account_masked ?? '—',
              amount: yuan(row.amount_fen),
              reason: [row.reason_code && inLanguage(lang, RETURN_REASONS[row.reason_code]), row.reason]
                .filter(Boolean)
                .join(w('：', ': ')),
              day: row.settled_on,
              reference: row.bank_reference ?? '—',
            },
          }))}
        />
      )}
      {more && (
        <p class="quiet">{w('退票较多，这里只列出前 200 人。', 'There are more; the first 200 people are listed.')}</p>
      )}
    </Card>
  )
}
