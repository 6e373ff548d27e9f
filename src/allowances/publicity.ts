/** Writes of publicity: the frozen list, objections, their answers, the closing; and what an approval has to wait for. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asJson, faultAt } from '../people/bulk.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { addDays, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { limitRate } from '../platform/rate-limit.ts'
import type { Vault } from '../platform/vault.ts'
import { afterWorkingDays, holidaysKnown } from '../platform/working-days.ts'
import { lockRun } from './locking.ts'
import { findPublicity, getPublicity, linesToPublish, listObjections, unscopedPublicity } from './publicity-queries.ts'
import type { NewAnswer, NewObjection, NewPublicity, ObjectionView, PublicityView } from './publicity-shapes.ts'
import { getScheme } from './queries.ts'
import { checkAuthority, checkStatus } from './rules.ts'

/**
 * Publishes the list of a reviewed run: everybody with an amount that is not held, names of people masked, and every organisation with one, in order of organisation and name, frozen with its
 * SHA-256. Refuses `run.not_reviewed`, `run.other_authority`, `publicity.exists`; fault `publicity.past`.
 */
export async function openPublicity(
  tx: Tx,
  context: Context,
  run_id: string,
  input: NewPublicity,
): Promise<PublicityView> {
  const run = await lockRun(tx, context, run_id)
  checkAuthority(context.actor, await getScheme(tx, run.scheme_code))
  checkStatus(run, 'reviewed')
  if (await findPublicity(tx, context.scope, run_id))
    refuse('conflict', 'publicity.exists', {
      zh: '本批次已经公示过，名单不能更换；名单有误的，请驳回批次重新计算。',
      en: 'The list of this run was published already and is not replaced; if it is wrong, the run is rejected and computed again.',
    })
  const { starts_on, days, day_kind, place } = input
  if (starts_on < localDate(context.now))
    refuseFaults([
      faultAt('/starts_on', 'publicity.past', '公示不能从过去的日子开始。', 'A publicity does not begin in the past.'),
    ])
  const ends_on = day_kind === 'working' ? afterWorkingDays(starts_on, days) : addDays(starts_on, days)
  const lines = await linesToPublish(tx, run_id)
  const sha256 = await sha256Hex(
    lines
      .map((line) =>
        [line.position, line.name_masked, line.organisation_name, line.level ?? '', line.months, line.amount_fen].join(
          '|',
        ),
      )
      .join('\n'),
  )
  const total_fen = lines.reduce((sum, { amount_fen }) => sum + amount_fen, 0)
  const { id } = await tx
    .insertInto('publicities')
    .values({
      ...{ run_id, starts_on, days, day_kind, ends_on, place, sha256, total_fen, line_count: lines.length },
      holidays_known: day_kind === 'calendar' || (holidaysKnown(starts_on) && holidaysKnown(ends_on)),
      opened_by: context.actor.account_id,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await sql`
    insert into publicity_lines (publicity_id, position, person_id, organisation_id, name_masked, organisation_name, level, months, amount_fen)
    select ${id}::uuid, position, person_id, organisation_id, name_masked, organisation_name, level, months, amount_fen
    from jsonb_to_recordset(${asJson(lines)}) as l (position int, person_id uuid, organisation_id uuid, name_masked text, organisation_name text, level smallint, months smallint, amount_fen int)`.execute(
    tx,
  )
  await recordHistory(tx, context, {
    ...of({ id, district_code: run.district_code }),
    kind: 'publicity.published',
    changes: { run_id, starts_on, ends_on, days, day_kind, lines: lines.length, total_fen, sha256 },
  })
  return getPublicity(tx, context.scope, id)
}

/** Of anybody, who has no account. */
interface Asking {
  vault: Vault
  now: Date
  address: string
}

/** Objections from one address in an hour. */
const OBJECTIONS = { limit: 10, seconds: 3600 }

/**
 * Lodges an objection while the publicity lasts, or late while it is not closed. Refuses `rate.limited`, `publicity.closed`; fault
 * `publicity.position_unknown`.
 */
export async function objectTo(
  tx: Tx,
  { vault, now, address }: Asking,
  id: string,
  input: NewObjection,
): Promise<{ id: string }> {
  await limitRate(tx, now, `objection:${address}`, OBJECTIONS.limit, OBJECTIONS.seconds)
  const publicity = await unscopedPublicity(tx, id, localDate(now))
  await tx.selectFrom('publicities').select('id').where('id', '=', id).forUpdate().execute()
  if (await isClosed(tx, id))
    refuse('conflict', 'publicity.closed', {
      zh: `公示已经结束。${publicity.district_name}的经办部门仍可当面受理。`,
      en: `The publicity is closed; the authority of ${publicity.district_name} still takes objections in person.`,
    })
  const { position = null, statement, name, phone } = input
  if (position !== null && position > publicity.line_count)
    refuseFaults([
      faultAt(
        '/position',
        'publicity.position_unknown',
        `名单只有 ${publicity.line_count} 行，没有第 ${position} 行。`,
        `The list has ${publicity.line_count} lines: there is no line ${position}.`,
      ),
    ])
  return await tx
    .insertInto('publicity_objections')
    .values({
      ...{ publicity_id: id, position, statement },
      objector_sealed: await vault.seal(JSON.stringify({ name, phone })),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
}

/** Answers an objection, once. Refuses `objection.answered`. */
export async function answerObjection(tx: Tx, context: Context, id: string, input: NewAnswer): Promise<ObjectionView> {
  const objection = await tx
    .selectFrom('publicity_objections')
    .select(['publicity_id'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!objection) return notFound({ zh: '异议', en: 'objection' })
  const publicity = await getPublicity(tx, context.scope, objection.publicity_id)
  const find = async () => (await listObjections(tx, publicity.id)).find((one) => one.id === id)!
  if ((await find()).upheld !== null)
    refuse('conflict', 'objection.answered', {
      zh: '这条异议已经答复过，请刷新页面查看。',
      en: 'This objection was answered already; load the page again.',
    })
  await tx
    .insertInto('publicity_answers')
    .values({ ...input, objection_id: id, answered_by: context.actor.account_id })
    .execute()
  await recordHistory(tx, context, {
    ...of(publicity),
    kind: 'publicity.objection_answered',
    reason: input.answer,
    changes: { objection_id: id, upheld: input.upheld },
  })
  return find()
}

/** Who objected and how to reach them: reading it is recorded with its reason. */
export async function revealObjector(
  tx: Tx,
  context: Context,
  id: string,
  reason: string,
): Promise<{ name: string; phone: string }> {
  const objection = await tx
    .selectFrom('publicity_objections')
    .select(['publicity_id', 'objector_sealed'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!objection) return notFound({ zh: '异议', en: 'objection' })
  const publicity = await getPublicity(tx, context.scope, objection.publicity_id)
  await recordHistory(tx, context, {
    ...of(publicity),
    kind: 'publicity.objector_disclosed',
    reason,
    changes: { objection_id: id },
  })
  return JSON.parse(await context.vault.open(objection.objector_sealed))
}

/** Closes a publicity that has lasted and whose objections are all answered. Refuses `publicity.lasts`, `publicity.unanswered`, `publicity.closed`. */
export async function closePublicity(tx: Tx, context: Context, id: string): Promise<PublicityView> {
  const publicity = await getPublicity(tx, context.scope, id)
  await tx.selectFrom('publicities').select('id').where('id', '=', id).forUpdate().execute()
  if (await isClosed(tx, id))
    refuse('conflict', 'publicity.closed', { zh: '公示已经结束。', en: 'The publicity is closed already.' })
  const today = localDate(context.now)
  if (today < publicity.ends_on)
    refuse('conflict', 'publicity.lasts', {
      zh: `公示到 ${addDays(publicity.ends_on, -1)} 止，${publicity.ends_on} 起才能结束。`,
      en: `It lasts to ${addDays(publicity.ends_on, -1)} and is closed from ${publicity.ends_on} on.`,
    })
  const open = (await listObjections(tx, id)).filter(({ upheld }) => upheld === null).length
  if (open > 0)
    refuse('conflict', 'publicity.unanswered', {
      zh: `还有 ${open} 条异议没有答复，答复后才能结束公示。`,
      en: `${open} objections are not answered yet.`,
    })
  await tx.insertInto('publicity_closings').values({ publicity_id: id, closed_by: context.actor.account_id }).execute()
  await recordHistory(tx, context, { ...of(publicity), kind: 'publicity.ended', changes: { run_id: publicity.run_id } })
  return getPublicity(tx, context.scope, id)
}

/** Refuses `publicity.open` while the run's list is published, `publicity.upheld` after an objection was upheld. A run without publicity passes. */
export async function checkPublicity(tx: Tx, context: Context, run_id: string): Promise<void> {
  const publicity = await findPublicity(tx, context.scope, run_id)
  if (!publicity) return
  if (!publicity.closed_at)
    refuse('conflict', 'publicity.open', {
      zh: `名单正在公示（到 ${addDays(publicity.ends_on, -1)} 止），公示结束后才能审批。`,
      en: `The list is public until ${addDays(publicity.ends_on, -1)}; the run is approved after the publicity is closed.`,
    })
  if ((await listObjections(tx, publicity.id)).some(({ upheld }) => upheld))
    refuse('conflict', 'publicity.upheld', {
      zh: '有异议成立，名单要改：请驳回本批次，更正数据后重新计算、公示。',
      en: 'An objection was upheld: reject the run, correct the facts, compute and publish it again.',
    })
}

async function isClosed(tx: Tx, publicity_id: string): Promise<boolean> {
  const closing = await tx
    .selectFrom('publicity_closings')
    .select('publicity_id')
    .where('publicity_id', '=', publicity_id)
    .executeTakeFirst()
  return closing !== undefined
}

function of({ id, district_code }: { id: string; district_code: string }) {
  return { subject_kind: 'publicity', subject_id: id, district_code }
}
