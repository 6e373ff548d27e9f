/** Who is in a class, and whom of the trainer's people to add. */
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { completionOf, ENROLMENT_STATUSES, joined } from '../../src/training/rules.ts'
import type { ClassView, EnrolmentView } from '../../src/training/shapes.ts'
import { Confirm, ErrorSummary, Field, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Tag, type Tone } from '../parts.tsx'
import { ActionBar, Filters, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { ClassFrame, type ClassFrameProps } from './class-frame.tsx'

export interface RosterProps extends Omit<ClassFrameProps, 'tab' | 'actions'> {
  members: EnrolmentView[]
  may_change: boolean
  /** an assessor knows these people only through the class */
  may_open_people: boolean
}

const TONES: Record<EnrolmentView['status'], Tone> = {
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
            document: member.id_number_masked,
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

export interface CandidatesProps {
  frame: Frame
  group: ClassView
  q: string
  people: { id: string; name: string; id_number_masked: string }[]
  next: string | null
  errors: FormError[]
}

export function Candidates({ frame, group, q, people, next, errors }: CandidatesProps) {
  const w = words(frame.lang)
  const here = `/console/classes/${group.id}`
  const free = group.capacity - group.people
  return (
    <Page {...frame} heading={w('加入学员', 'Add people')} back={{ href: here, label: group.name }}>
      <ErrorSummary errors={errors} />
      <Filters personal action={`${here}/people`} count={w(`还有 ${free} 个名额`, `${free} places left`)}>
        <Field
          label={w('姓名', 'Name')}
          name="q"
          type="search"
          value={q}
          hint={w('姓名、拼音、首字母，或证件后四位', 'Name, pinyin, initials, or the last four of the document')}
        />
      </Filters>
      <Results>
        <form method="post" action={`${here}/enrolments`}>
          <Table
            caption={w('名册中尚未入班的人', 'People of your roster outside the class')}
            select="person_ids"
            empty={
              <Empty title={w('名册里没有符合条件的人。', 'Nobody on your roster matches.')}>
                <a href="/console/people/new">{w('登记人员', 'Register a person')}</a>
                {' · '}
                <a href={`/console/imports/new?kind=enrolments&subject=${group.id}`}>
                  {w('批量导入学员名单', 'Import a list')}
                </a>
              </Empty>
            }
            columns={[
              { key: 'name', label: w('姓名', 'Name') },
              { key: 'document', label: w('证件号码', 'Document') },
            ]}
            rows={people.map((person) => ({
              id: person.id,
              label: w(`选择${person.name}`, `Select ${person.name}`),
              cells: { name: person.name, document: person.id_number_masked },
            }))}
          />
          {people.length > 0 && (
            <ActionBar unit={w('人', 'people')}>
              <button type="submit" class="button primary">
                {w('加入此班', 'Add to the class')}
              </button>
            </ActionBar>
          )}
        </form>
        <Pager next={next} />
      </Results>
    </Page>
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
