/** 波及: what rests on a certificate, and what a revocation, suspension or their withdrawal makes of it: levels, months of allowances, promotions, enrolments, checks. */
import { sql } from 'kysely'
import { mayNow } from '../access/rules.ts'
import { type CertificateRow, getCertificate } from '../credentials/queries.ts'
import { countsOn } from '../people/certificate-standing.ts'
import { newestLookUp } from '../people/external-certificates.ts'
import { type LocalDate, localDate, type Month } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { together } from '../platform/together.ts'
import { type Resting, restingOthers } from './cascade-others.ts'
import { decideInTurn } from './corrections.ts'
import type { PaidFact } from './evaluate.ts'
import { peopleOf } from './fact-rows.ts'
import { readFacts } from './facts.ts'
import type { LineKind } from './rules.ts'
import { readVersions, usableIn } from './versions.ts'

/** A time in which it was the holder's proof of a level and is not any more, or would not be. */
export interface LevelPeriod {
  occupation_name: string
  level: number
  from: LocalDate
  /** null: no end */
  to: LocalDate | null
  /** the highest level that another certificate of the holder proves on the first day; null: none */
  instead: number | null
}

/** A line of a run that is not rejected. */
export interface RestingLine {
  run_id: string
  /** of the run; the line may be for an earlier one */
  run_month: Month
  run_status: string
  kind: LineKind
  amount_fen: number
  /** whether this line names the certificate */
  names_it: boolean
}

/** A month under a scheme that was paid, or is to be, for this certificate. */
export interface RestingMonth {
  scheme_code: string
  scheme_name: string
  month: Month
  person_id: string
  organisation_name: string | null
  lines: RestingLine[]
  /** what approved lines sum up to, and what the month comes to by what is known now */
  booked_fen: number
  due_fen: number
  /** due − booked: what the next run carries; negative is to be recovered */
  difference_fen: number
}

export interface Cascade {
  certificate: CertificateRow
  /** the day from which it supports nothing; null: it stands, and the rest says what rests on it */
  from: LocalDate | null
  level_periods: LevelPeriod[]
  /** null for who may not read amounts person by person */
  months: RestingMonth[] | null
  month_count: number
  booked_fen: number
  to_recover_fen: number
  to_pay_fen: number
  resting: Resting[]
}

/**
 * Of a certificate within the scope, or 404. Months and amounts are computed by the same rules as a run, from what is known now, so what is
 * told here is what the next run carries. A facility sees its own months only; who may not read entitlements is told the sums.
 */
export async function getCascade(db: Db, context: Context, certificate_id: string): Promise<Cascade> {
  const reading = together(db)
  const [certificate, records, lines] = await Promise.all([
    getCertificate(reading, context.scope, localDate(context.now), certificate_id),
    recordsOfHolder(reading, certificate_id),
    linesOfHolder(reading, certificate_id),
  ])
  const from = certificate.revocation_effective_on ?? certificate.suspended_from
  const [months, level_periods, resting] = await Promise.all([
    restingMonths(reading, context, certificate, lines),
    levelPeriods(reading, certificate, from),
    restingOthers(reading, context, certificate, records, from ?? certificate.issued_on),
  ])
  const differences = months.map(({ difference_fen }) => difference_fen)
  return {
    certificate,
    from,
    level_periods,
    months: mayNow(context.actor, 'entitlement.read') ? months : null,
    month_count: months.length,
    booked_fen: sum(months.map(({ booked_fen }) => booked_fen)),
    to_recover_fen: -sum(differences.filter((fen) => fen < 0)),
    to_pay_fen: sum(differences.filter((fen) => fen > 0)),
    resting,
  }
}

/** The holder's record, and those that were merged into it. */
async function recordsOfHolder(db: Db, certificate_id: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select own.id from certificates c, records_of(c.person_id) own (id) where c.id = ${certificate_id}::uuid`.execute(
    db,
  )
  return rows.map(({ id }) => id)
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, fen) => total + fen, 0)
}

async function levelPeriods(db: Db, certificate: CertificateRow, from: LocalDate | null): Promise<LevelPeriod[]> {
  const { id, person_id, level, occupation_code, occupation_name, kind } = certificate
  if (kind !== 'skill_level' || level === null) return []
  const day = from ?? certificate.issued_on
  const { rows } = await sql<{ instead: number | null }>`
    select min(level)::int as instead from (
      select c.level from certificates c
      where c.person_id = ${person_id}::uuid and c.id <> ${id}::uuid and c.kind = 'skill_level' and c.occupation_code = ${occupation_code}
        and ${countsOn(day)}
      union all
      select c.level from external_certificates c ${newestLookUp}
      where c.person_id = ${person_id}::uuid and c.known_to = 'infinity' and c.occupation_code = ${occupation_code} and newest.result = 'found'
        and c.issued_on <= ${day}::date and coalesce(c.valid_until, 'infinity') > ${day}::date
    ) held`.execute(db)
  const to = certificate.continued_until ?? certificate.valid_until
  return [{ occupation_name, level, from: day, to, instead: rows[0]!.instead }]
}

type LineRow = RestingLine &
  Pick<RestingMonth, 'scheme_code' | 'scheme_name' | 'month' | 'person_id' | 'organisation_name'> & {
    organisation_id: string | null
    entitlement_fen: number
  }

/** Of runs that are not rejected, in the order of their months. */
async function linesOfHolder(db: Db, certificate_id: string): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`
    select l.run_id, to_char(r.month, 'YYYY-MM') as run_month, r.status as run_status, l.kind, l.amount_fen, l.person_id, l.entitlement_fen,
      coalesce(l.certificate_id = ${certificate_id}::uuid, false) as names_it, r.scheme_code, s.name as scheme_name, to_char(l.month, 'YYYY-MM') as month,
      l.organisation_id, o.name as organisation_name
    from allowance_lines l join allowance_runs r on r.id = l.run_id and r.status in ('computed', 'submitted', 'reviewed', 'approved')
      join schemes s on s.code = r.scheme_code left join organisations o on o.id = l.organisation_id
    where l.person_id in (select records_of(person_id) from certificates where id = ${certificate_id}::uuid)
    order by r.scheme_code, l.month, r.month, l.run_id`.execute(db)
  return rows
}

/** Months that a line was paid for with it, and months that would be paid with it by what is known now. */
async function restingMonths(
  db: Db,
  { scope }: Context,
  { id, person_id, issuer_organisation_id }: CertificateRow,
  rows: LineRow[],
): Promise<RestingMonth[]> {
  const groups = [...Map.groupBy(rows, (row) => `${row.scheme_code} ${row.month}`).values()]
  const due = await dueNow(
    db,
    person_id,
    groups.map((lines) => lines[0]!),
  )
  const own =
    scope.kind === 'organisation' && scope.organisation_id !== issuer_organisation_id ? scope.organisation_id : null
  return groups.flatMap((lines) => {
    const { scheme_code, scheme_name, month } = lines[0]!
    const now = due.get(`${scheme_code} ${month}`)
    const paid = lines.find((line) => line.names_it && line.entitlement_fen > 0)
    if (!paid && now?.certificate_id !== id) return []
    const { organisation_id, organisation_name } = paid ?? lines.at(-1)!
    if (own !== null && organisation_id !== own) return []
    const approved = lines.filter((line) => line.run_status === 'approved')
    const booked_fen = sum(approved.map((line) => line.amount_fen))
    const due_fen = now?.entitlement_fen ?? 0
    return {
      ...{
        scheme_code,
        scheme_name,
        month,
        person_id: lines.at(-1)!.person_id,
        organisation_name,
        booked_fen,
        due_fen,
      },
      // a month nobody approved yet has nothing to be corrected: its own run carries it
      difference_fen: approved.length > 0 ? due_fen - booked_fen : 0,
      lines: lines.map(({ run_id, run_month, run_status, kind, amount_fen, names_it }) => ({
        ...{ run_id, run_month, run_status, kind, amount_fen, names_it },
      })),
    }
  })
}

interface Due {
  entitlement_fen: number
  certificate_id: string | null
}

/** What each month comes to by what is known now; by the rules in force in it, scheme after scheme. */
async function dueNow(
  db: Db,
  person_id: string,
  months: { scheme_code: string; month: Month }[],
): Promise<Map<string, Due>> {
  const due = new Map<string, Due>()
  const ofScheme = async (scheme_code: string, wanted: typeof months) => {
    const versions = await readVersions(db, scheme_code)
    const ruled = wanted.flatMap(({ month }) => usableIn(versions, month).map((rules) => ({ month, rules })))
    if (ruled.length === 0) return
    const factsOf = await readFacts(db, await peopleOf(db, [person_id]), {
      cutoff: 'now',
      months: ruled.map(({ month }) => month),
      rules: ruled.map(({ rules }) => rules),
    })
    const decided: PaidFact[] = []
    for (const { month, rules } of ruled.toSorted((a, b) => (a.month < b.month ? -1 : 1))) {
      const { entitlement_fen, certificate } = decideInTurn(factsOf(person_id), rules, month, decided)
      // a month comes to the sum of its components
      const before = due.get(`${scheme_code} ${month}`)
      due.set(`${scheme_code} ${month}`, {
        entitlement_fen: entitlement_fen + (before?.entitlement_fen ?? 0),
        certificate_id: entitlement_fen > 0 ? (certificate?.id ?? null) : (before?.certificate_id ?? null),
      })
    }
  }
  const schemes = Map.groupBy(months, (one) => one.scheme_code)
  await Promise.all([...schemes].map(([scheme_code, wanted]) => ofScheme(scheme_code, wanted)))
  return due
}
