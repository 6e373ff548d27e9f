/** Townships and streets as a list, each with the form that renames it, and the form of a new one. */
import { Field, Form } from '../form.tsx'
import { Page } from '../layout.tsx'
import { Card } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import type { FormPageProps } from './parts.tsx'

export interface TownshipsProps extends FormPageProps {
  items: { code: string; name: string; district_name: string; organisations: number }[]
  next: string | null
  may_write: boolean
  /** which form was refused: `new`, or that of a code */
  refused: string | null
}

export function Townships({ frame, items, next, may_write, refused, values, errors }: TownshipsProps) {
  const w = words(frame.lang)
  const of = (form: string) => (refused === form ? { values, errors } : { values: {} as typeof values, errors: [] })
  return (
    <Page
      {...frame}
      heading={w('镇街', 'Townships and streets')}
      back={{ href: '/console/organisations', label: w('机构', 'Organisations') }}
    >
      <Results>
        <Table
          caption={w('镇街', 'Townships and streets')}
          empty={w(
            '还没有登记镇街。登记后可以写明机构所在镇街，由各镇街分别审核。',
            'No township is on record. Once there is, an organisation can say where it lies, and each township reviews its own.',
          )}
          columns={[
            { key: 'name', label: w('名称', 'Name') },
            { key: 'code', label: w('代码', 'Code') },
            { key: 'district', label: w('区县', 'District') },
            { key: 'organisations', label: w('机构', 'Organisations'), numeric: true },
          ]}
          {...(may_write && { details: w('更名', 'Rename') })}
          rows={items.map(({ code, name, district_name, organisations }) => ({
            label: name,
            cells: { name, code, district: district_name, organisations },
            ...(may_write && {
              detail: (
                <Form
                  action={`/console/townships/${code}/renaming`}
                  errors={of(code).errors}
                  submit={w('更名', 'Rename')}
                >
                  <Field
                    id={`name-${code}`}
                    label={w('新名称', 'New name')}
                    name="name"
                    value={of(code).values.name ?? name}
                    required
                  />
                  <Field
                    id={`reason-${code}`}
                    label={w('理由', 'Reason')}
                    name="reason"
                    value={of(code).values.reason}
                    required
                  />
                </Form>
              ),
            }),
          }))}
        />
        <Pager next={next} />
      </Results>
      {may_write && (
        <Card title={w('登记镇街', 'Add a township')}>
          <Form action="/console/townships" errors={of('new').errors} submit={w('登记镇街', 'Add')}>
            <Field
              label={w('代码', 'Code')}
              name="code"
              value={of('new').values.code}
              required
              hint={w('9 位，前 6 位为区县代码', 'Nine digits, the first six its district’s')}
            />
            <Field label={w('名称', 'Name')} name="name" value={of('new').values.name} required />
          </Form>
        </Card>
      )}
    </Page>
  )
}
