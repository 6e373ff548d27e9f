/** Where a class stands between filing and certificates, and what to do next. */
import type { Message } from '../platform/errors.ts'
import type { ClassMember, Phase } from './rules.ts'

export interface ClassStep {
  /** 0 filing, 1 roster, 2 hours, 3 results, 4 certificates, 5 all done; -1 for a cancelled class */
  index: number
  task: 'name_assessor' | 'add_people' | 'record_hours' | 'enter_results' | 'complete' | 'issue' | 'none'
}

interface ClassState {
  kind: string
  status: string
  phase: Phase
  assessor_organisation_id: string | null
}

/** Results wait for the hours of everybody until the class's days are over. */
export function stepOf(group: ClassState, members: ClassMember[]): ClassStep {
  if (group.status === 'cancelled') return { index: -1, task: 'none' }
  if (group.phase === 'awaiting_certificates') return { index: 4, task: 'issue' }
  if (group.status === 'completed') return { index: 5, task: 'none' }
  if (group.kind === 'skill_level' && !group.assessor_organisation_id) return { index: 0, task: 'name_assessor' }
  const staying = members.filter(({ status }) => status === 'enrolled')
  if (staying.length === 0) return { index: 1, task: 'add_people' }
  const ready = staying.filter(({ hours, required_hours }) => hours >= required_hours)
  const over = group.phase === 'awaiting_completion' || staying.some(({ result }) => result)
  if (ready.length === 0 || (ready.length < staying.length && !over)) return { index: 2, task: 'record_hours' }
  const open = group.assessor_organisation_id !== null && ready.some(({ result }) => !result)
  return { index: 3, task: open ? 'enter_results' : 'complete' }
}

/** What an open class can wait for, beside its completion. */
export const CLASS_WAITS = {
  filing: { zh: '待备案', en: 'to file' },
  entry: { zh: '待录入成绩', en: 'marks to enter' },
  second_entry: { zh: '两人录入待核对', en: 'entries to compare' },
  lock: { zh: '待锁定成绩', en: 'results to lock' },
  publication: { zh: '待公布成绩', en: 'results to publish' },
} satisfies Record<string, Message>
export type ClassWait = keyof typeof CLASS_WAITS
