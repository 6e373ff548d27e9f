/** Writes of the review of a run: findings answered, the sample looked into, each step agreed to or the run sent back. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { asJson, faultAt } from '../people/bulk.ts'
import { firstDay } from '../platform/calendar.ts'
import type { Actor, Context, Scope } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { refuse, refuseFaults } from '../platform/errors.ts'
import { settle } from './actions.ts'
import { holdLines, theseLines } from './holds.ts'
import { type LockedRun, lockRun } from './locking.ts'
import { getScheme, handsOf } from './queries.ts'
import { getReview } from './review-queries.ts'
import { checkReviewer, payeeOf, type Reviewer, reviewConstraints, type Step, sameStep } from './review-rules.ts'
import type { FindingAnswers, Inspections, NewReview, ReviewView } from './review-shapes.ts'
import { checkAuthority, checkStatus } from './rules.ts'
import { seesLine, seesStep } from './run-scope.ts'

/**
 * Decides a step of a submitted run: agreed, and with the last step the run is reviewed; or returned with a reason, and the run is
 * rejected. Refuses `run.not_submitted`, `run.own_work`, `run.other_authority`, `review.other_step`, `review.no_step`, `review.decided`,
 * `review.findings_open`, `review.sample_open`.
 */
export async function reviewStep(tx: Tx, context: Context, run_id: string, input: NewReview): Promise<ReviewView> {
  const run = await lockForReview(tx, context, run_id)
  const { decision, reason } = input
  const steps = await stepsOf(tx, context.scope, run_id)
  const step = stepMeant(steps, context.actor, input)
  const { reviewer, township_code } = step
  if (step.decided)
    refuse('conflict', reviewConstraints.run_reviews_pkey!.code, reviewConstraints.run_reviews_pkey!.message)
  checkReviewer(context.actor, step)
  if (decision === 'returned') await settle(tx, context, run, 'rejection', reason ?? null)
  else {
    await tx
      .insertInto('run_reviews')
      .values({ run_id, reviewer, township_code, decided_by: context.actor.account_id, reason: reason || null })
      .execute()
    await recordHistory(tx, context, {
      ...subject(run),
      kind: 'run.step_reviewed',
      reason: reason ?? null,
      changes: { reviewer, ...(township_code && { township_code }) },
    })
    if (await isWhollyReviewed(tx, run_id)) {
      await tx.updateTable('allowance_runs').set({ status: 'reviewed' }).where('id', '=', run_id).execute()
      await recordHistory(tx, context, { ...subject(run), kind: 'run.reviewed' })
    }
  }
  return getReview(tx, context, run_id)
}

/**
 * Answers findings, each once: cleared, or the lines they are about held. Refuses what {@link lockForReview} does, `review.other_step`,
 * and as faults `finding.unknown`, `finding.answered`.
 */
export async function answerFindings(
  tx: Tx,
  context: Context,
  run_id: string,
  { finding_ids, verdict, reason }: FindingAnswers,
): Promise<ReviewView> {
  const run = await lockForReview(tx, context, run_id)
  const { rows } = await sql<NamedStep & { id: string; answered: boolean }>`
    select f.id, coalesce(k.reviewer, 'district') as reviewer, k.township_code, t.name as township_name, a.finding_id is not null as answered
    from run_findings f left join run_facilities k on k.run_id = f.run_id and k.organisation_id = f.organisation_id
      left join townships t on t.code = k.township_code left join finding_answers a on a.finding_id = f.id
    where f.run_id = ${run_id}::uuid and f.id = any(${finding_ids}::uuid[]) and ${seesLine(context.scope, 'f')}`.execute(
    tx,
  )
  const known = new Map(rows.map((row) => [row.id, row]))
  refuseFaults(
    finding_ids.flatMap((id, at) =>
      known.get(id)?.answered
        ? [
            faultAt(
              `/finding_ids/${at}`,
              'finding.answered',
              '这条疑点已经答复过。',
              'The finding is answered already.',
            ),
          ]
        : known.has(id)
          ? []
          : [faultAt(`/finding_ids/${at}`, 'finding.unknown', '本批次没有这条疑点。', 'The run has no such finding.')],
    ),
  )
  for (const row of rows) checkReviewer(context.actor, row)
  await sql`
    insert into finding_answers (finding_id, run_id, verdict, reason, decided_by)
    select unnest(${finding_ids}::uuid[]), ${run_id}::uuid, ${verdict}, ${reason}, ${context.actor.account_id}::uuid`.execute(
    tx,
  )
  const held =
    verdict === 'held'
      ? await holdLines(tx, context, run_id, 'finding', sql`${reason}`, ofFindings(context.scope, finding_ids))
      : []
  await recordHistory(tx, context, {
    ...subject(run),
    kind: 'run.findings_answered',
    reason,
    changes: { finding_ids, verdict, held: held.length },
  })
  return getReview(tx, context, run_id)
}

/** The lines of the month a finding is about, or all lines of the facility it is about: of those that the reviewer sees. */
function ofFindings(scope: Scope, ids: string[]) {
  return sql`${seesLine(scope, 'l')} and exists (select from run_findings f where f.id = any(${ids}::uuid[]) and case when f.person_id is null
    then f.organisation_id = l.organisation_id else (f.person_id, f.month) = (l.person_id, l.month) end)`
}

/**
 * Records what was found on the spot, each line of the sample once; one that failed is held. Refuses what {@link lockForReview} does,
 * `review.other_step`, and as faults `inspection.not_drawn`, `inspection.recorded`.
 */
export async function recordInspections(
  tx: Tx,
  context: Context,
  run_id: string,
  { items }: Inspections,
): Promise<ReviewView> {
  const run = await lockForReview(tx, context, run_id)
  const rows = items.map(({ month, ...item }) => ({ ...item, month: firstDay(month) }))
  const drawn = await sql<{
    payee_id: string
    month: string
    component: string
    reviewer: Reviewer
    township_code: string | null
    township_name: string | null
    recorded: boolean
  }>`
    select s.payee_id, s.month, s.component, coalesce(k.reviewer, 'district') as reviewer, s.township_code, t.name as township_name,
      i.run_id is not null as recorded
    from run_sample_lines s left join townships t on t.code = s.township_code join run_lines l using (run_id, payee_id, month, component)
      left join run_facilities k on k.run_id = l.run_id and k.organisation_id = l.organisation_id
      left join run_inspections i on (i.run_id, i.payee_id, i.month, i.component) = (s.run_id, s.payee_id, s.month, s.component)
    where s.run_id = ${run_id}::uuid and ${seesStep(context.scope, 's')}`.execute(tx)
  const keyOf = (payee_id: string, line: { month: string; component: string }) =>
    `${payee_id} ${line.month} ${line.component}`
  const lines = new Map(drawn.rows.map((row) => [keyOf(row.payee_id, row), row]))
  const found = rows.map((row) => lines.get(keyOf(payeeOf(row), row)))
  refuseFaults(
    found.flatMap((line, at) =>
      line?.recorded
        ? [
            faultAt(
              `/items/${at}`,
              'inspection.recorded',
              '这一笔已登记过抽查结果。',
              'What was found is on record already.',
            ),
          ]
        : line
          ? []
          : [faultAt(`/items/${at}`, 'inspection.not_drawn', '这一笔没有被抽中。', 'The line was not drawn.')],
    ),
  )
  for (const line of found) checkReviewer(context.actor, line!)
  await sql`
    insert into run_inspections (run_id, person_id, organisation_id, month, component, passed, note, decided_by)
    select ${run_id}::uuid, person_id, organisation_id, month, component, passed, note, ${context.actor.account_id}::uuid
    from jsonb_to_recordset(${asJson(rows)}) as t (person_id uuid, organisation_id uuid, month date, component text, passed boolean, note text)`.execute(
    tx,
  )
  const failed = items.filter(({ passed }) => !passed)
  if (failed.length > 0) {
    const note = sql`(select i.note from run_inspections i where (i.run_id, i.payee_id, i.month, i.component) = (l.run_id, l.payee_id, l.month, l.component))`
    await holdLines(tx, context, run_id, 'inspection', note, theseLines(failed))
  }
  await recordHistory(tx, context, {
    ...subject(run),
    kind: 'run.sample_inspected',
    changes: { lines: items.length, failed: failed.length },
  })
  return getReview(tx, context, run_id)
}

/** Refuses `run.not_submitted`, `run.other_authority`, `run.own_work`: whoever computed or submitted a run does not check it. */
async function lockForReview(tx: Tx, context: Context, run_id: string): Promise<LockedRun> {
  const run = await lockRun(tx, context, run_id)
  checkAuthority(context.actor, await getScheme(tx, run.scheme_code))
  checkStatus(run, 'submitted')
  const { makers, submitter } = await handsOf(tx, run_id)
  if ([...makers, submitter].includes(context.actor.account_id))
    refuse('conflict', 'run.own_work', reviewConstraints.run_checked_by_others!.message)
  return run
}

type NamedStep = Step & { township_name: string | null }

/** Those of the run that the scope sees. */
async function stepsOf(tx: Tx, scope: Scope, run_id: string): Promise<(NamedStep & { decided: boolean })[]> {
  const { rows } = await sql<NamedStep & { decided: boolean }>`
    select s.reviewer, s.township_code, t.name as township_name, v.run_id is not null as decided
    from run_steps s left join run_reviews v using (run_id, reviewer, place) left join townships t on t.code = s.township_code
    where s.run_id = ${run_id}::uuid and ${seesStep(scope, 's')} order by s.place`.execute(tx)
  return rows
}

/** Of several townships the one that is named, else the actor's own; where that has no step, any, so that it is told whose they are. */
function stepMeant<S extends Step>(steps: S[], actor: Actor, { reviewer, township_code }: NewReview): S {
  const meant = { reviewer, township_code: township_code ?? (reviewer === 'township' ? actor.township_code : null) }
  const step =
    steps.find((one) => sameStep(one, meant)) ??
    (township_code ? undefined : steps.find((one) => one.reviewer === reviewer))
  return (
    step ??
    refuse('conflict', 'review.no_step', {
      zh: '本批次没有需要这一级审核的机构。',
      en: 'No facility of this run takes that step.',
    })
  )
}

async function isWhollyReviewed(tx: Tx, run_id: string): Promise<boolean> {
  const { rows } = await sql<{ open: number }>`
    select count(*) as open from run_steps s left join run_reviews v using (run_id, reviewer, place)
    where s.run_id = ${run_id}::uuid and v.run_id is null`.execute(tx)
  return rows[0]!.open === 0
}

function subject(run: { id: string; district_code: string }) {
  return { subject_kind: 'allowance_run', subject_id: run.id, district_code: run.district_code }
}
