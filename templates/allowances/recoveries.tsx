/** The ledger of recoveries: sums by district, and each recovery with what is left of it. */
import type { DistrictSum, RecoveryFilter, RecoveryView } from '../../src/allowances/recovery-shapes.ts'
import { Field } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Kpis, Tag } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { yuan } from './words.ts'

export const HERE = '/console/recoveries'

export interface RecoveriesProps {
  frame: Frame
  filter: RecoveryFilter
  sums: DistrictSum[]
  items: RecoveryView[]
  next: string | null
  first: string | null
  /** null: the reader is the person, and sees their own only */
  of_district: ((district_code: string) => string) | null
}

export function Recoveries({ frame, filter, sums, items, next, first, of_district }: RecoveriesProps) {
  const w = words(frame.lang)
  const total = (key: 'balance_fen' | 'opened_fen' | 'open_count' | 'unplanned_count') =>
    sums.reduce((sum, row) => sum + row[key], 0)
  return (
    <Page {...frame} heading={of_district ? w('追回台账', 'Recoveries') : w('我的追回', 'My recoveries')}>
      <Kpis
        items={[
          {
            label: w('待追回', 'To come'),
            value: yuan(total('balance_fen')),
            tone: total('balance_fen') ? 'warn' : 'good',
          },
          { label: w('未结清', 'Open'), value: total('open_count'), unit: w('笔', '') },
          {
            label: w('未定计划', 'Without a plan'),
            value: total('unplanned_count'),
            unit: w('笔', ''),
            href: `${HERE}?plan=none`,
          },
          { label: w('累计立账', 'Opened in all'), value: yuan(total('opened_fen')) },
        ]}
      />
      <Filters action={HERE}>
        {of_district && (
          <Field
            label={w('区县', 'District')}
            name="district_code"
            type="select"
            value={filter.district_code ?? ''}
            options={[
              { value: '', label: w('全部', 'All') },
              ...sums.map(({ district_code, district_name }) => ({ value: district_code, label: district_name })),
            ]}
          />
        )}
        <Field
          label={w('状态', 'State')}
          name="state"
          type="select"
          value={filter.state}
          options={[
            { value: 'open', label: w('未结清', 'Open') },
            { value: 'settled', label: w('已结清', 'Settled') },
            { value: 'write_off_proposed', label: w('核销待决定', 'Write-off to decide') },
            { value: 'all', label: w('全部', 'All') },
          ]}
        />
        <Field
          label={w('计划', 'Plan')}
          name="plan"
          type="select"
          value={filter.plan ?? ''}
          options={[
            { value: '', label: w('全部', 'All') },
            { value: 'none', label: w('未定计划', 'None') },
            { value: 'offset', label: w('津贴抵扣', 'Off-set') },
            { value: 'instalments', label: w('分期归还', 'Instalments') },
            { value: 'overdue', label: w('已逾期', 'Overdue') },
          ]}
        />
      </Filters>
      <Results>
        {of_district && <Districts sums={sums} of_district={of_district} />}
        <Card title={w('明细', 'One by one')}>
          <Table
            caption={w('追回明细', 'Recoveries')}
            empty={w('没有符合条件的追回。', 'No recovery matches.')}
            columns={[
              { key: 'person', label: w('人员', 'Person') },
              { key: 'district', label: w('区县', 'District') },
              { key: 'run', label: w('批次', 'Run') },
              { key: 'opened', label: w('立账', 'Opened'), numeric: true },
              { key: 'returned', label: w('已抵扣和归还', 'Came back'), numeric: true },
              { key: 'released', label: w('核减和核销', 'Released, written off'), numeric: true },
              { key: 'balance', label: w('余额', 'Balance'), numeric: true },
              { key: 'state', label: w('状态', 'State') },
            ]}
            rows={items.map((one) => ({
              cells: {
                person: (
                  <a href={`${HERE}/${one.id}`}>
                    {one.person_name} {one.id_number_masked}
                  </a>
                ),
                district: one.district_name,
                run: one.run_month,
                opened: yuan(one.opened_fen),
                returned: yuan(one.offset_fen + one.repaid_fen),
                released: yuan(one.released_fen + one.written_off_fen),
                balance: yuan(one.balance_fen),
                state: <RecoveryState recovery={one} />,
              },
            }))}
          />
          <Pager next={next} first={first} />
        </Card>
      </Results>
    </Page>
  )
}

function Districts({ sums, of_district }: { sums: DistrictSum[]; of_district: (district_code: string) => string }) {
  const w = useWords()
  return (
    <Card title={w('各区县', 'By district')}>
      <Table
        caption={w('各区县追回合计', 'Recoveries by district')}
        empty={w('还没有追回。', 'No recovery yet.')}
        columns={[
          { key: 'district', label: w('区县', 'District') },
          { key: 'count', label: w('笔数', 'Count'), numeric: true },
          { key: 'opened', label: w('立账', 'Opened'), numeric: true },
          { key: 'offset', label: w('已抵扣', 'Off-set'), numeric: true },
          { key: 'repaid', label: w('已归还', 'Repaid'), numeric: true },
          { key: 'released', label: w('已核减', 'Released'), numeric: true },
          { key: 'written_off', label: w('已核销', 'Written off'), numeric: true },
          { key: 'balance', label: w('余额', 'Balance'), numeric: true },
        ]}
        rows={sums.map((row) => ({
          cells: {
            district: <a href={of_district(row.district_code)}>{row.district_name}</a>,
            count: row.count,
            opened: yuan(row.opened_fen),
            offset: yuan(row.offset_fen),
            repaid: yuan(row.repaid_fen),
            released: yuan(row.released_fen),
            written_off: yuan(row.written_off_fen),
            balance: yuan(row.balance_fen),
          },
        }))}
      />
    </Card>
  )
}

export function RecoveryState({ recovery }: { recovery: RecoveryView }) {
  const w = useWords()
  if (recovery.balance_fen === 0) return <Tag tone="good">{w('已结清', 'Settled')}</Tag>
  if (recovery.overdue_fen > 0)
    return <Tag tone="bad">{w(`逾期 ${yuan(recovery.overdue_fen)}`, `Overdue ${yuan(recovery.overdue_fen)}`)}</Tag>
  if (recovery.write_off_open) return <Tag tone="warn">{w('核销待决定', 'Write-off proposed')}</Tag>
  if (recovery.plan_kind === null) return <Tag tone="warn">{w('未定计划', 'No plan')}</Tag>
  return (
    <Tag tone="info">{recovery.plan_kind === 'offset' ? w('津贴抵扣', 'Off-set') : w('分期归还', 'Instalments')}</Tag>
  )
}
