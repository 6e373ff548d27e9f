/** Puts a test database back as it was when it was made, in milliseconds and in spite of frozen tables. */
import { sql } from 'kysely'
import type { Db } from '../../src/platform/database.ts'

/** Keeps copies of all rows (the reference data of a fresh database) for {@link resetOf}. */
export async function remember(db: Db): Promise<void> {
  await sql`create schema huyu_test`.execute(db)
  for (const name of await dataTables(db)) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(db)
    if (rows.length > 0)
      await sql`create table ${sql.table(`huyu_test.${name}`)} as table ${sql.table(name)}`.execute(db)
  }
}

/**
 * The statements that put it back, to be sent as one text by a superuser: `replica` switches off triggers and foreign keys, so
 * that frozen tables can be emptied and rows put back in any order; for so few rows `delete` is quicker than `truncate`.
 */
export async function resetOf(db: Db): Promise<string> {
  const deletions = (await dataTables(db)).map((name) => `delete from "${name}"`)
  const insertions = (await keptTables(db)).map(
    ({ name, columns }) => `insert into "${name}" (${columns}) select ${columns} from huyu_test."${name}"`,
  )
  return ['begin', 'set local session_replication_role = replica', ...deletions, ...insertions, 'commit'].join(';\n')
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
async function keptTables(db: Db): Promise<{ name: string; columns: string }[]> {
  const { rows } = await sql<{ name: string; columns: string }>`
    select t.table_name::text as name, string_agg(quote_ident(c.column_name), ', ') as columns
    from information_schema.tables t join information_schema.columns c using (table_name)
    where t.table_schema = 'huyu_test' and c.table_schema = 'public' and c.is_generated = 'NEVER'
    group by 1`.execute(db)
  return rows
}

/** Puts all rows of one database in the place of another's, ids and instants as they are; the other's session is a superuser's. */
export async function copyData(from: Db, to: Db): Promise<void> {
  const tables = await dataTables(from)
  await to.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx)
    for (const name of tables) await sql`delete from ${sql.table(name)}`.execute(tx)
    for (const name of tables) {
      const { rows: columns } = await sql<{ name: string }>`
        select column_name::text as name from information_schema.columns
        where table_schema = 'public' and table_name = ${name} and is_generated = 'NEVER' order by ordinal_position`.execute(
        from,
      )
      const list = sql.join(columns.map((column) => sql.ref(column.name)))
      const { rows } = await sql<{
        all: string | null
      }>`select jsonb_agg(to_jsonb(t))::text as all from ${sql.table(name)} t`.execute(from)
      if (rows[0]!.all)
        await sql`insert into ${sql.table(name)} (${list}) overriding system value
          select ${list} from jsonb_populate_recordset(null::${sql.table(name)}, ${rows[0]!.all}::jsonb)`.execute(tx)
    }
  })
}
