/** A version of a scheme as its pages show it. */
import { componentFacts, rateWords, scheduleFacts } from '../../templates/allowances/component-words.ts'
import type { VersionProps } from '../../templates/allowances/scheme.tsx'
import { FACILITY_KINDS } from '../organisations/rules.ts'
import { localTime } from '../platform/calendar.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import { COMPONENT_KINDS } from './components.ts'
import type { viewOfVersion } from './queries.ts'

export function versionProps(
  version: ReturnType<typeof viewOfVersion>,
  districts: Map<string, string>,
  lang: Lang,
): VersionProps {
  const { confirmation, rates, conditions, components, ladder, schedule, ...rest } = version
  const placed = rates.map((rate) => {
    const kind = rate.facility_kind && FACILITY_KINDS[rate.facility_kind as keyof typeof FACILITY_KINDS]
    const place = [
      rate.district_code && (districts.get(rate.district_code) ?? rate.district_code),
      kind && inLanguage(lang, kind),
    ]
      .filter(Boolean)
      .join(' ')
    return { ...rate, of: rateWords(rate, ladder ?? [], lang), place: place || null }
  })
  return {
    ...rest,
    facts: scheduleFacts(schedule ?? {}, lang),
    confirmation: confirmation && { ...confirmation, at: localTime(confirmation.confirmed_at) },
    ladder: ladder ?? [],
    components: components.map((component) => ({
      ...component,
      by: COMPONENT_KINDS[component.kind].by,
      catalogue: component.catalogue_percent !== undefined,
      title: lang === 'en' ? component.title_en : component.title,
      facts: componentFacts(component, lang),
      rates: placed.filter((rate) => rate.component === component.code),
    })),
    conditions: conditions.map((condition) => ({
      ...condition,
      title: lang === 'en' ? condition.title_en : condition.title,
    })),
  }
}
