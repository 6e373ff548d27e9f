/** How lines lie in the database: written by the thousand, and digested so that two computations can be compared. */
import { sql } from 'kysely'
import { firstDay } from '../platform/calendar.ts'
import { copyRows, type Tx } from '../platform/database.ts'
import type { Line } from './corrections.ts'

/** By COPY: of all that a run does, writing its lines weighs most. */
export async function insertLines(tx: Tx, run_id: string, lines: Line[]): Promise<void> {
  await copyRows(
    tx,
    'allowance_lines',
    lines.map(({ person_id, component, kind, outcome, employment, certificate, rate, ...line }) => ({
      ...{ run_id, person_id, month: firstDay(line.month), component, kind, outcome },
      ...{ organisation_id: employment?.organisation.id ?? null, employment_id: employment?.id ?? null },
      ...{ certificate_id: certificate?.id ?? null, registry_check_id: line.registry_check_id, level: line.level },
      ...{ rate_id: rate?.id ?? null, version_id: line.version_id, failed: line.failed },
      ...{ entitlement_fen: line.entitlement_fen, previous_fen: line.previous_fen },
      ...{ found: JSON.stringify(line.found), notes: line.notes && JSON.stringify(line.notes) },
    })),
  )
}

/**
 * SHA-256 over the SHA-256 of each line in order of person, month and component, a line being its columns with `|` between them, and
 * `|` and its component when that is not `monthly`. The run's own
 * id is left out, so equal runs have equal digests.
 */
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
const lineText = sql.join(
  DIGESTED.map((column) => sql.ref(column)),
  sql`, '|', `,
)
export const linesDigest = sql<string>`encode(sha256(coalesce(string_agg(sha256(convert_to(concat(${lineText}, nullif('|' || component, '|monthly')), 'UTF8')), ''::bytea order by person_id, month, component), '')), 'hex')`
