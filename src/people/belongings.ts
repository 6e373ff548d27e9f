/** Everything that belongs to a person, table by table, and how it goes from one record to another and back. */
import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../platform/database.ts'

interface Belonging {
  table: string
  /** columns that find the row again; a row that no longer has them has changed since it was moved */
  key: string[]
  /** when a row of both records (`mine`, `theirs`) says the same, or the database allows only one of them */
  same: string | null
  /** a fact is closed and written again; of anything else the pointer moves */
  fact: boolean
}

/**
 * Whatever has a `person_id` and is to follow the person: a new table is one line here, and a trigger `guard_merged_person` in its
 * migration. Lines and ledger of the allowances are not among them: what was approved stays with the record it was approved for.
 */
export const BELONGINGS: Belonging[] = [
  fact(
    'employments',
    ['id'],
    ['organisation_id', 'post'],
    'daterange(mine.starts_on, mine.ends_on) && daterange(theirs.starts_on, theirs.ends_on)',
  ),
  fact('service_months', ['month', 'organisation_id'], ['month', 'organisation_id']),
  fact('education_hours', ['id'], ['completed_on', 'provider', 'subject']),
  fact('conduct_events', ['id'], ['kind', 'happened_on', 'decided_on', 'decision']),
  fact('educations', ['id'], ['level', 'school'], 'mine.graduated_on is not distinct from theirs.graduated_on'),
  fact('licences', ['id'], ['kind', 'number']),
  fact('allowance_claims', ['id'], ['scheme_code', 'component', 'claimed_on']),
  fact('external_certificates', ['id'], ['number', 'kind']),
  fact('entry_declarations', ['id'], ['kind', 'occupation_code', 'from_on']),
  pointer('enrolments', ['id', 'status'], ['class_id']),
  pointer('teachers', ['id'], ['organisation_id']),
  pointer('notices', ['id']),
  pointer('competition_entries', ['id', 'station'], ['event_id']),
  pointer('competition_entry_members', ['entry_id'], ['event_id']),
  pointer('promotions', ['id'], ['competition_id']),
  // two members of a team who turn out to be one person have two awards of its entry: one stays where it is
  pointer('certificates', ['id'], ['entry_id']),
  pointer('certificate_batch_people', ['batch_id', 'ordinal']),
  pointer('roster_entries', ['organisation_id'], ['organisation_id']),
  pointer('person_documents', ['document_id']),
  pointer('person_photos', ['id']),
  // what both asked about the same month stays where it is
  pointer('allowance_objections', ['id'], ['scheme_code', 'month', 'seq']),
  pointer('accounts', ['id']),
]

function fact(table: string, key: string[], same: string[], also?: string): Belonging {
  return { table, key, same: [...equal(same), ...(also ? [also] : [])].join(' and '), fact: true }
}

function pointer(table: string, key: string[], same: string[] = []): Belonging {
  return { table, key, same: same.length > 0 ? equal(same).join(' and ') : null, fact: false }
}

function equal(columns: string[]): string[] {
  return columns.map((column) => `mine.${column} = theirs.${column}`)
}

/** By table the keys of rows. */
export type Keys = Record<string, Record<string, unknown>[]>

export interface Pair {
  merged_id: string
  survivor_id: string
}

/** What a merge would move, and what would stay because the survivor has the same. */
export async function planMove(db: Db, { merged_id, survivor_id }: Pair): Promise<{ moved: Keys; not_carried: Keys }> {
  const { rows } = await sql<{ table: string; key: Record<string, unknown>; same: boolean }>`${sql.join(
    BELONGINGS.map(
      (one) =>
        sql`select ${one.table}::text as "table", ${keyOf(one, 'mine')} as key, ${
          one.same
            ? sql`exists (select from ${sql.table(one.table)} theirs where theirs.person_id = ${survivor_id}::uuid and ${current(one, 'theirs')} and ${sql.raw(one.same)})`
            : sql`false`
        } as same from ${sql.table(one.table)} mine where mine.person_id = ${merged_id}::uuid and ${current(one, 'mine')}`,
    ),
    sql` union all `,
  )}`.execute(db)
  return { moved: byTable(rows.filter(({ same }) => !same)), not_carried: byTable(rows.filter(({ same }) => same)) }
}

/** Moves the planned rows. Facts that are not carried are closed too: the merged record holds none any more. */
export async function moveBelongings(tx: Tx, pair: Pair, moved: Keys, at: string): Promise<void> {
  for (const one of BELONGINGS) {
    const planned = sql`${keyOf(one, one.fact ? 'closed' : 'mine')} in (${keysIn(moved[one.table])})`
    const table = sql.table(one.table)
    await (one.fact
      ? sql`
        with closed as (
          update ${table} set known_to = ${at}::timestamptz where person_id = ${pair.merged_id}::uuid and known_to = 'infinity' returning *
        )
        insert into ${table} select again.* from closed, ${again(one, 'closed', pair.survivor_id, at)} where ${planned}`
      : sql`update ${table} mine set person_id = ${pair.survivor_id}::uuid where mine.person_id = ${pair.merged_id}::uuid and ${planned}`
    ).execute(tx)
  }
}

/**
 * Takes back what stands as it was moved at `merged_at`, and opens again what was closed then. Answers the keys of what has changed
 * since and stays with the survivor.
 */
export async function returnBelongings(
  tx: Tx,
  pair: Pair,
  moved: Keys,
  { merged_at, at }: { merged_at: string; at: string },
): Promise<Keys> {
  const kept: Keys = {}
  for (const one of BELONGINGS) {
    const table = sql.table(one.table)
    const planned = keysIn(moved[one.table])
    const { rows } = await (one.fact
      ? sql<{ key: Record<string, unknown> }>`
        with mine as materialized (
          select * from ${table} where person_id = ${pair.merged_id}::uuid and known_to = ${merged_at}::timestamptz
        ), standing as (
          update ${table} theirs set known_to = ${at}::timestamptz from mine
          where theirs.person_id = ${pair.survivor_id}::uuid and theirs.known_to = 'infinity' and ${keyOf(one, 'mine')} in (${planned})
            and ${said('mine')} = ${said('theirs')}
          returning ${keyOf(one, 'theirs')} as key
        ), back as (
          insert into ${table} select again.* from mine, ${again(one, 'mine', pair.merged_id, at)}
          where ${keyOf(one, 'mine')} not in (${planned}) or ${keyOf(one, 'mine')} in (select key from standing)
        )
        select key from (${planned}) planned (key) where key not in (select key from standing)`
      : sql<{ key: Record<string, unknown> }>`
        with back as (
          update ${table} mine set person_id = ${pair.merged_id}::uuid
          where mine.person_id = ${pair.survivor_id}::uuid and ${keyOf(one, 'mine')} in (${planned}) returning ${keyOf(one, 'mine')} as key
        )
        select key from (${planned}) planned (key) where key not in (select key from back)`
    ).execute(tx)
    if (rows.length > 0) kept[one.table] = rows.map(({ key }) => key)
  }
  return kept
}

function current({ fact }: Belonging, alias: string): RawBuilder<unknown> {
  return fact ? sql`${sql.ref(alias)}.known_to = 'infinity'` : sql`true`
}

function keyOf({ key }: Belonging, alias: string): RawBuilder<unknown> {
  return sql.raw(`jsonb_build_object(${key.map((column) => `'${column}', ${alias}.${column}`).join(', ')})`)
}

function keysIn(keys: Record<string, unknown>[] = []): RawBuilder<unknown> {
  return sql`select jsonb_array_elements(${JSON.stringify(keys)}::jsonb)`
}

/** A row of `alias` whole, whatever columns it has, as the new version of another record. */
function again({ table }: Belonging, alias: string, person_id: string, at: string): RawBuilder<unknown> {
  return sql`lateral jsonb_populate_record(null::${sql.table(table)}, to_jsonb(${sql.ref(alias)}) || jsonb_build_object(
    'person_id', ${person_id}::uuid, 'known_from', ${at}::timestamptz, 'known_to', 'infinity'::timestamptz)) again`
}

/** What a fact says, whoever's it is and since whenever it is known. */
function said(alias: string): RawBuilder<unknown> {
  return sql`to_jsonb(${sql.ref(alias)}) - array['person_id', 'known_from', 'known_to']`
}

function byTable(rows: { table: string; key: Record<string, unknown> }[]): Keys {
  const keys: Keys = {}
  for (const { table, key } of rows) {
    keys[table] ??= []
    keys[table].push(key)
  }
  return keys
}
