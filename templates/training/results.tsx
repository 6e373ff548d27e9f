/** Results of a class: a table to read, and for its assessor a table to fill in. */
import { inLanguage } from '../../src/platform/errors.ts'
import { PARTS, type Part } from '../../src/training/rules.ts'
import type { EnrolmentView } from '../../src/training/shapes.ts'
import { fieldId } from '../field-ids.ts'
import { ErrorSummary, Field, type FormError } from '../form.tsx'
import { Card, Empty, Notice, Tag } from '../parts.tsx'
import { ActionBar, Table } from '../table.tsx'
import { words } from '../words.ts'
import { AssessmentCard, type AssessmentCardProps } from './assessment.tsx'
import { ClassFrame, type ClassFrameProps } from './class-frame.tsx'
import { Entry, faultOf } from './entry.tsx'

export interface ResultsProps extends Omit<ClassFrameProps, 'tab' | 'actions'> {
  /** without those who withdrew */
  members: EnrolmentView[]
  parts: Part[]
  /** the reader is the class's assessor */
  may_enter: boolean
  may_appeal: boolean
  /** the day put into the form */
  today: string
  /** by `enrolment part` what the reader has entered and no mark stands on yet */
  entered: Map<string, number>
  /** by enrolment what is kept and what is to be sat again */
  notes: Map<string, string | null>
  /** null where nobody assesses the class */
  assessment: AssessmentCardProps | null
  values: Record<string, string>
  errors: FormError[]
}

export function ResultsTab(all: ResultsProps) {
  const { members, parts, may_enter, may_appeal, today, entered, notes, assessment, values, errors, ...props } = all
  const { frame, group } = props
  const w = words(frame.lang)
  const columns = [
    { key: 'name', label: w('姓名', 'Name') },
    { key: 'document', label: w('证件号码', 'Document') },
    ...parts.map((part) => ({ key: part, label: inLanguage(frame.lang, PARTS[part]), numeric: !may_enter })),
    { key: 'outcome', label: w('结果', 'Outcome') },
  ]
  const table = (
    <Table
      caption={w('成绩', 'Results')}
      empty={<Empty title={w('班里没有人，没有成绩可录。', 'Nobody is in the class.')} />}
      columns={columns}
      rows={members.map((member, index) => {
        const ready = may_enter && member.hours >= member.required_hours
        const fault = faultOf(errors, `items.${index}.enrolment_id`)
        return {
          marked: fault ? ['outcome'] : [],
          cells: {
            name: (
              <>
                {member.person_name}
                {ready && <input type="hidden" name={`items.${index}.enrolment_id`} value={member.id} />}
                {ready && member.result && (
                  <input type="hidden" name={`items.${index}.assessed_on`} value={member.result.assessed_on} />
                )}
              </>
            ),
            document: member.id_number_masked,
            ...Object.fromEntries(
              parts.map((part) => {
                const name = `items.${index}.${part}`
                const mark = entered.get(`${member.id} ${part}`) ?? member.result?.[part]
                const label = `${member.person_name} ${inLanguage(frame.lang, PARTS[part])}`
                return [
                  part,
                  ready ? (
                    <Entry name={name} label={label} value={values[name] ?? mark} errors={errors} decimal />
                  ) : (
                    (mark ?? '—')
                  ),
                ]
              }),
            ),
            outcome: fault ? (
              <span class="error" id={fieldId(`items.${index}.enrolment_id`)}>
                ✕ {fault}
              </span>
            ) : (
              <>
                {outcomeOf(member, w)}
                {notes.get(member.id) && <small> {notes.get(member.id)}</small>}
                {may_appeal && member.result && (
                  <>
                    {' '}
                    <a href={`/console/enrolments/${member.id}/appeal`}>
                      {w('申诉', 'Appeal')}
                      <span class="unseen">{member.person_name}</span>
                    </a>
                  </>
                )}
              </>
            ),
          },
        }
      })}
    />
  )
  return (
    <ClassFrame {...props} tab="results">
      {assessment && <AssessmentCard {...assessment} />}
      <p class="quiet">
        {w(
          '各项满分 100，每项都达到 60 分为合格，不计平均；缺考填 0。',
          'Each part is out of 100 and must reach 60 by itself; enter 0 for an absent person.',
        )}
      </p>
      {group.assessor_organisation_id === null && (
        <Notice tone="info">
          {w('本班没有评价机构，按学时结业，不录成绩。', 'Nobody assesses this class; it completes on hours alone.')}
        </Notice>
      )}
      {may_enter ? (
        <form method="post" action={`/console/classes/${group.id}/results`}>
          <ErrorSummary errors={errors} />
          <Card>
            <div class="form row">
              <Field
                label={w('考核日期', 'Assessed on')}
                name="assessed_on"
                type="date"
                required
                value={values.assessed_on ?? today}
                error={faultOf(errors, 'assessed_on')}
              />
              <Field
                label={w('更正原因', 'Reason of corrections')}
                name="reason"
                value={values.reason}
                hint={w('改动已有成绩、锁定后补录时必填', 'Due where a result is changed, and once they are locked')}
                error={faultOf(errors, 'reason')}
              />
            </div>
            {table}
          </Card>
          {members.length > 0 && (
            <ActionBar>
              <a class="button" href={`/console/imports/new?kind=results&subject=${group.id}`}>
                {w('批量导入成绩', 'Import results')}
              </a>
              <button type="submit" class="button primary">
                {w('保存成绩', 'Save the results')}
              </button>
            </ActionBar>
          )}
        </form>
      ) : (
        table
      )}
    </ClassFrame>
  )
}

function outcomeOf({ result, hours, required_hours }: EnrolmentView, w: ReturnType<typeof words>) {
  if (result)
    return result.passed ? (
      <Tag tone="good">{w('合格', 'Passed')}</Tag>
    ) : (
      <Tag tone="bad">{w('不合格', 'Not passed')}</Tag>
    )
  if (hours < required_hours)
    return (
      <Tag tone="warn">{w(`学时不足 ${hours} / ${required_hours}`, `Hours short: ${hours} of ${required_hours}`)}</Tag>
    )
  return <Tag tone="plain">{w('未录入', 'Not entered')}</Tag>
}
