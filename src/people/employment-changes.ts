/** What happens to an employment on record: its end, a correction, a transfer, and its withdrawal. What was known stays readable. */
import { recordHistory } from '../history/actions.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { faultAt, newIds } from './bulk.ts'
import { othersAtOnce, overlapFault } from './employment-overlaps.ts'
import { type Employment, getEmployment } from './employment-queries.ts'
import { contractFaults, leavingFaults } from './employment-rules.ts'
import type { Correction, Ending, Transfer } from './employment-shapes.ts'
import {
  type CurrentEmployment,
  changesBetween,
  closeEmployments,
  firstSaid,
  replaceEmployments,
} from './employments.ts'
import { knownAt, knownFromNow } from './known.ts'
import { organisationFaults, organisationInScope, putOnRoster } from './roster.ts'
import { employmentFaults } from './rules.ts'

/**
 * Ends an employment, or corrects its end. Refuses `employment.ends_before_start`, `employment.overlap` when the person was in the
 * post again by then. The same end, kind and reason again change nothing.
 */
export async function endEmployment(
  tx: Tx,
  context: Context,
  id: string,
  { ends_on, leaving_kind, reason }: Ending,
): Promise<Employment> {
  const known = await lockEmployment(tx, context, id)
  const row = { ...known, ends_on, leaving_kind, leaving_reason: reason }
  return rewrite(tx, context, 'employment.ended', known, row, reason)
}

/**
 * Corrects what was recorded wrongly, under the same id: what is left out stays, an end of null says that the person never left.
 * Refuses `employment.ends_before_start`, `employment.leaving_without_end`, `employment.contract_before_start`, `employment.overlap`.
 * Nothing changed is no event.
 */
export async function correctEmployment(
  tx: Tx,
  context: Context,
  id: string,
  { reason, ...input }: Correction,
): Promise<Employment> {
  const known = await lockEmployment(tx, context, id)
  const { ends_on = known.ends_on, leaving_kind = ends_on === null ? null : known.leaving_kind } = input
  const row = {
    ...known,
    post: input.post ?? known.post,
    contract_kind: input.contract_kind ?? known.contract_kind,
    contract_until: input.contract_until === undefined ? known.contract_until : input.contract_until,
    starts_on: input.starts_on ?? known.starts_on,
    ends_on,
    leaving_kind,
    leaving_reason: ends_on === null ? null : known.leaving_reason,
  }
  return rewrite(tx, context, 'employment.corrected', known, row, reason)
}

/** Takes back an employment recorded in error: from now on there is none, and nothing follows it. Answers it as it was. */
export async function withdrawEmployment(tx: Tx, context: Context, id: string, reason: string): Promise<Employment> {
  const known = await lockEmployment(tx, context, id)
  const employment = await getEmployment(tx, context.scope, id)
  await closeEmployments(tx, [known], await knownFromNow(tx))
  await recordHistory(tx, context, {
    ...eventOf(known, 'employment.withdrawn', reason),
    changes: { employment_id: id },
  })
  return employment
}

/**
 * Ends an employment on a day and starts the next, linked to it, from that day: another post or contract, or another organisation,
 * whose roster the person joins. An institution transfers within itself, an officer within the division. Answers the next one.
 * Refuses `employment.transfer_same`, `employment.ends_before_start`, `employment.ended`, `employment.transferred`,
 * `employment.contract_before_start`, `organisation.not_yours`, `organisation.closed`, `employment.overlap`.
 */
export async function transferEmployment(
  tx: Tx,
  context: Context,
  id: string,
  { on, reason, ...input }: Transfer,
): Promise<Employment> {
  const known = await lockEmployment(tx, context, id)
  refuseEnded(known, on)
  const { organisation_id = known.organisation_id, contract_kind = known.contract_kind } = input
  const next = {
    person_id: known.person_id,
    organisation_id,
    post: input.post ?? known.post,
    contract_kind,
    contract_until:
      input.contract_until === undefined
        ? contractKept(known, { organisation_id, contract_kind, on })
        : input.contract_until,
    starts_on: on,
    ends_on: null,
    leaving_kind: null,
    leaving_reason: null,
    transferred_from: id,
  }
  const days = [{ organisation_id: next.organisation_id, day: on }]
  const [faults] = await organisationFaults(tx, context.scope, '/on', days)
  refuseFaults([...faults!.foreign, ...faults!.closed, ...transferFaults(known, next), ...contractFaults(next)])
  const ended = { ...known, ends_on: on, leaving_kind: 'transferred', leaving_reason: reason }
  await refuseOverlap(tx, id, next)
  const [next_id] = await newIds(tx, 1)
  const started = { ...next, id: next_id! }
  await replaceEmployments(tx, context, [ended, started])
  await putOnRoster(tx, [started])
  await recordHistory(
    tx,
    context,
    {
      ...eventOf(known, 'employment.transferred', reason),
      changes: { employment_id: id, transferred_to: next_id, ...changesBetween(known, ended) },
    },
    {
      ...eventOf(started, 'employment.recorded', reason),
      changes: { employment_id: next_id, transferred_from: id, ...firstSaid(started) },
    },
  )
  return getEmployment(tx, context.scope, started.id)
}

/** The person is locked first: whoever waits for another change of the same employment then reads what that change wrote. */
async function lockEmployment(tx: Tx, context: Context, id: string): Promise<CurrentEmployment> {
  await lockFacts(tx)
  await tx
    .selectFrom('people')
    .select('id')
    .where('id', 'in', tx.selectFrom('employments').select('person_id').where('id', '=', id))
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  const known = await tx
    .selectFrom('employments')
    .innerJoin('organisations', 'organisations.id', 'employments.organisation_id')
    .select([
      'employments.id',
      'person_id',
      'organisation_id',
      'post',
      'contract_kind',
      'contract_until',
      'starts_on',
      'ends_on',
      'leaving_kind',
      'leaving_reason',
      'transferred_from',
    ])
    .where('employments.id', '=', id)
    .where(knownAt('employments'))
    .where(organisationInScope(context.scope))
    .forUpdate('employments')
    .executeTakeFirst()
  return known ?? notFound({ zh: '任职记录', en: 'employment' })
}

/** The row takes the place of what was known, when it says something else. */
async function rewrite(
  tx: Tx,
  context: Context,
  kind: string,
  known: CurrentEmployment,
  row: CurrentEmployment,
  reason: string,
): Promise<Employment> {
  refuseFaults([...employmentFaults(row), ...leavingFaults(row), ...contractFaults(row)])
  const changes = changesBetween(known, row)
  if (Object.keys(changes).length > 0 || known.leaving_reason !== row.leaving_reason) {
    await refuseOverlap(tx, row.id, row)
    await replaceEmployments(tx, context, [row])
    await recordHistory(tx, context, { ...eventOf(row, kind, reason), changes: { employment_id: row.id, ...changes } })
  }
  return getEmployment(tx, context.scope, row.id)
}

/** The database refuses it too; here the words have the dates. */
async function refuseOverlap(tx: Tx, id: string, row: Omit<CurrentEmployment, 'id'>): Promise<void> {
  const others = (await othersAtOnce(tx, [row])).get(0) ?? []
  const clash = others.find((other) => other.same_post && other.id !== id)
  if (!clash) return
  const fault = overlapFault(row, clash)
  refuse('conflict', fault.code, fault.message, { faults: [fault] })
}

/** Another post of the same organisation under the same contract leaves its term as it is. */
function contractKept(
  known: CurrentEmployment,
  next: { organisation_id: string; contract_kind: string; on: string },
): string | null {
  const { organisation_id, contract_kind, contract_until } = known
  if (organisation_id !== next.organisation_id || contract_kind !== next.contract_kind) return null
  return contract_until !== null && contract_until > next.on ? contract_until : null
}

function refuseEnded({ ends_on, leaving_kind }: CurrentEmployment, on: string): void {
  if (ends_on === null || (ends_on > on && leaving_kind !== 'transferred')) return
  if (leaving_kind === 'transferred')
    refuse('conflict', 'employment.transferred', {
      zh: `这段任职已于 ${ends_on} 调动，不能再调动一次。请在调动后的任职上办理；调动登记有误的，请先更正这段任职。`,
      en: `This employment was transferred on ${ends_on}: transfer the one that followed it, or correct this one first.`,
    })
  refuse('conflict', 'employment.ended', {
    zh: `这段任职已于 ${ends_on} 离岗，不能从 ${on} 起调动。离岗日期有误的，请先更正。`,
    en: `This employment ended on ${ends_on} and cannot be transferred from ${on}: correct its end first if it is wrong.`,
  })
}

function transferFaults(known: CurrentEmployment, next: Omit<CurrentEmployment, 'id'>) {
  const faults = employmentFaults({ starts_on: known.starts_on, ends_on: next.starts_on }).map((fault) => ({
    ...fault,
    pointer: '/on',
  }))
  const same =
    next.organisation_id === known.organisation_id &&
    next.post === known.post &&
    next.contract_kind === known.contract_kind
  if (same)
    faults.push(
      faultAt(
        '/post',
        'employment.transfer_same',
        '机构、岗位和合同都没有变，不是调动。请至少改一项；只是登记有误的，请用更正。',
        'Organisation, post and contract are all the same, which is no transfer: change one of them, or correct the employment.',
      ),
    )
  return faults
}

function eventOf({ person_id, organisation_id }: Omit<CurrentEmployment, 'id'>, kind: string, reason: string) {
  return { kind, subject_kind: 'person', subject_id: person_id, organisation_id, reason }
}
