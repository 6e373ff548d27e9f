/** What officers found of certificates issued elsewhere in the official registers. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { refuseErased } from '../people/documents.ts'
import { externalCertificateRows } from '../people/external-certificates.ts'
import { personInScope } from '../people/roster.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { insertRows, lockFacts, type Tx } from '../platform/database.ts'
import { notFound, refuse } from '../platform/errors.ts'
import { refuseImpossibleDay } from './checks.ts'
import { EXTERNAL } from './external-queries.ts'
import type { registryCheckShape } from './shapes.ts'

type Finding = z.output<typeof registryCheckShape>
/** `revision`: what the officer saw, where they say so. */
type FindingOf = Finding & { certificate_id: string; revision?: number }

/**
 * Records one finding for the certificates, as they are recorded now; the newest finding counts, and a correction undoes it. All
 * must be of people within the actor's division. Refuses `registry_check.checked_on` for a day before an issue or after today, `person.erased`.
 */
export async function recordExternalChecks(
  tx: Tx,
  context: Context,
  { certificate_ids, ...input }: Finding & { certificate_ids: string[] },
): Promise<{ recorded: number }> {
  return recordExternalFindings(
    tx,
    context,
    [...new Set(certificate_ids)].map((certificate_id) => ({ certificate_id, ...input })),
  )
}

/**
 * Records a finding each, of certificates that stand in the list once. Refuses the codes of {@link recordExternalChecks}, and
 * `external_certificate.corrected_since` for one that was corrected after the officer saw it.
 */
export async function recordExternalFindings(
  tx: Tx,
  context: Context,
  findings: FindingOf[],
): Promise<{ recorded: number }> {
  await lockFacts(tx)
  const wanted = findings.map(({ certificate_id }) => certificate_id)
  // nobody corrects them between what the officer saw and what is written
  await sql`select from external_certificates where id = any (${wanted}::uuid[]) and known_to = 'infinity' order by id for update`.execute(
    tx,
  )
  const certificates = await externalCertificateRows(tx)
    .select('people.erased_at')
    .where(sql<boolean>`c.id = any (${wanted}::uuid[])`)
    .where(personInScope(context.scope))
    .execute()
  if (certificates.length < wanted.length) notFound(EXTERNAL)
  const found = new Map(certificates.map((certificate) => [certificate.id, certificate]))
  const today = localDate(context.now)
  for (const { certificate_id, revision, checked_on } of findings) {
    const certificate = found.get(certificate_id)!
    refuseErased(certificate)
    refuseImpossibleDay(checked_on, [certificate], today)
    if (revision !== undefined && revision !== certificate.revision) refuseCorrected(certificate.number)
  }
  const rows = findings.map(({ certificate_id, registry, result, checked_on, evidence }) => ({
    ...{ certificate_id, revision: found.get(certificate_id)!.revision, checked_by: context.actor.account_id },
    ...{ registry, result, checked_on, evidence },
  }))
  await insertRows(tx, 'external_certificate_checks', rows).execute()
  await recordHistory(
    tx,
    context,
    ...rows.map(({ certificate_id, registry, result, checked_on, evidence }) => ({
      kind: 'external_certificate.checked',
      subject_kind: 'person',
      subject_id: found.get(certificate_id)!.person_id,
      changes: {
        external_certificate_id: certificate_id,
        ...{ number: found.get(certificate_id)!.number, registry, result, checked_on, evidence },
      },
    })),
  )
  return { recorded: rows.length }
}

function refuseCorrected(number: string): never {
  refuse('conflict', 'external_certificate.corrected_since', {
    zh: `证书 ${number} 在您下载清单之后已被更正，请重新下载清单再核验。`,
    en: `Certificate ${number} was corrected after you took the list: take it again and look it up anew.`,
  })
}
