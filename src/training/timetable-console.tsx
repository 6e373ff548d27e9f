/** The page on which a session is put into the timetable or moved. */
import { z } from 'zod'
import { Placement } from '../../templates/training/session-form.tsx'
import { filled } from '../access/form-fields.ts'
import { faultsFor, formPage, frameOf, type PageCall, type Retry } from '../access/pages.ts'
import { localDate } from '../platform/calendar.ts'
import { notFound } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { getSession } from './member-queries.ts'
import { CLASS, getClass } from './queries.ts'
import { placementShape } from './session-shapes.ts'
import { placeSession } from './timetable.ts'
import { shownSession } from './timetable-rules.ts'
import { listPlaces } from './venue-queries.ts'

export function placementPages(app: App): void {
  formPage(
    app,
    '/console/sessions/:id/placement',
    'class.write',
    z.preprocess(filled(), placementShape),
    async ({ tx, context, params, input }) => {
      const { class_id, topic } = await placeSession(tx, context, params.id!, input)
      return {
        to: `/console/classes/${class_id}/hours`,
        flash: { zh: `“${topic}”已排好。`, en: `"${topic}" is in the timetable.` },
      }
    },
    placement,
  )
}

async function placement({ c, db, context, params }: PageCall, retry?: Retry) {
  const session = await getSession(db, context.scope, params.id!)
  const group = await getClass(db, context.scope, localDate(context.now), session.class_id)
  if (group.organisation_id !== context.actor.organisation_id) notFound(CLASS)
  return (
    <Placement
      frame={frameOf(c, group.name)}
      group={group}
      session={shownSession(session, c.get('lang'))}
      places={await listPlaces(db, group.organisation_id)}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}
