/** Vocabulary of accounts: how they stand, what administrators decide about them, and what their constraints mean; pure. */
import { divisionPrefix } from '../platform/context.ts'
import type { Constraints } from '../platform/database.ts'
import type { Message } from '../platform/errors.ts'

/** Lists of accounts that somebody should look at; an account may stand in several. */
export const STANDINGS = {
  locked: { zh: '已锁定', en: 'Locked' },
  left: { zh: '人员已离开', en: 'Holder has left' },
  unused: { zh: '长期未用', en: 'Not used' },
  disabled: { zh: '已停用', en: 'Disabled' },
} satisfies Record<string, Message>
export type Standing = keyof typeof STANDINGS

/** What is decided about an account, by the last part of its address. */
export const DECISIONS = {
  disabling: { zh: '停用账号', en: 'Disable the account' },
  enabling: { zh: '恢复账号', en: 'Enable the account' },
  unlocking: { zh: '解除锁定', en: 'Unlock the account' },
  'password-reset': { zh: '重置密码', en: 'Reset the password' },
} satisfies Record<string, Message>
export type Decision = keyof typeof DECISIONS

/** The same decisions as rows say them. */
export const DECIDED: Record<string, Message> = {
  disabled: { zh: '停用', en: 'Disabled' },
  enabled: { zh: '恢复', en: 'Enabled' },
  unlocked: { zh: '解除锁定', en: 'Unlocked' },
  password_reset: { zh: '重置密码', en: 'Password reset' },
  moved: { zh: '在程序之外改了角色或所属', en: 'Role or place changed outside the program' },
}

/** Which decisions make sense of an account as it stands. */
export function decisionsFor(account: { disabled_at: Date | null; locked_until: Date | null }, now: Date): Decision[] {
  if (account.disabled_at) return ['enabling']
  return [...(isLocked(account, now) ? (['unlocking'] as const) : []), 'password-reset', 'disabling']
}

export function isLocked({ locked_until }: { locked_until: Date | null }, now: Date): boolean {
  return locked_until !== null && locked_until > now
}

/** Whether an administrator of the one division can do what one of the other did: a city's can for its districts. */
export function standsInFor(one: string | null, other: string | null): boolean {
  return divisionPrefix(other ?? '000000').startsWith(divisionPrefix(one ?? '000000'))
}

export const constraints: Constraints = {
  account_identities_linked: {
    code: 'identity.linked',
    message: {
      zh: '这个编号已关联到一个账号，请先在那里取消。',
      en: 'The subject is linked to an account already: take it back there first.',
    },
  },
  accounts_username_key: {
    code: 'account.username_taken',
    message: { zh: '这个账号名已有人使用，请换一个。', en: 'The account name is taken: choose another.' },
  },
}
