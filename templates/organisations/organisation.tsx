/** One organisation: what it is, its periods of filing, its chain, who works there, and what was changed. */
import { deedName } from '../../src/history/deeds.ts'
import { FACILITY_KINDS, FILING_KINDS, ORGANISATION_EVENTS, OWNERSHIPS } from '../../src/organisations/rules.ts'
import { localTime } from '../../src/platform/calendar.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Notice, Tag, Timeline } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { StandingTag } from './organisations.tsx'
import { changesInWords, kindsOf, nameOf, period } from './parts.tsx'

interface Filing {
  id: string
  kind: string
  starts_on: string
  ends_on: string | null
  reference: string | null
}

export interface OrganisationProps {
  frame: Frame
  organisation: {
    id: string
    name: string
    kinds: string[]
    facility_kind: string | null
    ownership: string | null
    credit_code: string | null
    district_name: string
    township_name: string | null
    parent_id: string | null
    parent_name: string | null
    assessor_prefix: string | null
    closed_on: string | null
    closed: boolean
  }
  /** whether the reader may open the parent */
  parent_visible: boolean
  branches: {
    id: string
    name: string
    district_name: string
    closed_on: string | null
    closed: boolean
    visible: boolean
  }[]
  filings: Filing[]
  today: string
  /** null: not for this reader */
  staff: number | null
  changes: { at: Date; kind: string; by: string; reason: string | null; changes: unknown }[] | null
  warnings: string[]
  may_write: boolean
  /** what it is paid is its own and its district's */
  sees_allowances: boolean
}

export function OrganisationPage(props: OrganisationProps) {
  const { frame, organisation, staff, changes, warnings, may_write } = props
  const w = words(frame.lang)
  const path = `/console/organisations/${organisation.id}`
  return (
    <Page
      {...frame}
      heading={organisation.name}
      back={{ href: '/console/organisations', label: w('机构', 'Organisations') }}
      actions={
        <>
          <a class="button" href={`/console/certificates?organisation_id=${organisation.id}`}>
            {w('人员的证书', 'Certificates of its people')}
          </a>
          {props.sees_allowances && (
            <a class="button" href={`${path}/allowances`}>
              {w('机构补助', 'What it is paid')}
            </a>
          )}
          {may_write && (
            <>
              <a class="button" href={`${path}/amendment`}>
                {w('变更资料', 'Amend')}
              </a>
              {organisation.closed_on ? (
                <a class="button" href={`${path}/reopening`}>
                  {w('恢复开办', 'Reopen')}
                </a>
              ) : (
                <a class="button danger" href={`${path}/closing`}>
                  {w('登记停办', 'Close')}
                </a>
              )}
            </>
          )}
        </>
      }
    >
      {warnings.map((warning) => (
        <Notice tone="warn">{warning}</Notice>
      ))}
      <Card>
        <Facts
          items={[
            { label: w('类别', 'Kinds'), value: kindsOf(organisation.kinds, frame.lang) },
            {
              label: w('机构类型', 'Facility kind'),
              value: nameOf(FACILITY_KINDS, organisation.facility_kind, frame.lang),
            },
            { label: w('举办性质', 'Ownership'), value: nameOf(OWNERSHIPS, organisation.ownership, frame.lang) },
            { label: w('区县', 'District'), value: organisation.district_name },
            { label: w('所在镇街', 'Township'), value: organisation.township_name ?? '—' },
            { label: w('状态', 'State'), value: <StandingTag lang={frame.lang} organisation={organisation} /> },
            { label: w('统一社会信用代码', 'Credit code'), value: organisation.credit_code ?? '—' },
            { label: w('评价机构代码', 'Assessor code'), value: organisation.assessor_prefix ?? '—' },
            { label: w('上级机构', 'Parent'), value: <Parent {...props} /> },
            ...(staff === null ? [] : [{ label: w('在岗人员', 'Staff'), value: w(`${staff} 人`, `${staff} in post`) }]),
          ]}
        />
      </Card>
      <Filings {...props} />
      <Branches {...props} />
      {changes && (
        <Card title={w('变更记录', 'Changes')}>
          <Timeline
            items={changes.map((event) => ({
              at: localTime(event.at),
              title: ORGANISATION_EVENTS[event.kind]
                ? nameOf(ORGANISATION_EVENTS, event.kind, frame.lang)
                : deedName(event.kind, frame.lang),
              who: event.by,
              body: [event.reason, changesInWords(event.changes as Record<string, unknown>, frame.lang)]
                .filter(Boolean)
                .join(w('。', '. ')),
            }))}
          />
        </Card>
      )}
    </Page>
  )
}

function Parent({ organisation: { parent_id, parent_name }, parent_visible }: OrganisationProps) {
  return (
    <>
      {parent_id && parent_visible ? (
        <a href={`/console/organisations/${parent_id}`}>{parent_name}</a>
      ) : (
        (parent_name ?? '—')
      )}
    </>
  )
}

function Filings({ frame, organisation, filings, today, may_write }: OrganisationProps) {
  const w = words(frame.lang)
  return (
    <Card
      title={w('备案与认定', 'Filing and recognition')}
      actions={
        may_write && (
          <a class="button" href={`/console/organisations/${organisation.id}/filings/new`}>
            {w('登记有效期', 'Record a period')}
          </a>
        )
      }
    >
      <Table
        caption={w('备案与认定', 'Filing and recognition')}
        empty={w(
          '还没有备案或认定。没有有效期的月份，津贴不予发放。',
          'Neither filed nor recognised; for months without either no allowance is paid.',
        )}
        columns={[
          { key: 'kind', label: w('种类', 'Kind') },
          { key: 'period', label: w('有效期（止期不含）', 'Period (end not included)') },
          { key: 'reference', label: w('编号或文号', 'Reference') },
          { key: 'state', label: w('状态', 'State') },
          ...(may_write ? [{ key: 'actions', label: w('办理', 'Action') }] : []),
        ]}
        rows={filings.map((filing) => ({
          cells: {
            kind: nameOf(FILING_KINDS, filing.kind, frame.lang),
            period: period(filing.starts_on, filing.ends_on, frame.lang),
            reference: filing.reference ?? '—',
            state: <FilingTag lang={frame.lang} filing={filing} today={today} />,
            actions: (
              <>
                <a href={`/console/filings/${filing.id}/correction`}>{w('更正', 'Correct')}</a>{' '}
                <a href={`/console/filings/${filing.id}/withdrawal`}>{w('撤回', 'Withdraw')}</a>
              </>
            ),
          },
        }))}
      />
    </Card>
  )
}

function FilingTag({ lang, filing, today }: { lang: Frame['lang']; filing: Filing; today: string }) {
  const w = words(lang)
  if (filing.starts_on > today) return <Tag tone="info">{w('未开始', 'To come')}</Tag>
  if (filing.ends_on !== null && filing.ends_on <= today) return <Tag tone="plain">{w('已到期', 'Over')}</Tag>
  return <Tag tone="good">{w('有效', 'Current')}</Tag>
}

function Branches({ frame, branches }: OrganisationProps) {
  const w = words(frame.lang)
  if (branches.length === 0) return null
  return (
    <Card title={w('下级机构', 'Branches')}>
      <Table
        caption={w('下级机构', 'Branches')}
        empty=""
        columns={[
          { key: 'name', label: w('名称', 'Name') },
          { key: 'district', label: w('区县', 'District') },
          { key: 'status', label: w('状态', 'State') },
        ]}
        rows={branches.map((branch) => ({
          cells: {
            name: branch.visible ? <a href={`/console/organisations/${branch.id}`}>{branch.name}</a> : branch.name,
            district: branch.district_name,
            status: <StandingTag lang={frame.lang} organisation={branch} />,
          },
        }))}
      />
    </Card>
  )
}
