/** Reads scheme versions: conditions, rates and what an administrator confirmed, put together as the rules of a month. */
import { sql } from 'kysely'
import type { Month } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { type Message, refuse } from '../platform/errors.ts'
import { together } from '../platform/together.ts'
import type { Component, ComponentKind } from './components.ts'
import { type Rules, rulesMonth, type Version } from './rules.ts'
import { knownRules } from './usable-rules.ts'

export interface Confirmation {
  document: string
  reason: string
  confirmed_by: string
  confirmed_at: Date
}
export interface VersionRow extends Version {
  confirmation: Confirmation | null
}

/** All versions of a scheme, the oldest first. Policy is public: there is no scope. */
export async function readVersions(db: Db, scheme_code: string): Promise<VersionRow[]> {
  return (await readVersionsOf(db, [scheme_code])).get(scheme_code) ?? []
}

/** The same of many schemes at once. */
export async function readVersionsOf(db: Db, scheme_codes: string[]): Promise<Map<string, VersionRow[]>> {
  const reading = together(db)
  const ofSchemes = sql<string>`any (array(select id from scheme_versions where scheme_code = any(${scheme_codes}::text[])))`
  const readVersion = reading
    .selectFrom('scheme_versions as v')
    .innerJoin('schemes as s', 's.code', 'v.scheme_code')
    .leftJoin('scheme_confirmations as c', 'c.version_id', 'v.id')
    .leftJoin('accounts as a', 'a.id', 'c.confirmed_by')
    .select(['v.id', 'v.scheme_code', 'v.number', 'v.effective_from', 'v.effective_to', 'v.title', 'v.settings'])
    .select(['v.citation', 'v.confidence', 's.division_code'])
    .select(['c.document', 'c.reason', 'c.thresholds', 'c.confirmed_at', 'a.display_name as confirmed_by'])
    .where('v.scheme_code', '=', sql<string>`any(${scheme_codes}::text[])`)
    .orderBy('v.scheme_code')
    .orderBy('v.number')
    .execute()
  const readComponents = reading
    .selectFrom('scheme_components')
    .selectAll()
    .where('version_id', '=', ofSchemes)
    .orderBy('position')
    .execute()
  const readConditions = reading
    .selectFrom('scheme_conditions')
    .selectAll()
    .where('version_id', '=', ofSchemes)
    .orderBy('position')
    .execute()
  const readRates = reading
    .selectFrom('scheme_rates')
    .selectAll()
    .where('version_id', '=', ofSchemes)
    .orderBy('component')
    .orderBy('level', 'desc')
    .orderBy('min_years')
    .orderBy('district_code')
    .orderBy('facility_kind')
    .orderBy('id')
    .execute()
  const [versions, components, conditions, rates] = await Promise.all([
    readVersion,
    readComponents,
    readConditions,
    readRates,
  ])
  const rows = versions.map(
    ({ id, settings, document, reason, thresholds, confirmed_at, confirmed_by, ...version }) => ({
      ...version,
      ...(settings as Pick<
        VersionRow,
        'posts' | 'occupation_codes' | 'level_from' | 'look_back_months' | 'ladder' | 'schedule'
      >),
      version_id: id,
      confirmation:
        document && reason && confirmed_at
          ? { document, reason, confirmed_at, confirmed_by: confirmed_by ?? '' }
          : null,
      components: components
        .filter((component) => component.version_id === id)
        .map(
          ({ version_id: _, position: __, settings: of, unknown, kind, ...component }): Component => ({
            ...component,
            ...(of as object),
            kind: kind as ComponentKind,
            unknown: unknown as unknown as Message[],
          }),
        ),
      conditions: conditions
        .filter((condition) => condition.version_id === id)
        .map(({ version_id: _, position: __, ...condition }) => {
          const confirmed = (thresholds as Record<string, unknown> | null)?.[condition.code]
          return confirmed === undefined
            ? condition
            : {
                ...condition,
                threshold: confirmed,
                confidence: 'confirmed',
                citation: `${condition.citation}；${document}`,
              }
        }) as VersionRow['conditions'],
      rates: rates
        .filter((rate) => rate.version_id === id)
        .map(({ version_id: _, confirmation_id: __, ...rate }): VersionRow['rates'][number] => rate),
    }),
  )
  return Map.groupBy(rows, (row) => row.scheme_code)
}

/** The version in force in a month. Refuses `scheme.no_version`. */
export function versionIn(versions: VersionRow[], scheme_code: string, month: Month): VersionRow {
  const version = versions.find((one) => rulesMonth(one, month))
  return (
    version ??
    refuse('conflict', 'scheme.no_version', {
      zh: `${scheme_code} 在 ${month} 没有生效的版本${versions[0]?.effective_from ? `，最早的版本自 ${versions[0].effective_from} 起施行` : ''}。`,
      en: `No version of ${scheme_code} is in force in ${month}${versions[0]?.effective_from ? `; the first begins on ${versions[0].effective_from}` : ''}.`,
    })
  )
}

/** The rules of a month by component, ready to compute with; none where there is no version or nothing of it is confirmed. */
export function usableIn(versions: VersionRow[], month: Month): Rules[] {
  const version = versions.find((one) => rulesMonth(one, month))
  return version ? knownRules(version) : []
}
