/** Vocabulary of organisations, what is asked of one before it is written, and what their constraints mean; pure. */
import type { LocalDate } from '../platform/calendar.ts'
import type { Constraints } from '../platform/database.ts'
import type { Fault, Message } from '../platform/errors.ts'
import { checkCreditCode } from './credit-code.ts'

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

/** Who owns a facility: some schemes are for private ones alone (source S18). */
export const OWNERSHIPS = {
  public: { zh: '公办', en: 'Public' },
  private: { zh: '民办', en: 'Private' },
} satisfies Record<string, Message>

/** Allowances go to institutions filed with, or recognised by, civil affairs (source S3). */
export const FILING_KINDS = {
  filing: { zh: '备案', en: 'Filing' },
  recognition: { zh: '审核认定', en: 'Recognition' },
} satisfies Record<string, Message>

export const ORGANISATION_STATUSES = {
  open: { zh: '开办中', en: 'Open' },
  closed: { zh: '已停办', en: 'Closed' },
  all: { zh: '全部', en: 'All' },
} satisfies Record<string, Message>
export type OrganisationStatus = keyof typeof ORGANISATION_STATUSES

/** What the timeline of an organisation calls its events. */
export const ORGANISATION_EVENTS: Record<string, Message> = {
  'organisation.registered': { zh: '登记机构', en: 'Registered' },
  'organisation.amended': { zh: '变更机构资料', en: 'Amended' },
  'organisation.closed': { zh: '登记停办', en: 'Closed' },
  'organisation.reopened': { zh: '恢复开办', en: 'Reopened' },
  'filing.recorded': { zh: '登记备案（认定）', en: 'Filing recorded' },
  'filing.corrected': { zh: '更正备案（认定）', en: 'Filing corrected' },
  'filing.withdrawn': { zh: '撤回备案（认定）', en: 'Filing withdrawn' },
}

/** The fields a change names. */
export const ORGANISATION_FIELDS: Record<string, Message> = {
  name: { zh: '名称', en: 'Name' },
  kinds: { zh: '类别', en: 'Kinds' },
  facility_kind: { zh: '机构类型', en: 'Facility kind' },
  ownership: { zh: '举办性质', en: 'Ownership' },
  credit_code: { zh: '统一社会信用代码', en: 'Credit code' },
  district_code: { zh: '区县', en: 'District' },
  township_code: { zh: '镇街', en: 'Township' },
  parent_id: { zh: '上级机构', en: 'Parent' },
  assessor_prefix: { zh: '评价机构代码', en: 'Assessor code' },
  closed_on: { zh: '停办日期', en: 'Closed on' },
  kind: { zh: '种类', en: 'Kind' },
  starts_on: { zh: '起', en: 'From' },
  ends_on: { zh: '止', en: 'To' },
  reference: { zh: '文号', en: 'Reference' },
}

/** What may be right and yet should be looked at; nothing is refused for it. */
export type Warning = Fault

export function fault(pointer: string, code: string, zh: string, en: string): Fault {
  return { pointer, code, message: { zh, en } }
}

/** In whose record an event about it belongs: its own, and that of its district. */
export function subjectOf({ id, district_code }: { id: string; district_code: string }) {
  return { subject_kind: 'organisation', subject_id: id, organisation_id: id, district_code }
}

/** Closed from its closing day on; one that closes on a day to come is still open. */
export function isClosed({ closed_on }: { closed_on: LocalDate | null }, today: LocalDate): boolean {
  return closed_on !== null && closed_on <= today
}

/** What an organisation must say of itself: `organisation.facility_kind_missing`, `organisation.assessor_prefix_kind`. */
export function organisationFaults(row: {
  kinds: string[]
  facility_kind: string | null
  assessor_prefix: string | null
}): Fault[] {
  const faults: Fault[] = []
  if (row.kinds.some((kind) => kind === 'care_facility' || kind === 'nursery') && !row.facility_kind)
    faults.push(
      fault(
        '/facility_kind',
        'organisation.facility_kind_missing',
        '养老或托育机构必须选择机构类型。',
        'A facility needs a facility kind.',
      ),
    )
  if (row.assessor_prefix && !row.kinds.includes('assessment_body'))
    faults.push(
      fault(
        '/assessor_prefix',
        'organisation.assessor_prefix_kind',
        '只有评价机构才有评价机构代码。请在类别中选上“评价机构”，或不填代码。',
        'Only an assessment body has an assessor code: add that kind, or leave the code out.',
      ),
    )
  return faults
}

/** A period of filing or recognition ends after it starts: `filing.ends_before_start`. */
export function filingFaults({ starts_on, ends_on }: { starts_on: LocalDate; ends_on: LocalDate | null }): Fault[] {
  return ends_on !== null && ends_on <= starts_on
    ? [
        fault(
          '/ends_on',
          'filing.ends_before_start',
          `止期 ${ends_on} 应晚于起期 ${starts_on}（止期当天已不在有效期内）。`,
          `The end ${ends_on} must come after the start ${starts_on}; it is the first day no longer covered.`,
        ),
      ]
    : []
}

/** The code as it is kept, or the fault `credit_code.format`. */
export function keptCreditCode(text: string | null | undefined): { credit_code: string | null; faults: Fault[] } {
  if (!text) return { credit_code: null, faults: [] }
  const checked = checkCreditCode(text)
  return checked.ok
    ? { credit_code: checked.credit_code, faults: [] }
    : { credit_code: null, faults: [{ pointer: '/credit_code', code: checked.code, message: checked.message }] }
}

/** `credit_code.check_character`: real codes exist that fail it, so it is told and not refused. */
export function creditCodeWarnings(credit_code: string | null): Warning[] {
  const checked = credit_code === null ? null : checkCreditCode(credit_code)
  return checked?.ok && checked.warning ? [{ pointer: '/credit_code', ...checked.warning }] : []
}

/** `organisation.staff_employed`: whoever is still employed when it closes. */
export function staffWarnings(closed_on: LocalDate | null, count: number): Warning[] {
  return closed_on !== null && count > 0
    ? [
        fault(
          '/closed_on',
          'organisation.staff_employed',
          `停办日 ${closed_on} 仍有 ${count} 人在岗，请逐一登记离岗。`,
          `${count} still employed on ${closed_on}, the day it closes: record each of their endings.`,
        ),
      ]
    : []
}

export const constraints: Constraints = {
  organisations_name: {
    code: 'organisation.name_taken',
    message: { zh: '本区县已有同名机构。', en: 'The district already has an organisation of this name.' },
  },
  organisations_credit_code_key: {
    code: 'organisation.credit_code_taken',
    message: { zh: '这个统一社会信用代码已经登记过。', en: 'This credit code is registered already.' },
  },
  organisations_assessor_prefix_key: {
    code: 'organisation.assessor_prefix_taken',
    message: { zh: '这个评价机构代码已属于另一家机构。', en: 'This assessor code is another organisation’s already.' },
  },
  // whoever writes at the same time
  organisations_township: {
    code: 'organisation.township_unknown',
    message: { zh: '所在区县没有登记这个镇街。', en: 'The district has no such township on record.' },
  },
  townships_pkey: {
    code: 'township.code_taken',
    message: { zh: '这个镇街代码已经登记过。', en: 'This township code is on record already.' },
  },
  townships_name: {
    code: 'township.name_taken',
    message: { zh: '本区县已有同名镇街。', en: 'The district already has a township of this name.' },
  },
  organisations_chain: {
    code: 'organisation.parent_circle',
    message: {
      zh: '上级机构不能是本机构，也不能是本机构的下级。请另选上级机构。',
      en: 'The parent can be neither the organisation itself nor one below it: choose another.',
    },
  },
  organisation_filings_overlap: {
    code: 'filing.overlap',
    message: {
      zh: '同一种类的有效期与已登记的重叠，请核对起止日期。',
      en: 'The period overlaps another of its kind: check the dates.',
    },
  },
}
