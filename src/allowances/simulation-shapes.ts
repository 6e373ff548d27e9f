/** What comes in and goes out about simulations. */
import { z } from 'zod'
import { FACILITY_KINDS } from '../organisations/rules.ts'
import { monthShape } from '../people/fact-shapes.ts'
import { oneOf } from '../people/shapes.ts'

const fen = z.number().int()

export const newSimulationShape = z
  .strictObject({
    version: z.number().int().min(1).describe('the number of the version that the draft starts from'),
    title: z.string().trim().min(2).max(120),
    first_month: monthShape,
    last_month: monthShape,
    district_codes: z
      .array(z.string().regex(/^\d{6}$/))
      .max(4000)
      .default([])
      .describe('empty: all you answer for'),
    rates: z
      .array(
        z.strictObject({
          component: z.string().max(40).optional().describe('the first that goes by level when left out'),
          level: z.number().int().min(1).max(5).optional(),
          key: z.string().max(40).optional().describe('what the rate goes by where that is no level'),
          amount_fen: fen.min(0).max(10_000_000),
          facility_kind: oneOf(FACILITY_KINDS).nullish(),
          district_code: z
            .string()
            .regex(/^\d{6}$/)
            .nullish(),
        }),
      )
      .max(200)
      .default([])
      .describe('take the place of all rates of their component and level or key'),
    thresholds: z.record(z.string(), z.unknown()).default({}).describe('by code of the condition'),
    parameters: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .default({})
      .describe('by code of the condition and name of the parameter'),
    dropped: z.array(z.string()).max(31).default([]).describe('codes of conditions left out'),
  })
  .refine(({ first_month, last_month }) => first_month <= last_month, {
    path: ['last_month'],
    error: '结束月份不能早于开始月份。 / The last month must not lie before the first.',
  })
  .meta({
    id: 'NewSimulation',
    example: {
      ...{ version: 1, title: '五级提高到 400 元', first_month: '2026-08', last_month: '2026-10' },
      ...{ district_codes: ['330106'], rates: [{ level: 5, amount_fen: 40000 }], thresholds: { attendance: 18 } },
    },
  })
export type NewSimulation = z.output<typeof newSimulationShape>

const sums = {
  people: z.number().int(),
  today_people: z.number().int(),
  today_fen: fen,
  draft_people: z.number().int(),
  draft_fen: fen,
  winners: z.number().int(),
  gained_fen: fen,
  losers: z.number().int(),
  lost_fen: fen,
}
export const figureShape = z
  .object({
    payee: z.enum(['person', 'organisation']).describe('who is paid, and so what is counted'),
    month: z.string().nullable().describe('null: the whole time, everybody counted once'),
    district_code: z.string(),
    district_name: z.string(),
    level: z.number().int().describe('of the certificate that counts; 0 without one, and of organisations'),
    ...sums,
  })
  .meta({ id: 'SimulationFigure' })
export type FigureView = z.output<typeof figureShape>

export const simulationShape = z
  .object({
    id: z.uuid(),
    scheme_code: z.string(),
    scheme_name: z.string(),
    version: z.number().int(),
    title: z.string(),
    draft: z.object({
      rates: z.array(z.record(z.string(), z.unknown())),
      thresholds: z.record(z.string(), z.unknown()),
      parameters: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
      dropped: z.array(z.string()),
    }),
    first_month: z.string(),
    last_month: z.string(),
    district_codes: z.array(z.string()),
    cutoff: z.date().nullable(),
    rules_sha256: z.string(),
    job_id: z.uuid().nullable(),
    requested_by_name: z.string().nullable(),
    requested_at: z.date(),
    finished_at: z.date().nullable(),
  })
  .meta({ id: 'Simulation' })
export type SimulationView = z.output<typeof simulationShape>
