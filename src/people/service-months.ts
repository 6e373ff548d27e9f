/** A month of a person at an organisation: days attended and social insurance, recorded and corrected. */
import { type RawBuilder, sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { firstDay, localDate, type Month } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, PREPARED, type Tx } from '../platform/database.ts'
import type { Fault } from '../platform/errors.ts'
import {
  asArray,
  asJson,
  type Change,
  earlierTwins,
  faultAt,
  inItems,
  type RowCheck,
  refuseRows,
  twinFault,
} from './bulk.ts'
import { organisationFaults, unknownPersonFaults } from './roster.ts'
import { serviceMonthFaults } from './rules.ts'

export interface NewServiceMonth {
  person_id: string
  organisation_id: string
  month: Month
  attendance_days: number
  social_insurance: boolean
  /** due when the month is submitted already */
  reason?: string | null | undefined
}
interface Known extends Pick<NewServiceMonth, 'attendance_days' | 'social_insurance'> {
  /** the import that brought it */
  import_id: string | null
}
export interface ServiceMonthCheck extends RowCheck {
  known: Known | null
}

/**
 * What {@link recordServiceMonths} would do with each row, and what is wrong with it; writes nothing. Codes: `service_month.future`,
 * `service_month.too_many_days`, `service_month.twice`, `service_month.reason_missing`, `organisation.not_yours`, `person.unknown`,
 * and for a new one `organisation.closed`. `known`: the caller has just found the people on the roster.
 */
export async function checkServiceMonths(
  db: Db,
  context: Context,
  rows: NewServiceMonth[],
  { known: peopleKnown = false } = {},
): Promise<ServiceMonthCheck[]> {
  if (rows.length === 0) return []
  const today = localDate(context.now)
  const unknown = peopleKnown ? [] : await unknownPersonFaults(db, context.scope, rows)
  const days = rows.map(({ organisation_id, month }) => ({ organisation_id, day: firstDay(month) }))
  const organisations = await organisationFaults(db, context.scope, '/month', days)
  const keys = rows.map((row) => `${row.person_id} ${row.organisation_id} ${row.month}`)
  const twins = earlierTwins(keys)
  const months = await monthsWithFigures(db, rows)
  const onRecord = await knownMonths(
    db,
    rows.filter((row) => months.has(monthKey(row))),
  )
  return rows.map((row, index) => {
    const twin = twins[index] ?? null
    const faults = [...organisations[index]!.foreign, ...(unknown[index] ?? []), ...serviceMonthFaults(row, today)]
    const known = onRecord.get(keys[index]!) ?? null
    if (known && context.import_id && known.import_id === context.import_id) faults.push(saidBefore())
    if (twin !== null)
      faults.push(
        twinFault('/person_id', 'service_month.twice', twin, {
          zh: '人员、机构和月份',
          en: 'person, organisation and month',
        }),
      )
    if (!known) faults.push(...organisations[index]!.closed)
    const same = known?.attendance_days === row.attendance_days && known.social_insurance === row.social_insurance
    if (!same && !row.reason && months.get(monthKey(row))?.submitted) faults.push(reasonFault(row.month))
    return { change: known === null ? 'new' : same ? 'same' : 'changed', faults, known }
  })
}

/**
 * Records months of people on the roster. Said again a month does nothing; other figures correct it: the old ones are closed and
 * stay readable. Once the organisation has submitted the month, every version says why. Refuses all rows with the faults of
 * {@link checkServiceMonths}. History: an event a row, or one for all the rows an import brings.
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
  await writeServiceMonths(tx, context, rows, checks)
  return checks.map(({ change }) => ({ change }))
}

/** Writes what {@link checkServiceMonths} found sound in this transaction, which has held {@link lockFacts} since before. */
export async function writeServiceMonths(
  tx: Tx,
  context: Context,
  rows: NewServiceMonth[],
  checks: ServiceMonthCheck[],
): Promise<void> {
  const changed = rows.filter((_, index) => checks[index]!.change === 'changed')
  const written = rows.filter((_, index) => checks[index]!.change !== 'same')
  if (changed.length > 0)
    await sql`
      update service_months m set known_to = clock_timestamp()
      from ${keysOf(changed)}
      where m.person_id = r.person_id and m.organisation_id = r.organisation_id and m.month = r.month and m.known_to = 'infinity'
        and m.month = any (${monthsOf(changed)}::date[])`.execute(tx)
  if (written.length > 0)
    await sql`
      insert into service_months (person_id, organisation_id, month, attendance_days, social_insurance, reason, recorded_by, import_id)
      select person_id, organisation_id, month, days, insured, ${reasonsOf(written)}, ${context.actor.account_id}::uuid, ${context.import_id ?? null}::uuid
      from unnest(${asArray(written.map(({ person_id }) => person_id))}::uuid[], ${asArray(written.map((row) => row.organisation_id))}::uuid[],
        ${asArray(written.map((row) => firstDay(row.month)))}::date[], ${asArray(written.map((row) => row.attendance_days))}::smallint[],
        ${asArray(written.map((row) => row.social_insurance))}::boolean[]) with ordinality as r (person_id, organisation_id, month, days, insured, at)
      -- neighbours in the indexes one after the other
      order by organisation_id, month, person_id`.execute(tx)
  if (context.import_id && written.length > 0)
    await recordHistory(tx, context, {
      kind: 'service_month.imported',
      subject_kind: 'import',
      subject_id: context.import_id,
      changes: {
        rows: written.length,
        new: written.length - changed.length,
        changed: changed.length,
        sha256: await sha256Hex(JSON.stringify(written.map(figuresOf))),
      },
    })
  if (!context.import_id)
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
          reason: row.reason ?? null,
          changes: { month: row.month, ...changedFigures(known, row) },
        }
      }),
    )
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

/** An earlier part of the same file, written already, says something about the month too. */
function saidBefore(): Fault {
  return faultAt(
    '/id_number',
    'service_month.twice',
    '与本文件前面的一行重复（人员和月份相同），请只保留一行。',
    'An earlier row of this file has the same person and month: keep one of them.',
  )
}

function reasonFault(month: Month): Fault {
  return faultAt(
    '/reason',
    'service_month.reason_missing',
    `${month} 已经提交，新增或更正数据必须写明理由。`,
    `${month} has been submitted: say why its figures change (reason).`,
  )
}

async function knownMonths(db: Db, rows: NewServiceMonth[]): Promise<Map<string, Known>> {
  if (rows.length === 0) return new Map()
  const distinct = (values: string[]) => asArray([...new Set(values)])
  const { rows: found } = await sql<Known & Pick<NewServiceMonth, 'person_id' | 'organisation_id' | 'month'>>`
    select person_id, organisation_id, to_char(month, 'YYYY-MM') as month, attendance_days, social_insurance, import_id
    from service_months where known_to = 'infinity' and person_id = any (${distinct(rows.map((row) => row.person_id))}::uuid[])
      and organisation_id = any (${distinct(rows.map((row) => row.organisation_id))}::uuid[]) and month = any (${monthsOf(rows)}::date[])`.execute(
    db,
  )
  return new Map(
    found.map(({ person_id, organisation_id, month, ...known }) => [`${person_id} ${organisation_id} ${month}`, known]),
  )
}

/** The organisations' months among the rows that are submitted or have figures, by {@link monthKey}: of others nothing is known. */
async function monthsWithFigures(db: Db, rows: NewServiceMonth[]): Promise<Map<string, { submitted: boolean }>> {
  const months = new Map(rows.map((row) => [monthKey(row), keyOf(row)]))
  const { rows: found } = await sql<{ organisation_id: string; month: Month; submitted: boolean }>`${PREPARED}
    select * from (
      select organisation_id, to_char(month, 'YYYY-MM') as month,
        exists (select from service_months m where m.organisation_id = r.organisation_id and m.month = r.month and m.known_to = 'infinity') as figures,
        exists (select from service_month_submissions s where s.organisation_id = r.organisation_id and s.month = r.month
          and not exists (select from service_month_withdrawals w where w.submission_id = s.id)) as submitted
      from jsonb_to_recordset(${asJson([...months.values()])}) as r (organisation_id uuid, month date)
    ) r where figures or submitted`.execute(db)
  return new Map(found.map(({ submitted, ...row }) => [monthKey(row), { submitted }]))
}

function monthKey({ organisation_id, month }: Pick<NewServiceMonth, 'organisation_id' | 'month'>): string {
  return `${organisation_id} ${month}`
}

/** Keys of the rows as `r (person_id, organisation_id, month, at)`. */
function keysOf(rows: NewServiceMonth[]): RawBuilder<unknown> {
  return sql`(select u.person_id, u.organisation_id, u.month, (u.ordinal - 1)::int as at from unnest(${asArray(rows.map((row) => row.person_id))}::uuid[],
    ${asArray(rows.map((row) => row.organisation_id))}::uuid[], ${asArray(rows.map((row) => firstDay(row.month)))}::date[])
    with ordinality as u (person_id, organisation_id, month, ordinal)) r`
}

/** The months by themselves let the database look at their partitions only. */
function monthsOf(rows: NewServiceMonth[]): string {
  return asArray([...new Set(rows.map(({ month }) => firstDay(month)))])
}

/** Few rows have a reason: it is looked up by the place of the row. */
function reasonsOf(rows: NewServiceMonth[]): RawBuilder<string | null> {
  if (!rows.some(({ reason }) => reason)) return sql`null`
  return sql`${JSON.stringify(rows.map(({ reason = null }) => reason))}::jsonb ->> (at - 1)::int`
}

function keyOf({ person_id, organisation_id, month }: NewServiceMonth) {
  return { person_id, organisation_id, month: firstDay(month) }
}

function figuresOf(row: NewServiceMonth) {
  const { attendance_days, social_insurance, reason = null } = row
  return { ...keyOf(row), attendance_days, social_insurance, reason }
}
