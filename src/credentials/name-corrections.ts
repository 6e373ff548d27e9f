/** 更正姓名: a new certificate with what the corrected record of the holder says; the old one is replaced and stays to be seen. */
import type { z } from 'zod'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { ownCertificate, refuseRevoked, refuseSuspended, reissue, revoke } from './actions.ts'
import type { nameCorrectionShape } from './life-shapes.ts'
import { type CertificateRow, getCertificate } from './queries.ts'

/**
 * Issues the certificate anew with the name and document of the holder's record, under a new number from today; level, marks and end stay,
 * and number and day of issue of the first are shown with it. Also of one that has run out: it is proof of what was learnt. Refuses
 * `certificate.not_issuer` (403), `certificate.revoked_already`, `certificate.suspended`, `certificate.nothing_to_correct` where the record
 * says what was printed, `certificate.glyph_missing`.
 */
export async function correctCertificate(
  tx: Tx,
  context: Context,
  id: string,
  { reason, evidence }: z.output<typeof nameCorrectionShape>,
): Promise<CertificateRow> {
  await lockFacts(tx)
  const today = localDate(context.now)
  const old = await ownCertificate(tx, context, today, id)
  refuseRevoked(old)
  refuseSuspended(old)
  const holder = await holderOf(tx, old)
  if (holder.name === old.holder_name && holder.id_number_masked === old.id_number_masked)
    refuse('conflict', 'certificate.nothing_to_correct', {
      zh: `证书 ${old.number} 上的姓名和证件号码与人员档案一致。请先更正人员档案，再更正证书。`,
      en: `Name and document on certificate ${old.number} are those on record. Correct the person's record first.`,
    })
  const made = await reissue(tx, context, old, today, null)
  await tx
    .insertInto('certificate_name_corrections')
    .values({
      ...{ certificate_id: made, replaced_id: id, reason, evidence },
      corrected_by: context.actor.account_id,
    })
    .execute()
  await revoke(tx, context, old, { reason_code: 'replaced', reason: `${reason}（${evidence}）`, effective_on: today })
  return getCertificate(tx, context.scope, today, made)
}

/** What the record of the holder says now: an issuer, on whose roster the holder is not, sees as much of it as it would print. */
export async function holderOf(
  db: Db,
  { person_id }: CertificateRow,
): Promise<{ name: string; id_number_masked: string }> {
  return db
    .selectFrom('people')
    .select(['name', 'id_number_masked'])
    .where('id', '=', person_id)
    .executeTakeFirstOrThrow()
}
