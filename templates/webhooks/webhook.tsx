/** One webhook: where it goes, its last deliveries with every attempt, sending again, the secret, switching off and on. */
import { Confirm, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Tag, type Tone } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { type ShownWebhook, State } from './webhooks.tsx'

interface ShownDelivery {
  id: string
  event: string
  type: string
  record: { id: string; name: string; href: string }
  at: string
  status: 'waiting' | 'delivered' | 'given_up'
  status_name: string
  next_at: string | null
  attempts: { at: string; ms: number; result: string; answer: string | null }[]
}

export interface WebhookPageProps {
  frame: Frame
  webhook: ShownWebhook
  deliveries: ShownDelivery[]
  next: string | null
  may_write: boolean
  values: Record<string, string>
  errors: FormError[]
}

const TONES: Record<ShownDelivery['status'], Tone> = { waiting: 'info', delivered: 'good', given_up: 'bad' }

export function WebhookPage(props: WebhookPageProps) {
  const { frame, webhook, may_write } = props
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('推送', 'Webhook')}
      back={{ href: '/console/webhooks', label: w('事件推送', 'Webhooks') }}
      actions={
        may_write && (
          <a class="button" href={`/console/webhooks/${webhook.id}/amendment`}>
            {w('修改', 'Change')}
          </a>
        )
      }
    >
      <Card>
        <Facts
          items={[
            { label: w('接收地址', 'Address'), value: <code>{webhook.url}</code> },
            { label: w('状态', 'State'), value: <State disabled={webhook.disabled} w={w} /> },
            ...(webhook.disabled
              ? [
                  { label: w('停用时间', 'Disabled at'), value: webhook.disabled },
                  { label: w('停用原因', 'Why'), value: webhook.disabled_reason },
                ]
              : []),
            { label: w('事件', 'Events'), value: webhook.events.join(w('、', ', ')) },
            { label: w('待发送', 'Waiting'), value: webhook.waiting },
            ...(webhook.former_until
              ? [{ label: w('旧密钥签名到', 'Former secret signs until'), value: webhook.former_until }]
              : []),
          ]}
        />
      </Card>
      <h2>{w('最近的投递', 'Last deliveries')}</h2>
      <Deliveries {...props} />
      {may_write && <Settings {...props} />}
    </Page>
  )
}

function Deliveries({ frame, webhook, deliveries, next, may_write }: WebhookPageProps) {
  const w = words(frame.lang)
  return (
    <Results>
      <Table
        caption={w('最近的投递', 'Last deliveries')}
        empty={w('还没有发生可以推送的事件。', 'Nothing has happened yet that would be sent.')}
        details={w('每次尝试', 'Attempts')}
        columns={[
          { key: 'event', label: w('事件', 'Event') },
          { key: 'at', label: w('发生时间', 'Happened at') },
          { key: 'record', label: w('记录', 'Record') },
          { key: 'status', label: w('状态', 'State') },
          { key: 'last', label: w('最近一次', 'Last attempt') },
          ...(may_write && !webhook.disabled ? [{ key: 'replay', label: w('重发', 'Send again') }] : []),
        ]}
        rows={deliveries.map((delivery) => {
          const { id, event, type, at, record, status, status_name, next_at, attempts } = delivery
          return {
            label: `${event} ${at}`,
            cells: {
              event: (
                <>
                  {event}
                  <br />
                  <small>
                    <code>{type}</code>
                  </small>
                </>
              ),
              at,
              record: <a href={record.href}>{record.name}</a>,
              status: (
                <>
                  <Tag tone={TONES[status]}>{status_name}</Tag>
                  {next_at && !webhook.disabled && (
                    <>
                      <br />
                      <small>{w(`下次 ${next_at}`, `next ${next_at}`)}</small>
                    </>
                  )}
                </>
              ),
              last: attempts.at(-1)?.result ?? '—',
              replay: (
                <form method="post" action={`/console/webhooks/${webhook.id}/replay`}>
                  <input type="hidden" name="delivery_id" value={id} />
                  <button
                    type="submit"
                    class="button"
                    aria-label={w(`重发 ${event} ${at}`, `Send again: ${event} ${at}`)}
                  >
                    {w('重发', 'Send again')}
                  </button>
                </form>
              ),
            },
            detail: attempts.length > 0 && <Attempts {...delivery} w={w} />,
          }
        })}
      />
      <Pager next={next} />
    </Results>
  )
}

function Attempts({ attempts, id, record, w }: ShownDelivery & { w: ReturnType<typeof words> }) {
  return (
    <>
      <p class="quiet">
        webhook-id: <code>{id}</code>
        <br />
        {w('记录编号：', 'Record: ')}
        <code>{record.id}</code>
      </p>
      <ol>
        {attempts.map(({ at, ms, result, answer }) => (
          <li>
            {at} · {result} · {w(`${ms} 毫秒`, `${ms} ms`)}
            {answer && (
              <>
                {' '}
                · <q>{answer}</q>
              </>
            )}
          </li>
        ))}
      </ol>
    </>
  )
}

function Settings({ frame, webhook, values, errors }: WebhookPageProps) {
  const w = words(frame.lang)
  const path = `/console/webhooks/${webhook.id}`
  return (
    <>
      <Card title={w('密钥', 'Secret')}>
        <p>
          {w(
            '更换后显示新密钥；24 小时内新旧两个都签名，接收系统在此期间换上新的。',
            'The new secret is shown. For 24 hours both sign, in which the receiver takes the new one.',
          )}
        </p>
        <Form action={`${path}/secret-rotation`} submit={w('更换密钥', 'Exchange the secret')} />
      </Card>
      {webhook.disabled ? (
        <Card title={w('启用', 'Enable')}>
          <p>
            {w(
              '停用前等待的会继续发送；停用期间发生的事件不补发。',
              'What waited before is sent; what happened while it was disabled is not.',
            )}
          </p>
          <Form action={`${path}/enabling`} submit={w('启用', 'Enable')} />
        </Card>
      ) : (
        <Confirm
          action={`${path}/disabling`}
          errors={errors}
          submit={w('停用', 'Disable')}
          danger
          reason={{ label: w('停用原因', 'Reason'), value: values.reason }}
        >
          <h2>{w('停用', 'Disable')}</h2>
          <p>
            {w(
              '停用后不再发送；期间发生的事件以后也不补发。',
              'Nothing is sent any more; what happens meanwhile is not sent later either.',
            )}
          </p>
        </Confirm>
      )}
    </>
  )
}
