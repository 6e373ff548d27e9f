/** The only file that knows lucia (end-of-life upstream): sessions by cookie, of which the database keeps only a hash. */
import { sql } from 'kysely'
import { type Adapter, type DatabaseSession, Lucia, TimeSpan } from 'lucia'
import { sha256Hex } from '../platform/bytes.ts'
import type { Actor } from '../platform/context.ts'
import { type Db, prepared } from '../platform/database.ts'
import { actors, asActor } from './queries.ts'
import { SIGN_IN } from './rules.ts'

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof openLucia>
    DatabaseUserAttributes: { actor: Actor }
    DatabaseSessionAttributes: Record<never, never>
  }
}

export interface OpenSession {
  actor: Actor
  /** a Set-Cookie value when the session was prolonged or has ended, else null */
  cookie: string | null
}

/** Starts a session; answers the Set-Cookie value. `secure` is true behind https. */
export async function startSession(db: Db, accountId: string, secure: boolean): Promise<string> {
  const lucia = openLucia(db, secure)
  const session = await lucia.createSession(accountId, {})
  return lucia.createSessionCookie(session.id).serialize()
}

/** The live session of a Cookie header, prolonged when half its idle time is over; null when there is none. */
export async function readSession(db: Db, cookieHeader: string, secure: boolean): Promise<OpenSession | null> {
  const lucia = openLucia(db, secure)
  const id = lucia.readSessionCookie(cookieHeader)
  if (!id) return null
  const { session, user } = await lucia.validateSession(id)
  if (!session || !user) return null
  return { actor: user.actor, cookie: session.fresh ? lucia.createSessionCookie(session.id).serialize() : null }
}

/** Ends the session of a Cookie header; answers the Set-Cookie value that clears it. */
export async function endSession(db: Db, cookieHeader: string, secure: boolean): Promise<string> {
  const lucia = openLucia(db, secure)
  const id = lucia.readSessionCookie(cookieHeader)
  if (id) await lucia.invalidateSession(id)
  return lucia.createBlankSessionCookie().serialize()
}

/** Ends every session of an account, wherever it was begun. */
export async function endSessions(db: Db, accountId: string): Promise<void> {
  await openLucia(db, false).invalidateUserSessions(accountId)
}

export async function forgetEndedSessions(db: Db): Promise<void> {
  await openLucia(db, false).deleteExpiredSessions()
}

function openLucia(db: Db, secure: boolean) {
  return new Lucia(hashedAdapter(db), {
    sessionExpiresIn: new TimeSpan(SIGN_IN.idleMinutes, 'm'),
    sessionCookie: {
      // the __Host- prefix ties the cookie to this host, but browsers take it over https only
      name: secure ? '__Host-huyu_session' : 'huyu_session',
      expires: false,
      attributes: { sameSite: 'lax', secure, path: '/' },
    },
    getUserAttributes: ({ actor }) => ({ actor }),
  })
}

/** lucia hands over raw ids; the table holds their SHA-256, and no expiry beyond the absolute limit is believed. */
function hashedAdapter(db: Db): Adapter {
  return {
    async getSessionAndUser(id) {
      const session = actors(db)
        .innerJoin('sessions', 'sessions.account_id', 'accounts.id')
        .select(['sessions.expires_at', 'sessions.created_at'])
        .where('sessions.id_hash', '=', await sha256Hex(id))
      // every call asks it
      const [row] = await prepared(db, session)
      if (!row) return [null, null]
      const { expires_at, created_at, ...found } = row
      const actor = asActor(found)
      const limit = created_at.getTime() + SIGN_IN.absoluteHours * 3_600_000
      const expiresAt = expires_at.getTime() < limit ? expires_at : new Date(limit)
      return [
        { id, userId: actor.account_id, expiresAt, attributes: {} },
        { id: actor.account_id, attributes: { actor } },
      ]
    },
    async setSession(session: DatabaseSession) {
      const id_hash = await sha256Hex(session.id)
      await db
        .insertInto('sessions')
        .values({ id_hash, account_id: session.userId, expires_at: session.expiresAt })
        .execute()
    },
    async updateSessionExpiration(id, expiresAt) {
      await db
        .updateTable('sessions')
        .set({ expires_at: expiresAt })
        .where('id_hash', '=', await sha256Hex(id))
        .execute()
    },
    async deleteSession(id) {
      await db
        .deleteFrom('sessions')
        .where('id_hash', '=', await sha256Hex(id))
        .execute()
    },
    async deleteUserSessions(accountId) {
      await db.deleteFrom('sessions').where('account_id', '=', accountId).execute()
    },
    async deleteExpiredSessions() {
      await db.deleteFrom('sessions').where('expires_at', '<=', sql<Date>`now()`).execute()
    },
    // the raw ids are unknown here, so there is nothing to answer with
    getUserSessions: async () => [],
  }
}
