/** Layouts of certificates: the list, and taking in a file. */
import { KINDS } from '../../src/credentials/rules.ts'
import { localDate } from '../../src/platform/calendar.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card } from '../parts.tsx'
import { choices } from '../people/parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { type LayoutView, State, titleOf } from './layout-parts.tsx'

export interface LayoutsProps {
  frame: Frame
  items: LayoutView[]
  may_edit: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function Layouts({ frame, items, may_edit, values, errors }: LayoutsProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('证书版式', 'Certificate layouts')}
      actions={
        <a class="button" href="/console/glyph-images">
          {w('缺字图', 'Glyph images')}
        </a>
      }
    >
      <Table
        caption={w('证书版式', 'Certificate layouts')}
        empty={w('还没有版式。', 'There are no layouts.')}
        columns={[
          { key: 'name', label: w('版式', 'Layout') },
          { key: 'kind', label: w('证书种类', 'Kind') },
          { key: 'state', label: w('状态', 'State') },
          { key: 'whose', label: w('谁的', 'Whose') },
          { key: 'saved', label: w('保存', 'Saved') },
          { key: 'reason', label: w('说明', 'Why') },
        ]}
        rows={items.map((layout) => ({
          cells: {
            name: <a href={`/console/certificate-layouts/${layout.id}`}>{titleOf(layout, frame.lang)}</a>,
            kind: inLanguage(frame.lang, KINDS[layout.kind]),
            state: <State state={layout.state} />,
            whose: layout.organisation_name ?? w('全体机构通用', 'Everybody’s'),
            saved: `${localDate(layout.known_from)} ${layout.created_by_name ?? ''}`,
            reason: layout.reason,
          },
        }))}
      />
      {may_edit && (
        <Card title={w('上传版式文件', 'Upload a layout')}>
          <p class="quiet">
            {w(
              '打开一个版式即可编辑，存为自己的新版本。也可以下载 JSON，改好后在这里上传。',
              'Open a layout to edit it and save a version of your own. Or download its JSON, change it, and upload it here.',
            )}
          </p>
          <Form action="/console/certificate-layouts" errors={errors} submit={w('上传', 'Upload')} upload>
            <Field
              label={w('证书种类', 'Kind')}
              name="kind"
              type="select"
              value={values.kind}
              options={choices(KINDS, frame.lang)}
            />
            <Field
              label={w('版式名称', 'Name')}
              name="name"
              required
              value={values.name}
              hint={w('同名的存为下一版', 'The same name makes the next version')}
            />
            <Field
              label={w('版式文件', 'File')}
              name="file"
              type="file"
              required
              hint="JSON"
              attributes={{ accept: 'application/json,.json' }}
            />
            <Field label={w('为什么改', 'Why')} name="reason" required value={values.reason} />
          </Form>
        </Card>
      )}
    </Page>
  )
}
