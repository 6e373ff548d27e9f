/** Hours of a finished class in the ledger of continuing education: each person who completed has them once, and what changes later is a new version. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asJson, newIds } from '../people/bulk.ts'
import { notErased, notMerged } from '../people/roster.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'

/** Classes whose hours are continuing education; one that leads to a level, or that somebody ordered, is training. */
const KINDS = ['continuing_education', 'in_service', 'heads']

interface Earned {
  enrolment_id: string
  person_id: string
  completed: boolean
  hours: number
  completed_on: LocalDate
  provider: string
  subject: string
  evidence: string
  known_id: string | null
  known_hours: number | null
  known_approval: string | null
  known_enrolment: string | null
  /** rejected here before, when the outcome fell; not by an officer */
  fallen: boolean
}

/**
 * Brings the ledger up to a completed class: hours of whoever completed (attested by the institution, so they count), other hours
 * after a correction, and a rejection with its reason where the outcome fell. Saying it again writes nothing; what an officer
 * rejected stays rejected until the hours change. For a class of another kind, or one that is not completed, it does nothing.
 */
export async function enterEducation(
  tx: Tx,
  context: Context,
  class_id: string,
  reason: string | null = null,
): Promise<void> {
  await lockFacts(tx)
  const due = (await earnedIn(tx, class_id, localDate(context.now))).flatMap((row) => entryOf(row, reason))
  if (due.length === 0) return
  const fresh = await newIds(tx, due.filter(({ known_id }) => !known_id).length)
  const entries = due.map((row) => ({ ...row, id: row.known_id ?? fresh.shift()! }))
  const { account_id } = context.actor
  await sql`
    with rows as (
      select * from jsonb_to_recordset(${asJson(entries)}) as r (id uuid, enrolment_id uuid, person_id uuid, completed_on date, hours int,
        provider text, subject text, evidence text, approval text, reason text)
    ), closed as (
      update education_hours h set known_to = clock_timestamp() from rows r
      where h.person_id = r.person_id and h.id = r.id and h.known_to = 'infinity' returning h.id
    )
    insert into education_hours (id, enrolment_id, person_id, completed_on, hours, provider, subject, evidence, approval, recorded_by, decided_by, decision_reason)
    select r.id, r.enrolment_id, r.person_id, r.completed_on, r.hours, r.provider, r.subject, r.evidence, r.approval,
      ${account_id}::uuid, case when r.approval = 'rejected' then ${account_id}::uuid end, r.reason
    from rows r left join closed using (id)`.execute(tx)
  await recordHistory(
    tx,
    context,
    ...entries.map(({ id, known_id, known_hours, approval, person_id, completed_on, hours, provider, subject }) => ({
      kind: `education_hours.${approval === 'rejected' ? 'rejected' : known_id ? 'corrected' : 'recorded'}`,
      subject_kind: 'person',
      subject_id: person_id,
      reason,
      changes: {
        education_hours_id: id,
        ...{ class_id, completed_on, provider, subject },
        hours: known_id && known_hours !== hours ? [known_hours, hours] : hours,
      },
    })),
  )
}

/** The version that is due, or none: said already, nothing earned, or an officer has decided on it. */
function entryOf(row: Earned, why: string | null) {
  const { completed, known_id, known_hours, known_approval, fallen, ...facts } = row
  const known = { known_id, known_hours }
  const earned = completed && facts.hours > 0
  if (!known_id) return earned ? [{ ...facts, ...known, approval: 'approved', reason: null }] : []
  if (!earned && known_approval === 'rejected') return []
  if (!earned)
    return [{ ...facts, ...known, hours: known_hours!, approval: 'rejected', reason: why ?? '培训班结业结果已变更' }]
  const said = known_hours === facts.hours && row.known_enrolment === facts.enrolment_id
  if (said && known_approval !== 'pending' && !fallen) return []
  return [{ ...facts, ...known, approval: 'approved', reason: why }]
}

/** Hours that are on record as the class's own, or that somebody recorded before under the same day, provider and subject. */
async function earnedIn(tx: Tx, class_id: string, today: LocalDate): Promise<Earned[]> {
  const { rows } = await sql<Earned>`
    with members as (
      select e.id as enrolment_id, e.person_id, e.status = 'completed' as completed, k.organisation_id, k.assessor_organisation_id,
        (select coalesce(sum(a.hours), 0) from session_attendances a where a.enrolment_id = e.id and a.known_to = 'infinity') as hours,
        least(k.ends_on - 1, ${today}::date) as completed_on, o.name as provider, k.name as subject,
        left('结业 ' || k.id || ' ' || k.name, 200) as evidence
      from classes k join courses c on c.id = k.course_id join organisations o on o.id = k.organisation_id join enrolments e on e.class_id = k.id
      where k.id = ${class_id}::uuid and k.status = 'completed' and c.kind = any (${KINDS}::text[]) and e.status not in ('withdrawn', 'waiting')
        and ${notMerged(sql.ref('e.person_id'))} and ${notErased(sql.ref('e.person_id'))}
    )
    select m.enrolment_id, m.person_id, m.completed, m.hours, coalesce(h.completed_on, m.completed_on) as completed_on,
      coalesce(h.provider, m.provider) as provider, coalesce(h.subject, m.subject) as subject, m.evidence,
      h.id as known_id, h.hours as known_hours, h.approval as known_approval, h.enrolment_id as known_enrolment,
      coalesce(h.approval = 'rejected' and d.organisation_id in (m.organisation_id, m.assessor_organisation_id), false) as fallen
    from members m left join lateral (
      select * from education_hours h
      where h.person_id = m.person_id and h.known_to = 'infinity' and (h.enrolment_id = m.enrolment_id or (h.enrolment_id is null
        and h.completed_on = m.completed_on and h.provider = m.provider and h.subject = m.subject))
      order by h.enrolment_id nulls last limit 1
    ) h on true left join accounts d on d.id = h.decided_by
    order by m.person_id`.execute(tx)
  return rows
}
