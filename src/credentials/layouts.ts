/** Writes of layouts: a version is never changed, and printed only once it was put in force from a day on. */
import type { z } from 'zod'
import { recordHistory } from '../history/actions.ts'
import { faultAt } from '../people/bulk.ts'
import { sha256Hex } from '../platform/bytes.ts'
import { localDate } from '../platform/calendar.ts'
import type { Context } from '../platform/context.ts'
import type { Tx } from '../platform/database.ts'
import { Refusal, refuse, refuseFaults } from '../platform/errors.ts'
import { layoutText, parseLayout } from './certificate-layout.ts'
import { layoutFaults } from './layout-faults.ts'
import { drawSample, SAMPLES } from './layout-preview.ts'
import { getLayout, type LayoutRow } from './layout-queries.ts'
import type { choiceShape, newLayoutShape } from './layout-shapes.ts'

/**
 * Saves a layout as the next version of its name, a draft: of the actor's organisation, or everybody's when an administrator saves it.
 * Refuses with all faults of {@link layoutFaults} at `/body`, `layout.undrawable` when a sample does not fit or has a character that
 * no typeface has, and 409 `layout.unchanged` for the version that is there.
 */
export async function saveLayout(tx: Tx, context: Context, input: z.output<typeof newLayoutShape>): Promise<LayoutRow> {
  const { kind, name, reason, body } = input
  await checkBody(context, kind, body)
  const text = layoutText(body)
  const sha256 = await sha256Hex(text)
  const organisation_id = context.actor.organisation_id
  const last = await tx
    .selectFrom('certificate_layouts')
    .select(['version', 'sha256'])
    .where('organisation_id', 'is not distinct from', organisation_id)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last?.sha256 === sha256)
    refuse('conflict', 'layout.unchanged', {
      zh: `与“${name}”第 ${last.version} 版完全相同，没有再存一版。`,
      en: `The same as version ${last.version} of “${name}”; no further version was saved.`,
    })
  const version = (last?.version ?? 0) + 1
  const { id } = await tx
    .insertInto('certificate_layouts')
    .values({ kind, name, version, reason, organisation_id, body: text, sha256, created_by: context.actor.account_id })
    .returning('id')
    .executeTakeFirstOrThrow()
  await recordHistory(tx, context, {
    kind: 'certificate_layout.added',
    subject_kind: 'certificate_layout',
    subject_id: id,
    organisation_id,
    reason,
    changes: { kind, name, version, sha256 },
  })
  return getLayout(tx, context, id)
}

/** Refuses a layout that certificates of the kind cannot be printed in: by its faults, or because a sample cannot be drawn. */
export async function checkBody(context: Context, kind: z.output<typeof newLayoutShape>['kind'], body: unknown) {
  refuseFaults(layoutFaults(body).map((fault) => ({ ...fault, pointer: `/body${fault.pointer}` })))
  const layout = parseLayout(body)
  for (const sample of SAMPLES)
    try {
      await drawSample(context, layout, kind, sample)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refuseFaults([{ pointer: '/body', code: 'layout.undrawable', message: error.words }])
    }
}

/**
 * Puts a layout in force for certificates issued from that day on: for the actor's organisation, or, when an administrator does it, for
 * every issuer that has chosen none of its own. Certificates that are issued keep theirs. Refuses 404, `layout.backdated` (422),
 * `layout.foreign` (an institution's own layout for everybody), 409 `layout.chosen` (from that day already).
 */
export async function chooseLayout(
  tx: Tx,
  context: Context,
  id: string,
  { valid_from, reason }: z.output<typeof choiceShape>,
): Promise<LayoutRow> {
  const { kind, name, version, ...layout } = await getLayout(tx, context, id)
  const organisation_id = context.actor.organisation_id
  const today = localDate(context.now)
  if (layout.organisation_id !== null && layout.organisation_id !== organisation_id)
    refuse('conflict', 'layout.foreign', {
      zh: `这是“${layout.organisation_name}”自己的版式，只能由它自己启用。`,
      en: `This layout is that of “${layout.organisation_name}”, which alone puts it in force.`,
    })
  if (valid_from < today)
    refuseFaults([
      faultAt(
        '/valid_from',
        'layout.backdated',
        `启用日期不能早于今天（${today}）。`,
        `The day cannot be before today, ${today}.`,
      ),
    ])
  await tx
    .insertInto('certificate_layout_choices')
    .values({ layout_id: id, kind, organisation_id, valid_from, reason, chosen_by: context.actor.account_id })
    .execute()
  await recordHistory(tx, context, {
    kind: 'certificate_layout.put_in_force',
    subject_kind: 'certificate_layout',
    subject_id: id,
    organisation_id,
    reason,
    changes: { kind, name, version, valid_from },
  })
  return getLayout(tx, context, id)
}
