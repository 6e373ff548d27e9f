/** Judges people of a run and writes their lines, part by part. */
import type { Db, Tx } from '../platform/database.ts'
import { readByRange } from '../platform/database.ts'
import { type LedgerEntry, type Line, linesFor, type Plan } from './corrections.ts'
import type { Facts } from './evaluate.ts'
import { readFacts, readLedger, type Window } from './facts.ts'
import { insertLines } from './lines.ts'
import type { Run } from './run-months.ts'
import { changedAmong } from './run-people.ts'

/** Each part is read on `beside` while the one before it is judged and written. */
export async function computeParts(tx: Tx, beside: Db, run: Run, plan: Plan, parts: string[][]): Promise<void> {
  await readAhead(
    tx,
    beside,
    parts,
    (db, some) => readPart(db, run, plan, some),
    async (some, known) => {
      const lines = some.flatMap((id) => linesFor(id, known.factsOf(id), known.ledger.get(id) ?? [], known.planOf(id)))
      const line_digests = await insertLines(tx, run.id, lines)
      const attended_elsewhere = lines.filter((line) => attendedElsewhere(line, known.factsOf(line.person_id)))
      await tx
        .insertInto('run_parts')
        .values({
          ...{ run_id: run.id, first_person_id: some[0]!, line_digests },
          attended_elsewhere: attended_elsewhere.map(({ person_id }) => person_id),
        })
        .execute()
    },
  )
}

/** What the next people need is read on a connection beside this one, if there is another, while these are judged and written. */
async function readAhead<T>(
  tx: Tx,
  beside: Db,
  parts: string[][],
  read: (db: Db, ids: string[]) => Promise<T>,
  work: (ids: string[], known: T) => Promise<void>,
): Promise<void> {
  if (beside === tx) {
    for (const ids of parts) await work(ids, await read(tx, ids))
    return
  }
  await beside.transaction().execute(async (reading) => {
    await readByRange(reading)
    let next = parts[0] && read(reading, parts[0])
    for (const [at, ids] of parts.entries()) {
      const known = await next!
      const following = parts[at + 1]
      next = following && read(reading, following)
      // told when it is waited for, not before
      next?.catch(() => {})
      await work(ids, known)
    }
  })
}

interface Known {
  factsOf: (id: string) => Facts
  ledger: Map<string, LedgerEntry[]>
  planOf: (id: string) => Plan
}

/** Of whom nothing became known since the last run, the run's own month alone; of the others all months. */
async function readPart(db: Db, run: Run, plan: Plan, ids: string[]): Promise<Known> {
  const own: Plan = { ...plan, months: plan.months.filter(({ month, people }) => month === run.month || people) }
  const changed = run.changes_since === null ? new Set(ids) : await changedAmong(db, run.id, ids)
  const [again, unchanged] = [ids.filter((id) => changed.has(id)), ids.filter((id) => !changed.has(id))]
  const parts = [
    ...(again.length > 0 ? [{ ids: again, plan }] : []),
    ...(unchanged.length > 0 ? [{ ids: unchanged, plan: own }] : []),
  ]
  const ledger = new Map<string, LedgerEntry[]>()
  const readers: ((id: string) => Facts)[] = []
  for (const part of parts) {
    const window = windowOf(run, part.plan, part.ids)
    readers.push(await readFacts(db, part.ids, window))
    for (const [id, entries] of await readLedger(db, part.ids, run.scheme_code, window)) ledger.set(id, entries)
  }
  return {
    factsOf: (id) => readers[readers.length > 1 && !changed.has(id) ? 1 : 0]!(id),
    ledger,
    planOf: (id) => (changed.has(id) ? plan : own),
  }
}

function windowOf(run: Run, plan: Plan, ids: string[]): Window {
  const months = plan.months.filter(({ people }) => !people || ids.some((id) => people.has(id)))
  return {
    cutoff: run.cutoff,
    months: [...new Set(months.map(({ month }) => month))],
    rules: months.map(({ rules }) => rules),
  }
}

/** What findings about attendance look at. */
function attendedElsewhere({ month, entitlement_fen, previous_fen, employment }: Line, { attendance }: Facts): boolean {
  return (
    entitlement_fen > (previous_fen ?? 0) &&
    attendance.some((one) => one.month === month && one.days > 0 && one.organisation_id !== employment?.organisation.id)
  )
}
