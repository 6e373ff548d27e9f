/** A facility's month: who is in post, the days attended, and what stands between each of them and the allowance. */

import { BLOCKERS, type Blocker, type CertificateStatus, CONTRACT_KINDS, POSTS } from '../../src/people/rules.ts'
import { addMonths, type Month } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { ErrorSummary, Field, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Notice, Tag } from '../parts.tsx'
import { ActionBar, Table } from '../table.tsx'
import { words } from '../words.ts'
import { SubmitMonth } from './month-submissions.tsx'
import { CertificateTag, levelName, nameOf } from './parts.tsx'

export interface StaffProps {
  frame: Frame
  month: Month
  this_month: Month
  rows: {
    person_id: string
    name: string
    employment_id: string | null
    post: string | null
    contract_kind: string | null
    starts_on: string | null
    ends_on: string | null
    concurrent: boolean
    level: number | null
    certificate_status: CertificateStatus | null
    /** on record */
    attendance_days: number | null
    previous_days: number | null
    /** as typed, as copied, or as recorded; '' when there is nothing */
    days: string
    insured: boolean
    blockers: Blocker[]
  }[]
  /** the figures come from the month before and are not recorded yet */
  copied: boolean
  errors: FormError[]
  /** the month's submission that stands; the figures are corrected with a reason then */
  submission: { submitted_at: string; submitted_by_name: string | null; people: number; gaps: number } | null
  values: { reason?: string | undefined; gap_reason?: string | undefined }
}

export function Staff({ frame, month, this_month, rows, copied, errors, submission, values }: StaffProps) {
  const w = words(frame.lang)
  const { lang } = frame
  const at = (other: Month) => `/console/staff?month=${other}`
  return (
    <Page
      {...frame}
      heading={w(`在岗人员 · ${month}`, `Staff · ${month}`)}
      actions={
        <>
          <a class="button" href={at(addMonths(month, -1))}>
            {w('上一月', 'Month before')}
          </a>
          {month < this_month && (
            <a class="button" href={at(addMonths(month, 1))}>
              {w('下一月', 'Next month')}
            </a>
          )}
          {!submission && (
            <a class="button" href={`${at(month)}&copy=1`}>
              {w('复制上月', 'Copy last month')}
            </a>
          )}
          <a class="button" href="/console/imports/new?kind=service-months">
            {w('批量导入', 'Import')}
          </a>
        </>
      }
    >
      {copied && (
        <Notice tone="info">
          {w(
            `已填入 ${addMonths(month, -1)} 的出勤和社保，还没有保存。改好后点“保存本月”。`,
            `The figures of ${addMonths(month, -1)} are filled in and not saved yet: change what differs, then save.`,
          )}
        </Notice>
      )}
      {submission && (
        <Notice tone="good">
          {w(
            `${month} 已由 ${submission.submitted_by_name ?? '—'} 于 ${submission.submitted_at} 提交：${submission.people} 人${submission.gaps > 0 ? `，缺报 ${submission.gaps} 人` : ''}。更正请写明理由。`,
            `${month} was submitted by ${submission.submitted_by_name ?? '—'} on ${submission.submitted_at}: ${submission.people} people${submission.gaps > 0 ? `, ${submission.gaps} missing` : ''}. Corrections need a reason.`,
          )}
        </Notice>
      )}
      {rows.length === 0 ? (
        <Empty title={w('名册里还没有人。', 'Nobody is on your roster yet.')}>
          <p>
            <a href="/console/people/new">{w('新增人员', 'Add a person')}</a>
            {w('，或', ' or ')}
            <a href="/console/imports/new?kind=people">{w('批量导入', 'import a roster')}</a>
          </p>
        </Empty>
      ) : (
        <form method="post" action={at(month)} novalidate>
          <ErrorSummary errors={errors} />
          <input type="hidden" name="month" value={month} />
          <Table
            caption={w('在岗人员', 'Staff')}
            columns={[
              { key: 'name', label: w('姓名', 'Name') },
              { key: 'post', label: w('岗位', 'Post') },
              { key: 'contract', label: w('合同', 'Contract') },
              { key: 'since', label: w('入职日期', 'Since') },
              { key: 'level', label: w('等级与证书', 'Level and certificate') },
              { key: 'before', label: w('上月出勤', 'Last month'), numeric: true },
              { key: 'days', label: w('本月出勤（天）', 'Days this month') },
              { key: 'insured', label: w('缴纳社保', 'Insured') },
              { key: 'blockers', label: w('影响津贴', 'In the way of the allowance') },
              { key: 'leave', label: w('办理', 'Action') },
            ]}
            rows={rows.map((row) => ({
              marked: errorOf(errors, row.person_id) ? ['days'] : [],
              cells: {
                name: <a href={`/console/people/${row.person_id}`}>{row.name}</a>,
                post: (
                  <>
                    {nameOf(POSTS, row.post, lang)}
                    {row.concurrent && <Tag tone="warn">{w('同时多处任职', 'Several at once')}</Tag>}
                  </>
                ),
                contract: nameOf(CONTRACT_KINDS, row.contract_kind, lang),
                since: row.starts_on ?? '—',
                level: (
                  <>
                    {row.level !== null && `${levelName(row.level, lang)} `}
                    <CertificateTag status={row.certificate_status} lang={lang} />
                  </>
                ),
                before: row.previous_days ?? '—',
                days: row.employment_id && (
                  <Days row={row} error={errorOf(errors, row.person_id)} label={w('本月出勤天数', 'days this month')} />
                ),
                insured: row.employment_id && (
                  <input
                    type="checkbox"
                    name="insured"
                    value={row.person_id}
                    checked={row.insured}
                    aria-label={`${row.name} ${w('缴纳社保', 'insured')}`}
                  />
                ),
                blockers:
                  row.blockers.length === 0 ? (
                    <Tag tone="good">{w('无', 'Nothing')}</Tag>
                  ) : (
                    row.blockers.map((blocker) => <Tag tone="warn">{inLanguage(lang, BLOCKERS[blocker])}</Tag>)
                  ),
                leave: row.employment_id ? (
                  <>
                    <a href={`/console/employments/${row.employment_id}/ending`}>
                      {row.ends_on ? w('更正离岗', 'Correct the end') : w('离岗', 'End')}
                    </a>
                    {row.attendance_days !== null && (
                      <>
                        {' '}
                        <a href={`/console/service-months/versions?person_id=${row.person_id}&month=${month}`}>
                          {w('历次版本', 'Versions')}
                        </a>
                      </>
                    )}
                  </>
                ) : (
                  <a href={`/console/people/${row.person_id}/employments/new`}>{w('登记任职', 'Record employment')}</a>
                ),
              },
            }))}
            empty=""
          />
          <ActionBar>
            {submission && (
              <Field
                label={w('更正理由', 'Why it is corrected')}
                name="reason"
                value={values.reason}
                error={errors.find(({ pointer }) => pointer === '/reason')?.message}
              />
            )}
            <button type="submit" class={submission ? 'button primary' : 'button'}>
              {submission ? w('保存更正', 'Save the correction') : w('保存本月', 'Save the month')}
            </button>
          </ActionBar>
        </form>
      )}
      {!submission && rows.some(({ employment_id }) => employment_id) && (
        <SubmitMonth
          month={month}
          missing={rows.filter((row) => row.employment_id && row.attendance_days === null).length}
          reason={values.gap_reason}
          error={errors.find(({ pointer }) => pointer === '/reason')?.message}
        />
      )}
    </Page>
  )
}

function Days({ row, error, label }: { row: StaffProps['rows'][number]; error: string | undefined; label: string }) {
  const id = `field-days.${row.person_id}`
  return (
    <>
      <input
        type="text"
        inputmode="numeric"
        size={3}
        id={id}
        name={`days.${row.person_id}`}
        value={row.days}
        aria-label={`${row.name} ${label}`}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
      />
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </>
  )
}

function errorOf(errors: FormError[], person_id: string): string | undefined {
  return errors.find(({ pointer }) => pointer === `/days/${person_id}`)?.message
}
