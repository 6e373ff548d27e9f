/** The block of educations (schooling, 学历) on the page of a person. */
import { EDUCATION_MODES } from '../../src/people/education-rules.ts'
import { EDUCATIONS } from '../../src/people/rules.ts'
import type { Lang } from '../../src/platform/errors.ts'
import { words } from '../words.ts'
import type { Block, BlockRights } from './blocks.tsx'
import { Links } from './employment-block.tsx'
import { nameOf } from './parts.tsx'

export interface EducationRow {
  id: string
  level: string
  school: string
  major: string | null
  mode: string
  starts_on: string | null
  graduated_on: string | null
  certificate_number: string | null
}

export function educationBlock(lang: Lang, path: string, rows: EducationRow[], may: BlockRights): Block {
  const w = words(lang)
  return {
    title: w('学历', 'Education'),
    action: may.teach && { href: `${path}/educations/new`, label: w('登记学历', 'Record education') },
    columns: [
      w('层次', 'Level'),
      w('学校', 'School'),
      w('专业', 'Major'),
      w('学习形式', 'Mode'),
      w('入学', 'From'),
      w('毕业', 'Graduated'),
      w('证书编号', 'Certificate'),
      w('办理', 'Action'),
    ],
    rows: rows.map((row) => [
      nameOf(EDUCATIONS, row.level, lang),
      row.school,
      row.major ?? '—',
      nameOf(EDUCATION_MODES, row.mode, lang),
      row.starts_on ?? '—',
      row.graduated_on ?? w('在读', 'Studying'),
      row.certificate_number ?? '—',
      <Links
        links={
          may.teach
            ? [
                { href: `/console/educations/${row.id}/correction`, label: w('更正', 'Correct') },
                { href: `/console/educations/${row.id}/withdrawal`, label: w('撤销', 'Withdraw') },
              ]
            : []
        }
      />,
    ]),
    empty: w('还没有学历记录，以登记时所填为准。', 'No education on record: what was typed at registration stands.'),
  }
}
