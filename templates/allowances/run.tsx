/** One run: its figures, how far it is, every line with its reasons, what may be done next, and what was done. */

import type { ReviewView } from '../../src/allowances/review-shapes.ts'
import { RUN_STATUSES, type RunStatus } from '../../src/allowances/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { type Frame, Page } from '../layout.tsx'
import {
  Card,
  DownloadLink,
  Facts,
  type JobState,
  type Kpi,
  Kpis,
  Notice,
  Progress,
  type Tab,
  Tabs,
  Timeline,
  type TimelineItem,
} from '../parts.tsx'
import { Pager, Results } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { PaymentResults, type ResultsProps } from './payment-results.tsx'
import { ReviewSteps, Stages, type StepItem } from './review-parts.tsx'
import { Files, type LineItem, Lines, type PaymentFileItem } from './run-parts.tsx'
import { STATUS_TONES } from './runs.tsx'
import { yuan } from './words.ts'

export interface RunProps {
  frame: Frame
  run: {
    id: string
    scheme_code: string
    scheme_name: string
    scheme_version: number
    month: string
    district_code: string
    district_name: string
    status: string
    cutoff: string | null
    rules_sha256: string | null
    lines_sha256: string | null
    created_by: string
  }
  /** the reader sees all of the run, not a township's step of it alone */
  whole: boolean
  /** see STAGES */
  stages_done: number
  review: Omit<ReviewView, 'steps'> & { steps: StepItem[] }
  kpis: Kpi[]
  job: JobState | null
  /** why the reader may not decide it, though their role may */
  obstacle: string | null
  may: { compute: boolean; submit: boolean; decide: boolean; pay: boolean; recheck: boolean; take: boolean }
  organisations: { count: number; amount_fen: number }
  tabs: Tab[]
  lines: LineItem[]
  next: string | null
  first: string | null
  files: PaymentFileItem[]
  /** null until there is a payment file */
  results: ResultsProps | null
  timeline: TimelineItem[]
}

export function RunPage(props: RunProps) {
  const { frame, run, job, may } = props
  const w = words(frame.lang)
  const status = run.status as RunStatus
  return (
    <Page
      {...frame}
      heading={`${run.month} ${run.district_name} ${run.scheme_name}`}
      tag={{ tone: STATUS_TONES[status], text: inLanguage(frame.lang, RUN_STATUSES[status]) }}
      back={{ href: '/console/runs', label: w('津贴批次', 'Allowance runs') }}
      actions={<Actions run={run} may={may} whole={props.whole} />}
    >
      {props.obstacle && <Notice tone="warn">{props.obstacle}</Notice>}
      {job && job.status !== 'succeeded' && (
        <Progress job={job} href={`/console/runs/${run.id}`} unit={w('人', 'people')} />
      )}
      {status !== 'rejected' && <Stages done={props.stages_done} />}
      <Kpis items={props.kpis} />
      {status !== 'computing' && (
        <Card
          title={w('审核', 'Review')}
          actions={
            <a class="button" href={`/console/runs/${run.id}/review`}>
              {w('疑点、抽查与暂缓', 'Findings, sample, held lines')}
            </a>
          }
        >
          <p>
            {w(
              `自动检查 ${props.review.findings} 条疑点，${props.review.open_findings} 条待答复；暂缓 ${props.review.held_count} 笔。`,
              `${props.review.findings} found by the checks, ${props.review.open_findings} of them open; ${props.review.held_count} line(s) held back.`,
            )}
          </p>
          {props.review.steps.length > 0 && <ReviewSteps steps={props.review.steps} />}
        </Card>
      )}
      {props.files.length > 0 && <Files files={props.files} may_take={may.take} />}
      {props.results && <PaymentResults lang={frame.lang} results={props.results} />}
      <Tabs label={w('明细', 'Lines')} items={props.tabs} />
      <Results>
        <Lines run_id={run.id} lines={props.lines} lang={frame.lang} computing={status === 'computing'} />
        <Pager next={props.next} first={props.first} />
      </Results>
      <p class="links">
        <DownloadLink href={`/console/runs/${run.id}/lines.csv`} note="CSV">
          {w('下载全部明细', 'Download all lines')}
        </DownloadLink>
        {props.organisations.count > 0 && (
          <a href={`/console/runs/${run.id}/organisations`}>
            {w(
              `支付给机构的明细 ${props.organisations.count} 笔，${yuan(props.organisations.amount_fen)}`,
              `${props.organisations.count} lines paid to organisations, ${yuan(props.organisations.amount_fen)}`,
            )}
          </a>
        )}
      </p>
      <div class="halves">
        <Card title={w('计算依据', 'What it was computed from')}>
          <Facts
            items={[
              {
                label: w('政策版本', 'Version'),
                value: (
                  <a href={`/console/schemes/${run.scheme_code}`}>
                    {w(`第 ${run.scheme_version} 版`, `${run.scheme_version}`)}
                  </a>
                ),
              },
              { label: w('数据截至', 'Known until'), value: run.cutoff ?? '—' },
              { label: w('制表人', 'Made by'), value: run.created_by },
              { label: w('规则摘要', 'Rules SHA-256'), value: <code>{run.rules_sha256 ?? '—'}</code> },
              { label: w('明细摘要', 'Lines SHA-256'), value: <code>{run.lines_sha256 ?? '—'}</code> },
            ]}
          />
          {may.recheck && (
            <form method="post" action={`/console/runs/${run.id}/recheck`}>
              <button type="submit" class="button">
                {w('独立复核', 'Recheck')}
              </button>
            </form>
          )}
        </Card>
        <Card title={w('办理经过', 'What was done')}>
          <Timeline items={props.timeline} />
        </Card>
      </div>
    </Page>
  )
}

function Actions({ run, may, whole }: Pick<RunProps, 'run' | 'may' | 'whole'>) {
  const w = useWords()
  const to = (step: string) => `/console/runs/${run.id}/${step}`
  return (
    <>
      {may.compute && (
        <form method="post" action="/console/runs">
          <input type="hidden" name="scheme_code" value={run.scheme_code} />
          <input type="hidden" name="month" value={run.month} />
          <input type="hidden" name="district_code" value={run.district_code} />
          <button type="submit" class="button">
            {w('重新计算', 'Compute again')}
          </button>
        </form>
      )}
      {whole && ['reviewed', 'approved', 'rejected'].includes(run.status) && (
        <a class="button" href={to('publicity')}>
          {w('公示', 'Publicity')}
        </a>
      )}
      {whole && run.status === 'approved' && (
        <a class="button" href={to('settlements')}>
          {w('扣抵与追回', 'Kept back')}
        </a>
      )}
      {may.submit && (
        <a class="button primary" href={to('submission')}>
          {w('提交审核', 'Submit')}
        </a>
      )}
      {may.decide && (
        <>
          <a class="button" href={to('rejection')}>
            {w('驳回', 'Reject')}
          </a>
          <a class="button primary" href={to('approval')}>
            {w('审批通过', 'Approve')}
          </a>
        </>
      )}
      {may.pay && (
        <a class="button primary" href={to('payment-file')}>
          {w('生成发放文件', 'Make payment file')}
        </a>
      )}
    </>
  )
}
