/** 继续有效: a certificate whose end is moved by continuing education, where a rule in force says so. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { addDays, addMonthsToDate, type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import { ownCertificate, refuseRevoked, refuseSuspended } from './actions.ts'
import type { continuationShape } from './life-shapes.ts'
import { type CertificateRow, getCertificate } from './queries.ts'
import { recordLife } from './revocations.ts'

interface ContinuationRule {
  code: string
  hours: number
  window_months: number
  extends_months: number
  opens_days: number
}

/**
 * Moves the end of the certificate by the rule in force; what is printed stays. Refuses `certificate.not_issuer` (403),
 * `certificate.revoked_already`, `certificate.suspended`, `certificate.no_end`, `certificate.no_continuation_rule`,
 * `certificate.continued_early`, `certificate.expired`, `certificate.hours_missing`.
 */
export async function continueCertificate(
  tx: Tx,
  context: Context,
  id: string,
  { reason }: z.output<typeof continuationShape>,
): Promise<CertificateRow> {
  await lockFacts(tx)
  const today = localDate(context.now)
  const certificate = await ownCertificate(tx, context, today, id)
  refuseRevoked(certificate)
  refuseSuspended(certificate)
  const end = endOf(certificate)
  const rule = await ruleInForce(tx, certificate, today)
  const first = addDays(end, -rule.opens_days)
  if (today < first)
    refuse('conflict', 'certificate.continued_early', {
      zh: `证书 ${certificate.number} 到期日 ${end}，${first} 起才可以办理延续。`,
      en: `Certificate ${certificate.number} ends on ${end} and can be continued from ${first}.`,
    })
  if (today >= end)
    refuse('conflict', 'certificate.expired', {
      zh: `证书 ${certificate.number} 已于 ${end} 过期，不能再延续。`,
      en: `Certificate ${certificate.number} ran out on ${end} and can no longer be continued.`,
    })
  const hours = await approvedHours(tx, certificate.person_id, addMonthsToDate(today, -rule.window_months), today)
  if (hours < rule.hours)
    refuse('conflict', 'certificate.hours_missing', {
      zh: `近 ${rule.window_months} 个月经审核的继续教育 ${hours} 学时，要求 ${rule.hours} 学时，还差 ${rule.hours - hours} 学时。`,
      en: `${hours} approved hours within ${rule.window_months} months; ${rule.hours} are required.`,
    })
  const valid_until = addMonthsToDate(end, rule.extends_months)
  await tx
    .insertInto('certificate_continuations')
    .values({
      ...{ certificate_id: id, prior_valid_until: end, valid_until, rule_code: rule.code, hours },
      ...{ counted_on: today, reason, decided_by: context.actor.account_id },
    })
    .execute()
  await recordLife(tx, context, 'certificate.continued', reason, [certificate], {
    ...{ valid_until: [end, valid_until], rule_code: rule.code, hours },
  })
  return getCertificate(tx, context.scope, today, id)
}

function endOf({ number, valid_until, continued_until }: CertificateRow): LocalDate {
  return (
    continued_until ??
    valid_until ??
    refuse('conflict', 'certificate.no_end', {
      zh: `证书 ${number} 长期有效，不需要延续。`,
      en: `Certificate ${number} has no end; there is nothing to continue.`,
    })
  )
}

/** One for the very occupation goes before one for all. What is not confirmed is not in force. */
async function ruleInForce(
  db: Db,
  { kind, occupation_code }: CertificateRow,
  today: LocalDate,
): Promise<ContinuationRule> {
  const { rows } = await sql<ContinuationRule>`
    select code, hours, window_months, extends_months, opens_days from continuation_rules
    where active and kind = ${kind}::text and coalesce(occupation_code, ${occupation_code}::text) = ${occupation_code}::text
      and coalesce(valid_from <= ${today}::date, true) and coalesce(valid_to > ${today}::date, true)
    order by occupation_code is null limit 1`.execute(db)
  return (
    rows[0] ??
    refuse('conflict', 'certificate.no_continuation_rule', {
      zh: '没有已确认的规定允许凭继续教育学时延续这种证书，请向主管部门确认后再办。',
      en: 'No confirmed rule lets continuing education continue a certificate of this kind; ask the authority.',
    })
  )
}

/** Whole hours that an officer approved, completed after `from` and by today. */
async function approvedHours(db: Db, person_id: string, from: LocalDate, today: LocalDate): Promise<number> {
  const { rows } = await sql<{ hours: number }>`
    select coalesce(sum(hours), 0)::int as hours from education_hours
    where person_id = ${person_id}::uuid and known_to = 'infinity' and approval = 'approved'
      and completed_on > ${from}::date and completed_on <= ${today}::date`.execute(db)
  return rows[0]!.hours
}
