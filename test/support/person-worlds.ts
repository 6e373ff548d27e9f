/** People at random on and beside every limit of October 2026, for property tests: as fast-check makes them, and written into the tables. */
import fc from 'fast-check'
import { sql } from 'kysely'
import type { allowanceWorld } from './allowance-world.ts'
import type { World } from './world.ts'

const optional = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null })
/** Mostly the usual, so that not everybody fails by something. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) })

const job = fc.record({
  place: mostly('home', 'home2', 'ningbo', 'nursery'),
  starts_on: mostly('2024-05-01', '2026-08-01', '2026-08-02', '2026-07-15', '2026-10-20', '2026-11-01'),
  ends_on: mostly(null, '2026-10-31', '2026-11-01', '2026-10-01', '2026-12-15'),
  contract_kind: mostly('labour', 'service', 'dispatch', 'public_post'),
  // three years of most employments end on, before or after one of these days
  contract_until: mostly<string | null>('2027-05-01', null, '2027-04-30', '2029-08-01', '9999-12-31'),
  post: mostly('care', 'management'),
  days: mostly<number | null>(22, 0, 19, 20, 21, 31, null),
})
const certificate = fc.record({
  level: fc.integer({ min: 1, max: 5 }),
  issued_on: mostly('2025-06-01', '2026-08-31', '2026-09-30', '2026-10-01', '2026-10-31'),
  registry: mostly<string | null>('osta', 'zheli_kangyang', 'yong_yi_yang', null),
  again: mostly<string | null>(null, 'not_found', 'mismatch', 'found'),
  revoked: mostly<string | null>(null, '2026-10-31', '2026-11-01', '2026-10-15'),
  restored: fc.boolean(),
  suspended: mostly<string | null>(null, '2026-09-15', '2026-10-31', '2026-11-01'),
  lifted: mostly<string | null>(null, '2026-11-01', '2026-11-02'),
  /** issued anew on this day, on paper that credits the day of the old one */
  replaced: mostly<string | null>(null, '2026-10-05', '2026-10-31', '2026-11-01'),
})
const elsewhere = fc.record({
  level: fc.integer({ min: 1, max: 5 }),
  issued_on: mostly('2025-06-01', '2026-09-30', '2026-10-01'),
  valid_until: mostly<string | null>(null, '2026-10-31', '2026-11-01'),
  looks: fc.array(
    fc.record({
      registry: fc.constantFrom('osta', 'zheli_kangyang', 'yong_yi_yang'),
      result: mostly('found', 'not_found', 'mismatch'),
      checked_on: fc.constantFrom('2026-01-01', '2026-02-01'),
    }),
    { maxLength: 3 },
  ),
})
const licence = fc.record({
  kind: mostly('nurse', 'rehabilitation'),
  issued_on: mostly('2026-10-31', '2020-01-01', '2026-11-01'),
  valid_until: mostly<string | null>(null, '2026-11-01', '2026-11-02'),
})
const claim = fc.record({
  component: fc.constantFrom('loyalty', 'licensed'),
  claimed_on: mostly('2026-03-01', '2025-05-01', '2025-04-30', '2026-10-31', '2026-11-01', '2025-12-31', '2026-01-01'),
})
interface Conduct {
  happened_on: string
  period_from?: string
  period_to?: string | null
}
const person = fc.record({
  jobs: fc.uniqueArray(job, { maxLength: 3, selector: ({ place }) => place }),
  certificates: fc.array(certificate, { maxLength: 2 }),
  elsewhere: optional(elsewhere),
  licences: fc.array(licence, { maxLength: 2 }),
  claims: fc.array(claim, { maxLength: 3 }),
  hours: fc.array(
    fc.record({
      hours: mostly(40, 7, 8, 15, 16, 24, 32),
      completed_on: mostly('2026-03-01', '2025-10-31', '2025-11-01', '2026-10-31', '2026-11-01'),
      approval: mostly('approved', 'pending', 'rejected'),
    }),
    { maxLength: 2 },
  ),
  conduct: mostly<Conduct | null>(
    null,
    { happened_on: '2025-10-31' },
    { happened_on: '2025-11-01' },
    { happened_on: '2026-11-01' },
    { happened_on: '2024-01-01', period_from: '2024-01-01', period_to: '2026-10-02' },
    { happened_on: '2024-01-01', period_from: '2024-01-01', period_to: '2026-10-01' },
    { happened_on: '2024-01-01', period_from: '2024-01-01', period_to: null },
  ),
})
export type MadePerson = typeof person extends fc.Arbitrary<infer P> ? P : never

export const people = fc.array(person, { minLength: 1, maxLength: 5 })

/** Writes them; answers their ids in order. */
export async function settle(
  w: World,
  facts: Awaited<ReturnType<typeof allowanceWorld>>,
  made: MadePerson[],
): Promise<string[]> {
  const ids: string[] = []
  for (const one of made) ids.push(await settleOne(w, facts, one))
  return ids
}

let numbers = 0

async function settleOne(
  w: World,
  facts: Awaited<ReturnType<typeof allowanceWorld>>,
  one: MadePerson,
): Promise<string> {
  const id = await facts.person()
  for (const { place, days, ends_on, ...job } of one.jobs) {
    const organisation_id = w.org[place as 'home']
    const { contract_until, starts_on } = job
    await facts.employ(id, {
      ...{
        ...job,
        organisation_id,
        contract_until: contract_until && contract_until > starts_on ? contract_until : null,
      },
      ends_on: ends_on && ends_on > starts_on ? ends_on : null,
    })
    if (days !== null) await facts.attend(id, organisation_id, { '2026-10': days })
  }
  if (one.elsewhere) await settleElsewhere(w, id, one.elsewhere)
  await addTo(w, facts, id, one)
  return id
}

/** What comes to be known of somebody who is on record: certificates, hours, conduct. */
export async function addTo(
  w: World,
  facts: Awaited<ReturnType<typeof allowanceWorld>>,
  id: string,
  one: MadePerson,
): Promise<void> {
  for (const {
    level,
    issued_on,
    registry,
    again,
    revoked,
    restored,
    suspended,
    lifted,
    replaced,
  } of one.certificates) {
    const certificate = await facts.certify(id, level, issued_on, registry)
    if (again) await facts.lookUp(certificate, 'osta', again)
    if (replaced && replaced >= issued_on) {
      await facts.revoke(certificate, replaced)
      await facts.certify(id, level, replaced, registry, certificate)
    } else if (revoked) {
      await facts.revoke(certificate, revoked)
      if (restored) await facts.restore(certificate)
    }
    if (suspended) await facts.suspend(certificate, suspended, lifted && lifted >= suspended ? lifted : null)
  }
  for (const { hours, completed_on, approval } of one.hours) await facts.train(id, hours, completed_on, approval)
  for (const { valid_until, ...paper } of one.licences)
    await w.db
      .insertInto('licences')
      .values({
        ...{ ...paper, person_id: id, number: `L${++numbers}` },
        valid_until: valid_until && valid_until > paper.issued_on ? valid_until : null,
      })
      .execute()
  for (const one_claim of one.claims)
    await w.db
      .insertInto('allowance_claims')
      .values({ ...one_claim, person_id: id, scheme_code: 'test-facts' })
      .onConflict((oc) => oc.doNothing())
      .execute()
  if (one.conduct)
    await w.db
      .insertInto('conduct_events')
      .values({
        ...{ person_id: id, kind: 'ethics_breach', decided_on: one.conduct.happened_on, decision: '测试' },
        ...one.conduct,
      })
      .execute()
}

async function settleElsewhere(
  w: World,
  person_id: string,
  { looks, ...paper }: NonNullable<MadePerson['elsewhere']>,
): Promise<void> {
  const { id } = await w.db
    .insertInto('external_certificates')
    .values({
      ...{ ...paper, person_id, number: `EXT${String(++numbers).padStart(8, '0')}`, kind: 'skill_level' },
      ...{ occupation_code: '4-10-01-05', occupation_name: '养老护理员', issuer_name: '外地评价机构' },
      organisation_id: w.org.trainer,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const look of looks)
    await sql`insert into external_certificate_checks (certificate_id, revision, registry, result, checked_on, evidence)
      values (${id}::uuid, 1, ${look.registry}, ${look.result}, ${look.checked_on}::date, '测试')`.execute(w.db)
}
