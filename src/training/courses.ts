/** Writes of courses. */
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { type Fault, refuseFaults } from '../platform/errors.ts'
import { ownOrganisation } from './actions.ts'
import { type CourseRow, getCourse, listOccupations } from './queries.ts'
import type { newCourseShape } from './shapes.ts'

type NewCourse = z.output<typeof newCourseShape>

/**
 * Adds a course of the actor's organisation. Faults: `course.field_missing` (occupation, edition and level of a skill-level course),
 * `course.occupation_unknown`, `course.level_unknown` (the occupation has no such level), `course.no_hours`.
 */
export async function addCourse(tx: Tx, context: Context, input: NewCourse): Promise<CourseRow> {
  refuseFaults([...missingFields(input), ...(await occupationFaults(tx, input)), ...hoursFaults(input)])
  const { id } = await tx
    .insertInto('courses')
    .values({ ...input, organisation_id: ownOrganisation(context) })
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

const SKILL_LEVEL_FIELDS = [
  ['occupation_code', '职业', 'occupation'],
  ['standard_edition', '职业标准版本', 'edition of the standard'],
  ['level', '等级', 'level'],
] as const

function missingFields(input: NewCourse): Fault[] {
  if (input.kind !== 'skill_level') return []
  return SKILL_LEVEL_FIELDS.filter(([field]) => !input[field]).map(([field, zh, en]) =>
    faultAt(
      `/${field}`,
      'course.field_missing',
      `技能等级培训必须填写${zh}。`,
      `A course for a skill level needs the ${en}.`,
    ),
  )
}

async function occupationFaults(tx: Tx, { occupation_code, level }: NewCourse): Promise<Fault[]> {
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

function hoursFaults({ theory_hours, practice_hours }: NewCourse): Fault[] {
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
