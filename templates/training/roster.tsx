/** Who is in a class, and leaving it. */
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { completionOf, ENROLMENT_STATUSES, joined } from '../../src/training/rules.ts'
import type { ClassView, EnrolmentView } from '../../src/training/shapes.ts'
import { Confirm, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Tag, type Tone } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { ClassFrame, type ClassFrameProps } from './class-frame.tsx'
import { Conditions } from './entry-conditions.tsx'

export interface RosterProps extends Omit<ClassFrameProps, 'tab' | 'actions'> {
  members: EnrolmentView[]
  may_change: boolean
  /** an assessor knows these people only through the class */
  may_open_people: boolean
}

export const TONES: Record<EnrolmentView['status'], Tone> = {
  waiting: 'warn',
  enrolled: 'info',
  withdrawn: 'plain',
  completed: 'good',
  failed: 'bad',
}

export function Roster({ members, may_change, may_open_people, ...props }: RosterProps) {
  const { frame, group } = props
  const w = words(frame.lang)
  const here = `/console/classes/${group.id}`
  const importing = `/console/imports/new?kind=enrolments&subject=${group.id}`
  const asked = members.some(({ entry }) => entry)
  return (
    <ClassFrame
      {...props}
      tab="roster"
      actions={
        may_change && (
          <>
            <a class="button" href={`${here}/edit`}>
              {w('修改', 'Change')}
            </a>
            <a class="button" href={`${here}/cancellation`}>
              {w('取消此班', 'Cancel the class')}
            </a>
            <a class="button" href={importing}>
              {w('批量导入', 'Import')}
            </a>
            <a class="button" href={`${here}/people`}>
              {w('加入学员', 'Add people')}
            </a>
          </>
        )
      }
    >
      <Table
        caption={w('学员名单', 'People in the class')}
        empty={
          <Empty title={w('班里还没有人。', 'Nobody is in the class yet.')}>
            {may_change && <a href={`${here}/people`}>{w('从名册加入学员', 'Add people from your roster')}</a>}
          </Empty>
        }
        columns={[
          { key: 'name', label: w('姓名', 'Name') },
          { key: 'document', label: w('证件号码', 'Document') },
          ...(asked ? [{ key: 'entry', label: w('申报条件', 'Conditions') }] : []),
          { key: 'hours', label: w('学时', 'Hours'), numeric: true },
          { key: 'result', label: w('成绩', 'Result') },
          { key: 'status', label: w('状态', 'Status') },
          { key: 'certificate', label: w('证书编号', 'Certificate') },
          ...(may_change ? [{ key: 'action', label: w('操作', 'Action') }] : []),
        ]}
        rows={members.map((member) => ({
          cells: {
            name: may_open_people ? (
              <a href={`/console/people/${member.person_id}`}>{member.person_name}</a>
            ) : (
              member.person_name
            ),
            document: (
              <>
                {member.id_number_masked}
                {member.enrolled_by_organisation_name && (
                  <small>
                    {' '}
                    {w('由', 'by ')}
                    {member.enrolled_by_organisation_name}
                    {w('报名', '')}
                  </small>
                )}
              </>
            ),
            entry: <Conditions lang={frame.lang} member={member} may_declare={may_change} />,
            hours: `${member.hours} / ${member.required_hours}`,
            result: resultOf(member, frame.lang),
            status: (
              <>
                <Tag tone={TONES[member.status]}>{inLanguage(frame.lang, ENROLMENT_STATUSES[member.status])}</Tag>
                <small>
                  {' '}
                  {member.waiting_place
                    ? w(`第 ${member.waiting_place} 位`, `number ${member.waiting_place}`)
                    : reasonOf(group, member, frame.lang)}
                </small>
              </>
            ),
            certificate: member.certificate_number ?? '—',
            action:
              ['enrolled', 'waiting'].includes(member.status) && !member.result ? (
                <a href={`/console/enrolments/${member.id}/withdrawal`}>
                  {w('退班', 'Withdraw')}
                  <span class="unseen">{member.person_name}</span>
                </a>
              ) : (
                '—'
              ),
          },
        }))}
      />
      {asked && may_change && (
        <form method="post" action={`${here}/entry-checks`}>
          <button type="submit" class="button">
            {w('按现有记录重新核对申报条件', 'Check the conditions again by what is known now')}
          </button>
        </form>
      )}
    </ClassFrame>
  )
}

/** Why somebody did not complete is worked out in the reader's language; why somebody withdrew is somebody's own words. */
function reasonOf(group: ClassView, member: EnrolmentView, lang: Lang): string | null {
  if (member.status !== 'failed') return member.status_reason
  const reasons = completionOf(group, [member]).items.flatMap((item) => item.reasons)
  return inLanguage(lang, joined(reasons.map(({ message }) => message)))
}

/** `58 / 70 不合格` */
function resultOf({ result }: EnrolmentView, lang: Lang) {
  const w = words(lang)
  if (!result) return '—'
  const marks = [result.theory, result.practical, result.review].filter((mark) => mark !== null).join(' / ')
  return (
    <>
      {marks}{' '}
      {result.passed ? <Tag tone="good">{w('合格', 'Passed')}</Tag> : <Tag tone="bad">{w('不合格', 'Not passed')}</Tag>}
    </>
  )
}

export interface WithdrawalProps {
  frame: Frame
  member: EnrolmentView
  group: ClassView
  reason?: string | undefined
  errors: FormError[]
}

export function Withdrawal({ frame, member, group, reason, errors }: WithdrawalProps) {
  const w = words(frame.lang)
  const back = `/console/classes/${group.id}`
  return (
    <Page
      {...frame}
      heading={w(`${member.person_name}退班`, `Withdraw ${member.person_name}`)}
      back={{ href: back, label: group.name }}
    >
      <Confirm
        action={`/console/enrolments/${member.id}/withdrawal`}
        errors={errors}
        submit={w('办理退班', 'Withdraw')}
        cancel={back}
        danger
        reason={{ label: w('退班原因', 'Reason'), value: reason }}
      >
        <p>
          {w(
            `${member.person_name}已记 ${member.hours} 学时。退班后不参加考核，不计入结业率；本班开放期间可以重新加入。`,
            `${member.person_name} has ${member.hours} hours. After withdrawing there is no assessment and no place in the rate; they may be added again while the class is open.`,
          )}
        </p>
      </Confirm>
    </Page>
  )
}
