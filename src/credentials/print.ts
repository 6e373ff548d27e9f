/** What is printed on a certificate, the typefaces it is printed with, and drawing it again exactly as it was issued. */
import type { IdType } from '../people/identity.ts'
import { ID_TYPES, LEVELS } from '../people/rules.ts'
import { sha256Hex } from '../platform/bytes.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Assets, Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { refuse } from '../platform/errors.ts'
import type { Typefaces } from './certificate-ink.ts'
import type { PrintedCertificate } from './certificate-pdf.ts'
import {
  chooseMeans,
  type Issue,
  type Means,
  photoMissing,
  type Supplies,
  suppliedPdf,
  suppliesFor,
} from './certificate-supplies.ts'
import type { Candidate, IssuingClass } from './issue-queries.ts'
import { putSignature } from './pdf-signature.ts'
import { parseRare } from './rare-slices.ts'
import { type ClassKind, isDemonstration, KINDS, type Obstacle } from './rules.ts'
import { parseTypeface } from './typeface.ts'

export interface Issuer {
  id: string
  name: string
  district_code: string
  assessor_prefix: string | null
  credit_code: string | null
}

/** One certificate, so far without number and address. */
export type Draft = Facts & Means
/** What it says, without what it is drawn with. */
export type Facts = Omit<PrintedCertificate, 'number' | 'verify_url' | keyof Means>

/** `taught` is what the certificate is for: a class, or the event of a competition that somebody was promoted by. */
export function draftFor(
  kind: ClassKind,
  taught: Pick<IssuingClass, 'occupation_name' | 'course_name' | 'level'> &
    Partial<Pick<IssuingClass, 'starts_on' | 'hours'>>,
  issuer: Issuer,
  person: Pick<Candidate, 'name' | 'sex' | 'id_type' | 'id_number_masked' | 'theory' | 'practical'>,
  issued_on: LocalDate,
): Facts {
  return {
    title_zh: KINDS[kind].zh,
    holder_name: person.name,
    sex_zh: person.sex && { male: '男', female: '女' }[person.sex]!,
    id_type_zh: ID_TYPES[person.id_type as IdType].zh,
    id_number_masked: person.id_number_masked,
    occupation_name: taught.occupation_name ?? '--',
    // the standard wants this place never empty (source S33)
    job_type: kind === 'completion' ? taught.course_name : '--',
    level: kind === 'completion' ? null : taught.level,
    level_zh: kind === 'completion' || taught.level === null ? null : LEVELS[taught.level]!.zh,
    theory: marks(person.theory),
    practical: marks(person.practical),
    issuer_name: issuer.name,
    issued_on,
    body_zh: kind === 'completion' ? completionText(taught, person) : null,
    demo: isDemonstration(issuer.credit_code),
  }
}

function completionText(
  taught: Pick<IssuingClass, 'course_name'> & Partial<Pick<IssuingClass, 'starts_on' | 'hours'>>,
  person: Pick<Candidate, 'name'>,
): string {
  return `学员“${person.name}”参加“${taught.course_name}”培训（${taught.starts_on} 开班，共 ${taught.hours} 学时），完成规定学时，准予结业。`
}

/** 8750 → 87.5 */
function marks(hundredths: number | null): string | null {
  return hundredths === null ? null : String(hundredths / 100)
}

/** The facts with the layout, photo and glyph images that they are printed with from now on, and what draws them. */
export async function supplied(
  db: Db,
  context: Context,
  issue: Issue,
  people: { person_id: string; facts: Facts }[],
): Promise<{ drafts: Draft[]; supplies: Supplies }> {
  const texts = ({ facts }: (typeof people)[number]) =>
    Object.values(facts).filter((value): value is string => typeof value === 'string')
  const means = await chooseMeans(
    db,
    issue,
    people.map((one) => ({ person_id: one.person_id, texts: texts(one) })),
    await typefaces(context.assets),
  )
  const drafts = people.map(({ facts }, index) => {
    const { missing: _, ...chosen } = means[index]!
    return { ...facts, ...chosen }
  })
  return { drafts, supplies: await suppliesFor(db, context.vault, drafts) }
}

/** Whether each has a photo, and why the certificate could not be drawn; null when nothing is in the way. */
export async function hindrances(
  db: Db,
  context: Context,
  issue: Issue,
  people: { person_id: string; name: string }[],
): Promise<{ photo: boolean; obstacle: Obstacle | null }[]> {
  const means = await chooseMeans(
    db,
    issue,
    people.map(({ person_id, name }) => ({ person_id, texts: [name] })),
    await typefaces(context.assets),
  )
  const { layouts } = await suppliesFor(
    db,
    context.vault,
    means.slice(0, 1).map(({ layout }) => ({ layout })),
  )
  return means.map(({ layout, missing, photo_sha256 }) => {
    const photo = photo_sha256 !== undefined
    return { photo, obstacle: unprintable(missing) ?? photoMissing(photo, layouts.get(layout)!) }
  })
}

/** Why a name with these characters, which no typeface has, is not printed; null when there are none. */
function unprintable(missing: string[]): Obstacle | null {
  if (missing.length === 0) return null
  const named = missing.map((character) => `${character}（U+${character.codePointAt(0)!.toString(16).toUpperCase()}）`)
  return {
    code: 'certificate.glyph_missing',
    message: {
      zh: `缺字：证书字体里没有“${named.join('、')}”。请核对用字；字没错的，在“缺字图”上传这个字的图片，或按护照写法填拼音。`,
      en: `The certificate typefaces have no “${named.join(', ')}”: check the character; if it is right, upload a picture of it under “Glyph images”, or use the spelling of the passport.`,
    },
  }
}

/** What the certificate will look like, with 演示 across it, serial 000000 and an address that leads nowhere. */
export async function previewPdf(
  db: Db,
  context: Context,
  issue: Issue,
  person: { person_id: string; facts: Facts },
  number: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { drafts, supplies } = await supplied(db, context, issue, [person])
  const printed = { ...drafts[0]!, drawing: 2 as const, demo: true, number, verify_url: verifyUrl(context, 'preview') }
  return (await suppliedPdf(supplies, printed, await typefaces(context.assets))) as Uint8Array<ArrayBuffer>
}

export function verifyUrl(context: Pick<Context, 'public_url'>, token: string): string {
  return `${context.public_url}/v/${token}`
}

let loaded: Typefaces | undefined

/** Read and parsed once a process: 25 MB of fonts. Slices of rare characters, half a megabyte each, are read when a name needs them. */
export async function typefaces(assets: Assets): Promise<Typefaces> {
  // the value is kept, not its promise: on Workers a promise belongs to the request that made it
  loaded ??= {
    serif: parseTypeface(await assets('serif.ttf')),
    sans: parseTypeface(await assets('sans.ttf')),
    rare: new Map(),
    loadRare: async (slice) => parseRare(slice, await assets(`rare/${slice}.ttf`)),
  }
  return loaded
}

export interface Frozen {
  number: string
  printed: unknown
  pdf_sha256: string
  /** null for certificates from before files were signed */
  cms: Uint8Array | null
  credential_jwt: string | null
}

/**
 * The PDF of an issued certificate, drawn again from what was printed and signed. Refuses `certificate.pdf_differs` when it is not the file
 * that was issued, byte for byte: the typefaces or the drawing have changed since; and `certificate.photo_erased`.
 */
export async function issuedPdf(
  frozen: Frozen,
  faces: Typefaces,
  supplies: Supplies,
): Promise<Uint8Array<ArrayBuffer>> {
  const { cms, credential_jwt } = frozen
  const pdf = await suppliedPdf(supplies, frozen.printed as PrintedCertificate, faces, {
    credential: credential_jwt ?? undefined,
    signed: cms !== null,
  })
  if (cms) putSignature(pdf, cms)
  if ((await sha256Hex(pdf)) !== frozen.pdf_sha256)
    refuse('conflict', 'certificate.pdf_differs', {
      zh: `证书 ${frozen.number} 重新生成的文件与签发时的指纹不一致，已停止下载。证书本身仍然有效，请联系系统管理员。`,
      en: `The file of certificate ${frozen.number} drawn again differs from the one issued, so it is not handed out. The certificate itself stands; tell an administrator.`,
    })
  return pdf as Uint8Array<ArrayBuffer>
}
