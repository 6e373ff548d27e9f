/** What every page of an event shows; an organiser's page does not exist for others. */
import { frameOf, type PageCall } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { notFound } from '../platform/errors.ts'
import { EVENT, getEvent, organises } from './queries.ts'
import { eventView } from './views.ts'

export async function eventProps({ c, db, context, params }: PageCall, who?: 'organiser') {
  const event = eventView(await getEvent(db, context.scope, params.id!))
  const own = organises(context.scope, event)
  if (who === 'organiser' && !own) notFound(EVENT)
  return { event, frame: frameOf(c, event.name), may_change: own && may(context.actor.role, 'competition.write') }
}
