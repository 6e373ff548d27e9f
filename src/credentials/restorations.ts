/** Withdrawing revocations that were found wrong, of one certificate or of a whole decision. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { asJson } from '../people/bulk.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { notFound, refuse } from '../platform/errors.ts'
import type { restorationShape } from './life-shapes.ts'
import { visible } from './queries.ts'
import { recordLife } from './revocations.ts'

/**
 * Withdraws the standing revocation of one certificate, or those of a decision that still stand: as if they had never been, and both stay
 * to be seen. Refuses `certificate.not_issuer` (403), `certificate.not_revoked`, `certificate.replaced` for one that a new certificate
 * took the place of, and `certificate.result_changed` where the result it rests on was corrected since.
 */
export async function restoreCertificates(
  tx: Tx,
  context: Context,
  which: { certificate_id: string } | { decision_id: string },
  { reason, decision_reference }: z.output<typeof restorationShape>,
): Promise<{ restored: number }> {
  await lockFacts(tx)
  const mine =
    'decision_id' in which
      ? sql`certificates.id in (select certificate_id from certificate_revocations where decision_id = ${which.decision_id}::uuid)`
      : sql`certificates.id = ${which.certificate_id}::uuid`
  await sql`select id from certificates where ${mine} order by id for update`.execute(tx)
  const { rows } = await sql<Restorable>`
    select certificates.id, certificates.number, certificates.issuer_organisation_id, certificates.issuer_name, r.seq, r.reason_code,
      exists (select from assessment_results own join assessment_results now on now.enrolment_id = own.enrolment_id and now.known_to = 'infinity'
        where own.id = certificates.result_id and now.id <> own.id) as result_changed
    from certificates join organisations issuer on issuer.id = certificates.issuer_organisation_id
      left join standing_revocations r on r.certificate_id = certificates.id
        ${'decision_id' in which ? sql`and r.decision_id = ${which.decision_id}::uuid` : sql``}
    where ${mine} and ${visible(context.scope)} order by certificates.number`.execute(tx)
  if (rows.length === 0)
    notFound('decision_id' in which ? { zh: '撤销决定', en: 'decision' } : { zh: '证书', en: 'certificate' })
  refuseForeign(rows[0]!, context)
  const standing = rows.filter(({ seq }) => seq !== null)
  if (standing.length === 0)
    refuse('conflict', 'certificate.not_revoked', {
      zh: `证书 ${rows[0]!.number} 没有有效的撤销可以撤回。`,
      en: `Certificate ${rows[0]!.number} has no standing revocation to withdraw.`,
    })
  for (const row of standing) refuseUnlessRestorable(row)
  await sql`
    insert into certificate_restorations (certificate_id, seq, reason, decision_reference, restored_by)
    select id, seq, ${reason}::text, ${decision_reference}::text, ${context.actor.account_id}::uuid
    from jsonb_to_recordset(${asJson(standing)}) as r (id uuid, seq smallint)`.execute(tx)
  await recordLife(tx, context, 'certificate.restored', reason, standing, { decision_reference })
  return { restored: standing.length }
}

interface Restorable {
  id: string
  number: string
  issuer_organisation_id: string
  issuer_name: string
  seq: number | null
  reason_code: string | null
  result_changed: boolean
}

function refuseForeign({ number, issuer_organisation_id, issuer_name }: Restorable, { actor }: Context): void {
  if (issuer_organisation_id !== actor.organisation_id)
    refuse('forbidden', 'certificate.not_issuer', {
      zh: `证书 ${number} 由“${issuer_name}”签发，只有签发机构可以撤回撤销。`,
      en: `Certificate ${number} was issued by “${issuer_name}”; only the issuer may withdraw its revocation.`,
    })
}

function refuseUnlessRestorable({ number, reason_code, result_changed }: Restorable): void {
  if (reason_code === 'replaced')
    refuse('conflict', 'certificate.replaced', {
      zh: `证书 ${number} 已换发新证，旧证不能恢复。`,
      en: `A new certificate took the place of ${number}; the old one cannot be restored.`,
    })
  if (result_changed)
    refuse('conflict', 'certificate.result_changed', {
      zh: `证书 ${number} 所依据的成绩在撤销后已经更正，不能恢复；请按更正后的成绩办理。`,
      en: `The result that certificate ${number} rests on was corrected after it was revoked; it cannot be restored.`,
    })
}
