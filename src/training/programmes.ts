/** Writes of schools' programmes (养老托育相关专业): added and corrected, their figures stated and corrected, graduates linked to persons of the register. */
import { sql } from 'kysely'
import { refuseStale } from '../access/route.ts'
import { recordHistory } from '../history/actions.ts'
import { asArray, faultAt } from '../people/bulk.ts'
import { knownAt, knownFromNow } from '../people/known.ts'
import { notErased, personInScope } from '../people/roster.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context, Scope } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuseFaults } from '../platform/errors.ts'
import { getProgramme, isSchool, listProgrammeYears } from './programme-queries.ts'
import { correctionFaults, figureFaults, linkFaults, type SchoolLeaver } from './programme-rules.ts'
import type { CorrectedProgramme, NewFigures, NewProgramme, ProgrammeView, ProgrammeYear } from './programme-shapes.ts'

/**
 * Adds a programme of a school in the actor's division. Faults `programme.district_unknown`, `programme.organisation_unknown` (no
 * training institution of the division); 409 `programme.exists`.
 */
export async function addProgramme(tx: Tx, context: Context, input: NewProgramme): Promise<ProgrammeView> {
  const { scope, actor } = context
  refuseFaults(await placeFaults(tx, scope, input))
  const { id } = await tx
    .insertInto('programmes')
    .values({ ...input, added_by: actor.account_id, added_at: context.now })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, { ...eventOf({ id, ...input }, 'added'), changes: { ...input } })
  return getProgramme(tx, scope, id)
}

const FIELDS = ['school', 'name', 'level', 'workforce', 'district_code', 'organisation_id'] as const

/**
 * Says a programme anew where it was registered wrongly, as a version of its own; saying the same again changes nothing. Refuses
 * `revision.stale` (412), 409 `programme.exists`, and the faults of {@link addProgramme} and {@link correctionFaults}.
 */
export async function correctProgramme(
  tx: Tx,
  context: Context,
  id: string,
  revision: number,
  { reason, ...input }: CorrectedProgramme,
): Promise<ProgrammeView> {
  const programme = await lockProgramme(tx, context, id)
  if (programme.revision !== revision) refuseStale()
  const said = { ...input, organisation_id: input.organisation_id ?? null }
  refuseFaults([...(await placeFaults(tx, context.scope, said)), ...correctionFaults(programme, said)])
  const changed = FIELDS.filter((field) => said[field] !== programme[field])
  if (changed.length === 0) return programme
  await tx
    .updateTable('programmes')
    .set({ ...said, reason, recorded_by: context.actor.account_id, revision: revision + 1 })
    .where('id', '=', id)
    .execute()
  await recordHistory(tx, context, {
    ...eventOf(programme, 'corrected'),
    reason,
    changes: Object.fromEntries(changed.map((field) => [field, [programme[field], said[field]]])),
  })
  return getProgramme(tx, context.scope, id)
}

async function placeFaults(
  tx: Tx,
  scope: Scope,
  { district_code, organisation_id }: Pick<NewProgramme, 'district_code' | 'organisation_id'>,
): Promise<Fault[]> {
  const district = await tx
    .selectFrom('districts')
    .select('code')
    .where('code', '=', district_code)
    .where('code', 'like', `${scope.kind === 'division' ? scope.prefix : ' '}%`)
    .executeTakeFirst()
  const known = !organisation_id || (await isSchool(tx, scope, organisation_id))
  return [
    ...(district
      ? []
      : [
          faultAt(
            '/district_code',
            'programme.district_unknown',
            `辖区内没有区划代码 ${district_code}，请从列表中选择区县。`,
            `There is no division ${district_code} in yours: choose a district from the list.`,
          ),
        ]),
    ...(known
      ? []
      : [
          faultAt(
            '/organisation_id',
            'programme.organisation_unknown',
            '请选择本辖区在办的一家培训机构。',
            'Choose a training institution in operation of your division.',
          ),
        ]),
  ]
}

/**
 * States intake and graduates of a year, or corrects them: what was said before stays on record. Saying the same again changes nothing.
 * Faults: `programme.figures_missing`, `programme.year_future`, `programme.reason_missing` (a correction says why).
 */
export async function recordFigures(
  tx: Tx,
  context: Context,
  programme_id: string,
  { year, citation, ...input }: NewFigures,
): Promise<ProgrammeYear> {
  const programme = await lockProgramme(tx, context, programme_id)
  const before = (await listProgrammeYears(tx, programme_id)).find((one) => one.year === year && one.citation !== null)
  const said = { intake: input.intake ?? null, graduates: input.graduates ?? null, citation }
  const same = before && Object.entries(said).every(([name, value]) => before[name as keyof typeof said] === value)
  refuseFaults(figureFaults({ year, ...said }, localDate(context.now), before !== undefined && !same && !input.reason))
  if (!same) {
    const now = await knownFromNow(tx)
    await sql`update programme_years set known_to = ${now}::timestamptz
      where programme_id = ${programme_id}::uuid and year = ${year} and known_to = 'infinity'`.execute(tx)
    const reason = before ? input.reason! : null
    const recorded_by = context.actor.account_id
    await tx
      .insertInto('programme_years')
      .values({ programme_id, year, ...said, reason, known_from: now, recorded_by })
      .execute()
    await recordHistory(tx, context, {
      ...eventOf(programme, before ? 'figures_corrected' : 'figures_recorded'),
      reason,
      changes: {
        year,
        intake: before ? [before.intake, said.intake] : said.intake,
        graduates: before ? [before.graduates, said.graduates] : said.graduates,
      },
    })
  }
  return (await listProgrammeYears(tx, programme_id)).find((one) => one.year === year)!
}

/**
 * Links educations of persons within the scope to the programme they graduated from; those linked already stay. All or none. Faults by
 * `/education_ids/0`: `graduate.education_unknown`, `graduate.not_graduated`, `graduate.unfit` (another school or level),
 * `graduate.linked_elsewhere`.
 */
export async function linkGraduates(tx: Tx, context: Context, programme_id: string, education_ids: string[]) {
  const programme = await lockProgramme(tx, context, programme_id)
  const { rows } = await sql<SchoolLeaver & { id: string }>`
    select e.id, e.school, e.level, e.graduated_on, g.programme_id from educations e
      left join programme_graduates g on g.education_id = e.id and ${knownAt('g')}
    where e.id = any (${asArray(education_ids)}::uuid[]) and ${knownAt('e')}
      and ${personInScope(context.scope, sql.ref('e.person_id'))} and ${notErased(sql.ref('e.person_id'))}`.execute(tx)
  const found = new Map(rows.map((row) => [row.id, row]))
  refuseFaults(education_ids.flatMap((id, index) => linkFaults(programme, found.get(id), `/education_ids/${index}`)))
  const added = rows.filter((row) => row.programme_id === null)
  if (added.length > 0) {
    await tx
      .insertInto('programme_graduates')
      .values(added.map(({ id }) => ({ programme_id, education_id: id, recorded_by: context.actor.account_id })))
      .execute()
    await recordHistory(tx, context, {
      ...eventOf(programme, 'graduates_linked'),
      changes: { education_ids: added.map(({ id }) => id) },
    })
  }
  return { changed: added.length, unchanged: found.size - added.length }
}

/** Takes links back that were made in error. All or none; fault by `/education_ids/0`: `graduate.not_linked`. */
export async function unlinkGraduates(
  tx: Tx,
  context: Context,
  programme_id: string,
  { education_ids, reason }: { education_ids: string[]; reason: string },
) {
  const programme = await lockProgramme(tx, context, programme_id)
  const { rows } = await sql<{ education_id: string }>`
    update programme_graduates g set known_to = clock_timestamp() from educations e
    where g.programme_id = ${programme_id}::uuid and g.known_to = 'infinity' and g.education_id = any (${asArray(education_ids)}::uuid[])
      and e.id = g.education_id and ${knownAt('e')} and ${personInScope(context.scope, sql.ref('e.person_id'))}
    returning g.education_id`.execute(tx)
  const closed = new Set(rows.map(({ education_id }) => education_id))
  refuseFaults(
    education_ids.flatMap((id, index) =>
      closed.has(id)
        ? []
        : faultAt(
            `/education_ids/${index}`,
            'graduate.not_linked',
            '这条学历没有关联到本专业。',
            'The education is not linked to this programme.',
          ),
    ),
  )
  await recordHistory(tx, context, {
    ...eventOf(programme, 'graduates_unlinked'),
    reason,
    changes: { education_ids: [...closed] },
  })
  return { changed: closed.size, unchanged: 0 }
}

/** Its row held, so that a figure or a link is written once. */
async function lockProgramme(tx: Tx, { scope }: Context, id: string): Promise<ProgrammeView> {
  await tx.selectFrom('programmes').select('id').where('id', '=', id).forUpdate().execute()
  return getProgramme(tx, scope, id)
}

function eventOf({ id, district_code }: Pick<ProgrammeView, 'id' | 'district_code'>, verb: string) {
  return { kind: `programme.${verb}`, subject_kind: 'programme', subject_id: id, district_code }
}
