/** Books the organisations' lines of an approved run and settles them with what each owes; takes down what an organisation paid back. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { writeEachNotice } from '../notices/notices.ts'
import { faultAt } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { formatYuan } from '../platform/money.ts'
import { getPayee } from './organisation-queries.ts'
import type { NewOrganisationRepayment } from './organisation-shapes.ts'
import { isOrganisationHeld } from './review-queries.ts'

interface Run {
  id: string
  scheme_code: string
  district_code: string
}

/**
 * Every line continues the chain of its organisation, month and component, and only where that still ends in the amount the line was
 * computed against; answers how many do not, and what was held back. What is negative is taken from what is positive, in this run and in the next ones;
 * so is what was written off, from a month that
 * goes up again towards what it was once booked at.
 */
export async function bookOrganisations(
  tx: Tx,
  context: Context,
  run: Run,
): Promise<{ stale: number; held_count: number; held_fen: number }> {
  const { rows } = await sql<{ lines: number; stale: number; held_count: number; held_fen: number }>`
    with line as (
      select l.organisation_id, l.month, l.component, l.entitlement_fen, l.previous_fen, l.amount_fen, p.seq as prev_seq, p.entitlement_fen as prev_fen,
        ${isOrganisationHeld} as held
      from organisation_lines l join allowance_runs r on r.id = l.run_id
        left join lateral (
          select e.seq, e.entitlement_fen from organisation_ledger e
          where e.organisation_id = l.organisation_id and e.scheme_code = ${run.scheme_code} and e.month = l.month and e.component = l.component
          order by e.seq desc limit 1
        ) p on true
      where l.run_id = ${run.id}::uuid
    ), booked as (
      insert into organisation_ledger (organisation_id, scheme_code, month, component, seq, prev_seq, prev_fen, entitlement_fen, run_id)
      select organisation_id, ${run.scheme_code}, month, component, coalesce(prev_seq + 1, 0), prev_seq, prev_fen, entitlement_fen, ${run.id}::uuid from line where not held
    )
    select count(*) filter (where not held) as lines, count(*) filter (where not held and coalesce(previous_fen, 0) <> coalesce(prev_fen, 0)) as stale,
      count(*) filter (where held) as held_count, coalesce(sum(amount_fen) filter (where held), 0)::bigint as held_fen from line`.execute(
    tx,
  )
  const { lines, ...booked } = rows[0]!
  if (lines > 0 && booked.stale === 0) await settleOrganisations(tx, context, run)
  return booked
}

async function settleOrganisations(tx: Tx, context: Context, run: Run): Promise<void> {
  await lockDues(tx, run)
  await sql`
    insert into organisation_dues (organisation_id, scheme_code, district_code, seq, prev_seq, prev_owed_fen, prev_written_off_fen, run_id, plus_fen, minus_fen, regained_fen, recorded_by)
    select e.organisation_id, ${run.scheme_code}, ${run.district_code}, coalesce(last.seq + 1, 0), last.seq, last.owed_fen, last.written_off_fen, ${run.id}::uuid, e.plus_fen,
      e.minus_fen + back.fen, back.fen, ${context.actor.account_id}::uuid
    from (
      select l.organisation_id, coalesce(sum(l.amount_fen) filter (where l.amount_fen > 0), 0) as plus_fen, coalesce(-sum(l.amount_fen) filter (where l.amount_fen < 0), 0) as minus_fen,
        coalesce(sum(greatest(0, least(l.entitlement_fen, peak.fen) - l.prev_fen)), 0) as again_fen
      from organisation_ledger l left join lateral (
        select max(b.entitlement_fen) as fen from organisation_ledger b
        where (b.organisation_id, b.scheme_code, b.month, b.component) = (l.organisation_id, l.scheme_code, l.month, l.component) and b.seq < l.seq) peak on true
      where l.run_id = ${run.id}::uuid group by l.organisation_id
    ) e left join lateral (
      select d.seq, d.owed_fen, d.written_off_fen from organisation_dues d
      where (d.organisation_id, d.scheme_code, d.district_code) = (e.organisation_id, ${run.scheme_code}, ${run.district_code}) order by d.seq desc limit 1
    ) last on true cross join lateral (select least(coalesce(last.written_off_fen, 0), e.again_fen)::integer as fen) back`.execute(
    tx,
  )
  const yuan = sql`to_char(d.owed_fen / 100.0, 'FM999,999,990.00')`
  await writeEachNotice(
    tx,
    context,
    sql`select null::uuid as account_id, d.organisation_id, null::uuid as person_id, d.organisation_id as subject_id,
        format('以前月份的机构补助有更正，现应退回 %s 元，从以后批次中抵扣，也可以转账退回。', ${yuan}) as words,
        format('Earlier months were corrected: %s yuan are owed. They are taken from later runs, or paid back by transfer.', ${yuan}) as words_en
      from organisation_dues d where d.run_id = ${run.id}::uuid and d.owed_fen > coalesce(d.prev_owed_fen, 0)`,
    { kind: 'organisation_dues.opened', subject_kind: 'organisation' },
  )
}

/** Whoever writes the accounts of a scheme and district next waits for this transaction. */
export async function lockDues(tx: Tx, { scheme_code, district_code }: Pick<Run, 'scheme_code' | 'district_code'>) {
  await sql`select pg_advisory_xact_lock(hashtextextended('organisation_dues ' || ${scheme_code} || ' ' || ${district_code}, 0))`.execute(
    tx,
  )
}

/**
 * Takes down what an organisation paid back, each transfer once. Refuses `organisation_dues.nothing_owed`; faults
 * `organisation_dues.too_much`, `organisation_dues.paid_later`.
 */
export async function repayDues(
  tx: Tx,
  context: Context,
  organisation_id: string,
  input: NewOrganisationRepayment,
): Promise<void> {
  const { scheme_code, district_code, amount_fen, paid_on, reference } = input
  await getPayee(tx, context.scope, organisation_id)
  if (context.scope.kind !== 'division' || !district_code.startsWith(context.scope.prefix))
    notFound({ zh: '区县', en: 'district' })
  await lockDues(tx, input)
  const { rows } = await sql<{ seq: number; owed_fen: number; written_off_fen: number }>`
    select seq, owed_fen, written_off_fen from organisation_dues
    where (organisation_id, scheme_code, district_code) = (${organisation_id}::uuid, ${scheme_code}, ${district_code}) order by seq desc limit 1`.execute(
    tx,
  )
  const [last] = rows
  if (!last || last.owed_fen === 0) return nothingOwed()
  refuseFaults([
    ...(amount_fen > last.owed_fen
      ? [
          faultAt(
            '/amount_fen',
            'organisation_dues.too_much',
            `应退回 ${formatYuan(last.owed_fen)} 元，登记的是 ${formatYuan(amount_fen)} 元，请核对。`,
            `${formatYuan(last.owed_fen)} yuan are owed, and ${formatYuan(amount_fen)} is given: compare them.`,
          ),
        ]
      : []),
    ...(paid_on > localDate(context.now)
      ? [
          faultAt(
            '/paid_on',
            'organisation_dues.paid_later',
            `到账日期 ${paid_on} 还没有到。`,
            `${paid_on} is yet to come.`,
          ),
        ]
      : []),
  ])
  await tx
    .insertInto('organisation_dues')
    .values({
      ...{ organisation_id, scheme_code, district_code, paid_on, reference, plus_fen: amount_fen, minus_fen: 0 },
      ...{ seq: last.seq + 1, prev_seq: last.seq, prev_owed_fen: last.owed_fen },
      ...{ prev_written_off_fen: last.written_off_fen, recorded_by: context.actor.account_id },
    })
    .execute()
  await recordHistory(tx, context, {
    kind: 'organisation_dues.repaid',
    ...{ subject_kind: 'organisation', subject_id: organisation_id, organisation_id, district_code },
    changes: { scheme_code, amount_fen, paid_on, reference },
  })
}

export function nothingOwed(): never {
  return refuse('conflict', 'organisation_dues.nothing_owed', {
    zh: '这个机构在这项政策下没有应退回的款项。',
    en: 'The organisation owes nothing of this scheme.',
  })
}
