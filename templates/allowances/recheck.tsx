/** What a recheck of a run found: how much was compared, what differs, and the digests of both sides. */
import type { Recheck } from '../../src/allowances/recheck-shapes.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, Facts, Notice } from '../parts.tsx'
import { Table } from '../table.tsx'
import { words } from '../words.ts'
import { yuan } from './words.ts'

export interface RecheckProps {
  frame: Frame
  run: { id: string; month: string; district_name: string; scheme_name: string }
  recheck: Recheck
}

export function RecheckPage({ frame, run, recheck }: RecheckProps) {
  const w = words(frame.lang)
  const { compared, differing, differences, lines_intact } = recheck
  const sum = (fen: number | null) => (fen === null ? '—' : yuan(fen))
  return (
    <Page
      {...frame}
      heading={w('独立复核', 'Recheck')}
      tag={
        differing === 0
          ? { tone: 'good', text: w('全部一致', 'All equal') }
          : { tone: 'bad', text: w(`${differing} 笔不一致`, `${differing} differ`) }
      }
      back={{ href: `/console/runs/${run.id}`, label: `${run.month} ${run.district_name} ${run.scheme_name}` }}
    >
      {!lines_intact && (
        <Notice tone="bad">
          {w(
            '现存明细与计算完成时的摘要不符。',
            'The lines are not those whose digest was taken when they were computed.',
          )}
        </Notice>
      )}
      <Card>
        <Facts
          items={[
            { label: w('比对笔数', 'Compared'), value: compared },
            { label: w('不一致', 'Differing'), value: differing },
            {
              label: w('批次金额摘要', 'Amounts of the run, SHA-256'),
              value: <code>{recheck.run_amounts_sha256}</code>,
            },
            {
              label: w('复核金额摘要', 'Amounts of the recheck, SHA-256'),
              value: <code>{recheck.recheck_amounts_sha256}</code>,
            },
            { label: w('明细摘要', 'Lines SHA-256'), value: <code>{recheck.lines_sha256}</code> },
          ]}
        />
        <p>
          {w(
            '复核用另一套独立编写的语句，按批次的数据截止时刻，从同样的记录重新计算每人每月的应发金额；只比对，不改动。',
            'Another, independently written statement computes what each person and month comes to, from the same records as they were known at the cutoff of the run; it compares and changes nothing.',
          )}
        </p>
      </Card>
      {differing > 0 && (
        <Table
          caption={w('不一致的明细', 'Lines that differ')}
          empty=""
          columns={[
            { key: 'person', label: w('人员', 'Person') },
            { key: 'month', label: w('月份', 'Month') },
            { key: 'run', label: w('批次', 'Run'), numeric: true },
            { key: 'recheck', label: w('复核', 'Recheck'), numeric: true },
            { key: 'previous', label: w('批次所引已入账', 'Booked, as the line says'), numeric: true },
            { key: 'booked', label: w('台账已入账', 'Booked'), numeric: true },
          ]}
          rows={differences.map((one) => ({
            cells: {
              person: (
                <a
                  href={
                    one.person_id
                      ? `/console/runs/${run.id}/lines/${one.person_id}/${one.month}?component=${one.component}`
                      : `/console/runs/${run.id}/organisations`
                  }
                >
                  {one.person_name}
                </a>
              ),
              month: one.component === 'monthly' ? one.month : `${one.month} ${one.component}`,
              run: sum(one.run_fen),
              recheck: sum(one.recheck_fen),
              previous: sum(one.previous_fen),
              booked: sum(one.booked_fen),
            },
            marked: one.run_fen === one.recheck_fen ? ['previous'] : ['recheck'],
          }))}
        />
      )}
    </Page>
  )
}
