/** Checks of many certificates at once: a facility's roster against this register, and an officer's findings in the official ones. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { type Db, lockFacts, type Tx } from '../platform/database.ts'
import { notFound, refuse, refuseFaults } from '../platform/errors.ts'
import { getBatch } from './batch-queries.ts'
import { parseCertificateNumber } from './certificate-number.ts'
import { type PublicRow, unscopedCertificates, visible } from './queries.ts'
import { CHECK_STATUSES, type CheckStatus } from './rules.ts'
import type { newCheckShape, registryChecksShape } from './shapes.ts'
import { holderAgrees } from './verify.ts'

type Item = NonNullable<z.output<typeof newCheckShape>['items']>[number]

/** One row of a check. The certificate's own facts are told only where the name agrees. */
export interface CheckRow {
  /** null for somebody on the roster without a certificate */
  number: string | null
  name: string
  status: CheckStatus
  kind: string | null
  occupation_name: string | null
  level: number | null
  issuer_name: string | null
  issued_on: string | null
  valid_until: string | null
}
export interface Check {
  id: string
  rows: CheckRow[]
  summary: Record<CheckStatus, number>
  /** of the rows as lines `number<TAB>name<TAB>status` */
  sha256: string
  created_at: Date
}

/**
 * Compares up to 1,000 numbers and names, or the actor's whole roster, with the register in one query and keeps question and answer.
 * Refuses `certificate_check.no_roster` for an office, which has none.
 */
export async function checkCertificates(
  tx: Tx,
  context: Context,
  input: z.output<typeof newCheckShape>,
): Promise<Check> {
  const rows = input.items ? await checkItems(tx, context, input.items) : await checkRoster(tx, context)
  const summary = Object.fromEntries(
    Object.keys(CHECK_STATUSES).map((status) => [status, rows.filter((row) => row.status === status).length]),
  ) as Check['summary']
  const sha256 = await sha256Hex(rows.map((row) => `${row.number ?? ''}\t${row.name}\t${row.status}\n`).join(''))
  const made = await tx
    .insertInto('certificate_checks')
    .values({
      organisation_id: context.actor.organisation_id,
      requested_by: context.actor.account_id,
      rows: JSON.stringify(rows),
      summary: JSON.stringify(summary),
      sha256,
      created_at: context.now,
    })
    .returning(['id', 'created_at'])
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'certificate_check.made',
    subject_kind: 'certificate_check',
    subject_id: made.id,
    changes: { rows: rows.length, summary, sha256 },
  })
  return { ...made, rows, summary, sha256 }
}

async function checkItems(db: Db, context: Context, items: Item[]): Promise<CheckRow[]> {
  const asked = items.map((item) => ({ ...item, number: parseCertificateNumber(item.number).number }))
  const found = await unscopedCertificates(db, localDate(context.now))
    .where(sql<boolean>`certificates.number = any (${asked.map(({ number }) => number)}::text[])`)
    .execute()
  const byNumber = new Map(found.map((row) => [row.number, row]))
  return Promise.all(
    asked.map(async ({ number, name, id_last4 }) => {
      const row = byNumber.get(number)
      if (!row) return unknown(number, name, 'not_found')
      const agrees = await holderAgrees(context.vault, row, { name, id_last4: id_last4 ?? undefined })
      return agrees ? known(row, name, row.status) : unknown(number, name, 'name_mismatch')
    }),
  )
}

/** Everybody on the roster who has not left, with each skill-level certificate that was not replaced; one row for somebody without any. */
async function checkRoster(db: Db, context: Context): Promise<CheckRow[]> {
  const { scope } = context
  if (scope.kind !== 'organisation')
    return refuse('conflict', 'certificate_check.no_roster', {
      zh: '只有机构有自己的名册；请粘贴要核验的证书编号和姓名。',
      en: 'Only an institution has a roster of its own; paste the numbers and names to check.',
    })
  const today = localDate(context.now)
  const rows = await db
    .selectFrom('roster_entries')
    .innerJoin('people as member', 'member.id', 'roster_entries.person_id')
    .leftJoin(
      unscopedCertificates(db, today)
        .select('certificates.person_id')
        .where('certificates.kind', '=', 'skill_level')
        .where('revocation.reason_code', 'is distinct from', 'replaced')
        .as('held'),
      'held.person_id',
      'roster_entries.person_id',
    )
    .selectAll('held')
    .select('member.name')
    .where('roster_entries.organisation_id', '=', scope.organisation_id)
    .where('member.merged_into', 'is', null)
    .where('member.erased_at', 'is', null)
    .where(
      sql<boolean>`(select coalesce(bool_or(e.ends_on is null or e.ends_on > ${today}::date), true) from employments e
        where e.organisation_id = roster_entries.organisation_id and e.person_id = member.id and e.known_to = 'infinity')`,
    )
    .orderBy('member.name_pinyin')
    .orderBy('member.name')
    .orderBy('member.id')
    .orderBy('held.level')
    .execute()
  return rows.map((row) =>
    row.number === null ? unknown(null, row.name, 'not_found') : known(row as PublicRow, row.name, row.status!),
  )
}

function known(row: Omit<PublicRow, 'id_number_sealed'>, name: string, status: CheckStatus): CheckRow {
  const { number, kind, occupation_name, level, issuer_name, issued_on, valid_until } = row
  return { number, name, status, kind, occupation_name, level, issuer_name, issued_on, valid_until }
}

function unknown(number: string | null, name: string, status: CheckStatus): CheckRow {
  const nothing = {
    kind: null,
    occupation_name: null,
    level: null,
    issuer_name: null,
    issued_on: null,
    valid_until: null,
  }
  return { number, name, status, ...nothing }
}

/** A check that the actor's organisation made, or an officer themselves. */
export async function getCheck(db: Db, context: Context, id: string): Promise<Check> {
  const { scope, actor } = context
  let query = db
    .selectFrom('certificate_checks')
    .select(['id', 'rows', 'summary', 'sha256', 'created_at'])
    .where('id', '=', id)
  if (scope.kind === 'organisation') query = query.where('organisation_id', '=', scope.organisation_id)
  else query = query.where('requested_by', '=', actor.account_id)
  const row = await query.executeTakeFirst()
  return row ? (row as unknown as Check) : notFound({ zh: '核验记录', en: 'check' })
}

/**
 * Records what an officer found in an official register, for the certificates given or all of a batch; the newest finding counts.
 * All must be within the actor's division. Refuses `registry_check.checked_on` for a day before an issue or after today.
 */
export async function recordRegistryChecks(
  tx: Tx,
  context: Context,
  input: z.output<typeof registryChecksShape>,
): Promise<{ recorded: number }> {
  await lockFacts(tx)
  if (input.batch_id) await getBatch(tx, context.scope, input.batch_id)
  const wanted = [...new Set(input.certificate_ids ?? [])]
  const certificates = await tx
    .selectFrom('certificates')
    .innerJoin('organisations as issuer', 'issuer.id', 'certificates.issuer_organisation_id')
    .select(['certificates.id', 'certificates.number', 'certificates.issued_on'])
    .where(visible(context.scope))
    .where((eb) =>
      input.batch_id ? eb('certificates.batch_id', '=', input.batch_id) : eb('certificates.id', 'in', wanted),
    )
    .execute()
  if (certificates.length === 0 || certificates.length < wanted.length) notFound({ zh: '证书', en: 'certificate' })
  refuseImpossibleDay(input.checked_on, certificates, localDate(context.now))
  const { registry, result, checked_on, evidence } = input
  const finding = { registry, result, checked_on, evidence, checked_by: context.actor.account_id }
  await tx
    .insertInto('registry_checks')
    .values(certificates.map(({ id }) => ({ certificate_id: id, ...finding })))
    .execute()
  const events = certificates.map(({ id, number }) => ({
    kind: 'certificate.registry_checked',
    subject_kind: 'certificate',
    subject_id: id,
    changes: { number, registry, result, checked_on, evidence },
  }))
  await recordHistory(tx, context, ...events)
  return { recorded: certificates.length }
}

/** A look-up on a day before an issue or after today: `registry_check.checked_on`. */
export function refuseImpossibleDay(
  checked_on: string,
  certificates: { number: string; issued_on: string }[],
  today: string,
): void {
  const later = certificates.find(({ issued_on }) => checked_on < issued_on)
  if (!later && checked_on <= today) return
  refuseFaults([
    {
      pointer: '/checked_on',
      code: 'registry_check.checked_on',
      message: later
        ? {
            zh: `核验日期 ${checked_on} 早于证书 ${later.number} 的发证日期 ${later.issued_on}。`,
            en: `Checked on ${checked_on}, before certificate ${later.number} was issued on ${later.issued_on}.`,
          }
        : { zh: `核验日期 ${checked_on} 还没有到。`, en: `The day ${checked_on} has not come yet.` },
    },
  ])
}
