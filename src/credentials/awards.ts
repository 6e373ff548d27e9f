/** Awards on paper: issued by the organiser from the ranking that is published, one by one or as slices of a batch; never a level. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { EVENT } from '../competitions/queries.ts'
import { faultAt } from '../people/bulk.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { type Fault, notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { type AwardEvent, type AwardRow, getAwardEvent, listAwards, unscopedAwardEvents } from './award-queries.ts'
import { awardSeries, awardText } from './award-rules.ts'
import { issueAll, issuerOf, type Made, onlyOne } from './issue.ts'
import type { newCertificateShape } from './issue-shapes.ts'
import { draftFor, type Facts, hindrances, type Issuer } from './print.ts'
import { KINDS, type Obstacle } from './rules.ts'

export interface AwardOccasion {
  event: AwardEvent
  issuer: Issuer
  issued_on: LocalDate
  valid_until: LocalDate | null
  batch_id: string | null
}

/**
 * That the actor organises the event and its ranking is published, and the day. Refuses 404 for somebody else's event,
 * `award.not_published`; faults `certificate.issued_on` (before the publication or after today), `certificate.valid_until`.
 */
export async function awardOccasion(
  db: Db,
  context: Context,
  event_id: string,
  { issued_on, valid_until }: { issued_on: LocalDate; valid_until: LocalDate | null },
): Promise<Omit<AwardOccasion, 'batch_id'>> {
  const event = await getAwardEvent(db, context.scope, event_id)
  if (event.published_on === null)
    refuse('conflict', 'award.not_published', {
      zh: `“${event.name}”的名次还没有公布，公布以后才能颁发证书。`,
      en: `The ranking of “${event.name}” is not published; awards are issued from a published one.`,
    })
  refuseFaults(dayFaults(event.published_on!, localDate(context.now), { issued_on, valid_until }))
  return { event, issuer: await issuerOf(db, event.organisation_id), issued_on, valid_until }
}

function dayFaults(
  published_on: LocalDate,
  today: LocalDate,
  { issued_on, valid_until }: { issued_on: LocalDate; valid_until: LocalDate | null },
): Fault[] {
  return [
    ...(issued_on < published_on || issued_on > today
      ? [
          faultAt(
            '/issued_on',
            'certificate.issued_on',
            `发证日期 ${issued_on} 须在名次公布日 ${published_on} 与今天 ${today} 之间。`,
            `The day of issue ${issued_on} must lie between the publication, ${published_on}, and today, ${today}.`,
          ),
        ]
      : []),
    ...(valid_until !== null
      ? [
          faultAt(
            '/valid_until',
            'certificate.valid_until',
            '获奖证书长期有效，不填有效期。',
            'An award has no end: leave this empty.',
          ),
        ]
      : []),
  ]
}

/**
 * Issues the award of an entry to the person who stands for it, or to the member named. Refuses what {@link awardOccasion} refuses,
 * 404 for somebody who is not of the entry, `award.none`, and what else is in the way of this person.
 */
export async function issueAward(
  tx: Tx,
  context: Context,
  input: z.output<typeof newCertificateShape>,
): Promise<string> {
  const entry = await tx
    .selectFrom('competition_entries')
    .select(['id', 'event_id', 'person_id'])
    .where('id', '=', input.entry_id!)
    .executeTakeFirst()
  if (!entry) return notFound(EVENT)
  const occasion = await awardOccasion(tx, context, entry.event_id, input)
  const person_id = input.person_id ?? entry.person_id
  const made = await issueAwards(tx, context, { ...occasion, batch_id: null }, [{ entry_id: entry.id, person_id }])
  return onlyOne(made, { zh: '获奖的参赛者', en: 'entry with an award' })
}

/** Issues to these people what their entries have by the latest publication. */
export async function issueAwards(
  tx: Tx,
  context: Context,
  occasion: AwardOccasion,
  people: { entry_id: string; person_id: string }[],
): Promise<Made> {
  const { issuer, issued_on, event } = occasion
  const prefix = await awardPrefix(tx, issuer, issued_on)
  const asked = new Set(people.map(({ entry_id, person_id }) => `${entry_id} ${person_id}`))
  return issueAll(tx, context, { ...occasion, kind: 'award', prefix }, async () => {
    const rows = await judgeAwards(tx, context, event, issued_on, [...new Set(people.map(({ entry_id }) => entry_id))])
    return rows
      .filter(({ entry_id, person_id }) => asked.has(`${entry_id} ${person_id}`))
      .map((row) => ({
        ...row,
        draft: awardDraft(occasion, row),
        occupation_code: event.occupation_code,
        occupation_name: event.occupation_name,
        rests_on: { entry_id: row.entry_id, publication_id: event.publication_id! },
      }))
  })
}

/** Everybody with an award or its certificate, or those of some entries, each with what is in the way. */
export async function judgeAwards(
  db: Db,
  context: Context,
  event: AwardEvent,
  issued_on: LocalDate,
  entry_ids?: string[],
): Promise<(AwardRow & { obstacle: Obstacle | null })[]> {
  const rows = await listAwards(db, event, entry_ids ? { entry_ids } : undefined)
  const drawable = await hindrances(db, context, { kind: 'award', issuer_id: event.organisation_id, issued_on }, rows)
  return rows.map((row, index) => ({ ...row, obstacle: row.obstacle ?? drawable[index]!.obstacle }))
}

export function awardDraft({ event, issuer, issued_on }: Omit<AwardOccasion, 'batch_id'>, row: AwardRow): Facts {
  const taught = { occupation_name: event.occupation_name, course_name: event.name, level: null }
  return {
    ...draftFor('completion', taught, issuer, { ...row, theory: null, practical: null }, issued_on),
    title_zh: KINDS.award.zh,
    job_type: '--',
    body_zh: textOf(event, row),
  }
}

function textOf(event: AwardEvent, { team, award }: Pick<AwardRow, 'team' | 'award'>): string {
  return awardText({ competition_name: event.competition_name, event_name: event.name, team, award: award ?? '--' })
}

/** Whether the actor is the organiser who issued this award. */
export async function issuesAward(
  db: Db,
  { scope }: Pick<Context, 'scope'>,
  { kind, issuer_organisation_id }: { kind: string; issuer_organisation_id: string },
): Promise<boolean> {
  if (kind !== 'award' || scope.kind !== 'division') return false
  return (await issuerOf(db, issuer_organisation_id)).district_code.startsWith(scope.prefix)
}

/** What a new certificate says in place of an award that is replaced: what the entry has now. Refuses `award.lost`. */
export async function redrawAward(tx: Tx, old: { id: string; number: string }) {
  const { entry_id } = await tx
    .selectFrom('certificates')
    .select('entry_id')
    .where('id', '=', old.id)
    .executeTakeFirstOrThrow()
  const [event] = await unscopedAwardEvents(tx, { entry_id })
  const [row] = await listAwards(tx, event!, { entry_ids: [entry_id!], certificate_id: old.id })
  if (!row?.award)
    refuse('conflict', 'award.lost', {
      zh: `按现在公布的名次，${old.number} 的参赛者没有奖项，不能换发；请撤销这张证书。`,
      en: `By the ranking published now the entry of ${old.number} has no award: revoke the certificate instead of replacing it.`,
    })
  return {
    draft: { body_zh: textOf(event!, row!) },
    rests_on: { entry_id: entry_id!, publication_id: event!.publication_id! },
  }
}

/** The organiser's own series, which begins with its first award. Refuses `award.organisers_full` after 99 organisers of a district. */
export async function awardPrefix(tx: Tx, issuer: Issuer, issued_on: LocalDate): Promise<string> {
  return awardSeries((await organiserOf(tx, issuer.id)) ?? (await addOrganiser(tx, issuer)), issued_on)
}

function organiserOf(tx: Tx, organisation_id: string) {
  return tx
    .selectFrom('award_organisers')
    .select(['district_code', 'ordinal'])
    .where('organisation_id', '=', organisation_id)
    .executeTakeFirst()
}

async function addOrganiser(tx: Tx, issuer: Issuer) {
  // one after the other, so that two of a district never take the same number; organisers are few
  await sql`lock table award_organisers in share row exclusive mode`.execute(tx)
  await sql`insert into award_organisers (organisation_id, district_code, ordinal)
    select ${issuer.id}::uuid, ${issuer.district_code}, coalesce(max(ordinal), 0) + 1 from award_organisers where district_code = ${issuer.district_code}
    having coalesce(max(ordinal), 0) < 99
    on conflict (organisation_id) do nothing`.execute(tx)
  return (
    (await organiserOf(tx, issuer.id)) ??
    refuse('conflict', 'award.organisers_full', {
      zh: `${issuer.district_code} 已有 99 家主办单位编过号，请联系系统管理员。`,
      en: `99 organisers of ${issuer.district_code} have numbers already; tell an administrator.`,
    })
  )
}
