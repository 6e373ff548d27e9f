/** Who may enter an event: its limits, its teams, and its conditions by what the register knows. */
import { sql } from 'kysely'
import { asArray, faultAt } from '../people/bulk.ts'
import { countsOn } from '../people/certificate-standing.ts'
import { LEVELS, WORKFORCES } from '../people/rules.ts'
import type { Db } from '../platform/database.ts'
import type { Fault } from '../platform/errors.ts'
import type { EntryRow, EventRow } from './queries.ts'
import type { NewEntry } from './shapes.ts'

export type Wanted = NewEntry & { index: number; organisation_id: string | null }

export function teamFaults({ rules: { team_size } }: EventRow, { team, member_ids }: Wanted, at: string): Fault[] {
  if (member_ids.length === team_size - 1 && (team_size === 1 || team)) return []
  return [
    faultAt(
      `${at}/member_ids`,
      'entry.team_size',
      team_size === 1
        ? '本项目是单人项目，不能填队员。'
        : `本项目每队 ${team_size} 人，要有队名；现为 ${member_ids.length + 1} 人${team ? '' : '、没有队名'}。`,
      team_size === 1
        ? 'The event is for single people: leave out the members.'
        : `A team has ${team_size} people and a name; this one has ${member_ids.length + 1}${team ? '' : ' and no name'}.`,
    ),
  ]
}

/** By position in the call; those that fit in come first. */
export function limitFaults({ rules: { entry } }: EventRow, before: EntryRow[], wanted: Wanted[]): Fault[][] {
  const standing = before.filter(({ withdrawn_at }) => withdrawn_at === null)
  const counts = new Map<string, number>()
  for (const { organisation_id } of standing) counts.set(organisation_id, (counts.get(organisation_id) ?? 0) + 1)
  return wanted.map(({ index, organisation_id }, position) => {
    const at = `/items/${index}`
    const faults: Fault[] = []
    if (entry.most !== null && standing.length + position >= entry.most)
      faults.push(
        faultAt(
          `${at}/person_id`,
          'entry.too_many',
          `本项目至多 ${entry.most} 名（队）选手，已经报满。`,
          `The event takes ${entry.most} entries and is full.`,
        ),
      )
    const count = (counts.get(organisation_id ?? '') ?? 0) + 1
    counts.set(organisation_id ?? '', count)
    if (entry.most_per_organisation !== null && count > entry.most_per_organisation)
      faults.push(
        faultAt(
          `${at}/organisation_id`,
          'entry.organisation_full',
          `每家机构至多 ${entry.most_per_organisation} 名（队）选手，这是第 ${count} 名（队）。`,
          `An organisation sends ${entry.most_per_organisation} at most; this is number ${count}.`,
        ),
      )
    return faults
  })
}

/** By person, every condition of the event that is not met, with what was found; by what the register knows on the day of the competition. */
export async function eligibility(db: Db, event: EventRow, ids: string[]): Promise<Map<string, Fault[]>> {
  const { workforce, years_at_least, level_at_least } = event.rules.entry
  if (workforce === null && years_at_least === null && level_at_least === null) return new Map()
  const day = event.held_on
  const { rows } = await sql<{ id: string; name: string; workforce: string; days: number; level: number | null }>`
    select p.id, p.name, p.workforce,
      (select coalesce(sum(upper(worked) - lower(worked)), 0)::int from (
        select unnest(range_agg(daterange(e.starts_on, least(coalesce(e.ends_on, ${day}::date), ${day}::date)))) as worked
        from employments e where e.person_id = p.id and e.known_to = 'infinity' and e.starts_on < ${day}::date) w) as days,
      (select min(c.level) from certificates c where c.person_id = p.id and c.kind = 'skill_level' and c.occupation_code = ${event.occupation_code}
        and ${countsOn(day)}) as level
    from people p where p.id = any (${asArray(ids)}::uuid[])`.execute(db)
  return new Map(
    rows.map(({ id, name, days, level, ...person }) => {
      const faults: Fault[] = []
      const fault = (zh: string, en: string) =>
        faults.push(faultAt('/person_id', 'entry.not_eligible', `${name}${zh}`, `${name} ${en}`))
      const years = Math.floor((days / 365) * 10) / 10
      if (workforce !== null && person.workforce !== workforce)
        fault(`不是${WORKFORCES[workforce].zh}人员。`, `is not of the workforce ${WORKFORCES[workforce].en}.`)
      if (years_at_least !== null && years < years_at_least)
        fault(
          `从业须满 ${years_at_least} 年，按任职记录为 ${years} 年。`,
          `needs ${years_at_least} years of work; the employments on record make ${years}.`,
        )
      if (level_at_least !== null && (level === null || level > level_at_least))
        fault(
          `须持有${LEVELS[level_at_least]!.zh}及以上证书，${level === null ? '本系统没有其有效证书' : `现为${LEVELS[level]!.zh}`}。`,
          `needs a certificate of ${LEVELS[level_at_least]!.en} or higher; ${level === null ? 'none is on record' : `holds ${LEVELS[level]!.en}`}.`,
        )
      return [id, faults]
    }),
  )
}
