/** Checking in to a session with the code on its screen, by phone. */
import { sql } from 'kysely'
import { faultAt } from '../people/bulk.ts'
import { cleanName } from '../people/identity.ts'
import { type LocalDate, localTime } from '../platform/calendar.ts'
import type { Actor } from '../platform/context.ts'
import { type Db, PREPARED } from '../platform/database.ts'
import { type Fault, refuse, refuseFaults } from '../platform/errors.ts'
import { limitRate } from '../platform/rate-limit.ts'
import { cleanText } from '../platform/text.ts'
import type { Vault } from '../platform/vault.ts'
import { readDigits, readToken, refuseDigits } from './check-in-codes.ts'
import { type Candidate, CLOSES, OPENS, unscopedCandidates } from './check-in-queries.ts'

export interface Asking {
  db: Db
  vault: Vault
  now: Date
  /** of the phone, for counting wrong tries */
  address: string
  /** who is signed in; a carer needs no other proof */
  actor: Actor | null
  /** random, kept by the phone for the day */
  device: string | null
}
/** `code`: the token of the QR code, or its six digits. Name and last four of the document prove who somebody without an account is. */
export interface CheckingIn {
  code: string
  name?: string | undefined
  id_last4?: string | undefined
}
export interface CheckedIn {
  session_id: string
  class_name: string
  topic: string
  held_on: LocalDate
  at: Date
  /** a second scan: nothing was written */
  already: boolean
}

/** Wrong tries: of one name in an hour, and from one address in ten minutes, which a room full of phones may share. */
const MISSES = { name: { most: 10, seconds: 3600 }, address: { most: 100, seconds: 600 } }

/**
 * Checks somebody in, once, however often they scan: two statements, and no lock that one phone holds against another. Refuses
 * `check_in.code_wrong`, `check_in.code_expired`, `check_in.not_enrolled`, `check_in.withdrawn`, `check_in.closed`,
 * `check_in.no_session`, `class.not_open`, `rate.limited`; whoever does not prove who they are hears `check_in.not_matched`, whatever
 * of name, number, digits and class is wrong.
 */
export async function checkIn(asking: Asking, input: CheckingIn): Promise<CheckedIn> {
  const { vault, now, actor } = asking
  const code = cleanText(input.code).replaceAll(/\s/g, '')
  const digits = /^\d{6}$/.test(code) ? code : null
  const scanned = digits ? null : readToken(vault, code, now)
  const attempt: Attempt = {
    session_id: scanned?.session_id ?? null,
    person_id: actor?.role === 'carer' ? actor.person_id : null,
    name: cleanName(input.name ?? ''),
    last4: cleanText(input.id_last4 ?? '').toUpperCase(),
  }
  if (!attempt.person_id) refuseFaults(missingProof(attempt))
  const candidates = await provenCandidates(asking, attempt)
  const meant = digits ? readDigits(vault, sessionsOf(candidates), digits, now) : scanned
  const mine = candidates.filter(({ session_id }) => session_id === meant?.session_id)
  if (!meant || mine.length !== 1) return await refuseUnknown(asking, attempt, digits, candidates)
  const { enrolment_id } = mine[0]!
  const row = await write(asking, { ...meant, enrolment_id, how: digits ? 'code' : 'qr' })
  refuseClosed(row, now)
  const { class_name, topic, held_on } = row
  return { session_id: meant.session_id, class_name, topic, held_on, at: row.at ?? now, already: !row.written }
}

interface Attempt {
  /** of a scanned code */
  session_id: string | null
  /** of a carer who is signed in */
  person_id: string | null
  name: string
  last4: string
}

function missingProof({ name, last4 }: Attempt): Fault[] {
  return [
    ...(name ? [] : [faultAt('/name', 'check_in.name_missing', '请填写姓名。', 'Enter your name.')]),
    ...([...last4].length === 4
      ? []
      : [
          faultAt(
            '/id_last4',
            'check_in.id_last4_missing',
            '请填写证件号码的后四位。',
            'Enter the last four characters of your document number.',
          ),
        ]),
  ]
}

/** Those that the person may be; only whose name and number agree, where somebody is not signed in. */
async function provenCandidates(asking: Asking, attempt: Attempt): Promise<Candidate[]> {
  const { db, vault, now } = asking
  const { session_id, person_id, name, last4 } = attempt
  const by = person_id ? { person_id } : { name }
  const found = await unscopedCandidates(db, { session_id, by, now }, missLimits(asking, attempt))
  if (found.limited) await countMiss(asking, attempt)
  if (person_id) return found.candidates
  const numbers = await Promise.all(found.candidates.map(({ id_number_sealed }) => vault.open(id_number_sealed)))
  return found.candidates.filter((_, index) => numbers[index]!.endsWith(last4))
}

interface Written {
  class_name: string
  class_status: string
  topic: string
  held_on: LocalDate
  enrolment_status: string
  opens_at: Date
  closes_at: Date
  /** this call did it */
  written: boolean
  at: Date | null
}

/**
 * One statement: whoever is in the open class within its time is checked in and has the session's hours, unless there are hours
 * already. The class's row is shared with other check-ins and kept from whoever closes the class or writes its hours meanwhile.
 */
async function write(
  { db, vault, now, actor, device }: Asking,
  row: { session_id: string; enrolment_id: string; step: number; how: 'qr' | 'code' },
): Promise<Written> {
  // of this session only: a phone cannot be followed from one to the next
  const device_hash = device && vault.fingerprint(`device ${row.session_id} ${device}`)
  const { rows } = await sql<Written>`${PREPARED}
    with found as materialized (
      select s.id as session_id, e.id as enrolment_id, k.name as class_name, k.status as class_status, s.topic, s.held_on, s.hours,
        e.status as enrolment_status, ${OPENS} as opens_at, ${CLOSES} as closes_at
      from class_sessions s join classes k on k.id = s.class_id join enrolments e on e.class_id = k.id
      where s.id = ${row.session_id}::uuid and e.id = ${row.enrolment_id}::uuid for share of k
    ), here as (
      insert into check_ins (session_id, enrolment_id, at, how, step, device_hash, entered_by)
      select session_id, enrolment_id, ${now}, ${row.how}::text, ${row.step}::int, ${device_hash}::text, ${actor?.account_id ?? null}::uuid
      from found where class_status = 'open' and enrolment_status = 'enrolled' and ${now} >= opens_at and ${now} < closes_at
      on conflict do nothing returning enrolment_id, at
    ), attended as (
      insert into session_attendances (session_id, enrolment_id, hours)
      select session_id, enrolment_id, hours from found join here using (enrolment_id)
      on conflict (session_id, enrolment_id) where known_to = 'infinity' do nothing
    )
    select found.*, here.at is not null as written, coalesce(here.at, c.at) as at
    from found left join here using (enrolment_id) left join check_ins c using (session_id, enrolment_id)`.execute(db)
  return rows[0]!
}

function refuseClosed(row: Written, now: Date): void {
  if (row.written || row.at) return
  const { class_name, enrolment_status } = row
  if (enrolment_status !== 'enrolled')
    refuse('conflict', 'check_in.withdrawn', {
      zh: `您已不在培训班“${class_name}”的在读名单里，不能签到。有误请告诉老师。`,
      en: `You are no longer enrolled in "${class_name}". Tell the teacher if that is wrong.`,
    })
  if (row.class_status !== 'open')
    refuse('conflict', 'class.not_open', {
      zh: `培训班“${class_name}”已结业或已取消，不能签到。`,
      en: `The class "${class_name}" is completed or cancelled; nobody checks in any more.`,
    })
  refuseOutside(row, now)
}

/** Refuses `check_in.closed` outside the time of a session. */
export function refuseOutside(
  { topic, held_on, opens_at, closes_at }: Pick<Written, 'topic' | 'held_on' | 'opens_at' | 'closes_at'>,
  now: Date,
): void {
  if (now >= opens_at && now < closes_at) return
  refuse('conflict', 'check_in.closed', {
    zh: `${held_on}“${topic}”的签到时间是 ${localTime(opens_at)} 到 ${localTime(closes_at)}，现在不能签到。到了课而没签上的，请老师登记。`,
    en: `Check-in for "${topic}" of ${held_on} is open from ${localTime(opens_at)} to ${localTime(closes_at)}. If you were there, ask the teacher to enter you.`,
  })
}

/** Why nobody was found: in full for who is signed in, in one answer for who has not proved to be anybody. */
async function refuseUnknown(
  asking: Asking,
  attempt: Attempt,
  digits: string | null,
  candidates: Candidate[],
): Promise<never> {
  await countMiss(asking, attempt)
  if (!attempt.person_id)
    refuse('conflict', 'check_in.not_matched', {
      zh: '没有签上：姓名、证件号码后四位或签到码对不上这次课的名单。请核对后再试，仍不行请老师登记。',
      en: 'Not checked in: name, last four of the document or code do not agree with the roster. Check them, or ask the teacher.',
    })
  if (digits && candidates.length > 0) refuseDigits(asking.vault, sessionsOf(candidates), digits, asking.now)
  if (digits)
    refuse('conflict', 'check_in.no_session', {
      zh: '您今天没有正在签到的课。请确认已经报名，并看清上课日期。',
      en: 'You have no session that takes check-ins today. See whether you are enrolled and when the class is.',
    })
  refuse('conflict', 'check_in.not_enrolled', {
    zh: '您不在这个培训班的名单里，不能签到。有误请告诉老师。',
    en: 'You are not in this class. Tell the teacher if that is wrong.',
  })
}

/** A scanned code has been in the room: whoever has none cannot use up the tries of those who have. */
function missLimits({ vault, address }: Asking, { session_id, person_id, name }: Attempt) {
  return [
    { key: `check-in:${address}`, ...MISSES.address },
    {
      key: `check-in:${person_id ?? vault.fingerprint(`check-in name ${session_id ?? ''} ${name}`)}`,
      ...MISSES.name,
    },
  ]
}

/** Refuses `rate.limited` after too many. */
async function countMiss(asking: Asking, attempt: Attempt): Promise<void> {
  for (const { key, most, seconds } of missLimits(asking, attempt))
    await limitRate(asking.db, asking.now, key, most, seconds)
}

function sessionsOf(candidates: Candidate[]): string[] {
  return [...new Set(candidates.map(({ session_id }) => session_id))]
}
