/** The closed catalogue of what can be asked about a person and month, as data; a new city is rows, a new measure is code in measures.ts. */
import type { LocalDate } from '../platform/calendar.ts'

/** A number of hours, the same for every level or by level. */
export type Hours = number | Record<string, number>

export type Ask =
  | { measure: 'facility_kind'; parameters: object; threshold: string[] }
  | { measure: 'facility_ownership'; parameters: object; threshold: string[] }
  | { measure: 'facility_filed'; parameters: object; threshold: true }
  | { measure: 'contract_kind'; parameters: object; threshold: string[] }
  | { measure: 'contract_years'; parameters: object; threshold: number }
  | { measure: 'in_post_at_month_end'; parameters: object; threshold: true }
  | { measure: 'service_months'; parameters: Service; threshold: number }
  | { measure: 'years_served'; parameters: Service; threshold: number }
  | { measure: 'hired_from'; parameters: object; threshold: LocalDate }
  | { measure: 'graduated_within'; parameters: { exclusive?: boolean }; threshold: number }
  | { measure: 'age_below'; parameters: object; threshold: number }
  | {
      measure: 'social_insurance'
      parameters: { retired_from_age?: { male: number; female: number } }
      threshold: true
    }
  | { measure: 'trained'; parameters: object; threshold: true }
  | { measure: 'certificate_level'; parameters: object; threshold: number }
  | { measure: 'certificate_or_licence'; parameters: { licences: string[] }; threshold: number }
  | { measure: 'claimed'; parameters: ClaimTime; threshold: true }
  | { measure: 'registry_check'; parameters: { registries: string[] }; threshold: true }
  | { measure: 'attendance_days'; parameters: object; threshold: number }
  | { measure: 'education_hours'; parameters: { window_months: number }; threshold: Hours }
  | { measure: 'conduct_events'; parameters: { kinds: string[]; window_months: number }; threshold: number }
export type Measure = Ask['measure']

/** Whose time counts, whether a gap ends it, and until which day. */
export interface Service {
  /** everybody's, that of employers in the paying employer's city, or that with the paying employer */
  basis: 'any_employer' | 'same_city' | 'same_employer'
  /** the paying employer is the organisation alone (when left out) or all of its chain */
  employer?: 'organisation' | 'chain'
  /** only the last stretch without a gap; otherwise all stretches are added */
  continuous?: boolean
  /** to the end of the month (when left out), the day of the claim, or 31 December of the year before the month or the claim */
  count_to?: 'month_end' | 'claim_date' | 'last_year_end' | 'year_before_claim'
}

/** When a claim has to be filed: from so many years after the entry, and before so many months from then have passed. */
export interface ClaimTime {
  after_years?: number
  within_months?: number
}

export type Condition = Ask & {
  code: string
  /** of which component; absent: of all */
  component?: string | null
  title: string
  title_en: string
  citation: string
  confidence: string
}
