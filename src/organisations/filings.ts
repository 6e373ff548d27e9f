/** Periods of filing and recognition: facts that money depends on, so a correction closes what was said and says it anew. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context, Scope } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { notFound, refuseFaults } from '../platform/errors.ts'
import type { NewFiling } from './filing-shapes.ts'
import { getOrganisation, inDivision } from './queries.ts'
import { FILING_KINDS, fault, filingFaults, subjectOf } from './rules.ts'

export type Filing = Awaited<ReturnType<typeof getFiling>>

/** Those that hold now, the latest first. */
export async function listFilings(db: Db, scope: Scope, organisation_id: string): Promise<Filing[]> {
  return filingRows(db, scope)
    .where('f.organisation_id', '=', organisation_id)
    .orderBy('f.starts_on', 'desc')
    .orderBy('f.id')
    .execute()
}

export async function getFiling(db: Db, scope: Scope, id: string) {
  const row = await filingRows(db, scope).where('f.id', '=', id).executeTakeFirst()
  return row ?? notFound({ zh: '备案（认定）记录', en: 'filing' })
}

function filingRows(db: Db, scope: Scope) {
  return db
    .selectFrom('organisation_filings as f')
    .innerJoin('organisations', 'organisations.id', 'f.organisation_id')
    .select([
      'f.id',
      'f.organisation_id',
      'organisations.name as organisation_name',
      'organisations.district_code',
      'f.kind',
      'f.starts_on',
      'f.ends_on',
      'f.reference',
    ])
    .where('f.known_to', '=', sql<Date>`'infinity'`)
    .where((eb) => inDivision(eb, scope))
}

type Period = { kind: string; starts_on: string; ends_on: string | null; reference: string | null }

/** Records a period of an organisation of the actor's division. Refuses `filing.ends_before_start`, `filing.overlap`. */
export async function recordFiling(
  tx: Tx,
  context: Context,
  organisation_id: string,
  input: NewFiling,
): Promise<Filing> {
  await lockFacts(tx)
  const organisation = await getOrganisation(tx, context.scope, organisation_id, localDate(context.now))
  const period = periodOf(input)
  await refusePeriod(tx, organisation_id, period)
  const id = await addFiling(tx, context, organisation_id, period)
  await recordHistory(tx, context, {
    kind: 'filing.recorded',
    ...subjectOf(organisation),
    changes: { filing_id: id, ...period },
  })
  return getFiling(tx, context.scope, id)
}

/** Says a period anew under the same id; what was known before stays readable. Refuses as {@link recordFiling}; the same again changes nothing. */
export async function correctFiling(
  tx: Tx,
  context: Context,
  id: string,
  { reason, ...input }: NewFiling & { reason: string },
): Promise<Filing> {
  await lockFacts(tx)
  const known = await lockFiling(tx, context, id)
  const period = periodOf(input)
  const changes = Object.fromEntries(
    (['kind', 'starts_on', 'ends_on', 'reference'] as const).flatMap((field) =>
      known[field] === period[field] ? [] : [[field, [known[field], period[field]]]],
    ),
  )
  if (Object.keys(changes).length === 0) return known
  await refusePeriod(tx, known.organisation_id, period, id)
  await closeFiling(tx, known)
  await addFiling(tx, context, known.organisation_id, period, id)
  await recordHistory(tx, context, {
    kind: 'filing.corrected',
    ...subjectOf({ id: known.organisation_id, district_code: known.district_code }),
    reason,
    changes: { filing_id: id, ...changes },
  })
  return getFiling(tx, context.scope, id)
}

/** Takes a period back that was never so: from now on it counts for nothing. */
export async function withdrawFiling(tx: Tx, context: Context, id: string, reason: string): Promise<Filing> {
  await lockFacts(tx)
  const known = await lockFiling(tx, context, id)
  await closeFiling(tx, known)
  await recordHistory(tx, context, {
    kind: 'filing.withdrawn',
    ...subjectOf({ id: known.organisation_id, district_code: known.district_code }),
    reason,
    changes: { filing_id: id, kind: known.kind, starts_on: known.starts_on, ends_on: known.ends_on },
  })
  return known
}

/** Writes one period and answers its id; the caller holds the lock of facts and records history. */
export async function addFiling(
  tx: Tx,
  context: Context,
  organisation_id: string,
  period: Period,
  id?: string,
): Promise<string> {
  const row = await tx
    .insertInto('organisation_filings')
    .values({ ...period, organisation_id, ...(id && { id }), recorded_by: context.actor.account_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

async function closeFiling(tx: Tx, { id, organisation_id }: Filing): Promise<void> {
  await tx
    .updateTable('organisation_filings')
    // a coarse clock may show the instant of its recording again
    .set({ known_to: sql<Date>`greatest(clock_timestamp(), known_from + interval '1 microsecond')` })
    .where('organisation_id', '=', organisation_id)
    .where('id', '=', id)
    .where('known_to', '=', sql<Date>`'infinity'`)
    .execute()
}

async function lockFiling(tx: Tx, context: Context, id: string): Promise<Filing> {
  const row = await filingRows(tx, context.scope).where('f.id', '=', id).forUpdate('f').executeTakeFirst()
  return row ?? notFound({ zh: '备案（认定）记录', en: 'filing' })
}

function periodOf({ kind, starts_on, ends_on = null, reference }: NewFiling): Period {
  return { kind, starts_on, ends_on, reference }
}

/** `filing.ends_before_start`, or `filing.overlap` with the other period named; the database holds the latter too. */
async function refusePeriod(tx: Tx, organisation_id: string, period: Period, id?: string): Promise<void> {
  refuseFaults(filingFaults(period))
  const { kind, starts_on, ends_on } = period
  let query = tx
    .selectFrom('organisation_filings')
    .select(['starts_on', 'ends_on'])
    .where('organisation_id', '=', organisation_id)
    .where('kind', '=', kind)
    .where('known_to', '=', sql<Date>`'infinity'`)
    .where(sql<boolean>`daterange(starts_on, ends_on) && daterange(${starts_on}::date, ${ends_on}::date)`)
  if (id) query = query.where('id', '<>', id)
  const other = await query.limit(1).executeTakeFirst()
  const { zh, en } = FILING_KINDS[kind as keyof typeof FILING_KINDS]
  if (other)
    refuseFaults([
      fault(
        '/starts_on',
        'filing.overlap',
        `与已登记的${zh}有效期 ${other.starts_on} 至 ${other.ends_on ?? '长期'} 重叠。请先更正那一期的止期，或核对日期。`,
        `It overlaps the ${en.toLowerCase()} from ${other.starts_on} to ${other.ends_on ?? 'no end'}: correct the end of that one first, or check the dates.`,
      ),
    ])
}
