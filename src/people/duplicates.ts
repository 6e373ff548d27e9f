/** Records that may be one person: finding them, telling them apart for good, and warning whoever registers another. */
import { type RawBuilder, sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, PREPARED, type Tx } from '../platform/database.ts'
import { type Fault, refuseFaults } from '../platform/errors.ts'
import { type Page, type PageInput, readCursor, toPage } from '../platform/paging.ts'
import type { PersonCheck } from './actions.ts'
import { asJson, faultAt } from './bulk.ts'
import { missingPerson } from './merged-records.ts'
import type { DuplicateReason } from './merging-rules.ts'
import { getPeople, type Person } from './queries.ts'
import { personInScope } from './roster.ts'

export interface DuplicateCandidate {
  strength: 'strong' | 'weak'
  reasons: DuplicateReason[]
  people: [Person, Person]
}

interface Tier {
  rank: number
  /** keys that stand more than once, read off an index in order; of those that have a name, from the name of the cursor on */
  repeated: (from: RawBuilder<unknown>) => RawBuilder<unknown>
  /** the two people of a pair in order of id, so that it is found once */
  pairs: RawBuilder<unknown>
}

/** What makes a pair, the strongest first. */
const TIERS: Tier[] = [
  {
    rank: 1,
    repeated: () =>
      sql`select number_hash from person_documents where number_hash is not null group by number_hash having count(*) > 1`,
    pairs: sql`person_documents mine join person_documents theirs
      on mine.number_hash = repeated.number_hash and theirs.number_hash = repeated.number_hash and theirs.person_id > mine.person_id
      join people first on first.id = mine.person_id join people second on second.id = theirs.person_id`,
  },
  {
    // passports and old permanent residence cards say no birth date
    rank: 2,
    repeated: (from) => sql`select name, phone from people where merged_into is null and phone is not null ${from}
      group by name, phone having count(*) > 1`,
    pairs: sql`people first join people second on first.name = repeated.name and first.phone = repeated.phone
      and second.name = repeated.name and second.phone = repeated.phone and second.id > first.id
      and coalesce(second.birth_date = first.birth_date, true)`,
  },
  {
    rank: 3,
    repeated: (
      from,
    ) => sql`select name, birth_date from people where merged_into is null and birth_date is not null ${from}
      group by name, birth_date having count(*) > 1`,
    pairs: sql`people first join people second on first.name = repeated.name and first.birth_date = repeated.birth_date
      and second.name = repeated.name and second.birth_date = repeated.birth_date and second.id > first.id
      and coalesce(second.phone <> first.phone, true)`,
  },
]

const sameNumber = sql<boolean>`exists (select from person_documents mine join person_documents theirs using (number_hash)
  where mine.person_id = first.id and theirs.person_id = second.id)`

/**
 * Pairs of records within the scope that may be one person and that nobody has told apart: one document number under two types,
 * then same name and phone (and birth date, where both have one), then (weak) same name and birth date. Within each by name and ids.
 */
export async function listDuplicateCandidates(
  db: Db,
  { scope, now }: Pick<Context, 'scope' | 'now'>,
  filter: PageInput,
): Promise<Page<DuplicateCandidate>> {
  const after = readCursor(filter.cursor, 3)
  // cursors stand in addresses: they hold ids, and the name is looked up
  const name_before = sql`(select name from people where id = ${after?.[1] ?? null}::uuid)`
  const wanted = filter.limit + 1
  const tiers = TIERS.filter(({ rank }) => !after || rank >= Number(after[0])).map(({ rank, repeated, pairs }) => {
    const resumed = after && rank === Number(after[0])
    const later = resumed
      ? sql`and (first.name, first.id, second.id) > (${name_before}, ${after[1]}::uuid, ${after[2]}::uuid)`
      : sql``
    // who shares a number was listed above
    const others = rank === 1 ? sql`` : sql`and not ${sameNumber}`
    // what repeats comes in order of the name, so that a page is full before the register is read
    const name = rank === 1 ? sql`pair.name` : sql`repeated.name`
    // the offset keeps the planner from joining everybody with everybody before it looks at what repeats
    return sql`(
      select ${rank === 1 ? sql`distinct` : sql``} ${rank}::int as rank, ${name} as name, pair.first_id, pair.second_id
      from (${repeated(resumed ? sql`and name >= ${name_before}` : sql``)}) repeated cross join lateral (
        select first.name, first.id as first_id, second.id as second_id from ${pairs}
        where first.merged_into is null and second.merged_into is null
          and ${personInScope(scope, sql.ref('first.id'))} and ${personInScope(scope, sql.ref('second.id'))}
          and not exists (select from person_distinctions d where d.first_id = first.id and d.second_id = second.id) ${others} ${later}
        offset 0
      ) pair
      order by 2, 3, 4 limit ${wanted})`
  })
  const { rows } = await sql<PairRow>`
    with pair as materialized (${sql.join(tiers, sql` union all `)})
    select pair.*, ${sameNumber} as same_number,
      first.name = second.name and coalesce(first.birth_date = second.birth_date, false) as same_birth_date,
      first.name = second.name and coalesce(first.phone = second.phone, false)
        and coalesce(first.birth_date = second.birth_date, true) as same_phone
    from pair join people first on first.id = pair.first_id join people second on second.id = pair.second_id
    order by rank, pair.name, first_id, second_id limit ${wanted}`.execute(db)
  const page = toPage(rows, filter.limit, (row) => [row.rank, row.first_id, row.second_id])
  const people = await getPeople(
    db,
    scope,
    page.items.flatMap(({ first_id, second_id }) => [first_id, second_id]),
    localDate(now),
  )
  return {
    ...page,
    items: page.items.map((row) => ({
      strength: row.rank === 3 ? 'weak' : 'strong',
      reasons: reasonsOf(row),
      people: [people.get(row.first_id)!, people.get(row.second_id)!],
    })),
  }
}

interface PairRow {
  rank: number
  name: string
  first_id: string
  second_id: string
  same_number: boolean
  same_birth_date: boolean
  same_phone: boolean
}

function reasonsOf({ same_number, same_birth_date, same_phone }: PairRow): DuplicateReason[] {
  const alike: DuplicateReason | false =
    same_birth_date && same_phone
      ? 'same_name_birth_date_phone'
      : same_phone
        ? 'same_name_phone'
        : same_birth_date && 'same_name_birth_date'
  return [...(same_number ? ['same_document_number' as const] : []), ...(alike ? [alike] : [])]
}

/**
 * Two people of the scope are two people: the pair is not listed again. Said again it changes nothing. Refuses
 * `person.same_record`; 404 for somebody else's people, `person.merged` for a merged record.
 */
export async function tellApart(
  tx: Tx,
  context: Context,
  { person_ids, reason }: { person_ids: string[]; reason: string },
): Promise<{ person_ids: string[]; reason: string; decided_at: Date }> {
  const [first_id = '', second_id = ''] = [...person_ids].map((id) => id.toLowerCase()).sort()
  if (first_id === second_id)
    refuseFaults([
      faultAt(
        '/person_ids',
        'person.same_record',
        '两个编号是同一条记录，请给出两条不同的人员记录。',
        'Both ids are the same record: name two different ones.',
      ),
    ])
  const { rows } = await sql<{ id: string }>`
    select people.id from people where people.id in (${first_id}::uuid, ${second_id}::uuid) and ${personInScope(context.scope)}`.execute(
    tx,
  )
  for (const id of [first_id, second_id])
    if (!rows.some((row) => row.id === id)) await missingPerson(tx, context.scope, id)
  const made = await tx
    .insertInto('person_distinctions')
    .values({ first_id, second_id, reason, decided_by: context.actor.account_id })
    .onConflict((oc) => oc.doNothing())
    .returning('decided_at')
    .executeTakeFirst()
  if (made)
    await recordHistory(
      tx,
      context,
      ...[first_id, second_id].map((id) => ({
        kind: 'person.told_apart',
        subject_kind: 'person',
        subject_id: id,
        reason,
        changes: { from: id === first_id ? second_id : first_id },
      })),
    )
  const known = await tx
    .selectFrom('person_distinctions')
    .select(['reason', 'decided_at'])
    .where((eb) => eb.and({ first_id, second_id }))
    .executeTakeFirstOrThrow()
  return { person_ids: [first_id, second_id], ...known }
}

/**
 * For each row of a person the register does not know by document, the warning that it has somebody of the same name and phone (and
 * birth date, where both have one), or null. Not bound to a scope: whoever knows these learns only that another document is registered.
 */
export async function findLikelySame(db: Db, rows: Pick<PersonCheck, 'clean' | 'known'>[]): Promise<(Fault | null)[]> {
  const asked = rows.flatMap(({ clean: { name, birth_date, phone }, known }, at) =>
    known || phone === null ? [] : [{ at, name, birth_date, phone }],
  )
  if (asked.length === 0) return rows.map(() => null)
  const { rows: found } = await sql<{ at: number }>`${PREPARED}
    select distinct r.at from jsonb_to_recordset(${asJson(asked)}) as r (at int, name text, birth_date date, phone text)
      join people p on p.name = r.name collate "C" and p.phone = r.phone and p.merged_into is null
      where coalesce(p.birth_date = r.birth_date, true)`.execute(db)
  const alike = new Set(found.map(({ at }) => at))
  return rows.map(({ clean }, at) => (alike.has(at) ? likelySame(clean.name) : null))
}

function likelySame(name: string): Fault {
  return faultAt(
    '/id_number',
    'person.likely_same',
    `登记册中已有姓名“${name}”和手机号码相同而证件不同的人员，可能是同一人。请核对证件；确属同一人的，请区县民政或卫健部门合并两条记录。`,
    `The register has somebody named “${name}” with the same phone under another document: compare the documents; if it is one person, ask the district to merge the records.`,
  )
}
