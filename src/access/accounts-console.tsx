/** Pages of accounts: the list, one of them with what was decided about it, the forms that decide, and adding one. */
import { z } from 'zod'
import { AccountPage, DecisionForm, OneTimePassword } from '../../templates/access/account.tsx'
import { Accounts, NewAccount } from '../../templates/access/accounts.tsx'
import { inLanguage, type Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { pageShape } from '../platform/paging.ts'
import { together } from '../platform/together.ts'
import { DECISIONS, type Decision, decisionsFor } from './account-rules.ts'
import { addAccount } from './actions.ts'
import { disableAccount, enableAccount, resetPassword, unlockAccount } from './decisions.ts'
import { filled } from './form-fields.ts'
import { listIdentities } from './identities.ts'
import { faultsFor, form, formPage, frameOf, type PageCall, page, type Retry } from './pages.ts'
import { countAccounts, getAccount, listAccounts, listDecisions, unusedDays } from './queries.ts'
import { may, ROLES } from './rules.ts'
import { accountDecisionShape, newAccountShape, standingShape } from './shapes.ts'

const LIST = '/console/accounts'

export function accountsConsole(app: App): void {
  page(app, LIST, 'account.read', accountsPage)
  page(app, `${LIST}/new`, 'account.write', async (call) => newAccount(call, {}))
  form(
    app,
    LIST,
    'account.write',
    z.preprocess(filled(), newAccountShape),
    async ({ tx, context, input }) => {
      const { id } = await addAccount(tx, context, input)
      return { to: `${LIST}/${id}`, flash: { zh: '账号已新增。', en: 'The account was added.' } }
    },
    async (call) => newAccount(call, call.values, call.refusal),
  )
  page(app, `${LIST}/:id`, 'account.read', accountPage)
  decision(app, 'disabling', disableAccount, { zh: '账号已停用。', en: 'The account is disabled.' })
  decision(app, 'enabling', enableAccount, { zh: '账号已恢复。', en: 'The account is enabled.' })
  decision(app, 'unlocking', unlockAccount, { zh: '锁定已解除。', en: 'The account is unlocked.' })
  formPage(
    app,
    `${LIST}/:id/password-reset`,
    'account.write',
    accountDecisionShape,
    async ({ c, tx, context, params, input }) => {
      const account = await resetPassword(tx, context, params.id!, input.reason)
      c.header('Cache-Control', 'no-store')
      return <OneTimePassword frame={frameOf(c, account.username)} account={account} />
    },
    decisionForm('password-reset'),
  )
}

async function accountsPage({ c, db, context, query }: PageCall) {
  const standing = standingShape.safeParse(query.standing).data
  const reading = together(db)
  const [list, counts, unused_days] = await Promise.all([
    listAccounts(reading, context, { ...pageShape.parse({}), standing, cursor: query.cursor }),
    countAccounts(reading, context),
    unusedDays(reading),
  ])
  const at = (cursor: string) => `${LIST}?${new URLSearchParams({ ...(standing && { standing }), cursor })}`
  return (
    <Accounts
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '账号', en: 'Accounts' }))}
      accounts={list.items}
      counts={counts}
      standing={standing ?? null}
      unused_days={unused_days}
      next={list.next_cursor && at(list.next_cursor)}
      roles={ROLES}
      may_add={may(context.actor.role, 'account.write')}
    />
  )
}

async function accountPage({ c, db, context, params }: PageCall) {
  const reading = together(db)
  const may_write = may(context.actor.role, 'account.write')
  const [account, decisions, identities] = await Promise.all([
    getAccount(reading, context, params.id!),
    listDecisions(reading, params.id!),
    listIdentities(reading, params.id!),
  ])
  return (
    <AccountPage
      frame={frameOf(c, account.username)}
      account={account}
      role={ROLES[account.role as keyof typeof ROLES]}
      decisions={decisions}
      identities={identities}
      may_link={may_write && !account.disabled_at && Boolean(c.get('deps').singleSignOn)}
      may_withdraw={may_write}
      may_decide={
        may_write
          ? decisionsFor(account, context.now).filter(
              (one) => one !== 'password-reset' || account.id !== context.actor.account_id,
            )
          : []
      }
    />
  )
}

/** A decision that asks for nothing but its reason. */
function decision(app: App, name: Decision, decide: typeof disableAccount, flash: { zh: string; en: string }): void {
  formPage(
    app,
    `${LIST}/:id/${name}`,
    'account.write',
    accountDecisionShape,
    async ({ tx, context, params, input }) => {
      await decide(tx, context, params.id!, input.reason)
      return { to: `${LIST}/${params.id}`, flash }
    },
    decisionForm(name),
  )
}

function decisionForm(name: Decision) {
  return async ({ c, db, context, params }: PageCall, retry?: Retry) => (
    <DecisionForm
      frame={frameOf(c, inLanguage(c.get('lang'), DECISIONS[name]))}
      decision={name}
      account={await getAccount(db, context, params.id!)}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

function newAccount({ c }: Pick<PageCall, 'c'>, values: Record<string, string>, refusal?: Refusal) {
  return (
    <NewAccount
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '新增账号', en: 'New account' }))}
      roles={ROLES}
      values={values}
      errors={faultsFor(c, refusal)}
    />
  )
}
