/** Budgets of a year: a bar and the figures of each district, every document behind them, and the form for a further one. */
import { QUOTA_KINDS } from '../../src/allowances/budget-rules.ts'
import type { BudgetFilter, BudgetView } from '../../src/allowances/budget-shapes.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Kpis, Notice, Tag } from '../parts.tsx'
import { Filters, Results, Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import type { Named } from './level-pay.tsx'
import { yuan } from './words.ts'

const HERE = '/console/budget'

export interface BudgetProps {
  frame: Frame
  filter: BudgetFilter & { budget_year: number }
  years: number[]
  items: BudgetView[]
  schemes: Named[]
  districts: Named[]
  /** null: the reader may not record any */
  form: { values: Record<string, string>; errors: FormError[] } | null
}

export function Budget({ frame, filter, years, items, schemes, districts, form }: BudgetProps) {
  const w = words(frame.lang)
  const sum = (name: 'quota_fen' | 'used_fen' | 'reserved_fen' | 'left_fen') =>
    items.reduce((total, one) => total + (one[name] ?? 0), 0)
  const without = items.filter(({ quota_fen }) => quota_fen === null)
  const all = { value: '', label: w('全部', 'All') }
  const named = (list: Named[]) => list.map(({ code, name }) => ({ value: code, label: name }))
  return (
    <Page {...frame} heading={w(`预算 · ${filter.budget_year} 年度`, `Budget · ${filter.budget_year}`)}>
      <Filters action={HERE}>
        <Field
          label={w('预算年度', 'Budget year')}
          name="budget_year"
          type="select"
          value={`${filter.budget_year}`}
          options={years.map((year) => ({ value: `${year}`, label: `${year}` }))}
        />
        <Field
          label={w('政策', 'Scheme')}
          name="scheme_code"
          type="select"
          value={filter.scheme_code ?? ''}
          options={[all, ...named(schemes)]}
        />
        <Field
          label={w('区县', 'District')}
          name="district_code"
          type="select"
          value={filter.district_code ?? ''}
          options={[all, ...named(districts)]}
        />
        <Field
          label={w('结余', 'Left')}
          name="short"
          type="select"
          value={filter.short ? 'true' : ''}
          options={[all, { value: 'true', label: w('额度不足', 'Short') }]}
        />
      </Filters>
      <Results>
        <Kpis
          items={[
            { label: w('额度', 'Quota'), value: yuan(sum('quota_fen')) },
            { label: w('已支付', 'Used'), value: yuan(sum('used_fen')) },
            {
              label: w('已占用', 'Reserved'),
              value: yuan(sum('reserved_fen')),
              note: w('已提交或已审批，尚未支付', 'submitted or approved, not paid yet'),
            },
            {
              label: w('结余', 'Left'),
              value: yuan(sum('left_fen')),
              ...(without.length > 0 && { note: w('不含未登记额度的', 'of quotas on record') }),
            },
          ]}
        />
        {without.length > 0 && (
          <Notice tone="warn">
            {w(
              `以下 ${without.length} 项还没有登记额度，只统计支出：${placesOf(without, '、', '；')}。`,
              `No quota is on record for ${without.length}; only spending is shown: ${placesOf(without, ', ', '; ')}.`,
            )}
          </Notice>
        )}
        <Card title={w('各区县', 'By district')}>
          <Table
            caption={w('各区县预算', 'Budgets by district')}
            empty={w('这个年度还没有额度，也没有批次。', 'Neither a quota nor a run in this year.')}
            details={w('额度文件', 'Documents')}
            columns={[
              { key: 'district', label: w('区县', 'District') },
              { key: 'scheme', label: w('政策', 'Scheme') },
              { key: 'bar', label: w('执行', 'Spending') },
              { key: 'quota', label: w('额度', 'Quota'), numeric: true },
              { key: 'used', label: w('已支付', 'Used'), numeric: true },
              { key: 'reserved', label: w('已占用', 'Reserved'), numeric: true },
              { key: 'left', label: w('结余', 'Left'), numeric: true },
            ]}
            rows={items.map((one) => ({
              label: placeOf(one),
              cells: {
                district: one.district_name,
                scheme: one.scheme_name,
                bar: <Bar budget={one} />,
                quota: one.quota_fen === null ? <Tag tone="plain">{w('未下达', 'None')}</Tag> : yuan(one.quota_fen),
                used: yuan(one.used_fen),
                reserved: yuan(one.reserved_fen),
                left:
                  one.left_fen === null ? (
                    '—'
                  ) : one.left_fen < 0 ? (
                    <Tag tone="bad">{yuan(one.left_fen)}</Tag>
                  ) : (
                    yuan(one.left_fen)
                  ),
              },
              detail: one.quotas.length > 0 && <Documents budget={one} />,
            }))}
          />
        </Card>
      </Results>
      {form && <QuotaForm {...form} year={filter.budget_year} years={years} schemes={schemes} districts={districts} />}
    </Page>
  )
}

function placeOf({ district_name, scheme_name }: BudgetView): string {
  return `${district_name} ${scheme_name}`
}

/** By scheme, which are few, and its districts. */
function placesOf(items: BudgetView[], comma: string, semicolon: string): string {
  const bySchemes = Map.groupBy(items, ({ scheme_name }) => scheme_name)
  return [...bySchemes]
    .map(([scheme, rows]) => `${scheme}（${rows.map(({ district_name }) => district_name).join(comma)}）`)
    .join(semicolon)
}

/** How much of the quota is used and reserved, said in the figures beside it. */
function Bar({ budget: { quota_fen, used_fen, reserved_fen } }: { budget: BudgetView }) {
  const w = useWords()
  const whole = Math.max(quota_fen ?? 0, used_fen + reserved_fen, 1)
  const used = (used_fen * 100) / whole
  const reserved = (reserved_fen * 100) / whole
  const spent = Math.floor(((used_fen + reserved_fen) * 1000) / (quota_fen || 1)) / 10
  return (
    <span class="budget-bar">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="left" width="100" height="8" />
        <rect class="used" width={used} height="8" />
        <rect class="reserved" x={used} width={reserved} height="8" />
      </svg>
      {quota_fen !== null && <small>{w(`占额度 ${spent}%`, `${spent}% of the quota`)}</small>}
    </span>
  )
}

function Documents({ budget }: { budget: BudgetView }) {
  const w = useWords()
  return (
    <Table
      caption={w('额度文件', 'Documents')}
      empty=""
      columns={[
        { key: 'issued_on', label: w('发文日期', 'Issued on') },
        { key: 'document', label: w('文号', 'Document') },
        { key: 'amount', label: w('金额', 'Amount'), numeric: true },
        { key: 'by', label: w('登记人', 'Recorded by') },
      ]}
      rows={budget.quotas.map((row) => ({
        cells: {
          issued_on: row.issued_on,
          document: row.document,
          amount: `${row.kind === 'cut' ? '−' : '+'}${yuan(row.amount_fen)}`,
          by: row.recorded_by_name ?? '—',
        },
      }))}
    />
  )
}

type QuotaFormProps = NonNullable<BudgetProps['form']> &
  Pick<BudgetProps, 'years' | 'schemes' | 'districts'> & { year: number }

function QuotaForm({ values, errors, year, years, schemes, districts }: QuotaFormProps) {
  const w = useWords()
  const named = (list: Named[]) => list.map(({ code, name }) => ({ value: code, label: name }))
  return (
    <Card title={w('登记额度', 'Record a quota')}>
      <p class="quiet">
        {w(
          '每份文件登记一次：下达、追加或调减多少，不改动以前的登记。',
          'Each document is recorded once, with what it adds or takes away; earlier ones stay as they are.',
        )}
      </p>
      <Form action={HERE} errors={errors} submit={w('登记', 'Record')}>
        <Field
          label={w('政策', 'Scheme')}
          name="scheme_code"
          type="select"
          value={values.scheme_code}
          options={named(schemes)}
        />
        <Field
          label={w('区县', 'District')}
          name="district_code"
          type="select"
          value={values.district_code}
          options={named(districts)}
        />
        <Field
          label={w('预算年度', 'Budget year')}
          name="budget_year"
          type="select"
          value={values.budget_year ?? `${year}`}
          options={years.map((one) => ({ value: `${one}`, label: `${one}` }))}
        />
        <Field
          label={w('类别', 'Kind')}
          name="kind"
          type="select"
          value={values.kind ?? 'raise'}
          options={Object.entries(QUOTA_KINDS).map(([value, { zh, en }]) => ({ value, label: w(zh, en) }))}
        />
        <Field
          label={w('金额（元）', 'Amount, yuan')}
          name="amount_yuan"
          required
          value={values.amount_yuan}
          attributes={{ inputmode: 'decimal' }}
        />
        <Field label={w('发文日期', 'Issued on')} name="issued_on" type="date" required value={values.issued_on} />
        <Field label={w('文号', 'Document')} name="document" required value={values.document} />
      </Form>
    </Card>
  )
}
