/** Status lists of an issuer: places drawn by chance for new certificates, and the list as anybody may read it now. */
import { sql } from 'kysely'
import { sha256Hex } from '../platform/bytes.ts'
import type { Db, Tx } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { didOf } from './credential.ts'
import { type Signing, signJws } from './jws.ts'
import {
  encodedList,
  LIST_BITS,
  LIST_ROOM,
  listAddress,
  listOf,
  type Purpose,
  type StatusEntry,
} from './status-list-rules.ts'

/**
 * Draws `count` places nobody has, at random, so that neighbours in a list are no neighbours in a class. The issuer's list is held
 * until the transaction ends; when it is full another is opened. Two statements a list, however many are drawn and however full it is.
 */
export async function takePlaces(tx: Tx, organisation_id: string, count: number): Promise<StatusEntry[]> {
  const places: StatusEntry[] = []
  while (places.length < count) {
    const list = await holdOpenList(tx, organisation_id)
    const wanted = Math.min(count - places.length, LIST_ROOM - list.taken)
    places.push(...(await draw(tx, list.id, wanted)))
  }
  return places
}

function holdOpenList(tx: Tx, organisation_id: string): Promise<{ id: number; taken: number }> {
  return tx
    .insertInto('status_lists')
    .values({ organisation_id })
    .onConflict((oc) =>
      oc
        .column('organisation_id')
        .where('taken', '<', sql.lit(LIST_ROOM))
        .doUpdateSet((eb) => ({ taken: eb.ref('status_lists.taken') })),
    )
    .returning(['id', 'taken'])
    .executeTakeFirstOrThrow()
}

/** May answer fewer than wanted, one time in ten thousand: enough lots are drawn that of the fullest list a quarter of them are free. */
async function draw(tx: Tx, list_id: number, wanted: number): Promise<StatusEntry[]> {
  const lots = crypto.getRandomValues(new Uint32Array(wanted * 8 + 64)).map((lot) => lot % LIST_BITS)
  const { rows } = await sql<{ index: number }>`
    with drawn as (
      insert into status_places (list_id, index)
      select ${list_id}, lot.index from unnest(${[...new Set(lots)]}::int[]) with ordinality as lot (index, nth)
      where not exists (select from status_places p where p.list_id = ${list_id} and p.index = lot.index)
      order by lot.nth limit ${wanted}
      returning index),
    counted as (update status_lists set taken = taken + (select count(*) from drawn) where id = ${list_id})
    select index from drawn`.execute(tx)
  return rows.map(({ index }) => ({ list_id, index }))
}

export interface PublishedList {
  number: number
  purpose: Purpose
  organisation_id: string
  issuer_name: string
  /** multibase, compressed */
  encoded: string
}

/** The list of that number with the bits of now: revoked and replaced certificates, or suspended ones. For anybody: it names nobody. */
export async function getStatusList(db: Db, number: number): Promise<PublishedList> {
  const { list_id, purpose } = listOf(number)
  const list = await db
    .selectFrom('status_lists')
    .innerJoin('organisations', 'organisations.id', 'status_lists.organisation_id')
    .select(['status_lists.id', 'status_lists.organisation_id', 'organisations.name'])
    .where('status_lists.id', '=', list_id)
    .executeTakeFirst()
  if (!list) notFound({ zh: '状态列表', en: 'status list' })
  const marked = await db
    .selectFrom('certificate_proofs as proof')
    .innerJoin(
      // both views have the column
      `standing_${purpose}s as standing` as 'standing_revocations as standing',
      'standing.certificate_id',
      'proof.certificate_id',
    )
    .select('proof.status_index')
    .where('proof.status_list_id', '=', list_id)
    .execute()
  const encoded = encodedList(marked.map(({ status_index }) => status_index!))
  return { number, purpose, organisation_id: list.organisation_id, issuer_name: list.name, encoded }
}

/** Seconds for which a list may be kept: nobody learns of a revocation later than that. */
export const LIST_SECONDS = 300
/** Hours after which a kept list says nothing any more. */
const LIST_HOURS = 24

/** Changes with the bits and every five minutes, as the days of the list do. */
export async function listTag({ number, encoded }: PublishedList, now: Date): Promise<string> {
  return `"${(await sha256Hex(`${number} ${windowOf(now)} ${encoded}`)).slice(0, 32)}"`
}

function windowOf(now: Date): number {
  return Math.floor(now.getTime() / 1000 / LIST_SECONDS) * LIST_SECONDS
}

/** The list as a signed credential (`vc+jwt`). */
export function statusListCredential(
  list: PublishedList,
  { public_url, now }: { public_url: string; now: Date },
  key: Signing,
): Promise<string> {
  const id = listAddress(public_url, list.number)
  const from = windowOf(now)
  const until = from + LIST_HOURS * 3600
  const instant = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '')
  const issuer = didOf(public_url)
  return signJws(
    'vc+jwt',
    {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      id,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      issuer: { id: issuer, name: list.issuer_name },
      validFrom: instant(from),
      validUntil: instant(until),
      credentialSubject: {
        id: `${id}#list`,
        type: 'BitstringStatusList',
        statusPurpose: list.purpose,
        encodedList: list.encoded,
        ttl: LIST_SECONDS * 1000,
      },
      iss: issuer,
      jti: id,
      sub: `${id}#list`,
      nbf: from,
      exp: until,
    },
    key,
  )
}
