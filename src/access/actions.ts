/** Accounts and signing in. */
import { type Recorder, recordHistory } from '../history/actions.ts'
import { divisionPrefix, type Role } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { type Fault, notFound, refusalOfFaults, refuse, refuseFaults } from '../platform/errors.ts'
import { DUMMY_HASH, hashPassword, passwordMatches } from './passwords.ts'
import { SIGN_IN } from './rules.ts'
import { endSessions } from './sessions.ts'

export interface NewAccount {
  username: string
  display_name: string
  password: string
  role: Role
  organisation_id?: string | null | undefined
  district_code?: string | null | undefined
  township_code?: string | null | undefined
  person_id?: string | null | undefined
}

/**
 * Adds an account; refuses `account.place_missing` when the role needs an organisation, a district or a person, and as faults
 * `account.township_role`, `account.township_unknown`.
 */
export async function addAccount(
  tx: Tx,
  context: Recorder,
  input: NewAccount,
): Promise<{ id: string; username: string }> {
  const place = {
    trainer: 'organisation_id',
    assessor: 'organisation_id',
    facility: 'organisation_id',
    district: 'district_code',
    health: 'district_code',
    township: 'district_code',
    carer: 'person_id',
  } as const
  const needed = place[input.role as keyof typeof place]
  if (needed && !input[needed])
    refuse('invalid', 'account.place_missing', {
      zh: `角色 ${input.role} 的账号必须填写 ${needed}。`,
      en: `An account with the role ${input.role} needs ${needed}.`,
    })
  await requirePlace(tx, context, input)
  await checkTownship(tx, input)
  const { password, ...values } = input
  const account = await tx
    .insertInto('accounts')
    .values({ ...values, password_hash: await hashPassword(password) })
    .returning(['id', 'username'])
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'account.added',
    subject_kind: 'account',
    subject_id: account.id,
    organisation_id: input.organisation_id ?? null,
    district_code: input.district_code ?? null,
    changes: {
      username: input.username,
      role: input.role,
      ...(input.township_code && { township_code: input.township_code }),
    },
  })
  return account
}

/** An administrator of a division makes accounts for it alone: what lies elsewhere does not exist. */
async function requirePlace(tx: Tx, { actor }: Recorder, input: NewAccount): Promise<void> {
  const prefix = divisionPrefix(actor.district_code ?? '000000')
  if (prefix === '') return
  const place = input.organisation_id
    ? await tx
        .selectFrom('organisations')
        .select('district_code')
        .where('id', '=', input.organisation_id)
        .executeTakeFirst()
    : input
  if (!place?.district_code?.startsWith(prefix)) notFound({ zh: '机构或区划', en: 'organisation or division' })
}

/** A township is that of a reviewer of townships, and lies in the account's district. */
async function checkTownship(tx: Tx, { role, district_code, township_code }: NewAccount): Promise<void> {
  if (!township_code) return
  const faults: Fault[] = []
  if (role !== 'township')
    faults.push({
      pointer: '/township_code',
      code: 'account.township_role',
      message: {
        zh: `只有镇街角色的账号可以填写镇街，角色 ${role} 请不填。`,
        en: `Only an account with the role township has one: leave it out for the role ${role}.`,
      },
    })
  const township = await tx
    .selectFrom('townships')
    .select('code')
    .where('code', '=', township_code)
    .where('district_code', '=', district_code ?? '')
    .executeTakeFirst()
  if (!township)
    faults.push({
      pointer: '/township_code',
      code: 'account.township_unknown',
      message: {
        zh: `区县 ${district_code ?? '（空）'} 没有登记镇街 ${township_code}，请先登记，或改填该区县的镇街。`,
        en: `The district ${district_code ?? '(none)'} has no township ${township_code} on record: add it first, or give one of its own.`,
      },
    })
  refuseFaults(faults)
}

/** What a right password opens: with the hash it was compared with, so that a session is begun only while that still stands. */
export interface Opened {
  id: string
  password_hash: string
}

/** Checks who signs in. Refuses `session.wrong_password` (401) and `session.locked` (429). */
export async function checkPassword(db: Db, now: Date, username: string, password: string): Promise<Opened> {
  const account = await findOpened(db, now, 'username', username.trim().toLowerCase(), password)
  return account ?? refuseWrongPassword()
}

/** Checks that it is the holder who changes the password of an open session. Refuses `password.wrong` (422) and `session.locked` (429). */
export async function checkOwnPassword(db: Db, now: Date, id: string, password: string): Promise<Opened> {
  const account = await findOpened(db, now, 'id', id, password)
  if (!account)
    throw refusalOfFaults([
      {
        pointer: '/old_password',
        code: 'password.wrong',
        message: {
          zh: `不正确。连续 ${SIGN_IN.wrongPasswords} 次输错会锁定 ${SIGN_IN.lockMinutes} 分钟。`,
          en: `It is wrong. ${SIGN_IN.wrongPasswords} wrong ones in a row lock the account for ${SIGN_IN.lockMinutes} minutes.`,
        },
      },
    ])
  return account
}

async function findOpened(
  db: Db,
  now: Date,
  key: 'username' | 'id',
  value: string,
  password: string,
): Promise<Opened | null> {
  const account = await db
    .selectFrom('accounts')
    .select(['id', 'password_hash', 'locked_until'])
    .where(key, '=', value)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  // locked accounts get the same work and, unless the password is right, the same words as unknown ones
  const right = await passwordMatches(password, account?.password_hash ?? DUMMY_HASH)
  if (account?.locked_until && account.locked_until > now) refuseLocked(account.locked_until, now)
  if (account && !right) await countWrongPassword(db, now, account.id)
  return account && right ? account : null
}

/**
 * Notes when the account was signed in to, in the transaction that begins the session. Refuses `session.wrong_password` when it was
 * disabled, or its password changed, since that was checked.
 */
export async function noteSignIn(tx: Tx, now: Date, { id, password_hash }: Opened): Promise<string> {
  const { numUpdatedRows } = await tx
    .updateTable('accounts')
    .set({ last_sign_in_at: now, last_sign_in_by: 'password', failed_sign_ins: 0, locked_until: null })
    .where('id', '=', id)
    .where('password_hash', '=', password_hash)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 0n ? refuseWrongPassword() : id
}

/** The holder's own new password, checked by {@link checkOwnPassword}; every session of the account ends. */
export async function changePassword(
  tx: Tx,
  context: Recorder,
  { id, password_hash }: Opened,
  new_password: string,
): Promise<string> {
  const { numUpdatedRows } = await tx
    .updateTable('accounts')
    .set({ password_hash: await hashPassword(new_password), password_reset_at: null })
    .where('id', '=', id)
    .where('password_hash', '=', password_hash)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) refuseWrongPassword()
  await endSessions(tx, id)
  await recordHistory(tx, context, { kind: 'account.password_changed', subject_kind: 'account', subject_id: id })
  return id
}

function refuseWrongPassword(): never {
  refuse('unauthenticated', 'session.wrong_password', {
    zh: `账号或密码不正确。连续 ${SIGN_IN.wrongPasswords} 次输错会锁定 ${SIGN_IN.lockMinutes} 分钟。`,
    en: `The account or the password is wrong. ${SIGN_IN.wrongPasswords} wrong passwords in a row lock the account for ${SIGN_IN.lockMinutes} minutes.`,
  })
}

function refuseLocked(until: Date, now: Date): never {
  const minutes = Math.ceil((until.getTime() - now.getTime()) / 60_000)
  refuse(
    'too_many',
    'session.locked',
    {
      zh: `密码连续输错，账号已锁定，请 ${minutes} 分钟后再试，或请管理员解除锁定。`,
      en: `Too many wrong passwords: the account is locked. Try again in ${minutes} minutes, or ask an administrator to unlock it.`,
    },
    { retryAfter: minutes * 60 },
  )
}

/** One statement, so that guesses sent at the same time are all counted. */
async function countWrongPassword(db: Db, now: Date, accountId: string): Promise<void> {
  const until = new Date(now.getTime() + SIGN_IN.lockMinutes * 60_000)
  await db
    .updateTable('accounts')
    .set((eb) => ({
      failed_sign_ins: eb
        .case()
        .when('failed_sign_ins', '>=', SIGN_IN.wrongPasswords - 1)
        .then(0)
        .else(eb('failed_sign_ins', '+', 1))
        .end(),
      locked_until: eb
        .case()
        .when('failed_sign_ins', '>=', SIGN_IN.wrongPasswords - 1)
        .then(until)
        .else(eb.ref('locked_until'))
        .end(),
    }))
    .where('id', '=', accountId)
    .execute()
}
