/** What certificates are issued for, as the pages of issuing show it: a class, the awards of an event, or the promotions by it. */
import { EVENT } from '../competitions/queries.ts'
import { LEVELS } from '../people/rules.ts'
import type { LocalDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import { type Message, notFound, Refusal } from '../platform/errors.ts'
import { occasionFor } from './actions.ts'
import { getAwardEvent } from './award-queries.ts'
import { awardSeries } from './award-rules.ts'
import { awardDraft, awardOccasion, judgeAwards } from './awards.ts'
import type { Issue } from './certificate-supplies.ts'
import { issuerOf, judge } from './issue.ts'
import { getIssuingClass } from './issue-queries.ts'
import { draftFor, type Facts } from './print.ts'
import { judgePromoted, promotionDraft } from './promotions.ts'
import { type CertificateKind, type ClassKind, numberOf, type Obstacle, seriesPrefix } from './rules.ts'

export interface Wish {
  class_id: string | null
  event_id: string | null
  kind: CertificateKind
  issued_on: LocalDate
  valid_until: LocalDate | null
}

export interface SubjectPerson {
  person_id: string
  name: string
  id_number_masked: string
  /** there is one; without it the certificate shows an empty place, unless its layout asks for one */
  photo: boolean
  /** the award, or the level of a promotion */
  what: Message | null
  /** of the certificate there is */
  certificate: { id: string; number: string } | null
  obstacle: Obstacle | null
  /** an award that a corrected ranking made another one */
  change: Message | null
}

export interface Subject {
  name: string
  /** the first day on which certificates can be issued */
  from: LocalDate | null
  people: SubjectPerson[]
  /** the actor may not issue this, or the days are wrong */
  refusal: Refusal | undefined
  /** what those who read should know before they issue */
  notices: Message[]
  /** of the first who can have one, with serial 0; null when nobody can */
  sample: () => Promise<{ issue: Issue; person_id: string; facts: Facts; number: string } | null>
}

/** Everybody whom certificates could be issued to, with what is in the way. 404 for a class or event that is not the actor's. */
export function subjectOf(db: Db, context: Context, wish: Wish): Promise<Subject> {
  if (wish.event_id && wish.kind === 'award') return awards(db, context, wish, wish.event_id)
  if (wish.event_id) return promotions(db, context, wish, wish.event_id)
  return ofClass(db, context, wish, wish.class_id ?? '00000000-0000-0000-0000-000000000000')
}

async function ofClass(db: Db, context: Context, wish: Wish, class_id: string): Promise<Subject> {
  const kind = wish.kind as ClassKind
  const refusal = await refusalOf(occasionFor(db, context, class_id, { ...wish, kind }))
  const taught = await getIssuingClass(db, context.scope, class_id)
  const people = await judge(db, context, class_id, { kind, issued_on: wish.issued_on })
  return {
    ...{ name: taught.name, from: taught.starts_on, refusal, notices: [] },
    people: people.map((one) => ({ ...one, what: null, certificate: null, change: null })),
    async sample() {
      const first = people.find(({ obstacle }) => obstacle === null)
      const { issuer } = await occasionFor(db, context, class_id, { ...wish, kind })
      if (!first) return null
      return {
        issue: { kind, issuer_id: issuer.id, issued_on: wish.issued_on },
        person_id: first.person_id,
        facts: draftFor(kind, taught, issuer, first, wish.issued_on),
        number: numberOf(seriesPrefix(kind, issuer, taught.level, wish.issued_on), 0),
      }
    },
  }
}

async function awards(db: Db, context: Context, wish: Wish, event_id: string): Promise<Subject> {
  const refusal = await refusalOf(awardOccasion(db, context, event_id, wish))
  const event = await getAwardEvent(db, context.scope, event_id)
  const people = event.publication_id ? await judgeAwards(db, context, event, wish.issued_on) : []
  return {
    ...{ name: `${event.competition_name} · ${event.name}`, from: event.published_on, refusal },
    people: people.map(({ rank, award, certificate_id, number, change, ...one }) => ({
      ...one,
      what: {
        zh: award ? `第 ${rank} 名 ${award}` : '现无奖项',
        en: award ? `Rank ${rank}, ${award}` : 'No award now',
      },
      certificate: certificate_id && number ? { id: certificate_id, number } : null,
      change: change?.message ?? null,
    })),
    notices: [
      ...(event.open_appeals > 0
        ? [
            {
              zh: `还有 ${event.open_appeals} 件申诉没有处理。申诉更正名次后，已发的证书要换发或撤销；建议处理完再发。`,
              en: `${event.open_appeals} appeals are not decided. What they correct has to be replaced or revoked afterwards: better decide them first.`,
            },
          ]
        : []),
      ...(event.appeals_until !== null && event.appeals_until >= wish.issued_on
        ? [
            {
              zh: `申诉期到 ${event.appeals_until} 才结束；期内更正名次的，已发的证书要换发或撤销。`,
              en: `Appeals can be filed until ${event.appeals_until}; what they correct has to be replaced or revoked afterwards.`,
            },
          ]
        : []),
    ],
    async sample() {
      const first = people.find(({ obstacle }) => obstacle === null)
      if (!first) return null
      const occasion = await awardOccasion(db, context, event_id, wish)
      const number = numberOf(
        awardSeries({ district_code: occasion.issuer.district_code, ordinal: 0 }, wish.issued_on),
        0,
      )
      const issue = { kind: 'award', issuer_id: occasion.issuer.id, issued_on: wish.issued_on }
      return { issue, person_id: first.person_id, facts: awardDraft(occasion, first), number }
    },
  }
}

async function promotions(db: Db, context: Context, wish: Wish, event_id: string): Promise<Subject> {
  const people = await judgePromoted(db, context, { event_id }, wish.issued_on)
  const known = people[0] ?? notFound(EVENT)
  return {
    ...{
      name: `${known.competition_name} · ${known.event_name}`,
      from: known.held_on,
      refusal: undefined,
      notices: [],
    },
    people: people.map((one) => ({ ...one, what: LEVELS[one.to_level]!, certificate: null, change: null })),
    async sample() {
      const first = people.find(({ obstacle }) => obstacle === null)
      if (!first) return null
      const issuer = await issuerOf(db, context.actor.organisation_id!)
      const prefix = seriesPrefix('skill_level', issuer, first.to_level, wish.issued_on)
      const issue = { kind: 'skill_level', issuer_id: issuer.id, issued_on: wish.issued_on }
      const facts = promotionDraft({ ...wish, issuer }, first)
      return { issue, person_id: first.person_id, facts, number: numberOf(prefix, 0) }
    },
  }
}

async function refusalOf(attempt: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await attempt
    return undefined
  } catch (error) {
    if (error instanceof Refusal && error.status !== 404) return error
    throw error
  }
}
