/** Reads of simulations and their figures. */
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { FigureView, SimulationView } from './simulation-shapes.ts'

/** The newest first. */
export async function listSimulations(
  db: Db,
  scope: Scope,
  { scheme_code, cursor, limit }: PageInput & { scheme_code?: string | undefined },
): Promise<Page<SimulationView>> {
  const after = readCursor(cursor, 1)?.[0] ?? null
  const { rows } = await simulations(
    scope,
    sql`(${after}::uuid is null or s.id < ${after}::uuid) and (${scheme_code ?? null}::text is null or s.scheme_code = ${scheme_code ?? null})`,
    limit + 1,
  ).execute(db)
  return toPage(rows, limit, (row) => [row.id])
}

export async function getSimulation(db: Db, scope: Scope, id: string): Promise<SimulationView> {
  const { rows } = await simulations(scope, sql`s.id = ${id}::uuid`, 1).execute(db)
  return rows[0] ?? notFound({ zh: '测算', en: 'simulation' })
}

/** In order of month (the whole time first), district and level; the caller has found the simulation within its scope. */
export async function listFigures(db: Db, simulation_id: string): Promise<FigureView[]> {
  const { rows } = await sql<FigureView>`
    select f.payee, to_char(f.month, 'YYYY-MM') as month, f.district_code, d.name as district_name, f.level, f.people, f.today_people, f.today_fen,
      f.draft_people, f.draft_fen, f.winners, f.gained_fen, f.losers, f.lost_fen
    from simulation_figures f join districts d on d.code = f.district_code
    where f.simulation_id = ${simulation_id}::uuid order by f.month nulls first, f.district_code, f.payee desc, f.level desc`.execute(
    db,
  )
  return rows
}

function simulations(scope: Scope, where: RawBuilder<unknown>, limit: number) {
  const prefix = scope.kind === 'division' ? scope.prefix : '-'
  return sql<SimulationView>`
    select s.id, s.scheme_code, schemes.name as scheme_name, v.number as version, s.title, s.draft, to_char(s.first_month, 'YYYY-MM') as first_month,
      to_char(s.last_month, 'YYYY-MM') as last_month, s.district_codes, s.cutoff, s.rules_sha256, s.job_id, a.display_name as requested_by_name,
      s.requested_at, s.finished_at
    from simulations s join schemes on schemes.code = s.scheme_code join scheme_versions v on v.id = s.base_version_id
      left join accounts a on a.id = s.requested_by
    where ${where} and s.division_code like ${`${prefix}%`} order by s.id desc limit ${limit}`
}
