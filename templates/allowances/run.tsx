/** One run: its figures, how far it is, every line with its reasons, what may be done next, and what was done. */
import { inLanguage, type Lang } from '../../src/platform/errors.ts'
import { LINE_KINDS, type LineKind, RUN_STATUSES, type RunStatus } from '../../src/allowances/rules.ts'
import { type Frame, Page } from '../layout.tsx'
import { Card, DownloadLink, Facts, type JobState, type Kpi, Kpis, Notice, Progress, type Tab, Tabs, Tag, Timeline, type TimelineItem } from '../parts.tsx'
import { Pager, Results, Table } from '../table.tsx'
import { useWords, words } from '../words.ts'
import { STATUS_TONES } from './runs.tsx'
import { levelName, yuan } from './words.ts'

export interface LineItem {
  person_id: string
  person_name: string
  id_number_masked: string
  organisation_name: string | null
  month: string
  kind: string
  level: number | null
  entitlement_fen: number
  previous_fen: number | null
  amount_fen: number
  /** titles of the conditions that are not met */
  failed: string[]
}

export interface PaymentFileItem {
  id: string
  format: string
  row_count: number
  total_fen: number
  total_in_capitals: string
  recovery_count: number
  recovery_fen: number
  held_count: number
  held_fen: number
  sha256: string
  made_by: string
  at: string
}

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
  kpis: Kpi[]
  job: JobState | null
  /** why the reader may not decide it, though their role may */
  obstacle: string | null
  may: { compute: boolean; submit: boolean; decide: boolean; pay: boolean }
  tabs: Tab[]
  lines: LineItem[]
  next: string | null
  first: string | null
  files: PaymentFileItem[]
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
      actions={<Actions run={run} may={may} />}
    >
      {props.obstacle && <Notice tone="warn">{props.obstacle}</Notice>}
      {job && job.status !== 'succeeded' && <Progress job={job} href={`/console/runs/${run.id}`} unit={w('人', 'people')} />}
      <Kpis items={props.kpis} />
      {props.files.length > 0 && <Files files={props.files} />}
      <Tabs label={w('明细', 'Lines')} items={props.tabs} />
      <Results>
        <Lines run_id={run.id} lines={props.lines} lang={frame.lang} computing={status === 'computing'} />
        <Pager next={props.next} first={props.first} />
      </Results>
      <p class="links">
        <DownloadLink href={`/console/runs/${run.id}/lines.csv`} note="CSV">
          {w('下载全部明细', 'Download all lines')}
        </DownloadLink>
      </p>
      <div class="halves">
        <Card title={w('计算依据', 'What it was computed from')}>
          <Facts
            items={[
              { label: w('政策版本', 'Version'), value: <a href={`/console/schemes/${run.scheme_code}`}>{w(`第 ${run.scheme_version} 版`, `${run.scheme_version}`)}</a> },
              { label: w('数据截至', 'Known until'), value: run.cutoff ?? '—' },
              { label: w('制表人', 'Made by'), value: run.created_by },
              { label: w('规则摘要', 'Rules SHA-256'), value: <code>{run.rules_sha256 ?? '—'}</code> },
              { label: w('明细摘要', 'Lines SHA-256'), value: <code>{run.lines_sha256 ?? '—'}</code> },
            ]}
          />
        </Card>
        <Card title={w('办理经过', 'What was done')}>
          <Timeline items={props.timeline} />
        </Card>
      </div>
    </Page>
  )
}

function Actions({ run, may }: Pick<RunProps, 'run' | 'may'>) {
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
      {may.submit && (
        <a class="button primary" href={to('submission')}>
          {w('提交审批', 'Submit')}
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

function Files({ files }: { files: PaymentFileItem[] }) {
  const w = useWords()
  return (
    <Card title={w('发放文件', 'Payment files')}>
      <Table
        caption={w('发放文件', 'Payment files')}
        empty=""
        columns={[
          { key: 'file', label: w('文件', 'File') },
          { key: 'rows', label: w('笔数', 'Rows'), numeric: true },
          { key: 'total', label: w('合计', 'Total'), numeric: true },
          { key: 'recovery', label: w('追回', 'Recovery'), numeric: true },
          { key: 'held', label: w('暂缓', 'Held'), numeric: true },
          { key: 'made', label: w('生成', 'Made') },
          { key: 'sha256', label: 'SHA-256' },
        ]}
        rows={files.map((file) => ({
          cells: {
            file: <DownloadLink href={`/console/payment-files/${file.id}`}>{file.format.toUpperCase()}</DownloadLink>,
            rows: w(`${file.row_count} 笔`, `${file.row_count}`),
            total: (
              <>
                {yuan(file.total_fen)}
                <br />
                <small>{file.total_in_capitals}</small>
              </>
            ),
            recovery: file.recovery_count === 0 ? '—' : w(`${file.recovery_count} 笔 ${yuan(file.recovery_fen)}`, `${file.recovery_count}: ${yuan(file.recovery_fen)}`),
            held: file.held_count === 0 ? '—' : w(`${file.held_count} 笔 ${yuan(file.held_fen)}`, `${file.held_count}: ${yuan(file.held_fen)}`),
            made: `${file.at} ${file.made_by}`,
            sha256: <code>{file.sha256}</code>,
          },
        }))}
      />
    </Card>
  )
}

function Lines({ run_id, lines, lang, computing }: { run_id: string; lines: LineItem[]; lang: Lang; computing: boolean }) {
  const w = useWords()
  return (
    <Table
      caption={w('津贴明细，点“依据”可看到每一分钱是怎么算出来的', 'Lines; “why” shows how every fen came about')}
      empty={computing ? w('正在计算，完成后这里列出每个人。', 'Being computed; everybody is listed here when it is done.') : w('这一类没有明细，请看其他分类。', 'There are no lines of this kind; look at the others.')}
      columns={[
        { key: 'name', label: w('姓名', 'Name') },
        { key: 'id', label: w('证件号码', 'ID number') },
        { key: 'organisation', label: w('机构', 'Facility') },
        { key: 'level', label: w('等级', 'Level') },
        { key: 'month', label: w('月份', 'Month') },
        { key: 'due', label: w('应发', 'Due'), numeric: true },
        { key: 'booked', label: w('已入账', 'Booked'), numeric: true },
        { key: 'amount', label: w('本批次', 'This run'), numeric: true },
        { key: 'notes', label: w('说明', 'Notes') },
        { key: 'why', label: w('依据', 'Why') },
      ]}
      rows={lines.map((line) => ({
        cells: {
          name: line.person_name,
          id: line.id_number_masked,
          organisation: line.organisation_name ?? '—',
          level: levelName(line.level, lang),
          month: line.month,
          due: yuan(line.entitlement_fen),
          booked: line.previous_fen === null ? '—' : yuan(line.previous_fen),
          amount: <strong>{yuan(line.amount_fen)}</strong>,
          notes: (
            <>
              {line.kind !== 'normal' && <Tag tone={line.kind === 'recovery' ? 'bad' : 'info'}>{inLanguage(lang, LINE_KINDS[line.kind as LineKind])}</Tag>} {line.failed.join(w('；', '; '))}
            </>
          ),
          why: (
            <a href={`/console/runs/${run_id}/lines/${line.person_id}/${line.month}`} aria-label={w(`${line.person_name} ${line.month} 的依据`, `Why: ${line.person_name} ${line.month}`)}>
              {w('依据', 'Why')}
            </a>
          ),
        },
      }))}
    />
  )
}
