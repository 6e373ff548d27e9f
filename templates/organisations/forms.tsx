/** The forms of an organisation: registering, amending, closing and reopening it. */
import { FACILITY_KINDS, ORGANISATION_KINDS, OWNERSHIPS } from '../../src/organisations/rules.ts'
import { Field, Form } from '../form.tsx'
import { Page } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { words } from '../words.ts'
import { AboutOrganisation, choices, type FormPageProps, NONE } from './parts.tsx'

type Named = { id: string; name: string }

export interface OrganisationFormProps extends FormPageProps {
  /** null: a new one */
  organisation: (Named & { district_code: string; district_name: string; revision: number }) | null
  districts: { code: string; name: string }[]
  townships: { code: string; name: string }[]
  parents: Named[]
  kinds: string[]
}

export function OrganisationForm(props: OrganisationFormProps) {
  const { frame, organisation } = props
  const w = words(frame.lang)
  if (organisation)
    return (
      <AboutOrganisation frame={frame} organisation={organisation} heading={w('变更资料', 'Amend')}>
        <Fields {...props} />
      </AboutOrganisation>
    )
  return (
    <Page
      {...frame}
      heading={w('登记机构', 'Register an organisation')}
      back={{ href: '/console/organisations', label: w('机构', 'Organisations') }}
    >
      <div class="card">
        <Fields {...props} />
      </div>
    </Page>
  )
}

function Fields({ frame, organisation, districts, townships, parents, kinds, values, errors }: OrganisationFormProps) {
  const w = words(frame.lang)
  const path = organisation ? `/console/organisations/${organisation.id}` : '/console/organisations'
  // an organisation of the city itself lies in no district
  const places = districts.map(({ code, name }) => ({ value: code, label: name }))
  if (organisation && !districts.some(({ code }) => code === organisation.district_code))
    places.unshift({ value: organisation.district_code, label: organisation.district_name })
  return (
    <Form
      action={organisation ? `${path}/amendment` : path}
      errors={errors}
      submit={organisation ? w('保存变更', 'Save') : w('登记机构', 'Register')}
      cancel={path}
    >
      {organisation && <input type="hidden" name="revision" value={values.revision} />}
      <Field label={w('名称', 'Name')} name="name" value={values.name} required />
      <Field
        label={w('类别', 'Kinds')}
        name="kinds"
        type="choices"
        values={kinds}
        required
        hint={w('可多选', 'One or more')}
        options={choices(ORGANISATION_KINDS, frame.lang)}
      />
      <Field
        label={w('机构类型', 'Facility kind')}
        name="facility_kind"
        type="select"
        value={values.facility_kind}
        hint={w('养老或托育机构必填，审批路线由它决定', 'For facilities: the route of approval follows from it')}
        options={choices(FACILITY_KINDS, frame.lang, NONE)}
      />
      <Field
        label={w('举办性质', 'Ownership')}
        name="ownership"
        type="select"
        value={values.ownership}
        hint={w('有的政策只补民办机构', 'Some schemes are for private facilities alone')}
        options={choices(OWNERSHIPS, frame.lang, NONE)}
      />
      <Field
        label={w('区县', 'District')}
        name="district_code"
        type="select"
        value={values.district_code}
        required
        options={places}
      />
      <Field
        label={w('所在镇街', 'Township')}
        name="township_code"
        type="select"
        value={values.township_code}
        hint={w(
          '照料中心由所在镇街审核；没有列出的先在“镇街”页面登记',
          'A centre is reviewed by the township it lies in; one that is not listed is added on the page Townships',
        )}
        options={[
          { value: '', label: w('没有登记', 'Not recorded') },
          ...townships.map(({ code, name }) => ({ value: code, label: name })),
        ]}
      />
      <Field
        label={w('统一社会信用代码', 'Credit code')}
        name="credit_code"
        value={values.credit_code}
        hint={w(
          '18 位；校验位不符的会提示，核对无误可以保留',
          '18 characters; a wrong check character is only warned of',
        )}
      />
      <Field
        label={w('上级机构', 'Parent')}
        name="parent_id"
        type="select"
        value={values.parent_id}
        hint={w('连锁机构的总部或上一级', 'Of a chain: the head or the next above')}
        options={[
          { value: '', label: w('没有', 'None') },
          ...parents.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <Field
        label={w('评价机构代码', 'Assessor code')}
        name="assessor_prefix"
        value={values.assessor_prefix}
        hint={w(
          '仅评价机构：证书编号的前 13 位',
          'Assessment bodies only: the first 13 characters of its certificate numbers',
        )}
      />
      {organisation ? (
        <Field
          label={w('变更理由', 'Reason')}
          name="reason"
          type="textarea"
          value={values.reason}
          hint={w(
            '变更名称、区县、镇街、机构类型或举办性质时必填',
            'Required when name, district, township, kind of facility or ownership changes',
          )}
        />
      ) : (
        <>
          <Field label={w('备案自', 'Filed from')} name="filed_from" type="date" value={values.filed_from} />
          <Field
            label={w('备案至', 'Filed until')}
            name="filed_to"
            type="date"
            value={values.filed_to}
            hint={w('止期当天已不在有效期内；长期的不填', 'The first day no longer filed; leave empty for no end')}
          />
        </>
      )}
    </Form>
  )
}

export function ClosingForm({
  frame,
  organisation,
  staff,
  values,
  errors,
}: FormPageProps & { organisation: Named; staff: number }) {
  const w = words(frame.lang)
  return (
    <AboutOrganisation frame={frame} organisation={organisation} heading={w('登记停办', 'Close')} danger>
      <p>
        {w(
          '自停办日期起不能再登记新的任职和月份，停办当月起不再发放津贴，已发的可能追回。历史记录全部保留，账号仍可查看。',
          'From that day on no new employments and months can be recorded and, from its month on, no allowance is paid; what was paid may be recovered. All records stay, and its accounts can still read.',
        )}
      </p>
      {staff > 0 && (
        <Notice tone="warn">
          {w(`现有 ${staff} 人在岗，请一并登记离岗。`, `${staff} are in post now: record their endings as well.`)}
        </Notice>
      )}
      <Form
        action={`/console/organisations/${organisation.id}/closing`}
        errors={errors}
        submit={w('登记停办', 'Close')}
        cancel={`/console/organisations/${organisation.id}`}
        danger
      >
        <Field
          label={w('停办日期', 'Closed from')}
          name="closed_on"
          type="date"
          value={values.closed_on}
          required
          hint={w('不再开办的第一天', 'The first day no longer open')}
        />
        <Field label={w('停办理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutOrganisation>
  )
}

export function ReopeningForm({
  frame,
  organisation,
  values,
  errors,
}: FormPageProps & { organisation: Named & { closed_on: string | null } }) {
  const w = words(frame.lang)
  return (
    <AboutOrganisation frame={frame} organisation={organisation} heading={w('恢复开办', 'Reopen')} danger>
      <p>
        {w(
          `登记的停办日期是 ${organisation.closed_on ?? '—'}。恢复后视同从未停办，其间的月份会重新计算。`,
          `On record as closed from ${organisation.closed_on ?? '—'} on. Once taken back it counts as never closed, and the months in between are computed anew.`,
        )}
      </p>
      <Form
        action={`/console/organisations/${organisation.id}/reopening`}
        errors={errors}
        submit={w('恢复开办', 'Reopen')}
        cancel={`/console/organisations/${organisation.id}`}
        danger
      >
        <Field label={w('恢复理由', 'Reason')} name="reason" type="textarea" value={values.reason} required />
      </Form>
    </AboutOrganisation>
  )
}
