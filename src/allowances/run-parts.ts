/** Judges people of a run and writes their lines, part by part. */
import { setImmediate as turn } from 'node:timers/promises'
import { type Db, readByRange, type Tx } from '../platform/database.ts'
import { together } from '../platform/together.ts'
import { type LedgerEntry, type Line, linesFor, type Plan } from './corrections.ts'
import type { Facts, OrganisationFact } from './evaluate.ts'
import { type People, peopleOf } from './fact-rows.ts'
import { readFacts, readLedger, type Window } from './facts.ts'
import { copyLines, textsOf } from './lines.ts'
import type { Run } from './run-months.ts'
import { candidates, changedAmong } from './run-people.ts'

/** So many parts are under way at once on PostgreSQL: one is judged while the database reads another and takes the lines of a third. */
const LANES = 3

export interface SliceOfPeople {
  run: Run
  plan: Plan
  /** in order of id, after that of one, at most so many of them in all, so many looked up at once, so many a part */
  after: string
  slice: number
  lot: number
  part: number
}

/**
 * Judges people and writes their lines; answers how many there were and the last of them. Parts are read on connections `beside` the
 * transaction that takes their lines; on the transaction itself one after another.
 */
export async function computeParts(tx: Tx, beside: Db, { after, slice, lot, part, ...rest }: SliceOfPeople) {
  const work: Work = { ...rest, organisations: new Map() }
  const { run, plan } = work
  const made = { done: 0, last: after }
  // a connection takes one statement at a time; parts judged side by side would all be done at once, and the database idle until then
  const [written, judged] = [inTurn(), inTurn()]
  const lookUp = () =>
    written.add(async (): Promise<Lot> => {
      const ids = await candidates(tx, run, plan, made.last, Math.min(lot, slice - made.done))
      made.done += ids.length
      made.last = ids.at(-1) ?? made.last
      const { dense } = await peopleOf(tx, ids)
      return { ids, dense, changed: await changedIn(tx, work, ids, part) }
    })
  async function* partsOf() {
    for (let coming: Promise<Lot> | null = lookUp(); coming; ) {
      const { ids, ...shared }: Lot = await coming
      // while the parts of this one are computed
      coming = ids.length === lot && made.done < slice ? lookUp() : null
      for (let at = 0; at < ids.length; at += part) yield { ids: ids.slice(at, at + part), ...shared }
    }
  }
  const parts = partsOf()
  const goOn = async (reading: Db) => {
    for (let next = await parts.next(); !next.done; next = await parts.next()) {
      const known = await readPart(reading, work, next.value)
      const lines = await judged.add(() => judgePart(run.id, next.value.ids, known))
      // the next part is read as soon as it is this one's turn
      const before = written.last()
      written.add(() => writePart(tx, run, lines))
      await before
    }
  }
  const lanes =
    beside === tx
      ? [goOn(tx)]
      : Array.from({ length: LANES }, () =>
          beside.transaction().execute(async (reading) => {
            await readByRange(reading)
            await goOn(reading)
          }),
        )
  // where one fails the others begin nothing more, and the transaction is theirs until they are done
  for (const lane of lanes) lane.catch(() => parts.return())
  const ended = [...(await Promise.allSettled(lanes)), ...(await Promise.allSettled([written.last()]))]
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  return made
}

/** One thing after another; nothing after one that failed. */
function inTurn() {
  let last: Promise<unknown> = Promise.resolve()
  return {
    add: <T>(does: () => Promise<T>): Promise<T> => {
      const done = last.then(does)
      done.catch(() => {})
      last = done
      return done
    },
    last: () => last,
  }
}

interface Lot extends People {
  changed: Changed
}

async function writePart(tx: Tx, run: Run, { first_person_id, text, digests, attended_elsewhere }: Judged) {
  await copyLines(tx, text)
  const part = { run_id: run.id, first_person_id, line_digests: Buffer.concat(digests), attended_elsewhere }
  await tx.insertInto('run_parts').values(part).execute()
}

interface Judged {
  first_person_id: string
  text: string
  digests: Buffer[]
  /** who was paid for a month in which they attended somewhere else too: what findings about attendance look at */
  attended_elsewhere: string[]
}

/** How many people before others get a turn: the next statement is sent, lines go on their way. */
const TURN = 50

/** Lines are text as soon as they can be: they need a tenth of the room. */
async function judgePart(run_id: string, ids: string[], knownOf: KnownOf): Promise<Judged> {
  const judged: Judged = { first_person_id: ids[0]!, text: '', digests: [], attended_elsewhere: [] }
  for (let at = 0; at < ids.length; at += TURN) {
    await turn()
    const lines = ids.slice(at, at + TURN).flatMap((id) => {
      const { facts, ledger, plan } = knownOf(id)
      const own = linesFor(id, facts, ledger, plan)
      if (own.some((line) => attendedElsewhere(line, facts))) judged.attended_elsewhere.push(id)
      return own
    })
    const { text, digests } = textsOf(run_id, lines)
    judged.text += text
    judged.digests.push(digests)
  }
  return judged
}

/** What the parts of a slice share; the organisations are those read so far. */
interface Work {
  run: Run
  plan: Plan
  organisations: Map<string, OrganisationFact>
}

/** Of a person: what is known, what was booked, and the months to judge. */
type KnownOf = (id: string) => KnownOne
interface KnownOne {
  facts: Facts
  ledger: LedgerEntry[]
  plan: Plan
}

/** Of whom something became known since the last run: everybody, or these, whose facts are read already (`known`) where they are few. */
interface Changed {
  ids: Set<string>
  known: KnownOf | null
}

/** A handful in each part would cost each as much as all of them at once do. */
async function changedIn(tx: Tx, work: Work, all: string[], part: number): Promise<Changed> {
  const { run } = work
  if (run.changes_since === null || all.length === 0) return { ids: new Set(all), known: null }
  const changed = await changedAmong(tx, run.id, all)
  const some = all.filter((id) => changed.has(id))
  return { ids: changed, known: some.length > part ? null : await readKnown(tx, work, { ids: some, dense: false }) }
}

/** Of whom nothing became known since the last run, the run's own month alone; of the others all months. */
async function readPart(db: Db, work: Work, { ids, dense, changed }: Lot): Promise<KnownOf> {
  const { run, plan } = work
  const months = plan.months.filter(({ month, people }) => month === run.month || people)
  const [unchanged, anew] = [ids.filter((id) => !changed.ids.has(id)), ids.filter((id) => changed.ids.has(id))]
  const peopleAmong = (some: string[]) => ({ ids: some, dense: dense && 2 * some.length > ids.length })
  const others = await readKnown(db, { ...work, plan: { ...plan, months } }, peopleAmong(unchanged))
  const known = changed.known ?? (await readKnown(db, work, peopleAmong(anew)))
  return (id) => (changed.ids.has(id) ? known(id) : others(id))
}

async function readKnown(db: Db, work: Work, people: People): Promise<KnownOf> {
  const { ids } = people
  if (ids.length === 0)
    return (id) => {
      throw new Error(`nothing was read of ${id}`)
    }
  const { run, plan } = work
  const window = windowOf(work, ids)
  const reading = together(db)
  const [factsOf, ledger] = await Promise.all([
    readFacts(reading, people, window),
    readLedger(reading, people, run.scheme_code, window),
  ])
  return (id) => ({ facts: factsOf(id), ledger: ledger.get(id) ?? [], plan })
}

function windowOf({ run, plan, organisations }: Work, ids: string[]): Window {
  const months = plan.months.filter(({ people }) => !people || ids.some((id) => people.has(id)))
  return {
    cutoff: run.cutoff,
    months: [...new Set(months.map(({ month }) => month))],
    rules: months.map(({ rules }) => rules),
    organisations,
  }
}

function attendedElsewhere({ month, entitlement_fen, previous_fen, employment }: Line, { attendance }: Facts): boolean {
  return (
    entitlement_fen > (previous_fen ?? 0) &&
    attendance.some((one) => one.month === month && one.days > 0 && one.organisation_id !== employment?.organisation.id)
  )
}
