/** A column of marks for one part on one day: whoever has not passed it, first time or again. */
import { inLanguage } from '../../src/platform/errors.ts'
import { PARTS, type Part } from '../../src/training/rules.ts'
import type { ClassView } from '../../src/training/shapes.ts'
import { ErrorSummary, Field, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Tabs } from '../parts.tsx'
import { ActionBar, Table } from '../table.tsx'
import { words } from '../words.ts'
import { Entry, faultOf } from './entry.tsx'

export interface SittingProps {
  frame: Frame
  group: ClassView
  parts: Part[]
  part: Part
  /** who is to sit the part, with what was sat before and what the reader has entered */
  people: {
    id: string
    person_name: string
    id_number_masked: string
    before: string
    left: number | null
    entered: number | null
  }[]
  assessed_on: string
  values: Record<string, string>
  errors: FormError[]
}

export function SittingPage({ frame, group, parts, part, people, assessed_on, values, errors }: SittingProps) {
  const w = words(frame.lang)
  const here = `/console/classes/${group.id}/sitting`
  const name = inLanguage(frame.lang, PARTS[part])
  return (
    <Page
      {...frame}
      heading={w('单项录入与补考', 'One part, re-sits')}
      back={{ href: `/console/classes/${group.id}/results`, label: group.name }}
    >
      <Tabs
        label={w('考核部分', 'Part')}
        items={parts.map((one) => ({
          label: inLanguage(frame.lang, PARTS[one]),
          href: `${here}?part=${one}`,
          current: one === part,
        }))}
      />
      <p class="quiet">
        {w(
          '这里列出这一部分还没有合格的人；同一天再录一次是更正，换一天是补考。缺考填 0，不参加的留空。',
          'Everybody who has not passed this part. The same day again is a correction, another day a re-sit. 0 for an absent person, empty for who does not take part.',
        )}
      </p>
      <form method="post" action={here}>
        <ErrorSummary errors={errors} />
        <input type="hidden" name="part" value={part} />
        <Card>
          <div class="form row">
            <Field
              label={w('考核日期', 'Assessed on')}
              name="assessed_on"
              type="date"
              required
              value={values.assessed_on ?? assessed_on}
              error={faultOf(errors, 'assessed_on')}
            />
            <Field
              label={w('原因', 'Reason')}
              name="reason"
              value={values.reason}
              hint={w('更正，或成绩锁定后补录时必填', 'Due for a correction, and once the results are locked')}
              error={faultOf(errors, 'reason')}
            />
          </div>
          <Table
            caption={name}
            empty={<Empty title={w('这一部分没有人需要考。', 'Nobody has to sit this part.')} />}
            columns={[
              { key: 'name', label: w('姓名', 'Name') },
              { key: 'document', label: w('证件号码', 'Document') },
              { key: 'before', label: w('此前', 'Before') },
              { key: 'left', label: w('还可考', 'Left'), numeric: true },
              { key: 'mark', label: name },
            ]}
            rows={people.map((person, index) => {
              const fault = faultOf(errors, `items.${index}.enrolment_id`)
              return {
                marked: fault ? ['mark'] : [],
                cells: {
                  name: (
                    <>
                      {person.person_name}
                      <input type="hidden" name={`items.${index}.enrolment_id`} value={person.id} />
                    </>
                  ),
                  document: person.id_number_masked,
                  before: person.before || '—',
                  left: person.left ?? '—',
                  mark: (
                    <>
                      <Entry
                        name={`items.${index}.mark`}
                        label={`${person.person_name} ${name}`}
                        value={values[`items.${index}.mark`] ?? person.entered}
                        errors={errors}
                        decimal
                      />
                      {fault && (
                        <p class="error" id={`field-items.${index}.enrolment_id`}>
                          ✕ {fault}
                        </p>
                      )}
                    </>
                  ),
                },
              }
            })}
          />
        </Card>
        {people.length > 0 && (
          <ActionBar>
            <button type="submit" class="button primary">
              {w('保存成绩', 'Save the marks')}
            </button>
          </ActionBar>
        )}
      </form>
    </Page>
  )
}
