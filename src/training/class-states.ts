/** The states a class has gone through: opened, filed, accepted or returned, cancelled, completed; each a row with who, when and why. */
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import type { ClassState } from './filing-rules.ts'

/** Enters the next state of a class whose row the caller holds; the database derives `classes.status` of it and refuses what cannot follow. */
export async function enterState(
  tx: Tx,
  { actor, now }: Context,
  class_id: string,
  state: ClassState,
  { filing_id = null, reason = null }: { filing_id?: string | null; reason?: string | null } = {},
): Promise<void> {
  await tx
    .insertInto('class_states')
    .values({
      ...{ class_id, state, filing_id, reason, at: now },
      // the database numbers them
      ...{ number: 0, by_account: actor.account_id, by_name: actor.username },
    })
    .execute()
}

/** Of a class that the caller has found, the first one first. */
export function listStates(db: Db, class_id: string) {
  return db
    .selectFrom('class_states')
    .select((eb) => [
      'number',
      eb.ref('state').$castTo<ClassState>().as('state'),
      'filing_id',
      'reason',
      'by_name',
      'at',
    ])
    .where('class_id', '=', class_id)
    .orderBy('number')
    .execute()
}
