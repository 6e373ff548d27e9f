/** The form of a draft: months, districts, and what it changes of a version. */

import type { Version } from '../../src/allowances/rules.ts'
import { RISING_LEVELS } from '../../src/people/rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { words } from '../words.ts'
import { levelName, requiredWords, yuan } from './words.ts'

interface Condition {
  code: string
  title: string
  measure: string
  threshold: unknown
}
export interface SimulationFormProps {
  frame: Frame
  code: string
  name: string
  version: { number: number; title: string; rates: Version['rates']; conditions: Condition[] }
  districts: { code: string; name: string }[]
  ticked: { districts: string[]; dropped: string[] }
  values: Record<string, string>
  errors: FormError[]
}

const COUNTED = [
  'service_months',
  'certificate_level',
  'attendance_days',
  'conduct_events',
  'years_served',
  'contract_years',
  'age_below',
]

export function SimulationForm(props: SimulationFormProps) {
  const { frame, code, name, version, districts, ticked, values, errors } = props
  const w = words(frame.lang)
  const back = `/console/schemes/${code}`
  return (
    <Page {...frame} heading={w(`测算：${name}`, `Simulate: ${name}`)} back={{ href: back, label: name }}>
      <Form
        action={`${back}/versions/${version.number}/simulation`}
        errors={errors}
        submit={w('测算', 'Simulate')}
        cancel={back}
      >
        <Notice tone="info">
          {w(
            `从第 ${version.number} 版开始。不填的按这一版；测算不改变任何记录，也不发放。`,
            `It begins with version ${version.number}; what is left empty stays as it is. Nothing is changed or paid.`,
          )}
        </Notice>
        <input type="hidden" name="version" value={String(version.number)} />
        <Field label={w('草案名称', 'Name of the draft')} name="title" required value={values.title} />
        <Field label={w('自（月份）', 'From')} name="first_month" type="month" required value={values.first_month} />
        <Field label={w('至（月份）', 'To')} name="last_month" type="month" required value={values.last_month} />
        {districts.length > 1 && (
          <Field
            label={w('区县（不选为全部）', 'Districts (none: all)')}
            name="district_codes"
            type="choices"
            values={ticked.districts}
            options={districts.map((one) => ({ value: one.code, label: one.name }))}
          />
        )}
        {RISING_LEVELS.map((level) => (
          <Field
            label={w(`${levelName(level, frame.lang)} 月标准（元）`, `${levelName(level, frame.lang)}, yuan a month`)}
            name={`rate_${level}`}
            value={values[`rate_${level}`]}
            hint={
              version.rates
                .filter((rate) => rate.level === level)
                .map((rate) => (rate.amount_fen === null ? w('未知', 'unknown') : yuan(rate.amount_fen)))
                .join(w('、', ', ')) || w('没有标准', 'no rate')
            }
            attributes={{ inputmode: 'decimal' }}
          />
        ))}
        {version.conditions.flatMap((condition) => thresholdFields(condition, values, frame.lang))}
        <Field
          label={w('不再要求', 'No longer asked')}
          name="dropped"
          type="choices"
          values={ticked.dropped}
          options={version.conditions.map((condition) => ({ value: condition.code, label: condition.title }))}
        />
      </Form>
    </Page>
  )
}

/** Numbers can be changed here; what is a list of kinds comes through the interface only. */
function thresholdFields(
  { code, title, measure, threshold }: Condition,
  values: Record<string, string>,
  lang: Frame['lang'],
) {
  const hint = requiredWords(measure, threshold, lang)
  const field = (name: string, label: string) => (
    <Field label={label} name={name} value={values[name]} hint={hint} attributes={{ inputmode: 'numeric' }} />
  )
  if (COUNTED.includes(measure)) return [field(`threshold_${code}`, title)]
  if (measure !== 'education_hours') return []
  return RISING_LEVELS.map((level) => field(`threshold_${code}.${level}`, `${title} · ${levelName(level, lang)}`))
}
