/** What looks like a forwarded code: shown to the teacher with what it is seen by, never a refusal. */
import settings from '../../db/reference/check-in.json' with { type: 'json' }
import type { Message } from '../platform/errors.ts'
import { LATE_STEPS, stepAt } from './check-in-codes.ts'

export const CHECK_IN_WAYS = {
  qr: { zh: '扫码', en: 'Scanned' },
  code: { zh: '输入数字', en: 'Typed' },
  manual: { zh: '教师登记', en: 'By the teacher' },
} satisfies Record<string, Message>

/** As many people with codes at the very end of their time are no chance any more. */
const EDGE_PEOPLE = settings.edge_people
/** 标准学时, in minutes (recalled, not checked against a document). */
export const STANDARD_HOUR_MINUTES = settings.standard_hour_minutes
/** Check-in opens so long before a session that has a time. */
export const EARLY_MINUTES = settings.early_minutes
export interface CheckInFact {
  enrolment_id: string
  person_name: string
  at: Date
  /** of the code; null for an entry by hand */
  step: number | null
  device_hash: string | null
}
/** Another session in which the person was checked in while this one was on. */
export interface OverlapFact {
  enrolment_id: string
  /** null: another institution's, which is not named */
  class_name: string | null
  topic: string | null
  other_at: Date
}
export interface CheckInFlag {
  code: 'same_device' | 'overlap' | 'late_codes'
  message: Message
  people: { enrolment_id: string; person_name: string; at: Date }[]
}

/** One phone for several people, one person in two places, many codes that were about to run out; the first named first. */
export function flagsOf(checkIns: CheckInFact[], overlaps: OverlapFact[]): CheckInFlag[] {
  const seen = ({ enrolment_id, person_name, at }: CheckInFact) => ({ enrolment_id, person_name, at })
  const sameDevice = Map.groupBy(
    checkIns.filter(({ device_hash }) => device_hash !== null),
    ({ device_hash }) => device_hash,
  )
  const edge = checkIns.filter(({ step, at }) => step !== null && stepAt(at) - step >= LATE_STEPS)
  const byEnrolment = new Map(checkIns.map((row) => [row.enrolment_id, row]))
  return [
    ...[...sameDevice.values()]
      .filter((rows) => rows.length > 1)
      .map((rows) => ({
        code: 'same_device' as const,
        message: {
          zh: `同一部手机为 ${rows.length} 人签到，请核对他们是否都在教室。`,
          en: `One phone checked in ${rows.length} people: see whether all of them are in the room.`,
        },
        people: rows.map(seen),
      })),
    ...overlaps.flatMap((row) => {
      const here = byEnrolment.get(row.enrolment_id)
      if (!here) return []
      const where = row.class_name
        ? { zh: `“${row.class_name}”（${row.topic}）`, en: `"${row.class_name}" (${row.topic})` }
        : { zh: '其他机构的课', en: 'a class of another institution' }
      return {
        code: 'overlap' as const,
        message: {
          zh: `${here.person_name}在同一时间还在${where.zh}签到，不可能同时在两处。`,
          en: `${here.person_name} was checked in at ${where.en} at the same time.`,
        },
        people: [seen(here), { ...seen(here), at: row.other_at }],
      }
    }),
    ...(edge.length < EDGE_PEOPLE
      ? []
      : [
          {
            code: 'late_codes' as const,
            message: {
              zh: `${edge.length} 人用的码都快过期了，二维码可能被转发到教室外。`,
              en: `${edge.length} people used codes that were about to run out: the code may have been sent on.`,
            },
            people: edge.map(seen),
          },
        ]),
  ]
}
