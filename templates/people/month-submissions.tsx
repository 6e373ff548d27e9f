/** Submitting a month, and what officers see of it: who has submitted, who has not, and taking a submission back. */
import type { Month } from '../../src/platform/calendar.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Tag } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { useWords, words } from '../words.ts'

/** Says of the saved figures: this is our month. */
export function SubmitMonth({
  month,
  missing,
  reason,
  error,
}: {
  month: Month
  /** staff in post without figures on record */
  missing: number
  reason: string | undefined
  error: string | undefined
}) {
  const w = useWords()
  return (
    <Card title={w('提交本月', 'Submit the month')}>
      <p>
        {missing > 0
          ? w(
              `还有 ${missing} 名在岗人员没有保存数据。请补登；确实缺报的，勾选并写明理由。`,
              `${missing} in post have no saved figures: record them, or tick and say why they are missing.`,
            )
          : w(
              '在岗人员的数据齐全。提交后仍可更正，但每次更正都要写明理由。',
              'The figures are complete. They can be corrected afterwards, each time with a reason.',
            )}
      </p>
      <form method="post" action={`/console/service-month-submissions?month=${month}`} class="form" novalidate>
        <input type="hidden" name="month" value={month} />
        {missing > 0 && (
          <>
            <Field label={w('缺报提交', 'Submit with gaps')} name="with_gaps" type="checkbox" />
            <Field
              label={w('缺报理由', 'Why figures are missing')}
              name="reason"
              type="textarea"
              value={reason}
              error={error}
            />
          </>
        )}
        <div class="actions">
          <button type="submit" class="button primary">
            {w('提交本月', 'Submit the month')}
          </button>
        </div>
      </form>
    </Card>
  )
}

export interface SubmittedMonth {
  id: string
  organisation_id: string
  organisation_name: string
  month: Month
  people: number
  gaps: number
  gap_reason: string | null
  submitted_by_name: string | null
  submitted_at: string
  withdrawal: { reason: string } | null
}
export interface MonthSubmissionsProps {
  frame: Frame
  /** null: those sent back, of any month */
  month: Month | null
  missing: {
    organisation_id: string
    organisation_name: string
    district_name: string
    employed: number
    recorded: number
  }[]
  next_missing: string | null
  submitted: SubmittedMonth[]
  next_submitted: string | null
  first: string | null
  may_withdraw: boolean
  /** the reader is the facility: what is missing is theirs to submit */
  own: boolean
}

export function MonthSubmissions(props: MonthSubmissionsProps) {
  const { frame, month, missing, next_missing, submitted, next_submitted, first, may_withdraw, own } = props
  const w = words(frame.lang)
  const path = '/console/service-month-submissions'
  const organisation = (row: { organisation_id: string; organisation_name: string }) => (
    <a href={`/console/organisations/${row.organisation_id}`}>{row.organisation_name}</a>
  )
  return (
    <Page
      {...frame}
      heading={
        month
          ? w(`月度提交 · ${month}`, `Submitted months · ${month}`)
          : w('月度提交 · 被退回、待重新提交', 'Submitted months · sent back')
      }
    >
      <Filters action={path}>
        <Field label={w('月份', 'Month')} name="month" type="month" value={month ?? ''} />
      </Filters>
      <Results>
        {month && (
          <Card title={w('尚未提交', 'Not submitted')}>
            <Table
              caption={w('尚未提交的机构', 'Facilities that have not submitted')}
              columns={[
                { key: 'organisation', label: w('机构', 'Organisation') },
                { key: 'district', label: w('区县', 'District') },
                { key: 'employed', label: w('在岗（人）', 'In post'), numeric: true },
                { key: 'recorded', label: w('已登记（人）', 'Recorded'), numeric: true },
              ]}
              rows={missing.map((row) => ({
                cells: {
                  organisation: own ? (
                    <a href={`/console/staff?month=${month}`}>
                      {w(`去核对并提交 ${month}`, `Check and submit ${month}`)}
                    </a>
                  ) : (
                    organisation(row)
                  ),
                  district: row.district_name,
                  employed: row.employed,
                  recorded: row.recorded,
                },
              }))}
              empty={<p class="quiet">{w('有在岗人员的机构都已提交。', 'Every facility with staff has submitted.')}</p>}
            />
            <Pager next={next_missing} first={first} />
          </Card>
        )}
        <Card title={month ? w('已提交', 'Submitted') : w('被退回的月份', 'Months sent back')}>
          <Table
            caption={w('已提交的机构', 'Facilities that have submitted')}
            columns={[
              { key: 'organisation', label: w('机构', 'Organisation') },
              ...(month ? [] : [{ key: 'month', label: w('月份', 'Month') }]),
              { key: 'people', label: w('人数', 'People'), numeric: true },
              { key: 'gaps', label: w('缺报', 'Missing') },
              { key: 'at', label: w('提交时间', 'Submitted at') },
              { key: 'by', label: w('提交人', 'By') },
              { key: 'state', label: w('状态', 'State') },
              { key: 'act', label: w('办理', 'Action') },
            ]}
            rows={submitted.map((row) => ({
              cells: {
                organisation: organisation(row),
                month: own ? <a href={`/console/staff?month=${row.month}`}>{row.month}</a> : row.month,
                people: row.people,
                gaps: row.gaps === 0 ? '—' : `${row.gaps} · ${row.gap_reason}`,
                at: row.submitted_at,
                by: row.submitted_by_name ?? '—',
                state: row.withdrawal ? (
                  <>
                    <Tag tone="warn">{w('已退回', 'Withdrawn')}</Tag> {row.withdrawal.reason}
                  </>
                ) : (
                  <Tag tone="good">{w('已提交', 'Submitted')}</Tag>
                ),
                act:
                  may_withdraw && !row.withdrawal ? (
                    <a href={`${path}/${row.id}/withdrawal`}>{w('退回', 'Withdraw')}</a>
                  ) : (
                    '—'
                  ),
              },
            }))}
            empty={
              <p class="quiet">
                {month
                  ? w('还没有机构提交。', 'Nobody has submitted yet.')
                  : w('没有被退回的月份。', 'No month was sent back.')}
              </p>
            }
          />
          <Pager next={next_submitted} first={first} />
        </Card>
      </Results>
    </Page>
  )
}

export function SubmissionWithdrawal({
  frame,
  submission,
  values,
  errors,
}: {
  frame: Frame
  submission: SubmittedMonth
  values: Record<string, string>
  errors: FormError[]
}) {
  const w = words(frame.lang)
  const list = `/console/service-month-submissions?month=${submission.month}`
  return (
    <Page
      {...frame}
      heading={w('退回月度提交', 'Withdraw a submission')}
      back={{ href: list, label: w('月度提交', 'Submitted months') }}
    >
      <div class="card confirm danger">
        <p>
          {w(
            `${submission.organisation_name} 于 ${submission.submitted_at} 提交了 ${submission.month}，共 ${submission.people} 人。退回后机构可以改动数据并再次提交。`,
            `${submission.organisation_name} submitted ${submission.month} on ${submission.submitted_at}: ${submission.people} people. After the withdrawal the facility may change the figures and submit again.`,
          )}
        </p>
        <Form
          action={`/console/service-month-submissions/${submission.id}/withdrawal`}
          errors={errors}
          submit={w('退回', 'Withdraw')}
          cancel={list}
          danger
        >
          <Field label={w('退回理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
        </Form>
      </div>
    </Page>
  )
}
