/** The blocks of monthly facts, continuing education and conduct on the page of a person. */
import { APPROVALS, type Approval, CONDUCT_KINDS } from '../../src/people/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { Tag, type Tone } from '../parts.tsx'
import { words } from '../words.ts'
import type { Block, BlockRights } from './blocks.tsx'
import { Links } from './employment-block.tsx'
import { nameOf } from './parts.tsx'

export interface ServiceRow {
  month: string
  organisation_name: string
  attendance_days: number
  social_insurance: boolean
}
export interface HoursRow {
  id: string
  completed_on: string
  hours: number
  provider: string
  subject: string
  evidence: string | null
  approval: string
  decision_reason: string | null
}
export interface ConductRow {
  id: string
  kind: string
  happened_on: string
  decided_on: string
  decision: string
  period_from: string | null
  period_to: string | null
}

const TONES: Record<Approval, Tone> = { pending: 'warn', approved: 'good', rejected: 'bad' }

function ApprovalTag({ approval, lang }: { approval: string; lang: Lang }) {
  return <Tag tone={TONES[approval as Approval]}>{inLanguage(lang, APPROVALS[approval as Approval])}</Tag>
}

export function serviceBlock(lang: Lang, rows: ServiceRow[]): Block {
  const w = words(lang)
  return {
    title: w('月度在岗', 'Months of service'),
    columns: [w('月份', 'Month'), w('机构', 'Organisation'), w('出勤（天）', 'Days'), w('缴纳社保', 'Insured')],
    rows: rows.map((row) => [
      row.month,
      row.organisation_name,
      row.attendance_days,
      row.social_insurance ? w('是', 'Yes') : w('否', 'No'),
    ]),
    empty: w('没有可查看的月度数据。', 'No months on record that you may see.'),
  }
}

export function hoursBlock(lang: Lang, path: string, rows: HoursRow[], may: BlockRights, official: boolean): Block {
  const w = words(lang)
  return {
    title: w('继续教育', 'Continuing education'),
    action: may.teach && { href: `${path}/education-hours/new`, label: w('登记学时', 'Record hours') },
    columns: [
      w('完成日期', 'Completed'),
      w('主题', 'Subject'),
      w('主办单位', 'Provider'),
      w('学时', 'Hours'),
      w('证明', 'Proof'),
      w('状态', 'State'),
      w('办理', 'Action'),
    ],
    rows: rows.map((row) => [
      row.completed_on,
      row.subject,
      row.provider,
      row.hours,
      row.evidence ?? '—',
      <>
        <ApprovalTag approval={row.approval} lang={lang} />
        {row.approval === 'rejected' && ` ${row.decision_reason}`}
      </>,
      <Links
        links={
          official ? [{ href: `/console/education-hours/${row.id}/versions`, label: w('历次版本', 'Versions') }] : []
        }
      />,
    ]),
    empty: w('还没有继续教育学时。', 'No continuing education yet.'),
  }
}

export function conductBlock(lang: Lang, path: string, rows: ConductRow[] | null, may: BlockRights): Block {
  const w = words(lang)
  return {
    title: w('责任事故与职业道德', 'Accidents and ethics'),
    action: may.judge && { href: `${path}/conduct-events/new`, label: w('登记处理', 'Record a decision') },
    columns: [
      w('类别', 'Kind'),
      w('发生日期', 'Happened'),
      w('认定日期', 'Decided'),
      w('处理决定', 'Decision'),
      w('处理期限', 'Period'),
      w('办理', 'Action'),
    ],
    rows: rows?.map((row) => [
      nameOf(CONDUCT_KINDS, row.kind, lang),
      row.happened_on,
      row.decided_on,
      row.decision,
      row.period_from ? `${row.period_from} – ${row.period_to ?? w('长期', 'for good')}` : '—',
      may.judge ? (
        <>
          <a href={`/console/conduct-events/${row.id}/correction`}>{w('更正', 'Correct')}</a>{' '}
          <a href={`/console/conduct-events/${row.id}/withdrawal`}>{w('撤回', 'Withdraw')}</a>
        </>
      ) : (
        '—'
      ),
    ]),
    empty: w('没有可查看的处理记录。', 'Nothing on record that you may see.'),
  }
}
