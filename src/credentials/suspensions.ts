/** 暂停使用: a certificate that supports nothing from a day on until that is lifted; both are rows. */
import type { z } from 'zod'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { refuse, refuseFaults } from '../platform/errors.ts'
import { ownCertificate, refuseRevoked } from './actions.ts'
import { dayFault } from './life-rules.ts'
import type { resumptionShape, suspensionShape } from './life-shapes.ts'
import { type CertificateRow, getCertificate } from './queries.ts'
import { recordLife } from './revocations.ts'

/**
 * Suspends the certificate from a day between its issue and today. Refuses `certificate.not_issuer` (403), `certificate.revoked_already`,
 * `certificate.suspended_already`, `certificate.expired`, `certificate.suspended_from`.
 */
export async function suspendCertificate(
  tx: Tx,
  context: Context,
  id: string,
  { reason, decision_reference, ...input }: z.output<typeof suspensionShape>,
): Promise<CertificateRow> {
  await lockFacts(tx)
  const today = localDate(context.now)
  const certificate = await ownCertificate(tx, context, today, id)
  const { number, issued_on, suspended_from, status } = certificate
  refuseRevoked(certificate)
  if (suspended_from !== null)
    refuse('conflict', 'certificate.suspended_already', {
      zh: `证书 ${number} 自 ${suspended_from} 起已经暂停使用。`,
      en: `Certificate ${number} is suspended since ${suspended_from} already.`,
    })
  if (status === 'expired')
    refuse('conflict', 'certificate.expired', {
      zh: `证书 ${number} 已经过期，不必暂停。`,
      en: `Certificate ${number} has run out: there is nothing to suspend.`,
    })
  const from_on = input.from_on ?? today
  const what = { zh: '暂停起始日', en: 'The first day of the suspension' }
  const fault = dayFault('/from_on', 'certificate.suspended_from', what, from_on, issued_on, today)
  if (fault) refuseFaults([fault])
  const { seq } = await tx
    .selectFrom('certificate_suspensions')
    .select((eb) => eb.fn.count<number>('seq').as('seq'))
    .where('certificate_id', '=', id)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('certificate_suspensions')
    .values({ certificate_id: id, seq, from_on, reason, decision_reference, suspended_by: context.actor.account_id })
    .execute()
  await recordLife(tx, context, 'certificate.suspended', reason, [certificate], { from_on, decision_reference })
  return getCertificate(tx, context.scope, today, id)
}

/**
 * Lifts the suspension from a day between its first and today; from its first, it never was. Refuses `certificate.not_issuer` (403),
 * `certificate.revoked_already`, `certificate.not_suspended`, `certificate.resumed_from`.
 */
export async function resumeCertificate(
  tx: Tx,
  context: Context,
  id: string,
  { reason, decision_reference, ...input }: z.output<typeof resumptionShape>,
): Promise<CertificateRow> {
  await lockFacts(tx)
  const today = localDate(context.now)
  const certificate = await ownCertificate(tx, context, today, id)
  refuseRevoked(certificate)
  const suspension = await tx
    .selectFrom('standing_suspensions')
    .select(['seq', 'from_on'])
    .where('certificate_id', '=', id)
    .executeTakeFirst()
  if (!suspension)
    return refuse('conflict', 'certificate.not_suspended', {
      zh: `证书 ${certificate.number} 没有暂停使用，不需要恢复。`,
      en: `Certificate ${certificate.number} is not suspended.`,
    })
  const suspended_from = suspension.from_on!
  const from_on = input.from_on ?? today
  const what = { zh: '恢复使用日', en: 'The day it counts again' }
  const fault = dayFault('/from_on', 'certificate.resumed_from', what, from_on, suspended_from, today)
  if (fault) refuseFaults([fault])
  await tx
    .insertInto('certificate_resumptions')
    .values({
      ...{ certificate_id: id, seq: suspension.seq!, suspended_from, from_on },
      ...{ reason, decision_reference, resumed_by: context.actor.account_id },
    })
    .execute()
  await recordLife(tx, context, 'certificate.resumed', reason, [certificate], {
    ...{ suspended_from, from_on, decision_reference },
  })
  return getCertificate(tx, context.scope, today, id)
}
