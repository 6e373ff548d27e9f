/** What certificates are drawn with besides their facts: layout, photo and glyph images, chosen at issue and found again by what was printed. */
import { sql } from 'kysely'
import { isPrintable, openPhotos } from '../people/photos.ts'
import { base64ToBytes } from '../platform/bytes.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import type { Vault } from '../platform/vault.ts'
import { fontsFor, missingCharacters, prepareFaces, type Typefaces } from './certificate-ink.ts'
import { type Layout, parseLayout } from './certificate-layout.ts'
import { type Extras, layoutPdf, type PrintedCertificate } from './certificate-pdf.ts'
import type { Obstacle } from './rules.ts'

/** The part of what was printed that says what it was drawn with. */
export type Means = Pick<PrintedCertificate, 'layout' | 'photo_sha256' | 'glyph_images' | 'fonts'>

/** By the names under which `printed` has them. */
export interface Supplies {
  layouts: Map<string, Layout>
  photos: Map<string, Uint8Array>
  images: Map<string, Uint8Array>
}

/** Who issues what on which day: that decides the layout, and whose glyph images are used. */
export interface Issue {
  kind: string
  issuer_id: string | null
  issued_on: LocalDate
}

/** For many people at once: the layout in force, each one's photo, and the pictures of the characters of `texts` that no typeface has. */
export async function chooseMeans(
  db: Db,
  { kind, issuer_id, issued_on }: Issue,
  people: { person_id: string; texts: string[] }[],
  faces: Typefaces,
): Promise<(Means & { missing: string[] })[]> {
  const layout = await layoutInForce(db, kind, issuer_id, issued_on)
  const photos = await currentPhotos(
    db,
    people.map(({ person_id }) => person_id),
  )
  await prepareFaces(
    faces,
    people.flatMap(({ texts }) => texts),
  )
  const lacking = people.map(({ texts }) => missingCharacters(texts.join(''), faces))
  const images = await glyphImages(db, issuer_id, [...new Set(lacking.flat())])
  return people.map(({ person_id }, index) => {
    const photo_sha256 = photos.get(person_id)
    const drawn = lacking[index]!.filter((character) => images.has(character))
    return {
      layout,
      fonts: fontsFor(faces, people[index]!.texts),
      ...(photo_sha256 && { photo_sha256 }),
      ...(drawn.length > 0 && {
        glyph_images: Object.fromEntries(drawn.map((character) => [character, images.get(character)!])),
      }),
      missing: lacking[index]!.filter((character) => !images.has(character)),
    }
  })
}

/** The name under which the layout of that kind, issuer and day of issue is printed: the issuer's own choice before everybody's, the later before the earlier. */
export async function layoutInForce(db: Db, kind: string, issuer_id: string | null, day: LocalDate): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select coalesce(l.code, l.sha256) as name
    from certificate_layout_choices c join certificate_layouts l on l.id = c.layout_id
    where c.kind = ${kind} and (c.organisation_id is null or c.organisation_id = ${issuer_id}::uuid) and c.valid_from <= ${day}::date
    order by c.organisation_id is null, c.valid_from desc, c.known_from desc limit 1`.execute(db)
  if (!rows[0])
    refuse('conflict', 'certificate.no_layout', {
      zh: `${day} 还没有可用的证书版式，请管理员先启用一个。`,
      en: `No layout is in force on ${day}: an administrator puts one in force first.`,
    })
  return rows[0].name
}

/** SHA-256 of each person's photo; somebody without one is left out. */
async function currentPhotos(db: Db, people: string[]): Promise<Map<string, string>> {
  if (people.length === 0) return new Map()
  const { rows } = await sql<{ person_id: string; sha256: string }>`
    select distinct on (person_id) person_id, sha256 from person_photos
    where person_id = any (${people}::uuid[]) and ${isPrintable()} order by person_id, known_from desc`.execute(db)
  return new Map(rows.map(({ person_id, sha256 }) => [person_id, sha256]))
}

/** SHA-256 of the picture that an issuer prints for each character: its own before everybody's, the latest. */
async function glyphImages(db: Db, issuer_id: string | null, characters: string[]): Promise<Map<string, string>> {
  if (characters.length === 0) return new Map()
  const { rows } = await sql<{ character: string; sha256: string }>`
    select distinct on ("character") "character", sha256 from glyph_images
    where "character" = any (${characters}::text[]) and (organisation_id is null or organisation_id = ${issuer_id}::uuid)
    order by "character", organisation_id is null, known_from desc`.execute(db)
  return new Map(rows.map(({ character, sha256 }) => [character, sha256]))
}

/** Parsed once a process: a layout never changes under its name. Few enough to keep them all. */
const parsed = new Map<string, Layout>()
const KEPT = 500

/** What these certificates are drawn with, in three reads at most. */
export async function suppliesFor(db: Db, vault: Vault, means: Means[]): Promise<Supplies> {
  const wanted = (names: (string | undefined)[]) => [...new Set(names.filter((name) => name !== undefined))]
  return {
    layouts: await readLayouts(db, wanted(means.map(({ layout }) => layout))),
    photos: await openPhotos(db, vault, wanted(means.map(({ photo_sha256 }) => photo_sha256))),
    images: await readImages(db, wanted(means.flatMap(({ glyph_images = {} }) => Object.values(glyph_images)))),
  }
}

async function readLayouts(db: Db, names: string[]): Promise<Map<string, Layout>> {
  if (parsed.size > KEPT) parsed.clear()
  const unknown = names.filter((name) => !parsed.has(name))
  if (unknown.length > 0) {
    const { rows } = await sql<{ name: string; body: string }>`
      select distinct on (1) coalesce(code, sha256) as name, body from certificate_layouts
      where code = any (${unknown}::text[]) or (code is null and sha256 = any (${unknown}::text[]))`.execute(db)
    for (const { name, body } of rows) parsed.set(name, parseLayout(JSON.parse(body)))
  }
  return new Map(names.map((name) => [name, parsed.get(name)!]))
}

async function readImages(db: Db, hashes: string[]): Promise<Map<string, Uint8Array>> {
  if (hashes.length === 0) return new Map()
  const { rows } = await sql<{ sha256: string; image: string }>`
    select distinct on (sha256) sha256, image from glyph_images where sha256 = any (${hashes}::text[])`.execute(db)
  return new Map(rows.map(({ sha256, image }) => [sha256, base64ToBytes(image)]))
}

/** Why somebody without a photo gets no certificate: only where the layout says so. */
export function photoMissing(photo: boolean, { items }: Layout): Obstacle | null {
  if (photo || !items.some((item) => item.t === 'photo' && item.required)) return null
  return {
    code: 'certificate.photo_missing',
    message: {
      zh: '没有照片，而这种证书的版式要求有照片。请先在此人页面上传。',
      en: 'There is no photo, and the layout asks for one: upload it on the page of the person first.',
    },
  }
}

/** Draws a certificate with what it names. Refuses `certificate.photo_missing`, `certificate.photo_erased`, and as {@link layoutPdf}. */
export function suppliedPdf(
  { layouts, photos, images }: Supplies,
  printed: PrintedCertificate,
  faces: Typefaces,
  extras: Extras = {},
): Promise<Uint8Array> {
  const layout = layouts.get(printed.layout)!
  const without = photoMissing(printed.photo_sha256 !== undefined, layout)
  if (without) refuse('conflict', without.code, without.message)
  const photo = printed.photo_sha256 === undefined ? undefined : photos.get(printed.photo_sha256)
  if (printed.photo_sha256 !== undefined && !photo)
    refuse('conflict', 'certificate.photo_erased', {
      zh: `证书 ${printed.number} 上的照片已随个人信息按规定删除，不能再生成这份 PDF。证书是否有效仍可查验。`,
      en: `The photo on certificate ${printed.number} was erased with the person's data, so its PDF can no longer be drawn. Whether it stands can still be verified.`,
    })
  const glyphs = Object.entries(printed.glyph_images ?? {}).map(
    ([character, sha256]) => [character, images.get(sha256)!] as const,
  )
  return layoutPdf(layout, printed, faces, {
    ...extras,
    photo,
    ...(glyphs.length > 0 && { images: new Map(glyphs) }),
  })
}
