/** What a training order waits for, and which days an answer to one may name. */
import { faultAt } from '../people/bulk.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Fault, Message } from '../platform/errors.ts'
import type { NewAnswer } from './order-shapes.ts'

/** What an order can wait for: an institution's answer, its orderer's decision on one. */
export const ORDER_WAITS = {
  answer: { zh: '待响应', en: 'to answer' },
  decision: { zh: '有响应待处理', en: 'answers to decide' },
} satisfies Record<string, Message>
export type OrderWait = keyof typeof ORDER_WAITS

/** An institution begins between today and the day by which the orderer wants the people trained. */
export function answerFaults({ starts_on, ends_on }: NewAnswer, due_on: LocalDate, today: LocalDate): Fault[] {
  const faults: Fault[] = []
  if (starts_on < today)
    faults.push(
      faultAt(
        '/starts_on',
        'answer.starts_past',
        `开班日期 ${starts_on} 已经过去。`,
        `The day ${starts_on} has passed.`,
      ),
    )
  if (starts_on > due_on)
    faults.push(
      faultAt(
        '/starts_on',
        'answer.starts_late',
        `开班日期 ${starts_on} 晚于订单的完成日期 ${due_on}。`,
        `The day ${starts_on} is after ${due_on}, by which people are to be trained.`,
      ),
    )
  if (ends_on && ends_on <= starts_on)
    faults.push(
      faultAt(
        '/ends_on',
        'answer.dates_reversed',
        '最后一天不能早于开班日期。',
        'The last day must not be before the first.',
      ),
    )
  return faults
}
