/** Reads of people: the register as a scope may see it, and finding a person by document. */
import { type RawBuilder, sql } from 'kysely'
import { addDays, type LocalDate } from '../platform/calendar.ts'
import { type Context, divisionPrefix, type Scope } from '../platform/context.ts'
import { type Db, PREPARED } from '../platform/database.ts'
import { type Page, type PageInput, readCursor, refuseCursor, toPage } from '../platform/paging.ts'
import type { Fingerprint } from '../platform/vault.ts'
import { asArray } from './bulk.ts'
import { standingOf, validUntil } from './certificate-standing.ts'
import { educated } from './education-queries.ts'
import { newestLookUp } from './external-certificates.ts'
import type { IdType } from './identity.ts'
import { knownAt } from './known.ts'
import { missingPerson } from './merged-records.ts'
import { personInScope } from './roster.ts'
import type { CertificateStatus } from './rules.ts'
import { named, waysToFind } from './search.ts'

export interface PersonFilter extends PageInput {
  q?: string | undefined
  workforce?: string | undefined
  /** whose roster they are on */
  organisation_id?: string | undefined
  /** where they work now: a district, a city (330100), a province (330000) */
  district_code?: string | undefined
  level?: number | undefined
  /** `ending`: valid, and runs out within 90 days */
  certificate_status?: CertificateStatus | 'ending' | 'none' | undefined
  /** only these */
  ids?: string[] | undefined
}

export interface PersonSummary {
  id: string
  name: string
  name_pinyin: string
  workforce: string
  id_type: string
  id_number_masked: string
  level: number | null
  certificate_status: CertificateStatus | null
  organisation_id: string | null
  organisation_name: string | null
  district_code: string | null
  district_name: string | null
  employed_from: LocalDate | null
  /** only ids and sums are left of the person */
  erased: boolean
  revision: number
}

/** The birth date is left to the year: with it, the masked number would be plain. */
export interface Person extends PersonSummary {
  sex: string | null
  birth_year: number | null
  education: string | null
  phone: string | null
  bank_account_masked: string | null
}

/** The order of every list of people. */
const NAMES = {
  people: sql`people.name_pinyin, people.name, people.id`,
  named: sql`named.name_pinyin, named.name, named.id`,
}

/** Sorted by pinyin, name, id; nobody who was erased. `today` decides which certificates are valid and who works where. */
export async function listPeople(
  db: Db,
  scope: Scope,
  filter: PersonFilter,
  today: LocalDate,
): Promise<Page<PersonSummary>> {
  const after = readCursor(filter.cursor, 1)
  const { q, ...others } = filter
  const conditions = matching(scope, others, today)
  if (after) conditions.push(afterPerson(after[0], sql`people.id`, sql`k.id`))
  const ways = (q ? waysToFind(q) : [null]).map((way) => {
    const sorted = way && !way.inOrder
    const names = sorted ? NAMES.named : NAMES.people
    // what an index finds in another order is read from it alone and sorted (the offset holds the planner to it) before anything is asked of it
    const from = sorted
      ? sql`(select ${NAMES.people} from people where ${way.named} order by ${NAMES.people} offset 0) named join people on people.id = named.id`
      : sql`people`
    const wanted = way?.inOrder ? [way.named, ...conditions] : conditions
    return sql`(select ${names} from ${from} ${bestCertificate(today, needsCertificate(filter))}
      where ${sql.join(wanted, sql` and `)} order by ${names} limit ${filter.limit + 1})`
  })
  const { rows: page } = await sql<{ id: string }>`
    select id from (${sql.join(ways, sql` union `)}) named order by name_pinyin, name, id limit ${filter.limit + 1}`.execute(
    db,
  )
  // a statement of its own: its plan stays, whatever was searched
  const { rows } = await sql<PersonSummary>`${PREPARED}
    select ${summary} from unnest(${asArray(page.map(({ id }) => id))}::uuid[]) with ordinality as page (id, place)
      join people on people.id = page.id ${currentPost(today)} ${bestCertificate(today)}
    order by page.place`.execute(db)
  return toPage(rows, filter.limit, (row) => [row.id])
}

/**
 * Whether a row comes after that of a person in the order of names. Cursors stand in addresses, so they hold the person's id and
 * the names are looked up here (`k`); `ties` are further columns of the order, `bounds` the values of that row.
 */
export function afterPerson(
  person_id: string | number | undefined,
  ties: RawBuilder<unknown>,
  bounds: RawBuilder<unknown>,
  people: 'people' | 'p' = 'people',
): RawBuilder<boolean> {
  if (!/^[0-9a-f-]{36}$/.test(String(person_id))) refuseCursor()
  const names = sql`${sql.ref(`${people}.name_pinyin`)}, ${sql.ref(`${people}.name`)}`
  return sql`(${names}, ${ties}) >
    (select k.name_pinyin, k.name, ${bounds} from people k where k.id = ${person_id}::uuid)`
}

const COUNTED = 1000

/** How many match, counted up to 1,000: `more` says that there are others. */
export async function countPeople(db: Db, scope: Scope, filter: Omit<PersonFilter, keyof PageInput>, today: LocalDate) {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select from people ${bestCertificate(today, needsCertificate(filter))}
      where ${sql.join(matching(scope, filter, today), sql` and `)} limit ${COUNTED + 1}
    ) matching`.execute(db)
  return { count: Math.min(rows[0]!.count, COUNTED), more: rows[0]!.count > COUNTED }
}

/** One person within the scope, or 404; a merged record answers its survivor's address (308). An institution sees the masked account only of those whom it employs or did. */
export async function getPerson(db: Db, scope: Scope, id: string, today: LocalDate): Promise<Person> {
  return (await getPeople(db, scope, [id], today)).get(id.toLowerCase()) ?? missingPerson(db, scope, id)
}

/** Those of them within the scope, by id; the account as {@link getPerson} shows it. */
export async function getPeople(db: Db, scope: Scope, ids: string[], today: LocalDate): Promise<Map<string, Person>> {
  const account = scope.kind === 'organisation' ? employedAt(scope.organisation_id) : sql`true`
  const { rows } = await sql<Person>`${PREPARED}
    select ${summary}, people.sex, extract(year from people.birth_date)::int as birth_year, people.education, people.phone,
      case when ${account} then people.bank_account_masked end as bank_account_masked
    from people ${currentPost(today)} ${bestCertificate(today)}
    where people.id = any (${ids}::uuid[]) and ${personInScope(scope)}`.execute(db)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Whether the organisation employs the person, or did: what makes it more than somebody who knows the document. */
export function employedAt(organisation_id: string | null): RawBuilder<boolean> {
  return sql`exists (select from employments e
    where e.person_id = people.id and e.organisation_id = ${organisation_id}::uuid and ${knownAt('e')})`
}

const summary = sql`people.id, people.name, people.name_pinyin, people.workforce, people.id_type, people.id_number_masked,
  certificate.level, certificate.status as certificate_status, post.organisation_id, post.organisation_name,
  post.district_code, post.district_name, post.starts_on as employed_from, people.erased_at is not null as erased, people.revision`

function currentPost(today: LocalDate): RawBuilder<unknown> {
  return sql`left join lateral (
      select e.organisation_id, o.name as organisation_name, o.district_code, d.name as district_name, e.starts_on
      from employments e join organisations o on o.id = e.organisation_id join districts d on d.code = o.district_code
      where e.person_id = people.id and ${knownAt('e')} and e.starts_on <= ${today}::date and coalesce(e.ends_on > ${today}::date, true)
      order by e.starts_on, e.id limit 1
    ) post on true`
}

/** The certificate that speaks for a person, ours or one of another body that was found: the highest level that is valid, else the last one that was. Its level counts only while it is valid. */
export function bestCertificate(today: LocalDate, needed = true): RawBuilder<unknown> {
  if (!needed) return sql``
  return sql`left join lateral (
      select case when state.status in ('valid', 'expiring') then c.level end as level, state.status, c.valid_until
      from (
          select c.level, c.issued_on, ${validUntil('c')} as valid_until, coalesce(revocation.effective_on <= ${today}::date, false) as revoked,
            suspension.certificate_id is not null as suspended
          from certificates c ${standingOf(sql.ref('c.id'))}
          where c.person_id = people.id and c.kind = 'skill_level' and revocation.reason_code is distinct from 'replaced'
          union all
          select c.level, c.issued_on, c.valid_until, false, false
          from external_certificates c ${newestLookUp}
          where c.person_id = people.id and c.kind = 'skill_level' and c.known_to = 'infinity' and newest.result = 'found'
        ) c
        cross join lateral (select case
          when c.revoked then 'revoked'
          when c.valid_until <= ${today}::date then 'expired'
          when c.suspended then 'suspended'
          when c.valid_until <= ${addDays(today, 30)}::date then 'expiring'
          else 'valid' end as status) state
      where c.issued_on <= ${today}::date
      order by state.status in ('valid', 'expiring') desc, c.level, c.issued_on desc limit 1
    ) certificate on true`
}

function needsCertificate({ level, certificate_status }: Pick<PersonFilter, 'level' | 'certificate_status'>): boolean {
  return level !== undefined || certificate_status !== undefined
}

/** Who of the scope has a certificate of that level or end: few, before the best one of each is looked for. */
function holders(scope: Scope, { level, certificate_status }: Omit<PersonFilter, keyof PageInput>, today: LocalDate) {
  const conditions = [personInScope(scope, sql.ref('c.person_id'))]
  if (level) conditions.push(sql`c.level = ${level}`)
  const days = certificate_status === 'ending' ? 90 : certificate_status === 'expiring' ? 30 : null
  if (days) conditions.push(sql`c.ends_on > ${today}::date and c.ends_on <= ${addDays(today, days)}::date`)
  return sql`select c.person_id from (
      select c.person_id, c.level, ${validUntil('c')} as ends_on
      from certificates c left join standing_continuations continuation on continuation.certificate_id = c.id where c.kind = 'skill_level'
      union all
      select c.person_id, c.level, c.valid_until from external_certificates c where c.kind = 'skill_level' and c.known_to = 'infinity'
    ) c where ${sql.join(conditions, sql` and `)}`
}

function matching(scope: Scope, filter: Omit<PersonFilter, keyof PageInput>, today: LocalDate): RawBuilder<unknown>[] {
  const { q, workforce, organisation_id, district_code, level, certificate_status, ids } = filter
  const held = level !== undefined || certificate_status === 'expiring' || certificate_status === 'ending'
  // a roster is short, and most people have some certificate: there the holders are not worth finding first
  const known =
    scope.kind === 'division' && held
      ? sql`people.id = any (array(${holders(scope, filter, today)}))`
      : personInScope(scope)
  const conditions: RawBuilder<unknown>[] = [known, sql`people.erased_at is null`]
  if (ids) conditions.push(sql`people.id = any (${ids}::uuid[])`)
  if (q) conditions.push(named(q))
  if (workforce) conditions.push(sql`people.workforce = ${workforce}`)
  if (organisation_id) conditions.push(personInScope({ kind: 'organisation', organisation_id }))
  if (district_code)
    conditions.push(sql`exists (select from employments e join organisations o on o.id = e.organisation_id
      where e.person_id = people.id and ${knownAt('e')} and o.district_code like ${`${divisionPrefix(district_code)}%`}
        and e.starts_on <= ${today}::date and coalesce(e.ends_on > ${today}::date, true))`)
  if (level) conditions.push(sql`certificate.level = ${level}`)
  if (certificate_status === 'none') conditions.push(sql`certificate.status is null`)
  else if (certificate_status === 'ending')
    conditions.push(
      sql`certificate.status in ('valid', 'expiring') and certificate.valid_until <= ${addDays(today, 90)}::date`,
    )
  else if (certificate_status) conditions.push(sql`certificate.status = ${certificate_status}`)
  return conditions
}

/** The newest open classes of an institution, which people of the list may join. */
export async function openClasses(db: Db, organisation_id: string): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('classes')
    .select(['id', 'name'])
    .where('organisation_id', '=', organisation_id)
    .where('status', '=', 'open')
    .orderBy('starts_on', 'desc')
    .limit(10)
    .execute()
}

export interface KnownPerson {
  id: string
  name: string
  /** the actor's organisation knows the person already */
  on_roster: boolean
}
/** With what stays inside this capability. */
export interface KnownPrivately extends KnownPerson {
  document_hash: string
  workforce: string
  education: string | null
  phone: string | null
  bank_account_sealed: string | null
  bank_account_masked: string | null
  employed_here: boolean
  /** the education follows from educations on record */
  educated: boolean
}

/**
 * For each of these documents (numbers as checkIdentity normalises them) whose it is, or undefined. Not bound to a scope: whoever knows
 * the document may register the person, and learns no more from this than from the refusal of a wrong name.
 */
export async function findPeopleByDocument(
  db: Db,
  context: Context,
  documents: { id_type: IdType; id_number: string }[],
): Promise<(KnownPerson | undefined)[]> {
  const places: number[] = []
  const hashes = documents.flatMap((document, place) =>
    documentHashes(context, document).map(({ hash }) => {
      places.push(place)
      return hash
    }),
  )
  const { rows } = await sql<KnownPerson & { at: string }>`${PREPARED}
    select u.at, people.id, people.name, r.person_id is not null as on_roster
    from unnest(${asArray(hashes)}::text[]) with ordinality as u (hash, at) join person_documents d on d.document_hash = u.hash
      join people on people.id = d.person_id
      left join roster_entries r on r.person_id = people.id and r.organisation_id = ${context.actor.organisation_id}::uuid`.execute(
    db,
  )
  const found: (KnownPerson | undefined)[] = Array(documents.length).fill(undefined)
  for (const { at, id, name, on_roster } of rows) found[places[Number(at) - 1]!] = { id, name, on_roster }
  return found
}

/** Under every key in force: while keys are exchanged a document may be on record under any of them. */
export function documentHashes(
  { vault }: Pick<Context, 'vault'>,
  document: { id_type: string; id_number: string },
): Fingerprint[] {
  return vault.fingerprints(`${document.id_type}:${document.id_number}`)
}

/** The same for every type of document: one number under two types may be one person. */
export function numberHashes({ vault }: Pick<Context, 'vault'>, id_number: string): Fingerprint[] {
  return vault.fingerprints(`number:${id_number}`)
}

export async function knownByHash(
  db: Db,
  hashes: string[],
  organisation_id: string | null,
): Promise<Map<string, KnownPrivately>> {
  const { rows } = await sql<KnownPrivately>`${PREPARED}
    select d.document_hash, people.id, people.name, people.workforce, people.education, people.phone,
      people.bank_account_masked, people.bank_account_sealed, ${employedAt(organisation_id)} as employed_here, ${educated} as educated,
      exists (select from roster_entries r where r.person_id = people.id and r.organisation_id = ${organisation_id}::uuid) as on_roster
    from person_documents d join people on people.id = d.person_id
    where d.document_hash = any (${asArray(hashes)}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.document_hash, row]))
}
