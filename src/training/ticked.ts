/** People ticked in a list to join a class, and what is said when they have. */
import { z } from 'zod'
import { faultAt } from '../people/bulk.ts'
import type { Message } from '../platform/errors.ts'
import type { Enrolled } from './enrolments.ts'

export const tickedShape = z.object({ person_ids: z.preprocess((sent) => [sent ?? []].flat(), z.array(z.uuid())) })

export const NOBODY = faultAt(
  '/person_ids',
  'enrolment.nobody',
  '请先勾选要加入的人，再点“加入此班”。',
  'Tick the people to add first.',
)

export function enrolledWords({ added, waiting, flags }: Enrolled): Message {
  const people = new Set(flags.map(({ person_id }) => person_id)).size
  const flagged =
    people > 0
      ? { zh: `${people} 人有待核对的提示，见名单。`, en: ` ${people} have something to look at in the list.` }
      : { zh: '', en: '' }
  return waiting > 0
    ? {
        zh: `已加入 ${added} 人，名额已满，${waiting} 人候补。${flagged.zh}`,
        en: `${added} people were added; ${waiting} wait for a seat.${flagged.en}`,
      }
    : { zh: `已加入 ${added} 人。${flagged.zh}`, en: `${added} people were added.${flagged.en}` }
}
