/** Training orders: the list, and ordering. */

import { LEVELS, RISING_LEVELS } from '../../src/people/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { ORDER_WAITS, type OrderWait } from '../../src/training/order-rules.ts'
import type { OrderView } from '../../src/training/order-shapes.ts'
import { COURSE_KINDS } from '../../src/training/rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Tag } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { WaitsField } from '../waits-field.tsx'
import { words } from '../words.ts'

const KINDS = ['skill_level', 'in_service', 'heads', 'continuing_education'] as const

export interface OrdersProps {
  frame: Frame
  items: OrderView[]
  waits: OrderWait | ''
  next: string | null
  may_order: boolean
}

export function Orders({ frame, items, waits, next, may_order }: OrdersProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('培训订单', 'Training orders')}
      actions={
        may_order && (
          <a class="button primary" href="/console/training-orders/new">
            {w('下达订单', 'Order training')}
          </a>
        )
      }
    >
      <Filters action="/console/training-orders">
        <WaitsField waits={ORDER_WAITS} value={waits} />
      </Filters>
      <Results>
        <Table
          caption={w('培训订单', 'Training orders')}
          empty={
            <Empty
              title={
                waits ? w('没有待办的订单。', 'No order waits.') : w('还没有培训订单。', 'No training orders yet.')
              }
            />
          }
          columns={[
            { key: 'title', label: w('订单', 'Order') },
            { key: 'orderer', label: w('订单方', 'Ordered by') },
            { key: 'what', label: w('职业等级', 'Occupation, level') },
            { key: 'people', label: w('入学 / 订单人数', 'Enrolled / ordered'), numeric: true },
            { key: 'answers', label: w('响应', 'Answers'), numeric: true },
            { key: 'due', label: w('完成日期', 'Due') },
            { key: 'state', label: w('状态', 'State') },
          ]}
          rows={items.map((order) => ({
            cells: {
              title: <a href={`/console/training-orders/${order.id}`}>{order.title}</a>,
              orderer: order.orderer_name,
              what: whatOf(order, frame.lang),
              people: `${order.enrolled} / ${order.people}`,
              answers: order.answers,
              due: order.due_on,
              state: <State order={order} lang={frame.lang} />,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

function State({ order, lang }: { order: OrderView; lang: Lang }) {
  const w = words(lang)
  return order.closed_at ? (
    <Tag tone="plain">{w('已关闭', 'Closed')}</Tag>
  ) : (
    <Tag tone="info">{w('进行中', 'Open')}</Tag>
  )
}

/** `养老护理员 五级/初级工`, or the kind where it is for no occupation. */
export function whatOf(
  { kind, occupation_name, level }: Pick<OrderView, 'kind' | 'occupation_name' | 'level'>,
  lang: Lang,
): string {
  const kindName = inLanguage(lang, COURSE_KINDS[kind as keyof typeof COURSE_KINDS])
  return [occupation_name ?? kindName, level && inLanguage(lang, LEVELS[level]!)].filter(Boolean).join(' ')
}

export interface OrderFormProps {
  frame: Frame
  occupations: { code: string; name: string }[]
  values: Record<string, string>
  errors: FormError[]
}

export function OrderForm({ frame, occupations, values, errors }: OrderFormProps) {
  const w = words(frame.lang)
  const back = { href: '/console/training-orders', label: w('培训订单', 'Training orders') }
  const none = { value: '', label: w('不限', 'Any') }
  return (
    <Page {...frame} heading={w('下达订单', 'Order training')} back={back}>
      <Card>
        <Form action="/console/training-orders" errors={errors} submit={w('下达订单', 'Order')} cancel={back.href}>
          <Field label={w('名称', 'Title')} name="title" required value={values.title} />
          <Field
            label={w('类别', 'Kind')}
            name="kind"
            type="select"
            required
            value={values.kind}
            options={KINDS.map((value) => ({ value, label: inLanguage(frame.lang, COURSE_KINDS[value]) }))}
          />
          <Field
            label={w('职业', 'Occupation')}
            name="occupation_code"
            type="select"
            value={values.occupation_code}
            options={[none, ...occupations.map(({ code, name }) => ({ value: code, label: name }))]}
          />
          <Field
            label={w('等级', 'Level')}
            name="level"
            type="select"
            value={values.level}
            options={[
              none,
              ...RISING_LEVELS.map((level) => ({ value: `${level}`, label: inLanguage(frame.lang, LEVELS[level]!) })),
            ]}
          />
          <Field
            label={w('人数', 'People')}
            name="people"
            type="number"
            required
            value={values.people}
            attributes={{ min: 1 }}
          />
          <Field label={w('完成日期', 'Due')} name="due_on" type="date" required value={values.due_on} />
          <Field
            label={w('上岗承诺', 'What is offered')}
            name="promise"
            type="textarea"
            value={values.promise}
            hint={w('结业后的岗位、合同、待遇；没有请留空', 'The post, contract or wage afterwards; empty for none')}
          />
        </Form>
      </Card>
    </Page>
  )
}
