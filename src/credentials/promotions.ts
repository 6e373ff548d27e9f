/** The certificate of a promotion: a record of its own, which rests on the decision of the assessment body. */
import type { z } from 'zod'
import { getPromotion } from '../competitions/promotion-queries.ts'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { refuse, refuseFaults } from '../platform/errors.ts'
import { refuseWithoutPrefix } from './actions.ts'
import { advanceSeries, issuerOf, lockSeries, print, serialAt } from './issue.ts'
import { draftFor, supplied, typefaces } from './print.ts'
import { keepProofs, sealFor } from './proofs.ts'
import { type CertificateRow, getCertificate } from './queries.ts'
import { numberOf, seriesPrefix } from './rules.ts'
import type { promotionCertificateShape } from './shapes.ts'

/**
 * Issues the certificate of an approved promotion, once. Refuses 404 for a promotion of somebody else, `promotion.not_approved`,
 * `promotion.issued`, `certificate.prefix_missing`, `certificate.glyph_missing`; faults `certificate.issued_on` (before the decision or
 * after today), `certificate.valid_until`.
 */
export async function issuePromotion(
  tx: Tx,
  context: Context,
  promotion_id: string,
  { issued_on, valid_until }: z.output<typeof promotionCertificateShape>,
): Promise<CertificateRow> {
  await lockFacts(tx)
  await tx.selectFrom('promotions').select('id').where('id', '=', promotion_id).forUpdate().execute()
  const promotion = await getPromotion(tx, context.scope, promotion_id)
  if (promotion.state === 'issued')
    refuse('conflict', 'promotion.issued', {
      zh: `这项晋升已经发证：${promotion.certificate_number}。`,
      en: `The certificate of this promotion is ${promotion.certificate_number}.`,
    })
  const decision = await tx
    .selectFrom('promotion_decisions')
    .select('decided_at')
    .where('promotion_id', '=', promotion_id)
    .executeTakeFirst()
  if (promotion.state !== 'approved' || !decision)
    refuse('conflict', 'promotion.not_approved', {
      zh: '只有审定通过、没有撤回的晋升建议才能发证。',
      en: 'Certificates are issued for promotions that were approved and stand.',
    })
  const issuer = await issuerOf(tx, promotion.assessor_organisation_id)
  refuseWithoutPrefix(issuer)
  const [first, today] = [localDate(decision.decided_at), localDate(context.now)]
  refuseFaults([
    ...(issued_on < first || issued_on > today
      ? [
          faultAt(
            '/issued_on',
            'certificate.issued_on',
            `发证日期 ${issued_on} 须在审定日 ${first} 与今天 ${today} 之间。`,
            `The day of issue ${issued_on} must lie between the decision, ${first}, and today, ${today}.`,
          ),
        ]
      : []),
    ...(valid_until !== null && valid_until <= issued_on
      ? [
          faultAt(
            '/valid_until',
            'certificate.valid_until',
            `有效期至 ${valid_until} 须晚于发证日期 ${issued_on}。`,
            `Valid until ${valid_until} must be later than the day of issue ${issued_on}.`,
          ),
        ]
      : []),
  ])
  const prefix = seriesPrefix('skill_level', issuer, promotion.to_level, issued_on)
  const serial = serialAt(prefix, await lockSeries(tx, prefix))
  const person = await tx
    .selectFrom('people')
    .select(['name', 'id_type', 'id_number_masked', 'sex'])
    .where('id', '=', promotion.person_id)
    .executeTakeFirstOrThrow()
  const facts = draftFor(
    'skill_level',
    { ...promotion, course_name: promotion.event_name, level: promotion.to_level },
    issuer,
    { ...person, theory: null, practical: null },
    issued_on,
  )
  const { drafts, supplies } = await supplied(tx, context, { kind: 'skill_level', issuer_id: issuer.id, issued_on }, [
    { person_id: promotion.person_id, facts },
  ])
  const seal = await sealFor(tx, context, issuer.id, { kind: 'skill_level', valid_until }, 1)
  const { printed, token, pdf_sha256, proof } = await print(
    context,
    drafts[0]!,
    numberOf(prefix, serial),
    await typefaces(context.assets),
    supplies,
    seal,
  )
  const { id } = await tx
    .insertInto('certificates')
    .values({
      number: printed.number,
      kind: 'skill_level',
      person_id: promotion.person_id,
      holder_name: person.name,
      id_number_masked: person.id_number_masked,
      occupation_code: promotion.occupation_code,
      occupation_name: promotion.occupation_name,
      level: promotion.to_level,
      issuer_organisation_id: issuer.id,
      issuer_name: issuer.name,
      issued_on,
      valid_until,
      promotion_id,
      token,
      printed: JSON.stringify(printed),
      pdf_sha256,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await keepProofs(tx, [{ certificate_id: id, ...proof }])
  await advanceSeries(tx, prefix, serial + 1)
  await recordHistory(tx, context, {
    kind: 'certificate.issued',
    subject_kind: 'certificate',
    subject_id: id,
    organisation_id: issuer.id,
    district_code: issuer.district_code,
    changes: {
      number: printed.number,
      kind: 'skill_level',
      level: promotion.to_level,
      person_id: promotion.person_id,
      promotion_id,
    },
  })
  return getCertificate(tx, context.scope, today, id)
}
