/** Writes of courses: added, and changed from a day on, which makes a version and leaves classes that were opened alone. */
import { refuseStale } from '../access/route.ts'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, notFound, refuseFaults } from '../platform/errors.ts'
import { ownOrganisation } from './actions.ts'
import type { ChangedCourse, NewCourse } from './course-shapes.ts'
import { COURSE, type CourseRow, getCourse, listOccupations } from './queries.ts'

type Subject = Pick<NewCourse, 'kind' | 'occupation_code' | 'level'>
type Versioned = Omit<NewCourse, keyof Subject | 'name' | 'entry_check'>

/**
 * Adds a course of the actor's organisation; its first version holds from the beginning. An edition that the reference data do not know
 * is taken, and shown as unknown: standards are reissued. Faults: `course.field_missing` (occupation, edition and level of a skill-level
 * course), `course.occupation_unknown`, `course.level_unknown` (the occupation has no such level), `course.no_hours`,
 * `course.citation_missing` and `course.amount_missing` (an amount and where it was read come together).
 */
export async function addCourse(tx: Tx, context: Context, input: NewCourse): Promise<CourseRow> {
  refuseFaults(await courseFaults(tx, input))
  const { id } = await tx
    .insertInto('courses')
    .values({ ...input, organisation_id: ownOrganisation(context), recorded_by: context.actor.account_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'course.added',
    subject_kind: 'course',
    subject_id: id,
    changes: { name: input.name, kind: input.kind },
  })
  return getCourse(tx, context.scope, id)
}

const FIELDS = [
  ...(['valid_from', 'standard_edition', 'theory_hours', 'practice_hours', 'attendance_percent'] as const),
  ...(['price_fen', 'price_citation', 'person_subsidy_fen', 'person_subsidy_citation'] as const),
  ...(['provider_subsidy_fen', 'provider_subsidy_citation'] as const),
]

/**
 * Says a course anew from a day on: a version of its own, which classes opened from now on take when they start on that day or later.
 * Saying the same again changes nothing. Refuses `revision.stale` (412) and the faults of {@link addCourse}.
 */
export async function changeCourse(
  tx: Tx,
  context: Context,
  id: string,
  revision: number,
  { reason, ...input }: ChangedCourse,
): Promise<CourseRow> {
  const course = await tx
    .selectFrom('courses')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', ownOrganisation(context))
    .forUpdate()
    .executeTakeFirst()
  if (!course) notFound(COURSE)
  if (course.revision !== revision) refuseStale()
  refuseFaults(await courseFaults(tx, { ...course, ...input }))
  const changed = FIELDS.filter((field) => (input[field] ?? null) !== course[field])
  if (changed.length > 0) {
    const values = Object.fromEntries(FIELDS.map((field) => [field, input[field] ?? null]))
    await tx
      .updateTable('courses')
      .set({ ...values, reason, recorded_by: context.actor.account_id, revision: revision + 1 })
      .where('id', '=', id)
      .execute()
    await recordHistory(tx, context, {
      kind: 'course.changed',
      subject_kind: 'course',
      subject_id: id,
      reason,
      changes: Object.fromEntries(changed.map((field) => [field, [course[field], values[field]]])),
    })
  }
  return getCourse(tx, context.scope, id)
}

async function courseFaults(tx: Tx, input: { kind: string } & Omit<Subject, 'kind'> & Versioned): Promise<Fault[]> {
  return [
    ...missingFields(input),
    ...(await occupationFaults(tx, input)),
    ...hoursFaults(input),
    ...citationFaults(input),
  ]
}

const SKILL_LEVEL_FIELDS = [
  ['occupation_code', '职业', 'occupation'],
  ['standard_edition', '职业标准版本', 'edition of the standard'],
  ['level', '等级', 'level'],
] as const

function missingFields(input: { kind: string } & Pick<NewCourse, (typeof SKILL_LEVEL_FIELDS)[number][0]>): Fault[] {
  if (input.kind !== 'skill_level') return []
  return SKILL_LEVEL_FIELDS.filter(([field]) => !input[field]).map(([field, zh, en]) =>
    faultAt(
      `/${field}`,
      'course.field_missing',
      `等级认定培训必须填写${zh}。`,
      `A course for a skill level needs the ${en}.`,
    ),
  )
}

async function occupationFaults(tx: Tx, { occupation_code, level }: Omit<Subject, 'kind'>): Promise<Fault[]> {
  if (!occupation_code) return []
  const occupation = (await listOccupations(tx)).find(({ code }) => code === occupation_code)
  if (!occupation)
    return [
      faultAt(
        '/occupation_code',
        'course.occupation_unknown',
        `没有代码为 ${occupation_code} 的职业，请从列表中选择。`,
        `There is no occupation ${occupation_code}; choose one from the list.`,
      ),
    ]
  if (!level || occupation.levels.includes(level)) return []
  return [
    faultAt(
      '/level',
      'course.level_unknown',
      `${occupation.name}没有第 ${level} 级，可选：${occupation.levels.join('、')}。`,
      `${occupation.name} has no level ${level}; it has ${occupation.levels.join(', ')}.`,
    ),
  ]
}

function hoursFaults({ theory_hours, practice_hours }: Pick<NewCourse, 'theory_hours' | 'practice_hours'>): Fault[] {
  if (theory_hours + practice_hours > 0) return []
  return [
    faultAt(
      '/theory_hours',
      'course.no_hours',
      '理论和实操学时不能都是 0。',
      'A course needs hours of theory or practice.',
    ),
  ]
}

const AMOUNTS = [
  ['price', '收费', 'price'],
  ['person_subsidy', '补给学员的补贴', 'subsidy of the person'],
  ['provider_subsidy', '补给机构的补贴', 'subsidy of the institution'],
] as const

function citationFaults(input: Versioned): Fault[] {
  return AMOUNTS.flatMap(([name, zh, en]) => {
    const [amount, citation] = [input[`${name}_fen`] ?? null, input[`${name}_citation`] ?? null]
    if ((amount === null) === (citation === null)) return []
    return [
      amount === null
        ? faultAt(`/${name}_fen`, 'course.amount_missing', `写了依据，请填写${zh}的金额。`, `Give the ${en} too.`)
        : faultAt(
            `/${name}_citation`,
            'course.citation_missing',
            `请写明${zh}的依据（文件或公示）。`,
            `Say where the ${en} was read.`,
          ),
    ]
  })
}
