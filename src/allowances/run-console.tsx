/** Pages of one run: its figures and lines, and deciding it. */
import { RunPage, type RunProps } from '../../templates/allowances/run.tsx'
import { yuan } from '../../templates/allowances/words.ts'
import { words } from '../../templates/words.ts'
import { form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { deedName } from '../history/deeds.ts'
import { timelineOf } from '../history/queries.ts'
import { localTime } from '../platform/calendar.ts'
import { townshipOf } from '../platform/context.ts'
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { together } from '../platform/together.ts'
import { approveRun, rejectRun, submitRun } from './actions.ts'
import { decide } from './decide-page.tsx'
import { showLine } from './line-console.tsx'
import { type LineFilter, type LineRow, listLines } from './line-queries.ts'
import { lineStream } from './line-stream.ts'
import { organisationAllowancesConsole } from './organisation-console.tsx'
import { unscopedResultsOfRun } from './payment-result-queries.ts'
import { fileItem, paymentsConsole } from './payments-console.tsx'
import { findPreviousRun, getRunDetail, handsOf, type RunDetail, unscopedRunJob } from './queries.ts'
import { reviewOnRun } from './review-console.tsx'
import { ownWork } from './review-rules.ts'
import { hasLines } from './rules.ts'
import { optionalReasonShape, reasonShape } from './shapes.ts'

const RUN = '/console/runs/:id'
const TABS: Record<string, { label: Message; filter: Pick<LineFilter, 'outcome' | 'kinds'> }> = {
  '': { label: { zh: '全部', en: 'All' }, filter: {} },
  payable: { label: { zh: '应发', en: 'Payable' }, filter: { outcome: 'payable' } },
  refused: { label: { zh: '不予发放', en: 'Refused' }, filter: { outcome: 'refused' } },
  held: { label: { zh: '暂缓', en: 'Held' }, filter: { outcome: 'held' } },
  corrections: {
    label: { zh: '追回与补发', en: 'Corrections' },
    filter: { kinds: ['back_pay', 'difference', 'recovery'] },
  },
}

export function runConsole(app: App): void {
  page(app, RUN, 'run.read', showRun)
  page(app, `${RUN}/lines.csv`, 'run.read', ({ c, db, context, params }) =>
    lineStream(db, context.scope, params.id!, { limit: 1 }, 'csv', c.get('lang')),
  )
  page(app, `${RUN}/lines/:person/:month`, 'run.read', showLine)
  page(app, `${RUN}/submission`, 'run.submit', (call) => decide(call, 'submission'))
  form(
    app,
    `${RUN}/submission`,
    'run.submit',
    optionalReasonShape,
    async ({ tx, context, params, input }) =>
      done(await submitRun(tx, context, params.id!, input.reason ?? null), '已提交审核。', 'Submitted.'),
    (call) => decide(call, 'submission', call.values, call.refusal),
  )
  page(app, `${RUN}/approval`, 'run.approve', (call) => decide(call, 'approval'))
  form(
    app,
    `${RUN}/approval`,
    'run.approve',
    optionalReasonShape,
    async ({ tx, context, params, input }) =>
      done(
        await approveRun(tx, context, params.id!, input.reason ?? null),
        '审批通过，未暂缓的明细已入台账。',
        'Approved; all lines that are not held are booked.',
      ),
    (call) => decide(call, 'approval', call.values, call.refusal),
  )
  page(app, `${RUN}/rejection`, 'run.approve', (call) => decide(call, 'rejection'))
  form(
    app,
    `${RUN}/rejection`,
    'run.approve',
    reasonShape,
    async ({ tx, context, params, input }) =>
      done(await rejectRun(tx, context, params.id!, input.reason), '已驳回。', 'Rejected.'),
    (call) => decide(call, 'rejection', call.values, call.refusal),
  )
  paymentsConsole(app)
  organisationAllowancesConsole(app)
}

function done({ id }: { id: string }, zh: string, en: string) {
  return { to: `/console/runs/${id}`, flash: { zh, en } }
}

async function showRun(call: PageCall) {
  const { c, context, params, query } = call
  const [db, lang] = [together(call.db), c.get('lang')]
  const tab = query.tab && TABS[query.tab] ? query.tab : ''
  const whole = townshipOf(context.scope) === null
  const [run, lines, events] = await Promise.all([
    getRunDetail(db, context.scope, params.id!),
    listLines(db, context.scope, params.id!, { ...TABS[tab]!.filter, limit: 50, cursor: query.cursor }),
    whole ? timelineOf(db, 'allowance_run', [params.id!]) : null,
  ])
  const address = (part: Record<string, string>) => `/console/runs/${run.id}?${new URLSearchParams(part)}`
  const role = context.actor.role
  const [hands, job, previous, results, review] = await Promise.all([
    handsOf(db, run.id),
    run.status === 'computing' && run.job_id ? unscopedRunJob(db, run.job_id) : null,
    findPreviousRun(db, context.scope, run),
    resultsOf({ ...call, db }, run),
    reviewOnRun({ ...call, db }, run),
  ])
  const obstacle =
    run.status === 'reviewed' && may(role, 'run.approve') ? ownWork(context.actor.account_id, hands) : null
  const frame = frameOf(c, `${run.month} ${run.district_name}`)
  return (
    <RunPage
      frame={job && !job.error ? { ...frame, refresh_seconds: 3 } : frame}
      run={{ ...run, cutoff: run.cutoff && localTime(run.cutoff) }}
      kpis={kpis(lang, run, previous, review.review)}
      stages_done={review.stages_done}
      review={review.review}
      whole={whole}
      job={job && ({ ...job, error: job.error && inLanguage(lang, job.error.message) } as RunProps['job'])}
      obstacle={obstacle && inLanguage(lang, obstacle)}
      may={{
        compute: may(role, 'run.compute') && (run.status === 'computed' || job?.status === 'failed'),
        submit: may(role, 'run.submit') && run.status === 'computed',
        decide: may(role, 'run.approve') && run.status === 'reviewed' && !obstacle,
        pay: may(role, 'payment.make') && run.status === 'approved',
        recheck: may(role, 'run.recheck') && hasLines(run.status),
        take: may(role, 'payment.make'),
      }}
      organisations={run.totals.organisations}
      tabs={Object.entries(TABS).map(([key, { label, filter }]) => ({
        label: inLanguage(lang, label),
        href: address(key ? { tab: key } : {}),
        current: key === tab,
        count:
          filter.outcome === 'held'
            ? review.review.held_count
            : run.totals.by.filter((row) => matches(row, filter)).reduce((sum, row) => sum + row.count, 0),
      }))}
      lines={lines.items.map((line) => lineItem(line, lang))}
      next={lines.next_cursor && address({ tab, cursor: lines.next_cursor })}
      first={query.cursor ? address({ tab }) : null}
      files={run.payment_files.map(fileItem)}
      results={results}
      timeline={(events ?? decisionsOf(run)).map((event) => ({
        at: localTime(event.at),
        title: deedName(event.kind, lang),
        who: event.by,
        body: event.reason,
      }))}
    />
  )
}

/** What a township is told of what was done: its own review is among the steps, what others did of theirs is not for it. */
function decisionsOf({ decisions }: RunDetail) {
  const kinds: Record<string, string> = { submission: 'submitted', approval: 'approved', rejection: 'rejected' }
  return decisions
    .map(({ kind, decided_by, reason, decided_at }) => ({
      kind: `run.${kinds[kind]}`,
      by: decided_by,
      reason,
      at: decided_at,
    }))
    .reverse()
}

function matches(row: { kind: string; outcome: string }, filter: Pick<LineFilter, 'outcome' | 'kinds'>): boolean {
  return (
    (!filter.outcome || row.outcome === filter.outcome) &&
    (!filter.kinds || filter.kinds.some((kind) => kind === row.kind))
  )
}

function kpis(
  lang: Lang,
  run: RunDetail,
  previous: Awaited<ReturnType<typeof findPreviousRun>>,
  { held_count, held_fen }: RunProps['review'],
): RunProps['kpis'] {
  const w = words(lang)
  const refused = run.totals.by.filter((row) => row.outcome === 'refused').reduce((sum, row) => sum + row.count, 0)
  const signed = (value: number, text: string) => `${value > 0 ? '+' : ''}${text.replace('-', '−')}`
  const change = previous && [
    (run.payable_count ?? 0) - (previous.payable_count ?? 0),
    (run.total_fen ?? 0) - (previous.total_fen ?? 0),
  ]
  return [
    {
      label: w('应发', 'Payable'),
      value: run.payable_count ?? '—',
      unit: w('笔', 'lines'),
      note: w(`共 ${run.line_count ?? 0} 笔明细`, `of ${run.line_count ?? 0} lines`),
    },
    { label: w('发放合计', 'To pay'), value: yuan(run.totals.positive_fen) },
    {
      label: w('暂缓', 'Held back'),
      value: held_count,
      unit: w('笔', 'lines'),
      ...(held_count > 0 && {
        note: w(`${yuan(held_fen)} 不发放`, `${yuan(held_fen)} not paid`),
        tone: 'warn' as const,
      }),
      href: `/console/runs/${run.id}/review`,
    },
    {
      label: w('追回合计', 'To recover'),
      value: yuan(run.totals.negative_fen),
      ...(run.totals.negative_fen < 0 && { tone: 'bad' as const }),
    },
    {
      label: w('不予发放', 'Refused'),
      value: refused,
      unit: w('笔', 'lines'),
      href: `/console/runs/${run.id}?tab=refused`,
    },
    {
      label: w('较上月', 'Against last month'),
      value: change ? `${signed(change[0]!, String(change[0]))} ${w('笔', 'lines')}` : '—',
      ...(change && previous && { note: signed(change[1]!, yuan(change[1]!)), href: `/console/runs/${previous.id}` }),
    },
  ]
}

function lineItem(line: LineRow, lang: Lang): RunProps['lines'][number] {
  return {
    ...line,
    failed: line.reasons.filter((reason) => !reason.met).map((reason) => inLanguage(lang, reason.title)),
  }
}

async function resultsOf({ db, context }: PageCall, { id, payment_files }: RunDetail): Promise<RunProps['results']> {
  const file = payment_files.at(-1)
  if (!file) return null
  const brings = may(context.actor.role, 'payment.record') && may(context.actor.role, 'import.write')
  const import_href = brings ? `/console/imports/new?kind=payment-results&subject=${file.id}` : null
  const results = await unscopedResultsOfRun(db, id)
  const again = results.returned.length > 0 && may(context.actor.role, 'payment.make')
  return { ...results, import_href, reissue_href: again ? `/console/runs/${id}/reissue` : null }
}
