/** Continuing education of people: hours recorded and corrected. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { asJson, type Change, earlierTwins, inItems, newIds, type RowCheck, refuseRows, twinFault } from './bulk.ts'
import { unknownPersonFaults } from './roster.ts'
import { educationFaults } from './rules.ts'

export interface NewEducationHours {
  person_id: string
  completed_on: LocalDate
  hours: number
  provider: string
  subject: string
}
interface Known {
  id: string
  hours: number
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
    return { change: known === null ? 'new' : known.hours === row.hours ? 'same' : 'changed', faults, known }
  })
}

/** Records hours of people on the roster; another number of hours corrects them. Refuses all rows with the faults of {@link checkEducationHours}. */
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
  const written = rows.flatMap(({ person_id, completed_on, hours, provider, subject }, index) => {
    const { change, known } = checks[index]!
    if (change === 'same') return []
    return { id: known?.id ?? fresh.shift()!, known, person_id, completed_on, hours, provider, subject }
  })
  const closed = written.flatMap(({ known }) => (known ? [known.id] : []))
  if (closed.length > 0)
    await tx
      .updateTable('education_hours')
      .set({ known_to: sql<Date>`clock_timestamp()` })
      .where(
        'person_id',
        'in',
        written.map(({ person_id }) => person_id),
      )
      .where('id', 'in', closed)
      .where('known_to', '=', sql<Date>`'infinity'`)
      .execute()
  if (written.length > 0)
    await tx
      .insertInto('education_hours')
      .values(written.map(({ known: _, ...row }) => ({ ...row, recorded_by: context.actor.account_id })))
      .execute()
  await recordHistory(
    tx,
    context,
    ...written.map(({ id, known, person_id, completed_on, hours, provider, subject }) => ({
      kind: known ? 'education_hours.corrected' : 'education_hours.recorded',
      subject_kind: 'person',
      subject_id: person_id,
      changes: { education_hours_id: id, completed_on, provider, subject, hours: known ? [known.hours, hours] : hours },
    })),
  )
  return checks.map(({ change }) => ({ change }))
}

async function knownHours(db: Db, rows: NewEducationHours[]): Promise<Map<number, Known>> {
  const { rows: found } = await sql<Known & { at: number }>`
    select r.at, h.id, h.hours
    from jsonb_to_recordset(${asJson(rows.map((row, at) => ({ ...row, at })))}) as r (at int, person_id uuid, completed_on date, provider text, subject text)
      join education_hours h using (person_id, completed_on, provider, subject)
    where h.known_to = 'infinity'`.execute(db)
  return new Map(found.map(({ at, ...known }) => [at, known]))
}
