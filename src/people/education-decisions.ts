/** An officer's decision on hours of continuing education that a facility stated: whether they count. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { refuseFaults } from '../platform/errors.ts'
import { faultAt } from './bulk.ts'
import { type EducationHours, getEducationHours } from './fact-queries.ts'
import type { EducationDecisions } from './fact-shapes.ts'
import { personInScope } from './roster.ts'

/**
 * Approves or rejects hours of people of the officer's division; a decision taken before is taken anew when it was another one.
 * What was known before stays readable: a run sees the decision known at its cutoff. Refuses `education_hours.unknown` for every id
 * that is not on record (any more).
 */
export async function decideEducationHours(
  tx: Tx,
  context: Context,
  { ids, decision, reason }: EducationDecisions,
): Promise<{ decided: number; unchanged: number }> {
  await lockFacts(tx)
  const wanted = [...new Set(ids)]
  const { rows: found } = await sql<{ id: string; person_id: string; approval: string; hours: number }>`
    select h.id, h.person_id, h.approval, h.hours from education_hours h join people on people.id = h.person_id
    where h.id = any(${`{${wanted.join(',')}}`}::uuid[]) and h.known_to = 'infinity' and people.erased_at is null and ${personInScope(context.scope)}
    order by h.person_id, h.id for update of h`.execute(tx)
  const known = new Set(found.map(({ id }) => id))
  refuseFaults(
    ids.flatMap((id, index) =>
      known.has(id)
        ? []
        : faultAt(
            `/ids/${index}`,
            'education_hours.unknown',
            '没有找到这条学时记录，可能刚刚被更正，请刷新后再审核。',
            'There are no such hours; they may just have been corrected: reload, then decide.',
          ),
    ),
  )
  const decided = found.filter(({ approval }) => approval !== decision)
  if (decided.length === 0) return { decided: 0, unchanged: found.length }
  await sql`
    with closed as (
      update education_hours set known_to = clock_timestamp()
      where id = any(${`{${decided.map(({ id }) => id).join(',')}}`}::uuid[]) and known_to = 'infinity' returning *
    )
    insert into education_hours (person_id, id, completed_on, hours, provider, subject, evidence, enrolment_id, recorded_by, import_id, approval, decided_by, decision_reason)
    select person_id, id, completed_on, hours, provider, subject, evidence, enrolment_id, recorded_by, import_id,
      ${decision}::text, ${context.actor.account_id}::uuid, ${reason ?? null}::text
    from closed`.execute(tx)
  await recordHistory(
    tx,
    context,
    ...decided.map(({ id, person_id, hours, approval }) => ({
      kind: `education_hours.${decision}`,
      subject_kind: 'person',
      subject_id: person_id,
      reason: reason ?? null,
      changes: { education_hours_id: id, hours, approval: [approval, decision] },
    })),
  )
  return { decided: decided.length, unchanged: found.length - decided.length }
}

/** Decides one; 404 when there are no such hours in the division. */
export async function decideEducation(
  tx: Tx,
  context: Context,
  id: string,
  decision: EducationDecisions['decision'],
  reason: string | undefined,
): Promise<EducationHours> {
  await getEducationHours(tx, context.scope, id)
  await decideEducationHours(tx, context, { ids: [id], decision, reason })
  return getEducationHours(tx, context.scope, id)
}
