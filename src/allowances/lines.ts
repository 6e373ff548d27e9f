/** How lines lie in the database: written by the thousand, and digested so that two computations can be compared. */
import { sql } from 'kysely'
import { firstDay } from '../platform/calendar.ts'
import type { Tx } from '../platform/database.ts'
import type { Line } from './corrections.ts'

/** As one JSON array of arrays, which costs less than seventeen arrays or thousands of parameters. */
export async function insertLines(tx: Tx, run_id: string, lines: Line[]): Promise<void> {
  const rows = lines.map((line) => {
    const {
      person_id,
      component,
      kind,
      outcome,
      employment,
      certificate,
      registry_check_id,
      level,
      rate,
      version_id,
      failed,
      found,
      notes,
    } = line
    const ids = [employment?.organisation.id, employment?.id, certificate?.id, registry_check_id, rate?.id, version_id]
    return [
      person_id,
      firstDay(line.month),
      kind,
      outcome,
      ...ids,
      level,
      line.entitlement_fen,
      line.previous_fen,
      failed,
      found,
      notes,
      component,
    ]
  })
  await sql`
    insert into allowance_lines (run_id, person_id, month, kind, outcome, organisation_id, employment_id, certificate_id, registry_check_id,
      rate_id, version_id, level, entitlement_fen, previous_fen, failed, found, notes, component)
    select ${run_id}::uuid, (l->>0)::uuid, (l->>1)::date, l->>2, l->>3, (l->>4)::uuid, (l->>5)::uuid, (l->>6)::uuid, (l->>7)::uuid,
      (l->>8)::uuid, (l->>9)::uuid, (l->>10)::smallint, (l->>11)::integer, (l->>12)::integer, (l->>13)::integer, l->14, nullif(l->15, 'null'), l->>16
    from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) l`.execute(tx)
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
