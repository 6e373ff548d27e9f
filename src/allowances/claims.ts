/** Claims: a carer, or the facility for them, asks for a component of a scheme on a day; conditions with a time limit count from it. */
import { recordHistory } from '../history/actions.ts'
import { type Claim, claimRows, claimsOf } from '../people/allowances-on-record.ts'
import { faultAt, newIds } from '../people/bulk.ts'
import { closeFact, knownFromNow } from '../people/known.ts'
import { getPerson } from '../people/queries.ts'
import { lockPerson, personInScope } from '../people/roster.ts'
import { type LocalDate, localDate } from '../platform/calendar.ts'
import type { Context, Scope } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import type { ClaimCorrection, NewClaim } from './claim-shapes.ts'
import { COMPONENT_KINDS } from './components.ts'
import { concerns } from './rules.ts'
import { judgeClaim } from './schedule.ts'
import { readVersionsOf, type VersionRow } from './versions.ts'

export interface ClaimRow extends Claim {
  deadline: LocalDate | null
  late: boolean
}

/** Of a person within the scope, or 404; the latest first. */
export async function listClaims(db: Db, context: Context, person_id: string): Promise<ClaimRow[]> {
  await getPerson(db, context.scope, person_id, localDate(context.now))
  return judged(db, await claimsOf(db, person_id))
}

export async function getClaim(db: Db, scope: Scope, id: string): Promise<ClaimRow> {
  const row = await claimRows(db).where('a.id', '=', id).where(personInScope(scope)).executeTakeFirst()
  const [claim] = await judged(db, row ? [row] : [])
  return claim ?? notFound({ zh: '申领记录', en: 'claim' })
}

/**
 * Files a claim for a person within the scope; the same once more is answered as it is. Refuses `claim.component_unknown`, `claim.future`.
 */
export async function fileClaim(tx: Tx, context: Context, person_id: string, input: NewClaim): Promise<ClaimRow> {
  await lockFacts(tx)
  await lockPerson(tx, context.scope, person_id)
  const { scheme_code, component, claimed_on, note = null } = input
  const choices = await claimChoices(tx, context, person_id)
  refuseFaults([
    ...(choices.some((one) => one.scheme_code === scheme_code && one.component === component)
      ? []
      : [
          faultAt(
            '/component',
            'claim.component_unknown',
            `没有可供此人申领的项目“${scheme_code} ${component}”，请从列表中选择。`,
            `There is nothing called “${scheme_code} ${component}” that this person could claim: choose from the list.`,
          ),
        ]),
    ...futureFaults(claimed_on, localDate(context.now)),
  ])
  const known = (await claimsOf(tx, person_id)).find(
    (one) => one.scheme_code === scheme_code && one.component === component && one.claimed_on === claimed_on,
  )
  if (known) return getClaim(tx, context.scope, known.id)
  const [id] = await newIds(tx, 1)
  await write(tx, context, {
    ...{ id: id!, person_id, scheme_code, component, claimed_on, note },
    organisation_id: context.actor.organisation_id,
  })
  await recordHistory(tx, context, {
    ...eventOf(person_id, 'allowance_claim.filed'),
    changes: { claim_id: id, scheme_code, component, claimed_on },
  })
  return getClaim(tx, context.scope, id!)
}

/** Corrects the day or the note; what is left out stays. Refuses `claim.not_yours`, `claim.future`, `claim.twice`. */
export async function correctClaim(
  tx: Tx,
  context: Context,
  id: string,
  { reason, ...input }: ClaimCorrection,
): Promise<ClaimRow> {
  const known = await lockClaim(tx, context, id)
  const { claimed_on = known.claimed_on, note = known.note } = input
  refuseFaults(futureFaults(claimed_on, localDate(context.now)))
  if (claimed_on !== known.claimed_on || note !== known.note) {
    await write(tx, context, { ...known, claimed_on, note })
    await recordHistory(tx, context, {
      ...eventOf(known.person_id, 'allowance_claim.corrected'),
      reason,
      changes: {
        claim_id: id,
        ...(claimed_on !== known.claimed_on && { claimed_on: [known.claimed_on, claimed_on] }),
        ...(note !== known.note && { note: true }),
      },
    })
  }
  return getClaim(tx, context.scope, id)
}

/** Takes a claim back: it counts as if it had not been filed. Answers it as it was. Refuses `claim.not_yours`. */
export async function withdrawClaim(tx: Tx, context: Context, id: string, reason: string): Promise<ClaimRow> {
  const known = await lockClaim(tx, context, id)
  await closeFact(tx, 'allowance_claims', known, await knownFromNow(tx))
  await recordHistory(tx, context, {
    ...eventOf(known.person_id, 'allowance_claim.withdrawn'),
    reason,
    changes: { claim_id: id, scheme_code: known.scheme_code, component: known.component },
  })
  return known
}

export interface ClaimChoice {
  scheme_code: string
  scheme_name: string
  component: string
  title: string
  title_en: string
}

/** What a person could claim: components that are paid to people, of schemes of their workforce that reach the actor's district. */
export async function claimChoices(db: Db, { scope, actor, now }: Context, person_id: string): Promise<ClaimChoice[]> {
  const { workforce } = await getPerson(db, scope, person_id, localDate(now))
  const schemes = await db
    .selectFrom('schemes')
    .select(['code', 'name', 'division_code'])
    .where('workforce', '=', workforce)
    .orderBy('division_code')
    .orderBy('code')
    .execute()
  const reached = schemes.filter(({ division_code }) => concerns(division_code, actor.district_code))
  const versions = await readVersionsOf(
    db,
    reached.map(({ code }) => code),
  )
  return reached.flatMap(({ code, name }) =>
    (versions.get(code)?.at(-1)?.components ?? [])
      .filter(({ kind }) => COMPONENT_KINDS[kind].payee === 'person')
      .map(({ code: component, title, title_en }) => ({
        ...{ scheme_code: code, scheme_name: name, component, title, title_en },
      })),
  )
}

async function judged(db: Db, claims: Claim[]): Promise<ClaimRow[]> {
  if (claims.length === 0) return []
  const versions = await readVersionsOf(db, [...new Set(claims.map(({ scheme_code }) => scheme_code))])
  return claims.map((claim) => {
    const schedule = inForce(versions.get(claim.scheme_code) ?? [], claim.claimed_on)?.schedule
    const { deadline = null, late = false } = judgeClaim(schedule ?? {}, claim.claimed_on) ?? {}
    return { ...claim, deadline, late }
  })
}

function inForce(versions: VersionRow[], day: LocalDate): VersionRow | undefined {
  return versions.findLast(({ effective_from }) => effective_from === null || effective_from <= day)
}

function futureFaults(claimed_on: LocalDate, today: LocalDate) {
  if (claimed_on <= today) return []
  return [
    faultAt(
      '/claimed_on',
      'claim.future',
      `申领日期 ${claimed_on} 还没有到，今天是 ${today}。`,
      `The day of the claim ${claimed_on} lies after today, ${today}.`,
    ),
  ]
}

/** Whoever filed it answers for it: the facility for its own, the carer for theirs. */
async function lockClaim(tx: Tx, context: Context, id: string): Promise<ClaimRow> {
  const { person_id } = await getClaim(tx, context.scope, id)
  await lockFacts(tx)
  await lockPerson(tx, context.scope, person_id)
  const claim = await getClaim(tx, context.scope, id)
  if (claim.organisation_id !== context.actor.organisation_id)
    refuse('conflict', 'claim.not_yours', {
      zh: `这条申领由${claim.organisation_name ? `“${claim.organisation_name}”` : '本人'}提出，请由其更正或撤回。`,
      en: `This claim was filed by ${claim.organisation_name ? `“${claim.organisation_name}”` : 'the person'}, who corrects or withdraws it.`,
    })
  return claim
}

type Fact = Pick<Claim, 'id' | 'person_id' | 'scheme_code' | 'component' | 'claimed_on' | 'organisation_id' | 'note'>

async function write(tx: Tx, context: Context, row: Fact): Promise<void> {
  const now = await knownFromNow(tx)
  await closeFact(tx, 'allowance_claims', row, now)
  const { id, person_id, scheme_code, component, claimed_on, organisation_id, note } = row
  await tx
    .insertInto('allowance_claims')
    .values({
      ...{ id, person_id, scheme_code, component, claimed_on, organisation_id, note },
      ...{ known_from: now, recorded_by: context.actor.account_id },
    })
    .execute()
}

function eventOf(person_id: string, kind: string) {
  return { kind, subject_kind: 'person', subject_id: person_id }
}
