/** The fields of a draft that change what a condition asks for, and by what it counts. */
import { REGISTRIES } from '../../src/credentials/rules.ts'
import { FACILITY_KINDS, OWNERSHIPS } from '../../src/organisations/rules.ts'
import { LICENCE_KINDS } from '../../src/people/licence-rules.ts'
import { CONDUCT_KINDS, CONTRACT_KINDS, RISING_LEVELS } from '../../src/people/rules.ts'
import { inLanguage, type Lang, type Message } from '../../src/platform/errors.ts'
import { Field } from '../form.tsx'
import { BASES, COUNTED_TO } from './component-words.ts'
import { levelName, requiredWords } from './words.ts'

interface Condition {
  code: string
  title: string
  measure: string
  threshold: unknown
  parameters?: unknown
}
type Values = Record<string, string>
type Ticked = (name: string) => string[]

const COUNTED = [
  ...['service_months', 'certificate_level', 'certificate_or_licence', 'attendance_days', 'conduct_events'],
  ...['years_served', 'contract_years', 'age_below', 'graduated_within'],
]
const KINDS: Record<string, Record<string, Message>> = {
  facility_kind: FACILITY_KINDS,
  facility_ownership: OWNERSHIPS,
  contract_kind: CONTRACT_KINDS,
}

export function thresholdFields(
  { code, title, measure, threshold }: Condition,
  values: Values,
  ticked: Ticked,
  lang: Lang,
) {
  const hint = requiredWords(measure, threshold, lang)
  const field = (name: string, label: string) => (
    <Field label={label} name={name} value={values[name]} hint={hint} attributes={{ inputmode: 'numeric' }} />
  )
  if (COUNTED.includes(measure)) return [field(`threshold_${code}`, title)]
  if (measure === 'hired_from')
    return [<Field label={title} name={`day_${code}`} type="date" value={values[`day_${code}`]} hint={hint} />]
  const kinds = KINDS[measure]
  if (kinds) return [listField(`kinds_${code}`, title, kinds, hint, ticked, lang)]
  if (measure !== 'education_hours') return []
  return RISING_LEVELS.map((level) => field(`threshold_${code}.${level}`, `${title} · ${levelName(level, lang)}`))
}

const PARAMETER_NAMES: Record<string, Message> = {
  window_months: { zh: '回溯月数', en: 'months looked back' },
  kinds: { zh: '计入的种类', en: 'kinds that count' },
  registries: { zh: '认可的查询平台', en: 'registers that count' },
  licences: { zh: '认可的执业资格', en: 'licences that count' },
  after_years: { zh: '入职满几年起可申领', en: 'years after the entry from which it can be claimed' },
  within_months: { zh: '可申领的月数', en: 'months in which it can be claimed' },
  basis: { zh: '年限范围', en: 'whose time counts' },
  continuous: { zh: '连续计算', en: 'continuous' },
  count_to: { zh: '计算截止', en: 'counted to' },
  exclusive: { zh: '不含当日', en: 'the day itself left out' },
  employer: { zh: '同一机构的范围', en: 'what one employer is' },
  retired_from_age: { zh: '退休年龄', en: 'age of retirement' },
}
const LISTS: Record<string, Record<string, Message>> = {
  kinds: CONDUCT_KINDS,
  registries: REGISTRIES,
  licences: LICENCE_KINDS,
}
const CHOICES: Record<string, Record<string, Message>> = {
  basis: BASES,
  count_to: COUNTED_TO,
  employer: { organisation: { zh: '本机构', en: 'the organisation' }, chain: { zh: '整个连锁', en: 'its chain' } },
}
const FLAGS: Record<string, Message> = { true: { zh: '是', en: 'Yes' }, false: { zh: '否', en: 'No' } }

/** Ages of retirement, two numbers at once, come through the interface only. */
const OF_MEASURE: Record<string, string[]> = {
  service_months: ['basis', 'continuous', 'count_to'],
  years_served: ['basis', 'employer', 'continuous', 'count_to'],
  graduated_within: ['exclusive'],
  certificate_or_licence: ['licences'],
  claimed: ['after_years', 'within_months'],
  registry_check: ['registries'],
  education_hours: ['window_months'],
  conduct_events: ['kinds', 'window_months'],
}

/** A parameter that a draft changes, and to what. */
export function parameterWords(name: string, value: unknown, lang: Lang): string {
  return `${inLanguage(lang, PARAMETER_NAMES[name] ?? { zh: name, en: name })}：${valueWords(name, value, lang)}`
}

function valueWords(name: string, value: unknown, lang: Lang): string {
  if (typeof value === 'object' && !Array.isArray(value)) return JSON.stringify(value)
  const vocabulary = LISTS[name] ?? CHOICES[name] ?? FLAGS
  return [value]
    .flat()
    .map((one) => (vocabulary[String(one)] ? inLanguage(lang, vocabulary[String(one)]!) : String(one)))
    .join('、')
}

export function parameterFields(
  { code, title, measure, parameters }: Condition,
  values: Values,
  ticked: Ticked,
  lang: Lang,
) {
  const now = (parameters ?? {}) as Record<string, unknown>
  return (OF_MEASURE[measure] ?? []).map((name) => {
    const label = `${title} · ${inLanguage(lang, PARAMETER_NAMES[name]!)}`
    const hint = valueWords(name, now[name] ?? '—', lang)
    if (LISTS[name]) return listField(`list_${code}.${name}`, label, LISTS[name], hint, ticked, lang)
    if (CHOICES[name]) return choiceField(`word_${code}.${name}`, label, CHOICES[name], hint, values, lang)
    if (name === 'continuous' || name === 'exclusive')
      return choiceField(`flag_${code}.${name}`, label, FLAGS, hint, values, lang)
    const field = `number_${code}.${name}`
    return <Field label={label} name={field} value={values[field]} hint={hint} attributes={{ inputmode: 'numeric' }} />
  })
}

function listField(
  name: string,
  label: string,
  vocabulary: Record<string, Message>,
  hint: string,
  ticked: Ticked,
  lang: Lang,
) {
  return (
    <Field
      label={label}
      name={name}
      type="choices"
      values={ticked(name)}
      hint={hint}
      options={options(vocabulary, lang)}
    />
  )
}

function choiceField(
  name: string,
  label: string,
  vocabulary: Record<string, Message>,
  hint: string,
  values: Values,
  lang: Lang,
) {
  const none = { value: '', label: inLanguage(lang, { zh: '不改', en: 'As it is' }) }
  return (
    <Field
      label={label}
      name={name}
      type="select"
      value={values[name]}
      hint={hint}
      options={[none, ...options(vocabulary, lang)]}
    />
  )
}

function options(vocabulary: Record<string, Message>, lang: Lang) {
  return Object.entries(vocabulary).map(([value, words]) => ({ value, label: inLanguage(lang, words) }))
}
