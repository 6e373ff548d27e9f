/** What an organisation owes and is written off, or is to be: each with its decision, and the forms that propose and decide. */
import { Field, Form } from '../form.tsx'
import { Card, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords } from '../words.ts'
import type { OrganisationAllowancesProps } from './organisation-allowances.tsx'
import { yuan } from './words.ts'

export function OrganisationWriteOffs({ view, may, failed, values, errors, refused }: OrganisationAllowancesProps) {
  const w = useWords()
  const path = `/console/organisations/${view.organisation_id}/write-offs`
  const owing = may.propose ? view.accounts.filter(({ owed_fen }) => owed_fen > 0) : []
  if (view.write_offs.length + owing.length === 0) return null
  return (
    <Card title={w('核销', 'Write-offs')}>
      {view.write_offs.length > 0 && (
        <Table
          caption={w('核销', 'Write-offs')}
          empty=""
          details={w('决定', 'Decide')}
          columns={[
            { key: 'scheme', label: w('政策', 'Scheme') },
            { key: 'amount', label: w('金额', 'Amount'), numeric: true },
            { key: 'why', label: w('理由', 'Reason') },
            { key: 'document', label: w('文件', 'Document') },
            { key: 'state', label: w('决定', 'Decision') },
          ]}
          rows={view.write_offs.map((one) => ({
            label: `${one.scheme_name} ${yuan(one.amount_fen)}`,
            cells: {
              scheme: one.scheme_name,
              amount: yuan(one.amount_fen),
              why: one.reason,
              document: one.document,
              state:
                one.approved === null ? (
                  <Tag tone="warn">{w('待决定', 'to be decided')}</Tag>
                ) : (
                  <>
                    <Tag tone={one.approved ? 'good' : 'bad'}>
                      {one.approved ? w('同意', 'approved') : w('不同意', 'refused')}
                    </Tag>{' '}
                    {one.decision_reason}
                  </>
                ),
            },
            ...(may.decide &&
              one.approved === null && {
                detail: (
                  <Form
                    action={`${path}/${one.id}/decision`}
                    errors={refused === one.id ? errors : []}
                    submit={w('决定', 'Decide')}
                  >
                    <Field
                      id={`approved-${one.id}`}
                      label={w('决定', 'Decision')}
                      name="approved"
                      type="radio"
                      required
                      value={refused === one.id ? values.approved : ''}
                      options={[
                        { value: 'true', label: w('同意核销', 'write it off') },
                        { value: 'false', label: w('不同意', 'refuse') },
                      ]}
                    />
                    <Field
                      id={`reason-${one.id}`}
                      label={w('理由', 'Reason')}
                      name="reason"
                      required
                      value={refused === one.id ? values.reason : ''}
                    />
                  </Form>
                ),
              }),
          }))}
        />
      )}
      {owing.map((one) => {
        const own = failed === 'write-off' && values.scheme_code === one.scheme_code ? values : {}
        return (
          <Form
            action={path}
            errors={own === values ? errors : []}
            submit={w(`申请核销：${one.scheme_name}`, `Propose a write-off: ${one.scheme_name}`)}
          >
            <input type="hidden" name="scheme_code" value={one.scheme_code} />
            <input type="hidden" name="district_code" value={one.district_code} />
            <Field
              id={`off-amount-${one.scheme_code}`}
              label={w('金额（元）', 'Yuan')}
              name="amount_yuan"
              required
              value={own.amount_yuan}
            />
            <Field
              id={`off-reason-${one.scheme_code}`}
              label={w('理由', 'Reason')}
              name="reason"
              required
              value={own.reason}
            />
            <Field
              id={`off-document-${one.scheme_code}`}
              label={w('文件', 'Document')}
              name="document"
              required
              value={own.document}
            />
          </Form>
        )
      })}
    </Card>
  )
}
