/** The published list as everybody reads it, and the form by which anybody objects. */
import type { PublicityView, PublicLine } from '../../src/allowances/publicity-shapes.ts'
import { addDays } from '../../src/platform/calendar.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Notice } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { levelName, yuan } from './words.ts'

export interface PublicListProps {
  frame: Frame
  publicity: PublicityView
  lines: PublicLine[]
  next: string | null
  first: string | null
  values: Record<string, string>
  errors: FormError[]
}

export function PublicList({ frame, publicity, lines, next, first, values, errors }: PublicListProps) {
  const w = words(frame.lang)
  const last = addDays(publicity.ends_on, -1)
  return (
    <Page
      {...frame}
      heading={w(
        `${publicity.district_name} ${publicity.month} ${publicity.scheme_name}公示`,
        `${publicity.scheme_name}, ${publicity.district_name}, ${publicity.month}`,
      )}
    >
      <Card>
        <Facts
          items={[
            { label: w('公示期', 'Public'), value: `${publicity.starts_on} – ${last}` },
            { label: w('人数', 'People'), value: publicity.line_count },
            { label: w('金额合计', 'Total'), value: yuan(publicity.total_fen) },
            { label: w('名单摘要', 'SHA-256'), value: <code>{publicity.sha256}</code> },
          ]}
        />
      </Card>
      <Results>
        <Table
          caption={w('公示名单', 'The list')}
          empty={w('名单里没有人。', 'Nobody.')}
          columns={[
            { key: 'position', label: w('序号', 'No.'), numeric: true },
            { key: 'name', label: w('姓名', 'Name') },
            { key: 'organisation', label: w('机构', 'Organisation') },
            { key: 'level', label: w('等级', 'Level') },
            { key: 'months', label: w('月数', 'Months'), numeric: true },
            { key: 'amount', label: w('金额', 'Amount'), numeric: true },
          ]}
          rows={lines.map((line) => ({
            cells: {
              position: line.position,
              name: line.name_masked,
              organisation: line.organisation_name,
              level: levelName(line.level, frame.lang),
              months: line.months,
              amount: yuan(line.amount_fen),
            },
          }))}
        />
        <Pager next={next} first={first} />
      </Results>
      {publicity.closed_at ? (
        <Notice tone="info">{w('公示已经结束。', 'The publicity is closed.')}</Notice>
      ) : (
        <Card title={w('提出异议', 'Object')}>
          <Form action={`/p/${publicity.id}`} errors={errors} submit={w('提交', 'Send')}>
            <Field
              label={w(
                '序号（漏报或对整份名单有异议的不填）',
                'Number of the line (empty: somebody is missing, or the list)',
              )}
              name="position"
              type="number"
              value={values.position}
              attributes={{ min: 1 }}
            />
            <Field
              label={w('异议内容', 'Statement')}
              name="statement"
              type="textarea"
              required
              value={values.statement}
            />
            <Field
              label={w('您的姓名', 'Your name')}
              name="name"
              required
              value={values.name}
              hint={w('姓名和电话只供经办人员核实，不公开', 'Name and phone are for the officers only')}
            />
            <Field label={w('联系电话', 'Phone')} name="phone" type="tel" required value={values.phone} />
          </Form>
        </Card>
      )}
    </Page>
  )
}
