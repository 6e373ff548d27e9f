/** The block of employments on the page of a person. */
import { contractTerm, LEAVING_KINDS } from '../../src/people/employment-rules.ts'
import { CONTRACT_KINDS, POSTS } from '../../src/people/rules.ts'
import type { Lang } from '../../src/platform/errors.ts'
import { Tag } from '../parts.tsx'
import { words } from '../words.ts'
import type { Block, BlockRights } from './blocks.tsx'
import { nameOf } from './parts.tsx'

export interface EmploymentRow {
  id: string
  organisation_id: string
  organisation_name: string
  district_code: string
  post: string
  contract_kind: string
  contract_until: string | null
  starts_on: string
  ends_on: string | null
  leaving_kind: string | null
  leaving_reason: string | null
  transferred_from: string | null
  concurrent: boolean
}

export function employmentBlock(
  lang: Lang,
  path: string,
  rows: EmploymentRow[],
  may: BlockRights,
  organisation_id: string | null,
): Block {
  const w = words(lang)
  return {
    title: w('任职', 'Employment'),
    action: may.employ && { href: `${path}/employments/new`, label: w('登记任职', 'Record employment') },
    columns: [
      w('机构', 'Organisation'),
      w('岗位', 'Post'),
      w('合同', 'Contract'),
      w('合同到期', 'Contract until'),
      w('起', 'From'),
      w('止', 'To'),
      w('办理', 'Action'),
    ],
    rows: rows.map((row) => [
      <>
        {row.organisation_name}
        {row.concurrent && <Tag tone="warn">{w('同时多处任职', 'Several at once')}</Tag>}
      </>,
      nameOf(POSTS, row.post, lang),
      nameOf(CONTRACT_KINDS, row.contract_kind, lang),
      contractTerm(row.contract_until, lang),
      row.transferred_from ? `${row.starts_on} · ${w('调入', 'transferred')}` : row.starts_on,
      row.ends_on
        ? [row.ends_on, row.leaving_kind && nameOf(LEAVING_KINDS, row.leaving_kind, lang), row.leaving_reason]
            .filter(Boolean)
            .join(' · ')
        : w('在岗', 'In post'),
      <EmploymentActions lang={lang} row={row} may={may} organisation_id={organisation_id} />,
    ]),
    empty: w('还没有任职记录。没有任职，津贴不予发放。', 'No employment yet; without one no allowance is paid.'),
  }
}

function EmploymentActions(props: {
  lang: Lang
  row: EmploymentRow
  may: BlockRights
  organisation_id: string | null
}) {
  const { row, may, organisation_id } = props
  const w = words(props.lang)
  const own = row.organisation_id === organisation_id
  const reached = own || (may.division !== null && row.district_code.startsWith(may.division))
  const path = `/console/employments/${row.id}`
  const links = [
    own &&
      may.employ && {
        href: `${path}/ending`,
        label: row.ends_on ? w('更正离岗', 'Correct the end') : w('离岗', 'End'),
      },
    reached && may.transfer && !row.ends_on && { href: `${path}/transfer`, label: w('调动', 'Transfer') },
    own && may.employ && { href: `${path}/correction`, label: w('更正', 'Correct') },
    own && may.employ && { href: `${path}/withdrawal`, label: w('撤销', 'Withdraw') },
    reached && { href: `${path}/versions`, label: w('历次版本', 'Versions') },
  ].filter((link) => link !== false)
  return <Links links={links} />
}

/** What may be done with a row, or a dash. */
export function Links({ links }: { links: { href: string; label: string }[] }) {
  if (links.length === 0) return <>—</>
  return (
    <>
      {links.map(({ href, label }, at) => (
        <>
          {at > 0 && ' '}
          <a href={href}>{label}</a>
        </>
      ))}
    </>
  )
}
