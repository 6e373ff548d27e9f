/** What a piece of evidence is called, and the page that shows it. */
import { registryName } from '../../templates/allowances/words.ts'
import { words } from '../../templates/words.ts'
import type { Lang } from '../platform/errors.ts'
import type { EvidenceDetails, LineRow } from './line-queries.ts'
import type { Evidence } from './reasons.ts'

export interface Link {
  text: string
  href: string | null
}

export function evidenceLinks(evidence: Evidence[], line: LineRow, details: EvidenceDetails, lang: Lang): Link[] {
  return evidence.flatMap((one) => linksOf(one, line, details, lang))
}

function linksOf({ kind, id }: Evidence, line: LineRow, details: EvidenceDetails, lang: Lang): Link[] {
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
