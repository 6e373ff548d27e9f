/** What comes in and goes out about licences to practise (执业资格). */
import { z } from 'zod'
import { localDateShape } from '../platform/date-shape.ts'
import { LICENCE_KINDS } from './licence-rules.ts'
import { changeShape, oneOf, reasonShape } from './shapes.ts'

export const newLicenceShape = z
  .strictObject({
    kind: oneOf(LICENCE_KINDS),
    number: z.string().trim().min(2).max(60),
    issued_on: localDateShape,
    valid_until: localDateShape.nullish().meta({ description: '不再有效的第一天 the first day no longer valid' }),
    evidence: z.string().trim().min(1).max(500).nullish().meta({ description: '依据 what it was seen in' }),
  })
  .meta({
    id: 'NewLicence',
    example: { kind: 'nurse', number: '201933000001', issued_on: '2019-08-01', valid_until: '2029-08-01' },
  })
export type NewLicence = z.output<typeof newLicenceShape>

export const licenceCorrectionShape = newLicenceShape
  .partial()
  .extend({ reason: reasonShape })
  .meta({ id: 'LicenceCorrection', example: { valid_until: '2029-08-01', reason: '核对证书原件' } })
export type LicenceCorrection = z.output<typeof licenceCorrectionShape>

export const licenceWithdrawalShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'LicenceWithdrawal', example: { reason: '登记错了人' } })

export const licenceShape = z
  .object({
    id: z.uuid(),
    person_id: z.uuid(),
    person_name: z.string(),
    kind: z.string(),
    number: z.string().nullable(),
    issued_on: z.string(),
    valid_until: z.string().nullable(),
    evidence: z.string().nullable(),
  })
  .meta({ id: 'Licence' })
export const recordedLicenceShape = licenceShape.extend({ change: changeShape }).meta({ id: 'RecordedLicence' })
export const licenceListShape = z.object({ items: z.array(licenceShape) })
