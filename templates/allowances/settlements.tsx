/** How a run was settled: who is not simply paid their lines, what was kept back and why, and what was opened. */
import type { SettlementView } from '../../src/allowances/recovery-shapes.ts'
import { type Frame, Page } from '../layout.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { words } from '../words.ts'
import { HERE } from './recoveries.tsx'
import { yuan } from './words.ts'

export interface SettlementsProps {
  frame: Frame
  run: { id: string; month: string; district_name: string; scheme_name: string }
  items: SettlementView[]
  next: string | null
  first: string | null
}

export function Settlements({ frame, run, items, next, first }: SettlementsProps) {
  const w = words(frame.lang)
  const back = { href: `/console/runs/${run.id}`, label: `${run.month} ${run.district_name} ${run.scheme_name}` }
  return (
    <Page {...frame} heading={w('扣抵与追回', 'Kept back and recovered')} back={back}>
      <p class="quiet">
        {w(
          '实发 = 应发 − 冲减 − 核减 − 抵扣。没有列出的人，应发就是实发。',
          'Paid = positive lines − netted − released − off-set. Whoever is not listed is paid every line.',
        )}
      </p>
      <Results>
        <Table
          caption={w('扣抵与追回', 'Kept back and recovered')}
          empty={w('本批次没有扣抵，也没有新的追回。', 'Nothing was kept back, and no recovery was opened.')}
          columns={[
            { key: 'person', label: w('人员', 'Person') },
            { key: 'positive', label: w('应发', 'Positive lines'), numeric: true },
            { key: 'negative', label: w('应扣', 'Negative lines'), numeric: true },
            { key: 'netted', label: w('批内冲减', 'Netted'), numeric: true },
            { key: 'released', label: w('核减追回', 'Released'), numeric: true },
            { key: 'offset', label: w('抵扣追回', 'Off-set'), numeric: true },
            { key: 'credited', label: w('退回抵扣', 'Returned'), numeric: true },
            { key: 'payable', label: w('实发', 'Paid'), numeric: true },
            { key: 'opened', label: w('新立追回', 'Opened'), numeric: true },
          ]}
          rows={items.map((one) => ({
            cells: {
              person: (
                <a href={`${HERE}?state=all&person_id=${one.person_id}`}>
                  {one.person_name} {one.id_number_masked}
                </a>
              ),
              positive: yuan(one.positive_fen),
              negative: yuan(one.negative_fen),
              netted: yuan(one.netted_fen),
              released: yuan(one.released_fen),
              offset: yuan(one.offset_fen),
              credited: yuan(one.credited_fen),
              payable: yuan(one.payable_fen),
              opened: yuan(one.opened_fen),
            },
          }))}
        />
        <Pager next={next} first={first} />
      </Results>
    </Page>
  )
}
