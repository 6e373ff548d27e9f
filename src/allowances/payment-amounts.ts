/** What a run has to pay to whom: the one place where the amount of a payment is made. */
import { type RawBuilder, sql } from 'kysely'

/**
 * A select of `payee_id`, which is either `person_id` or `organisation_id`, `amount_fen` (above 0), `months` and `organisation_name` of the newest month,
 * one row a payee: all that is positive in the run, net of what was settled otherwise; what is to be recovered is negative, and a list of its own.
 */
export function paymentsDue(run_id: string | RawBuilder<string>) {
  return sql<{ payee_id: string; amount_fen: number; months: string; organisation_name: string | null }>`
    select l.payee_id, l.person_id, case when l.person_id is null then l.payee_id end as organisation_id, sum(l.amount_fen)::bigint as amount_fen, string_agg(distinct to_char(l.month, 'YYYY-MM'), '、' order by to_char(l.month, 'YYYY-MM')) as months,
      (array_agg(o.name order by l.month desc))[1] as organisation_name
    from allowance_payables l left join organisations o on o.id = l.organisation_id
    where l.run_id = ${run_id}${typeof run_id === 'string' ? sql`::uuid` : sql``} and l.amount_fen > 0 group by l.payee_id, l.person_id`
}
