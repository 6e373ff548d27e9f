/** Why rosters are checked: a closed list, as a purpose that anybody can word is none. */
import type { Message } from '../platform/errors.ts'

export const CHECK_PURPOSES = {
  hiring: { zh: '入职核验', en: 'Hiring' },
  periodic: { zh: '定期复核', en: 'Periodic review' },
  allowance: { zh: '津贴申报', en: 'Applying for allowances' },
  qualification: { zh: '机构资质或评定检查', en: 'Qualification or rating of an institution' },
  complaint: { zh: '投诉举报核查', en: 'Following up a complaint' },
  /** of callers of the interface that say nothing; the pages ask */
  not_stated: { zh: '未说明', en: 'Not stated' },
} satisfies Record<string, Message>
export type CheckPurpose = keyof typeof CHECK_PURPOSES

/** What a signed report of a check calls itself in its header. */
export const REPORT_TYPE = 'certificate-check+jwt'
