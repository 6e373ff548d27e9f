/** The lines of a run that are paid to organisations: all of a district at once, from what was known at the cutoff; how they lie in the database. */
import { type RawBuilder, sql } from 'kysely'
import { asJson } from '../people/bulk.ts'
import { revocationKnown } from '../people/certificate-standing.ts'
import { addMonths, firstDay, type LocalDate, type Month } from '../platform/calendar.ts'
import type { Db, Tx } from '../platform/database.ts'
import { COMPONENT_KINDS } from './components.ts'
import type { LedgerEntry, Plan } from './corrections.ts'
import type { OrganisationFact } from './evaluate.ts'
import { linesDigest } from './lines.ts'
import { decideForOrganisation, type OrganisationFacts } from './organisation-components.ts'
import { known, readOrganisations } from './organisation-facts.ts'
import { inDivision, lineKind, type Rules } from './rules.ts'

interface Run {
  id: string
  scheme_code: string
  /** as text with microseconds */
  cutoff: string
}

type Booked = LedgerEntry & { organisation_id: string }
type Lesson = OrganisationFacts['trained'][number] & { organisation_id: string }
type Job = OrganisationFacts['jobs'][number] & { organisation_id: string }

/**
 * Writes the run's lines of organisations. A month belongs to the district the organisation lies in, as known now, and where that is
 * outside the scheme's division to the one that booked it. A line is written where something lay in the month or was booked of it;
 * of an earlier month where it comes to something else than was booked.
 */
export async function writeOrganisationLines(tx: Tx, run: Run, plan: Plan): Promise<void> {
  if (plan.months.length === 0) return
  const booked = await readBooked(tx, run, plan)
  const bookedOf = Map.groupBy(booked, ({ organisation_id }) => organisation_id)
  const facts = await readOrganisationFacts(tx, run.cutoff, {
    ...{ months: plan.months, district_codes: [plan.district_code], organisation_ids: [...bookedOf.keys()] },
  })
  if (facts.length === 0) return
  const lines = facts.flatMap((one) => {
    const organisation_id = one.organisation.id
    return linesFor(one, bookedOf.get(organisation_id) ?? [], plan).map((line) => ({ ...line, organisation_id }))
  })
  await sql`
    insert into organisation_lines (run_id, organisation_id, month, component, kind, outcome, version_id, evidence, left_out, entitlement_fen, previous_fen)
    select ${run.id}::uuid, organisation_id, month, component, kind, outcome, version_id, evidence, left_out, entitlement_fen, previous_fen
    from jsonb_to_recordset(${asJson(lines)}) as l (organisation_id uuid, month date, component text, kind text, outcome text, version_id uuid,
      evidence jsonb, left_out jsonb, entitlement_fen int, previous_fen int)`.execute(tx)
}

function linesFor(facts: OrganisationFacts, booked: LedgerEntry[], plan: Plan) {
  return plan.months.flatMap(({ month, rules, approved, people }) => {
    if (people && !people.has(facts.organisation.id)) return []
    const component = rules.component.code
    const entry = booked.find((one) => one.month === month && one.component === component)
    const own = month === plan.month
    if (!own && !approved && !entry) return []
    if (districtOf(facts.organisation, rules.division_code, entry) !== plan.district_code) return []
    const { outcome, amount_fen, evidence, left_out } = decideForOrganisation(facts, rules, month)
    const previous_fen = entry?.entitlement_fen ?? (own ? null : 0)
    if (!own && amount_fen === previous_fen) return []
    if (!entry && evidence.length + left_out.length === 0) return []
    const kind = lineKind(amount_fen, previous_fen)
    const { version_id } = rules
    const line = { month: firstDay(month), component, kind, outcome, version_id, evidence, left_out }
    return [{ ...line, entitlement_fen: amount_fen, previous_fen }]
  })
}

function districtOf({ district_code }: OrganisationFact, division_code: string, entry: LedgerEntry | undefined) {
  return inDivision(district_code, division_code) ? district_code : entry?.district_code
}

// ─── what is known ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The months to judge and by what, of the organisations of some districts as known at the cutoff, and of those named. */
interface Asked {
  months: { month: Month; rules: Rules }[]
  district_codes: string[]
  organisation_ids: string[]
}

/** Of every organisation asked for that something lies in the months of, and of those named, in order of id. */
export async function readOrganisationFacts(db: Db, cutoff: string, asked: Asked): Promise<OrganisationFacts[]> {
  const [trained, jobs] = [await readTrained(db, cutoff, asked), await readJobs(db, cutoff, asked)]
  const found = [...trained, ...jobs].map(({ organisation_id }) => organisation_id)
  const ids = [...new Set([...asked.organisation_ids, ...found])].sort()
  if (ids.length === 0) return []
  const organisations = await readOrganisations(db, ids, cutoff)
  const of = <T extends { organisation_id: string }>(rows: T[]) => Map.groupBy(rows, (row) => row.organisation_id)
  const [trainedOf, jobsOf] = [of(trained), of(jobs)]
  return ids.flatMap((id) => {
    const organisation = organisations.get(id)
    return organisation ? [{ organisation, trained: trainedOf.get(id) ?? [], jobs: jobsOf.get(id) ?? [] }] : []
  })
}

/** Of the organisations this district has booked in the plan's months, the newest approved entry of each month and component. */
async function readBooked(db: Db, { scheme_code, cutoff }: Run, { months, district_code }: Plan): Promise<Booked[]> {
  const { rows } = await sql<Booked>`
    with entries as (
      select distinct on (l.organisation_id, l.month, l.component) l.organisation_id, to_char(l.month, 'YYYY-MM') as month, l.component,
        l.entitlement_fen, r.district_code
      from organisation_ledger l join allowance_runs r on r.id = l.run_id
        join allowance_decisions d on d.run_id = l.run_id and d.kind = 'approval' and d.decided_at <= ${cutoff}::timestamptz
      where l.scheme_code = ${scheme_code} and l.month = any(${[...new Set(months.map(({ month }) => firstDay(month)))]}::date[])
      order by l.organisation_id, l.month, l.component, l.seq desc
    )
    select entries.* from entries where exists (select from entries own where own.organisation_id = entries.organisation_id and own.district_code = ${district_code})
      or exists (select from organisation_standings o where o.organisation_id = entries.organisation_id and o.district_code = ${district_code} and ${known(cutoff)})`.execute(
    db,
  )
  return rows
}

/** A training is passed when its certificate is issued; what was revoked supports nothing, one issued anew is the one it replaces. */
async function readTrained(db: Db, cutoff: string, asked: Asked): Promise<Lesson[]> {
  if (!goesBy(asked, 'training')) return []
  const at = sql`${cutoff}::timestamptz`
  const { rows } = await sql<Lesson>`
    with recursive passed as (
      select k.organisation_id, c.id, c.level, c.issued_on, coalesce(v.theory_hours + v.practice_hours, 0) as hours
      from certificates c join enrolments e on e.id = c.enrolment_id join classes k on k.id = e.class_id
        left join course_versions v on v.course_id = k.course_id and v.number = k.course_version
      where c.kind = 'skill_level' and c.replaces_id is null and c.known_from <= ${at} and ${during(asked, 'c.issued_on')}
        and c.occupation_code = any(${[...new Set(asked.months.flatMap(({ rules }) => rules.occupation_codes))]}::text[])
        and ${isAsked(asked, cutoff, 'k.organisation_id')}
    ), papers as (
      select id as first_id, id from passed
      union all
      select papers.first_id, c.id from papers join certificates c on c.replaces_id = papers.id and c.known_from <= ${at}
    )
    select organisation_id, id, level, hours, issued_on as passed_on from passed
    where not exists (select from papers join certificate_revocations revocation on revocation.certificate_id = papers.id
      where papers.first_id = passed.id and revocation.reason_code <> 'replaced' and ${revocationKnown(cutoff)})`.execute(
    db,
  )
  return rows
}

async function readJobs(db: Db, cutoff: string, asked: Asked): Promise<Job[]> {
  if (!goesBy(asked, 'job')) return []
  const { rows } = await sql<Job>`
    select e.organisation_id, e.id, e.post, e.starts_on, e.ends_on from employments e
    where ${during(asked, 'e.starts_on')} and ${known(cutoff)} and ${isAsked(asked, cutoff, 'e.organisation_id')}`.execute(
    db,
  )
  return rows
}

function goesBy({ months }: Asked, by: 'training' | 'job'): boolean {
  return months.some(({ rules }) => COMPONENT_KINDS[rules.component.kind].by === by)
}

function during({ months }: Asked, day: string) {
  const sorted = months.map(({ month }) => month).sort()
  const [from, to]: LocalDate[] = [firstDay(sorted[0]!), firstDay(addMonths(sorted.at(-1)!, 1))]
  return sql<boolean>`(${sql.ref(day)} >= ${from}::date and ${sql.ref(day)} < ${to}::date)`
}

function isAsked({ district_codes, organisation_ids }: Asked, cutoff: string, column: string) {
  return sql<boolean>`(${sql.ref(column)} = any(${`{${organisation_ids.join(',')}}`}::uuid[]) or ${sql.ref(column)} in (
    select o.organisation_id from organisation_standings o where o.district_code = any(${district_codes}::text[])
      and o.known_from <= ${cutoff}::timestamptz and o.known_to > ${cutoff}::timestamptz))`
}

// ─── figures and digest ────────────────────────────────────────────────────────────────────────────────────────────────

const DIGESTED = [
  ...['organisation_id', 'month', 'component', 'kind', 'outcome', 'version_id'],
  ...['entitlement_fen', 'previous_fen', 'evidence', 'left_out'],
]
const lineText = sql.join(
  DIGESTED.map((column) => sql.ref(column)),
  sql`, '|', `,
)

export interface RunTotals {
  line_count: number
  payable_count: number
  total_fen: number
  lines_sha256: string
}

/**
 * Figures of a run over its lines of people and of organisations. Where there are none of organisations the digest is that of the lines of
 * people; otherwise it is the SHA-256 over that and the SHA-256 of the others, a line again being its columns with `|` between them.
 */
export async function runTotals(
  db: Db,
  run_id: string,
  people_sha256: RawBuilder<string> = linesDigest,
): Promise<RunTotals> {
  const figures = sql`count(*) as lines, count(*) filter (where outcome = 'payable') as payable, coalesce(sum(amount_fen), 0) as fen`
  const { rows } = await sql<RunTotals>`
    select p.lines + o.lines as line_count, p.payable + o.payable as payable_count, (p.fen + o.fen)::bigint as total_fen,
      case o.lines when 0 then p.sha256 else encode(sha256(convert_to(p.sha256 || o.sha256, 'UTF8')), 'hex') end as lines_sha256
    from (select ${figures}, ${people_sha256} as sha256 from allowance_lines where run_id = ${run_id}::uuid) p,
      (select ${figures}, encode(sha256(coalesce(string_agg(sha256(convert_to(concat(${lineText}), 'UTF8')), ''::bytea
        order by organisation_id, month, component), '')), 'hex') as sha256 from organisation_lines where run_id = ${run_id}::uuid) o`.execute(
    db,
  )
  return rows[0]!
}
