/** Why a line came out as it did: every condition with what was required, what was found, the evidence and the clause; pure. */
import { type Month, monthOf } from '../platform/calendar.ts'
import type { Message } from '../platform/errors.ts'
import type { Decision, Notes } from './evaluate.ts'
import { type Found, hoursFor } from './measures.ts'
import { type Judgement, type Prospect, prospectOf } from './prospects.ts'
import { type Condition, type Hours, inDivision, type Measure, type Rate, type Version } from './rules.ts'

/** A decision as a line keeps it: values, and the ids of what they rest on. */
export interface Judged {
  person_id: string
  month: Month
  organisation_id: string | null
  /** of the paying employment */
  district_code: string | null
  employment_id: string | null
  certificate_id: string | null
  registry_check_id: string | null
  level: number | null
  rate_id: string | null
  failed: number
  found: Found[]
  notes: Notes | null
}

export interface Evidence {
  /** `organisation`, `employment`, `certificate`, `registry_check`, `external_certificate`, `external_certificate_check`, `service_month`, `education_hours`, `conduct_event`, `scheme_rate` */
  kind: string
  id: string
}

export interface Reason {
  /** of the condition, or `division` and `rate`, which every scheme has */
  code: string
  title: Message
  measure: Measure | 'division' | 'rate'
  met: boolean
  required: unknown
  actual: unknown
  evidence: Evidence[]
  citation: string
  confidence: string
  /** of what is not met: when it could be, and what that takes */
  prospect: Prospect
  /** the month of the prospect; null when it is met, or when no month can be told */
  earliest_month: Month | null
}

export function judgedOf(person_id: string, month: Month, decision: Decision): Judged {
  const { employment, certificate, rate, ...rest } = decision
  return {
    ...rest,
    person_id,
    month,
    organisation_id: employment?.organisation.id ?? null,
    district_code: employment?.organisation.district_code ?? null,
    employment_id: employment?.id ?? null,
    certificate_id: certificate?.id ?? null,
    rate_id: rate?.id ?? null,
  }
}

/** All of them, met or not: the scheme's division, its conditions in order, and the rate once there are a facility and a level to look one up for. */
export function reasonsOf(line: Judged, version: Version): Reason[] {
  const conditions = version.conditions.map((condition, position) =>
    ofCondition(line, condition as Condition, position),
  )
  return [
    ofDivision(line, version),
    ...conditions,
    ...(line.level === null || line.organisation_id === null ? [] : [ofRate(line, version, line.level)]),
  ]
}

function ofDivision(line: Judged, { division_code, citation, confidence }: Version): Reason {
  return withProspect(line, null, {
    code: 'division',
    title: { zh: '计发机构在本政策的辖区内', en: 'The paying facility lies in the scheme’s division' },
    measure: 'division',
    met: line.district_code !== null && inDivision(line.district_code, division_code),
    required: division_code,
    actual: line.district_code,
    evidence: some('employment', line.employment_id),
    citation,
    confidence,
  })
}

function ofCondition(line: Judged, condition: Condition, position: number): Reason {
  const note = line.notes?.[position]
  return withProspect(line, note?.earliest ?? null, {
    code: condition.code,
    title: { zh: condition.title, en: condition.title_en },
    measure: condition.measure,
    met: (line.failed & (1 << position)) === 0,
    required: condition.measure === 'education_hours' ? required(condition.threshold, line.level) : condition.threshold,
    actual: line.found[position] ?? null,
    evidence: [
      ...held(line, condition.measure),
      ...(note?.evidence ?? []).map((id) => ({ kind: NOTED[condition.measure] ?? 'fact', id })),
    ].map((one) => (note?.external?.includes(one.id) ? { ...one, kind: ELSEWHERE[one.kind] ?? one.kind } : one)),
    citation: condition.citation,
    confidence: condition.confidence,
  })
}

function ofRate(line: Judged, { rates, citation, confidence }: Version, level: number): Reason {
  const rate: Rate | undefined = rates.find(({ id }) => id === line.rate_id)
  return withProspect(line, null, {
    code: 'rate',
    title: { zh: `${level} 级有核定的标准`, en: `A rate is laid down for level ${level}` },
    measure: 'rate',
    met: rate !== undefined,
    required: level,
    actual: rate?.amount_fen ?? null,
    evidence: some('scheme_rate', line.rate_id),
    citation: rate?.citation ?? citation,
    confidence: rate?.confidence ?? confidence,
  })
}

/** The month of a line from the database is a day. */
function withProspect(
  line: Judged,
  earliest: Month | null,
  reason: Omit<Reason, 'prospect' | 'earliest_month'>,
): Reason {
  const judgement: Judgement = {
    ...reason,
    month: monthOf(line.month),
    earliest,
    employed: line.employment_id !== null,
  }
  const prospect = prospectOf(judgement)
  return { ...reason, prospect, earliest_month: reason.met ? null : prospect.month }
}

function required(threshold: Hours, level: number | null): Hours {
  return hoursFor(threshold, level) ?? threshold
}

/** Evidence that has a column of its own. */
function held(line: Judged, measure: Measure): Evidence[] {
  switch (measure) {
    case 'facility_kind':
    case 'facility_filed':
      return some('organisation', line.organisation_id)
    case 'contract_kind':
    case 'in_post_at_month_end':
    case 'service_months':
      return some('employment', line.employment_id)
    case 'certificate_level':
      return some('certificate', line.certificate_id)
    case 'registry_check':
      return some('registry_check', line.registry_check_id)
    case 'attendance_days':
      // a month of service has no id: its key is person, month and organisation
      return some(
        'service_month',
        line.organisation_id && `${line.person_id}/${monthOf(line.month)}/${line.organisation_id}`,
      )
    default:
      return []
  }
}

/** What the ids in a line's notes are. */
const NOTED: Partial<Record<Measure, string>> = {
  certificate_level: 'certificate',
  education_hours: 'education_hours',
  conduct_events: 'conduct_event',
}

/** The same, of a certificate that another body issued. */
const ELSEWHERE: Record<string, string> = {
  certificate: 'external_certificate',
  registry_check: 'external_certificate_check',
}

function some(kind: string, id: string | null): Evidence[] {
  return id ? [{ kind, id }] : []
}
