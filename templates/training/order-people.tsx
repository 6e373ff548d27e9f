/** The people behind a figure of an order's report, as far as the reader may see them. */
import type { OrderView, TrainedPerson } from '../../src/training/order-shapes.ts'
import { type Frame, Page } from '../layout.tsx'
import { Tabs, Tag } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'

type Figure = 'enrolled' | 'passed' | 'placed'

export interface OrderPeopleProps {
  frame: Frame
  order: OrderView
  figure: Figure
  counts: Record<Figure, number>
  people: TrainedPerson[]
  next: string | null
}

export function OrderPeople({ frame, order, figure, counts, people, next }: OrderPeopleProps) {
  const w = words(frame.lang)
  const here = `/console/training-orders/${order.id}`
  const names = { enrolled: w('入学', 'Enrolled'), passed: w('合格', 'Passed'), placed: w('上岗', 'Placed') }
  return (
    <Page {...frame} heading={w('订单培训人员', 'People of the order')} back={{ href: here, label: order.title }}>
      <p class="lead">
        {w(
          '只列出您有权查看的人员，人数可能少于订单完成情况中的数字。',
          'Only the people you may see are listed; the figures of the report may be larger.',
        )}
      </p>
      <Tabs
        label={w('完成情况', 'Figures')}
        items={(Object.keys(names) as Figure[]).map((one) => ({
          label: names[one],
          href: `${here}/people?figure=${one}`,
          current: one === figure,
          count: counts[one],
        }))}
      />
      <Results>
        <Table
          caption={names[figure]}
          empty={w('没有您有权查看的人员。', 'Nobody whom you may see.')}
          columns={[
            { key: 'name', label: w('姓名', 'Name') },
            { key: 'document', label: w('证件号码', 'Document') },
            { key: 'classes', label: w('培训班', 'Classes') },
            { key: 'state', label: w('状态', 'State') },
          ]}
          rows={people.map((person) => ({
            cells: {
              name: <a href={`/console/people/${person.person_id}`}>{person.person_name}</a>,
              document: person.id_number_masked,
              classes: person.classes,
              state: person.placed ? (
                <Tag tone="good">{names.placed}</Tag>
              ) : person.passed ? (
                <Tag tone="info">{names.passed}</Tag>
              ) : (
                <Tag tone="plain">{names.enrolled}</Tag>
              ),
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}
