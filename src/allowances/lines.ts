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
    [
      ...([
        'run_id',
        'person_id',
        'month',
        'kind',
        'outcome',
        'organisation_id',
        'employment_id',
        'certificate_id',
      ] as const),
      ...([
        'registry_check_id',
        'rate_id',
        'version_id',
        'level',
        'entitlement_fen',
        'previous_fen',
        'failed',
        'found',
        'notes',
      ] as const),
    ],
    lines.map((line) => [
      ...[run_id, line.person_id, firstDay(line.month), line.kind, line.outcome],
      ...[line.employment?.organisation.id ?? null, line.employment?.id ?? null, line.certificate?.id ?? null],
      ...[
        line.registry_check_id,
        line.rate?.id ?? null,
        line.version_id,
        line.level,
        line.entitlement_fen,
        line.previous_fen,
      ],
      ...[line.failed, JSON.stringify(line.found), line.notes && JSON.stringify(line.notes)],
    ]),
  )
}

/**
 * SHA-256 over the SHA-256 of each line in order of person and month, a line being its columns with `|` between them. The run's own
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
export const linesDigest = sql<string>`encode(sha256(coalesce(string_agg(sha256(convert_to(concat(${lineText}), 'UTF8')), ''::bytea order by person_id, month), '')), 'hex')`
