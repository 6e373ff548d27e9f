/** What comes in and goes out about the conditions of a level, and what is declared about people. */
import { z } from 'zod'
import { oneOf } from '../people/shapes.ts'
import { localDateShape } from '../platform/date-shape.ts'
import { DECLARATIONS, type Term, type TermDecision } from './entry-rules.ts'

export const ENTRY_CHECKS = ['flag', 'refuse'] as const

const termShape = z.custom<Term>().meta({
  type: 'object',
  description: 'a term of the catalogue with its parameters',
  example: { term: 'holds', level: 5, years: 2 },
})
const foundShape = z
  .custom<TermDecision['found']>()
  .meta({ type: ['object', 'null'], description: 'what the register has about it' })

const alternativesShape = z.array(
  z.object({
    counts: z.boolean().describe('seen in a source or confirmed; one that is only recalled decides nothing'),
    met: z.boolean(),
    earliest: z.string().nullable(),
    terms: z.array(z.object({ term: termShape, met: z.boolean(), found: foundShape, earliest: z.string().nullable() })),
  }),
)
const decisionShape = z.object({
  rule_code: z.string().nullable().describe('null: no rule in force says who may sit the level'),
  met: z.boolean().nullable(),
  earliest: z.string().nullable().describe('the first day on which all could be met'),
  alternatives: alternativesShape.describe('any of them is enough'),
})

export const entryShape = decisionShape.extend({
  checked_on: z.string(),
  warnings: z.array(
    z.discriminatedUnion('code', [
      z.object({
        code: z.literal('enrolment.shift_clash'),
        month: z.string(),
        attended: z.number().int(),
        class_days: z.number().int(),
      }),
      z.object({
        code: z.literal('enrolment.same_level'),
        class_name: z.string().nullable().describe('null: a class of another institution'),
      }),
    ]),
  ),
})

export const flagShape = z.object({ person_id: z.uuid(), code: z.string(), message: z.string() })

export const eligibilityShape = z
  .strictObject({ person_ids: z.array(z.uuid()).min(1).max(5000) })
  .meta({ example: { person_ids: ['01a20928-3a5e-7d4f-a8a8-6fe334235fde'] } })
export const eligibleShape = z.object({
  day: z.string(),
  items: z.array(
    decisionShape.extend({ person_id: z.uuid(), message: z.string().nullable().describe('what is missing, in words') }),
  ),
})
export const checkedShape = z.object({ checked: z.number().int(), flags: z.array(flagShape) })

export const newDeclarationShape = z
  .strictObject({
    kind: oneOf(DECLARATIONS),
    occupation_code: z.string().max(20),
    from_on: localDateShape.describe('of work the first day, of anything else the day it was reached'),
    to_on: localDateShape.nullish().describe('of work the day after the last one'),
    evidence: z.string().trim().min(2).max(500),
  })
  .meta({
    id: 'NewEntryDeclaration',
    example: {
      kind: 'experience',
      occupation_code: '4-10-01-05',
      from_on: '2021-03-01',
      to_on: '2023-03-01',
      evidence: '示例养老院 2021–2023 年劳动合同与社保记录',
    },
  })
export type NewDeclaration = z.output<typeof newDeclarationShape>
export const declarationShape = z
  .object({
    id: z.uuid(),
    person_id: z.uuid(),
    kind: oneOf(DECLARATIONS),
    occupation_code: z.string(),
    occupation_name: z.string(),
    from_on: z.string(),
    to_on: z.string().nullable(),
    evidence: z.string().nullable(),
    organisation_id: z.uuid(),
    organisation_name: z.string(),
    known_from: z.date(),
  })
  .meta({ id: 'EntryDeclaration' })
export type Declaration = z.output<typeof declarationShape>
