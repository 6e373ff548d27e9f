/** One key for an institution's own systems: making it, the one page that shows it, what it may and has done, and its end. */
import { type ApiKeyScope, KEY_STATES, type KeyState, SCOPES } from '../../src/access/api-key-rules.ts'
import type { ApiKeyView, MadeApiKey } from '../../src/access/api-key-shapes.ts'
import { ROLES } from '../../src/access/rules.ts'
import { localTime } from '../../src/platform/calendar.ts'
import type { Role } from '../../src/platform/context.ts'
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import { Confirm, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Notice, type Tone } from '../parts.tsx'
import { words } from '../words.ts'

export const HERE = '/console/api-keys'

export interface NewApiKeyProps {
  frame: Frame
  /** what the reader's role may give */
  reading: [ApiKeyScope, Message][]
  writing: [ApiKeyScope, Message][]
  ticked: { reading: string[]; writing: string[] }
  days: { first: string; last: string }
  values: Record<string, string>
  errors: FormError[]
}

export function NewApiKey({ frame, reading, writing, ticked, days, values, errors }: NewApiKeyProps) {
  const w = words(frame.lang)
  const options = (scopes: [ApiKeyScope, Message][]) =>
    scopes.map(([scope, label]) => ({ value: scope, label: ` ${inLanguage(frame.lang, label)} (${scope})` }))
  return (
    <Page {...frame} heading={w('新建接口密钥', 'New API key')} back={{ href: HERE, label: w('接口密钥', 'API keys') }}>
      <div class="card">
        <Form action={HERE} errors={errors} submit={w('新建密钥', 'Make the key')} cancel={HERE}>
          <Field
            label={w('名称', 'Name')}
            name="name"
            value={values.name}
            required
            hint={w('用它的系统，例如“人事系统”', 'The system that uses it, such as “payroll”')}
          />
          <Field
            label={w('有效期至', 'Valid until')}
            name="valid_until"
            type="date"
            value={values.valid_until}
            hint={w(`最后一天，最长一年（${days.last}）`, `The last day, a year at most (${days.last})`)}
            attributes={{ min: days.first, max: days.last }}
          />
          <Field
            label={w('可以读取', 'May read')}
            name="reading"
            type="choices"
            values={ticked.reading}
            options={options(reading)}
            hint={w('只勾需要的', 'Tick what is needed, no more')}
          />
          {writing.length > 0 && (
            <Field
              label={w('可以写入', 'May write')}
              name="writing"
              type="choices"
              values={ticked.writing}
              options={options(writing)}
            />
          )}
        </Form>
      </div>
    </Page>
  )
}

export function MadeKey({ frame, made, address }: { frame: Frame; made: MadeApiKey; address: string }) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={made.name} back={{ href: HERE, label: w('接口密钥', 'API keys') }}>
      <Notice tone="warn">
        {w(
          '密钥只在这里显示这一次，系统不保存原文。请现在复制到使用它的系统中。',
          'This is the only time the key is shown: it is not kept. Copy it into the system that uses it now.',
        )}
      </Notice>
      <Card title={w('密钥', 'The key')}>
        <Field
          label={w('整串复制', 'Copy all of it')}
          name="key"
          value={made.key}
          attributes={{ readonly: true, size: 82, autocomplete: 'off', spellcheck: 'false' }}
        />
        <p>{w('试一试：', 'Try it:')}</p>
        <p class="wrap">
          <code>
            curl -H "Authorization: Bearer {made.key}" {address}/api/v1/me
          </code>
        </p>
      </Card>
      <p>
        <a class="button primary" href={`${HERE}/${made.id}`}>
          {w('已经复制', 'I have copied it')}
        </a>
      </p>
    </Page>
  )
}

export interface ApiKeyProps {
  frame: Frame
  api_key: ApiKeyView
  may_rotate: boolean
  may_revoke: boolean
  values: Record<string, string>
  errors: FormError[]
}

export function ApiKey({ frame, api_key, may_rotate, may_revoke, values, errors }: ApiKeyProps) {
  const w = words(frame.lang)
  const { id, revoked_at, last_used_at } = api_key
  return (
    <Page
      {...frame}
      heading={api_key.name}
      tag={tagOf(api_key.status, frame.lang)}
      back={{ href: HERE, label: w('接口密钥', 'API keys') }}
    >
      <Card>
        <Facts
          items={[
            { label: w('密钥开头', 'Begins with'), value: <code>{api_key.prefix}…</code> },
            { label: w('机构或区划', 'Organisation or division'), value: placeOf(api_key, frame.lang) },
            { label: w('角色', 'Role'), value: inLanguage(frame.lang, ROLES[api_key.role as Role]) },
            { label: w('新建', 'Made'), value: `${localTime(api_key.made_at)} ${api_key.made_by}` },
            { label: w('有效期至', 'Valid until'), value: api_key.valid_until },
            {
              label: w('最近使用', 'Last used'),
              value: last_used_at ? localTime(last_used_at) : w('没有用过', 'Never'),
            },
            ...(revoked_at
              ? [
                  { label: w('撤销', 'Revoked'), value: `${localTime(revoked_at)} ${api_key.revoked_by}` },
                  { label: w('撤销原因', 'Why'), value: api_key.revocation_reason },
                ]
              : []),
          ]}
        />
        <h2>{w('权限', 'Scopes')}</h2>
        <ul>
          {api_key.scopes.map((scope) => (
            <li>
              {inLanguage(frame.lang, SCOPES[scope])} <code>{scope}</code>
            </li>
          ))}
        </ul>
      </Card>
      {may_rotate && (
        <Card title={w('更换', 'Replace')}>
          <p>
            {w(
              '新建一个同名、同权限的密钥。旧密钥继续有效，等系统换用新密钥后再撤销旧的，业务不中断。',
              'Makes another key of the same name and scopes. This one stays live: revoke it once your system uses the new one, and nothing stops in between.',
            )}
          </p>
          <Form
            action={`${HERE}/${id}/rotation`}
            errors={errors.filter(({ pointer }) => pointer !== '/reason')}
            submit={w('新建下一个密钥', 'Make the next key')}
          />
        </Card>
      )}
      {may_revoke && (
        <Confirm
          action={`${HERE}/${id}/revocation`}
          errors={errors.filter(({ pointer }) => pointer === '/reason')}
          submit={w('撤销密钥', 'Revoke the key')}
          danger
          reason={{ label: w('撤销原因', 'Reason'), value: values.reason }}
        >
          <h2>{w('撤销', 'Revoke')}</h2>
          <p>
            {w(
              `撤销后 ${api_key.prefix} 立即失效，用它的系统马上不能调用接口；撤销不能恢复。`,
              `${api_key.prefix} opens no more from that moment, and the system that uses it is shut out. A revocation cannot be taken back.`,
            )}
          </p>
        </Confirm>
      )}
    </Page>
  )
}

export function tagOf(status: KeyState, lang: Lang): { tone: Tone; text: string } {
  return { tone: status === 'live' ? 'good' : 'plain', text: inLanguage(lang, KEY_STATES[status]) }
}

/** The organisation, the division, or the office where there is neither. */
export function placeOf({ organisation_name, district_code, role }: ApiKeyView, lang: Lang): string {
  return organisation_name ?? district_code ?? inLanguage(lang, ROLES[role as Role])
}
