/** What the second statement has to know of a scheme before it is written: the version of the month, and the components it can compute. */
import { sql } from 'kysely'
import { firstDay, type Month } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'

/** The measures that the statement knows. */
const MEASURES = [
  ...['facility_kind', 'facility_filed', 'contract_kind', 'contract_years', 'in_post_at_month_end', 'service_months'],
  ...['years_served', 'hired_from', 'graduated_within', 'age_below', 'social_insurance', 'trained'],
  ...['facility_ownership', 'certificate_or_licence', 'claimed'],
  ...['certificate_level', 'registry_check', 'attendance_days', 'education_hours', 'conduct_events'],
]

/** What a scheme asks in a month, as far as it shapes the statement: constants, as the planner guesses badly behind a join. */
export interface Terms {
  scheme_code: string
  month: Month
  version_id: string
  /** of the districts of its division */
  prefix: string
  posts: string[]
  occupation_codes: string[]
  next_month: boolean
  /** components with these posts of which everything is known */
  components: string[]
  /** whether what they come to depends on what was booked of other months or components */
  cumulative: boolean
}

/**
 * Of the version in force on the first of the month, one for each set of posts; none where there is no version or nothing of it is known.
 * Refuses `recheck.measure_unknown`.
 */
export async function termsOf(db: Db, scheme_code: string, month: Month): Promise<Terms[]> {
  const { rows } = await sql<Terms & { unknown: string[] }>`
    select v.scheme_code, ${month}::text as month, v.id as version_id, regexp_replace(s.division_code, '(00){1,3}$', '') as prefix,
      coalesce(c.settings -> 'posts', v.settings -> 'posts') as posts, v.settings -> 'occupation_codes' as occupation_codes,
      v.settings ->> 'level_from' = 'next_month' as next_month, jsonb_agg(c.code) as components,
      bool_or(c.kind not like 'monthly%' and c.kind <> 'contest_award' or c.settings ->> 'group' is not null) as cumulative,
      (select coalesce(jsonb_agg(k.measure), '[]') from scheme_conditions k where k.version_id = v.id and k.measure <> all(${MEASURES}::text[])) as unknown
    from settled_versions v join schemes s on s.code = v.scheme_code join settled_components c on c.version_id = v.id
      left join scheme_confirmations given on given.version_id = v.id
    where v.scheme_code = ${scheme_code} and v.effective_from <= ${firstDay(month)}::date
      and coalesce(v.effective_to, 'infinity') > ${firstDay(month)}::date
      and c.kind not in ('provider_training_subsidy', 'facility_award') and c.unknown = '[]'
      and not exists (select from scheme_conditions k where k.version_id = v.id and coalesce(k.component, c.code) = c.code
        and coalesce(k.threshold, given.thresholds -> k.code) is null)
      and not exists (select from scheme_rates r where r.version_id = v.id and r.component = c.code
        group by r.level, r.key, r.min_years having not bool_or(r.amount_fen is not null and r.confidence in ('seen', 'confirmed')))
    group by v.id, v.scheme_code, v.settings, s.division_code, coalesce(c.settings -> 'posts', v.settings -> 'posts')`.execute(
    db,
  )
  const unknown = rows.flatMap((row) => row.unknown)
  if (unknown.length > 0)
    refuse('conflict', 'recheck.measure_unknown', {
      zh: `复核语句还不认识这些条件：${unknown.join('、')}，本政策暂不能独立复核。`,
      en: `The second statement does not know these measures: ${unknown.join(', ')}; this scheme cannot be rechecked.`,
    })
  return rows
}
