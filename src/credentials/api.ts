/** JSON routes of certificates and batches. */
import { z } from 'zod'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage, type Lang } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { issueCertificate, replaceCertificate, revokeCertificate } from './actions.ts'
import { awardsApi } from './awards-api.ts'
import { type BatchView, batchViews, getBatch } from './batch-queries.ts'
import { requestBatch } from './batches.ts'
import { checksApi } from './checks-api.ts'
import { sendPdf } from './download.ts'
import { externalApi } from './external-api.ts'
import { filesApi } from './files-api.ts'
import {
  batchMadeShape,
  batchShape,
  newBatchShape,
  newCertificateShape,
  promotionCertificateShape,
} from './issue-shapes.ts'
import { lifeApi } from './life-api.ts'
import { issuePromotion } from './promotions.ts'
import { proofsApi } from './proofs-api.ts'
import { getCertificate, getPrinted, listCertificates } from './queries.ts'
import {
  certificatePageShape,
  certificateShape,
  idPdfShape,
  listShape,
  replacementShape,
  revocationShape,
} from './shapes.ts'
import { signingKeysApi } from './signing-keys-api.ts'

const tag = 'certificates'

export function credentialsApi(app: App): void {
  // before the records themselves: `x.zip` would be taken for an id
  filesApi(app)
  read(
    app,
    {
      path: '/certificates',
      permission: 'certificate.read',
      name: 'listCertificates',
      tag,
      summary: '证书列表 List certificates',
      query: listShape,
      answer: certificatePageShape,
    },
    ({ db, context, query }) => listCertificates(db, context.scope, localDate(context.now), query),
  )
  // before the record itself: `x.pdf` would be taken for an id
  read(
    app,
    {
      path: '/certificates/{id}.pdf',
      permission: 'certificate.read',
      name: 'getCertificatePdf',
      tag,
      summary: '证书 PDF The certificate as issued, byte for byte',
      params: idPdfShape,
      produces: 'application/pdf',
    },
    async ({ c, db, context, params }) => sendPdf(c, await getPrinted(db, context.scope, params.id)),
  )
  read(
    app,
    {
      path: '/certificates/{id}',
      permission: 'certificate.read',
      name: 'getCertificate',
      tag,
      summary: '证书 Get a certificate',
      params: idShape,
      answer: certificateShape,
    },
    ({ db, context, params }) => getCertificate(db, context.scope, localDate(context.now), params.id),
  )
  write(
    app,
    {
      method: 'post',
      path: '/certificates',
      permission: 'certificate.issue',
      name: 'issueCertificate',
      tag,
      summary: '签发一张证书 Issue one certificate',
      body: newCertificateShape,
      answer: certificateShape,
      status: 201,
      key: 'required',
    },
    ({ tx, context, body }) => issueCertificate(tx, context, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/promotions/{id}/certificate',
      permission: 'promotion.decide',
      name: 'issuePromotion',
      tag,
      summary: '为审定通过的晋升签发证书 Issue the certificate of an approved promotion',
      params: idShape,
      body: promotionCertificateShape,
      answer: certificateShape,
      status: 201,
      key: 'required',
    },
    ({ tx, context, params, body }) => issuePromotion(tx, context, params.id, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/certificates/{id}/revocation',
      permission: 'certificate.revoke',
      name: 'revokeCertificate',
      tag,
      summary: '撤销证书 Revoke a certificate',
      params: idShape,
      body: revocationShape,
      answer: certificateShape,
      status: 201,
    },
    ({ tx, context, params, body }) => revokeCertificate(tx, context, params.id, body),
  )
  write(
    app,
    {
      method: 'post',
      path: '/certificates/{id}/replacement',
      permission: 'certificate.issue',
      name: 'replaceCertificate',
      tag,
      summary: '换发证书 Issue a certificate anew under another number',
      params: idShape,
      body: replacementShape,
      answer: certificateShape,
      status: 201,
      key: 'required',
    },
    ({ tx, context, params, body }) => replaceCertificate(tx, context, params.id, body),
  )
  batches(app)
  awardsApi(app)
  checksApi(app)
  externalApi(app)
  proofsApi(app)
  signingKeysApi(app)
  lifeApi(app)
}

function batches(app: App): void {
  write(
    app,
    {
      method: 'post',
      path: '/certificate-batches',
      permission: 'certificate.issue',
      name: 'requestCertificateBatch',
      tag,
      summary: '为全班或竞赛项目签发证书 Issue certificates to a class, or the awards or promotions of an event',
      body: newBatchShape,
      answer: batchMadeShape,
      status: 202,
      key: 'required',
    },
    ({ tx, context, body }) => requestBatch(tx, context, body),
  )
  read(
    app,
    {
      path: '/certificate-batches',
      permission: 'certificate.read',
      name: 'listCertificateBatches',
      tag,
      summary: '发证批次 List the latest batches',
      query: z.object({ class_id: z.uuid().optional(), event_id: z.uuid().optional() }),
      answer: z.object({ items: z.array(batchShape), next_cursor: z.null() }),
    },
    async ({ c, db, context, query }) => ({
      items: (await batchViews(db, context.scope, query)).map((batch) => inWords(batch, c.get('lang'))),
      next_cursor: null,
    }),
  )
  read(
    app,
    {
      path: '/certificate-batches/{id}',
      permission: 'certificate.read',
      name: 'getCertificateBatch',
      tag,
      summary: '发证批次 Get a batch and its progress',
      params: idShape,
      answer: batchShape,
    },
    async ({ c, db, context, params }) => inWords(await getBatch(db, context.scope, params.id), c.get('lang')),
  )
}

function inWords({ error: _, ...batch }: BatchView, lang: Lang) {
  return { ...batch, skipped: batch.skipped.map((one) => ({ ...one, message: inLanguage(lang, one.message) })) }
}
