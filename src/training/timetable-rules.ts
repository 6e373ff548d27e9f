/** What is odd about a session of the timetable: shown with its values, never a refusal. */
import settings from '../../db/reference/timetable.json' with { type: 'json' }
import type { Constraints } from '../platform/database.ts'
import { inLanguage, type Lang, type Message } from '../platform/errors.ts'
import { STANDARD_HOUR_MINUTES } from './check-in-rules.ts'

export const VENUE_KINDS = {
  classroom: { zh: '教室', en: 'Classroom' },
  practice_base: { zh: '实训基地', en: 'Practice base' },
} satisfies Record<string, Message>

export interface PlacedSession {
  held_on: string
  hours: number
  /** `HH:MM` */
  starts_at: string | null
  ends_at: string | null
  venue_name: string | null
  venue_seats: number | null
  /** of the class */
  capacity: number
  teacher_name: string | null
  /** the teacher has a qualification valid on the day; null without a teacher */
  qualified: boolean | null
  /** `09:00–11:30`: a session of the teacher's at another institution that overlaps */
  elsewhere: string | null
  /** the practice base is recognised on the day; null elsewhere */
  recognised: boolean | null
}
export const SESSION_FLAGS = {
  too_short: { zh: '时长不足', en: 'Too short' },
  too_long: { zh: '时长偏长', en: 'Too long' },
  seats_short: { zh: '座位不足', en: 'Too few seats' },
  base_unrecognised: { zh: '基地未认定', en: 'Base not recognised' },
  teacher_unqualified: { zh: '教师无资质', en: 'Teacher not qualified' },
  teacher_elsewhere: { zh: '教师时间冲突', en: 'Teacher elsewhere' },
} satisfies Record<string, Message>
export interface SessionFlag {
  code: keyof typeof SESSION_FLAGS
  message: Message
}

/** A session as it is shown: with what is odd about it in the reader's language. */
export function shownSession<S extends PlacedSession>(session: S, lang: Lang) {
  const { venue_seats, capacity, qualified, elsewhere, recognised, ...shown } = session
  const flags = sessionFlags(session)
  return { ...shown, flags: flags.map(({ code, message }) => ({ code, message: inLanguage(lang, message) })) }
}

/** All that is odd, in the order in which it is best put right. */
function sessionFlags(session: PlacedSession): SessionFlag[] {
  const { held_on, hours, capacity, venue_name, venue_seats, teacher_name, qualified, elsewhere, recognised } = session
  const flags: SessionFlag[] = []
  const minutes = lengthOf(session)
  const [least, most] = [hours * STANDARD_HOUR_MINUTES, hours * settings.longest_hour_minutes]
  if (minutes !== null && minutes < least)
    flags.push({
      code: 'too_short',
      message: {
        zh: `上课 ${minutes} 分钟，不够 ${hours} 学时（至少 ${least} 分钟）`,
        en: `${minutes} minutes are too short for ${hours} hours (at least ${least})`,
      },
    })
  if (minutes !== null && minutes > most)
    flags.push({
      code: 'too_long',
      message: {
        zh: `上课 ${minutes} 分钟，远多于 ${hours} 学时（含休息最多约 ${most} 分钟）`,
        en: `${minutes} minutes are much more than ${hours} hours (about ${most} with breaks)`,
      },
    })
  if (venue_seats !== null && capacity > venue_seats)
    flags.push({
      code: 'seats_short',
      message: {
        zh: `班级名额 ${capacity} 人，“${venue_name}”只有 ${venue_seats} 座`,
        en: `The class has ${capacity} places, "${venue_name}" ${venue_seats} seats`,
      },
    })
  if (recognised === false)
    flags.push({
      code: 'base_unrecognised',
      message: {
        zh: `实训基地“${venue_name}”在 ${held_on} 没有有效的认定`,
        en: `The practice base "${venue_name}" is not recognised on ${held_on}`,
      },
    })
  if (qualified === false)
    flags.push({
      code: 'teacher_unqualified',
      message: {
        zh: `${teacher_name}在 ${held_on} 没有有效的教师资质`,
        en: `${teacher_name} has no valid qualification on ${held_on}`,
      },
    })
  if (elsewhere)
    flags.push({
      code: 'teacher_elsewhere',
      message: {
        zh: `${teacher_name}在 ${held_on} ${elsewhere} 同时在其他机构有课`,
        en: `${teacher_name} also teaches at another institution on ${held_on}, ${elsewhere}`,
      },
    })
  return flags
}

/** Minutes from start to end. */
function lengthOf({ starts_at, ends_at }: Pick<PlacedSession, 'starts_at' | 'ends_at'>): number | null {
  return starts_at && ends_at ? minutesOf(ends_at) - minutesOf(starts_at) : null
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}

export const constraints: Constraints = {
  class_sessions_venue: {
    code: 'session.venue_taken',
    message: {
      zh: '这个场地在这段时间刚刚排了别的课，请刷新课表后另选。',
      en: 'The venue has just been taken for another session at this time; load the timetable again.',
    },
  },
  class_sessions_teacher: {
    code: 'session.teacher_taken',
    message: {
      zh: '这位教师在这段时间刚刚排了别的课，请刷新课表后另选。',
      en: 'The teacher has just been given another session at this time; load the timetable again.',
    },
  },
  venues_organisation_id_name_key: {
    code: 'venue.name_taken',
    message: { zh: '本机构已有同名的场地，请换个名称。', en: 'You already have a venue of this name.' },
  },
  venue_recognitions_overlap: {
    code: 'venue.recognition_overlap',
    message: {
      zh: '这个基地在这段时间已有认定，请核对起止日期。',
      en: 'The base is recognised for some of these days already; check the dates.',
    },
  },
  teachers_person_key: {
    code: 'teacher.twice',
    message: { zh: '这个人已经在本机构的师资里。', en: 'This person is one of your teachers already.' },
  },
  teachers_name_key: {
    code: 'teacher.twice',
    message: {
      zh: '本机构的师资里已有同名的教师，请加以区分（例如加上科室）。',
      en: 'You already have a teacher of this name; tell them apart.',
    },
  },
}
