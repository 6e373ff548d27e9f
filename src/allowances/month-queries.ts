/** Reads of a person's months: what runs made of each, where its money is, what was asked about it, beside what it comes to now. */
import { sql } from 'kysely'
import { addMonths, type LocalDate, localDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, PREPARED } from '../platform/database.ts'
import { inLanguage, type Lang, Refusal } from '../platform/errors.ts'
import { type Page, readCursor, toPage } from '../platform/paging.ts'
import { entitlementOf } from './entitlements.ts'
import { decide } from './evaluate.ts'
import { type AllowanceMonth, lastDayToObject, type MonthLine, type MonthObjection, moneyOf } from './month-rules.ts'
import { type KnownPerson, readPerson } from './person-facts.ts'
import { soonest } from './prospects.ts'
import { type BookedScheme, ruleBook, versionOfMonth } from './rule-book.ts'
import { inDivision, usableRules } from './rules.ts'

export interface MonthFilter {
  limit: number
  cursor?: string | undefined
  scheme_code?: string | undefined
  month?: Month | undefined
  /** only months that rest on this certificate, employment, organisation, look-up, hours, event or rate */
  evidence?: string | undefined
}

export interface PersonMonths extends Page<AllowanceMonth> {
  person: Pick<KnownPerson, 'id' | 'name' | 'id_number_masked'>
  /** schemes that would be asked and cannot be computed yet */
  unconfirmed: { scheme_code: string; detail: string }[]
}

/**
 * The newest month first: every one that is over and in which the person was employed in a scheme's posts and division, or that a run has
 * booked. A facility is told of the months of another employer only that they are paid elsewhere. Two statements.
 */
export async function listPersonMonths(
  db: Db,
  context: Pick<Context, 'scope' | 'now'>,
  person_id: string,
  filter: MonthFilter,
  lang: Lang = 'zh-CN',
): Promise<PersonMonths> {
  const person = await readPerson(db, context.scope, person_id)
  const book = await ruleBook(db, person.rules_revision)
  const history = await readHistory(db, person_id)
  const unconfirmed = new Map<string, string>()
  const last = addMonths(monthOf(localDate(context.now)), -1)
  const after = readCursor(filter.cursor, 2)
  const found: AllowanceMonth[] = []
  for (const month of monthsBack(person, history.lines, last)) {
    if (found.length > filter.limit) break
    if (filter.month && month !== filter.month) continue
    for (const scheme of book.filter((one) => one.workforce === person.workforce)) {
      if (filter.scheme_code && scheme.code !== filter.scheme_code) continue
      if (after && (month > String(after[0]) || (month === after[0] && scheme.code <= String(after[1])))) continue
      const lines = history.lines.filter((row) => row.month === month && row.scheme_code === scheme.code)
      const objections = history.objections.filter((row) => row.month === month && row.scheme_code === scheme.code)
      try {
        const item = monthOfScheme(context, person, scheme, month, lines)
        if (!item || (filter.evidence && !restsOn(item, filter.evidence))) continue
        found.push({ ...item, objections, ...timeToObject(item, objections, history.terms, localDate(context.now)) })
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        unconfirmed.set(scheme.code, inLanguage(lang, error.words))
      }
    }
  }
  const { id, name, id_number_masked } = person
  return {
    person: { id, name, id_number_masked },
    ...toPage(found, filter.limit, (row) => [row.month, row.scheme_code]),
    unconfirmed: [...unconfirmed].map(([scheme_code, detail]) => ({ scheme_code, detail })),
  }
}

/** From the last one that is over back to the first of employment or of a line. */
function monthsBack({ facts }: KnownPerson, lines: { month: Month }[], last: Month): Month[] {
  const first = [
    ...facts.employments.map(({ starts_on }) => monthOf(starts_on)),
    ...lines.map(({ month }) => month),
  ].sort()[0]
  const months: Month[] = []
  for (let month = last; first !== undefined && month >= first; month = addMonths(month, -1)) months.push(month)
  return months
}

type LineRow = Omit<MonthLine, 'money'> & {
  scheme_code: string
  month: Month
  has_file: boolean
  result: 'paid' | 'returned' | null
}

type Item = Omit<AllowanceMonth, 'objections' | 'object_until' | 'may_object'>

/** Null where the scheme has nothing to say of the month. */
function monthOfScheme(
  { scope }: Pick<Context, 'scope'>,
  person: KnownPerson,
  scheme: BookedScheme,
  month: Month,
  rows: LineRow[],
): Item | null {
  const version = versionOfMonth(scheme, month)
  if (!version) return null
  const decision = decide(person.facts, usableRules(version), month)
  const paying = decision.employment?.organisation.district_code
  const here = paying !== undefined && inDivision(paying, scheme.division_code)
  if (!here && rows.length === 0) return null
  const entitlement = entitlementOf(scope, person, month, version, decision)
  // who may not know the employer may not know the money
  const hidden = entitlement.reasons.some(({ code }) => code === 'paying_employment')
  const lines = hidden ? [] : rows.map((row) => lineOf(person, row))
  const booked_fen = lines.findLast(({ run_status }) => run_status === 'approved')?.entitlement_fen ?? null
  return {
    ...entitlement,
    scheme_name: scheme.name,
    district_code: (here && !hidden ? paying : lines.at(-1)?.district_code) ?? null,
    booked_fen,
    difference_fen: booked_fen === null ? 0 : entitlement.entitlement_fen - booked_fen,
    lines,
    soonest: soonest(
      entitlement.reasons.map(({ prospect }) => prospect),
      month,
    ),
  }
}

function lineOf(
  { has_account }: KnownPerson,
  { scheme_code: _, month: __, has_file, result, ...row }: LineRow,
): MonthLine {
  return { ...row, money: moneyOf({ ...row, has_account, has_file, result }) }
}

function restsOn({ reasons, lines }: Item, id: string): boolean {
  return (
    reasons.some(({ evidence }) => evidence.some((one) => one.id === id)) ||
    lines.some(({ certificate_id, employment_id }) => certificate_id === id || employment_id === id)
  )
}

interface Term {
  effective_from: LocalDate
  days: number
}

/** Counted from the newest approval: a corrected month can be asked about anew. Before that there is no end. */
function timeToObject({ lines }: Item, objections: MonthObjection[], terms: Term[], today: LocalDate) {
  const approved_on = lines.findLast((line) => line.approved_on)?.approved_on
  const days = approved_on && terms.find(({ effective_from }) => effective_from <= approved_on)?.days
  const object_until = approved_on && days ? lastDayToObject(approved_on, days) : null
  const open = objections.some(({ upheld }) => upheld === null)
  return { object_until, may_object: !open && (object_until === null || today <= object_until) }
}

type Dated<T> = T & { scheme_code: string; month: Month }

/** What runs made of the months, what was asked about them, and the terms of asking. */
async function readHistory(db: Db, person_id: string) {
  const { rows } = await sql<{
    lines: LineRow[]
    terms: Term[]
    objections: Dated<
      Omit<MonthObjection, 'filed_at' | 'answered_at'> & { filed_at: string; answered_at: string | null }
    >[]
  }>`${PREPARED}
    select array(
        select jsonb_build_object('scheme_code', r.scheme_code, 'month', to_char(l.month, 'YYYY-MM'), 'run_id', r.id, 'run_month', to_char(r.month, 'YYYY-MM'),
          'run_status', r.status, 'district_code', r.district_code, 'kind', l.kind, 'outcome', l.outcome, 'entitlement_fen', l.entitlement_fen,
          'amount_fen', l.amount_fen, 'certificate_id', l.certificate_id, 'employment_id', l.employment_id,
          'approved_on', (d.decided_at at time zone 'Asia/Shanghai')::date, 'result', bank.outcome, 'returned_for', bank.reason_code,
          'has_file', exists (select from payment_files f where f.run_id = r.id))
        from allowance_lines l join allowance_runs r on r.id = l.run_id
          left join allowance_decisions d on d.run_id = r.id and d.kind = 'approval'
          left join lateral (
            select b.outcome, b.reason_code from payment_files f join payment_results b on b.file_id = f.id
            where f.run_id = r.id and b.person_id = l.person_id and b.known_to = 'infinity'
            order by b.outcome = 'paid' desc, b.known_from desc limit 1) bank on true
        where l.person_id = ${person_id}::uuid and r.status in ('submitted', 'approved')
        order by l.month, r.month, r.created_at) as lines,
      array(select jsonb_build_object('effective_from', t.effective_from, 'days', t.days) from objection_terms t order by t.effective_from desc) as terms,
      array(
        select jsonb_build_object('id', o.id, 'scheme_code', o.scheme_code, 'month', to_char(o.month, 'YYYY-MM'), 'statement', o.statement,
          'filed_at', o.filed_at, 'upheld', o.upheld, 'answer', o.answer, 'answered_at', o.answered_at)
        from answered_objections o where o.person_id = ${person_id}::uuid order by o.filed_at, o.seq) as objections`.execute(
    db,
  )
  const { lines, terms, objections } = rows[0]!
  return {
    ...{ lines, terms },
    objections: objections.map((row) => ({
      ...row,
      filed_at: new Date(row.filed_at),
      answered_at: row.answered_at === null ? null : new Date(row.answered_at),
    })),
  }
}
