/** Writes of class filings (开班备案): filed by the institution some days before the start, accepted or returned by its division. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { writeNotices } from '../notices/notices.ts'
import { faultAt } from '../people/bulk.ts'
import { addDays, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { lockClass, mustBeOpen } from './actions.ts'
import { enterState } from './class-states.ts'
import { FILING, getFiling, latestFiling, ruleFor } from './filing-queries.ts'
import type { FilingDecision, FilingView } from './filing-shapes.ts'

/**
 * Files an open class with its division. The day it was due comes from the division's rule in force (S56: seven days before the
 * start); a late filing is taken and flagged. The district's officers hear of it. A class filed and accepted is filed again only for other dates. Refuses `class.not_open`,
 * `filing.pending`, `filing.accepted`.
 */
export async function fileClass(
  tx: Tx,
  context: Context,
  class_id: string,
  { note }: { note?: string | null | undefined },
): Promise<FilingView> {
  const group = await lockClass(tx, context, class_id, 'organisation_id')
  mustBeOpen(group)
  const before = await latestFiling(tx, context.scope, class_id)
  if (before?.state === 'filed')
    refuse('conflict', 'filing.pending', {
      zh: `${before.filed_on} 提交的备案还在等${before.district_name}处理，不用再次提交。`,
      en: `The filing of ${before.filed_on} still waits for ${before.district_name}; there is no need to file again.`,
    })
  if (before?.state === 'filing_accepted' && before.current)
    refuse('conflict', 'filing.accepted', {
      zh: `${before.filed_on} 的备案已经受理，起止日期没有变，不用再次提交。`,
      en: `The filing of ${before.filed_on} was accepted and the dates are the same; there is no need to file again.`,
    })
  const filed_on = localDate(context.now)
  const { district_code, rule } = await ruleFor(tx, group.organisation_id, filed_on)
  const due_on = rule && addDays(group.starts_on, -rule.days_before)
  const { rows } = await sql<{ id: string }>`
    insert into class_filings (class_id, district_code, rule_code, due_on, filed_on, starts_on, ends_on, people, sessions, hours, note)
    select k.id, ${district_code}::text, ${rule?.code ?? null}::text, ${due_on}::date, ${filed_on}::date, k.starts_on, k.ends_on,
      (select count(*) from enrolments e where e.class_id = k.id and e.status = 'enrolled'), count(s.id), coalesce(sum(s.hours), 0), ${note ?? null}::text
    from classes k left join class_sessions s on s.class_id = k.id where k.id = ${class_id}::uuid group by k.id returning id`.execute(
    tx,
  )
  const { id } = rows[0]!
  await enterState(tx, context, class_id, 'filed', { filing_id: id, reason: note ?? null })
  const filing = await getFiling(tx, context.scope, id)
  await writeNotices(
    tx,
    context,
    sql`select id as account_id, null::uuid as organisation_id, null::uuid as person_id from accounts
      where role = 'district' and district_code = ${district_code}::text and disabled_at is null`,
    {
      kind: 'class.filing_submitted',
      words: {
        zh: `${filing.organisation_name}提交了培训班“${filing.class_name}”的备案${filing.late ? `（逾期，应于 ${due_on} 前）` : ''}，请受理或退回。`,
        en: `${filing.organisation_name} filed the class "${filing.class_name}"${filing.late ? `, late: it was due on ${due_on}` : ''}. Accept or return it.`,
      },
      ...{ subject_kind: 'class_filing', subject_id: id },
    },
  )
  await recordHistory(tx, context, {
    kind: 'class.filing_submitted',
    subject_kind: 'class',
    subject_id: class_id,
    district_code,
    changes: { filing_id: id, filed_on, due_on },
  })
  return filing
}

/** Accepts a filing of the actor's division, or returns it with a reason; the institution hears of it. Refuses `filing.decided`, `class.not_open`; fault `filing.reason_missing`. */
export async function decideFiling(
  tx: Tx,
  context: Context,
  id: string,
  { accepted, reason }: FilingDecision,
): Promise<FilingView> {
  const { class_id } = await getFiling(tx, context.scope, id)
  await tx.selectFrom('classes').select('id').where('id', '=', class_id).forUpdate().execute()
  const filing = (await latestFiling(tx, context.scope, class_id)) ?? notFound(FILING)
  mustBeOpen({ status: filing.class_status, name: filing.class_name })
  if (filing.id !== id || filing.state !== 'filed')
    refuse('conflict', 'filing.decided', {
      zh: `“${filing.class_name}”的这份备案已经处理过，请刷新页面查看。`,
      en: `This filing of "${filing.class_name}" was decided already; load the page again.`,
    })
  if (!accepted && !reason)
    refuseFaults([
      faultAt('/reason', 'filing.reason_missing', '退回备案须写明原因。', 'A filing is returned with a reason.'),
    ])
  await enterState(tx, context, class_id, accepted ? 'filing_accepted' : 'filing_returned', {
    filing_id: id,
    reason: reason ?? null,
  })
  await writeNotices(
    tx,
    context,
    sql`select null::uuid as account_id, organisation_id, null::uuid as person_id from classes where id = ${class_id}::uuid`,
    {
      kind: accepted ? 'class.filing_accepted' : 'class.filing_returned',
      words: accepted
        ? {
            zh: `培训班“${filing.class_name}”的备案已由${filing.district_name}受理。`,
            en: `${filing.district_name} accepted the filing of the class "${filing.class_name}".`,
          }
        : {
            zh: `培训班“${filing.class_name}”的备案被${filing.district_name}退回：${reason}。请改正后重新提交。`,
            en: `${filing.district_name} returned the filing of the class "${filing.class_name}": ${reason}. Correct it and file again.`,
          },
      subject_kind: 'class',
      subject_id: class_id,
    },
  )
  await recordHistory(tx, context, {
    kind: accepted ? 'class.filing_accepted' : 'class.filing_returned',
    subject_kind: 'class',
    subject_id: class_id,
    reason: reason ?? null,
    changes: { filing_id: id },
  })
  return getFiling(tx, context.scope, id)
}
