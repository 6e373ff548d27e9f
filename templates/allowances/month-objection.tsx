/** The form by which a carer asks about one month. */
import type { AllowanceMonth } from '../../src/allowances/month-rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts } from '../parts.tsx'
import { words } from '../words.ts'
import { levelName, yuan } from './words.ts'

export interface MonthObjectionFormProps {
  frame: Frame
  month: Pick<
    AllowanceMonth,
    | 'scheme_code'
    | 'scheme_name'
    | 'month'
    | 'organisation_name'
    | 'level'
    | 'entitlement_fen'
    | 'booked_fen'
    | 'object_until'
  >
  back: string
  values: Record<string, string>
  errors: FormError[]
}

export function MonthObjectionForm({ frame, month, back, values, errors }: MonthObjectionFormProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w(`对 ${month.month} 的津贴提出异议`, `Object to ${month.month}`)}
      back={{ href: back, label: w('我的津贴', 'My allowances') }}
    >
      <Card>
        <Facts
          items={[
            { label: w('政策', 'Scheme'), value: month.scheme_name },
            { label: w('机构', 'Facility'), value: month.organisation_name ?? '—' },
            { label: w('等级', 'Level'), value: levelName(month.level, frame.lang) },
            { label: w('按现有记录', 'By what is known now'), value: yuan(month.entitlement_fen) },
            { label: w('已入账', 'Booked'), value: month.booked_fen === null ? '—' : yuan(month.booked_fen) },
            {
              label: w('提出期限', 'Until'),
              value: month.object_until ?? w('审批前均可提出', 'any day before the approval'),
            },
          ]}
        />
      </Card>
      <Card>
        <p>
          {w(
            '由经办部门核实并答复，答复在“我的津贴”里看。名单正在公示的，答复之前不会审批。',
            'The authority looks into it and answers; the answer stands under My allowances. While the list is public, nothing is approved before the answer.',
          )}
        </p>
        <Form
          action={`${back}/${month.scheme_code}/${month.month}/objection`}
          errors={errors}
          submit={w('提出异议', 'File')}
          cancel={back}
        >
          <Field
            label={w('异议内容', 'Statement')}
            name="statement"
            type="textarea"
            required
            value={values.statement}
            hint={w('哪一项不对，正确的应该是什么', 'what is wrong, and what it should be')}
          />
        </Form>
      </Card>
    </Page>
  )
}
