/** The pages before a class ends: who completes it and why not, or why it is cancelled; and the files around a class. */
import { progressWords } from '../../src/training/assessment-progress.ts'
import type { CompletionView } from '../../src/training/completion.ts'
import type { ClassView } from '../../src/training/shapes.ts'
import { Confirm, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Empty, Kpis, Notice, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { ClassFrame, type ClassFrameProps } from './class-frame.tsx'

export interface CompletionProps {
  frame: Frame
  group: ClassView
  completion: CompletionView
  errors: FormError[]
}

export function CompletionPage({ frame, group, completion, errors }: CompletionProps) {
  const w = words(frame.lang)
  const back = `/console/classes/${group.id}`
  const { numerator, denominator } = completion.rate
  const people = w('人', 'people')
  const tags = {
    completed: <Tag tone="good">{w('结业', 'Completes')}</Tag>,
    failed: <Tag tone="bad">{w('不结业', 'Does not complete')}</Tag>,
    missing: <Tag tone="warn">{w('缺成绩', 'No result')}</Tag>,
  }
  return (
    <Page
      {...frame}
      heading={group.status === 'open' ? w('确认结业', 'Complete the class') : w('结业情况', 'Completion')}
      back={{ href: back, label: group.name }}
    >
      <Kpis
        items={[
          { label: w('结业', 'Completed'), value: completion.completed, unit: people, tone: 'good' },
          {
            label: w('不结业', 'Not completed'),
            value: completion.failed,
            unit: people,
            tone: completion.failed ? 'bad' : 'plain',
          },
          {
            label: w('缺成绩', 'No result'),
            value: completion.missing,
            unit: people,
            tone: completion.missing ? 'warn' : 'plain',
          },
          {
            label: w('结业率', 'Rate'),
            value: `${numerator} / ${denominator}`,
            note: w(`退班 ${completion.withdrawn} 人不计入`, `${completion.withdrawn} withdrawn, not counted`),
          },
          {
            label: w('培训合格率', 'Pass rate'),
            value: `${completion.pass_rate.numerator} / ${completion.pass_rate.denominator}`,
            note: completion.pass_rate.words,
          },
          {
            label: w('取证率', 'Certificate rate'),
            value: `${completion.certificate_rate.numerator} / ${completion.certificate_rate.denominator}`,
            note: completion.certificate_rate.words,
          },
        ]}
      />
      <Table
        caption={w('结业名单', 'Who completes')}
        empty={<Empty title={w('班里没有人，不能结业。', 'Nobody is in the class.')} />}
        columns={[
          { key: 'name', label: w('姓名', 'Name') },
          { key: 'document', label: w('证件号码', 'Document') },
          { key: 'outcome', label: w('判定', 'Outcome') },
          { key: 'reasons', label: w('原因', 'Reasons') },
        ]}
        rows={completion.items.map((item) => ({
          cells: {
            name: item.person_name,
            document: item.id_number_masked,
            outcome: tags[item.outcome],
            reasons:
              [...item.reasons.map(({ message }) => message), progressWords(item, frame.lang)]
                .filter(Boolean)
                .join(w('；', '; ')) || '—',
          },
        }))}
      />
      {completion.missing > 0 ? (
        <Notice tone="warn">
          {w(
            `还有 ${completion.missing} 人没有成绩，不能结业。请评价机构补录，或为他们办理退班。`,
            `${completion.missing} people have no result yet. Ask the assessor, or withdraw them.`,
          )}
        </Notice>
      ) : (
        (group.status === 'open' || errors.length > 0) && (
          <Confirm
            action={`/console/classes/${group.id}/completion`}
            errors={errors}
            submit={w('确认结业', 'Complete the class')}
            cancel={back}
          >
            <p>
              {w(
                `确认后 ${completion.completed} 人结业、${completion.failed} 人不结业，名单和学时不能再改；成绩${completion.results === 'published' ? '已公布' : '随之锁定并公布'}，之后由评价机构写明原因更正或经申诉更正。`,
                `${completion.completed} complete, ${completion.failed} do not. After that roster and hours stand still; results ${completion.results === 'published' ? 'are published' : 'are locked and published'}, and corrected by the assessor with a reason or by an appeal.`,
              )}
            </p>
          </Confirm>
        )
      )}
    </Page>
  )
}

export interface CancellationProps {
  frame: Frame
  group: ClassView
  reason?: string | undefined
  errors: FormError[]
}

export function CancellationPage({ frame, group, reason, errors }: CancellationProps) {
  const w = words(frame.lang)
  const back = `/console/classes/${group.id}`
  return (
    <Page {...frame} heading={w('取消培训班', 'Cancel the class')} back={{ href: back, label: group.name }}>
      <Confirm
        action={`${back}/cancellation`}
        errors={errors}
        submit={w('取消此班', 'Cancel the class')}
        cancel={back}
        danger
        reason={{ label: w('取消原因', 'Reason'), value: reason }}
      >
        <p>
          {w(
            `班里的 ${group.people} 人将可以报名其他班；已记的学时保留，但不再计入。取消后不能恢复。`,
            `The ${group.people} people may then enter other classes; their hours are kept but count no more. This cannot be undone.`,
          )}
        </p>
      </Confirm>
    </Page>
  )
}

export interface FilesProps extends Omit<ClassFrameProps, 'tab' | 'actions'> {
  may_import: 'enrolments' | 'results' | null
  may_issue: boolean
}

export function Files({ may_import, may_issue, ...props }: FilesProps) {
  const { frame, group } = props
  const w = words(frame.lang)
  const template = {
    enrolments: w('学员名单模板', 'Template of the roster'),
    results: w('成绩模板', 'Template of results'),
  }
  const importing = { enrolments: w('导入学员名单', 'Import the roster'), results: w('导入成绩', 'Import results') }
  return (
    <ClassFrame {...props} tab="files">
      {may_import && (
        <Card title={w('导入', 'Import')}>
          <p>
            <DownloadLink href={`/api/v1/imports/templates/${may_import}.xlsx`} note="XLSX">
              {template[may_import]}
            </DownloadLink>
          </p>
          <p>
            <a href={`/console/imports/new?kind=${may_import}&subject=${group.id}`}>{importing[may_import]}</a>
          </p>
        </Card>
      )}
      <Card title={w('证书', 'Certificates')}>
        {group.status === 'completed' ? (
          <p>
            {may_issue ? (
              <a href={`/console/certificates/new?class=${group.id}`}>
                {w('发证与证书文件', 'Issue certificates, certificate files')}
              </a>
            ) : (
              <a href={`/console/certificates?class_id=${group.id}`}>{w('查看本班证书', 'See its certificates')}</a>
            )}
          </p>
        ) : (
          <p class="quiet">{w('结业后可以发证。', 'Certificates are issued after the class is completed.')}</p>
        )}
      </Card>
    </ClassFrame>
  )
}
