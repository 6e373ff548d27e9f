/** Vocabulary of the review of a run: whose step it is, what may look odd, what holds a line back; pure. */
import type { Month } from '../platform/calendar.ts'
import type { Actor } from '../platform/context.ts'
import type { Constraints } from '../platform/database.ts'
import { type Message, refuse } from '../platform/errors.ts'

export const REVIEWERS = {
  township: { zh: '镇（街道）', en: 'Township or street' },
  district: { zh: '区县主管部门', en: 'District authority' },
  city: { zh: '市主管部门', en: 'City authority' },
} satisfies Record<string, Message>
export type Reviewer = keyof typeof REVIEWERS

/** A step of the review of a run: townships have one each, and one together for what lies in none that is on record. */
export interface Step {
  reviewer: Reviewer
  township_code: string | null
}
export function sameStep(one: { reviewer: string | null; township_code: string | null }, other: Step): boolean {
  return one.reviewer === other.reviewer && one.township_code === other.township_code
}

export const FINDINGS = {
  shared_account: { zh: '多人共用一个账号', en: 'An account of several people' },
  overlapping_attendance: { zh: '同月在两家机构满勤', en: 'Full attendance at two facilities' },
  sudden_rise: { zh: '机构人数或金额突增', en: 'A facility’s people or money rose suddenly' },
  two_districts: { zh: '同月在两个区县发放', en: 'Paid in two districts' },
  died: { zh: '登记已去世', en: 'Recorded as dead' },
  left_before: { zh: '离岗后仍报出勤', en: 'Attendance after leaving' },
  too_many_days: { zh: '出勤合计超过当月天数', en: 'More days attended than the month has' },
} satisfies Record<string, Message>
export type FindingKind = keyof typeof FINDINGS

export const VERDICTS = {
  cleared: { zh: '核实无误', en: 'Cleared' },
  held: { zh: '暂缓发放', en: 'Held' },
} satisfies Record<string, Message>

export const HOLD_CAUSES = {
  officer: { zh: '经办人员暂缓', en: 'an officer' },
  finding: { zh: '疑点未消除', en: 'a finding' },
  inspection: { zh: '抽查不合格', en: 'a failed inspection' },
} satisfies Record<string, Message>

export const CHECK_PARAMETERS = {
  full_attendance_days: { zh: '满勤天数', en: 'Days of full attendance' },
  rise_percent: { zh: '突增比例（%）', en: 'Sudden rise, per cent' },
  rise_least_people: { zh: '突增最少人数', en: 'Sudden rise, least people' },
  rise_least_fen: { zh: '突增最少金额（元）', en: 'Sudden rise, least yuan' },
  sample_percent: { zh: '抽查比例（%）', en: 'Sample, per cent' },
} satisfies Record<string, Message>

/** A line of a run, by who is paid: a person, or an organisation. */
export interface NamedLine {
  person_id?: string | null | undefined
  organisation_id?: string | null | undefined
  month: Month
  component: string
}
export function payeeOf({ person_id, organisation_id }: Pick<NamedLine, 'person_id' | 'organisation_id'>): string {
  return (person_id ?? organisation_id)!
}

/** How far a run is, in the order of its states; publicity and payment are records of their own beside the run's status. */
export const STAGES = {
  computed: { zh: '草稿', en: 'Draft' },
  submitted: { zh: '提交', en: 'Submitted' },
  reviewed: { zh: '审核', en: 'Reviewed' },
  publicised: { zh: '公示', en: 'Publicised' },
  approved: { zh: '审批', en: 'Approved' },
  paid: { zh: '发放', en: 'Paid' },
} satisfies Record<string, Message>

/** What a run can wait for, each from one role. */
export const RUN_WAITS = {
  computing: { zh: '待重新计算', en: 'to compute again' },
  next_month: { zh: '待计算下一个月', en: 'next month to compute' },
  submission: { zh: '待提交', en: 'to submit' },
  review: { zh: '待本级审核', en: 'your step of the review' },
  publicity: { zh: '待公示', en: 'to publicise' },
  objections: { zh: '有公示异议待答复', en: 'objections to answer' },
  closing: { zh: '公示期满、待结束', en: 'publicity to close' },
  release: { zh: '有暂缓待处理', en: 'lines held back' },
  approval: { zh: '待审批', en: 'to approve' },
  payment: { zh: '待生成发放文件', en: 'payment file to make' },
  results: { zh: '待导入银行回单', en: 'answer of the bank to import' },
  reissue: { zh: '有退票待补发', en: 'returned payments to issue again' },
  recheck: { zh: '待独立复核', en: 'to recheck' },
} satisfies Record<string, Message>
export type RunWait = keyof typeof RUN_WAITS

/** How many stages are behind the run: the first one that is not is what it waits for. Publicity is passed over where there was none. */
export function stagesDone(run: { status: string; publicity_closed: boolean; paid: boolean }): number {
  if (run.paid) return 6
  if (run.status === 'approved') return 5
  if (run.status === 'reviewed') return run.publicity_closed ? 4 : 3
  return { submitted: 2, computed: 1 }[run.status] ?? 0
}

/**
 * A township's step is that of its own accounts, and what lies in none that is on record that of accounts of the whole district. A
 * district's step is that of its authority, or of the city's above it; the city's is that of an officer of the city alone.
 */
export function mayReview({ role, district_code, township_code }: Actor, step: Step): boolean {
  const { reviewer } = step
  if (reviewer === 'township') return role === 'township' && township_code === step.township_code
  if (role !== 'district' && role !== 'health') return false
  return reviewer === 'district' || (district_code?.endsWith('00') ?? false)
}

/** Whose step it is, in words: a township by its name. */
export function reviewerName({ reviewer, township_name }: { reviewer: string; township_name: string | null }): Message {
  return township_name === null
    ? (REVIEWERS[reviewer as Reviewer] ?? { zh: reviewer, en: reviewer })
    : { zh: township_name, en: township_name }
}

/** Refuses `review.other_step`, and names whose it is. */
export function checkReviewer(actor: Actor, step: Step & { township_name: string | null }): void {
  if (mayReview(actor, step)) return
  if (step.reviewer === 'township' && step.township_code === null)
    refuse('conflict', 'review.other_step', {
      zh: '这一组机构没有登记所在镇街，由本区县不分镇街的镇（街道）账号审核。',
      en: 'No township is on record for these facilities: an account for townships of the whole district reviews them.',
    })
  const { zh, en } = reviewerName(step)
  refuse('conflict', 'review.other_step', {
    zh: `这一组机构由${zh}审核，请由其账号办理。`,
    en: `These facilities are reviewed by another authority (${en}): use its account.`,
  })
}

/** Everybody who has had a hand in a run so far. */
export interface Hands {
  makers: string[]
  submitter: string | null
  reviewers: string[]
}

/** Why this person may not approve a run: whoever computed, submitted or reviewed it does not. Null when nothing is in the way. */
export function ownWork(account_id: string, { makers, submitter, reviewers }: Hands): Message | null {
  const part = makers.includes(account_id)
    ? { zh: '制表人', en: 'computed' }
    : submitter === account_id
      ? { zh: '提交人', en: 'submitted' }
      : reviewers.includes(account_id)
        ? { zh: '审核人', en: 'reviewed' }
        : null
  return (
    part && {
      zh: `您是本批次的${part.zh}，不能审批。请由另一位有审批权限的人员处理。`,
      en: `You ${part.en} this run, so you cannot decide it. Somebody else with the permission must.`,
    }
  )
}

/** Refuses `run.own_work`. */
export function checkOtherPerson(account_id: string, hands: Hands): void {
  const words = ownWork(account_id, hands)
  if (words) refuse('conflict', 'run.own_work', words)
}

/** The drawing lots of the sample, as anybody can draw them again. */
export const DRAWING: Message = {
  zh: '每类机构中（由镇街审核的，每个镇街的每类机构中），应发金额大于零的明细按 SHA-256(种子 + 空格 + 收款人编号 + 空格 + 月份 + 空格 + 项目代码) 的十六进制值从小到大排列，取前若干笔（总数 × 比例，进一取整）。',
  en: 'Of each kind of facility (of those that townships review, of each kind in each township) the lines with an amount above zero are put in the order of SHA-256(seed, space, payee id, space, month, space, component) in hexadecimal; the first of them are taken, as many as the share of them comes to, rounded up.',
}

export const reviewConstraints: Constraints = {
  run_reviews_pkey: {
    code: 'review.decided',
    message: { zh: '这一步刚刚已由别人审核，请刷新查看。', en: 'Somebody has just decided this step: reload it.' },
  },
  run_checked_by_others: {
    code: 'run.own_work',
    message: {
      zh: '您是本批次的制表人或提交人，不能审核。请由另一位人员办理。',
      en: 'You computed or submitted this run, so you do not check it. Somebody else does.',
    },
  },
  run_approved_by_others: {
    code: 'run.own_work',
    message: {
      zh: '您制表、提交或审核过本批次，不能审批。请由另一位人员办理。',
      en: 'You made or reviewed this run, so you do not approve it. Somebody else does.',
    },
  },
  run_reviews_answered: {
    code: 'review.findings_open',
    message: {
      zh: '这一组还有疑点没有答复，逐条核实或暂缓后才能审核。',
      en: 'Findings of this step are not answered: clear or hold each of them first.',
    },
  },
  run_reviews_inspected: {
    code: 'review.sample_open',
    message: {
      zh: '这一组还有抽查明细没有登记结果，登记后才能审核。',
      en: 'Lines of the sample were not looked into yet: record what was found first.',
    },
  },
  allowance_decisions_reviewed: {
    code: 'run.not_reviewed',
    message: {
      zh: '还有机构的审核没有完成，全部审核后才能审批。',
      en: 'A step of the review is not decided yet: the run is approved after all of them.',
    },
  },
  run_part_late: {
    code: 'run.phase_over',
    message: {
      zh: '本批次已进入下一环节，不能再这样处理。请刷新页面查看最新状态。',
      en: 'The run has gone on to its next stage: this can no longer be done. Reload to see its state.',
    },
  },
  line_holds_once: {
    code: 'hold.stands',
    message: { zh: '这一笔已经暂缓。', en: 'The line is held already.' },
  },
  line_releases_pkey: {
    code: 'hold.released',
    message: { zh: '这一笔已经解除暂缓。', en: 'The hold was released already.' },
  },
  allowance_ledger_held: {
    code: 'run.held_meanwhile',
    message: {
      zh: '审批期间有明细被暂缓，没有入账。请刷新后再审批。',
      en: 'A line was held while the run was being approved; nothing was booked. Reload and approve again.',
    },
  },
}
