/** Why, or why not: what one person is due for a month by what is known now, with every condition. */
import { addMonths, firstDay, localDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Context, Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound, Refusal } from '../platform/errors.ts'
import { decideInTurn } from './corrections.ts'
import type { Decision, PaidFact } from './evaluate.ts'
import { type KnownPerson, readPerson } from './known-person.ts'
import { titleOf } from './line-queries.ts'
import { SCHEME } from './queries.ts'
import { judgedOf, type Reason, reasonsOf } from './reasons.ts'
import { ruleBook, rulesOf } from './rule-book.ts'
import { inDivision } from './rules.ts'
import { partOf } from './usable-rules.ts'
import { type VersionRow, versionIn } from './versions.ts'

export interface Entitlement {
  person_id: string
  organisation_id: string | null
  organisation_name: string | null
  month: Month
  component: string
  component_title: string
  outcome: string
  amount_fen: number
  entitlement_fen: number
  level: number | null
  certificate_id: string | null
  scheme_code: string
  scheme_version: number
  reasons: Reason[]
}

/**
 * Decides the month (the last complete one when none is given) under one scheme, or under every scheme in whose division the person
 * is paid. With a scheme named, refuses `scheme.no_version` and `scheme.unconfirmed`; without, lists what cannot be computed.
 */
export async function getEntitlements(
  db: Db,
  context: Pick<Context, 'scope' | 'now'>,
  person_id: string,
  asked: { month?: Month | undefined; scheme?: string | undefined },
) {
  const month = asked.month ?? addMonths(monthOf(localDate(context.now)), -1)
  const person = await readPerson(db, context.scope, person_id)
  const book = await ruleBook(db, person.rules_revision)
  const schemes = asked.scheme
    ? [book.find((one) => one.code === asked.scheme) ?? notFound(SCHEME)]
    : book.filter(
        (scheme) => scheme.workforce === person.workforce && isEmployedIn(person, month, scheme.division_code),
      )
  const items: Entitlement[] = []
  const unconfirmed: { scheme_code: string; refusal: Refusal }[] = []
  for (const scheme of schemes) {
    try {
      const version = versionIn(scheme.versions, scheme.code, month)
      for (const decision of decideNow(person, version, month)) {
        const district = decision.employment?.organisation.district_code
        if (asked.scheme || (district && inDivision(district, scheme.division_code)))
          items.push(entitlementOf(context.scope, person, month, version, decision))
      }
    } catch (error) {
      if (asked.scheme || !(error instanceof Refusal)) throw error
      unconfirmed.push({ scheme_code: scheme.code, refusal: error })
    }
  }
  return { person_id, month, items, unconfirmed }
}

/** Whether an employer of the month, whoever of them pays it, lies in the division. */
export function isEmployedIn({ facts }: KnownPerson, month: Month, division_code: string): boolean {
  return facts.employments.some(
    ({ starts_on, ends_on, organisation }) =>
      starts_on < firstDay(addMonths(month, 1)) &&
      (ends_on === null || firstDay(month) < ends_on) &&
      inDivision(organisation.district_code, division_code),
  )
}

export type Decided = Decision & { component: string }

/** Each component, beside what is booked of it for other months. Refuses `scheme.unconfirmed`. */
export function decideNow({ facts }: KnownPerson, version: VersionRow, month: Month): Decided[] {
  const decided: PaidFact[] = []
  return rulesOf(version).map((rules) => ({
    ...decideInTurn(facts, rules, month, decided),
    component: rules.component.code,
  }))
}

/** An institution learns nothing of another employer: where the month is paid elsewhere, it is told just that. */
export function entitlementOf(
  scope: Scope,
  { id: person_id, facts }: KnownPerson,
  month: Month,
  version: VersionRow,
  decision: Decided,
): Entitlement {
  const { component } = decision
  const names = { component, component_title: titleOf(version, component) }
  const base = { person_id, month, ...names, scheme_code: version.scheme_code, scheme_version: version.number }
  const organisation_id = decision.employment?.organisation.id ?? null
  if (scope.kind === 'organisation' && organisation_id !== null && organisation_id !== scope.organisation_id)
    return {
      ...base,
      ...{
        organisation_id: null,
        organisation_name: null,
        outcome: 'refused',
        amount_fen: 0,
        entitlement_fen: 0,
        level: null,
        certificate_id: null,
      },
      reasons: [paidElsewhere(version)],
    }
  const paying = facts.employments.find(({ id }) => id === decision.employment?.id)
  return {
    ...base,
    organisation_id,
    organisation_name: paying?.organisation.name ?? null,
    outcome: decision.outcome,
    amount_fen: decision.entitlement_fen,
    entitlement_fen: decision.entitlement_fen,
    level: decision.level,
    certificate_id: decision.certificate?.id ?? null,
    reasons: reasonsOf(judgedOf(person_id, month, decision), partOf(version, component)),
  }
}

function paidElsewhere({ citation }: VersionRow): Reason {
  return {
    code: 'paying_employment',
    title: {
      zh: '当月由本机构计发（一人一月只计发一处）',
      en: 'This organisation pays the month (one paying employment a person and month)',
    },
    measure: 'division',
    met: false,
    required: true,
    actual: false,
    evidence: [],
    citation,
    confidence: 'inferred',
    prospect: { kind: 'when_changed', month: null, missing: null },
    earliest_month: null,
  }
}
