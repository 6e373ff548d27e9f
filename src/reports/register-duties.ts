/** What waits in the register: months, certificates and hours to look at, orders to decide, sheets to finish. */
import { type RawBuilder, sql } from 'kysely'
import { countOwnUnreported, countUnreported } from '../allowances/level-pay-queries.ts'
import { countEnding, toLookUp, visible } from '../credentials/queries.ts'
import { kindsSeenBy } from '../imports/kinds.ts'
import { countToCommit } from '../imports/queries.ts'
import { findingIsDue, newestLookUp } from '../people/external-certificates.ts'
import { countMissingMonths, countReturnedMonths } from '../people/month-submission-queries.ts'
import { notErased, personInScope } from '../people/roster.ts'
import { addMonths, firstDay, lastDay, localDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Message } from '../platform/errors.ts'
import { countWaitingOrders } from '../training/order-queries.ts'
import type { Waiting } from './duties.ts'

const PEOPLE: Message = { zh: '人', en: 'people' }
const CERTIFICATES: Message = { zh: '张', en: 'certificates' }
const holder = sql.ref('c.person_id')
const MONTHS: Message = { zh: '个月', en: 'months' }
/** Whose pay by level an authority looks after first. */
const OCCUPATIONS = { elder_care: '4-10-01-05', childcare: '4-10-01-03' }

export function facilityDuties({ scope, now }: Context): Waiting[] {
  const today = localDate(now)
  const month = addMonths(monthOf(today), -1)
  const organisation_id = scope.kind === 'organisation' ? scope.organisation_id : null
  return [
    {
      label: { zh: `${month} 在岗情况未登记`, en: `Staff without ${month} on record` },
      unit: PEOPLE,
      href: `/console/staff?month=${month}`,
      tone: 'bad',
      count: staffWithoutMonth(organisation_id, month),
    },
    {
      label: { zh: `${month} 待提交`, en: `${month} to submit` },
      unit: MONTHS,
      href: `/console/service-month-submissions?month=${month}`,
      tone: 'warn',
      count: countMissingMonths(scope, month),
    },
    {
      label: { zh: '被退回、待重新提交的月份', en: 'Months sent back, to submit again' },
      unit: MONTHS,
      href: '/console/service-month-submissions?returned=true',
      tone: 'bad',
      count: countReturnedMonths(scope),
    },
    {
      label: { zh: `${month} 实发区间未填报`, en: `What was paid by level in ${month}, to report` },
      unit: { zh: '个工种', en: 'occupations' },
      href: `/console/level-pay?month=${month}`,
      tone: 'info',
      count: countOwnUnreported(scope, month),
    },
    {
      label: { zh: '30 天内到期的证书', en: 'Certificates ending within 30 days' },
      unit: CERTIFICATES,
      href: '/console/certificates?tab=expiring',
      tone: 'warn',
      count: countEnding(scope, today, 30),
    },
  ]
}

export function authorityRegisterDuties({ actor, scope, now }: Context): Waiting[] {
  const today = localDate(now)
  const month = addMonths(monthOf(today), -1)
  const occupation_code = OCCUPATIONS[actor.role === 'health' ? 'childcare' : 'elder_care']
  return [
    {
      label: { zh: `${month} 未提交的机构`, en: `Facilities that have not submitted ${month}` },
      unit: { zh: '家', en: 'facilities' },
      href: `/console/service-month-submissions?month=${month}`,
      tone: 'info',
      count: countMissingMonths(scope, month),
    },
    {
      label: { zh: '待官方平台核验的证书', en: 'Certificates to look up in the official registers' },
      unit: CERTIFICATES,
      href: '/console/registry-checks',
      tone: 'info',
      count: sql`select count(*) from certificates join organisations issuer on issuer.id = certificates.issuer_organisation_id
        where certificates.kind = 'skill_level' and ${visible(scope)}
          and not exists (select from standing_revocations where certificate_id = certificates.id)
          and ${toLookUp(today)}`,
    },
    {
      label: { zh: '待审核的继续教育学时', en: 'Hours of continuing education to approve' },
      unit: { zh: '条', en: 'entries' },
      href: '/console/education-hours',
      tone: 'info',
      count: sql`select count(*) from education_hours join people on people.id = education_hours.person_id
        where approval = 'pending' and known_to = 'infinity' and people.erased_at is null and ${personInScope(scope)}`,
    },
    {
      label: { zh: '待核验的外部证书（含待复核）', en: 'Certificates of other bodies to look up' },
      unit: CERTIFICATES,
      href: '/console/registry-checks/external',
      tone: 'info',
      count: sql`select count(*) from external_certificates c ${newestLookUp}
        where c.known_to = 'infinity' and ${personInScope(scope, holder)} and ${notErased(holder)}
          and (newest.result is null or ${findingIsDue(today)})`,
    },
    {
      label: { zh: `${month} 未填报等级薪酬的机构`, en: `Facilities without pay by level for ${month}` },
      unit: { zh: '家', en: 'facilities' },
      href: `/console/level-pay?${new URLSearchParams({ month, occupation_code, show: 'unreported' })}`,
      tone: 'info',
      count: countUnreported(scope, { month, occupation_code }),
    },
  ]
}

/** Answers to the orderer's own orders, who accepts or declines them. */
export function orderDuty({ scope, now }: Context): Waiting {
  return {
    label: { zh: '有响应待处理的培训订单', en: 'Training orders with answers to decide' },
    unit: { zh: '个', en: 'orders' },
    href: '/console/training-orders?waits=decision',
    tone: 'info',
    count: countWaitingOrders('decision', scope, localDate(now)),
  }
}

export function importDuty({ actor, scope }: Context): Waiting {
  return {
    label: { zh: '已核对、待导入的表格', en: 'Sheets that were checked, to import' },
    unit: { zh: '份', en: 'sheets' },
    href: '/console/imports?status=checked',
    tone: 'warn',
    count: countToCommit(scope, kindsSeenBy(actor)),
  }
}

/** Who was in post in the month, is not erased and has no attendance for it. */
function staffWithoutMonth(organisation_id: string | null, month: Month): RawBuilder<unknown> {
  return sql`select count(distinct e.person_id) from employments e join people on people.id = e.person_id
    where people.erased_at is null and e.organisation_id = ${organisation_id}::uuid and e.known_to = 'infinity'
      and e.starts_on <= ${lastDay(month)}::date and coalesce(e.ends_on > ${firstDay(month)}::date, true)
      and not exists (select from service_months m where m.organisation_id = e.organisation_id and m.person_id = e.person_id
        and m.month = ${firstDay(month)}::date and m.known_to = 'infinity')`
}
