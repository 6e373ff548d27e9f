/** The blocks of a record: a titled table each, or a sentence where there is nothing. */
import type { Child } from 'hono/jsx'
import type { Lang } from '../../src/platform/errors.ts'
import { formatYuan } from '../../src/platform/money.ts'
import { Card, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { type EducationRow, educationBlock } from './education-block.tsx'
import { type EmploymentRow, employmentBlock } from './employment-block.tsx'
import { type ExternalItem, externalBlock } from './external-block.tsx'
import {
  type ConductRow,
  conductBlock,
  type HoursRow,
  hoursBlock,
  type ServiceRow,
  serviceBlock,
} from './fact-blocks.tsx'
import { type LicenceRow, licenceBlock } from './licence-forms.tsx'
import { CERTIFICATES, ENROLMENTS, levelName, nameOf } from './parts.tsx'

export interface BlockRights extends Record<'employ' | 'transfer' | 'teach' | 'judge' | 'open' | 'certify', boolean> {
  /** start of the codes of the districts an officer works for; null for others */
  division: string | null
}

/** What the register holds, the latest first. */
export interface RecordBlocks {
  employments: EmploymentRow[]
  educations: EducationRow[]
  enrolments: {
    class_id: string
    class_name: string
    organisation_name: string
    starts_on: string
    ends_on: string
    status: string
    theory: number | null
    practical: number | null
    passed: boolean | null
  }[]
  certificates: {
    id: string
    number: string
    kind: string
    occupation_name: string
    level: number | null
    issuer_name: string
    issued_on: string
    valid_until: string | null
    status: string
  }[]
  external_certificates: ExternalItem[]
  licences: LicenceRow[]
  competitions: {
    competition_name: string
    event_name: string
    held_on: string
    rank: number | null
    award: string | null
  }[]
  service: ServiceRow[]
  education: HoursRow[]
  conduct: ConductRow[] | null
  claims:
    | { claimed_on: string; scheme_name: string; component_title: string; organisation_name: string | null }[]
    | null
  allowances: { month: string; scheme_name: string; level: number | null; amount_fen: number }[] | null
}

export interface Block {
  title: string
  action?: { href: string; label: string } | false
  columns: string[]
  /** one cell a column; undefined: not for this reader */
  rows: Child[][] | undefined
  empty: string
}

export function Blocks({ blocks }: { blocks: Block[] }) {
  return (
    <>
      {blocks.map(
        ({ title, action, columns, rows, empty }) =>
          rows && (
            <Card
              title={title}
              actions={
                action && (
                  <a class="button" href={action.href}>
                    {action.label}
                  </a>
                )
              }
            >
              {rows.length === 0 ? (
                <p class="quiet">{empty}</p>
              ) : (
                <Table
                  caption={title}
                  columns={columns.map((label, at) => ({ key: String(at), label }))}
                  rows={rows.map((cells) => ({
                    cells: Object.fromEntries(cells.map((cell, at) => [String(at), cell])),
                  }))}
                  empty={empty}
                />
              )}
            </Card>
          ),
      )}
    </>
  )
}

/** `path` is the person's page; `organisation_id` the reader's organisation, whose employments they may end. */
export function blocksOf(
  lang: Lang,
  path: string,
  record: RecordBlocks,
  may: BlockRights,
  organisation_id: string | null,
): Block[] {
  const w = words(lang)
  const official = organisation_id !== null || may.division !== null
  const link = (href: string, label: string) => (may.open ? <a href={href}>{label}</a> : label)
  return [
    employmentBlock(lang, path, record.employments, may, organisation_id),
    educationBlock(lang, path, record.educations, may),
    licenceBlock(lang, path, record.licences, may),
    {
      title: w('培训', 'Training'),
      columns: [
        w('培训班', 'Class'),
        w('培训机构', 'Institution'),
        w('起止', 'Dates'),
        w('理论', 'Theory'),
        w('实操', 'Practical'),
        w('结果', 'Result'),
      ],
      rows: record.enrolments.map((row) => [
        link(`/console/classes/${row.class_id}`, row.class_name),
        row.organisation_name,
        `${row.starts_on} – ${row.ends_on}`,
        mark(row.theory),
        mark(row.practical),
        row.passed === null ? (
          nameOf(ENROLMENTS, row.status, lang)
        ) : row.passed ? (
          <Tag tone="good">{w('合格', 'Passed')}</Tag>
        ) : (
          <Tag tone="bad">{w('不合格', 'Failed')}</Tag>
        ),
      ]),
      empty: w('还没有参加培训。', 'No training yet.'),
    },
    {
      title: w('证书', 'Certificates'),
      columns: [
        w('证书编号', 'Number'),
        w('职业与等级', 'Occupation and level'),
        w('发证机构', 'Issuer'),
        w('发证日期', 'Issued'),
        w('有效期至', 'Valid until'),
        w('状态', 'State'),
      ],
      rows: record.certificates.map((row) => [
        link(`/console/certificates/${row.id}`, row.number),
        `${row.occupation_name} ${row.level === null ? '' : levelName(row.level, lang)}`,
        row.issuer_name,
        row.issued_on,
        row.valid_until ?? w('长期', 'No end'),
        <Tag tone={row.status === 'valid' ? 'good' : row.status === 'replaced' ? 'plain' : 'bad'}>
          {nameOf(CERTIFICATES, row.status, lang)}
        </Tag>,
      ]),
      empty: w('本系统还没有为其签发证书。', 'No certificate was issued here yet.'),
    },
    externalBlock(lang, path, record.external_certificates, may.certify),
    {
      title: w('竞赛', 'Competitions'),
      columns: [w('竞赛', 'Competition'), w('赛项', 'Event'), w('日期', 'Date'), w('名次', 'Rank'), w('奖项', 'Award')],
      rows: record.competitions.map((row) => [
        row.competition_name,
        row.event_name,
        row.held_on,
        row.rank ?? '—',
        row.award ?? '—',
      ]),
      empty: w('还没有参加竞赛。', 'No competitions yet.'),
    },
    serviceBlock(lang, record.service),
    hoursBlock(lang, path, record.education, may, official),
    conductBlock(lang, path, record.conduct, may),
    {
      title: w('津贴申领', 'Allowance claims'),
      action: official && { href: `${path}/allowance-claims`, label: w('申领与办理', 'Claims') },
      columns: [w('申领日期', 'Claimed on'), w('政策', 'Scheme'), w('项目', 'Component'), w('提出', 'Filed by')],
      rows: record.claims?.map((row) => [
        row.claimed_on,
        row.scheme_name,
        row.component_title,
        row.organisation_name ?? w('本人', 'The person'),
      ]),
      empty: w('还没有申领。', 'Nothing claimed yet.'),
    },
    {
      title: w('津贴', 'Allowances'),
      columns: [w('月份', 'Month'), w('项目', 'Scheme'), w('等级', 'Level'), w('金额（元）', 'Amount (yuan)')],
      rows: record.allowances?.map((row) => [
        row.month,
        row.scheme_name,
        levelName(row.level, lang),
        formatYuan(row.amount_fen),
      ]),
      empty: w('还没有已批准的津贴。', 'No approved allowances yet.'),
    },
  ]
}

/** Marks are kept in hundredths of a point. */
function mark(hundredths: number | null): string {
  return hundredths === null ? '—' : String(hundredths / 100)
}
