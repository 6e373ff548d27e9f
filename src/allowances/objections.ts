/** Writes of objections to months: who is concerned asks in time, the authority of the district answers once, and is not passed by in between. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { writeNotices } from '../notices/notices.ts'
import { firstDay, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuse } from '../platform/errors.ts'
import { listPersonMonths } from './month-queries.ts'
import type { AllowanceMonth } from './month-rules.ts'
import { getMonthObjection } from './objection-queries.ts'
import type { MonthObjectionRow, NewMonthObjection } from './objection-shapes.ts'
import { answerObjection } from './publicity.ts'
import type { NewAnswer } from './publicity-shapes.ts'
import { getScheme } from './queries.ts'
import { checkAuthority } from './rules.ts'

const MONTH = { zh: '津贴月份', en: 'allowance month' }

/**
 * Asks about a month of one's own. While the list of the month's run is published, the objection lies on that list too, and nothing is
 * approved before it is answered. 404 for a month that is not the person's; refuses `objection.open`, `objection.late`.
 */
export async function fileMonthObjection(
  tx: Tx,
  context: Context,
  person_id: string,
  { scheme_code, month, statement }: NewMonthObjection,
): Promise<MonthObjectionRow> {
  // every component of the month: the objection is to all of it
  const { items } = await listPersonMonths(tx, context, person_id, { limit: 50, scheme_code, month })
  const item = items[0] ?? notFound(MONTH)
  const district_code = item.district_code ?? notFound(MONTH)
  checkOpen(item, localDate(context.now))
  const { id } = await tx
    .insertInto('allowance_objections')
    .values({
      ...{ person_id, scheme_code, month: firstDay(month), seq: item.objections.length, district_code, statement },
      publicity_objection_id: await lodge(tx, context, person_id, items, statement),
      ...{ filed_by: context.actor.account_id, filed_at: context.now },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    ...{ kind: 'allowance_objection.filed', subject_kind: 'person', subject_id: person_id, district_code },
    changes: { objection_id: id, scheme_code, month },
  })
  return getMonthObjection(tx, context.scope, id)
}

function checkOpen({ month, objections, object_until }: AllowanceMonth, today: string): void {
  if (objections.some(({ upheld }) => upheld === null))
    refuse('conflict', 'objection.open', {
      zh: `您对 ${month} 的异议还没有答复，答复后如仍有异议可以再提。`,
      en: `Your objection to ${month} is not answered yet; ask again after the answer if need be.`,
    })
  if (object_until && today > object_until)
    refuse('conflict', 'objection.late', {
      zh: `对 ${month} 的异议应在 ${object_until} 及以前提出，现已超过期限。`,
      en: `Objections to ${month} were to be filed until ${object_until}.`,
    })
}

/** Puts it on the list that is public now, where the person's name stands masked; null where none is. */
async function lodge(
  tx: Tx,
  { vault }: Context,
  person_id: string,
  items: AllowanceMonth[],
  statement: string,
): Promise<string | null> {
  const lines = items.flatMap((item) => item.lines)
  const runs = lines.filter(({ run_status }) => run_status !== 'approved').map(({ run_id }) => run_id)
  if (runs.length === 0) return null
  const { rows } = await sql<{ id: string; position: number | null; name: string; phone: string | null }>`
    select p.id, l.position, people.name, people.phone
    from publicities p join people on people.id = ${person_id}::uuid
      left join publicity_lines l on l.publicity_id = p.id and l.person_id = people.id
    where p.run_id = any(${runs}::uuid[]) and not exists (select from publicity_closings c where c.publicity_id = p.id) limit 1 for update of p`.execute(
    tx,
  )
  const [publicity] = rows
  if (!publicity) return null
  const { id: publicity_id, position, name, phone } = publicity
  const { id } = await tx
    .insertInto('publicity_objections')
    .values({
      ...{ publicity_id, position, statement },
      objector_sealed: await vault.seal(JSON.stringify({ name, phone: phone ?? '' })),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Answers an objection, once, where it lies; whoever asked is told. Refuses `objection.answered`, `run.other_authority`. */
export async function answerMonthObjection(
  tx: Tx,
  context: Context,
  id: string,
  input: NewAnswer,
): Promise<MonthObjectionRow> {
  await tx.selectFrom('allowance_objections').select('id').where('id', '=', id).forUpdate().execute()
  const objection = await getMonthObjection(tx, context.scope, id)
  checkAuthority(context.actor, await getScheme(tx, objection.scheme_code))
  if (objection.upheld !== null)
    refuse('conflict', 'objection.answered', {
      zh: '这条异议已经答复过，请刷新页面查看。',
      en: 'This objection was answered already; load the page again.',
    })
  if (objection.publicity_objection_id) await answerObjection(tx, context, objection.publicity_objection_id, input)
  else
    await tx
      .insertInto('allowance_objection_answers')
      .values({
        ...{ ...input, objection_id: id, answered_by: context.actor.account_id, answered_at: context.now },
      })
      .execute()
  const { person_id, district_code, month } = objection
  await writeNotices(
    tx,
    context,
    sql`select null::uuid as account_id, null::uuid as organisation_id, ${person_id}::uuid as person_id`,
    {
      ...{ kind: 'allowance_objection.answered', subject_kind: 'allowance_objection', subject_id: id },
      words: {
        zh: `您对 ${month} 津贴的异议已经答复，请在“我的津贴”中查看。`,
        en: `Your objection to the allowance of ${month} was answered: see My allowances.`,
      },
    },
  )
  await recordHistory(tx, context, {
    ...{ kind: 'allowance_objection.answered', subject_kind: 'person', subject_id: person_id, district_code },
    reason: input.answer,
    changes: { objection_id: id, upheld: input.upheld },
  })
  return getMonthObjection(tx, context.scope, id)
}
