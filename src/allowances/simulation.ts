/** Asking what a draft of a scheme would pay, and the job that computes it over the facts of one instant; it changes nothing. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { enqueueJob, type Job, type JobHandler, type Slice } from '../jobs/actions.ts'
import { asJson, faultAt } from '../people/bulk.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { addMonths, firstDay, localDate, type Month, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { readCutoff, type Tx } from '../platform/database.ts'
import { notFound, refuseFaults } from '../platform/errors.ts'
import { type Draft, draftFaults, draftRules } from './draft-rules.ts'
import { peopleOf } from './fact-rows.ts'
import { employedIn, readFacts } from './facts.ts'
import { readOrganisationFacts } from './organisation-lines.ts'
import { getScheme, listRunDistricts } from './queries.ts'
import { canonicalJson, checkMonthOver, inDivision } from './rules.ts'
import { getSimulation } from './simulation-queries.ts'
import { type Comparison, compare, compareOrganisation, type Figure, ofPayee } from './simulation-rules.ts'
import type { NewSimulation, SimulationView } from './simulation-shapes.ts'
import { knownToAll } from './usable-rules.ts'
import { readVersions, usableIn } from './versions.ts'

const NOBODY = '00000000-0000-0000-0000-000000000000'
/** A simulation covers so many months at most. */
const MONTHS = 24

/**
 * Puts a simulation into the queue. Refuses `run.month_incomplete`, `scheme.unconfirmed` where the draft leaves open what nobody has
 * confirmed; faults of {@link draftFaults}, `simulation.too_long`, `simulation.foreign_district`.
 */
export async function requestSimulation(
  tx: Tx,
  context: Context,
  scheme_code: string,
  input: NewSimulation,
): Promise<SimulationView> {
  const { version, title, first_month, last_month, rates, thresholds, parameters, dropped } = input
  const scheme = await getScheme(tx, scheme_code)
  const base =
    (await readVersions(tx, scheme_code)).find(({ number }) => number === version) ??
    notFound({ zh: '政策版本', en: 'version of the scheme' })
  checkMonthOver(last_month, localDate(context.now))
  const draft: Draft = { rates, thresholds, parameters, dropped }
  const own = (await listRunDistricts(tx, context.scope)).filter(({ code }) => inDivision(code, scheme.division_code))
  const codes = own.map(({ code }) => code)
  refuseFaults([
    ...draftFaults(base, draft),
    ...(addMonths(first_month, MONTHS) <= last_month
      ? [
          faultAt(
            '/last_month',
            'simulation.too_long',
            `一次最多测算 ${MONTHS} 个月，请分段测算。`,
            `At most ${MONTHS} months at once: do it in parts.`,
          ),
        ]
      : []),
    ...input.district_codes.flatMap((code, index) =>
      codes.includes(code)
        ? []
        : [
            faultAt(
              `/district_codes/${index}`,
              'simulation.foreign_district',
              `${code} 不在您的管辖范围或本政策的辖区内。`,
              `${code} is not yours, or outside the scheme’s division.`,
            ),
          ],
    ),
    ...(codes.length === 0
      ? [
          faultAt(
            '/district_codes',
            'simulation.foreign_district',
            '本政策的辖区不在您的管辖范围内。',
            'The scheme’s division is not yours.',
          ),
        ]
      : []),
  ])
  const rules_sha256 = await sha256Hex(canonicalJson(draftRules(base, draft)))
  const { id } = await tx
    .insertInto('simulations')
    .values({
      ...{ scheme_code, base_version_id: base.version_id, title, draft: JSON.stringify(draft), rules_sha256 },
      ...{ first_month: firstDay(first_month), last_month: firstDay(last_month) },
      district_codes: input.district_codes.length > 0 ? input.district_codes : codes,
      division_code: context.actor.district_code ?? scheme.division_code,
      requested_by: context.actor.account_id,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const job_id = await enqueueJob(tx, context, { kind: 'allowances.simulate', subject_id: id })
  await tx.updateTable('simulations').set({ job_id }).where('id', '=', id).execute()
  await recordHistory(tx, context, {
    kind: 'simulation.requested',
    subject_kind: 'simulation',
    subject_id: id,
    district_code: context.actor.district_code,
    changes: { scheme_code, version, title, first_month, last_month, ...draft },
  })
  return getSimulation(tx, context.scope, id)
}

/**
 * Kind `allowances.simulate`: the first slice reads the cutoff, then `sliceSize` people a slice in order of id, each slice adding to the
 * figures in its own transaction, so that a crash repeats nothing. The last one adds the organisations.
 */
export function simulationJob(sliceSize = 2000): JobHandler {
  return async (tx, context, job) => {
    const simulation = await lockSimulation(tx, job)
    if (job.position === null) return begin(tx, simulation.id)
    return simulateSlice(tx, context, simulation, job, sliceSize)
  }
}

async function lockSimulation(tx: Tx, job: Job) {
  const row = await tx
    .selectFrom('simulations')
    .select(['id', 'scheme_code', 'base_version_id', 'first_month', 'last_month', 'district_codes', 'draft'])
    .select(sql<string>`cutoff::text`.as('cutoff'))
    .where('id', '=', job.subject_id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  // one that was asked for before parameters could be drafted has none
  return { ...row, draft: { parameters: {}, ...(row.draft as object) } as Draft }
}
type Simulation = Awaited<ReturnType<typeof lockSimulation>>

async function begin(tx: Tx, id: string): Promise<Slice> {
  const cutoff = await readCutoff(tx)
  await sql`update simulations set cutoff = ${cutoff}::timestamptz where id = ${id}::uuid`.execute(tx)
  return { done: 0, position: NOBODY }
}

async function simulateSlice(
  tx: Tx,
  context: Context,
  simulation: Simulation,
  job: Job,
  sliceSize: number,
): Promise<Slice> {
  const whole = await comparisonOf(tx, simulation)
  const comparison = ofPayee(whole, 'person')
  const ids = await candidates(tx, simulation, comparison, job.position!, sliceSize)
  const done = job.done + ids.length
  if (ids.length > 0) await addFigures(tx, simulation, comparison, ids)
  if (ids.length === sliceSize) return { done, position: ids.at(-1)! }
  await addOrganisations(tx, simulation, ofPayee(whole, 'organisation'))
  await tx.updateTable('simulations').set({ finished_at: context.now }).where('id', '=', simulation.id).execute()
  return { done, total: done, position: null, result: { simulation_id: simulation.id } }
}

async function comparisonOf(tx: Tx, simulation: Simulation): Promise<Comparison> {
  const { scheme_code, base_version_id, draft, district_codes } = simulation
  const { division_code } = await getScheme(tx, scheme_code)
  const versions = await readVersions(tx, scheme_code)
  const rules = draftRules(versions.find(({ version_id }) => version_id === base_version_id)!, draft)
  const months: Month[] = []
  for (
    let month = monthOf(simulation.first_month);
    month <= monthOf(simulation.last_month);
    month = addMonths(month, 1)
  )
    months.push(month)
  return {
    months: months.map((month) => ({ month, today: usableIn(versions, month, knownToAll), draft: rules })),
    division_code,
    districts: new Set(district_codes),
  }
}

/** People with an employment in the scheme's posts in one of the districts in one of the months, as was known. */
async function candidates(
  tx: Tx,
  { cutoff, district_codes, first_month, last_month }: Simulation,
  { months }: Comparison,
  after: string,
  limit: number,
): Promise<string[]> {
  const posts = [...new Set(months.flatMap(({ today, draft }) => [...draft, ...today].flatMap(({ posts }) => posts)))]
  if (posts.length === 0) return []
  const { rows } = await sql<{ person_id: string }>`
    ${employedIn(district_codes, { posts, from: first_month, to: firstDay(addMonths(monthOf(last_month), 1)), cutoff })} and e.person_id > ${after}::uuid
    order by e.person_id limit ${limit}`.execute(tx)
  return rows.map(({ person_id }) => person_id)
}

async function addFigures(tx: Tx, simulation: Simulation, comparison: Comparison, ids: string[]): Promise<void> {
  const { months } = comparison
  const factsOf = await readFacts(tx, await peopleOf(tx, ids), {
    cutoff: simulation.cutoff,
    months: months.map(({ month }) => month),
    rules: [...new Set(months.flatMap(({ today, draft }) => [...draft, ...today]))],
  })
  await writeFigures(tx, simulation, (add) => {
    for (const id of ids) compare(factsOf(id), comparison, add)
  })
}

async function addOrganisations(tx: Tx, simulation: Simulation, comparison: Comparison): Promise<void> {
  const months = comparison.months.flatMap(({ month, today, draft }) =>
    [...today, ...draft].map((rules) => ({ month, rules })),
  )
  if (months.length === 0) return
  const { cutoff, district_codes } = simulation
  const facts = await readOrganisationFacts(tx, cutoff!, { months, district_codes, organisation_ids: [] })
  await writeFigures(tx, simulation, (add) => {
    for (const one of facts) compareOrganisation(one, comparison, add)
  })
}

async function writeFigures(
  tx: Tx,
  simulation: Simulation,
  addUp: (add: (figure: Figure) => void) => void,
): Promise<void> {
  const figures = new Map<string, Figure>()
  addUp((figure) => {
    const key = `${figure.month} ${figure.district_code} ${figure.level}`
    const known = figures.get(key)
    if (known) for (const name of SUMS) known[name] += figure[name]
    else figures.set(key, figure)
  })
  const rows = [...figures.values()].map(({ month, ...figure }) => ({ ...figure, month: month && firstDay(month) }))
  const columns = sql.join(SUMS.map((name) => sql.ref(name)))
  const added = sql.join(SUMS.map((name) => sql`${sql.ref(name)} = f.${sql.ref(name)} + excluded.${sql.ref(name)}`))
  await sql`
    insert into simulation_figures as f (simulation_id, payee, month, district_code, level, ${columns})
    select ${simulation.id}::uuid, payee, month, district_code, level, ${columns}
    from jsonb_to_recordset(${asJson(rows)}) as r (payee text, month date, district_code text, level smallint, people int, today_people int, today_fen bigint,
      draft_people int, draft_fen bigint, winners int, gained_fen bigint, losers int, lost_fen bigint)
    on conflict on constraint simulation_figures_once do update set ${added}`.execute(tx)
}

const SUMS = [
  'people',
  'today_people',
  'today_fen',
  'draft_people',
  'draft_fen',
  'winners',
  'gained_fen',
  'losers',
  'lost_fen',
] as const
