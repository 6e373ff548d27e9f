/** Judges people of a run and writes their lines, part by part. */
import { setImmediate as turn } from 'node:timers/promises'
import { type Db, readByRange, type Tx } from '../platform/database.ts'
import { type LedgerEntry, type Line, linesFor, type Plan } from './corrections.ts'
import type { Facts } from './evaluate.ts'
import { peopleOf } from './fact-rows.ts'
import { readFacts, readLedger, type Window } from './facts.ts'
import { insertLines } from './lines.ts'
import type { Run } from './run-months.ts'
import { changedAmong } from './run-people.ts'

/**
 * Each part is read on `beside` while the one before it is judged, and that one's lines are written while the next is judged; on the
 * transaction itself one after another.
 */
export async function computeParts(tx: Tx, beside: Db, run: Run, plan: Plan, parts: string[][]): Promise<void> {
  const read = (db: Db, ids: string[]) => readPart(db, run, plan, ids)
  const write = async ({ first_person_id, lines, attended_elsewhere }: Judged) => {
    const line_digests = await insertLines(tx, run.id, lines)
    const part = { run_id: run.id, first_person_id, line_digests, attended_elsewhere }
    await tx.insertInto('run_parts').values(part).execute()
  }
  if (beside === tx) {
    for (const ids of parts) await write(await judgePart(ids, await read(tx, ids)))
    return
  }
  await beside.transaction().execute(async (reading) => {
    await readByRange(reading)
    let next = parts[0] && begun(read(reading, parts[0]))
    let writing: Promise<void> | undefined
    for (const [at, ids] of parts.entries()) {
      const known = await next!
      const following = parts[at + 1]
      next = following && begun(read(reading, following))
      const judged = await judgePart(ids, known)
      await writing
      writing = begun(write(judged))
    }
    await writing
  })
}

/** Its fault is told when it is waited for, not before. */
function begun<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {})
  return work
}

interface Judged {
  first_person_id: string
  lines: Line[]
  /** who was paid for a month in which they attended somewhere else too: what findings about attendance look at */
  attended_elsewhere: string[]
}

/** How many people before others get a turn: the next statement is sent, lines go on their way. */
const TURN = 250

async function judgePart(ids: string[], known: Known): Promise<Judged> {
  const judged: Judged = { first_person_id: ids[0]!, lines: [], attended_elsewhere: [] }
  for (const [at, id] of ids.entries()) {
    if (at % TURN === 0) await turn()
    const { facts, ledger, plan } = known.get(id)!
    const lines = linesFor(id, facts, ledger, plan)
    judged.lines.push(...lines)
    if (lines.some((line) => attendedElsewhere(line, facts))) judged.attended_elsewhere.push(id)
  }
  return judged
}

/** By person: what is known, what was booked, and the months to judge. */
type Known = Map<string, { facts: Facts; ledger: LedgerEntry[]; plan: Plan }>

/** Of whom nothing became known since the last run, the run's own month alone; of the others all months. */
async function readPart(db: Db, run: Run, plan: Plan, ids: string[]): Promise<Known> {
  const own: Plan = { ...plan, months: plan.months.filter(({ month, people }) => month === run.month || people) }
  const changed = run.changes_since === null ? new Set(ids) : await changedAmong(db, run.id, ids)
  const known: Known = new Map()
  for (const [some, plan_of_some] of [
    [ids.filter((id) => changed.has(id)), plan],
    [ids.filter((id) => !changed.has(id)), own],
  ] as const) {
    if (some.length === 0) continue
    const window = windowOf(run, plan_of_some, some)
    const people = await peopleOf(db, some)
    const factsOf = await readFacts(db, people, window)
    const ledger = await readLedger(db, people, run.scheme_code, window)
    for (const id of some) known.set(id, { facts: factsOf(id), ledger: ledger.get(id) ?? [], plan: plan_of_some })
  }
  return known
}

function windowOf(run: Run, plan: Plan, ids: string[]): Window {
  const months = plan.months.filter(({ people }) => !people || ids.some((id) => people.has(id)))
  return {
    cutoff: run.cutoff,
    months: [...new Set(months.map(({ month }) => month))],
    rules: months.map(({ rules }) => rules),
  }
}

function attendedElsewhere({ month, entitlement_fen, previous_fen, employment }: Line, { attendance }: Facts): boolean {
  return (
    entitlement_fen > (previous_fen ?? 0) &&
    attendance.some((one) => one.month === month && one.days > 0 && one.organisation_id !== employment?.organisation.id)
  )
}
