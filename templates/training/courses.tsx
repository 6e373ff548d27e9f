/** Courses of an institution, and the form for a new one with what the standards say about hours. */
import { LEVELS } from '../../src/people/rules.ts'
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import { CONFIDENCES, COURSE_KINDS } from '../../src/training/rules.ts'
import type { CourseView } from '../../src/training/shapes.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { occupationOf } from './class-frame.tsx'

export interface CoursesProps {
  frame: Frame
  items: CourseView[]
  next: string | null
  may_add: boolean
}

export function Courses({ frame, items, next, may_add }: CoursesProps) {
  const w = words(frame.lang)
  const add = (
    <a class="button primary" href="/console/courses/new">
      {w('新建课程', 'Add a course')}
    </a>
  )
  return (
    <Page
      {...frame}
      heading={w('课程', 'Courses')}
      back={{ href: '/console/classes', label: w('培训班', 'Classes') }}
      actions={may_add && add}
    >
      <Results>
        <Table
          caption={w('课程', 'Courses')}
          empty={
            <Empty title={w('还没有课程，先新建课程才能开班。', 'No course yet; a class needs one.')}>
              {may_add && add}
            </Empty>
          }
          columns={[
            { key: 'name', label: w('名称', 'Name') },
            { key: 'kind', label: w('类别', 'Kind') },
            { key: 'occupation', label: w('工种等级', 'Occupation, level') },
            { key: 'hours', label: w('理论 + 实操学时', 'Hours of theory + practice'), numeric: true },
            { key: 'required', label: w('应到学时', 'Hours required'), numeric: true },
            { key: 'standard', label: w('标准学时', 'Hours of the standard') },
          ]}
          rows={items.map((item) => ({
            cells: {
              name: item.name,
              kind: inLanguage(frame.lang, COURSE_KINDS[item.kind as keyof typeof COURSE_KINDS]),
              occupation: occupationOf(item, frame.lang),
              hours: `${item.theory_hours} + ${item.practice_hours}`,
              required: `${item.required_hours}（${item.attendance_percent}%）`,
              standard: item.standard_hours ? hint(item.standard_hours, frame.lang) : '—',
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

export interface CourseFormProps {
  frame: Frame
  occupations: { code: string; name: string }[]
  standards: { occupation_name: string; edition: string; level: number; hours: number | null; confidence: string }[]
  values: Record<string, string>
  errors: FormError[]
}

export function CourseForm({ frame, occupations, standards, values, errors }: CourseFormProps) {
  const w = words(frame.lang)
  const options = (vocabulary: Record<string, Message>) =>
    Object.entries(vocabulary).map(([value, message]) => ({ value, label: inLanguage(frame.lang, message) }))
  const none = { value: '', label: w('不适用', 'None') }
  const hours = { min: 0, max: 2000 }
  return (
    <Page
      {...frame}
      heading={w('新建课程', 'Add a course')}
      back={{ href: '/console/courses', label: w('课程', 'Courses') }}
    >
      <div class="halves">
        <Card>
          <Form
            action="/console/courses"
            errors={errors}
            submit={w('新建课程', 'Add the course')}
            cancel="/console/courses"
          >
            <Field label={w('名称', 'Name')} name="name" required value={values.name} />
            <Field
              label={w('类别', 'Kind')}
              name="kind"
              type="select"
              required
              value={values.kind}
              options={options(COURSE_KINDS)}
            />
            <Field
              label={w('职业', 'Occupation')}
              name="occupation_code"
              type="select"
              value={values.occupation_code}
              hint={w('技能等级培训必填', 'For a skill level')}
              options={[none, ...occupations.map(({ code, name }) => ({ value: code, label: name }))]}
            />
            <Field
              label={w('职业标准版本', 'Edition of the standard')}
              name="standard_edition"
              value={values.standard_edition}
              hint={w('例如 2019；技能等级培训必填', 'Such as 2019; for a skill level')}
            />
            <Field
              label={w('等级', 'Level')}
              name="level"
              type="select"
              value={values.level}
              options={[none, ...options(LEVELS).reverse()]}
            />
            <Field
              label={w('理论学时', 'Hours of theory')}
              name="theory_hours"
              type="number"
              required
              value={values.theory_hours}
              attributes={hours}
            />
            <Field
              label={w('实操学时', 'Hours of practice')}
              name="practice_hours"
              type="number"
              required
              value={values.practice_hours}
              attributes={hours}
            />
            <Field
              label={w('出勤要求（%）', 'Attendance required (%)')}
              name="attendance_percent"
              type="number"
              required
              value={values.attendance_percent}
              hint={w('到课学时不足总学时的这个比例，不能参加考核', 'Below this share of all hours nobody is assessed')}
              attributes={{ min: 0, max: 100 }}
            />
          </Form>
        </Card>
        <Card title={w('职业标准中的学时（仅供参考）', 'Hours in the standards (a hint)')}>
          <Table
            caption={w('标准学时', 'Hours of the standards')}
            empty={w('没有参考数据。', 'No reference data.')}
            columns={[
              { key: 'occupation', label: w('职业', 'Occupation') },
              { key: 'edition', label: w('版本', 'Edition') },
              { key: 'hours', label: w('学时', 'Hours') },
            ]}
            rows={[...Map.groupBy(standards, (row) => `${row.occupation_name}\n${row.edition}`)].map(
              ([key, levels]) => {
                const [occupation, edition] = key.split('\n')
                const known = levels.filter(({ hours }) => hours !== null)
                return {
                  cells: {
                    occupation,
                    edition,
                    hours:
                      known.length === 0
                        ? w('各级未知', 'Unknown')
                        : known.map((row) => (
                            <p>
                              {inLanguage(frame.lang, LEVELS[row.level]!)} {hint(row, frame.lang)}
                            </p>
                          )),
                  },
                }
              },
            )}
          />
        </Card>
      </div>
    </Page>
  )
}

function hint({ hours, confidence }: { hours: number | null; confidence: string }, lang: Lang): string {
  const sure = inLanguage(lang, CONFIDENCES[confidence as keyof typeof CONFIDENCES])
  return hours === null ? sure : `${hours}（${sure}）`
}
