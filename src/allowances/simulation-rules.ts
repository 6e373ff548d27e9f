/** What a draft of a scheme would pay and whom it would help or hurt, as sums; pure. */
import type { Month } from '../platform/calendar.ts'
import { COMPONENT_KINDS } from './components.ts'
import { decideInTurn } from './corrections.ts'
import type { Decision, Facts, PaidFact } from './evaluate.ts'
import { decideForOrganisation, type OrganisationDecision, type OrganisationFacts } from './organisation-components.ts'
import { inDivision, type Rules } from './rules.ts'

/** Who is paid: people, counted by the level of the certificate, or organisations, counted without one. */
export type Payee = 'person' | 'organisation'

/** What is added up of some people (or organisations) and one month, or the whole time. */
export interface Sums {
  people: number
  today_people: number
  today_fen: number
  draft_people: number
  draft_fen: number
  winners: number
  gained_fen: number
  losers: number
  lost_fen: number
}
export interface Figure extends Sums {
  payee: Payee
  /** null: the whole time, everybody once */
  month: Month | null
  district_code: string
  /** of the certificate that counts; 0 without one, and of organisations */
  level: number
}

export interface Comparison {
  /** `today`: none where nothing can be paid, because there is no version or it is unconfirmed */
  months: { month: Month; today: Rules[]; draft: Rules[] }[]
  division_code: string
  districts: ReadonlySet<string>
}

/** The part of it that is paid to people, or to organisations. */
export function ofPayee({ months, ...rest }: Comparison, payee: Payee): Comparison {
  const its = (rules: Rules[]) => rules.filter(({ component }) => COMPONENT_KINDS[component.kind].payee === payee)
  return { ...rest, months: months.map(({ month, today, draft }) => ({ month, today: its(today), draft: its(draft) })) }
}

/** Adds one person to the sums: each month by today's version and by the draft, then the whole time. */
export function compare(
  facts: Facts,
  { months, division_code, districts }: Comparison,
  add: (figure: Figure) => void,
): void {
  const [todays, drafted]: [PaidFact[], PaidFact[]] = [[], []]
  const judged = months.flatMap(({ month, today, draft }) => {
    const by_draft = draft.map((rules) => decideInTurn(facts, rules, month, drafted))
    const { employment, level } = by_draft[0] ?? {}
    const district_code = employment?.organisation.district_code
    if (!district_code || !districts.has(district_code) || !inDivision(district_code, division_code)) return []
    const by_today = today.map((rules) => decideInTurn(facts, rules, month, todays))
    return [{ month, district_code, level: level ?? 0, today_fen: sumOf(by_today), draft_fen: sumOf(by_draft) }]
  })
  addUp('person', judged, add)
}

/** Adds one organisation to the sums, in the months in which something lies that it could be paid for. */
export function compareOrganisation(
  facts: OrganisationFacts,
  { months, division_code, districts }: Comparison,
  add: (figure: Figure) => void,
): void {
  const { district_code } = facts.organisation
  if (!districts.has(district_code) || !inDivision(district_code, division_code)) return
  const judged = months.flatMap(({ month, today, draft }) => {
    const decide = (rules: Rules[]) => rules.map((one) => decideForOrganisation(facts, one, month))
    const [by_today, by_draft] = [decide(today), decide(draft)]
    if (![...by_today, ...by_draft].some(({ evidence, left_out }) => evidence.length + left_out.length > 0)) return []
    const sum = (decisions: OrganisationDecision[]) => decisions.reduce((fen, { amount_fen }) => fen + amount_fen, 0)
    return [{ month, district_code, level: 0, today_fen: sum(by_today), draft_fen: sum(by_draft) }]
  })
  addUp('organisation', judged, add)
}

type Judged = { month: Month; district_code: string; level: number; today_fen: number; draft_fen: number }[]

/** Each month, and the whole time in the place where it was last. */
function addUp(payee: Payee, judged: Judged, add: (figure: Figure) => void): void {
  for (const { month, district_code, level, today_fen, draft_fen } of judged)
    add({ payee, month, district_code, level, ...sumsOf(today_fen, draft_fen) })
  const last = judged.at(-1)
  if (!last) return
  const whole = (name: 'today_fen' | 'draft_fen') => judged.reduce((sum, one) => sum + one[name], 0)
  const { district_code, level } = last
  add({ payee, month: null, district_code, level, ...sumsOf(whole('today_fen'), whole('draft_fen')) })
}

function sumOf(decisions: Decision[]): number {
  return decisions.reduce((sum, { entitlement_fen }) => sum + entitlement_fen, 0)
}

function sumsOf(today_fen: number, draft_fen: number): Sums {
  const delta = draft_fen - today_fen
  return {
    people: 1,
    today_people: Number(today_fen > 0),
    today_fen,
    draft_people: Number(draft_fen > 0),
    draft_fen,
    winners: Number(delta > 0),
    gained_fen: Math.max(0, delta),
    losers: Number(delta < 0),
    lost_fen: Math.max(0, -delta),
  }
}
