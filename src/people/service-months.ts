/** A month of a person at an organisation: days attended and social insurance, recorded and corrected. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { firstDay, localDate, type Month } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { asJson, type Change, earlierTwins, inItems, type RowCheck, refuseRows, twinFault } from './bulk.ts'
import { closedOrganisationFaults, foreignOrganisationFaults, unknownPersonFaults } from './roster.ts'
import { serviceMonthFaults } from './rules.ts'

export interface NewServiceMonth {
  person_id: string
  organisation_id: string
  month: Month
  attendance_days: number
  social_insurance: boolean
}
type Known = Pick<NewServiceMonth, 'attendance_days' | 'social_insurance'>
export interface ServiceMonthCheck extends RowCheck {
  known: Known | null
}

/**
 * What {@link recordServiceMonths} would do with each row, and what is wrong with it; writes nothing. Codes: `service_month.future`,
 * `service_month.too_many_days`, `service_month.twice`, `organisation.not_yours`, `person.unknown`, and for a new one `organisation.closed`.
 */
export async function checkServiceMonths(
  db: Db,
  context: Context,
  rows: NewServiceMonth[],
): Promise<ServiceMonthCheck[]> {
  if (rows.length === 0) return []
  const today = localDate(context.now)
  const foreign = await foreignOrganisationFaults(db, context.scope, rows)
  const unknown = await unknownPersonFaults(db, context.scope, rows)
  const days = rows.map(({ organisation_id, month }) => ({ organisation_id, day: firstDay(month) }))
  const closed = await closedOrganisationFaults(db, '/month', days)
  const twins = earlierTwins(rows.map((row) => `${row.person_id} ${row.organisation_id} ${row.month}`))
  const onRecord = await knownMonths(db, rows)
  return rows.map((row, index) => {
    const twin = twins[index] ?? null
    const faults = [...foreign[index]!, ...unknown[index]!, ...serviceMonthFaults(row, today)]
    if (twin !== null)
      faults.push(
        twinFault('/person_id', 'service_month.twice', twin, {
          zh: '人员、机构和月份',
          en: 'person, organisation and month',
        }),
      )
    const known = onRecord.get(index) ?? null
    if (!known) faults.push(...closed[index]!)
    const same = known?.attendance_days === row.attendance_days && known.social_insurance === row.social_insurance
    return { change: known === null ? 'new' : same ? 'same' : 'changed', faults, known }
  })
}

/**
 * Records months of people on the roster. Said again a month does nothing; other figures correct it: the old ones are closed and
 * stay readable. Refuses all rows with the faults of {@link checkServiceMonths}.
 */
export async function recordServiceMonths(
  tx: Tx,
  context: Context,
  rows: NewServiceMonth[],
  at = inItems,
): Promise<{ change: Change }[]> {
  if (rows.length === 0) return []
  await lockFacts(tx)
  const checks = await checkServiceMonths(tx, context, rows)
  refuseRows(checks, at)
  const changed = rows.filter((_, index) => checks[index]!.change === 'changed')
  const written = rows.filter((_, index) => checks[index]!.change !== 'same')
  if (changed.length > 0)
    await sql`
      update service_months m set known_to = clock_timestamp()
      from jsonb_to_recordset(${keys(changed)}) as r (person_id uuid, organisation_id uuid, month date)
      where m.person_id = r.person_id and m.organisation_id = r.organisation_id and m.month = r.month and m.known_to = 'infinity'`.execute(
      tx,
    )
  if (written.length > 0)
    await tx
      .insertInto('service_months')
      .values(written.map((row) => ({ ...row, month: firstDay(row.month), recorded_by: context.actor.account_id })))
      .execute()
  await recordHistory(
    tx,
    context,
    ...rows.flatMap((row, index) => {
      const { change, known } = checks[index]!
      if (change === 'same') return []
      return {
        kind: change === 'new' ? 'service_month.recorded' : 'service_month.corrected',
        subject_kind: 'person',
        subject_id: row.person_id,
        organisation_id: row.organisation_id,
        changes: { month: row.month, ...changedFigures(known, row) },
      }
    }),
  )
  return checks.map(({ change }) => ({ change }))
}

function changedFigures(known: Known | null, row: NewServiceMonth) {
  return {
    ...(known?.attendance_days === row.attendance_days
      ? {}
      : { attendance_days: [known?.attendance_days ?? null, row.attendance_days] }),
    ...(known?.social_insurance === row.social_insurance
      ? {}
      : { social_insurance: [known?.social_insurance ?? null, row.social_insurance] }),
  }
}

async function knownMonths(db: Db, rows: NewServiceMonth[]): Promise<Map<number, Known>> {
  const { rows: found } = await sql<Known & { at: number }>`
    select r.at, m.attendance_days, m.social_insurance
    from jsonb_to_recordset(${keys(rows)}) as r (at int, person_id uuid, organisation_id uuid, month date)
      join service_months m on m.person_id = r.person_id and m.organisation_id = r.organisation_id and m.month = r.month
    where m.known_to = 'infinity'`.execute(db)
  return new Map(found.map(({ at, ...known }) => [at, known]))
}

function keys(rows: NewServiceMonth[]) {
  return asJson(
    rows.map(({ person_id, organisation_id, month }, at) => ({
      at,
      person_id,
      organisation_id,
      month: firstDay(month),
    })),
  )
}
