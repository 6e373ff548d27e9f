/** The figures of the reports: one set-based statement each, counted per division, month and level, and once over all of them. */
import { type RawBuilder, sql } from 'kysely'
import { standingOf, statusOn, validUntil } from '../people/certificate-standing.ts'
import { newestLookUp } from '../people/external-certificates.ts'
import { notMerged } from '../people/roster.ts'
import { type LocalDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { monthEnds, type Range, type Rate, rate } from './rules.ts'

export interface Report<I, T> {
  items: I[]
  totals: T
  next_cursor: null
}
/** Where, when and at which level something was counted; no level stands for what has none. */
export interface Cell {
  district_code: string
  district_name: string
  month: Month
  level: number | null
}

// ─── workforce ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface LevelCount {
  day: LocalDate
  /** null: over all divisions, where somebody with posts in two of them is one person */
  district_code: string | null
  district_name: string | null
  /** the highest level of a certificate that counts on the day; null where none does */
  level: number | null
  people: number
  /** of them, those whose certificate ends within 30 days, and within 90 */
  expiring: number
  ending: number
}

/**
 * People in post on each of the days, by division and level, as it is known now. The register is read once, however many
 * the days are: people whose posts and certificates begin and end between the same days are counted together, then asked about each day.
 */
export async function countLevels(
  db: Db,
  { prefix, workforce }: Pick<Range, 'prefix' | 'workforce'>,
  asked: LocalDate[],
): Promise<LevelCount[]> {
  if (asked.length === 0) return []
  const days = [...asked].sort()
  const [first, last] = [days[0]!, days.at(-1)!]
  // the place of the first of the days that is not before a date: all that a date matters here. A year has twelve ends of months, so
  // that a place is a digit to the base of 16, and what matters of a post or a certificate is one number: cheap to compare. Ends are told
  // by what is left of 15 places: of two certificates of a level the lesser number lasts longer
  const digit = (date: RawBuilder<unknown>, from = 0) =>
    sql`* 16 + abs(${from}::int - coalesce(width_bucket(${date} - 1, ${days}::date[]), ${days.length}::int))`
  const between = (code: string) => sql`join generate_series(0, ${days.length - 1}::int) as at
    on ${sql.ref(code)} >> 4 & 15 <= at and at < ${sql.ref(code)} & 15`
  const within = sql`c.issued_on <= ${last}::date and coalesce(c.valid_until > ${first}::date, true)`
  const { rows } = await sql<LevelCount>`
    with post as materialized (
      select e.person_id, array_agg((o.district_code::int ${digit(sql`e.starts_on`)}) ${digit(sql`e.ends_on`)}) as posts
      from employments e join organisations o on o.id = e.organisation_id ${ofWorkforce({ workforce }, 'e.person_id')}
      where o.district_code like ${`${prefix}%`} and e.known_to = 'infinity'
        and e.starts_on <= ${last}::date and coalesce(e.ends_on > ${first}::date, true)
      group by e.person_id
    ), held as (
      select c.person_id, array_agg((((c.level::int ${digit(sql`(c.valid_until - 30)`, 15)}) ${digit(sql`(c.valid_until - 90)`, 15)})
        ${digit(sql`c.counts_from`)}) ${digit(sql`c.counts_to`)}) as certificates
      from (
        select c.person_id, c.level, span.counts_from, span.counts_to, c.valid_until from (
          select c.id, c.person_id, c.level, c.issued_on, ${validUntil('c')} as valid_until, least(${validUntil('c')}, revocation.effective_on) as ends_on
          from certificates c ${standingOf(sql.ref('c.id'))} where c.kind = 'skill_level' and c.person_id in (select person_id from post)
        ) c left join (
          select certificate_id, range_agg(daterange(from_on, to_on)) as days from suspended_days group by certificate_id
        ) suspended on suspended.certificate_id = c.id cross join lateral (
          select c.issued_on as counts_from, c.ends_on as counts_to where suspended.days is null
          union all select lower(span), upper(span)
          from unnest(datemultirange(daterange(c.issued_on, greatest(c.issued_on, coalesce(c.ends_on, 'infinity')))) - suspended.days) span
        ) span where ${within}
        union all
        -- of another body, found in an official register
        select c.person_id, c.level, c.issued_on, c.valid_until, c.valid_until from external_certificates c ${newestLookUp}
        where c.kind = 'skill_level' and c.known_to = 'infinity' and newest.result = 'found'
          and c.person_id in (select person_id from post) and ${within}
      ) c group by c.person_id
    ), alike as materialized (
      select row_number() over () as n, posts, certificates, count(*) as people
      from post left join held using (person_id) group by posts, certificates
    ), present as materialized (
      select distinct n, at, (post >> 8)::text as district_code, people from alike cross join unnest(posts) post ${between('post')}
    ), best as (
      -- the highest level, and how long its longest certificate lasts
      select n, at, min(certificate >> 8) as best from alike cross join unnest(certificates) certificate ${between('certificate')} group by n, at
    ), counted as (
      select at, district_code, people, best >> 8 as level, at >= 15 - (best >> 4 & 15) as expiring, at >= 15 - (best & 15) as ending
      from (select * from present union all select distinct n, at, null, people from present) present left join best using (n, at)
    )
    select to_char((${days}::date[])[at + 1], 'YYYY-MM-DD') as day, district_code, d.name as district_name, level, sum(people)::int as people,
      coalesce(sum(people) filter (where expiring), 0)::int as expiring, coalesce(sum(people) filter (where ending), 0)::int as ending
    from counted left join districts d on d.code = district_code
    group by at, district_code, d.name, level order by district_code, at, level`.execute(db)
  return rows
}

/** People in post at the end of each month: how many hold which level, of all in post. The totals are those of the last month. */
export async function reportWorkforce(db: Db, range: Range, today: LocalDate) {
  const days = monthEnds(range, today)
  const counts = await countLevels(db, range, days)
  const chosen = counts.filter(({ level }) => range.level === undefined || level === range.level)
  const items = chosen.flatMap(({ day, district_code, district_name, ending: _, ...row }) => {
    if (!district_code || !district_name) return []
    const in_post = peopleOn(counts, day, district_code)
    return [{ district_code, district_name, month: monthOf(day), ...row, in_post, rate: rate(row.people, in_post) }]
  })
  const last = days.at(-1) ?? null
  const { certified, expiring } = holders(chosen, last)
  const in_post = peopleOn(counts, last)
  const totals = { month: last && monthOf(last), certified, expiring, in_post, rate: rate(certified, in_post) }
  return { items, totals, next_cursor: null }
}

/** Everybody in post on a day, in one division or over all of them. */
export function peopleOn(counts: LevelCount[], day: LocalDate | null, district_code: string | null = null): number {
  return counts.reduce(
    (sum, row) => (row.day === day && row.district_code === district_code ? sum + row.people : sum),
    0,
  )
}

/** Who holds a level on a day, in one division or over all of them, and whose certificate ends within 30 and 90 days. */
export function holders(counts: LevelCount[], day: LocalDate | null, district_code: string | null = null) {
  const rows = counts.filter((row) => row.day === day && row.district_code === district_code && row.level !== null)
  return {
    certified: rows.reduce((sum, { people }) => sum + people, 0),
    expiring: rows.reduce((sum, { expiring }) => sum + expiring, 0),
    ending: rows.reduce((sum, { ending }) => sum + ending, 0),
  }
}

// ─── training ──────────────────────────────────────────────────────────────────────────────────────────────────────────

interface TrainingFigures {
  classes: number
  people: number
  withdrawn: number
  completed: number
  failed: number
  assessed: number
  passed: number
  /** with a certificate of the class that stands */
  certified: number
}
type TrainingRates = 'completion_rate' | 'pass_rate' | 'certificate_rate'

/** Classes that began in the range and were not cancelled, by the institution's division; who withdrew is counted only as that. */
export function reportTraining(db: Db, range: Range) {
  return trainingBy<Cell>(db, range, ['u.level'])
}

/** The same by institution. */
export function reportInstitutions(db: Db, range: Range) {
  return trainingBy<Cell & { id: string; name: string }>(db, range, ['o.id', 'o.name', 'u.level'])
}

/** Passed are divided by those with a result, certificates by everybody who ever enrolled. */
function trainingBy<C>(db: Db, range: Range, by: string[]) {
  return tally<C, TrainingFigures, TrainingRates>(db, range, {
    day: 'k.starts_on',
    by,
    figures: sql`count(distinct k.id) as classes, count(e.id) filter (where e.status not in ('withdrawn', 'waiting')) as people,
      count(e.id) filter (where e.status = 'withdrawn') as withdrawn, count(e.id) filter (where e.status = 'completed') as completed,
      count(e.id) filter (where e.status = 'failed') as failed, count(a.id) filter (where e.status not in ('withdrawn', 'waiting')) as assessed,
      count(a.id) filter (where e.status not in ('withdrawn', 'waiting') and a.passed) as passed,
      count(e.id) filter (where exists (select from certificates c where c.enrolment_id = e.id
        and not exists (select from standing_revocations v where v.certificate_id = c.id))) as certified`,
    from: sql`classes k join courses u on u.id = k.course_id and k.status <> 'cancelled'
      join organisations o on o.id = k.organisation_id join districts d on d.code = o.district_code
      left join enrolments e on e.class_id = k.id and ${notMerged(sql.ref('e.person_id'))} ${ofWorkforce(range, 'e.person_id')}
      left join assessment_results a on a.enrolment_id = e.id and a.known_to = 'infinity'`,
    rates: (row) => ({
      completion_rate: rate(row.completed, row.completed + row.failed),
      pass_rate: rate(row.passed, row.assessed),
      certificate_rate: rate(row.certified, row.people + row.withdrawn),
    }),
  })
}

// ─── credentials ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface CredentialFigures {
  issued: number
  valid: number
  expired: number
  suspended: number
  revoked: number
  replaced: number
  /** found in an official register when last looked up */
  registry_found: number
}

/** Certificates issued in the range, replacements included, by the issuer's division; what has become of them by today. */
export function reportCredentials(db: Db, range: Range, today: LocalDate) {
  return tally<Cell & { kind: string }, CredentialFigures, 'valid_rate'>(db, range, {
    day: 'c.issued_on',
    by: ['c.kind', 'c.level'],
    figures: sql`count(*) as issued, count(*) filter (where c.status = 'valid') as valid, count(*) filter (where c.status = 'expired') as expired,
      count(*) filter (where c.status = 'suspended') as suspended, count(*) filter (where c.status = 'revoked') as revoked, count(*) filter (where c.status = 'replaced') as replaced,
      count(*) filter (where c.registry_result = 'found') as registry_found`,
    from: sql`(
        select certificates.*, ${statusOn(today)} as status,
          (select g.result from registry_checks g where g.certificate_id = certificates.id order by g.known_from desc limit 1) as registry_result
        from certificates ${standingOf(sql.ref('certificates.id'))}
      ) c join organisations o on o.id = c.issuer_organisation_id join districts d on d.code = o.district_code ${ofWorkforce(range, 'c.person_id')}`,
    rates: (row) => ({ valid_rate: rate(row.valid, row.issued) }),
  })
}

// ─── competitions ──────────────────────────────────────────────────────────────────────────────────────────────────────

interface CompetitionFigures {
  competitions: number
  events: number
  entries: number
  ranked: number
  awards: number
}

/** Entries in the competitions of the range, by the division of the organisation that sent them; a rank counts once it is published. */
export function reportCompetitions(db: Db, range: Range) {
  return tally<Omit<Cell, 'level'> & { tier: string }, CompetitionFigures, 'award_rate'>(db, range, {
    day: 'k.held_on',
    by: ['k.tier'],
    figures: sql`count(distinct k.id) as competitions, count(distinct v.id) as events, count(*) as entries, count(r.entry_id) as ranked, count(r.award) as awards`,
    from: sql`competitions k join competition_events v on v.competition_id = k.id join competition_entries e on e.event_id = v.id and ${notMerged(sql.ref('e.person_id'))}
      join organisations o on o.id = e.organisation_id join districts d on d.code = o.district_code ${ofWorkforce(range, 'e.person_id')}
      left join competition_rankings r on r.event_id = v.id and r.entry_id = e.id and v.published_at is not null`,
    rates: (row) => ({ award_rate: rate(row.awards, row.ranked) }),
  })
}

// ─── allowances ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface AllowanceFigures {
  /** months of people that were judged for the first time, and those of them that are paid */
  judged: number
  payable: number
  people_paid: number
  paid_fen: number
  /** what is taken back, never above zero; `amount_fen` is the sum of both */
  recovered_fen: number
  amount_fen: number
}

/** What the approved runs of the range's months have booked, corrections of earlier months included; what organisations are paid has no level. */
export function reportAllowances(db: Db, range: Range) {
  return tally<Cell & { scheme_code: string }, AllowanceFigures, 'payable_rate'>(db, range, {
    day: 'r.month',
    by: ['r.scheme_code', 'g.level'],
    figures: sql`count(g.person_id) filter (where g.kind = 'normal') as judged,
      count(g.person_id) filter (where g.kind = 'normal' and g.outcome = 'payable') as payable,
      count(distinct g.person_id) filter (where g.amount_fen > 0) as people_paid,
      coalesce(sum(g.amount_fen) filter (where g.amount_fen > 0), 0) as paid_fen,
      coalesce(sum(g.amount_fen) filter (where g.amount_fen < 0), 0) as recovered_fen, coalesce(sum(g.amount_fen), 0) as amount_fen`,
    from: sql`allowance_runs r join districts d on d.code = r.district_code join (
        select g.run_id, g.person_id, g.amount_fen, l.level, l.kind, l.outcome from allowance_ledger g
          join allowance_lines l on l.run_id = g.run_id and l.person_id = g.person_id and l.month = g.month and l.component = g.component ${ofWorkforce(range, 'g.person_id')}
        union all
        select g.run_id, null, g.amount_fen, null, null, null from organisation_ledger g
          join schemes s on s.code = g.scheme_code and ${range.workforce ? sql`s.workforce = ${range.workforce}` : sql`true`}
      ) g on g.run_id = r.id`,
    rates: (row) => ({ payable_rate: rate(row.payable, row.judged) }),
  })
}

export interface RunMonth {
  month: Month
  amount_fen: number
  payable: number
  /** runs submitted and not yet decided */
  waiting: number
}

/** Months with approved or waiting runs by the runs' own totals; those outside the range tell only what waits. */
export async function sumRuns(db: Db, { prefix, from, to, workforce }: Range): Promise<RunMonth[]> {
  const approved = sql`r.status = 'approved' and r.month >= ${from}::date and r.month < ${to}::date`
  const waiting = sql`r.status in ('submitted', 'reviewed')`
  const { rows } = await sql<RunMonth>`
    select to_char(r.month, 'YYYY-MM') as month, coalesce(sum(r.total_fen - coalesce(r.held_fen, 0)) filter (where ${approved}), 0)::bigint as amount_fen,
      coalesce(sum(r.payable_count - coalesce(r.held_count, 0)) filter (where ${approved}), 0) as payable, count(*) filter (where ${waiting}) as waiting
    from allowance_runs r join schemes s on s.code = r.scheme_code
    where r.district_code like ${`${prefix}%`} and (${workforce ?? null}::text is null or s.workforce = ${workforce ?? null})
      and (${waiting} or ${approved})
    group by r.month order by r.month`.execute(db)
  return rows
}

/** Cities and their parts that the prefix covers. */
export function listDivisions(db: Db, prefix: string) {
  return db
    .selectFrom('districts')
    .select(['code', 'name', 'kind'])
    .where('kind', '<>', 'province')
    .where('code', 'like', `${prefix}%`)
    .orderBy('code')
    .execute()
}

// ─── how a report is counted ───────────────────────────────────────────────────────────────────────────────────────────

interface Cube<F, R extends string> {
  /** the column whose month a row belongs to, and the further columns to tell rows apart by; one called `level` can be filtered */
  day: string
  by: string[]
  figures: RawBuilder<unknown>
  /** joins, among them the division as `d` */
  from: RawBuilder<unknown>
  rates: (row: F) => Record<R, Rate>
}

async function tally<C, F, R extends string>(
  db: Db,
  range: Range,
  { day, by, figures, from, rates }: Cube<F, R>,
): Promise<Report<C & F & Record<R, Rate>, F & Record<R, Rate>>> {
  const month = `to_char(${day}, 'YYYY-MM')`
  const columns = sql.raw(`d.code as district_code, d.name as district_name, ${month} as month, ${by.join(', ')}`)
  const keys = sql.raw(`d.code, d.name, ${month}, ${by.join(', ')}`)
  const level = by.find((column) => column.endsWith('.level'))
  const atLevel = level && range.level ? sql`and ${sql.ref(level)} = ${range.level}` : sql``
  const { rows } = await sql<C & F & { whole: boolean }>`
    select ${columns}, grouping(d.code) = 1 as whole, ${figures}
    from ${from}
    where d.code like ${`${range.prefix}%`} and ${sql.ref(day)} >= ${range.from}::date and ${sql.ref(day)} < ${range.to}::date ${atLevel}
    group by grouping sets ((${keys}), ()) order by ${keys}`.execute(db)
  const items = rows.filter(({ whole }) => !whole).map(({ whole: _, ...row }) => ({ ...row, ...rates(row as F) }))
  const total = rows.find(({ whole }) => whole)
  const cell = ['whole', 'district_code', 'district_name', 'month', ...by.map((column) => column.replace(/.*\./, ''))]
  const figuresOf = Object.fromEntries(Object.entries(total!).filter(([key]) => !cell.includes(key))) as F
  return { items: items as never, totals: { ...figuresOf, ...rates(figuresOf) }, next_cursor: null }
}

/** Joins the person and leaves out those of the other workforce, where one is asked for. */
function ofWorkforce({ workforce }: Pick<Range, 'workforce'>, person: string): RawBuilder<unknown> {
  return workforce ? sql`join people p on p.id = ${sql.ref(person)} and p.workforce = ${workforce}` : sql``
}
