/** The JSON route of what rests on a certificate. */
import { z } from 'zod'
import { read } from '../access/route.ts'
import { certificateShape } from '../credentials/shapes.ts'
import { idShape } from '../organisations/shapes.ts'
import type { App } from '../platform/http.ts'
import { getCascade } from './cascade.ts'

const fen = z.number().int()
const cascadeShape = z
  .object({
    certificate: certificateShape,
    from: z.string().nullable().describe('the day from which it supports nothing; null: it stands'),
    level_periods: z.array(
      z.object({
        occupation_name: z.string(),
        level: z.number().int(),
        from: z.string(),
        to: z.string().nullable(),
        instead: z.number().int().nullable().describe('the highest level another certificate proves on the first day'),
      }),
    ),
    months: z
      .array(
        z.object({
          scheme_code: z.string(),
          scheme_name: z.string(),
          month: z.string(),
          person_id: z.uuid(),
          organisation_name: z.string().nullable(),
          booked_fen: fen.describe('what approved lines sum up to'),
          due_fen: fen.describe('what the month comes to by what is known now'),
          difference_fen: fen.describe('due − booked: what the next run carries; negative is to be recovered'),
          lines: z.array(
            z.object({
              run_id: z.uuid(),
              run_month: z.string(),
              run_status: z.string(),
              kind: z.string(),
              amount_fen: fen,
              names_it: z.boolean().describe('whether the line rests on this certificate'),
            }),
          ),
        }),
      )
      .nullable()
      .describe('null for who may not read amounts person by person'),
    month_count: z.number().int(),
    booked_fen: fen,
    to_recover_fen: fen,
    to_pay_fen: fen,
    resting: z.array(
      z.object({
        kind: z.enum(['promotion', 'promoted', 'enrolment', 'entry', 'check']),
        id: z.uuid().describe('of the promotion, class, event or check'),
        name: z.string(),
        level: z.number().int().nullable(),
        on: z.string(),
        within: z.boolean().describe('the reader may open it'),
      }),
    ),
  })
  .meta({ id: 'CertificateCascade' })

export function cascadeApi(app: App): void {
  read(
    app,
    {
      path: '/certificates/{id}/cascade',
      permission: 'certificate.read',
      name: 'getCertificateCascade',
      tag: 'certificates',
      summary: '波及：等级、津贴月份、晋升、报名、核验 What rests on a certificate, and what is to be recovered',
      params: idShape,
      answer: cascadeShape,
    },
    ({ db, context, params }) => getCascade(db, context, params.id),
  )
}
