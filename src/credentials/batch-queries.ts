/** Reads of batches: how far their jobs are, what they issued, and who got nothing and why. */
import { sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { type Message, notFound } from '../platform/errors.ts'
import type { CertificateKind, Obstacle } from './rules.ts'

/** People who got nothing are listed with their reasons up to so many; `left_out` counts them all. */
const SHOWN = 1000

export interface BatchView {
  id: string
  status: string
  job_id: string
  /** of a class or of an event */
  class_id: string | null
  class_name: string | null
  event_id: string | null
  event_name: string | null
  kind: CertificateKind
  issued_on: LocalDate
  valid_until: LocalDate | null
  done: number
  total: number | null
  error: Message | null
  issued: number
  left_out: number
  skipped: Skipped[]
}
/** Somebody who got no certificate, and why. */
export interface Skipped extends Obstacle {
  enrolment_id: string | null
  entry_id: string | null
  promotion_id: string | null
  person_id: string
  holder_name: string
}

/** A batch and how far its job is; for the issuer, the trainer of the class, and their divisions. */
export async function getBatch(db: Db, scope: Scope, id: string): Promise<BatchView> {
  const [batch] = await batchViews(db, scope, { id })
  return batch ?? notFound({ zh: '发证批次', en: 'certificate batch' })
}

/** The latest 50, newest first. */
export async function batchViews(
  db: Db,
  scope: Scope,
  filter: { id?: string | undefined; class_id?: string | undefined; event_id?: string | undefined },
): Promise<BatchView[]> {
  const [id, class_id, event_id] = [filter.id ?? null, filter.class_id ?? null, filter.event_id ?? null]
  const own =
    scope.kind === 'organisation'
      ? sql`(b.organisation_id = ${scope.organisation_id}::uuid or classes.organisation_id = ${scope.organisation_id}::uuid)`
      : sql`issuer.district_code like ${scope.kind === 'division' ? `${scope.prefix}%` : ''}`
  const { rows } = await sql<Omit<BatchView, 'error'> & { error: { message: Message } | null }>`
    select b.id, jobs.status, jobs.id as job_id, b.class_id, classes.name as class_name, b.event_id, v.name as event_name, b.kind, b.issued_on,
      b.valid_until, jobs.done, jobs.total, jobs.error, (select count(*) from certificates c where c.batch_id = b.id) as issued,
      (select count(*) from certificate_batch_people l where l.batch_id = b.id and l.refusal_code is not null) as left_out,
      coalesce((
        select jsonb_agg(jsonb_build_object('enrolment_id', l.enrolment_id, 'entry_id', l.entry_id, 'promotion_id', l.promotion_id,
          'person_id', l.person_id, 'holder_name', p.name, 'code', l.refusal_code, 'message', l.refusal) order by l.ordinal)
        from (select * from certificate_batch_people l where l.batch_id = b.id and l.refusal_code is not null order by l.ordinal limit ${SHOWN}) l
          join people p on p.id = l.person_id), '[]') as skipped
    from certificate_batches b join organisations issuer on issuer.id = b.organisation_id join jobs on jobs.id = b.job_id
      left join classes on classes.id = b.class_id left join competition_events v on v.id = b.event_id
    where ${own} and (${id}::uuid is null or b.id = ${id}::uuid) and (${class_id}::uuid is null or b.class_id = ${class_id}::uuid)
      and (${event_id}::uuid is null or b.event_id = ${event_id}::uuid)
    order by b.id desc limit 50`.execute(db)
  return rows.map(({ error, ...row }) => ({ ...row, error: error?.message ?? null }))
}

/** The first certificates of a batch, by number; the list of certificates shows the others. */
export function firstOfBatch(db: Db, batch_id: string, limit: number) {
  return db
    .selectFrom('certificates')
    .select(['id', 'number', 'holder_name'])
    .where('batch_id', '=', batch_id)
    .orderBy('number')
    .limit(limit)
    .execute()
}
