/** One decision that revoked many, with its certificates and its withdrawal. */
import { type CertificateStatus, REVOCATION_REASONS } from '../../src/credentials/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { StatusTag } from './certificates.tsx'
import { type Decision, REVOCATIONS } from './revocations.tsx'

export interface DecisionProps {
  frame: Frame
  decision: Decision
  items: { id: string; number: string; holder_name: string; effective_on: string; status: CertificateStatus }[]
  /** the actor may withdraw it */
  may_restore: boolean
  values: Record<string, string>
  errors: FormError[]
}

/** One decision with its certificates, each with what rests on it, and its withdrawal. */
export function DecisionPage({ frame, decision, items, may_restore, values, errors }: DecisionProps) {
  const w = words(frame.lang)
  const { id, certificates, standing } = decision
  return (
    <Page
      {...frame}
      heading={decision.decision_reference}
      tag={
        standing === 0
          ? { tone: 'plain', text: w('已全部撤回', 'Withdrawn') }
          : { tone: 'bad', text: w(`${standing} 张已撤销`, `${standing} revoked`) }
      }
      back={{ href: REVOCATIONS, label: w('批量撤销', 'Revoke many') }}
    >
      <Card>
        <Facts
          items={[
            { label: w('发证机构', 'Issuer'), value: decision.organisation_name },
            { label: w('原因', 'Reason'), value: inLanguage(frame.lang, REVOCATION_REASONS[decision.reason_code]) },
            { label: w('情况说明', 'What happened'), value: decision.reason },
            { label: w('经办', 'By'), value: `${decision.decided_by_name ?? '—'} ${decision.decided_on}` },
          ]}
        />
      </Card>
      <Card title={w(`${certificates} 张证书`, `${certificates} certificates`)}>
        <Table
          caption={w('证书', 'Certificates')}
          empty={null}
          columns={[
            { key: 'number', label: w('证书编号', 'Number') },
            { key: 'holder', label: w('姓名', 'Name') },
            { key: 'from', label: w('失效自', 'Of no effect from') },
            { key: 'status', label: w('现状', 'Now') },
            { key: 'cascade', label: w('波及', 'Rests on it') },
          ]}
          rows={items.map((item) => ({
            cells: {
              number: <a href={`/console/certificates/${item.id}`}>{item.number}</a>,
              holder: item.holder_name,
              from: item.effective_on,
              status: <StatusTag status={item.status} lang={frame.lang} />,
              cascade: <a href={`/console/certificates/${item.id}/cascade`}>{w('等级与津贴', 'Levels and money')}</a>,
            },
          }))}
        />
        {items.length < certificates && (
          <p class="quiet">{w(`只列出前 ${items.length} 张`, `The first ${items.length}`)}</p>
        )}
      </Card>
      {may_restore && standing > 0 && (
        <Card title={w('撤回这个决定', 'Withdraw this decision')}>
          <p>
            {w(
              `仍在撤销的 ${standing} 张恢复有效，视为从未撤销；两次决定都保留。`,
              `The ${standing} that are still revoked become valid as if they never had been; both decisions stay.`,
            )}
          </p>
          <Form
            action={`${REVOCATIONS}/${id}/restoration`}
            errors={errors}
            submit={w(`撤回，恢复 ${standing} 张`, `Restore ${standing}`)}
          >
            <Field label={w('原因', 'Reason')} name="reason" type="textarea" required value={values.reason} />
            <Field
              label={w('决定文号', 'Reference of the decision')}
              name="decision_reference"
              required
              value={values.decision_reference}
            />
          </Form>
        </Card>
      )}
    </Page>
  )
}
