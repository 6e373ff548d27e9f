/** A facility's month as a whole: carried over from the month before, submitted, and the submission withdrawn by an officer. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { daysInMonth, firstDay, type Month } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { faultAt, onlyRow } from './bulk.ts'
import {
  digestOf,
  employedIn,
  figuresOf,
  gapsOf,
  getMonthSubmission,
  type MonthSubmission,
  standingSubmission,
} from './month-submission-queries.ts'
import type { MonthCopy, NewMonthSubmission } from './month-submission-shapes.ts'
import { type NewServiceMonth, recordServiceMonths } from './service-months.ts'

/**
 * Records the figures of an earlier month for everybody whom the actor's organisation still employs in the new month and who has
 * none there yet; days the new month does not have are cut off. Answers what was recorded. Refuses `service_month.copy_order`, and
 * as {@link recordServiceMonths} does.
 */
export async function copyServiceMonths(tx: Tx, context: Context, copy: MonthCopy): Promise<NewServiceMonth[]> {
  const { from_month, month, reason } = copy
  if (from_month >= month)
    refuse('invalid', 'service_month.copy_order', {
      zh: `只能把较早月份复制到较晚月份，${from_month} 不早于 ${month}。`,
      en: `Figures are copied to a later month; ${from_month} is not before ${month}.`,
    })
  const organisation_id = context.actor.organisation_id!
  const { rows } = await sql<Pick<NewServiceMonth, 'person_id' | 'attendance_days' | 'social_insurance'>>`
    select m.person_id, least(m.attendance_days, ${daysInMonth(month)}::int) as attendance_days, m.social_insurance
    from service_months m
    where m.organisation_id = ${organisation_id}::uuid and m.month = ${firstDay(from_month)}::date and m.known_to = 'infinity'
      and exists (${employedIn(month)} and e.organisation_id = m.organisation_id and e.person_id = m.person_id)
      and not exists (${figuresOf(month)} and f.organisation_id = m.organisation_id and f.person_id = m.person_id)
    order by m.person_id`.execute(tx)
  const copied = rows.map((row) => ({ ...row, organisation_id, month, ...(reason && { reason }) }))
  await recordServiceMonths(tx, context, copied, onlyRow)
  return copied
}

/**
 * Submits a month of the actor's organisation: from now on its figures change with a reason only. Refuses
 * `service_month_submission.twice`, `service_month_submission.nothing_recorded`, and `service_month_submission.gaps` with everybody in
 * post of whom there are no figures, unless `with_gaps` says why.
 */
export async function submitMonth(tx: Tx, context: Context, input: NewMonthSubmission): Promise<MonthSubmission> {
  const { month } = input
  const organisation_id = context.actor.organisation_id!
  // whoever is writing figures of this month has done so or waits: what is counted here is what is submitted
  await sql`select pg_advisory_xact_lock(service_month_key(${organisation_id}::uuid, ${firstDay(month)}::date))`.execute(
    tx,
  )
  if (await standingSubmission(tx, organisation_id, month)) refuseTwice(month)
  const { people, sha256 } = await digestOf(tx, organisation_id, month)
  if (people === 0)
    refuse('invalid', 'service_month_submission.nothing_recorded', {
      zh: `${month} 还没有登记任何出勤，登记后再提交。`,
      en: `Nothing is recorded for ${month}: record the month, then submit it.`,
    })
  const gaps = await gapsOf(tx, organisation_id, month)
  if (gaps.length > 0 && !input.with_gaps)
    refuse(
      'invalid',
      'service_month_submission.gaps',
      {
        zh: `${month} 还有 ${gaps.length} 名在岗人员没有数据。请补登，或确认缺报并写明理由（with_gaps、reason）后提交。`,
        en: `${gaps.length} in post have no figures for ${month}: record them, or submit with the gaps and say why (with_gaps, reason).`,
      },
      {
        faults: gaps.map(({ person_id, name }) =>
          faultAt(
            `/people/${person_id}`,
            'service_month.missing',
            `${name} 在岗，但没有 ${month} 的数据。`,
            `${name} is in post and has no figures for ${month}.`,
          ),
        ),
      },
    )
  const gap_reason = gaps.length > 0 ? (input.reason ?? null) : null
  const { rows } = await sql<{ id: string }>`
    insert into service_month_submissions (organisation_id, month, people, gaps, gap_reason, sha256, submitted_by, submitted_at, replaces_id)
    values (${organisation_id}::uuid, ${firstDay(month)}::date, ${people}, ${gaps.length}, ${gap_reason}, ${sha256}, ${context.actor.account_id}::uuid, ${context.now},
      (select s.id from service_month_submissions s join service_month_withdrawals w on w.submission_id = s.id
       where s.organisation_id = ${organisation_id}::uuid and s.month = ${firstDay(month)}::date
         and not exists (select from service_month_submissions later where later.replaces_id = s.id)))
    returning id`.execute(tx)
  const { id } = rows[0]!
  await recordHistory(tx, context, {
    kind: 'service_month_submission.submitted',
    subject_kind: 'service_month_submission',
    subject_id: id,
    reason: gap_reason,
    changes: { month, people, gaps: gaps.length, sha256 },
  })
  return getMonthSubmission(tx, context.scope, id)
}

/** Takes a submission of the officer's division back, so that the facility may change its figures and submit again. Refuses `service_month_submission.withdrawn`. */
export async function withdrawMonthSubmission(
  tx: Tx,
  context: Context,
  id: string,
  reason: string,
): Promise<MonthSubmission> {
  const { organisation_id, month } = await getMonthSubmission(tx, context.scope, id)
  const written = await tx
    .insertInto('service_month_withdrawals')
    .values({ submission_id: id, reason, withdrawn_by: context.actor.account_id, withdrawn_at: context.now })
    .onConflict((oc) => oc.doNothing())
    .returning('submission_id')
    .executeTakeFirst()
  if (!written)
    refuse('conflict', 'service_month_submission.withdrawn', {
      zh: `${month} 的这次提交已经退回，不用再退回。`,
      en: `This submission of ${month} has been withdrawn already.`,
    })
  await recordHistory(tx, context, {
    kind: 'service_month_submission.withdrawn',
    subject_kind: 'service_month_submission',
    subject_id: id,
    organisation_id,
    reason,
    changes: { month },
  })
  return getMonthSubmission(tx, context.scope, id)
}

function refuseTwice(month: Month): never {
  refuse('conflict', 'service_month_submission.twice', {
    zh: `${month} 已经提交，不能重复提交。数据有误请写明理由更正，或请民政、卫健部门退回。`,
    en: `${month} has been submitted: correct its figures with a reason, or ask an officer to withdraw the submission.`,
  })
}
