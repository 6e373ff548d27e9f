/** Pictures of characters that no typeface has: uploaded with who and why, printed in place of the character, kept for ever. */
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { base64ToBytes, bytesToBase64, sha256Hex } from '../platform/bytes.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { type Fault, notFound, refuseFaults } from '../platform/errors.ts'
import { missingCharacters, prepareFaces, printable } from './certificate-ink.ts'
import { readGlyph } from './glyph-bitmap.ts'
import { visible } from './layout-queries.ts'
import type { newGlyphImageShape } from './layout-shapes.ts'
import { typefaces } from './print.ts'

export interface GlyphImageRow {
  id: string
  organisation_id: string | null
  organisation_name: string | null
  character: string
  description: string
  sha256: string
  reason: string
  uploaded_by_name: string | null
  known_from: Date
}

/**
 * Takes the picture of a character, for the actor's organisation, or for every issuer when an administrator sends it. A later one takes
 * the place of an earlier one on certificates issued from then on. Faults: `glyph.character` (not one character or U+ and its number),
 * `glyph.not_missing` for a character that the typefaces have, and those of glyph-bitmap.ts at `/png`.
 */
export async function addGlyphImage(
  tx: Tx,
  context: Context,
  { character: asked, description, png: base64, reason }: z.output<typeof newGlyphImageShape>,
): Promise<GlyphImageRow> {
  const png = base64ToBytes(base64)
  const character = characterOf(asked)
  const faults: Fault[] = []
  const faces = await typefaces(context.assets)
  await prepareFaces(faces, [character])
  if (character === null)
    faults.push(
      faultAt(
        '/character',
        'glyph.character',
        `“${asked}”不是一个字：请填这个字，或它的编码，如 U+30EDD。`,
        `“${asked}” is not one character: give it, or its code such as U+30EDD.`,
      ),
    )
  else if (missingCharacters(character, faces).length === 0)
    faults.push(
      faultAt(
        '/character',
        'glyph.not_missing',
        `证书字体里有“${character}”，不需要图片。`,
        `The certificate typefaces have “${character}”; no picture is needed.`,
      ),
    )
  const glyph = readGlyph(png)
  if (!glyph.ok) faults.push({ pointer: '/png', code: glyph.code, message: glyph.message })
  refuseFaults(faults)
  const sha256 = await sha256Hex(png)
  const organisation_id = context.actor.organisation_id
  const { id } = await tx
    .insertInto('glyph_images')
    .values({
      ...{ organisation_id, character: character!, description, reason, sha256 },
      image: bytesToBase64(png),
      uploaded_by: context.actor.account_id,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'glyph_image.uploaded',
    subject_kind: 'glyph_image',
    subject_id: id,
    organisation_id,
    reason,
    changes: { character, description, sha256 },
  })
  const [row] = await glyphRows(tx, context, sql`g.id = ${id}::uuid`)
  return row!
}

/** The character itself, as certificates print it, or what `U+` names; null for anything else. */
function characterOf(asked: string): string | null {
  const code = /^U\+([0-9A-F]{4,6})$/i.exec(asked)?.[1]
  const codePoint = code ? Number.parseInt(code, 16) : 0
  if (codePoint > 0x10ffff) return null
  const character = printable(code ? String.fromCodePoint(codePoint) : asked)
  return [...character].length === 1 && !/[\s\p{Cc}\p{Cs}]/u.test(character) ? character : null
}

/** The asker's own and everybody's, the latest first. */
export function listGlyphImages(db: Db, context: Context): Promise<GlyphImageRow[]> {
  return glyphRows(db, context, sql`true`)
}

/** The PNG as it was uploaded; 404 for another organisation's. */
export async function openGlyphImage(db: Db, context: Context, id: string): Promise<Uint8Array<ArrayBuffer>> {
  const { rows } = await sql<{ image: string }>`
    select image from glyph_images g where id = ${id}::uuid and ${visible(context, 'g')}`.execute(db)
  return rows[0] ? base64ToBytes(rows[0].image) : notFound({ zh: '缺字图', en: 'glyph image' })
}

async function glyphRows(db: Db, context: Context, which: RawBuilder<unknown>): Promise<GlyphImageRow[]> {
  const { rows } = await sql<GlyphImageRow>`
    select g.id, g.organisation_id, o.name as organisation_name, g."character", g.description, g.sha256, g.reason,
      a.display_name as uploaded_by_name, g.known_from
    from glyph_images g left join organisations o on o.id = g.organisation_id left join accounts a on a.id = g.uploaded_by
    where ${which} and ${visible(context, 'g')} order by g.known_from desc, g.id desc limit 500`.execute(db)
  return rows
}
