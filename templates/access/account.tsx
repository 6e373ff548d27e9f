/** One account: whose it is, when it was used, what was decided about it; and the forms that decide. */
import { DECIDED, DECISIONS, type Decision, STANDINGS, type Standing } from '../../src/access/account-rules.ts'
import { localTime } from '../../src/platform/calendar.ts'
import { inLanguage, type Message } from '../../src/platform/errors.ts'
import { Confirm, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Notice, Tag, Timeline, type Tone } from '../parts.tsx'
import { useWords, words } from '../words.ts'
import { Identities, type LinkedIdentity } from './identities.tsx'

const LIST = '/console/accounts'

export interface Account {
  id: string
  username: string
  display_name: string
  organisation_id: string | null
  organisation_name: string | null
  district_code: string | null
  township_code: string | null
  township_name: string | null
  person_id: string | null
  created_at: Date
  last_sign_in_at: Date | null
  last_sign_in_by: string | null
  password_reset_at: Date | null
  locked_until: Date | null
  standings: Standing[]
}

export interface AccountProps {
  frame: Frame
  account: Account
  role: Message
  decisions: { kind: string; reason: string; decided_at: Date; by: string | null }[]
  may_decide: Decision[]
  identities: LinkedIdentity[]
  may_link: boolean
  may_withdraw: boolean
}

const TONES: Record<Standing, Tone> = { disabled: 'plain', locked: 'warn', unused: 'warn', left: 'bad' }

/** How the account stands, in words; usable where nothing is said against it. */
export function StandingTags({ standings, lang }: { standings: Standing[]; lang: Frame['lang'] }) {
  const w = words(lang)
  if (standings.length === 0) return <Tag tone="good">{w('可用', 'Active')}</Tag>
  return (
    <>
      {standings.map((standing) => (
        <Tag tone={TONES[standing]}>{inLanguage(lang, STANDINGS[standing])}</Tag>
      ))}
    </>
  )
}

/** When somebody signed in to it last, and by what. */
export function LastSignIn({ account }: { account: Pick<Account, 'last_sign_in_at' | 'last_sign_in_by'> }) {
  const w = useWords()
  if (!account.last_sign_in_at) return <>{w('从未登录', 'Never')}</>
  const time = localTime(account.last_sign_in_at)
  return <>{account.last_sign_in_by === 'oidc' ? w(`${time}（统一身份）`, `${time} (single sign-on)`) : time}</>
}

export function AccountPage({ frame, account, role, decisions, may_decide, ...rest }: AccountProps) {
  const w = words(frame.lang)
  const place = account.organisation_id ? (
    <a href={`/console/organisations/${account.organisation_id}`}>{account.organisation_name}</a>
  ) : account.township_code ? (
    `${account.township_name} ${account.township_code}`
  ) : (
    (account.district_code ?? '—')
  )
  return (
    <Page
      {...frame}
      heading={account.username}
      back={{ href: LIST, label: w('账号', 'Accounts') }}
      actions={may_decide.map((one) => (
        <a class={one === 'disabling' ? 'button danger' : 'button'} href={`${LIST}/${account.id}/${one}`}>
          {inLanguage(frame.lang, DECISIONS[one])}
        </a>
      ))}
    >
      <Card title={w('账号资料', 'The account')}>
        <Facts
          items={[
            { label: w('姓名', 'Name'), value: account.display_name },
            { label: w('角色', 'Role'), value: inLanguage(frame.lang, role) },
            { label: w('机构或区划', 'Organisation or division'), value: place },
            ...(account.person_id
              ? [
                  {
                    label: w('人员', 'Person'),
                    value: <a href={`/console/people/${account.person_id}`}>{w('查看档案', 'Open the record')}</a>,
                  },
                ]
              : []),
            { label: w('状态', 'State'), value: <StandingTags standings={account.standings} lang={frame.lang} /> },
            ...(account.standings.includes('locked')
              ? [{ label: w('锁定至', 'Locked until'), value: localTime(account.locked_until!) }]
              : []),
            { label: w('最近登录', 'Last sign-in'), value: <LastSignIn account={account} /> },
            {
              label: w('密码', 'Password'),
              value: account.password_reset_at
                ? w(
                    `${localTime(account.password_reset_at)} 重置，待本人修改`,
                    `Reset at ${localTime(account.password_reset_at)}, not changed yet`,
                  )
                : w('本人设置', 'Their own'),
            },
            { label: w('新增于', 'Added'), value: localTime(account.created_at) },
          ]}
        />
        <p class="quiet">
          {w(
            '角色和所属机构或区划定了就不再更改：换了岗位，请停用这个账号，另建一个。',
            'Role and place of an account never change: for other work, disable it and add another.',
          )}
        </p>
      </Card>
      <Identities account_id={account.id} items={rest.identities} {...rest} />
      <Card title={w('处理记录', 'Decisions')}>
        {decisions.length === 0 ? (
          <Empty title={w('没有停用、解锁或重置过。', 'It was never disabled, unlocked or reset.')} />
        ) : (
          <Timeline
            items={decisions.map(({ kind, reason, decided_at, by }) => ({
              at: localTime(decided_at),
              title: DECIDED[kind] ? inLanguage(frame.lang, DECIDED[kind]) : kind,
              who: by ?? w('系统', 'the system'),
              body: reason,
              tone: kind === 'disabled' || kind === 'moved' ? 'bad' : undefined,
            }))}
          />
        )}
      </Card>
    </Page>
  )
}

const CONSEQUENCES: Record<Decision, Message> = {
  disabling: {
    zh: '停用后不能再登录，已有的登录立即退出。做过的事都留在记录里，以后可以恢复。',
    en: 'Nobody can sign in to it any more, and open sessions end at once. What it did stays on record; it can be enabled again.',
  },
  enabling: {
    zh: '恢复后可以用原来的密码登录。',
    en: 'The account can be signed in to again, with the same password.',
  },
  unlocking: {
    zh: '解除后马上可以登录。忘了密码的，请改用“重置密码”。',
    en: 'It can be signed in to at once. If the password is forgotten, reset it instead.',
  },
  'password-reset': {
    zh: '系统给出一个只显示一次的密码，原密码作废，已有的登录立即退出，锁定解除。本人用它登录后必须先改密码。请先核实是本人提出的。',
    en: 'A password is shown once; the present one no longer works, open sessions end, a lock is lifted. Its holder must change it before anything else. Make sure that it is the holder who asks.',
  },
}

export interface DecisionFormProps {
  frame: Frame
  decision: Decision
  account: { id: string; username: string; display_name: string }
  values: Record<string, string>
  errors: FormError[]
}

/** What follows is said before the button. */
export function DecisionForm({ frame, decision, account, values, errors }: DecisionFormProps) {
  const w = words(frame.lang)
  const back = `${LIST}/${account.id}`
  const label = inLanguage(frame.lang, DECISIONS[decision])
  return (
    <Page {...frame} heading={label} back={{ href: back, label: account.username }}>
      <Confirm
        action={`${back}/${decision}`}
        errors={errors}
        submit={label}
        cancel={back}
        danger={decision === 'disabling'}
        reason={{ label: w('理由', 'Reason'), value: values.reason }}
      >
        <p>
          <strong>{account.username}</strong> {account.display_name}
        </p>
        <p>{inLanguage(frame.lang, CONSEQUENCES[decision])}</p>
      </Confirm>
    </Page>
  )
}

/** Shown once, as the answer to the form: in no address, and nowhere kept. */
export function OneTimePassword({
  frame,
  account,
}: {
  frame: Frame
  account: { id: string; username: string; one_time_password: string }
}) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('一次性密码', 'One-time password')}
      back={{ href: `${LIST}/${account.id}`, label: account.username }}
    >
      <Notice tone="warn">
        {w(
          '这个密码只在本页显示一次，离开后无法再看，请现在就当面或电话告诉本人。',
          'The password is on this page only and cannot be shown again: tell its holder now, in person or by telephone.',
        )}
      </Notice>
      <Card>
        <Facts
          items={[
            { label: w('账号', 'Account'), value: account.username },
            { label: w('一次性密码', 'One-time password'), value: <code>{account.one_time_password}</code> },
          ]}
        />
      </Card>
      <p>
        <a class="button" href={`${LIST}/${account.id}`}>
          {w('已告诉本人，回到账号', 'Told; back to the account')}
        </a>
      </p>
    </Page>
  )
}
