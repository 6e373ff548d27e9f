/** Pages of an institution's venues. */
import { z } from 'zod'
import { VenuePage, Venues } from '../../templates/training/venues.tsx'
import { besideLastDay, filled, withEnd } from '../access/form-fields.ts'
import { faultsFor, form, frameOf, type PageCall, page, type Retry } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { listDistricts } from '../organisations/queries.ts'
import { localDate } from '../platform/calendar.ts'
import { inLanguage } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { getVenue, listVenues } from './venue-queries.ts'
import { changedVenueShape, newVenueShape, recognitionShape } from './venue-shapes.ts'
import { addVenue, changeVenue, recogniseVenue } from './venues.ts'

const HERE = '/console/venues'

export function venuePages(app: App): void {
  page(app, HERE, 'class.read', (call) => venues(call))
  form(
    app,
    HERE,
    'class.write',
    z.preprocess(filled('seats'), newVenueShape),
    async ({ tx, context, input }) => {
      const { id, name } = await addVenue(tx, context, input)
      return { to: `${HERE}/${id}`, flash: { zh: `“${name}”已登记。`, en: `"${name}" was added.` } }
    },
    (call) => venues(call, call),
  )
  page(app, `${HERE}/:id`, 'class.read', (call) => venue(call))
  form(
    app,
    `${HERE}/:id`,
    'class.write',
    z.preprocess(filled('seats', 'revision'), changedVenueShape.extend({ revision: z.number().int() })),
    async ({ tx, context, params, input: { revision, ...input } }) => {
      await changeVenue(tx, context, params.id!, revision, input)
      return { to: `${HERE}/${params.id}`, flash: { zh: '已保存。', en: 'Saved.' } }
    },
    (call) => venue(call, call),
  )
  form(
    app,
    `${HERE}/:id/recognitions`,
    'class.write',
    z.preprocess((sent) => withEnd(filled()(sent)), recognitionShape),
    async ({ tx, context, params, input }) => {
      await recogniseVenue(tx, context, params.id!, input)
      return { to: `${HERE}/${params.id}`, flash: { zh: '认定已登记。', en: 'Entered.' } }
    },
    (call) => venue(call, call),
  )
}

async function venues({ c, db, context, query }: PageCall, retry?: Retry) {
  const list = await listVenues(db, context.scope, { limit: 50, cursor: query.cursor })
  return (
    <Venues
      frame={frameOf(c, inLanguage(c.get('lang'), { zh: '教室与实训基地', en: 'Venues' }))}
      items={list.items}
      today={localDate(context.now)}
      next={list.next_cursor && `${HERE}?cursor=${encodeURIComponent(list.next_cursor)}`}
      districts={await listDistricts(db, context.scope)}
      may_write={may(context.actor.role, 'class.write')}
      values={retry?.values ?? {}}
      errors={faultsFor(c, retry?.refusal)}
    />
  )
}

async function venue({ c, db, context, params }: PageCall, retry?: Retry) {
  const found = await getVenue(db, context.scope, params.id!)
  return (
    <VenuePage
      frame={frameOf(c, found.name)}
      venue={found}
      sent={retry ? (c.req.path.endsWith('/recognitions') ? 'recognition' : 'change') : null}
      districts={await listDistricts(db, context.scope)}
      may_write={may(context.actor.role, 'class.write')}
      values={retry?.values ?? {}}
      errors={besideLastDay(faultsFor(c, retry?.refusal))}
    />
  )
}
