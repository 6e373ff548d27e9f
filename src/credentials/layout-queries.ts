/** Reads of layouts: an organisation sees its own and everybody's, an officer of the city all of them. */
import { type RawBuilder, sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import type { CertificateKind } from './rules.ts'

export interface LayoutRow {
  id: string
  kind: CertificateKind
  organisation_id: string | null
  organisation_name: string | null
  name: string
  version: number
  /** of a layout that came with the program */
  code: string | null
  sha256: string
  reason: string
  known_from: Date
  created_by_name: string | null
  /** for the asker today: printed now, from a later day on, no longer, or never put in force */
  state: 'in_force' | 'coming' | 'past' | 'draft'
}

/** The latest first, by kind and name. */
export function listLayouts(
  db: Db,
  context: Context,
  filter: { kind?: string | undefined } = {},
): Promise<LayoutRow[]> {
  return layoutRows(db, context, filter.kind ? sql`l.kind = ${filter.kind}` : sql`true`)
}

/** 404 for another organisation's. */
export async function getLayout(db: Db, context: Context, id: string): Promise<LayoutRow & { body: unknown }> {
  const [row] = await layoutRows(db, context, sql`l.id = ${id}::uuid`)
  if (!row) return notFound({ zh: '证书版式', en: 'layout' })
  const { body } = await db
    .selectFrom('certificate_layouts')
    .select('body')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { ...row, body: JSON.parse(body) }
}

async function layoutRows(db: Db, context: Context, which: RawBuilder<unknown>): Promise<LayoutRow[]> {
  const own = context.actor.organisation_id
  const today = localDate(context.now)
  const mine = sql`(c.organisation_id is null or c.organisation_id = ${own}::uuid)`
  const { rows } = await sql<LayoutRow>`
    with now as (
      select distinct on (kind) kind, layout_id from certificate_layout_choices c where ${mine} and valid_from <= ${today}::date
      order by kind, organisation_id is null, valid_from desc, known_from desc
    )
    select l.id, l.kind, l.organisation_id, o.name as organisation_name, l.name, l.version, l.code, l.sha256, l.reason, l.known_from,
      a.display_name as created_by_name,
      case when exists (select from now where now.layout_id = l.id) then 'in_force'
        when exists (select from certificate_layout_choices c where c.layout_id = l.id and ${mine} and c.valid_from > ${today}::date) then 'coming'
        when exists (select from certificate_layout_choices c where c.layout_id = l.id and ${mine}) then 'past'
        else 'draft' end as state
    from certificate_layouts l left join organisations o on o.id = l.organisation_id left join accounts a on a.id = l.created_by
    where ${which} and ${visible(context, 'l')}
    order by array_position(array['skill_level', 'completion', 'award'], l.kind), l.organisation_id is not null, o.name, l.name, l.version desc`.execute(
    db,
  )
  return rows
}

/** Of layouts, and of glyph images too: the asker's own and everybody's, all for an officer of the city. `table` is that of the query. */
export function visible({ scope, actor }: Context, table: 'l' | 'g'): RawBuilder<boolean> {
  if (scope.kind === 'division' && scope.prefix === '') return sql`true`
  const owner = sql.ref(`${table}.organisation_id`)
  return sql`(${owner} is null or ${owner} = ${actor.organisation_id}::uuid)`
}

export interface ChoiceRow {
  valid_from: LocalDate
  organisation_name: string | null
  reason: string
  chosen_by_name: string | null
}

/** When and for whom a layout the asker sees was put in force, the latest first. */
export async function listChoices(db: Db, context: Context, layout_id: string): Promise<ChoiceRow[]> {
  const { rows } = await sql<ChoiceRow>`
    select c.valid_from, o.name as organisation_name, c.reason, a.display_name as chosen_by_name
    from certificate_layout_choices c join certificate_layouts l on l.id = c.layout_id
      left join organisations o on o.id = c.organisation_id left join accounts a on a.id = c.chosen_by
    where c.layout_id = ${layout_id}::uuid and ${visible(context, 'l')}
      and (c.organisation_id is null or ${context.scope.kind === 'division'} or c.organisation_id = ${context.actor.organisation_id}::uuid)
    order by c.valid_from desc, c.known_from desc limit 50`.execute(db)
  return rows
}
