/** Training orders: the list, ordering, and one order with its answers and how far it is filled. */

import { LEVELS } from '../../src/people/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { formatYuan } from '../../src/platform/money.ts'
import type { AnswerView, Fulfilment, OrderView } from '../../src/training/order-shapes.ts'
import { COURSE_KINDS } from '../../src/training/rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Kpis, Tag } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'

const KINDS = ['skill_level', 'in_service', 'heads', 'continuing_education'] as const

export interface OrdersProps {
  frame: Frame
  items: OrderView[]
  next: string | null
  may_order: boolean
}

export function Orders({ frame, items, next, may_order }: OrdersProps) {
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
      <Results>
        <Table
          caption={w('培训订单', 'Training orders')}
          empty={<Empty title={w('还没有培训订单。', 'No training orders yet.')} />}
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
function whatOf({ kind, occupation_name, level }: OrderView, lang: Lang): string {
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
              ...[5, 4, 3, 2, 1].map((level) => ({ value: `${level}`, label: inLanguage(frame.lang, LEVELS[level]!) })),
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

export interface OrderPageProps {
  frame: Frame
  order: OrderView
  answers: AnswerView[]
  fulfilment: Fulfilment
  may_answer: boolean
  /** of the reader's own institution, where its answer is accepted */
  may_open: boolean
  may_see_classes: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function OrderPage({ frame, order, answers, fulfilment, values, errors, ...may }: OrderPageProps) {
  const w = words(frame.lang)
  const here = `/console/training-orders/${order.id}`
  const open = order.closed_at === null
  return (
    <Page
      {...frame}
      heading={order.title}
      tag={open ? { tone: 'info', text: w('进行中', 'Open') } : { tone: 'plain', text: w('已关闭', 'Closed') }}
      back={{ href: '/console/training-orders', label: w('培训订单', 'Training orders') }}
      actions={
        may.may_open &&
        open && (
          <a class="button primary" href={`/console/classes/new?order=${order.id}`}>
            {w('按此订单开班', 'Open a class for it')}
          </a>
        )
      }
    >
      <Card>
        <Facts
          items={[
            { label: w('订单方', 'Ordered by'), value: order.orderer_name },
            { label: w('职业等级', 'Occupation, level'), value: whatOf(order, frame.lang) },
            { label: w('完成日期', 'Due'), value: order.due_on },
            { label: w('上岗承诺', 'What is offered'), value: order.promise ?? '—' },
            ...(open ? [] : [{ label: w('关闭原因', 'Why it was closed'), value: order.closing_reason }]),
          ]}
        />
      </Card>
      <Kpis
        items={[
          { label: w('订单人数', 'Ordered'), value: fulfilment.ordered },
          { label: w('响应人数', 'Answered'), value: fulfilment.answered },
          { label: w('入学', 'Enrolled'), value: fulfilment.enrolled },
          { label: w('合格', 'Passed'), value: `${fulfilment.passed} / ${fulfilment.passed_rate.denominator}` },
          { label: w('上岗', 'Placed'), value: `${fulfilment.placed} / ${fulfilment.placed_rate.denominator}` },
        ]}
      />
      <Table
        caption={w('培训机构的响应', 'Answers')}
        empty={<Empty title={w('还没有培训机构响应。', 'No institution has answered yet.')} />}
        columns={[
          { key: 'institution', label: w('培训机构', 'Institution') },
          { key: 'people', label: w('人数', 'People'), numeric: true },
          { key: 'price', label: w('每人价格', 'Price each'), numeric: true },
          { key: 'starts', label: w('开班日期', 'Starts') },
          { key: 'note', label: w('说明', 'Note') },
          { key: 'state', label: w('处理', 'Decision') },
        ]}
        rows={answers.map((answer) => ({
          cells: {
            institution: answer.organisation_name,
            people: answer.people,
            price: answer.price_fen === null ? '—' : formatYuan(answer.price_fen),
            starts: answer.starts_on,
            note: answer.note ?? '—',
            state:
              answer.accepted !== null ? (
                <Tag tone={answer.accepted ? 'good' : 'plain'}>
                  {answer.accepted ? w('已接受', 'Accepted') : w('已谢绝', 'Declined')}
                </Tag>
              ) : (
                <Tag tone="info">{w('待处理', 'Waiting')}</Tag>
              ),
          },
        }))}
      />
      <Table
        caption={w('按此订单开的班', 'Classes')}
        empty={<Empty title={w('还没有按此订单开班。', 'No class was opened for it yet.')} />}
        columns={[
          { key: 'name', label: w('班名', 'Class') },
          { key: 'institution', label: w('培训机构', 'Institution') },
          { key: 'starts', label: w('开班', 'Starts') },
          { key: 'enrolled', label: w('入学', 'Enrolled'), numeric: true },
          { key: 'passed', label: w('合格', 'Passed'), numeric: true },
          { key: 'placed', label: w('上岗', 'Placed'), numeric: true },
        ]}
        rows={fulfilment.classes.map((group) => ({
          cells: {
            name: may.may_see_classes ? <a href={`/console/classes/${group.id}`}>{group.name}</a> : group.name,
            institution: group.organisation_name,
            starts: group.starts_on,
            enrolled: group.enrolled,
            passed: group.passed,
            placed: group.placed,
          },
        }))}
      />
      {open && may.may_answer && (
        <Card title={w('响应订单', 'Answer the order')}>
          <Form action={`${here}/answers`} errors={errors} submit={w('响应订单', 'Answer')}>
            <Field
              label={w('可培训人数', 'People you take')}
              name="people"
              type="number"
              required
              value={values.people}
              attributes={{ min: 1 }}
            />
            <Field label={w('每人价格（元）', 'Price each, yuan')} name="price_yuan" value={values.price_yuan} />
            <Field label={w('开班日期', 'Starts')} name="starts_on" type="date" required value={values.starts_on} />
            <Field label={w('说明', 'Note')} name="note" type="textarea" value={values.note} />
          </Form>
        </Card>
      )}
      {open &&
        order.mine &&
        answers
          .filter(({ accepted }) => accepted === null)
          .map((answer) => (
            <Card title={w(`处理“${answer.organisation_name}”的响应`, `The answer of ${answer.organisation_name}`)}>
              <Form action={`${here}/answers/${answer.id}`} errors={errors} submit={w('提交', 'Decide')}>
                <Field
                  label={w('处理', 'Decision')}
                  name="accepted"
                  type="select"
                  required
                  value={values.accepted}
                  options={[
                    { value: '', label: w('请选择', 'Choose') },
                    { value: 'true', label: w('接受', 'Accept') },
                    { value: 'false', label: w('谢绝', 'Decline') },
                  ]}
                />
                <Field label={w('理由', 'Reason')} name="reason" type="textarea" required value={values.reason} />
              </Form>
            </Card>
          ))}
      {open && order.mine && (
        <Card title={w('关闭订单', 'Close the order')}>
          <Form action={`${here}/closure`} errors={errors} submit={w('关闭订单', 'Close')}>
            <Field
              label={w('原因', 'Reason')}
              name="closing_reason"
              type="textarea"
              required
              value={values.closing_reason}
            />
          </Form>
        </Card>
      )}
    </Page>
  )
}
