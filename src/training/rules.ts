/** Vocabulary and judgements of training: which hours and marks are enough, and in which words somebody hears that they are not. */
import exam from '../../db/reference/exam.json' with { type: 'json' }
import type { Constraints } from '../platform/database.ts'
import { type Fault, type Message, refuse, refuseFaults } from '../platform/errors.ts'

export const COURSE_KINDS = {
  skill_level: { zh: '等级认定培训', en: 'For a skill level' },
  in_service: { zh: '在职培训班', en: 'In service' },
  to_order: { zh: '订单式培训', en: 'To order' },
  heads: { zh: '养老机构院长培训班', en: 'For heads of institutions' },
  continuing_education: { zh: '继续教育', en: 'Continuing education' },
} satisfies Record<string, Message>

export const CLASS_STATUSES = ['open', 'completed', 'cancelled'] as const

/** Where a class stands on a day, from its status, its dates and its certificates. */
export const PHASES = {
  preparing: { zh: '筹备', en: 'Preparing' },
  running: { zh: '开班', en: 'Running' },
  awaiting_completion: { zh: '待考', en: 'Awaiting results' },
  awaiting_certificates: { zh: '待发证', en: 'Awaiting certificates' },
  finished: { zh: '结束', en: 'Finished' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
} satisfies Record<string, Message>
export type Phase = keyof typeof PHASES

export const ENROLMENT_STATUSES = {
  waiting: { zh: '候补', en: 'Waiting' },
  enrolled: { zh: '在读', en: 'Enrolled' },
  withdrawn: { zh: '已退班', en: 'Withdrawn' },
  completed: { zh: '结业', en: 'Completed' },
  failed: { zh: '未结业', en: 'Not completed' },
} satisfies Record<string, Message>
export type EnrolmentStatus = keyof typeof ENROLMENT_STATUSES

export const SESSION_PARTS = {
  theory: { zh: '理论', en: 'Theory' },
  practice: { zh: '实操', en: 'Practice' },
} satisfies Record<string, Message>

/** How sure the reference data are of a figure. */
export const CONFIDENCES = {
  seen: { zh: '已见原文', en: 'seen' },
  confirmed: { zh: '已确认', en: 'confirmed' },
  recalled: { zh: '未核对原文', en: 'not checked' },
  inferred: { zh: '推断', en: 'inferred' },
  unknown: { zh: '未知', en: 'unknown' },
} satisfies Record<string, Message>

export const PARTS = {
  theory: { zh: '理论知识', en: 'theory' },
  practical: { zh: '操作技能', en: 'practical' },
  review: { zh: '综合评审', en: 'review' },
} satisfies Record<string, Message>
export type Part = keyof typeof PARTS
/** In hundredths of a point; null: not examined. */
export type Marks = Record<Part, number | null>

export const PASS_MARK = exam.pass_mark_hundredths

interface CourseHours {
  theory_hours: number
  practice_hours: number
  attendance_percent: number
}

/** Whether the class ends in a skill level, which somebody who has it already does not need. */
export function awardsLevel({ kind, level }: { kind: string; level: number | null }): boolean {
  return level !== null && (kind === 'skill_level' || kind === 'to_order')
}

/** Hours somebody must have been present: the course's percentage of its hours, rounded up. */
export function requiredHours({ theory_hours, practice_hours, attendance_percent }: CourseHours): number {
  return Math.ceil(((theory_hours + practice_hours) * attendance_percent) / 100)
}

/** The parts examined at a level; without a level those that every level sits (source S38, S43). */
export function partsOf(level: number | null): Part[] {
  const required = exam.parts.filter(({ levels }) => (level === null ? levels.length === 5 : levels.includes(level)))
  return required.map(({ id }) => id as Part)
}

/** 78.5 → 7850; null for what is no mark between 0 and 100 with at most two decimals. */
export function hundredths(points: number): number | null {
  const value = Math.round(points * 100)
  return value >= 0 && value <= 10_000 && Math.abs(points * 100 - value) < 1e-6 ? value : null
}

/** 7850 → 78.5 */
export function points(hundredths: number | null): number | null {
  return hundredths === null ? null : hundredths / 100
}

/** Every part the level requires reaches the pass mark by itself; nothing is averaged (source S38). */
export function passes(level: number | null, marks: Marks): boolean {
  return belowPassMark(level, marks).length === 0
}

function belowPassMark(level: number | null, marks: Marks): Part[] {
  return partsOf(level).filter((part) => (marks[part] ?? 0) < PASS_MARK)
}

/** What is known of one person of a class; `examined`: the class has an assessor. */
export interface Standing {
  hours: number
  required_hours: number
  level: number | null
  examined: boolean
  marks: Marks | null
}
export interface Obstacle {
  code: 'hours_short' | 'result_missing' | `${Part}_below`
  message: Message
}

/** All that keeps a person from completing a class; empty when nothing does. Short hours make a result unnecessary. */
export function obstacles({ hours, required_hours, level, examined, marks }: Standing): Obstacle[] {
  const found: Obstacle[] = []
  if (hours < required_hours) found.push(hoursShort(hours, required_hours))
  else if (examined && !marks)
    found.push({ code: 'result_missing', message: { zh: '还没有成绩', en: 'no result yet' } })
  if (marks)
    for (const part of belowPassMark(level, marks)) {
      const mark = (marks[part] ?? 0) / 100
      found.push({
        code: `${part}_below`,
        message: {
          zh: `${PARTS[part].zh} ${mark} 分，低于合格线 ${PASS_MARK / 100} 分`,
          en: `${PARTS[part].en} ${mark}, below the pass mark of ${PASS_MARK / 100}`,
        },
      })
    }
  return found
}

export function hoursShort(hours: number, required: number): Obstacle {
  return {
    code: 'hours_short',
    message: { zh: `学时不足：${hours} / ${required}`, en: `hours short: ${hours} of ${required}` },
  }
}

/** A person of a class as far as completing it goes; marks are points. */
export interface ClassMember {
  id: string
  person_id: string
  person_name: string
  id_number_masked: string
  status: EnrolmentStatus
  hours: number
  required_hours: number
  result: Record<Part, number | null> | null
}

/** Has, or had, a seat. */
export function isIn({ status }: { status: EnrolmentStatus }): boolean {
  return status !== 'withdrawn' && status !== 'waiting'
}

/** Who completes a class and who does not, with all reasons; those who withdrew are only counted. */
export function completionOf(
  group: { level: number | null; assessor_organisation_id: string | null },
  members: ClassMember[],
) {
  const staying = members.filter(isIn)
  const items = staying.map(({ id, person_id, person_name, id_number_masked, hours, required_hours, result }) => {
    const marks = result && {
      theory: mark(result.theory),
      practical: mark(result.practical),
      review: mark(result.review),
    }
    const reasons = obstacles({
      hours,
      required_hours,
      level: group.level,
      examined: group.assessor_organisation_id !== null,
      marks,
    })
    const missing = reasons.some(({ code }) => code === 'result_missing')
    const outcome = missing ? ('missing' as const) : reasons.length > 0 ? ('failed' as const) : ('completed' as const)
    return { enrolment_id: id, person_id, person_name, id_number_masked, outcome, reasons }
  })
  const count = (outcome: string) => items.filter((item) => item.outcome === outcome).length
  return {
    completed: count('completed'),
    failed: count('failed'),
    missing: count('missing'),
    withdrawn: members.filter(({ status }) => status === 'withdrawn').length,
    rate: { numerator: count('completed'), denominator: staying.length },
    items,
  }
}
export type Completion = ReturnType<typeof completionOf>

function mark(value: number | null): number | null {
  return value === null ? null : hundredths(value)
}

/** Several reasons as one text. */
export function joined(messages: Message[]): Message {
  return { zh: messages.map(({ zh }) => zh).join('；'), en: messages.map(({ en }) => en).join('; ') }
}

const BROKEN_RULES = /^(enrolment\.(clash|same_level|level_held|not_eligible)|result\.(hours_short|certified))$/

/** Refuses rows with all their faults: 409 under the first one's code where only rules are broken, 422 where a value itself is wrong. */
export function refuseMembers(faults: Fault[]): void {
  const [first] = faults
  if (first && faults.every(({ code }) => BROKEN_RULES.test(code)))
    refuse('conflict', first.code, faults.length === 1 ? first.message : nothingWritten(faults), { faults })
  refuseFaults(faults)
}

function nothingWritten(faults: Fault[]): Message {
  return {
    zh: `有 ${faults.length} 处不符合规定，所以一条也没有写入。请去掉或改正后再提交：${joined(faults.map(({ message }) => message)).zh}`,
    en: `${faults.length} rows break a rule, so nothing was written. Leave them out or correct them: ${joined(faults.map(({ message }) => message)).en}`,
  }
}

export const constraints: Constraints = {
  classes_organisation_id_name_key: {
    code: 'class.name_taken',
    message: {
      zh: '本机构已有同名的培训班，请换个名称（例如加上期数）。',
      en: 'You already have a class of this name; choose another.',
    },
  },
  enrolments_seats: {
    code: 'class.full',
    message: {
      zh: '本班已经满员，刚刚有人占了最后的名额。请重试，排不上的会进入候补。',
      en: 'The class is full: somebody has just taken the last seat. Try again; who finds no seat waits.',
    },
  },
  class_sessions_class_id_held_on_topic_key: {
    code: 'session.twice',
    message: {
      zh: '这一天已有同一主题的课，请换个主题，或直接登记它的学时。',
      en: 'That day already has a session on this topic.',
    },
  },
}
