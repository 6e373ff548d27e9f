/** How long what is kept: the schedule as data, and erasing by it in slices, recorded with counts only. */
import { type RawBuilder, sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { isPrintable } from '../people/photos.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db, Tx } from '../platform/database.ts'
import { employedOn, erasePeople, moneyOpen } from './erasure.ts'

export type RetentionRule = Awaited<ReturnType<typeof listRetentionRules>>[number]

/** What applies first, then what waits for a confirmation; `erases` tells whether this program erases by it. */
export async function listRetentionRules(db: Db) {
  const rules = await db.selectFrom('retention_rules').selectAll().orderBy('active', 'desc').orderBy('code').execute()
  return rules.map((rule) => ({ ...rule, erases: rule.action !== 'keep' && rule.code in ERASURES }))
}

/** How many records are over the time of a rule; 0 for one that is not active or only keeps. */
export async function countExpired(db: Db, { now }: Pick<Context, 'now'>, rule: RetentionRule): Promise<number> {
  const erasure = ERASURES[rule.code]
  if (!erasure || !rule.active) return 0
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(erasure.table)} where ${erasure.expired(cutoff(rule, now), now)}`.execute(
    db,
  )
  return rows[0]!.count
}

/** Erases a slice of what is over its time and records the count; answers how many, 0 when nothing is left. Doing it again does nothing. */
export async function applyRetention(tx: Tx, context: Context, rule: RetentionRule): Promise<number> {
  const erasure = ERASURES[rule.code]
  if (!erasure || !rule.active) return 0
  const count = await erasure.slice(tx, context, erasure.expired(cutoff(rule, context.now), context.now))
  if (count > 0)
    await recordHistory(tx, context, {
      kind: 'retention.applied',
      subject_kind: 'retention_rule',
      subject_id: rule.code,
      changes: { records: count },
    })
  return count
}

interface Erasure {
  table: string
  expired(before: RawBuilder<Date>, now: Date): RawBuilder<boolean>
  slice(tx: Tx, context: Context, expired: RawBuilder<boolean>): Promise<number>
}

/** What stands in place of the words of a job, which still counts as failed. */
const CLEARED = {
  code: 'job.cleared',
  message: {
    zh: '失败的说明已按保留期限清除。',
    en: 'The words about the fault are over their time and were cleared.',
  },
}

const SLICE = 2000
const PEOPLE = 100

/** What this program can erase, by the code of the rule. */
const ERASURES: Record<string, Erasure> = {
  'import-rows': {
    table: 'import_chunks',
    // what is being written is left alone, and so is the record of what was written, which holds nothing of the file
    expired: (before) =>
      sql`created_at < ${before} and import_id not in (select id from imports where status = 'committing')`,
    async slice(tx, _, expired) {
      await sql`update imports set status = 'discarded' where status in ('checking', 'checked')
        and id in (select import_id from import_chunks where ${expired})`.execute(tx)
      return deleted(tx, 'import_chunks', expired)
    },
  },
  'idempotency-keys': deletion('idempotency_keys', (before) => sql`created_at < ${before}`),
  sessions: deletion('sessions', (before) => sql`expires_at <= ${before}`),
  // longer than a delivery is tried; one that waits for its webhook to be enabled again goes too
  'webhook-deliveries': deletion('webhook_deliveries', (before) => sql`created_at < ${before}`),
  'rate-limits': deletion('rate_limits', (before) => sql`window_ends_at <= ${before}`),
  'job-faults': {
    table: 'jobs',
    expired: (before) =>
      sql`error ->> 'code' <> 'job.cleared' and created_at < ${before} and status not in ('queued', 'running')`,
    async slice(tx, _, expired) {
      const { numUpdatedRows } = await tx
        .updateTable('jobs')
        .set({ error: JSON.stringify(CLEARED) })
        .where(expired)
        .executeTakeFirst()
      return Number(numUpdatedRows)
    },
  },
  'roster-checks': {
    table: 'certificate_checks',
    expired: (before) => sql`names_erased_at is null and created_at < ${before}`,
    async slice(tx, { now }, expired) {
      // a trigger takes this change alone: the names go, the numbers and answers stay
      const { numAffectedRows } =
        await sql`update certificate_checks set report = null, names_erased_at = ${now}, rows = (
          select coalesce(jsonb_agg(r - 'name' order by at), '[]') from jsonb_array_elements(rows) with ordinality as all_rows (r, at))
        where id in (select id from certificate_checks where ${expired} order by id limit ${PEOPLE})`.execute(tx)
      return Number(numAffectedRows ?? 0)
    },
  },
  // the hash stays, and the picture for as long as a certificate shows it: without it the file could not be drawn again
  photos: {
    table: 'person_photos',
    expired: (before) => sql`photo_sealed is not null
      and not exists (select from certificates c where c.printed ->> 'photo_sha256' = person_photos.sha256)
      and (exists (select from photo_withdrawals w where w.photo_id = person_photos.id and w.known_from < ${before})
        or exists (select from person_photos later where later.person_id = person_photos.person_id
          and later.known_from > person_photos.known_from and later.known_from < ${before} and ${isPrintable('later')}))`,
    async slice(tx, _, expired) {
      const { numUpdatedRows } = await tx
        .updateTable('person_photos')
        .set({ photo_sealed: null })
        .where('id', 'in', (eb) => eb.selectFrom('person_photos').select('id').where(expired).limit(SLICE))
        .executeTakeFirst()
      return Number(numUpdatedRows)
    },
  },
  'people-without-facts': {
    table: 'people',
    // a merged record holds nothing of its own: it goes with its survivor
    expired: (
      before,
      now,
    ) => sql`people.erased_at is null and people.merged_into is null and people.created_at < ${before}
      and not ${employedOn(localDate(now))} and not ${moneyOpen} and not (${sql.join(
        [
          sql`employments f where f.person_id = people.id and greatest(f.ends_on, f.known_from::date) >= ${before}::date`,
          sql`service_months f where f.person_id = people.id and greatest(f.month, f.known_from::date) >= ${before}::date`,
          sql`education_hours f where f.person_id = people.id and f.known_from >= ${before}`,
          sql`conduct_events f where f.person_id = people.id and f.known_from >= ${before}`,
          sql`educations f where f.person_id = people.id and f.known_from >= ${before}`,
          sql`licences f where f.person_id = people.id and f.known_from >= ${before}`,
          sql`allowance_claims f where f.person_id = people.id and f.known_from >= ${before}`,
          sql`entry_declarations f where f.person_id = people.id and f.known_from >= ${before}`,
          sql`external_certificates f where f.person_id = people.id and (f.known_from >= ${before} or coalesce(f.valid_until >= ${before}::date, true))`,
          sql`people f where f.merged_into = people.id and f.created_at >= ${before}`,
          sql`enrolments f where f.person_id = people.id and f.created_at >= ${before}`,
          sql`certificates f where f.person_id = people.id and (f.known_from >= ${before} or coalesce(f.valid_until >= ${before}::date, true))`,
          sql`competition_entries f join competition_events v on v.id = f.event_id join competitions c on c.id = v.competition_id
            where f.person_id = people.id and c.held_on >= ${before}::date`,
          sql`records_of(people.id) own (id) join allowance_lines f on f.person_id = own.id join allowance_runs r on r.id = f.run_id where r.created_at >= ${before}`,
        ].map((facts) => sql`exists (select from ${facts})`),
        sql` or `,
      )})`,
    async slice(tx, context, expired) {
      const people = await tx
        .selectFrom('people')
        .select('id')
        .where(expired)
        .orderBy('id')
        .limit(PEOPLE)
        .forUpdate()
        .execute()
      const ids = people.map(({ id }) => id)
      await erasePeople(tx, context, ids, '保留期限届满 / the retention period is over')
      return ids.length
    },
  },
}

function deletion(table: string, expired: Erasure['expired']): Erasure {
  return { table, expired, slice: (tx, _, condition) => deleted(tx, table, condition) }
}

async function deleted(tx: Tx, table: string, expired: RawBuilder<boolean>): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ${sql.table(table)} where ctid in (select ctid from ${sql.table(table)} where ${expired} limit ${SLICE})`.execute(
    tx,
  )
  return Number(numAffectedRows ?? 0)
}

function cutoff({ keep_months, keep_days }: RetentionRule, now: Date): RawBuilder<Date> {
  return sql`(${now.toISOString()}::timestamptz - make_interval(months => ${keep_months ?? 0}::int, days => ${keep_days ?? 0}::int))`
}
