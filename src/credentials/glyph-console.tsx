/** Pages of glyph images: who uploaded which character and why, and the form for another. */
import { z } from 'zod'
import { GlyphImages } from '../../templates/credentials/glyph-images.tsx'
import { chosenFile, faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { bytesToBase64 } from '../platform/bytes.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { addGlyphImage, listGlyphImages, openGlyphImage } from './glyph-images.ts'
import { newGlyphImageShape } from './layout-shapes.ts'

const PAGE = '/console/glyph-images'
const TITLE = { zh: '缺字图', en: 'Glyph images' }
const NO_FILE = '没有选择文件。请选择 .png 图片。 / No file was chosen: choose a .png.'
const { character, description, reason } = newGlyphImageShape.shape

export function glyphImagesConsole(app: App): void {
  page(app, PAGE, 'certificate_layout.read', (call) => list(call))
  form(
    app,
    PAGE,
    'certificate_layout.edit',
    z.object({
      ...{ character, description, reason },
      png: chosenFile(NO_FILE),
    }),
    async ({ tx, context, input: { png, ...said } }) => {
      const bytes = new Uint8Array(await png.arrayBuffer())
      const { character } = await addGlyphImage(tx, context, { ...said, png: bytesToBase64(bytes) })
      return {
        to: PAGE,
        flash: { zh: `“${character}”现在可以印上证书。`, en: `“${character}” can be printed now.` },
      }
    },
    (call) => list(call, call),
  )
  page(app, `${PAGE}/:id/image.png`, 'certificate_layout.read', async ({ db, context, params }) => {
    const png = await openGlyphImage(db, context, params.id!)
    return new Response(png, { headers: { 'Content-Type': 'image/png', 'Cache-Control': 'no-store' } })
  })
}

async function list({ c, db, context }: PageCall, retry?: Retry) {
  return (
    <GlyphImages
      frame={frameOf(c, inLanguage(c.get('lang'), TITLE))}
      items={await listGlyphImages(db, context)}
      may_edit={may(context.actor.role, 'certificate_layout.edit')}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
