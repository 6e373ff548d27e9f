/** The forms about one person: registering, correcting, showing a number. */
import type { PropsWithChildren } from 'hono/jsx'
import { EDUCATIONS, ID_TYPES, WORKFORCES } from '../../src/people/rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { words } from '../words.ts'
import { choices, UNSAID } from './parts.tsx'

type Values = Record<string, string>

/** What every form has; `values` are those sent before, or what is on record. */
export interface FormPageProps {
  frame: Frame
  values: Values
  errors: FormError[]
}
export type PersonFormProps = FormPageProps & { person: { id: string; name: string } }

export function NewPersonForm({ frame, values, errors }: FormPageProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('新增人员', 'Add a person')}
      back={{ href: '/console/people', label: w('从业人员', 'People') }}
    >
      <div class="card">
        <p class="quiet">
          {w(
            '同一证件只登记一次：已由别的机构登记的，姓名一致即进入本机构名册。证件号码和银行账号加密保存。',
            'A document is registered once: somebody registered elsewhere joins your roster when the name is the same. Numbers are kept encrypted.',
          )}
        </p>
        <Form action="/console/people" errors={errors} submit={w('登记人员', 'Register')} cancel="/console/people">
          <Field
            label={w('姓名', 'Name')}
            name="name"
            value={values.name}
            required
            attributes={{ autocomplete: 'off' }}
          />
          <Field
            label={w('证件类型', 'Document')}
            name="id_type"
            type="select"
            value={values.id_type}
            options={choices(ID_TYPES, frame.lang)}
          />
          <Field
            label={w('证件号码', 'ID number')}
            name="id_number"
            value={values.id_number}
            required
            hint={w('末位的 x 大小写均可', 'The last x may be written small')}
            attributes={{ autocomplete: 'off', spellcheck: 'false' }}
          />
          <Field
            label={w('从业类别', 'Workforce')}
            name="workforce"
            type="select"
            value={values.workforce}
            required
            options={choices(WORKFORCES, frame.lang)}
          />
          <Details
            frame={frame}
            values={values}
            account_hint={w('津贴发到本人这个账号', 'The allowance is paid to this account')}
          />
        </Form>
      </div>
    </Page>
  )
}

export function AmendmentForm({ frame, person, values, errors }: PersonFormProps) {
  const w = words(frame.lang)
  return (
    <AboutPerson frame={frame} person={person} heading={w('更正资料', 'Correct')}>
      <Form
        action={`/console/people/${person.id}/amendment`}
        errors={errors}
        submit={w('保存更正', 'Save')}
        cancel={`/console/people/${person.id}`}
      >
        <input type="hidden" name="revision" value={values.revision} />
        <Field label={w('姓名', 'Name')} name="name" value={values.name} required />
        <Field
          label={w('从业类别', 'Workforce')}
          name="workforce"
          type="select"
          value={values.workforce}
          options={choices(WORKFORCES, frame.lang)}
        />
        <Details
          frame={frame}
          values={values}
          account_hint={w(
            '不填则不变；只有任职机构可以更换',
            'Unchanged when left empty; only an employer may exchange it',
          )}
        />
        <Field
          label={w('更正理由', 'Reason')}
          name="reason"
          type="textarea"
          value={values.reason}
          hint={w('更正姓名时必填', 'Required when the name is corrected')}
        />
      </Form>
    </AboutPerson>
  )
}

function Details({ frame, values, account_hint }: { frame: Frame; values: Values; account_hint: string }) {
  const w = words(frame.lang)
  return (
    <>
      <Field
        label={w('学历', 'Education')}
        name="education"
        type="select"
        value={values.education}
        options={choices(EDUCATIONS, frame.lang, UNSAID)}
      />
      <Field
        label={w('手机号码', 'Phone')}
        name="phone"
        type="tel"
        value={values.phone}
        attributes={{ autocomplete: 'off' }}
      />
      <Field
        label={w('银行账号', 'Bank account')}
        name="bank_account"
        value={values.bank_account}
        hint={account_hint}
        attributes={{ inputmode: 'numeric', autocomplete: 'off' }}
      />
    </>
  )
}

export function DisclosureForm({
  frame,
  person,
  values,
  errors,
  disclosed,
}: PersonFormProps & { disclosed?: { field: string; value: string } }) {
  const w = words(frame.lang)
  const fields = {
    id_number: { zh: '证件号码', en: 'ID number' },
    bank_account: { zh: '银行账号', en: 'Bank account' },
  }
  return (
    <AboutPerson frame={frame} person={person} heading={w('显示全号', 'Show full numbers')}>
      {disclosed && (
        <Notice tone="info">
          {w(
            `${disclosed.field === 'id_number' ? '证件号码' : '银行账号'}：`,
            `${disclosed.field === 'id_number' ? 'ID number' : 'Bank account'}: `,
          )}
          <strong>{disclosed.value}</strong>
          <p>{w('本次查看已记入变更记录。', 'This look is on record.')}</p>
        </Notice>
      )}
      <p>
        {w(
          '完整号码只在办理业务确有需要时查看。谁、何时、为何查看，会永久记录。',
          'Look at a full number only when your work needs it. Who looked, when and why is recorded for good.',
        )}
      </p>
      <Form
        action={`/console/people/${person.id}/disclosure`}
        errors={errors}
        submit={w('显示并留痕', 'Show, on record')}
        cancel={`/console/people/${person.id}`}
      >
        <Field
          label={w('查看内容', 'What')}
          name="field"
          type="radio"
          value={values.field ?? 'id_number'}
          options={choices(fields, frame.lang)}
        />
        <Field label={w('查看理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutPerson>
  )
}

/** A card under the person's name; `danger` where money follows from what is sent. */
export function AboutPerson({
  frame,
  person,
  heading,
  danger,
  children,
}: PropsWithChildren<{ frame: Frame; person: { id: string; name: string }; heading: string; danger?: boolean }>) {
  return (
    <Page
      {...frame}
      heading={`${heading} · ${person.name}`}
      back={{ href: `/console/people/${person.id}`, label: person.name }}
    >
      <div class={danger ? 'card confirm danger' : 'card'}>{children}</div>
    </Page>
  )
}
