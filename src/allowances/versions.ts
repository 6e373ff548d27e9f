/** Reads scheme versions: conditions, rates and what an administrator confirmed, put together as the rules of a month. */
import { type NotNull, type RawBuilder, sql } from 'kysely'
import { addDays, firstDay, type LocalDate, type Month } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { together } from '../platform/together.ts'
import type { Component, ComponentKind, Open } from './components.ts'
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
    .selectFrom('settled_versions as v')
    .innerJoin('schemes as s', 's.code', 'v.scheme_code')
    .leftJoin('scheme_confirmations as c', 'c.version_id', 'v.id')
    .leftJoin('accounts as a', 'a.id', 'c.confirmed_by')
    .select(['v.id', 'v.scheme_code', 'v.number', 'v.effective_from', 'v.effective_to', 'v.title', 'v.settings'])
    .select(['v.citation', 'v.confidence', 's.division_code'])
    .select(['c.document', 'c.reason', 'c.thresholds', 'c.confirmed_at', 'a.display_name as confirmed_by'])
    .$narrowType<{
      id: NotNull
      scheme_code: NotNull
      number: NotNull
      title: NotNull
      citation: NotNull
      confidence: NotNull
    }>()
    .where('v.scheme_code', '=', sql<string>`any(${scheme_codes}::text[])`)
    .orderBy('v.scheme_code')
    .orderBy('v.number')
    .execute()
  const readComponents = reading
    .selectFrom('settled_components')
    .selectAll()
    .$narrowType<{
      version_id: NotNull
      code: NotNull
      kind: NotNull
      title: NotNull
      title_en: NotNull
      citation: NotNull
      confidence: NotNull
    }>()
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
            unknown: unknown as unknown as Open[],
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

/** The version in force in a month. Refuses `scheme.no_version`, naming the versions before and after the month. */
export function versionIn(versions: VersionRow[], scheme_code: string, month: Month): VersionRow {
  const version = versions.find((one) => rulesMonth(one, month))
  if (version) return version
  const day = firstDay(month)
  const before = versions.findLast(({ effective_to }) => effective_to !== null && effective_to <= day)
  const after = versions.find(({ effective_from }) => effective_from !== null && effective_from > day)
  const zh = [
    before && `第 ${before.number} 版到 ${addDays(before.effective_to!, -1)} 止`,
    after && `第 ${after.number} 版自 ${after.effective_from} 起施行`,
  ]
  const en = [
    before && `version ${before.number} ended on ${addDays(before.effective_to!, -1)}`,
    after && `version ${after.number} begins on ${after.effective_from}`,
  ]
  return refuse('conflict', 'scheme.no_version', {
    zh: `${scheme_code} 在 ${month} 没有生效的版本：${zh.filter(Boolean).join('，') || '还没有任何版本'}。`,
    en: `No version of ${scheme_code} is in force in ${month}: ${en.filter(Boolean).join('; ') || 'there is none yet'}.`,
  })
}

/** The rules of a month by component, ready to compute with; none where there is no version or nothing of it is confirmed. */
export function usableIn(versions: VersionRow[], month: Month, known = knownRules): Rules[] {
  const version = versions.find((one) => rulesMonth(one, month))
  return version ? known(version) : []
}

/** How many versions in force, in a division or around it, that cannot be computed with in full: a requirement without a threshold, a level (or band …) without a usable rate, what no source tells. */
export function unconfirmedVersions(prefix: string, day: LocalDate): RawBuilder<unknown> {
  return sql`select count(*) from settled_versions v join schemes s on s.code = v.scheme_code
    where (s.division_code like ${`${prefix}%`} or ${prefix} like regexp_replace(s.division_code, '(00){1,3}$', '') || '%')
      and coalesce(v.effective_from <= ${day}::date, true) and coalesce(v.effective_to > ${day}::date, true)
      and (exists (select from settled_components where version_id = v.id and unknown <> '[]')
        or not exists (select from scheme_confirmations where version_id = v.id)
          and (exists (select from scheme_conditions where version_id = v.id and threshold is null)
            or exists (select from scheme_rates where version_id = v.id group by component, level, key, min_years
              having not bool_or(confidence in ('seen', 'confirmed')))))`
}
