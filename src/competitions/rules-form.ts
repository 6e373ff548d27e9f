/** The rules of an event as a form: modules a row, criteria and tie-breaks a line each, as they are pasted from a sheet. */
import type { z } from 'zod'
import { faultAt } from '../people/bulk.ts'
import { type Fault, inLanguage, type Lang, type Message, refuseFaults } from '../platform/errors.ts'
import { faultsOf } from '../platform/shape-faults.ts'
import { type EventRules, PARTS, ruleFaults, storedRules, type TieBreak } from './event-rules.ts'
import { changedRulesShape } from './rule-shapes.ts'

type Sent = Record<string, unknown>
type Changed = z.output<typeof changedRulesShape>

/** Words of the lines, in either language. */
const JUDGED: Message = { zh: '评判', en: 'judged' }
const MEASURED: Message = { zh: '测量', en: 'measured' }
const TIME: Message = { zh: '用时', en: 'time' }
const PENALTIES: Message = { zh: '罚分', en: 'penalties' }
const HEADINGS = ['模块', 'module']

interface Line {
  number: number
  cells: string[]
}
/** Under which module of the form and which line of the pasted text a part of the rules was said. */
interface Places {
  modules: number[]
  criteria: number[][]
  tie_breaks: number[]
}

/**
 * Rules with percent and points, and why they change. All that is wrong is told at once, beside the fields: faults of the shape and of
 * {@link ruleFaults}, `rules.criteria_line`, `rules.module_unknown`, `rules.criteria_missing`, `rules.tie_break_unknown`.
 */
export function enteredRules(sent: Sent): Changed {
  const rows = moduleRows(sent)
  const faults: Fault[] = []
  const criteria = criteriaLines(sent, rows, faults)
  const ties = linesOf(sent.tie_breaks).flatMap((line) => tieBreak(line, rows, faults))
  const number = (name: string) => (text(sent[name]) ? Number(text(sent[name])) : null)
  const candidate = {
    reason: text(sent.reason),
    rules: {
      modules: rows.map(({ key, name, weight }, index) => ({
        ...{ key, name, weight: weight ? Number(weight) : undefined },
        criteria: criteria[index]!.map(({ criterion }) => criterion),
      })),
      trim_from: number('trim_from') ?? 0,
      missing_judges: text(sent.missing_judges) || undefined,
      present_at_least: number('present_at_least') ?? undefined,
      spread_alarm: number('spread_alarm'),
      tie_breaks: ties.map(({ tie }) => tie),
      team_size: number('team_size') ?? undefined,
      entry: {
        ...{ most: number('most'), most_per_organisation: number('most_per_organisation') },
        ...{ workforce: text(sent.workforce) || null, years_at_least: number('years_at_least') },
        level_at_least: number('level_at_least'),
      },
    },
  }
  const places: Places = {
    modules: rows.map(({ row }) => row),
    criteria: criteria.map((lines) => lines.map(({ line }) => line)),
    tie_breaks: ties.map(({ line }) => line),
  }
  const parsed = changedRulesShape.safeParse(candidate)
  const weighed = rows.length > 0 && rows.every(({ weight }) => Number(weight) > 0)
  const found = [
    ...(parsed.error ? faultsOf(parsed.error.issues) : []),
    // of weights, names and tie-breaks, which need no maxima
    ...(weighed ? ruleFaults(storedRules(candidate.rules as EventRules)) : []),
  ]
  refuseFaults([...faults, ...found.map((fault) => besideField(fault, places))])
  return parsed.data as Changed
}

/** The fields of rules that stand; points and percent as people write them. */
export function fieldsOf(rules: EventRules, lang: Lang): Record<string, string> {
  const names = new Map(rules.modules.map(({ key, name }) => [key, name]))
  const word = (message: Message) => inLanguage(lang, message)
  const optional = (value: number | string | null) => `${value ?? ''}`
  return {
    ...Object.fromEntries(
      rules.modules.flatMap(({ key, name, weight }, index) => [
        [`modules.${index}.key`, key],
        [`modules.${index}.name`, name],
        [`modules.${index}.weight`, `${weight}`],
      ]),
    ),
    criteria: rules.modules
      .flatMap(({ name: module, criteria }) =>
        criteria.map(({ name, measured, max_points }) =>
          [module, name, max_points, word(measured ? MEASURED : JUDGED)].join(' | '),
        ),
      )
      .join('\n'),
    tie_breaks: rules.tie_breaks
      .map((tie) => {
        if (tie.by === 'penalties') return word(PENALTIES)
        const module = names.get(tie.module)
        if (tie.by === 'module') return module
        return `${module} | ${tie.by === 'time' ? word(TIME) : tie.criterion}`
      })
      .join('\n'),
    trim_from: `${rules.trim_from || ''}`,
    missing_judges: rules.missing_judges,
    present_at_least: `${rules.present_at_least}`,
    spread_alarm: optional(rules.spread_alarm),
    team_size: `${rules.team_size}`,
    most: optional(rules.entry.most),
    most_per_organisation: optional(rules.entry.most_per_organisation),
    workforce: optional(rules.entry.workforce),
    years_at_least: optional(rules.entry.years_at_least),
    level_at_least: optional(rules.entry.level_at_least),
  }
}

interface ModuleRow {
  row: number
  key: string
  name: string
  weight: string
}

/** Rows with a name or a weight. A module keeps its key, by which its judges are known; a new one gets one. */
function moduleRows(sent: Sent): ModuleRow[] {
  const numbers = new Set(Object.keys(sent).flatMap((name) => /^modules\.(\d{1,2})\./.exec(name)?.[1] ?? []))
  const cell = (row: string, field: string) => text(sent[`modules.${row}.${field}`])
  const filled = [...numbers].filter((row) => cell(row, 'name') || cell(row, 'weight'))
  const taken = new Set(filled.map((row) => cell(row, 'key')))
  return filled.map((row) => {
    const name = cell(row, 'name')
    const usual = Object.keys(PARTS).find((key) => [PARTS[key]!.zh, PARTS[key]!.en].includes(name))
    const key = cell(row, 'key') || free(usual ?? 'module', taken)
    taken.add(key)
    return { row: Number(row), key, name, weight: cell(row, 'weight') }
  })
}

function free(wanted: string, taken: Set<string>): string {
  for (let number = 1; ; number++) {
    const key = number === 1 ? wanted : `${wanted}_${number}`
    if (!taken.has(key)) return key
  }
}

/** By module: `模块 | 评分项 | 满分 | 评判或测量`. */
function criteriaLines(sent: Sent, rows: ModuleRow[], faults: Fault[]) {
  const found = rows.map((): { line: number; criterion: object }[] => [])
  for (const { number, cells } of linesOf(sent.criteria)) {
    const [module = '', name = '', points = '', kind = ''] = cells
    if (HEADINGS.includes(module.toLowerCase())) continue
    const index = rows.findIndex((row) => row.name === module)
    if (cells.length < 3 || cells.length > 4 || (kind && ![JUDGED, MEASURED].some((one) => said(one, kind))))
      faults.push(
        onLine('/criteria', number, 'rules.criteria_line', {
          zh: '应写作“模块 | 评分项 | 满分 | 评判或测量”。',
          en: 'Write “module | criterion | maximum | judged or measured”.',
        }),
      )
    else if (index < 0)
      faults.push(
        onLine('/criteria', number, 'rules.module_unknown', {
          zh: `上面没有名为“${module}”的模块。`,
          en: `There is no module called ${module} above.`,
        }),
      )
    else
      found[index]!.push({
        line: number,
        criterion: { name, measured: said(MEASURED, kind), max_points: Number(points) },
      })
  }
  return found
}

/** `实操`, `实操 | 移位`, `实操 | 用时` or `罚分`. */
function tieBreak({ number, cells }: Line, rows: ModuleRow[], faults: Fault[]): { line: number; tie: TieBreak }[] {
  const [first = '', second = ''] = cells
  const module = rows.find(({ name }) => name === first)?.key
  if (!module && said(PENALTIES, first)) return [{ line: number, tie: { by: 'penalties' } }]
  if (!module) {
    const message = { zh: `上面没有名为“${first}”的模块。`, en: `There is no module called ${first} above.` }
    faults.push(onLine('/tie_breaks', number, 'rules.tie_break_unknown', message))
    return []
  }
  if (!second) return [{ line: number, tie: { by: 'module', module } }]
  if (said(TIME, second)) return [{ line: number, tie: { by: 'time', module } }]
  return [{ line: number, tie: { by: 'criterion', module, criterion: second } }]
}

/** Lines with something on them, by the tabs of a sheet, by bars, or by commas. */
function linesOf(sent: unknown): Line[] {
  return text(sent)
    .split(/\r?\n/)
    .map((line, index) => {
      const by = line.includes('\t') ? '\t' : /[|｜]/.test(line) ? /[|｜]/ : /[,，]/
      return { number: index + 1, cells: line.split(by).map((cell) => cell.trim()) }
    })
    .filter(({ cells }) => cells.some(Boolean))
}

/** A fault of the rules at the field in which its value was typed. */
function besideField({ pointer, code, message }: Fault, places: Places): Fault {
  const [, tie] = /^\/rules\/tie_breaks\/(\d+)/.exec(pointer) ?? []
  if (tie) return onLine('/tie_breaks', places.tie_breaks[Number(tie)]!, code, message)
  const [, module, rest = ''] = /^\/rules\/modules\/(\d+)\/(.*)$/.exec(pointer) ?? []
  // the sum of the weights, or no module at all
  if (pointer === '/rules/modules') return { pointer: '/modules/0/weight', code, message }
  if (!module) return { pointer: pointer.replace(/^\/rules(\/entry)?/, ''), code, message }
  const [, criterion] = /^criteria\/(\d+)/.exec(rest) ?? []
  if (criterion) return onLine('/criteria', places.criteria[Number(module)]![Number(criterion)]!, code, message)
  const row = places.modules[Number(module)]!
  const none = rest === 'criteria' && code === 'input.too_small'
  const { zh, en } = none ? { zh: '还没有评分项。', en: 'it has no criteria yet.' } : message
  return faultAt(
    rest === 'criteria' ? '/criteria' : `/modules/${row}/${rest === 'weight' ? 'weight' : 'name'}`,
    none ? 'rules.criteria_missing' : code,
    `第 ${row + 1} 个模块：${zh}`,
    `Module ${row + 1}: ${en}`,
  )
}

function onLine(pointer: string, line: number, code: string, { zh, en }: Message): Fault {
  return faultAt(pointer, code, `第 ${line} 行：${zh}`, `Line ${line}: ${en}`)
}

function said({ zh, en }: Message, word: string): boolean {
  return [zh, en].includes(word.toLowerCase())
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}
