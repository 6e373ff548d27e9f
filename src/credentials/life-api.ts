/** JSON routes of what becomes of certificates: decisions on many, withdrawals, suspensions, corrected names, continued ends. */
import type { z } from 'zod'
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { continueCertificate } from './continuations.ts'
import { getDecision, lifeOf, listDecisions } from './life-queries.ts'
import {
  continuationShape,
  lifeShape,
  nameCorrectionShape,
  restorationShape,
  restoredShape,
  resumptionShape,
  revocationCheckShape,
  revocationDecisionAnswerShape,
  revocationDecisionShape,
  revocationDecisionsShape,
  revocationPlanShape,
  suspensionShape,
} from './life-shapes.ts'
import { correctCertificate } from './name-corrections.ts'
import { getCertificate } from './queries.ts'
import { restoreCertificates } from './restorations.ts'
import { planRevocations, revokeCertificates } from './revocations.ts'
import { certificateShape } from './shapes.ts'
import { resumeCertificate, suspendCertificate } from './suspensions.ts'

const tag = 'certificates'

export function lifeApi(app: App): void {
  decisions(app)
  const step = { method: 'post' as const, params: idShape, tag, status: 201 as const, answer: certificateShape }
  write(
    app,
    {
      ...step,
      path: '/certificates/{id}/restoration',
      permission: 'certificate.revoke',
      name: 'restoreCertificate',
      summary: '撤回撤销 Withdraw a revocation that was found wrong',
      body: restorationShape,
    },
    async ({ tx, context, params, body }) => {
      await restoreCertificates(tx, context, { certificate_id: params.id }, body)
      return getCertificate(tx, context.scope, localDate(context.now), params.id)
    },
  )
  write(
    app,
    {
      ...step,
      path: '/certificates/{id}/suspension',
      permission: 'certificate.revoke',
      name: 'suspendCertificate',
      summary: '暂停使用 Suspend a certificate',
      body: suspensionShape,
    },
    ({ tx, context, params, body }) => suspendCertificate(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...step,
      path: '/certificates/{id}/resumption',
      permission: 'certificate.revoke',
      name: 'resumeCertificate',
      summary: '恢复使用 Lift a suspension',
      body: resumptionShape,
    },
    ({ tx, context, params, body }) => resumeCertificate(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...step,
      path: '/certificates/{id}/name-correction',
      permission: 'certificate.issue',
      name: 'correctCertificate',
      summary: '更正姓名 A new certificate with the corrected name of the holder',
      body: nameCorrectionShape,
      key: 'required',
    },
    ({ tx, context, params, body }) => correctCertificate(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...step,
      path: '/certificates/{id}/continuation',
      permission: 'certificate.issue',
      name: 'continueCertificate',
      summary: '凭继续教育延续 Continue by hours of education',
      body: continuationShape,
    },
    ({ tx, context, params, body }) => continueCertificate(tx, context, params.id, body),
  )
  read(
    app,
    {
      path: '/certificates/{id}/life',
      permission: 'certificate.read',
      name: 'getCertificateLife',
      tag,
      summary: '证书经历 What became of it, the latest first',
      params: idShape,
      answer: lifeShape,
    },
    async ({ db, context, params }) => {
      const { id } = await getCertificate(db, context.scope, localDate(context.now), params.id)
      return { items: await lifeOf(db, id), next_cursor: null }
    },
  )
}

function decisions(app: App): void {
  // before the record itself: “check” would be taken for an id
  write(
    app,
    {
      method: 'post',
      path: '/certificate-revocations/check',
      permission: 'certificate.revoke',
      name: 'checkCertificateRevocation',
      tag,
      summary: '撤销前核对 What a decision would revoke, and what not and why',
      body: revocationCheckShape,
      answer: revocationPlanShape,
    },
    async ({ c, tx, context, body }): Promise<z.input<typeof revocationPlanShape>> => {
      const { revocable, left_out, faults } = await planRevocations(tx, context, body)
      const told = [...faults.map((fault) => ({ certificate_id: null, number: null, fault })), ...left_out]
      return {
        certificates: revocable.length + left_out.length,
        revocable: faults.length > 0 ? 0 : revocable.length,
        left_out: told.map(({ certificate_id, number, fault: { code, message } }) => ({
          ...{ certificate_id, number, code },
          message: inLanguage(c.get('lang'), message),
        })),
      }
    },
  )
  write(
    app,
    {
      method: 'post',
      path: '/certificate-revocations',
      permission: 'certificate.revoke',
      name: 'revokeCertificates',
      tag,
      summary: '批量撤销：一张或数千张，全部或全不 Revoke one or thousands by one decision, all or none',
      body: revocationDecisionShape,
      answer: revocationDecisionAnswerShape,
      status: 201,
      key: 'required',
    },
    async ({ tx, context, body }) => {
      const { id } = await revokeCertificates(tx, context, body)
      return getDecision(tx, context.scope, id)
    },
  )
  read(
    app,
    {
      path: '/certificate-revocations',
      permission: 'certificate.read',
      name: 'listCertificateRevocations',
      tag,
      summary: '撤销决定 The latest decisions',
      answer: revocationDecisionsShape,
    },
    async ({ db, context }) => ({ items: await listDecisions(db, context.scope), next_cursor: null }),
  )
  read(
    app,
    {
      path: '/certificate-revocations/{id}',
      permission: 'certificate.read',
      name: 'getCertificateRevocation',
      tag,
      summary: '撤销决定 Get a decision',
      params: idShape,
      answer: revocationDecisionAnswerShape,
    },
    ({ db, context, params }) => getDecision(db, context.scope, params.id),
  )
  write(
    app,
    {
      method: 'post',
      path: '/certificate-revocations/{id}/restoration',
      permission: 'certificate.revoke',
      name: 'restoreCertificates',
      tag,
      summary: '撤回整个撤销决定 Withdraw all revocations of a decision that still stand',
      params: idShape,
      body: restorationShape,
      answer: restoredShape,
      status: 201,
    },
    ({ tx, context, params, body }) => restoreCertificates(tx, context, { decision_id: params.id }, body),
  )
}
