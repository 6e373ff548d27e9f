/** What comes in and goes out about marks, penalties, times and lots. */
import { z } from 'zod'
import { reasonShape } from '../people/shapes.ts'
import { moduleKey, pointsShape } from './rule-shapes.ts'

const name = z.string().trim().min(1).max(60)

/** Judges know numbers, not names: a mark is given to a sealed number where lots were drawn, else to a station. */
const numbers = {
  station: z.number().int().min(1).optional(),
  sealed_number: z.number().int().min(1).optional(),
}
export interface EntryNumber {
  station?: number | undefined
  sealed_number?: number | undefined
}
const oneNumber = ({ station, sealed_number }: EntryNumber) => (station === undefined) !== (sealed_number === undefined)
const ONE_NUMBER = { path: ['station'], message: 'station 与 sealed_number 二选一。 / Give station or sealed_number.' }

export const scoreShape = z
  .strictObject({
    ...numbers,
    part: moduleKey,
    criterion: name.optional().describe('may be left out where the part has one only'),
    judge: name,
    points: z.number().describe('from 0 to the maximum of the criterion, at most two decimals'),
  })
  .refine(oneNumber, ONE_NUMBER)
export const scoresShape = z
  .strictObject({ items: z.array(scoreShape).min(1).max(2000) })
  .meta({ example: { items: [{ station: 7, part: 'practical', judge: '裁判一', points: 88.5 }] } })
export type NewScore = z.output<typeof scoreShape>
/** A mark as it is answered. */
export const givenScoreShape = z.object({
  station: z.number().int(),
  sealed_number: z.number().int().nullable(),
  part: z.string(),
  criterion: z.string(),
  judge: z.string(),
  points: z.number(),
})

export const newPenaltyShape = z
  .strictObject({ ...numbers, points: pointsShape(100), reason: reasonShape })
  .refine(oneNumber, ONE_NUMBER)
  .meta({ example: { station: 7, points: 2, reason: '超时 1 分钟' } })
export type NewPenalty = z.output<typeof newPenaltyShape>
export const penaltyShape = z
  .object({
    id: z.uuid(),
    station: z.number().int(),
    entry_id: z.uuid(),
    points: z.number(),
    reason: z.string(),
    imposed_at: z.date(),
    withdrawal_reason: z.string().nullable(),
  })
  .meta({ id: 'Penalty' })

const timeShape = z
  .strictObject({ ...numbers, part: moduleKey, seconds: z.number().positive().max(1_000_000) })
  .refine(oneNumber, ONE_NUMBER)
export const timesShape = z
  .strictObject({ items: z.array(timeShape).min(1).max(2000) })
  .meta({ example: { items: [{ station: 7, part: 'practical', seconds: 412.5 }] } })
export type NewTime = z.output<typeof timeShape>
/** A time as it is answered. */
export const givenTimeShape = z.object({
  station: z.number().int(),
  entry_id: z.uuid(),
  part: z.string(),
  seconds: z.number(),
})
export const timesTakenShape = z.object({ recorded: z.number().int(), unchanged: z.number().int() })

export const drawShape = z
  .strictObject({ reason: reasonShape.nullish().describe('why lots are drawn again') })
  .meta({ example: { reason: '一名选手更换' } })
export const drawnShape = z
  .object({
    number: z.number().int(),
    seed: z.string(),
    drawn_at: z.date(),
    reason: z.string().nullable(),
    items: z.array(z.object({ entry_id: z.uuid(), station: z.number().int(), sealed_number: z.number().int() })),
  })
  .meta({ id: 'Draw' })

export const spreadShape = z.object({
  station: z.number().int(),
  part: z.string(),
  criterion: z.string(),
  lowest: z.number(),
  highest: z.number(),
})

export const scoresTakenShape = z.object({
  recorded: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
})
