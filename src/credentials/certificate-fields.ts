/** Hides how what was printed fills the fields of a layout: characters as the typefaces have them, days in words, null where there is nothing to say. */

import { printable } from './certificate-ink.ts'
import type { Fields } from './certificate-layout.ts'
import type { PrintedCertificate } from './certificate-pdf.ts'

export function fieldsOf(printed: PrintedCertificate): Fields {
  const { number, title_zh, holder_name, sex_zh, id_type_zh, id_number_masked, occupation_name, job_type } = printed
  const { level_zh, theory, practical, issuer_name, issued_on, verify_url, body_zh, replaces } = printed
  return {
    number,
    title_zh: printable(title_zh),
    holder_name: printable(holder_name),
    sex_zh,
    id_type_zh: printable(id_type_zh),
    id_number_masked,
    occupation_name: printable(occupation_name),
    job_type: printable(job_type),
    level_zh,
    theory,
    practical,
    issuer_name: printable(issuer_name),
    issued_on_zh: dayInWords(issued_on),
    verify_url,
    verify_site: new URL(verify_url).host,
    body_zh: body_zh && printable(body_zh),
    replaces_number: replaces?.number ?? null,
    replaces_issued_on_zh: replaces ? dayInWords(replaces.issued_on) : null,
  }
}

function dayInWords(date: string): string {
  const [year, month, day] = date.split('-').map(Number)
  return `${year}年${month}月${day}日`
}
