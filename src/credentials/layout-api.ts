/** JSON routes of layouts and glyph images. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { App } from '../platform/http.ts'
import { parseLayout } from './certificate-layout.ts'
import { previewAnswer } from './download.ts'
import { addGlyphImage, listGlyphImages } from './glyph-images.ts'
import { drawSample } from './layout-preview.ts'
import { getLayout, listLayouts } from './layout-queries.ts'
import {
  choiceShape,
  glyphImagePageShape,
  glyphImageShape,
  layoutListShape,
  layoutPageShape,
  layoutRowShape,
  layoutWithBodyShape,
  newGlyphImageShape,
  newLayoutShape,
  sampleShape,
} from './layout-shapes.ts'
import { chooseLayout, saveLayout } from './layouts.ts'

const tag = 'certificate-layouts'

export function layoutsApi(app: App): void {
  read(
    app,
    {
      path: '/certificate-layouts',
      permission: 'certificate_layout.read',
      name: 'listCertificateLayouts',
      tag,
      summary: '证书版式列表 List layouts of certificates',
      query: layoutListShape,
      answer: layoutPageShape,
    },
    async ({ db, context, query }) => ({ items: await listLayouts(db, context, query) }),
  )
  write(
    app,
    {
      method: 'post',
      path: '/certificate-layouts',
      permission: 'certificate_layout.edit',
      name: 'saveCertificateLayout',
      tag,
      summary: '保存证书版式的新版本 Save a layout as the next version of its name',
      body: newLayoutShape,
      answer: layoutRowShape,
      status: 201,
    },
    ({ tx, context, body }) => saveLayout(tx, context, body),
  )
  read(
    app,
    {
      path: '/certificate-layouts/{id}',
      permission: 'certificate_layout.read',
      name: 'getCertificateLayout',
      tag,
      summary: '证书版式 Get a layout with its items',
      params: idShape,
      answer: layoutWithBodyShape,
    },
    ({ db, context, params }) => getLayout(db, context, params.id),
  )
  read(
    app,
    {
      path: '/certificate-layouts/{id}/preview.pdf',
      permission: 'certificate_layout.read',
      name: 'previewCertificateLayout',
      tag,
      summary: '预览 A certificate of nobody in this layout',
      params: idShape,
      query: sampleShape,
      produces: 'application/pdf',
    },
    async ({ db, context, params, query }) => {
      const { body, kind } = await getLayout(db, context, params.id)
      return previewAnswer(await drawSample(context, parseLayout(body), kind, query.sample))
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/certificate-layouts/{id}/choices',
      permission: 'certificate_layout.edit',
      name: 'chooseCertificateLayout',
      tag,
      summary: '启用证书版式 Put a layout in force from a day on',
      params: idShape,
      body: choiceShape,
      answer: layoutRowShape,
      status: 201,
      made_in: '/certificate-layouts',
    },
    ({ tx, context, params, body }) => chooseLayout(tx, context, params.id, body),
  )
  glyphImages(app)
}

function glyphImages(app: App): void {
  read(
    app,
    {
      path: '/glyph-images',
      permission: 'certificate_layout.read',
      name: 'listGlyphImages',
      tag,
      summary: '缺字图列表 List pictures of characters that no typeface has',
      answer: glyphImagePageShape,
    },
    async ({ db, context }) => ({ items: await listGlyphImages(db, context) }),
  )
  write(
    app,
    {
      method: 'post',
      path: '/glyph-images',
      permission: 'certificate_layout.edit',
      name: 'addGlyphImage',
      tag,
      summary: '上传缺字图 Upload the picture of a character',
      body: newGlyphImageShape,
      answer: glyphImageShape,
      status: 201,
    },
    ({ tx, context, body }) => addGlyphImage(tx, context, body),
  )
}
