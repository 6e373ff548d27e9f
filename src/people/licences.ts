/** Licences to practise (执业资格) of people: read as known now or at an instant, recorded, corrected, withdrawn. */
import { recordHistory } from '../history/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context, Scope } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { type Change, newIds } from './bulk.ts'
import { closeFact, type Instant, knownAt, knownFromNow } from './known.ts'
import { LICENCE_TWICE, licenceFaults } from './licence-rules.ts'
import type { LicenceCorrection, NewLicence } from './licence-shapes.ts'
import { lockPerson, personInScope } from './roster.ts'

export type Licence = Awaited<ReturnType<ReturnType<typeof licenceRows>['execute']>>[number]
type Row = Omit<Licence, 'person_name'>

function licenceRows(db: Db, known_at?: Instant) {
  return db
    .selectFrom('licences')
    .innerJoin('people', 'people.id', 'licences.person_id')
    .select(['licences.id', 'licences.person_id', 'people.name as person_name', 'licences.kind', 'licences.number'])
    .select(['licences.issued_on', 'licences.valid_until', 'licences.evidence'])
    .where(knownAt('licences', known_at))
}

/** The licences of a person whose page the caller was already allowed to see, the latest first. */
export function licencesOf(db: Db, person_id: string, known_at?: Instant): Promise<Licence[]> {
  return licenceRows(db, known_at)
    .where('licences.person_id', '=', person_id)
    .orderBy('licences.issued_on', 'desc')
    .orderBy('licences.id')
    .execute()
}

export async function getLicence(db: Db, scope: Scope, id: string): Promise<Licence> {
  const row = await licenceRows(db).where('licences.id', '=', id).where(personInScope(scope)).executeTakeFirst()
  return row ?? notFound({ zh: '执业资格', en: 'licence' })
}

/**
 * Records a licence of a person within the scope; the same once more changes nothing. Refuses `licence.future`,
 * `licence.ends_before_start`, `licence.twice` when kind and number are on record with something else.
 */
export async function recordLicence(
  tx: Tx,
  context: Context,
  person_id: string,
  input: NewLicence,
): Promise<Licence & { change: Change }> {
  await lockFacts(tx)
  await lockPerson(tx, context.scope, person_id)
  const { kind, number, issued_on, valid_until = null, evidence = null } = input
  const said = { kind, number, issued_on, valid_until, evidence }
  refuseFaults(licenceFaults(said, localDate(context.now)))
  const twin = await twinOf(tx, { person_id, kind, number })
  if (twin && fieldsChanged(twin, said).length === 0) return { ...twin, change: 'same' }
  if (twin) refuseTwice()
  const [id] = await newIds(tx, 1)
  const row = { id: id!, person_id, ...said }
  await replaceLicence(tx, context, row)
  await recordHistory(tx, context, {
    ...eventOf(row, 'licence.recorded'),
    changes: { licence_id: id, kind, issued_on, ...(valid_until && { valid_until }) },
  })
  return { ...(await getLicence(tx, context.scope, row.id)), change: 'new' }
}

/** Corrects a licence: what is left out stays, null empties; nothing changed is no event. Refuses as {@link recordLicence}. */
export async function correctLicence(
  tx: Tx,
  context: Context,
  id: string,
  { reason, ...input }: LicenceCorrection,
): Promise<Licence> {
  const { person_name: _, ...known } = await lockLicence(tx, context, id)
  const row = { ...known, ...Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) }
  refuseFaults(licenceFaults(row, localDate(context.now)))
  const fields = fieldsChanged(known, row)
  if (fields.length > 0) {
    const twin = await twinOf(tx, row)
    if (twin && twin.id !== id) refuseTwice()
    await replaceLicence(tx, context, row)
    await recordHistory(tx, context, {
      ...eventOf(row, 'licence.corrected'),
      reason,
      changes: {
        licence_id: id,
        // a number names a person as an ID number does
        ...Object.fromEntries(
          fields.map((field) => [field, NAMING.includes(field) ? true : [known[field], row[field]]]),
        ),
      },
    })
  }
  return getLicence(tx, context.scope, id)
}

/** Takes a licence back that was recorded in error or proved false. Answers it as it was. */
export async function withdrawLicence(tx: Tx, context: Context, id: string, reason: string): Promise<Licence> {
  const known = await lockLicence(tx, context, id)
  await closeFact(tx, 'licences', known, await knownFromNow(tx))
  await recordHistory(tx, context, {
    ...eventOf(known, 'licence.withdrawn'),
    reason,
    changes: { licence_id: id, kind: known.kind },
  })
  return known
}

async function lockLicence(tx: Tx, context: Context, id: string): Promise<Licence> {
  const { person_id } = await getLicence(tx, context.scope, id)
  await lockFacts(tx)
  await lockPerson(tx, context.scope, person_id)
  return getLicence(tx, context.scope, id)
}

async function twinOf(tx: Tx, row: Pick<Row, 'person_id' | 'kind' | 'number'>): Promise<Licence | undefined> {
  const known = await licencesOf(tx, row.person_id)
  return known.find(({ kind, number }) => kind === row.kind && number === row.number)
}

function refuseTwice(): never {
  refuse('conflict', LICENCE_TWICE.code, LICENCE_TWICE.message)
}

const FIELDS = ['kind', 'number', 'issued_on', 'valid_until', 'evidence'] as const
type Field = (typeof FIELDS)[number]
const NAMING: Field[] = ['number', 'evidence']

function fieldsChanged(known: Pick<Row, Field>, row: Pick<Row, Field>): Field[] {
  return FIELDS.filter((field) => known[field] !== row[field])
}

async function replaceLicence(tx: Tx, context: Context, row: Row): Promise<void> {
  const now = await knownFromNow(tx)
  await closeFact(tx, 'licences', row, now)
  await tx
    .insertInto('licences')
    .values({ ...row, known_from: now, recorded_by: context.actor.account_id })
    .execute()
}

function eventOf({ person_id }: Pick<Row, 'person_id'>, kind: string) {
  return { kind, subject_kind: 'person', subject_id: person_id }
}
