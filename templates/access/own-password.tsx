/** Changing one's own password, also the one that an administrator gave out. */
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { words } from '../words.ts'

/** `due`: nothing else can be done before. */
export function OwnPassword({ frame, due, errors }: { frame: Frame; due: boolean; errors: FormError[] }) {
  const w = words(frame.lang)
  return (
    <Page {...frame} heading={w('修改密码', 'Change password')}>
      {due && (
        <Notice tone="warn">
          {w(
            '您用的是管理员给的一次性密码。改成自己的密码后才能使用其他功能。',
            'You signed in with a one-time password. Choose one of your own before anything else.',
          )}
        </Notice>
      )}
      <div class="card">
        <Form
          action="/console/password"
          errors={errors}
          submit={w('修改密码', 'Change password')}
          cancel={due ? undefined : '/console'}
        >
          <Field
            label={due ? w('一次性密码', 'One-time password') : w('原密码', 'Present password')}
            name="old_password"
            type="password"
            required
            attributes={{ autocomplete: 'current-password' }}
          />
          <Field
            label={w('新密码', 'New password')}
            name="new_password"
            type="password"
            required
            hint={w(
              '至少 10 个字符；修改后其他设备上的登录全部退出',
              'At least 10 characters; you are then signed out everywhere else',
            )}
            attributes={{ autocomplete: 'new-password' }}
          />
        </Form>
      </div>
    </Page>
  )
}
