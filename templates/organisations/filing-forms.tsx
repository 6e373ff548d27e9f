/** The forms of a period of filing or recognition: recording, correcting, withdrawing it. */
import { FILING_KINDS } from '../../src/organisations/rules.ts'
import { Field, Form } from '../form.tsx'
import { words } from '../words.ts'
import { AboutOrganisation, choices, type FormPageProps, nameOf, period } from './parts.tsx'

export function FilingForm({
  frame,
  organisation,
  filing,
  values,
  errors,
}: FormPageProps & { organisation: { id: string; name: string }; filing?: { id: string } }) {
  const w = words(frame.lang)
  const path = `/console/organisations/${organisation.id}`
  return (
    <AboutOrganisation
      frame={frame}
      organisation={organisation}
      heading={filing ? w('更正有效期', 'Correct a period') : w('登记备案或认定', 'Record a filing or recognition')}
      danger={Boolean(filing)}
    >
      {filing && (
        <p>
          {w(
            '更正后，受影响月份的津贴会重新计算，可能补发或追回。原记录仍可查。',
            'The months it touches are computed anew and may be paid later or recovered. What was said before stays readable.',
          )}
        </p>
      )}
      <Form
        action={filing ? `/console/filings/${filing.id}/correction` : `${path}/filings`}
        errors={errors}
        submit={filing ? w('保存更正', 'Save') : w('登记有效期', 'Record')}
        cancel={path}
        danger={Boolean(filing)}
      >
        <Field
          label={w('种类', 'Kind')}
          name="kind"
          type="radio"
          value={values.kind ?? 'filing'}
          options={choices(FILING_KINDS, frame.lang)}
        />
        <Field label={w('起期', 'From')} name="starts_on" type="date" value={values.starts_on} required />
        <Field
          label={w('止期', 'To')}
          name="ends_on"
          type="date"
          value={values.ends_on}
          hint={w('止期当天已不在有效期内；长期的不填', 'The first day no longer covered; leave empty for no end')}
        />
        <Field label={w('备案编号或认定文号', 'Reference')} name="reference" value={values.reference} />
        {filing && (
          <Field label={w('更正理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
        )}
      </Form>
    </AboutOrganisation>
  )
}

export function FilingWithdrawalForm({
  frame,
  filing,
  values,
  errors,
}: FormPageProps & {
  filing: {
    id: string
    organisation_id: string
    organisation_name: string
    kind: string
    starts_on: string
    ends_on: string | null
  }
}) {
  const w = words(frame.lang)
  const organisation = { id: filing.organisation_id, name: filing.organisation_name }
  const what = `${nameOf(FILING_KINDS, filing.kind, frame.lang)} ${period(filing.starts_on, filing.ends_on, frame.lang)}`
  return (
    <AboutOrganisation frame={frame} organisation={organisation} heading={w('撤回有效期', 'Withdraw a period')} danger>
      <p>
        {w(
          `撤回“${what}”后，它不再算数，其间已发的津贴可能追回；原记录仍可查。`,
          `“${what}” will count for nothing, and what was paid in it may be recovered; it stays readable.`,
        )}
      </p>
      <Form
        action={`/console/filings/${filing.id}/withdrawal`}
        errors={errors}
        submit={w('撤回有效期', 'Withdraw')}
        cancel={`/console/organisations/${organisation.id}`}
        danger
      >
        <Field label={w('撤回理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutOrganisation>
  )
}
