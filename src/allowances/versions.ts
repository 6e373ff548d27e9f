/** Reads scheme versions: conditions, rates and what an administrator confirmed, put together as the rules of a month. */
import { sql } from 'kysely'
import { addDays, firstDay, type Month } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { missingPieces, type Rate, type Rules, rulesMonth, usableRules, type Version } from './rules.ts'

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
  const versions = await db
    .selectFrom('scheme_versions as v')
    .innerJoin('schemes as s', 's.code', 'v.scheme_code')
    .leftJoin('scheme_confirmations as c', 'c.version_id', 'v.id')
    .leftJoin('accounts as a', 'a.id', 'c.confirmed_by')
    .select([
      'v.id',
      'v.number',
      'v.effective_from',
      'v.effective_to',
      'v.title',
      'v.settings',
      'v.citation',
      'v.confidence',
      's.division_code',
    ])
    .select(['c.document', 'c.reason', 'c.thresholds', 'c.confirmed_at', 'a.display_name as confirmed_by'])
    .where('v.scheme_code', '=', scheme_code)
    .orderBy('v.number')
    .execute()
  const ids = sql<string>`any(${versions.map((version) => version.id)}::uuid[])`
  const conditions = await db
    .selectFrom('scheme_conditions')
    .selectAll()
    .where('version_id', '=', ids)
    .orderBy('position')
    .execute()
  const rates = await db
    .selectFrom('scheme_rates')
    .selectAll()
    .where('version_id', '=', ids)
    .orderBy('level', 'desc')
    .orderBy('district_code')
    .orderBy('facility_kind')
    .orderBy('id')
    .execute()
  return versions.map(({ id, settings, document, reason, thresholds, confirmed_at, confirmed_by, ...version }) => ({
    ...version,
    ...(settings as Pick<Rules, 'posts' | 'occupation_codes' | 'level_from' | 'look_back_months'>),
    version_id: id,
    scheme_code,
    confirmation:
      document && reason && confirmed_at ? { document, reason, confirmed_at, confirmed_by: confirmed_by ?? '' } : null,
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
      .map(({ version_id: _, confirmation_id: __, ...rate }): Rate => rate),
  }))
}

/** The version in force in a month. Refuses `scheme.no_version`, naming the versions before and after the month. */
export function versionIn(versions: VersionRow[], scheme_code: string, month: Month): VersionRow {
  const version = versions.find((one) => rulesMonth(one, month))
  if (version) return version
  const day = firstDay(month)
  const before = versions.findLast(({ effective_to }) => effective_to !== null && effective_to <= day)
  const after = versions.find(({ effective_from }) => effective_from > day)
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

/** The rules of a month, ready to compute with, or null where there are none or they are unconfirmed. */
export function usableIn(versions: VersionRow[], month: Month): Rules | null {
  const version = versions.find((one) => rulesMonth(one, month))
  if (!version) return null
  const { levels, conditions } = missingPieces(version)
  return levels.length + conditions.length === 0 ? usableRules(version) : null
}
