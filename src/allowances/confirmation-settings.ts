/** What a confirmation says beside rates and thresholds: the first day, the ladder, instalments, the share of part-time degrees; pure. */
import { faultAt } from '../people/bulk.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Fault } from '../platform/errors.ts'
import { type Component, type Instalment, SHORTAGES, type Shortage, type Step } from './components.ts'
import type { ConfirmationInput } from './confirmation-shapes.ts'
import type { Version } from './rules.ts'
import { missingPieces } from './usable-rules.ts'

/** As it lies with the confirmation, and is laid over version and components whenever they are read. */
export interface Settled {
  effective_from?: LocalDate
  version?: { ladder: Step[] }
  components?: ConfirmationInput['components']
}

export function settledBy(input: ConfirmationInput, { ladder }: Version): Settled {
  return {
    ...(input.effective_from && { effective_from: input.effective_from }),
    ...(input.ladder && {
      version: { ladder: (ladder ?? []).map((step) => ({ ...step, levels: input.ladder![step.code]! })) },
    }),
    ...(Object.keys(input.components).length > 0 && { components: input.components }),
  }
}

/**
 * Faults `confirmation.setting_missing`, `confirmation.setting_known`, `confirmation.instalments`, `confirmation.ladder`,
 * `confirmation.versions_overlap`. `others`: the other versions of the scheme.
 */
export function settingFaults(input: ConfirmationInput, version: Version, others: Version[]): Fault[] {
  const { asks } = missingPieces(version)
  const asked = new Set(asks.map((one) => pointerOf(one)))
  const given = givenIn(input)
  const words = (pointer: string) =>
    version.components.flatMap(({ code, title, title_en, unknown }) =>
      (unknown ?? [])
        .filter((one) => one.asks && pointerOf({ component: code, asks: one.asks }) === pointer)
        .map((one) => ({ zh: `${title}：${one.zh}`, en: `${title_en}: ${one.en}` })),
    )[0]
  return [
    ...[...asked]
      .filter((pointer) => !given.includes(pointer))
      .map((pointer) =>
        fault(pointer, 'setting_missing', `缺少“${words(pointer)!.zh}”。`, `“${words(pointer)!.en}” is missing.`),
      ),
    ...given
      .filter((pointer) => !asked.has(pointer))
      .map((pointer) =>
        fault(
          pointer,
          'setting_known',
          `“${pointer.slice(1)}”已有依据或不属于这一版，不能在此确认。`,
          `“${pointer.slice(1)}” is known or no part of this version, and cannot be confirmed here.`,
        ),
      ),
    ...Object.entries(input.components).flatMap(([code, { instalments }]) =>
      instalments ? instalmentFaults(code, instalments) : [],
    ),
    ...(asked.has('/ladder') && input.ladder ? ladderFaults(input.ladder, version.ladder ?? []) : []),
    ...overlapFaults(input, version, others),
  ]
}

/** What is asked once for the whole version stands by itself, the rest under its component. */
function pointerOf({ component, asks }: { component: string; asks: string }): string {
  return asks === 'effective_from' || asks === 'ladder' ? `/${asks}` : `/components/${component}/${asks}`
}

function givenIn({ effective_from, ladder, components }: ConfirmationInput): string[] {
  return [
    ...(effective_from ? ['/effective_from'] : []),
    ...(ladder ? ['/ladder'] : []),
    ...Object.entries(components).flatMap(([code, settings]) =>
      Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [`/components/${code}/${name}`])),
    ),
  ]
}

/** Years rise, and all instalments together are the whole. */
function instalmentFaults(code: string, instalments: Instalment[]): Fault[] {
  const sum = instalments.reduce((total, { percent }) => total + percent, 0)
  const rising = instalments.every(({ after_years }, at) => at === 0 || instalments[at - 1]!.after_years < after_years)
  if (sum === 100 && rising) return []
  return [
    fault(
      `/components/${code}/instalments`,
      'instalments',
      rising ? `各期合计 ${sum}%，应为 100%。` : '各期的年限应由短到长，不能重复。',
      rising ? `The instalments come to ${sum}%, not 100%.` : 'The years of the instalments must rise.',
    ),
  ]
}

/** Every step stands for national levels, and no national level for two steps. */
function ladderFaults(given: Record<string, number[]>, ladder: Step[]): Fault[] {
  const levels = ladder.flatMap(({ code }) => given[code] ?? [])
  const codes = ladder.map(({ code }) => code)
  return [
    ...ladder
      .filter(({ code }) => !given[code])
      .map(({ code, title }) =>
        fault(
          `/ladder/${code}`,
          'ladder',
          `缺少“${title}”对应的国家职业技能等级。`,
          `The national level of “${title}” is missing.`,
        ),
      ),
    ...Object.keys(given)
      .filter((code) => !codes.includes(code))
      .map((code) =>
        fault(`/ladder/${code}`, 'ladder', `这一版没有等级“${code}”。`, `The version has no step “${code}”.`),
      ),
    ...[...new Set(levels.filter((level, at) => levels.indexOf(level) < at))].map((level) =>
      fault(
        '/ladder',
        'ladder',
        `国家 ${level} 级对应了两个本地等级，只能对应一个。`,
        `National level ${level} is given for two steps: it can stand for one only.`,
      ),
    ),
  ]
}

/** A month has one version of a scheme. */
function overlapFaults({ effective_from }: ConfirmationInput, version: Version, others: Version[]): Fault[] {
  if (!effective_from) return []
  const { effective_to } = version
  const clash = others.find(
    (one) =>
      (one.effective_to === null || effective_from < one.effective_to) &&
      (effective_to === null || one.effective_from === null || one.effective_from < effective_to),
  )
  const backward = effective_to !== null && effective_from >= effective_to
  if (!clash && !backward) return []
  return [
    clash
      ? fault(
          '/effective_from',
          'versions_overlap',
          `自 ${effective_from} 起与第 ${clash.number} 版的施行时间重叠。`,
          `From ${effective_from} on the version overlaps version ${clash.number}.`,
        )
      : fault(
          '/effective_from',
          'versions_overlap',
          `施行日期 ${effective_from} 应早于截止日 ${effective_to}。`,
          `The first day ${effective_from} must come before the end ${effective_to}.`,
        ),
  ]
}

type RateInput = ConfirmationInput['rates'][number]

/** What the document comes to for one rate: its amount, or for a component paid by catalogue the part of the price; fen, rounded. */
export function amountOf(
  { amount_fen, catalogue_price_fen, shortage, level, key }: RateInput,
  component: Component | undefined,
): { amount_fen: number; words: string } | null {
  const { catalogue_percent } = component ?? {}
  if (!catalogue_percent)
    return amount_fen !== undefined && catalogue_price_fen === undefined && !shortage ? { amount_fen, words: '' } : null
  // technicians and above are paid in full, whatever the trade
  const kind = Number(level ?? key) <= 2 ? 'technician_or_higher' : shortage
  if (amount_fen !== undefined || catalogue_price_fen === undefined || !kind) return null
  const percent = catalogue_percent[kind]
  const name = kind === 'technician_or_higher' ? '技师及以上' : SHORTAGES[kind as Shortage].zh
  return {
    amount_fen: Math.round((catalogue_price_fen * percent) / 100),
    words: `；目录价格 ${catalogue_price_fen / 100} 元，${name} ${percent}%`,
  }
}

function fault(pointer: string, code: string, zh: string, en: string): Fault {
  return faultAt(pointer, `confirmation.${code}`, zh, en)
}
