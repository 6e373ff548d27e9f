/** What a scheme can be made of: the kinds of component, what each goes by and who gets it, and the words for them; pure. */
import { EDUCATIONS } from '../people/rules.ts'
import type { Message } from '../platform/errors.ts'
import type { Service } from './conditions.ts'
import type { Rate } from './rules.ts'

interface Kind extends Message {
  payee: 'person' | 'organisation'
  /** what its rates are looked up by */
  by: 'level' | 'tenure' | 'education' | 'award' | 'training' | 'job'
  /** `month`: due anew each month; `once`: a sum that is due up to its target, whatever was paid of it already */
  due: 'month' | 'once'
}

export const COMPONENT_KINDS = {
  monthly_by_level: {
    zh: '按技能等级按月发放',
    en: 'Monthly by skill level',
    payee: 'person',
    by: 'level',
    due: 'month',
  },
  monthly_by_tenure: {
    zh: '按从业年限按月发放',
    en: 'Monthly by years served',
    payee: 'person',
    by: 'tenure',
    due: 'month',
  },
  one_off_by_level: {
    zh: '按技能等级一次性发放',
    en: 'Once by skill level',
    payee: 'person',
    by: 'level',
    due: 'once',
  },
  one_off_by_tenure: {
    zh: '按从业年限一次性发放',
    en: 'Once by years served',
    payee: 'person',
    by: 'tenure',
    due: 'once',
  },
  addon_by_level: { zh: '按技能等级加发', en: 'Add-on by skill level', payee: 'person', by: 'level', due: 'once' },
  entry_bonus: {
    zh: '按学历发放的入职奖补',
    en: 'Entry bonus by education',
    payee: 'person',
    by: 'education',
    due: 'once',
  },
  contest_award: { zh: '竞赛获奖奖励', en: 'Award for a contest', payee: 'person', by: 'award', due: 'month' },
  training_subsidy: {
    zh: '个人培训补贴',
    en: 'Training subsidy to a person',
    payee: 'person',
    by: 'training',
    due: 'once',
  },
  provider_training_subsidy: {
    ...{ zh: '培训机构补贴', en: 'Training subsidy to a provider' },
    ...{ payee: 'organisation', by: 'training', due: 'month' },
  },
  facility_award: {
    ...{ zh: '机构岗位奖励', en: 'Award to a facility for jobs' },
    ...{ payee: 'organisation', by: 'job', due: 'month' },
  },
} satisfies Record<string, Kind>
export type ComponentKind = keyof typeof COMPONENT_KINDS

export interface Instalment {
  after_years: number
  percent: number
}

/** What a source leaves open; a confirmation can say what is asked for, and nobody can say what is not. */
export interface Open extends Message {
  asks?: Asked
}
export const ASKED = ['effective_from', 'instalments', 'part_time_percent', 'ladder'] as const
export type Asked = (typeof ASKED)[number]

/** How much of a trade's catalogue price is paid, by how short of people the trade is (source S29). */
export const SHORTAGES = {
  very_short: { zh: '非常紧缺', en: 'very short' },
  short: { zh: '紧缺', en: 'short' },
  somewhat_short: { zh: '一般紧缺', en: 'somewhat short' },
} satisfies Record<string, Message>
export type Shortage = keyof typeof SHORTAGES

/** One component of a version, as data. What no source tells is null here, and named in `unknown`. */
export interface Component {
  code: string
  kind: ComponentKind
  title: string
  title_en: string
  citation: string
  confidence: string
  /** when they are not the version's */
  posts?: string[]
  /** how years served are counted, for bands and instalments */
  tenure?: Service
  /** of what is due once: a higher target pays the difference to what was paid; otherwise it is paid once and never again */
  top_up?: boolean
  /** paid for the same cause only up to the highest (就高不重复), across components and schemes of the same group */
  group?: string
  instalments?: Instalment[] | null
  /** nothing is due before, and then everything reached so far at once */
  first_after_years?: number
  /** the highest education at the start of the employment, or on the day of each instalment (a later one lifts what is unpaid) */
  education_on?: 'entry' | 'instalment'
  /** of the full-time rate; absent: the same */
  part_time_percent?: number | null
  /** the least hours of a training that is paid for, and whether only the first certificate counts */
  least_hours?: number
  first_certificate_only?: boolean
  /** of the price in the catalogue, which a confirmation names in place of an amount */
  catalogue_percent?: Record<Shortage | 'technician_or_higher', number>
  unknown?: Open[]
}

/** A level of a scheme's own ladder and the national levels it stands for; null: nobody has said. */
export interface Step {
  code: string
  title: string
  levels: number[] | null
}

/** A rate of a local step is one for each national level that the step stands for. */
export function nationalLevels<T extends Pick<Rate, 'level' | 'key'>>(rate: T, ladder: Step[] | null | undefined): T[] {
  const step = rate.level === null && ladder?.find(({ code }) => code === rate.key)
  return step ? (step.levels ?? []).map((level) => ({ ...rate, level })) : [rate]
}

/** The educations, the lowest first; a rate for one holds for those above it up to the next rate. */
const RISING_EDUCATIONS: string[] = Object.keys(EDUCATIONS)

export function educationRank(level: string): number {
  return RISING_EDUCATIONS.indexOf(level)
}

interface RateKey {
  key?: string | null | undefined
  min_years?: number | null | undefined
  below_years?: number | null | undefined
}

/** What an unconfirmed rate is the rate of. */
export function rateName({ key, min_years, below_years }: RateKey): Message {
  const name = rateKeyName({ key, min_years, below_years })
  return { zh: `“${name.zh}”的标准`, en: `the rate of “${name.en}”` }
}

export function rateKeyName({ key, min_years, below_years }: RateKey): Message {
  if (min_years != null)
    return below_years == null
      ? { zh: `满 ${min_years} 年`, en: `${min_years} years or more` }
      : { zh: `满 ${min_years} 年不满 ${below_years} 年`, en: `${min_years} to below ${below_years} years` }
  if (key == null) return { zh: '全部', en: 'all' }
  return EDUCATIONS[key as keyof typeof EDUCATIONS] ?? { zh: key, en: key }
}
