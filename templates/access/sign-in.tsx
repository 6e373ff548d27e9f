/** The door: account and password, the second factor where one is due, and the city's own sign-in when configured. */
import { Field } from '../form.tsx'
import { type PublicFrame, PublicPage } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { words } from '../words.ts'

export interface SignInProps {
  frame: PublicFrame
  values: { username?: string | undefined; return_to?: string | undefined }
  /** why the last try was refused, in the reader's language */
  refusal?: string | undefined
  /** asks for the six figures as well */
  second_factor?: boolean
  /** where the city's own sign-in begins */
  single_sign_on?: string | null
}

export function SignIn({ frame, values, refusal, second_factor, single_sign_on }: SignInProps) {
  const w = words(frame.lang)
  return (
    <PublicPage {...frame} heading={w('登录护育台账', 'Sign in to Huyu')}>
      <p class="lead">
        {w(
          '养老护理员与托育从业人员的培训、证书与津贴，一本账。',
          'Training, certificates and allowances of care staff, in one register.',
        )}
      </p>
      <div class="card">
        <form method="post" action="/console/sign-in" class="form">
          {refusal && <Notice tone="bad">{refusal}</Notice>}
          {values.return_to && <input type="hidden" name="return_to" value={values.return_to} />}
          <Field
            label={w('账号', 'Account')}
            name="username"
            value={values.username}
            required
            attributes={{ autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false' }}
          />
          <Field
            label={w('密码', 'Password')}
            name="password"
            type="password"
            required
            attributes={{ autocomplete: 'current-password' }}
          />
          {second_factor && (
            <Field
              label={w('动态验证码', 'One-time code')}
              name="one_time_code"
              required
              hint={w('验证器应用上的 6 位数字', 'Six figures from your authenticator')}
              attributes={{ autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: 6 }}
            />
          )}
          <div class="actions">
            <button type="submit" class="button primary">
              {w('登录', 'Sign in')}
            </button>
            {single_sign_on && (
              <a class="button" href={single_sign_on}>
                {w('统一身份认证登录', 'Single sign-on')}
              </a>
            )}
          </div>
        </form>
      </div>
      <p class="quiet">
        {w('只想查一张证书？不需要账号：', 'Only checking a certificate? No account needed: ')}
        <a href="/v">{w('证书查验', 'verify a certificate')}</a>
      </p>
    </PublicPage>
  )
}
