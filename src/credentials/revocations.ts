/** Revoking one certificate or thousands by one decision: set-based, all or none. */
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { asArray, faultAt } from '../people/bulk.ts'
import { standingOf, statusOn } from '../people/certificate-standing.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { parseCertificateNumber } from './certificate-number.ts'
import { issuerOf } from './issue.ts'
import { dayFault, type Revocable, revocationFault } from './life-rules.ts'
import type { revocationCheckShape, revocationDecisionShape, Selection } from './life-shapes.ts'
import { ofClass, promotedBy, visible } from './queries.ts'
import type { RevocationReason } from './rules.ts'

interface Selected extends Revocable {
  id: string
}
/** What a decision would come to. */
export interface RevocationPlan {
  revocable: Selected[]
  /** which not, and why */
  left_out: { certificate_id: string | null; number: string | null; fault: Fault }[]
  /** wrong whatever the certificate */
  faults: Fault[]
}

/** Which of the certificates asked for can be revoked from that day, and of the others why not; writes nothing. */
export async function planRevocations(
  db: Db,
  context: Context,
  input: z.output<typeof revocationCheckShape>,
): Promise<RevocationPlan> {
  const today = localDate(context.now)
  const effective_on = input.effective_on ?? today
  const selected = await select(db, context, today, input)
  const plan: RevocationPlan = { revocable: [], left_out: [], faults: [] }
  if (effective_on > today) plan.faults.push(futureFault(effective_on, today))
  for (const { pointer, asked, certificate } of selected) {
    const fault = certificate
      ? revocationFault(certificate, context.actor.organisation_id, input.reason_code, effective_on, pointer)
      : faultAt(
          pointer,
          'certificate.unknown',
          `没有找到证书“${asked}”，请核对编号。`,
          `There is no certificate “${asked}”: check the number.`,
        )
    if (!fault) plan.revocable.push(certificate!)
    else plan.left_out.push({ certificate_id: certificate?.id ?? null, number: certificate?.number ?? asked, fault })
  }
  return plan
}

function futureFault(effective_on: LocalDate, today: LocalDate): Fault {
  const what = { zh: '撤销生效日期', en: 'The effective day' }
  return dayFault('/effective_on', 'certificate.effective_on', what, effective_on, '0001-01-01', today)!
}

interface Answer {
  pointer: string
  asked: string
  certificate: Selected | null
}

/** In the order asked for, each once; of a class, event or batch by number. */
async function select(db: Db, context: Context, today: LocalDate, input: Selection): Promise<Answer[]> {
  const [way, asked] = listOf(input)
  const { rows } = await sql<{ [K in keyof Selected]: Selected[K] | null } & { at: number | null }>`
    select asked.at, found.* from ${
      way
        ? sql`jsonb_array_elements_text(${JSON.stringify(asked)}::jsonb) with ordinality as asked (name, at) left join`
        : sql`(select null::int as at) asked join`
    } (
      select certificates.id, certificates.number, certificates.issued_on::text, certificates.issuer_organisation_id, certificates.issuer_name,
        ${statusOn(today)} as status
      from certificates join organisations issuer on issuer.id = certificates.issuer_organisation_id
        ${standingOf(sql.ref('certificates.id'))}
      where ${visible(context.scope)} and ${among(input)}
    ) found on ${way === null ? sql`true` : sql`found.${sql.ref(way === 'numbers' ? 'number' : 'id')}::text = asked.name`}
    order by asked.at, found.number`.execute(db)
  return rows.map(({ at, ...row }) => ({
    pointer: way ? `/${way}/${at! - 1}` : '',
    asked: way ? asked[at! - 1]! : row.number!,
    certificate: row.id === null ? null : (row as Selected),
  }))
}

/** The list that was given, cleaned, each once; or none, and it is a filter. */
function listOf({ numbers, certificate_ids }: Selection): ['numbers' | 'certificate_ids' | null, string[]] {
  if (numbers) return ['numbers', [...new Set(numbers.map((text) => parseCertificateNumber(text).number))]]
  return certificate_ids ? ['certificate_ids', [...new Set(certificate_ids)]] : [null, []]
}

function among(input: Selection): RawBuilder<boolean> {
  const [way, asked] = listOf(input)
  if (way === 'numbers')
    return sql`certificates.number in (select jsonb_array_elements_text(${JSON.stringify(asked)}::jsonb))`
  if (way) return sql`certificates.id = any (${asArray(asked)}::uuid[])`
  if (input.batch_id) return sql`certificates.batch_id = ${input.batch_id}::uuid`
  return input.class_id ? ofClass(input.class_id) : promotedBy(input.event_id!)
}

/**
 * Revokes all by one decision, or none. A list is refused with every fault it has (`certificate.unknown`, `certificate.not_issuer`,
 * `certificate.revoked_already`, `certificate.effective_on`); of a class, an event or a batch what cannot be revoked is passed over,
 * and `certificate_revocation.nobody` says that nothing is left.
 */
export async function revokeCertificates(
  tx: Tx,
  context: Context,
  input: z.output<typeof revocationDecisionShape>,
): Promise<{ id: string }> {
  await lockFacts(tx)
  await sql`select id from certificates where ${among(input)} order by id for update`.execute(tx)
  const { revocable, left_out, faults } = await planRevocations(tx, context, input)
  refuseFaults([...faults, ...(listOf(input)[0] ? left_out.map(({ fault }) => fault) : [])])
  if (revocable.length === 0)
    refuse('conflict', 'certificate_revocation.nobody', {
      zh: `所选的 ${left_out.length} 张证书都不能由您撤销：不是您签发的，或者已经撤销、换发。`,
      en: `None of the ${left_out.length} certificates can be revoked by you: issued by others, or revoked or replaced already.`,
    })
  const { reason_code, reason, decision_reference } = input
  const effective_on = input.effective_on ?? localDate(context.now)
  const decision = await tx
    .insertInto('certificate_revocation_decisions')
    .values({
      ...{ organisation_id: context.actor.organisation_id!, reason_code, reason, decision_reference },
      ...{ certificates: revocable.length, decided_by: context.actor.account_id, decided_at: context.now },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await insertRevocations(
    tx,
    context,
    revocable.map(({ id }) => id),
    { reason_code, reason, effective_on, decision_id: decision.id },
  )
  await recordLife(tx, context, 'certificate.revoked', reason, revocable, {
    ...{ reason_code, effective_on: reason_code === 'fraud' ? null : effective_on, decision_reference },
    decision_id: decision.id,
  })
  return decision
}

/** Writes one revocation a certificate, in one statement. Fraud reaches back to the day of issue. */
export async function insertRevocations(
  tx: Tx,
  context: Context,
  certificate_ids: string[],
  how: {
    reason_code: RevocationReason | 'replaced'
    reason: string
    effective_on: LocalDate
    decision_id?: string
  },
): Promise<void> {
  const { reason_code, reason, effective_on, decision_id = null } = how
  await sql`
    insert into certificate_revocations (certificate_id, seq, reason_code, reason, effective_on, revoked_by, decision_id)
    select c.id, coalesce((select max(r.seq) + 1 from certificate_revocations r where r.certificate_id = c.id), 0), ${reason_code}::text, ${reason}::text,
      ${reason_code === 'fraud' ? sql`c.issued_on` : sql`${effective_on}::date`}, ${context.actor.account_id}::uuid, ${decision_id}::uuid
    from certificates c where c.id = any (${asArray(certificate_ids)}::uuid[])`.execute(tx)
}

/** Events go by the thousand: PostgreSQL takes 65,535 values in a statement. */
const EVENTS = 1000

/** One event a certificate, in the record of the actor's organisation and its district. */
export async function recordLife(
  tx: Tx,
  context: Context,
  kind: string,
  reason: string,
  certificates: { id: string; number: string }[],
  changes: Record<string, unknown>,
): Promise<void> {
  const { district_code } = await issuerOf(tx, context.actor.organisation_id!)
  for (let at = 0; at < certificates.length; at += EVENTS)
    await recordHistory(
      tx,
      context,
      ...certificates.slice(at, at + EVENTS).map(({ id, number }) => ({
        ...{ kind, subject_kind: 'certificate', subject_id: id, reason, district_code },
        changes: { number, ...changes },
      })),
    )
}
