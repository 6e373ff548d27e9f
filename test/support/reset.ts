/** Puts a test database back as it was when it was made, in milliseconds and in spite of frozen tables. */
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../src/platform/database.ts'

/** Keeps copies of all rows (the reference data of a fresh database) for {@link reset}. */
export async function remember(db: Db): Promise<void> {
  await sql`create schema huyu_test`.execute(db)
  for (const name of await dataTables(db)) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(db)
    if (rows.length > 0)
      await sql`create table ${sql.table(`huyu_test.${name}`)} as table ${sql.table(name)}`.execute(db)
  }
}

/** `db` must be a superuser's: `replica` switches off triggers and foreign keys, so that frozen tables can be emptied and rows put back in any order. */
export async function reset(db: Db): Promise<void> {
  const tables = (await dataTables(db)).map((name) => sql.table(name))
  const kept = await keptTables(db)
  await db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx)
    await sql`truncate ${sql.join(tables)} restart identity`.execute(tx)
    for (const { name, columns } of kept) {
      const list = sql.join(columns.map((column): RawBuilder<unknown> => sql.ref(column)))
      await sql`insert into ${sql.table(name)} (${list}) select ${list} from ${sql.table(`huyu_test.${name}`)}`.execute(
        tx,
      )
    }
  })
}

/** Tables that hold data of the program; what the migrations keep about themselves is not among them. */
async function dataTables(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname !~ 'migration'
    order by 1`.execute(db)
  return rows.map((row) => row.name)
}

/** Generated columns are left to the database. */
async function keptTables(db: Db): Promise<{ name: string; columns: string[] }[]> {
  const { rows } = await sql<{ name: string; columns: string[] }>`
    select c.table_name::text as name, array_agg(c.column_name::text) as columns
    from information_schema.tables t join information_schema.columns c using (table_name)
    where t.table_schema = 'huyu_test' and c.table_schema = 'public' and c.is_generated = 'NEVER'
    group by 1`.execute(db)
  return rows
}
