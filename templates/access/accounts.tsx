/** Accounts: who may sign in, and adding one. */
import { inLanguage, type Message } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Tabs, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'

export interface AccountsProps {
  frame: Frame
  accounts: {
    id: string
    username: string
    display_name: string
    role: string
    organisation_name: string | null
    district_code: string | null
    locked_until: Date | null
    disabled_at: Date | null
  }[]
  roles: Record<string, Message>
  now: Date
  /** only those that are locked are shown */
  locked: boolean
  may_add: boolean
}

export function Accounts({ frame, accounts, roles, now, locked, may_add }: AccountsProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('账号', 'Accounts')}
      actions={
        may_add && (
          <a class="button primary" href="/console/accounts/new">
            {w('新增账号', 'Add an account')}
          </a>
        )
      }
    >
      <Tabs
        label={w('状态', 'State')}
        items={[
          { label: w('全部', 'All'), href: '/console/accounts', current: !locked },
          { label: w('已锁定', 'Locked'), href: '/console/accounts?locked=true', current: locked },
        ]}
      />
      <Table
        caption={w('账号', 'Accounts')}
        empty={locked ? w('没有被锁定的账号。', 'No account is locked.') : w('还没有账号。', 'No accounts yet.')}
        columns={[
          { key: 'username', label: w('账号', 'Account') },
          { key: 'name', label: w('姓名', 'Name') },
          { key: 'role', label: w('角色', 'Role') },
          { key: 'place', label: w('机构或区划', 'Organisation or division') },
          { key: 'state', label: w('状态', 'State') },
        ]}
        rows={accounts.map((account) => ({
          cells: {
            username: account.username,
            name: account.display_name,
            role: roles[account.role] ? inLanguage(frame.lang, roles[account.role]!) : account.role,
            place: account.organisation_name ?? account.district_code ?? '—',
            state: account.disabled_at ? (
              <Tag tone="plain">{w('已停用', 'Disabled')}</Tag>
            ) : account.locked_until && account.locked_until > now ? (
              <Tag tone="warn">{w('已锁定', 'Locked')}</Tag>
            ) : (
              <Tag tone="good">{w('可用', 'Active')}</Tag>
            ),
          },
        }))}
      />
    </Page>
  )
}

export interface NewAccountProps {
  frame: Frame
  roles: Record<string, Message>
  values: Record<string, string>
  errors: FormError[]
}

export function NewAccount({ frame, roles, values, errors }: NewAccountProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('新增账号', 'New account')}
      back={{ href: '/console/accounts', label: w('账号', 'Accounts') }}
    >
      <div class="card">
        <Form
          action="/console/accounts"
          errors={errors}
          submit={w('新增账号', 'Add the account')}
          cancel="/console/accounts"
        >
          <Field
            label={w('账号', 'Account')}
            name="username"
            value={values.username}
            required
            hint={w('小写字母开头，可含数字', 'Starts with a lower-case letter')}
          />
          <Field label={w('姓名', 'Name')} name="display_name" value={values.display_name} required />
          <Field
            label={w('初始密码', 'First password')}
            name="password"
            type="password"
            required
            hint={w('至少 10 个字符', 'At least 10 characters')}
          />
          <Field
            label={w('角色', 'Role')}
            name="role"
            type="select"
            value={values.role}
            required
            options={Object.entries(roles).map(([value, label]) => ({ value, label: inLanguage(frame.lang, label) }))}
          />
          <Field
            label={w('所属机构编号', 'Organisation id')}
            name="organisation_id"
            value={values.organisation_id}
            hint={w('培训、评价、照护机构的账号必填', 'For accounts of institutions')}
          />
          <Field
            label={w('行政区划代码', 'Division code')}
            name="district_code"
            value={values.district_code}
            hint={w('区县账号必填，例如 330106；市级为 330100', 'For officers: 330106, or 330100 for the city')}
          />
        </Form>
      </div>
    </Page>
  )
}
