/** Confirming by document what was inferred or unknown in a version. */
import { SHORTAGES } from '../../src/allowances/components.ts'
import { keyOf } from '../../src/allowances/usable-rules.ts'
import { RISING_LEVELS } from '../../src/people/rules.ts'
import { inLanguage } from '../../src/platform/errors.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { words } from '../words.ts'
import type { RateProps, VersionProps } from './scheme.tsx'
import { levelName, yuan } from './words.ts'

export interface ConfirmSchemeProps {
  frame: Frame
  code: string
  name: string
  version: VersionProps
  values: Record<string, string>
  errors: FormError[]
}

/** Amounts in yuan and hours by level, for what is missing; the assumption is shown as a hint, never filled in. */
export function ConfirmScheme({ frame, code, name, version, values, errors }: ConfirmSchemeProps) {
  const w = words(frame.lang)
  const back = `/console/schemes/${code}`
  return (
    <Page {...frame} heading={w(`确认标准：${name}`, `Confirm: ${name}`)} back={{ href: back, label: name }}>
      <div class="card confirm">
        <Notice tone="warn">
          {w(
            '确认之后津贴即按此计算，不能修改；标准有变须登记新版本。请对照正式文件逐项填写。',
            'Allowances are computed by this from now on and it cannot be changed. Fill it in from the official document.',
          )}
        </Notice>
        <Form
          action={`${back}/versions/${version.number}/confirmation`}
          errors={errors}
          submit={w('确认标准', 'Confirm')}
          cancel={back}
        >
          <Field label={w('文件名称或文号', 'Document')} name="document" value={values.document} required />
          <Settings frame={frame} version={version} values={values} />
          {version.components.flatMap((component) =>
            component.missing.rates.map(({ key }) => {
              const rate = component.rates.find((one) => keyOf(one) === key)!
              const name = rateField(version, component.code, rate)
              const { catalogue } = component
              return (
                <>
                  <Field
                    label={
                      catalogue
                        ? w(
                            `${component.title}：${rate.of} 目录价格（元）`,
                            `${component.title}: ${rate.of}, price in the catalogue, yuan`,
                          )
                        : w(`${component.title}：${rate.of}（元）`, `${component.title}: ${rate.of}, yuan`)
                    }
                    name={name}
                    value={values[name]}
                    required
                    attributes={{ inputmode: 'decimal' }}
                    hint={assumed(rate, w)}
                  />
                  {catalogue && (rate.level ?? 0) > 2 && (
                    <Field
                      label={w(
                        `${component.title}：${rate.of} 紧缺程度`,
                        `${component.title}: ${rate.of}, how short the trade is`,
                      )}
                      name={name.replace('rate_', 'shortage_')}
                      type="select"
                      value={values[name.replace('rate_', 'shortage_')]}
                      required
                      options={Object.entries(SHORTAGES).map(([value, label]) => ({
                        value,
                        label: inLanguage(frame.lang, label),
                      }))}
                    />
                  )}
                </>
              )
            }),
          )}
          {version.conditions
            .filter(({ code: condition }) => version.missing.conditions.includes(condition))
            .flatMap((condition) =>
              RISING_LEVELS.map((level) => (
                <Field
                  label={w(
                    `${condition.title}：${levelName(level, 'zh-CN')}（学时）`,
                    `${condition.title}: ${levelName(level, 'en')} (hours)`,
                  )}
                  name={`hours_${condition.code}_${level}`}
                  value={values[`hours_${condition.code}_${level}`]}
                  required
                  attributes={{ inputmode: 'numeric' }}
                />
              )),
            )}
          <Field label={w('说明', 'Reason')} name="reason" type="textarea" value={values.reason} required />
        </Form>
      </div>
    </Page>
  )
}

/** What is open beside rates and thresholds. A local level for several national ones comes through the interface only. */
function Settings({ frame, version, values }: Pick<ConfirmSchemeProps, 'frame' | 'version' | 'values'>) {
  const w = words(frame.lang)
  const { asks } = version.missing
  const has = (one: string) => asks.some((asked) => asked.asks === one)
  const levels = RISING_LEVELS.map((level) => ({ value: String(level), label: levelName(level, frame.lang) }))
  const titleOf = (code: string) => version.components.find((one) => one.code === code)!.title
  return (
    <>
      {version.components.some(({ catalogue }) => catalogue) && <input type="hidden" name="by_catalogue" value="yes" />}
      {has('effective_from') && (
        <Field
          label={w('施行日期', 'In force from')}
          name="effective_from"
          type="date"
          value={values.effective_from}
          required
        />
      )}
      {has('ladder') &&
        version.ladder.map(({ code, title }) => (
          <Field
            label={w(`“${title}”对应的国家等级`, `National level of “${title}”`)}
            name={`ladder_${code}`}
            type="select"
            value={values[`ladder_${code}`]}
            required
            options={levels}
          />
        ))}
      {asks
        .filter((one) => one.asks === 'instalments')
        .flatMap(({ component }) =>
          INSTALMENT_YEARS.map((year) => (
            <Field
              label={w(
                `${titleOf(component)}：满 ${year} 年发放（%）`,
                `${titleOf(component)}: after ${year} years, %`,
              )}
              name={`instalment_${component}.${year}`}
              value={values[`instalment_${component}.${year}`]}
              hint={w('没有这一期的不填，合计 100%', 'Leave empty where there is none; 100% in all')}
              attributes={{ inputmode: 'decimal' }}
            />
          )),
        )}
      {asks
        .filter((one) => one.asks === 'part_time_percent')
        .map(({ component }) => (
          <Field
            label={w(`${titleOf(component)}：非全日制学历折算（%）`, `${titleOf(component)}: part-time degrees, %`)}
            name={`part_time_${component}`}
            value={values[`part_time_${component}`]}
            required
            attributes={{ inputmode: 'decimal' }}
          />
        ))}
    </>
  )
}

const INSTALMENT_YEARS = [1, 2, 3, 4, 5, 6]

/** `rate_5` of the first component, `rate_entry.bachelor` of another. */
function rateField({ components }: VersionProps, component: string, rate: RateProps): string {
  return component === components[0]!.code && rate.level !== null
    ? `rate_${rate.level}`
    : `rate_${component}.${keyOf(rate)}`
}

function assumed({ amount_fen }: RateProps, w: (zh: string, en: string) => string): string | undefined {
  if (amount_fen === null) return undefined
  return w(`推定 ${yuan(amount_fen)}，未见于文件`, `Inferred ${yuan(amount_fen)}, not seen in a document`)
}
