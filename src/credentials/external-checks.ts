/** What officers found of certificates issued elsewhere in the official registers. */
import { sql } from 'kysely'
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { refuseErased } from '../people/documents.ts'
import { externalCertificateRows } from '../people/external-certificates.ts'
import { personInScope } from '../people/roster.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import { lockFacts, type Tx } from '../platform/database.ts'
import { notFound } from '../platform/errors.ts'
import { refuseImpossibleDay } from './checks.ts'
import { EXTERNAL } from './external-queries.ts'
import type { registryCheckShape } from './shapes.ts'

/**
 * Records one finding for the certificates, as they are recorded now; the newest finding counts, and a correction undoes it. All
 * must be of people within the actor's division. Refuses `registry_check.checked_on` for a day before an issue or after today, `person.erased`.
 */
export async function recordExternalChecks(
  tx: Tx,
  context: Context,
  { certificate_ids, ...input }: z.output<typeof registryCheckShape> & { certificate_ids: string[] },
): Promise<{ recorded: number }> {
  await lockFacts(tx)
  const wanted = [...new Set(certificate_ids)]
  // nobody corrects them between what the officer saw and what is written
  await sql`select from external_certificates where id = any (${wanted}::uuid[]) and known_to = 'infinity' order by id for update`.execute(
    tx,
  )
  const certificates = await externalCertificateRows(tx)
    .select('people.erased_at')
    .where('c.id', 'in', wanted)
    .where(personInScope(context.scope))
    .execute()
  if (certificates.length < wanted.length) notFound(EXTERNAL)
  for (const certificate of certificates) refuseErased(certificate)
  refuseImpossibleDay(input.checked_on, certificates, localDate(context.now))
  await tx
    .insertInto('external_certificate_checks')
    .values(
      certificates.map(({ id, revision }) => ({
        ...{ certificate_id: id, revision, checked_by: context.actor.account_id },
        ...input,
      })),
    )
    .execute()
  await recordHistory(
    tx,
    context,
    ...certificates.map(({ id, person_id, number }) => ({
      kind: 'external_certificate.checked',
      subject_kind: 'person',
      subject_id: person_id,
      changes: { external_certificate_id: id, number, ...input },
    })),
  )
  return { recorded: certificates.length }
}
