/** Organisations as a list. */
import { ORGANISATION_KINDS, ORGANISATION_STATUSES } from '../../src/organisations/rules.ts'
import { Field } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Tag } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { ALL, choices, kindsOf, period } from './parts.tsx'

export interface OrganisationsProps {
  frame: Frame
  filter: { q: string; kind: string; district_code: string; status: string }
  districts: { code: string; name: string }[]
  items: {
    id: string
    name: string
    kinds: string[]
    district_name: string
    parent_name: string | null
    credit_code: string | null
    filed_from: string | null
    filed_to: string | null
    closed_on: string | null
    closed: boolean
  }[]
  next: string | null
  may_register: boolean
}

export function Organisations({ frame, filter, districts, items, next, may_register }: OrganisationsProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('机构', 'Organisations')}
      actions={
        <>
          <a class="button" href="/console/townships">
            {w('镇街', 'Townships')}
          </a>
          {may_register && (
            <a class="button primary" href="/console/organisations/new">
              {w('登记机构', 'Register')}
            </a>
          )}
        </>
      }
    >
      <Filters action="/console/organisations">
        <Field label={w('名称', 'Name')} name="q" type="search" value={filter.q} />
        <Field
          label={w('类别', 'Kind')}
          name="kind"
          type="select"
          value={filter.kind}
          options={choices(ORGANISATION_KINDS, frame.lang, ALL)}
        />
        <Field
          label={w('区县', 'District')}
          name="district_code"
          type="select"
          value={filter.district_code}
          options={[
            { value: '', label: w('全部', 'All') },
            ...districts.map(({ code, name }) => ({ value: code, label: name })),
          ]}
        />
        <Field
          label={w('状态', 'State')}
          name="status"
          type="select"
          value={filter.status}
          options={choices(ORGANISATION_STATUSES, frame.lang).reverse()}
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
            { key: 'parent', label: w('上级机构', 'Parent') },
            { key: 'code', label: w('统一社会信用代码', 'Credit code') },
            { key: 'filed', label: w('备案或认定', 'Filed') },
            { key: 'status', label: w('状态', 'State') },
          ]}
          rows={items.map((item) => ({
            cells: {
              name: <a href={`/console/organisations/${item.id}`}>{item.name}</a>,
              kinds: kindsOf(item.kinds, frame.lang),
              district: item.district_name,
              parent: item.parent_name ?? '—',
              code: item.credit_code ?? '—',
              filed: period(item.filed_from, item.filed_to, frame.lang),
              status: <StandingTag lang={frame.lang} organisation={item} />,
            },
          }))}
        />
        <Pager next={next} />
      </Results>
    </Page>
  )
}

/** Open, closed since, or to be closed. */
export function StandingTag({
  lang,
  organisation: { closed, closed_on },
}: {
  lang: Frame['lang']
  organisation: { closed: boolean; closed_on: string | null }
}) {
  const w = words(lang)
  if (closed_on === null) return <Tag tone="good">{w('开办中', 'Open')}</Tag>
  return closed ? (
    <Tag tone="plain">{w(`已停办（${closed_on}）`, `Closed (${closed_on})`)}</Tag>
  ) : (
    <Tag tone="warn">{w(`将停办（${closed_on}）`, `Closing (${closed_on})`)}</Tag>
  )
}
