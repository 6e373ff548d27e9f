/** Who an account is at the city's own sign-in: the list on its page, linking one, taking one back. */
import { localTime } from '../../src/platform/calendar.ts'
import { Confirm, Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords, words } from '../words.ts'

export interface LinkedIdentity {
  id: string
  account_id: string
  username: string
  issuer: string
  subject: string
  reason: string
  linked_at: Date
  linked_by: string | null
  withdrawal_reason: string | null
  withdrawn_at: Date | null
  withdrawn_by: string | null
}

/** Nothing where there is no single sign-on and never was. */
export function Identities({
  account_id,
  items,
  may_link,
  may_withdraw,
}: {
  account_id: string
  items: LinkedIdentity[]
  may_link: boolean
  may_withdraw: boolean
}) {
  const w = useWords()
  if (items.length === 0 && !may_link) return null
  return (
    <Card
      title={w('统一身份', 'Single sign-on')}
      actions={
        may_link && (
          <a class="button" href={`/console/accounts/${account_id}/identities`}>
            {w('关联统一身份', 'Link an identity')}
          </a>
        )
      }
    >
      <Table
        caption={w('统一身份', 'Single sign-on')}
        empty={w('还没有关联，只能用密码登录。', 'None is linked: the account is opened by its password alone.')}
        columns={[
          { key: 'subject', label: w('编号', 'Subject') },
          { key: 'issuer', label: w('认证方', 'Issuer') },
          { key: 'linked', label: w('关联', 'Linked') },
          { key: 'state', label: w('状态', 'State') },
          { key: 'act', label: w('处理', 'Act') },
        ]}
        rows={items.map((identity) => ({
          cells: {
            subject: <code>{identity.subject}</code>,
            issuer: identity.issuer,
            linked: (
              <>
                {localTime(identity.linked_at)} {identity.linked_by}
                {w('：', ': ')}
                {identity.reason}
              </>
            ),
            state: identity.withdrawn_at ? (
              <>
                <Tag tone="plain">{w('已取消', 'Taken back')}</Tag> {localTime(identity.withdrawn_at)}{' '}
                {identity.withdrawn_by}
                {w('：', ': ')}
                {identity.withdrawal_reason}
              </>
            ) : (
              <Tag tone="good">{w('有效', 'In force')}</Tag>
            ),
            act:
              may_withdraw && !identity.withdrawn_at ? (
                <a href={`/console/account-identities/${identity.id}/withdrawal`}>{w('取消关联', 'Take back')}</a>
              ) : (
                '—'
              ),
          },
        }))}
      />
    </Card>
  )
}

export interface IdentityFormProps {
  frame: Frame
  account: { id: string; username: string; display_name: string }
  issuer: string
  values: Record<string, string>
  errors: FormError[]
}

export function IdentityForm({ frame, account, issuer, values, errors }: IdentityFormProps) {
  const w = words(frame.lang)
  const back = `/console/accounts/${account.id}`
  return (
    <Page {...frame} heading={w('关联统一身份', 'Link an identity')} back={{ href: back, label: account.username }}>
      <div class="card">
        <p>
          {w(
            `关联后，在 ${issuer} 以这个编号登录的人就以账号 ${account.username}（${account.display_name}）进入。请先核实是同一个人。`,
            `Whoever is this subject at ${issuer} then enters as the account ${account.username} (${account.display_name}). Make sure that it is the same person.`,
          )}
        </p>
        <Form action={`${back}/identities`} errors={errors} submit={w('关联', 'Link')} cancel={back}>
          <Field
            label={w('编号', 'Subject')}
            name="subject"
            value={values.subject}
            required
            hint={w(
              '本人用统一身份登录一次，被拒绝的页面上写着这个编号',
              'They sign in there once: the page that refuses them says it',
            )}
            attributes={{ autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' }}
          />
          <Field label={w('理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
        </Form>
      </div>
    </Page>
  )
}

export interface IdentityWithdrawalProps {
  frame: Frame
  identity: LinkedIdentity
  values: Record<string, string>
  errors: FormError[]
}

export function IdentityWithdrawalForm({ frame, identity, values, errors }: IdentityWithdrawalProps) {
  const w = words(frame.lang)
  const back = `/console/accounts/${identity.account_id}`
  return (
    <Page {...frame} heading={w('取消关联', 'Take an identity back')} back={{ href: back, label: identity.username }}>
      <Confirm
        action={`/console/account-identities/${identity.id}/withdrawal`}
        errors={errors}
        submit={w('取消关联', 'Take back')}
        cancel={back}
        danger
        reason={{ label: w('理由', 'Reason'), value: values.reason }}
      >
        <p>
          {w(
            `取消后，${identity.subject} 不能再进入账号 ${identity.username}；已打开的登录到期前仍有效，要立即退出请停用账号或重置密码。`,
            `${identity.subject} can no longer enter the account ${identity.username}; a session that is open goes on until it ends. To end it now, disable the account or reset its password.`,
          )}
        </p>
      </Confirm>
    </Page>
  )
}
