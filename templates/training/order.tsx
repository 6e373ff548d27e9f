/** One training order with its answers and how far it is filled. */
import { addDays } from '../../src/platform/calendar.ts'
import { formatYuan } from '../../src/platform/money.ts'
import type { AnswerView, Fulfilment, OrderView } from '../../src/training/order-shapes.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Kpis, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { whatOf } from './orders.tsx'

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
          { label: w('入学', 'Enrolled'), value: fulfilment.enrolled, href: `${here}/people?figure=enrolled` },
          {
            label: w('合格', 'Passed'),
            value: `${fulfilment.passed} / ${fulfilment.passed_rate.denominator}`,
            href: `${here}/people?figure=passed`,
          },
          {
            label: w('上岗', 'Placed'),
            value: `${fulfilment.placed} / ${fulfilment.placed_rate.denominator}`,
            href: `${here}/people?figure=placed`,
          },
        ]}
      />
      <p class="quiet">
        {order.orderer_organisation_id
          ? w(
              '同一人在几个班只计一次。上岗：已合格，且今天在订单方任职。',
              'Whoever is in several classes counts once. Placed: passed, and employed by the orderer today.',
            )
          : w(
              '同一人在几个班只计一次。上岗：已合格，且今天在订单方辖区内的机构任职。',
              'Whoever is in several classes counts once. Placed: passed, and employed in the division of the orderer today.',
            )}
      </p>
      <Table
        caption={w('培训机构的响应', 'Answers')}
        empty={<Empty title={w('还没有培训机构响应。', 'No institution has answered yet.')} />}
        columns={[
          { key: 'institution', label: w('培训机构', 'Institution') },
          { key: 'people', label: w('人数', 'People'), numeric: true },
          { key: 'price', label: w('每人价格', 'Price each'), numeric: true },
          { key: 'days', label: w('培训日期', 'Days') },
          { key: 'note', label: w('说明', 'Note') },
          { key: 'state', label: w('处理', 'Decision') },
        ]}
        rows={answers.map((answer) => ({
          cells: {
            institution: answer.organisation_name,
            people: (
              <>
                {answer.people}{' '}
                {answer.surplus > 0 && (
                  <Tag tone="warn">{w(`比还缺的多 ${answer.surplus} 人`, `${answer.surplus} more than needed`)}</Tag>
                )}
              </>
            ),
            price: answer.price_fen === null ? '—' : formatYuan(answer.price_fen),
            days: answer.ends_on ? `${answer.starts_on} – ${addDays(answer.ends_on, -1)}` : answer.starts_on,
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
            <Field label={w('最后一天', 'Last day')} name="last_day" type="date" value={values.last_day} />
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
