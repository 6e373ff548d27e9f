/** Writes of organisations: registering, amending, closing and reopening. */
import { refuseStale } from '../access/route.ts'
import { recordHistory } from '../history/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { type Fault, notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { addFiling } from './filings.ts'
import { getOrganisation, inDivision, type OrganisationRow } from './queries.ts'
import { fault, filingFaults, keptCreditCode, organisationFaults, subjectOf } from './rules.ts'
import type { Closing, NewOrganisation, OrganisationAmendment } from './shapes.ts'

/**
 * Registers an organisation in a district of the actor's own division; `filed_from` makes its first filing. Refuses
 * `organisation.name_taken`, `organisation.credit_code_taken`, `organisation.assessor_prefix_taken`, and with faults what
 * organisationFaults() names, `credit_code.format`, `organisation.district_unknown`, `organisation.township_unknown`,
 * `organisation.parent_unknown`,
 * `filing.start_missing` and `filing.ends_before_start`.
 */
export async function registerOrganisation(tx: Tx, context: Context, input: NewOrganisation): Promise<OrganisationRow> {
  await lockFacts(tx)
  const { filed_from = null, filed_to = null, ...given } = input
  const { credit_code, faults } = keptCreditCode(given.credit_code)
  const row = {
    name: given.name,
    kinds: given.kinds,
    facility_kind: given.facility_kind ?? null,
    ownership: given.ownership ?? null,
    credit_code,
    district_code: given.district_code,
    township_code: given.township_code ?? null,
    parent_id: given.parent_id ?? null,
    assessor_prefix: given.assessor_prefix ?? null,
  }
  faults.push(...organisationFaults(row), ...(await placeFaults(tx, context, row)))
  if (filed_from) faults.push(...inFields(filingFaults({ starts_on: filed_from, ends_on: filed_to })))
  else if (filed_to) faults.push(FILED_FROM_MISSING)
  refuseFaults(faults)
  const { id } = await tx.insertInto('organisations').values(row).returning('id').executeTakeFirstOrThrow()
  if (filed_from)
    await addFiling(tx, context, id, { kind: 'filing', starts_on: filed_from, ends_on: filed_to, reference: null })
  await recordHistory(tx, context, {
    kind: 'organisation.registered',
    ...subjectOf({ id, district_code: row.district_code }),
    changes: { name: row.name, kinds: row.kinds, ...(filed_from && { starts_on: filed_from, ends_on: filed_to }) },
  })
  return getOrganisation(tx, context.scope, id, localDate(context.now))
}

const FILED_FROM_MISSING = fault(
  '/filed_from',
  'filing.start_missing',
  '填了备案止期，也要填备案起期。',
  'A filing that ends must also start: give its first day.',
)

/** A first filing is said in two fields of the organisation. */
function inFields(faults: Fault[]): Fault[] {
  return faults.map((one) => ({ ...one, pointer: '/filed_to' }))
}

/**
 * Amends an organisation of the actor's division: what is left out stays, null empties. Refuses `revision.stale`, the codes of
 * {@link registerOrganisation}, `organisation.parent_circle`, and `organisation.reason_missing` when name, district, township, kind of
 * facility or ownership change without a reason: certificates, lines, reviews and payments name and rest on them.
 */
export async function amendOrganisation(
  tx: Tx,
  context: Context,
  id: string,
  revision: number,
  { reason, ...input }: OrganisationAmendment,
): Promise<OrganisationRow> {
  await lockFacts(tx)
  const { revision: current, closed_on: _, ...known } = await lockOrganisation(tx, context, id)
  if (current !== revision) refuseStale()
  const code =
    input.credit_code === undefined ? { credit_code: known.credit_code, faults: [] } : keptCreditCode(input.credit_code)
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
  const row = { ...known, ...(given as Partial<typeof known>), credit_code: code.credit_code }
  const changed = (Object.keys(known) as (keyof typeof known)[]).filter(
    (field) => JSON.stringify(row[field]) !== JSON.stringify(known[field]),
  )
  const faults = [...code.faults, ...organisationFaults(row), ...(await placeFaults(tx, context, row, known))]
  if (
    !reason &&
    changed.some((field) => ['name', 'district_code', 'township_code', 'facility_kind', 'ownership'].includes(field))
  )
    faults.push(
      fault(
        '/reason',
        'organisation.reason_missing',
        '变更名称、区县、镇街、机构类型或举办性质必须写明理由。',
        'Changing name, district, township, kind of facility or ownership needs a reason.',
      ),
    )
  refuseFaults(faults)
  if (changed.length > 0) {
    const { parent_id, ...others } = row
    await tx
      .updateTable('organisations')
      .set({ ...others, ...(changed.includes('parent_id') && { parent_id }), revision: revision + 1 })
      .where('id', '=', id)
      .execute()
    await recordHistory(tx, context, {
      kind: 'organisation.amended',
      ...subjectOf({ id, district_code: row.district_code }),
      reason: reason ?? null,
      changes: Object.fromEntries(changed.map((field) => [field, [known[field], row[field]]])),
    })
  }
  return getOrganisation(tx, context.scope, id, localDate(context.now))
}

/**
 * Closes an organisation from a day on; what it was stays on record, and its accounts can still read. Refuses
 * `organisation.closed_already`.
 */
export async function closeOrganisation(
  tx: Tx,
  context: Context,
  id: string,
  { closed_on, reason }: Closing,
): Promise<OrganisationRow> {
  await lockFacts(tx)
  const known = await lockOrganisation(tx, context, id)
  if (known.closed_on !== null)
    refuse('conflict', 'organisation.closed_already', {
      zh: `“${known.name}”已登记自 ${known.closed_on} 起停办。日期有误的，请先恢复开办再重新登记停办。`,
      en: `“${known.name}” is on record as closed from ${known.closed_on} on. If the day is wrong, reopen it first, then close it again.`,
    })
  await setClosedOn(tx, id, known.revision, closed_on)
  await recordHistory(tx, context, {
    kind: 'organisation.closed',
    ...subjectOf({ id, district_code: known.district_code }),
    reason,
    changes: { closed_on },
  })
  return getOrganisation(tx, context.scope, id, localDate(context.now))
}

/** Takes a closing back. Refuses `organisation.not_closed`, and `organisation.name_taken` when another took the name since. */
export async function reopenOrganisation(
  tx: Tx,
  context: Context,
  id: string,
  reason: string,
): Promise<OrganisationRow> {
  await lockFacts(tx)
  const known = await lockOrganisation(tx, context, id)
  if (known.closed_on === null)
    refuse('conflict', 'organisation.not_closed', {
      zh: `“${known.name}”没有登记停办，不需要恢复。`,
      en: `“${known.name}” is not on record as closed; there is nothing to take back.`,
    })
  await setClosedOn(tx, id, known.revision, null)
  await recordHistory(tx, context, {
    kind: 'organisation.reopened',
    ...subjectOf({ id, district_code: known.district_code }),
    reason,
    changes: { closed_on: [known.closed_on, null] },
  })
  return getOrganisation(tx, context.scope, id, localDate(context.now))
}

async function setClosedOn(tx: Tx, id: string, revision: number, closed_on: string | null): Promise<void> {
  await tx
    .updateTable('organisations')
    .set({ closed_on, revision: revision + 1 })
    .where('id', '=', id)
    .execute()
}

async function lockOrganisation(tx: Tx, context: Context, id: string) {
  const row = await tx
    .selectFrom('organisations')
    .select([
      'name',
      'kinds',
      'facility_kind',
      'ownership',
      'credit_code',
      'district_code',
      'township_code',
      'parent_id',
      'assessor_prefix',
      'closed_on',
      'revision',
    ])
    .where('id', '=', id)
    .where((eb) => inDivision(eb, context.scope))
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row ?? notFound({ zh: '机构', en: 'organisation' })
}

type Place = { district_code: string; township_code: string | null; parent_id: string | null }

/** District and parent lie in the actor's own division, the township in the district; what was so before is not asked again. */
async function placeFaults(tx: Tx, context: Context, row: Place, known?: Place): Promise<Fault[]> {
  const faults: Fault[] = []
  if (row.district_code !== known?.district_code) {
    if (context.scope.kind !== 'division' || !row.district_code.startsWith(context.scope.prefix))
      notFound({ zh: '区县', en: 'district' })
    const district = await tx
      .selectFrom('districts')
      .select('code')
      .where('code', '=', row.district_code)
      .executeTakeFirst()
    if (!district)
      faults.push(
        fault(
          '/district_code',
          'organisation.district_unknown',
          `没有区划代码 ${row.district_code}，请从列表中选择区县。`,
          `There is no division ${row.district_code}: choose a district from the list.`,
        ),
      )
  }
  faults.push(...(await townshipFaults(tx, row)))
  if (row.parent_id !== null && row.parent_id !== known?.parent_id) {
    const parent = await tx
      .selectFrom('organisations')
      .select('id')
      .where('id', '=', row.parent_id)
      .where((eb) => inDivision(eb, context.scope))
      .executeTakeFirst()
    if (!parent)
      faults.push(
        fault(
          '/parent_id',
          'organisation.parent_unknown',
          '本辖区没有这个上级机构。跨区县的连锁请由市级管理员登记。',
          'There is no such parent in your division; a city administrator records chains across districts.',
        ),
      )
  }
  return faults
}

/** An organisation that moves to another district says in which township of that it lies now, or in none that is known. */
async function townshipFaults(tx: Tx, { district_code, township_code }: Place): Promise<Fault[]> {
  if (township_code === null) return []
  const township = await tx
    .selectFrom('townships')
    .select('name')
    .where('code', '=', township_code)
    .where('district_code', '=', district_code)
    .executeTakeFirst()
  return township
    ? []
    : [
        fault(
          '/township_code',
          'organisation.township_unknown',
          `区县 ${district_code} 没有登记镇街 ${township_code}，请选择该区县的镇街，或留空。`,
          `The district ${district_code} has no township ${township_code} on record: choose one of its own, or none.`,
        ),
      ]
}
