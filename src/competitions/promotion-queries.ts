/** Reads of promotions: the organiser's, and those of the body that decides. */
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import { type PromotionReason, type PromotionTerm, ruleIsFor } from './promotion-rules.ts'
import type { PROMOTION_STATES } from './promotion-shapes.ts'
import type { EventRow } from './queries.ts'

export const PROMOTION = { zh: '晋升建议', en: 'promotion' }

export type PromotionState = (typeof PROMOTION_STATES)[number]

export interface PromotionRow {
  id: string
  event_id: string
  event_name: string
  competition_name: string
  publication_id: string
  entry_id: string
  person_id: string
  person_name: string
  id_number_masked: string
  rank: number
  award: string | null
  rule_code: string
  rule_name: string
  citation: string
  occupation_code: string
  occupation_name: string
  from_level: number | null
  from_certificate_id: string | null
  to_level: number
  reasons: PromotionReason[]
  assessor_organisation_id: string
  assessor_name: string
  state: PromotionState
  /** of the decision, or of the withdrawal */
  reason: string | null
  certificate_id: string | null
  certificate_number: string | null
  proposed_at: Date
}

/** Latest first. */
export async function listPromotions(
  db: Db,
  scope: Scope,
  filter: PageInput & { event_id?: string | undefined; state?: PromotionState | undefined },
): Promise<Page<PromotionRow>> {
  const after = readCursor(filter.cursor, 1)?.[0] ?? null
  const { rows } = await promotions(
    sql`${inScope(scope)} and (${filter.event_id ?? null}::uuid is null or v.id = ${filter.event_id ?? null}::uuid)
      and (${after}::uuid is null or m.id < ${after}::uuid)`,
    filter.state ?? null,
    filter.limit + 1,
  ).execute(db)
  return toPage(rows, filter.limit, (row) => [row.id])
}

/** As a count of a statement: those of the scope in a state. */
export function countPromotions(scope: Scope, state: PromotionState): RawBuilder<unknown> {
  return sql`select count(*) from (${promotions(inScope(scope), state, null)}) waiting`
}

export async function getPromotion(db: Db, scope: Scope, id: string): Promise<PromotionRow> {
  const { rows } = await promotions(sql`m.id = ${id}::uuid and ${inScope(scope)}`, null, 1).execute(db)
  return rows[0] ?? notFound(PROMOTION)
}

function inScope(scope: Scope): RawBuilder<boolean> {
  if (scope.kind === 'division') return sql`organiser.district_code like ${`${scope.prefix}%`}`
  return scope.kind === 'organisation' ? sql`m.assessor_organisation_id = ${scope.organisation_id}::uuid` : sql`false`
}

function promotions(where: RawBuilder<unknown>, state: PromotionState | null, limit: number | null) {
  return sql<PromotionRow>`
    select * from (
      select m.id, v.id as event_id, v.name as event_name, k.name as competition_name, m.publication_id, m.entry_id, m.person_id, p.name as person_name,
        p.id_number_masked, r.rank, r.award, m.rule_code, rule.name as rule_name, rule.citation, m.occupation_code, o.name as occupation_name,
        m.from_level, m.from_certificate_id, m.to_level, m.reasons, m.assessor_organisation_id, assessor.name as assessor_name,
        case
          when m.withdrawn_at is not null then case when c.id is not null and not c.revoked then 'to_revoke' else 'withdrawn' end
          when d.approved is null then 'proposed'
          when not d.approved then 'rejected'
          when c.id is not null then 'issued'
          else 'approved' end as state,
        coalesce(m.withdrawal_reason, d.reason) as reason, c.id as certificate_id, c.number as certificate_number, m.proposed_at
      from promotions m join competition_publications u on u.id = m.publication_id join competition_events v on v.id = u.event_id
        join competitions k on k.id = m.competition_id join organisations organiser on organiser.id = k.organisation_id
        join competition_published_ranks r on r.publication_id = m.publication_id and r.entry_id = m.entry_id
        join people p on p.id = m.person_id join occupations o on o.code = m.occupation_code join promotion_rules rule on rule.code = m.rule_code
        join organisations assessor on assessor.id = m.assessor_organisation_id
        left join promotion_decisions d on d.promotion_id = m.id
        left join lateral (select c.id, c.number, exists (select from standing_revocations x where x.certificate_id = c.id) as revoked
          from certificates c where c.promotion_id = m.id and c.replaces_id is null) c on true
      where ${where}
    ) all_of_them
    where ${state}::text is null or state = ${state}::text
    order by id desc limit ${limit}`
}

export interface PromotionRule {
  code: string
  name: string
  tier: string
  class: number | null
  terms: PromotionTerm[]
  valid_from: string
  valid_to: string | null
  months_between: number | null
  citation: string
  confidence: string
  active: boolean
}

/** All published rules, those that are not sure too. */
export async function listPromotionRules(db: Db): Promise<PromotionRule[]> {
  const rows = await db.selectFrom('promotion_rules').selectAll().orderBy('code').execute()
  return rows.map((row) => ({ ...row, terms: row.terms as unknown as PromotionTerm[] }))
}

/** By which somebody may be promoted for an event: confirmed, and for contests of its tier, class and day. */
export async function rulesFor(db: Db, event: Pick<EventRow, 'tier' | 'class' | 'held_on'>): Promise<PromotionRule[]> {
  return (await listPromotionRules(db)).filter((rule) => rule.active && ruleIsFor(rule, event))
}
