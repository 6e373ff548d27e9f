/** Judges people of a run and writes their lines, part by part. */
import { setImmediate as turn } from 'node:timers/promises'
import { type Db, readByRange, type Tx } from '../platform/database.ts'
import { type LedgerEntry, type Line, linesFor, type Plan } from './corrections.ts'
import type { Facts } from './evaluate.ts'
import { peopleOf } from './fact-rows.ts'
import { readFacts, readLedger, type Window } from './facts.ts'
import { copyLines, textsOf } from './lines.ts'
import type { Run } from './run-months.ts'
import { changedAmong } from './run-people.ts'

/** So many parts are under way at once on PostgreSQL: one is judged while the database reads another and takes the lines of a third. */
const LANES = 3

/** Parts are read on connections `beside` the transaction that takes their lines; on the transaction itself one after another. */
export async function computeParts(tx: Tx, beside: Db, run: Run, plan: Plan, parts: string[][]): Promise<void> {
  const changed = await changedIn(tx, run, plan, parts)
  let next = 0
  let writing = Promise.resolve()
  const goOn = async (reading: Db) => {
    for (let ids = parts[next++]; ids; ids = parts[next++]) {
      const judged = await judgePart(run.id, ids, await readPart(reading, run, plan, ids, changed))
      // one at a time: a connection takes one statement
      writing = writing.then(() => writePart(tx, run, judged))
      await writing
    }
  }
  if (beside === tx) return goOn(tx)
  const lanes = Array.from({ length: Math.min(LANES, parts.length) }, () =>
    beside.transaction().execute(async (reading) => {
      await readByRange(reading)
      await goOn(reading)
    }),
  )
  // where one fails the others begin nothing more, and the transaction is theirs until they are done
  for (const lane of lanes) lane.catch(() => (next = parts.length))
  const ended = await Promise.allSettled(lanes)
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

async function writePart(tx: Tx, run: Run, { first_person_id, rows, digests, attended_elsewhere }: Judged) {
  await copyLines(tx, rows)
  const part = { run_id: run.id, first_person_id, line_digests: Buffer.concat(digests), attended_elsewhere }
  await tx.insertInto('run_parts').values(part).execute()
}

interface Judged {
  first_person_id: string
  rows: string[]
  digests: Buffer[]
  /** who was paid for a month in which they attended somewhere else too: what findings about attendance look at */
  attended_elsewhere: string[]
}

/** How many people before others get a turn: the next statement is sent, lines go on their way. */
const TURN = 250

/** Lines are text as soon as they can be: they need a tenth of the room. */
async function judgePart(run_id: string, ids: string[], knownOf: (id: string) => KnownOne): Promise<Judged> {
  const judged: Judged = { first_person_id: ids[0]!, rows: [], digests: [], attended_elsewhere: [] }
  for (let at = 0; at < ids.length; at += TURN) {
    await turn()
    const lines = ids.slice(at, at + TURN).flatMap((id) => {
      const { facts, ledger, plan } = knownOf(id)
      const own = linesFor(id, facts, ledger, plan)
      if (own.some((line) => attendedElsewhere(line, facts))) judged.attended_elsewhere.push(id)
      return own
    })
    const { rows, digests } = textsOf(run_id, lines)
    judged.rows.push(...rows)
    judged.digests.push(digests)
  }
  return judged
}

/** By person: what is known, what was booked, and the months to judge. */
type Known = Map<string, KnownOne>
interface KnownOne {
  facts: Facts
  ledger: LedgerEntry[]
  plan: Plan
}

/** Of whom something became known since the last run: everybody, or these, whose facts are read already where they are few. */
interface Changed {
  ids: Set<string>
  known: Known
}

/** A handful in each part would cost each as much as all of them at once do. */
async function changedIn(tx: Tx, run: Run, plan: Plan, parts: string[][]): Promise<Changed> {
  const all = parts.flat()
  if (run.changes_since === null || all.length === 0) return { ids: new Set(all), known: new Map() }
  const changed = await changedAmong(tx, run.id, all)
  const some = all.filter((id) => changed.has(id))
  const known: Known = some.length > parts[0]!.length ? new Map() : await readKnown(tx, run, plan, some)
  return { ids: changed, known }
}

/** Of whom nothing became known since the last run, the run's own month alone; of the others all months. */
async function readPart(
  db: Db,
  run: Run,
  plan: Plan,
  ids: string[],
  changed: Changed,
): Promise<(id: string) => KnownOne> {
  const own: Plan = { ...plan, months: plan.months.filter(({ month, people }) => month === run.month || people) }
  const unread = ids.filter((id) => !changed.known.has(id))
  const others = await readKnown(
    db,
    run,
    own,
    unread.filter((id) => !changed.ids.has(id)),
  )
  const anew = await readKnown(
    db,
    run,
    plan,
    unread.filter((id) => changed.ids.has(id)),
  )
  return (id) => (changed.known.get(id) ?? anew.get(id) ?? others.get(id))!
}

async function readKnown(db: Db, run: Run, plan: Plan, ids: string[]): Promise<Known> {
  if (ids.length === 0) return new Map()
  const window = windowOf(run, plan, ids)
  const people = await peopleOf(db, ids)
  const factsOf = await readFacts(db, people, window)
  const ledger = await readLedger(db, people, run.scheme_code, window)
  return new Map(ids.map((id) => [id, { facts: factsOf(id), ledger: ledger.get(id) ?? [], plan }]))
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
