/** The form of a draft: months, districts, and what it changes of a version. */

import { keyOf } from '../../src/allowances/usable-rules.ts'
import { RISING_LEVELS } from '../../src/people/rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { words } from '../words.ts'
import { parameterFields, thresholdFields } from './draft-fields.tsx'
import type { ComponentProps, VersionProps } from './scheme.tsx'
import { levelName, yuan } from './words.ts'

export interface SimulationFormProps {
  frame: Frame
  code: string
  name: string
  version: VersionProps
  districts: { code: string; name: string }[]
  /** of a field of boxes those that were ticked */
  ticked: (name: string) => string[]
  values: Record<string, string>
  errors: FormError[]
}

export function SimulationForm(props: SimulationFormProps) {
  const { frame, code, name, version, districts, ticked, values, errors } = props
  const w = words(frame.lang)
  const back = `/console/schemes/${code}`
  const levelled = version.components.find(({ by }) => by === 'level')
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
            values={ticked('district_codes')}
            options={districts.map((one) => ({ value: one.code, label: one.name }))}
          />
        )}
        {version.components.flatMap((component) => (
          <RateFields
            component={component}
            levelled={component.code === levelled?.code}
            values={values}
            lang={frame.lang}
          />
        ))}
        {version.conditions.flatMap((condition) => [
          ...thresholdFields(condition, values, ticked, frame.lang),
          ...parameterFields(condition, values, ticked, frame.lang),
        ])}
        <Field
          label={w('不再要求', 'No longer asked')}
          name="dropped"
          type="choices"
          values={ticked('dropped')}
          options={version.conditions.map((condition) => ({ value: condition.code, label: condition.title }))}
        />
      </Form>
    </Page>
  )
}

/** `rate_5` of the component that goes by level, `rate_entry.bachelor` of another: one field for each level or key. */
function RateFields({ component, levelled, values, lang }: RateFieldsProps) {
  const w = words(lang)
  const named = (key: string) =>
    levelled && component.rates[0]?.level !== null ? `rate_${key}` : `rate_${component.code}.${key}`
  const byKey = Map.groupBy(component.rates, keyOf)
  const missing =
    levelled && component.rates[0]?.level !== null ? RISING_LEVELS.filter((one) => !byKey.has(String(one))) : []
  const fields = [
    ...[...byKey].map(([key, rates]) => ({ key, of: rates[0]!.of, rates })),
    ...missing.map((level) => ({ key: String(level), of: levelName(level, lang), rates: [] })),
  ]
  return (
    <>
      {fields.map(({ key, of, rates }) => (
        <Field
          label={w(`${component.title}：${of}（元）`, `${component.title}: ${of}, yuan`)}
          name={named(key)}
          value={values[named(key)]}
          hint={
            rates
              .map(({ amount_fen }) => (amount_fen === null ? w('未知', 'unknown') : yuan(amount_fen)))
              .join(w('、', ', ')) || w('没有标准', 'no rate')
          }
          attributes={{ inputmode: 'decimal' }}
        />
      ))}
    </>
  )
}

interface RateFieldsProps {
  component: ComponentProps
  levelled: boolean
  values: Record<string, string>
  lang: Frame['lang']
}
