/** 批量撤销: numbers pasted or ticked, checked before anything is written, and the decisions made so far. */
import { REVOCATION_REASONS, type RevocationReason } from '../../src/credentials/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Kpis, Notice } from '../parts.tsx'
import { choices } from '../people/parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

export interface Decision {
  id: string
  organisation_name: string
  reason_code: RevocationReason
  reason: string
  decision_reference: string
  certificates: number
  standing: number
  decided_by_name: string | null
  /** `YYYY-MM-DD HH:MM` */
  decided_on: string
}

export interface RevocationsProps {
  frame: Frame
  today: string
  values: Record<string, string>
  errors: FormError[]
  /** what was checked: the button to revoke shows only after it */
  plan: { revocable: number; left_out: { number: string | null; message: string }[] } | null
  decisions: Decision[]
  may_revoke: boolean
}

export const REVOCATIONS = '/console/certificates/revocations'

/** Check first; what cannot be revoked is named with its reason and taken off the list before the rest goes. */
export function Revocations({ frame, today, values, errors, plan, decisions, may_revoke }: RevocationsProps) {
  const w = words(frame.lang)
  const back = { href: '/console/certificates', label: w('证书', 'Certificates') }
  return (
    <Page {...frame} heading={w('批量撤销', 'Revoke many')} back={back}>
      {plan && <Plan plan={plan} lang={frame.lang} />}
      {may_revoke && (
        <Card title={w('撤销决定', 'Decision')}>
          <Form
            action={REVOCATIONS}
            errors={errors}
            submit={
              plan && plan.revocable > 0
                ? w(`确认撤销 ${plan.revocable} 张`, `Revoke ${plan.revocable}`)
                : w('先核对', 'Check first')
            }
            danger={plan !== null && plan.revocable > 0}
            cancel={plan ? REVOCATIONS : undefined}
          >
            {plan && plan.revocable > 0 && <input type="hidden" name="checked" value={plan.revocable} />}
            <Field
              label={w('证书编号', 'Certificate numbers')}
              name="numbers"
              type="textarea"
              required
              value={values.numbers}
              hint={w(
                '一行一个；可从 Excel 复制“证书编号”一列粘贴，最多 10,000 张',
                'One a line; paste the column of a sheet, 10,000 at most',
              )}
              attributes={{ rows: 8, spellcheck: false, autocomplete: 'off' }}
            />
            <Field
              label={w('原因', 'Reason')}
              name="reason_code"
              type="select"
              required
              value={values.reason_code ?? 'fraud'}
              options={choices(REVOCATION_REASONS, frame.lang)}
            />
            <Field
              label={w('生效日期', 'Effective on')}
              name="effective_on"
              type="date"
              value={values.effective_on ?? today}
              attributes={{ max: today }}
              hint={w('弄虚作假的一律追溯到各自的发证日期', 'Fraud always reaches back to the day of issue')}
            />
            <Field
              label={w('决定文号', 'Reference of the decision')}
              name="decision_reference"
              required
              value={values.decision_reference}
            />
            <Field
              label={w('情况说明', 'What happened')}
              name="reason"
              type="textarea"
              required
              value={values.reason}
            />
          </Form>
        </Card>
      )}
      <Card title={w('已作的决定', 'Decisions made')}>
        <Table
          caption={w('撤销决定', 'Decisions')}
          empty={<Empty title={w('还没有批量撤销过。', 'Nothing was revoked by decision yet.')} />}
          columns={[
            { key: 'reference', label: w('决定文号', 'Reference') },
            { key: 'reason', label: w('原因', 'Reason') },
            { key: 'certificates', label: w('证书', 'Certificates'), numeric: true },
            { key: 'standing', label: w('仍撤销', 'Still revoked'), numeric: true },
            { key: 'by', label: w('经办', 'By') },
            { key: 'on', label: w('时间', 'When') },
          ]}
          rows={decisions.map((one) => ({
            cells: {
              reference: <a href={`${REVOCATIONS}/${one.id}`}>{one.decision_reference}</a>,
              reason: inLanguage(frame.lang, REVOCATION_REASONS[one.reason_code]),
              certificates: one.certificates.toLocaleString('en-US'),
              standing: one.standing.toLocaleString('en-US'),
              by: one.decided_by_name ?? '—',
              on: one.decided_on,
            },
          }))}
        />
      </Card>
    </Page>
  )
}

function Plan({ plan, lang }: { plan: NonNullable<RevocationsProps['plan']>; lang: Lang }) {
  const w = words(lang)
  const { revocable, left_out } = plan
  return (
    <>
      <Kpis
        items={[
          { label: w('可以撤销', 'Can be revoked'), value: revocable, unit: w('张', '') },
          {
            label: w('不能撤销', 'Cannot'),
            value: left_out.length,
            unit: w('张', ''),
            ...(left_out.length > 0 && { tone: 'warn' as const }),
          },
        ]}
      />
      {left_out.length > 0 && (
        <Notice tone="warn">
          <p>
            {w(
              '下列编号不能撤销，已从名单里去掉；确认后只撤销其余的。',
              'These cannot be revoked and were taken off the list; only the others will be.',
            )}
          </p>
          <ul>
            {left_out.slice(0, 100).map(({ message }) => (
              <li>{message}</li>
            ))}
            {left_out.length > 100 && (
              <li>{w(`另有 ${left_out.length - 100} 张`, `and ${left_out.length - 100} more`)}</li>
            )}
          </ul>
        </Notice>
      )}
      {revocable > 0 && (
        <Notice tone="bad">
          {w(
            `确认后 ${revocable} 张证书立即显示“已撤销”，相关津贴随下一批追回。发现有误，可以撤回整个决定。`,
            `${revocable} certificates will be revoked at once, and allowances recovered by the next run. A decision found wrong can be withdrawn.`,
          )}
        </Notice>
      )}
    </>
  )
}
