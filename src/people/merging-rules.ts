/** Vocabulary of duplicates and merges: why two records may be one person, and what a merge moves. */
import type { Message } from '../platform/errors.ts'

export const DUPLICATE_REASONS = {
  same_document_number: { zh: '两种证件的号码相同', en: 'One number under two types of document' },
  same_name_birth_date_phone: { zh: '姓名、出生日期、手机号码都相同', en: 'Same name, birth date and phone' },
  same_name_phone: {
    zh: '姓名和手机号码相同，其中有证件不载出生日期',
    en: 'Same name and phone; a document says no birth date',
  },
  same_name_birth_date: { zh: '姓名和出生日期相同', en: 'Same name and birth date' },
} satisfies Record<string, Message>
export type DuplicateReason = keyof typeof DUPLICATE_REASONS

/** What belongs to a person, by table. */
export const BELONGING_NAMES: Record<string, Message> = {
  employments: { zh: '任职', en: 'Employments' },
  service_months: { zh: '月度在岗', en: 'Months of service' },
  education_hours: { zh: '继续教育', en: 'Continuing education' },
  conduct_events: { zh: '责任事故与职业道德', en: 'Accidents and ethics' },
  educations: { zh: '学历', en: 'Education' },
  licences: { zh: '执业资格', en: 'Licences' },
  allowance_claims: { zh: '津贴申领', en: 'Allowance claims' },
  external_certificates: { zh: '外部证书', en: 'Certificates of other bodies' },
  enrolments: { zh: '培训报名', en: 'Enrolments' },
  competition_entries: { zh: '参赛', en: 'Competition entries' },
  certificates: { zh: '证书', en: 'Certificates' },
  roster_entries: { zh: '所在名册', en: 'Rosters' },
  person_documents: { zh: '证件', en: 'Documents' },
  accounts: { zh: '登录账号', en: 'Accounts' },
  people: { zh: '补全的资料', en: 'Details taken over' },
}
