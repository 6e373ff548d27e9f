/** What a confirmation by document must give, and where it stands: every missing rate and threshold at once, and nothing that is known; pure. */
import { faultAt } from '../people/bulk.ts'
import type { Fault } from '../platform/errors.ts'
import { rateKeyName } from './components.ts'
import { amountOf } from './confirmation-settings.ts'
import type { ConfirmationInput } from './confirmation-shapes.ts'
import { inDivision, type Rate, type Version } from './rules.ts'
import { keyOf, type Missing, missingPieces } from './usable-rules.ts'

type Asked = Pick<ConfirmationInput['rates'][number], 'component' | 'level' | 'key'>

/** The columns of the rate that is given: those of the missing one with its component and key. */
export function columnsOf(
  { rates }: Missing,
  version: Version,
  asked: Asked,
): Pick<Rate, 'component' | 'level' | 'key' | 'min_years' | 'below_years'> {
  const { component, level, key, min_years, below_years } = rates.find(
    (one) => nameOf(one, version) === nameOf(asked, version),
  )!
  return {
    component: component!,
    level,
    key: key ?? null,
    min_years: min_years ?? null,
    below_years: below_years ?? null,
  }
}

export function confirmationFaults(
  { rates, thresholds }: ConfirmationInput,
  version: Version,
  division_code: string,
): Fault[] {
  const missing = missingPieces(version)
  const wanted = missing.rates.map((rate) => nameOf(rate, version))
  const place = (rate: ConfirmationInput['rates'][number]) =>
    `${nameOf(rate, version)} ${rate.facility_kind ?? ''} ${rate.district_code ?? ''}`
  const given = rates.map(place)
  const fault = (pointer: string, code: string, zh: string, en: string) =>
    faultAt(pointer, `confirmation.${code}`, zh, en)
  const componentOf = (rate: ConfirmationInput['rates'][number]) =>
    version.components.find(({ code }) => code === (rate.component ?? version.components[0]!.code))
  return [
    ...missing.rates
      .filter((one) => !rates.some((rate) => nameOf(rate, version) === nameOf(one, version)))
      .map((one) =>
        fault('/rates', 'rate_missing', `缺少 ${called(one)}的标准。`, `The rate of ${called(one, 'en')} is missing.`),
      ),
    ...rates.flatMap((rate, index) => [
      ...(wanted.includes(nameOf(rate, version))
        ? []
        : [
            fault(
              `/rates/${index}`,
              'rate_known',
              `${called(rate)}的标准已有依据，不能改动。`,
              `The rate of ${called(rate, 'en')} is known and cannot be changed.`,
            ),
          ]),
      ...(amountOf(rate, componentOf(rate))
        ? []
        : [
            componentOf(rate)?.catalogue_percent
              ? fault(
                  `/rates/${index}`,
                  'rate_price',
                  `${called(rate)}的标准按目录价格的比例计算：请填写目录价格，三级及以下还要写明紧缺程度。`,
                  `The rate of ${called(rate, 'en')} is part of a catalogue price: give the price, and below technician how short the trade is.`,
                )
              : fault(
                  `/rates/${index}/amount_fen`,
                  'rate_amount',
                  `请填写 ${called(rate)}的金额。`,
                  `Give the amount of ${called(rate, 'en')}.`,
                ),
          ]),
      ...(given.indexOf(place(rate)) < index
        ? [
            fault(
              `/rates/${index}`,
              'rate_twice',
              `${called(rate)}的标准重复填写。`,
              `The rate of ${called(rate, 'en')} is given twice.`,
            ),
          ]
        : []),
      ...(rate.district_code && !inDivision(rate.district_code, division_code)
        ? [
            fault(
              `/rates/${index}/district_code`,
              'district',
              `${rate.district_code} 不在本政策的辖区内。`,
              `${rate.district_code} lies outside the scheme’s division.`,
            ),
          ]
        : []),
    ]),
    ...missing.conditions
      .filter(({ code }) => thresholds[code] === undefined)
      .map(({ code, title, title_en }) =>
        fault(
          `/thresholds/${code}`,
          'threshold_missing',
          `缺少“${title}”的要求。`,
          `The threshold of “${title_en}” is missing.`,
        ),
      ),
    ...Object.keys(thresholds)
      .filter((code) => !missing.conditions.some((condition) => condition.code === code))
      .map((code) =>
        fault(
          `/thresholds/${code}`,
          'threshold_unknown',
          `“${code}”没有待确认的要求。`,
          `Nothing is to be confirmed for “${code}”.`,
        ),
      ),
  ]
}

interface Named {
  component?: string | undefined
  level?: number | null | undefined
  key?: string | null | undefined
  min_years?: number | null | undefined
  below_years?: number | null | undefined
}

/** Component and key, as a rate says them or a confirmation does, which leaves the first component out. */
function nameOf({ component, level = null, key = null, min_years = null }: Named, { components }: Version): string {
  return `${component ?? components[0]!.code} ${keyOf({ level, key, min_years })}`
}

function called({ level, ...rest }: Named, lang?: 'en'): string {
  if (level != null) return lang ? `level ${level}` : `${level} 级`
  const name = rateKeyName(rest)
  return lang ? `“${name.en}”` : `“${name.zh}”`
}
