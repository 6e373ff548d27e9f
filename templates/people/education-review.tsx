/** Hours of continuing education before an officer: ticked, then approved or rejected together. */
import { APPROVALS, type Approval } from '../../src/people/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { ErrorSummary, Field, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Tabs } from '../parts.tsx'
import { ActionBar, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'

export interface EducationReviewProps {
  frame: Frame
  approval: Approval
  items: {
    id: string
    person_id: string
    person_name: string
    id_number_masked: string
    completed_on: string
    hours: number
    provider: string
    subject: string
    evidence: string | null
    decision_reason: string | null
    recorder_name: string | null
  }[]
  next: string | null
  first: string | null
  values: Record<string, string>
  ticked: string[]
  errors: FormError[]
}

export function EducationReview({ frame, approval, items, next, first, values, ticked, errors }: EducationReviewProps) {
  const w = words(frame.lang)
  const { lang } = frame
  return (
    <Page {...frame} heading={w('学时审核', 'Hours to approve')}>
      <p class="lead">
        {w(
          '照护机构登记的继续教育学时，认定后才计入津贴条件；培训机构登记的自动认定。认定过的也可以改判。',
          'Hours recorded by a facility count only once approved; those of training institutions are approved at once. A decision can be taken anew.',
        )}
      </p>
      <Tabs
        label={w('状态', 'State')}
        items={(Object.keys(APPROVALS) as Approval[]).map((one) => ({
          label: inLanguage(lang, APPROVALS[one]),
          href: `/console/education-hours?approval=${one}`,
          current: one === approval,
        }))}
      />
      <form method="post" action={`/console/education-hours?approval=${approval}`}>
        <ErrorSummary errors={errors} />
        <Results>
          <Table
            caption={w('继续教育学时', 'Continuing education')}
            select="ids"
            empty={w('这里没有学时。', 'No hours here.')}
            columns={[
              { key: 'name', label: w('姓名', 'Name') },
              { key: 'id_number', label: w('证件号码', 'ID number') },
              { key: 'day', label: w('完成日期', 'Completed') },
              { key: 'subject', label: w('主题', 'Subject') },
              { key: 'provider', label: w('主办单位', 'Provider') },
              { key: 'hours', label: w('学时', 'Hours'), numeric: true },
              { key: 'evidence', label: w('证明', 'Proof') },
              { key: 'recorder', label: w('登记单位', 'Recorded by') },
              ...(approval === 'pending' ? [] : [{ key: 'reason', label: w('理由', 'Reason') }]),
            ]}
            rows={items.map((row) => ({
              id: row.id,
              ticked: ticked.includes(row.id),
              label: `${row.person_name} ${row.completed_on} ${row.subject}`,
              cells: {
                name: <a href={`/console/people/${row.person_id}`}>{row.person_name}</a>,
                id_number: row.id_number_masked,
                day: row.completed_on,
                subject: row.subject,
                provider: row.provider,
                hours: row.hours,
                evidence: row.evidence ?? '—',
                recorder: row.recorder_name ?? '—',
                reason: row.decision_reason ?? '—',
              },
            }))}
          />
          <Pager next={next} first={first} />
        </Results>
        {items.length > 0 && (
          <ActionBar unit={w('条', 'entries')}>
            <Field
              label={w('理由（不予认定必填）', 'Reason (required to reject)')}
              name="reason"
              value={values.reason}
              error={errors.find(({ pointer }) => pointer === '/reason')?.message}
            />
            {approval !== 'approved' && (
              <button type="submit" class="button primary" name="decision" value="approved">
                {w('认定', 'Approve')}
              </button>
            )}
            {approval !== 'rejected' && (
              <button type="submit" class="button danger" name="decision" value="rejected">
                {w('不予认定', 'Reject')}
              </button>
            )}
          </ActionBar>
        )}
      </form>
    </Page>
  )
}
