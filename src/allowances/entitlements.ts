/** Why, or why not: what one person is due for a month by what is known now, with every condition. */
import { sql } from 'kysely'
import { getPerson } from '../people/queries.ts'
import { addMonths, firstDay, localDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Context, Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { Refusal } from '../platform/errors.ts'
import { decideInTurn } from './corrections.ts'
import type { Decision, PaidFact } from './evaluate.ts'
import { readFacts } from './facts.ts'
import { titleOf } from './line-queries.ts'
import { getScheme, listSchemes } from './queries.ts'
import { judgedOf, type Reason, reasonsOf } from './reasons.ts'
import { inDivision, type Rules } from './rules.ts'
import { computableRules, partOf } from './usable-rules.ts'
import { readVersionsOf, type VersionRow, versionIn } from './versions.ts'

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
  const today = localDate(context.now)
  const month = asked.month ?? addMonths(monthOf(today), -1)
  const person = await getPerson(db, context.scope, person_id, today)
  const schemes = asked.scheme
    ? [await getScheme(db, asked.scheme)]
    : await schemesOf(db, person_id, person.workforce, month)
  const versions = await readVersionsOf(
    db,
    schemes.map(({ code }) => code),
  )
  const items: Entitlement[] = []
  const unconfirmed: { scheme_code: string; refusal: Refusal }[] = []
  for (const scheme of schemes) {
    try {
      const version = versionIn(versions.get(scheme.code) ?? [], scheme.code, month)
      for (const decision of await decideNow(db, person_id, computableRules(version), month)) {
        const district = decision.employment?.organisation.district_code
        if (asked.scheme || (district && inDivision(district, scheme.division_code)))
          items.push(await entitlementOf(db, context.scope, person_id, month, version, decision))
      }
    } catch (error) {
      if (asked.scheme || !(error instanceof Refusal)) throw error
      unconfirmed.push({ scheme_code: scheme.code, refusal: error })
    }
  }
  return { person_id, month, items, unconfirmed }
}

/** Those whose division lies around an employer of the month; who has none is told of none. */
async function schemesOf(db: Db, person_id: string, workforce: string, month: Month) {
  const { rows } = await sql<{ district_code: string }>`
    select distinct o.district_code from employments e join organisations o on o.id = e.organisation_id
    where e.person_id = ${person_id}::uuid and e.known_to = 'infinity'
      and daterange(e.starts_on, e.ends_on) && daterange(${firstDay(month)}::date, ${firstDay(addMonths(month, 1))}::date)`.execute(
    db,
  )
  return (await listSchemes(db, month)).filter(
    (scheme) =>
      scheme.workforce === workforce &&
      rows.some(({ district_code }) => inDivision(district_code, scheme.division_code)),
  )
}

type Decided = Decision & { component: string }

/** Each component, beside what is booked of it for other months. */
async function decideNow(db: Db, person_id: string, rules: Rules[], month: Month): Promise<Decided[]> {
  const factsOf = await readFacts(db, [person_id], { cutoff: 'now', months: [month], rules })
  const decided: PaidFact[] = []
  return rules.map((one) => ({
    ...decideInTurn(factsOf(person_id), one, month, decided),
    component: one.component.code,
  }))
}

/** An institution learns nothing of another employer: where the month is paid elsewhere, it is told just that. */
async function entitlementOf(
  db: Db,
  scope: Scope,
  person_id: string,
  month: Month,
  version: VersionRow,
  decision: Decided,
): Promise<Entitlement> {
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
  const organisation = organisation_id
    ? await db.selectFrom('organisations').select('name').where('id', '=', organisation_id).executeTakeFirst()
    : undefined
  return {
    ...base,
    organisation_id,
    organisation_name: organisation?.name ?? null,
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
    earliest_month: null,
  }
}
