/** Judgements about schools' programmes: which figures can be stated, and who is a graduate. */
import { faultAt } from '../people/bulk.ts'
import { EDUCATIONS } from '../people/rules.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Fault } from '../platform/errors.ts'
import type { ProgrammeView } from './programme-shapes.ts'

/** Levels of schooling that have programmes. */
const { secondary_vocational, junior_college, bachelor, postgraduate } = EDUCATIONS
export const PROGRAMME_LEVELS = { secondary_vocational, junior_college, bachelor, postgraduate }

export const programmeConstraints: Constraints = {
  programmes_once: {
    code: 'programme.exists',
    message: {
      zh: '这所学校已有同名同层次的专业，请直接登记它的人数。',
      en: 'That school has a programme of this name and level already; record its figures there.',
    },
  },
}

/** Graduates are linked by school and level: `programme.graduates_linked` where both were right, as their educations show. */
export function correctionFaults(
  { linked, ...before }: Pick<ProgrammeView, 'school' | 'level' | 'linked'>,
  said: Pick<ProgrammeView, 'school' | 'level'>,
): Fault[] {
  if (linked === 0) return []
  return (['school', 'level'] as const).flatMap((field) =>
    said[field] === before[field]
      ? []
      : faultAt(
          `/${field}`,
          'programme.graduates_linked',
          `已有 ${linked} 名毕业生按原来的学校和层次关联到本专业；确要改的，请先取消关联。`,
          `${linked} graduates are linked by the school and level as they stand; take the links back first.`,
        ),
  )
}

/** Of a year that has come; `unexplained`: they change what is on record, and nobody says why. */
export function figureFaults(
  { year, intake, graduates }: { year: number; intake: number | null; graduates: number | null },
  today: LocalDate,
  unexplained: boolean,
): Fault[] {
  const faults: Fault[] = []
  if (intake === null && graduates === null)
    faults.push(
      faultAt(
        '/intake',
        'programme.figures_missing',
        '招生人数和毕业人数至少填写一项。',
        'Give the intake, the graduates, or both.',
      ),
    )
  if (year > Number(today.slice(0, 4)))
    faults.push(faultAt('/year', 'programme.year_future', `${year} 年还没有到。`, `The year ${year} has not come yet.`))
  if (unexplained)
    faults.push(
      faultAt(
        '/reason',
        'programme.reason_missing',
        `${year} 年已有数据，更正时请写明原因。`,
        `Figures of ${year} are on record; say why they are corrected.`,
      ),
    )
  return faults
}

/** An education, and the programme it is linked to. */
export interface SchoolLeaver {
  school: string
  level: string
  graduated_on: string | null
  programme_id: string | null
}

/** Why an education, null undefined, is not one of the programme's graduates. */
export function linkFaults(
  programme: Pick<ProgrammeView, 'id' | 'school' | 'level'>,
  education: SchoolLeaver | undefined,
  pointer: string,
): Fault[] {
  if (!education)
    return [
      faultAt(pointer, 'graduate.education_unknown', '没有找到这条学历。', 'There is no such education on record.'),
    ]
  if (education.school !== programme.school || education.level !== programme.level)
    return [
      faultAt(
        pointer,
        'graduate.unfit',
        `学历的学校（${education.school}）或层次与专业不符，专业是${programme.school}的。`,
        `The education is of another school (${education.school}) or level; the programme is of ${programme.school}.`,
      ),
    ]
  if (education.graduated_on === null)
    return [
      faultAt(
        pointer,
        'graduate.not_graduated',
        '还没有毕业，毕业后再关联。',
        'The person still studies; link after graduation.',
      ),
    ]
  if (education.programme_id !== null && education.programme_id !== programme.id)
    return [
      faultAt(
        pointer,
        'graduate.linked_elsewhere',
        '这条学历已关联到另一个专业，请先在那里取消。',
        'The education is linked to another programme; unlink it there first.',
      ),
    ]
  return []
}
