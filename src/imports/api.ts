/** JSON routes of imports, and their workbooks. */

import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { refuse } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { sendWorkbook, XLSX } from '../platform/workbook.ts'
import { commitImport } from './actions.ts'
import { listRows, rowsAfter } from './chunks.ts'
import { KINDS, kindsSeenBy } from './kinds.ts'
import { answerOf, getImport, listImports } from './queries.ts'
import { registersApi } from './registers-api.ts'
import { FAULTS_HEADER, FAULTS_SHOWN, KEPT_DAYS } from './rules.ts'
import {
  importFilterShape,
  importPageShape,
  importRowPageShape,
  importShape,
  rowFilterShape,
  templateShape,
} from './shapes.ts'
import { uploadApi } from './upload-api.ts'
import { rowViewer } from './views.ts'
import { faultsWorkbook, templateWorkbook } from './workbooks.ts'

const tag = 'imports'

export function importsApi(app: App): void {
  uploadApi(app)
  read(
    app,
    {
      path: '/imports',
      permission: 'import.read',
      name: 'listImports',
      tag,
      summary: '导入记录 List imports',
      query: importFilterShape,
      answer: importPageShape,
    },
    async ({ db, context, query }) => {
      const page = await listImports(db, context.scope, { ...query, kinds: kindsSeenBy(context.actor) })
      return { ...page, items: page.items.map(answerOf) }
    },
  )
  read(
    app,
    {
      path: '/imports/templates/{kind}.xlsx',
      permission: 'import.read',
      name: 'getImportTemplate',
      tag,
      summary: '模板 The template of a kind of sheet',
      params: templateShape,
      produces: XLSX,
    },
    async ({ params }) => {
      const kind = KINDS[params.kind]
      return sendWorkbook(await templateWorkbook(kind), `${params.kind}.xlsx`, `${kind.title.zh}-导入模板.xlsx`)
    },
  )
  registersApi(app)
  read(
    app,
    {
      path: '/imports/{id}',
      permission: 'import.read',
      name: 'getImport',
      tag,
      summary: '一次导入 Get an import',
      params: idShape,
      answer: importShape,
    },
    async ({ db, context, params }) =>
      answerOf(await getImport(db, context.scope, params.id, kindsSeenBy(context.actor))),
  )
  read(
    app,
    {
      path: '/imports/{id}/rows',
      // what is wrong is shown as typed, numbers included: for those who typed it
      permission: 'import.write',
      name: 'listImportRows',
      tag,
      summary: '各行的核对结果 The rows with what is wrong with them',
      params: idShape,
      query: rowFilterShape,
      answer: importRowPageShape,
    },
    async ({ c, db, context, params, query }) => {
      const imported = await getImport(db, context.scope, params.id, kindsSeenBy(context.actor))
      const page = await listRows(db, context.vault, imported.id, query)
      return { ...page, items: page.items.map(rowViewer(KINDS[imported.kind], imported, c.get('lang'))) }
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/imports/{id}/commitment',
      permission: 'import.write',
      name: 'commitImport',
      tag,
      summary: '导入正确的行 Import the good rows',
      params: idShape,
      answer: importShape,
      status: 202,
    },
    async ({ tx, context, params }) => answerOf(await commitImport(tx, context, params.id)),
  )
  read(
    app,
    {
      path: '/imports/{id}/errors.xlsx',
      permission: 'import.write',
      name: 'getImportErrors',
      tag,
      summary: '错误文件：改正后可直接上传 The wrong rows with the reasons, to be corrected and uploaded',
      params: idShape,
      produces: XLSX,
    },
    async ({ db, context, params }) => {
      const { id, kind, header, filename } = await getImport(db, context.scope, params.id, kindsSeenBy(context.actor))
      const rows = await rowsAfter(db, context.vault, id, 0, ['wrong'], FAULTS_SHOWN)
      if (rows.length === 0)
        refuse('conflict', 'import.no_faults', {
          zh: `这次导入没有错误的行，或已超过 ${KEPT_DAYS} 天而清除。`,
          en: `This import has no wrong rows, or they are older than ${KEPT_DAYS} days and were cleared.`,
        })
      const name = filename.replace(/\.\w+$/, '')
      return sendWorkbook(
        await faultsWorkbook(KINDS[kind], header, rows),
        `${kind}-errors.xlsx`,
        `${name}-${FAULTS_HEADER}.xlsx`,
      )
    },
  )
}
