/** What a trainee's phone shows: the code, who they are, and whether they are checked in. */
import { Field, Form, type FormError } from '../form.tsx'
import { type PublicFrame, PublicPage } from '../layout.tsx'
import { words } from '../words.ts'

export interface CheckInProps {
  frame: PublicFrame
  /** where the form is posted: the scanned address, or the page for digits */
  action: string
  /** false where the address carries it */
  asks_code: boolean
  /** display name of a carer who is signed in, and needs no other proof */
  signed_in: string | null
  values: Record<string, string>
  errors: FormError[]
}

/** `/c/:token` and `/check-in`. Posts, so that no name stands in an address or a log. */
export function CheckIn({ frame, action, asks_code, signed_in, values, errors }: CheckInProps) {
  const w = words(frame.lang)
  return (
    <PublicPage {...frame} heading={w('培训签到', 'Check in to a class')}>
      <p class="lead">
        {signed_in
          ? w(`${signed_in}，点“签到”即可。`, `${signed_in}, press the button to check in.`)
          : w(
              '填写报名时的姓名和证件号码后四位。签到不用拍照，也不记录位置。',
              'Your name as enrolled and the last four of your document. No photo is taken and no place is recorded.',
            )}
      </p>
      <div class="card">
        <Form action={action} errors={errors} submit={w('签到', 'Check in')}>
          {asks_code && (
            <Field
              label={w('签到码', 'Code')}
              name="code"
              required
              value={values.code}
              hint={w('教室屏幕上现在显示的 6 位数字', 'The six digits on the screen now')}
              attributes={{ autocomplete: 'off', inputmode: 'numeric', maxlength: 7 }}
            />
          )}
          {!signed_in && (
            <>
              <Field
                label={w('姓名', 'Name')}
                name="name"
                required
                value={values.name}
                attributes={{ autocomplete: 'name' }}
              />
              <Field
                label={w('证件号码后四位', 'Last four of the document')}
                name="id_last4"
                required
                value={values.id_last4}
                attributes={{ autocomplete: 'off', maxlength: 4, size: 6, autocapitalize: 'characters' }}
              />
            </>
          )}
        </Form>
      </div>
      {!signed_in && (
        <p class="links">
          <a href="/console/sign-in">{w('有账号的请先登录', 'Sign in if you have an account')}</a>
        </p>
      )}
    </PublicPage>
  )
}

export interface CheckedInProps {
  frame: PublicFrame
  class_name: string
  topic: string
  held_on: string
  /** `YYYY-MM-DD HH:MM`, Asia/Shanghai */
  at: string
  already: boolean
  own_page: boolean
}

export function CheckedIn({ frame, class_name, topic, held_on, at, already, own_page }: CheckedInProps) {
  const w = words(frame.lang)
  return (
    <PublicPage {...frame} heading={w('培训签到', 'Check in to a class')}>
      <div class="card verdict good">
        <p class="word">
          <span class="sign" aria-hidden="true">
            ✓
          </span>
          <strong>{already ? w('已经签过到', 'Checked in before') : w('签到成功', 'Checked in')}</strong>
        </p>
        <p>
          {class_name}
          <br />
          {held_on} {topic}
        </p>
        <p class="quiet">{w(`签到时间 ${at}（北京时间）`, `At ${at} (UTC+8)`)}</p>
      </div>
      {own_page && (
        <p class="links">
          <a href="/console/check-ins">{w('我的签到', 'My check-ins')}</a>
        </p>
      )}
    </PublicPage>
  )
}
