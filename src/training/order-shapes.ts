/** What comes in and goes out about training orders. */
import { z } from 'zod'
import { reasonShape } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'

const people = z.number().int().min(1).max(100_000)

export const newOrderShape = z
  .strictObject({
    title: z.string().trim().min(2).max(120),
    kind: z.enum(['in_service', 'heads', 'skill_level', 'continuing_education']),
    occupation_code: z.string().nullish(),
    level: z.number().int().min(1).max(5).nullish(),
    people,
    due_on: localDateShape.describe('the day by which they are trained'),
    promise: z.string().trim().min(2).max(500).nullish().describe('what is offered to those who are trained'),
  })
  .meta({
    id: 'NewTrainingOrder',
    example: {
      ...{ title: '2027 年西湖区养老护理员定向培训', kind: 'skill_level', occupation_code: '4-10-01-05', level: 5 },
      ...{ people: 60, due_on: '2027-06-30', promise: '结业后由本区养老机构录用，签一年以上劳动合同' },
    },
  })
export type NewOrder = z.output<typeof newOrderShape>

export const newAnswerShape = z
  .strictObject({
    people,
    price_fen: z.number().int().min(0).max(10_000_000).nullish().describe('per person'),
    starts_on: localDateShape,
    ends_on: localDateShape.nullish().describe('the day after the last day'),
    note: z.string().trim().min(2).max(500).nullish(),
  })
  .meta({ example: { people: 40, price_fen: 150000, starts_on: '2027-03-01', ends_on: '2027-03-20' } })
export type NewAnswer = z.output<typeof newAnswerShape>

export const answerDecisionShape = z
  .strictObject({ accepted: z.boolean(), reason: reasonShape })
  .meta({ example: { accepted: true, reason: '价格和开班时间合适' } })

const rate = z.object({ numerator: z.number().int(), denominator: z.number().int() })
export const fulfilmentShape = z
  .object({
    ordered: z.number().int(),
    answered: z.number().int().describe('offered in answers that were not declined'),
    accepted: z.number().int(),
    enrolled: z.number().int().describe('persons who have or had a seat, each once'),
    passed: z.number().int(),
    placed: z.number().int().describe('passed, and employed today by the orderer, or in its division'),
    passed_rate: rate.describe('of those enrolled'),
    placed_rate: rate.describe('of those who passed'),
    classes: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        organisation_name: z.string(),
        starts_on: z.string(),
        status: z.string(),
        enrolled: z.number().int(),
        passed: z.number().int(),
        placed: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'TrainingOrderFulfilment' })
export type Fulfilment = z.output<typeof fulfilmentShape>

export const figureShape = z.object({ figure: z.enum(['enrolled', 'passed', 'placed']).default('enrolled') })
export const trainedPersonShape = z
  .object({
    person_id: z.uuid(),
    person_name: z.string(),
    id_number_masked: z.string(),
    classes: z.string().describe('names of their classes of the order'),
    passed: z.boolean(),
    placed: z.boolean(),
  })
  .meta({ id: 'TrainedPerson' })
export type TrainedPerson = z.output<typeof trainedPersonShape>

export const answerShape = z
  .object({
    id: z.uuid(),
    order_id: z.uuid(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    people: z.number().int(),
    price_fen: z.number().int().nullable(),
    starts_on: z.string(),
    ends_on: z.string().nullable(),
    surplus: z
      .number()
      .int()
      .describe('offered beyond what other accepted answers leave of the order; flagged, never refused'),
    note: z.string().nullable(),
    answered_at: z.date(),
    accepted: z.boolean().nullable().describe('null until it is decided'),
    reason: z.string().nullable(),
  })
  .meta({ id: 'TrainingOrderAnswer' })
export type AnswerView = z.output<typeof answerShape>

export const orderShape = z
  .object({
    id: z.uuid(),
    title: z.string(),
    orderer_organisation_id: z.uuid().nullable(),
    orderer_name: z.string(),
    district_code: z.string(),
    kind: z.string(),
    occupation_code: z.string().nullable(),
    occupation_name: z.string().nullable(),
    level: z.number().int().nullable(),
    people: z.number().int(),
    due_on: z.string(),
    promise: z.string().nullable(),
    ordered_at: z.date(),
    closed_at: z.date().nullable(),
    closing_reason: z.string().nullable(),
    answers: z.number().int(),
    enrolled: z.number().int(),
    mine: z.boolean().describe('the reader may decide on answers and close it'),
  })
  .meta({ id: 'TrainingOrder' })
export type OrderView = z.output<typeof orderShape>
