/** The steps on a recovery: plan, repayment, write-off and its decision, each a form that keeps what was typed. */
import { formatYuan } from '../../src/platform/money.ts'
import { Field, Form } from '../form.tsx'
import { Card, Facts, Tag } from '../parts.tsx'
import { useWords } from '../words.ts'
import { HERE } from './recoveries.tsx'
import type { RecoveryForm, RecoveryProps } from './recovery.tsx'
import { yuan } from './words.ts'

export function WriteOffs({ recovery, told, may, own_proposal, failed, values, errors }: RecoveryProps) {
  const w = useWords()
  if (recovery.write_offs.length === 0) return null
  return (
    <Card title={w('核销', 'Write-offs')}>
      {recovery.write_offs.map((one) => (
        <>
          <Facts
            items={[
              { label: w('金额', 'Amount'), value: yuan(one.amount_fen) },
              { label: w('理由', 'Reason'), value: one.reason },
              { label: w('文件', 'Document'), value: one.document },
              { label: w('申请', 'Proposed'), value: `${one.proposed_by_name ?? ''} ${told(one.proposed_at)}` },
              {
                label: w('决定', 'Decision'),
                value:
                  one.approved === null ? (
                    <Tag tone="warn">{w('待决定', 'to be decided')}</Tag>
                  ) : (
                    <>
                      <Tag tone={one.approved ? 'good' : 'bad'}>
                        {one.approved ? w('同意', 'approved') : w('不同意', 'refused')}
                      </Tag>{' '}
                      {one.decision_reason} · {one.decided_by_name} {one.decided_at && told(one.decided_at)}
                    </>
                  ),
              },
            ]}
          />
          {one.approved === null && may.decide && own_proposal && (
            <p class="quiet">{w('申请是您提出的，由另一位人员决定。', 'You proposed it; somebody else decides.')}</p>
          )}
          {one.approved === null && may.decide && (!own_proposal || failed === 'decision') && (
            <Form
              action={`${HERE}/${recovery.id}/write-offs/${one.id}/decision`}
              errors={failed === 'decision' ? errors : []}
              submit={w('决定', 'Decide')}
            >
              <Field
                label={w('决定', 'Decision')}
                name="approved"
                type="radio"
                required
                value={failed === 'decision' ? values.approved : ''}
                options={[
                  { value: 'true', label: w('同意核销', 'write it off') },
                  { value: 'false', label: w('不同意', 'refuse') },
                ]}
              />
              <Field
                id="decision-reason"
                label={w('理由', 'Reason')}
                name="reason"
                required
                value={failed === 'decision' ? values.reason : ''}
              />
            </Form>
          )}
        </>
      ))}
    </Card>
  )
}

export function PlanForms({ recovery, today, failed, values, errors }: RecoveryProps) {
  const w = useWords()
  const of = (form: RecoveryForm, name: string) => (failed === form ? values[name] : undefined)
  const action = `${HERE}/${recovery.id}/plans`
  return (
    <Card title={w('制定计划', 'Make a plan')}>
      <details open={failed === 'offset' || (failed === null && recovery.plans.length === 0)}>
        <summary>{w('抵扣以后的津贴', 'Off-set against later runs')}</summary>
        <Form action={action} errors={failed === 'offset' ? errors : []} submit={w('按抵扣执行', 'Off-set')}>
          <input type="hidden" name="kind" value="offset" />
          <Field
            label={w('自哪天起', 'From')}
            name="starts_on"
            type="date"
            required
            value={of('offset', 'starts_on') ?? today}
          />
          <Field
            label={w('每批至少留下（元）', 'To remain of each run, yuan')}
            name="floor_yuan"
            required
            value={of('offset', 'floor_yuan')}
            attributes={{ inputmode: 'decimal' }}
          />
          <Field id="offset-reason" label={w('理由', 'Reason')} name="reason" required value={of('offset', 'reason')} />
        </Form>
      </details>
      <details open={failed === 'instalments'}>
        <summary>{w('分期归还', 'Instalments')}</summary>
        <Form
          action={action}
          errors={failed === 'instalments' ? errors : []}
          submit={w('按分期执行', 'By instalments')}
        >
          <input type="hidden" name="kind" value="instalments" />
          <Field
            label={w('各期', 'Instalments')}
            name="instalments"
            type="textarea"
            required
            value={of('instalments', 'instalments')}
            hint={w(
              `每行一期：日期 金额（元），合计 ${formatYuan(recovery.balance_fen)}`,
              `One a line: day and yuan; together ${formatYuan(recovery.balance_fen)}`,
            )}
          />
          <Field
            id="instalments-reason"
            label={w('理由', 'Reason')}
            name="reason"
            required
            value={of('instalments', 'reason')}
          />
        </Form>
      </details>
    </Card>
  )
}

export function RepaymentForm({ recovery, today, failed, values, errors }: RecoveryProps) {
  const w = useWords()
  const own = failed === 'repayments' ? values : {}
  return (
    <Card title={w('登记归还', 'Record a repayment')}>
      <Form
        action={`${HERE}/${recovery.id}/repayments`}
        errors={failed === 'repayments' ? errors : []}
        submit={w('登记归还', 'Record')}
      >
        <Field
          id="repaid-yuan"
          label={w('金额（元）', 'Yuan')}
          name="amount_yuan"
          required
          value={own.amount_yuan}
          attributes={{ inputmode: 'decimal' }}
        />
        <Field label={w('到账日期', 'Day')} name="paid_on" type="date" required value={own.paid_on ?? today} />
        <Field label={w('凭证号', 'Voucher')} name="reference" required value={own.reference} />
      </Form>
    </Card>
  )
}

export function WriteOffForm({ recovery, failed, values, errors }: RecoveryProps) {
  const w = useWords()
  const own = failed === 'write-offs' ? values : {}
  return (
    <Card title={w('申请核销', 'Propose a write-off')}>
      <Form
        action={`${HERE}/${recovery.id}/write-offs`}
        errors={failed === 'write-offs' ? errors : []}
        submit={w('申请核销', 'Propose')}
      >
        <Field
          label={w('金额（元）', 'Yuan')}
          name="amount_yuan"
          required
          value={own.amount_yuan}
          attributes={{ inputmode: 'decimal' }}
        />
        <Field id="write-off-reason" label={w('理由', 'Reason')} name="reason" required value={own.reason} />
        <Field label={w('文件', 'Document')} name="document" required value={own.document} />
      </Form>
    </Card>
  )
}
