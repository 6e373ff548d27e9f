/** Hides the code of a session: derived from the program's key and the server's clock, kept nowhere, a new one every few seconds. */
import { Buffer } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'
import settings from '../../db/reference/check-in.json' with { type: 'json' }
import { refuse } from '../platform/errors.ts'
import type { Vault } from '../platform/vault.ts'

const STEP = settings.step_seconds * 1000
/** How many codes back a late scan may reach. */
export const LATE_STEPS = settings.late_steps
/** Digits shown within so many steps before are told to be old, others to be wrong. */
const REMEMBERED_STEPS = 120

/** What stands in a token: the session (16 bytes), the step (4), the proof (12). */
const [SESSION_BYTES, STEP_BYTES, PROOF_BYTES] = [16, 4, 12]
const TOKEN = /^[\w-]{43}$/

export interface CheckInCode {
  step: number
  /** six digits, for whoever cannot scan */
  digits: string
  /** of the QR code's address */
  token: string
  /** when the next one takes its place; this one is still taken for a while */
  ends_at: Date
}

/** The number of the code that is shown at an instant. */
export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / STEP)
}

/** The code that a session shows now. */
export function codeOf(vault: Vault, session_id: string, now: Date): CheckInCode {
  const step = stepAt(now)
  const [proof] = proofsOf(vault, session_id, step) as [Buffer]
  const head = Buffer.alloc(SESSION_BYTES + STEP_BYTES)
  head.write(session_id.replaceAll('-', ''), 'hex')
  head.writeUInt32BE(step, SESSION_BYTES)
  return {
    step,
    digits: digitsOf(proof),
    token: Buffer.concat([head, proof.subarray(0, PROOF_BYTES)]).toString('base64url'),
    ends_at: new Date((step + 1) * STEP),
  }
}

/**
 * The session and step of a scanned token. Refuses `check_in.code_wrong` for what this program never showed, and
 * `check_in.code_expired` for a code that was shown longer ago than a late scan may be.
 */
export function readToken(vault: Vault, token: string, now: Date): { session_id: string; step: number } {
  const bytes = TOKEN.test(token) ? Buffer.from(token, 'base64url') : null
  if (!bytes) return refuseWrong()
  const hex = bytes.toString('hex', 0, SESSION_BYTES)
  const session_id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const step = bytes.readUInt32BE(SESSION_BYTES)
  const given = bytes.subarray(SESSION_BYTES + STEP_BYTES)
  const genuine = proofsOf(vault, session_id, step).some((proof) =>
    timingSafeEqual(given, proof.subarray(0, PROOF_BYTES)),
  )
  if (!genuine || step > newest(now)) return refuseWrong()
  if (step < oldest(now)) return refuseExpired()
  return { session_id, step }
}

/** Among sessions the one whose code these digits are, and its step; null for none. */
export function readDigits(
  vault: Vault,
  session_ids: string[],
  digits: string,
  now: Date,
): { session_id: string; step: number } | null {
  for (const session_id of session_ids) {
    const step = stepOfDigits(vault, session_id, digits, newest(now), oldest(now))
    if (step !== null) return { session_id, step }
  }
  return null
}

/** Refuses digits that are no session's now: `check_in.code_expired` where one showed them within the hour, else `check_in.code_wrong`. */
export function refuseDigits(vault: Vault, session_ids: string[], digits: string, now: Date): never {
  const old = oldest(now)
  return session_ids.some((id) => stepOfDigits(vault, id, digits, old - 1, old - REMEMBERED_STEPS) !== null)
    ? refuseExpired()
    : refuseWrong()
}

function stepOfDigits(vault: Vault, session_id: string, digits: string, from: number, to: number): number | null {
  for (let step = from; step >= to; step--)
    if (proofsOf(vault, session_id, step).some((proof) => digitsOf(proof) === digits)) return step
  return null
}

/** Two servers' clocks may differ by a little. */
const newest = (now: Date) => stepAt(now) + 1
const oldest = (now: Date) => stepAt(now) - LATE_STEPS

/** Under every key in force, the current first: a key may be exchanged while a class is on. */
function proofsOf(vault: Vault, session_id: string, step: number): Buffer[] {
  return vault.fingerprints(`check-in ${session_id} ${step}`).map(({ hash }) => Buffer.from(hash, 'base64url'))
}

/** From other bytes of the proof than the token's: who reads the digits cannot make the token. */
function digitsOf(proof: Buffer): string {
  return String(proof.readUIntBE(PROOF_BYTES, 6) % 1_000_000).padStart(6, '0')
}

function refuseWrong(): never {
  refuse('conflict', 'check_in.code_wrong', {
    zh: '签到码不对。请重新扫描教室屏幕上的二维码，或输入屏幕上现在显示的 6 位数字。',
    en: 'The code is not right. Scan the code on the screen again, or enter the six digits it shows now.',
  })
}

function refuseExpired(): never {
  refuse('conflict', 'check_in.code_expired', {
    zh: `签到码已过期，每个码只在显示后约 ${Math.round((settings.step_seconds * (LATE_STEPS + 1)) / 60)} 分钟内有效。请重新扫描教室屏幕上的二维码。`,
    en: `The code has run out: each is taken for about ${Math.round((settings.step_seconds * (LATE_STEPS + 1)) / 60)} minutes. Scan the one on the screen now.`,
  })
}
