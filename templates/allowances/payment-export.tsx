/** The page before money moves: what will be exported, in which format, whose budget pays it, and why again. */
import { Field, Form, type FormError, type Option } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Facts, Notice } from '../parts.tsx'
import { words } from '../words.ts'
import { yuan } from './words.ts'

export interface PaymentExportProps {
  frame: Frame
  step: 'payment-file' | 'reissue'
  run: { id: string; scheme_name: string; month: string; district_name: string }
  count: number
  total_fen: number
  total_in_capitals: string
  /** people without an account */
  waiting: number
  /** returned payments of whom the account was not corrected */
  blocked: number
  /** the same payments were exported before */
  before: { number: number; by: string; at: string } | null
  /** a batch that is exported again */
  batch_id: string | null
  formats: Option[]
  year: number
  values: Record<string, string>
  errors: FormError[]
}

export function PaymentExport({ frame, step, run, before, values, errors, ...props }: PaymentExportProps) {
  const w = words(frame.lang)
  const back = `/console/runs/${run.id}`
  // nothing came back, or nothing of it was corrected
  const nothing = step === 'reissue' && props.count === 0
  const heading = step === 'reissue' ? w('退票补发', 'Issue again') : w('生成发放文件', 'Make payment file')
  return (
    <Page {...frame} heading={heading} back={{ href: back, label: `${run.month} ${run.district_name}` }}>
      <div class="card confirm">
        <Facts
          items={[
            { label: w('批次', 'Run'), value: `${run.scheme_name} ${run.month} ${run.district_name}` },
            { label: w('笔数', 'Payments'), value: w(`${props.count} 笔`, `${props.count}`) },
            { label: w('合计', 'Total'), value: yuan(props.total_fen) },
            { label: w('人民币大写', 'In capitals'), value: props.total_in_capitals },
          ]}
        />
        {step === 'payment-file' && props.waiting > 0 && (
          <Notice tone="info">
            {w(
              `另有 ${props.waiting} 人没有登记银行账号，暂缓发放；补登后可再生成一批。`,
              `${props.waiting} people have no account on record and wait; another batch pays them once they have.`,
            )}
          </Notice>
        )}
        {props.blocked > 0 && (
          <Notice tone="warn">
            {w(
              `另有 ${props.blocked} 笔退票的账号还没有更正，本次不补发。户名不符、销户、账号错误的，请先由任职机构更换账号。`,
              `${props.blocked} returned payments are left out: their employers must correct the account first.`,
            )}
          </Notice>
        )}
        {nothing && props.blocked === 0 && (
          <Notice tone="info">{w('没有需要补发的退票。', 'Nothing is to be issued again.')}</Notice>
        )}
        {before && (
          <Notice tone="bad">
            {w(
              `第 ${before.number} 批已于 ${before.at} 由 ${before.by} 导出。再次导出含同样的款项，请写明原因，请勿重复发放。`,
              `${before.by} exported batch ${before.number} on ${before.at}. Another export holds the same payments: say why, and do not pay them twice.`,
            )}
          </Notice>
        )}
        {!nothing && (
          <Notice tone="warn">
            {w(
              '文件含有完整的证件号码和银行账号，生成和每次下载都会记录。',
              'The file holds full ID and account numbers; making it and every download are recorded.',
            )}
          </Notice>
        )}
        {!nothing && (
          <Form action={`${back}/${step}`} errors={errors} submit={heading} cancel={back}>
            {props.batch_id && <input type="hidden" name="batch_id" value={props.batch_id} />}
            <Field
              label={w('格式', 'Format')}
              name="bank_format"
              type="select"
              value={values.bank_format ?? 'huyu-xlsx'}
              options={props.formats}
            />
            {!before && (
              <Field
                label={w('预算年度', 'Budget year')}
                name="budget_year"
                type="number"
                value={values.budget_year ?? props.year}
                hint={w(
                  '由哪一年的预算支付；十二月的津贴次年发放的，按资金文件填写。',
                  'Whose budget pays it; for December paid in January as the funding document says.',
                )}
              />
            )}
            <Field
              label={before ? w('再次导出的原因', 'Why again') : w('说明（可不填）', 'Remark (optional)')}
              name="reason"
              type="textarea"
              required={before !== null}
              value={values.reason}
            />
          </Form>
        )}
      </div>
    </Page>
  )
}
