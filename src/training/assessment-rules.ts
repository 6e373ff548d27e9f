/** Judgements on marks: which of several sittings counts, how long a passed part is kept, what is to be sat again, and the rates of a class. */
import reference from '../../db/reference/assessment.json' with { type: 'json' }
import { addMonthsToDate, type LocalDate } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import { type EnrolmentStatus, isIn, type Marks, PARTS, PASS_MARK, type Part, partsOf } from './rules.ts'

/** How an assessor examines. `confidence` is that of the reference data, or `confirmed` where the assessor has stated its own. */
export interface Terms {
  kept_months: number
  sittings: number
  appeal_days: number
  two_person_entry: boolean
  held_until_published: boolean
  citation: string
  confidence: string
  valid_from: LocalDate | null
}

/** For an assessor that has stated nothing. */
export const DEFAULT_TERMS: Terms = { ...reference, valid_from: null }

/** A mark that stands, in hundredths; sitting 0 is a part kept from an earlier class. */
export interface PartMark {
  part: Part
  sitting: number
  assessed_on: LocalDate
  mark: number
}

export interface Combined<M extends PartMark> {
  /** by part the mark that counts; a part that has none is due */
  counting: Partial<Record<Part, M>>
  /** the day the last of them was sat */
  assessed_on: LocalDate | null
  /** parts of the level to be sat (again), for the first time or because they failed or were kept too long */
  due: Part[]
}

/**
 * What several sittings come to on a day: of each part the best mark counts, the earlier one of equal marks. A passed part is kept for
 * `kept_months` after the day it was sat; after that it is due again. With 0 months only the latest sitting of all parts counts.
 */
export function combine<M extends PartMark>(
  level: number | null,
  { kept_months }: Pick<Terms, 'kept_months'>,
  marks: M[],
  day: LocalDate,
): Combined<M> {
  const latest = Math.max(...marks.map(({ sitting }) => sitting))
  const stands = ({ mark, sitting, assessed_on }: M) =>
    kept_months === 0 ? sitting === latest : mark < PASS_MARK || day < keptUntil({ kept_months }, assessed_on)
  const counting: Partial<Record<Part, M>> = {}
  for (const mark of marks.filter(stands).toSorted((a, b) => (a.assessed_on < b.assessed_on ? -1 : 1))) {
    const best = counting[mark.part]
    if (!best || mark.mark > best.mark) counting[mark.part] = mark
  }
  const due = partsOf(level).filter((part) => (counting[part]?.mark ?? 0) < PASS_MARK)
  const days = Object.values(counting).map(({ assessed_on }) => assessed_on)
  return { counting, assessed_on: days.toSorted().at(-1) ?? null, due }
}

/** The first day on which a part passed then no longer counts. */
export function keptUntil({ kept_months }: Pick<Terms, 'kept_months'>, passed_on: LocalDate): LocalDate {
  return addMonthsToDate(passed_on, kept_months)
}

/** The result that the counting marks make, or null while a part of the level has none. */
export function marksOf(level: number | null, counting: Combined<PartMark>['counting']): Marks | null {
  if (partsOf(level).some((part) => !counting[part])) return null
  const mark = (part: Part) => counting[part]?.mark ?? null
  return { theory: mark('theory'), practical: mark('practical'), review: mark('review') }
}

/** `理论知识第 2 次` */
export function sittingName({ part, sitting }: Pick<PartMark, 'part' | 'sitting'>): Message {
  const { zh, en } = PARTS[part]
  if (sitting === 0) return { zh: `${zh}（保留成绩）`, en: `${en} (kept)` }
  return { zh: `${zh}第 ${sitting} 次`, en: `${en}, sitting ${sitting}` }
}

export interface Rate {
  numerator: number
  denominator: number
}

interface Outcome {
  status: EnrolmentStatus
  result: { passed: boolean } | null
  certificate_number: string | null
}

/**
 * 培训合格率 is passed ÷ entered, 取证率 certificates ÷ enrolled (domain §6, recalled). Entered are those with a result; enrolled is
 * everybody who ever had a seat, those who withdrew too.
 */
export function ratesOf(members: Outcome[]): { pass_rate: Rate; certificate_rate: Rate } {
  const entered = members.filter((member) => isIn(member) && member.result)
  const enrolled = members.filter(({ status }) => status !== 'waiting')
  return {
    pass_rate: { numerator: entered.filter(({ result }) => result!.passed).length, denominator: entered.length },
    certificate_rate: {
      numerator: enrolled.filter(({ certificate_number }) => certificate_number).length,
      denominator: enrolled.length,
    },
  }
}

/** What the denominators are, said beside the figures. */
export const RATE_WORDS = {
  pass_rate: {
    zh: '培训合格率 = 合格人数 ÷ 参加考核并有成绩的人数；退班、未参加考核的不计入分母。',
    en: 'Pass rate: passed ÷ people with a result; who withdrew or was not assessed is not counted.',
  },
  certificate_rate: {
    zh: '取证率 = 持有效证书人数 ÷ 报名人数；退班的人计入分母，候补的不计入。',
    en: 'Certificate rate: people with a standing certificate ÷ everybody enrolled; those who withdrew are counted, those waiting are not.',
  },
} satisfies Record<string, Message>

export const constraints: Constraints = {
  assessment_terms_assessor_organisation_id_valid_from_key: {
    code: 'terms.twice',
    message: {
      zh: '这一天起已有一份考核办法，请另选生效日期。',
      en: 'There are terms from that day already; choose another day.',
    },
  },
  class_examiners_once: {
    code: 'examiner.twice',
    message: { zh: '这名考评员已在本班考评组里。', en: 'This examiner is on the panel already.' },
  },
  result_appeals_result_id_key: {
    code: 'result_appeal.twice',
    message: {
      zh: '对这份成绩已提出过申诉；同一成绩只复核一次。',
      en: 'There is an appeal against this result already; a result is reviewed once.',
    },
  },
}
