/** What one organisation is paid: its account, what it is owed and owes, and month by month what counts and what does not. */
import type { OrganisationAllowances as View } from '../../src/allowances/organisation-shapes.ts'
import { Field, Form } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Notice } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { OrganisationLines } from './organisation-lines.tsx'
import { OrganisationWriteOffs } from './organisation-write-offs.tsx'
import { yuan } from './words.ts'

export interface OrganisationAllowancesProps {
  frame: Frame
  view: View
  may: { write: boolean; reveal: boolean; repay: boolean; propose: boolean; decide: boolean }
  disclosed?: string
  failed: 'account' | 'disclosure' | 'repayment' | 'write-off' | 'decision' | null
  /** the write-off whose decision was refused */
  refused: string | null
  values: Record<string, string>
  errors: { pointer: string; message: string }[]
}

export function OrganisationAllowances(props: OrganisationAllowancesProps) {
  const { frame, view } = props
  const w = words(frame.lang)
  const back = { href: `/console/organisations/${view.organisation_id}`, label: view.organisation_name }
  return (
    <Page {...frame} heading={w('机构补助', 'What the organisation is paid')} back={back}>
      {props.disclosed && (
        <Notice tone="info">
          {w('银行账号：', 'Bank account: ')}
          <strong>{props.disclosed}</strong>
          <p>{w('本次查看已记入变更记录。', 'This look is on record.')}</p>
        </Notice>
      )}
      <Account {...props} />
      {view.accounts.length > 0 && <Accounts {...props} />}
      <OrganisationWriteOffs {...props} />
      <Card title={w('每月明细', 'Month by month')}>
        <OrganisationLines frame={frame} lines={view.items} />
      </Card>
    </Page>
  )
}

function Account({ view, may, failed, values, errors }: OrganisationAllowancesProps) {
  const w = useWords()
  const path = `/console/organisations/${view.organisation_id}`
  return (
    <Card title={w('收款账号', 'Account')}>
      <Facts items={[{ label: w('银行账号', 'Bank account'), value: view.bank_account_masked ?? '—' }]} />
      {may.write && (
        <Form
          action={`${path}/bank-account`}
          errors={failed === 'account' ? errors : []}
          submit={view.bank_account_masked ? w('更换账号', 'Replace it') : w('登记账号', 'Record it')}
        >
          <Field
            label={w('银行账号', 'Bank account')}
            name="bank_account"
            value={failed === 'account' ? values.bank_account : ''}
            required
          />
        </Form>
      )}
      {may.reveal && view.bank_account_masked && (
        <Form
          action={`${path}/bank-account/disclosure`}
          errors={failed === 'disclosure' ? errors : []}
          submit={w('显示并留痕', 'Show, on record')}
        >
          <Field
            id="disclosure-reason"
            label={w('查看理由', 'Reason')}
            name="reason"
            value={failed === 'disclosure' ? values.reason : ''}
            required
          />
        </Form>
      )}
    </Card>
  )
}

function Accounts({ view, may, failed, values, errors }: OrganisationAllowancesProps) {
  const w = useWords()
  const owing = view.accounts.filter(({ owed_fen }) => owed_fen > 0)
  const given = failed === 'repayment' ? values : {}
  const outcome = (one: (typeof view.payments)[number]) => {
    if (one.attempt === null) return w('未发放', 'not paid yet')
    if (one.outcome === null) return w('已报银行', 'with the bank')
    return one.outcome === 'paid' ? w('已到账', 'paid') : w('银行退回', 'returned')
  }
  return (
    <Card title={w('应付与应退', 'Paid and owed')}>
      <Table
        caption={w('应付与应退', 'Paid and owed')}
        empty=""
        columns={[
          { key: 'scheme', label: w('政策', 'Scheme') },
          { key: 'district', label: w('区县', 'District') },
          { key: 'paid', label: w('已审批应付', 'Approved to be paid'), numeric: true },
          { key: 'owed', label: w('应退回', 'Owed'), numeric: true },
          { key: 'off', label: w('已核销', 'Written off'), numeric: true },
        ]}
        rows={view.accounts.map((one) => ({
          cells: {
            scheme: one.scheme_name,
            district: one.district_name,
            paid: yuan(one.paid_fen),
            owed: yuan(one.owed_fen),
            off: yuan(one.written_off_fen),
          },
        }))}
      />
      <Table
        caption={w('发放', 'Payments')}
        empty={w('还没有应付的批次。', 'No run pays anything yet.')}
        columns={[
          { key: 'run', label: w('批次', 'Run') },
          { key: 'amount', label: w('金额', 'Amount'), numeric: true },
          { key: 'outcome', label: w('结果', 'Result') },
        ]}
        rows={view.payments.map((one) => ({
          cells: { run: one.run_month, amount: yuan(one.amount_fen), outcome: outcome(one) },
        }))}
      />
      {owing.length > 0 && (
        <p class="quiet">
          {w(
            '以前月份被更正的差额先从以后批次中抵扣；也可以转账退回，由财政登记。',
            'Differences of corrected months are taken from later runs first; they may be paid back by transfer too, which finance takes down.',
          )}
        </p>
      )}
      {may.repay &&
        owing.map((one) => (
          <Form
            action={`/console/organisations/${view.organisation_id}/repayments`}
            errors={given.scheme_code === one.scheme_code ? errors : []}
            submit={w('登记退回', 'Take down a repayment')}
          >
            <input type="hidden" name="scheme_code" value={one.scheme_code} />
            <input type="hidden" name="district_code" value={one.district_code} />
            <Field
              id={`amount-${one.scheme_code}`}
              label={w(`退回金额（元）：${one.scheme_name}`, `Amount, yuan: ${one.scheme_name}`)}
              name="amount_yuan"
              value={given.amount_yuan ?? ''}
              required
            />
            <Field
              id={`paid-${one.scheme_code}`}
              label={w('到账日期', 'Paid on')}
              name="paid_on"
              type="date"
              value={given.paid_on ?? ''}
              required
            />
            <Field
              id={`reference-${one.scheme_code}`}
              label={w('凭证号', 'Reference')}
              name="reference"
              value={given.reference ?? ''}
              required
            />
          </Form>
        ))}
    </Card>
  )
}
