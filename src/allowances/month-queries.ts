/** Reads of a person's months: what runs made of each, where its money is, what was asked about it, beside what it comes to now. */
import { sql } from 'kysely'
import { addMonths, type LocalDate, localDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, PREPARED } from '../platform/database.ts'
import { inLanguage, type Lang, Refusal } from '../platform/errors.ts'
import { type Page, readCursor, toPage } from '../platform/paging.ts'
import { COMPONENT_KINDS } from './components.ts'
import { type Decided, decideNow, entitlementOf, isEmployedIn } from './entitlements.ts'
import { type KnownPerson, readPerson } from './known-person.ts'
import {
  type AllowanceMonth,
  lastDayToObject,
  type MoneyFacts,
  type MonthHold,
  type MonthLine,
  type MonthObjection,
  moneyOf,
  nextOf,
} from './month-rules.ts'
import { soonest } from './prospects.ts'
import { isHeld } from './review-queries.ts'
import { type BookedScheme, ruleBook, versionOfMonth } from './rule-book.ts'
import { inDivision, NOT_TOLD } from './rules.ts'
import type { VersionRow } from './versions.ts'

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
 * The newest month first, of each scheme every component: every month that is over and in which the person was employed in a scheme's posts
 * and division, or that a run has booked. What is due once is told of the newest month, of one that is asked for, and of those that a run
 * has a line of. A facility is told of the months of another employer only that they are paid elsewhere. Two statements.
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
  const history = await readHistory(db, person.records)
  const schemes = book
    .filter(({ workforce, code }) => workforce === person.workforce && code === (filter.scheme_code ?? code))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
  const unconfirmed = new Map<string, string>()
  const last = addMonths(monthOf(localDate(context.now)), -1)
  const after = readCursor(filter.cursor, 3)
  const today = localDate(context.now)
  const found: AllowanceMonth[] = []
  for (const month of monthsBack(person, history.lines, last)) {
    if (found.length > filter.limit) break
    if (filter.month ? month !== filter.month : after && month > String(after[0])) continue
    for (const scheme of schemes) {
      const lines = history.lines.filter((row) => row.month === month && row.scheme_code === scheme.code)
      const objections = history.objections.filter((row) => row.month === month && row.scheme_code === scheme.code)
      try {
        const items = monthOfScheme(context, person, scheme, month, lines)
        const asking = { objections, ...timeToObject(items, objections, history.terms, today) }
        for (const { due, ...item } of items) {
          const { component } = item
          const told = due === 'month' || item.lines.length > 0 || month === (filter.month ?? last)
          if (told && isAfter([month, scheme.code, component], after) && restsOn(item, filter.evidence))
            found.push({ ...item, ...asking })
        }
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        unconfirmed.set(scheme.code, inLanguage(lang, error.words))
      }
    }
  }
  const { id, name, id_number_masked } = person
  return {
    person: { id, name, id_number_masked },
    ...toPage(found, filter.limit, (row) => [row.month, row.scheme_code, row.component]),
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

/** Newest month first, then by scheme and component. */
function isAfter([month, scheme, component]: [Month, string, string], after: readonly unknown[] | null): boolean {
  if (!after) return true
  const [last_month, last_scheme, last_component] = after.map(String) as [string, string, string]
  if (month !== last_month) return month < last_month
  return scheme === last_scheme ? component > last_component : scheme > last_scheme
}

type LineRow = Omit<MonthLine, 'money' | 'returned_for' | 'hold'> &
  Pick<MoneyFacts, 'batch' | 'recovery_fen'> & {
    scheme_code: string
    month: Month
    component: string
    /** the one that keeps the line back */
    hold: Omit<MonthHold, 'next'> | null
  }

type Item = Omit<AllowanceMonth, 'objections' | 'object_until' | 'may_object'> & { due: 'month' | 'once' }

/** Each component, by its code; none where the scheme has nothing to say of the month. */
function monthOfScheme(
  context: Pick<Context, 'scope'>,
  person: KnownPerson,
  scheme: BookedScheme,
  month: Month,
  rows: LineRow[],
): Item[] {
  const version = versionOfMonth(scheme, month)
  if (!version || (rows.length === 0 && !isEmployedIn(person, month, scheme.division_code))) return []
  return decideNow(person, version, month)
    .flatMap((decision) => {
      const lines = rows.filter(({ component }) => component === decision.component)
      return monthOfComponent(context, person, { scheme, version, month, decision, lines }) ?? []
    })
    .sort((a, b) => (a.component < b.component ? -1 : 1))
}

interface OfComponent {
  scheme: BookedScheme
  version: VersionRow
  month: Month
  decision: Decided
  lines: LineRow[]
}

function monthOfComponent(
  { scope }: Pick<Context, 'scope'>,
  person: KnownPerson,
  { scheme, version, month, decision, lines: rows }: OfComponent,
): Item | null {
  const paying = decision.employment?.organisation.district_code
  const here = paying !== undefined && inDivision(paying, scheme.division_code)
  if (!here && rows.length === 0) return null
  const entitlement = entitlementOf(scope, person, month, version, decision)
  // who may not know the employer may not know the money
  const hidden = entitlement.reasons.some(({ code }) => code === 'paying_employment')
  const lines = hidden ? [] : rows.map((row, at) => lineOf(person, row, rows.slice(at + 1)))
  const booked_fen = bookedOf(lines)
  const { kind } = version.components.find(({ code }) => code === decision.component)!
  return {
    ...entitlement,
    ...{ scheme_name: scheme.name, due: COMPONENT_KINDS[kind].due },
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
  { scheme_code: _, month: __, component: ___, batch, recovery_fen, hold, ...row }: LineRow,
  later: LineRow[],
): MonthLine {
  const money = moneyOf({ ...row, held: hold !== null, batch, recovery_fen, has_account })
  const followed = later.some((one) => one.run_id !== row.run_id && one.hold === null && one.amount_fen > 0)
  return {
    ...row,
    ...{ money, hold: hold && { ...hold, next: nextOf(hold, row.run_status, followed) } },
    returned_for: batch?.reason_code ?? null,
  }
}

/** What the newest booked line of each record says; what is held back is not booked. */
function bookedOf(lines: MonthLine[]): number | null {
  const booked = lines.filter(({ run_status, hold }) => run_status === 'approved' && !hold)
  const newest = new Map(booked.map(({ person_id, entitlement_fen }) => [person_id, entitlement_fen]))
  return newest.size === 0 ? null : [...newest.values()].reduce((sum, fen) => sum + fen, 0)
}

function restsOn({ reasons, lines }: Pick<Item, 'reasons' | 'lines'>, id: string | undefined): boolean {
  return (
    id === undefined ||
    reasons.some(({ evidence }) => evidence.some((one) => one.id === id)) ||
    lines.some(({ certificate_id, employment_id }) => certificate_id === id || employment_id === id)
  )
}

interface Term {
  effective_from: LocalDate
  days: number
}

/** Of the month with all its components, counted from the newest approval: a corrected month can be asked about anew. Before that there is no end. */
function timeToObject(items: Item[], objections: MonthObjection[], terms: Term[], today: LocalDate) {
  const approved = items.flatMap(({ lines }) => lines.flatMap((line) => line.approved_on ?? []))
  const approved_on = approved.sort().at(-1)
  const days = approved_on && terms.find(({ effective_from }) => effective_from <= approved_on)?.days
  const object_until = approved_on && days ? lastDayToObject(approved_on, days) : null
  const open = objections.some(({ upheld }) => upheld === null)
  return { object_until, may_object: !open && (object_until === null || today <= object_until) }
}

type Dated<T> = T & { scheme_code: string; month: Month }

/** What runs made of the months of all records of a person, what was asked about them, and the terms of asking. */
async function readHistory(db: Db, records: string[]) {
  const own = sql`any(${records}::uuid[])`
  const { rows } = await sql<{
    lines: LineRow[]
    terms: Term[]
    objections: Dated<
      Omit<MonthObjection, 'filed_at' | 'answered_at'> & { filed_at: string; answered_at: string | null }
    >[]
  }>`${PREPARED}
    select array(
        select jsonb_build_object('person_id', l.person_id, 'scheme_code', r.scheme_code, 'month', to_char(l.month, 'YYYY-MM'), 'component', l.component, 'run_id', r.id,
          'run_month', to_char(r.month, 'YYYY-MM'), 'run_status', r.status, 'district_code', r.district_code, 'kind', l.kind, 'outcome', l.outcome,
          'entitlement_fen', l.entitlement_fen, 'amount_fen', l.amount_fen, 'certificate_id', l.certificate_id, 'employment_id', l.employment_id,
          'approved_on', (d.decided_at at time zone 'Asia/Shanghai')::date, 'payable_fen', coalesce(settled.amount_fen, l.amount_fen),
          'recovery_fen', owed.balance_fen, 'batch', to_jsonb(batch), 'hold', to_jsonb(hold))
        from allowance_lines l join allowance_runs r on r.id = l.run_id
          left join allowance_decisions d on d.run_id = r.id and d.kind = 'approval'
          left join allowance_payables settled on (settled.run_id, settled.person_id, settled.month, settled.component)
            = (l.run_id, l.person_id, l.month, l.component) and settled.person_id = ${own}
          left join recovery_balances owed on owed.run_id = r.id and owed.person_id = l.person_id
          left join lateral (
            select made.attempt, b.outcome, b.reason_code from payments made left join payment_results b
              on (b.run_id, b.person_id, b.attempt) = (made.run_id, made.person_id, made.attempt) and b.known_to = 'infinity'
            where made.run_id = r.id and made.person_id = l.person_id order by made.attempt desc limit 1) batch on true
          left join lateral (
            select h.cause, h.reason, (h.held_at at time zone 'Asia/Shanghai')::date as held_on,
              (x.released_at at time zone 'Asia/Shanghai')::date as released_on
            from line_holds h left join line_releases x on x.hold_id = h.id
            where h.person_id = ${own} and (h.scheme_code, h.month, h.component) = (r.scheme_code, l.month, l.component)
              and h.held_at <= coalesce(d.decided_at, 'infinity')
            order by h.held_at desc, h.id desc limit 1) hold on ${isHeld}
        where l.person_id = ${own} and r.status <> all(${NOT_TOLD as string[]}::text[])
        order by l.month, r.month, r.created_at, l.person_id) as lines,
      array(select jsonb_build_object('effective_from', t.effective_from, 'days', t.days) from objection_terms t order by t.effective_from desc) as terms,
      array(
        select jsonb_build_object('id', o.id, 'scheme_code', o.scheme_code, 'month', to_char(o.month, 'YYYY-MM'), 'statement', o.statement,
          'filed_at', o.filed_at, 'upheld', o.upheld, 'answer', o.answer, 'answered_at', o.answered_at)
        from answered_objections o where o.person_id = ${own} order by o.filed_at, o.seq) as objections`.execute(db)
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
