/** Who works where, in which post and under which contract: recording employments, one or many. */
import { recordHistory } from '../history/actions.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, insertRows, lockFacts, type Tx } from '../platform/database.ts'
import type { Fault } from '../platform/errors.ts'
import { type Change, inItems, newIds, type RowCheck, refuseRows } from './bulk.ts'
import { concurrentWarning, type Other, othersAtOnce, overlapFault } from './employment-overlaps.ts'
import { contractFaults, type LeavingKind, leavingFaults } from './employment-rules.ts'
import { knownAt, knownFromNow } from './known.ts'
import { organisationFaults, putOnRoster } from './roster.ts'
import { employmentFaults, type POSTS } from './rules.ts'

export interface NewEmployment {
  person_id: string
  organisation_id: string
  post: keyof typeof POSTS
  contract_kind: string
  /** the first day the contract no longer covers; left out: nothing is said about it */
  contract_until?: LocalDate | null | undefined
  starts_on: LocalDate
  /** the first day no longer in post */
  ends_on: LocalDate | null
  /** left out: nothing is said about it */
  leaving_kind?: LeavingKind | null | undefined
}
export interface CurrentEmployment {
  person_id: string
  id: string
  organisation_id: string
  post: string
  contract_kind: string
  contract_until: LocalDate | null
  starts_on: LocalDate
  ends_on: LocalDate | null
  leaving_kind: string | null
  leaving_reason: string | null
  /** the employment that this one goes on from */
  transferred_from: string | null
}
export interface EmploymentCheck extends RowCheck {
  /** the employment on record that the row says again or corrects */
  known: Other | null
  /** what is allowed and worth a look: `employment.concurrent` */
  warnings: Fault[]
}

/**
 * What {@link recordEmployments} would do with each row, and what is wrong with it; writes nothing. An employment with the same
 * person, organisation, post and first day is the same one. Codes: `employment.ends_before_start`, `employment.leaving_without_end`, `employment.contract_before_start`,
 * `employment.overlap`, `organisation.not_yours`, and for a new one `organisation.closed`; warnings: `employment.concurrent`.
 */
export async function checkEmployments(db: Db, context: Context, rows: NewEmployment[]): Promise<EmploymentCheck[]> {
  if (rows.length === 0) return []
  const days = rows.map(({ organisation_id, starts_on }) => ({ organisation_id, day: starts_on }))
  const organisations = await organisationFaults(db, context.scope, '/starts_on', days)
  const faults = rows.map((row, index) => [
    ...organisations[index]!.foreign,
    ...employmentFaults(row),
    ...leavingFaults(row),
    ...contractFaults(row),
  ])
  const overlapping = await othersAtOnce(db, rows, (index) => faults[index]!.length === 0)
  return rows.map((row, index) => {
    const others = overlapping.get(index) ?? []
    const known =
      others.find(({ id, same_post, starts_on }) => id !== null && same_post && starts_on === row.starts_on) ?? null
    if (!known) faults[index]!.push(...organisations[index]!.closed)
    const clash = others.find((other) => other !== known && other.same_post)
    if (clash) faults[index]!.push(overlapFault(row, clash))
    const same =
      known?.contract_kind === row.contract_kind &&
      known.ends_on === row.ends_on &&
      (row.contract_until === undefined || known.contract_until === row.contract_until) &&
      (row.leaving_kind === undefined || known.leaving_kind === row.leaving_kind)
    return {
      change: !known ? 'new' : same ? 'same' : 'changed',
      faults: faults[index]!,
      known,
      warnings: others.filter(({ same_post }) => !same_post).map(concurrentWarning),
    }
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
  const written = rows.map((row, index) => asCurrent(row, done[index]!.id, checks[index]!.known))
  await replaceEmployments(
    tx,
    context,
    written.filter((_, index) => checks[index]!.change !== 'same'),
  )
  await putOnRoster(tx, rows)
  await recordHistory(
    tx,
    context,
    ...checks.flatMap(({ change, known }, index) =>
      change === 'same' ? [] : [recordedEvent(written[index]!, change === 'new' ? null : known)],
    ),
  )
  return done
}

/** With another end, what was known about the leaving is not known any more. */
function asCurrent(row: NewEmployment, id: string, known: Other | null): CurrentEmployment {
  const still = known?.ends_on === row.ends_on ? known : null
  return {
    ...row,
    id,
    contract_until: row.contract_until === undefined ? (known?.contract_until ?? null) : row.contract_until,
    leaving_kind: row.leaving_kind === undefined ? (still?.leaving_kind ?? null) : row.leaving_kind,
    leaving_reason: still?.leaving_reason ?? null,
    transferred_from: known?.transferred_from ?? null,
  }
}

/** What is current under these ids is closed, and the rows take its place, all from one instant on. */
export async function replaceEmployments(tx: Tx, context: Context, rows: CurrentEmployment[]): Promise<void> {
  if (rows.length === 0) return
  const now = await knownFromNow(tx)
  await closeEmployments(tx, rows, now)
  await insertRows(
    tx,
    'employments',
    rows.map(
      ({ person_id, id, organisation_id, post, contract_kind, contract_until, starts_on, ends_on, ...leaving }) => ({
        ...{ person_id, id, organisation_id, post, contract_kind, contract_until, starts_on, ends_on },
        leaving_kind: leaving.leaving_kind,
        leaving_reason: leaving.leaving_reason,
        transferred_from: leaving.transferred_from,
        known_from: now,
        recorded_by: context.actor.account_id,
        import_id: context.import_id ?? null,
      }),
    ),
  ).execute()
}

export async function closeEmployments(
  tx: Tx,
  rows: Pick<CurrentEmployment, 'person_id' | 'id'>[],
  now: string,
): Promise<void> {
  await tx
    .updateTable('employments')
    .set({ known_to: now })
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
    .where(knownAt('employments'))
    .execute()
}

/** The event of one version: everything that is said for the first time, or what changed. */
function recordedEvent(row: CurrentEmployment, known: Other | null) {
  return {
    kind: known ? 'employment.corrected' : 'employment.recorded',
    subject_kind: 'person',
    subject_id: row.person_id,
    organisation_id: row.organisation_id,
    changes: { employment_id: row.id, ...(known ? changesBetween({ ...known, id: row.id }, row) : firstSaid(row)) },
  }
}

const TOLD = ['post', 'contract_kind', 'contract_until', 'starts_on', 'ends_on', 'leaving_kind'] as const
const OPTIONAL: readonly string[] = ['contract_until', 'leaving_kind']

export function firstSaid(row: CurrentEmployment) {
  return Object.fromEntries(
    TOLD.filter((field) => !OPTIONAL.includes(field) || row[field]).map((field) => [field, row[field]]),
  )
}

/** What differs, as `{ post: ['care', 'management'] }`; a field that `known` does not have is left out. */
export function changesBetween(known: Partial<CurrentEmployment>, row: CurrentEmployment) {
  return Object.fromEntries(
    TOLD.filter((field) => field in known && known[field] !== row[field]).map((field) => [
      field,
      [known[field] ?? null, row[field]],
    ]),
  )
}
