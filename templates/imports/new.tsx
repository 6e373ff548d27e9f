/** Before the upload: which sheet, for which class, the template, and the file. */
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Empty } from '../parts.tsx'
import { type Words, words } from '../words.ts'
import { ImportSteps } from './steps.tsx'

export interface NewImportProps {
  frame: Frame
  heading: string
  kind: string
  subject: { id: string; name: string } | null
  /** headers that must be filled in */
  required: string[]
  optional: string[]
  /** what is registered can be downloaded in the same form, changed and sent back */
  register: { href: string; month: boolean } | null
  errors: FormError[]
}

export function NewImport({ frame, heading, kind, subject, required, optional, register, errors }: NewImportProps) {
  const w = words(frame.lang)
  const template = `/api/v1/imports/templates/${kind}.xlsx`
  return (
    <Page {...frame} heading={heading} back={{ href: '/console/imports/new', label: w('换一种表格', 'Another sheet') }}>
      <ImportSteps current={errors.length > 0 ? 1 : 0} lang={frame.lang} template={template} />
      <div class="halves">
        <Card title={w('1 下载模板', '1 Download the template')}>
          <p>
            <DownloadLink href={template} note={w('.xlsx，内有填写说明', '.xlsx, with instructions')}>
              {w('下载模板', 'Download the template')}
            </DownloadLink>
          </p>
          <p>
            {w('必填的列：', 'Required columns: ')}
            {required.join('、')}
          </p>
          <p class="quiet">
            {w('选填的列：', 'Optional columns: ')}
            {optional.join('、')}
          </p>
          <p class="quiet">
            {w(
              '按表头认列，次序不限；多出的列会被忽略。证件号码和银行账号的单元格请保持文本格式，否则末几位会丢失。',
              'Columns are found by their headers in any order; others are ignored. Keep the cells of document and account numbers as text, or their last digits are lost.',
            )}
          </p>
        </Card>
        <Card title={w('2 上传文件', '2 Upload the file')}>
          <Form
            action="/console/imports"
            errors={errors}
            submit={w('上传并核对', 'Upload and check')}
            cancel="/console/imports"
            upload
          >
            <input type="hidden" name="kind" value={kind} />
            <input type="hidden" name="subject" value={subject?.id ?? ''} />
            <Field
              label={w('文件', 'File')}
              name="file"
              type="file"
              required
              hint={w(
                '.xlsx、.xls 至多 5,000 行，.csv 至多 100 MB；上传后先核对，确认前不会写入',
                '.xlsx or .xls of at most 5,000 rows, .csv of at most 100 MB; nothing is written before you confirm',
              )}
              attributes={{ accept: '.xlsx,.xls,.csv' }}
            />
          </Form>
        </Card>
        {register && <RegisterCard {...register} w={w} />}
      </div>
    </Page>
  )
}

export interface ChooseProps {
  frame: Frame
  heading: string
  choices: { href: string; title: string; note: string }[]
  /** why there is nothing to choose, and what to do */
  empty: string
}

/** Choosing the sheet, or the class it is for. */
export function ChooseImport({ frame, heading, choices, empty }: ChooseProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={heading}
      actions={
        <a class="button" href="/console/imports">
          {w('导入记录', 'Earlier imports')}
        </a>
      }
    >
      {choices.length === 0 ? (
        <Empty title={empty} />
      ) : (
        <nav class="tasks" aria-label={heading}>
          {choices.map(({ href, title, note }) => (
            <a href={href}>
              <strong>{title}</strong>
              <span>{note}</span>
            </a>
          ))}
        </nav>
      )}
    </Page>
  )
}

/** Starting from what is registered: numbers stay masked, the id of the person stands for them. */
function RegisterCard({ href, month, w }: { href: string; month: boolean; w: Words }) {
  return (
    <Card title={w('或从已登记的开始', 'Or start from what is registered')}>
      <form method="get" action={`${href}.xlsx`} class="form row">
        {month && <Field label={w('月份', 'Month')} name="month" type="month" required />}
        <button type="submit" class="button">
          {w('下载名册', 'Download the register')}
        </button>
        <button type="submit" class="button" formaction={`${href}.csv`}>
          CSV
        </button>
      </form>
      <p class="quiet">
        {w(
          '与模板同一格式，号码打码；请勿改动“人员编号”，改好后可直接上传。',
          'In the form of the template, numbers masked; leave 人员编号 as it is, and upload it when changed.',
        )}
      </p>
    </Card>
  )
}
