/** Reads the certificates that decide() needs of many people at once, of this register and of other bodies, as they stood at one instant. */
import { sql } from 'kysely'
import { continuationKnown, revocationKnown, validUntil } from '../people/certificate-standing.ts'
import type { Db } from '../platform/database.ts'
import type { CertificateFact } from './evaluate.ts'
import { type Adding, type People, readRows, type Texts, wanted } from './fact-rows.ts'
import type { Window } from './facts.ts'

/** Certificates of this register, with whatever stands of them. */
export async function readCertificates(db: Db, people: People, { cutoff, rules }: Window): Promise<Adding> {
  const occupations = [...new Set(rules.flatMap((one) => one.occupation_codes))]
  const moved = await movedSince(db, cutoff)
  const asked = new Set(moved.size > 0 ? people.ids : [])
  const holders = [...moved.values()].flatMap(({ from_id, person_id }) => (asked.has(from_id) ? [person_id] : []))
  const holding = holders.length > 0 ? { ids: [...new Set([...people.ids, ...holders])].sort(), dense: false } : people
  const [rows, suspensions] = await Promise.all([
    readRows(
      db,
      [
        ...['c.person_id', 'c.id', 'c.occupation_code', 'c.level', 'c.issued_on', 'k.id', 'k.registry', 'k.result'],
        ...[validUntil('c'), 'c.replaces_id', 'revocation.effective_on'],
      ],
      // offset 0: looked up by certificate, where the planner would read all look-ups of everybody for each part
      sql`from certificates c
    left join certificate_revocations revocation on revocation.certificate_id = c.id and ${revocationKnown(cutoff)}
    left join certificate_continuations continuation on continuation.certificate_id = c.id and ${continuationKnown(cutoff)}
    left join lateral (select * from registry_checks
      where certificate_id = c.id and known_from <= ${cutoff}::timestamptz offset 0) k on true
    ${wanted(holding, 'c.person_id')}
    where c.kind = 'skill_level' and c.occupation_code = any(${occupations}::text[]) and c.known_from <= ${cutoff}::timestamptz`,
      NEWEST,
    ),
    readSuspensions(db, holding, cutoff),
  ])
  return (of) => {
    const certificates = new Map<string, CertificateFact>()
    const replaced = new Map<string, string>()
    for (const looks of Map.groupBy(rows, ([, id]) => id).values()) {
      const [holder, id, occupation_code, level, issued_on, , , , valid_until, replaces_id, revoked_from] = looks[0]!
      const facts = of(moved.get(id)?.from_id ?? holder)
      if (!facts) continue
      const certificate: CertificateFact = {
        id,
        occupation_code,
        level: Number(level),
        issued_on,
        credited_from: issued_on,
        valid_until: valid_until || null,
        revoked_from: revoked_from || null,
        found_in: foundIn(looks),
      }
      const suspended = suspensions.get(id)
      if (suspended) certificate.suspended = suspended.map(([, from_on, to_on]) => ({ from_on, to_on: to_on || null }))
      if (replaces_id) replaced.set(id, replaces_id)
      certificates.set(id, certificate)
      facts.certificates.push(certificate)
    }
    for (const id of replaced.keys()) creditAsReplaced(certificates.get(id)!, certificates, replaced)
  }
}

const NEWEST = sql`order by k.checked_on desc, k.known_from desc, k.id desc`

/** The registers whose newest look-up found it: `looks` are the rows of one certificate, the newest first. */
function foundIn(looks: Texts[]): CertificateFact['found_in'] {
  const newest =
    looks.length === 1
      ? looks
      : looks.filter((look, at) => at === looks.findIndex(([, , , , , , registry]) => registry === look[6]))
  return newest.flatMap(([, , , , , check_id, registry, result]) =>
    result === 'found' ? [{ check_id, registry }] : [],
  )
}

/** A suspended certificate supports no month on whose last day it is suspended, as one that is revoked or ran out by then supports none. */
async function readSuspensions(db: Db, people: People, cutoff: string): Promise<Map<string, Texts[]>> {
  const rows = await readRows(
    db,
    ['s.certificate_id', 's.from_on', 'r.from_on'],
    sql`from certificate_suspensions s join certificates c on c.id = s.certificate_id
    left join certificate_resumptions r on r.certificate_id = s.certificate_id and r.seq = s.seq and r.known_from <= ${cutoff}::timestamptz
    ${wanted(people, 'c.person_id')} where s.known_from <= ${cutoff}::timestamptz`,
    sql`order by s.certificate_id, s.seq`,
  )
  return Map.groupBy(rows, ([certificate_id]) => certificate_id)
}

/** Certificates that a merge has moved since the cutoff, with the record each lay in then: a run under way still counts it there. */
async function movedSince(db: Db, cutoff: string): Promise<Map<string, { from_id: string; person_id: string }>> {
  const { rows } = await sql<{ certificate_id: string; from_id: string; person_id: string }>`
    select distinct on (m.certificate_id) m.certificate_id, m.from_id, c.person_id
    from certificate_moves m join certificates c on c.id = m.certificate_id
    where m.moved_at > ${cutoff}::timestamptz order by m.certificate_id, m.moved_at`.execute(db)
  return new Map(rows.map(({ certificate_id, ...move }) => [certificate_id, move]))
}

/** A replacement is the same credential on new paper: it counts from the day the first one did. */
export function creditAsReplaced(
  certificate: CertificateFact,
  certificates: Map<string, CertificateFact>,
  replaced: Map<string, string>,
): void {
  for (let id = replaced.get(certificate.id); id; id = replaced.get(id)) {
    const earlier = certificates.get(id)
    if (earlier?.level !== certificate.level) return
    certificate.credited_from = earlier.issued_on
  }
}

/** Certificates of other bodies that were found: the newest look-up of what is recorded now decides, whatever the register. */
export async function readExternalCertificates(db: Db, people: People, { cutoff, rules }: Window): Promise<Adding> {
  const occupations = [...new Set(rules.flatMap((one) => one.occupation_codes))]
  const rows = await readRows(
    db,
    [
      ...['c.person_id', 'c.id', 'c.occupation_code', 'c.level', 'c.issued_on', 'k.id', 'k.registry', 'k.result'],
      'c.valid_until',
    ],
    sql`from external_certificates c
    join external_certificate_checks k on k.certificate_id = c.id and k.revision = c.revision and k.known_from <= ${cutoff}::timestamptz
    ${wanted(people, 'c.person_id')}
    where c.kind = 'skill_level' and c.occupation_code = any(${occupations}::text[])
      and c.known_from <= ${cutoff}::timestamptz and c.known_to > ${cutoff}::timestamptz`,
    NEWEST,
  )
  return (of) => {
    for (const looks of Map.groupBy(rows, ([, id]) => id).values()) {
      const [person_id, id, occupation_code, level, issued_on, , , newest, valid_until] = looks[0]!
      if (newest !== 'found') continue
      of(person_id)?.certificates.push({
        ...{ id, occupation_code, level: Number(level), issued_on, credited_from: issued_on },
        ...{ valid_until: valid_until || null, revoked_from: null, external: true },
        found_in: foundIn(looks),
      })
    }
  }
}
