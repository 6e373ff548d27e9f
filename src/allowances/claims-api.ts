/** JSON routes of claims. */
import { read, write } from '../access/route.ts'
import { idShape } from '../organisations/shapes.ts'
import type { App } from '../platform/http.ts'
import * as shapes from './claim-shapes.ts'
import { correctClaim, fileClaim, listClaims, withdrawClaim } from './claims.ts'

const tag = 'allowances'
const params = idShape

export function claimsApi(app: App): void {
  read(
    app,
    {
      ...{ permission: 'entitlement.read', tag, path: '/people/{id}/allowance-claims', name: 'listAllowanceClaims' },
      summary: '某人的申领 The claims of a person',
      params,
      answer: shapes.claimListShape,
    },
    async ({ db, context, params }) => ({ items: await listClaims(db, context, params.id) }),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'claim.write', tag, path: '/people/{id}/allowance-claims' },
      name: 'fileAllowanceClaim',
      summary: '申领一个项目 Claim a component of a scheme',
      params,
      body: shapes.newClaimShape,
      answer: shapes.claimShape,
      status: 201,
      made_in: '/allowance-claims',
    },
    ({ tx, context, params, body }) => fileClaim(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'claim.write', tag, path: '/allowance-claims/{id}/correction' },
      name: 'correctAllowanceClaim',
      summary: '更正申领 Correct a claim',
      params,
      body: shapes.claimCorrectionShape,
      answer: shapes.claimShape,
    },
    ({ tx, context, params, body }) => correctClaim(tx, context, params.id, body),
  )
  write(
    app,
    {
      ...{ method: 'post', permission: 'claim.write', tag, path: '/allowance-claims/{id}/withdrawal' },
      name: 'withdrawAllowanceClaim',
      summary: '撤回申领 Withdraw a claim',
      params,
      body: shapes.claimWithdrawalShape,
      answer: shapes.claimShape,
    },
    ({ tx, context, params, body }) => withdrawClaim(tx, context, params.id, body.reason),
  )
}
