/** The formats of banks with their sources, and the form that records one by the bank's document. */
import {
  CONTAINERS,
  type Container,
  ENCODINGS,
  type FormatColumn,
  PAYMENT_COLUMNS,
} from '../../src/allowances/bank-format-rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import type { Encoding } from '../../src/platform/gb18030.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Notice, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

export interface BankFormatsProps {
  frame: Frame
  items: {
    code: string
    number: number
    name: string
    container: Container
    encoding: Encoding
    header: boolean
    separator: string | null
    columns: FormatColumn[]
    min_rows: number
    max_rows: number | null
    source: string
    confidence: 'own' | 'seen' | 'confirmed'
    recorded_by: string | null
  }[]
  may_write: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function BankFormats({ frame, items, may_write, values, errors }: BankFormatsProps) {
  const { lang } = frame
  const w = words(lang)
  const confidence = {
    own: <Tag tone="info">{w('系统自定', 'Our own')}</Tag>,
    seen: <Tag tone="warn">{w('见于资料，未经银行确认', 'Seen, not confirmed')}</Tag>,
    confirmed: <Tag tone="good">{w('按文件登记', 'By document')}</Tag>,
  }
  const options = (of: Record<string, { zh: string; en: string }>) =>
    Object.entries(of).map(([value, words]) => ({ value, label: inLanguage(lang, words) }))
  return (
    <Page {...frame} heading={w('银行文件格式', 'Bank formats')}>
      <Notice tone="info">
        {w(
          '银行要求的列、顺序、编码和每个文件的笔数各不相同，以银行的文件为准；这里没有的格式请按文件登记，不要照别的银行推测。',
          'Columns, order, encoding and rows a file are the bank’s to say: record a format by its document, and guess none.',
        )}
      </Notice>
      <Table
        caption={w('银行文件格式', 'Bank formats')}
        empty=""
        columns={[
          { key: 'name', label: w('名称', 'Name') },
          { key: 'file', label: w('文件', 'File') },
          { key: 'columns', label: w('列', 'Columns') },
          { key: 'rows', label: w('每个文件', 'Rows a file') },
          { key: 'source', label: w('依据', 'Source') },
        ]}
        rows={items.map((item) => ({
          cells: {
            name: (
              <>
                {item.name}
                <br />
                <small>
                  {item.code} {w(`第 ${item.number} 版`, `version ${item.number}`)}
                </small>
              </>
            ),
            file: `${inLanguage(lang, CONTAINERS[item.container])} ${inLanguage(lang, ENCODINGS[item.encoding])}${
              item.separator ? ` ${item.separator === '\t' ? '\\t' : item.separator}` : ''
            }${item.header ? '' : w('，无表头', ', no header')}`,
            columns: item.columns.map(({ header }) => header).join('、'),
            rows: item.max_rows
              ? w(`${item.min_rows}–${item.max_rows} 笔`, `${item.min_rows}–${item.max_rows}`)
              : w('不限', 'no limit'),
            source: (
              <>
                {confidence[item.confidence]} {item.source} {item.recorded_by ?? ''}
              </>
            ),
          },
        }))}
      />
      {may_write && (
        <Card title={w('登记格式', 'Record a format')}>
          <Form action="/console/bank-formats" errors={errors} submit={w('登记', 'Record')}>
            <Field
              label={w('代码', 'Code')}
              name="code"
              required
              value={values.code}
              hint={w('小写字母、数字和 -；已有的代码登记为新版本。', 'An existing code makes a new version.')}
            />
            <Field label={w('名称', 'Name')} name="name" required value={values.name} />
            <Field
              label={w('文件类型', 'Kind of file')}
              name="container"
              type="select"
              value={values.container ?? 'txt'}
              options={options(CONTAINERS)}
            />
            <Field
              label={w('编码', 'Encoding')}
              name="encoding"
              type="select"
              value={values.encoding ?? 'gbk'}
              options={options(ENCODINGS)}
            />
            <Field
              label={w('分隔符', 'Separator')}
              name="separator"
              value={values.separator}
              hint={w('如 | 或 ,；制表符写 \\t；Excel 留空。', '| or a comma; \\t is a tab; empty for a workbook.')}
            />
            <Field
              label={w('行末也有分隔符', 'The separator ends each line too')}
              name="separator_at_end"
              type="checkbox"
              checked={values.separator_at_end === 'true'}
            />
            <Field
              label={w('有表头', 'With a header')}
              name="header"
              type="checkbox"
              checked={values.header === 'true'}
            />
            <Field
              label={w('姓名中不能有空格', 'No spaces in names')}
              name="no_spaces"
              type="checkbox"
              checked={values.no_spaces === 'true'}
            />
            <Field
              label={w('列（每行一列：列=表头）', 'Columns, one a line: key=header')}
              name="columns"
              type="textarea"
              required
              value={values.columns ?? 'account=账号\nname=户名\namount=金额'}
              hint={options(PAYMENT_COLUMNS)
                .map(({ value, label }) => `${value} ${label}`)
                .join(w('；', '; '))}
              attributes={{ rows: 6 }}
            />
            <Field
              label={w('每个文件至少', 'At least')}
              name="min_rows"
              type="number"
              value={values.min_rows}
              attributes={{ min: 1 }}
            />
            <Field
              label={w('每个文件至多（超过的拆成几个文件）', 'At most; more are split')}
              name="max_rows"
              type="number"
              value={values.max_rows}
              attributes={{ min: 1 }}
            />
            <Field
              label={w('依据（银行文件的名称、版本、章节）', 'The bank’s document')}
              name="document"
              type="textarea"
              required
              value={values.document}
            />
          </Form>
        </Card>
      )}
    </Page>
  )
}
