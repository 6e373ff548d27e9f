/** What stands of a certificate of this register, now or as it was known: revocation, suspension, continued end. Told here once, in SQL. */
import { type RawBuilder, sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Instant } from './known.ts'

export type Standing = 'valid' | 'expired' | 'suspended' | 'revoked' | 'replaced'

/**
 * Joins `revocation`, `suspension` and `continuation` for the certificate; each is one row or none. A revocation that was withdrawn is
 * as if it had never been. With an instant: as was known then.
 */
export function standingOf(certificate_id: RawBuilder<unknown>, known_at?: Instant): RawBuilder<unknown> {
  if (known_at === undefined)
    return sql`left join standing_revocations revocation on revocation.certificate_id = ${certificate_id}
      left join standing_suspensions suspension on suspension.certificate_id = ${certificate_id}
      left join standing_continuations continuation on continuation.certificate_id = ${certificate_id}`
  return sql`left join certificate_revocations revocation on revocation.certificate_id = ${certificate_id} and ${revocationKnown(known_at)}
    left join certificate_suspensions suspension on suspension.certificate_id = ${certificate_id} and ${suspensionKnown(known_at)}
    left join certificate_continuations continuation on continuation.certificate_id = ${certificate_id} and ${continuationKnown(known_at)}`
}

/** Whether a row of `revocation` (of certificate_revocations) was known and not withdrawn at the instant; of one certificate at most one is. */
export function revocationKnown(known_at: Instant): RawBuilder<boolean> {
  return sql`(revocation.known_from <= ${known_at}::timestamptz and not exists (select from certificate_restorations w
    where w.certificate_id = revocation.certificate_id and w.seq = revocation.seq and w.known_from <= ${known_at}::timestamptz))`
}

/**
 * Whether what a certificate (`c` of the query, which replaces none) proved still counts, as was known: nothing of it, or of the papers
 * that replaced it, was revoked for another reason than that a new one takes its place.
 */
export function stillProves(known_at: Instant): RawBuilder<boolean> {
  return sql`(not exists (
    with recursive papers (id) as (
      select c.id union all
      select n.id from papers join certificates n on n.replaces_id = papers.id and n.known_from <= ${known_at}::timestamptz
    ) select from papers join certificate_revocations revocation on revocation.certificate_id = papers.id
    where revocation.reason_code <> 'replaced' and ${revocationKnown(known_at)}))`
}

/** The same of `suspension` (of certificate_suspensions): known, and its lifting not yet. */
export function suspensionKnown(known_at: Instant): RawBuilder<boolean> {
  return sql`(suspension.known_from <= ${known_at}::timestamptz and not exists (select from certificate_resumptions w
    where w.certificate_id = suspension.certificate_id and w.seq = suspension.seq and w.known_from <= ${known_at}::timestamptz))`
}

/** The same of `continuation` (of certificate_continuations): the last one known. */
export function continuationKnown(known_at: Instant): RawBuilder<boolean> {
  return sql`(continuation.known_from <= ${known_at}::timestamptz and not exists (select from certificate_continuations w
    where w.certificate_id = continuation.certificate_id and w.prior_valid_until >= continuation.valid_until and w.known_from <= ${known_at}::timestamptz))`
}

/** The first day on which the certificate (`certificates`, or its alias) no longer counts: the printed one, or where it was continued to; null for no end. */
export function validUntil(certificates = 'certificates'): RawBuilder<LocalDate | null> {
  return sql`coalesce(continuation.valid_until, ${sql.ref(`${certificates}.valid_until`)})`
}

/** Whether a certificate (`c` of the query) had not run out on the day, continued or not. */
export function endsAfter(day: LocalDate): RawBuilder<boolean> {
  return sql`coalesce((select k.valid_until from standing_continuations k where k.certificate_id = c.id), c.valid_until, 'infinity') > ${day}::date`
}

/** Whether a certificate (`c` of the query) is issued by the day and neither run out, revoked nor suspended on it. */
export function countsOn(day: LocalDate): RawBuilder<boolean> {
  return sql`(c.issued_on <= ${day}::date and ${endsAfter(day)} and not is_suspended(c.id, ${day}::date)
    and not exists (select from standing_revocations v where v.certificate_id = c.id and v.effective_on <= ${day}::date))`
}

/**
 * The state of a certificate; needs {@link standingOf}. A revocation counts whatever its day: a revoked certificate is never called
 * valid. One that ran out while it was suspended has run out.
 */
export function statusOn(today: LocalDate, certificates = 'certificates'): RawBuilder<Standing> {
  return sql`case
    when revocation.reason_code = 'replaced' then 'replaced'
    when revocation.certificate_id is not null then 'revoked'
    when ${validUntil(certificates)} <= ${today}::date then 'expired'
    when suspension.certificate_id is not null then 'suspended'
    else 'valid' end`
}
