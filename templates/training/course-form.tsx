/** The form that adds a course, or says one anew from a day on, with what the standards say about hours. */
import { LEVELS } from '../../src/people/rules.ts'
import { inLanguage, type Message } from '../../src/platform/errors.ts'
import { plainYuan } from '../../src/platform/money.ts'
import type { CourseView } from '../../src/training/course-shapes.ts'
import { CONFIDENCES, COURSE_KINDS } from '../../src/training/rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { standardHint } from './courses.tsx'

export interface CourseFormProps {
  frame: Frame
  /** null adds a new one */
  course: CourseView | null
  occupations: { code: string; name: string }[]
  editions: { occupation_name: string; edition: string; confidence: string }[]
  standards: { occupation_name: string; edition: string; level: number; hours: number | null; confidence: string }[]
  values: Record<string, string>
  errors: FormError[]
}

export function CourseForm({ frame, course, occupations, editions, standards, values, errors }: CourseFormProps) {
  const w = words(frame.lang)
  const options = (vocabulary: Record<string, Message>) =>
    Object.entries(vocabulary).map(([value, message]) => ({ value, label: inLanguage(frame.lang, message) }))
  const none = { value: '', label: w('不适用', 'None') }
  const hours = { min: 0, max: 2000 }
  const here = course ? `/console/courses/${course.id}` : '/console/courses'
  const value = (name: keyof CourseView) => values[name] ?? (course?.[name] as string | number | null | undefined)
  return (
    <Page
      {...frame}
      heading={course ? w('修改课程', 'Change the course') : w('新建课程', 'Add a course')}
      back={{ href: here, label: course?.name ?? w('课程', 'Courses') }}
    >
      <div class="halves">
        <Card>
          <Form
            action={here}
            errors={errors}
            submit={course ? w('保存为新版本', 'Save as a new version') : w('新建课程', 'Add the course')}
            cancel={here}
          >
            {course ? (
              <>
                <input type="hidden" name="revision" value={course.revision} />
                <Field
                  label={w('自何日起', 'From')}
                  name="valid_from"
                  type="date"
                  required
                  value={values.valid_from}
                  hint={w(
                    '这一天起开课的、今后新开的班适用；已开的班不变',
                    'For classes opened from now on that start on this day or later; those opened before stay',
                  )}
                />
              </>
            ) : (
              <>
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
                  hint={w('等级认定培训必填', 'For a skill level')}
                  options={[none, ...occupations.map(({ code, name }) => ({ value: code, label: name }))]}
                />
                <Field
                  label={w('等级', 'Level')}
                  name="level"
                  type="select"
                  value={values.level}
                  options={[none, ...options(LEVELS).reverse()]}
                />
                <Field
                  label={w('不符合申报条件的人', 'Who does not meet the conditions')}
                  name="entry_check"
                  type="select"
                  value={values.entry_check}
                  options={[
                    { value: 'flag', label: w('可以加入，标出所缺条件', 'May join and are flagged') },
                    { value: 'refuse', label: w('不能加入', 'May not join') },
                  ]}
                />
              </>
            )}
            <Field
              label={w('职业标准版本', 'Edition of the standard')}
              name="standard_edition"
              value={value('standard_edition')}
              hint={w('例如 2019；等级认定培训必填', 'Such as 2019; for a skill level')}
              attributes={{ list: 'editions' }}
            />
            <datalist id="editions">
              {editions.map(({ edition, occupation_name, confidence }) => (
                <option value={edition}>
                  {`${occupation_name} ${edition}（${inLanguage(frame.lang, CONFIDENCES[confidence as keyof typeof CONFIDENCES])}）`}
                </option>
              ))}
            </datalist>
            <Field
              label={w('理论学时', 'Hours of theory')}
              name="theory_hours"
              type="number"
              required
              value={value('theory_hours')}
              attributes={hours}
            />
            <Field
              label={w('实操学时', 'Hours of practice')}
              name="practice_hours"
              type="number"
              required
              value={value('practice_hours')}
              attributes={hours}
            />
            <Field
              label={w('出勤要求（%）', 'Attendance required (%)')}
              name="attendance_percent"
              type="number"
              required
              value={value('attendance_percent')}
              hint={w('到课学时不足总学时的这个比例，不能参加考核', 'Below this share of all hours nobody is assessed')}
              attributes={{ min: 0, max: 100 }}
            />
            <Amount label={w('每人收费', 'Price each')} name="price" {...{ course, values }} />
            <Amount
              label={w('合格后补给学员', 'Subsidy to who passes')}
              name="person_subsidy"
              {...{ course, values }}
            />
            <Amount
              label={w('合格后补给机构', 'Subsidy to the institution')}
              name="provider_subsidy"
              {...{ course, values }}
            />
            {course && (
              <Field label={w('修改原因', 'Reason')} name="reason" type="textarea" required value={values.reason} />
            )}
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
                              {inLanguage(frame.lang, LEVELS[row.level]!)} {standardHint(row, frame.lang)}
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

interface AmountProps {
  label: string
  name: 'price' | 'person_subsidy' | 'provider_subsidy'
  course: CourseView | null
  values: Record<string, string>
}

/** An amount in yuan, and the document that says so. */
function Amount({ label, name, course, values }: AmountProps) {
  const w = useWords()
  const fen = course?.[`${name}_fen`] ?? null
  return (
    <>
      <Field
        label={`${label}${w('（元）', ', yuan')}`}
        name={`${name}_yuan`}
        value={values[`${name}_yuan`] ?? (fen === null ? undefined : plainYuan(fen))}
        attributes={{ inputmode: 'decimal' }}
      />
      <Field
        label={`${label}${w('的依据', ': where it is read')}`}
        name={`${name}_citation`}
        value={values[`${name}_citation`] ?? course?.[`${name}_citation`]}
        hint={w('文件或公示；写了金额就必填', 'A document or notice; due with an amount')}
      />
    </>
  )
}
