/** Certificates issued elsewhere: recorded by who employs or trains the holder, corrected, withdrawn. They count for nothing until an officer finds them. */
import { sql } from 'kysely'
import { recordHistory } from '../history/actions.ts'
import { type Change, faultAt, inItems, newIds, onlyRow, refuseRows } from '../people/bulk.ts'
import type { ExternalCertificate } from '../people/external-certificates.ts'
import type { Context } from '../platform/context.ts'
import { insertRows, lockFacts, type Tx } from '../platform/database.ts'
import type { Fault } from '../platform/errors.ts'
import { getExternalCertificate, occupationNames } from './external-queries.ts'
import { cleanNumber, statedWarnings } from './external-rules.ts'
import type { ExternalCorrection } from './external-shapes.ts'
import {
  changesOf,
  checkExternalCertificates,
  currentByNumber,
  FACTS,
  faultsOf,
  type NewExternalCertificate,
} from './external-verdicts.ts'

/**
 * Records certificates of people on the roster. Said again a certificate does nothing; another statement about it corrects it, and
 * what was found of it in a register no longer counts. Refuses all rows with the faults of {@link checkExternalCertificates}.
 */
export async function recordExternalCertificates(
  tx: Tx,
  context: Context,
  rows: NewExternalCertificate[],
  at = inItems,
): Promise<{ id: string; change: Change; warnings: Fault[] }[]> {
  if (rows.length === 0) return []
  await lockFacts(tx)
  const checks = await checkExternalCertificates(tx, context, rows)
  refuseRows(checks, at)
  const fresh = await newIds(tx, checks.filter(({ known }) => known === null).length)
  const done = rows.map((row, index) => {
    const { known, change, warnings } = checks[index]!
    return { id: known?.id ?? fresh.shift()!, row, known, change, warnings }
  })
  await write(
    tx,
    context,
    done.filter(({ change }) => change !== 'same'),
  )
  return done.map(({ id, change, warnings }) => ({ id, change, warnings }))
}

/**
 * Corrects what was recorded of a certificate, for those who have its holder on their roster; what was found of it so far no longer
 * counts. Refuses the codes of {@link checkExternalCertificates} and `external_certificate.recorded_already`; nothing changed does nothing.
 */
export async function correctExternalCertificate(
  tx: Tx,
  context: Context,
  id: string,
  { reason, ...said }: ExternalCorrection,
): Promise<{ id: string; change: Change; warnings: Fault[] }> {
  await lockFacts(tx)
  const known = await lockExternal(tx, context, id)
  const row = { ...(known as NewExternalCertificate), ...said } as NewExternalCertificate
  const clean = { ...row, number: cleanNumber(row.number) }
  const [faults] = await faultsOf(tx, context, [clean])
  const other = (await currentByNumber(tx, [clean])).get(clean.number)?.find((one) => one.id !== id)
  if (other?.person_id === known.person_id && other.kind === clean.kind)
    faults!.push(
      faultAt(
        '/number',
        'external_certificate.recorded_already',
        `此人已另外登记过证书 ${clean.number}，请撤回其中一张。`,
        `Certificate ${clean.number} is on record for this person a second time: withdraw one of them.`,
      ),
    )
  refuseRows([{ change: 'changed', faults: faults! }], onlyRow)
  const change = changesOf(known, clean).length === 0 ? ('same' as const) : ('changed' as const)
  if (change === 'changed') await write(tx, context, [{ id, row: clean, known }], reason)
  return { id, change, warnings: statedWarnings(clean) }
}

/** Takes a certificate back that is not the person's or was recorded in error: from now on it counts for nothing. */
export async function withdrawExternalCertificate(
  tx: Tx,
  context: Context,
  id: string,
  reason: string,
): Promise<ExternalCertificate> {
  await lockFacts(tx)
  const known = await lockExternal(tx, context, id)
  await close(tx, [id])
  await recordHistory(tx, context, {
    kind: 'external_certificate.withdrawn',
    subject_kind: 'person',
    subject_id: known.person_id,
    reason,
    changes: { external_certificate_id: id, number: known.number },
  })
  return known
}

/** Found through the scope, and nobody else's until the commit. */
async function lockExternal(tx: Tx, context: Context, id: string): Promise<ExternalCertificate> {
  await sql`select from external_certificates where id = ${id}::uuid and known_to = 'infinity' for update`.execute(tx)
  return getExternalCertificate(tx, context.scope, id)
}

interface Written {
  id: string
  row: NewExternalCertificate
  known: ExternalCertificate | null
}

async function write(tx: Tx, context: Context, rows: Written[], reason: string | null = null): Promise<void> {
  if (rows.length === 0) return
  await close(
    tx,
    rows.flatMap(({ id, known }) => (known ? [id] : [])),
  )
  const names = await occupationNames(tx)
  const { organisation_id, account_id } = context.actor
  const values = rows.map(({ id, row, known }) => ({
    ...{
      person_id: row.person_id,
      id,
      revision: (known?.revision ?? 0) + 1,
      number: cleanNumber(row.number),
      kind: row.kind,
    },
    ...{ occupation_code: row.occupation_code, occupation_name: names.get(row.occupation_code)!, level: row.level },
    ...{ issuer_name: row.issuer_name, issued_on: row.issued_on, valid_until: row.valid_until },
    standard_edition: row.standard_edition === undefined ? (known?.standard_edition ?? null) : row.standard_edition,
    evidence: row.evidence === undefined ? (known?.evidence ?? null) : row.evidence,
    ...{ organisation_id: organisation_id!, recorded_by: account_id },
  }))
  await insertRows(tx, 'external_certificates', values).execute()
  await recordHistory(
    tx,
    context,
    ...values.map((value, index) => {
      const { known } = rows[index]!
      const told = known ? changesOf(known, value) : FACTS
      return {
        kind: known ? 'external_certificate.corrected' : 'external_certificate.recorded',
        subject_kind: 'person',
        subject_id: value.person_id,
        reason,
        changes: {
          external_certificate_id: value.id,
          number: value.number,
          ...Object.fromEntries(told.map((key) => [key, known ? [known[key], value[key]] : value[key]])),
        },
      }
    }),
  )
}

async function close(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('external_certificates')
    .set({ known_to: sql<Date>`clock_timestamp()` })
    .where('id', 'in', ids)
    .where('known_to', '=', sql<Date>`'infinity'`)
    .execute()
}
