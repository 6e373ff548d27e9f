/** The rules of an event as data: what is marked, how marks become a total, who may enter; what is wrong with them, and their words. */
import { faultAt } from '../people/bulk.ts'
import type { Fault, Message } from '../platform/errors.ts'

export interface EventRules {
  modules: EventModule[]
  /** from so many marks of a criterion on, one highest and one lowest are left out; 0: never */
  trim_from: number
  /** what happens where a judge gave no mark: no ranking, or the mean of those present */
  missing_judges: 'refuse' | 'average'
  /** with `average`: so many marks a judged criterion needs at least */
  present_at_least: number
  /** percent of a criterion's maximum: marks further apart are shown; null: none are */
  spread_alarm: number | null
  tie_breaks: TieBreak[]
  /** people of an entry, 1 in single events */
  team_size: number
  entry: EntryRules
}
export interface EventModule {
  key: string
  name: string
  /** hundredths of a percent of the total */
  weight: number
  criteria: EventCriterion[]
}
export interface EventCriterion {
  name: string
  /** entered once, by whoever measured; else by every judge of the module */
  measured: boolean
  /** hundredths of a point */
  max_points: number
}
/** Who is better among equals: more in a module, more in one of its criteria, less time in it, fewer points taken off. */
export type TieBreak =
  | { by: 'module'; module: string }
  | { by: 'time'; module: string }
  | { by: 'criterion'; module: string; criterion: string }
  | { by: 'penalties' }

/** Who may enter; null: no such condition. */
export interface EntryRules {
  most: number | null
  most_per_organisation: number | null
  workforce: 'elder_care' | 'childcare' | null
  /** years of work in care, by the employments on record */
  years_at_least: number | null
  /** holds a certificate of this level of the occupation or a higher one */
  level_at_least: number | null
}

export const OPEN_ENTRY: EntryRules = {
  most: null,
  most_per_organisation: null,
  workforce: null,
  years_at_least: null,
  level_at_least: null,
}

/** The two usual parts: weights as given, five judges lose their extremes, ties go to the practical part (source S55). */
export function twoParts(theoryWeight: number): EventRules {
  const part = (key: string, name: string, weight: number): EventModule => ({
    key,
    name,
    weight: weight * 100,
    criteria: [{ name: '总分', measured: false, max_points: 10_000 }],
  })
  return {
    modules: [part('theory', '理论', theoryWeight), part('practical', '实操', 100 - theoryWeight)].filter(
      ({ weight }) => weight > 0,
    ),
    trim_from: 5,
    missing_judges: 'refuse',
    present_at_least: 1,
    spread_alarm: null,
    tie_breaks: theoryWeight < 100 ? [{ by: 'module', module: 'practical' }] : [],
    team_size: 1,
    entry: OPEN_ENTRY,
  }
}

/** Of rules with percent and points, as they come in and go out. */
export function storedRules(rules: EventRules): EventRules {
  return scaled(rules, (value) => Math.round(value * 100))
}

export function shownRules(rules: EventRules): EventRules {
  return scaled(rules, (value) => value / 100)
}

function scaled(rules: EventRules, scale: (value: number) => number): EventRules {
  return {
    ...rules,
    modules: rules.modules.map(({ weight, criteria, ...module }) => ({
      ...module,
      weight: scale(weight),
      criteria: criteria.map(({ max_points, ...criterion }) => ({ ...criterion, max_points: scale(max_points) })),
    })),
  }
}

export interface NumberedCriterion extends EventCriterion {
  /** from 1 on, through all modules */
  number: number
  module: string
}

export function criteriaOf({ modules }: Pick<EventRules, 'modules'>): NumberedCriterion[] {
  return modules
    .flatMap(({ key, criteria }) => criteria.map((criterion) => ({ ...criterion, module: key })))
    .map((criterion, index) => ({ ...criterion, number: index + 1 }))
}

/** The criteria that decide between equals. */
export function decidingCriteria({
  modules,
  tie_breaks,
}: Pick<EventRules, 'modules' | 'tie_breaks'>): NumberedCriterion[] {
  return criteriaOf({ modules }).filter((one) =>
    tie_breaks.some((tie) => tie.by === 'criterion' && tie.module === one.module && tie.criterion === one.name),
  )
}

/** What the two usual modules are called in English; others keep the name they were given. */
export const PARTS: Record<string, Message> = {
  theory: { zh: '理论', en: 'Theory' },
  practical: { zh: '实操', en: 'Practical' },
}
export function moduleName({ key, name }: Pick<EventModule, 'key' | 'name'>): Message {
  const usual = PARTS[key]
  return usual?.zh === name ? usual : { zh: name, en: name }
}

/** All that is wrong with rules: `rules.weights`, `rules.module_twice`, `rules.criterion_twice`, `rules.tie_break_unknown`. */
export function ruleFaults({ modules, tie_breaks }: EventRules): Fault[] {
  const faults: Fault[] = []
  const sum = modules.reduce((all, { weight }) => all + weight, 0)
  if (sum !== 10_000)
    faults.push(
      faultAt(
        '/rules/modules',
        'rules.weights',
        `各模块权重合计 ${sum / 100}%，应为 100%。`,
        `The weights of the modules add up to ${sum / 100} %, not 100 %.`,
      ),
    )
  const keys = modules.map(({ key }) => key)
  modules.forEach(({ key, name, criteria }, index) => {
    const at = `/rules/modules/${index}`
    if (keys.indexOf(key) < index)
      faults.push(
        faultAt(`${at}/key`, 'rules.module_twice', `模块代码“${key}”出现了两次。`, `The module ${key} is there twice.`),
      )
    const names = criteria.map((criterion) => criterion.name)
    const double = names.find((one, place) => names.indexOf(one) < place)
    if (double)
      faults.push(
        faultAt(
          `${at}/criteria`,
          'rules.criterion_twice',
          `模块“${name}”里“${double}”出现了两次。`,
          `“${double}” is there twice in the module “${name}”.`,
        ),
      )
  })
  tie_breaks.forEach((tie, index) => {
    if ('module' in tie && !keys.includes(tie.module))
      faults.push(
        faultAt(
          `/rules/tie_breaks/${index}`,
          'rules.tie_break_unknown',
          `同分规则里的模块“${tie.module}”不在本项目中。`,
          `The tie-break names the module ${tie.module}, which the event does not have.`,
        ),
      )
    else if (tie.by === 'criterion' && decidingCriteria({ modules, tie_breaks: [tie] }).length === 0)
      faults.push(
        faultAt(
          `/rules/tie_breaks/${index}`,
          'rules.tie_break_unknown',
          `同分规则里的评分项“${tie.criterion}”不在该模块中。`,
          `The tie-break names the criterion ${tie.criterion}, which the module does not have.`,
        ),
      )
  })
  return faults
}

/** How the rules rank, in words for those who are ranked. */
export function rankingWords({
  modules,
  trim_from,
  tie_breaks,
  missing_judges,
  present_at_least,
}: EventRules): Message {
  const names = new Map(modules.map((module) => [module.key, moduleName(module)]))
  const ties = tie_breaks.map((tie) => {
    if (tie.by === 'penalties') return { zh: '扣分少者在前', en: 'fewer points taken off' }
    const { zh, en } = names.get(tie.module)!
    if (tie.by === 'criterion') return { zh: `${zh}“${tie.criterion}”高者在前`, en: `more in ${tie.criterion} (${en})` }
    return tie.by === 'module'
      ? { zh: `${zh}高者在前`, en: `more in ${en}` }
      : { zh: `${zh}用时短者在前`, en: `less time in ${en}` }
  })
  const trimmed =
    trim_from > 0
      ? {
          zh: `同一评分项有 ${trim_from} 个及以上分数时，去掉一个最高分和一个最低分，其余取平均；`,
          en: `With ${trim_from} marks or more on a criterion, one highest and one lowest are left out and the rest averaged; `,
        }
      : { zh: '同一评分项的分数取平均；', en: 'The marks of a criterion are averaged; ' }
  const missing =
    missing_judges === 'average'
      ? {
          zh: `有评委缺分的，按在场评委平均（至少 ${present_at_least} 人）；`,
          en: `where a judge is missing, those present are averaged (at least ${present_at_least}); `,
        }
      : { zh: '', en: '' }
  return {
    zh: `${trimmed.zh}${missing.zh}总分按权重合成，扣除罚分，不作四舍五入。${ties.length > 0 ? `总分相同，依次按${ties.map(({ zh }) => zh).join('、')}；仍` : '总分'}相同则名次并列，后面的名次依次顺延。`,
    en: `${trimmed.en}${missing.en}the weighted total less penalties is not rounded. ${ties.length > 0 ? `Equal totals: ${ties.map(({ en }) => en).join(', then ')}; equal` : 'Equal'} there too: a shared rank.`,
  }
}
