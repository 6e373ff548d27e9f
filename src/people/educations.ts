/** Educations (schooling, 学历) of people: recorded, corrected, withdrawn, and summed up as the highest level. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { refuse, refuseFaults } from '../platform/errors.ts'
import { type Change, newIds } from './bulk.ts'
import { type Education, educated, educationsOf, getEducation } from './education-queries.ts'
import { educationConstraints, graduationFaults } from './education-rules.ts'
import type { EducationCorrection, NewEducation } from './education-shapes.ts'
import { closeFact, knownAt, knownFromNow } from './known.ts'
import { lockPerson } from './roster.ts'
import { EDUCATIONS } from './rules.ts'

type Row = Omit<Education, 'person_name'>

/**
 * Records an education of a person within the scope; the same once more changes nothing. Refuses `education.future`,
 * `education.ends_before_start`, `education.twice` when level, school and graduation are on record with something else.
 */
export async function recordEducation(
  tx: Tx,
  context: Context,
  person_id: string,
  input: NewEducation,
): Promise<Education & { change: Change }> {
  await lockPersonForEducation(tx, context, person_id)
  const { level, school, mode } = input
  const { major = null, starts_on = null, graduated_on = null, certificate_number = null, evidence = null } = input
  const said = { level, school, major, mode, starts_on, graduated_on, certificate_number, evidence }
  refuseFaults(graduationFaults(said, localDate(context.now)))
  const twin = await twinOf(tx, { person_id, ...said })
  if (twin && fieldsChanged(twin, said).length === 0) return { ...twin, change: 'same' }
  if (twin) refuseTwice()
  const [id] = await newIds(tx, 1)
  const row = { id: id!, person_id, ...said }
  await stateEducation(tx, person_id)
  await replaceEducation(tx, context, row)
  await sumUp(tx, person_id)
  await recordHistory(tx, context, {
    ...eventOf(row, 'education.recorded'),
    changes: { education_id: id, level, school, mode, ...(graduated_on && { graduated_on }) },
  })
  return { ...(await getEducation(tx, context.scope, row.id)), change: 'new' }
}

/** Corrects an education: what is left out stays, null empties; nothing changed is no event. Refuses as {@link recordEducation}. */
export async function correctEducation(
  tx: Tx,
  context: Context,
  id: string,
  { reason, ...input }: EducationCorrection,
): Promise<Education> {
  const { person_name: _, ...known } = await lockEducation(tx, context, id)
  const row = { ...known, ...Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) }
  refuseFaults(graduationFaults(row, localDate(context.now)))
  const fields = fieldsChanged(known, row)
  if (fields.length > 0) {
    const twin = await twinOf(tx, row)
    if (twin && twin.id !== id) refuseTwice()
    await replaceEducation(tx, context, row)
    await sumUp(tx, row.person_id)
    await recordHistory(tx, context, {
      ...eventOf(row, 'education.corrected'),
      reason,
      changes: {
        education_id: id,
        ...Object.fromEntries(fields.map((field) => [field, TOLD.has(field) ? [known[field], row[field]] : true])),
      },
    })
  }
  return getEducation(tx, context.scope, id)
}

/** Takes an education back that was recorded in error or proved false. Answers it as it was. */
export async function withdrawEducation(tx: Tx, context: Context, id: string, reason: string): Promise<Education> {
  const known = await lockEducation(tx, context, id)
  await closeFact(tx, 'educations', known, await knownFromNow(tx))
  await sumUp(tx, known.person_id)
  await recordHistory(tx, context, {
    ...eventOf(known, 'education.withdrawn'),
    reason,
    changes: { education_id: id, level: known.level, school: known.school },
  })
  return known
}

/** Locks the person, so that the highest level is that of everything on record. */
async function lockPersonForEducation(tx: Tx, context: Context, person_id: string): Promise<void> {
  await lockFacts(tx)
  await lockPerson(tx, context.scope, person_id)
}

async function lockEducation(tx: Tx, context: Context, id: string): Promise<Education> {
  const { person_id } = await getEducation(tx, context.scope, id)
  await lockPersonForEducation(tx, context, person_id)
  return getEducation(tx, context.scope, id)
}

async function twinOf(tx: Tx, row: Omit<Row, 'id'>): Promise<Education | undefined> {
  const known = await educationsOf(tx, row.person_id)
  return known.find(
    ({ level, school, graduated_on }) =>
      level === row.level && school === row.school && graduated_on === row.graduated_on,
  )
}

function refuseTwice(): never {
  const { code, message } = educationConstraints.educations_once!
  refuse('conflict', code, message)
}

const FIELDS = [
  'level',
  'school',
  'major',
  'mode',
  'starts_on',
  'graduated_on',
  'certificate_number',
  'evidence',
] as const
type Field = (typeof FIELDS)[number]
/** What the history may quote: the number of a certificate used to be that of the identity card. */
const TOLD: Set<Field> = new Set(['level', 'school', 'mode', 'graduated_on'])

function fieldsChanged(known: Pick<Row, Field>, row: Pick<Row, Field>): Field[] {
  return FIELDS.filter((field) => known[field] !== row[field])
}

async function replaceEducation(tx: Tx, context: Context, row: Row): Promise<void> {
  const now = await knownFromNow(tx)
  await closeFact(tx, 'educations', row, now)
  await tx
    .insertInto('educations')
    .values({ ...row, known_from: now, recorded_by: context.actor.account_id })
    .execute()
}

/** Before the first education of a person, what was typed is put aside. */
export async function stateEducation(tx: Tx, person_id: string): Promise<void> {
  await sql`
    update people set stated_education = education
    where id = ${person_id}::uuid and not ${educated}`.execute(tx)
}

/** The highest level among the current educations, or what was typed when there is none. */
export async function sumUp(tx: Tx, person_id: string): Promise<void> {
  await sql`
    with highest as (
      select coalesce((
        select level from educations e where e.person_id = people.id and ${knownAt('e')}
        order by array_position(${Object.keys(EDUCATIONS)}::text[], level) desc limit 1
      ), stated_education) as level from people where id = ${person_id}::uuid
    )
    update people set education = highest.level, stated_education = case when ${educated} then stated_education end,
      revision = revision + case when education is distinct from highest.level then 1 else 0 end
    from highest where id = ${person_id}::uuid`.execute(tx)
}

function eventOf({ person_id }: Pick<Row, 'person_id'>, kind: string) {
  return { kind, subject_kind: 'person', subject_id: person_id }
}
