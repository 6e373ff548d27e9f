/** Every kind of sheet there is, by name. */
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
