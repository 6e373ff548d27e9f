/** What waits in the money: runs to compute, review, publish, approve, pay and recheck, objections, recoveries, budgets that are short. */
import { countShortBudgets } from '../allowances/budget-queries.ts'
import { waitingObjections } from '../allowances/objection-queries.ts'
import { countRecoveries } from '../allowances/recovery-queries.ts'
import type { RunWait } from '../allowances/review-rules.ts'
import { countWaitingRuns } from '../allowances/waiting-runs.ts'
import { addMonths, localDate, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Message } from '../platform/errors.ts'
import type { Duty, Waiting } from './duties.ts'

const RUNS: Message = { zh: '个', en: 'runs' }
const RECOVERIES: Message = { zh: '笔', en: 'recoveries' }

export function authorityRunDuties(context: Context): Waiting[] {
  const { actor, scope, now } = context
  const last_month = addMonths(monthOf(localDate(now)), -1)
  return [
    {
      label: { zh: '待答复的津贴异议', en: 'Objections to months to answer' },
      unit: { zh: '件', en: 'objections' },
      href: '/console/allowance-objections',
      tone: 'warn',
      count: waitingObjections(scope, actor.role === 'health' ? 'childcare' : 'elder_care'),
    },
    runs(context, 'objections', { zh: '有公示异议待答复的批次', en: 'Published runs with objections to answer' }),
    runs(context, 'computing', { zh: '被驳回或计算中断、待重新计算的批次', en: 'Runs to compute again' }),
    runs(context, 'submission', {
      zh: '已算完、待提交的津贴批次',
      en: 'Allowance runs computed, not submitted',
    }),
    ...reviewDuties(context),
    runs(context, 'publicity', { zh: '审核完成、待公示的批次', en: 'Reviewed runs to publish' }, 'info'),
    runs(context, 'closing', { zh: '公示期满、待结束公示的批次', en: 'Runs with a publicity to close' }),
    runs(context, 'release', { zh: '有暂缓人员待处理的批次', en: 'Runs with lines held back' }),
    runs(
      context,
      'next_month',
      {
        zh: `${last_month} 还没有开始计算（按上一期批次）`,
        en: `${last_month} not begun, by the runs of the month before`,
      },
      'info',
    ),
    {
      label: { zh: '未定追回计划', en: 'Recoveries without a plan' },
      unit: RECOVERIES,
      href: '/console/recoveries?plan=none',
      tone: 'warn',
      count: countRecoveries(scope, localDate(now), { state: 'open', plan: 'none' }),
    },
    overdueDuty(context),
  ]
}

/** The step of a run that is the reader's. */
export function reviewDuties(context: Context): Waiting[] {
  return [runs(context, 'review', { zh: '待审核的津贴批次', en: 'Allowance runs to review' })]
}

export function financeDuties(context: Context): Waiting[] {
  const { scope, now } = context
  const today = localDate(now)
  return [
    runs(context, 'approval', { zh: '待审批的津贴批次', en: 'Allowance runs waiting for approval' }),
    runs(context, 'payment', { zh: '已审批、未生成发放文件的批次', en: 'Approved runs without a payment file' }, 'bad'),
    runs(context, 'results', { zh: '已发放、待导入银行回单的批次', en: 'Paid runs without the bank’s answer' }, 'info'),
    runs(context, 'reissue', { zh: '有退票待补发的批次', en: 'Runs with returned payments to issue again' }, 'bad'),
    {
      label: { zh: '额度不足的预算', en: 'Budgets of which more is spent and reserved than granted' },
      unit: { zh: '项', en: 'budgets' },
      href: '/console/budget?short=true',
      tone: 'bad',
      count: countShortBudgets(scope, Number(today.slice(0, 4))),
    },
    {
      label: { zh: '待决定的核销', en: 'Write-offs to decide' },
      unit: RECOVERIES,
      href: '/console/recoveries?state=write_off_proposed',
      tone: 'warn',
      count: countRecoveries(scope, today, { state: 'write_off_proposed' }),
    },
    overdueDuty(context),
  ]
}

export function recheckDuty(context: Context): Waiting {
  return runs(
    context,
    'recheck',
    { zh: '已审批、未独立复核的批次', en: 'Approved runs that nobody has rechecked' },
    'info',
  )
}

function overdueDuty({ scope, now }: Context): Waiting {
  return {
    label: { zh: '归还已逾期的追回', en: 'Recoveries with an instalment past due' },
    unit: RECOVERIES,
    href: '/console/recoveries?plan=overdue',
    tone: 'bad',
    count: countRecoveries(scope, localDate(now), { state: 'open', plan: 'overdue' }),
  }
}

function runs(context: Context, wait: RunWait, label: Message, tone: Duty['tone'] = 'warn'): Waiting {
  return { label, tone, unit: RUNS, href: `/console/runs?waits=${wait}`, count: countWaitingRuns(wait, context) }
}
