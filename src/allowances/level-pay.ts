/** Writes of pay linked to level: guidance of a division, a facility's ladder, and the bands it paid in a month. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asJson, faultAt } from '../people/bulk.ts'
import { firstDay, localDate, monthOf } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuseFaults } from '../platform/errors.ts'
import { divisionsIn, knownBands, listGuidance, listLadders } from './level-pay-queries.ts'
import { isLinked, ladderFaults } from './level-pay-rules.ts'
import type { GuidanceView, LadderView, NewBands, NewGuidance, NewLadder } from './level-pay-shapes.ts'

/** Records what a division recommends from a day on. Faults: `pay_guidance.foreign_division`, `pay.level_unknown`. */
export async function recordGuidance(tx: Tx, context: Context, input: NewGuidance): Promise<GuidanceView> {
  const { steps, ...guidance } = input
  const divisions = await divisionsIn(tx, context.scope)
  refuseFaults([
    ...(divisions.some(({ code }) => code === guidance.division_code)
      ? []
      : [
          faultAt(
            '/division_code',
            'pay_guidance.foreign_division',
            `区划 ${guidance.division_code} 不在您的管辖范围内，请选本地的区划。`,
            `The division ${guidance.division_code} is not within yours: choose one that is.`,
          ),
        ]),
    ...(await levelFaults(tx, input)),
  ])
  const { id } = await tx
    .insertInto('pay_guidances')
    .values({ ...guidance, recorded_by: context.actor.account_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('pay_guidance_steps')
    .values(steps.map((step) => ({ ...step, guidance_id: id })))
    .execute()
  await recordHistory(tx, context, {
    kind: 'pay_guidance.recorded',
    subject_kind: 'pay_guidance',
    subject_id: id,
    district_code: guidance.division_code,
    changes: { ...guidance, steps },
  })
  return (await listGuidance(tx, localDate(context.now))).find((one) => one.id === id)!
}

/**
 * Records what the actor's facility promises each level from a day on; what was promised before stays on record. Faults:
 * `pay_ladder.falling`, `pay.level_unknown`.
 */
export async function recordLadder(tx: Tx, context: Context, input: NewLadder): Promise<LadderView> {
  const { steps, ...ladder } = input
  const organisation_id = context.actor.organisation_id!
  refuseFaults([...ladderFaults(steps), ...(await levelFaults(tx, input))])
  const { id } = await tx
    .insertInto('pay_ladders')
    .values({ ...ladder, organisation_id, linked: isLinked(steps), recorded_by: context.actor.account_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('pay_ladder_steps')
    .values(steps.map((step) => ({ ...step, ladder_id: id })))
    .execute()
  await recordHistory(tx, context, {
    kind: 'pay_ladder.recorded',
    subject_kind: 'pay_ladder',
    subject_id: id,
    organisation_id,
    reason: input.reason,
    changes: { occupation_code: ladder.occupation_code, effective_from: ladder.effective_from, steps },
  })
  return (await listLadders(tx, context.scope, organisation_id, localDate(context.now))).find((one) => one.id === id)!
}

/**
 * Records between which amounts the actor's facility paid each level in a month that is over; said again it does nothing, other figures
 * close the old ones. Faults: `pay_band.month_incomplete`, `pay_band.reason_missing`, `pay.level_unknown`.
 */
export async function recordBands(tx: Tx, context: Context, input: NewBands): Promise<{ changed: number }> {
  const { month, occupation_code, bands, reason } = input
  const organisation_id = context.actor.organisation_id!
  // two officers of the facility at once: the second sees what the first wrote
  await tx.selectFrom('organisations').select('id').where('id', '=', organisation_id).forUpdate().execute()
  const known = new Map((await knownBands(tx, organisation_id, input)).map((band) => [band.level, band]))
  const written = bands.filter((band) => !sameBand(band, known.get(band.level)))
  const corrects = written.some(({ level }) => known.has(level))
  refuseFaults([
    ...(month < monthOf(localDate(context.now))
      ? []
      : [
          faultAt(
            '/month',
            'pay_band.month_incomplete',
            `${month} 还没有结束，月末后再填报实发区间。`,
            `${month} is not over: report what was paid afterwards.`,
          ),
        ]),
    ...(corrects && !reason
      ? [
          faultAt(
            '/reason',
            'pay_band.reason_missing',
            `${month} 已经填报过，更正必须写明理由。`,
            `${month} was reported already: say why its figures change.`,
          ),
        ]
      : []),
    ...(await levelFaults(tx, { occupation_code, steps: bands })),
  ])
  if (written.length === 0) return { changed: 0 }
  await sql`
    update pay_bands set known_to = clock_timestamp()
    where organisation_id = ${organisation_id}::uuid and month = ${firstDay(month)}::date and occupation_code = ${occupation_code}
      and level = any (${written.map(({ level }) => level)}::smallint[]) and known_to = 'infinity'`.execute(tx)
  await sql`
    insert into pay_bands (organisation_id, occupation_code, month, level, people, low_fen, high_fen, reason, recorded_by)
    select ${organisation_id}::uuid, ${occupation_code}, ${firstDay(month)}::date, level, people, low_fen, high_fen, ${reason ?? null}::text, ${context.actor.account_id}::uuid
    from jsonb_to_recordset(${asJson(written)}) as b (level smallint, people int, low_fen int, high_fen int)`.execute(
    tx,
  )
  await recordHistory(tx, context, {
    kind: corrects ? 'pay_band.corrected' : 'pay_band.recorded',
    subject_kind: 'organisation',
    subject_id: organisation_id,
    organisation_id,
    reason: reason ?? null,
    changes: { month, occupation_code, bands: written },
  })
  return { changed: written.length }
}

function sameBand(one: NewBands['bands'][number], other: NewBands['bands'][number] | undefined): boolean {
  return one.people === other?.people && one.low_fen === other.low_fen && one.high_fen === other.high_fen
}

async function levelFaults(
  tx: Tx,
  { occupation_code, steps }: { occupation_code: string; steps: { level: number }[] },
) {
  const occupation = await tx
    .selectFrom('occupations')
    .select(['name', 'levels'])
    .where('code', '=', occupation_code)
    .executeTakeFirst()
  if (!occupation) notFound({ zh: '职业', en: 'occupation' })
  return steps.flatMap(({ level }, at) =>
    occupation.levels.includes(level)
      ? []
      : [
          faultAt(
            `/steps/${at}/level`,
            'pay.level_unknown',
            `“${occupation.name}”没有 ${level} 级，只有 ${occupation.levels.join('、')} 级。`,
            `“${occupation.name}” has no level ${level}, only ${occupation.levels.join(', ')}.`,
          ),
        ],
  )
}
