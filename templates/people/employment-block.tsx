/** The block of employments on the page of a person. */
import { CONTRACT_KINDS, POSTS } from '../../src/people/rules.ts'
import type { Lang } from '../../src/platform/errors.ts'
import { words } from '../words.ts'
import type { Block, BlockRights } from './blocks.tsx'
import { nameOf } from './parts.tsx'

export interface EmploymentRow {
  id: string
  organisation_id: string
  organisation_name: string
  post: string
  contract_kind: string
  starts_on: string
  ends_on: string | null
  leaving_reason: string | null
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
      w('起', 'From'),
      w('止', 'To'),
      w('办理', 'Action'),
    ],
    rows: rows.map((row) => [
      row.organisation_name,
      nameOf(POSTS, row.post, lang),
      nameOf(CONTRACT_KINDS, row.contract_kind, lang),
      row.starts_on,
      row.ends_on ? `${row.ends_on}${row.leaving_reason ? ` · ${row.leaving_reason}` : ''}` : w('在岗', 'In post'),
      may.employ && row.organisation_id === organisation_id ? (
        <a href={`/console/employments/${row.id}/ending`}>
          {row.ends_on ? w('更正离岗', 'Correct the end') : w('离岗', 'End')}
        </a>
      ) : (
        '—'
      ),
    ]),
    empty: w('还没有任职记录。没有任职，津贴不予发放。', 'No employment yet; without one no allowance is paid.'),
  }
}
