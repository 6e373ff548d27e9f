/** What divisions recommend to pay each level, and the form for a further recommendation. */

import type { GuidanceView } from '../../src/allowances/level-pay-shapes.ts'
import { RISING_LEVELS } from '../../src/people/rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { HERE, type Named, span } from './level-pay.tsx'
import { levelName } from './words.ts'

export interface PayGuidanceProps {
  frame: Frame
  items: GuidanceView[]
  occupations: Named[]
  /** null: the reader may not record any */
  divisions: Named[] | null
  values: Record<string, string>
  errors: FormError[]
}

export function PayGuidance({ frame, items, occupations, divisions, values, errors }: PayGuidanceProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('薪酬指导', 'Pay guidance')}
      back={{ href: HERE, label: w('等级薪酬', 'Pay by level') }}
    >
      <Card title={w('历次指导', 'Guidance so far')}>
        <Table
          caption={w('薪酬指导', 'Pay guidance')}
          empty={w('还没有登记过指导。', 'No guidance yet.')}
          columns={[
            { key: 'division', label: w('区划', 'Division') },
            { key: 'occupation', label: w('职业', 'Occupation') },
            { key: 'from', label: w('自', 'From') },
            { key: 'steps', label: w('各等级（元/月）', 'Levels, yuan a month') },
            { key: 'citation', label: w('出处', 'Source') },
          ]}
          rows={items.map((one) => ({
            cells: {
              division: one.division_name,
              occupation: one.occupation_name,
              from: (
                <>
                  {one.effective_from} {one.in_force && <Tag tone="good">{w('执行中', 'in force')}</Tag>}
                </>
              ),
              steps: one.steps
                .map(({ level, low_fen, high_fen }) => `${levelName(level, frame.lang)} ${span(low_fen, high_fen)}`)
                .join(w('，', ', ')),
              citation: one.citation,
            },
          }))}
        />
      </Card>
      {divisions && (
        <Card title={w('登记指导', 'Record guidance')}>
          <Form action={`${HERE}/guidance`} errors={errors} submit={w('登记', 'Record')}>
            <Field
              label={w('区划', 'Division')}
              name="division_code"
              type="select"
              value={values.division_code}
              options={divisions.map(({ code, name }) => ({ value: code, label: name }))}
            />
            <Field
              label={w('职业', 'Occupation')}
              name="occupation_code"
              type="select"
              value={values.occupation_code}
              options={occupations.map(({ code, name }) => ({ value: code, label: name }))}
            />
            <Field
              label={w('自哪天起', 'From')}
              name="effective_from"
              type="date"
              required
              value={values.effective_from}
            />
            {RISING_LEVELS.map((level) => (
              <fieldset class="field">
                <legend>{levelName(level, frame.lang)}</legend>
                <div class="form row">
                  <Field
                    label={w('低位数（元/月）', 'Lower, yuan a month')}
                    name={`low_yuan_${level}`}
                    value={values[`low_yuan_${level}`]}
                    attributes={{ inputmode: 'decimal' }}
                  />
                  <Field
                    label={w('高位数（元/月）', 'Upper, yuan a month')}
                    name={`high_yuan_${level}`}
                    value={values[`high_yuan_${level}`]}
                    attributes={{ inputmode: 'decimal' }}
                  />
                </div>
              </fieldset>
            ))}
            <Field label={w('出处（文号）', 'Source')} name="citation" required value={values.citation} />
          </Form>
        </Card>
      )}
    </Page>
  )
}
