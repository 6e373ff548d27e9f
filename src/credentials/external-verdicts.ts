/** What is wrong or odd about certificates issued elsewhere, by themselves and against the register, before they are written. */
import { sql } from 'kysely'
import { asJson, earlierTwins, faultAt, type RowCheck, twinFault } from '../people/bulk.ts'
import { type ExternalCertificate, externalCertificateRows } from '../people/external-certificates.ts'
import { unknownPersonFaults } from '../people/roster.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Db } from '../platform/database.ts'
import type { Fault } from '../platform/errors.ts'
import { occupationNames } from './external-queries.ts'
import { cleanNumber, type Stated, statedFaults, statedWarnings } from './external-rules.ts'

export interface NewExternalCertificate extends Stated {
  person_id: string
}
export interface ExternalCheck extends RowCheck {
  known: ExternalCertificate | null
  warnings: Fault[]
}

/** What makes a certificate another one than was recorded. */
export const FACTS = [
  'number',
  'kind',
  'occupation_code',
  'standard_edition',
  'level',
  'issuer_name',
  'issued_on',
  'valid_until',
  'evidence',
] as const

/**
 * What recording would do with each row, and what is wrong or odd about it; writes nothing. A certificate
 * with the same holder, number and kind is the same one. Codes: `person.unknown`, `certificate_number.impossible`,
 * `external_certificate.future`, `.valid_until`, `.occupation_unknown`, `.issued_here`, `.other_person`, `.twice`.
 */
export async function checkExternalCertificates(
  db: Db,
  context: Context,
  rows: NewExternalCertificate[],
): Promise<ExternalCheck[]> {
  if (rows.length === 0) return []
  const clean = rows.map((row) => ({ ...row, number: cleanNumber(row.number) }))
  const twins = earlierTwins(clean.map(({ number, kind }) => `${kind} ${number}`))
  const faults = await faultsOf(db, context, clean)
  const onRecord = await currentByNumber(db, clean)
  return clean.map((row, index) => {
    const twin = twins[index] ?? null
    const same = onRecord.get(row.number)?.filter((one) => one.person_id === row.person_id) ?? []
    const known = same.find(({ kind }) => kind === row.kind) ?? null
    if (twin !== null)
      faults[index]!.push(
        twinFault('/number', 'external_certificate.twice', twin, { zh: '证书编号', en: 'certificate number' }),
      )
    const change = known === null ? 'new' : changesOf(known, row).length === 0 ? 'same' : 'changed'
    return { change, faults: faults[index]!, warnings: statedWarnings(row), known }
  })
}

/** What a row says otherwise than the record; what it does not say stays. */
export function changesOf(known: ExternalCertificate, row: Stated) {
  return FACTS.filter((key) => row[key] !== undefined && row[key] !== known[key])
}

/** For each row, its numbers clean, everything that keeps it out but being said twice. */
export async function faultsOf(db: Db, context: Context, rows: NewExternalCertificate[]): Promise<Fault[][]> {
  const today = localDate(context.now)
  const unknown = await unknownPersonFaults(db, context.scope, rows)
  const names = await occupationNames(db)
  const { rows: issued } = await sql<{ number: string }>`
    select c.number from jsonb_to_recordset(${asJson(rows)}) as r (number text) join certificates c on c.number = r.number`.execute(
    db,
  )
  const here = new Set(issued.map(({ number }) => number))
  const onRecord = await currentByNumber(db, rows)
  return rows.map((row, index) => {
    const faults = [...unknown[index]!, ...statedFaults(row, today)]
    if (!names.has(row.occupation_code))
      faults.push(
        faultAt(
          '/occupation_code',
          'external_certificate.occupation_unknown',
          `没有职业编码“${row.occupation_code}”，可选：${[...names].map((one) => one.join(' ')).join('、')}。`,
          `There is no occupation ${row.occupation_code}; choose one of ${[...names].map((one) => one.join(' ')).join(', ')}.`,
        ),
      )
    if (here.has(row.number))
      faults.push(
        faultAt(
          '/number',
          'external_certificate.issued_here',
          `证书 ${row.number} 由本系统签发，不必再登记为外部证书；请在“证书”中查看。`,
          `Certificate ${row.number} was issued in this register: look it up under Certificates, there is nothing to record.`,
        ),
      )
    if (onRecord.get(row.number)?.some(({ person_id }) => person_id !== row.person_id))
      faults.push(
        faultAt(
          '/number',
          'external_certificate.other_person',
          `证书编号 ${row.number} 已登记在另一人名下，请对照证书核对编号；如对方登记有误，请登记机构撤回。`,
          `Certificate ${row.number} is on record for somebody else: compare the number with the certificate; if theirs is wrong, whoever recorded it withdraws it.`,
        ),
      )
    return faults
  })
}

/** What is on record under these numbers, whoever holds it. */
export async function currentByNumber(db: Db, rows: { number: string }[]): Promise<Map<string, ExternalCertificate[]>> {
  const found = await externalCertificateRows(db)
    .where(sql<boolean>`c.number = any (${rows.map(({ number }) => number)}::text[])`)
    .execute()
  return Map.groupBy(found, ({ number }) => number)
}
