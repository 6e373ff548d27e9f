/** Accounts: who may sign in, and adding one. */
import { STANDINGS, type Standing } from '../../src/access/account-rules.ts'
import { inLanguage, type Message } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Tabs } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { type Account, LastSignIn, StandingTags } from './account.tsx'

export interface AccountsProps {
  frame: Frame
  accounts: (Pick<Account, 'id' | 'username' | 'display_name' | 'last_sign_in_at' | 'last_sign_in_by' | 'standings'> & {
    role: string
    organisation_name: string | null
    district_code: string | null
    township_name: string | null
  })[]
  counts: Record<Standing | 'all', number>
  /** only those that stand so are shown */
  standing: Standing | null
  unused_days: number
  next: string | null
  roles: Record<string, Message>
  may_add: boolean
}

export function Accounts({ frame, accounts, counts, standing, unused_days, next, roles, may_add }: AccountsProps) {
  const w = words(frame.lang)
  const meaning = {
    left: w(
      '账号所属机构已停办，或账号的人员已不在该机构任职。核实后停用。',
      'The organisation is closed, or the person the account was made for works there no more. Look into it, then disable.',
    ),
    unused: w(
      `${unused_days} 天内无人登录。核实后停用。`,
      `Nobody signed in for ${unused_days} days. Look into it, then disable.`,
    ),
    locked: null,
    disabled: null,
  }
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
          { label: w('全部', 'All'), href: '/console/accounts', current: !standing, count: counts.all },
          ...(Object.keys(STANDINGS) as Standing[]).map((one) => ({
            label: inLanguage(frame.lang, STANDINGS[one]),
            href: `/console/accounts?standing=${one}`,
            current: one === standing,
            count: counts[one],
          })),
        ]}
      />
      {standing && meaning[standing] && <p class="quiet">{meaning[standing]}</p>}
      <Results>
        <Table
          caption={w('账号', 'Accounts')}
          empty={standing ? w('没有这样的账号。', 'No account stands so.') : w('还没有账号。', 'No accounts yet.')}
          columns={[
            { key: 'username', label: w('账号', 'Account') },
            { key: 'name', label: w('姓名', 'Name') },
            { key: 'role', label: w('角色', 'Role') },
            { key: 'place', label: w('机构或区划', 'Organisation or division') },
            { key: 'last', label: w('最近登录', 'Last sign-in') },
            { key: 'state', label: w('状态', 'State') },
          ]}
          rows={accounts.map((account) => ({
            cells: {
              username: <a href={`/console/accounts/${account.id}`}>{account.username}</a>,
              name: account.display_name,
              role: roles[account.role] ? inLanguage(frame.lang, roles[account.role]!) : account.role,
              place: account.organisation_name ?? account.township_name ?? account.district_code ?? '—',
              last: <LastSignIn account={account} />,
              state: <StandingTags standings={account.standings} lang={frame.lang} />,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
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
          <Field
            label={w('镇街代码', 'Township code')}
            name="township_code"
            value={values.township_code}
            hint={w(
              '仅镇街账号：只看、只审所在镇街的机构；不填则看全区县，审没有登记镇街的机构',
              'For townships: it sees and reviews its own alone; without one it sees the district and reviews what has no township on record',
            )}
          />
        </Form>
      </div>
    </Page>
  )
}
