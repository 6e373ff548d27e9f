/** The review of a run: each step with its decision, what looks odd, the sample for inspection, the lines that are held back. */
import { HOLD_CAUSES, reviewerName } from '../../src/allowances/review-rules.ts'
import type { FindingRow, HoldRow, ReviewView, SampleLine } from '../../src/allowances/review-shapes.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Card, Notice, Tag } from '../parts.tsx'
import { Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { Findings, Sample } from './review-lists.tsx'
import { ReviewSteps, Stages, type StepItem } from './review-parts.tsx'
import { pageOfLine, yuan } from './words.ts'

type Hold = Omit<HoldRow, 'held_at' | 'released_at'> & { held_at: string; released_at: string | null }

export interface ReviewProps {
  frame: Frame
  run: { id: string; month: string; district_name: string; scheme_name: string }
  review: Omit<ReviewView, 'steps'> & { steps: StepItem[] }
  stages_done: number
  /** steps that the reader may decide now, and whether they may hold and release */
  own_steps: StepItem[]
  may_hold: boolean
  findings: FindingRow[]
  next: string | null
  sample: SampleLine[]
  drawing: string
  holds: Hold[]
  /** which form was refused, what was chosen on it, and why */
  refused: string | null
  values: Record<string, string>
  ticked: string[]
  errors: FormError[]
}

export function Review(props: ReviewProps) {
  const { frame, run, review, own_steps, refused, values, errors } = props
  const w = words(frame.lang)
  const here = `/console/runs/${run.id}/review`
  return (
    <Page
      {...frame}
      heading={w('审核', 'Review')}
      back={{ href: `/console/runs/${run.id}`, label: `${run.month} ${run.district_name} ${run.scheme_name}` }}
    >
      <Stages done={props.stages_done} />
      {review.status === 'submitted' && review.own_work && (
        <Notice tone="warn">
          {w('您是本批次的制表人或提交人，审核须由另一位人员办理。', 'You made this run: somebody else reviews it.')}
        </Notice>
      )}
      {review.status === 'computed' && (
        <Notice tone="info">
          {w(
            '批次提交后才能审核；疑点现在就可以查看。',
            'It is reviewed after it is submitted; the findings can be read now.',
          )}
        </Notice>
      )}
      <Card
        title={w('各级审核', 'Steps')}
        actions={<a href="/console/review-rules">{w('路径与参数的依据', 'Where routes and figures come from')}</a>}
      >
        {review.steps.length === 0 ? (
          <p>
            {w(
              '提交后按机构类型分到镇（街道）、区县或市审核。',
              'Each kind of facility gets its reviewer on submission.',
            )}
          </p>
        ) : (
          <ReviewSteps steps={review.steps} />
        )}
      </Card>
      <Findings {...props} here={here} />
      {review.sample && <Sample {...props} sampled={review.sample} here={here} />}
      <Holds {...props} here={here} />
      {own_steps.map(({ reviewer, township_code, township_name }) => (
        <Card
          title={w(
            `${reviewerName({ reviewer, township_name }).zh}审核`,
            `Decide: ${reviewerName({ reviewer, township_name }).en}`,
          )}
        >
          <Form
            action={`${here}/steps`}
            errors={refused === reviewer ? errors : []}
            submit={w('提交审核意见', 'Decide')}
          >
            <input type="hidden" name="reviewer" value={reviewer} />
            {township_code && <input type="hidden" name="township_code" value={township_code} />}
            <Field
              id={`decision-${reviewer}`}
              label={w('意见', 'Decision')}
              name="decision"
              type="radio"
              required
              value={refused === reviewer ? values.decision : ''}
              options={[
                { value: 'agreed', label: w('同意', 'agreed') },
                {
                  value: 'returned',
                  label: w('退回（批次作废，重新计算）', 'sent back: the run is void and computed anew'),
                },
              ]}
            />
            <Field
              id={`reason-${reviewer}`}
              label={w('说明（退回必填）', 'Remark (required when sent back)')}
              name="reason"
              value={refused === reviewer ? values.reason : ''}
            />
          </Form>
        </Card>
      ))}
    </Page>
  )
}

function Holds({ frame, run, review, holds, may_hold, refused, values, errors, here }: ReviewProps & { here: string }) {
  const w = useWords()
  return (
    <Card
      title={w(
        `暂缓：${review.held_count} 笔 ${yuan(review.held_fen)}`,
        `Held back: ${review.held_count}, ${yuan(review.held_fen)}`,
      )}
    >
      <p>
        {w(
          '暂缓的明细不入账、不发放；解除后随本批次或下一批次补发，已办结的月份不改动。在明细的“依据”页、机构明细页可以暂缓一笔。',
          'A line held back is neither booked nor paid; released it is paid with this run or the next, and no closed month changes. A line is held from its own page, one of an organisation from the page of these lines.',
        )}
      </p>
      <Table
        caption={w('暂缓的明细', 'Lines held back')}
        empty={w('没有暂缓的明细。', 'No line is held back.')}
        details={w('解除', 'Release')}
        columns={[
          { key: 'who', label: w('收款人', 'Payee') },
          { key: 'where', label: w('机构', 'Facility') },
          { key: 'amount', label: w('金额', 'Amount'), numeric: true },
          { key: 'why', label: w('原因', 'Reason') },
          { key: 'state', label: w('状态', 'State') },
        ]}
        rows={holds.map((hold) => ({
          cells: {
            who: <a href={pageOfLine(run.id, hold)}>{`${hold.person_name} ${hold.month}`}</a>,
            where: hold.organisation_name ?? '—',
            amount: yuan(hold.amount_fen),
            why: `${inLanguage(frame.lang, HOLD_CAUSES[hold.cause as keyof typeof HOLD_CAUSES])}${w('：', ': ')}${hold.reason} · ${hold.held_by} ${hold.held_at}`,
            state: hold.released_at ? (
              <>
                <Tag tone="good">{w('已解除', 'released')}</Tag>{' '}
                {`${hold.release_reason} · ${hold.released_by} ${hold.released_at}`}
              </>
            ) : (
              <Tag tone="warn">{w('暂缓中', 'held')}</Tag>
            ),
          },
          ...(may_hold &&
            !hold.released_at && {
              detail: (
                <Form
                  action={`${here}/holds/${hold.id}/release`}
                  errors={refused === hold.id ? errors : []}
                  submit={w('解除暂缓', 'Release')}
                >
                  <Field
                    id={`release-${hold.id}`}
                    label={w('理由', 'Reason')}
                    name="reason"
                    required
                    value={refused === hold.id ? values.reason : ''}
                  />
                </Form>
              ),
            }),
        }))}
      />
    </Card>
  )
}
