/** Who may sit a level: any of several lists of terms, judged by what is known of a person. Pure: nothing is read, no clock is asked. */
import { EDUCATIONS } from '../people/rules.ts'
import { addDays, addMonthsToDate, type LocalDate } from '../platform/calendar.ts'
import type { Message } from '../platform/errors.ts'

/** What the register cannot know by itself, and an institution declares with its evidence. */
export const DECLARATIONS = {
  experience: { zh: '登记以前或在别处的从业经历', en: 'Work before the register or elsewhere' },
  apprenticeship: { zh: '学徒期满', en: 'Apprenticeship completed' },
  technical_diploma: {
    zh: '高级技工学校、技师学院毕业',
    en: 'Diploma of a senior technical school or technician college',
  },
  related_major: { zh: '所学为本专业或相关专业', en: 'Schooling of this or a related major' },
  professional_title: { zh: '取得相关初级职称', en: 'Junior professional title' },
} satisfies Record<string, Message>
export type DeclarationKind = keyof typeof DECLARATIONS

/** The closed catalogue; a condition of another form cannot be entered as data. */
export type Term =
  | { term: 'age' | 'work' | 'professional_title'; years: number }
  | { term: 'holds'; level: number; years: number }
  | { term: 'education'; at_least: keyof typeof EDUCATIONS; related: boolean; students: boolean }
  | { term: 'apprenticeship' | 'technical_diploma' | 'training' | 'intention' }

export interface EntryRule {
  code: string
  occupation_code: string | null
  standard_edition: string | null
  level: number
  valid_from: LocalDate | null
  valid_to: LocalDate | null
  alternatives: { confidence: string; terms: Term[] }[]
  active: boolean
}
export interface EntryQuestion {
  occupation_code: string
  standard_edition: string | null
  level: number
  day: LocalDate
}

/** As known on the day that is asked about. */
export interface EntryFacts {
  birth_date: LocalDate | null
  /** in posts of the occupation, and declared; no day twice */
  worked_days: number
  /** every level whose certificate was not revoked, also one that has run out */
  levels: { level: number; since: LocalDate }[]
  /** without a day of graduation the person studies still; `stated`: typed without a school */
  educations: { level: keyof typeof EDUCATIONS; graduated_on: LocalDate | null; stated: boolean }[]
  declared: Partial<Record<DeclarationKind, LocalDate>>
  /** completed a class for this level */
  trained_on: LocalDate | null
}

export interface TermDecision {
  term: Term
  met: boolean
  found: { years?: number; level?: number; education?: keyof typeof EDUCATIONS; on?: LocalDate } | null
  /** the first day on which it can be met if things go on as they are; null: not by waiting */
  earliest: LocalDate | null
}
export interface EntryDecision {
  /** null: no rule in force says who may sit the level, so nobody is kept from it */
  rule_code: string | null
  day: LocalDate
  met: boolean | null
  earliest: LocalDate | null
  /** `counts`: seen in a source or confirmed; one that is only recalled is shown and decides nothing */
  alternatives: { counts: boolean; met: boolean; earliest: LocalDate | null; terms: TermDecision[] }[]
}

/** What is let pass and is to be seen. */
export type Warning =
  /** more days of work and of class in a month than the month has */
  | { code: 'enrolment.shift_clash'; month: string; attended: number; class_days: number }
  /** a seat in another open class for the level; null: of another institution, which is not named */
  | { code: 'enrolment.same_level'; class_name: string | null }

/** The rule in force for a level: one for the very occupation and edition goes before one for all. */
export function ruleFor(
  rules: EntryRule[],
  { occupation_code, standard_edition, level, day }: EntryQuestion,
): EntryRule | null {
  const fitting = rules.filter(
    (rule) =>
      rule.active &&
      rule.level === level &&
      (rule.occupation_code ?? occupation_code) === occupation_code &&
      (rule.standard_edition === null || rule.standard_edition === standard_edition) &&
      (rule.valid_from === null || rule.valid_from <= day) &&
      (rule.valid_to === null || rule.valid_to > day),
  )
  const exactness = (rule: EntryRule) => (rule.occupation_code ? 2 : 0) + (rule.standard_edition ? 1 : 0)
  return fitting.sort((a, b) => exactness(b) - exactness(a))[0] ?? null
}

/** Every term of every alternative, met or not, with what was found and when it could be met (source S35–S37, as data). */
export function entryDecision(rule: EntryRule | null, facts: EntryFacts, day: LocalDate): EntryDecision {
  if (!rule) return { rule_code: null, day, met: null, earliest: null, alternatives: [] }
  const alternatives = rule.alternatives.map(({ confidence, terms: due }) => {
    const terms = due.map((term) => ({ term, ...judge(term, facts, day) }))
    const missing = terms.filter(({ met }) => !met).map(({ earliest }) => earliest)
    return {
      counts: ['seen', 'confirmed'].includes(confidence),
      met: missing.length === 0,
      earliest: missing.includes(null) ? null : (missing.sort().at(-1) ?? null),
      terms,
    }
  })
  const counting = alternatives.filter(({ counts }) => counts)
  const met = counting.some((one) => one.met)
  const days = counting.flatMap(({ earliest }) => earliest ?? [])
  return { rule_code: rule.code, day, met, earliest: met ? null : (days.sort()[0] ?? null), alternatives }
}

type Judgement = Omit<TermDecision, 'term'>

function judge(term: Term, facts: EntryFacts, day: LocalDate): Judgement {
  switch (term.term) {
    case 'age':
      return since(facts.birth_date, term.years, day)
    case 'work': {
      // as if worked in one piece up to the day, and on from there
      const { met, earliest } = since(addDays(day, -facts.worked_days), term.years, day)
      return { met, earliest, found: { years: Math.floor((facts.worked_days / 365.25) * 10) / 10 } }
    }
    case 'holds': {
      const held = facts.levels.filter(({ level, since }) => level <= term.level && since <= day)
      const first = held.sort((a, b) => (a.since < b.since ? -1 : 1))[0]
      const judged = since(first?.since ?? null, term.years, day)
      return first ? { ...judged, found: { level: first.level, on: first.since } } : judged
    }
    case 'education':
      return educated(term, facts, day)
    case 'professional_title':
      return since(facts.declared.professional_title ?? null, term.years, day)
    case 'apprenticeship':
    case 'technical_diploma':
      return since(facts.declared[term.term] ?? null, 0, day)
    case 'training':
      return since(facts.trained_on, 0, day)
    case 'intention':
      // said by enrolling
      return { met: true, found: null, earliest: null }
  }
}

function since(start: LocalDate | null, years: number, day: LocalDate): Judgement {
  if (start === null) return { met: false, found: null, earliest: null }
  const reached = addMonthsToDate(start, years * 12)
  const met = reached <= day
  return { met, found: { on: start }, earliest: met ? null : reached }
}

/** From the lowest to the highest. */
export const RANKS = Object.keys(EDUCATIONS)

function educated(term: Extract<Term, { term: 'education' }>, facts: EntryFacts, day: LocalDate): Judgement {
  const high = facts.educations.filter(({ level }) => RANKS.indexOf(level) >= RANKS.indexOf(term.at_least))
  const enough = high.filter(({ graduated_on, stated }) =>
    graduated_on === null ? stated || term.students : graduated_on <= day,
  )
  const related = !term.related || facts.declared.related_major !== undefined
  const best = enough[0] ?? high[0] ?? facts.educations[0]
  return { met: enough.length > 0 && related, found: best ? { education: best.level } : null, earliest: null }
}
