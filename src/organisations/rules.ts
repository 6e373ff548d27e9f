/** Vocabulary of organisations and what their constraints mean. */
import type { Constraints } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'

export const ORGANISATION_KINDS = {
  training_institution: { zh: '培训机构', en: 'Training institution' },
  assessment_body: { zh: '评价机构', en: 'Assessment body' },
  care_facility: { zh: '养老服务机构', en: 'Care facility' },
  nursery: { zh: '托育机构', en: 'Nursery' },
  authority: { zh: '主管部门', en: 'Authority' },
} satisfies Record<string, Message>

/** Kinds of facility as the Hangzhou measure of 2024-08-01 tells them apart (source S1): the route of approval follows from it. */
export const FACILITY_KINDS = {
  home: { zh: '养老机构', en: 'Care home' },
  home_care_centre: { zh: '居家养老服务中心', en: 'Home-care centre' },
  city_home: { zh: '市直属养老机构', en: 'Home directly under the city' },
  nursery: { zh: '托育机构', en: 'Nursery' },
} satisfies Record<string, Message>

export const constraints: Constraints = {
  organisations_name: {
    code: 'organisation.name_taken',
    message: { zh: '本区县已有同名机构。', en: 'The district already has an organisation of this name.' },
  },
  organisations_credit_code_key: {
    code: 'organisation.credit_code_taken',
    message: { zh: '这个统一社会信用代码已经登记过。', en: 'This credit code is registered already.' },
  },
}
