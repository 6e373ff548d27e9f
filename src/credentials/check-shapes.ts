/** What comes in and goes out about signed reports of roster checks, and what a holder sees of who asked. */
import { z } from 'zod'
import { CHECK_PURPOSES } from './check-rules.ts'
import { PROOF_VERDICTS } from './jws.ts'
import { keys } from './shapes.ts'

const purpose = keys(CHECK_PURPOSES)

export const reportShape = z
  .strictObject({ report: z.string().trim().min(1).max(2_000_000) })
  .meta({ example: { report: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImNlcnRpZmljYXRlLWNoZWNrK2p3dCJ9.e30.c2lnbmF0dXJl' } })
export const reportVerdictShape = z
  .object({
    verdict: keys(PROOF_VERDICTS),
    signed_by: z.string().nullable(),
    check_id: z.string().nullable(),
    asked_by: z.string().nullable(),
    purpose: purpose.nullable(),
    checked_at: z.string().nullable(),
    rows: z.number().int().nullable(),
    rows_sha256: z.string().nullable(),
  })
  .meta({ id: 'CheckReportVerdict' })
export const askedShape = z
  .object({
    number: z.string(),
    what: z.enum(['roster', 'registry']).describe('a roster check, or a look-up in an official register'),
    asked_by: z.string(),
    purpose: purpose.nullable(),
    registry: z.string().nullable(),
    result: z.string(),
    at: z.any(),
  })
  .meta({ id: 'CertificateAsked' })
