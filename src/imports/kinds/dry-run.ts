/** What an action would refuse, found by doing it and taking it back: the rules stay written once. */
import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import { type Fault, Refusal } from '../../platform/errors.ts'

/** Does it in a savepoint that is always rolled back, locks included; answers the refusal, or null where it would be done. */
export async function dryRun(tx: Tx, act: () => Promise<unknown>): Promise<Refusal | null> {
  await sql`savepoint dry_run`.execute(tx)
  try {
    await act()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  } finally {
    await sql`rollback to savepoint dry_run`.execute(tx)
  }
}

/** Faults of a refusal by the index in their pointer (`/items/3/theory` → 3), with what remains of the pointer. A refusal of all rows is thrown again. */
export function faultsByRow(refusal: Refusal | null): Map<number, Fault[]> {
  if (refusal && refusal.faults.length === 0) throw refusal
  const faults = new Map<number, Fault[]>()
  for (const fault of refusal?.faults ?? []) {
    const [, , index, ...rest] = fault.pointer.split('/')
    faults.set(Number(index), [...(faults.get(Number(index)) ?? []), { ...fault, pointer: `/${rest.join('/')}` }])
  }
  return faults
}
