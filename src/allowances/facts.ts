/** Reads what decide() needs of many people at once, as it was known at one instant; hides the tables and their knowledge time. */
import { sql } from 'kysely'
import { addMonths, firstDay, type LocalDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { together } from '../platform/together.ts'
import { readCertificates, readExternalCertificates } from './certificate-facts.ts'
import type { LedgerEntry } from './corrections.ts'
import type { Facts, OrganisationFact } from './evaluate.ts'
import { type Adding, FEW, type Of, type People, readRows, wanted } from './fact-rows.ts'
import { known, readOrganisations } from './organisation-facts.ts'
import { readPersonFacts } from './person-facts.ts'
import type { Rules } from './rules.ts'

/** What to read: for which months, under which versions, known when (`now`, or an instant with microseconds). */
export interface Window {
  cutoff: string
  months: Month[]
  rules: Rules[]
  /** those read before, at the same cutoff: of the thousands of people of a part most work where others do */
  organisations?: Map<string, OrganisationFact>
}

/** Everything about the people, a map that answers for each of them. Reads each table once, whatever their number; `db` may be {@link together}. */
export async function readFacts(db: Db, people: People, window: Window): Promise<(person_id: string) => Facts> {
  const { ids } = people
  let facts: Map<string, Facts> | undefined
  const of: Of = (id) => {
    facts ??= new Map(
      ids.map((one) => [one, { employments: [], attendance: [], certificates: [], education: [], conduct: [] }]),
    )
    return facts.get(id)
  }
  // the database goes on from one to the next without being asked
  const reading = together(db)
  const reads = [
    readEmployments,
    readAttendance,
    readCertificates,
    readExternalCertificates,
    readEducation,
    readConduct,
  ]
  const few = ids.length <= FEW
  const [adding] = await Promise.all([
    Promise.all(reads.map((read) => read(reading, people, window))),
    few && readPersonFacts(reading, people, window, of),
  ])
  for (const add of adding) add(of)
  // thousands of these would be written as one document
  if (!few) await readPersonFacts(db, people, window, of)
  return (id) => of(id)!
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

async function readEmployments(db: Db, people: People, window: Window): Promise<Adding> {
  const { cutoff, rules, organisations = new Map<string, OrganisationFact>() } = window
  const posts = [...new Set(rules.flatMap((one) => one.posts))]
  const columns = [
    'person_id',
    'e.id',
    'organisation_id',
    'post',
    'contract_kind',
    'starts_on',
    'ends_on',
    'contract_until',
  ]
  const rows = await readRows(
    db,
    columns,
    sql`from employments e ${wanted(people)} where post = any(${posts}::text[]) and ${known(cutoff)}`,
  )
  const unread = new Set<string>()
  for (const [, , organisation_id] of rows) if (!organisations.has(organisation_id)) unread.add(organisation_id)
  if (unread.size > 0) for (const one of await readOrganisations(db, [...unread], cutoff)) organisations.set(...one)
  return (of) => {
    for (const [person_id, id, organisation_id, post, contract_kind, starts_on, ends_on, until] of rows)
      of(person_id)?.employments.push({
        id,
        post,
        contract_kind,
        starts_on,
        ends_on: ends_on || null,
        contract_until: until || null,
        organisation: organisations.get(organisation_id)!,
      })
  }
}

async function readAttendance(db: Db, people: People, { cutoff, months }: Window): Promise<Adding> {
  const rows = await readRows(
    db,
    ['person_id', 'month', 'organisation_id', 'attendance_days', 'social_insurance'],
    sql`from service_months ${wanted(people)} where month = any(${months.map(firstDay)}::date[]) and ${known(cutoff)}`,
  )
  return (of) => {
    for (const [person_id, day, organisation_id, days, insured] of rows)
      of(person_id)?.attendance.push({
        month: monthOf(day),
        organisation_id,
        days: Number(days),
        insured: insured === 't',
      })
  }
}

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
async function readEducation(db: Db, people: People, window: Window): Promise<Adding> {
  const rows = await readRows(
    db,
    ['person_id', 'e.id', 'completed_on', 'hours'],
    sql`from education_hours e ${wanted(people)}
    where completed_on >= ${windowStart(window, 'education_hours')}::date and approval = 'approved' and ${known(window.cutoff)}`,
  )
  return (of) => {
    for (const [person_id, id, completed_on, hours] of rows)
      of(person_id)?.education.push({ id, completed_on, hours: Number(hours) })
  }
}

async function readConduct(db: Db, people: People, window: Window): Promise<Adding> {
  const first = firstDay([...window.months].sort()[0]!)
  const rows = await readRows(
    db,
    ['person_id', 'e.id', 'kind', 'happened_on', 'period_from', 'period_to'],
    sql`from conduct_events e ${wanted(people)}
    where (happened_on >= ${windowStart(window, 'conduct_events')}::date or coalesce(period_to, 'infinity') > ${first}::date and period_from is not null)
      and ${known(window.cutoff)}`,
  )
  return (of) => {
    for (const [person_id, id, kind, happened_on, period_from, period_to] of rows)
      of(person_id)?.conduct.push({
        ...{ id, kind, happened_on, period_from: period_from || null, period_to: period_to || null },
      })
  }
}

/** Entries of these people and months that were approved by the cutoff, the newest of each month and component. */
export async function readLedger(
  db: Db,
  people: People,
  scheme_code: string,
  { cutoff, months }: Window,
): Promise<Map<string, LedgerEntry[]>> {
  const rows = await readRows(
    db,
    ['person_id', 'month', 'component', 'entitlement_fen', 'district_code'],
    sql`from (
      select distinct on (l.person_id, l.month, l.component) l.person_id, l.month, l.component, l.entitlement_fen, r.district_code
      from allowance_ledger l
      join allowance_runs r on r.id = l.run_id
      join allowance_decisions d on d.run_id = l.run_id and d.kind = 'approval' and d.decided_at <= ${cutoff}::timestamptz
      ${wanted(people, 'l.person_id')}
      where l.scheme_code = ${scheme_code} and l.month = any(${months.map(firstDay)}::date[])
      order by l.person_id, l.month, l.component, l.seq desc) newest`,
  )
  const entries = Array.from(rows, ([person_id, day, component, fen, district_code]) => ({
    ...{ person_id, month: monthOf(day), component, entitlement_fen: Number(fen), district_code },
  }))
  return Map.groupBy(entries, (row) => row.person_id)
}
