/** What a piece of evidence is called, and the page that shows it. */
import type { ReasonItem } from '../../templates/allowances/line.tsx'
import { prospectWords } from '../../templates/allowances/prospect-words.ts'
import { foundWords, registryName, requiredWords } from '../../templates/allowances/words.ts'
import { words } from '../../templates/words.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import type { EvidenceDetails, LineRow } from './line-queries.ts'
import type { Evidence, Reason } from './reasons.ts'

export interface Link {
  text: string
  href: string | null
}

/** The person and month that the evidence is about. */
type About = Pick<LineRow, 'person_id' | 'organisation_name' | 'month' | 'scheme_code' | 'scheme_version'>

/** What {@link describeEvidence} has to look up for these reasons. */
export function toDescribe(reasons: Reason[]): Evidence[] {
  const districts = reasons
    .filter((reason) => reason.measure === 'division')
    .flatMap((reason) => [reason.required, reason.actual])
  return [
    ...reasons.flatMap((reason) => reason.evidence),
    ...districts.flatMap((code) => (typeof code === 'string' ? [{ kind: 'district', id: code }] : [])),
  ]
}

/** Reasons in words, with links to what they rest on. */
export function reasonItems(reasons: Reason[], about: About, details: EvidenceDetails, lang: Lang): ReasonItem[] {
  const place = (code: unknown) => details.districts.find((one) => one.code === code)?.name ?? code
  const shown = (measure: string, value: unknown) => (measure === 'division' ? place(value) : value)
  return reasons.map(({ title, measure, required, actual, evidence, prospect, ...reason }) => ({
    ...reason,
    title: inLanguage(lang, title),
    required: requiredWords(measure, shown(measure, required), lang),
    found: foundWords(measure, shown(measure, actual), lang),
    evidence: evidence.flatMap((one) => linksOf(one, about, details, lang)),
    prospect: prospectWords(measure, prospect, lang),
  }))
}

function linksOf({ kind, id }: Evidence, line: About, details: EvidenceDetails, lang: Lang): Link[] {
  const w = words(lang)
  const person = `/console/people/${line.person_id}`
  switch (kind) {
    case 'organisation':
      return [{ text: line.organisation_name ?? id, href: `/console/organisations/${id}` }]
    case 'employment':
      return [{ text: w('任职记录', 'Employment'), href: person }]
    case 'service_month':
      return [{ text: w(`${line.month} 出勤记录`, `Attendance of ${line.month}`), href: person }]
    case 'scheme_rate':
      return [
        {
          text: w(`第 ${line.scheme_version} 版标准`, `Rates of version ${line.scheme_version}`),
          href: `/console/schemes/${line.scheme_code}`,
        },
      ]
    case 'certificate': {
      const certificate = details.certificates.find((row) => row.id === id)
      if (!certificate) return []
      const revoked = certificate.revoked_from
        ? w(`（${certificate.revoked_from} 起撤销）`, ` (revoked from ${certificate.revoked_from})`)
        : ''
      const text = w(
        `${certificate.number} ${certificate.issued_on} 发证${revoked}`,
        `${certificate.number} of ${certificate.issued_on}${revoked}`,
      )
      const own = { text, href: `/console/certificates/${id}` }
      return certificate.class_id
        ? [own, { text: certificate.class_name ?? '', href: `/console/classes/${certificate.class_id}` }]
        : [own]
    }
    case 'external_certificate': {
      const certificate = details.external.find((row) => row.id === id)
      if (!certificate) return []
      const { number, issued_on } = certificate
      return [
        {
          text: w(`外部证书 ${number} ${issued_on} 发证`, `${number} of ${issued_on}, issued elsewhere`),
          href: person,
        },
      ]
    }
    case 'external_certificate_check':
    case 'registry_check': {
      const check = details.checks.find((row) => row.id === id)
      return check ? [{ text: `${registryName(check.registry, lang)} ${check.checked_on}`, href: null }] : []
    }
    case 'education_hours': {
      const hours = details.education.find((row) => row.id === id)
      return hours
        ? [
            {
              text: w(
                `${hours.completed_on} ${hours.subject} ${hours.hours} 学时`,
                `${hours.completed_on} ${hours.subject}, ${hours.hours} h`,
              ),
              href: person,
            },
          ]
        : []
    }
    case 'education':
      return [{ text: w('学历', 'Education'), href: person }]
    case 'conduct_event': {
      const event = details.conduct.find((row) => row.id === id)
      return event ? [{ text: `${event.happened_on} ${event.decision}`, href: person }] : []
    }
    default:
      return []
  }
}
