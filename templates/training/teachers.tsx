/** An institution's teachers, and one of them with their qualifications. */
import type { TeacherView } from '../../src/training/venue-shapes.ts'
import { Confirm, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Tag } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { useWords, words } from '../words.ts'

export interface TeachersProps {
  frame: Frame
  items: TeacherView[]
  next: string | null
  may_write: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function Teachers({ frame, items, next, may_write, values, errors }: TeachersProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('师资', 'Teachers')}>
      <Results>
        <Table
          caption={w('师资', 'Teachers')}
          empty={<Empty title={w('还没有登记教师。', 'No teacher yet.')} />}
          columns={[
            { key: 'name', label: w('姓名', 'Name') },
            { key: 'qualifications', label: w('资质', 'Qualifications') },
            { key: 'state', label: w('今天', 'Today') },
            ...(may_write ? [] : [{ key: 'trainer', label: w('培训机构', 'Trainer') }]),
          ]}
          rows={items.map((item) => ({
            cells: {
              name: <a href={`/console/teachers/${item.id}`}>{item.name}</a>,
              qualifications: item.qualifications.map(({ qualification }) => qualification).join('、') || '—',
              state: <Valid valid={item.qualifications.some(({ valid }) => valid)} />,
              trainer: item.organisation_name,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
      {may_write && (
        <Card title={w('新增教师', 'Add a teacher')}>
          <Form action="/console/teachers" errors={errors} submit={w('新增教师', 'Add the teacher')}>
            <Field
              label={w('姓名', 'Name')}
              name="name"
              required
              value={values.name}
              hint={w(
                '已在从业人员名册里的，请从其个人页面加入师资',
                'Somebody of your roster is added from their own page',
              )}
            />
          </Form>
        </Card>
      )}
    </Page>
  )
}

function Valid({ valid }: { valid: boolean }) {
  const w = useWords()
  return (
    <Tag tone={valid ? 'good' : 'warn'}>{valid ? w('资质有效', 'qualified') : w('无有效资质', 'not qualified')}</Tag>
  )
}

export interface TeacherPageProps {
  frame: Frame
  teacher: TeacherView
  may_write: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function TeacherPage({ frame, teacher, may_write, values, errors }: TeacherPageProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={teacher.name} back={{ href: '/console/teachers', label: w('师资', 'Teachers') }}>
      <Card>
        <Facts
          items={[
            { label: w('培训机构', 'Trainer'), value: teacher.organisation_name },
            {
              label: w('名册', 'Register'),
              value: teacher.person_id ? (
                <a href={`/console/people/${teacher.person_id}`}>{w('从业人员', 'in the register')}</a>
              ) : (
                w('不在名册', 'not in the register')
              ),
            },
            { label: w('今天', 'Today'), value: <Valid valid={teacher.qualifications.some(({ valid }) => valid)} /> },
          ]}
        />
      </Card>
      <Table
        caption={w('资质', 'Qualifications')}
        empty={<Empty title={w('还没有登记资质。', 'No qualification yet.')} />}
        columns={[
          { key: 'qualification', label: w('资质', 'Qualification') },
          { key: 'number', label: w('编号', 'Number') },
          { key: 'period', label: w('有效期', 'Valid') },
          { key: 'state', label: w('今天', 'Today') },
          ...(may_write ? [{ key: 'action', label: w('操作', 'Action') }] : []),
        ]}
        rows={teacher.qualifications.map((row) => ({
          cells: {
            qualification: row.qualification,
            number: row.number ?? '—',
            period: `${row.valid_from} – ${row.valid_until ?? w('长期', 'for good')}`,
            state: row.valid ? w('有效', 'valid') : w('不在有效期', 'not valid'),
            action: (
              <a href={`/console/teacher-qualifications/${row.id}/withdrawal`}>
                {w('撤销', 'Take back')}
                <span class="unseen">{row.qualification}</span>
              </a>
            ),
          },
        }))}
      />
      {may_write && (
        <Card title={w('登记资质', 'Enter a qualification')}>
          <Form
            action={`/console/teachers/${teacher.id}/qualifications`}
            errors={errors}
            submit={w('登记资质', 'Enter it')}
          >
            <Field label={w('资质', 'Qualification')} name="qualification" required value={values.qualification} />
            <Field label={w('编号', 'Number')} name="number" value={values.number} />
            <Field label={w('生效日期', 'From')} name="valid_from" type="date" required value={values.valid_from} />
            <Field
              label={w('有效期至', 'Last day')}
              name="valid_until"
              type="date"
              value={values.valid_until}
              hint={w('长期有效可不填', 'Leave empty where it has no end')}
            />
          </Form>
        </Card>
      )}
    </Page>
  )
}

export function QualificationWithdrawal(props: {
  frame: Frame
  teacher: TeacherView
  qualification: TeacherView['qualifications'][number]
  reason: string | undefined
  errors: FormError[]
}) {
  const { frame, teacher, qualification, reason, errors } = props
  const w = words(frame.lang)
  const back = `/console/teachers/${teacher.id}`
  return (
    <Page {...frame} heading={w('撤销资质', 'Take back a qualification')} back={{ href: back, label: teacher.name }}>
      <Confirm
        action={`/console/teacher-qualifications/${qualification.id}/withdrawal`}
        errors={errors}
        submit={w('撤销资质', 'Take it back')}
        cancel={back}
        danger
        reason={{ label: w('原因', 'Reason'), value: reason }}
      >
        <p>
          {w(
            `“${qualification.qualification}”将不再计入${teacher.name}的资质，已排的课会标明教师无资质。`,
            `"${qualification.qualification}" no longer counts for ${teacher.name}; their sessions are flagged.`,
          )}
        </p>
      </Confirm>
    </Page>
  )
}
