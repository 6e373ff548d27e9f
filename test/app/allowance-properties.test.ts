/** What holds in every world: two definitions of one amount agree, and what is known later changes nothing that was computed. */
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { loadScheme } from '../../db/load-reference.ts'
import { computeRun, confirmVersion } from '../../src/allowances/actions.ts'
import { confirmationShape } from '../../src/allowances/confirmation-shapes.ts'
import { decide } from '../../src/allowances/evaluate.ts'
import { peopleOf } from '../../src/allowances/fact-rows.ts'
import { readFacts } from '../../src/allowances/facts.ts'
import { readPerson } from '../../src/allowances/known-person.ts'
import { judgedOf } from '../../src/allowances/reasons.ts'
import { recompute } from '../../src/allowances/recheck-statement.ts'
import { allowanceRunJob, type RunSizes } from '../../src/allowances/run.ts'
import { readVersions, usableIn } from '../../src/allowances/versions.ts'
import { runSlice } from '../../src/jobs/actions.ts'
import { readCutoff } from '../../src/platform/database.ts'
import { allowanceWorld, CONFIRMATION } from '../support/allowance-world.ts'
import { FACT_SCHEME } from '../support/component-scheme.ts'
import { addTo, people, settle } from '../support/person-worlds.ts'
import { type World, world } from '../support/world.ts'

const MONTH = '2026-10'
const SCHEMES = ['hz-special-post', 'nb-special-post', 'test-facts']
const RUNS = inject('engine') === 'postgres' ? 40 : 15
/** Milliseconds: a busy machine is slow, not wrong. */
const PATIENCE = 120_000

let w: World
let facts: Awaited<ReturnType<typeof allowanceWorld>>
beforeAll(async () => {
  w = await world()
  facts = await allowanceWorld(w)
  await w.db.transaction().execute((tx) => loadScheme(tx, FACT_SCHEME))
  await sql`update organisations set ownership = case id when ${w.org.home}::uuid then 'private' when ${w.org.home2}::uuid then 'public' end`.execute(
    w.db,
  )
  const admin = await w.context('admin')
  await w.db
    .transaction()
    .execute((tx) => confirmVersion(tx, admin, SCHEMES[0]!, 1, confirmationShape.parse(CONFIRMATION)))
})
afterAll(() => w.close())

type Amounts = Record<string, [string, number]>

/** What decide() says of those who have an employment in the scheme's posts in the month. */
async function decided(scheme_code: string, ids: string[], cutoff = 'now'): Promise<Amounts> {
  const rules = usableIn(await readVersions(w.db, scheme_code), MONTH)
  const factsOf = await readFacts(w.db, await peopleOf(w.db, ids), { cutoff, months: [MONTH], rules })
  return Object.fromEntries(
    ids.flatMap((id) =>
      rules.flatMap((one) => {
        const { employment, entitlement_fen } = decide(factsOf(id), one, MONTH)
        const name = `${id} ${one.component.code}`
        return employment ? [[name, [employment.organisation.district_code, entitlement_fen]]] : []
      }),
    ),
  )
}

async function secondly(scheme_code: string, ids: string[], cutoff?: string): Promise<Amounts> {
  const rows = await w.db.transaction().execute((tx) => recompute(tx, scheme_code, MONTH, cutoff))
  return Object.fromEntries(
    rows.flatMap(({ person_id, component, district_code, entitlement_fen }) =>
      ids.includes(person_id) ? [[`${person_id} ${component}`, [district_code, entitlement_fen]]] : [],
    ),
  )
}

test(
  'in worlds at random decide() and the set-based statement come to the same amounts',
  async () => {
    const paid = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(people, async (made) => {
        const ids = await settle(w, facts, made)
        for (const scheme of SCHEMES) {
          const amounts = await decided(scheme, ids)
          expect(await secondly(scheme, ids)).toEqual(amounts)
          for (const [name, [, fen]] of Object.entries(amounts))
            if (fen > 0) paid.set(name.slice(37), (paid.get(name.slice(37)) ?? 0) + 1)
        }
      }),
      { numRuns: RUNS, seed: 20261126 },
    )
    // worlds in which nobody is paid would prove little
    expect(paid.get('monthly')).toBeGreaterThan(RUNS / 5)
    expect([...paid.keys()].sort()).toEqual(['licensed', 'loyalty', 'monthly'])
  },
  PATIENCE,
)

test(
  'the facts of one person, read in one statement for whichever month, decide as those that a run reads',
  async () => {
    await fc.assert(
      fc.asyncProperty(people, async (made) => {
        const ids = await settle(w, facts, made)
        for (const scheme of SCHEMES) {
          const rules = usableIn(await readVersions(w.db, scheme), MONTH)
          const factsOf = await readFacts(w.db, await peopleOf(w.db, ids), { cutoff: 'now', months: [MONTH], rules })
          for (const id of ids) {
            const { facts } = await readPerson(w.db, { kind: 'person', person_id: id }, id)
            for (const one of rules)
              expect(judgedOf(id, MONTH, decide(facts, one, MONTH))).toEqual(
                judgedOf(id, MONTH, decide(factsOf(id), one, MONTH)),
              )
          }
        }
      }),
      { numRuns: RUNS / 5, seed: 20261128 },
    )
  },
  PATIENCE,
)

test(
  'what is recorded after the cutoff changes neither',
  async () => {
    await fc.assert(
      fc.asyncProperty(people, people, async (made, later) => {
        const ids = await settle(w, facts, made)
        const cutoff = await w.db.transaction().execute((tx) => readCutoff(tx))
        const before = [await decided(SCHEMES[0]!, ids, cutoff), await decided('test-facts', ids, cutoff)]
        for (const [at, id] of ids.entries()) {
          await sql`insert into registry_checks (certificate_id, registry, result, checked_on, evidence)
          select id, 'osta', 'not_found', '2026-11-01', '测试' from certificates where person_id = ${id}::uuid`.execute(
            w.db,
          )
          await addTo(w, facts, id, later[at % later.length]!)
        }
        for (const [at, scheme] of [SCHEMES[0]!, 'test-facts'].entries()) {
          expect(await decided(scheme, ids, cutoff)).toEqual(before[at])
          expect(await secondly(scheme, ids, cutoff)).toEqual(before[at])
        }
      }),
      { numRuns: RUNS / 5, seed: 20261127 },
    )
  },
  PATIENCE,
)

test(
  'the digest of a run is the same whichever district is computed first, in slices of whatever size',
  async () => {
    const compute = async (district_code: string, username: string, sizes: Partial<RunSizes>): Promise<string> => {
      const context = await w.context(username)
      const input = { scheme_code: SCHEMES[0]!, month: MONTH, district_code }
      const { id } = await w.db.transaction().execute((tx) => computeRun(tx, context, input))
      while (await runSlice(w.db, w.deps, { 'allowances.run': allowanceRunJob(sizes) }));
      const run = await w.db.selectFrom('allowance_runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
      expect([run.status, (run.line_count ?? 0) > 2]).toEqual(['computed', true])
      return run.lines_sha256!
    }
    const xihu = await compute('330106', 'district', {})
    const shangcheng = await compute('330102', 'district2', { slice: 7, lot: 3 })
    expect(await compute('330102', 'district2', {})).toBe(shangcheng)
    expect(await compute('330106', 'district', { slice: 13, lot: 5, part: 2 })).toBe(xihu)
  },
  PATIENCE,
)

test('nothing was an internal fault', () => expect(w.faults).toEqual([]))
