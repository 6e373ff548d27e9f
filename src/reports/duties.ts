/** What waits for somebody: for each role the things only they can move on, counted as the list counts them that the count leads to. */

import { type RawBuilder, sql } from 'kysely'
import { waitingObjections } from '../allowances/objection-queries.ts'
import { paymentsDue } from '../allowances/payment-amounts.ts'
import { unconfirmedVersions } from '../allowances/versions.ts'
import { toLookUp, visible } from '../credentials/queries.ts'
import { standingOf, validUntil } from '../people/certificate-standing.ts'
import { findingIsDue, newestLookUp } from '../people/external-certificates.ts'
import { notErased, personInScope } from '../people/roster.ts'
import { addMonths, firstDay, type LocalDate, lastDay, localDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Context, Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'
import { appealDuty, classDuties, filingDuty } from './class-duties.ts'
import { competitionAppealDuty } from './competition-duties.ts'

export interface Duty {
  label: Message
  unit: Message
  href: string
  tone: 'info' | 'warn' | 'bad'
  count: number
}

const PEOPLE: Message = { zh: '人', en: 'people' }
const RUNS: Message = { zh: '个', en: 'runs' }
const CERTIFICATES: Message = { zh: '张', en: 'certificates' }

/** Duties of the role with something to do, in the order in which they are best done. At most three queries. */
export async function listDuties(db: Db, context: Context): Promise<Duty[]> {
  const duties = await dutiesOf(db, context)
  return duties.filter(({ count }) => count > 0)
}

async function dutiesOf(db: Db, { actor, scope, now }: Context): Promise<Duty[]> {
  const today = localDate(now)
  switch (actor.role) {
    case 'trainer':
      return classDuties(db, scope, today)
    case 'assessor':
      return [...(await classDuties(db, scope, today)), await appealDuty(db, scope)]
    case 'facility':
      return facilityDuties(db, scope, today)
    case 'district':
      return [
        await filingDuty(db, scope),
        await competitionAppealDuty(db, scope),
        ...(await authorityDuties(db, scope, today, 'elder_care')),
      ]
    case 'health':
      return authorityDuties(db, scope, today, 'childcare')
    case 'township':
      return [await townshipDuty(db, scope)]
    case 'finance':
      return financeDuties(db, scope)
    case 'admin':
      return [...(await administratorDuties(db, scope, now)), await competitionAppealDuty(db, scope)]
    case 'auditor':
      return auditorDuties(db)
    default:
      return []
  }
}

async function facilityDuties(db: Db, scope: Scope, today: LocalDate): Promise<Duty[]> {
  const month = addMonths(monthOf(today), -1)
  const organisation_id = scope.kind === 'organisation' ? scope.organisation_id : null
  const [unreported = 0, expiring = 0] = await counts(db, [
    staffWithoutMonth(organisation_id, month),
    sql`select count(*) from certificates join organisations issuer on issuer.id = certificates.issuer_organisation_id
      ${standingOf(sql.ref('certificates.id'))}
      where revocation.certificate_id is null and ${validUntil()} > ${today}::date and ${validUntil()} <= ${today}::date + 30
        and ${visible(scope)}`,
  ])
  return [
    {
      label: { zh: `${month} 在岗情况未登记`, en: `Staff without ${month} on record` },
      unit: PEOPLE,
      href: `/console/staff?month=${month}`,
      tone: 'bad',
      count: unreported,
    },
    {
      label: { zh: '30 天内到期的证书', en: 'Certificates ending within 30 days' },
      unit: CERTIFICATES,
      href: '/console/certificates?tab=expiring',
      tone: 'warn',
      count: expiring,
    },
  ]
}

/** Who was in post in the month, is not erased and has no attendance for it. */
function staffWithoutMonth(organisation_id: string | null, month: Month): RawBuilder<unknown> {
  return sql`select count(distinct e.person_id) from employments e join people on people.id = e.person_id
    where people.erased_at is null and e.organisation_id = ${organisation_id}::uuid and e.known_to = 'infinity'
      and e.starts_on <= ${lastDay(month)}::date and coalesce(e.ends_on > ${firstDay(month)}::date, true)
      and not exists (select from service_months m where m.organisation_id = e.organisation_id and m.person_id = e.person_id
        and m.month = ${firstDay(month)}::date and m.known_to = 'infinity')`
}

async function authorityDuties(db: Db, scope: Scope, today: LocalDate, workforce: string): Promise<Duty[]> {
  const holder = sql.ref('c.person_id')
  const [unchecked = 0, elsewhere = 0, computed = 0, hours = 0, objections = 0] = await counts(db, [
    sql`select count(*) from certificates join organisations issuer on issuer.id = certificates.issuer_organisation_id
      where certificates.kind = 'skill_level' and ${visible(scope)}
        and not exists (select from standing_revocations where certificate_id = certificates.id)
        and ${toLookUp(today)}`,
    sql`select count(*) from external_certificates c ${newestLookUp}
      where c.known_to = 'infinity' and ${personInScope(scope, holder)} and ${notErased(holder)}
        and (newest.result is null or ${findingIsDue(today)})`,
    sql`${runs(scope)} and r.status = 'computed' and s.workforce = ${workforce}`,
    sql`select count(*) from education_hours join people on people.id = education_hours.person_id
      where approval = 'pending' and known_to = 'infinity' and people.erased_at is null and ${personInScope(scope)}`,
    waitingObjections(scope, workforce),
  ])
  return [
    {
      label: { zh: '待答复的津贴异议', en: 'Objections to months to answer' },
      unit: { zh: '件', en: 'objections' },
      href: '/console/allowance-objections',
      tone: 'warn',
      count: objections,
    },
    {
      label: { zh: '已算完、待提交的津贴批次', en: 'Allowance runs computed, not submitted' },
      unit: RUNS,
      href: '/console/runs?status=computed',
      tone: 'warn',
      count: computed,
    },
    {
      label: { zh: '待官方平台核验的证书', en: 'Certificates to look up in the official registers' },
      unit: CERTIFICATES,
      href: '/console/registry-checks',
      tone: 'info',
      count: unchecked,
    },
    {
      label: { zh: '待审核的继续教育学时', en: 'Hours of continuing education to approve' },
      unit: { zh: '条', en: 'entries' },
      href: '/console/education-hours',
      tone: 'info',
      count: hours,
    },
    {
      label: { zh: '待核验的外部证书（含待复核）', en: 'Certificates of other bodies to look up' },
      unit: CERTIFICATES,
      href: '/console/registry-checks/external',
      tone: 'info',
      count: elsewhere,
    },
  ]
}

/** Submitted runs whose step of the townships is not decided. */
async function townshipDuty(db: Db, scope: Scope): Promise<Duty> {
  const [waiting = 0] = await counts(db, [
    sql`${runs(scope)} and r.status = 'submitted' and exists (select from run_steps w left join run_reviews v using (run_id, reviewer)
      where w.run_id = r.id and reviewer = 'township' and v.run_id is null)`,
  ])
  return {
    ...{ label: { zh: '待审核的津贴批次', en: 'Allowance runs to review' }, unit: RUNS, tone: 'warn', count: waiting },
    href: '/console/runs?status=submitted',
  }
}

async function financeDuties(db: Db, scope: Scope): Promise<Duty[]> {
  const [reviewed = 0, unpaid = 0, returned = 0] = await counts(db, [
    sql`${runs(scope)} and r.status = 'reviewed'`,
    sql`${runs(scope)} and r.status = 'approved' and not exists (select from payment_files where run_id = r.id)
      and exists (${paymentsDue(sql`r.id`)})`,
    sql`${runs(scope)} and exists (select from payment_results came where came.run_id = r.id and came.outcome = 'returned'
      and came.known_to = 'infinity' and not exists (select from payments later
        where later.run_id = r.id and later.payee_id = came.payee_id and later.attempt > came.attempt))`,
  ])
  return [
    {
      label: { zh: '待审批的津贴批次', en: 'Allowance runs waiting for approval' },
      unit: RUNS,
      href: '/console/runs?status=reviewed',
      tone: 'warn',
      count: reviewed,
    },
    {
      label: { zh: '已审批、未生成发放文件的批次', en: 'Approved runs without a payment file' },
      unit: RUNS,
      href: '/console/runs?status=approved',
      tone: 'bad',
      count: unpaid,
    },
    {
      label: { zh: '有退票待补发的批次', en: 'Runs with returned payments to issue again' },
      unit: RUNS,
      href: '/console/payments',
      tone: 'bad',
      count: returned,
    },
  ]
}

async function administratorDuties(db: Db, scope: Scope, now: Date): Promise<Duty[]> {
  const [unconfirmed = 0, locked = 0] = await counts(db, [
    unconfirmedVersions(scope.kind === 'division' ? scope.prefix : '', firstDay(monthOf(localDate(now)))),
    sql`select count(*) from accounts where locked_until > ${now} and disabled_at is null`,
  ])
  return [
    {
      label: { zh: '标准未经确认、不能计算的政策', en: 'Schemes that nobody has confirmed' },
      unit: { zh: '项', en: 'schemes' },
      href: '/console/schemes',
      tone: 'bad',
      count: unconfirmed,
    },
    {
      label: { zh: '因密码错误被锁定的账号', en: 'Accounts locked after wrong passwords' },
      unit: { zh: '个', en: 'accounts' },
      href: '/console/accounts',
      tone: 'warn',
      count: locked,
    },
  ]
}

async function auditorDuties(db: Db): Promise<Duty[]> {
  const [events = 0] = await counts(db, [sql`select coalesce(max(seq), 0) from history_events`])
  return [
    {
      label: { zh: '操作日志，可校验完整性', en: 'Events of the history, to be proved' },
      unit: { zh: '条', en: 'events' },
      href: '/console/history',
      tone: 'info',
      count: events,
    },
  ]
}

function runs(scope: Scope): RawBuilder<unknown> {
  return sql`select count(*) from allowance_runs r join schemes s on s.code = r.scheme_code
    where r.district_code like ${scope.kind === 'division' ? `${scope.prefix}%` : ''}`
}

/** Several counts in one statement. */
async function counts(db: Db, parts: RawBuilder<unknown>[]): Promise<number[]> {
  const { rows } = await sql<{
    counts: number[]
  }>`select array[${sql.join(parts.map((part) => sql`(${part})`))}]::bigint[] as counts`.execute(db)
  return rows[0]?.counts ?? []
}
