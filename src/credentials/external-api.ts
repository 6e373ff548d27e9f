/** JSON routes of certificates issued elsewhere. */

import { z } from 'zod'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { onlyRow } from '../people/bulk.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { type Fault, inLanguage, type Lang } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { sendWorkbook, XLSX } from '../platform/workbook.ts'
import { correctExternalCertificate, recordExternalCertificates, withdrawExternalCertificate } from './external.ts'
import { recordExternalChecks } from './external-checks.ts'
import { getExternalCertificate, listExternalCertificates, listExternalChecks } from './external-queries.ts'
import {
  externalChecksShape,
  externalCorrectionShape,
  externalFilterShape,
  externalPageShape,
  externalShape,
  externalWithdrawalShape,
  newExternalShape,
  recordedExternalShape,
} from './external-shapes.ts'
import { externalWorklist } from './external-worklist.ts'
import { registryCheckShape } from './shapes.ts'

const tag = 'external certificates'
const params = idShape

export function externalApi(app: App): void {
  read(
    app,
    {
      path: '/external-certificates',
      permission: 'certificate.read',
      name: 'listExternalCertificates',
      tag,
      summary: '外部证书列表 List certificates issued elsewhere',
      query: externalFilterShape,
      answer: externalPageShape,
    },
    ({ db, context, query }) => listExternalCertificates(db, context.scope, query, localDate(context.now)),
  )
  read(
    app,
    {
      path: '/external-certificates/{id}',
      permission: 'certificate.read',
      name: 'getExternalCertificate',
      tag,
      summary: '外部证书 Get a certificate issued elsewhere',
      params,
      answer: externalShape,
    },
    ({ db, context, params }) => getExternalCertificate(db, context.scope, params.id, localDate(context.now)),
  )
  read(
    app,
    {
      path: '/registry-checks/external.xlsx',
      permission: 'registry_check.write',
      name: 'getExternalWorklist',
      tag,
      summary: '待核验清单：填好结果后在页面交回 Certificates to look up, to be filled in and handed back on the page',
      produces: XLSX,
    },
    async ({ c, db, context }) => sendWorkbook(await externalWorklist(db, context, c.get('lang')), 'look-ups.xlsx'),
  )
  write(
    app,
    {
      method: 'post',
      path: '/external-certificates',
      permission: 'external_certificate.write',
      name: 'recordExternalCertificate',
      tag,
      summary: '登记外部证书；未经核验不作数 Record a certificate issued elsewhere; it counts once it was looked up',
      body: newExternalShape,
      answer: recordedExternalShape,
      status: 201,
    },
    async ({ c, tx, context, body }) => {
      const [done] = await recordExternalCertificates(tx, context, [body], onlyRow)
      return answerOf(tx, context, c.get('lang'), done!)
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/external-certificates/{id}/correction',
      permission: 'external_certificate.write',
      name: 'correctExternalCertificate',
      tag,
      summary: '更正外部证书；须重新核验 Correct what was recorded; it must be looked up again',
      params,
      body: externalCorrectionShape,
      answer: recordedExternalShape,
    },
    async ({ c, tx, context, params, body }) =>
      answerOf(tx, context, c.get('lang'), await correctExternalCertificate(tx, context, params.id, body)),
  )
  write(
    app,
    {
      method: 'post',
      path: '/external-certificates/{id}/withdrawal',
      permission: 'external_certificate.write',
      name: 'withdrawExternalCertificate',
      tag,
      summary: '撤回外部证书 Withdraw a certificate recorded in error',
      params,
      body: externalWithdrawalShape,
      answer: externalShape,
    },
    ({ tx, context, params, body }) => withdrawExternalCertificate(tx, context, params.id, body.reason),
  )
  read(
    app,
    {
      path: '/external-certificates/{id}/checks',
      permission: 'certificate.read',
      name: 'listExternalCertificateChecks',
      tag,
      summary: '外部证书核验记录 Findings in the official registers, newest first',
      params,
      answer: externalChecksShape,
    },
    async ({ db, context, params }) => {
      const { id } = await getExternalCertificate(db, context.scope, params.id)
      return { items: await listExternalChecks(db, id), next_cursor: null }
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/external-certificates/{id}/checks',
      permission: 'registry_check.write',
      name: 'recordExternalCertificateCheck',
      tag,
      summary: '登记外部证书的核验结果 Record a finding',
      params,
      body: registryCheckShape,
      answer: z.object({ recorded: z.number().int() }),
      status: 201,
    },
    ({ tx, context, params, body }) => recordExternalChecks(tx, context, { ...body, certificate_ids: [params.id] }),
  )
}

async function answerOf(
  db: Db,
  context: Context,
  lang: Lang,
  { id, change, warnings }: { id: string; change: 'new' | 'changed' | 'same'; warnings: Fault[] },
) {
  return {
    ...(await getExternalCertificate(db, context.scope, id)),
    change,
    warnings: warnings.map(({ message, ...rest }) => ({ ...rest, message: inLanguage(lang, message) })),
  }
}
