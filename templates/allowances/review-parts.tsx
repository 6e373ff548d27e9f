/** How far a run is and how far each step of its review is: on the run's own page and on that of its review. */
import { reviewerName, STAGES } from '../../src/allowances/review-rules.ts'
import type { ReviewView } from '../../src/allowances/review-shapes.ts'
import { Steps, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords } from '../words.ts'
import { yuan } from './words.ts'

export type StepItem = Omit<ReviewView['steps'][number], 'decided_at'> & { decided_at: string | null }

/** The states of a run from the draft to the payment; `done` of them are behind it. */
export function Stages({ done }: { done: number }) {
  const w = useWords()
  return <Steps steps={Object.values(STAGES).map(({ zh, en }) => ({ label: w(zh, en) }))} current={done} />
}

export function ReviewSteps({ steps }: { steps: StepItem[] }) {
  const w = useWords()
  return (
    <Table
      caption={w('各级审核', 'Steps of the review')}
      empty=""
      columns={[
        { key: 'reviewer', label: w('审核', 'Reviewed by') },
        { key: 'lines', label: w('明细', 'Lines'), numeric: true },
        { key: 'amount', label: w('金额', 'Amount'), numeric: true },
        { key: 'findings', label: w('疑点待答复', 'Findings open'), numeric: true },
        { key: 'sample', label: w('抽查待登记', 'Sample open'), numeric: true },
        { key: 'state', label: w('结果', 'State') },
      ]}
      rows={steps.map((step) => ({
        cells: {
          reviewer: <Reviewer step={step} />,
          lines: w(`${step.lines} 笔，应发 ${step.payable} 笔`, `${step.lines}, ${step.payable} payable`),
          amount: yuan(step.amount_fen),
          findings: step.open_findings,
          sample: step.open_inspections,
          state: step.decided_at ? (
            <>
              <Tag tone="good">{w('已审核', 'Reviewed')}</Tag> {step.decided_by} {step.decided_at} {step.reason}
            </>
          ) : (
            <Tag tone="warn">{w('待审核', 'Waiting')}</Tag>
          ),
        },
      }))}
    />
  )
}

/** A township by its name; of the step of what lies in none on record that is said. */
function Reviewer({ step }: { step: StepItem }) {
  const w = useWords()
  const { zh, en } = reviewerName(step)
  if (step.reviewer !== 'township' || step.township_name) return <>{w(zh, en)}</>
  return (
    <>
      {w(zh, en)} <span class="quiet">{w('没有登记所在镇街的机构', 'facilities without a township on record')}</span>
    </>
  )
}
