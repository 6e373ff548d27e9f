/** Downloading the register: which part of it, masked as a rule, in full with a reason. */
import { Field, Form, type FormError, type Option } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card } from '../parts.tsx'
import { words } from '../words.ts'

export interface RegistersProps {
  frame: Frame
  kinds: Option[]
  values: Record<string, string>
  errors: FormError[]
}

export function Registers({ frame, kinds, values, errors }: RegistersProps) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('名册导出', 'Download the register')}>
      <Card>
        <p>
          {w(
            '与导入模板同一格式。号码默认打码；完整号码须写明理由，导出会留下记录。',
            'In the form of the import templates. Numbers are masked; in full they need a reason, and the download is recorded.',
          )}
        </p>
        <Form action="/console/registers" errors={errors} submit={w('下载', 'Download')}>
          <Field label={w('名册', 'Register')} name="kind" type="select" value={values.kind} options={kinds} required />
          <Field
            label={w('月份', 'Month')}
            name="month"
            type="month"
            value={values.month}
            hint={w('月度在岗必填', 'Needed for months of service')}
          />
          <Field
            label={w('格式', 'Format')}
            name="format"
            type="select"
            value={values.format}
            options={[
              { value: 'xlsx', label: w('Excel 工作簿（至多 5,000 行）', 'Excel workbook (at most 5,000 rows)') },
              { value: 'csv', label: w('CSV（行数不限）', 'CSV (any number of rows)') },
            ]}
          />
          <Field
            label={w('完整号码的理由', 'Reason for numbers in full')}
            name="reason"
            type="textarea"
            value={values.reason}
            hint={w('不填即打码', 'Left empty, numbers are masked')}
          />
        </Form>
      </Card>
    </Page>
  )
}
