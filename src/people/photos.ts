/** Photos of people: the latest that was not withdrawn is printed, others stay for the certificates that show them; sealed, and gone when the person is erased. */
import { type RawBuilder, sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { base64ToBytes, bytesToBase64, sha256Hex } from '../platform/bytes.ts'
import type { Context, Scope } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import type { Vault } from '../platform/vault.ts'
import { refuseErased } from './documents.ts'
import { checkPhoto } from './photo-rules.ts'
import { notMerged, personInScope } from './roster.ts'

export interface PhotoRow {
  id: string
  sha256: string
  bytes: number
  width: number
  height: number
  known_from: Date
}

/**
 * Makes a JPEG the photo of a person, whoever of the person's institutions sends it: the one that sees the person answers for the
 * likeness. Only the picture is kept. Refuses 404 for a person whom the actor does not know, `person.erased`, `photo.same` for the
 * photo the person has, and faults at `/jpeg` with the codes of photo-rules.ts.
 */
export async function addPhoto(tx: Tx, context: Context, person_id: string, file: Uint8Array): Promise<PhotoRow> {
  await lockPerson(tx, context, person_id)
  const checked = checkPhoto(file)
  if (!checked.ok) {
    refuseFaults([{ ...checked, pointer: '/jpeg' }])
    throw checked
  }
  const { jpeg, width, height } = checked
  const sha256 = await sha256Hex(jpeg)
  if ((await currentPhoto(tx, person_id))?.sha256 === sha256)
    refuse('conflict', 'photo.same', {
      zh: '这就是此人现在的照片，没有再次保存。',
      en: 'This is the photo on record; nothing was saved again.',
    })
  const row = await tx
    .insertInto('person_photos')
    .values({
      person_id,
      sha256,
      photo_sealed: await context.vault.seal(bytesToBase64(jpeg)),
      ...{ bytes: jpeg.length, width, height, recorded_by: context.actor.account_id },
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'person.photo_added',
    subject_kind: 'person',
    subject_id: person_id,
    changes: { sha256 },
  })
  return row
}

/**
 * Withdraws the present photo of a person: it is shown and printed no more, and the one before stands again. Certificates that show it
 * are drawn as before; where none does, the picture goes by the retention rule `photos` and its hash stays. Refuses 404 for a person
 * whom the actor does not know or who has no photo, and `person.erased`.
 */
export async function withdrawPhoto(tx: Tx, context: Context, person_id: string, reason: string): Promise<PhotoRow> {
  await lockPerson(tx, context, person_id)
  const photo = (await currentPhoto(tx, person_id)) ?? notFound(PHOTO)
  await tx
    .insertInto('photo_withdrawals')
    .values({ photo_id: photo.id, reason, withdrawn_by: context.actor.account_id })
    .execute()
  await recordHistory(tx, context, {
    kind: 'person.photo_withdrawn',
    subject_kind: 'person',
    subject_id: person_id,
    reason,
    changes: { sha256: photo.sha256 },
  })
  return photo
}

async function lockPerson(tx: Tx, context: Context, id: string): Promise<void> {
  const person = await tx
    .selectFrom('people')
    .select('erased_at')
    .where('id', '=', id)
    .where(knownByFace(context.scope))
    .forUpdate()
    .executeTakeFirst()
  refuseErased(person ?? notFound(PERSON))
}

const PERSON = { zh: '人员', en: 'person' }
const PHOTO = { zh: '照片', en: 'photo' }
const COLUMNS = ['id', 'sha256', 'bytes', 'width', 'height', 'known_from'] as const

/** Those an institution has on its roster, teaches or examines; officers see those of their division. */
function knownByFace(scope: Scope): RawBuilder<boolean> {
  if (scope.kind !== 'organisation') return personInScope(scope)
  return sql`(${personInScope(scope)} or (${notMerged()} and exists (
    select from enrolments e join classes c on c.id = e.class_id where e.person_id = people.id
      and ${scope.organisation_id}::uuid in (c.organisation_id, c.assessor_organisation_id))))`
}

/** The name and the present photo of somebody the actor knows by face; null without one. 404 for anybody else. */
export async function getPhotographed(db: Db, context: Context, person_id: string) {
  const person = await db
    .selectFrom('people')
    .select(['id', 'name', 'erased_at'])
    .where('id', '=', person_id)
    .where(knownByFace(context.scope))
    .executeTakeFirst()
  if (!person) return notFound(PERSON)
  return { ...person, photo: await currentPhoto(db, person_id) }
}

/** The photo of a person whose page the caller was already allowed to see. */
async function currentPhoto(db: Db, person_id: string): Promise<PhotoRow | null> {
  const row = await db
    .selectFrom('person_photos')
    .select(COLUMNS)
    .where('person_id', '=', person_id)
    .where(isPrintable())
    .orderBy('known_from', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** Of a row of person_photos: neither gone nor withdrawn. The latest of a person is their photo. */
export function isPrintable(photos = 'person_photos'): RawBuilder<boolean> {
  const [id, sealed] = [sql.ref(`${photos}.id`), sql.ref(`${photos}.photo_sealed`)]
  return sql`(${sealed} is not null and not exists (select from photo_withdrawals where photo_id = ${id}))`
}

/** The JPEG of somebody's present photo. 404 for somebody whom the actor does not know, and for somebody without a photo. */
export async function openPhoto(db: Db, context: Context, person_id: string): Promise<Uint8Array<ArrayBuffer>> {
  const { photo } = await getPhotographed(db, context, person_id)
  if (!photo) return notFound(PHOTO)
  const photos = await openPhotos(db, context.vault, [photo.sha256])
  return photos.get(photo.sha256)!
}

/** Photos by SHA-256, for drawing what was issued with them; those that were erased are left out. */
export async function openPhotos(
  db: Db,
  vault: Vault,
  hashes: string[],
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  if (hashes.length === 0) return new Map()
  const { rows } = await sql<{ sha256: string; photo_sealed: string }>`
    select distinct on (sha256) sha256, photo_sealed from person_photos
    where sha256 = any (${hashes}::text[]) and photo_sealed is not null`.execute(db)
  const opened = rows.map(
    async ({ sha256, photo_sealed }) => [sha256, base64ToBytes(await vault.open(photo_sealed))] as const,
  )
  return new Map(await Promise.all(opened))
}
