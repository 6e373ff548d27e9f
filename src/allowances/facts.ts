/** Reads what decide() needs of many people at once, as it was known at one instant; hides the tables and their knowledge time. */
import { sql } from 'kysely'
import { continuationKnown, revocationKnown, validUntil } from '../people/certificate-standing.ts'
import { addMonths, firstDay, type LocalDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { together } from '../platform/together.ts'
import type { LedgerEntry } from './corrections.ts'
import type { CertificateFact, ConductFact, EmploymentFact, Facts } from './evaluate.ts'
import { known, readOrganisations } from './organisation-facts.ts'
import { readPersonFacts } from './person-facts.ts'
import type { Rules } from './rules.ts'

/** What to read: for which months, under which versions, known when (`now`, or an instant with microseconds). */
export interface Window {
  cutoff: string
  months: Month[]
  rules: Rules[]
}

/** Everything about the people, a map that answers for each of them. Reads each table once, whatever their number. */
export async function readFacts(db: Db, ids: string[], window: Window): Promise<(person_id: string) => Facts> {
  const people = new Map<string, Facts>(
    ids.map((id) => [id, { employments: [], attendance: [], certificates: [], education: [], conduct: [] }]),
  )
  const of = (id: string) => people.get(id)!
  const reads = [
    readEmployments,
    readAttendance,
    readCertificates,
    readExternalCertificates,
    readEducation,
    readConduct,
    readPersonFacts,
  ]
  // of a page's few people all at once; thousands would be written as one document
  const reading = ids.length > FEW ? db : together(db)
  if (ids.length > FEW) for (const read of reads) await read(reading, ids, window, of)
  else await Promise.all(reads.map((read) => read(reading, ids, window, of)))
  return of
}

const FEW = 10

export type Of = (person_id: string) => Facts

/**
 * Joins the rows of these people. A range beside the list: facts lie in order of person, and the planner looks at a list of
 * thousands of ids for longer than the database needs to read the range. The list goes as one text, which costs a tenth of an array.
 */
export function wanted(ids: string[], column = 'person_id') {
  const person_id = sql.ref(column)
  const least = ids.reduce((a, b) => (a < b ? a : b))
  const greatest = ids.reduce((a, b) => (a > b ? a : b))
  return sql`join unnest(${`{${ids.join(',')}}`}::uuid[]) as wanted(id) on wanted.id = ${person_id} and ${person_id} between ${least}::uuid and ${greatest}::uuid`
}

/** Who, as it was known at the cutoff, had an employment (`e`) in one of the posts in one of the districts in the time; further conditions may follow. */
export function employedIn(
  district_codes: string[],
  { posts, from, to, cutoff }: { posts: string[]; from: LocalDate; to: LocalDate; cutoff: string },
) {
  return sql`
    select distinct e.person_id from employments e join organisation_standings o on o.organisation_id = e.organisation_id
    where o.district_code = any(${district_codes}::text[]) and o.known_from <= ${cutoff}::timestamptz and o.known_to > ${cutoff}::timestamptz
      and e.post = any(${posts}::text[]) and e.starts_on < ${to}::date and (e.ends_on is null or e.ends_on > ${from}::date)
      and e.known_from <= ${cutoff}::timestamptz and e.known_to > ${cutoff}::timestamptz`
}

async function readEmployments(db: Db, ids: string[], { cutoff, rules }: Window, of: Of): Promise<void> {
  const posts = [...new Set(rules.flatMap((one) => one.posts))]
  const { rows } = await sql<Omit<EmploymentFact, 'organisation'> & { person_id: string; organisation_id: string }>`
    select person_id, e.id, organisation_id, post, contract_kind, contract_until, starts_on, ends_on from employments e ${wanted(ids)}
    where post = any(${posts}::text[]) and ${known(cutoff)}`.execute(db)
  const organisations = await readOrganisations(db, [...new Set(rows.map((row) => row.organisation_id))], cutoff)
  for (const { person_id, organisation_id, ...row } of rows)
    of(person_id).employments.push({ ...row, organisation: organisations.get(organisation_id)! })
}

async function readAttendance(db: Db, ids: string[], { cutoff, months }: Window, of: Of): Promise<void> {
  const { rows } = await sql<{
    person_id: string
    month: LocalDate
    organisation_id: string
    days: number
    insured: boolean
  }>`
    select person_id, month, organisation_id, attendance_days as days, social_insurance as insured from service_months ${wanted(ids)}
    where month = any(${months.map(firstDay)}::date[]) and ${known(cutoff)}`.execute(db)
  for (const { person_id, month, ...row } of rows) of(person_id).attendance.push({ ...row, month: monthOf(month) })
}

async function readCertificates(db: Db, ids: string[], { cutoff, rules }: Window, of: Of): Promise<void> {
  const occupations = [...new Set(rules.flatMap((one) => one.occupation_codes))]
  const moved = await movedSince(db, cutoff)
  const wantedIds = new Set(ids)
  const holders = [...moved.values()].flatMap((move) => (wantedIds.has(move.from_id) ? [move.person_id] : []))
  // one row a look-up, the newest of each register first
  const { rows } = await sql<CertificateRow>`
    select c.person_id, c.id, c.occupation_code, c.level, c.issued_on, ${validUntil('c')} as valid_until, c.replaces_id,
      revocation.effective_on as revoked_from, k.id as check_id, k.registry, k.result
    from certificates c
    left join certificate_revocations revocation on revocation.certificate_id = c.id and ${revocationKnown(cutoff)}
    left join certificate_continuations continuation on continuation.certificate_id = c.id and ${continuationKnown(cutoff)}
    left join registry_checks k on k.certificate_id = c.id and k.known_from <= ${cutoff}::timestamptz
    ${wanted([...new Set([...ids, ...holders])])}
    where c.kind = 'skill_level' and c.occupation_code = any(${occupations}::text[]) and c.known_from <= ${cutoff}::timestamptz
    order by k.checked_on desc, k.known_from desc, k.id desc`.execute(db)
  const certificates = new Map<string, CertificateFact>()
  const replaced = new Map<string, string>()
  const looked = new Set<string>()
  for (const { person_id: holder, replaces_id, check_id, registry, result, ...row } of rows) {
    const person_id = moved.get(row.id)?.from_id ?? holder
    if (!wantedIds.has(person_id)) continue
    let certificate = certificates.get(row.id)
    if (!certificate) {
      certificate = { ...row, credited_from: row.issued_on, found_in: [] }
      certificates.set(row.id, certificate)
      if (replaces_id) replaced.set(row.id, replaces_id)
      of(person_id).certificates.push(certificate)
    }
    if (!check_id || !registry || looked.has(row.id + registry)) continue
    looked.add(row.id + registry)
    if (result === 'found') certificate.found_in.push({ check_id, registry })
  }
  for (const id of replaced.keys()) creditAsReplaced(certificates.get(id)!, certificates, replaced)
  await readSuspensions(db, certificates, cutoff)
}

/** A suspended certificate supports no month on whose last day it is suspended, as one that is revoked or ran out by then supports none. */
async function readSuspensions(db: Db, certificates: Map<string, CertificateFact>, cutoff: string): Promise<void> {
  const { rows } = await sql<{ certificate_id: string; from_on: LocalDate; to_on: LocalDate | null }>`
    select s.certificate_id, s.from_on, r.from_on as to_on
    from certificate_suspensions s
    left join certificate_resumptions r on r.certificate_id = s.certificate_id and r.seq = s.seq and r.known_from <= ${cutoff}::timestamptz
    where s.known_from <= ${cutoff}::timestamptz and s.certificate_id = any (${`{${[...certificates.keys()].join(',')}}`}::uuid[])
    order by s.certificate_id, s.seq`.execute(db)
  for (const { certificate_id, ...days } of rows) {
    const certificate = certificates.get(certificate_id)!
    certificate.suspended = [...(certificate.suspended ?? []), days]
  }
}

/** Certificates that a merge has moved since the cutoff, with the record each lay in then: a run under way still counts it there. */
async function movedSince(db: Db, cutoff: string): Promise<Map<string, { from_id: string; person_id: string }>> {
  const { rows } = await sql<{ certificate_id: string; from_id: string; person_id: string }>`
    select distinct on (m.certificate_id) m.certificate_id, m.from_id, c.person_id
    from certificate_moves m join certificates c on c.id = m.certificate_id
    where m.moved_at > ${cutoff}::timestamptz order by m.certificate_id, m.moved_at`.execute(db)
  return new Map(rows.map(({ certificate_id, ...move }) => [certificate_id, move]))
}

type CertificateRow = Omit<CertificateFact, 'credited_from' | 'found_in'> & {
  person_id: string
  replaces_id: string | null
  check_id: string | null
  registry: string | null
  result: string | null
}

/** A replacement is the same credential on new paper: it counts from the day the first one did. */
export function creditAsReplaced(
  certificate: CertificateFact,
  certificates: Map<string, CertificateFact>,
  replaced: Map<string, string>,
): void {
  for (let id = replaced.get(certificate.id); id; id = replaced.get(id)) {
    const earlier = certificates.get(id)
    if (earlier?.level !== certificate.level) return
    certificate.credited_from = earlier.issued_on
  }
}

/** Certificates of other bodies that were found: the newest look-up of what is recorded now decides, whatever the register. */
async function readExternalCertificates(db: Db, ids: string[], { cutoff, rules }: Window, of: Of): Promise<void> {
  const occupations = [...new Set(rules.flatMap((one) => one.occupation_codes))]
  const { rows } = await sql<Omit<CertificateRow, 'replaces_id' | 'revoked_from'> & LookUp>`
    select c.person_id, c.id, c.occupation_code, c.level, c.issued_on, c.valid_until, k.id as check_id, k.registry, k.result
    from external_certificates c
    join external_certificate_checks k on k.certificate_id = c.id and k.revision = c.revision and k.known_from <= ${cutoff}::timestamptz
    ${wanted(ids)}
    where c.kind = 'skill_level' and c.occupation_code = any(${occupations}::text[])
      and c.known_from <= ${cutoff}::timestamptz and c.known_to > ${cutoff}::timestamptz
    order by k.checked_on desc, k.known_from desc, k.id desc`.execute(db)
  for (const looks of Map.groupBy(rows, (row) => row.id).values()) {
    const { person_id, check_id: _, registry: __, result, ...row } = looks[0]!
    if (result !== 'found') continue
    const newest = [...Map.groupBy(looks, (look) => look.registry).values()].map(([look]) => look!)
    const found_in = newest.flatMap((look) => (look.result === 'found' ? [look] : []))
    of(person_id).certificates.push({
      ...{ ...row, credited_from: row.issued_on, revoked_from: null, external: true },
      found_in: found_in.map(({ check_id, registry }) => ({ check_id, registry })),
    })
  }
}

type LookUp = { check_id: string; registry: string; result: string }

/** The days from which events can matter to one of the months; whether somebody was ever trained rests on all of them. */
function windowStart({ months, rules }: Window, measure: 'education_hours' | 'conduct_events'): LocalDate {
  if (
    measure === 'education_hours' &&
    rules.some(({ conditions }) => conditions.some((one) => one.measure === 'trained'))
  )
    return '0001-01-01'
  const lengths = rules.flatMap(({ conditions }) =>
    conditions.map((one) => (one.measure === measure ? one.parameters.window_months : 1)),
  )
  return firstDay(addMonths([...months].sort()[0]!, 1 - Math.max(1, ...lengths)))
}

/** Hours that nobody has approved yet, or that were rejected, count for nothing. */
async function readEducation(db: Db, ids: string[], window: Window, of: Of): Promise<void> {
  const { rows } = await sql<{ person_id: string; id: string; completed_on: LocalDate; hours: number }>`
    select person_id, e.id, completed_on, hours from education_hours e ${wanted(ids)}
    where completed_on >= ${windowStart(window, 'education_hours')}::date and approval = 'approved' and ${known(window.cutoff)}`.execute(
    db,
  )
  for (const { person_id, ...row } of rows) of(person_id).education.push(row)
}

async function readConduct(db: Db, ids: string[], window: Window, of: Of): Promise<void> {
  const first = firstDay([...window.months].sort()[0]!)
  const { rows } = await sql<ConductFact & { person_id: string }>`
    select person_id, e.id, kind, happened_on, period_from, period_to from conduct_events e ${wanted(ids)}
    where (happened_on >= ${windowStart(window, 'conduct_events')}::date or coalesce(period_to, 'infinity') > ${first}::date and period_from is not null)
      and ${known(window.cutoff)}`.execute(db)
  for (const { person_id, ...row } of rows) of(person_id).conduct.push(row)
}

/** Entries of these people and months that were approved by the cutoff, the newest of each month and component. */
export async function readLedger(
  db: Db,
  ids: string[],
  scheme_code: string,
  { cutoff, months }: Window,
): Promise<Map<string, LedgerEntry[]>> {
  const { rows } = await sql<LedgerEntry & { person_id: string }>`
    select distinct on (l.person_id, l.month, l.component) l.person_id, to_char(l.month, 'YYYY-MM') as month, l.component, l.entitlement_fen, r.district_code
    from allowance_ledger l
    join allowance_runs r on r.id = l.run_id
    join allowance_decisions d on d.run_id = l.run_id and d.kind = 'approval' and d.decided_at <= ${cutoff}::timestamptz
    ${wanted(ids)}
    where l.scheme_code = ${scheme_code} and l.month = any(${months.map(firstDay)}::date[])
    order by l.person_id, l.month, l.component, l.seq desc`.execute(db)
  return Map.groupBy(rows, (row) => row.person_id)
}
