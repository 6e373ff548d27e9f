/** Every kind of sheet there is, by name. */
import { may, mayNow } from '../access/rules.ts'
import type { Actor, Role } from '../platform/context.ts'
import { certificates } from './kinds/certificates.ts'
import { educationHours } from './kinds/education-hours.ts'
import { employments } from './kinds/employments.ts'
import { enrolments } from './kinds/enrolments.ts'
import { paymentResults } from './kinds/payment-results.ts'
import { people } from './kinds/people.ts'
import { results } from './kinds/results.ts'
import { serviceMonths } from './kinds/service-months.ts'
import type { ImportKind, ImportKindName } from './rules.ts'

/** In the order in which they build on each other. What a row comes to is each kind's own matter. */
export const KINDS: Record<ImportKindName, ImportKind<unknown>> = {
  people,
  employments,
  'service-months': serviceMonths,
  enrolments,
  results,
  'education-hours': educationHours,
  certificates,
  'payment-results': paymentResults,
}

/** The kinds a role may upload. */
export function kindsFor(role: Role): ImportKind<unknown>[] {
  return Object.values(KINDS).filter(({ permission }) => may(role, permission))
}

/** The kinds whose imports somebody sees: those they upload, for rows show what was typed. A role that uploads none sees the counts of all. */
export function kindsSeenBy(actor: Pick<Actor, 'role' | 'scopes'>): ImportKindName[] {
  const own = kindsFor(actor.role)
  const seen = own.length ? own.filter(({ permission }) => mayNow(actor, permission)) : Object.values(KINDS)
  return seen.map(({ kind }) => kind)
}
