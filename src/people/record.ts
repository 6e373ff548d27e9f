/** Everything the register holds about one person, in blocks and as one timeline, cut to what the reader may know. */
import { sql } from 'kysely'
import { mayNow } from '../access/rules.ts'
import { timelineOf } from '../history/queries.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context, Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { together } from '../platform/together.ts'
import { allowancesOf, claimsOf } from './allowances-on-record.ts'
import { continuationKnown, revocationKnown, type Standing, statusOn, suspensionKnown } from './certificate-standing.ts'
import { documentsOf } from './documents.ts'
import { educationsOf } from './education-queries.ts'
import { employmentsOf } from './employment-queries.ts'
import { externalCertificatesOf } from './external-certificates.ts'
import { listConductEvents, listEducationHours, listServiceMonths } from './fact-queries.ts'
import { happenedBy, type Instant, knownAt } from './known.ts'
import { licencesOf } from './licences.ts'
import { recordsOf } from './merged-records.ts'
import { resultsOpen } from './open-results.ts'
import { getPerson } from './queries.ts'

export type PersonRecord = Awaited<ReturnType<typeof getRecord>>

/** One entry of the timeline; `facts` is the row it comes from. */
export interface RecordItem {
  on: LocalDate
  kind:
    | 'employment'
    | 'departure'
    | 'service'
    | 'enrolment'
    | 'result'
    | 'certificate'
    | 'revocation'
    | 'external_certificate'
    | 'licence'
    | 'competition'
    | 'education'
    | 'graduation'
    | 'conduct'
    | 'allowance'
    | 'claim'
    | 'change'
  id: string
  facts: Record<string, unknown>
}

const MOST = { limit: 200 }

/**
 * The record of a person within the scope, or 404; the latest first in every block. With `known_at` the facts are those known then;
 * who the person is stays as it is now. Allowances (a facility: its own lines), accidents
 * and breaches (a facility: of its own staff) are for those who may read entitlements and for the person, and null for others; an
 * institution sees its own changes only. What stayed with records merged into this one (allowances, changes, a class both were in) is here too.
 */
export async function getRecord(db: Db, context: Context, id: string, known_at?: Instant) {
  const { scope } = context
  const today = localDate(context.now)
  const person = await getPerson(db, scope, id, today)
  const records = await recordsOf(db, id)
  const close = scope.kind === 'person' || mayNow(context.actor, 'entitlement.read')
  const reading = together(db, 'prepared')
  const own = { ...MOST, person_id: id, known_at }
  const [
    documents,
    employments,
    educations,
    enrolments,
    certificates,
    external_certificates,
    licences,
    competitions,
    ...facts
  ] = await Promise.all([
    documentsOf(reading, id),
    employmentsOf(reading, id, known_at),
    educationsOf(reading, id, known_at),
    enrolmentsOf(reading, scope, records, known_at),
    certificatesOf(reading, id, today, known_at),
    externalCertificatesOf(reading, id, known_at),
    licencesOf(reading, id, known_at),
    competitionsOf(reading, records, known_at),
    listServiceMonths(reading, scope, own),
    listEducationHours(reading, scope, own),
    close ? listConductEvents(reading, scope, own) : null,
    close ? allowancesOf(reading, scope, records, known_at) : null,
    close ? claimsOf(reading, id, known_at) : null,
    timelineOf(reading, 'person', records, known_at),
  ])
  const [service, education, conduct, allowances, claims, changes] = facts
  return {
    ...{
      person,
      documents,
      employments,
      educations,
      enrolments,
      certificates,
      external_certificates,
      licences,
      competitions,
    },
    ...{ service: service.items, education: education.items, conduct: conduct?.items ?? null, allowances, claims },
    changes: changes.filter(
      (event) => scope.kind !== 'organisation' || event.organisation_id === scope.organisation_id,
    ),
  }
}

/** The record as one list, the latest first. */
export function weave(record: PersonRecord): RecordItem[] {
  const item = (on: LocalDate | null, kind: RecordItem['kind'], id: string, facts: object): RecordItem[] =>
    on === null ? [] : [{ on, kind, id, facts: facts as Record<string, unknown> }]
  const items = [
    ...record.employments.flatMap((row) => [
      ...item(row.starts_on, 'employment', row.id, row),
      ...item(row.ends_on, 'departure', row.id, row),
    ]),
    ...record.enrolments.flatMap((row) => [
      ...item(row.starts_on, 'enrolment', row.id, row),
      ...item(row.assessed_on, 'result', row.id, row),
    ]),
    ...record.certificates.flatMap((row) => [
      ...item(row.issued_on, 'certificate', row.id, row),
      ...item(row.revoked_on, 'revocation', row.id, row),
    ]),
    ...record.external_certificates.flatMap((row) => item(row.issued_on, 'external_certificate', row.id, row)),
    ...record.licences.flatMap((row) => item(row.issued_on, 'licence', row.id, row)),
    ...record.competitions.flatMap((row) => item(row.held_on, 'competition', row.id, row)),
    ...record.service.flatMap((row) => item(`${row.month}-01`, 'service', `${row.month} ${row.organisation_id}`, row)),
    ...record.education.flatMap((row) => item(row.completed_on, 'education', row.id, row)),
    ...record.educations.flatMap((row) => item(row.graduated_on, 'graduation', row.id, row)),
    ...(record.conduct ?? []).flatMap((row) => item(row.decided_on, 'conduct', row.id, row)),
    ...(record.allowances ?? []).flatMap((row) => item(`${row.month}-01`, 'allowance', row.run_id, row)),
    ...(record.claims ?? []).flatMap((row) => item(row.claimed_on, 'claim', row.id, row)),
    ...record.changes.flatMap(({ seq, at, kind, actor_name, reason, changes, subject_id }) =>
      item(localDate(at), 'change', String(seq), {
        ...{ kind, actor_name, reason, changes },
        // the record it happened to, where that was merged into this one
        ...(subject_id === record.person.id ? {} : { merged_from: subject_id }),
      }),
    ),
  ]
  return items.sort((a, b) => (a.on === b.on ? 0 : a.on < b.on ? 1 : -1))
}

/** Marks are hundredths of a point. */
async function enrolmentsOf(db: Db, scope: Scope, records: string[], known_at?: Instant) {
  return db
    .selectFrom('enrolments')
    .innerJoin('classes', 'classes.id', 'enrolments.class_id')
    .innerJoin('courses', 'courses.id', 'classes.course_id')
    .innerJoin('organisations', 'organisations.id', 'classes.organisation_id')
    .leftJoin('assessment_results', (join) =>
      join
        .onRef('assessment_results.enrolment_id', '=', 'enrolments.id')
        .on(knownAt('assessment_results', known_at))
        .on(resultsOpen(scope)),
    )
    .select([
      'enrolments.id',
      'classes.id as class_id',
      'classes.name as class_name',
      'courses.kind as course_kind',
      'courses.level',
      'organisations.name as organisation_name',
      'classes.starts_on',
      'classes.ends_on',
      'enrolments.status',
      'assessment_results.assessed_on',
      'assessment_results.theory',
      'assessment_results.practical',
      'assessment_results.review',
      'assessment_results.passed',
    ])
    .where('enrolments.person_id', 'in', records)
    .where(happenedBy('enrolments.created_at', known_at))
    .orderBy('classes.starts_on', 'desc')
    .execute()
}

async function certificatesOf(db: Db, person_id: string, today: LocalDate, known_at?: Instant) {
  return db
    .selectFrom('certificates')
    .leftJoin('certificate_revocations as revocation', (join) =>
      join.onRef('revocation.certificate_id', '=', 'certificates.id').on(revocationKnown(known_at ?? 'infinity')),
    )
    .leftJoin('certificate_suspensions as suspension', (join) =>
      join.onRef('suspension.certificate_id', '=', 'certificates.id').on(suspensionKnown(known_at ?? 'infinity')),
    )
    .leftJoin('certificate_continuations as continuation', (join) =>
      join.onRef('continuation.certificate_id', '=', 'certificates.id').on(continuationKnown(known_at ?? 'infinity')),
    )
    .select([
      'certificates.id',
      'certificates.number',
      'certificates.kind',
      'certificates.occupation_name',
      'certificates.level',
      'certificates.issuer_name',
      'certificates.issued_on',
      'certificates.valid_until',
      'revocation.effective_on as revoked_on',
      'revocation.reason_code as revoked_for',
      'suspension.from_on as suspended_on',
      'continuation.valid_until as continued_until',
      // on the day itself: what is revoked from a later day stands until then
      sql<Standing>`case when revocation.effective_on > ${today}::date then 'valid' else ${statusOn(today)} end`.as(
        'status',
      ),
    ])
    .where('certificates.person_id', '=', person_id)
    .where(happenedBy('certificates.known_from', known_at))
    .orderBy('certificates.issued_on', 'desc')
    .execute()
}

/** Ranks only after they were published. */
async function competitionsOf(db: Db, records: string[], known_at?: Instant) {
  return db
    .selectFrom('competition_entries')
    .innerJoin('competition_events', 'competition_events.id', 'competition_entries.event_id')
    .innerJoin('competitions', 'competitions.id', 'competition_events.competition_id')
    .leftJoin('competition_rankings', (join) =>
      join
        .onRef('competition_rankings.entry_id', '=', 'competition_entries.id')
        .on('competition_events.published_at', 'is not', null)
        .on(happenedBy('competition_events.published_at', known_at)),
    )
    .select([
      'competition_entries.id',
      'competitions.id as competition_id',
      'competitions.name as competition_name',
      'competition_events.name as event_name',
      'competitions.tier',
      'competitions.held_on',
      'competition_rankings.rank',
      'competition_rankings.award',
    ])
    .where('competition_entries.person_id', 'in', records)
    .where(happenedBy('competitions.created_at', known_at))
    .orderBy('competitions.held_on', 'desc')
    .execute()
}
