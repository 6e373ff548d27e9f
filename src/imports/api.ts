/** JSON routes of imports, and their workbooks. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { refuse } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { commitImport, uploadImport } from './actions.ts'
import { KINDS } from './kinds.ts'
import { getImport, type ImportRow, listImports, listRows, wrongRows } from './queries.ts'
import { FAULTS_HEADER, KEPT_DAYS } from './rules.ts'
import {
  importFilterShape,
  importPageShape,
  importRowPageShape,
  importShape,
  rowFilterShape,
  templateShape,
  uploadShape,
} from './shapes.ts'
import { viewRow } from './views.ts'
import { faultsWorkbook, templateWorkbook, XLSX } from './workbooks.ts'

const tag = 'imports'

export function importsApi(app: App): void {
  write(
    app,
    {
      method: 'post',
      path: '/imports',
      permission: 'import.write',
      name: 'uploadImport',
      tag,
      summary: '上传表格：核对，或核对后导入正确的行 Check a sheet, or check it and import its good rows',
      body: uploadShape,
      multipart: true,
      answer: importShape,
      status: 202,
      key: 'required',
    },
    async ({ tx, context, body: { kind, file, mode, subject } }) => {
      const bytes = new Uint8Array(await file.arrayBuffer())
      return answerOf(
        await uploadImport(tx, context, { kind, subject_id: subject ?? null, filename: file.name, bytes, mode }),
      )
    },
  )
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
      const page = await listImports(db, context.scope, query)
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
      return workbook(await templateWorkbook(kind), `${params.kind}.xlsx`, `${kind.title.zh}-导入模板.xlsx`)
    },
  )
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
    async ({ db, context, params }) => answerOf(await getImport(db, context.scope, params.id)),
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
      const { id, kind } = await getImport(db, context.scope, params.id)
      const page = await listRows(db, context.vault, id, query)
      return { ...page, items: page.items.map((row) => viewRow(KINDS[kind], row, c.get('lang'))) }
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
      const { id, kind, filename } = await getImport(db, context.scope, params.id)
      const rows = await wrongRows(db, context.vault, id)
      if (rows.length === 0)
        refuse('conflict', 'import.no_faults', {
          zh: `这次导入没有错误的行，或已超过 ${KEPT_DAYS} 天而清除。`,
          en: `This import has no wrong rows, or they are older than ${KEPT_DAYS} days and were cleared.`,
        })
      const name = filename.replace(/\.\w+$/, '')
      return workbook(await faultsWorkbook(KINDS[kind], rows), `${kind}-errors.xlsx`, `${name}-${FAULTS_HEADER}.xlsx`)
    },
  )
}

function answerOf({ organisation_id: _o, subject_name: _s, job_status: _j, requested_by_name: _r, ...row }: ImportRow) {
  return {
    ...row,
    created_at: row.created_at.toISOString(),
    committed_at: row.committed_at?.toISOString() ?? null,
  }
}

function workbook(bytes: Uint8Array, plain_name: string, name: string): Response {
  return new Response(bytes as BodyInit, {
    headers: {
      'Content-Type': XLSX,
      'Content-Disposition': `attachment; filename="${plain_name}"; filename*=UTF-8''${encodeURIComponent(name)}`,
      'Cache-Control': 'no-store',
    },
  })
}
