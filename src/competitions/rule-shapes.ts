/** The rules of an event as they come in and go out. */
import { z } from 'zod'
import { WORKFORCES } from '../people/rules.ts'
import { oneOf, reasonShape } from '../people/shapes.ts'

const name = z.string().trim().min(1).max(60)
export const moduleKey = z.string().regex(/^[a-z][a-z0-9_]{0,29}$/)
export const pointsShape = (most: number) =>
  z
    .number()
    .positive()
    .max(most)
    .refine(
      (value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6,
      '至多两位小数。 / Give at most two decimals.',
    )

/** As they come in and go out: weights in percent, points with two decimals; hundredths inside. */
export const eventRulesShape = z
  .strictObject({
    modules: z
      .array(
        z.strictObject({
          key: moduleKey,
          name,
          weight: pointsShape(100).describe('percent of the total; all of them are 100'),
          criteria: z
            .array(z.strictObject({ name, measured: z.boolean().default(false), max_points: pointsShape(1000) }))
            .min(1)
            .max(200),
        }),
      )
      .min(1)
      .max(20),
    trim_from: z
      .union([
        z.literal(0),
        z.number().int().min(3, '至少 3 个分数才能去掉两个。 / Of fewer than 3 marks none can be left out.').max(100),
      ])
      .default(5)
      .describe('from so many marks of a criterion on one highest and one lowest are left out; 0: never'),
    missing_judges: z.enum(['refuse', 'average']).default('refuse'),
    present_at_least: z.number().int().min(1).max(100).default(1),
    spread_alarm: z
      .number()
      .int()
      .min(1)
      .max(100)
      .nullable()
      .default(null)
      .describe('percent of a criterion’s maximum'),
    tie_breaks: z
      .array(
        z.discriminatedUnion('by', [
          z.strictObject({ by: z.literal('module'), module: moduleKey }),
          z.strictObject({ by: z.literal('criterion'), module: moduleKey, criterion: name }),
          z.strictObject({ by: z.literal('time'), module: moduleKey }),
          z.strictObject({ by: z.literal('penalties') }),
        ]),
      )
      .max(10)
      .default([]),
    team_size: z.number().int().min(1).max(20).default(1),
    entry: z
      .strictObject({
        most: z.number().int().min(1).max(10_000).nullable().default(null),
        most_per_organisation: z.number().int().min(1).max(1000).nullable().default(null),
        workforce: oneOf(WORKFORCES).nullable().default(null),
        years_at_least: z.number().int().min(1).max(40).nullable().default(null),
        level_at_least: z.number().int().min(1).max(5).nullable().default(null),
      })
      .prefault({}),
  })
  .meta({
    id: 'EventRules',
    example: {
      modules: [
        { key: 'theory', name: '理论', weight: 30, criteria: [{ name: '试卷', measured: true, max_points: 100 }] },
        {
          key: 'practical',
          name: '实操',
          weight: 70,
          criteria: [
            { name: '操作', max_points: 60 },
            { name: '沟通', max_points: 40 },
          ],
        },
      ],
      tie_breaks: [
        { by: 'module', module: 'practical' },
        { by: 'time', module: 'practical' },
      ],
    },
  })
export const changedRulesShape = z.strictObject({ rules: eventRulesShape, reason: reasonShape }).meta({
  example: {
    rules: {
      modules: [{ key: 'practical', name: '实操', weight: 100, criteria: [{ name: '操作', max_points: 100 }] }],
    },
    reason: '按补充通知调整',
  },
})
