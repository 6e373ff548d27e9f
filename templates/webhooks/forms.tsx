/** Adding and changing a webhook, and the page that shows its secret this once. */
import { Field, Form, type FormError, type Option } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Notice } from '../parts.tsx'
import { words } from '../words.ts'

export interface WebhookFormProps {
  frame: Frame
  /** null: a new one */
  id: string | null
  choices: Option[]
  chosen: string[]
  values: Record<string, string>
  errors: FormError[]
}

export function WebhookForm({ frame, id, choices, chosen, values, errors }: WebhookFormProps) {
  const w = words(frame.lang)
  const path = id ? `/console/webhooks/${id}` : '/console/webhooks'
  return (
    <Page
      {...frame}
      heading={id ? w('修改推送', 'Change a webhook') : w('新增推送', 'New webhook')}
      back={{ href: path, label: id ? w('推送', 'Webhook') : w('事件推送', 'Webhooks') }}
    >
      <div class="card">
        <Form
          action={id ? `${path}/amendment` : path}
          errors={errors}
          submit={id ? w('保存', 'Save') : w('新增并显示密钥', 'Add it and show the secret')}
          cancel={path}
        >
          {id && <input type="hidden" name="revision" value={values.revision} />}
          <Field
            label={w('接收地址', 'Address')}
            name="url"
            type="url"
            required
            value={values.url}
            hint={w(
              '以 https:// 开头，在互联网上可以访问；不跟随跳转，10 秒内要答复 2xx',
              'Begins with https:// and can be reached from the internet; redirects are not followed, and it answers 2xx within ten seconds',
            )}
          />
          <Field
            label={w('事件', 'Events')}
            name="events"
            type="choices"
            required
            values={chosen}
            options={choices}
            hint={w('可多选；只推送您有权查看的记录', 'One or more; only of records that you may read')}
          />
        </Form>
      </div>
    </Page>
  )
}

export interface WebhookSecretProps {
  frame: Frame
  id: string
  secret: string
  former_until: string | null
}

export function WebhookSecret({ frame, id, secret, former_until }: WebhookSecretProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('推送密钥', 'Secret of the webhook')}
      back={{ href: `/console/webhooks/${id}`, label: w('推送', 'Webhook') }}
    >
      <Notice tone="warn">
        {w(
          '密钥只显示这一次，请现在复制到接收系统。遗失了可以更换。',
          'The secret is shown this once: copy it into the receiver now. If it is lost, exchange it.',
        )}
      </Notice>
      <Card title={w('密钥', 'Secret')}>
        <p>
          <code class="secret">{secret}</code>
        </p>
        <p class="quiet">
          {w(
            '接收系统用它核对每条通知的 webhook-id、webhook-timestamp、webhook-signature（Standard Webhooks）。',
            'The receiver checks webhook-id, webhook-timestamp and webhook-signature of each message with it (Standard Webhooks).',
          )}
        </p>
        {former_until && (
          <p>
            {w(`旧密钥到 ${former_until} 为止仍同时签名。`, `The former secret signs beside it until ${former_until}.`)}
          </p>
        )}
      </Card>
    </Page>
  )
}
