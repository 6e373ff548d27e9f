/** Employments of one person at the same time: in the same post they are refused, elsewhere they are allowed and flagged. */
import { sql } from 'kysely'
import type { LocalDate } from '../platform/calendar.ts'
import type { Db } from '../platform/database.ts'
import type { Fault } from '../platform/errors.ts'
import { asJson, faultAt } from './bulk.ts'
import type { NewEmployment } from './employments.ts'
import { knownAt } from './known.ts'
import { POSTS } from './rules.ts'

type Period = Pick<NewEmployment, 'person_id' | 'organisation_id' | 'starts_on' | 'ends_on'> & { post: string }

export interface Other {
  /** null: an earlier or later row of the same call */
  id: string | null
  /** same organisation and post */
  same_post: boolean
  same_organisation: boolean
  organisation_name: string
  contract_kind: string
  contract_until: LocalDate | null
  starts_on: LocalDate
  ends_on: LocalDate | null
  leaving_kind: string | null
  leaving_reason: string | null
  transferred_from: string | null
}

/**
 * For each sound row what overlaps it: employments of the person on record, unless another row of the call corrects them, and
 * rows of the call (in the same post earlier ones only, so that one of two is refused), which have no id.
 */
export async function othersAtOnce(
  db: Db,
  rows: (Period & { contract_kind: string })[],
  sound: (index: number) => boolean = () => true,
): Promise<Map<number, Other[]>> {
  const given = rows.map((row, at) => ({ ...row, at })).filter(({ at }) => sound(at))
  const { rows: found } = await sql<Other & { at: number }>`
    with given as materialized (
      select * from jsonb_to_recordset(${asJson(given)})
        as r (at int, person_id uuid, organisation_id uuid, post text, contract_kind text, starts_on date, ends_on date)
    ), others as (
      select g.at, e.id, e.organisation_id = g.organisation_id as same_organisation, e.post = g.post as same_name, e.organisation_id,
        e.contract_kind, e.contract_until, e.starts_on, e.ends_on, e.leaving_kind, e.leaving_reason, e.transferred_from
      from given g join employments e using (person_id)
      where ${knownAt('e')} and daterange(e.starts_on, e.ends_on) && daterange(g.starts_on, g.ends_on)
        and not exists (select from given h where h.at <> g.at and h.person_id = e.person_id and h.organisation_id = e.organisation_id
          and h.post = e.post and h.starts_on = e.starts_on)
      union all
      select g.at, null, c.organisation_id = g.organisation_id, c.post = g.post, c.organisation_id,
        c.contract_kind, null, c.starts_on, c.ends_on, null, null, null
      from given g join given c using (person_id)
      where c.at <> g.at and daterange(c.starts_on, c.ends_on) && daterange(g.starts_on, g.ends_on)
        and (c.at < g.at or c.organisation_id <> g.organisation_id or c.post <> g.post)
    )
    select others.*, same_organisation and same_name as same_post, organisations.name as organisation_name
    from others join organisations on organisations.id = others.organisation_id
    order by others.at, others.starts_on, others.id`.execute(db)
  return Map.groupBy(found, ({ at }) => at)
}

/** The warnings about an employment on record: `employment.concurrent`, one for each other at the same time. */
export async function warningsOf(db: Db, employment: Period & { contract_kind: string }): Promise<Fault[]> {
  const others = (await othersAtOnce(db, [employment])).get(0) ?? []
  return others.filter(({ same_post }) => !same_post).map(concurrentWarning)
}

/** Names the organisation, which is public, and the time; the contract there is nobody else's business. */
export function concurrentWarning(other: Other): Fault {
  return other.same_organisation
    ? faultAt(
        '/starts_on',
        'employment.concurrent',
        `此人在该机构还有另一段任职（${other.starts_on} 至${other.ends_on ?? '今'}）。可以同时任职，请核对是否属实。`,
        `The person has another employment with this organisation from ${other.starts_on} to ${other.ends_on ?? 'now'}. That is allowed: check that it is so.`,
      )
    : faultAt(
        '/starts_on',
        'employment.concurrent',
        `此人在另一家机构也有任职（${other.organisation_name}，${other.starts_on} 至${other.ends_on ?? '今'}）。可以同时任职，请核对是否属实。`,
        `The person is employed elsewhere too (${other.organisation_name}, from ${other.starts_on} to ${other.ends_on ?? 'now'}). That is allowed: check that it is so.`,
      )
}

export function overlapFault(row: { post: string; starts_on: LocalDate }, clash: Other): Fault {
  const post = POSTS[row.post as keyof typeof POSTS]
  return faultAt(
    '/starts_on',
    'employment.overlap',
    `此人在该机构的“${post.zh}”岗位上已有 ${clash.starts_on} 至${clash.ends_on ?? '今'}的任职，与 ${row.starts_on} 起的任职重叠。请先登记离岗，或核对日期。`,
    `The person is in the post “${post.en}” of this organisation from ${clash.starts_on} to ${clash.ends_on ?? 'now'} already, which overlaps the employment from ${row.starts_on}. Record the ending first, or check the dates.`,
  )
}
