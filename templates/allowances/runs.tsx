/** Allowance runs: the list, and asking for a new one. */

import { RUN_WAITS } from '../../src/allowances/review-rules.ts'
import { RUN_STATUSES, type RunStatus } from '../../src/allowances/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError, type Option } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Tag, type Tone } from '../parts.tsx'
import { Filters, Pager, Results, Table } from '../table.tsx'
import { WaitsField } from '../waits-field.tsx'
import { useWords, words } from '../words.ts'
import { yuan } from './words.ts'

export const STATUS_TONES: Record<RunStatus, Tone> = {
  computing: 'info',
  computed: 'warn',
  submitted: 'warn',
  reviewed: 'warn',
  approved: 'good',
  rejected: 'bad',
}

function RunStatusTag({ status }: { status: string }) {
  const w = useWords()
  const known = RUN_STATUSES[status as RunStatus]
  return <Tag tone={STATUS_TONES[status as RunStatus]}>{w(known.zh, known.en)}</Tag>
}

export interface RunsProps {
  frame: Frame
  filter: { scheme_code: string; month: string; status: string; waits: string }
  schemes: Option[]
  items: {
    id: string
    scheme_name: string
    scheme_version: number
    month: string
    district_name: string
    status: string
    line_count: number | null
    payable_count: number | null
    total_fen: number | null
    created_by: string
  }[]
  next: string | null
  may_compute: boolean
}

export function Runs({ frame, filter, schemes, items, next, may_compute }: RunsProps) {
  const w = words(frame.lang)
  const add = (
    <a class="button primary" href="/console/runs/new">
      {w('新建批次', 'New run')}
    </a>
  )
  return (
    <Page {...frame} heading={w('津贴批次', 'Allowance runs')} actions={may_compute && add}>
      <Filters action="/console/runs">
        <Field
          label={w('政策', 'Scheme')}
          name="scheme_code"
          type="select"
          value={filter.scheme_code}
          options={[{ value: '', label: w('全部', 'All') }, ...schemes]}
        />
        <Field label={w('月份', 'Month')} name="month" type="month" value={filter.month} />
        <Field
          label={w('状态', 'Status')}
          name="status"
          type="select"
          value={filter.status}
          options={[
            { value: '', label: w('全部', 'All') },
            ...Object.entries(RUN_STATUSES).map(([value, label]) => ({ value, label: inLanguage(frame.lang, label) })),
          ]}
        />
        <WaitsField waits={RUN_WAITS} value={filter.waits} />
      </Filters>
      <Results>
        <Table
          caption={w('津贴批次', 'Allowance runs')}
          empty={
            may_compute
              ? w('没有符合条件的批次。月份结束后可以“新建批次”。', 'No run matches. Make one when the month is over.')
              : w(
                  '没有符合条件的批次。批次由区县民政或卫健部门新建。',
                  'No run matches. Runs are made by district authorities.',
                )
          }
          columns={[
            { key: 'month', label: w('月份', 'Month') },
            { key: 'district', label: w('区县', 'District') },
            { key: 'scheme', label: w('政策', 'Scheme') },
            { key: 'people', label: w('应发 / 明细', 'Payable / lines'), numeric: true },
            { key: 'total', label: w('金额', 'Amount'), numeric: true },
            { key: 'status', label: w('状态', 'Status') },
            { key: 'maker', label: w('制表人', 'Made by') },
          ]}
          rows={items.map((run) => ({
            cells: {
              month: <a href={`/console/runs/${run.id}`}>{run.month}</a>,
              district: run.district_name,
              scheme: w(`${run.scheme_name} 第 ${run.scheme_version} 版`, `${run.scheme_name} v${run.scheme_version}`),
              people: run.line_count === null ? '—' : `${run.payable_count} / ${run.line_count}`,
              total: run.total_fen === null ? '—' : yuan(run.total_fen),
              status: <RunStatusTag status={run.status} />,
              maker: run.created_by,
            },
          }))}
        />
        <Pager next={next} first={frame.path.includes('cursor=') ? '/console/runs' : null} />
      </Results>
    </Page>
  )
}

export interface NewRunProps {
  frame: Frame
  schemes: Option[]
  districts: Option[]
  values: Record<string, string>
  errors: FormError[]
}

export function NewRun({ frame, schemes, districts, values, errors }: NewRunProps) {
  const w = words(frame.lang)
  return (
    <Page
      {...frame}
      heading={w('新建批次', 'New run')}
      back={{ href: '/console/runs', label: w('津贴批次', 'Allowance runs') }}
    >
      <div class="card">
        <Form action="/console/runs" errors={errors} submit={w('开始计算', 'Compute')} cancel="/console/runs">
          <Field
            label={w('政策', 'Scheme')}
            name="scheme_code"
            type="select"
            value={values.scheme_code}
            options={schemes}
            required
          />
          <Field
            label={w('月份', 'Month')}
            name="month"
            type="month"
            value={values.month}
            required
            hint={w('只能计算已经结束的月份', 'The month must be over')}
          />
          <Field
            label={w('区县', 'District')}
            name="district_code"
            type="select"
            value={values.district_code}
            options={districts}
            required
          />
        </Form>
      </div>
    </Page>
  )
}
