/** Vocabulary of schemes and runs: what a version says, which moves a run may make and who may make them; pure. */
import { addMonths, firstDay, type LocalDate, type Month, monthOf } from '../platform/calendar.ts'
import { type Actor, divisionPrefix } from '../platform/context.ts'
import type { Constraints } from '../platform/database.ts'
import { type Message, refuse } from '../platform/errors.ts'
import type { Component, Step } from './components.ts'
import type { Condition } from './conditions.ts'
import { reviewConstraints } from './review-rules.ts'
import type { Schedule } from './schedule.ts'

// ─── a version of a scheme, as data ────────────────────────────────────────────────────────────────────────────────────

export interface Rate {
  id: string
  /** of which component; absent: the first */
  component?: string
  /** the national level; null where the rate goes by something else */
  level: number | null
  /** a step of the scheme's own ladder, an education, the tier and prize of a contest */
  key?: string | null
  /** a band of years served, from the first to below the second */
  min_years?: number | null
  below_years?: number | null
  /** null: every kind, every district */
  facility_kind: string | null
  district_code: string | null
  amount_fen: number
  confidence: string
  citation: string
}

/** One component of one version of one scheme, complete enough to compute with. */
export interface Rules {
  version_id: string
  scheme_code: string
  division_code: string
  number: number
  effective_from: LocalDate
  effective_to: LocalDate | null
  posts: string[]
  occupation_codes: string[]
  /** whether a certificate counts from the month after its issue or already in it */
  level_from: 'next_month' | 'same_month'
  look_back_months: number
  component: Component
  conditions: Condition[]
  /** usable ones only, the most specific first */
  rates: Rate[]
}

/** A version as it lies in the database: thresholds and amounts may be unknown, rates unconfirmed, the day it began not seen. */
export interface Version extends Omit<Rules, 'conditions' | 'rates' | 'component' | 'effective_from'> {
  effective_from: LocalDate | null
  title: string
  citation: string
  confidence: string
  components: Component[]
  /** the scheme's own levels, where they are not the five national ones */
  ladder?: Step[] | null
  schedule?: Schedule | null
  conditions: (Omit<Condition, 'threshold'> & { threshold: unknown })[]
  rates: (Omit<Rate, 'amount_fen'> & { amount_fen: number | null })[]
}

/** A version reduced to one of its components: what the reasons of a line are told from. */
export type Part = Pick<Version, 'division_code' | 'citation' | 'confidence' | 'conditions' | 'rates'> & {
  component: Component
}

/** A version rules a month when it is in force on its first day; one whose beginning nobody has seen may rule any, and refuses by name. */
export function rulesMonth(
  version: { effective_from: LocalDate | null; effective_to: LocalDate | null },
  month: Month,
): boolean {
  const day = firstDay(month)
  return (
    (version.effective_from === null || version.effective_from <= day) &&
    (version.effective_to === null || day < version.effective_to)
  )
}

/** The same value gives the same text, whatever the order of its keys; what rules_sha256 is taken over. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

// ─── runs and lines ────────────────────────────────────────────────────────────────────────────────────────────────────

export const RUN_STATUSES = {
  computing: { zh: '计算中', en: 'Computing' },
  computed: { zh: '待提交', en: 'Computed' },
  submitted: { zh: '待审核', en: 'Submitted' },
  reviewed: { zh: '待审批', en: 'Reviewed' },
  approved: { zh: '已审批', en: 'Approved' },
  rejected: { zh: '已驳回', en: 'Rejected' },
} satisfies Record<string, Message>
export type RunStatus = keyof typeof RUN_STATUSES

/** Runs of which nobody but their makers is told: not submitted yet, or rejected. */
export const NOT_TOLD: RunStatus[] = ['computing', 'computed', 'rejected']

/** Whether the lines of a run stand: computed, and not rejected. */
export function hasLines(status: string): boolean {
  return status !== 'computing' && status !== 'rejected'
}

export const OUTCOMES = {
  payable: { zh: '应发', en: 'Payable' },
  refused: { zh: '不予发放', en: 'Refused' },
  held: { zh: '暂缓', en: 'Held' },
} satisfies Record<string, Message>
export type Outcome = keyof typeof OUTCOMES

export const LINE_KINDS = {
  normal: { zh: '正常', en: 'Normal' },
  back_pay: { zh: '补发', en: 'Back pay' },
  difference: { zh: '差额', en: 'Difference' },
  recovery: { zh: '追回', en: 'Recovery' },
  reissue: { zh: '重发', en: 'Reissue' },
} satisfies Record<string, Message>
export type LineKind = keyof typeof LINE_KINDS

/** What a line is, from what the month comes to now and what the ledger holds for it (null: nothing yet). */
export function lineKind(entitlement_fen: number, previous_fen: number | null): LineKind {
  if (previous_fen === null) return 'normal'
  if (entitlement_fen < previous_fen) return 'recovery'
  return previous_fen === 0 && entitlement_fen > 0 ? 'back_pay' : 'difference'
}

/** Elder care is the money of civil affairs, nursery care that of health: each officer computes their own. */
export function checkAuthority(actor: Actor, scheme: { workforce: string; name: string }): void {
  const own = actor.role === 'health' ? 'childcare' : 'elder_care'
  if (['district', 'health'].includes(actor.role) && scheme.workforce !== own)
    refuse('conflict', 'run.other_authority', {
      zh: `“${scheme.name}”由${own === 'childcare' ? '民政' : '卫健'}部门经办，请由该部门的账号计算和提交。`,
      en: `“${scheme.name}” is handled by ${own === 'childcare' ? 'civil affairs' : 'the health commission'}; use an account of that authority.`,
    })
}

/** Refuses `run.month_incomplete` until the month is over. */
export function checkMonthOver(month: Month, today: LocalDate): void {
  if (month >= monthOf(today))
    refuse('conflict', 'run.month_incomplete', {
      zh: `${month} 还没有结束，${firstDay(addMonths(month, 1))} 起才能计算；现在可以计算 ${addMonths(monthOf(today), -1)} 及以前的月份。`,
      en: `${month} is not over; it can be computed from ${firstDay(addMonths(month, 1))}. Months up to ${addMonths(monthOf(today), -1)} can be computed now.`,
    })
}

/** A district inside the scheme's division. */
export function inDivision(district_code: string, division_code: string): boolean {
  return district_code.startsWith(divisionPrefix(division_code))
}

/** Whether a scheme's division lies in a division or around it; everywhere concerns whoever answers for all. */
export function concerns(division_code: string, home: string | null): boolean {
  const [one, other] = [divisionPrefix(division_code), divisionPrefix(home ?? '000000')]
  return one.startsWith(other) || other.startsWith(one)
}

/** Refuses a move the run's status does not allow: `run.not_computed`, `run.not_submitted`, `run.not_reviewed`. */
export function checkStatus(run: { status: string }, wanted: 'computed' | 'submitted' | 'reviewed'): void {
  if (run.status === wanted) return
  const now = RUN_STATUSES[run.status as RunStatus]
  refuse('conflict', `run.not_${wanted}`, {
    zh: `本批次现在是“${now.zh}”，只有“${RUN_STATUSES[wanted].zh}”的批次可以这样处理。请刷新页面查看最新状态。`,
    en: `The run is “${now.en}”; only a run that is “${RUN_STATUSES[wanted].en}” can be decided so. Reload to see its state.`,
  })
}

export const constraints: Constraints = {
  ...reviewConstraints,
  allowance_runs_live: {
    code: 'run.exists',
    message: {
      zh: '这个月份、区县和政策已经有一个批次，请打开它。',
      en: 'There is a run for this scheme, month and district already: open it.',
    },
  },
  allowance_decisions_once: {
    code: 'run.decided',
    message: { zh: '这个批次刚刚已经由别人处理，请刷新查看。', en: 'Somebody has just decided this run: reload it.' },
  },
  allowance_decisions_by_others: {
    code: 'run.own_work',
    message: {
      zh: '您已经处理过本批次，下一步须由另一位人员办理。',
      en: 'You have acted on this run already; the next step is somebody else’s.',
    },
  },
  allowance_claims_once: {
    code: 'claim.twice',
    message: {
      zh: '同一项目在这一天已有一条申领，请核对日期。',
      en: 'The component was claimed on this day already: check the day.',
    },
  },
  allowance_claims_current: {
    code: 'claim.changed',
    message: {
      zh: '这条申领刚刚被别人更改，请刷新后核对。',
      en: 'Somebody has just changed this claim: reload and compare.',
    },
  },
  scheme_versions_overlap: {
    code: 'scheme.versions_overlap',
    message: {
      zh: '这一版的施行时间与同一政策的另一版重叠：一个月份只能有一版标准，请先写明前一版的截止日。',
      en: 'The version overlaps another one of the scheme: a month has one version; end the earlier one first.',
    },
  },
  scheme_rates_usable: {
    code: 'scheme.rate_twice',
    message: {
      zh: '这一版对同一等级、机构类型和区县已有标准，不能再有第二个。',
      en: 'The version has a rate for this level, kind of facility and district already: there cannot be two.',
    },
  },
  scheme_confirmations_version_id_key: {
    code: 'scheme.confirmed_already',
    message: {
      zh: '这一版标准已经确认过；标准有变请登记新版本。',
      en: 'This version was confirmed already; a change is a new version.',
    },
  },
  organisation_ledger_pkey: {
    code: 'run.stale',
    message: {
      zh: '同一机构同一月份刚刚在另一批次入账，本批次的数已经过时。请驳回后重新计算。',
      en: 'Another run has just booked the same organisation and month: this run is out of date. Reject it and compute again.',
    },
  },
  organisation_dues_repaid_once: {
    code: 'organisation_dues.repaid_already',
    message: {
      zh: '这笔转账（同一凭证号）已经登记过。',
      en: 'The transfer with this reference is on record already.',
    },
  },
  allowance_ledger_pkey: {
    code: 'run.stale',
    message: {
      zh: '同一人同一月份刚刚在另一批次入账，本批次的数已经过时。请驳回后重新计算。',
      en: 'Another run has just booked the same person and month: this run is out of date. Reject it and compute again.',
    },
  },
}
