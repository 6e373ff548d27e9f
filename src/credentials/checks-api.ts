/** JSON routes of checking certificates: anybody's look-up, a facility's roster, an officer's findings in the official registers. */

import { z } from 'zod'
import { addressOf } from '../access/api.ts'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import type { App } from '../platform/http.ts'
import { XLSX } from '../platform/workbook.ts'
import { getCheck, getReport, listAsked } from './check-queries.ts'
import { verifyReport } from './check-report.ts'
import { askedShape, reportShape, reportVerdictShape } from './check-shapes.ts'
import { checkWorkbook } from './check-workbook.ts'
import { checkCertificates, recordRegistryChecks } from './checks.ts'
import { getCertificate, listRegistryChecks } from './queries.ts'
import {
  checkShape,
  idXlsxShape,
  newCheckShape,
  registryCheckAnswerShape,
  registryCheckShape,
  registryChecksShape,
  verdictShape,
  verifyQueryShape,
} from './shapes.ts'
import { askingOf, limitLookUps, toldOf, verifyNumber } from './verify.ts'

const tag = 'certificate checks'
const recordedShape = z.object({ recorded: z.number().int() })

export function checksApi(app: App): void {
  read(
    app,
    {
      path: '/verify/{number}',
      permission: 'public',
      name: 'verifyCertificate',
      tag,
      summary: '公众查验 What anybody may learn of a certificate',
      params: z.object({ number: z.string().min(1).max(60) }),
      query: verifyQueryShape,
      answer: verdictShape,
    },
    async ({ c, params, query }) => {
      const asking = askingOf(c)
      await limitLookUps(asking, addressOf(c))
      return toldOf(await verifyNumber(asking, params.number, query))
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/certificate-checks',
      permission: 'certificate.check',
      name: 'checkCertificates',
      tag,
      summary: '核验名册 Check up to 1,000 certificates, or the own roster',
      body: newCheckShape,
      answer: checkShape,
      status: 201,
    },
    ({ tx, context, body }) => checkCertificates(tx, context, body),
  )
  read(
    app,
    {
      path: '/certificate-checks/{id}.xlsx',
      permission: 'certificate.check',
      name: 'getCertificateCheckWorkbook',
      tag,
      summary: '核验报告 The report as a workbook',
      params: idXlsxShape,
      produces: XLSX,
    },
    async ({ c, db, context, params }) => checkWorkbook(await getCheck(db, context, params.id), c.get('lang')),
  )
  read(
    app,
    {
      path: '/certificate-checks/{id}',
      permission: 'certificate.check',
      name: 'getCertificateCheck',
      tag,
      summary: '核验记录 Get a check',
      params: idShape,
      answer: checkShape,
    },
    ({ db, context, params }) => getCheck(db, context, params.id),
  )
  reports(app)
  registryChecks(app)
}

function reports(app: App): void {
  read(
    app,
    {
      path: '/certificate-checks/{id}/report',
      permission: 'certificate.check',
      name: 'getCertificateCheckReport',
      tag,
      summary: '签名报告 The signed report: a JWS by the authority that keeps the register',
      params: idShape,
      produces: 'application/jose',
    },
    async ({ db, context, params }) =>
      new Response(await getReport(db, context, params.id), {
        headers: {
          'Content-Type': 'application/jose',
          'Content-Disposition': `attachment; filename="check-${params.id}.jws"`,
          'Cache-Control': 'no-store',
        },
      }),
  )
  write(
    app,
    {
      method: 'post',
      path: '/certificate-checks/verification',
      permission: 'public',
      name: 'verifyCertificateCheckReport',
      tag,
      summary: '核对签名报告 Whether a signed report is of this register and unchanged',
      body: reportShape,
      answer: reportVerdictShape,
    },
    async ({ c, tx, body }) => {
      await limitLookUps({ ...askingOf(c), db: tx }, addressOf(c))
      return verifyReport(tx, body.report)
    },
  )
  read(
    app,
    {
      path: '/my-record/certificate-checks',
      permission: 'record.own',
      name: 'listMyCertificateChecks',
      tag,
      summary: '谁查验过我的证书 Who checked my certificates, the latest 200',
      answer: z.object({ items: z.array(askedShape), next_cursor: z.null() }),
    },
    async ({ db, context }) => ({ items: await listAsked(db, context.actor.person_id!, 200), next_cursor: null }),
  )
}

function registryChecks(app: App): void {
  read(
    app,
    {
      path: '/certificates/{id}/registry-checks',
      permission: 'certificate.read',
      name: 'listRegistryChecks',
      tag,
      summary: '官方平台核验记录 Findings in the official registers, newest first',
      params: idShape,
      answer: z.object({ items: z.array(registryCheckAnswerShape), next_cursor: z.null() }),
    },
    async ({ db, context, params }) => {
      const { id } = await getCertificate(db, context.scope, localDate(context.now), params.id)
      return { items: await listRegistryChecks(db, id), next_cursor: null }
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/certificates/{id}/registry-checks',
      permission: 'registry_check.write',
      name: 'recordRegistryCheck',
      tag,
      summary: '登记一次官方平台核验 Record a finding',
      params: idShape,
      body: registryCheckShape,
      answer: recordedShape,
      status: 201,
    },
    ({ tx, context, params, body }) => recordRegistryChecks(tx, context, { ...body, certificate_ids: [params.id] }),
  )
  write(
    app,
    {
      method: 'post',
      path: '/registry-checks',
      permission: 'registry_check.write',
      name: 'recordRegistryChecks',
      tag,
      summary: '批量登记官方平台核验 Record one finding for many certificates or a batch',
      body: registryChecksShape,
      answer: recordedShape,
      status: 201,
    },
    ({ tx, context, body }) => recordRegistryChecks(tx, context, body),
  )
}
