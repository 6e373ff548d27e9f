/** Pages of organisations. */
import { z } from 'zod'
import { NewOrganisation, OrganisationPage, Organisations } from '../../templates/organisations/organisations.tsx'
import { faultsFor, form, frameOf, type PageCall, page } from '../access/pages.ts'
import { may } from '../access/rules.ts'
import { inLanguage, type Refusal } from '../platform/errors.ts'
import type { App } from '../platform/http.ts'
import { registerOrganisation } from './actions.ts'
import { getOrganisation, listDistricts, listOrganisations } from './queries.ts'
import { FACILITY_KINDS, ORGANISATION_KINDS } from './rules.ts'
import { newOrganisationShape } from './shapes.ts'

const title = { zh: '机构', en: 'Organisations' }

export function organisationsConsole(app: App): void {
  page(app, '/console/organisations', 'organisation.read', async ({ c, db, context, query }) => {
    const filter = { q: query.q ?? '', kind: query.kind ?? '' }
    const list = await listOrganisations(db, context.scope, {
      q: filter.q || undefined,
      kind: filter.kind || undefined,
      limit: 50,
      cursor: query.cursor,
    })
    return (
      <Organisations
        frame={frameOf(c, inLanguage(c.get('lang'), title))}
        kinds={ORGANISATION_KINDS}
        filter={filter}
        items={list.items}
        next={
          list.next_cursor && `/console/organisations?${new URLSearchParams({ ...filter, cursor: list.next_cursor })}`
        }
        may_register={may(context.actor.role, 'organisation.write')}
      />
    )
  })
  page(app, '/console/organisations/new', 'organisation.write', (call) => newOrganisation(call, {}))
  form(
    app,
    '/console/organisations',
    'organisation.write',
    z.preprocess(formValues, newOrganisationShape),
    async ({ tx, context, input }) => {
      const { id } = await registerOrganisation(tx, context, input)
      return {
        to: `/console/organisations/${id}`,
        flash: { zh: '机构已登记。', en: 'The organisation was registered.' },
      }
    },
    (call) => newOrganisation(call, call.values, call.refusal),
  )
  page(app, '/console/organisations/:id', 'organisation.read', async ({ c, db, context, params }) => {
    const organisation = await getOrganisation(db, context.scope, params.id!)
    return (
      <OrganisationPage
        frame={frameOf(c, organisation.name)}
        kinds={ORGANISATION_KINDS}
        facility_kinds={FACILITY_KINDS}
        organisation={organisation}
      />
    )
  })
}

async function newOrganisation({ c, db, context }: PageCall, values: Record<string, string>, refusal?: Refusal) {
  return (
    <NewOrganisation
      frame={frameOf(c, inLanguage(c.get('lang'), title))}
      kinds={ORGANISATION_KINDS}
      facility_kinds={FACILITY_KINDS}
      districts={await listDistricts(db, context.scope)}
      values={values}
      errors={faultsFor(c, refusal)}
    />
  )
}

/** A form sends empty text for what was left out, and one value where a list is meant. */
function formValues(sent: unknown) {
  const { kinds, ...rest } = sent as Record<string, unknown>
  return { ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '')), kinds: [kinds].flat() }
}
