/** Pages that confirm what moves a run on: the figures, the consequence, a reason where one is due. */
import { Confirm, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Facts, Notice } from '../parts.tsx'
import { words } from '../words.ts'
import { yuan } from './words.ts'

export type Step = 'submission' | 'approval' | 'rejection'

export interface DecideProps {
  frame: Frame
  step: Step
  run: {
    id: string
    scheme_name: string
    month: string
    district_name: string
    line_count: number | null
    payable_count: number | null
    total_fen: number | null
  }
  positive_fen: number
  negative_fen: number
  held: { held_count: number; held_fen: number }
  /** facilities that no township in particular would review */
  without_township: string[]
  values: Record<string, string>
  errors: FormError[]
}

export function Decide(props: DecideProps) {
  const { frame, step, run, positive_fen, negative_fen, held, without_township, values, errors } = props
  const w = words(frame.lang)
  const text = {
    submission: {
      heading: w('提交审核', 'Submit'),
      effect: w(
        '提交后不能再重新计算：按机构类型由镇（街道）、区县或市审核，再由财政审批；同时抽取抽查名单。',
        'It cannot be computed again afterwards: each kind of facility is reviewed by its authority, then finance decides. The sample is drawn now.',
      ),
    },
    approval: {
      heading: w('审批通过', 'Approve'),
      effect: w(
        '通过后除暂缓外的明细全部记入台账，不能更改；以后发现的变化在下个月的批次中补发或追回。',
        'All lines that are not held are booked and cannot be changed; later changes are paid or recovered in the next month’s run.',
      ),
    },
    rejection: {
      heading: w('驳回', 'Reject'),
      effect: w(
        '驳回后本批次作废，区县可以重新计算这个月份。',
        'The run is void; the district may compute the month anew.',
      ),
    },
  }[step]
  const back = `/console/runs/${run.id}`
  const reason = {
    label: step === 'rejection' ? w('驳回原因', 'Reason') : w('意见（可不填）', 'Remark (optional)'),
    value: values.reason,
    required: step === 'rejection',
  }
  const form = { action: `${back}/${step}`, errors, submit: text.heading, cancel: back }
  const figures = (
    <>
      <Facts
        items={[
          { label: w('批次', 'Run'), value: `${run.scheme_name} ${run.month} ${run.district_name}` },
          {
            label: w('明细', 'Lines'),
            value: w(
              `${run.line_count} 笔，其中应发 ${run.payable_count} 笔`,
              `${run.line_count}, ${run.payable_count} of them payable`,
            ),
          },
          { label: w('发放', 'To pay'), value: yuan(positive_fen) },
          { label: w('追回', 'To recover'), value: yuan(negative_fen) },
          {
            label: w('暂缓', 'Held back'),
            value: w(`${held.held_count} 笔 ${yuan(held.held_fen)}`, `${held.held_count}: ${yuan(held.held_fen)}`),
          },
        ]}
      />
      <Notice tone="warn">{text.effect}</Notice>
      {without_township.length > 0 && (
        <Notice tone="warn">
          {w(
            `${without_township.length} 家照料中心没有登记所在镇街（${without_township.slice(0, 5).join('、')}），将由不分镇街的镇（街道）账号审核；要由所在镇街审核的，请先在机构资料中登记。`,
            `${without_township.length} centre(s) have no township on record (${without_township.slice(0, 5).join(', ')}): an account for the townships of the whole district reviews them. To have their own township do it, record it with the organisation first.`,
          )}
        </Notice>
      )}
    </>
  )
  return (
    <Page {...frame} heading={text.heading} back={{ href: back, label: `${run.month} ${run.district_name}` }}>
      <Confirm {...form} danger={step === 'rejection'} reason={reason}>
        {figures}
      </Confirm>
    </Page>
  )
}
