/** Batches: certificates for a class, for the awards of an event, or for promotions by it; asked for once, made by a job in slices. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { EVENT } from '../competitions/queries.ts'
import { recordHistory } from '../history/actions.ts'
import { enqueueJob, type Job, type JobHandlers, type Slice } from '../jobs/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { insertRows, type Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { occasionFor, refuseWithoutPrefix } from './actions.ts'
import { getAwardEvent } from './award-queries.ts'
import { awardOccasion, issueAwards, judgeAwards } from './awards.ts'
import { issuerOf, issueToClass, judge, type Made, type RestsOn } from './issue.ts'
import { getIssuingClass } from './issue-queries.ts'
import type { newBatchShape } from './issue-shapes.ts'
import { issuePromoted, judgePromoted, promotionDayFaults } from './promotions.ts'
import { remindSlice } from './reminders.ts'
import type { CertificateKind, ClassKind } from './rules.ts'

type NewBatch = z.output<typeof newBatchShape>

/** People a slice: about a quarter of a second. What a slice reads and writes does not grow with the batch. */
const SLICE = 50

export const jobHandlers: JobHandlers = { 'certificates.issue': issueSlice, 'certificates.remind': remindSlice }

/** Whom a batch is for, in its order, and what was found about each. */
interface Listed {
  /** what the batch is for, in words */
  name: string
  organisation_id: string
  district_code: string
  people: { person_id: string; obstacle: unknown; enrolment_id?: string; entry_id?: string; promotion_id?: string }[]
}

/**
 * Asks for certificates for a whole class or event; the job `certificates.issue` makes them. Refuses what {@link occasionFor} or
 * {@link awardOccasion} refuses, `certificate_batch.nobody` when nobody is eligible, and `certificate_batch.running` while another
 * batch of the class or event is at work.
 */
export async function requestBatch(tx: Tx, context: Context, input: NewBatch) {
  const { class_id = null, event_id = null, kind, issued_on, valid_until } = input
  // two requests for the same follow each other, so that the second finds the first at work
  await sql`select from classes where id = ${class_id}::uuid for update`.execute(tx)
  await sql`select from competition_events where id = ${event_id}::uuid for no key update`.execute(tx)
  const { name, people, organisation_id, district_code } = await listFor(tx, context, input)
  await refuseWhileRunning(tx, input)
  const eligible = people.filter(({ obstacle }) => obstacle === null).length
  if (eligible === 0) refuseNobody(name, people.length)
  const { id } = await tx
    .insertInto('certificate_batches')
    .values({
      class_id,
      event_id,
      kind,
      issued_on,
      valid_until,
      organisation_id,
      requested_by: context.actor.account_id,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await insertRows(
    tx,
    'certificate_batch_people',
    people.map(({ person_id, enrolment_id = null, entry_id = null, promotion_id = null }, index) => ({
      ...{ batch_id: id, ordinal: index + 1, person_id, enrolment_id, entry_id, promotion_id },
    })),
  ).execute()
  const job_id = await enqueueJob(tx, context, { kind: 'certificates.issue', subject_id: id, total: people.length })
  await tx.updateTable('certificate_batches').set({ job_id }).where('id', '=', id).execute()
  await recordHistory(tx, context, {
    kind: 'certificate_batch.requested',
    subject_kind: 'certificate_batch',
    subject_id: id,
    organisation_id,
    district_code,
    reason: input.reason ?? null,
    changes: { ...(class_id ? { class_id } : { event_id }), kind, issued_on, valid_until, eligible },
  })
  return { id, status: 'queued', job_id }
}

/** Everybody the batch could be for, with what is in the way; refuses where the actor may not issue this. */
async function listFor(tx: Tx, context: Context, input: NewBatch): Promise<Listed> {
  const { class_id, event_id, kind, issued_on, valid_until } = input
  if (class_id) {
    const { taught, issuer } = await occasionFor(tx, context, class_id, { ...input, kind: kind as ClassKind })
    const people = await judge(tx, context, class_id, { kind: kind as ClassKind, issued_on })
    return { ...whose(issuer), name: taught.name, people }
  }
  if (kind === 'award') {
    const { event, issuer } = await awardOccasion(tx, context, event_id!, input)
    return { ...whose(issuer), name: event.name, people: await judgeAwards(tx, context, event, issued_on) }
  }
  const people = await judgePromoted(tx, context, { event_id: event_id! }, issued_on)
  // an assessment body knows of an event by whom it approved
  if (!people[0]) return notFound(EVENT)
  const issuer = await issuerOf(tx, context.actor.organisation_id!)
  refuseWithoutPrefix(issuer)
  refuseFaults(promotionDayFaults(null, localDate(context.now), { issued_on, valid_until }))
  return { ...whose(issuer), name: people[0].event_name, people }
}

function whose({ id, district_code }: { id: string; district_code: string }) {
  return { organisation_id: id, district_code }
}

/** Issues to the next people of the batch's list. Somebody who has a certificate is passed over, so a slice that is done again does nothing. */
async function issueSlice(tx: Tx, context: Context, job: Job): Promise<Slice> {
  const before = Number(job.position ?? 0)
  const batch_id = job.subject_id!
  const people = await tx
    .selectFrom('certificate_batch_people')
    .select(['ordinal', 'person_id', 'enrolment_id', 'entry_id', 'promotion_id'])
    .where('batch_id', '=', batch_id)
    .where('ordinal', '>', before)
    .orderBy('ordinal')
    .limit(SLICE)
    .execute()
  const { refused } = await issueTo(tx, context, batch_id, people)
  const at = new Map(people.map((one) => [keyOf(one.person_id, one), one.ordinal]))
  await noteRefusals(
    tx,
    batch_id,
    refused.flatMap(({ person_id, rests_on, code, message }) => {
      const ordinal = at.get(keyOf(person_id, rests_on))
      return ordinal ? [{ ordinal, code, message }] : []
    }),
  )
  const done = people.at(-1)?.ordinal ?? before
  if (people.length === SLICE && done !== job.total) return { done, position: String(done) }
  return { done, position: null, result: await resultOf(tx, batch_id) }
}

async function issueTo(tx: Tx, context: Context, batch_id: string, people: ListedRow[]): Promise<Made> {
  const batch = await tx
    .selectFrom('certificate_batches')
    .select(['class_id', 'event_id', 'organisation_id', 'kind', 'issued_on', 'valid_until'])
    .where('id', '=', batch_id)
    .executeTakeFirstOrThrow()
  const { issued_on, valid_until } = batch
  const occasion = { issuer: await issuerOf(tx, batch.organisation_id), issued_on, valid_until, batch_id }
  if (people.length === 0) return { issued: [], refused: [] }
  if (batch.class_id) {
    const taught = await getIssuingClass(tx, context.scope, batch.class_id)
    const ids = people.map(({ enrolment_id }) => enrolment_id!)
    return issueToClass(tx, context, { ...occasion, kind: batch.kind as ClassKind, taught }, ids)
  }
  if ((batch.kind as CertificateKind) === 'award') {
    const event = await getAwardEvent(tx, context.scope, batch.event_id!)
    const entries = people.map(({ entry_id, person_id }) => ({ entry_id: entry_id!, person_id }))
    return issueAwards(tx, context, { ...occasion, event }, entries)
  }
  return issuePromoted(
    tx,
    context,
    occasion,
    people.map(({ promotion_id }) => promotion_id!),
  )
}

interface ListedRow {
  person_id: string
  enrolment_id: string | null
  entry_id: string | null
  promotion_id: string | null
}

/** A member of a team is one of several for the same entry. */
function keyOf(person_id: string, { enrolment_id, promotion_id, entry_id }: RestsOn | ListedRow): string {
  return enrolment_id ?? promotion_id ?? `${entry_id} ${person_id}`
}

async function noteRefusals(tx: Tx, batch_id: string, refused: { ordinal: number; code: string; message: unknown }[]) {
  if (refused.length === 0) return
  await sql`update certificate_batch_people l set refusal_code = r.code, refusal = r.message
    from jsonb_to_recordset(${JSON.stringify(refused)}::jsonb) as r (ordinal int, code text, message jsonb)
    where l.batch_id = ${batch_id}::uuid and l.ordinal = r.ordinal`.execute(tx)
}

async function resultOf(tx: Tx, batch_id: string) {
  const { rows } = await sql<{ issued: number; left_out: number }>`
    select (select count(*) from certificates where batch_id = ${batch_id}::uuid) as issued,
      (select count(*) from certificate_batch_people where batch_id = ${batch_id}::uuid and refusal_code is not null) as left_out`.execute(
    tx,
  )
  return { ...rows[0]! }
}

function refuseNobody(name: string, people: number): never {
  refuse('conflict', 'certificate_batch.nobody', {
    zh: `“${name}”的 ${people} 人里没有人可以发证。请核对名单上写的原因和发证日期。`,
    en: `None of the ${people} people of “${name}” can get a certificate. See the reasons in the list, and check the day of issue.`,
  })
}

async function refuseWhileRunning(tx: Tx, { class_id, event_id, kind }: NewBatch): Promise<void> {
  const { rows } = await sql`
    select from certificate_batches b join jobs on jobs.id = b.job_id and jobs.status in ('queued', 'running')
    where b.kind = ${kind} and (b.class_id = ${class_id ?? null}::uuid or b.event_id = ${event_id ?? null}::uuid)`.execute(
    tx,
  )
  if (rows.length > 0)
    refuse('conflict', 'certificate_batch.running', {
      zh: '同类证书正在签发，请等这个批次完成后再看。',
      en: 'Certificates of this kind are being issued; wait until that batch is done.',
    })
}
