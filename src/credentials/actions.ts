/** Writes of certificates: issuing to one, revoking, replacing. What was issued is never changed. */
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { cleanName, type IdType } from '../people/identity.ts'
import { ID_TYPES } from '../people/rules.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { awardsLevel } from '../training/rules.ts'
import { awardPrefix, issueAward, issuesAward, redrawAward } from './awards.ts'
import type { PrintedCertificate } from './certificate-pdf.ts'
import { advanceSeries, lockSeries, serialAt } from './certificate-series.ts'
import { issuerOf, issueToOne, type Occasion, print } from './issue.ts'
import { getIssuingClass, type IssuingClass } from './issue-queries.ts'
import type { newCertificateShape } from './issue-shapes.ts'
import { supplied, typefaces } from './print.ts'
import { keepProofs, sealFor } from './proofs.ts'
import { type CertificateRow, getCertificate } from './queries.ts'
import { insertRevocations } from './revocations.ts'
import {
  type ClassKind,
  issueDateFault,
  numberOf,
  type RevocationReason,
  revocationDay,
  STATUSES,
  seriesPrefix,
} from './rules.ts'
import type { replacementShape, revocationShape } from './shapes.ts'

type Issue = Pick<Occasion, 'kind' | 'issued_on' | 'valid_until'>

/**
 * Issues one certificate: to somebody in a class, or the award of an entry. Refuses what {@link occasionFor} and {@link issueAward}
 * refuse, and what is in the way of this person.
 */
export async function issueCertificate(
  tx: Tx,
  context: Context,
  input: z.output<typeof newCertificateShape>,
): Promise<CertificateRow> {
  if (input.kind === 'award') {
    const id = await issueAward(tx, context, input)
    return getCertificate(tx, context.scope, localDate(context.now), id)
  }
  const enrolment = await tx
    .selectFrom('enrolments')
    .select('class_id')
    .where('id', '=', input.enrolment_id!)
    .executeTakeFirst()
  if (!enrolment) notFound({ zh: '学员', en: 'trainee' })
  const occasion = await occasionFor(tx, context, enrolment.class_id, { ...input, kind: input.kind })
  const id = await issueToOne(tx, context, { ...occasion, batch_id: null }, input.enrolment_id!)
  return getCertificate(tx, context.scope, localDate(context.now), id)
}

/**
 * Checks that the actor's organisation may issue this kind for the class, and the days. Refuses `certificate.not_assessor`,
 * `certificate.prefix_missing`, `certificate.no_level`, `certificate.not_trainer`, `certificate.issued_on`, `certificate.valid_until`.
 */
export async function occasionFor(
  db: Db,
  context: Context,
  class_id: string,
  issue: Issue,
): Promise<Omit<Occasion, 'batch_id'>> {
  const taught = await getIssuingClass(db, context.scope, class_id)
  const issuer = await issuerOf(db, context.actor.organisation_id!)
  const { kind, issued_on, valid_until } = issue
  if (kind === 'completion' && taught.organisation_id !== issuer.id)
    refuse('forbidden', 'certificate.not_trainer', {
      zh: `“${taught.name}”的结业证书由培训机构签发，您的机构只是评价机构。`,
      en: `Certificates of completion for “${taught.name}” are issued by its training institution; yours assesses it.`,
    })
  if (kind === 'skill_level') refuseUnlessAssessor(taught, issuer)
  const fault = issueDateFault(issue, taught.starts_on, localDate(context.now))
  if (fault) refuseFaults([fault])
  return { kind, taught, issuer, issued_on, valid_until }
}

function refuseUnlessAssessor(taught: IssuingClass, issuer: Occasion['issuer']): void {
  if (taught.assessor_organisation_id !== issuer.id)
    refuse('forbidden', 'certificate.not_assessor', {
      zh: `“${taught.name}”的技能等级证书由其评价机构签发，培训机构不能自己签发。`,
      en: `Skill-level certificates for “${taught.name}” are issued by its assessment body, not by the trainer.`,
    })
  refuseWithoutPrefix(issuer)
  if (!awardsLevel(taught) || taught.occupation_code === null)
    refuse('conflict', 'certificate.no_level', {
      zh: `课程“${taught.course_name}”不对应技能等级，只能发结业证书。`,
      en: `The course “${taught.course_name}” leads to no skill level; only certificates of completion can be issued.`,
    })
}

export function refuseWithoutPrefix(issuer: Occasion['issuer']): void {
  if (!issuer.assessor_prefix)
    refuse('conflict', 'certificate.prefix_missing', {
      zh: `“${issuer.name}”还没有登记评价机构代码（证书编号前 13 位），不能编号发证。请主管部门先登记。`,
      en: `“${issuer.name}” has no assessor code (the first 13 characters of a number); the authority registers it first.`,
    })
}

/**
 * Revokes; only a withdrawal of the revocation makes it valid again. Fraud reaches back to the day of issue. Refuses `certificate.not_issuer` (403),
 * `certificate.revoked_already`, and `certificate.effective_on` for a day before the issue or after today.
 */
export async function revokeCertificate(
  tx: Tx,
  context: Context,
  id: string,
  input: z.output<typeof revocationShape>,
): Promise<CertificateRow> {
  await lockFacts(tx)
  const today = localDate(context.now)
  const certificate = await ownCertificate(tx, context, today, id)
  refuseRevoked(certificate)
  const effective_on = revocationDay(input.reason_code, input.effective_on, certificate.issued_on, today)
  if (effective_on === null)
    refuseFaults([
      {
        pointer: '/effective_on',
        code: 'certificate.effective_on',
        message: {
          zh: `撤销生效日期须在发证日期 ${certificate.issued_on} 与今天 ${today} 之间。`,
          en: `The revocation must take effect between the day of issue ${certificate.issued_on} and today ${today}.`,
        },
      },
    ])
  await revoke(tx, context, certificate, {
    reason_code: input.reason_code,
    reason: input.reason,
    effective_on: effective_on!,
  })
  return getCertificate(tx, context.scope, today, id)
}

export async function revoke(
  tx: Tx,
  context: Context,
  certificate: CertificateRow,
  how: { reason_code: RevocationReason | 'replaced'; reason: string; effective_on: LocalDate },
): Promise<void> {
  await insertRevocations(tx, context, [certificate.id], how)
  const { district_code } = await issuerOf(tx, certificate.issuer_organisation_id)
  await recordHistory(tx, context, {
    kind: how.reason_code === 'replaced' ? 'certificate.replaced' : 'certificate.revoked',
    subject_kind: 'certificate',
    subject_id: certificate.id,
    organisation_id: certificate.issuer_organisation_id,
    district_code,
    reason: how.reason,
    changes: { number: certificate.number, reason_code: how.reason_code, effective_on: how.effective_on },
  })
}

/**
 * Issues the certificate anew under a new number, from today, and ends the old one today. The name is the one given, else the
 * holder's present one. Refuses `certificate.not_issuer`, `certificate.revoked_already`, `certificate.suspended`, `certificate.expired`,
 * `certificate.glyph_missing`.
 */
export async function replaceCertificate(
  tx: Tx,
  context: Context,
  id: string,
  input: z.output<typeof replacementShape>,
): Promise<CertificateRow> {
  await lockFacts(tx)
  const today = localDate(context.now)
  const old = await ownCertificate(tx, context, today, id)
  refuseRevoked(old)
  if (old.status === 'expired')
    refuse('conflict', 'certificate.expired', {
      zh: `证书 ${old.number} 的有效期至 ${old.continued_until ?? old.valid_until}，已经过期，不能换发。请重新评价后发新证。`,
      en: `Certificate ${old.number} ran out on ${old.continued_until ?? old.valid_until} and cannot be replaced; a new assessment leads to a new one.`,
    })
  refuseSuspended(old)
  const made = await reissue(tx, context, old, today, input.holder_name ? cleanName(input.holder_name) : null)
  await revoke(tx, context, old, { reason_code: 'replaced', reason: input.reason, effective_on: today })
  return getCertificate(tx, context.scope, today, made)
}

export async function reissue(
  tx: Tx,
  context: Context,
  old: CertificateRow,
  today: LocalDate,
  holder_name: string | null,
): Promise<string> {
  const issuer = await issuerOf(tx, old.issuer_organisation_id)
  if (old.kind === 'skill_level') refuseWithoutPrefix(issuer)
  const frozen = await tx
    .selectFrom('certificates')
    .innerJoin('people', 'people.id', 'certificates.person_id')
    .select([
      'certificates.printed',
      'certificates.enrolment_id',
      'people.name',
      'people.id_type',
      'people.id_number_masked',
    ])
    .where('certificates.id', '=', old.id)
    .executeTakeFirstOrThrow()
  // an award says what its entry has by the ranking that is published now
  const award = old.kind === 'award' ? await redrawAward(tx, old) : null
  const prefix = award
    ? await awardPrefix(tx, issuer, today)
    : seriesPrefix(old.kind as ClassKind, issuer, old.level, today)
  const serial = serialAt(prefix, await lockSeries(tx, prefix))
  const name = holder_name ?? frozen.name
  const before = frozen.printed as unknown as PrintedCertificate
  const { layout: _, photo_sha256: __, glyph_images: ___, ...said } = before
  const facts = {
    ...said,
    holder_name: name,
    id_type_zh: ID_TYPES[frozen.id_type as IdType].zh,
    id_number_masked: frozen.id_number_masked,
    body_zh: before.body_zh?.replace(`“${before.holder_name}”`, `“${name}”`) ?? null,
    issuer_name: issuer.name,
    issued_on: today,
    replaces: { number: old.number, issued_on: old.issued_on },
    ...award?.draft,
  }
  const { drafts, supplies } = await supplied(tx, context, { kind: old.kind, issuer_id: issuer.id, issued_on: today }, [
    { person_id: old.person_id, facts },
  ])
  const seal = await sealFor(tx, context, issuer.id, { kind: old.kind, valid_until: old.valid_until }, 1)
  const { printed, token, pdf_sha256, pdf_bytes, proof } = await print(
    context,
    drafts[0]!,
    numberOf(prefix, serial),
    await typefaces(context.assets),
    supplies,
    seal,
  )
  const made = await tx
    .insertInto('certificates')
    .values({
      number: printed.number,
      kind: old.kind,
      person_id: old.person_id,
      holder_name: name,
      id_number_masked: frozen.id_number_masked,
      occupation_code: old.occupation_code,
      occupation_name: old.occupation_name,
      level: old.level,
      issuer_organisation_id: issuer.id,
      issuer_name: issuer.name,
      issued_on: today,
      valid_until: old.continued_until ?? old.valid_until,
      enrolment_id: frozen.enrolment_id,
      ...award?.rests_on,
      replaces_id: old.id,
      token,
      printed: JSON.stringify(printed),
      pdf_sha256,
      pdf_bytes,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await keepProofs(tx, [{ certificate_id: made.id, ...proof }])
  await advanceSeries(tx, prefix, serial + 1)
  await recordHistory(tx, context, {
    kind: 'certificate.issued',
    subject_kind: 'certificate',
    subject_id: made.id,
    organisation_id: issuer.id,
    district_code: issuer.district_code,
    changes: {
      number: printed.number,
      kind: old.kind,
      level: old.level,
      person_id: old.person_id,
      replaces: old.number,
    },
  })
  return made.id
}

/** The certificate, locked, when the actor's organisation issued it: nobody else revokes or replaces. */
export async function ownCertificate(tx: Tx, context: Context, today: LocalDate, id: string): Promise<CertificateRow> {
  await tx.selectFrom('certificates').select('id').where('id', '=', id).forUpdate().execute()
  const certificate = await getCertificate(tx, context.scope, today, id)
  if (
    certificate.issuer_organisation_id !== context.actor.organisation_id &&
    !(await issuesAward(tx, context, certificate))
  )
    refuse('forbidden', 'certificate.not_issuer', {
      zh: `证书 ${certificate.number} 由“${certificate.issuer_name}”签发，只有签发机构可以撤销或换发。`,
      en: `Certificate ${certificate.number} was issued by “${certificate.issuer_name}”; only the issuer may revoke or replace it.`,
    })
  return certificate
}

/** A new certificate would take the suspension away: `certificate.suspended`. */
export function refuseSuspended({ number, suspended_from }: CertificateRow): void {
  if (suspended_from !== null)
    refuse('conflict', 'certificate.suspended', {
      zh: `证书 ${number} 自 ${suspended_from} 起暂停使用，请先恢复使用再办理。`,
      en: `Certificate ${number} is suspended since ${suspended_from}: lift that first.`,
    })
}

/** Nothing more becomes of one that was revoked or replaced: `certificate.revoked_already`. */
export function refuseRevoked(certificate: CertificateRow): void {
  const { number, status, revocation_reason_code, revocation_effective_on } = certificate
  if (revocation_reason_code !== null)
    refuse('conflict', 'certificate.revoked_already', {
      zh: `证书 ${number} 已于 ${revocation_effective_on} ${STATUSES[status].zh.replace('已', '')}，不能再次办理。`,
      en: `Certificate ${number} is ${STATUSES[status].en.toLowerCase()} since ${revocation_effective_on}; nothing more can be done to it.`,
    })
}
