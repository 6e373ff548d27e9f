/** Writes of organisations. */
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { notFound, refuseFaults } from '../platform/errors.ts'
import { getOrganisation, type OrganisationRow } from './queries.ts'
import type { newOrganisationShape } from './shapes.ts'

/**
 * Registers an organisation in a district of the actor's own division. Refuses `organisation.name_taken`,
 * `organisation.credit_code_taken`, and `organisation.facility_kind_missing` for a facility of no kind.
 */
export async function registerOrganisation(
  tx: Tx,
  context: Context,
  input: z.output<typeof newOrganisationShape>,
): Promise<OrganisationRow> {
  if (context.scope.kind !== 'division' || !input.district_code.startsWith(context.scope.prefix))
    notFound({ zh: '区县', en: 'district' })
  if (input.kinds.some((kind) => kind === 'care_facility' || kind === 'nursery') && !input.facility_kind)
    refuseFaults([
      {
        pointer: '/facility_kind',
        code: 'organisation.facility_kind_missing',
        message: { zh: '养老或托育机构必须选择机构类型。', en: 'A facility needs a facility kind.' },
      },
    ])
  const { id } = await tx.insertInto('organisations').values(input).returning('id').executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'organisation.registered',
    subject_kind: 'organisation',
    subject_id: id,
    organisation_id: id,
    district_code: input.district_code,
    changes: { name: input.name, kinds: input.kinds },
  })
  return getOrganisation(tx, context.scope, id)
}
