/** How lines lie in the database: written by the thousand, and digested so that two computations can be compared. */
import { hash } from 'node:crypto'
import { sql } from 'kysely'
import { firstDay } from '../platform/calendar.ts'
import { copyRows, copyValue, type Tx } from '../platform/database.ts'
import type { Line } from './corrections.ts'

/** What a line is made of, in the order of its digest; the run's own id is left out, so that equal runs have equal digests. */
const DIGESTED = [
  'person_id',
  'month',
  'kind',
  'outcome',
  'organisation_id',
  'employment_id',
  'certificate_id',
  'registry_check_id',
  'level',
  'rate_id',
  'version_id',
  'entitlement_fen',
  'previous_fen',
  'failed',
  'found',
  'notes',
] as const
/** Lines as {@link copyLines} takes them, in order of person, month and component, and the SHA-256 of each, one after another. */
export interface LineTexts {
  text: string
  digests: Buffer
}

export function textsOf(run_id: string, lines: Line[]): LineTexts {
  const digests = Buffer.alloc(32 * lines.length)
  const text = lines.toSorted(inOrder).map((line, at) => {
    const { component } = line
    const columns = columnsOf(line)
    const told = columns.join('|')
    digests.write(hash('sha256', component === 'monthly' ? told : `${told}|${component}`, 'binary'), 32 * at, 'binary')
    return `${columns.slice(-2).some(isEscaped) ? columns.map(copyValue).join('|') : told}|${component}|${run_id}\n`
  })
  return { text: text.join(''), digests }
}

/** By COPY: of all that a run does, writing its lines weighs most. */
export async function copyLines(tx: Tx, text: string): Promise<void> {
  await copyRows(tx, 'allowance_lines', [...DIGESTED, 'component', 'run_id'], text)
}

/** As text, what is missing as an empty one: no column has an empty text of its own. The last two are JSON. */
function columnsOf(line: Line): string[] {
  return [
    line.person_id,
    firstDay(line.month),
    line.kind,
    line.outcome,
    line.employment?.organisation.id ?? '',
    line.employment?.id ?? '',
    line.certificate?.id ?? '',
    line.registry_check_id ?? '',
    String(line.level ?? ''),
    line.rate?.id ?? '',
    line.version_id,
    String(line.entitlement_fen),
    String(line.previous_fen ?? ''),
    String(line.failed),
    jsonbText(line.found),
    line.notes === null ? '' : jsonbText(line.notes),
  ]
}

/** Asked of JSON alone: ids, words and numbers hold nothing that COPY would read as something else. */
function isEscaped(column: string): boolean {
  return copyValue(column) !== column
}

function inOrder(a: Line, b: Line): number {
  if (a.person_id !== b.person_id) return a.person_id < b.person_id ? -1 : 1
  if (a.month !== b.month) return a.month < b.month ? -1 : 1
  return a.component < b.component ? -1 : a.component > b.component ? 1 : 0
}

/** A value as PostgreSQL prints a jsonb: keys by length, then by letter, and blanks after colons and commas. */
function jsonbText(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  if (typeof value === 'string') return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value)
  let text = ''
  if (Array.isArray(value)) {
    for (const inner of value) text += text === '' ? jsonbText(inner) : `, ${jsonbText(inner)}`
    return `[${text}]`
  }
  const keys = Object.keys(value as object)
  if (keys.length > 1) keys.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  for (const key of keys) {
    const inner = (value as Record<string, unknown>)[key]
    if (inner !== undefined) text += `${text && ', '}${jsonbText(key)}: ${jsonbText(inner)}`
  }
  return `{${text}}`
}

/** What has no need of the care that JSON takes, nearly every word and number. */
const PLAIN = /^[\w-]*$/

/**
 * SHA-256 over the SHA-256 of each line in order of person, month and component, a line being its columns with `|` between them, and
 * `|` and its component when that is not `monthly`: what a run holds on to, told from its lines as they lie in the database.
 */
const lineText = sql.join(
  DIGESTED.map((column) => sql.ref(column)),
  sql`, '|', `,
)
export const linesDigest = sql<string>`encode(sha256(coalesce(string_agg(sha256(convert_to(concat(${lineText}, nullif('|' || component, '|monthly')), 'UTF8')), ''::bytea order by person_id, month, component collate "C"), '')), 'hex')`
/** The same, told from what its parts noted while they were written. */
export const partsDigest = (run_id: string) => sql<string>`(
  select encode(sha256(coalesce(string_agg(line_digests, '' order by first_person_id), '')), 'hex') from run_parts where run_id = ${run_id}::uuid)`
