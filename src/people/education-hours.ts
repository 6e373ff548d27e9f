/** Continuing education of people: hours recorded and corrected. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { asJson, type Change, earlierTwins, inItems, newIds, type RowCheck, refuseRows, twinFault } from './bulk.ts'
import { unknownPersonFaults } from './roster.ts'
import { type Approval, educationFaults } from './rules.ts'

export interface NewEducationHours {
  person_id: string
  completed_on: LocalDate
  hours: number
  provider: string
  subject: string
  /** number or hash of the paper that proves it; left out, what is on record stays */
  evidence?: string | null | undefined
}
interface Known {
  id: string
  hours: number
  evidence: string | null
  approval: string
  /** the finished class they come of */
  enrolment_id: string | null
}
export interface EducationCheck extends RowCheck {
  known: Known | null
}

/**
 * What {@link recordEducationHours} would do with each row, and what is wrong with it; writes nothing. Hours with the same person,
 * day, provider and subject are the same ones. Codes: `education_hours.future`, `education_hours.twice`, `person.unknown`.
 */
export async function checkEducationHours(
  db: Db,
  context: Context,
  rows: NewEducationHours[],
): Promise<EducationCheck[]> {
  if (rows.length === 0) return []
  const today = localDate(context.now)
  const unknown = await unknownPersonFaults(db, context.scope, rows)
  const twins = earlierTwins(
    rows.map(({ person_id, completed_on, provider, subject }) =>
      JSON.stringify([person_id, completed_on, provider, subject]),
    ),
  )
  const onRecord = await knownHours(db, rows)
  return rows.map((row, index) => {
    const twin = twins[index] ?? null
    const faults = [...unknown[index]!, ...educationFaults(row, today)]
    if (twin !== null) faults.push(twinFault('/subject', 'education_hours.twice', twin, { zh: '学时', en: 'hours' }))
    const known = onRecord.get(index) ?? null
    return { change: known === null ? 'new' : saysTheSame(row, known, context) ? 'same' : 'changed', faults, known }
  })
}

/** A training institution that says what a facility has said before attests it, which is more than saying it again. */
function saysTheSame(row: NewEducationHours, known: Known, context: Context): boolean {
  const attested = known.approval === 'pending' && approvalBy(context) === 'approved'
  return known.hours === row.hours && (row.evidence === undefined || known.evidence === row.evidence) && !attested
}

/** A facility states what others taught its staff, so an officer looks at it; a training institution attests its own teaching. */
function approvalBy({ actor }: Context): Approval {
  return actor.role === 'facility' ? 'pending' : 'approved'
}

/**
 * Records hours of people on the roster; another number of hours or another proof corrects them. Recorded or corrected by a
 * facility they wait for an officer's decision and count for nothing until then. Refuses all rows with the faults of
 * {@link checkEducationHours}. History: an event a row, or one for all the rows an import brings.
 */
export async function recordEducationHours(
  tx: Tx,
  context: Context,
  rows: NewEducationHours[],
  at = inItems,
): Promise<{ change: Change }[]> {
  if (rows.length === 0) return []
  await lockFacts(tx)
  const checks = await checkEducationHours(tx, context, rows)
  refuseRows(checks, at)
  const fresh = await newIds(tx, checks.filter(({ change }) => change === 'new').length)
  const written = rows.flatMap(({ person_id, completed_on, hours, provider, subject, evidence }, index) => {
    const { change, known: before } = checks[index]!
    if (change === 'same') return []
    const proof = evidence === undefined ? before?.evidence : evidence
    const id = before?.id ?? fresh.shift()!
    const enrolment_id = before?.enrolment_id ?? null
    return { person_id, id, completed_on, hours, provider, subject, evidence: proof ?? null, enrolment_id, before }
  })
  const changed = written.filter(({ before }) => before !== null)
  if (changed.length > 0)
    await sql`
      update education_hours h set known_to = clock_timestamp()
      from jsonb_to_recordset(${asJson(changed)}) as r (person_id uuid, id uuid)
      where h.person_id = r.person_id and h.id = r.id and h.known_to = 'infinity'`.execute(tx)
  if (written.length > 0)
    await sql`
      insert into education_hours (person_id, id, completed_on, hours, provider, subject, evidence, enrolment_id, approval, recorded_by, import_id)
      select r.*, ${approvalBy(context)}::text, ${context.actor.account_id}::uuid, ${context.import_id ?? null}::uuid
      from jsonb_to_recordset(${asJson(written)})
        as r (person_id uuid, id uuid, completed_on date, hours int, provider text, subject text, evidence text, enrolment_id uuid)`.execute(
      tx,
    )
  if (context.import_id && written.length > 0)
    await recordHistory(tx, context, {
      kind: 'education_hours.imported',
      subject_kind: 'import',
      subject_id: context.import_id,
      changes: {
        rows: written.length,
        new: written.length - changed.length,
        changed: changed.length,
        sha256: await sha256Hex(JSON.stringify(written.map(({ before: _, ...facts }) => facts))),
      },
    })
  if (!context.import_id)
    await recordHistory(
      tx,
      context,
      ...written.map(({ id, before, person_id, completed_on, hours, provider, subject }) => ({
        kind: before ? 'education_hours.corrected' : 'education_hours.recorded',
        subject_kind: 'person',
        subject_id: person_id,
        changes: {
          education_hours_id: id,
          ...{ completed_on, provider, subject },
          hours: before && before.hours !== hours ? [before.hours, hours] : hours,
        },
      })),
    )
  return checks.map(({ change }) => ({ change }))
}

async function knownHours(db: Db, rows: NewEducationHours[]): Promise<Map<number, Known>> {
  const { rows: found } = await sql<Known & { at: number }>`
    select r.at, h.id, h.hours, h.evidence, h.approval, h.enrolment_id
    from jsonb_to_recordset(${asJson(rows.map((row, at) => ({ ...row, at })))}) as r (at int, person_id uuid, completed_on date, provider text, subject text)
      join education_hours h using (person_id, completed_on, provider, subject)
    where h.known_to = 'infinity'`.execute(db)
  return new Map(found.map(({ at, ...known }) => [at, known]))
}
