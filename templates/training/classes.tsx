/** The list of classes by phase, and the form that opens or changes one. */
import { addDays, daysOf } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import type { CourseView } from '../../src/training/course-shapes.ts'
import { PHASES, type Phase } from '../../src/training/rules.ts'
import type { ClassView } from '../../src/training/shapes.ts'
import { CLASS_WAITS, type ClassWait } from '../../src/training/steps.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Empty, Notice, Tabs, Tag } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { WaitsField } from '../waits-field.tsx'
import { words } from '../words.ts'
import { occupationOf, PHASE_TONES } from './class-frame.tsx'

export interface ClassesProps {
  frame: Frame
  filter: { phase: Phase | ''; waits: ClassWait | ''; q: string }
  counts: Partial<Record<Phase, number>>
  items: ClassView[]
  next: string | null
  may_open: boolean
}

export function Classes({ frame, filter, counts, items, next, may_open }: ClassesProps) {
  const w = words(frame.lang)
  const tab = (phase: Phase | '', label: string, count?: number) => ({
    label,
    href: phase ? `/console/classes?phase=${phase}` : '/console/classes',
    current: filter.phase === phase,
    ...(count === undefined ? {} : { count }),
  })
  return (
    <Page
      {...frame}
      heading={w('培训班', 'Classes')}
      actions={
        <>
          <a class="button" href="/console/courses">
            {w('课程', 'Courses')}
          </a>
          {may_open && (
            <a class="button primary" href="/console/classes/new">
              {w('新建培训班', 'Open a class')}
            </a>
          )}
        </>
      }
    >
      <Tabs
        label={w('状态', 'Phase')}
        items={[
          tab('', w('全部', 'All')),
          ...(Object.keys(PHASES) as Phase[]).map((phase) =>
            tab(phase, inLanguage(frame.lang, PHASES[phase]), counts[phase] ?? 0),
          ),
        ]}
      />
      <Filters action="/console/classes">
        {filter.phase && <input type="hidden" name="phase" value={filter.phase} />}
        <Field label={w('班名', 'Name')} name="q" type="search" value={filter.q} />
        <WaitsField waits={CLASS_WAITS} value={filter.waits} />
      </Filters>
      <Results>
        <Table
          caption={w('培训班', 'Classes')}
          empty={
            <Empty title={w('这里还没有培训班。', 'No class here yet.')}>
              {may_open && <a href="/console/classes/new">{w('新建培训班', 'Open a class')}</a>}
            </Empty>
          }
          columns={[
            { key: 'name', label: w('名称', 'Name') },
            { key: 'occupation', label: w('工种等级', 'Occupation, level') },
            { key: 'days', label: w('起止', 'Days') },
            { key: 'people', label: w('人数 / 合格', 'People / passed'), numeric: true },
            ...(may_open ? [] : [{ key: 'trainer', label: w('培训机构', 'Trainer') }]),
            { key: 'assessor', label: w('评价机构', 'Assessor') },
            { key: 'phase', label: w('状态', 'Phase') },
          ]}
          rows={items.map((item) => ({
            cells: {
              name: <a href={`/console/classes/${item.id}`}>{item.name}</a>,
              occupation: item.occupation_name ? occupationOf(item, frame.lang) : item.course_name,
              days: daysOf(item),
              people: `${item.people} / ${item.passed}`,
              trainer: item.organisation_name,
              assessor: item.assessor_name ?? '—',
              phase: <Tag tone={PHASE_TONES[item.phase]}>{inLanguage(frame.lang, PHASES[item.phase])}</Tag>,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

export interface ClassFormProps {
  frame: Frame
  /** null opens a new class */
  group: ClassView | null
  courses: CourseView[]
  assessors: { id: string; name: string }[]
  /** that a class of the institution may fill */
  orders: { id: string; title: string }[]
  /** with programmes on record, for the field of where it is held */
  schools: string[]
  values: Record<string, string>
  errors: FormError[]
}

export function ClassForm({ frame, group, courses, assessors, orders, schools, values, errors }: ClassFormProps) {
  const w = words(frame.lang)
  const heading = group ? w('修改培训班', 'Change the class') : w('新建培训班', 'Open a class')
  const back = group ? `/console/classes/${group.id}` : '/console/classes'
  const value = (name: keyof ClassView) => values[name] ?? (group?.[name] as string | number | null | undefined)
  return (
    <Page {...frame} heading={heading} back={{ href: back, label: group?.name ?? w('培训班', 'Classes') }}>
      {!group && courses.length === 0 && (
        <Notice tone="info">
          {w('开班要先有课程：', 'A class needs a course: ')}
          <a href="/console/courses/new">{w('新建课程', 'add a course')}</a>
        </Notice>
      )}
      <div class="card">
        <Form
          action={back}
          errors={errors}
          submit={group ? w('保存', 'Save') : w('新建培训班', 'Open the class')}
          cancel={back}
        >
          {group ? (
            <input type="hidden" name="revision" value={group.revision} />
          ) : (
            <Field
              label={w('课程', 'Course')}
              name="course_id"
              type="select"
              required
              value={values.course_id}
              options={courses.map((course) => ({
                value: course.id,
                label: `${course.name}（${w('应到', 'at least')} ${course.required_hours} ${w('学时', 'hours')}）`,
              }))}
            />
          )}
          {!group && orders.length > 0 && (
            <Field
              label={w('培训订单', 'Training order')}
              name="training_order_id"
              type="select"
              value={values.training_order_id}
              options={[
                { value: '', label: w('不是订单班', 'None') },
                ...orders.map(({ id, title }) => ({ value: id, label: title })),
              ]}
            />
          )}
          <Field
            label={w('班名', 'Name')}
            name="name"
            required
            value={value('name')}
            hint={w('本机构内不能重名，可加期数', 'Unique within your institution')}
          />
          <Field label={w('开班日期', 'First day')} name="starts_on" type="date" required value={value('starts_on')} />
          <Field
            label={w('结束日期', 'Last day')}
            name="last_day"
            type="date"
            required
            value={values.last_day ?? (group ? addDays(group.ends_on, -1) : undefined)}
          />
          <Field
            label={w('名额', 'Places')}
            name="capacity"
            type="number"
            required
            value={value('capacity')}
            attributes={{ min: 1, max: 5000 }}
          />
          <Field
            label={w('向用人单位开放报名', 'Open to employers from')}
            name="open_to_employers_from"
            type="date"
            value={value('open_to_employers_from')}
            hint={w(
              '自这一天起，本市用人单位可为员工报名；不填则不开放',
              'From then on employers of the city enrol their own people; empty: never',
            )}
          />
          <Field
            label={w('评价机构', 'Assessor')}
            name="assessor_organisation_id"
            type="select"
            value={value('assessor_organisation_id')}
            hint={w(
              '必须是另一家机构；等级认定培训结业前必须指定',
              'Another organisation; a class for a skill level needs one before it completes',
            )}
            options={[
              { value: '', label: w('暂不指定', 'None yet') },
              ...assessors.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
          <Field
            label={w('承办院校', 'University or school')}
            name="host_school"
            value={value('host_school')}
            hint={w('在高校或院校办的在职培训班填写', 'Where it is held at one')}
            attributes={{ list: 'schools' }}
          />
          <datalist id="schools">
            {schools.map((school) => (
              <option value={school} />
            ))}
          </datalist>
        </Form>
      </div>
    </Page>
  )
}
