/** One recovery: what it rests on, how it is to come in and what came in. */
import { ENTRY_KINDS } from '../../src/allowances/recovery-rules.ts'
import type { RecoveryDetail } from '../../src/allowances/recovery-shapes.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import type { FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Empty, Facts, Kpis } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { HERE, RecoveryState } from './recoveries.tsx'
import { PlanForms, RepaymentForm, WriteOffForm, WriteOffs } from './recovery-forms.tsx'
import { yuan } from './words.ts'

/** The forms of the page, of which one may have been refused. */
export type RecoveryForm = 'offset' | 'instalments' | 'repayments' | 'write-offs' | 'decision'

export interface RecoveryProps {
  frame: Frame
  recovery: RecoveryDetail
  /** instants as people read them, by what was recorded */
  told: (at: Date) => string
  today: string
  may: { plan: boolean; record: boolean; propose: boolean; decide: boolean; person: boolean }
  /** the reader proposed the write-off that waits */
  own_proposal: boolean
  failed: RecoveryForm | null
  values: Record<string, string>
  errors: FormError[]
}

export function Recovery(props: RecoveryProps) {
  const { frame, recovery, may } = props
  const w = words(frame.lang)
  const open = recovery.balance_fen > 0
  return (
    <Page {...frame} heading={w('追回', 'Recovery')} back={{ href: HERE, label: w('追回台账', 'Recoveries') }}>
      <Kpis
        items={[
          { label: w('余额', 'Balance'), value: yuan(recovery.balance_fen), tone: open ? 'warn' : 'good' },
          { label: w('立账', 'Opened'), value: yuan(recovery.opened_fen) },
          { label: w('已抵扣', 'Off-set'), value: yuan(recovery.offset_fen) },
          { label: w('已归还', 'Repaid'), value: yuan(recovery.repaid_fen) },
          { label: w('已核减', 'Released'), value: yuan(recovery.released_fen) },
          { label: w('已核销', 'Written off'), value: yuan(recovery.written_off_fen) },
        ]}
      />
      <Card title={w('基本情况', 'What it is')}>
        <Facts
          items={[
            {
              label: w('人员', 'Person'),
              value: may.person ? (
                <a href={`/console/people/${recovery.person_id}`}>{recovery.person_name}</a>
              ) : (
                recovery.person_name
              ),
            },
            { label: w('证件号码', 'Document'), value: recovery.id_number_masked },
            { label: w('政策', 'Scheme'), value: recovery.scheme_name },
            { label: w('区县', 'District'), value: recovery.district_name },
            {
              label: w('立账批次', 'Opened by'),
              value: may.person ? (
                <a href={`/console/runs/${recovery.run_id}`}>{recovery.run_month}</a>
              ) : (
                recovery.run_month
              ),
            },
            { label: w('状态', 'State'), value: <RecoveryState recovery={recovery} /> },
          ]}
        />
      </Card>
      <Causes {...props} />
      <Entries {...props} />
      <Plans {...props} />
      <WriteOffs {...props} />
      {open && may.plan && <PlanForms {...props} />}
      {open && may.record && <RepaymentForm {...props} />}
      {open && may.propose && !recovery.write_off_open && <WriteOffForm {...props} />}
    </Page>
  )
}

function Causes({ recovery }: RecoveryProps) {
  const w = useWords()
  return (
    <Card title={w('依据', 'What it rests on')}>
      <Table
        caption={w('依据的台账', 'Entries of the ledger')}
        empty=""
        columns={[
          { key: 'month', label: w('月份', 'Month') },
          { key: 'previous', label: w('原入账', 'Booked before'), numeric: true },
          { key: 'now', label: w('应为', 'Comes to'), numeric: true },
          { key: 'difference', label: w('差额', 'Difference'), numeric: true },
        ]}
        rows={recovery.causes.map((cause) => ({
          cells: {
            month: cause.component === 'monthly' ? cause.month : `${cause.month} ${cause.component_title}`,
            previous: cause.previous_fen === null ? '—' : yuan(cause.previous_fen),
            now: yuan(cause.entitlement_fen),
            difference: yuan(cause.amount_fen),
          },
        }))}
      />
    </Card>
  )
}

function Entries({ recovery, told, frame }: RecoveryProps) {
  const w = useWords()
  return (
    <Card title={w('往来', 'Entries')}>
      <Table
        caption={w('往来记录', 'Entries')}
        empty=""
        columns={[
          { key: 'at', label: w('时间', 'When') },
          { key: 'kind', label: w('事项', 'What') },
          { key: 'about', label: w('说明', 'About') },
          { key: 'amount', label: w('金额', 'Amount'), numeric: true },
          { key: 'balance', label: w('余额', 'Balance'), numeric: true },
          { key: 'who', label: w('经办', 'By') },
        ]}
        rows={recovery.entries.map((entry) => ({
          cells: {
            at: told(entry.recorded_at),
            kind: inLanguage(frame.lang, ENTRY_KINDS[entry.kind]),
            about:
              entry.reference !== null
                ? `${entry.paid_on} ${entry.reference}`
                : entry.month !== null
                  ? w(
                      `${entry.month} 恢复，${entry.run_month} 批次`,
                      `${entry.month} given back by the run of ${entry.run_month}`,
                    )
                  : entry.run_month !== null
                    ? w(`${entry.run_month} 批次`, `run of ${entry.run_month}`)
                    : '',
            amount: yuan(
              ['opening', 'reopening', 'return'].includes(entry.kind) ? entry.amount_fen : -entry.amount_fen,
            ),
            balance: yuan(entry.balance_fen),
            who: entry.recorded_by_name ?? '',
          },
        }))}
      />
    </Card>
  )
}

function Plans({ recovery, told }: RecoveryProps) {
  const w = useWords()
  return (
    <Card title={w('追回计划', 'Plan')}>
      {recovery.plans.length === 0 && (
        <Empty title={w('还没有定计划，不会自动抵扣。', 'No plan yet: nothing is off-set.')} />
      )}
      {recovery.plans.map((plan, index) => (
        <Facts
          items={[
            {
              label: index === 0 ? w('现行', 'In force') : w('已被取代', 'Replaced'),
              value:
                plan.kind === 'offset'
                  ? w(
                      `${plan.starts_on} 起审批的批次抵扣，每批至少留 ${yuan(plan.floor_fen ?? 0)}`,
                      `off-set against runs approved from ${plan.starts_on}, leaving ${yuan(plan.floor_fen ?? 0)} of each`,
                    )
                  : plan.instalments.map(({ due_on, amount_fen }) => (
                      <div>
                        {due_on} {yuan(amount_fen)}
                      </div>
                    )),
            },
            { label: w('理由', 'Reason'), value: plan.reason },
            { label: w('制定', 'Made'), value: `${plan.made_by_name ?? ''} ${told(plan.made_at)}` },
          ]}
        />
      ))}
    </Card>
  )
}
