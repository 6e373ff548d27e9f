/** Organisations: the list, one of them, and registering one. */
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Facts, Tag } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'

type Vocabulary = Record<string, Message>
interface Organisation {
  id: string
  name: string
  kinds: string[]
  facility_kind: string | null
  credit_code: string | null
  district_name: string
  assessor_prefix: string | null
  filed_from: string | null
  filed_to: string | null
  closed_on: string | null
}

export interface OrganisationsProps {
  frame: Frame
  kinds: Vocabulary
  filter: { q: string; kind: string }
  items: Organisation[]
  next: string | null
  may_register: boolean
}

export function Organisations({ frame, kinds, filter, items, next, may_register }: OrganisationsProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('机构', 'Organisations')}
      actions={
        may_register && (
          <a class="button primary" href="/console/organisations/new">
            {w('登记机构', 'Register')}
          </a>
        )
      }
    >
      <Filters action="/console/organisations">
        <Field label={w('名称', 'Name')} name="q" type="search" value={filter.q} />
        <Field
          label={w('类别', 'Kind')}
          name="kind"
          type="select"
          value={filter.kind}
          options={[{ value: '', label: w('全部', 'All') }, ...choices(kinds, frame.lang)]}
        />
      </Filters>
      <Results>
        <Table
          caption={w('机构', 'Organisations')}
          empty={w(
            '没有符合条件的机构，请换个条件，或先登记机构。',
            'No organisation matches; change the filter, or register one.',
          )}
          columns={[
            { key: 'name', label: w('名称', 'Name') },
            { key: 'kinds', label: w('类别', 'Kinds') },
            { key: 'district', label: w('区县', 'District') },
            { key: 'code', label: w('统一社会信用代码', 'Credit code') },
            { key: 'filed', label: w('备案', 'Filed') },
          ]}
          rows={items.map((item) => ({
            cells: {
              name: <a href={`/console/organisations/${item.id}`}>{item.name}</a>,
              kinds: item.kinds.map((kind) => nameOf(kinds, kind, frame.lang)).join('、'),
              district: item.district_name,
              code: item.credit_code ?? '—',
              filed: item.closed_on ? <Tag tone="plain">{w('已停办', 'Closed')}</Tag> : period(item),
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

export function OrganisationPage({
  frame,
  kinds,
  facility_kinds,
  organisation,
}: {
  frame: Frame
  kinds: Vocabulary
  facility_kinds: Vocabulary
  organisation: Organisation
}) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={organisation.name}
      back={{ href: '/console/organisations', label: w('机构', 'Organisations') }}
    >
      <div class="card">
        <Facts
          items={[
            {
              label: w('类别', 'Kinds'),
              value: organisation.kinds.map((kind) => nameOf(kinds, kind, frame.lang)).join('、'),
            },
            {
              label: w('机构类型', 'Facility kind'),
              value: organisation.facility_kind ? nameOf(facility_kinds, organisation.facility_kind, frame.lang) : '—',
            },
            { label: w('区县', 'District'), value: organisation.district_name },
            { label: w('统一社会信用代码', 'Credit code'), value: organisation.credit_code ?? '—' },
            { label: w('备案有效期', 'Filed'), value: period(organisation) },
            { label: w('评价机构代码', 'Assessor code'), value: organisation.assessor_prefix ?? '—' },
          ]}
        />
      </div>
    </Page>
  )
}

export interface NewOrganisationProps {
  frame: Frame
  kinds: Vocabulary
  facility_kinds: Vocabulary
  districts: { code: string; name: string }[]
  values: Record<string, string>
  errors: FormError[]
}

export function NewOrganisation({ frame, kinds, facility_kinds, districts, values, errors }: NewOrganisationProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('登记机构', 'Register an organisation')}
      back={{ href: '/console/organisations', label: w('机构', 'Organisations') }}
    >
      <div class="card">
        <Form
          action="/console/organisations"
          errors={errors}
          submit={w('登记机构', 'Register')}
          cancel="/console/organisations"
        >
          <Field label={w('名称', 'Name')} name="name" value={values.name} required />
          <Field
            label={w('类别', 'Kind')}
            name="kinds"
            type="select"
            value={values.kinds}
            required
            options={choices(kinds, frame.lang)}
          />
          <Field
            label={w('机构类型', 'Facility kind')}
            name="facility_kind"
            type="select"
            value={values.facility_kind}
            hint={w('养老或托育机构必填，审批路线由它决定', 'For facilities: the route of approval follows from it')}
            options={[{ value: '', label: w('不适用', 'None') }, ...choices(facility_kinds, frame.lang)]}
          />
          <Field
            label={w('区县', 'District')}
            name="district_code"
            type="select"
            value={values.district_code}
            required
            options={districts.map(({ code, name }) => ({ value: code, label: name }))}
          />
          <Field
            label={w('统一社会信用代码', 'Credit code')}
            name="credit_code"
            value={values.credit_code}
            hint={w('18 位', '18 characters')}
          />
          <Field label={w('备案自', 'Filed from')} name="filed_from" type="date" value={values.filed_from} />
        </Form>
      </div>
    </Page>
  )
}

function choices(vocabulary: Vocabulary, lang: Lang) {
  return Object.entries(vocabulary).map(([value, label]) => ({ value, label: inLanguage(lang, label) }))
}

function nameOf(vocabulary: Vocabulary, key: string, lang: Lang): string {
  const message = vocabulary[key]
  return message ? inLanguage(lang, message) : key
}

function period({ filed_from, filed_to }: { filed_from: string | null; filed_to: string | null }): string {
  return filed_from ? `${filed_from} – ${filed_to ?? ''}` : '—'
}
