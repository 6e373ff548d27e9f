/** Reads what only some components ask of a person: birth, educations, prizes, trainings, licences, claims, and what was booked for the same cause. */
import { sql } from 'kysely'
import { stillProves } from '../people/certificate-standing.ts'
import { type LocalDate, monthOf } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { COMPONENT_KINDS } from './components.ts'
import type { Service } from './conditions.ts'
import { isCumulative } from './corrections.ts'
import type { ClaimFact, DegreeFact, Facts, PaidFact } from './evaluate.ts'
import { type Of, type People, wanted } from './fact-rows.ts'
import type { Window } from './facts.ts'
import { known } from './organisation-facts.ts'
import type { Rules } from './rules.ts'

/** Nothing is read for a scheme that asks for nothing of it. */
export async function readPersonFacts(db: Db, people: People, window: Window, of: Of): Promise<void> {
  const { rules } = window
  const asks = (...measures: string[]) =>
    rules.some(({ conditions }) => conditions.some(({ measure }) => measures.includes(measure)))
  const goesBy = (by: string) => rules.some(({ component }) => COMPONENT_KINDS[component.kind].by === by)
  if (asks('age_below', 'social_insurance')) await readBirths(db, people, of)
  if (goesBy('education') || asks('graduated_within')) await readDegrees(db, people, window, of)
  if (goesBy('training') || goesBy('award') || asks('trained')) await readPassed(db, people, window, of)
  if (rules.some(isCumulative)) await readPaid(db, people, window, of)
  if (asks('certificate_or_licence')) await readLicences(db, people, window, of)
  if (asks('claimed') || rules.some(countsToClaim)) await readClaims(db, people, window, of)
}

/** As it is recorded now: who somebody is has no knowledge time. */
async function readBirths(db: Db, people: People, of: Of): Promise<void> {
  const { rows } = await sql<{ person_id: string; birth_date: LocalDate | null; sex: string | null }>`
    select people.id as person_id, birth_date, sex from people ${wanted(people, 'people.id')}`.execute(db)
  for (const { person_id, birth_date, sex } of rows) {
    const facts = of(person_id)
    if (facts) Object.assign(facts, { born_on: birth_date, sex })
  }
}

async function readDegrees(db: Db, people: People, { cutoff }: Window, of: Of): Promise<void> {
  const { rows } = await sql<DegreeFact & { person_id: string }>`
    select person_id, e.id, level, mode, graduated_on from educations e ${wanted(people)}
    where graduated_on is not null and ${known(cutoff)} order by graduated_on, e.id`.execute(db)
  for (const { person_id, ...row } of rows) add(of(person_id), 'degrees', row)
}

async function readLicences(db: Db, people: People, { cutoff }: Window, of: Of): Promise<void> {
  const { rows } = await sql<NonNullable<Facts['licences']>[number] & { person_id: string }>`
    select person_id, l.id, kind, issued_on, valid_until from licences l ${wanted(people)} where ${known(cutoff)} order by issued_on, l.id`.execute(
    db,
  )
  for (const { person_id, ...row } of rows) add(of(person_id), 'licences', row)
}

/** Whether anything of a component is counted to the day of a claim. */
function countsToClaim({ component, conditions }: Rules): boolean {
  const ways = [component.tenure, ...conditions.map(({ parameters }) => parameters as Partial<Service>)]
  return ways.some((way) => way?.count_to === 'claim_date' || way?.count_to === 'year_before_claim')
}

async function readClaims(db: Db, people: People, { cutoff, rules }: Window, of: Of): Promise<void> {
  const { rows } = await sql<ClaimFact & { person_id: string }>`
    select person_id, a.id, scheme_code, component, claimed_on from allowance_claims a ${wanted(people)}
    where scheme_code = any(${[...new Set(rules.map(({ scheme_code }) => scheme_code))]}::text[]) and ${known(cutoff)} order by claimed_on, a.id`.execute(
    db,
  )
  for (const { person_id, ...row } of rows) add(of(person_id), 'claims', row)
}

/** A training is passed when its certificate is issued, a prize won when its own is; what was revoked supports neither, a lost paper issued anew both. */
async function readPassed(db: Db, people: People, { cutoff }: Window, of: Of): Promise<void> {
  const { rows } = await sql<PassedRow>`
    select c.person_id, c.id, c.kind, c.level, c.issued_on, coalesce(v.theory_hours + v.practice_hours, 0) as hours, competition.tier, rank.award
    from certificates c
    left join enrolments on enrolments.id = c.enrolment_id
    left join classes on classes.id = enrolments.class_id
    left join course_versions v on v.course_id = classes.course_id and v.number = classes.course_version
    left join competition_published_ranks rank on rank.publication_id = c.publication_id and rank.entry_id = c.entry_id
    left join competition_publications publication on publication.id = c.publication_id
    left join competition_events event on event.id = publication.event_id
    left join competitions competition on competition.id = event.competition_id
    ${wanted(people, 'c.person_id')}
    where c.kind in ('skill_level', 'award') and c.replaces_id is null and ${stillProves(cutoff)} and c.known_from <= ${cutoff}::timestamptz
    order by c.issued_on, c.id`.execute(db)
  for (const { person_id, id, kind, level, issued_on, hours, tier, award } of rows)
    if (kind === 'skill_level') add(of(person_id), 'trainings', { id, level: level!, hours, passed_on: issued_on })
    else if (tier && award) add(of(person_id), 'awards', { id, tier, prize: award, won_on: issued_on })
}

interface PassedRow {
  person_id: string
  id: string
  kind: string
  level: number | null
  issued_on: LocalDate
  hours: number
  tier: string | null
  award: string | null
}

/** The newest approved entry of every month, of the same components and of all that share a group with them, whatever the scheme. */
async function readPaid(db: Db, people: People, { cutoff, rules }: Window, of: Of): Promise<void> {
  const cumulative = rules.filter(isCumulative)
  const own = [...new Set(cumulative.map(nameOf))]
  const groups = [...new Set(cumulative.flatMap(({ component }) => component.group ?? []))]
  const { rows } = await sql<PaidFact & { person_id: string; month: LocalDate }>`
    select distinct on (l.person_id, l.scheme_code, l.month, l.component)
      l.person_id, l.scheme_code, l.component, c.settings->>'group' as "group", l.month, l.entitlement_fen as amount_fen
    from allowance_ledger l
    join allowance_lines line on line.run_id = l.run_id and line.person_id = l.person_id and line.month = l.month and line.component = l.component
    join scheme_components c on c.version_id = line.version_id and c.code = l.component
    join allowance_decisions d on d.run_id = l.run_id and d.kind = 'approval' and d.decided_at <= ${cutoff}::timestamptz
    ${wanted(people, 'l.person_id')}
    where l.scheme_code || ' ' || l.component = any(${own}::text[]) or c.settings->>'group' = any(${groups}::text[])
    order by l.person_id, l.scheme_code, l.month, l.component, l.seq desc`.execute(db)
  for (const { person_id, month, ...row } of rows) add(of(person_id), 'paid', { ...row, month: monthOf(month) })
}

function nameOf({ scheme_code, component }: Rules): string {
  return `${scheme_code} ${component.code}`
}

function add<K extends 'degrees' | 'trainings' | 'awards' | 'paid' | 'licences' | 'claims'>(
  facts: Facts | undefined,
  kind: K,
  row: NonNullable<Facts[K]>[number],
): void {
  if (!facts) return
  const known = facts[kind] as unknown[] | undefined
  if (known) known.push(row)
  else Object.assign(facts, { [kind]: [row] })
}
