/** What rests on a certificate: the levels it proves, the months it was paid for, and who relied on it; each a link. */
import { LINE_KINDS, type LineKind } from '../../src/allowances/rules.ts'
import type { CertificateStatus } from '../../src/credentials/rules.ts'
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { statusTag } from '../credentials/certificates.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Kpis, Notice, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { Others, type Resting } from './cascade-others.tsx'
import { levelName, yuan } from './words.ts'

export interface CascadeProps {
  frame: Frame
  cascade: {
    certificate: { id: string; number: string; holder_name: string; status: CertificateStatus }
    from: string | null
    level_periods: { occupation_name: string; level: number; from: string; to: string | null; instead: number | null }[]
    months: Month[] | null
    month_count: number
    booked_fen: number
    to_recover_fen: number
    to_pay_fen: number
    resting: Resting[]
  }
  /** what the reader may open */
  may_open: Partial<Record<string, boolean>>
}
interface Month {
  scheme_code: string
  scheme_name: string
  month: string
  person_id: string
  organisation_name: string | null
  lines: Line[]
  booked_fen: number
  due_fen: number
  difference_fen: number
}
interface Line {
  run_id: string
  run_month: string
  run_status: string
  kind: LineKind
  amount_fen: number
  names_it: boolean
}

const RUN_STATES: Record<string, { zh: string; en: string }> = {
  computed: { zh: '已计算，未审批', en: 'computed' },
  submitted: { zh: '待审批', en: 'waiting for approval' },
  approved: { zh: '已审批', en: 'approved' },
}

export function CascadePage({ frame, cascade, may_open }: CascadeProps) {
  const w = words(frame.lang)
  const { certificate, from, months, month_count } = cascade
  return (
    <Page
      {...frame}
      heading={w('波及情况', 'What rests on it')}
      tag={statusTag(certificate.status, frame.lang)}
      back={{ href: `/console/certificates/${certificate.id}`, label: certificate.number }}
    >
      <Said from={from} status={certificate.status} />
      <Kpis
        items={[
          { label: w('已审批的津贴月份', 'Months approved'), value: month_count, unit: w('个月', 'months') },
          { label: w('其中已记账', 'Booked for them'), value: yuan(cascade.booked_fen) },
          {
            label: w('待追回', 'To be recovered'),
            value: yuan(cascade.to_recover_fen),
            ...(cascade.to_recover_fen > 0 && { tone: 'bad' as const }),
            note: w('随下一批津贴记入差额', 'carried by the next run'),
          },
          ...(cascade.to_pay_fen > 0
            ? [{ label: w('待补发', 'To be paid'), value: yuan(cascade.to_pay_fen), tone: 'warn' as const }]
            : []),
        ]}
      />
      <Levels periods={cascade.level_periods} stands={from === null} lang={frame.lang} />
      {months === null ? (
        <Notice tone="info">
          {w('逐月金额由主管部门和任职机构查看。', 'Amounts month by month are for the authorities and the employer.')}
        </Notice>
      ) : (
        <Months months={months} may_open={may_open.line === true} lang={frame.lang} />
      )}
      <Others resting={cascade.resting} may_open={may_open} lang={frame.lang} />
    </Page>
  )
}

function Said({ from, status }: { from: string | null; status: CertificateStatus }) {
  const w = useWords()
  if (from === null)
    return (
      <Notice tone="info">
        {w(
          '证书没有被撤销或暂停，下面是以它为依据的内容；一旦撤销，这里会显示要追回的金额。',
          'It is neither revoked nor suspended; this is what rests on it. Once it is revoked the sums to recover stand here.',
        )}
      </Notice>
    )
  if (status === 'suspended')
    return (
      <Notice tone="warn">
        {w(
          `证书自 ${from} 起暂停使用；月末仍在暂停的月份不支持津贴，恢复后再算。`,
          `It is suspended from ${from}: months that end in the suspension are not supported until it is lifted.`,
        )}
      </Notice>
    )
  return (
    <Notice tone="bad">
      {w(
        `证书自 ${from} 起不再有效；从这个月起（以月末为准），津贴不能再以它为依据。`,
        `It is of no effect from ${from}: no month that ends on or after that day rests on it.`,
      )}
    </Notice>
  )
}

function Levels({
  periods,
  stands,
  lang,
}: {
  periods: CascadeProps['cascade']['level_periods']
  stands: boolean
  lang: Lang
}) {
  const w = words(lang)
  if (periods.length === 0) return null
  return (
    <Card title={stands ? w('证明的等级', 'Level it proves') : w('受影响的等级期间', 'Level periods affected')}>
      <Table
        caption={w('等级期间', 'Level periods')}
        empty={null}
        columns={[
          { key: 'level', label: w('职业与等级', 'Occupation and level') },
          { key: 'from', label: w('自', 'From') },
          { key: 'to', label: w('至', 'Until') },
          { key: 'instead', label: w('其他证书另可证明', 'Proved by another certificate') },
        ]}
        rows={periods.map(({ occupation_name, level, from, to, instead }) => ({
          cells: {
            level: `${occupation_name} ${levelName(level, lang)}`,
            from,
            to: to ?? w('长期', 'no end'),
            instead: instead === null ? w('没有', 'none') : levelName(instead, lang),
          },
        }))}
      />
    </Card>
  )
}

function Months({ months, may_open, lang }: { months: Month[]; may_open: boolean; lang: Lang }) {
  const w = words(lang)
  const sum = (line: Line, { month, person_id }: Month) => {
    const text = `${inLanguage(lang, LINE_KINDS[line.kind])} ${yuan(line.amount_fen)}`
    const state = `${line.run_month} ${inLanguage(lang, RUN_STATES[line.run_status]!)}`
    return (
      <div>
        {may_open ? <a href={`/console/runs/${line.run_id}/lines/${person_id}/${month}`}>{text}</a> : text}{' '}
        <span class="quiet">{state}</span>
      </div>
    )
  }
  return (
    <Card title={w('以它为依据的津贴', 'Allowances that rest on it')}>
      <Table
        caption={w('津贴月份', 'Months of allowances')}
        empty={<Empty title={w('没有以它为依据的津贴。', 'No allowance rests on it.')} />}
        columns={[
          { key: 'month', label: w('月份', 'Month') },
          { key: 'scheme', label: w('政策', 'Scheme') },
          { key: 'organisation', label: w('机构', 'Organisation') },
          { key: 'lines', label: w('批次明细', 'Lines') },
          { key: 'booked', label: w('已记账', 'Booked'), numeric: true },
          { key: 'due', label: w('现应为', 'Due now'), numeric: true },
          { key: 'difference', label: w('下批差额', 'Next difference'), numeric: true },
        ]}
        rows={[...months].sort(pressing).map((month) => ({
          cells: {
            month: month.month,
            scheme: month.scheme_name,
            organisation: month.organisation_name ?? '—',
            lines: month.lines.map((line) => sum(line, month)),
            booked: yuan(month.booked_fen),
            due: yuan(month.due_fen),
            difference:
              month.difference_fen === 0 ? (
                w('无', 'none')
              ) : (
                <Tag tone={month.difference_fen < 0 ? 'bad' : 'warn'}>{yuan(month.difference_fen)}</Tag>
              ),
          },
        }))}
      />
    </Card>
  )
}

/** What the next run changes, then the latest month. */
function pressing(a: Month, b: Month): number {
  return Number(b.difference_fen !== 0) - Number(a.difference_fen !== 0) || b.month.localeCompare(a.month)
}
