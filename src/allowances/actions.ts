/** Writes of allowances: confirming a version, computing, submitting, approving and rejecting a run. */

import { sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { enqueueJob } from '../jobs/actions.ts'
import { firstDay, localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { confirmBudget, reserveBudget } from './budget.ts'
import { columnsOf, confirmationFaults } from './confirmation-rules.ts'
import { amountOf, settingFaults, settledBy } from './confirmation-settings.ts'
import type { ConfirmationInput } from './confirmation-shapes.ts'
import { type LockedRun, lockRun } from './locking.ts'
import { bookOrganisations } from './organisation-booking.ts'
import { checkPublicity } from './publicity.ts'
import { getRun, getScheme, handsOf, type RunRow, unscopedRun } from './queries.ts'
import { settleRun } from './recovery-settling.ts'
import { isHeld } from './review-queries.ts'
import { checkOtherPerson } from './review-rules.ts'
import { prepareReview } from './review-start.ts'
import { checkAuthority, checkMonthOver, checkStatus, inDivision } from './rules.ts'
import { checkRules } from './run-months.ts'
import type { newRunShape } from './shapes.ts'
import { computableRules, knownToAll, missingPieces } from './usable-rules.ts'
import { readVersions, type VersionRow, versionIn } from './versions.ts'

/**
 * Confirms by document what was inferred or unknown in a version: adds rates, thresholds and what its components leave open, changes
 * nothing that is known. Everything missing must be given at once. Refuses `scheme.nothing_to_confirm`, `scheme.confirmed_already`, and as faults `confirmation.rate_missing`,
 * `confirmation.rate_known`, `confirmation.rate_twice`, `confirmation.rate_amount`, `confirmation.rate_price`, `confirmation.district`,
 * `confirmation.threshold_missing`, `confirmation.threshold_unknown`, and those of {@link settingFaults}.
 */
export async function confirmVersion(
  tx: Tx,
  context: Context,
  code: string,
  number: number,
  input: ConfirmationInput,
): Promise<VersionRow> {
  const scheme = await getScheme(tx, code)
  const versions = await readVersions(tx, code)
  const version =
    versions.find((one) => one.number === number) ?? notFound({ zh: '政策版本', en: 'version of the scheme' })
  const missing = missingPieces(version)
  if (missing.rates.length + missing.conditions.length + missing.asks.length === 0)
    refuse('conflict', version.confirmation ? 'scheme.confirmed_already' : 'scheme.nothing_to_confirm', {
      zh: '这一版的标准和要求都已有依据，不需要确认；标准有变请登记新版本。',
      en: 'Everything in this version is known already; a change is a new version.',
    })
  const others = versions.filter((one) => one !== version)
  refuseFaults([...confirmationFaults(input, version, scheme.division_code), ...settingFaults(input, version, others)])
  const settings = settledBy(input, version)
  const { id } = await tx
    .insertInto('scheme_confirmations')
    .values({
      version_id: version.version_id,
      document: input.document,
      reason: input.reason,
      thresholds: JSON.stringify(input.thresholds),
      settings: JSON.stringify(settings),
      confirmed_by: context.actor.account_id,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  if (input.rates.length > 0)
    await tx
      .insertInto('scheme_rates')
      .values(
        input.rates.map((rate) => {
          const columns = columnsOf(missing, version, rate)
          const { facility_kind, district_code } = rate
          const worth = amountOf(
            rate,
            version.components.find(({ code }) => code === columns.component),
          )!
          return {
            ...{ ...columns, facility_kind, district_code, amount_fen: worth.amount_fen, confidence: 'confirmed' },
            ...{ version_id: version.version_id, confirmation_id: id, citation: input.document + worth.words },
          }
        }),
      )
      .execute()
  await recordHistory(tx, context, {
    kind: 'scheme.confirmed',
    subject_kind: 'scheme',
    subject_id: `${code}/${number}`,
    district_code: scheme.division_code,
    reason: input.reason,
    changes: { document: input.document, rates: input.rates, thresholds: input.thresholds, ...settings },
  })
  return (await readVersions(tx, code)).find((one) => one.number === number)!
}

/**
 * Puts the computation of a month and district into the queue; a run that is only computed is computed again with a new cutoff.
 * Refuses `run.month_incomplete`, `run.district_outside_scheme`, `run.other_authority`, `scheme.no_version`, `scheme.unconfirmed`,
 * `run.computing`, `run.exists`.
 */
export async function computeRun(tx: Tx, context: Context, input: z.output<typeof newRunShape>): Promise<RunRow> {
  const { scheme_code, month, district_code } = input
  const scheme = await getScheme(tx, scheme_code)
  if (context.scope.kind !== 'division' || !district_code.startsWith(context.scope.prefix))
    notFound({ zh: '区县', en: 'district' })
  checkAuthority(context.actor, scheme)
  if (!inDivision(district_code, scheme.division_code))
    refuse('conflict', 'run.district_outside_scheme', {
      zh: `${district_code} 不在“${scheme.name}”的辖区内，请选择辖区内的区县。`,
      en: `${district_code} lies outside the division of “${scheme.name}”; choose a district inside it.`,
    })
  checkMonthOver(month, localDate(context.now))
  const [rules] = computableRules(versionIn(await readVersions(tx, scheme_code), scheme_code, month), knownToAll)
  const id = (await restartLive(tx, input)) ?? (await insertRun(tx, context, input, rules!.version_id))
  const job_id = await enqueueJob(tx, context, { kind: 'allowances.run', subject_id: id })
  await tx.updateTable('allowance_runs').set({ job_id, status: 'computing' }).where('id', '=', id).execute()
  await recordHistory(tx, context, {
    kind: 'run.requested',
    subject_kind: 'allowance_run',
    subject_id: id,
    district_code,
    changes: { scheme_code, month, version: rules!.number },
  })
  return getRun(tx, context.scope, id)
}

async function insertRun(
  tx: Tx,
  context: Context,
  { scheme_code, month, district_code }: z.output<typeof newRunShape>,
  version_id: string,
): Promise<string> {
  const values = {
    scheme_code,
    version_id,
    month: firstDay(month),
    district_code,
    created_by: context.actor.account_id,
  }
  const { id } = await tx.insertInto('allowance_runs').values(values).returning('id').executeTakeFirstOrThrow()
  return id
}

/** The live run, when there is one that may be computed again: it is only computed, or its computation has failed. */
async function restartLive(
  tx: Tx,
  { scheme_code, month, district_code }: z.output<typeof newRunShape>,
): Promise<string | null> {
  const live = await tx
    .selectFrom('allowance_runs as r')
    .leftJoin('jobs as j', 'j.id', 'r.job_id')
    .select(['r.id', 'r.status', 'j.status as job_status'])
    .where('r.scheme_code', '=', scheme_code)
    .where('r.month', '=', firstDay(month))
    .where('r.district_code', '=', district_code)
    .where('r.status', '<>', 'rejected')
    .forUpdate('r')
    .executeTakeFirst()
  if (!live) return null
  if (live.status === 'computing' && ['queued', 'running'].includes(live.job_status ?? ''))
    refuse('conflict', 'run.computing', {
      zh: `${month} ${district_code} 的批次正在计算，完成后可以重新计算。`,
      en: `The run of ${month} for ${district_code} is being computed; wait until it is done.`,
    })
  if (['submitted', 'reviewed', 'approved'].includes(live.status))
    refuse('conflict', 'run.exists', {
      zh: `${month} ${district_code} 已有${live.status === 'approved' ? '审批通过' : '提交'}的批次，不能重新计算。以后发现的变化会在下个月的批次中补发或追回。`,
      en: `The run of ${month} for ${district_code} is ${live.status}; it cannot be computed again. Later changes are paid or recovered in the next month’s run.`,
    })
  return live.id
}

/**
 * Hands a computed run on: its facilities are put down with whose review they take, and the sample is drawn. Refuses `run.not_computed`,
 * `run.other_authority`, and what {@link checkRules} and {@link reserveBudget} refuse.
 */
export async function submitRun(tx: Tx, context: Context, id: string, reason: string | null): Promise<RunRow> {
  const run = await lockRun(tx, context, id)
  checkAuthority(context.actor, await getScheme(tx, run.scheme_code))
  checkStatus(run, 'computed')
  await checkRules(tx, run)
  await reserveBudget(tx, context, run)
  await prepareReview(tx, id)
  return settle(tx, context, run, 'submission', reason)
}

/** Sends a reviewed run back; the month may then be computed anew. Refuses `run.not_reviewed`, `run.own_work`. */
export async function rejectRun(tx: Tx, context: Context, id: string, reason: string): Promise<RunRow> {
  const run = await lockRun(tx, context, id)
  checkStatus(run, run.status === 'submitted' ? 'submitted' : 'reviewed')
  checkOtherPerson(context.actor.account_id, await handsOf(tx, id))
  return settle(tx, context, run, 'rejection', reason)
}

/**
 * Approves a reviewed run, books every line that is not held in the ledger and settles them with what people owe, in one transaction.
 * Refuses `run.not_reviewed`, `run.own_work`, what {@link checkPublicity}, {@link checkRules} and {@link confirmBudget} refuse, and
 * `run.stale` when another run has booked one of its months since it was computed.
 */
export async function approveRun(tx: Tx, context: Context, id: string, reason: string | null): Promise<RunRow> {
  const run = await lockRun(tx, context, id)
  checkStatus(run, 'reviewed')
  checkOtherPerson(context.actor.account_id, await handsOf(tx, id))
  await checkPublicity(tx, context, id)
  await checkRules(tx, run)
  // a run that is being computed sees the whole of this approval or nothing of it
  await lockFacts(tx)
  const held = await bookLines(tx, context, run)
  await settleRun(tx, context, run)
  await confirmBudget(tx, context, run)
  await tx.updateTable('allowance_runs').set(held).where('id', '=', id).execute()
  return settle(tx, context, run, 'approval', reason)
}

const DECIDED = { submission: 'submitted', approval: 'approved', rejection: 'rejected' } as const

/** Writes the decision, the run's state after it and the event. */
export async function settle(
  tx: Tx,
  context: Context,
  run: { id: string; district_code: string },
  kind: keyof typeof DECIDED,
  reason: string | null,
): Promise<RunRow> {
  await tx
    .insertInto('allowance_decisions')
    .values({
      run_id: run.id,
      kind,
      decided_by: context.actor.account_id,
      reason: reason || null,
      decided_at: sql<Date>`clock_timestamp()`,
    })
    .execute()
  await tx.updateTable('allowance_runs').set({ status: DECIDED[kind] }).where('id', '=', run.id).execute()
  const row = await unscopedRun(tx, run.id)
  await recordHistory(tx, context, {
    kind: `run.${DECIDED[kind]}`,
    subject_kind: 'allowance_run',
    subject_id: run.id,
    district_code: run.district_code,
    reason: reason || null,
    changes: {
      total_fen: row.total_fen,
      held_fen: row.held_fen,
      line_count: row.line_count,
      lines_sha256: row.lines_sha256,
    },
  })
  return row
}

/**
 * Every line that is not held continues the chain of its person, month and component, and only where the chain still ends in the amount
 * the line was computed against. Answers what was held.
 */
async function bookLines(tx: Tx, context: Context, run: LockedRun): Promise<{ held_count: number; held_fen: number }> {
  const run_id = run.id
  const { rows } = await sql<{ stale: number; held_count: number; held_fen: number }>`
    with line as (
      select l.person_id, r.scheme_code, l.month, l.component, l.entitlement_fen, l.previous_fen, l.amount_fen, p.seq as prev_seq,
        p.entitlement_fen as prev_fen, ${isHeld} as held
      from allowance_lines l
      join allowance_runs r on r.id = l.run_id
      left join lateral (
        select e.seq, e.entitlement_fen from allowance_ledger e
        where e.person_id = l.person_id and e.scheme_code = r.scheme_code and e.month = l.month and e.component = l.component
        order by e.seq desc limit 1
      ) p on true
      where l.run_id = ${run_id}
    ), booked as (
      insert into allowance_ledger (person_id, scheme_code, month, component, seq, prev_seq, prev_fen, entitlement_fen, run_id)
      select person_id, scheme_code, month, component, coalesce(prev_seq + 1, 0), prev_seq, prev_fen, entitlement_fen, ${run_id}::uuid from line where not held
    )
    select count(*) filter (where not held and coalesce(previous_fen, 0) <> coalesce(prev_fen, 0)) as stale,
      count(*) filter (where held) as held_count, coalesce(sum(amount_fen) filter (where held), 0)::bigint as held_fen
    from line`.execute(tx)
  const [people, organisations] = [rows[0]!, await bookOrganisations(tx, context, run)]
  const stale = people.stale + organisations.stale
  if (stale > 0)
    refuse('conflict', 'run.stale', {
      zh: `本批次计算之后，其中 ${stale} 笔的月份已在其他批次入账，金额已经过时。请驳回本批次并重新计算。`,
      en: `Since this run was computed, other runs have booked ${stale} of its lines: the amounts are out of date. Reject the run and compute it again.`,
    })
  return {
    held_count: people.held_count + organisations.held_count,
    held_fen: people.held_fen + organisations.held_fen,
  }
}
