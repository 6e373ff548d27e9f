/** JSON routes of accounts and of what is decided about them. */
import type { Context as Call } from 'hono'
import { z } from 'zod'
import type { App, Env } from '../platform/http.ts'
import { addAccount } from './actions.ts'
import { disableAccount, enableAccount, resetPassword, unlockAccount } from './decisions.ts'
import { linkIdentity, listIdentities, withdrawIdentity } from './identities.ts'
import { providerOf } from './identity-console.tsx'
import { getAccount, listAccounts, listDecisions } from './queries.ts'
import { described, read, valid, write } from './route.ts'
import {
  accountDecisionShape,
  accountFilterShape,
  accountPageShape,
  accountRowShape,
  accountShape,
  identityShape,
  newAccountShape,
  oneTimePasswordShape,
  writtenIdentityShape,
} from './shapes.ts'

const tag = 'access'
const idShape = z.object({ id: z.uuid() })

export function accountsApi(app: App): void {
  read(
    app,
    {
      path: '/accounts',
      permission: 'account.read',
      name: 'listAccounts',
      tag,
      summary: '账号 List accounts, also those whose holder has left, that are not used, locked or disabled',
      query: accountFilterShape,
      answer: accountPageShape,
    },
    ({ db, context, query }) => listAccounts(db, context, query),
  )
  read(
    app,
    {
      path: '/accounts/{id}',
      permission: 'account.read',
      name: 'getAccount',
      tag,
      summary: '一个账号 An account and what was decided about it',
      params: idShape,
      answer: accountRowShape.extend({
        decisions: z.array(
          z.object({ kind: z.string(), reason: z.string(), decided_at: z.date(), by: z.string().nullable() }),
        ),
        identities: z.array(
          z.object({
            id: z.uuid(),
            issuer: z.string(),
            subject: z.string(),
            reason: z.string(),
            linked_at: z.date(),
            linked_by: z.string().nullable(),
            withdrawal_reason: z.string().nullable(),
            withdrawn_at: z.date().nullable(),
            withdrawn_by: z.string().nullable(),
          }),
        ),
      }),
    },
    async ({ db, context, params }) => ({
      ...(await getAccount(db, context, params.id)),
      decisions: await listDecisions(db, params.id),
      identities: await listIdentities(db, params.id),
    }),
  )
  write(
    app,
    {
      method: 'post',
      path: '/accounts',
      permission: 'account.write',
      name: 'addAccount',
      tag,
      summary: '新增账号 Add an account',
      body: newAccountShape,
      answer: accountShape,
      status: 201,
    },
    ({ tx, context, body }) => addAccount(tx, context, body),
  )
  const decision = {
    method: 'post',
    permission: 'account.write',
    tag,
    params: idShape,
    body: accountDecisionShape,
    answer: accountShape,
  } as const
  write(
    app,
    {
      ...decision,
      path: '/accounts/{id}/disabling',
      name: 'disableAccount',
      summary: '停用账号 Disable an account; its sessions end',
    },
    ({ tx, context, params, body }) => disableAccount(tx, context, params.id, body.reason),
  )
  write(
    app,
    {
      ...decision,
      path: '/accounts/{id}/enabling',
      name: 'enableAccount',
      summary: '恢复账号 Enable an account again',
    },
    ({ tx, context, params, body }) => enableAccount(tx, context, params.id, body.reason),
  )
  write(
    app,
    {
      ...decision,
      path: '/accounts/{id}/unlocking',
      name: 'unlockAccount',
      summary: '解除锁定 Unlock an account after too many wrong passwords',
    },
    ({ tx, context, params, body }) => unlockAccount(tx, context, params.id, body.reason),
  )
  write(
    app,
    {
      method: 'post',
      path: '/accounts/{id}/identities',
      permission: 'account.write',
      name: 'linkIdentity',
      tag,
      summary: '关联统一身份 Say which account a subject of the single sign-on opens',
      params: idShape,
      body: identityShape,
      answer: writtenIdentityShape,
      status: 201,
      made_in: '/account-identities',
    },
    ({ c, tx, context, params, body }) =>
      linkIdentity(tx, context, params.id, { ...body, issuer: providerOf(c).issuer }),
  )
  write(
    app,
    {
      ...decision,
      path: '/account-identities/{id}/withdrawal',
      name: 'withdrawIdentity',
      summary: '取消关联 Take an identity back',
      answer: writtenIdentityShape,
    },
    ({ tx, context, params, body }) => withdrawIdentity(tx, context, params.id, body.reason),
  )
  // no `write`: it would keep the answer for its Idempotency-Key, and with it a password
  app.openapi(
    described(
      {
        ...decision,
        path: '/accounts/{id}/password-reset',
        name: 'resetPassword',
        summary: '重置密码 Reset a password; the one-time password is answered once and kept nowhere',
        answer: oneTimePasswordShape,
      },
      'post',
      200,
    ),
    (async (c: Call<Env>) => {
      const [{ id }, { reason }] = [valid<typeof idShape>(c, 'param'), valid<typeof accountDecisionShape>(c, 'json')]
      const answer = await c
        .get('db')
        .transaction()
        .execute((tx) => resetPassword(tx, c.get('context'), id, reason))
      return c.json(answer, 200, { 'Cache-Control': 'no-store' })
    }) as never,
  )
}
