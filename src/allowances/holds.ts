/** Lines that are held back: not booked and not paid, until they are released and come again in the next run as late payment. */
import { type RawBuilder, sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asJson } from '../people/bulk.ts'
import { firstDay } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { notFound, refuse } from '../platform/errors.ts'
import { LINE } from './line-queries.ts'
import { lockRun, unscopedLockedRun } from './locking.ts'
import { getScheme } from './queries.ts'
import { getHold } from './review-queries.ts'
import { type HOLD_CAUSES, type NamedLine, payeeOf } from './review-rules.ts'
import type { HoldRow, NewHold } from './review-shapes.ts'
import { checkAuthority } from './rules.ts'
import { seesLine } from './run-scope.ts'

/**
 * Holds a line of a submitted or reviewed run that pays something. Refuses `run.other_authority`, `run.phase_over`, `hold.nothing_due`,
 * `hold.stands`.
 */
export async function holdLine(tx: Tx, context: Context, run_id: string, input: NewHold): Promise<HoldRow> {
  const run = await lockRun(tx, context, run_id)
  checkAuthority(context.actor, await getScheme(tx, run.scheme_code))
  const { person_id, organisation_id, month, component, reason } = input
  const line = await tx
    .selectFrom('run_lines as l')
    .select('amount_fen')
    .where('run_id', '=', run_id)
    .where('payee_id', '=', payeeOf(input))
    .where('month', '=', firstDay(month))
    .where('component', '=', component)
    .where(seesLine(context.scope, 'l'))
    .executeTakeFirst()
  if (!line) return notFound(LINE)
  if (line.amount_fen! <= 0)
    refuse('conflict', 'hold.nothing_due', {
      zh: '这一笔没有应发金额，不需要暂缓。',
      en: 'Nothing is paid by this line; there is nothing to hold.',
    })
  const [hold_id] = await holdLines(tx, context, run_id, 'officer', sql`${reason}`, theseLines([input]))
  if (!hold_id) refuse('conflict', 'hold.stands', { zh: '这一笔已经暂缓。', en: 'The line is held already.' })
  await recordHistory(tx, context, {
    ...subject(run),
    kind: 'run.line_held',
    reason,
    changes: { ...(person_id ? { person_id } : { organisation_id }), month, component },
  })
  return getHold(tx, context.scope, hold_id)
}

/** Holds those lines of a locked run that pay something and are not held yet, whoever asks; answers the ids of the new holds. */
export async function holdLines(
  tx: Tx,
  { actor }: Context,
  run_id: string,
  cause: keyof typeof HOLD_CAUSES,
  reason: RawBuilder<unknown>,
  which: RawBuilder<unknown>,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into line_holds (scheme_code, person_id, organisation_id, month, component, run_id, cause, reason, held_by, replaces_id)
    select r.scheme_code, l.person_id, case when l.person_id is null then l.organisation_id end, l.month, l.component, r.id, ${cause}, ${reason}, ${actor.account_id}::uuid, (
      select h.id from line_holds h where (h.payee_id, h.scheme_code, h.month, h.component) = (l.payee_id, r.scheme_code, l.month, l.component)
      order by h.held_at desc, h.id desc limit 1)
    from run_lines l join allowance_runs r on r.id = l.run_id
    where l.run_id = ${run_id}::uuid and l.amount_fen > 0 and ${which} and not exists (
      select from standing_holds h where (h.payee_id, h.scheme_code, h.month, h.component) = (l.payee_id, r.scheme_code, l.month, l.component))
    returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** The lines named by payee, month and component. */
export function theseLines(lines: NamedLine[]): RawBuilder<unknown> {
  const rows = lines.map((line) => ({ ...line, payee_id: payeeOf(line), month: firstDay(line.month) }))
  return sql`(l.payee_id, l.month, l.component) in (
    select payee_id, month, component from jsonb_to_recordset(${asJson(rows)}) as t (payee_id uuid, month date, component text))`
}

/**
 * Releases a hold. Before its run is approved the line is paid with it; afterwards, or when a later run has taken it up, with the next
 * run that is computed or approved, however old the month. Refuses `run.other_authority`, `hold.released`, and `hold.published` while a
 * published list that leaves the line out is not decided on.
 */
export async function releaseHold(tx: Tx, context: Context, id: string, reason: string): Promise<HoldRow> {
  const hold = await getHold(tx, context.scope, id)
  const run = await unscopedLockedRun(tx, hold.run_id)
  checkAuthority(context.actor, await getScheme(tx, run.scheme_code))
  if ((await getHold(tx, context.scope, id)).released_at)
    refuse('conflict', 'hold.released', { zh: '这一笔已经解除暂缓。', en: 'The hold was released already.' })
  const { rows } = await sql<{ run_id: string }>`
    select r.id as run_id from allowance_runs r join publicities p on p.run_id = r.id
      join run_lines l on l.run_id = r.id and l.payee_id = ${payeeOf(hold)}::uuid and l.month = ${firstDay(hold.month)}::date and l.component = ${hold.component}
    where r.scheme_code = ${hold.scheme_code} and r.status = 'reviewed' and p.opened_at > ${hold.held_at}`.execute(tx)
  if (rows.length > 0)
    refuse('conflict', 'hold.published', {
      zh: '公示名单没有列入这一笔，本批次审批后才能解除，随下一批次补发。',
      en: 'The published list leaves this line out: it can be released once that run is decided, and is paid with the next one.',
    })
  // a run sees it wholly or not at all, by its cutoff
  await lockFacts(tx)
  await tx.insertInto('line_releases').values({ hold_id: id, reason, released_by: context.actor.account_id }).execute()
  await recordHistory(tx, context, {
    ...subject(run),
    kind: 'run.line_released',
    reason,
    changes: {
      ...(hold.person_id ? { person_id: hold.person_id } : { organisation_id: hold.organisation_id }),
      ...{ month: hold.month, component: hold.component },
    },
  })
  return getHold(tx, context.scope, id)
}

function subject(run: { id: string; district_code: string }) {
  return { subject_kind: 'allowance_run', subject_id: run.id, district_code: run.district_code }
}
