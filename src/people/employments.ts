/** Who works where, in which post and under which contract: recording, correcting and ending employments. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { type Fault, notFound, refuseFaults } from '../platform/errors.ts'
import { asJson, type Change, faultAt, inItems, newIds, type RowCheck, refuseRows } from './bulk.ts'
import { type Employment, getEmployment } from './employment-queries.ts'
import type { Ending } from './employment-shapes.ts'
import { foreignOrganisationFaults, organisationInScope, putOnRoster } from './roster.ts'
import { employmentFaults, POSTS } from './rules.ts'

export interface NewEmployment {
  person_id: string
  organisation_id: string
  post: keyof typeof POSTS
  contract_kind: string
  starts_on: LocalDate
  /** the first day no longer in post */
  ends_on: LocalDate | null
}
interface CurrentEmployment extends NewEmployment {
  id: string
  leaving_reason: string | null
}
export interface EmploymentCheck extends RowCheck {
  /** the employment on record that the row says again or corrects */
  known: Overlapping | null
}

/**
 * What {@link recordEmployments} would do with each row, and what is wrong with it; writes nothing. An employment with the same
 * person, organisation, post and first day is the same one. Codes: `employment.ends_before_start`, `employment.overlap`, `organisation.not_yours`.
 */
export async function checkEmployments(db: Db, context: Context, rows: NewEmployment[]): Promise<EmploymentCheck[]> {
  if (rows.length === 0) return []
  const faults = await foreignOrganisationFaults(db, context.scope, rows)
  rows.forEach((row, index) => {
    faults[index]!.push(...employmentFaults(row))
  })
  const overlapping = await overlaps(db, rows, (index) => faults[index]!.length === 0)
  return rows.map((row, index) => {
    const others = overlapping.get(index) ?? []
    const known = others.find((other) => other.id !== null && other.starts_on === row.starts_on) ?? null
    const clash = others.find((other) => other !== known)
    if (clash) faults[index]!.push(overlapFault(row, clash))
    const same = known && known.contract_kind === row.contract_kind && known.ends_on === row.ends_on
    return { change: !known ? 'new' : same ? 'same' : 'changed', faults: faults[index]!, known }
  })
}

/**
 * Records employments and puts the people on the organisation's roster; an institution records for itself only. Said again it
 * does nothing; another contract or end corrects the employment, whose id stays. Refuses all rows with the faults of {@link checkEmployments}.
 */
export async function recordEmployments(
  tx: Tx,
  context: Context,
  rows: NewEmployment[],
  at = inItems,
): Promise<{ id: string; change: Change }[]> {
  if (rows.length === 0) return []
  await lockFacts(tx)
  const checks = await checkEmployments(tx, context, rows)
  refuseRows(checks, at)
  const fresh = await newIds(tx, checks.filter(({ change }) => change === 'new').length)
  const done = checks.map(({ known, change }) => ({ id: known?.id ?? fresh.shift()!, change }))
  await replaceEmployments(
    tx,
    context,
    rows.flatMap((row, index) => {
      if (checks[index]!.change === 'same') return []
      const known = checks[index]!.known
      return [
        { ...row, id: done[index]!.id, leaving_reason: known?.ends_on === row.ends_on ? known.leaving_reason : null },
      ]
    }),
  )
  await putOnRoster(tx, rows)
  await recordHistory(
    tx,
    context,
    ...checks.flatMap(({ change, known }, index) =>
      change === 'same' ? [] : [employmentEvent(change, rows[index]!, done[index]!.id, known)],
    ),
  )
  return done
}

/**
 * Ends an employment, or corrects its end; what was known before stays readable. Refuses `employment.ends_before_start`,
 * `employment.overlap` when the person was in the post again by then. The same end and reason again changes nothing.
 */
export async function endEmployment(
  tx: Tx,
  context: Context,
  id: string,
  { ends_on, reason }: Ending,
): Promise<Employment> {
  await lockFacts(tx)
  const known = await tx
    .selectFrom('employments')
    .innerJoin('organisations', 'organisations.id', 'employments.organisation_id')
    .select([
      'employments.id',
      'person_id',
      'organisation_id',
      'post',
      'contract_kind',
      'starts_on',
      'ends_on',
      'leaving_reason',
    ])
    .where('employments.id', '=', id)
    .where('known_to', '=', sql<Date>`'infinity'`)
    .where(organisationInScope(context.scope))
    .forUpdate('employments')
    .executeTakeFirst()
  if (!known) notFound({ zh: '任职记录', en: 'employment' })
  refuseFaults(employmentFaults({ starts_on: known.starts_on, ends_on }))
  if (known.ends_on !== ends_on || known.leaving_reason !== reason) {
    const row = { ...known, post: known.post as NewEmployment['post'], ends_on, leaving_reason: reason }
    await replaceEmployments(tx, context, [row])
    await recordHistory(tx, context, {
      kind: 'employment.ended',
      subject_kind: 'person',
      subject_id: known.person_id,
      organisation_id: known.organisation_id,
      reason,
      changes: { employment_id: id, ends_on: [known.ends_on, ends_on] },
    })
  }
  return getEmployment(tx, context.scope, id)
}

/** What is current under these ids is closed, and the rows take its place. */
async function replaceEmployments(tx: Tx, context: Context, rows: CurrentEmployment[]): Promise<void> {
  if (rows.length === 0) return
  await tx
    .updateTable('employments')
    .set({ known_to: sql<Date>`clock_timestamp()` })
    .where(
      'person_id',
      'in',
      rows.map(({ person_id }) => person_id),
    )
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .where('known_to', '=', sql<Date>`'infinity'`)
    .execute()
  await tx
    .insertInto('employments')
    .values(
      rows.map(({ person_id, id, organisation_id, post, contract_kind, starts_on, ends_on, leaving_reason }) => ({
        ...{ person_id, id, organisation_id, post, contract_kind, starts_on, ends_on, leaving_reason },
        recorded_by: context.actor.account_id,
      })),
    )
    .execute()
}

function employmentEvent(change: Change, row: NewEmployment, id: string, known: Overlapping | null) {
  const { organisation_id, post, contract_kind, starts_on, ends_on } = row
  const corrected = {
    ...(known?.contract_kind === contract_kind ? {} : { contract_kind: [known?.contract_kind, contract_kind] }),
    ...(known?.ends_on === ends_on ? {} : { ends_on: [known?.ends_on, ends_on] }),
  }
  return {
    kind: change === 'new' ? 'employment.recorded' : 'employment.corrected',
    subject_kind: 'person',
    subject_id: row.person_id,
    organisation_id,
    changes: { employment_id: id, ...(change === 'new' ? { post, contract_kind, starts_on, ends_on } : corrected) },
  }
}

type Overlapping = Pick<CurrentEmployment, 'contract_kind' | 'starts_on' | 'ends_on' | 'leaving_reason'> & {
  id: string | null
}

/**
 * For each sound row what overlaps it in the same post: employments on record, unless another row of the call corrects them,
 * and earlier rows of the call, which have no id.
 */
async function overlaps(
  db: Db,
  rows: NewEmployment[],
  sound: (index: number) => boolean,
): Promise<Map<number, Overlapping[]>> {
  const given = rows.map((row, at) => ({ ...row, at })).filter(({ at }) => sound(at))
  const { rows: found } = await sql<Overlapping & { at: number }>`
    with given as materialized (
      select * from jsonb_to_recordset(${asJson(given)})
        as r (at int, person_id uuid, organisation_id uuid, post text, contract_kind text, starts_on date, ends_on date)
    )
    select g.at, e.id, e.contract_kind, e.starts_on, e.ends_on, e.leaving_reason
    from given g join employments e using (person_id, organisation_id, post)
    where e.known_to = 'infinity' and daterange(e.starts_on, e.ends_on) && daterange(g.starts_on, g.ends_on)
      and not exists (select from given h where h.at <> g.at and h.person_id = e.person_id and h.organisation_id = e.organisation_id
        and h.post = e.post and h.starts_on = e.starts_on)
    union all
    select g.at, null, c.contract_kind, c.starts_on, c.ends_on, null
    from given g join given c using (person_id, organisation_id, post)
    where c.at < g.at and daterange(c.starts_on, c.ends_on) && daterange(g.starts_on, g.ends_on)`.execute(db)
  return Map.groupBy(found, ({ at }) => at)
}

function overlapFault(row: NewEmployment, clash: Overlapping): Fault {
  const until = clash.ends_on ?? '今'
  return faultAt(
    '/starts_on',
    'employment.overlap',
    `此人在该机构的“${POSTS[row.post].zh}”岗位上已有 ${clash.starts_on} 至 ${until} 的任职，与 ${row.starts_on} 起的任职重叠。请先登记离岗，或核对日期。`,
    `The person is in the post “${POSTS[row.post].en}” of this organisation from ${clash.starts_on} to ${clash.ends_on ?? 'now'} already, which overlaps the employment from ${row.starts_on}. Record the ending first, or check the dates.`,
  )
}
