/** Confirming by document what was inferred or unknown in a version. */
import { keyOf } from '../../src/allowances/usable-rules.ts'
import { RISING_LEVELS } from '../../src/people/rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { words } from '../words.ts'
import type { RateProps, VersionProps } from './schemes.tsx'
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
          {version.components.flatMap((component) =>
            component.missing.rates.map(({ key }) => {
              const rate = component.rates.find((one) => keyOf(one) === key)!
              const name = rateField(version, component.code, rate)
              return (
                <Field
                  label={w(`${component.title}：${rate.of}（元）`, `${component.title}: ${rate.of}, yuan`)}
                  name={name}
                  value={values[name]}
                  required
                  attributes={{ inputmode: 'decimal' }}
                  hint={assumed(rate, w)}
                />
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
