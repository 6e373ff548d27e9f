/** Confirming by document what was inferred or unknown in a version. */
import { RISING_LEVELS } from '../../src/people/rules.ts'
import { Field, Form, type FormError } from '../form.tsx'
import { type Frame, Page } from '../layout.tsx'
import { Notice } from '../parts.tsx'
import { words } from '../words.ts'
import type { VersionProps } from './schemes.tsx'
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
          {version.missing.levels.map((level) => (
            <Field
              label={w(`${levelName(level, 'zh-CN')} 月标准（元）`, `${levelName(level, 'en')}, yuan a month`)}
              name={`rate_${level}`}
              value={values[`rate_${level}`]}
              required
              attributes={{ inputmode: 'decimal' }}
              hint={assumed(version, level, w)}
            />
          ))}
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

function assumed(version: VersionProps, level: number, w: (zh: string, en: string) => string): string | undefined {
  const rate = version.rates.find((one) => one.level === level)
  return (
    rate && w(`推定 ${yuan(rate.amount_fen)}，未见于文件`, `Inferred ${yuan(rate.amount_fen)}, not seen in a document`)
  )
}
