/** Reads of class filings, of the rule about their time, and of what the class lacks. */
import { type RawBuilder, sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Scope } from '../platform/context.ts'
import { type Db, PREPARED } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { FilingState } from './filing-rules.ts'
import type { FilingView } from './filing-shapes.ts'
import { classesIn, filingState } from './queries.ts'

export const FILING = { zh: '备案', en: 'filing' }

/** Latest first. */
export async function listFilings(
  db: Db,
  scope: Scope,
  filter: PageInput & { state?: FilingState | undefined; late?: boolean | undefined },
): Promise<Page<FilingView>> {
  const after = readCursor(filter.cursor, 1)?.[0] ?? null
  const { rows } = await filings(
    scope,
    sql`(${after}::uuid is null or f.id < ${after}::uuid) and (${filter.state ?? null}::text is null or state.state = ${filter.state ?? null}::text)
      and (${filter.late ?? null}::boolean is null or f.late = ${filter.late ?? null}::boolean)`,
    filter.limit + 1,
  ).execute(db)
  return toPage(rows, filter.limit, (row) => [row.id])
}

/** How many filings are in each state, for the tabs. */
export async function countFilings(db: Db, scope: Scope): Promise<Partial<Record<FilingState, number>>> {
  const { rows } = await sql<{ state: FilingState; count: number }>`${PREPARED}
    select state.state, count(*) as count ${joined} where ${classesIn(scope)} group by 1`.execute(db)
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

export async function getFiling(db: Db, scope: Scope, id: string): Promise<FilingView> {
  const { rows } = await filings(scope, sql`f.id = ${id}::uuid`, 1).execute(db)
  return rows[0] ?? notFound(FILING)
}

/** The last one of a class, or null. */
export async function latestFiling(db: Db, scope: Scope, class_id: string): Promise<FilingView | null> {
  const { rows } = await filings(scope, sql`f.class_id = ${class_id}::uuid`, 1).execute(db)
  return rows[0] ?? null
}

const joined = sql`from class_filings f
  join classes on classes.id = f.class_id join organisations as trainer on trainer.id = classes.organisation_id
  join lateral (select ${filingState} as state, s.reason, s.by_name, s.at from class_states s where s.filing_id = f.id order by s.number desc limit 1) state on true
  join districts d on d.code = f.district_code left join class_filing_rules rule on rule.code = f.rule_code`

function filings(scope: Scope, where: RawBuilder<unknown>, limit: number) {
  return sql<FilingView>`
    select f.id, f.class_id, classes.name as class_name, classes.status as class_status, classes.organisation_id, trainer.name as organisation_name,
      f.district_code, d.name as district_name, state.state, state.reason, state.by_name as state_by, state.at as state_at, f.filed_on, f.due_on,
      f.late, f.rule_code, rule.days_before, rule.citation, rule.confidence, f.starts_on, f.ends_on, f.people, f.sessions, f.hours, f.note,
      (f.starts_on, f.ends_on) = (classes.starts_on, classes.ends_on) as current
    ${joined} where ${where} and ${classesIn(scope)} order by f.id desc limit ${limit}`
}

export interface FilingRule {
  code: string
  days_before: number
  citation: string
  confidence: string
}

/**
 * With which district a training institution files, and the rule in force there on a day: the district's own before its city's before
 * its province's; `rule` is null where none is.
 */
export async function ruleFor(
  db: Db,
  organisation_id: string,
  day: LocalDate,
): Promise<{ district_code: string; rule: FilingRule | null }> {
  const { rows } = await sql<{ district_code: string } & FilingRule>`
    select o.district_code, r.code, r.days_before, r.citation, r.confidence from organisations o
    left join lateral (
      select *, regexp_replace(division_code, '(00){1,3}$', '') as prefix from class_filing_rules where active
        and coalesce(valid_from <= ${day}::date, true) and coalesce(valid_to > ${day}::date, true)
    ) r on starts_with(o.district_code, r.prefix)
    where o.id = ${organisation_id}::uuid order by length(r.prefix) desc, r.days_before desc limit 1`.execute(db)
  const { district_code, ...rule } = rows[0]!
  return { district_code, rule: rule.code ? rule : null }
}

/** All rules with their sources, those that bind nobody too. */
export function listFilingRules(db: Db) {
  return db.selectFrom('class_filing_rules').selectAll().orderBy('active', 'desc').orderBy('code').execute()
}
