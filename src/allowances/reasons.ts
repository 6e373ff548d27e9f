/** Why a line came out as it did: every condition with what was required, what was found, the evidence and the clause; pure. */
import { type Month, monthOf } from '../platform/calendar.ts'
import type { Message } from '../platform/errors.ts'
import { COMPONENT_KINDS } from './components.ts'
import type { Condition, Hours, Measure } from './conditions.ts'
import { amountNote, type Decision, type Notes } from './evaluate.ts'
import { type Found, hoursFor } from './measures.ts'
import { type Judgement, type Prospect, prospectOf } from './prospects.ts'
import { inDivision, type Part } from './rules.ts'

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
  /** `organisation`, `employment`, `certificate`, `registry_check`, `external_certificate`, `external_certificate_check`, `service_month`, `education_hours`, `education`, `conduct_event`, `scheme_rate` */
  kind: string
  id: string
}

export interface Reason {
  /** of the condition, or `division` and `rate`, which every scheme has, and `left_to_pay` of what is due once */
  code: string
  title: Message
  measure: Measure | 'division' | 'rate' | `rate_by_${string}` | 'left_to_pay'
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
export function reasonsOf(line: Judged, version: Part): Reason[] {
  const conditions = version.conditions.map((condition, position) =>
    ofCondition(line, condition as Condition, position),
  )
  return [ofDivision(line, version), ...conditions, ...ofAmount(line, version)]
}

function ofDivision(line: Judged, { division_code, citation, confidence }: Part): Reason {
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

/** The rate, once there is something to look one up by, and of what is due once what is left of it. */
function ofAmount(line: Judged, part: Part): Reason[] {
  if (line.organisation_id === null) return []
  const { by } = COMPONENT_KINDS[part.component.kind]
  if (by === 'level') return line.level === null ? [] : [ofRate(line, part, line.level), ...ofPaid(line, part)]
  const note = amountNote(line.notes)
  return note ? [ofRate(line, part, note.education ?? note.years ?? null), ...ofPaid(line, part)] : []
}

function ofRate(line: Judged, { rates, citation, confidence, component }: Part, key: string | number | null): Reason {
  const rate = line.rate_id === null ? undefined : rates.find(({ id }) => id === line.rate_id)
  const { by } = COMPONENT_KINDS[component.kind]
  return withProspect(line, null, {
    code: 'rate',
    title: RATE_TITLES[by]?.(key) ?? { zh: '有核定的标准', en: 'A rate is laid down' },
    measure: by === 'level' ? 'rate' : `rate_by_${by}`,
    met: rate !== undefined,
    required: key,
    actual: rate?.amount_fen ?? null,
    evidence: [
      ...some('scheme_rate', line.rate_id),
      ...(amountNote(line.notes)?.evidence ?? []).map((id) => ({ kind: AMOUNTS_OF[by] ?? 'fact', id })),
    ],
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

const RATE_TITLES: Record<string, (key: unknown) => Message> = {
  level: (level) => ({ zh: `${level} 级有核定的标准`, en: `A rate is laid down for level ${level}` }),
  tenure: (years) => ({ zh: `满 ${years ?? 0} 年有核定的标准`, en: `A rate is laid down for ${years ?? 0} years` }),
  education: () => ({ zh: '学历有核定的标准', en: 'A rate is laid down for the education' }),
  award: () => ({ zh: '当月的获奖有核定的标准', en: 'A rate is laid down for the month’s prizes' }),
  training: () => ({ zh: '通过的培训有核定的标准', en: 'A rate is laid down for the training passed' }),
}

const AMOUNTS_OF: Record<string, string> = {
  education: 'education',
  award: 'competition_entry',
  training: 'certificate',
}

/** What is due in all by now against what was paid of it before. */
function ofPaid(line: Judged, { citation, component }: Part): Reason[] {
  const note = amountNote(line.notes)
  if (!note || COMPONENT_KINDS[component.kind].due === 'month') return []
  return [
    withProspect(line, null, {
      code: 'left_to_pay',
      title: { zh: '到本月应得合计多于已发', en: 'What is due in all by now is more than what was paid' },
      measure: 'left_to_pay',
      met: note.target_fen > note.paid_fen,
      required: note.target_fen,
      actual: note.paid_fen,
      evidence: [],
      citation: component.citation || citation,
      confidence: component.confidence,
    }),
  ]
}

function required(threshold: Hours, level: number | null): Hours {
  return hoursFor(threshold, level) ?? threshold
}

/** Evidence that has a column of its own. */
function held(line: Judged, measure: Measure): Evidence[] {
  switch (measure) {
    case 'facility_kind':
    case 'facility_filed':
    case 'facility_ownership':
      return some('organisation', line.organisation_id)
    case 'contract_kind':
    case 'contract_years':
    case 'in_post_at_month_end':
    case 'service_months':
    case 'years_served':
    case 'hired_from':
      return some('employment', line.employment_id)
    case 'certificate_level':
    case 'certificate_or_licence':
      return some('certificate', line.certificate_id)
    case 'registry_check':
      return some('registry_check', line.registry_check_id)
    case 'attendance_days':
    case 'social_insurance':
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
  graduated_within: 'education',
  certificate_or_licence: 'licence',
  claimed: 'claim',
}

/** The same, of a certificate that another body issued. */
const ELSEWHERE: Record<string, string> = {
  certificate: 'external_certificate',
  registry_check: 'external_certificate_check',
}

function some(kind: string, id: string | null): Evidence[] {
  return id ? [{ kind, id }] : []
}
