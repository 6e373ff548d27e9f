/** Pages of a register as the values of the columns that name a person, masked or in full. */
import type { Named } from '../people/register-queries.ts'
import type { Context } from '../platform/context.ts'
import { CHUNK_ROWS, type Values } from './rules.ts'

/** The pages of a register one after the other, with numbers as asked for. */
export async function* pagesOf<R extends Named>(
  context: Context,
  full: boolean,
  next: (after: string | null, limit: number) => Promise<R[]>,
  valuesOf: (row: R) => Values | Promise<Values>,
): AsyncGenerator<Values[]> {
  for (let after: string | null = null; ; ) {
    const rows: R[] = await next(after, CHUNK_ROWS)
    if (rows.length === 0) return
    yield await Promise.all(
      rows.map(async (row) => ({
        ...(await valuesOf(row)),
        person_id: row.person_id,
        name: row.name,
        id_type: row.id_type,
        id_number: full ? await context.vault.open(row.id_number_sealed) : row.id_number_masked,
      })),
    )
    after = rows.at(-1)!.id
  }
}
